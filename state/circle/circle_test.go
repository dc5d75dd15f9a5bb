package circle_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/agenda"
	"github.com/rochdale-ledger/rochdale/state/amendment"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/circle"
	"github.com/rochdale-ledger/rochdale/state/document"
	"github.com/rochdale-ledger/rochdale/state/exit"
	"github.com/rochdale-ledger/rochdale/state/lot"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/statetest"
)

const (
	members                = 12
	expense   account.Code = 5900
	education account.Code = 3200
)

func setup() statetest.Setup {
	return statetest.Setup{
		Members: members,
		Kinds:   slices.Concat(member.Kinds, exit.Kinds, account.Kinds, document.Kinds, lot.Kinds, circle.Kinds),
		Grants: []charter.NamedGrant{
			{Actions: []string{"circle.Join", "member.Resign"}, GrantText: charter.GrantText{Concerned: true, Motions: []charter.MotionKindID{3}}},
			{Actions: []string{"circle.Leave"}, GrantText: charter.GrantText{Concerned: true, Offices: []charter.Office{charter.Chair}, Motions: []charter.MotionKindID{3}}},
			{Actions: []string{"circle.Spend", "circle.Confirm"}, GrantText: charter.GrantText{Members: true}},
			{Actions: []string{"circle.Create", "circle.Change", "circle.Fund", "circle.Dissolve", "circle.Appoint", "circle.Return"}, GrantText: charter.GrantText{Offices: []charter.Office{charter.Chair}, Motions: []charter.MotionKindID{3}}},
		},
		Found: func(c *state.Ctx) error {
			chart, err := account.Standard()
			if err == nil {
				err = account.Found(c, chart)
			}
			return err
		},
		EndBlock:   []func(*state.Ctx) error{agenda.EndBlock(amendment.Agenda, member.KeyAgenda, member.SuspensionAgenda, member.LeavingAgenda, lot.Agenda)},
		Invariants: []func(state.Reader) error{circle.CheckCircles, account.CheckBooks, lot.CheckDraws, agenda.CheckAgenda},
	}
}

func must(t *testing.T, l *statetest.L, a state.Action) {
	t.Helper()
	if res := l.Mandate(a); res.Code != 0 {
		t.Fatalf("%T: %d %s", a, res.Code, res.Log)
	}
	l.Sound()
}

func today(l *statetest.L) uint64 { return state.DayOf(l.Tip().Time) }

// takings puts money into the bank.
func takings(amount money.Amount) account.Post {
	return account.Post{Narrative: "takings", Lines: []account.Line{account.Debit(account.Bank, amount), account.Credit(4000, amount)}}
}

func create(name string, who ...state.Member) circle.Create {
	return circle.Create{Name: name, Terms: circle.Terms{Mandate: "runs it"}, Members: who}
}

func confirm(payment uint64, amount money.Amount) circle.Confirm {
	return circle.Confirm{Circle: 1, Payment: payment, Amount: amount}
}

func sitting(t *testing.T, l *statetest.L, n circle.Number) []state.Member {
	t.Helper()
	v := l.Read()
	defer v.Close()
	found, err := circle.Find(v.Of(1), n)
	if err != nil {
		t.Fatal(err)
	}
	out, err := found.Sitting(v.Of(1), n)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func balance(t *testing.T, l *statetest.L, code account.Code) money.Amount {
	t.Helper()
	v := l.Read()
	defer v.Close()
	b, err := account.BalanceOf(v.Of(1), code)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestCreate(t *testing.T) {
	l := statetest.New(t, setup())
	now := today(l)
	terms := func(change func(*circle.Terms)) circle.Create {
		m := create("kitchen", 4, 99)
		change(&m.Terms)
		return m
	}
	long := make([]state.Member, circle.MaxMembers+1)
	for i := range long {
		long[i] = state.Member(i + 1)
	}
	adopt := func() {
		must(t, l, document.Adopt{Name: "mandate", Digest: make([]byte, 32)})
		must(t, l, document.Adopt{Name: "other", Digest: make([]byte, 32)})
		must(t, l, document.Repeal{Text: 2})
	}
	l.Run(t, []statetest.Row{
		statetest.Try("no name", 0, circle.Create{Members: long}, circle.ErrName),
		statetest.Try("a long name", 0, create(strings.Repeat("k", circle.MaxName+1)), circle.ErrName),
		statetest.Try("two lines", 0, create("a\nb"), circle.ErrName),
		statetest.Try("no mandate", 0, circle.Create{Name: "k", Members: long}, circle.ErrMandate),
		statetest.Try("a long mandate", 0, circle.Create{Name: "k", Terms: circle.Terms{Mandate: strings.Repeat("k", circle.MaxMandate+1)}}, circle.ErrMandate),
		statetest.Try("two mandates", 0, circle.Create{Name: "k", Terms: circle.Terms{Mandate: "k", Text: 1}}, circle.ErrMandate),
		statetest.Try("too many", 0, create("k", long...), circle.ErrMembers),
		statetest.Try("twice", 0, create("k", 4, 4), circle.ErrMembers),
		statetest.Try("by a member", 5, create("k", 4), state.ErrAuthority),
		statetest.Try("no such text", 0, terms(func(t *circle.Terms) { t.Mandate, t.Text, t.Review = "", 1, now }), document.ErrUnknown),
		statetest.Try("a repealed text", 0, terms(func(t *circle.Terms) { t.Mandate, t.Text, t.Review = "", 2, now }), document.ErrRepealed).After(adopt),
		statetest.Try("reviewed by today", 0, terms(func(t *circle.Terms) { t.Review = now }), circle.ErrReview),
		statetest.Try("reviewed in six years", 0, terms(func(t *circle.Terms) { t.Review = now + circle.MaxReview + 1 }), circle.ErrReview),
		statetest.Try("no such member", 0, create("kitchen", 4, 99), member.ErrUnknown),
		statetest.Try("has left", 0, create("kitchen", 12), member.ErrStanding).After(func() { must(t, l, member.Resign{Member: 12}) }),
		statetest.Try("no such draw", 0, circle.Create{Name: "kitchen", Terms: circle.Terms{Mandate: "k"}, Drawing: 7}, lot.ErrUnknown),
		statetest.Try("a convener from outside", 0, circle.Create{Name: "kitchen", Terms: circle.Terms{Mandate: "k", Convener: 5}, Members: []state.Member{4}}, circle.ErrConvener),
		statetest.Try("three", 0, circle.Create{Name: "kitchen", Terms: circle.Terms{Text: 1, Review: now + circle.MaxReview, Convener: 5}, Members: []state.Member{4, 5, 6}}, nil),
		statetest.Try("of that name", 0, create("Kitchen"), circle.ErrTaken),
		statetest.Try("nobody yet", 0, create("garden"), nil),
	})
	if got := sitting(t, l, 1); !slices.Equal(got, []state.Member{4, 5, 6}) {
		t.Errorf("in the first circle are %v", got)
	}
	must(t, l, circle.Dissolve{Circle: 1})
	must(t, l, create("KITCHEN")) // a name is free again
	if got := sitting(t, l, 1); len(got) != 0 {
		t.Errorf("in a dissolved circle are %v", got)
	}
}

func TestSeats(t *testing.T) {
	l := statetest.New(t, setup())
	must(t, l, create("kitchen", 4, 5, 6))
	must(t, l, circle.Create{Name: "garden", Terms: circle.Terms{Mandate: "m", Open: true}, Members: []state.Member{4}})
	full := make([]member.Entry, circle.MaxMembers)
	for i := range full {
		full[i] = statetest.Entry(1, state.Member(members+1+i), 1)
	}
	must(t, l, member.Import{Entries: full})
	all := make([]state.Member, circle.MaxMembers)
	for i := range all {
		all[i] = state.Member(members + 1 + i)
	}
	appoint := func(who ...state.Member) circle.Appoint { return circle.Appoint{Circle: 1, Members: who} }
	l.Run(t, []statetest.Row{
		statetest.Try("not in order", 0, circle.Appoint{Circle: 9, Members: []state.Member{6, 5}}, circle.ErrMembers),
		statetest.Try("no such circle", 0, circle.Appoint{Circle: 9, Members: []state.Member{99}}, circle.ErrUnknown),
		statetest.Try("no such member", 0, appoint(99), member.ErrUnknown),
		statetest.Try("who is in it", 0, appoint(4), circle.ErrIn),
		statetest.Try("one too many", 0, appoint(all...), circle.ErrMany),
		statetest.Try("nobody", 0, appoint(), circle.ErrNobody),
		statetest.Try("seven", 0, appoint(7), nil),
		statetest.Try("joins no circle", 8, circle.Join{Circle: 9, Member: 8}, circle.ErrUnknown),
		statetest.Try("joins a closed one", 8, circle.Join{Circle: 1, Member: 8}, circle.ErrClosed),
		statetest.Try("has another join", 8, circle.Join{Circle: 2, Member: 9}, state.ErrAuthority),
		statetest.Try("joins", 8, circle.Join{Circle: 2, Member: 8}, nil),
		statetest.Try("joins again", 8, circle.Join{Circle: 2, Member: 8}, circle.ErrIn),
		statetest.Try("leaves no circle", 8, circle.Leave{Circle: 9, Member: 8, Reason: "r"}, circle.ErrUnknown),
		statetest.Try("a long reason", 8, circle.Leave{Circle: 9, Member: 8, Reason: strings.Repeat("r", member.MaxReason+1)}, member.ErrReason),
		statetest.Try("leaves where it is not", 8, circle.Leave{Circle: 1, Member: 8}, circle.ErrNotIn),
		statetest.Try("has another leave", 8, circle.Leave{Circle: 1, Member: 4}, state.ErrAuthority),
		statetest.Try("leaves", 4, circle.Leave{Circle: 1, Member: 4}, nil),
		statetest.Try("is removed", 0, circle.Leave{Circle: 1, Member: 5, Reason: "r"}, nil),
		statetest.Try("is not there to be removed", 0, circle.Leave{Circle: 1, Member: 5, Reason: "r"}, circle.ErrNotIn),
	})
	for range circle.MaxSpells/2 - 1 {
		l.Must(8, circle.Leave{Circle: 2, Member: 8})
		l.Must(8, circle.Join{Circle: 2, Member: 8})
	}
	l.Must(8, circle.Leave{Circle: 2, Member: 8})
	if res := l.Do(8, circle.Join{Circle: 2, Member: 8}); res.Code != circle.ErrSpells.Code {
		t.Errorf("comes and goes for ever: %d %s", res.Code, res.Log)
	}
	must(t, l, circle.Appoint{Circle: 2, Members: []state.Member{8}}) // all members still can
	l.Sound()
}

// Who was in a circle on any day stays so for ever, and who leaves the co-op has left it.
func TestHistory(t *testing.T) {
	l := statetest.New(t, setup())
	start := today(l)
	must(t, l, create("kitchen", 4, 5, 6))
	l.Days(10)
	l.Must(5, circle.Leave{Circle: 1, Member: 5})
	l.Must(6, member.Resign{Member: 6})
	must(t, l, circle.Appoint{Circle: 1, Members: []state.Member{7}})
	l.Days(10)
	key := statetest.Key(1, 60)
	must(t, l, exit.Return{Member: 6, Key: key.Public(), Possession: key.Possession(statetest.Chain, 1)})
	must(t, l, member.Admit{Member: 6})
	if got := sitting(t, l, 1); !slices.Equal(got, []state.Member{4, 7}) {
		t.Errorf("who came back to the co-op is in the circle again: %v", got)
	}
	must(t, l, circle.Appoint{Circle: 1, Members: []state.Member{5, 6}})
	l.Days(10)
	must(t, l, circle.Dissolve{Circle: 1})
	v := l.Read()
	defer v.Close()
	found, err := circle.Find(v.Of(1), 1)
	if err != nil {
		t.Fatal(err)
	}
	for day, want := range map[uint64][]state.Member{
		0: nil, start - 1: nil, start: {4, 5, 6}, start + 9: {4, 5, 6}, start + 10: {4, 7}, start + 19: {4, 7},
		start + 20: {4, 5, 6, 7}, start + 29: {4, 5, 6, 7}, start + 30: nil,
	} {
		if got, err := found.SatOn(v.Of(1), 1, day); err != nil || !slices.Equal(got, want) {
			t.Errorf("on day %d from the start were in it %v, want %v, %v", int64(day)-int64(start), got, want, err)
		}
	}
}

// A group of five by lot spends its budget, two members together, and not a cent more.
func TestSpend(t *testing.T) {
	l := statetest.New(t, setup())
	now := today(l)
	must(t, l, takings(1_000_00))
	must(t, l, lot.Draw{Purpose: "panel", Places: 5})
	drawn := circle.Create{Name: "panel", Terms: circle.Terms{Mandate: "m"}, Drawing: 1}
	if res := l.Mandate(drawn); res.Code != circle.ErrDrawing.Code {
		t.Errorf("a draw that is not done: %d %s", res.Code, res.Log)
	}
	for range state.SeedBlocks + 4 {
		l.Block()
	}
	must(t, l, circle.Create{Name: "panel", Terms: circle.Terms{Mandate: "m", Review: now + 100}, Drawing: 1})
	five := sitting(t, l, 1)
	if len(five) != 5 {
		t.Fatalf("five are drawn: %v", five)
	}
	a, b, c := five[0], five[1], five[2]
	other := state.Member(1)
	for slices.Contains(five, other) {
		other++
	}
	spend := func(amount money.Amount) circle.Spend { return circle.Spend{Circle: 1, Amount: amount, For: "seeds"} }
	fund := func(code account.Code, amount money.Amount, until uint64) circle.Fund {
		return circle.Fund{Circle: 1, Account: code, Amount: amount, Until: until}
	}
	l.Run(t, []statetest.Row{
		statetest.Try("below zero", 0, fund(99, -1, 0), circle.ErrAmount),
		statetest.Try("more than there is", 0, fund(99, money.Max+1, 0), circle.ErrAmount),
		statetest.Try("to no circle", 0, circle.Fund{Circle: 2, Amount: 1}, circle.ErrUnknown),
		statetest.Try("until yesterday", 0, fund(99, 1, now-1), circle.ErrUntil),
		statetest.Try("for three years", 0, fund(99, 1, now+circle.MaxUntil+1), circle.ErrUntil),
		statetest.Try("from no account", 0, fund(99, 1, now), account.ErrUnknown),
		statetest.Try("from the bank", 0, fund(account.Bank, 1, now), circle.ErrAccount),
		statetest.Try("from the reserve", 0, fund(account.Reserve, 1, now), circle.ErrAccount),
		statetest.Try("spending without a budget", a, spend(1), circle.ErrBudget),
		statetest.Try("200.00", 0, fund(expense, 200_00, now+30), nil),
		statetest.Try("nothing", a, spend(0), circle.ErrAmount),
		statetest.Try("for nothing", a, circle.Spend{Circle: 1, Amount: 1}, circle.ErrFor),
		statetest.Try("of no circle", a, circle.Spend{Circle: 2, Amount: 1, For: "f"}, circle.ErrUnknown),
		statetest.Try("by one who is not in it", other, spend(200_01), circle.ErrNotIn),
		statetest.Try("a cent too much", a, spend(200_01), circle.ErrOver),
		statetest.Try("all of it", a, spend(200_00), nil),
		statetest.Try("and a part", b, spend(100_00), nil),
		statetest.Try("confirmed by who proposed", a, confirm(1, 200_00), circle.ErrOwn),
		statetest.Try("by one who is not in it", other, confirm(1, 200_00), circle.ErrNotIn),
		statetest.Try("of nothing", other, confirm(1, 0), circle.ErrAmount),
		statetest.Try("another amount", b, confirm(1, 199_99), circle.ErrOther),
		statetest.Try("what nobody proposed", b, confirm(3, 1), circle.ErrPayment),
		statetest.Try("taken back before it is paid", 0, circle.Return{Circle: 1, Payment: 1, Reason: "r"}, circle.ErrReturn),
		statetest.Try("the part", c, confirm(2, 100_00), nil),
		statetest.Try("again", c, confirm(2, 100_00), circle.ErrConfirmed),
		statetest.Try("and then all", b, confirm(1, 200_00), circle.ErrOver),
		statetest.Try("without a reason", 0, circle.Return{Circle: 1, Payment: 2}, member.ErrReason),
		statetest.Try("taken back", 0, circle.Return{Circle: 1, Payment: 2, Reason: "r"}, nil),
		statetest.Try("and again", 0, circle.Return{Circle: 1, Payment: 2, Reason: "r"}, circle.ErrReturn),
		statetest.Try("all", b, confirm(1, 200_00), nil),
		statetest.Try("a cent more", b, spend(1), circle.ErrOver),
	})
	if got := balance(t, l, account.Bank); got != 800_00 {
		t.Errorf("in the bank are %d, want 80,000", got)
	}
	if got := balance(t, l, expense); got != 200_00 {
		t.Errorf("spent are %d, want 20,000", got)
	}
}

// A budget ends on its day, with the review of the mandate, and with who proposed.
func TestLapses(t *testing.T) {
	l := statetest.New(t, setup())
	now := today(l)
	must(t, l, takings(1_000_00))
	must(t, l, circle.Create{Name: "kitchen", Terms: circle.Terms{Mandate: "m", Review: now + 50}, Members: []state.Member{4, 5, 6}})
	must(t, l, circle.Fund{Circle: 1, Account: expense, Amount: 100_00, Until: now + 40})
	want := func(what string, by state.Member, a state.Action, refusal *state.Rejection) {
		t.Helper()
		code := uint32(0)
		if refusal != nil {
			code = refusal.Code
		}
		if res := l.Do(by, a); res.Code != code {
			t.Errorf("%s: %d %s", what, res.Code, res.Log)
		}
		l.Sound()
	}
	spend := circle.Spend{Circle: 1, Amount: 10_00, For: "f"}
	want("proposed", 4, spend, nil)
	want("proposed by one who leaves", 5, spend, nil)
	l.Must(5, circle.Leave{Circle: 1, Member: 5})
	want("the proposer has left", 6, confirm(2, 10_00), circle.ErrNotIn)
	l.Days(circle.Lapse)
	want("on the last day", 6, circle.Spend{Circle: 1, Amount: 20_00, For: "f"}, nil)
	want("on its last day", 6, confirm(1, 10_00), nil)
	want("proposed again", 4, spend, nil)
	must(t, l, circle.Appoint{Circle: 1, Members: []state.Member{5}})
	want("another proposal", 5, spend, nil)
	must(t, l, member.Suspend{Member: 5, Reason: "r"})
	want("of a suspended member", 6, confirm(5, 10_00), member.ErrStanding)
	l.Days(int64(now + 40 - today(l)))
	want("on the budget's last day", 6, confirm(4, 10_00), nil)
	l.Days(1)
	want("a day later", 4, spend, circle.ErrBudget)
	must(t, l, circle.Fund{Circle: 1, Account: expense, Amount: 100_00, Until: now + 60})
	want("from the budget before", 4, confirm(3, 20_00), circle.ErrLapsed)
	l.Days(int64(now + 51 - today(l)))
	want("after the review", 4, spend, circle.ErrReviewed)
	must(t, l, circle.Change{Circle: 1, Review: []uint64{now + 100}, Convener: []state.Member{4}})
	want("reviewed", 4, spend, nil)
	must(t, l, circle.Fund{Circle: 1})
	want("whose budget was taken", 4, spend, circle.ErrBudget)
	must(t, l, circle.Dissolve{Circle: 1})
	want("of a dissolved circle", 4, spend, circle.ErrDissolved)
}

// No floor is passed: that of the bank, nor that of a fund.
func TestFloors(t *testing.T) {
	l := statetest.New(t, setup())
	must(t, l, create("kitchen", 4, 5))
	must(t, l, circle.Fund{Circle: 1, Account: education, Amount: 100_00, Until: today(l)})
	l.Must(4, circle.Spend{Circle: 1, Amount: 100_00, For: "books"})
	for _, in := range []account.Post{takings(500_00), {Narrative: "fund", Lines: []account.Line{account.Debit(5900, 99_99), account.Credit(education, 99_99)}}} {
		if res := l.Do(5, confirm(1, 100_00)); res.Code != account.ErrFloor.Code {
			t.Errorf("past a floor: %d %s", res.Code, res.Log)
		}
		must(t, l, in)
	}
	if res := l.Do(5, confirm(1, 100_00)); res.Code != account.ErrFloor.Code {
		t.Errorf("a cent past a floor: %d %s", res.Code, res.Log)
	}
	must(t, l, account.Post{Narrative: "fund", Lines: []account.Line{account.Debit(5900, 1), account.Credit(education, 1)}})
	l.Must(5, confirm(1, 100_00))
	l.Sound()
}

// What all members decided no officer undoes, and whom fewer let in waits before it spends.
func TestFewer(t *testing.T) {
	l := statetest.New(t, setup())
	must(t, l, takings(1_000_00))
	must(t, l, circle.Create{Name: "kitchen", Terms: circle.Terms{Mandate: "m", Open: true}, Members: []state.Member{4, 5}})
	must(t, l, circle.Fund{Circle: 1, Account: expense, Amount: 100_00, Until: today(l) + 60})
	l.Must(4, circle.Spend{Circle: 1, Amount: 1_00, For: "f"})
	l.Must(5, confirm(1, 1_00))
	l.Run(t, []statetest.Row{
		statetest.Try("the terms", statetest.Chair, circle.Change{Circle: 1, Mandate: "mine"}, circle.ErrDecided),
		statetest.Try("the budget", statetest.Chair, circle.Fund{Circle: 1}, circle.ErrDecided),
		statetest.Try("the circle", statetest.Chair, circle.Dissolve{Circle: 1}, circle.ErrDecided),
		statetest.Try("a payment", statetest.Chair, circle.Return{Circle: 1, Payment: 1, Reason: "r"}, circle.ErrDecided),
		statetest.Try("a member of the chair's choice", statetest.Chair, circle.Appoint{Circle: 1, Members: []state.Member{6}}, nil),
		statetest.Try("the chair", statetest.Chair, circle.Join{Circle: 1, Member: statetest.Chair}, nil),
		statetest.Try("spends already", statetest.Chair, circle.Spend{Circle: 1, Amount: 1, For: "f"}, circle.ErrWaits),
		statetest.Try("a proposal of another", 4, circle.Spend{Circle: 1, Amount: 1, For: "f"}, nil),
		statetest.Try("confirms already", 6, confirm(2, 1), circle.ErrWaits),
	})
	for name, a := range map[string]state.Action{
		"two officers change":   circle.Change{Circle: 1, Mandate: "mine"},
		"two officers remove":   circle.Leave{Circle: 1, Member: 4},
		"two officers dissolve": circle.Dissolve{Circle: 1},
		"two officers fund":     circle.Fund{Circle: 1},
	} {
		if res := l.MandateBy(3, a); res.Code != circle.ErrDecided.Code {
			t.Errorf("%s: %d %s", name, res.Code, res.Log)
		}
	}
	l.Days(15)
	l.Must(6, confirm(2, 1))
	l.Sound()
}

// Records that contradict each other are found.
func TestInvariants(t *testing.T) {
	circles := state.NewTable[circle.Number, circle.Circle](0xa8)
	budgets := state.NewTable[struct {
		Circle circle.Number
		Budget uint32
	}, circle.Budget](0xaa)
	payments := state.NewTable[struct {
		Circle  circle.Number
		Payment uint64
	}, circle.Payment](0xab)
	totals := state.NewTable[uint8, circle.Totals](0xac)
	change := func(to func(*circle.Circle)) func(c *state.Ctx) {
		return func(c *state.Ctx) {
			rec, err := circle.Find(c, 1)
			if err != nil {
				panic(err)
			}
			to(&rec)
			circles.Put(c, 1, rec)
		}
	}
	statetest.Spoiled(t, setup(), func(l *statetest.L) {
		must(t, l, takings(100))
		must(t, l, create("kitchen", 4, 5))
		must(t, l, circle.Fund{Circle: 1, Account: expense, Amount: 10, Until: today(l)})
		l.Must(4, circle.Spend{Circle: 1, Amount: 7, For: "f"})
		l.Must(5, confirm(1, 7))
	}, []statetest.Spoil{
		{Name: "a gap", Break: func(c *state.Ctx) { circles.Put(c, 3, circle.Circle{Name: "k"}) }, Says: "circle 3 follows 1"},
		{Name: "not listed", Break: func(c *state.Ctx) { totals.Put(c, 0, circle.Totals{Circles: 1}) }, Says: "there are 1 circles, of which [1] last; the totals say 1 and []"},
		{Name: "a member without a seat", Break: change(func(rec *circle.Circle) { rec.Members = []state.Member{4, 5, 6} }), Says: "2 of its 3 members have a seat"},
		{Name: "a seat without a member", Break: change(func(rec *circle.Circle) { rec.Members = []state.Member{4} }), Says: "member 5 has a spell that lasts: true; has a seat: false"},
		{Name: "a budget too many", Break: change(func(rec *circle.Circle) { rec.Budgets = 2 }), Says: "1 budgets, the circle says 2"},
		{Name: "a payment too many", Break: change(func(rec *circle.Circle) { rec.Payments = 2 }), Says: "1 payments, the circle says 2"},
		{Name: "overspent", Break: func(c *state.Ctx) {
			b, err := circle.BudgetOf(c, 1, 1)
			if err != nil {
				panic(err)
			}
			b.Spent++
			budgets.Put(c, struct {
				Circle circle.Number
				Budget uint32
			}{1, 1}, b)
		}, Says: "8 of 10 are spent of budget 1, payments say 7"},
		{Name: "alone", Break: func(c *state.Ctx) {
			p, err := circle.PaymentOf(c, 1, 1)
			if err != nil {
				panic(err)
			}
			p.Confirmer = p.By
			payments.Put(c, struct {
				Circle  circle.Number
				Payment uint64
			}{1, 1}, p)
		}, Says: "member 4 proposed and confirmed it"},
	})
}
