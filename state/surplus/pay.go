package surplus

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// Pay records that up to MaxBatch members got their money of a dividend from
// the bank: one journal entry for all. All are paid or none.
type Pay struct {
	Period  Period         `cbor:"1,keyasint,omitempty"`
	Step    uint8          `cbor:"2,keyasint,omitempty"` // from 1
	Members []state.Member `cbor:"3,keyasint,omitempty"` // ascending
}

// PartsPaid reports a payment.
type PartsPaid struct {
	Period  Period       `json:"period"`
	Step    uint8        `json:"step"`
	Members int          `json:"members"`
	Amount  money.Amount `json:"amount"`
	Entry   uint64       `json:"entry"`
}

func (PartsPaid) Event() string { return "surplus.PartsPaid" }

// Check refuses a malformed batch.
func (m Pay) Check() error {
	if len(m.Members) == 0 || len(m.Members) > MaxBatch {
		return ErrBatch.With("%d, from 1 to %d can be", len(m.Members), MaxBatch)
	}
	for i := 1; i < len(m.Members); i++ {
		if m.Members[i] <= m.Members[i-1] {
			return ErrOrder.With("%d follows %d", m.Members[i], m.Members[i-1])
		}
	}
	return nil
}

// Cost is a record a member at most, and an entry in the books.
func (m Pay) Cost() int { return len(m.Members) + 8 }

// narrative is the journal's; period is the period's name.
func (m Pay) narrative(period string) string {
	to := "1 member"
	if n := len(m.Members); n > 1 {
		to = fmt.Sprintf("%d members", n)
	}
	return fmt.Sprintf("dividend of period %s, step %d, to %s", period, m.Step, to)
}

// Apply marks the parts paid and posts dividends payable to bank.
func (m Pay) Apply(c *state.Ctx) error {
	a, err := AllotmentOf(c, m.Period, m.Step)
	if err != nil {
		return err
	}
	if !a.Step.Sort.isDividend() || !a.Done {
		return ErrUndivided.With("step %d of period %d", m.Step, m.Period)
	}
	s, err := PeriodOf(c, m.Period)
	if err != nil {
		return err
	}
	paid := make([]Part, len(m.Members))
	var amount money.Amount // at most a.Cash
	for i, number := range m.Members {
		paid[i], _, err = PartOf(c, m.Period, m.Step, number)
		if err != nil {
			return err
		}
		if paid[i].Cash == 0 {
			return ErrNoPart.With("member %d", number)
		}
		if paid[i].Paid != 0 {
			return ErrPaid.With("member %d by entry %d", number, paid[i].Paid)
		}
		amount += paid[i].Cash
	}
	if err := charter.MoveAlone(c, amount); err != nil {
		return err
	}
	posting, err := account.Prepare(c, account.Entry{
		Narrative: m.narrative(s.Name),
		Lines:     []account.Line{account.Debit(account.Dividends, amount), account.Credit(account.Bank, amount)},
	})
	if err != nil {
		return err
	}

	// Past this line nothing fails.
	entry := posting.Post(c)
	for i, number := range m.Members {
		paid[i].Paid = entry
		parts.Put(c, partKey{m.Period, m.Step, number}, paid[i])
	}
	a.Paid += amount
	allotments.Put(c, stepKey{m.Period, m.Step}, a)
	c.Return(entry)
	c.Emit(PartsPaid{m.Period, m.Step, len(m.Members), amount, entry})
	return nil
}

// Describe says who got how much.
func (m Pay) Describe(t state.Telling) state.Words {
	w := state.Words{
		Phrase: fmt.Sprintf("record that %s got the money of step %d of %s", words.Plural(uint64(len(m.Members)), "member"), m.Step, Named(t, m.Period)),
	}
	for _, n := range m.Members {
		text := "an amount that cannot be read"
		if p, ok, err := PartOf(t, m.Period, m.Step, n); err == nil && ok {
			text = charter.Money(t, p.Cash)
		}
		w.Clauses = append(w.Clauses, state.Fact(fmt.Sprintf("member %d", n), "%s", text))
	}
	return t.Given(w, "journal entry")
}

var _ = Kinds.Add(state.KindOf[Pay](KindPay, "surplus.Pay"))
