package withdrawal_test

import (
	"slices"

	"github.com/google/go-cmp/cmp"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/withdrawal"
)

// cheap holds figures against the model: numbers, balances, the front of the queue, how
// many have a vote.
func (m *model) cheap() {
	v := m.l.Read()
	defer v.Close()
	r := v.Of(1)
	reg, err := share.RegisterOf(r)
	if err != nil || reg.Operations != m.ops || reg.Subscriptions != uint64(len(m.subs)) {
		m.t.Errorf("%d operations and %d subscriptions, %v, want %d and %d", reg.Operations, reg.Subscriptions, err, m.ops, len(m.subs))
	}
	for code, want := range m.books {
		if got, err := account.BalanceOf(r, code); err != nil || got != want {
			m.t.Errorf("account %d has %d, %v, want %d", code, got, err, want)
		}
	}
	first := func(list []uint64) uint64 {
		if len(list) == 0 {
			return 0
		}
		return list[0]
	}
	q, err := withdrawal.QueueOf(r)
	if err != nil {
		m.t.Fatal(err)
	}
	next, _, err := q.Next(r)
	if err != nil || q.Requests != uint64(len(m.asked)) || next != m.next() || q.Owed.First != first(m.owed) || q.Debt != -m.books[account.Redemptions] {
		m.t.Errorf("queue %+v, %d next, %v, want %d requests, %d and %d first", q, next, err, len(m.asked), m.next(), first(m.owed))
	}
	active := uint64(0)
	for _, p := range m.people {
		if p.standing() == member.Active {
			active++
		}
	}
	if t, err := member.TotalsOf(r); err != nil || t.ActiveIn(0) != active || t.Members != uint64(len(m.people)) {
		m.t.Errorf("%d active of %d, %v, want %d of %d", t.ActiveIn(0), t.Members, err, active, len(m.people))
	}
}

// compare holds every holding, subscription and request against the model, the lists of
// the queue in their order, and counts votes one by one.
func (m *model) compare() {
	v := m.l.Read()
	defer v.Close()
	r := v.Of(1)
	m.cheap()
	m.compareHoldings(r)
	for i, want := range m.subs {
		s, err := share.SubscriptionOf(r, uint64(i)+1)
		if err != nil || s.Member != want.member || s.Class != want.class || s.Units != want.units || s.Status != want.status {
			m.t.Fatalf("subscription %d is %+v, %v, want %+v", i+1, s, err, want)
		}
	}
	for i, want := range m.asked {
		t, err := withdrawal.Find(r, uint64(i)+1)
		if err != nil {
			m.t.Fatal(err)
		}
		got := asked{t.Member, t.Class, t.Units, t.Status, t.Value, t.Paid, t.Taken, t.Claimed, t.Redeemed, t.Offered, t.Of, t.Asked, t.Ready}
		if got != *want {
			m.t.Fatalf("request %d is %+v, want %+v", i+1, got, *want)
		}
	}
	q, err := withdrawal.QueueOf(r)
	if err != nil {
		m.t.Fatal(err)
	}
	waiting, err := q.Numbers(r)
	if err != nil {
		m.t.Fatal(err)
	}
	var owed []uint64
	for n := q.Owed.First; n != 0; {
		owed = append(owed, n)
		t, err := withdrawal.Find(r, n)
		if err != nil {
			m.t.Fatal(err)
		}
		n = t.Next
	}
	for _, list := range [][2][]uint64{{m.wait, waiting}, {m.owed, owed}} {
		if want, got := list[0], list[1]; len(got)+len(want) > 0 && !cmp.Equal(want, got) {
			m.t.Errorf("queue (-want +got)\n%s", cmp.Diff(want, got))
		}
	}
	m.compareVotes(r)
}

func (m *model) compareHoldings(r state.Reader) {
	type key struct {
		class  shareclass.Number
		member state.Member
	}
	pending, leaving := map[key]uint64{}, map[key]uint64{}
	for _, s := range m.subs {
		if s.status == share.Unpaid || s.status == share.Paid {
			pending[key{s.class, s.member}] += s.units - s.drawn
		}
	}
	for _, n := range m.wait {
		leaving[key{m.asked[n-1].class, m.asked[n-1].member}] += m.asked[n-1].units
	}
	var capital money.Amount
	for class, held := range m.units {
		units := uint64(0)
		for i := range m.people {
			k := key{class, state.Member(i + 1)}
			h, err := share.HoldingOf(r, class, k.member)
			if err != nil || h.Units != held[k.member] || h.Pending != pending[k] || h.Leaving != leaving[k] || h.Units+h.Pending > most {
				m.t.Fatalf("member %d has %+v of class %d, %v, want %d held, %d pending, %d asked back", k.member, h, class, err, held[k.member], pending[k], leaving[k])
			}
			units += h.Units
		}
		if t, err := share.TotalsOf(r, class); err != nil || t.Units != units {
			m.t.Errorf("class %d has %d units, %v, want %d", class, t.Units, err, units)
		}
		capital += money.Amount(units) * m.value[class]
	}
	if capital != -m.books[account.Capital] {
		m.t.Errorf("a capital of %d, want %d", -m.books[account.Capital], capital)
	}
}

// compareVotes counts one vote for each active member who waits for none, whatever it holds.
func (m *model) compareVotes(r state.Reader) {
	want := uint64(0)
	for i := range m.people {
		rec, err := member.Find(r, state.Member(i+1))
		if err != nil {
			m.t.Fatal(err)
		}
		if rec.HasVote(r.Time(), ^uint64(0)) {
			want++
		}
	}
	if got, _, err := member.Electors(r, 0, r.Time()); err != nil || got != want {
		m.t.Errorf("%d have a vote, %v, want %d", got, err, want)
	}
}

// dated holds the history of every member against what happened on which day.
func (m *model) dated() {
	v := m.l.Read()
	defer v.Close()
	for i, p := range m.people {
		rec, err := member.Find(v.Of(1), state.Member(i+1))
		if err != nil {
			m.t.Fatal(err)
		}
		for j, want := range p.standings {
			if j+1 < len(p.days) && p.days[j+1] == p.days[j] {
				continue // it was something else before the day was over
			}
			if h, ok := rec.On(p.days[j], ^uint64(0)); !ok || h.Standing != want {
				m.t.Fatalf("member %d was %v on day %d, want %v", i+1, h.Standing, p.days[j], want)
			}
		}
	}
}

// settle takes a request of which nothing is owed out of the queue.
func (m *model) settle(n uint64) {
	if a := m.asked[n-1]; a.rest() == 0 {
		a.status = withdrawal.Done
		m.owed = slices.DeleteFunc(m.owed, func(k uint64) bool { return k == n })
	}
}
