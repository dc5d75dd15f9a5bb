package share

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/hold"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// Refund records that the money for up to MaxBatch subscriptions, paid or paid in part and
// not issued, went back from
// the bank to those who paid it, for example because they left before the issue, and
// ends the subscriptions. What is left to a member may be less than the class's
// minimum. All are refunded or none. What more decided to take in for them, fewer do not pay
// back; and what was issued once, only all members do: a holder asks for it in the queue of
// withdrawals, which keeps the floors of the capital, the assets and the bank.
type Refund struct {
	Subscriptions []uint64 `cbor:"1,keyasint,omitempty"` // ascending
	Reason        string   `cbor:"2,keyasint,omitempty"` // for the journal; names no person
}

// PaymentRefunded reports that money for shares was paid back.
type PaymentRefunded struct {
	Subscriptions int          `json:"subscriptions"`
	Amount        money.Amount `json:"amount"`
	Entry         uint64       `json:"entry"`
}

func (PaymentRefunded) Event() string { return "share.PaymentRefunded" }

// Check refuses a malformed batch and one without a reason.
func (m Refund) Check() error { return checkReason(m.Subscriptions, m.Reason) }

func checkReason(numbers []uint64, reason string) error {
	if err := checkBatch(numbers); err != nil {
		return err
	}
	if reason == "" || len(reason) > account.MaxNarrative {
		return ErrReason.With("%d bytes, from 1 to %d can be", len(reason), account.MaxNarrative)
	}
	return nil
}

// Cost is two records a subscription at most, and an entry in the books.
func (m Refund) Cost() int { return 2*len(m.Subscriptions) + 8 }

// Apply ends the subscriptions and posts share applications to bank.
func (m Refund) Apply(c *state.Ctx) error {
	b, err := loadBatch(c, m.Subscriptions, lying)
	if err != nil {
		return err
	}
	if err := voted.Require(c, 0, m.Subscriptions, true); err != nil {
		return err
	}
	if err := b.requireAsMany(c, m.Subscriptions); err != nil {
		return err
	}
	held, at, err := b.holdings(c)
	if err != nil {
		return err
	}
	posting, err := b.prepare(c, m.Reason, account.Applications, account.Bank)
	if err != nil {
		return err
	}

	// Past this line only faults are errors.
	for i, s := range b.subs {
		held[at[i]].Pending -= b.units[i]
		if err := held[at[i]].close(c, m.Subscriptions[i], s); err != nil {
			return err
		}
		b.unlock(i).Subscribed -= b.units[i]
		s.Status = Refunded
		subscriptions.Put(c, m.Subscriptions[i], s)
		putHolding(c, holdingKey{s.Class, s.Member}, held[at[i]])
	}
	b.putTotals(c)
	c.Emit(PaymentRefunded{len(b.subs), b.amount, posting.Post(c)})
	return nil
}

// voted are the subscriptions that members vote on: no one issues, corrects or refunds
// them meanwhile.
var voted = hold.Kind{Number: hold.Subscriptions, What: "subscription", Held: ErrVoted, Often: ErrOften}

// Hold has the subscriptions stand still while members vote on the refund.
func (m Refund) Hold(c *state.Ctx) error {
	if _, err := loadBatch(c, m.Subscriptions, lying); err != nil {
		return err
	}
	return voted.Hold(c, 0, m.Subscriptions)
}

// Release ends a Hold.
func (m Refund) Release(c *state.Ctx) error { return voted.Release(c, 0, m.Subscriptions) }

// putHolding writes a holding, or none if nothing was ever held.
func putHolding(c *state.Ctx, key holdingKey, h Holding) {
	if h == (Holding{}) {
		holdings.Delete(c, key)
	} else {
		holdings.Put(c, key, h)
	}
}

// Describe says for which shares the money goes back.
func (m Refund) Describe(t state.Telling) state.Words {
	return state.Words{
		Phrase:  fmt.Sprintf("pay the money for %s back, because %s", SubscriptionWords(m.Subscriptions), words.Quote(m.Reason)),
		Clauses: movedOn(t, m.Subscriptions, Paid, Refunded, account.Applications, account.Bank, lying),
	}
}

var _ = Kinds.Add(state.KindOf[Refund](KindRefund, "share.Refund"))
