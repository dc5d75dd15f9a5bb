package withdrawal

import (
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
)

// Pay records that what is owed for redeemed shares was paid from the bank, to the
// requests at the front of the queue: in full, or as much as Amount. That is divided in
// the order of the queue or, where the register's limits say so, day after day in the order in
// which they were redeemed, in proportion to what is owed among all requests of a day. Who decides when a request is
// redeemed cannot keep it out of what is divided: see requireBeside.
type Pay struct {
	Requests []uint64     `cbor:"1,keyasint,omitempty"` // ascending: the first that are owed, or one that was set aside
	Amount   money.Amount `cbor:"2,keyasint,omitempty"` // minor units; zero for all that is owed
}

// Paid reports a payment.
type Paid struct {
	Requests int          `json:"requests"`
	Done     int          `json:"done"` // paid in full
	Amount   money.Amount `json:"amount"`
	Entry    uint64       `json:"entry"`
}

func (Paid) Event() string { return "withdrawal.Paid" }

// Check refuses a malformed batch.
func (m Pay) Check() error {
	if err := checkBatch(m.Requests); err != nil {
		return err
	}
	if m.Amount < 0 || m.Amount > money.Max {
		return ErrAmount.With("out of range")
	}
	return nil
}

// Cost is two records a request at most, and an entry in the books.
func (m Pay) Cost() int { return 2*len(m.Requests) + 10 }

// Apply records the payment.
func (m Pay) Apply(c *state.Ctx) error {
	q, err := queues.Get(c, 0)
	if err != nil {
		return err
	}
	if err := q.running(); err != nil {
		return err
	}
	order, list, err := m.load(c, q)
	if err != nil {
		return err
	}
	limits, err := shareclass.LimitsOf(c)
	if err != nil {
		return err
	}
	proRata := limits.ProRata && list[0].Status == Owed
	pays, sum, err := m.divide(c, list, proRata)
	if err != nil {
		return err
	}
	if proRata {
		if err := q.requireBeside(c, list[len(list)-1]); err != nil {
			return err
		}
	}
	if err := charter.MoveAlone(c, sum); err != nil {
		return err
	}
	posting, err := account.Prepare(c, account.Entry{
		Narrative: narrative("payment of", len(list)),
		Lines:     []account.Line{account.Debit(account.Redemptions, sum), account.Credit(account.Bank, sum)},
	})
	if err != nil {
		return err
	}
	if left := posting.After(account.Bank); left < limits.CashFloor {
		return ErrCash.With("%s would be left, the floor is %s", charter.Money(c, left), charter.Money(c, limits.CashFloor))
	}

	// Past this line nothing fails.
	done, err := q.pay(c, order, pays)
	if err != nil {
		return err
	}
	q.Debt -= sum
	queues.Put(c, 0, q)
	c.Emit(Paid{len(list), done, sum, posting.Post(c)})
	return nil
}

// load reads the requests in their order: the front of what is owed, or one that was set
// aside.
func (m Pay) load(c *state.Ctx, q Queue) ([]uint64, []Ticket, error) {
	if len(m.Requests) == 1 {
		t, err := Find(c, m.Requests[0])
		if err != nil {
			return nil, nil, err
		}
		if t.Status == Aside {
			return m.Requests, []Ticket{t}, nil
		}
	}
	return q.Owed.front(c, m.Requests)
}

// divide is what each request gets, and the sum.
func (m Pay) divide(r state.Reader, list []Ticket, proRata bool) (pays []money.Amount, sum money.Amount, err error) {
	var rests []uint64
	var total money.Amount
	for _, t := range list {
		rests = append(rests, uint64(t.Rest()))
		if total, err = money.Add(total, t.Rest()); err != nil {
			return nil, 0, share.ErrTotal
		}
	}
	sum = m.Amount
	if sum == 0 {
		sum = total
	}
	if sum > total {
		return nil, 0, ErrAmount.With("%s of %s", charter.Money(r, sum), charter.Money(r, total))
	}
	if proRata {
		if err := m.requireCohort(r, list); err != nil {
			return nil, 0, err
		}
		pays, err = byDays(list, rests, sum)
		return pays, sum, err
	}
	left := sum
	for _, t := range list {
		part := min(left, t.Rest())
		if part == 0 {
			return nil, 0, ErrAmount.With("it does not reach the last of %d requests", len(list))
		}
		left -= part
		pays = append(pays, part)
	}
	return pays, sum, nil
}

// byDays divides a sum in the order of the days on which the requests were redeemed: each day
// is paid whole before the next has anything, and the last one that the sum reaches in
// proportion to what is owed. So nobody chooses whom a payment of several days thins out.
func byDays(list []Ticket, rests []uint64, sum money.Amount) (pays []money.Amount, err error) {
	for from, to := 0, 0; from < len(list); from = to {
		var owed money.Amount
		for to = from; to < len(list) && list[to].Redeemed == list[from].Redeemed; to++ {
			owed += list[to].Rest()
		}
		part := min(sum, owed)
		if part == 0 {
			return nil, ErrAmount.With("it does not reach the last of %d requests", len(list))
		}
		sum -= part
		split, err := money.Split(part, rests[from:to])
		if err != nil {
			return nil, err
		}
		pays = append(pays, split...)
	}
	return pays, nil
}

// requireCohort refuses to pay some of the requests that were redeemed on one day, be it in
// full, unless there are as many as a batch has: what is left may not reach the others.
func (m Pay) requireCohort(r state.Reader, list []Ticket) error {
	last := list[len(list)-1]
	if last.Next == 0 || len(list) == MaxBatch {
		return nil
	}
	next, err := Find(r, last.Next)
	if err == nil && next.Redeemed == last.Redeemed {
		err = ErrCohort.With("request %d is of the same day", last.Next)
	}
	return err
}

// requireBeside refuses while the request that is redeemed next was registered on the day of
// the last one that is paid, or before, and could be redeemed by now: it would have its part of
// what is paid. It holds up nothing if a floor keeps all of its shares.
func (q Queue) requireBeside(r state.Reader, last Ticket) error {
	number, t, err := q.Next(r)
	if err != nil || number == 0 {
		return err
	}
	if t.Ready > state.DayOf(r.Time()) || state.DayOf(t.Time) > state.DayOf(last.Time) {
		return nil
	}
	units, _, err := Leave(r, t)
	if err == nil && units > 0 {
		err = ErrBeside.With("request %d", number)
	}
	return err
}

// pay notes what each request gets, and takes those that are paid in full out of the
// queue. It returns how many those are.
func (q *Queue) pay(c *state.Ctx, numbers []uint64, pays []money.Amount) (done int, err error) {
	for i, n := range numbers {
		t, err := Find(c, n) // its neighbours may have moved
		if err != nil {
			return 0, err
		}
		t.Paid += pays[i]
		if t.Rest() == 0 {
			done++
			if err := q.close(c, n, &t); err != nil {
				return 0, err
			}
		}
		tickets.Put(c, n, t)
	}
	return done, nil
}

// close ends a request of which nothing is owed any more. The caller stores t.
func (q *Queue) close(c *state.Ctx, number uint64, t *Ticket) error {
	was := t.Status
	t.Status = Done
	if was != Owed {
		return nil
	}
	return q.Owed.remove(c, number, t)
}

// Describe says who gets what.
func (m Pay) Describe(t state.Telling) state.Words {
	w := state.Words{Phrase: "pay " + Named(m.Requests), Clauses: facts(t, m.Requests)}
	if m.Amount > 0 {
		w.Phrase = "pay " + charter.Money(t, m.Amount) + " of what is owed to " + Named(m.Requests)
	}
	sum := m.Amount
	if t.Result == nil && m.Amount == 0 {
		for _, n := range m.Requests {
			if of, err := Find(t, n); err == nil {
				sum += of.Rest()
			}
		}
	}
	w.Clauses = append(w.Clauses, account.BalanceFacts(t, func() ([]account.Line, error) {
		return []account.Line{account.Debit(account.Redemptions, sum), account.Credit(account.Bank, sum)}, nil
	})...)
	return w
}

var _ = Kinds.Add(state.KindOf[Pay](KindPay, "withdrawal.Pay"))
