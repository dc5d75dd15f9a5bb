package withdrawal

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// SetAside takes a request that is owed out of the queue, since its money was offered and
// nobody claims it: those behind it go on, and it can be paid at any time. All members decide
// it: whoever set the others of a day aside would be paid in their place.
type SetAside struct {
	Request uint64 `cbor:"1,keyasint,omitempty"`
	Reason  string `cbor:"2,keyasint,omitempty"`
}

// Lapse gives what nobody has claimed for the time that the register's limits say to the
// statutory reserve.
type Lapse struct {
	Request uint64 `cbor:"1,keyasint,omitempty"`
	Reason  string `cbor:"2,keyasint,omitempty"` // for the journal; names no person
}

// PutAside reports that a request was set aside.
type PutAside struct {
	Request uint64 `json:"request"`
	Reason  string `json:"reason"`
}

// Lapsed reports that what nobody claimed went to the reserve.
type Lapsed struct {
	Request uint64       `json:"request"`
	Amount  money.Amount `json:"amount"`
	Entry   uint64       `json:"entry"`
}

func (PutAside) Event() string { return "withdrawal.PutAside" }
func (Lapsed) Event() string   { return "withdrawal.Lapsed" }

// Check refuses to set aside without a reason.
func (m SetAside) Check() error { return checkReason(m.Reason) }

// Check refuses to let lapse without a reason.
func (m Lapse) Check() error { return checkReason(m.Reason) }

// Apply takes the request out of the queue.
func (m SetAside) Apply(c *state.Ctx) error {
	t, err := Find(c, m.Request)
	if err != nil {
		return err
	}
	if err := t.require(m.Request, Owed); err != nil {
		return err
	}
	if !c.Authority().All {
		return ErrAll.With("request %d would lose its place", m.Request)
	}
	if err := charter.MoveAlone(c, t.Rest()); err != nil {
		return err
	}
	q, err := queues.Get(c, 0)
	if err != nil {
		return err
	}

	// Past this line nothing fails.
	if err := q.Owed.remove(c, m.Request, &t); err != nil {
		return err
	}
	t.Status, t.Offered = Aside, c.Day()
	tickets.Put(c, m.Request, t)
	queues.Put(c, 0, q)
	c.Emit(PutAside(m))
	return nil
}

// Apply gives the rest to the reserve.
func (m Lapse) Apply(c *state.Ctx) error {
	t, err := Find(c, m.Request)
	if err != nil {
		return err
	}
	if err := t.require(m.Request, Aside); err != nil {
		return err
	}
	limits, err := shareclass.LimitsOf(c)
	if err != nil {
		return err
	}
	if last := t.Offered + uint64(limits.Unclaimed); limits.Unclaimed == 0 || c.Day() <= last {
		return ErrUnclaimed.With("it was set aside on %s, %s are given", words.Day(t.Offered), words.Plural(uint64(limits.Unclaimed), "day"))
	}
	q, err := queues.Get(c, 0)
	if err != nil {
		return err
	}
	rest := t.Rest()
	if err := charter.MoveAlone(c, rest); err != nil {
		return err
	}
	posting, err := account.Prepare(c, account.Entry{Narrative: m.Reason, Lines: lapseLines(rest)})
	if err != nil {
		return err
	}

	// Past this line nothing fails.
	t.Taken += rest
	t.Status = Done
	q.Debt -= rest
	tickets.Put(c, m.Request, t)
	queues.Put(c, 0, q)
	c.Emit(Lapsed{m.Request, rest, posting.Post(c)})
	return nil
}

func lapseLines(rest money.Amount) []account.Line {
	return []account.Line{account.Debit(account.Redemptions, rest), account.Credit(account.Reserve, rest)}
}

// Describe says whose place is given up, and why.
func (m SetAside) Describe(t state.Telling) state.Words {
	return state.Words{
		Phrase: fmt.Sprintf("set request %d aside, because %s", m.Request, words.Quote(m.Reason)),
		Clauses: append(facts(t, []uint64{m.Request}),
			state.Clause{What: "status", Before: Owed.String(), After: Aside.String()}),
	}
}

// Describe says what goes to the reserve, and why.
func (m Lapse) Describe(t state.Telling) state.Words {
	w := state.Words{
		Phrase:  fmt.Sprintf("give what nobody claimed of request %d to the statutory reserve, because %s", m.Request, words.Quote(m.Reason)),
		Clauses: facts(t, []uint64{m.Request}),
	}
	if of, err := Find(t, m.Request); err == nil && t.Result == nil {
		w.Clauses = append(w.Clauses, state.Clause{What: "owed", Before: charter.Money(t, of.Rest()), After: charter.Money(t, 0)})
	}
	w.Clauses = append(w.Clauses, account.BalanceFacts(t, func() ([]account.Line, error) {
		of, err := Find(t, m.Request)
		return lapseLines(of.Rest()), err
	})...)
	return w
}

var (
	_ = Kinds.Add(state.KindOf[SetAside](KindSetAside, "withdrawal.SetAside"))
	_ = Kinds.Add(state.KindOf[Lapse](KindLapse, "withdrawal.Lapse"))
)
