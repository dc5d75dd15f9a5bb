package withdrawal

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// Redeem ends the shares of the requests at the front of the queue and makes their value
// a debt: an operation on the register each, one journal entry for all. All are
// redeemed or none.
type Redeem struct {
	Requests []uint64 `cbor:"1,keyasint,omitempty"` // ascending: the first that wait
}

// Redeemed reports which operations on the register a redemption was.
type Redeemed struct {
	First  uint64       `json:"first"`
	Last   uint64       `json:"last"`
	Amount money.Amount `json:"amount"` // owed from now on
	Entry  uint64       `json:"entry"`
}

func (Redeemed) Event() string { return "withdrawal.Redeemed" }

// Check refuses a malformed batch.
func (m Redeem) Check() error { return checkBatch(m.Requests) }

// Cost is three records a request at most, and an entry in the books.
func (m Redeem) Cost() int { return 3*len(m.Requests) + 16 }

// Apply redeems the shares.
func (m Redeem) Apply(c *state.Ctx) error {
	q, err := queues.Get(c, 0)
	if err != nil {
		return err
	}
	if err := q.running(); err != nil {
		return err
	}
	list, err := q.Waiting.front(c, m.Requests)
	if err != nil {
		return err
	}
	for i, t := range list {
		if t.Ready > c.Day() {
			return ErrNotice.With("number %d, it is on %s", m.Requests[i], words.Day(t.Ready))
		}
	}
	exit, err := prepareExit(c, m.Requests, list)
	if err != nil {
		return err
	}
	if err := charter.MoveAlone(c, exit.total); err != nil {
		return err
	}
	posting, err := account.Prepare(c, account.Entry{Narrative: narrative("redemption of", len(list)), Lines: exitLines(exit.total, exit.lost)})
	if err != nil {
		return err
	}

	// Past this line nothing fails.
	entry := posting.Post(c)
	operations, err := exit.moves.Post(c, entry)
	if err != nil {
		return err
	}
	for i, n := range m.Requests {
		t, err := Find(c, n) // its neighbours have moved meanwhile
		if err != nil {
			return err
		}
		if err := q.Waiting.remove(c, n, &t); err != nil {
			return err
		}
		t.Value, t.Loss = exit.moves.Values[i]-exit.losses[i], exit.losses[i]
		t.Redeemed, t.Operation, t.Status = c.Day(), operations[i], Done
		if t.Value > 0 {
			t.Status = Owed
			if err := q.Owed.append(c, n, &t); err != nil {
				return err
			}
		}
		tickets.Put(c, n, t)
	}
	owed := exit.total - exit.lost
	q.Debt += owed
	queues.Put(c, 0, q)
	c.Emit(Redeemed{operations[0], operations[len(operations)-1], owed, entry})
	return nil
}

// exitLines take the value of shares from the capital: what they do not bear of losses
// is owed.
func exitLines(total, lost money.Amount) []account.Line {
	lines := []account.Line{account.Debit(account.Capital, total)}
	if owed := total - lost; owed > 0 {
		lines = append(lines, account.Credit(account.Redemptions, owed))
	}
	if lost > 0 {
		lines = append(lines, account.Credit(account.Unappropriated, lost))
	}
	return lines
}

// Describe says which shares end and what is owed for them.
func (m Redeem) Describe(t state.Telling) state.Words {
	w := state.Words{Phrase: "redeem the shares of " + Named(m.Requests), Clauses: facts(t, m.Requests)}
	w.Clauses = append(w.Clauses, state.Clause{What: "status", Before: Waiting.String(), After: Owed.String()})
	w.Clauses = append(w.Clauses, account.BalanceFacts(t, func() ([]account.Line, error) {
		x, err := wouldLeave(t, m.Requests)
		return exitLines(x.total, x.lost), err
	})...)
	return w
}

func narrative(what string, n int) string {
	return fmt.Sprintf("%s %s for the value of shares", what, words.Plural(uint64(n), "request"))
}

var _ = Kinds.Add(state.KindOf[Redeem](KindRedeem, "withdrawal.Redeem"))
