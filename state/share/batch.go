package share

import (
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
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
// classes, and what the action moves of each.
type batch struct {
	subs    []Subscription
	classes []shareclass.Number
	terms   []shareclass.Terms // of classes
	totals  []Totals           // of classes
	units   []uint64
	values  []money.Amount
	amount  money.Amount
}

// count says how many there are, for a narrative.
func (b batch) count() string { return words.Plural(uint64(len(b.subs)), "share subscription") }

// A move is what an action takes of a subscription of a par: units and their value, or
// money; or it refuses the subscription.
type move func(s Subscription, number uint64, par money.Amount) (units uint64, value money.Amount, err error)

// loadBatch reads the subscriptions, of each of which the action makes a move.
func loadBatch(c *state.Ctx, numbers []uint64, of move) (b batch, err error) {
	for _, n := range numbers {
		s, err := SubscriptionOf(c, n)
		if err != nil {
			return b, err
		}
		at := b.class(s.Class)
		if at < 0 {
			terms, err := shareclass.TermsOf(c, s.Class)
			if err != nil {
				return b, err
			}
			t, err := totals.Get(c, s.Class)
			if err != nil {
				return b, err
			}
			at = len(b.classes)
			b.classes, b.totals, b.terms = append(b.classes, s.Class), append(b.totals, t), append(b.terms, terms)
		}
		units, value, err := of(s, n, b.terms[at].Par)
		if err != nil {
			return b, inRange(err)
		}
		if b.amount, err = money.Add(b.amount, value); err != nil {
			return b, ErrTotal.With("at subscription %d", n)
		}
		b.subs, b.units, b.values = append(b.subs, s), append(b.units, units), append(b.values, value)
	}
	return b, nil
}

// owed is the move of a payment: what is not paid yet.
func owed(s Subscription, number uint64, par money.Amount) (uint64, money.Amount, error) {
	if err := s.require(number, Unpaid); err != nil {
		return 0, 0, err
	}
	value, err := money.Times(s.Units, par)
	return s.Units - s.Drawn, value - s.Received, err
}

// lying is the move of what takes money back: all that was paid for units that are not
// issued.
func lying(s Subscription, number uint64, par money.Amount) (uint64, money.Amount, error) {
	left := s.Units - s.Drawn
	if value := s.lies(par); s.Status == Unpaid && value > 0 {
		return left, value, nil
	}
	if err := s.require(number, Paid); err != nil {
		return 0, 0, err
	}
	value, err := money.Times(left, par)
	return left, value, err
}

// ready is the move of an issue: the units that are paid up.
func ready(s Subscription, number uint64, par money.Amount) (uint64, money.Amount, error) {
	units := s.Units - s.Drawn
	if s.Status == Unpaid && s.Received > 0 {
		units = uint64(s.Received/par) - s.Drawn
	}
	if s.Status != Unpaid || units == 0 || s.Received == 0 {
		if err := s.require(number, Paid); err != nil {
			return 0, 0, err
		}
	}
	value, err := money.Times(units, par)
	return units, value, err
}

// issuedAtOnce is the move that takes an issue back.
func issuedAtOnce(s Subscription, number uint64, par money.Amount) (uint64, money.Amount, error) {
	if err := s.require(number, Issued); err != nil {
		return 0, 0, err
	}
	if s.Drawn > 0 {
		return 0, 0, ErrDrawn.With("number %d", number)
	}
	value, err := money.Times(s.Units, par)
	return s.Units, value, err
}

// unlock takes what the action moves of subscription i out of its class's figures.
func (b *batch) unlock(i int) *Totals {
	s, t := b.subs[i], &b.totals[b.class(b.subs[i].Class)]
	if s.Status == Paid {
		t.Paid -= b.units[i]
	} else {
		t.Part -= b.values[i]
	}
	return t
}

// class returns the index of a class in the batch, -1 if it is not there.
func (b *batch) class(class shareclass.Number) int { return slices.Index(b.classes, class) }

func (b *batch) putTotals(c *state.Ctx) {
	for i, class := range b.classes {
		totals.Put(c, class, b.totals[i])
	}
}

// prepare is the entry that debits one account with what the batch costs and credits
// the other.
func (b batch) prepare(c *state.Ctx, narrative string, debit, credit account.Code) (account.Posting, error) {
	return b.post(c, narrative, []account.Line{account.Debit(debit, b.amount), account.Credit(credit, b.amount)})
}

// post is an entry of those lines, which move what the batch costs.
func (b batch) post(c *state.Ctx, narrative string, lines []account.Line) (account.Posting, error) {
	if err := charter.MoveAlone(c, b.amount); err != nil {
		return account.Posting{}, err
	}
	return account.Prepare(c, account.Entry{Narrative: narrative, Lines: lines})
}

// backLines take payments of subscriptions back, so much of each: what was deducted goes
// to the account from which it was, the rest to the bank.
func backLines(subs []Subscription, values []money.Amount) []account.Line {
	lines := []account.Line{account.Debit(account.Applications, 0)}
	for i, s := range subs {
		deducted := min(s.Deducted, values[i])
		lines[0].Amount += values[i]
		lines = credit(lines, account.Bank, values[i]-deducted)
		lines = credit(lines, s.Account, deducted)
	}
	return lines
}

// credit adds an amount to the line of an account, which it adds to the lines if need be.
func credit(lines []account.Line, code account.Code, amount money.Amount) []account.Line {
	if amount == 0 {
		return lines
	}
	at := slices.IndexFunc(lines, func(l account.Line) bool { return l.Account == code })
	if at < 0 {
		return append(lines, account.Credit(code, amount))
	}
	lines[at].Amount -= amount
	return lines
}

// requireWhole refuses classes that were written down: a new share of them would cost
// more than it is worth.
func (b batch) requireWhole() error {
	for i, t := range b.terms {
		if err := t.RequireWhole(b.classes[i]); err != nil {
			return err
		}
	}
	return nil
}

// requireFree refuses such classes, and those whose holdings stand still for a motion.
func (b batch) requireFree() error {
	if err := b.requireWhole(); err != nil {
		return err
	}
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
