package takeover_test

import (
	"slices"
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/agenda"
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
	"github.com/rochdale-ledger/rochdale/tx"
)

const founders = 3

// still has the holdings of a class stand still, or go on, as a motion that would divide by
// them does.
type still struct {
	Class shareclass.Number
	Ends  bool
}

func (still) Check() error                       { return nil }
func (still) Describe(state.Telling) state.Words { return state.Words{Phrase: "stand still"} }
func (m still) Apply(c *state.Ctx) error {
	if m.Ends {
		return share.Release(c, m.Class)
	}
	return share.Hold(c, m.Class)
}

func newLedger(t *testing.T) *statetest.L {
	kinds := slices.Concat([]state.Kind(takeover.Kinds), []state.Kind(shareclass.Kinds), []state.Kind(share.Kinds), []state.Kind(withdrawal.Kinds), []state.Kind(member.Kinds), []state.Kind(holding.Kinds), []state.Kind{state.KindOf[still](0x7f02, "takeover_test.still")})
	return statetest.New(t, statetest.Setup{
		Members: founders, Kinds: kinds,
		Grants: []charter.NamedGrant{
			{Actions: []string{"takeover.Load"}, GrantText: charter.GrantText{Offices: []charter.Office{charter.Secretary}}},
			{Actions: []string{"member.Apply"}, GrantText: charter.GrantText{Offices: []charter.Office{charter.Secretary}}},
			{Actions: []string{"share.Subscribe", "withdrawal.Request", "holding.Transfer"}, GrantText: charter.GrantText{Concerned: true}},
		},
		Found: func(c *state.Ctx) error {
			chart, err := account.Standard()
			if err == nil {
				err = account.Found(c, chart)
			}
			if err == nil {
				err = shareclass.Found(c, []shareclass.Open{
					{Class: 1, Name: "member share", Par: 2500, MinHolding: 1, MaxHolding: 100}, {Class: 2, Name: "loan share", Par: 100, MaxHolding: 1000},
				})
			}
			return err
		},
		Invariants: []func(state.Reader) error{takeover.CheckTakeover, shareclass.CheckClasses, share.CheckShares, account.CheckBooks, member.CheckRegister, withdrawal.CheckQueue, office.CheckOffices},
		EndBlock:   []func(*state.Ctx) error{agenda.EndBlock(amendment.Agenda, member.KeyAgenda, member.SuspensionAgenda, member.LeavingAgenda, office.TermAgenda, office.RotationAgenda)},
	})
}

// day is of the founding of the test's ledger, in days since 1970 UTC.
func day(l *statetest.L) uint64 { return state.DayOf(l.Tip().Time) }

// people are n with one share each, the first of whom joined a year ago; the second has
// loan shares as well.
func people(l *statetest.L, from, n int) (out []takeover.Person) {
	for i := range n {
		p := takeover.Person{Entry: member.Entry{Key: statetest.Key(7, state.Member(from+i)).Public(), Class: 1}, Ref: "old"}
		p.Held = []takeover.Held{{Class: 1, Units: 1, Since: day(l) - 10}}
		switch i {
		case 0:
			p.Joined = day(l) - 365
		case 1:
			p.Held = append(p.Held, takeover.Held{Class: 2, Units: 30})
		}
		out = append(out, p)
	}
	return out
}

// adopt is what a motion adopts of parts that hold two kinds of share as people has them.
func adopt(l *statetest.L, parts ...[]takeover.Person) (m takeover.Adopt) {
	m.Day = day(l)
	for _, part := range parts {
		m.Parts = append(m.Parts, takeover.Digest(part))
		before := m.People
		m.People += uint64(len(part))
		for i, p := range part {
			if p.Left != 0 {
				m.Left++
			}
			for _, o := range p.Posts {
				m.Seats = append(m.Seats, takeover.Seat{Person: before + uint64(i+1), Office: o.Office, Until: o.Until})
			}
			for _, h := range p.Held {
				m.Capital += money.Amount(h.Units) * map[shareclass.Number]money.Amount{1: 2500, 2: 100}[h.Class]
			}
		}
	}
	m.Balances = []account.Line{account.Debit(account.Bank, m.Capital+7000), account.Credit(account.Reserve, 7000)}
	return m
}

func change(m takeover.Adopt, by func(*takeover.Adopt)) takeover.Adopt { by(&m); return m }

// Rows are in the order of the checks; each breaks every later rule that it can.
func TestTakeover(t *testing.T) {
	l := newLedger(t)
	one, two := people(l, 1, 3), people(l, 11, 2)
	two[0].Joined, two[1].Held[0].Since = day(l)-11, 0
	good := adopt(l, one, two)
	lone := account.Line{Account: 1000, Amount: 1}
	l.Run(t, []statetest.Row{
		statetest.Try("no parts", 0, takeover.Adopt{}, takeover.ErrParts),
		statetest.Try("too many parts", 0, change(good, func(m *takeover.Adopt) { m.Parts = make([][]byte, takeover.MaxParts+1) }), takeover.ErrParts),
		statetest.Try("no digest", 0, change(good, func(m *takeover.Adopt) { m.Parts = [][]byte{nil}; m.People = 0 }), takeover.ErrParts),
		statetest.Try("fewer people than parts", 0, change(good, func(m *takeover.Adopt) { m.People, m.Balances = 1, nil }), takeover.ErrPeople),
		statetest.Try("nobody, with notices", 0, change(good, func(m *takeover.Adopt) { m.People, m.Notices = 0, 2 }), takeover.ErrPeople),
		statetest.Try("more notices than fit", 0, change(good, func(m *takeover.Adopt) { m.Notices = 2*takeover.MaxNotices + 1 }), takeover.ErrPeople),
		statetest.Try("more people than fit", 0, change(good, func(m *takeover.Adopt) { m.People = 2*takeover.MaxPart + 1 }), takeover.ErrPeople),
		statetest.Try("a balance of nothing", 0, change(good, func(m *takeover.Adopt) { m.Balances = []account.Line{{Account: 1000}} }), takeover.ErrBalances),
		statetest.Try("accounts that do not ascend", 0, change(good, func(m *takeover.Adopt) { m.Balances = []account.Line{lone, lone} }), takeover.ErrBalances),
		statetest.Try("what does not balance", 0, change(good, func(m *takeover.Adopt) { m.Capital++ }), takeover.ErrBalances),
		statetest.Try("loans on an account without a balance", 0, change(good, func(m *takeover.Adopt) { m.Loans, m.Day = []account.Code{2400}, m.Day+1 }), takeover.ErrLoans),
		statetest.Try("loans on the debit side", 0, change(good, func(m *takeover.Adopt) { m.Loans, m.Day = []account.Code{account.Bank}, m.Day+1 }), takeover.ErrLoans),
		statetest.Try("accounts of loans that do not ascend", 0, change(good, func(m *takeover.Adopt) { m.Loans, m.Day = []account.Code{account.Reserve, account.Reserve}, m.Day+1 }), takeover.ErrLoans),
		statetest.Try("more who left than there are", 0, change(good, func(m *takeover.Adopt) { m.Left, m.Balances = m.People+1, nil }), takeover.ErrPeople),
		statetest.Try("too many offices", 0, change(good, func(m *takeover.Adopt) { m.Seats = make([]takeover.Seat, takeover.MaxSeats+1) }), takeover.ErrSeats),
		statetest.Try("an office of nobody", 0, change(good, func(m *takeover.Adopt) { m.Seats, m.Day = []takeover.Seat{{Person: 6, Office: 1}}, m.Day+1 }), takeover.ErrSeats),
		statetest.Try("no office", 0, change(good, func(m *takeover.Adopt) { m.Seats, m.Day = []takeover.Seat{{Person: 1}}, m.Day+1 }), takeover.ErrSeats),
		statetest.Try("an office twice", 0, change(good, func(m *takeover.Adopt) {
			m.Seats, m.Day = []takeover.Seat{{Person: 1, Office: 1}, {Person: 1, Office: 1}}, m.Day+1
		}), takeover.ErrSeats),
		statetest.Try("loans on an account of reserves", 0, change(good, func(m *takeover.Adopt) { m.Loans = []account.Code{account.Reserve} }), takeover.ErrLoans),
		statetest.Try("by one member", 1, change(good, func(m *takeover.Adopt) { m.Day++ }), state.ErrAuthority),
		statetest.Try("tomorrow", 0, change(good, func(m *takeover.Adopt) {
			m.Day++
			m.Balances = append(m.Balances[:0:0], m.Balances...)
			m.Balances[0].Account = 999
		}), takeover.ErrDay),
		statetest.Try("no such account", 0, change(good, func(m *takeover.Adopt) {
			m.Balances = append(m.Balances[:0:0], m.Balances...)
			m.Balances[0].Account = 999
		}), account.ErrUnknown),
		statetest.Try("an account that is a register's total", 0, change(good, func(m *takeover.Adopt) {
			m.Balances = []account.Line{account.Debit(account.Bank, m.Capital+1), account.Credit(account.Dividends, 1)}
		}), takeover.ErrBalances),
		statetest.Try("a bank below zero", 0, change(good, func(m *takeover.Adopt) {
			m.Balances = []account.Line{account.Credit(account.Bank, 1), {Account: 1200, Amount: m.Capital + 1}}
		}), account.ErrFloor),
		statetest.Try("a fund below zero", 0, change(good, func(m *takeover.Adopt) {
			m.Balances = []account.Line{account.Debit(account.Bank, m.Capital-1), account.Debit(account.Education, 1)}
		}), account.ErrFloor),
		statetest.Try("before it is adopted", 1, takeover.Load{Part: 1, People: one}, takeover.ErrNone),
		statetest.Try("adopted", 0, good, nil),
		statetest.Try("nobody", 1, takeover.Load{Part: 1}, takeover.ErrPeople),
		statetest.Try("too many", 1, takeover.Load{Part: 1, People: make([]takeover.Person, takeover.MaxPart+1)}, takeover.ErrPeople),
		statetest.Try("too long a number", 1, takeover.Load{Part: 1, People: []takeover.Person{{Ref: string(make([]byte, takeover.MaxRef+1))}}}, takeover.ErrPerson),
		statetest.Try("classes that do not ascend", 1, takeover.Load{Part: 1, People: []takeover.Person{{Held: []takeover.Held{{Class: 1}, {Class: 1}}}}}, takeover.ErrPerson),
		statetest.Try("by who may not", 2, takeover.Load{Part: 1, People: one}, state.ErrAuthority),
		statetest.Try("the second part first", 1, takeover.Load{Part: 2, People: two}, takeover.ErrPart),
		statetest.Try("another part in its place", 1, takeover.Load{Part: 1, People: two}, takeover.ErrPart),
		statetest.Try("the first part", 1, takeover.Load{Part: 1, People: one}, nil),
		statetest.Try("again", 1, takeover.Load{Part: 1, People: one}, takeover.ErrPart),
		statetest.Try("another takeover meanwhile", 0, adopt(l, two, one), takeover.ErrUnderWay),
		statetest.Try("one that ends where this one is", 0, adopt(l, one), takeover.ErrUnderWay),
		statetest.Try("the second part", 1, takeover.Load{Part: 2, People: two}, nil),
		statetest.Try("a third", 1, takeover.Load{Part: 3, People: two}, takeover.ErrNone),
	})
	v := l.Read()
	defer v.Close()
	r := v.Of(1)
	took, _, err := takeover.Of(r)
	if err != nil || took.Done == 0 || took.First != founders+1 || took.Came != 5 || took.Brought != 5*2500+2*3000 {
		t.Errorf("%+v, %v", took, err)
	}
	for code, want := range map[account.Code]money.Amount{account.Bank: 5*2500 + 2*3000 + 7000, account.Capital: -(5*2500 + 2*3000), account.Reserve: -7000, account.Openings: 0} {
		if got, err := account.BalanceOf(r, code); err != nil || got != want {
			t.Errorf("account %d has %d, %v, want %d", code, got, err, want)
		}
	}
	past, ok, err := takeover.PastOf(r, founders+1)
	if err != nil || !ok || past.Joined != day(l)-365 || past.Ref != "old" || past.Held[0].Since != day(l)-10 {
		t.Errorf("%+v, %v, %v", past, ok, err)
	}
	if _, ok, err := takeover.PastOf(r, founders); ok || err != nil {
		t.Errorf("a founder has a past: %v", err)
	}
	n, _, err := member.Electors(r, 0, r.Time())
	if err != nil || n != founders+5 {
		t.Errorf("%d count at once, %v", n, err)
	}
	var sorts []share.Sort
	err = share.Operations(r, 0, ^uint64(0), func(_ uint64, o share.Change) (bool, error) { sorts = append(sorts, o.Sort); return true, nil })
	if err != nil || len(sorts) != 7 || sorts[0] != share.BroughtIn || sorts[0].String() != "as brought in" {
		t.Errorf("operations %v, %v", sorts, err)
	}
}

// What is adopted and does not come to its totals is refused at its last part, and another
// takeover that begins with the loaded parts puts it right. A part that a room refuses
// brings in nothing.
func TestTakeoverMended(t *testing.T) {
	l := newLedger(t)
	one, two := people(l, 1, 2), people(l, 11, 2)
	wrong := adopt(l, one, two)
	wrong.People++
	twice := people(l, 1, 2)
	full := people(l, 21, 2)
	full[0].Held[0].Units = 101
	early := people(l, 31, 2)
	early[1].Joined = day(l) + 1
	l.Run(t, []statetest.Row{
		statetest.Try("one person too many", 0, wrong, nil),
		statetest.Try("first", 1, takeover.Load{Part: 1, People: one}, nil),
		statetest.Try("last", 1, takeover.Load{Part: 2, People: two}, takeover.ErrTotals),
		statetest.Try("as few people as came", 0, change(adopt(l, one, two), func(m *takeover.Adopt) { m.People = 2; m.Parts = m.Parts[:2] }), nil),
		statetest.Try("a smaller capital than came", 0, change(adopt(l, one, two), func(m *takeover.Adopt) {
			m.Capital = 2500
			m.Balances = []account.Line{account.Debit(account.Bank, 2500)}
		}), takeover.ErrTotals),
		statetest.Try("with someone twice", 0, adopt(l, one, twice), nil),
		statetest.Try("who is there", 1, takeover.Load{Part: 2, People: twice}, member.ErrKeyTaken),
		statetest.Try("with too much", 0, adopt(l, one, full), nil),
		statetest.Try("above the limit", 1, takeover.Load{Part: 2, People: full}, share.ErrLimit),
		statetest.Try("who joined later", 0, adopt(l, one, early), nil),
		statetest.Try("than all is as of", 1, takeover.Load{Part: 2, People: early}, takeover.ErrDay),
		statetest.Try("put right", 0, adopt(l, one, two), nil),
		statetest.Try("and loaded", 1, takeover.Load{Part: 2, People: two}, nil),
		statetest.Try("a second takeover, when the first is done", 0, adopt(l, people(l, 41, 1)), nil),
		statetest.Try("and its part", 1, takeover.Load{Part: 1, People: people(l, 41, 1)}, nil),
	})
	res := l.Do(founders+1, share.Subscribe{Member: founders + 1, Class: 1, Units: 100})
	if res.Code == 0 {
		t.Error("who brought a share in can subscribe a hundred")
	}
}

// The digest of a part is of its canonical encoding, in a domain of its own.
func TestDigest(t *testing.T) {
	l := newLedger(t)
	a, b := people(l, 1, 2), people(l, 1, 2)
	if string(takeover.Digest(a)) != string(takeover.Digest(b)) {
		t.Error("the same people have two digests")
	}
	b[1].Held[0].Since++
	if string(takeover.Digest(a)) == string(takeover.Digest(b)) {
		t.Error("another date has the same digest")
	}
	if len(tx.Encode(takeover.Load{Part: 1400, People: widest()})) > 60<<10 {
		t.Errorf("the largest part has %d bytes", len(tx.Encode(takeover.Load{Part: 1400, People: widest()})))
	}
}

// widest is a part of as many people as can be, with all that most of them have.
func widest() (out []takeover.Person) {
	for i := range takeover.MaxPart {
		out = append(out, takeover.Person{
			Entry:  member.Entry{Key: statetest.Key(7, state.Member(i+1)).Public(), Class: 8, Commitment: make([]byte, 32), Proof: make([]byte, 64)},
			Joined: 1 << 16, Held: []takeover.Held{{Class: 1, Units: 1 << 30, Since: 1 << 16}, {Class: 2, Units: 1 << 30, Since: 1 << 16}}, Ref: "123456789012345678901234",
		})
	}
	return out
}

// TestLoadWhileHoldingsStandStill: who is asked whether to divide a surplus by the shares
// is told a figure for each share, which nobody changes by bringing in more.
func TestLoadWhileHoldingsStandStill(t *testing.T) {
	l := newLedger(t)
	p := people(l, 0, 2)
	l.Run(t, []statetest.Row{
		statetest.Try("adopted", 0, adopt(l, p), nil),
		statetest.Try("a motion divides by the loan shares", 0, still{Class: 2}, nil),
		statetest.Try("shares of which the second brings in", 1, takeover.Load{Part: 1, People: p}, share.ErrHeld),
		statetest.Try("the motion is counted", 0, still{Class: 2, Ends: true}, nil),
		statetest.Try("loaded", 1, takeover.Load{Part: 1, People: p}, nil),
	})
}
