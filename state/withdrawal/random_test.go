package withdrawal_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/agenda"
	"github.com/rochdale-ledger/rochdale/state/amendment"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/exit"
	"github.com/rochdale-ledger/rochdale/state/holding"
	"github.com/rochdale-ledger/rochdale/state/keyring"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/statetest"
	"github.com/rochdale-ledger/rochdale/state/withdrawal"
	"github.com/rochdale-ledger/rochdale/tx"
)

// Members and bounds of the random register.
const (
	founders  = 60
	most      = 40   // units of a class
	par       = 1000 // of every class
	seed      = 27
	inBlock   = 200 // actions of members
	unclaimed = 8   // days
	operators = 3   // founders who hold offices, and take no part
)

// A model is what the register has to be by the actions that were accepted, kept as
// simply as can be.
type model struct {
	t     *testing.T
	l     *statetest.L
	rng   *rand.Rand
	kinds map[string]tx.Kind
	count map[string]int // accepted, by kind of action

	units  map[shareclass.Number]map[state.Member]uint64
	value  map[shareclass.Number]money.Amount
	notice map[shareclass.Number]uint64 // days
	now    shareclass.Number            // that takes new money
	subs   []*sub                       // number n at n-1
	asked  []*asked                     // request n at n-1
	wait   []uint64                     // requests, in order
	owed   []uint64
	ops    uint64
	books  map[account.Code]money.Amount
	people []*person // member n at n-1
	in     map[member.Standing][]state.Member
}

type sub struct {
	member   state.Member
	class    shareclass.Number
	units    uint64
	drawn    uint64
	received money.Amount
	status   share.Status
}

// lies is the money that was paid for units that are not issued.
func (s *sub) lies() money.Amount { return s.received - money.Amount(s.drawn)*par }

type asked struct {
	member                      state.Member
	class                       shareclass.Number
	units                       uint64
	status                      withdrawal.Status
	value, paid, taken, claimed money.Amount
	redeemed, offered           uint64 // day
	of, whole                   uint64 // the request that it is a part of; units at first, if it has parts
	ready                       uint64 // day
}

func (a *asked) rest() money.Amount { return a.value - a.paid - a.taken }

// A person is a member with its standings since it came: what is dated stays so.
type person struct {
	key       tx.PrivateKey
	standings []member.Standing
	days      []uint64
	gone      bool // for good
	heir      state.Member
	spent     uint64
	fresh     bool // spent is that of this block
}

func (p *person) standing() member.Standing { return p.standings[len(p.standings)-1] }

func (m *model) become(n state.Member, s member.Standing, day uint64) {
	p := m.people[n-1]
	p.standings, p.days = append(p.standings, s), append(p.days, day)
	clear(m.in)
	for i := operators; i < len(m.people); i++ {
		s := m.people[i].standing()
		m.in[s] = append(m.in[s], state.Member(i+1))
	}
}

// pick is a random member in a standing, zero if there is none.
func (m *model) pick(s member.Standing) state.Member {
	if n := len(m.in[s]); n > 0 {
		return m.in[s][m.rng.IntN(n)]
	}
	return 0
}

// anyOf is a random number of those of which ok holds, zero if none is found soon.
func (m *model) anyOf(n int, ok func(i int) bool) uint64 {
	for range 20 {
		if n == 0 {
			return 0
		}
		if i := n - 1 - m.rng.IntN(min(n, 500)); ok(i) {
			return uint64(i) + 1
		}
	}
	return 0
}

func (m *model) post(lines ...account.Line) {
	for _, l := range lines {
		m.books[l.Account] += l.Amount
	}
}

// operations is how many operations on the register a run makes.
func operations() uint64 {
	switch {
	case os.Getenv("ROCHDALE_LONG") != "":
		return 1_000_000
	case testing.Short() || raced:
		return 3_000
	}
	return 10_000
}

// Whatever members and officers try, in whatever order, while members come and go: units,
// postings, the order of the queue, one vote each and dated standings are kept, and the
// register of any past operation is what it was then. ROCHDALE_LONG makes it a million
// operations.
func TestRandomRegister(t *testing.T) {
	m := newModel(t)
	defer m.l.Close()
	total := operations()
	type snapshot struct {
		operation uint64
		units     map[state.Member]uint64
	}
	var past []snapshot
	next, step := total/8, total/8
	for round := 1; m.ops < total; round++ {
		m.crowd()
		m.officers()
		m.turnover()
		if round%5 == 0 {
			m.l.Days(1) // a new allowance
		}
		if round%40 == 0 && len(past) < 500 {
			past = append(past, snapshot{m.ops, maps.Clone(m.units[1])})
		}
		if m.cheap(); t.Failed() {
			t.Fatalf("after %d operations", m.ops)
		}
		if m.ops >= next {
			next += step
			m.loss() // a write-down, and a class for new money
			m.compare()
			m.l.Sound()
		}
	}
	m.compare()
	m.dated()
	v := m.l.Read()
	defer v.Close()
	for _, at := range past {
		for k, want := range at.units {
			h, err := share.HoldingOf(v.Of(1), 1, k)
			if err != nil {
				t.Fatal(err)
			}
			if got, _, err := holding.At(v.Of(1), h, at.operation); err != nil || got != want {
				t.Fatalf("after operation %d member %d held %d, %v, want %d", at.operation, k, got, err, want)
			}
		}
	}
	t.Logf("%d operations, %d requests, %d members, height %d, %d days", m.ops, len(m.asked), len(m.people), v.Height(), state.DayOf(v.Of(1).Time())-m.people[0].days[0])
	for _, name := range slices.Sorted(maps.Keys(m.count)) {
		t.Logf("%8d %s", m.count[name], name)
	}
	t.Logf("%8d of them of a part", m.count["parts"])
	if total >= 10_000 && m.count["parts"] == 0 {
		t.Error("no part was redeemed")
	}
	t.Logf("%8d times one whose day had not come was passed by one who asked later", m.count["passed"])
	if total >= 10_000 && m.count["passed"] == 0 {
		t.Error("nobody was passed")
	}
	for _, name := range everyStep {
		if total >= 10_000 && m.count[name] == 0 {
			t.Errorf("no %s was accepted", name)
		}
	}
}

// everyStep are the kinds of action that a run takes at least once.
var everyStep = []string{
	"account.Post", "exit.Expel", "exit.RecordEnd", "holding.Bonus", "holding.Convert", "holding.Forfeit", "holding.Transfer", "holding.Transmit", "holding.WriteDown",
	"exit.Return", "member.Admit", "member.Apply", "member.Resign",
	"call.Call", "share.Cancel", "share.ConfirmPayment", "share.Correct", "share.Issue", "share.PayPart", "share.Refund", "share.Subscribe", "shareclass.Open", "shareclass.SetRules",
	"withdrawal.Cancel", "withdrawal.Deduct", "withdrawal.Lapse", "withdrawal.Pay", "withdrawal.Redeem", "withdrawal.Request", "withdrawal.Resume", "withdrawal.SetAside", "withdrawal.Suspend",
}

func newModel(t *testing.T) *model {
	s := setup()
	s.Members = founders
	s.Kinds = slices.Concat(s.Kinds, []state.Kind{state.KindOf[lose](0x7f09, "withdrawal_test.lose")}, member.Kinds, exit.Kinds, holding.Kinds)
	s.EndBlock = []func(*state.Ctx) error{agenda.EndBlock(amendment.Agenda, member.KeyAgenda, member.SuspensionAgenda, member.LeavingAgenda, exit.ExpulsionAgenda, exit.EndAgenda)}
	s.Invariants = append(s.Invariants, exit.CheckExits, agenda.CheckAgenda)
	officers := charter.GrantText{Offices: []charter.Office{charter.Treasurer}}
	s.Grants = []charter.NamedGrant{
		{Actions: []string{"share.Subscribe", "share.Cancel", "holding.Convert", "holding.Transfer", "withdrawal.Request", "withdrawal.Cancel", "member.Resign"}, GrantText: charter.GrantText{Concerned: true}},
		{Actions: []string{"share.ConfirmPayment", "share.PayPart", "share.Issue", "withdrawal.Redeem", "withdrawal.Pay"}, GrantText: officers},
	}
	m := &model{
		t: t, l: statetest.New(t, s), rng: rand.New(rand.NewPCG(seed, seed)), kinds: map[string]tx.Kind{}, count: map[string]int{}, now: 1, in: map[member.Standing][]state.Member{},
		units: map[shareclass.Number]map[state.Member]uint64{1: {}, 2: {}}, value: map[shareclass.Number]money.Amount{1: par, 2: par}, notice: map[shareclass.Number]uint64{}, books: map[account.Code]money.Amount{},
	}
	for _, k := range s.Kinds {
		m.kinds[k.Name] = k.Number
	}
	v := m.l.Read()
	day := state.DayOf(v.Of(1).Time())
	v.Close()
	for n := range state.Member(founders) {
		m.people = append(m.people, &person{key: statetest.Key(1, n+1)})
		m.become(n+1, member.Active, day)
	}
	m.rules(false)
	m.mandate(shareclass.SetRules{Class: 2, Rules: shareclass.RulesEntry{MaxHolding: most, Transferable: true, Into: []shareclass.Number{1}}}, nil)
	return m
}

// rules lets the class of now be redeemed, moved and paid in parts.
func (m *model) rules(proRata bool) {
	into := []shareclass.Number{2}
	if m.now != 1 {
		into = nil
		for k := shareclass.Number(1); k < m.now; k++ {
			if m.value[k] == par {
				into = append(into, k)
			}
		}
	}
	notice := m.rng.Uint64N(4)
	m.mandate(shareclass.SetRules{Class: m.now, Rules: shareclass.RulesEntry{MaxHolding: most, Redeemable: true, Transferable: true, Into: into, Parts: 4, Notice: uint32(notice)}},
		func() { m.notice[m.now] = notice })
	m.mandate(shareclass.SetRules{Limits: shareclass.LimitsEntry{CapitalFloor: money.Rate{Num: 1, Den: 10}, Unclaimed: unclaimed, Clawback: 365, ProRata: proRata}}, nil)
}

// sign makes the next transaction of a member in this block.
func (m *model) sign(by state.Member, a state.Action) []byte {
	p := m.people[by-1]
	if !p.fresh {
		v := m.l.Read()
		last, err := keyring.SequenceOf(v.Of(1), state.Signer{Member: by})
		v.Close()
		if err != nil {
			m.t.Fatal(err)
		}
		p.spent, p.fresh = last, true
	}
	p.spent++
	name := fmt.Sprintf("%T", a)
	kind, ok := m.kinds[name]
	if !ok {
		m.t.Fatalf("no kind %s", name)
	}
	return tx.Sign(p.key, tx.Body{Chain: statetest.Chain, Coop: 1, Signer: uint64(by), Sequence: p.spent, Expiry: m.l.Tip().Height + 100, Kind: kind, Payload: tx.Encode(a)})
}

// crowd has members try a block of actions. What each came to is noted in their order.
func (m *model) crowd() {
	for _, p := range m.people {
		p.fresh = false
	}
	var raw [][]byte
	var notes []func()
	var names []string
	for range inBlock {
		by, a, accepted := m.action()
		if by == 0 {
			continue
		}
		raw, notes, names = append(raw, m.sign(by, a)), append(notes, accepted), append(names, fmt.Sprintf("%T", a))
	}
	for i, res := range m.l.Block(raw...) {
		if res.Code == 0 {
			m.count[names[i]]++
			notes[i]()
		}
	}
}

// do is an action of the treasurer, in a block of its own.
func (m *model) do(a state.Action, accepted func()) state.Result {
	return m.noted(a, m.l.Do(treasurer, a), accepted)
}

// mandate is an action of a motion.
func (m *model) mandate(a state.Action, accepted func()) state.Result {
	return m.noted(a, m.l.Mandate(a), accepted)
}

func (m *model) noted(a state.Action, res state.Result, accepted func()) state.Result {
	if res.Code == 0 {
		m.count[fmt.Sprintf("%T", a)]++
		if accepted != nil {
			accepted()
		}
	}
	return res
}

// must is a step that cannot be refused.
func (m *model) must(res state.Result) {
	m.t.Helper()
	if res.Code != 0 {
		m.t.Fatalf("after %d operations: %d %s", m.ops, res.Code, res.Log)
	}
}

func (m *model) day() uint64 {
	v := m.l.Read()
	defer v.Close()
	return state.DayOf(v.Of(1).Time())
}
