package circle

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/money"
)

// Return takes a circle's payment back that was not made, or whose money came back, by the
// opposite entry. The budget is as if it had not been, while it lasts. Two members paid, so
// that only a motion takes back. The result is the number of the entry.
type Return struct {
	Circle  Number `cbor:"1,keyasint,omitempty"`
	Payment uint64 `cbor:"2,keyasint,omitempty"`
	Reason  string `cbor:"3,keyasint,omitempty"` // names no person; at most member.MaxReason bytes
}

// Returned reports a payment that was taken back.
type Returned struct {
	Circle  Number       `json:"circle"`
	Payment uint64       `json:"payment"`
	Amount  money.Amount `json:"amount"`
	Entry   uint64       `json:"entry"`
}

func (Returned) Event() string { return "circle.Returned" }

// Check refuses a return without a reason.
func (m Return) Check() error {
	return member.RequireReason(m.Reason)
}

// Apply posts the opposite entry.
func (m Return) Apply(c *state.Ctx) error {
	circle, err := Find(c, m.Circle)
	if err != nil {
		return err
	}
	if c.Authority().Motion == 0 {
		return ErrDecided.With("payment %d, by two members of the circle", m.Payment)
	}
	p, err := PaymentOf(c, m.Circle, m.Payment)
	if err != nil {
		return err
	}
	if p.Confirmer == 0 || p.Returned != 0 {
		return ErrReturn.With("payment %d", m.Payment)
	}
	if err := charter.MoveAlone(c, p.Amount); err != nil {
		return err
	}
	b, err := BudgetOf(c, m.Circle, p.Budget)
	if err != nil {
		return err
	}
	// What comes back can be spent again while the budget lasts: that is another budget.
	if p.Budget == circle.Budgets && circle.Dissolved == 0 && c.Day() <= b.Until {
		if err := requireAsMany(c, fmt.Sprintf("budget %d", p.Budget), b.All, b.By); err != nil {
			return err
		}
	}
	posting, err := account.Prepare(c, account.Entry{Narrative: "returned: " + p.narrative(circle), Lines: p.opposite(b)})
	if err != nil {
		return err
	}

	// Past this line nothing fails.
	p.Returned = posting.Post(c)
	payments.Put(c, paymentKey{m.Circle, m.Payment}, p)
	b.Spent -= p.Amount
	budgets.Put(c, budgetKey{m.Circle, p.Budget}, b)
	c.Return(p.Returned)
	c.Emit(Returned{m.Circle, m.Payment, p.Amount, p.Returned})
	return nil
}

func (p Payment) opposite(b Budget) []account.Line {
	return []account.Line{account.Debit(account.Bank, p.Amount), account.Credit(b.Account, p.Amount)}
}

// Describe says what is taken back.
func (m Return) Describe(t state.Telling) state.Words {
	w := state.Words{Phrase: fmt.Sprintf("take back payment %d of %s", m.Payment, Named(t, m.Circle)) + member.Because(m.Reason)}
	p, err := PaymentOf(t, m.Circle, m.Payment)
	if err == nil {
		w.Clauses = append(w.Clauses, state.Fact("comes back", "%s", charter.Money(t, p.Amount)))
	}
	w.Clauses = append(w.Clauses, account.BalanceFacts(t, func() ([]account.Line, error) {
		b, err := BudgetOf(t, m.Circle, p.Budget)
		return p.opposite(b), err
	})...)
	return t.Given(w, "journal entry")
}

var (
	_ = Kinds.Add(state.KindOf[Fund](KindFund, "circle.Fund"))
	_ = Kinds.Add(state.KindOf[Spend](KindSpend, "circle.Spend"))
	_ = Kinds.Add(state.KindOf[Confirm](KindConfirm, "circle.Confirm"))
	_ = Kinds.Add(state.KindOf[Return](KindReturn, "circle.Return"))
)
