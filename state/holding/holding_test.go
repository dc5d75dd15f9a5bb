package holding_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/exit"
	"github.com/rochdale-ledger/rochdale/state/holding"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/statetest"
)

const (
	treasurer = statetest.Treasurer
	ada       = state.Member(4)
	ben       = state.Member(5)
	cleo      = state.Member(6) // has left by leave
	resigned  = state.Member(7)
	stranger  = state.Member(99)
)

// Classes of the test's co-op: at a par of 10.00, of which members need 2; at 4.00; at
// 0.07, of which there are none.
const (
	common shareclass.Number = 1
	saver  shareclass.Number = 2
	odd    shareclass.Number = 3
)

// freeze lets a test do what only a room above does; lose posts a deficit as one that was
// declared.
type (
	freeze struct{}
	lose   struct{ Amount money.Amount }
)

func (freeze) Check() error                       { return nil }
func (freeze) Describe(state.Telling) state.Words { return state.Words{Phrase: "freeze"} }
func (freeze) Apply(c *state.Ctx) error {
	share.Freeze(c)
	return nil
}
func (lose) Check() error                       { return nil }
func (lose) Describe(state.Telling) state.Words { return state.Words{Phrase: "lose"} }
func (m lose) Apply(c *state.Ctx) error {
	p, err := account.Prepare(c, account.Entry{Narrative: "loss", Lines: []account.Line{
		account.Debit(account.Unappropriated, m.Amount), account.Credit(2000, m.Amount)}})
	if err == nil {
		p.Post(c)
	}
	return err
}

func setup() statetest.Setup {
	return statetest.Setup{
		Members: 9,
		Kinds: slices.Concat([]state.Kind{state.KindOf[freeze](0x7f02, "holding_test.freeze"), state.KindOf[lose](0x7f03, "holding_test.lose")},
			exit.Kinds, account.Kinds, shareclass.Kinds, share.Kinds, holding.Kinds),
		Grants: []charter.NamedGrant{
			{Actions: []string{"holding.Convert", "holding.Transfer", "share.Cancel"}, GrantText: charter.GrantText{Concerned: true}},
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
				{Class: common, Name: "common", Par: 1000, MaxHolding: 100},
				{Class: saver, Name: "saver", Par: 400, MaxHolding: 20},
				{Class: odd, Name: "odd", Par: 7, MaxHolding: 1000},
			})
		},
		Invariants: []func(state.Reader) error{account.CheckBooks, shareclass.CheckClasses, share.CheckShares},
		Indexes:    slices.Concat(account.Indexes, share.Indexes),
	}
}

func must(t *testing.T, l *statetest.L, actions ...state.Action) {
	t.Helper()
	for _, a := range actions {
		if res := l.Mandate(a); res.Code != 0 {
			t.Fatalf("%T: %s", a, res.Log)
		}
	}
}

// dies has a member die today.
func dies(t *testing.T, l *statetest.L, m state.Member) {
	t.Helper()
	must(t, l, exit.RecordEnd{Member: m, Ending: member.Died, Day: state.DayOf(l.Tip().Time)})
}

// founded has ada, ben and cleo hold 10 common shares and 5 savers each.
func founded(t *testing.T) *statetest.L { return foundedBy(t, setup()) }

func foundedBy(t *testing.T, s statetest.Setup) *statetest.L {
	l := statetest.New(t, s)
	var numbers []uint64
	for _, m := range []state.Member{ada, ben, cleo} {
		must(t, l, share.Subscribe{Member: m, Class: common, Units: 10}, share.Subscribe{Member: m, Class: saver, Units: 5})
		numbers = append(numbers, uint64(len(numbers))+1, uint64(len(numbers))+2)
	}
	must(t, l, share.ConfirmPayment{Subscriptions: numbers}, share.Issue{Subscriptions: numbers},
		shareclass.SetRules{Class: common, Rules: shareclass.RulesEntry{MinHolding: 2, MaxHolding: 100, Needed: []charter.Class{1}, Into: []shareclass.Number{saver, odd}}},
		shareclass.SetRules{Class: saver, Rules: shareclass.RulesEntry{MaxHolding: 20, Transferable: true}},
		shareclass.SetRules{Limits: shareclass.LimitsEntry{Unclaimed: 365}})
	return l
}

// wantHeld compares what members hold of common shares and savers.
func wantHeld(t *testing.T, l *statetest.L, want map[state.Member][2]uint64) {
	t.Helper()
	v := l.Read()
	defer v.Close()
	got := map[state.Member][2]uint64{}
	for m := range want {
		a, err := share.HoldingOf(v.Of(1), common, m)
		if err != nil {
			t.Fatal(err)
		}
		b, err := share.HoldingOf(v.Of(1), saver, m)
		if err != nil {
			t.Fatal(err)
		}
		got[m] = [2]uint64{a.Units, b.Units}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("holdings (-want +got)\n%s", diff)
	}
}

func wantBalances(t *testing.T, l *statetest.L, want map[account.Code]money.Amount) {
	t.Helper()
	v := l.Read()
	defer v.Close()
	for code, w := range want {
		if got, err := account.BalanceOf(v.Of(1), code); err != nil || got != w {
			t.Errorf("account %d has %d, %v, want %d", code, got, err, w)
		}
	}
}

// Rows follow the order of the checks.
func TestConvert(t *testing.T) {
	l := founded(t)
	defer l.Close()
	convert := func(from, into shareclass.Number, units uint64) holding.Convert {
		return holding.Convert{Member: ada, Class: from, Into: into, Units: units}
	}
	l.Run(t, []statetest.Row{
		statetest.Try("to itself", ben, convert(77, 77, 0), holding.ErrSelf),
		statetest.Try("no units", ben, convert(77, 78, 0), share.ErrUnits),
		statetest.Try("too many for any", ben, convert(77, 78, shareclass.MaxUnits+1), share.ErrUnits),
		statetest.Try("another's", ben, convert(77, 78, 99), state.ErrAuthority),
		statetest.Try("of no class", ada, convert(77, 78, 99), shareclass.ErrClass),
		statetest.Try("back, which no rule lets", ada, convert(saver, common, 99), holding.ErrInto),
		statetest.Try("10.00 in shares of 4.00", ada, convert(common, saver, 99), holding.ErrRemainder),
		statetest.Try("10.00 in shares of 0.07", ada, convert(common, odd, 1), holding.ErrRemainder),
		statetest.Try("more than are held", ada, convert(common, saver, 12), share.ErrUnits),
		statetest.Try("all, which membership needs", ada, convert(common, saver, 10), share.ErrNeeded),
		statetest.Try("more than can be held of the other", ada, convert(common, saver, 8), share.ErrLimit),
		statetest.Try("60.00 of it", ada, convert(common, saver, 6), nil),
		statetest.Try("below the minimum", ada, convert(common, saver, 3), holding.ErrRemainder),
		statetest.Try("while holdings stand still", ada, convert(common, saver, 2), share.ErrFrozen).After(func() { must(t, l, freeze{}) }),
	})
	wantHeld(t, l, map[state.Member][2]uint64{ada: {4, 20}})
	wantBalances(t, l, map[account.Code]money.Amount{account.Capital: -36000})
	v := l.Read()
	defer v.Close()
	out, _, err := share.OperationOf(v.Of(1), 7)
	if err != nil {
		t.Fatal(err)
	}
	out.Time, out.By = 0, state.Actor{}
	if diff := cmp.Diff(share.Change{Member: ada, Class: common, Units: 6, Held: 4, Sort: share.Conversion, Out: true, Counter: 8, Prev: 1}, out); diff != "" {
		t.Errorf("operation 7 (-want +got)\n%s", diff)
	}
}

// Rows follow the order of the checks.
func TestTransferAndTransmit(t *testing.T) {
	l := founded(t)
	defer l.Close()
	transfer := func(class shareclass.Number, to state.Member, units uint64, price money.Amount) holding.Transfer {
		return holding.Transfer{From: ada, To: to, Class: class, Units: units, Price: price, Document: 3}
	}
	transmit := func(from, to state.Member, class shareclass.Number, units uint64) holding.Transmit {
		return holding.Transmit{From: from, To: to, Class: class, Units: units, Reason: "the nomination"}
	}
	dies(t, l, cleo)
	must(t, l, member.Resign{Member: resigned})
	heir := func() { must(t, l, exit.Transmit{Member: cleo, Heirs: []state.Member{ben}}) }
	l.Run(t, []statetest.Row{
		statetest.Try("to oneself", ben, transfer(77, ada, 0, 1), holding.ErrSelf),
		statetest.Try("no units", ben, transfer(77, stranger, 0, 1), share.ErrUnits),
		statetest.Try("another's", ben, transfer(77, stranger, 9, 1), state.ErrAuthority),
		statetest.Try("of no class", ada, transfer(77, stranger, 9, 1), shareclass.ErrClass),
		statetest.Try("of a class that is not transferred", ada, transfer(common, stranger, 9, 1), holding.ErrTransfer),
		statetest.Try("for a cent more", ada, transfer(saver, stranger, 9, 401), holding.ErrPrice),
		statetest.Try("for a cent less", ada, transfer(saver, stranger, 9, 399), holding.ErrPrice),
		statetest.Try("more than are held", ada, transfer(saver, stranger, 9, 400), share.ErrUnits),
		statetest.Try("to no one", ada, transfer(saver, stranger, 5, 400), member.ErrUnknown),
		statetest.Try("to one who has left", ada, transfer(saver, cleo, 5, 400), member.ErrStanding),
		statetest.Try("at their value", ada, transfer(saver, ben, 4, 400), nil),
		statetest.Try("without a word on it", ada, transfer(saver, ben, 1, 0), nil),

		statetest.Try("transmit to oneself", treasurer, holding.Transmit{From: ada, To: ada}, holding.ErrSelf),
		statetest.Try("transmit without a reason", treasurer, holding.Transmit{From: ada, To: ben}, holding.ErrReason),
		statetest.Try("transmit nothing", treasurer, transmit(stranger, ben, 77, 0), share.ErrUnits),
		statetest.Try("transmit by an officer", treasurer, transmit(stranger, ben, 77, 99), state.ErrAuthority),
		statetest.Try("transmit from no one", 0, transmit(stranger, ben, 77, 99), member.ErrUnknown),
		statetest.Try("transmit from a member", 0, transmit(ada, ben, 77, 99), exit.ErrLives),
		statetest.Try("transmit from one who resigned", 0, transmit(resigned, ben, 77, 99), exit.ErrLives),
		statetest.Try("transmit before the heirs are recorded", 0, transmit(cleo, ben, 77, 99), exit.ErrHeir),
		statetest.Try("transmit to another", 0, transmit(cleo, ada, 77, 99), exit.ErrHeir).After(heir),
		statetest.Try("transmit of no class", 0, transmit(cleo, ben, 77, 99), shareclass.ErrClass),
		statetest.Try("transmit more than there is", 0, transmit(cleo, ben, common, 11), share.ErrUnits),
		statetest.Try("transmit a part below the minimum", 0, transmit(cleo, ben, common, 9), share.ErrMinimum),
		statetest.Try("transmit all", 0, transmit(cleo, ben, common, 10), nil),
		statetest.Try("once", 0, transmit(cleo, ben, common, 10), share.ErrUnits),
	})
	wantHeld(t, l, map[state.Member][2]uint64{ada: {10, 0}, ben: {20, 10}, cleo: {0, 5}})
	wantBalances(t, l, map[account.Code]money.Amount{account.Capital: -36000})
}

// Who left and never asked loses the shares to the reserve, after the time of the rules.
func TestForfeit(t *testing.T) {
	l := founded(t)
	defer l.Close()
	forfeit := func(m state.Member, units uint64) holding.Forfeit {
		return holding.Forfeit{Member: m, Class: common, Units: units, Reason: "not heard of"}
	}
	must(t, l, member.Resign{Member: cleo}, shareclass.SetRules{Limits: shareclass.LimitsEntry{}})
	l.Run(t, []statetest.Row{
		statetest.Try("no reason", treasurer, holding.Forfeit{Member: stranger}, holding.ErrReason),
		statetest.Try("nothing", treasurer, forfeit(stranger, 0), share.ErrUnits),
		statetest.Try("by an officer", treasurer, forfeit(stranger, 11), state.ErrAuthority),
		statetest.Try("where no time is set", 0, forfeit(cleo, 10), holding.ErrHolder),
	})
	must(t, l, shareclass.SetRules{Limits: shareclass.LimitsEntry{Unclaimed: 365}})
	l.Run(t, []statetest.Row{
		statetest.Try("of no one", 0, forfeit(stranger, 11), member.ErrUnknown),
		statetest.Try("of a member", 0, forfeit(ada, 11), holding.ErrHolder),
		statetest.Try("on the last day", 0, forfeit(cleo, 11), holding.ErrHolder).After(func() { l.Days(365) }),
		statetest.Try("more than there is", 0, forfeit(cleo, 11), share.ErrUnits).After(func() { l.Days(1) }),
		statetest.Try("forfeited", 0, forfeit(cleo, 10), nil),
	})
	wantHeld(t, l, map[state.Member][2]uint64{cleo: {0, 5}})
	wantBalances(t, l, map[account.Code]money.Amount{account.Capital: -26000, account.Reserve: -10000})
}

// The capital bears what it is to bear of a loss, each share its part, rounded down; and
// nothing is subscribed of a class that was written down.
func TestWriteDown(t *testing.T) {
	l := founded(t)
	defer l.Close()
	down := func(loss money.Amount, reserve bool) holding.WriteDown {
		return holding.WriteDown{Loss: loss, Reserve: reserve, Reason: "the fire"}
	}
	must(t, l, account.Post{Narrative: "given", Lines: []account.Line{account.Debit(account.Bank, 4000), account.Credit(account.Reserve, 4000)}})
	l.Run(t, []statetest.Row{
		statetest.Try("no reason", treasurer, holding.WriteDown{}, holding.ErrReason),
		statetest.Try("nothing", treasurer, down(0, false), holding.ErrLoss),
		statetest.Try("by an officer", treasurer, down(1, false), state.ErrAuthority),
		statetest.Try("more than was lost", 0, down(1, false), holding.ErrLoss),
		statetest.Try("more than the capital", 0, down(36001, false), holding.ErrLoss).After(func() { must(t, l, lose{40000}) }),
		statetest.Try("all of it", 0, down(36000, false), share.ErrWriteOff),
		statetest.Try("too little for any share", 0, down(35, false), holding.ErrLoss),
		statetest.Try("with the reserve, 90 % of 50.00", 0, down(5000, true), nil),
	})
	// 45.00 of 360.00 is an eighth: 1.25 of 10.00, and 0.50 of 4.00
	v := l.Read()
	defer v.Close()
	for class, want := range map[shareclass.Number][2]money.Amount{common: {875, 26250}, saver: {350, 5250}} {
		value, err := holding.ValueAt(v.Of(1), class, ^uint64(0))
		if err != nil {
			t.Fatal(err)
		}
		before, err := holding.ValueAt(v.Of(1), class, 6)
		if err != nil {
			t.Fatal(err)
		}
		figures, err := share.TotalsOf(v.Of(1), class)
		if err != nil || value != want[0] || figures.Capital != want[1] || before != map[shareclass.Number]money.Amount{common: 1000, saver: 400}[class] {
			t.Errorf("class %d is worth %d, before %d, and %d together, %v, want %d", class, value, before, figures.Capital, err, want)
		}
	}
	wantBalances(t, l, map[account.Code]money.Amount{account.Capital: -31500, account.Unappropriated: 35500, account.Reserve: -4000})
	l.Run(t, []statetest.Row{
		statetest.Try("subscribe of it", 0, share.Subscribe{Member: ada, Class: common, Units: 1}, shareclass.ErrWrittenDown),
		statetest.Try("convert to it", ada, holding.Convert{Member: ada, Class: common, Into: saver, Units: 2}, shareclass.ErrWrittenDown),
		statetest.Try("transfer at par", ada, holding.Transfer{From: ada, To: ben, Class: saver, Units: 1, Price: 400}, holding.ErrPrice),
		statetest.Try("transfer at the value", ada, holding.Transfer{From: ada, To: ben, Class: saver, Units: 1, Price: 350}, nil),
		statetest.Try("an issue is not taken back", 0, share.Correct{Subscriptions: []uint64{1}, Reason: "r"}, shareclass.ErrWrittenDown),
		statetest.Try("once more", 0, down(3150, false), nil),
	})
	value, err := holding.ValueAt(v.Of(1), odd, ^uint64(0))
	if err != nil || value != 7 {
		t.Errorf("a class without shares is worth %d, %v", value, err)
	}
}

// Bonus shares are paid up from a fund, as far as it goes.
func TestBonus(t *testing.T) {
	l := founded(t)
	defer l.Close()
	fund := []account.Line{account.Debit(account.Bank, 5000), account.Credit(account.Education, 5000)}
	must(t, l, account.Post{Narrative: "set aside", Lines: fund}, member.Resign{Member: cleo})
	bonus := func(class shareclass.Number, from account.Code, entries ...holding.Gift) holding.Bonus {
		return holding.Bonus{Class: class, From: from, Entries: entries, Reason: "ten years"}
	}
	gift := func(m state.Member, units uint64) holding.Gift { return holding.Gift{Member: m, Units: units} }
	long := make([]holding.Gift, holding.MaxBonus+1)
	l.Run(t, []statetest.Row{
		statetest.Try("no reason", treasurer, holding.Bonus{}, holding.ErrReason),
		statetest.Try("to nobody", treasurer, bonus(77, 9999), holding.ErrEntries),
		statetest.Try("to too many", treasurer, bonus(77, 9999, long...), holding.ErrEntries),
		statetest.Try("twice", treasurer, bonus(77, 9999, gift(ada, 1), gift(ada, 1)), holding.ErrEntries),
		statetest.Try("nothing", treasurer, bonus(77, 9999, gift(ada, 0)), share.ErrUnits),
		statetest.Try("by an officer", treasurer, bonus(77, 9999, gift(ada, 1)), state.ErrAuthority),
		statetest.Try("from no account", 0, bonus(77, 9999, gift(ada, 1)), account.ErrUnknown),
		statetest.Try("from the reserve", 0, bonus(77, account.Reserve, gift(ada, 1)), holding.ErrFund),
		statetest.Try("from what nobody allocated", 0, bonus(77, account.Unappropriated, gift(ada, 1)), holding.ErrFund),
		statetest.Try("from the bank", 0, bonus(77, account.Bank, gift(ada, 1)), holding.ErrFund),
		statetest.Try("of no class", 0, bonus(77, account.Education, gift(ada, 1)), shareclass.ErrClass),
		statetest.Try("to no one", 0, bonus(common, account.Education, gift(stranger, 1)), member.ErrUnknown),
		statetest.Try("to one who has left", 0, bonus(common, account.Education, gift(cleo, 1)), member.ErrStanding),
		statetest.Try("more than can be held", 0, bonus(common, account.Education, gift(ada, 91)), share.ErrLimit),
		statetest.Try("more than the fund has", 0, bonus(common, account.Education, gift(ada, 3), gift(ben, 3)), account.ErrFloor),
		statetest.Try("all that it has", 0, bonus(common, account.Education, gift(ada, 3), gift(ben, 2)), nil),
	})
	wantHeld(t, l, map[state.Member][2]uint64{ada: {13, 5}, ben: {12, 5}})
	wantBalances(t, l, map[account.Code]money.Amount{account.Capital: -41000, account.Education: 0})
}
