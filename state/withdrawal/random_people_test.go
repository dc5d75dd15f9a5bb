package withdrawal_test

import (
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/exit"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/statetest"
	"github.com/rochdale-ledger/rochdale/state/withdrawal"
)

// turnover has one member come, or go in one of the ways there are.
func (m *model) turnover() {
	day := m.day()
	if len(m.in[member.Active]) < founders-10 {
		m.comes()
		return
	}
	n := m.pick(member.Active)
	if n == 0 {
		return
	}
	switch m.rng.IntN(12) {
	case 0:
		m.noted(member.Resign{}, m.one(n, member.Resign{Member: n}), func() { m.become(n, member.Left, m.day()) })
	case 1:
		m.must(m.mandate(exit.RecordEnd{Member: n, Ending: member.Died, Day: day}, func() {
			m.become(n, member.Left, day)
			m.people[n-1].gone = true
		}))
	case 2:
		m.must(m.mandate(exit.Summon{Member: n, Hearing: day + charter.MinHearing + 2, Reason: "r"}, nil))
		m.l.Days(charter.MinHearing + 2)
		m.must(m.mandate(exit.Hear{Member: n, Day: day + charter.MinHearing + 2}, nil))
		m.must(m.mandate(exit.Expel{Member: n}, func() { m.become(n, member.Left, m.day()) }))
	case 3:
		m.comes()
	}
}

// comes admits one who applies, or a former member who applies again.
func (m *model) comes() {
	n := m.pick(member.Left)
	key := statetest.Key(1, state.Member(1_000_000+m.count["member.Apply"]+m.count["exit.Return"]))
	proof := key.Possession(statetest.Chain, 1)
	if n > 0 && !m.people[n-1].gone && m.rng.IntN(2) == 0 {
		m.must(m.mandate(exit.Return{Member: n, Key: key.Public(), Possession: proof}, func() {
			m.become(n, member.Candidate, m.day())
			m.people[n-1].key = key
		}))
	} else {
		n = state.Member(len(m.people) + 1)
		m.must(m.mandate(member.Apply{Entry: member.Entry{Key: key.Public(), Class: 1}, Possession: proof}, func() {
			m.people = append(m.people, &person{key: key})
			m.become(n, member.Candidate, m.day())
		}))
	}
	m.must(m.mandate(member.Admit{Member: n}, func() { m.become(n, member.Active, m.day()) }))
}

// one is an action of a member in a block of its own.
func (m *model) one(by state.Member, a state.Action) state.Result {
	m.people[by-1].fresh = false
	return m.l.Block(m.sign(by, a))[0]
}

func (m *model) ask(of state.Member, class shareclass.Number, units uint64) {
	m.asked = append(m.asked, &asked{member: of, class: class, units: units, status: withdrawal.Waiting, ready: m.day() + m.notice[class]})
	m.wait = append(m.wait, uint64(len(m.asked)))
}

// ready are the requests whose day has come, in order.
func (m *model) ready() (out []uint64) {
	day := m.day()
	for _, n := range m.wait {
		if m.asked[n-1].ready <= day {
			out = append(out, n)
		}
	}
	return out
}

// next is the first whose day has come or, if there is none, the one whose day comes first.
func (m *model) next() (first uint64) {
	if ready := m.ready(); len(ready) > 0 {
		return ready[0]
	}
	for _, n := range m.wait {
		if first == 0 || m.asked[n-1].ready < m.asked[first-1].ready {
			first = n
		}
	}
	return first
}

func (m *model) cancel(n uint64) {
	m.asked[n-1].status = withdrawal.Cancelled
	m.wait = slices.DeleteFunc(m.wait, func(k uint64) bool { return k == n })
}
