package share

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/money"
)

// ConfirmPayment records that the money for up to MaxBatch subscriptions is in
// the bank: one journal entry for all. All are confirmed or none.
type ConfirmPayment struct {
	Subscriptions []uint64 `cbor:"1,keyasint,omitempty"` // ascending
}

// PaymentConfirmed reports that subscriptions are paid.
type PaymentConfirmed struct {
	Subscriptions int          `json:"subscriptions"`
	Amount        money.Amount `json:"amount"`
	Entry         uint64       `json:"entry"`
}

func (PaymentConfirmed) Event() string { return "share.PaymentConfirmed" }

// Check refuses a malformed batch.
func (m ConfirmPayment) Check() error { return checkBatch(m.Subscriptions) }

// Cost is a record a subscription at most, and an entry in the books.
func (m ConfirmPayment) Cost() int { return len(m.Subscriptions) + 8 }

// Apply marks the subscriptions paid and posts bank to share applications.
func (m ConfirmPayment) Apply(c *state.Ctx) error {
	b, err := loadBatch(c, m.Subscriptions, owed)
	if err != nil {
		return err
	}
	if err := b.requireWhole(); err != nil {
		return err
	}
	if err := voted.Require(c, 0, m.Subscriptions, false); err != nil {
		return err
	}
	fewer, err := b.fewer(c)
	if err != nil {
		return err
	}
	posting, err := b.prepare(c, "payment of "+b.count(), account.Bank, account.Applications)
	if err != nil {
		return err
	}

	// Past this line nothing fails. Units paid for cannot overflow: at par they
	// are part of the balance that Prepare has checked.
	entry := posting.Post(c)
	for i, s := range b.subs {
		if !fewer[i] {
			s.Entry = entry
		}
		b.paid(c, s, m.Subscriptions[i])
	}
	b.putTotals(c)
	c.Emit(PaymentConfirmed{len(b.subs), b.amount, entry})
	return nil
}

// fewer says of each subscription whether fewer decide now than did on a payment before.
func (b *batch) fewer(c *state.Ctx) ([]bool, error) {
	out := make([]bool, len(b.subs))
	for i, s := range b.subs {
		if s.Entry == 0 {
			continue
		}
		asMany, err := rejected(account.RequireAsMany(c, s.Entry))
		if err != nil {
			return nil, err
		}
		out[i] = !asMany
	}
	return out, nil
}

// paid makes a subscription of the batch paid up.
func (b *batch) paid(c *state.Ctx, s Subscription, number uint64) {
	at := b.class(s.Class)
	t := &b.totals[at]
	t.Part -= s.lies(b.terms[at].Par)
	t.Paid += s.Units - s.Drawn
	s.Status = Paid
	subscriptions.Put(c, number, s)
}

// lies is the money that was paid in parts for units that are not issued.
func (s Subscription) lies(par money.Amount) money.Amount {
	return s.Received - money.Amount(s.Drawn)*par
}

// Describe says for which shares the money is there.
func (m ConfirmPayment) Describe(t state.Telling) state.Words {
	return state.Words{
		Phrase:  fmt.Sprintf("confirm that the money for %s is in the bank", SubscriptionWords(m.Subscriptions)),
		Clauses: movedOn(t, m.Subscriptions, Unpaid, Paid, account.Bank, account.Applications, owed),
	}
}

var _ = Kinds.Add(state.KindOf[ConfirmPayment](KindConfirmPayment, "share.ConfirmPayment"))
