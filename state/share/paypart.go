package share

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
)

// PayPart records payments of parts of what up to MaxBatch subscriptions cost: one
// journal entry for all. The money is in the bank, or it is what the co-op owed its
// members otherwise, such as wages from which they pay their shares month by month. A
// subscription whose last part this is becomes paid; of the others the shares that are
// paid up can be issued. All payments are recorded or none.
type PayPart struct {
	Payments []Payment    `cbor:"1,keyasint,omitempty"` // ascending by subscription
	From     account.Code `cbor:"2,keyasint,omitempty"` // a liability that is posted by hand; zero for the bank
}

// A Payment is a part of what a subscription costs.
type Payment struct {
	Subscription uint64       `cbor:"1,keyasint,omitempty" json:"subscription"`
	Amount       money.Amount `cbor:"2,keyasint,omitempty" json:"amount"`
}

// PartsPaid reports payments of parts of subscriptions.
type PartsPaid struct {
	Payments int          `json:"payments"`
	Paid     int          `json:"paid"` // subscriptions that are paid up now
	Amount   money.Amount `json:"amount"`
	Entry    uint64       `json:"entry"`
}

func (PartsPaid) Event() string { return "share.PartsPaid" }

func (m PayPart) numbers() []uint64 {
	out := make([]uint64, len(m.Payments))
	for i, p := range m.Payments {
		out[i] = p.Subscription
	}
	return out
}

// Check refuses a malformed batch and a payment of nothing.
func (m PayPart) Check() error {
	if err := checkBatch(m.numbers()); err != nil {
		return err
	}
	for _, p := range m.Payments {
		if p.Amount <= 0 || p.Amount > money.Max {
			return account.ErrAmount.With("of subscription %d", p.Subscription)
		}
	}
	return nil
}

// Cost is that of a confirmation.
func (m PayPart) Cost() int { return len(m.Payments) + 8 }

// Apply records the payments and posts them to share applications.
func (m PayPart) Apply(c *state.Ctx) error {
	at := 0
	b, err := loadBatch(c, m.numbers(), func(s Subscription, number uint64, par money.Amount) (uint64, money.Amount, error) {
		units, rest, err := owed(s, number, par)
		if err != nil {
			return 0, 0, err
		}
		p := m.Payments[at]
		at++
		if p.Amount > rest {
			return 0, 0, ErrOverpaid.With("%s, subscription %d still costs %s", charter.Money(c, p.Amount), number, charter.Money(c, rest))
		}
		if p.Amount < rest {
			err = requireParts(c, s, number)
		}
		return units, p.Amount, err
	})
	if err != nil {
		return err
	}
	if err := b.requireOpen(c, m.numbers()); err != nil {
		return err
	}
	from, err := m.from(c, b.amount)
	if err != nil {
		return err
	}
	if from != account.Bank {
		if err := b.deduct(from, m.numbers()); err != nil {
			return err
		}
	}
	entry, paid, err := b.receive(c, m.numbers(), from, "part payment of "+b.count())
	if err == nil {
		c.Emit(PartsPaid{len(b.subs), paid, b.amount, entry})
	}
	return err
}

// deduct notes the account beside the bank from which payments come: one of each subscription.
func (b *batch) deduct(from account.Code, numbers []uint64) error {
	for i := range b.subs {
		s := &b.subs[i]
		if s.Deducted > 0 && s.Account != from {
			return ErrSource.With("%d, a part of subscription %d was paid from %d", from, numbers[i], s.Account)
		}
		s.Account = from
		s.Deducted += b.values[i]
	}
	return nil
}

// requireParts refuses a part of a subscription whose class is paid at once, or after
// which the rest would be one part too many.
func requireParts(c *state.Ctx, s Subscription, number uint64) error {
	rules, err := shareclass.RulesOf(c, s.Class)
	if err == nil && s.Payments+2 > rules.Parts {
		err = ErrParts.With("number %d, paid in %d so far, at most %d can be", number, s.Payments, max(rules.Parts, 1))
	}
	return err
}

// from is the account that is debited: one that has at least the amount on its credit
// side, if it is not the bank.
func (m PayPart) from(c *state.Ctx, amount money.Amount) (account.Code, error) {
	if m.From == 0 || m.From == account.Bank {
		return account.Bank, nil
	}
	// What the co-op owes someone else is not the payer's to give: nobody alone says that it
	// is, as a line of the bank would.
	if by := c.Authority(); by.Motion == 0 && by.Actor != (state.Actor{}) {
		return 0, ErrSource.With("%d, by %v alone; a motion decides that", m.From, by.Actor)
	}
	a, err := account.Find(c, m.From)
	if err != nil {
		return 0, err
	}
	if a.Type != account.Liability || a.Guard != account.Free {
		return 0, ErrSource.With("%d %s is a %v account, by hand %v", m.From, a.Name, a.Type, a.Guard)
	}
	balance, err := account.BalanceOf(c, m.From)
	if err == nil && -balance < amount {
		err = ErrSource.With("%d %s owes %s, the payments are %s", m.From, a.Name, charter.Money(c, -balance), charter.Money(c, amount))
	}
	return m.From, err
}

// Describe says which payments are recorded, and from where they come.
func (m PayPart) Describe(t state.Telling) state.Words {
	from := m.From
	if from == 0 {
		from = account.Bank
	}
	w := state.Words{
		Phrase:  fmt.Sprintf("record payments of parts of %s", SubscriptionWords(m.numbers())),
		Clauses: batchFacts(t, m.numbers()),
	}
	for _, p := range m.Payments {
		w.Clauses = append(w.Clauses, state.Fact(fmt.Sprintf("payment of subscription %d", p.Subscription), "%s", charter.Money(t, p.Amount)))
	}
	w.Clauses = append(w.Clauses, account.BalanceFacts(t, func() ([]account.Line, error) {
		var sum money.Amount
		for _, p := range m.Payments {
			var err error
			if sum, err = money.Add(sum, p.Amount); err != nil {
				return nil, err
			}
		}
		return []account.Line{account.Debit(from, sum), account.Credit(account.Applications, sum)}, nil
	})...)
	return w
}

var _ = Kinds.Add(state.KindOf[PayPart](KindPayPart, "share.PayPart"))
