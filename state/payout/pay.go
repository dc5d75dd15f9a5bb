package payout

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/surplus"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// Pay records that up to MaxBatch members got their money of a dividend from
// the bank: one journal entry for all. All are paid or none.
type Pay struct {
	Period  surplus.Period `cbor:"1,keyasint,omitempty"`
	Step    uint8          `cbor:"2,keyasint,omitempty"` // from 1
	Members []state.Member `cbor:"3,keyasint,omitempty"` // ascending
}

// PartsPaid reports a payment.
type PartsPaid struct {
	Period  surplus.Period `json:"period"`
	Step    uint8          `json:"step"`
	Members int            `json:"members"`
	Amount  money.Amount   `json:"amount"`
	Entry   uint64         `json:"entry"`
}

func (PartsPaid) Event() string { return "surplus.PartsPaid" }

// Check refuses a malformed batch.
func (m Pay) Check() error {
	if len(m.Members) == 0 || len(m.Members) > surplus.MaxBatch {
		return surplus.ErrBatch.With("%d, from 1 to %d can be", len(m.Members), surplus.MaxBatch)
	}
	for i := 1; i < len(m.Members); i++ {
		if m.Members[i] <= m.Members[i-1] {
			return surplus.ErrOrder.With("%d follows %d", m.Members[i], m.Members[i-1])
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
	a, err := dividendOf(c, m.Period, m.Step)
	if err != nil {
		return err
	}
	s, err := surplus.PeriodOf(c, m.Period)
	if err != nil {
		return err
	}
	paid, amount, err := partsOf(c, m.Period, m.Step, m.Members, func(number state.Member, p surplus.Part) (money.Amount, error) {
		if p.Cash == 0 {
			return 0, ErrNoPart.With("member %d", number)
		}
		return p.Cash, requireOwed(number, p)
	})
	if err != nil {
		return err
	}
	if err := votedMoney.Require(c, numberOf(m.Period, m.Step), numbersOf(m.Members), false); err != nil {
		return err
	}
	posting, err := prepare(c, m.narrative(s.Name), amount, between(account.Dividends, account.Bank, amount))
	if err != nil {
		return err
	}

	// Past this line nothing fails.
	entry := posting.Post(c)
	for i := range paid {
		paid[i].Paid = entry
	}
	a.Paid += amount
	surplus.PutParts(c, m.Period, m.Step, a, m.Members, paid)
	c.Return(entry)
	c.Emit(PartsPaid{m.Period, m.Step, len(m.Members), amount, entry})
	return nil
}

// Describe says who got how much.
func (m Pay) Describe(t state.Telling) state.Words {
	w := state.Words{
		Phrase: fmt.Sprintf("record that %s got the money of step %d of %s", words.Plural(uint64(len(m.Members)), "member"), m.Step, surplus.Named(t, m.Period)),
	}
	w.Clauses = partFacts(t, m.Period, m.Step, m.Members, partChange{false, "owed", "paid", func(_ []surplus.Part, sum money.Amount) ([]account.Line, error) {
		return between(account.Dividends, account.Bank, sum), nil
	}})
	return t.Given(w, "journal entry")
}

var _ = Kinds.Add(state.KindOf[Pay](KindPay, "surplus.Pay"))
