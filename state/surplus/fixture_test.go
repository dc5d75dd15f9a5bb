package surplus_test

import (
	"slices"
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/agenda"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/statetest"
	"github.com/rochdale-ledger/rochdale/state/surplus"
)

const (
	secretary = statetest.Secretary
	treasurer = statetest.Treasurer
	common    = shareclass.Number(1) // par 10.00
	sales     = account.Code(4000)
	rent      = account.Code(5200)
)

func setup(members int) statetest.Setup {
	office := func(actions ...string) charter.NamedGrant {
		return charter.NamedGrant{Actions: actions, GrantText: charter.GrantText{Offices: []charter.Office{charter.Treasurer}}}
	}
	kinds := slices.Concat([]state.Kind{state.KindOf[entered](0x7f04, "surplus_test.entered"), state.KindOf[paid](0x7f05, "surplus_test.paid")}, account.Kinds, shareclass.Kinds, share.Kinds)
	return statetest.Setup{
		Members: members,
		Kinds:   append(kinds, surplus.Kinds...),
		Grants: []charter.NamedGrant{
			{Actions: []string{"share.Subscribe"}, GrantText: charter.GrantText{Concerned: true}},
			office("account.Post", "share.ConfirmPayment", "share.Issue"),
			office("surplus.OpenPeriod", "surplus.Record", "surplus.Correct", "surplus.Declare", "surplus_test.paid"),
		},
		Found: func(c *state.Ctx) error {
			chart, err := account.Standard()
			if err != nil {
				return err
			}
			if err := account.Found(c, chart); err != nil {
				return err
			}
			return shareclass.Found(c, []shareclass.Open{
				{Class: common, Name: "common", Par: 1000, MaxHolding: 1000},
				{Class: 2, Name: "empty", Par: 1, MaxHolding: 1},
			})
		},
		EndBlock:   []func(c *state.Ctx) error{agenda.EndBlock(surplus.Agenda)},
		Invariants: []func(state.Reader) error{agenda.CheckAgenda, agenda.CheckQueues, account.CheckBooks, shareclass.CheckClasses, share.CheckShares, surplus.CheckSurplus},
		Indexes:    slices.Concat(account.Indexes, share.Indexes),
	}
}

// hold gives members 1, 2, … that many common shares, zero for none.
func hold(l *statetest.L, units ...uint64) {
	var raw [][]byte
	var numbers []uint64
	for i, n := range units {
		if n > 0 {
			m := state.Member(i + 1)
			raw = append(raw, l.Sign(1, m, share.Subscribe{Member: m, Class: common, Units: n}))
			numbers = append(numbers, uint64(len(raw)))
		}
	}
	l.Block(raw...)
	for len(numbers) > 0 {
		batch := numbers[:min(len(numbers), share.MaxBatch)]
		numbers = numbers[len(batch):]
		l.Must(treasurer, share.ConfirmPayment{Subscriptions: batch})
		l.Must(treasurer, share.Issue{Subscriptions: batch})
	}
}

// earn posts income, or a loss.
func earn(l *statetest.L, amount money.Amount) {
	if amount > 0 {
		post(l, account.Debit(account.Bank, amount), account.Credit(sales, amount))
	} else if amount < 0 {
		post(l, account.Debit(rent, -amount), account.Credit(2000, -amount))
	}
}

func post(l *statetest.L, lines ...account.Line) {
	l.Must(treasurer, account.Post{Narrative: "a test", Lines: lines})
}

// entered is an entry that a room posts, which may be of any amount.
type entered struct {
	Lines []account.Line `cbor:"1,keyasint,omitempty"`
}

func (entered) Check() error                           { return nil }
func (entered) Describe(state.Telling) (w state.Words) { return w }

func (m entered) Apply(c *state.Ctx) error {
	p, err := account.Prepare(c, account.Entry{Narrative: "a test", Lines: m.Lines})
	if err == nil {
		p.Post(c)
	}
	return err
}

func enter(t *testing.T, l *statetest.L, lines ...account.Line) {
	t.Helper()
	must(t, l, entered{lines})
}

// record enters figures of members 1, 2, …, zero for none.
func record(l *statetest.L, p surplus.Period, measure surplus.Measure, quantities ...uint64) {
	var entries []surplus.Figure
	for i, q := range quantities {
		if q > 0 {
			entries = append(entries, surplus.Figure{Member: state.Member(i + 1), Quantity: q})
		}
	}
	for len(entries) > 0 {
		batch := entries[:min(len(entries), surplus.MaxBatch)]
		entries = entries[len(batch):]
		l.Must(treasurer, surplus.Record{Period: p, Measure: measure, Entries: batch})
	}
}

// year opens period 1, earns the surplus and declares it.
func year(l *statetest.L, amount money.Amount) {
	l.Must(treasurer, surplus.OpenPeriod{Name: "1"})
	earn(l, amount)
	l.Must(treasurer, surplus.Declare{Period: 1, Surplus: amount})
}

// must lets a motion carry an action that has to be accepted.
func must(t testing.TB, l *statetest.L, a state.Action) {
	t.Helper()
	if res := l.Mandate(a); res.Code != 0 {
		t.Fatalf("%T: %d %s", a, res.Code, res.Log)
	}
}

func rate(num, den uint64) money.Rate { return money.Rate{Num: num, Den: den} }

func reserve(r money.Rate) surplus.Step {
	return surplus.Step{Sort: surplus.ToReserve, Base: surplus.OfSurplus, Rate: r, Account: account.Reserve}
}

func fund(r money.Rate) surplus.Step {
	return surplus.Step{Sort: surplus.ToFund, Base: surplus.OfSurplus, Rate: r, Account: account.Education}
}

func onShares(r money.Rate) surplus.Step {
	return surplus.Step{Sort: surplus.ShareDividend, Base: surplus.OfCapital, Rate: r, Class: common}
}

func onPurchases(pool money.Amount, paid money.Rate) surplus.Step {
	return surplus.Step{Sort: surplus.PatronageDividend, Base: surplus.Fixed, Amount: pool, Measure: surplus.Purchases, Paid: paid}
}

// read calls fn with a reader of co-op 1.
func read(t testing.TB, l *statetest.L, fn func(r state.Reader) error) {
	t.Helper()
	v := l.Read()
	defer v.Close()
	if err := fn(v.Of(1)); err != nil {
		t.Fatal(err)
	}
}

func partOf(t testing.TB, l *statetest.L, step uint8, m state.Member) surplus.Part {
	t.Helper()
	return partOfPeriod(t, l, 1, step, m)
}

func partOfPeriod(t testing.TB, l *statetest.L, p surplus.Period, step uint8, m state.Member) (part surplus.Part) {
	t.Helper()
	read(t, l, func(r state.Reader) (err error) {
		part, _, err = surplus.PartOf(r, p, step, m)
		return err
	})
	return part
}

// paid says that members have their money of a dividend, by what package payout, which is
// above this one, says it by.
type paid struct {
	Period  surplus.Period `cbor:"1,keyasint,omitempty"`
	Step    uint8          `cbor:"2,keyasint,omitempty"`
	Members []state.Member `cbor:"3,keyasint,omitempty"`
}

func (paid) Check() error                           { return nil }
func (paid) Describe(state.Telling) (w state.Words) { return w }

func (m paid) Apply(c *state.Ctx) error {
	a, err := surplus.AllotmentOf(c, m.Period, m.Step)
	if err != nil {
		return err
	}
	var sum money.Amount
	batch := make([]surplus.Part, len(m.Members))
	for i, n := range m.Members {
		if batch[i], _, err = surplus.PartOf(c, m.Period, m.Step, n); err != nil {
			return err
		}
		if batch[i].Cash == 0 || batch[i].Paid != 0 {
			return surplus.ErrStep
		}
		sum += batch[i].Cash
	}
	p, err := account.Prepare(c, account.Entry{Narrative: "a test", Lines: []account.Line{account.Debit(account.Dividends, sum), account.Credit(account.Bank, sum)}})
	if err != nil {
		return err
	}
	entry := p.Post(c)
	for i := range batch {
		batch[i].Paid = entry
	}
	a.Paid += sum
	surplus.PutParts(c, m.Period, m.Step, a, m.Members, batch)
	return nil
}
