package share

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// checkBatch refuses a list of subscriptions that is empty, too long or not
// ascending: all or none of a batch take effect, so none may come twice.
func checkBatch(numbers []uint64) error {
	if len(numbers) == 0 || len(numbers) > MaxBatch {
		return ErrBatch.With("%d, from 1 to %d can be", len(numbers), MaxBatch)
	}
	for i := 1; i < len(numbers); i++ {
		if numbers[i] <= numbers[i-1] {
			return ErrOrder.With("%d follows %d", numbers[i], numbers[i-1])
		}
	}
	return nil
}

// require refuses a subscription whose status is not want: Unpaid, Paid or Issued.
func (s Subscription) require(number uint64, want Status) error {
	switch {
	case s.Status == want:
		return nil
	case s.Status == Issued:
		return ErrIssued.With("number %d", number)
	case s.Status == Cancelled:
		return ErrCancelled.With("number %d", number)
	case s.Status == Refunded:
		return ErrRefunded.With("number %d", number)
	case s.Status == Paid:
		return ErrPaid.With("number %d", number)
	}
	return ErrUnpaid.With("number %d", number)
}

// A batch is the subscriptions that one action moves on, the figures of their
// classes and what they cost at par.
type batch struct {
	subs    []Subscription
	classes []Class
	totals  []Totals // of classes
	values  []money.Amount
	amount  money.Amount
}

// count says how many there are, for a narrative.
func (b batch) count() string {
	if len(b.subs) == 1 {
		return "1 share subscription"
	}
	return fmt.Sprintf("%d share subscriptions", len(b.subs))
}

// loadBatch reads the subscriptions, which must all have the status want.
func loadBatch(c *state.Ctx, numbers []uint64, want Status) (b batch, err error) {
	var pars []money.Amount
	for _, n := range numbers {
		s, err := SubscriptionOf(c, n)
		if err != nil {
			return b, err
		}
		if err := s.require(n, want); err != nil {
			return b, err
		}
		at := b.class(s.Class)
		if at < 0 {
			terms, err := TermsOf(c, s.Class)
			if err != nil {
				return b, err
			}
			t, err := totals.Get(c, s.Class)
			if err != nil {
				return b, err
			}
			at = len(b.classes)
			b.classes, b.totals, pars = append(b.classes, s.Class), append(b.totals, t), append(pars, terms.Par)
		}
		value, err := money.Times(s.Units, pars[at])
		if err != nil {
			return b, ErrTotal.With("subscription %d", n)
		}
		if b.amount, err = money.Add(b.amount, value); err != nil {
			return b, ErrTotal.With("at subscription %d", n)
		}
		b.subs, b.values = append(b.subs, s), append(b.values, value)
	}
	return b, nil
}

// class returns the index of a class in the batch, -1 if it is not there.
func (b *batch) class(class Class) int {
	for i, c := range b.classes {
		if c == class {
			return i
		}
	}
	return -1
}

func (b *batch) putTotals(c *state.Ctx) {
	for i, class := range b.classes {
		totals.Put(c, class, b.totals[i])
	}
}

// prepare is the entry that debits one account with what the batch costs and credits
// the other.
func (b batch) prepare(c *state.Ctx, narrative string, debit, credit account.Code) (account.Posting, error) {
	if err := charter.MoveAlone(c, b.amount); err != nil {
		return account.Posting{}, err
	}
	return account.Prepare(c, account.Entry{
		Narrative: narrative,
		Lines:     []account.Line{account.Debit(debit, b.amount), account.Credit(credit, b.amount)},
	})
}

// requireFree refuses classes whose holdings stand still for a motion.
func (b batch) requireFree() error {
	for i, t := range b.totals {
		if t.Held > 0 {
			return ErrHeld.With("class %d, %s", b.classes[i], words.Plural(uint64(t.Held), "motion"))
		}
	}
	return nil
}

// holdings reads the holding behind each subscription, held[at[i]], once for each
// member and class.
func (b batch) holdings(c *state.Ctx) (held []Holding, at []int, err error) {
	index := make(map[holdingKey]int, len(b.subs))
	for _, s := range b.subs {
		key := holdingKey{s.Class, s.Member}
		i, ok := index[key]
		if !ok {
			h, err := holdings.Get(c, key)
			if err != nil {
				return nil, nil, err
			}
			i = len(held)
			index[key] = i
			held = append(held, h)
		}
		at = append(at, i)
	}
	return held, at, nil
}
