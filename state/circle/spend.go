package circle

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// Fund gives a circle a budget, in the place of the one that it has, of which nothing more is
// spent. Without an amount it takes the budget away. The result is the budget's number.
type Fund struct {
	Circle  Number       `cbor:"1,keyasint,omitempty"`
	Account account.Code `cbor:"2,keyasint,omitempty"` // of expense, or a fund
	Amount  money.Amount `cbor:"3,keyasint,omitempty"` // minor units
	Until   uint64       `cbor:"4,keyasint,omitempty"` // the last day on which it is spent, since 1970 UTC
}

// Funded reports a budget.
type Funded struct {
	Circle Number       `json:"circle"`
	Budget uint32       `json:"budget"`
	Amount money.Amount `json:"amount"`
}

func (Funded) Event() string { return "circle.Funded" }

// Check refuses an amount out of range.
func (m Fund) Check() error {
	if m.Amount < 0 || m.Amount > money.Max {
		return ErrAmount.With("%d", m.Amount)
	}
	return nil
}

// Apply records the budget. What all members decided to give, only they change while it lasts;
// what they took away, only they give again.
func (m Fund) Apply(c *state.Ctx) error {
	circle, err := lasting(c, m.Circle)
	if err != nil {
		return err
	}
	was, err := circle.requireBudget(c, m.Circle)
	if err != nil {
		return err
	}
	if m.Amount > 0 {
		if err := m.require(c); err != nil {
			return err
		}
	} else {
		m = Fund{Circle: m.Circle, Until: c.Day()}
	}

	// Past this line nothing fails.
	c.Replace(was)
	circle.Budgets++
	circles.Put(c, m.Circle, circle)
	budgets.Put(c, budgetKey{m.Circle, circle.Budgets}, Budget{
		Account: m.Account, Amount: m.Amount, Until: m.Until, Given: c.Time(), By: c.Actor(), All: c.Authority().All,
	})
	c.Return(uint64(circle.Budgets))
	c.Emit(Funded{m.Circle, circle.Budgets, m.Amount})
	return nil
}

// require refuses a day, an account or a sum that a budget cannot have.
func (m Fund) require(c *state.Ctx) error {
	if m.Until < c.Day() || m.Until > c.Day()+MaxUntil {
		return ErrUntil.With("%s, up to %d days ahead can be", words.Day(m.Until), MaxUntil)
	}
	a, err := account.Find(c, m.Account)
	if err != nil {
		return err
	}
	if a.Guard != account.Free || a.Type != account.Expense && a.Type != account.Equity {
		return ErrAccount.With("%d is %v, %v", m.Account, a.Type, a.Guard)
	}
	return charter.MoveAlone(c, m.Amount)
}

// Describe says how much, from where and until when.
func (m Fund) Describe(t state.Telling) state.Words {
	w := state.Words{Phrase: "give " + Named(t, m.Circle) + " a budget of " + charter.Money(t, m.Amount) + " up to " + words.Day(m.Until)}
	if m.Amount == 0 {
		w.Phrase = "take its budget from " + Named(t, m.Circle)
	}
	change := state.Clause{What: "budget", Before: "not on record", After: "none"}
	if m.Amount > 0 {
		change.After = charter.Money(t, m.Amount) + " from " + account.Named(t, m.Account) + " up to " + words.Day(m.Until)
	}
	was, known := state.Replaced[Budget](t)
	if !known && t.Now {
		if circle, err := Find(t, m.Circle); err == nil {
			b, _, has, err := circle.InForce(t, m.Circle, state.DayOf(t.Time()))
			if known = err == nil; has {
				was = b
			}
		}
	}
	switch {
	case known && was.Amount == 0:
		change.Before = "none"
	case known:
		change.Before = charter.Money(t, was.Left()) + " left of " + charter.Money(t, was.Amount) + " up to " + words.Day(was.Until)
	}
	w.Clauses = []state.Clause{change}
	return t.Given(w, "number of the budget")
}

// Spend proposes that a circle pays for something from its budget. The result is its number
// in the circle; it is paid when another member of the circle confirms it.
type Spend struct {
	Circle Number       `cbor:"1,keyasint,omitempty"`
	Amount money.Amount `cbor:"2,keyasint,omitempty"` // minor units
	For    string       `cbor:"3,keyasint,omitempty"` // names no person; at most MaxFor bytes
}

// Proposed reports what a circle is to pay for.
type Proposed struct {
	Circle  Number       `json:"circle"`
	Payment uint64       `json:"payment"`
	Amount  money.Amount `json:"amount"`
}

func (Proposed) Event() string { return "circle.Proposed" }

// Figure is what is proposed, in minor units, for keys that may propose so much a day.
func (m Spend) Figure() uint64 { return uint64(max(m.Amount, 0)) }

// InMoney says that it is an amount of money.
func (m Spend) InMoney() bool { return true }

// Check refuses an amount out of range, and a payment for nothing.
func (m Spend) Check() error {
	if m.Amount <= 0 || m.Amount > money.Max {
		return ErrAmount.With("%d", m.Amount)
	}
	if m.For == "" || len(m.For) > MaxFor || !words.IsPlain(m.For) {
		return ErrFor.With("%d bytes, 1 to %d can be", len(m.For), MaxFor)
	}
	return nil
}

// spender refuses a circle that cannot spend now, and who cannot for it. It returns the
// circle and its budget.
func spender(c *state.Ctx, n Number, m state.Member) (Circle, Budget, error) {
	circle, err := lasting(c, n)
	if err != nil {
		return circle, Budget{}, err
	}
	if err := maySpend(c, n, m); err != nil {
		return circle, Budget{}, err
	}
	if t := circle.Terms; t.Review != 0 && c.Day() > t.Review {
		return circle, Budget{}, ErrReviewed.With("by %s", words.Day(t.Review))
	}
	repealed, err := circle.Terms.Repealed(c, c.Day())
	if err != nil {
		return circle, Budget{}, err
	}
	if repealed {
		return circle, Budget{}, ErrRepealed.With("text %d", circle.Terms.Text)
	}
	b, _, ok, err := circle.InForce(c, n, c.Day())
	if err == nil && !ok {
		err = ErrBudget.With("circle %d on %s", n, words.Day(c.Day()))
	}
	return circle, b, err
}

// maySpend refuses who is not in a circle, or does not spend for it yet.
func maySpend(c *state.Ctx, n Number, m state.Member) error {
	spell, in, err := last(c, n, m)
	if err != nil {
		return err
	}
	if !in {
		return ErrNotIn.With("member %d, circle %d", m, n)
	}
	if c.Day() < spell.Spends {
		return ErrWaits.With("member %d from %s on", m, words.Day(spell.Spends))
	}
	return nil
}

// requireLeft refuses more than is left of a budget.
func (b Budget) requireLeft(c *state.Ctx, amount money.Amount) error {
	if amount > b.Left() {
		return ErrOver.With("%s of %s", charter.Money(c, amount), charter.Money(c, b.Left()))
	}
	return nil
}

// Apply records the proposal.
func (m Spend) Apply(c *state.Ctx) error {
	by := c.Authority().MemberOf(c.Coop())
	circle, b, err := spender(c, m.Circle, by)
	if err != nil {
		return err
	}
	if err := b.requireLeft(c, m.Amount); err != nil {
		return err
	}

	// Past this line nothing fails.
	circle.Payments++
	circles.Put(c, m.Circle, circle)
	payments.Put(c, paymentKey{m.Circle, circle.Payments}, Payment{Budget: circle.Budgets, Amount: m.Amount, For: m.For, By: by, Proposed: c.Time()})
	c.Return(circle.Payments)
	c.Emit(Proposed{m.Circle, circle.Payments, m.Amount})
	return nil
}

// Describe says how much and what for.
func (m Spend) Describe(t state.Telling) state.Words {
	return t.Given(state.Words{
		Phrase:  fmt.Sprintf("propose that %s pays %s for %s", Named(t, m.Circle), charter.Money(t, m.Amount), words.Quote(m.For)),
		Clauses: []state.Clause{state.Fact("paid", "when another member of the circle confirms it")},
	}, "payment")
}

// Confirm has a circle pay for what one of its members proposed, by another of them. The
// result is the number of the entry in the journal.
type Confirm struct {
	Circle  Number       `cbor:"1,keyasint,omitempty"`
	Payment uint64       `cbor:"2,keyasint,omitempty"`
	Amount  money.Amount `cbor:"3,keyasint,omitempty"` // minor units, as was proposed
}

// Confirmed reports what a circle pays for.
type Confirmed struct {
	Circle  Number       `json:"circle"`
	Payment uint64       `json:"payment"`
	Amount  money.Amount `json:"amount"`
	Entry   uint64       `json:"entry"`
}

func (Confirmed) Event() string { return "circle.Confirmed" }

// Figure is what is paid, in minor units, for keys that may pay so much a day.
func (m Confirm) Figure() uint64 { return uint64(max(m.Amount, 0)) }

// InMoney says that it is an amount of money.
func (m Confirm) InMoney() bool { return true }

// Check refuses an amount out of range.
func (m Confirm) Check() error {
	if m.Amount <= 0 || m.Amount > money.Max {
		return ErrAmount.With("%d", m.Amount)
	}
	return nil
}

// Apply posts the account of the budget to the bank.
func (m Confirm) Apply(c *state.Ctx) error {
	by := c.Authority().MemberOf(c.Coop())
	circle, b, err := spender(c, m.Circle, by)
	if err != nil {
		return err
	}
	p, err := m.payment(c, circle, b, by)
	if err != nil {
		return err
	}
	if err := b.requireLeft(c, p.Amount); err != nil {
		return err
	}
	posting, err := account.Prepare(c, account.Entry{Narrative: p.narrative(circle), Lines: p.lines(b)})
	if err != nil {
		return err
	}

	// Past this line nothing fails.
	p.Confirmer, p.Confirmed, p.Entry = by, c.Time(), posting.Post(c)
	payments.Put(c, paymentKey{m.Circle, m.Payment}, p)
	b.Spent += p.Amount
	budgets.Put(c, budgetKey{m.Circle, p.Budget}, b)
	c.Return(p.Entry)
	c.Emit(Confirmed{m.Circle, m.Payment, p.Amount, p.Entry})
	return nil
}

// payment is what is confirmed by a member, whom another must have proposed it who could do
// so now.
func (m Confirm) payment(c *state.Ctx, circle Circle, b Budget, by state.Member) (Payment, error) {
	p, err := PaymentOf(c, m.Circle, m.Payment)
	if err != nil {
		return p, err
	}
	if p.Confirmer != 0 {
		return p, ErrConfirmed.With("payment %d", m.Payment)
	}
	if p.By == by {
		return p, ErrOwn.With("member %d proposed payment %d", by, m.Payment)
	}
	if circle.Lapsed(p, b, c.Day()) {
		return p, ErrLapsed.With("on %s, from budget %d", words.Day(state.DayOf(p.Proposed)), p.Budget)
	}
	if m.Amount != p.Amount {
		return p, ErrOther.With("%s of %s", charter.Money(c, m.Amount), charter.Money(c, p.Amount))
	}
	if _, err := member.RequireActive(c, p.By); err != nil {
		return p, err
	}
	return p, maySpend(c, m.Circle, p.By)
}

func (p Payment) narrative(circle Circle) string {
	return fmt.Sprintf("%s of the circle %s", words.Quote(p.For), words.Quote(circle.Name))
}

func (p Payment) lines(b Budget) []account.Line {
	return []account.Line{account.Debit(b.Account, p.Amount), account.Credit(account.Bank, p.Amount)}
}

// Describe says how much is paid for what.
func (m Confirm) Describe(t state.Telling) state.Words {
	w := state.Words{Phrase: fmt.Sprintf("confirm payment %d of %s, of %s", m.Payment, Named(t, m.Circle), charter.Money(t, m.Amount))}
	p, err := PaymentOf(t, m.Circle, m.Payment)
	if err != nil {
		return w
	}
	w.Clauses = []state.Clause{state.Fact("paid", "%s for %s, as member %d proposed", charter.Money(t, p.Amount), words.Quote(p.For), p.By)}
	if b, err := BudgetOf(t, m.Circle, p.Budget); err == nil {
		w.Clauses = append(w.Clauses, state.Fact("from", "%s", account.Named(t, b.Account)))
	}
	return t.Given(w, "journal entry")
}
