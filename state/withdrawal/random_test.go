package withdrawal_test

import (
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/holding"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/statetest"
	"github.com/rochdale-ledger/rochdale/state/withdrawal"
)

// Members and bounds of the random register.
const (
	crowd   = 60
	most    = 40   // units of a class
	par     = 1000 // of both classes
	seed    = 27
	inBlock = 200 // actions of members
)

// A model is what the register has to be by the actions that were accepted, kept as
// simply as can be.
type model struct {
	rng      *rand.Rand
	units    map[shareclass.Number]map[state.Member]uint64
	subs     []state.Member // unpaid subscriptions, from number first on
	first    uint64
	waiting  []uint64 // requests, in order
	owed     []uint64
	asked    map[uint64]withdrawal.Request
	requests uint64
	bank     money.Amount
	done     uint64 // operations on the register
}

func (m *model) member() state.Member { return state.Member(4 + m.rng.IntN(crowd-3)) }

// action is what a member tries, and what becomes of the model if it is accepted.
func (m *model) action() (by state.Member, a state.Action, accepted func()) {
	by = m.member()
	units := 1 + m.rng.Uint64N(6)
	switch m.rng.IntN(9) {
	case 0:
		return by, share.Subscribe{Member: by, Class: common, Units: units}, func() { m.subs = append(m.subs, by) }
	case 1:
		r := withdrawal.Request{Member: by, Class: common, Units: units}
		return by, r, func() {
			m.requests++
			m.waiting = append(m.waiting, m.requests)
			m.asked[m.requests] = r
		}
	case 2:
		if len(m.waiting) > 0 {
			at := m.rng.IntN(len(m.waiting))
			n := m.waiting[at]
			return m.asked[n].Member, withdrawal.Cancel{Member: m.asked[n].Member, Request: n}, func() {
				m.waiting = slices.DeleteFunc(m.waiting, func(k uint64) bool { return k == n })
			}
		}
	case 3:
		return by, holding.Convert{Member: by, Class: common, Into: bond, Units: units}, func() { m.move(common, bond, by, by, units) }
	case 4:
		return by, holding.Convert{Member: by, Class: bond, Into: common, Units: units}, func() { m.move(bond, common, by, by, units) }
	}
	to, class := m.member(), shareclass.Number(1+m.rng.IntN(2))
	if to == by {
		to = 4 + (by-3)%(crowd-3)
	}
	return by, holding.Transfer{From: by, To: to, Class: class, Units: units}, func() { m.move(class, class, by, to, units) }
}

func (m *model) move(from, into shareclass.Number, by, to state.Member, units uint64) {
	m.units[from][by] -= units
	m.units[into][to] += units
	m.done += 2
}

// Whatever members and officers try, in whatever order: units, postings, limits and the
// order of the queue are kept, and the register of any past operation is what it was then.
// ROCHDALE_LONG makes it a million operations.
func TestRandomRegister(t *testing.T) {
	operations := uint64(100_000)
	if os.Getenv("ROCHDALE_LONG") != "" {
		operations = 1_000_000
	}
	if testing.Short() {
		operations = 5_000
	}
	l, m := randomRegister(t)
	defer l.Close()
	type snapshot struct {
		operation uint64
		units     map[state.Member]uint64
	}
	var past []snapshot
	for round := 0; m.done < operations; round++ {
		m.crowd(l)
		m.officers(t, l)
		if round%40 == 0 {
			at := snapshot{m.done, map[state.Member]uint64{}}
			for k, n := range m.units[common] {
				at.units[k] = n
			}
			past = append(past, at)
		}
		if round%(1+int(operations/5_000)) == 0 && round > 0 && m.done < operations/4 {
			l.Sound()
		}
		if round%20 == 0 {
			l.Days(1) // a new allowance
		}
	}
	l.Sound()
	m.compare(t, l)
	v := l.Read()
	defer v.Close()
	for _, at := range past {
		for k := state.Member(4); k <= crowd; k++ {
			if got, _, err := share.HoldingAt(v.Of(1), common, k, at.operation); err != nil || got != at.units[k] {
				t.Fatalf("after operation %d member %d held %d, %v, want %d", at.operation, k, got, err, at.units[k])
			}
		}
	}
	t.Logf("%d operations, %d requests, %d days", m.done, m.requests, today(v.Of(1)))
}

func today(r state.Reader) uint64 { return state.DayOf(r.Time()) }

func randomRegister(t *testing.T) (*statetest.L, *model) {
	s := setup()
	s.Members = crowd
	s.Kinds = slices.Concat(s.Kinds, holding.Kinds)
	officers := charter.GrantText{Offices: []charter.Office{charter.Treasurer}}
	s.Grants = []charter.NamedGrant{
		{Actions: []string{"share.Subscribe", "holding.Convert", "holding.Transfer", "withdrawal.Request", "withdrawal.Cancel"}, GrantText: charter.GrantText{Concerned: true}},
		{Actions: []string{"share.ConfirmPayment", "share.Issue", "withdrawal.Redeem", "withdrawal.Pay"}, GrantText: officers},
	}
	l := statetest.New(t, s)
	must(t, l,
		shareclass.SetRules{Class: common, Rules: shareclass.RulesEntry{MaxHolding: most, Redeemable: true, Transferable: true, Into: []shareclass.Number{bond}}},
		shareclass.SetRules{Class: bond, Rules: shareclass.RulesEntry{MaxHolding: most, Transferable: true, Into: []shareclass.Number{common}}},
		shareclass.SetRules{Limits: shareclass.LimitsEntry{CapitalFloor: money.Rate{Num: 1, Den: 2}}})
	return l, &model{
		rng: rand.New(rand.NewPCG(seed, seed)), first: 1, asked: map[uint64]withdrawal.Request{},
		units: map[shareclass.Number]map[state.Member]uint64{common: {}, bond: {}},
	}
}

// crowd has members try a block of actions. What each came to is noted in their order.
func (m *model) crowd(l *statetest.L) {
	var raw [][]byte
	var notes []func()
	for range inBlock {
		by, a, accepted := m.action()
		raw, notes = append(raw, l.Sign(1, by, a)), append(notes, accepted)
	}
	for i, res := range l.Block(raw...) {
		if res.Code == 0 {
			notes[i]()
		}
	}
}

// officers pay, issue, redeem and pay back, in order; out of order they are refused.
func (m *model) officers(t *testing.T, l *statetest.L) {
	if n := len(m.subs); n > 0 {
		numbers := make([]uint64, n)
		for i := range numbers {
			numbers[i] = m.first + uint64(i)
		}
		l.Must(treasurer, share.ConfirmPayment{Subscriptions: numbers})
		l.Must(treasurer, share.Issue{Subscriptions: numbers})
		v := l.Read()
		for i, by := range m.subs {
			s, err := share.SubscriptionOf(v.Of(1), numbers[i])
			if err != nil {
				t.Fatal(err)
			}
			m.units[common][by] += s.Units
			m.bank += money.Amount(s.Units) * par
			m.done++
		}
		v.Close()
		m.first, m.subs = m.first+uint64(n), nil
	}
	if n := len(m.waiting); n > 1 {
		if res := l.Do(treasurer, redeem(m.waiting[1])); res.Code != withdrawal.ErrQueue.Code {
			t.Fatalf("request %d was redeemed before %d: %d %s", m.waiting[1], m.waiting[0], res.Code, res.Log)
		}
		n = 1 + m.rng.IntN(min(n, withdrawal.MaxBatch))
		if l.Do(treasurer, redeem(m.waiting[:n]...)).Code == 0 {
			for _, k := range m.waiting[:n] {
				m.units[common][m.asked[k].Member] -= m.asked[k].Units
				m.done++
			}
			m.owed = append(m.owed, m.waiting[:n]...)
			m.waiting = slices.Clone(m.waiting[n:])
		}
	}
	if n := min(len(m.owed), withdrawal.MaxBatch); n > 1 {
		if res := l.Do(treasurer, pay(0, m.owed[1])); res.Code != withdrawal.ErrQueue.Code {
			t.Fatalf("request %d was paid before %d: %d %s", m.owed[1], m.owed[0], res.Code, res.Log)
		}
		l.Must(treasurer, pay(0, m.owed[:n]...))
		for _, k := range m.owed[:n] {
			m.bank -= money.Amount(m.asked[k].Units) * par
		}
		m.owed = m.owed[n:]
	}
}

// compare holds the register and the books against the model.
func (m *model) compare(t *testing.T, l *statetest.L) {
	t.Helper()
	v := l.Read()
	defer v.Close()
	r := v.Of(1)
	capital := uint64(0)
	for class, want := range m.units {
		got := map[state.Member]uint64{}
		for k := range want {
			h, err := share.HoldingOf(r, class, k)
			if err != nil {
				t.Fatal(err)
			}
			got[k] = h.Units
			capital += h.Units * par
			if h.Units+h.Pending > most {
				t.Errorf("member %d holds %d of class %d", k, h.Units, class)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("class %d (-want +got)\n%s", class, diff)
		}
	}
	var owed money.Amount
	for _, k := range m.owed {
		owed += money.Amount(m.asked[k].Units) * par
	}
	reg, err := share.RegisterOf(r)
	if err != nil || reg.Operations != m.done {
		t.Errorf("%d operations, %v, want %d", reg.Operations, err, m.done)
	}
	for code, want := range map[account.Code]money.Amount{account.Bank: m.bank, account.Capital: -money.Amount(capital), account.Redemptions: -owed} {
		if got, err := account.BalanceOf(r, code); err != nil || got != want {
			t.Errorf("account %d has %d, %v, want %d", code, got, err, want)
		}
	}
}
