package surplus_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/statetest"
	"github.com/rochdale-ledger/rochdale/state/surplus"
	"github.com/rochdale-ledger/rochdale/tx"
)

var try = statetest.Try

// Rows follow the order of the checks; each breaks every later one it can.
func TestPeriodAndFigures(t *testing.T) {
	l := statetest.New(t, setup(6))
	defer l.Close()
	many := make([]surplus.Figure, surplus.MaxBatch+1)
	rec := func(p surplus.Period, m surplus.Measure, e ...surplus.Figure) surplus.Record {
		return surplus.Record{Period: p, Measure: m, Entries: e}
	}
	cor := func(p surplus.Period, m surplus.Measure, e ...surplus.Figure) surplus.Correct {
		return surplus.Correct{Period: p, Measure: m, Entries: e}
	}
	fig := func(m state.Member, q uint64) surplus.Figure { return surplus.Figure{Member: m, Quantity: q} }
	l.Run(t, []statetest.Row{
		try("no name", treasurer, surplus.OpenPeriod{}, surplus.ErrName),
		try("long name", treasurer, surplus.OpenPeriod{Name: strings.Repeat("n", surplus.MaxName+1)}, surplus.ErrName),
		try("no authority", secretary, surplus.OpenPeriod{Name: "1"}, state.ErrAuthority),
		try("opened", treasurer, surplus.OpenPeriod{Name: strings.Repeat("n", surplus.MaxName)}, nil),
		try("a second", treasurer, surplus.OpenPeriod{Name: "2"}, surplus.ErrOpen),
		try("a second of that name", treasurer, surplus.OpenPeriod{Name: strings.Repeat("n", surplus.MaxName)}, surplus.ErrOpen),

		try("no measure", treasurer, rec(9, 0, many...), surplus.ErrMeasure),
		try("unknown measure", treasurer, rec(9, surplus.Points+1, many...), surplus.ErrMeasure),
		try("no entries", treasurer, rec(9, surplus.Hours), surplus.ErrBatch),
		try("too many entries", treasurer, rec(9, surplus.Hours, many...), surplus.ErrBatch),
		try("twice in one", treasurer, rec(9, surplus.Hours, fig(99, 1), fig(99, 0)), surplus.ErrOrder),
		try("no quantity", treasurer, rec(9, surplus.Hours, fig(98, 1), fig(99, 0)), surplus.ErrQuantity),
		try("a quantity out of range", treasurer, rec(9, surplus.Hours, fig(98, surplus.MaxQuantity+1)), surplus.ErrQuantity),
		try("record without authority", secretary, rec(9, surplus.Hours, fig(99, 1)), state.ErrAuthority),
		try("no such period", treasurer, rec(9, surplus.Hours, fig(99, 1)), surplus.ErrPeriod),
		try("no such member", treasurer, rec(1, surplus.Hours, fig(1, 1), fig(99, 1)), member.ErrUnknown),
		try("recorded", treasurer, rec(1, surplus.Hours, fig(1, 5), fig(2, 7)), nil),
		try("by the last measure", treasurer, rec(1, surplus.Points, fig(1, 5)), nil),
		try("added", treasurer, rec(1, surplus.Hours, fig(1, 5)), nil),
		try("sum out of range", treasurer, rec(1, surplus.Hours, fig(3, surplus.MaxQuantity-16)), surplus.ErrQuantity),
		try("largest sum", treasurer, rec(1, surplus.Hours, fig(3, surplus.MaxQuantity-17)), nil),

		try("correct: unknown measure", treasurer, cor(9, 0, many...), surplus.ErrMeasure),
		try("correct: a quantity out of range", treasurer, cor(9, surplus.Hours, fig(1, surplus.MaxQuantity+1)), surplus.ErrQuantity),
		try("correct: no such period", treasurer, cor(9, surplus.Hours, fig(1, 11)), surplus.ErrPeriod),
		try("correct: below zero", treasurer, cor(1, surplus.Hours, fig(1, 11)), surplus.ErrBelow),
		try("correct: another measure", treasurer, cor(1, surplus.Sales, fig(1, 1)), surplus.ErrBelow),
		try("correct: one too much of two", treasurer, cor(1, surplus.Hours, fig(1, 10), fig(2, 8)), surplus.ErrBelow),
		try("correct: to zero", treasurer, cor(1, surplus.Hours, fig(1, 10), fig(3, surplus.MaxQuantity-17)), nil),
		try("recorded after the close", treasurer, rec(1, surplus.Hours, fig(3, 4)), nil).After(func() {
			l.Must(treasurer, surplus.Declare{Period: 1})
		}),
		try("recorded after the allocation", treasurer, rec(1, surplus.Hours, fig(3, 4)), surplus.ErrStage).After(func() {
			must(t, l, surplus.Allocate{Period: 1})
		}),
		try("corrected after the allocation", treasurer, cor(1, surplus.Hours, fig(3, 9)), surplus.ErrStage),
	})
	read(t, l, func(r state.Reader) error {
		tally, err := surplus.TallyOf(r, 1, surplus.Hours)
		if diff := cmp.Diff(surplus.Tally{Quantity: 11, Members: 2}, tally); diff != "" {
			t.Error(diff)
		}
		return err
	})
}

func TestDeclare(t *testing.T) {
	l := statetest.New(t, setup(3))
	defer l.Close()
	l.Must(treasurer, surplus.OpenPeriod{Name: "1"})
	post(l, account.Debit(account.Bank, 700), account.Credit(account.Unappropriated, 700))
	earn(l, 1000)
	earn(l, -300)
	l.Run(t, []statetest.Row{
		try("no authority", secretary, surplus.Declare{Period: 9, Surplus: 1}, state.ErrAuthority),
		try("no such period", treasurer, surplus.Declare{Period: 9, Surplus: 1}, surplus.ErrPeriod),
		try("a cent too much", treasurer, surplus.Declare{Period: 1, Surplus: 701}, surplus.ErrBooks),
		try("declared", treasurer, surplus.Declare{Period: 1, Surplus: 700}, nil),
		try("twice", treasurer, surplus.Declare{Period: 1, Surplus: 701}, surplus.ErrStage),
		try("the next before this is allocated", treasurer, surplus.Declare{Period: 2, Surplus: 701}, surplus.ErrEarlier).After(func() {
			l.Must(treasurer, surplus.OpenPeriod{Name: "2"})
		}),
		try("a loss", treasurer, surplus.Declare{Period: 2, Surplus: -50}, nil).After(func() {
			must(t, l, surplus.Allocate{Period: 1})
			earn(l, -50)
		}),
		try("a year in which nothing happened", treasurer, surplus.Declare{Period: 3}, nil).After(func() {
			must(t, l, surplus.Allocate{Period: 2})
			l.Must(treasurer, surplus.OpenPeriod{Name: "3"})
		}),
	})
	read(t, l, func(r state.Reader) error {
		s, err := surplus.PeriodOf(r, 3)
		if s.Opening != 1350 || s.Closing != 0 || s.Stage != surplus.Closed {
			t.Errorf("period 3: %+v", s)
		}
		return err
	})
	l.Run(t, []statetest.Row{
		try("a rate of a surplus of nothing", 0, surplus.Allocate{Period: 3, Steps: []surplus.Step{reserve(rate(1, 5))}}, surplus.ErrNoSurplus),
		try("income out of range", treasurer, surplus.Declare{Period: 4}, account.ErrOverflow).After(func() {
			must(t, l, surplus.Allocate{Period: 3})
			l.Must(treasurer, surplus.OpenPeriod{Name: "4"})
			enter(t, l, account.Debit(1100, money.Max), account.Credit(sales, money.Max))
			post(l, account.Debit(1200, 1), account.Credit(4100, 1))
		}),
		try("unappropriated surplus out of range", treasurer, surplus.Declare{Period: 4, Surplus: money.Max}, account.ErrOverflow).After(func() {
			post(l, account.Debit(4100, 1), account.Credit(1200, 1))
		}),
	})
}

// The rule as data: each row is one step that no state could make good.
func TestSteps(t *testing.T) {
	good := []surplus.Step{reserve(rate(1, 5)), fund(rate(1, 1)), onShares(rate(1, 20)), onPurchases(1, rate(0, 1))}
	most := slices.Repeat(good, surplus.MaxSteps/len(good))
	if err := (surplus.Allocate{Steps: most}).Check(); err != nil || len(most) != surplus.MaxSteps {
		t.Errorf("%d steps: %v", len(most), err)
	}
	for name, edit := range map[string]func(*surplus.Step){
		"no sort":                  func(s *surplus.Step) { s.Sort = 0 },
		"unknown sort":             func(s *surplus.Step) { s.Sort = 5 },
		"no base":                  func(s *surplus.Step) { s.Base = 0 },
		"unknown base":             func(s *surplus.Step) { s.Base = 5 },
		"reserve of capital":       func(s *surplus.Step) { s.Base = surplus.OfCapital },
		"rate over one":            func(s *surplus.Step) { s.Rate = rate(6, 5) },
		"rate of zero":             func(s *surplus.Step) { s.Rate = rate(0, 5) },
		"no denominator":           func(s *surplus.Step) { s.Rate = rate(0, 0) },
		"rate and amount":          func(s *surplus.Step) { s.Amount = 1 },
		"fixed with a rate":        func(s *surplus.Step) { s.Base, s.Amount = surplus.Fixed, 1 },
		"fixed, nothing":           func(s *surplus.Step) { s.Base, s.Rate = surplus.Fixed, rate(0, 0) },
		"fixed, negative":          func(s *surplus.Step) { s.Base, s.Rate, s.Amount = surplus.Fixed, rate(0, 0), -1 },
		"fixed, out of range":      func(s *surplus.Step) { s.Base, s.Rate, s.Amount = surplus.Fixed, rate(0, 0), money.Max+1 },
		"no account":               func(s *surplus.Step) { s.Account = 0 },
		"with a class":             func(s *surplus.Step) { s.Class = 1 },
		"with a measure":           func(s *surplus.Step) { s.Measure = surplus.Hours },
		"with an unknown measure":  func(s *surplus.Step) { s.Measure = 99 },
		"partly as notices":        func(s *surplus.Step) { s.Paid = rate(1, 2) },
		"share dividend, account":  func(s *surplus.Step) { *s = onShares(rate(1, 5)); s.Account = 1 },
		"share dividend, no class": func(s *surplus.Step) { *s = onShares(rate(1, 5)); s.Class = 0 },
		"of the surplus on shares": func(s *surplus.Step) { *s = onShares(rate(1, 5)); s.Base = surplus.OfSurplus },
		"paid more than all":       func(s *surplus.Step) { *s = onPurchases(1, rate(2, 1)) },
		"paid by no rate":          func(s *surplus.Step) { *s = onPurchases(1, rate(0, 0)) },
		"patronage of nothing":     func(s *surplus.Step) { *s = onPurchases(1, rate(1, 1)); s.Measure = 0 },
	} {
		step := reserve(rate(1, 5))
		edit(&step)
		err := surplus.Allocate{Steps: []surplus.Step{step}}.Check()
		if r := state.Rejected(err); r != surplus.ErrStep {
			t.Errorf("%s: %v", name, err)
		}
	}
	if r := state.Rejected(surplus.Allocate{Steps: make([]surplus.Step, surplus.MaxSteps+1)}.Check()); r != surplus.ErrSteps {
		t.Errorf("too many steps: %v", r)
	}
}

func TestAllocate(t *testing.T) {
	l := statetest.New(t, setup(6))
	defer l.Close()
	hold(l, 0, 0, 0, 1, 1, 1)
	l.Must(treasurer, surplus.OpenPeriod{Name: "1"})
	record(l, 1, surplus.Purchases, 10, 0, 0, 20)
	earn(l, 1000)
	post(l, account.Debit(account.Bank, 100), account.Credit(account.Unappropriated, 100))
	must(t, l, shareclass.SetRules{Class: 1, Rules: shareclass.RulesEntry{MinHolding: 1, MaxHolding: 100, Interest: rate(1, 30)}}) // what is taken below to the last cent
	all := func(steps ...surplus.Step) surplus.Allocate { return surplus.Allocate{Period: 1, Steps: steps} }
	to := func(s surplus.Step, code account.Code) surplus.Step {
		s.Account = code
		return s
	}
	empty := onShares(rate(1, 20))
	empty.Class = 2
	unknown := onShares(rate(1, 20))
	unknown.Class = 7
	byHours := onPurchases(1, rate(1, 1))
	byHours.Measure = surplus.Hours
	l.Run(t, []statetest.Row{
		try("by an officer", treasurer, all(), state.ErrAuthority),
		try("no such period", 0, surplus.Allocate{Period: 9, Steps: []surplus.Step{unknown}}, surplus.ErrPeriod),
		try("not closed", 0, all(unknown), surplus.ErrStage),
		try("no such class", 0, all(unknown), shareclass.ErrClass).After(func() {
			l.Must(treasurer, surplus.Declare{Period: 1, Surplus: 1000})
		}),
		try("class without shares", 0, all(empty), surplus.ErrNoClaims),
		try("above the cap of the class", 0, all(onShares(rate(1, 29)), onPurchases(9999, rate(1, 1))), surplus.ErrInterest),
		try("above it in steps of which none is", 0, all(onShares(rate(1, 60)), onShares(rate(1, 60)), onShares(rate(1, 3000))), surplus.ErrInterest),
		try("of those too who have just come", 0, all(onShares(rate(1, 30))), surplus.ErrTimeHeld).After(func() {
			must(t, l, shareclass.SetRules{Class: 1, Rules: shareclass.RulesEntry{MinHolding: 1, MaxHolding: 100, Interest: rate(1, 30), InterestAfter: 90}})
		}),
		try("patronage that nobody has", 0, all(byHours), surplus.ErrNoClaims),
		try("no such account", 0, all(to(reserve(rate(1, 5)), 9)), account.ErrUnknown),
		try("reserve into a fund", 0, all(to(reserve(rate(1, 5)), account.Education)), surplus.ErrTarget),
		try("fund into a reserve", 0, all(to(fund(rate(1, 5)), account.Reserve)), surplus.ErrTarget),
		try("fund into the bank", 0, all(to(fund(rate(1, 5)), account.Bank)), surplus.ErrTarget),
		try("fund into share capital", 0, all(to(fund(rate(1, 5)), account.Capital)), surplus.ErrTarget),
		try("reserve into a debt", 0, all(to(reserve(rate(1, 5)), 2900)), surplus.ErrTarget).After(func() {
			must(t, l, account.Open{Code: 2900, Type: account.Liability, Guard: account.CreditOnly, Name: "x"})
		}),
		try("back to itself", 0, all(to(reserve(rate(1, 5)), account.Unappropriated)), surplus.ErrTarget),
		try("one cent more than there is", 0, all(reserve(rate(1, 1)), onPurchases(101, rate(1, 1))), surplus.ErrExceeds),
		try("to the last cent", 0, all(reserve(rate(1, 5)), onShares(rate(1, 30)), onPurchases(800, rate(1, 2))), nil).After(func() {
			must(t, l, shareclass.SetRules{Class: 1, Rules: shareclass.RulesEntry{MinHolding: 1, MaxHolding: 100, Interest: rate(1, 30)}})
		}),
		try("twice", 0, all(), surplus.ErrAllocated),
	})
	// 100 on three shares: the extra cent goes to the lowest number. 800 by 10 and
	// 20 is 267 (of 266.67) and 533; notices are halves rounded down.
	want := []surplus.Part{{Claim: 1, Cash: 34}, {Claim: 1, Cash: 33}, {Claim: 1, Cash: 33}, {Claim: 10, Cash: 134, Notice: 133}, {Claim: 20, Cash: 267, Notice: 266}}
	got := []surplus.Part{partOf(t, l, 2, 4), partOf(t, l, 2, 5), partOf(t, l, 2, 6), partOf(t, l, 3, 1), partOf(t, l, 3, 4)}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("parts (-want +got)\n%s", diff)
	}
	read(t, l, func(r state.Reader) error {
		e, err := surplus.Explain(r, 1, 4)
		if err != nil {
			return err
		}
		if e.Available != 1100 || e.Carried != 0 || e.Cash != 34+267 || e.Notice != 266 {
			t.Errorf("explanation %+v", e)
		}
		s := e.Steps[1]
		if s.Floor != 33 || s.Remainder != 1 || s.Extra != 1 || !s.HasPart || e.Steps[0].HasPart {
			t.Errorf("explained step 2: %+v", s)
		}
		return nil
	})
}

func TestLossAllocatesNothing(t *testing.T) {
	l := statetest.New(t, setup(3))
	defer l.Close()
	hold(l, 5)
	year(l, -500)
	l.Run(t, []statetest.Row{
		try("a rate of a loss", 0, surplus.Allocate{Period: 1, Steps: []surplus.Step{reserve(rate(1, 5))}}, surplus.ErrNoSurplus),
		try("a dividend from nothing", 0, surplus.Allocate{Period: 1, Steps: []surplus.Step{onShares(rate(1, 20))}}, surplus.ErrExceeds),
		try("carried forward", 0, surplus.Allocate{Period: 1}, nil),
	})
}

// A division of more members than a block looks at runs over blocks in which
// nothing may move, in both co-ops side by side, and ends as money.Split would.
func TestRunOverBlocks(t *testing.T) {
	const members = 7_517
	s := setup(members)
	s.EndBlock = append([]func(*state.Ctx) error{func(c *state.Ctx) error {
		c.Work(state.EndUnits) // so that a block has one slice for the division, and no more
		return nil
	}}, s.EndBlock...)
	l := statetest.New(t, s)
	defer l.Close()
	hold(l, 3)
	l.Must(treasurer, surplus.OpenPeriod{Name: "1"})
	quantities := make([]uint64, members)
	for i := range quantities {
		quantities[i] = uint64(i*i%1009 + 1)
	}
	record(l, 1, surplus.Purchases, quantities...)
	earn(l, 1_000_003)
	l.Must(treasurer, surplus.Declare{Period: 1, Surplus: 1_000_003})
	l.Must(4, share.Subscribe{Member: 4, Class: common, Units: 1})
	l.Must(treasurer, share.ConfirmPayment{Subscriptions: []uint64{2}})
	must(t, l, surplus.Allocate{Period: 1, Steps: []surplus.Step{onShares(rate(1, 20)), onPurchases(1_000_000-300, rate(1, 3))}})

	blocks := 0
	for running := true; running; blocks++ {
		l.Sound()
		if blocks == 0 {
			still(t, l)
			shortOfASlice(t, l)
		}
		l.Block()
		read(t, l, func(r state.Reader) (err error) {
			_, running, err = surplus.RunOf(r)
			return err
		})
	}
	// Sums and floors, two bytes of threshold at most, the parts: three passes, which
	// are 1,400 to 1,700 units of work, a slice a block after the first.
	if blocks < 2 || blocks > 4 {
		t.Errorf("%d blocks", blocks)
	}
	l.Sound()
	read(t, l, func(r state.Reader) error {
		if _, has, err := surplus.PartOf(r, 1, 1, 4); has || err != nil {
			t.Errorf("shares that are subscribed and not issued have a part, %v", err)
		}
		return nil
	})
	l.Must(treasurer, share.Issue{Subscriptions: []uint64{2}})
	want, err := money.Split(1_000_000-300, quantities)
	if err != nil {
		t.Fatal(err)
	}
	read(t, l, func(r state.Reader) error {
		return surplus.Parts(r, 1, 2, 0, ^state.Member(0), func(m state.Member, p surplus.Part) (bool, error) {
			if p.Cash+p.Notice != want[m-1] || p.Notice != want[m-1]*2/3 {
				t.Fatalf("member %d has %+v, Split gives %d", m, p, want[m-1])
			}
			return true, nil
		})
	})
}

// shortOfASlice gives the division of period 1 what is a unit too little for a
// slice, just enough, and another period's turn, in a block that is dropped.
func shortOfASlice(t *testing.T, l *statetest.L) {
	t.Helper()
	if err := l.Begin(l.Tip().Height+1, l.Tip().Time+60); err != nil {
		t.Fatal(err)
	}
	const least = 10 // units of a slice and of the end of a step
	err := l.Ledger.Run(func(c *state.Ctx) error {
		c = c.In(1)
		if _, _, err := surplus.Agenda.Turn(c, 2, state.EndUnits); err == nil || state.Rejected(err) != nil {
			t.Errorf("the turn of a period that is not divided: %v", err)
		}
		for left := range least + 1 {
			used, done, err := surplus.Agenda.Turn(c, 1, left)
			if err != nil || done || (used > 0) != (left == least) || used > left {
				t.Errorf("with %d units it used %d, done: %v, %v", left, used, done, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// still tries what may not happen while period 1 is divided. Check delivers to a
// copy of the block, so that no block goes by.
func still(t *testing.T, l *statetest.L) {
	t.Helper()
	one := []surplus.Figure{{Member: 1, Quantity: 1}}
	for _, row := range []statetest.Row{
		try("record", treasurer, surplus.Record{Period: 1, Measure: surplus.Purchases, Entries: one}, surplus.ErrFrozen),
		try("correct", treasurer, surplus.Correct{Period: 1, Measure: surplus.Purchases, Entries: one}, surplus.ErrFrozen),
		try("issue", treasurer, share.Issue{Subscriptions: []uint64{2}}, share.ErrFrozen),
		try("allocate again", secretary, statetest.Carried{Kind: surplus.KindAllocate, Payload: tx.Encode(surplus.Allocate{Period: 1})}, surplus.ErrAllocated),
	} {
		res, err := l.Check(l.Sign(1, row.By, row.Action))
		if err != nil || res.Code != row.Want.Code {
			t.Errorf("%s while dividing: %d %s, %v", row.Name, res.Code, res.Log, err)
		}
		l.Unsign(1, row.By)
	}
}

// Two co-ops divide at once and neither disturbs the other.
func TestTwoCoops(t *testing.T) {
	s := setup(5)
	s.Coops = 2
	l := statetest.New(t, s)
	defer l.Close()
	for coop := state.Coop(1); coop <= 2; coop++ {
		for _, a := range []state.Action{
			surplus.OpenPeriod{Name: "1"},
			surplus.Record{Period: 1, Measure: surplus.Hours, Entries: []surplus.Figure{{Member: 2, Quantity: uint64(coop)}, {Member: 5, Quantity: 3}}},
			account.Post{Narrative: "x", Lines: []account.Line{account.Debit(account.Bank, 100), account.Credit(sales, 100)}},
			surplus.Declare{Period: 1, Surplus: 100},
		} {
			if res := l.DoIn(coop, treasurer, a); res.Code != 0 {
				t.Fatalf("co-op %d, %T: %s", coop, a, res.Log)
			}
		}
	}
	step := surplus.Step{Sort: surplus.PatronageDividend, Base: surplus.OfRest, Rate: rate(1, 1), Measure: surplus.Hours, Paid: rate(1, 1)}
	for coop := state.Coop(1); coop <= 2; coop++ {
		if res := l.MandateIn(coop, surplus.Allocate{Period: 1, Steps: []surplus.Step{step}}); res.Code != 0 {
			t.Fatal(res.Log)
		}
	}
	l.Sound()
	v := l.Read()
	defer v.Close()
	for coop, want := range []money.Amount{25, 40} {
		p, _, err := surplus.PartOf(v.Of(state.Coop(coop+1)), 1, 1, 2)
		if err != nil || p.Cash != want {
			t.Errorf("co-op %d: %+v, %v; want %d", coop+1, p, err, want)
		}
	}
}

// Whatever is recorded, held and voted, the invariants hold: among them, that
// the parts are those of money.Split.
func TestAllocationProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := statetest.New(t, setup(8))
		defer l.Close()
		hold(l, rapid.SliceOfN(rapid.Uint64Range(0, 20), 1, 8).Draw(t, "units")...)
		l.Must(treasurer, surplus.OpenPeriod{Name: "1"})
		record(l, 1, surplus.Purchases, rapid.SliceOfN(rapid.Uint64Range(0, 1<<40), 1, 8).Draw(t, "purchases")...)
		amount := money.Amount(rapid.Int64Range(-1000, 100_000).Draw(t, "surplus"))
		earn(l, amount)
		l.Must(treasurer, surplus.Declare{Period: 1, Surplus: amount})
		var a surplus.Allocate
		a.Period = 1
		for range rapid.IntRange(0, 5).Draw(t, "steps") {
			r := rate(rapid.Uint64Range(1, 9).Draw(t, "num"), 20)
			switch rapid.IntRange(0, 4).Draw(t, "sort") {
			case 0:
				a.Steps = append(a.Steps, reserve(r))
			case 1:
				a.Steps = append(a.Steps, fund(r))
			case 2:
				a.Steps = append(a.Steps, onShares(r))
			case 3:
				a.Steps = append(a.Steps, onPurchases(money.Amount(rapid.Int64Range(1, 50_000).Draw(t, "amount")), r))
			case 4:
				s := onPurchases(0, r)
				s.Base, s.Rate = surplus.OfRest, r
				a.Steps = append(a.Steps, s)
			}
		}
		l.Mandate(a)
		l.Sound()
		for range rapid.IntRange(0, 3).Draw(t, "payments") {
			l.Do(treasurer, paid{Period: 1, Step: uint8(rapid.IntRange(1, 5).Draw(t, "step")), Members: []state.Member{state.Member(rapid.IntRange(1, 8).Draw(t, "member"))}})
			l.Sound()
		}
	})
}

// What all steps of a class come to is within the cap of interest, to the last cent, and the
// steps of another class do not count.
func TestInterestInSteps(t *testing.T) {
	for name, row := range map[string]struct {
		rates []money.Rate
		want  *state.Rejection
	}{
		"one":                    {[]money.Rate{rate(1, 20)}, nil},
		"halves":                 {[]money.Rate{rate(1, 40), rate(1, 40)}, nil},
		"a part below the cent":  {[]money.Rate{rate(1, 20), rate(1, 10001)}, nil},
		"one cent more":          {[]money.Rate{rate(1, 40), rate(1, 40), rate(1, 10000)}, surplus.ErrInterest},
		"four times what may be": {[]money.Rate{rate(1, 20), rate(1, 20), rate(1, 20), rate(1, 20)}, surplus.ErrInterest},
	} {
		t.Run(name, func(t *testing.T) {
			l := statetest.New(t, setup(3))
			defer l.Close()
			hold(l, 4, 3, 3) // a capital of 100.00
			must(t, l, shareclass.SetRules{Class: common, Rules: shareclass.RulesEntry{MaxHolding: 100, Interest: rate(1, 20)}})
			year(l, 10000)
			var steps []surplus.Step
			for _, r := range row.rates {
				steps = append(steps, onShares(r))
			}
			l.Run(t, []statetest.Row{try("allocate", 0, surplus.Allocate{Period: 1, Steps: steps}, row.want)})
		})
	}
}
