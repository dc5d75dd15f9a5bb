package withdrawal

import (
	"fmt"
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// Redeem ends the shares of the requests at the front of the queue and makes their value
// a debt: an operation on the register each, one journal entry for all. All are
// redeemed or none. Of the last a part can be, which is a request of its own from then on;
// the result is its number. The rest of it stays the first that waits.
type Redeem struct {
	Requests []uint64 `cbor:"1,keyasint,omitempty"` // ascending: the first that wait
	Units    uint64   `cbor:"2,keyasint,omitempty"` // of the last of them, fewer than it has: those that the floors leave, or as all members decide; zero for all
}

// Redeemed reports which operations on the register a redemption was.
type Redeemed struct {
	First  uint64       `json:"first"`
	Last   uint64       `json:"last"`
	Amount money.Amount `json:"amount"` // owed from now on
	Entry  uint64       `json:"entry"`
	Part   uint64       `json:"part,omitempty"` // number of the request that is a part of the last, or zero
}

func (Redeemed) Event() string { return "withdrawal.Redeemed" }

// Check refuses a malformed batch.
func (m Redeem) Check() error { return checkBatch(m.Requests) }

// Cost is three records a request at most, an entry in the books, and a part.
func (m Redeem) Cost() int { return 3*len(m.Requests) + 16 + int(min(m.Units, 2)) }

// Apply redeems the shares.
func (m Redeem) Apply(c *state.Ctx) error {
	q, err := queues.Get(c, 0)
	if err != nil {
		return err
	}
	if err := q.running(); err != nil {
		return err
	}
	exit, err := m.prepare(c, q)
	if err != nil {
		return err
	}
	if err := charter.MoveAlone(c, exit.total); err != nil {
		return err
	}
	posting, err := account.Prepare(c, account.Entry{Narrative: narrative("redemption of", len(m.Requests)), Lines: exitLines(exit.total, exit.lost)})
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
		if m.Units > 0 && i == len(m.Requests)-1 {
			n, t = q.split(c, n, t, m.Units)
		} else if err := q.leave(c, n, &t); err != nil {
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
	done := Redeemed{First: operations[0], Last: operations[len(operations)-1], Amount: owed, Entry: entry}
	if m.Units > 0 {
		done.Part = q.Requests
		c.Return(done.Part)
	}
	c.Emit(done)
	return nil
}

// prepare refuses what cannot be redeemed of the front of the queue.
func (m Redeem) prepare(c *state.Ctx, q Queue) (x exit, err error) {
	list, err := q.Lists().front(c, m.Requests)
	if err != nil {
		return x, err
	}
	last := &list[len(list)-1]
	all := last.Units
	if m.Units >= all {
		return x, share.ErrUnits.With("%d of the %d shares of request %d, a part is fewer", m.Units, all, m.Requests[len(list)-1])
	}
	if m.Units > 0 {
		last.Units = m.Units
	}
	if x, err = prepareExit(c, m.Requests, list); err != nil {
		return x, err
	}
	if m.Units > 0 {
		err = x.requireMost(c, m.Units, all)
	}
	return x, err
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
	w := state.Words{Phrase: "redeem the shares of " + Named(m.Requests)}
	numbers := m.Requests
	if m.Units > 0 {
		w.Phrase = m.partPhrase()
		if part, ok := state.Was[uint64](t); ok {
			numbers = append(slices.Clone(numbers[:len(numbers)-1]), part)
		}
	}
	w.Clauses = facts(t, numbers)
	if m.Units > 0 {
		last := m.Requests[len(m.Requests)-1]
		w.Clauses = append(w.Clauses, state.Fact(fmt.Sprintf("redeemed of request %d", last), "%s; the others stay first in the queue", words.Plural(m.Units, "share")))
	}
	w.Clauses = append(w.Clauses, state.Clause{What: "status", Before: Waiting.String(), After: Owed.String()})
	w.Clauses = append(w.Clauses, account.BalanceFacts(t, func() ([]account.Line, error) {
		x, err := wouldLeave(t, m.Requests, m.Units)
		return exitLines(x.total, x.lost), err
	})...)
	return w
}

// partPhrase is the phrase of a redemption of a part.
func (m Redeem) partPhrase() string {
	whole, last := m.Requests[:len(m.Requests)-1], m.Requests[len(m.Requests)-1]
	part := fmt.Sprintf("%s of request %d", words.Plural(m.Units, "share"), last)
	if len(whole) == 0 {
		return "redeem " + part
	}
	return "redeem the shares of " + Named(whole) + ", and " + part
}

func narrative(what string, n int) string {
	return fmt.Sprintf("%s %s for the value of shares", what, words.Plural(uint64(n), "request"))
}

var _ = Kinds.Add(state.KindOf[Redeem](KindRedeem, "withdrawal.Redeem"))
