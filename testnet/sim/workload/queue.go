package workload

import (
	"github.com/rochdale-ledger/rochdale/state/dues"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/withdrawal"
)

var queueOccasions = []occasion{
	{6, (*Work).ask},
	{1, (*Work).unask},
	{4, (*Work).redeem},
	{4, (*Work).payOut},
	{1, (*Work).stopPaying},
	{4, (*Work).goOnPaying},
	{8, (*Work).deduct},
	{1, (*Work).setAside},
}

var duesOccasions = []occasion{
	{2, (*Work).setDues},
	{2, (*Work).declareDues},
	{8, (*Work).recordDues},
	{4, (*Work).returnDues},
}

// ask asks the value of some shares back.
func (w *Work) ask() (step, error) {
	class, m, units, err := w.anyHolding(w.at(member.Active))
	if err != nil || m == 0 {
		return nothing, err
	}
	return step{withdrawal.Request{Member: m, Class: class, Units: 1 + w.rng.Uint64N(min(units, 3))}, m}, nil
}

// firstOwed is the first request that is owed, with its number; zero if there is none.
func (w *Work) firstOwed() (uint64, withdrawal.Ticket, error) {
	q, err := withdrawal.QueueOf(w.r)
	if err != nil || q.Owed.First == 0 {
		return 0, withdrawal.Ticket{}, err
	}
	t, err := withdrawal.Find(w.r, q.Owed.First)
	return q.Owed.First, t, err
}

func (w *Work) unask() (step, error) {
	q, err := withdrawal.QueueOf(w.r)
	lists := q.Lists()
	if err != nil || len(lists) == 0 {
		return nothing, err
	}
	last := lists[w.rng.IntN(len(lists))].Last
	t, err := withdrawal.Find(w.r, last)
	if err != nil {
		return nothing, err
	}
	rec, err := member.Find(w.r, t.Member)
	if err != nil {
		return nothing, err
	}
	if rec.Unclaimed() {
		return step{action: withdrawal.Cancel{Member: t.Member, Request: last, Paper: w.digest()}, by: byOthers}, nil
	}
	return step{action: withdrawal.Cancel{Member: t.Member, Request: last}, by: t.Member}, nil
}

func (w *Work) redeem() (step, error) {
	q, err := withdrawal.QueueOf(w.r)
	if err != nil {
		return nothing, err
	}
	n, t, err := q.Next(w.r)
	if err != nil || n == 0 || t.Ready > w.today() && w.rng.IntN(4) > 0 {
		return nothing, err
	}
	return step{action: withdrawal.Redeem{Requests: []uint64{n}}}, nil
}

// payOut pays those who were redeemed on the day of the first who is owed, in full or a part.
func (w *Work) payOut() (step, error) {
	n, t, err := w.firstOwed()
	if err != nil || n == 0 {
		return nothing, err
	}
	m, left, day := withdrawal.Pay{Requests: []uint64{n}}, t.Rest(), t.Redeemed
	for t.Next != 0 && len(m.Requests) < withdrawal.MaxBatch {
		next := t.Next
		if t, err = withdrawal.Find(w.r, next); err != nil {
			return nothing, err
		}
		if t.Redeemed != day {
			break
		}
		m.Requests, left = append(m.Requests, next), left+t.Rest()
	}
	if left > 1 && w.rng.IntN(3) == 0 {
		m.Amount = left / 2
	}
	return step{action: m}, nil
}

func (w *Work) stopPaying() (step, error) {
	q, err := withdrawal.QueueOf(w.r)
	if err != nil || q.Since != 0 {
		return nothing, err
	}
	return step{action: withdrawal.Suspend{Reason: "short of cash"}}, nil
}

func (w *Work) goOnPaying() (step, error) {
	q, err := withdrawal.QueueOf(w.r)
	if err != nil || q.Since == 0 {
		return nothing, err
	}
	return step{action: withdrawal.Resume{}}, nil
}

// deduct takes what a member owes, which is on an asset's account.
func (w *Work) deduct() (step, error) {
	n, t, err := w.firstOwed()
	if err != nil || n == 0 {
		return nothing, err
	}
	return step{action: withdrawal.Deduct{Request: n, Amount: min(t.Rest(), 100), Account: receivables, Reason: "a loan"}}, nil
}

func (w *Work) setAside() (step, error) {
	n, _, err := w.firstOwed()
	if err != nil || n == 0 {
		return nothing, err
	}
	return step{action: withdrawal.SetAside{Request: n, Reason: "the letter came back"}}, nil
}

// setDues sets a schedule of one of the three sorts.
func (w *Work) setDues() (step, error) {
	m := dues.Set{From: w.today() + 1 + uint64(w.rng.IntN(3)), Days: uint32(1 + w.rng.IntN(9)), Account: sales}
	switch m.Sort = dues.Sort(1 + w.rng.IntN(3)); m.Sort {
	case dues.Fixed:
		m.Amounts = []uint64{500}
	case dues.Sliding:
		m.Amounts = []uint64{200, 500, 900}
	default:
		m.Rate, m.Least = money.Rate{Num: 1, Den: 100}, 100
	}
	return step{action: m}, nil
}

func (w *Work) declareDues() (step, error) {
	m, err := w.anyMember(member.Active)
	if err != nil || m == 0 {
		return nothing, err
	}
	s, err := w.schedule()
	if err != nil {
		return nothing, err
	}
	d := dues.Declare{Member: m, Band: uint8(1 + w.rng.IntN(3))}
	if s.Sort == dues.Share {
		d.Band, d.Income = 0, uint64(w.rng.IntN(100_000))
	}
	return step{d, m}, nil
}

// schedule is the last one, of no sort if there is none.
func (w *Work) schedule() (last dues.Schedule, err error) {
	err = dues.Schedules(w.r, func(_ uint64, s dues.Schedule) (bool, error) {
		last = s
		return true, nil
	})
	return last, err
}

func (w *Work) recordDues() (step, error) {
	m, err := w.anyMember(member.Active)
	if err != nil || m == 0 {
		return nothing, err
	}
	return step{action: dues.Record{Lines: []dues.Line{{Member: m, Amount: 100 + w.rng.Uint64N(500)}}}}, nil
}

// returnDues pays back to one who has paid, if luck finds one.
func (w *Work) returnDues() (step, error) {
	for range tries {
		m, err := w.anyMember(member.Active)
		if err != nil || m == 0 {
			return nothing, err
		}
		p, err := dues.PayerOf(w.r, m)
		if err != nil {
			return nothing, err
		}
		if p.Paid > 0 {
			return step{action: dues.Return{Lines: []dues.Line{{Member: m, Amount: 1 + w.rng.Uint64N(p.Paid)}}, Reason: "paid twice"}}, nil
		}
	}
	return nothing, nil
}
