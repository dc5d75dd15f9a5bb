package takeover_test

import (
	"slices"
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/amendment"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/holding"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/office"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/statetest"
	"github.com/rochdale-ledger/rochdale/state/takeover"
	"github.com/rochdale-ledger/rochdale/state/withdrawal"
)

// loans is the account of loans in the standard chart.
const loans account.Code = 2400

// redeemable lets shares of class 1 be asked back.
var redeemable = shareclass.SetRules{Class: 1, Rules: shareclass.RulesEntry{MaxHolding: 100, Redeemable: true, Notice: 30}}

// whole are three people with all that can be brought in: a secretary who has lent 50.00
// twice, a member whose term as treasurer is over, and one who has left and asks her ten
// shares back.
func whole(l *statetest.L) []takeover.Person {
	out := people(l, 1, 3)
	for i := range out {
		out[i].Joined, out[i].Held[0].Units = day(l)-365, 10
	}
	out[0].Posts = []takeover.Post{{Office: charter.Secretary, Since: day(l) - 100, Until: day(l) + 100}}
	loan := takeover.Loan{Account: loans, Sum: 5000, Interest: money.Rate{Num: 3, Den: 100}, Since: day(l) - 50, Due: day(l) + 500}
	out[0].Loans = []takeover.Loan{loan, loan}
	out[1].Posts = []takeover.Post{{Office: charter.Treasurer, Until: day(l)}}
	out[2].Left = day(l) - 5
	return out
}

// notices are of the second and the third of the people.
func notices(l *statetest.L) []takeover.Notice {
	return []takeover.Notice{
		{Person: 3, Class: 1, Units: 10, Given: day(l) - 20, Ready: day(l) + 10},
		{Person: 2, Class: 1, Units: 4, Given: day(l) - 7, Ready: day(l) + 23},
	}
}

// adoptWhole is what a motion adopts of them.
func adoptWhole(l *statetest.L, p []takeover.Person, n []takeover.Notice) takeover.Adopt {
	m := adopt(l, p)
	m.Parts, m.Notices = append(m.Parts, takeover.DigestNotices(n)), uint64(len(n))
	m.Loans = []account.Code{loans}
	m.Balances = []account.Line{account.Debit(account.Bank, m.Capital+10_000), account.Credit(loans, 10_000)}
	return m
}

// Each row breaks one entry of a person or a notice, in the order of the checks.
func TestEntries(t *testing.T) {
	l := newLedger(t)
	person := func(by func(*takeover.Person)) takeover.Load {
		p := whole(l)
		by(&p[0])
		return takeover.Load{Part: 1, People: p}
	}
	notice := func(by func([]takeover.Notice)) takeover.Load {
		n := notices(l)
		by(n)
		return takeover.Load{Part: 1, Notices: n}
	}
	l.Run(t, []statetest.Row{
		statetest.Try("people and notices", 1, takeover.Load{Part: 1, People: whole(l), Notices: notices(l)}, takeover.ErrPeople),
		statetest.Try("too many notices", 1, takeover.Load{Part: 1, Notices: make([]takeover.Notice, takeover.MaxNotices+1)}, takeover.ErrPeople),
		statetest.Try("too many offices", 1, person(func(p *takeover.Person) { p.Posts = make([]takeover.Post, takeover.MaxPosts+1) }), takeover.ErrPerson),
		statetest.Try("an office of one who has left", 1, person(func(p *takeover.Person) { p.Left = 1 }), takeover.ErrPerson),
		statetest.Try("no office", 1, person(func(p *takeover.Person) { p.Posts[0].Office = 0 }), takeover.ErrPerson),
		statetest.Try("an office twice", 1, person(func(p *takeover.Person) { p.Posts = append(p.Posts, p.Posts[0]) }), takeover.ErrPerson),
		statetest.Try("too many loans", 1, person(func(p *takeover.Person) { p.Loans = make([]takeover.Loan, takeover.MaxLoans+1) }), takeover.ErrPerson),
		statetest.Try("accounts that do not ascend", 1, person(func(p *takeover.Person) { p.Loans[1].Account-- }), takeover.ErrPerson),
		statetest.Try("a loan of nothing", 1, person(func(p *takeover.Person) { p.Loans[0].Sum = 0 }), takeover.ErrPerson),
		statetest.Try("interest above all", 1, person(func(p *takeover.Person) { p.Loans[0].Interest.Num = 101 }), takeover.ErrPerson),
		statetest.Try("a notice of nobody", 1, notice(func(n []takeover.Notice) { n[0].Person = 0 }), takeover.ErrNotice),
		statetest.Try("a notice of no shares", 1, notice(func(n []takeover.Notice) { n[0].Units = 0 }), takeover.ErrNotice),
		statetest.Try("one ready in more than thirty years", 1, notice(func(n []takeover.Notice) { n[0].Ready = n[0].Given + takeover.MaxReady + 1 }), takeover.ErrNotice),
		statetest.Try("one ready before it was given", 1, notice(func(n []takeover.Notice) { n[0].Ready = n[0].Given - 1 }), takeover.ErrNotice),
		statetest.Try("notices out of order", 1, notice(func(n []takeover.Notice) { n[0], n[1] = n[1], n[0] }), takeover.ErrNotice),
		statetest.Try("in bounds", 1, person(func(*takeover.Person) {}), takeover.ErrNone),
	})
}

// All of a person comes in, under the name of the motion that adopted it.
func TestWhole(t *testing.T) {
	l := newLedger(t)
	p, n := whole(l), notices(l)
	good := adoptWhole(l, p, n)
	p[1].Entry.Key = statetest.Key(1, founders+2).Public()
	good.Parts[0] = takeover.Digest(p)
	later := people(l, 41, 1)
	early := []takeover.Notice{{Person: 1, Class: 1, Units: 1, Given: day(l) - 8, Ready: day(l)}}
	again := adopt(l, later)
	again.Parts, again.Notices = append(again.Parts, takeover.DigestNotices(early)), 1
	l.Run(t, []statetest.Row{
		statetest.Try("redeemable", 0, redeemable, nil),
		statetest.Try("adopted", 0, good, nil),
		statetest.Try("the queue before its people", 1, takeover.Load{Part: 2, Notices: n}, takeover.ErrPart),
		statetest.Try("people", 1, takeover.Load{Part: 1, People: p}, nil),
		statetest.Try("other loans meanwhile", 0, change(good, func(m *takeover.Adopt) { m.Loans = nil }), takeover.ErrTotals),
		statetest.Try("less lent than came", 0, change(good, func(m *takeover.Adopt) {
			m.Balances = []account.Line{account.Debit(account.Bank, m.Capital+9999), account.Credit(loans, 9999)}
		}), takeover.ErrTotals),
		statetest.Try("the queue", 1, takeover.Load{Part: 2, Notices: n}, nil),
		statetest.Try("another takeover", 0, again, nil),
		statetest.Try("of one more", 1, takeover.Load{Part: 1, People: later}, nil),
		statetest.Try("its request before it comes in", 1, withdrawal.Request{Member: 1, Class: 1, Units: 1}, withdrawal.ErrHeld),
		statetest.Try("whose notice is older than those that wait", 1, takeover.Load{Part: 2, Notices: early}, nil),
		statetest.Try("a request after all", founders+2, withdrawal.Request{Member: founders + 2, Class: 1, Units: 1}, nil),
	})
	v := l.Read()
	defer v.Close()
	r := v.Of(1)
	first := state.Member(founders + 1)
	term, err := office.TermOf(r, charter.Secretary, first)
	if err != nil || term.Until != day(l)+100 {
		t.Errorf("term %+v, %v", term, err)
	}
	if holds, err := member.Holds(r, first+1, charter.Treasurer); holds || err != nil {
		t.Errorf("whose term was over holds the office: %v, %v", holds, err)
	}
	rec, err := member.Find(r, first+2)
	if err != nil || rec.Standing() != member.Left || rec.Ended() != member.Resigned || rec.History[len(rec.History)-1].Effective != day(l)-5 {
		t.Errorf("%+v, %v", rec, err)
	}
	if by := rec.History[0].By; by.Motion == 0 {
		t.Errorf("entered by %v, not by the motion", by)
	}
	past, _, err := takeover.PastOf(r, first)
	if err != nil || len(past.Loans) != 2 || past.Loans[1].Sum != 5000 || past.Posts[0].Since != day(l)-100 {
		t.Errorf("%+v, %v", past, err)
	}
	if owed, err := account.BalanceOf(r, loans); err != nil || owed != -10_000 {
		t.Errorf("%d lent, %v", owed, err)
	}
	q, err := withdrawal.QueueOf(r)
	if err != nil || q.Requests != 4 || q.HeldUntil != 0 {
		t.Fatalf("%+v, %v", q, err)
	}
	for i, want := range n {
		got, err := withdrawal.Find(r, uint64(i+1))
		if err != nil || got.Member != first+state.Member(want.Person-1) || got.Units != want.Units || state.DayOf(got.Time) != want.Given || got.Ready != want.Ready {
			t.Errorf("request %d: %+v, %v", i+1, got, err)
		}
	}
}

// What a room does not take is refused with the part, and brings nothing in.
func TestWholeRefused(t *testing.T) {
	for _, row := range []struct {
		name    string
		people  func([]takeover.Person, uint64)
		notices func([]takeover.Notice, uint64)
		want    *state.Rejection
	}{
		{"in office since tomorrow", func(p []takeover.Person, day uint64) { p[0].Posts[0].Since, p[0].Posts[0].Until = day+1, 1<<20 }, nil, takeover.ErrDay},
		{"left tomorrow", func(p []takeover.Person, day uint64) { p[2].Left = day + 1 }, nil, takeover.ErrDay},
		{"lent tomorrow", func(p []takeover.Person, day uint64) { p[0].Loans[0].Since = day + 1 }, nil, takeover.ErrDay},
		{"lent before joining", func(p []takeover.Person, day uint64) { p[0].Loans[0].Since = day - 366 }, nil, takeover.ErrBefore},
		{"held since after leaving", func(p []takeover.Person, day uint64) { p[2].Held[0].Since = day - 4 }, nil, takeover.ErrAfter},
		{"held since the day of leaving", func(p []takeover.Person, day uint64) { p[2].Held[0].Since = day - 5 }, nil, nil},
		{"a term without end", func(p []takeover.Person, _ uint64) { p[0].Posts[0].Until = 1 << 20 }, nil, office.ErrTerm},
		{"a loan on another account", func(p []takeover.Person, _ uint64) { p[0].Loans[1].Account++ }, nil, takeover.ErrTotals},
		{"more lent than adopted", func(p []takeover.Person, _ uint64) { p[0].Loans[1].Sum++ }, nil, takeover.ErrTotals},
		{"of a person who did not come", nil, func(n []takeover.Notice, _ uint64) { n[1].Person = 4 }, takeover.ErrNotice},
		{"given tomorrow", nil, func(n []takeover.Notice, day uint64) { n[1].Given, n[1].Units = day+1, 11 }, takeover.ErrDay},
		{"of more than is held", nil, func(n []takeover.Notice, _ uint64) { n[1].Units = 11 }, takeover.ErrNotice},
		{"of more than is held, by two", nil, func(n []takeover.Notice, _ uint64) {
			n[0], n[1].Person, n[1].Units = n[1], 3, 10
			n[0].Person, n[0].Units = 3, 1
		}, takeover.ErrNotice},
		{"of shares that are not redeemed", nil, func(n []takeover.Notice, _ uint64) { n[1].Class, n[1].Units = 2, 30 }, share.ErrNotRedeemable},
	} {
		t.Run(row.name, func(t *testing.T) {
			l := newLedger(t)
			p, n := whole(l), notices(l)
			if row.people != nil {
				row.people(p, day(l))
			}
			if row.notices != nil {
				row.notices(n, day(l))
			}
			rows := []statetest.Row{
				statetest.Try("redeemable", 0, redeemable, nil),
				statetest.Try("adopted", 0, adoptWhole(l, p, n), nil),
			}
			if row.people == nil {
				rows = append(rows, statetest.Try("people", 1, takeover.Load{Part: 1, People: p}, nil), statetest.Try("notices", 1, takeover.Load{Part: 2, Notices: n}, row.want))
			} else {
				rows = append(rows, statetest.Try("people", 1, takeover.Load{Part: 1, People: p}, row.want))
			}
			l.Run(t, rows)
		})
	}
}

// Who is entered between two parts has no share in what was adopted of others, and a motion
// says which offices and who have left: what it does not say is refused.
func TestBetweenParts(t *testing.T) {
	const came = state.Member(founders + 1)
	between := statetest.Key(7, 77)
	l := newLedger(t)
	p := whole(l)
	one, two := p[:1], p[1:]
	two[0].Entry.Key = statetest.Key(1, came+2).Public()
	n := []takeover.Notice{{Person: 3, Class: 1, Units: 10, Given: day(l) - 20, Ready: day(l) + 10}, {Person: 2, Class: 1, Units: 10, Given: day(l) - 7, Ready: day(l) + 23}}
	good := adopt(l, one, two)
	good.Parts, good.Notices, good.Loans = append(good.Parts, takeover.DigestNotices(n)), 2, []account.Code{loans}
	good.Balances = []account.Line{account.Debit(account.Bank, good.Capital+10_000), account.Credit(loans, 10_000)}
	silent := change(good, func(m *takeover.Adopt) { m.Seats = nil })
	shorter := change(good, func(m *takeover.Adopt) {
		m.Seats = slices.Clone(m.Seats)
		m.Seats[0].Until--
	})
	stay := change(good, func(m *takeover.Adopt) { m.Left = 0 })
	l.Run(t, []statetest.Row{
		statetest.Try("redeemable", 0, redeemable, nil),
		statetest.Try("transferable", 0, shareclass.SetRules{Class: 1, Rules: shareclass.RulesEntry{MaxHolding: 100, Redeemable: true, Notice: 30, Transferable: true}}, nil),
		statetest.Try("a motion that says no offices", 0, silent, nil),
		statetest.Try("elects nobody", 1, takeover.Load{Part: 1, People: one}, takeover.ErrSeats),
		statetest.Try("a motion that says a shorter term", 0, shorter, nil),
		statetest.Try("elects nobody for longer", 1, takeover.Load{Part: 1, People: one}, takeover.ErrSeats),
		statetest.Try("one that says that all are members", 0, stay, nil),
		statetest.Try("brings in their first", 1, takeover.Load{Part: 1, People: one}, nil),
		statetest.Try("and not who left", 1, takeover.Load{Part: 2, People: two}, takeover.ErrTotals),
		statetest.Try("an office of one who came taken back", 0, change(good, func(m *takeover.Adopt) { m.Seats = m.Seats[1:] }), takeover.ErrSeats),
		statetest.Try("one that says all", 0, good, nil),
		statetest.Try("one entered between", 1, member.Apply{Entry: member.Entry{Key: between.Public(), Class: 1}, Possession: between.Possession(statetest.Chain, 1)}, nil),
		statetest.Try("the rest", 1, takeover.Load{Part: 2, People: two}, nil),
		statetest.Try("shares given away meanwhile", came+2, holding.Transfer{From: came + 2, To: came, Class: 1, Units: 7}, nil),
		statetest.Try("the queue", 1, takeover.Load{Part: 3, Notices: n}, nil),
	})
	v := l.Read()
	defer v.Close()
	r := v.Of(1)
	now, _, err := takeover.Of(r)
	if err != nil || now.Done == 0 {
		t.Fatalf("%+v, %v", now, err)
	}
	for person, want := range []state.Member{0, came, came + 2, came + 3, 0} {
		if got := now.Member(uint64(person)); got != want {
			t.Errorf("person %d is member %d, not %d", person, got, want)
		}
	}
	for i, want := range []withdrawal.Ticket{{Member: came + 3, Units: 10}, {Member: came + 2, Units: 3}} {
		got, err := withdrawal.Find(r, uint64(i+1))
		if err != nil || got.Member != want.Member || got.Units != want.Units {
			t.Errorf("request %d: %+v, %v", i+1, got, err)
		}
	}
}

// A member cannot stop the queue by what it keeps, nor whoever has the tables by keeping them.
func TestQueueStays(t *testing.T) {
	l := newLedger(t)
	p := whole(l)
	const who = state.Member(founders + 2)
	p[1].Entry.Key = statetest.Key(1, who).Public()
	n := []takeover.Notice{{Person: 2, Class: 1, Units: 9, Given: day(l) - 7, Ready: day(l) + 23}}
	good := adoptWhole(l, p, n)
	needed := shareclass.RulesEntry{MinHolding: 1, MaxHolding: 100, Redeemable: true, Notice: 30, Transferable: true, Needed: []charter.Class{1}}
	request := withdrawal.Request{Member: 1, Class: 1, Units: 1} // who holds none
	l.Run(t, []statetest.Row{
		statetest.Try("redeemable, and needed", 0, shareclass.SetRules{Class: 1, Rules: needed}, nil),
		statetest.Try("adopted", 0, good, nil),
		statetest.Try("people", 1, takeover.Load{Part: 1, People: p}, nil),
		statetest.Try("it keeps as many as it asks back", who, holding.Transfer{From: who, To: who - 1, Class: 1, Units: 1}, nil),
	})
	l.Days(withdrawal.MaxHeld - 1)
	l.Run(t, []statetest.Row{statetest.Try("a request on the last day", 1, request, withdrawal.ErrHeld)})
	l.Days(1)
	l.Run(t, []statetest.Row{
		statetest.Try("a request after it", 1, request, share.ErrUnits),
		statetest.Try("the queue", 1, takeover.Load{Part: 2, Notices: n}, nil),
	})
	v := l.Read()
	defer v.Close()
	q, err := withdrawal.QueueOf(v.Of(1))
	if err != nil || q.Requests != 0 || q.HeldUntil != 0 {
		t.Errorf("%+v, %v", q, err)
	}
}

// An office that is filled since members adopted who comes in stops no part: the person comes
// in without it, which the block says.
func TestUnseated(t *testing.T) {
	l := newLedger(t)
	p, n := whole(l), notices(l)
	must := func(res state.Result) state.Result {
		t.Helper()
		if res.Code != 0 {
			t.Fatalf("%d %s", res.Code, res.Log)
		}
		return res
	}
	must(l.Mandate(redeemable))
	must(l.Mandate(adoptWhole(l, p, n)))
	v := l.Read()
	policy, err := charter.PolicyOf(v.Of(1))
	v.Close()
	if err != nil {
		t.Fatal(err)
	}
	policy.Membership.Offices = []charter.OfficeRule{{Office: charter.Secretary, Seats: 1, Term: 365}}
	must(l.Mandate(amendment.Amend{Policy: []charter.PolicyEntry{charter.PolicyEntry(policy)}}))
	res := must(l.Do(1, takeover.Load{Part: 1, People: p}))
	first := state.Member(founders + 1)
	if !slices.ContainsFunc(res.Events, func(e state.Event) bool { return e == takeover.Unseated{Member: first, Office: charter.Secretary} }) {
		t.Errorf("nobody is told that the seat is taken: %v", res.Events)
	}
	v = l.Read()
	defer v.Close()
	holders, err := member.Holders(v.Of(1), charter.Secretary)
	if err != nil || !slices.Equal(holders, []state.Member{statetest.Secretary}) {
		t.Errorf("secretary is %v, %v", holders, err)
	}
	if rec, err := member.Find(v.Of(1), first); err != nil || rec.Standing() != member.Active {
		t.Errorf("who came in is %v, %v", rec.Standing(), err)
	}
	l.Sound()
}
