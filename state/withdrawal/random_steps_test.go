package withdrawal_test

import (
	"fmt"
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/call"
	"github.com/rochdale-ledger/rochdale/state/exit"
	"github.com/rochdale-ledger/rochdale/state/holding"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/withdrawal"
)

// class is one of those there are, mostly that of now.
func (m *model) class() shareclass.Number {
	if m.rng.IntN(2) == 0 {
		return m.now
	}
	return shareclass.Number(1 + m.rng.IntN(len(m.value)))
}

// action is what a member tries, and what becomes of the model if it is accepted.
func (m *model) action() (by state.Member, a state.Action, accepted func()) {
	if by = m.pick(member.Active); by == 0 {
		return 0, nil, nil
	}
	units, class := 1+m.rng.Uint64N(6), m.class()
	switch m.rng.IntN(9) {
	case 0:
		return by, share.Subscribe{Member: by, Class: m.now, Units: units}, func() {
			m.subs = append(m.subs, &sub{member: by, class: m.now, units: units, status: share.Unpaid})
		}
	case 1:
		return by, withdrawal.Request{Member: by, Class: class, Units: units}, func() { m.ask(by, class, units) }
	case 2:
		if len(m.wait) > 0 {
			n := m.wait[m.rng.IntN(len(m.wait))]
			if of := m.asked[n-1].member; m.people[of-1].standing() == member.Active {
				return of, withdrawal.Cancel{Member: of, Request: n}, func() { m.cancel(n) }
			}
		}
	case 3:
		if n := m.anyOf(len(m.subs), func(i int) bool { return m.subs[i].status == share.Unpaid }); n > 0 && m.rng.IntN(8) == 0 {
			if of := m.subs[n-1].member; m.people[of-1].standing() == member.Active {
				return of, share.Cancel{Member: of, Subscription: n}, func() { m.subs[n-1].status = share.Cancelled }
			}
		}
	case 4, 5:
		into := m.class()
		return by, holding.Convert{Member: by, Class: class, Into: into, Units: units}, func() {
			m.move(class, by, units, false)
			m.move(into, by, uint64(money.Amount(units)*m.value[class]/par), true)
		}
	}
	to := m.pick(member.Active)
	if to == 0 || to == by {
		return 0, nil, nil
	}
	return by, holding.Transfer{From: by, To: to, Class: class, Units: units}, func() {
		m.move(class, by, units, false)
		m.move(class, to, units, true)
	}
}

// move is an operation on the register.
func (m *model) move(class shareclass.Number, of state.Member, units uint64, in bool) {
	if in {
		m.units[class][of] += units
	} else {
		m.units[class][of] -= units
	}
	m.ops++
}

// officers record payments, issue, give back and serve the queue.
func (m *model) officers() {
	m.payments()
	m.issue()
	m.back()
	m.redeem()
	m.pay()
	for range 2 {
		m.seldom()
	}
}

// seldom is one of the steps that a co-op takes now and then.
func (m *model) seldom() {
	switch m.rng.IntN(6) {
	case 0:
		m.aside()
	case 1:
		m.deduct()
	case 2:
		m.suspend()
	case 3:
		m.rules(m.rng.IntN(2) == 0)
	case 4:
		m.gifts()
	case 5:
		m.mandate(call.Call{Class: m.now, Amount: 1, Due: m.day() + 30}, nil)
	}
}

// some are subscriptions of the class of now of members who are active.
func (m *model) some(ok func(*sub) bool) (out []uint64) {
	for n := len(m.subs); n > 0 && len(out) < 80 && n > len(m.subs)-2000; n-- {
		s := m.subs[n-1]
		if s.class == m.now && m.people[s.member-1].standing() == member.Active && ok(s) && m.rng.IntN(8) > 0 {
			out = append(out, uint64(n))
		}
	}
	slices.Reverse(out)
	return out
}

func (m *model) payments() {
	var batch share.PayPart
	var whole []uint64
	for _, n := range m.some(func(s *sub) bool { return s.status == share.Unpaid }) {
		s := m.subs[n-1]
		if rest := money.Amount(s.units)*par - s.received; m.rng.IntN(4) == 0 {
			batch.Payments = append(batch.Payments, share.Payment{Subscription: n, Amount: 1 + money.Amount(m.rng.Int64N(int64(rest)))})
		} else {
			whole = append(whole, n)
		}
	}
	take := func(n uint64, a money.Amount) {
		s := m.subs[n-1]
		m.post(account.Debit(account.Bank, a), account.Credit(account.Applications, a))
		if s.received += a; s.received == money.Amount(s.units)*par {
			s.status = share.Paid
		}
	}
	if len(batch.Payments) > 0 {
		res := m.do(batch, func() {
			for _, p := range batch.Payments {
				take(p.Subscription, p.Amount)
			}
		})
		if res.Code != 0 && res.Code != share.ErrParts.Code {
			m.must(res)
		}
	}
	if len(whole) > 0 {
		m.must(m.do(share.ConfirmPayment{Subscriptions: whole}, func() {
			for _, n := range whole {
				take(n, money.Amount(m.subs[n-1].units)*par-m.subs[n-1].received)
			}
		}))
	}
}

func (m *model) issue() {
	numbers := m.some(func(s *sub) bool {
		return s.status == share.Paid || s.status == share.Unpaid && s.lies() >= par
	})
	if len(numbers) == 0 {
		return
	}
	m.must(m.do(share.Issue{Subscriptions: numbers}, func() {
		for _, n := range numbers {
			s := m.subs[n-1]
			units := s.units - s.drawn
			if s.status == share.Unpaid {
				units = uint64(s.lies() / par)
			} else {
				s.status = share.Issued
			}
			s.drawn += units
			m.move(s.class, s.member, units, true)
			value := money.Amount(units) * par
			m.post(account.Debit(account.Applications, value), account.Credit(account.Capital, value))
		}
	}))
}

// back refunds a subscription, or corrects one.
func (m *model) back() {
	n := m.anyOf(len(m.subs), func(i int) bool {
		s := m.subs[i]
		return s.status != share.Cancelled && s.status != share.Refunded && (s.status != share.Unpaid || s.lies() > 0)
	})
	if n == 0 {
		return
	}
	s, one := m.subs[n-1], []uint64{n}
	returned := func() {
		lies := s.lies()
		m.post(account.Debit(account.Applications, lies), account.Credit(account.Bank, lies))
		s.received -= lies
	}
	switch {
	case s.status == share.Issued:
		m.mandate(share.Correct{Subscriptions: one, Reason: "r"}, func() {
			value := money.Amount(s.units) * par
			m.move(s.class, s.member, s.units, false)
			m.post(account.Debit(account.Capital, value), account.Credit(account.Applications, value))
			s.status, s.drawn = share.Paid, 0
		})
	case m.rng.IntN(2) == 0:
		m.mandate(share.Correct{Subscriptions: one, Reason: "r"}, func() { returned(); s.status = share.Unpaid })
	default:
		m.mandate(share.Refund{Subscriptions: one, Reason: "r"}, func() { returned(); s.status = share.Refunded })
	}
}

// redeem ends the shares of the front of those whose day has come, and of nothing else.
func (m *model) redeem() {
	ready := m.ready()
	n := len(ready)
	if n < 2 {
		return
	}
	if res := m.l.Do(treasurer, redeem(ready[1])); res.Code != withdrawal.ErrQueue.Code {
		m.t.Fatalf("request %d was redeemed before %d: %d %s", ready[1], ready[0], res.Code, res.Log)
	}
	if i := slices.IndexFunc(m.wait, func(k uint64) bool { return m.asked[k-1].ready > m.day() }); i >= 0 {
		if res := m.l.Do(treasurer, redeem(m.wait[i])); res.Code != withdrawal.ErrNotice.Code {
			m.t.Fatalf("request %d was redeemed before its day: %d %s", m.wait[i], res.Code, res.Log)
		}
		if m.wait[i] < ready[n-1] {
			m.count["passed"]++
		}
	}
	front := slices.Clone(ready[:1+m.rng.IntN(min(n, withdrawal.MaxBatch))])
	last := m.asked[front[len(front)-1]-1]
	if last.units > 1 && m.rng.IntN(2) == 0 {
		m.part(front, 1+m.rng.Uint64N(last.units-1))
		return
	}
	m.do(redeem(front...), func() { m.redeemed(front, 0) })
}

// part redeems so many units of the last of the front, as all members decide: an officer
// redeems all of it, since no floor is near.
func (m *model) part(front []uint64, units uint64) {
	a := withdrawal.Redeem{Requests: front, Units: units}
	if res := m.l.Do(treasurer, a); res.Code == 0 {
		m.t.Fatalf("an officer redeemed %d units of request %d", units, front[len(front)-1])
	}
	m.mandate(a, func() {
		m.redeemed(front, units)
		m.count["parts"]++
	})
}

// redeemed notes what becomes of the front, of the last so many units if any are given.
func (m *model) redeemed(front []uint64, units uint64) {
	day := m.day()
	gone := slices.Clone(front)
	if units > 0 {
		n := front[len(front)-1]
		of := m.asked[n-1]
		part := *of
		part.units, part.of, part.whole = units, n, 0
		of.whole = max(of.whole, of.units)
		of.units -= units
		m.asked = append(m.asked, &part)
		front[len(front)-1] = uint64(len(m.asked))
		gone = gone[:len(gone)-1]
	}
	for _, k := range front {
		a := m.asked[k-1]
		a.value = money.Amount(a.units) * m.value[a.class]
		a.status, a.redeemed = withdrawal.Owed, day
		m.move(a.class, a.member, a.units, false)
		m.post(account.Debit(account.Capital, a.value), account.Credit(account.Redemptions, a.value))
	}
	m.owed = append(m.owed, front...)
	m.wait = slices.DeleteFunc(m.wait, func(k uint64) bool { return slices.Contains(gone, k) })
}

// pay pays the front in full or in part: in order, or in proportion among all of a day.
func (m *model) pay() {
	n := min(len(m.owed), 1+m.rng.IntN(withdrawal.MaxBatch))
	if n < 2 {
		return
	}
	if res := m.l.Do(treasurer, pay(0, m.owed[1])); res.Code != withdrawal.ErrQueue.Code {
		m.t.Fatalf("request %d was paid before %d: %d %s", m.owed[1], m.owed[0], res.Code, res.Log)
	}
	front := slices.Clone(m.owed[:n])
	var total, sum money.Amount
	var rests []uint64
	for _, k := range front {
		rests = append(rests, uint64(m.asked[k-1].rest()))
		total += m.asked[k-1].rest()
	}
	if m.rng.IntN(2) == 0 {
		sum = 1 + money.Amount(m.rng.Int64N(int64(total)))
	}
	v := m.l.Read()
	limits, err := shareclass.LimitsOf(v.Of(1))
	v.Close()
	if err != nil {
		m.t.Fatal(err)
	}
	m.do(pay(sum, slices.Sorted(slices.Values(front))...), func() {
		left, parts := sum, []money.Amount(nil)
		if sum == 0 {
			left = total
		}
		for rest, from, to := left, 0, 0; limits.ProRata && from < len(front); from = to {
			owed := money.Amount(0) // on the day
			for to = from; to < len(front) && m.asked[front[to]-1].redeemed == m.asked[front[from]-1].redeemed; to++ {
				owed += money.Amount(rests[to])
			}
			split, err := money.Split(min(rest, owed), rests[from:to])
			if err != nil {
				m.t.Fatal(err)
			}
			rest, parts = rest-min(rest, owed), append(parts, split...)
		}
		m.post(account.Debit(account.Redemptions, left), account.Credit(account.Bank, left))
		for i, k := range front {
			part := min(left, money.Amount(rests[i]))
			if parts != nil {
				part = parts[i]
			}
			left -= part
			m.asked[k-1].paid += part
			m.settle(k)
		}
	})
}

// aside takes one who is not found out of the queue, pays one who is, or lets what nobody
// claimed lapse.
func (m *model) aside() {
	if len(m.owed) > 0 {
		n := m.owed[m.rng.IntN(len(m.owed))]
		m.must(m.mandate(withdrawal.SetAside{Request: n, Reason: "r"}, func() {
			m.asked[n-1].status, m.asked[n-1].offered = withdrawal.Aside, m.day()
			m.owed = slices.DeleteFunc(m.owed, func(k uint64) bool { return k == n })
		}))
	}
	day := m.day()
	for i, a := range m.asked {
		if n := uint64(i) + 1; a.status == withdrawal.Aside && day > a.offered+unclaimed+2 {
			rest := a.rest()
			m.must(m.mandate(withdrawal.Lapse{Request: n, Reason: "r"}, func() {
				m.post(account.Debit(account.Redemptions, rest), account.Credit(account.Reserve, rest))
				a.taken += rest
				m.settle(n)
			}))
		}
	}
	n := m.anyOf(len(m.asked), func(i int) bool { return m.asked[i].status == withdrawal.Aside })
	if n > 0 && m.rng.IntN(2) == 0 {
		a := m.asked[n-1]
		rest := a.rest()
		m.do(pay(0, n), func() {
			m.post(account.Debit(account.Redemptions, rest), account.Credit(account.Bank, rest))
			a.paid += rest
			m.settle(n)
		})
	}
}

// deduct takes what a member owes off its claim, or a loss that was found later, also from
// what was paid.
func (m *model) deduct() {
	const loans, claims = 1400, 1200
	n := m.anyOf(len(m.asked), func(i int) bool { return m.asked[i].redeemed > 0 })
	if n == 0 {
		return
	}
	a := m.asked[n-1]
	if rest := a.rest(); rest > 0 && m.rng.IntN(2) == 0 {
		part := 1 + money.Amount(m.rng.Int64N(int64(rest)))
		lent := []account.Line{account.Debit(loans, part), account.Credit(account.Bank, part)}
		m.mandate(account.Post{Narrative: "lent", Lines: lent}, func() {
			m.post(lent...)
			m.must(m.mandate(withdrawal.Deduct{Request: n, Amount: part, Account: loans, Reason: "r"}, func() {
				m.post(account.Debit(account.Redemptions, part), account.Credit(loans, part))
				a.taken += part
				m.settle(n)
			}))
		})
		return
	}
	whole := a.rest() + a.paid - a.claimed
	if whole == 0 || m.day() > a.redeemed+300 {
		return
	}
	part := 1 + money.Amount(m.rng.Int64N(int64(whole)))
	m.lose(part)
	m.must(m.mandate(withdrawal.Deduct{Request: n, Amount: part, Account: account.Unappropriated, Claim: claims, Reason: "r"}, func() {
		taken := min(part, a.rest())
		m.post(account.Debit(account.Redemptions, taken), account.Debit(claims, part-taken), account.Credit(account.Unappropriated, part))
		a.taken, a.claimed = a.taken+taken, a.claimed+part-taken
		if a.status != withdrawal.Done {
			m.settle(n)
		}
	}))
}

// lose has the co-op declare a deficit.
func (m *model) lose(a money.Amount) {
	m.must(m.mandate(lose{a}, nil))
	m.post(account.Debit(account.Unappropriated, a), account.Credit(2000, a))
}

// suspend stops the queue for a while: nothing is redeemed or paid, and requests go on.
func (m *model) suspend() {
	m.must(m.mandate(withdrawal.Suspend{Reason: "r"}, nil))
	for _, a := range []state.Action{redeem(1), pay(0, 1)} {
		if res := m.l.Do(treasurer, a); res.Code != withdrawal.ErrSuspended.Code {
			m.t.Fatalf("%T while suspended: %d %s", a, res.Code, res.Log)
		}
	}
	m.must(m.mandate(withdrawal.Resume{}, nil))
}

// gifts gives bonus shares, transmits shares of one who has left, and forfeits some.
func (m *model) gifts() {
	if to := m.pick(member.Active); to > 0 {
		fund := []account.Line{account.Debit(account.Bank, par), account.Credit(account.Education, par)}
		m.must(m.mandate(account.Post{Narrative: "given", Lines: fund}, func() { m.post(fund...) }))
		m.mandate(holding.Bonus{Class: m.now, From: account.Education, Entries: []holding.Gift{{Member: to, Units: 1}}, Reason: "r"}, func() {
			m.move(m.now, to, 1, true)
			m.post(account.Debit(account.Education, par), account.Credit(account.Capital, par))
		})
	}
	from, to, class := m.pick(member.Left), m.pick(member.Active), shareclass.Number(0)
	for k := shareclass.Number(1); k <= m.now && from > 0; k++ {
		if m.units[k][from] > 0 && (class == 0 || m.rng.IntN(2) == 0) {
			class = k
		}
	}
	if to == 0 || class == 0 {
		return
	}
	units := 1 + m.rng.Uint64N(m.units[class][from])
	switch m.rng.IntN(3) {
	case 0:
		if p := m.people[from-1]; p.gone && p.heir == 0 {
			m.must(m.mandate(exit.Transmit{Member: from, Heirs: []state.Member{to}}, func() { p.heir = to }))
		} else if p.gone {
			to = p.heir
		}
		m.mandate(holding.Transmit{From: from, To: to, Class: class, Units: units, Reason: "r"}, func() {
			m.move(class, from, units, false)
			m.move(class, to, units, true)
		})
	case 1:
		m.mandate(withdrawal.Request{Member: from, Class: class, Units: units}, func() { m.ask(from, class, units) })
	case 2:
		m.mandate(holding.Forfeit{Member: from, Class: class, Units: units, Reason: "r"}, func() {
			value := money.Amount(units) * m.value[class]
			m.move(class, from, units, false)
			m.post(account.Debit(account.Capital, value), account.Credit(account.Reserve, value))
		})
	}
}

// loss has the capital bear a tenth of itself, and opens a class for new money.
func (m *model) loss() {
	loss := -m.books[account.Capital] / 10
	if len(m.value) == shareclass.MaxClasses || loss <= 0 {
		return
	}
	m.lose(loss)
	capital := -m.books[account.Capital]
	m.must(m.mandate(holding.WriteDown{Loss: loss, Reason: "r"}, func() {
		for class, was := range m.value {
			each := was * loss / capital
			held := uint64(0)
			for _, n := range m.units[class] {
				held += n
			}
			if held == 0 || each == 0 {
				continue
			}
			m.value[class] -= each
			m.ops++
			cut := money.Amount(held) * each
			m.post(account.Debit(account.Capital, cut), account.Credit(account.Unappropriated, cut))
		}
	}))
	m.now = shareclass.Number(len(m.value) + 1)
	m.must(m.mandate(shareclass.Open{Class: m.now, Name: fmt.Sprint("class ", m.now), Par: par, MaxHolding: most}, nil))
	m.units[m.now], m.value[m.now] = map[state.Member]uint64{}, par
	m.rules(false)
	for class := range m.now - 1 {
		m.must(m.mandate(shareclass.SetRules{Class: class + 1, Rules: shareclass.RulesEntry{MaxHolding: most, Redeemable: true, Transferable: true, Into: []shareclass.Number{m.now}}}, func() { delete(m.notice, class+1) }))
	}
}
