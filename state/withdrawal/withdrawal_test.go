package withdrawal_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/behalf"
	"github.com/rochdale-ledger/rochdale/state/call"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/statetest"
	"github.com/rochdale-ledger/rochdale/state/withdrawal"
	"github.com/rochdale-ledger/rochdale/tx"
)

const (
	treasurer = statetest.Treasurer
	ada       = state.Member(4)
	ben       = state.Member(5)
	cleo      = state.Member(6)
	dora      = state.Member(7)
	stranger  = state.Member(99)
)

// Classes of the test's co-op: at a par of 10.00, of which members hold 2 at least; and
// at a par of 0.01, which is not redeemable.
const (
	common shareclass.Number = 1
	bond   shareclass.Number = 2
)

// freeze lets a test do what only a room above does; so does hold.
type (
	freeze struct{}
	hold   struct{ Class shareclass.Number }
)

func (freeze) Check() error                       { return nil }
func (freeze) Describe(state.Telling) state.Words { return state.Words{Phrase: "freeze"} }
func (freeze) Apply(c *state.Ctx) error           { share.Freeze(c); return nil }
func (hold) Check() error                         { return nil }
func (hold) Describe(state.Telling) state.Words   { return state.Words{Phrase: "hold"} }
func (m hold) Apply(c *state.Ctx) error           { return share.Hold(c, common) }

func setup() statetest.Setup {
	return statetest.Setup{
		Members: 9,
		Kinds: slices.Concat([]state.Kind{state.KindOf[freeze](0x7f02, "withdrawal_test.freeze"), state.KindOf[hold](0x7f03, "withdrawal_test.hold")},
			account.Kinds, shareclass.Kinds, share.Kinds, call.Kinds, withdrawal.Kinds),
		Grants: []charter.NamedGrant{
			{Actions: []string{"withdrawal.Request", "withdrawal.Cancel"}, GrantText: charter.GrantText{Concerned: true, Offices: []charter.Office{charter.Secretary}}},
			{Actions: []string{"withdrawal.Redeem", "withdrawal.Pay"}, GrantText: charter.GrantText{Offices: []charter.Office{charter.Treasurer}, Motions: []charter.MotionKindID{1, 3}}},
			{Actions: []string{"withdrawal.Suspend", "withdrawal.Resume", "withdrawal.SetAside"}, GrantText: charter.GrantText{Motions: []charter.MotionKindID{1, 3}}},
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
				{Class: common, Name: "common", Par: 1000, MinHolding: 2, MaxHolding: 100},
				{Class: bond, Name: "bond", Par: 1000, MaxHolding: 1000},
			})
		},
		Invariants: []func(state.Reader) error{account.CheckBooks, shareclass.CheckClasses, share.CheckShares, call.CheckCalls, withdrawal.CheckQueue},
		Indexes:    slices.Concat(account.Indexes, share.Indexes, withdrawal.Indexes),
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

// founded has ada, ben, cleo and dora hold 10 common shares each, redeemable on a notice
// of 30 days, and a limit of the register that is given.
func founded(t *testing.T, limits shareclass.LimitsEntry, change func(*shareclass.RulesEntry)) *statetest.L {
	return foundedBy(t, setup(), limits, change)
}

func foundedBy(t *testing.T, s statetest.Setup, limits shareclass.LimitsEntry, change func(*shareclass.RulesEntry)) *statetest.L {
	l := statetest.New(t, s)
	rules := shareclass.RulesEntry{MinHolding: 2, MaxHolding: 100, Redeemable: true, Notice: 30}
	if change != nil {
		change(&rules)
	}
	must(t, l, shareclass.SetRules{Class: common, Rules: rules}, shareclass.SetRules{Limits: limits})
	var numbers []uint64
	for i, m := range []state.Member{ada, ben, cleo, dora} {
		must(t, l, share.Subscribe{Member: m, Class: common, Units: 10})
		numbers = append(numbers, uint64(i)+1)
	}
	must(t, l, share.ConfirmPayment{Subscriptions: numbers}, share.Issue{Subscriptions: numbers})
	return l
}

func ask(m state.Member, units uint64) withdrawal.Request {
	return withdrawal.Request{Member: m, Class: common, Units: units}
}
func onPaper(m withdrawal.Request) withdrawal.Request {
	m.Paper = bytes.Repeat([]byte{7}, 32)
	return m
}
func redeem(n ...uint64) withdrawal.Redeem { return withdrawal.Redeem{Requests: n} }
func pay(amount money.Amount, n ...uint64) withdrawal.Pay {
	return withdrawal.Pay{Requests: n, Amount: amount}
}

func find(t *testing.T, l *statetest.L, n uint64) withdrawal.Ticket {
	t.Helper()
	v := l.Read()
	defer v.Close()
	got, err := withdrawal.Find(v.Of(1), n)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// wantBooks compares balances with those of the bank, of what is owed and of the capital.
func wantBooks(t *testing.T, l *statetest.L, bank, owed, capital money.Amount) {
	t.Helper()
	v := l.Read()
	defer v.Close()
	for code, want := range map[account.Code]money.Amount{account.Bank: bank, account.Redemptions: -owed, account.Capital: -capital} {
		if got, err := account.BalanceOf(v.Of(1), code); err != nil || got != want {
			t.Errorf("account %d has %d, %v, want %d", code, got, err, want)
		}
	}
}

// Rows follow the order of the checks.
func TestRequestAndCancel(t *testing.T) {
	l := founded(t, shareclass.LimitsEntry{}, func(r *shareclass.RulesEntry) { r.Needed = []charter.Class{1} })
	defer l.Close()
	must(t, l, share.Subscribe{Member: ada, Class: bond, Units: 5})
	cancel := func(m state.Member, n uint64) withdrawal.Cancel { return withdrawal.Cancel{Member: m, Request: n} }
	leave := func() { must(t, l, member.Resign{Member: dora}) }
	l.Run(t, []statetest.Row{
		statetest.Try("no units", ada, ask(stranger, 0), share.ErrUnits),
		statetest.Try("too many for any", ada, ask(stranger, shareclass.MaxUnits+1), share.ErrUnits),
		statetest.Try("no authority", ada, ask(ben, 11), state.ErrAuthority),
		statetest.Try("for no one", statetest.Secretary, ask(stranger, 11), member.ErrUnknown),
		statetest.Try("for a member, by an officer", statetest.Secretary, ask(ben, 11), withdrawal.ErrOwn),
		statetest.Try("for a member with a key, by a motion", 0, ask(ben, 11), behalf.ErrKey),
		statetest.Try("of no class", ada, withdrawal.Request{Member: ada, Class: 77, Units: 11}, shareclass.ErrClass),
		statetest.Try("of a class that is not redeemable", ada, withdrawal.Request{Member: ada, Class: bond, Units: 11}, share.ErrNotRedeemable),
		statetest.Try("more than is held", ada, ask(ada, 11), share.ErrUnits),
		statetest.Try("below the minimum", ada, ask(ada, 9), share.ErrMinimum),
		statetest.Try("all, while membership needs it", ada, ask(ada, 10), share.ErrNeeded),
		statetest.Try("a part", ada, ask(ada, 3), nil),
		statetest.Try("more than is left", ada, ask(ada, 8), share.ErrUnits),
		statetest.Try("below the minimum, together", ada, ask(ada, 6), share.ErrMinimum),
		statetest.Try("to the minimum", ada, ask(ada, 5), nil),
		statetest.Try("of one who has left, on no paper", statetest.Secretary, ask(dora, 10), behalf.ErrPaper).After(leave),
		statetest.Try("all, of one who has left", statetest.Secretary, onPaper(ask(dora, 10)), nil),
		statetest.Try("and once more", 0, ask(dora, 1), share.ErrUnits),

		statetest.Try("cancel another's, signed by oneself", ben, cancel(ada, 9), state.ErrAuthority),
		statetest.Try("cancel what is not there", ben, cancel(ben, 9), withdrawal.ErrRequest),
		statetest.Try("cancel another's", ben, cancel(ben, 1), withdrawal.ErrTheirs),
		statetest.Try("cancel a member's, by an officer", statetest.Secretary, cancel(ada, 1), withdrawal.ErrKeeps),
		statetest.Try("cancel a member's, by a motion", 0, cancel(ada, 1), behalf.ErrKey),
		statetest.Try("cancel one in the middle", ada, cancel(ada, 2), nil),
		statetest.Try("cancel it twice", ada, cancel(ada, 2), withdrawal.ErrStatus),
		statetest.Try("its units can be asked back again", ada, ask(ada, 5), nil),
		statetest.Try("cancel the first", ada, cancel(ada, 1), nil),
		statetest.Try("cancel the last", ada, cancel(ada, 4), nil),
		statetest.Try("cancel what one who has left asked, by an officer on no paper", statetest.Secretary, cancel(dora, 3), behalf.ErrPaper),
		statetest.Try("cancel what one who has left asked, by all", 0, cancel(dora, 3), nil),
		statetest.Try("and ask it again, by all", 0, ask(dora, 10), nil),
	})
	v := l.Read()
	defer v.Close()
	q, err := withdrawal.QueueOf(v.Of(1))
	if diff := cmp.Diff(withdrawal.Queue{Requests: 5, Waiting: withdrawal.List{First: 5, Last: 5}}, q); diff != "" || err != nil {
		t.Errorf("queue, %v (-want +got)\n%s", err, diff)
	}
}

// Rows follow the order of the checks. The queue is served from its front, when the
// notice is over, while nothing stands still.
func TestRedeem(t *testing.T) {
	l := founded(t, shareclass.LimitsEntry{CashFloor: 10000, CapitalFloor: money.Rate{Num: 1, Den: 2}}, nil)
	defer l.Close()
	for _, r := range []withdrawal.Request{ask(ben, 8), ask(ada, 3), ask(cleo, 5), ask(ada, 4), ask(dora, 1)} { // 1 to 5
		l.Must(r.Member, r)
	}
	l.Must(ada, withdrawal.Cancel{Member: ada, Request: 4})
	many := make([]uint64, withdrawal.MaxBatch+1)
	for i := range many {
		many[i] = uint64(i) + 1
	}
	suspend := func() { must(t, l, withdrawal.Suspend{Reason: "the roof"}) }
	l.Run(t, []statetest.Row{
		try("redeem none", redeem(), withdrawal.ErrBatch),
		try("redeem too many", redeem(many...), withdrawal.ErrBatch),
		try("redeem twice in one", redeem(99, 99), withdrawal.ErrOrder),
		statetest.Try("redeem without authority", ada, redeem(99), state.ErrAuthority),
		try("redeem while suspended", redeem(99), withdrawal.ErrSuspended).After(suspend),
		statetest.Try("suspend again", 0, withdrawal.Suspend{Reason: "the roof"}, withdrawal.ErrSuspended),
		statetest.Try("suspend without a reason", 0, withdrawal.Suspend{}, withdrawal.ErrReason),
		try("pay while suspended", pay(0, 99), withdrawal.ErrSuspended),
		statetest.Try("ask while suspended", ben, ask(ben, 1), share.ErrMinimum),
		statetest.Try("resumed by fewer than suspended", statetest.Secretary, two(withdrawal.KindResume, withdrawal.Resume{}), withdrawal.ErrAll),
		statetest.Try("resume", 0, withdrawal.Resume{}, nil),
		statetest.Try("resume again", 0, withdrawal.Resume{}, withdrawal.ErrRunning),
		statetest.Try("suspended again by fewer", statetest.Secretary, two(withdrawal.KindSuspend, withdrawal.Suspend{Reason: "r"}), withdrawal.ErrAll),
		try("redeem what is not there", redeem(99), withdrawal.ErrRequest),
		try("redeem one that was cancelled", redeem(4), withdrawal.ErrStatus),
		try("redeem in the notice", redeem(1), withdrawal.ErrNotice),
		try("redeem the second first", redeem(2), withdrawal.ErrQueue).After(func() { l.Days(30); must(t, l, freeze{}) }),
		try("redeem with a gap", redeem(1, 3), withdrawal.ErrQueue),
		try("redeem while holdings stand still", redeem(1), share.ErrFrozen),
	})
}

// try is a row of the treasurer's.
func try(name string, a state.Action, want *state.Rejection) statetest.Row {
	return statetest.Try(name, treasurer, a, want)
}

// Rows follow the order of the checks. No payment jumps the queue, nor passes the floor.
func TestInOrder(t *testing.T) {
	l := founded(t, shareclass.LimitsEntry{CashFloor: 10000, CapitalFloor: money.Rate{Num: 1, Den: 2}}, nil)
	for _, r := range []withdrawal.Request{ask(ben, 8), ask(ada, 3), ask(cleo, 5), ask(ada, 4), ask(dora, 5)} { // 1 to 5
		l.Must(r.Member, r)
	}
	l.Must(ada, withdrawal.Cancel{Member: ada, Request: 4})
	defer l.Close()
	l.Days(30)
	l.Run(t, []statetest.Row{
		try("pay what is not redeemed", pay(0, 1), withdrawal.ErrStatus),
		try("a unit below half of the capital", redeem(1, 2, 3, 5), share.ErrCapitalFloor),
		try("the first two", redeem(1, 2), nil),
		try("once", redeem(1), withdrawal.ErrStatus),
		try("pay the second first", pay(0, 2), withdrawal.ErrQueue),
		try("pay more than is owed", pay(11001, 1, 2), withdrawal.ErrAmount),
		try("pay nothing to the second", pay(8000, 1, 2), withdrawal.ErrAmount),
		try("pay a negative amount", pay(-1, 1), withdrawal.ErrAmount),
		try("a part of the first", pay(3000, 1), nil),
		try("the rest, and a part of the second", pay(6000, 1, 2), nil),
		try("the first again", pay(0, 1), withdrawal.ErrQueue),
		try("the third", redeem(3), nil),
		try("the rest of two", pay(0, 2, 3), nil),
		try("what is paid", pay(0, 3), withdrawal.ErrStatus),
		try("to the floor of the capital, not below", redeem(5), share.ErrCapitalFloor),
	})
	wantBooks(t, l, 24000, 0, 24000)
	want := withdrawal.Ticket{Member: ada, Class: common, Units: 3, Status: withdrawal.Done, Value: 3000, Paid: 3000, Operation: 6}
	got := find(t, l, 2)
	got.Time, got.Ready, got.Redeemed = 0, 0, 0
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("request 2 (-want +got)\n%s", diff)
	}
	l.Sound()
}

// Holdings that a motion would divide by are not redeemed; nor does cash pass its floor.
func TestFloorsOfCash(t *testing.T) {
	l := founded(t, shareclass.LimitsEntry{CashFloor: 35000, AssetsFloor: 30000}, func(r *shareclass.RulesEntry) { r.Notice = 0 })
	defer l.Close()
	for _, r := range []withdrawal.Request{ask(ben, 8), ask(ada, 2), ask(cleo, 1)} {
		l.Must(r.Member, r)
	}
	l.Run(t, []statetest.Row{
		statetest.Try("net assets below their floor", treasurer, redeem(1, 2, 3), share.ErrAssetsFloor),
		statetest.Try("exactly their floor", treasurer, redeem(1, 2), nil),
		statetest.Try("a cent below the floor of cash", treasurer, pay(5001, 1), withdrawal.ErrCash),
		statetest.Try("to the floor of cash", treasurer, pay(5000, 1), nil),
		statetest.Try("held for a motion", treasurer, redeem(3), share.ErrHeld).After(func() { must(t, l, hold{}) }),
	})
	wantBooks(t, l, 35000, 5000, 30000)
}

// The capital goes down to its floor, and not a cent below.
func TestFloorOfCapital(t *testing.T) {
	for floor, want := range map[uint64]*state.Rejection{24000: nil, 24001: share.ErrCapitalFloor} {
		l := founded(t, shareclass.LimitsEntry{CapitalFloor: money.Rate{Num: floor, Den: 40000}}, func(r *shareclass.RulesEntry) { r.Notice = 0 })
		for _, r := range []withdrawal.Request{ask(ben, 8), ask(ada, 8)} {
			l.Must(r.Member, r)
		}
		l.Run(t, []statetest.Row{statetest.Try("16 of 40 shares", treasurer, redeem(1, 2), want)})
		l.Close()
	}
}

// A value is fixed after the close of the year in which the notice is over.
func TestYearEnd(t *testing.T) {
	l := founded(t, shareclass.LimitsEntry{YearEnd: 1231}, nil) // the first block is of November 14, 2023
	defer l.Close()
	l.Must(ada, ask(ada, 3))
	if got := find(t, l, 1).Ready; got != 19723 { // January 1, 2024
		t.Errorf("ready on day %d", got)
	}
	l.Run(t, []statetest.Row{statetest.Try("in the year", treasurer, redeem(1), withdrawal.ErrNotice).After(func() { l.Days(40) })})
	l.Days(9)
	l.Must(treasurer, redeem(1))
}

// lose posts a deficit of an amount as one that was declared.
type lose struct{ Amount money.Amount }

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

// Of a deficit the shares bear what capital is of capital and reserve, the later ones the
// same part; and what is found later is deducted, or claimed back, while there is time.
// SCOP 18.2: 100.00 × 400.00 / (400.00 + 100.00) is 80.00, 20 % of each share.
func TestLosses(t *testing.T) {
	s := setup()
	s.Kinds = append(s.Kinds, state.KindOf[lose](0x7f09, "withdrawal_test.lose"))
	l := lossesOf(t, s)
	defer l.Close()
	for _, r := range []withdrawal.Request{ask(ben, 8), ask(ada, 3)} {
		l.Must(r.Member, r)
	}
	l.Must(treasurer, redeem(1))
	l.Must(treasurer, redeem(2))
	if a, b := find(t, l, 1), find(t, l, 2); a.Value != 6400 || a.Loss != 1600 || b.Value != 2400 || b.Loss != 600 {
		t.Errorf("8 shares %d of which %d are lost, 3 shares %d and %d", a.Value, a.Loss, b.Value, b.Loss)
	}
	deduct := func(n uint64, amount money.Amount, code, claim account.Code) withdrawal.Deduct {
		return withdrawal.Deduct{Request: n, Amount: amount, Account: code, Claim: claim, Reason: "r"}
	}
	must(t, l, account.Post{Narrative: "loan", Lines: []account.Line{account.Debit(1400, 500), account.Credit(account.Bank, 500)}})
	l.Must(treasurer, pay(6000, 1))
	const loss = account.Unappropriated
	l.Run(t, []statetest.Row{
		statetest.Try("no reason", 0, withdrawal.Deduct{Request: 99}, withdrawal.ErrReason),
		statetest.Try("nothing", 0, deduct(99, 0, 1, 1), withdrawal.ErrAmount),
		statetest.Try("a debt claimed back", 0, deduct(99, 1, 1400, 1200), withdrawal.ErrAccount),
		statetest.Try("no authority", treasurer, deduct(99, 1, 9999, 0), state.ErrAuthority),
		statetest.Try("no such request", 0, deduct(99, 1, 9999, 0), withdrawal.ErrRequest),
		statetest.Try("to no account", 0, deduct(1, 1, 9999, 0), account.ErrUnknown),
		statetest.Try("to the bank", 0, deduct(1, 1, account.Bank, 0), withdrawal.ErrAccount),
		statetest.Try("to a liability", 0, deduct(1, 1, 2000, 0), withdrawal.ErrAccount),
		statetest.Try("more than members owe", 0, deduct(2, 501, 1400, 0), withdrawal.ErrAmount),
		statetest.Try("more than is left", 0, deduct(1, 401, 1400, 0), withdrawal.ErrAmount),
		statetest.Try("what the member owes", 0, deduct(2, 500, 1400, 0), nil),
		statetest.Try("a loss, more than is left", 0, deduct(1, 401, loss, 0), withdrawal.ErrAmount),
		statetest.Try("claimed in the capital", 0, deduct(1, 401, loss, account.Capital), withdrawal.ErrAccount),
		statetest.Try("a loss, more than was ever paid", 0, deduct(1, 6401, loss, 1200), withdrawal.ErrAmount),
		statetest.Try("a loss, and a claim of 1.00", 0, deduct(1, 500, loss, 1200), nil),
		statetest.Try("a claim alone", 0, deduct(1, 50, loss, 1200), nil),
		statetest.Try("on the last day", 0, deduct(2, 100, loss, 0), nil).After(func() { l.Days(365) }),
		statetest.Try("a day later", 0, deduct(2, 100, loss, 0), withdrawal.ErrClawback).After(func() { l.Days(1) }),
	})
	if a, b := find(t, l, 1), find(t, l, 2); a.Status != withdrawal.Done || a.Claimed != 150 || a.Taken != 400 || b.Rest() != 1800 {
		t.Errorf("requests %+v and %+v", a, b)
	}
	l.Sound()
}

func lossesOf(t *testing.T, s statetest.Setup) *statetest.L {
	l := statetest.New(t, s)
	must(t, l, shareclass.SetRules{Class: common, Rules: shareclass.RulesEntry{MaxHolding: 100, Redeemable: true}},
		shareclass.SetRules{Limits: shareclass.LimitsEntry{BearsLoss: true, Clawback: 365}},
		share.Subscribe{Member: ben, Class: common, Units: 20}, share.Subscribe{Member: ada, Class: common, Units: 20},
		share.ConfirmPayment{Subscriptions: []uint64{1, 2}}, share.Issue{Subscriptions: []uint64{1, 2}},
		account.Post{Narrative: "given", Lines: []account.Line{account.Debit(account.Bank, 10000), account.Credit(account.Reserve, 10000)}},
		lose{10000})
	return l
}

// Who cannot be found holds up nobody, keeps the claim, and loses it to the reserve only
// after the time that the rules give.
// two is what a motion of two officers carries.
func two(kind tx.Kind, a state.Action) state.Action {
	return statetest.Carried{Kind: kind, Payload: tx.Encode(a), By: 3}
}

// Two officers suspend and resume by themselves; what all members decided of it only they
// undo, and others suspend again when the waiting time is over.
func TestSuspendedByAll(t *testing.T) {
	l := statetest.New(t, setup())
	defer l.Close()
	suspend, resume := withdrawal.Suspend{Reason: "r"}, withdrawal.Resume{}
	officers := func(name string, kind tx.Kind, a state.Action, want *state.Rejection) statetest.Row {
		return statetest.Try(name, statetest.Secretary, two(kind, a), want)
	}
	l.Run(t, []statetest.Row{
		officers("officers suspend", withdrawal.KindSuspend, suspend, nil),
		officers("and again", withdrawal.KindSuspend, suspend, withdrawal.ErrSuspended),
		officers("and resume", withdrawal.KindResume, resume, nil),
		officers("and suspend", withdrawal.KindSuspend, suspend, nil),
		statetest.Try("members make it theirs", 0, suspend, nil),
		statetest.Try("once", 0, suspend, withdrawal.ErrSuspended),
		officers("officers resume it", withdrawal.KindResume, resume, withdrawal.ErrAll),
		statetest.Try("members resume", 0, resume, nil),
		officers("officers suspend on the last day of the waiting time", withdrawal.KindSuspend, suspend, withdrawal.ErrAll).After(func() { l.Days(charter.MinWaiting - 1) }),
		statetest.Try("members do", 0, suspend, nil),
		statetest.Try("and resume", 0, resume, nil),
		officers("officers, when it is over", withdrawal.KindSuspend, suspend, nil).After(func() { l.Days(charter.MinWaiting) }),
	})
	l.Sound()
}

func TestUnclaimed(t *testing.T) {
	l := founded(t, shareclass.LimitsEntry{Unclaimed: 1095}, func(r *shareclass.RulesEntry) { r.Notice = 0 })
	defer l.Close()
	for _, r := range []withdrawal.Request{ask(ben, 8), ask(ada, 3), ask(cleo, 5)} {
		l.Must(r.Member, r)
	}
	l.Must(treasurer, redeem(1, 2, 3))
	aside := func(n uint64) withdrawal.SetAside { return withdrawal.SetAside{Request: n, Reason: "moved away"} }
	lapse := func(n uint64) withdrawal.Lapse { return withdrawal.Lapse{Request: n, Reason: "unclaimed"} }
	l.Run(t, []statetest.Row{
		statetest.Try("aside without a reason", 0, withdrawal.SetAside{Request: 99}, withdrawal.ErrReason),
		statetest.Try("aside by an officer", treasurer, aside(99), state.ErrAuthority),
		statetest.Try("aside, not there", 0, aside(99), withdrawal.ErrRequest),
		statetest.Try("aside by two officers", statetest.Secretary, two(withdrawal.KindSetAside, aside(1)), withdrawal.ErrAll),
		statetest.Try("aside", 0, aside(1), nil),
		statetest.Try("aside twice", 0, aside(1), withdrawal.ErrStatus),
		statetest.Try("in the middle", 0, aside(3), nil),
		statetest.Try("the next is paid", treasurer, pay(0, 2), nil),
		statetest.Try("one who comes after all, in part", treasurer, pay(1000, 3), nil),
		statetest.Try("two at a time wait in no queue", treasurer, pay(0, 1, 3), withdrawal.ErrStatus),
		statetest.Try("lapse without a reason", 0, withdrawal.Lapse{Request: 99}, withdrawal.ErrReason),
		statetest.Try("lapse, not there", 0, lapse(99), withdrawal.ErrRequest),
		statetest.Try("lapse what is paid", 0, lapse(2), withdrawal.ErrStatus),
		statetest.Try("lapse at once", 0, lapse(1), withdrawal.ErrUnclaimed),
		statetest.Try("lapse on the last day", 0, lapse(1), withdrawal.ErrUnclaimed).After(func() { l.Days(1095) }),
		statetest.Try("one who comes on the last day", treasurer, pay(0, 3), nil),
		statetest.Try("lapsed a day later", 0, lapse(1), nil).After(func() { l.Days(1) }),
		statetest.Try("twice", 0, lapse(1), withdrawal.ErrStatus),
		statetest.Try("paid after it lapsed", treasurer, pay(0, 1), withdrawal.ErrStatus),
	})
	wantBooks(t, l, 32000, 0, 24000)
	v := l.Read()
	defer v.Close()
	if got, err := account.BalanceOf(v.Of(1), account.Reserve); got != -8000 || err != nil {
		t.Errorf("reserve %d, %v", got, err)
	}
}

// What was redeemed is not taken back as an issue.
func TestRedeemedIsNotCorrected(t *testing.T) {
	l := founded(t, shareclass.LimitsEntry{}, func(r *shareclass.RulesEntry) { r.Notice = 0 })
	defer l.Close()
	l.Must(ben, ask(ben, 8))
	l.Run(t, []statetest.Row{
		statetest.Try("asked back", 0, share.Correct{Subscriptions: []uint64{2}, Reason: "r"}, share.ErrLeaving),
		statetest.Try("redeemed", treasurer, redeem(1), nil),
		statetest.Try("not held any more", 0, share.Correct{Subscriptions: []uint64{2}, Reason: "r"}, share.ErrLeaving),
	})
}

// A number that has no name, in a record of a later version, is shown as such.
func TestStatusNameless(t *testing.T) {
	for got, want := range map[string]string{
		withdrawal.Status(0).String(): "status 0", withdrawal.Waiting.String(): "waiting", withdrawal.Aside.String(): "set aside", (withdrawal.Aside + 1).String(): "status 6",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// Reasons have a length.
func TestReasons(t *testing.T) {
	long := strings.Repeat("x", withdrawal.MaxReason+1)
	for _, a := range []state.Action{withdrawal.Suspend{Reason: long}, withdrawal.SetAside{Reason: long}, withdrawal.Lapse{Reason: long}, withdrawal.Deduct{Reason: long}} {
		if err := a.Check(); err == nil || !strings.Contains(err.Error(), "reason") {
			t.Errorf("%T: %v", a, err)
		}
	}
}
