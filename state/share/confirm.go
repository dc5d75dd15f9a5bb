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
	if err := b.requireOpen(c, m.Subscriptions); err != nil {
		return err
	}
	entry, _, err := b.receive(c, m.Subscriptions, account.Bank, "payment of "+b.count())
	if err == nil {
		c.Emit(PaymentConfirmed{len(b.subs), b.amount, entry})
	}
	return err
}

// receive records what the batch's subscriptions are paid, from an account, and returns the
// entry and how many are paid up by it.
func (b *batch) receive(c *state.Ctx, numbers []uint64, from account.Code, narrative string) (entry uint64, paid int, err error) {
	fewer, err := b.fewer(c)
	if err != nil {
		return 0, 0, err
	}
	posting, err := b.prepare(c, narrative, from, account.Applications)
	if err != nil {
		return 0, 0, err
	}

	// Past this line nothing fails. Units paid for cannot overflow: at par they
	// are part of the balance that Prepare has checked.
	entry = posting.Post(c)
	for i, s := range b.subs {
		if !fewer[i] {
			s.Entry = entry
		}
		k := b.class(s.Class)
		t, par := &b.totals[k], b.terms[k].Par
		if s.Received+b.values[i] == money.Amount(s.Units)*par {
			paid++
			t.Part -= s.lies(par)
			t.Paid += s.Units - s.Drawn
			s.Status = Paid
		} else {
			t.Part += b.values[i]
			s.Received += b.values[i]
			s.Payments++
		}
		subscriptions.Put(c, numbers[i], s)
	}
	b.putTotals(c)
	return entry, paid, nil
}

// requireOpen refuses subscriptions of a class that takes no money, and those that members
// vote on.
func (b batch) requireOpen(c *state.Ctx, numbers []uint64) error {
	if err := b.requireWhole(); err != nil {
		return err
	}
	return voted.Require(c, 0, numbers, false)
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
