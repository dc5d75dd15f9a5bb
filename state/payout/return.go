package payout

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/surplus"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// Return records that the bank sent back the money that up to MaxBatch members had been
// paid of a dividend. It is owed to them again. All came back or none. What all members
// decided to pay only they return, and what another motion did, only a motion.
type Return struct {
	Period  surplus.Period `cbor:"1,keyasint,omitempty"`
	Step    uint8          `cbor:"2,keyasint,omitempty"` // from 1
	Members []state.Member `cbor:"3,keyasint,omitempty"` // ascending
	Reason  string         `cbor:"4,keyasint,omitempty"` // for the journal; names no person
}

// PartsReturned reports that payments came back.
type PartsReturned PartsPaid

func (PartsReturned) Event() string { return "surplus.PartsReturned" }

// Check refuses a malformed batch and one without a reason.
func (m Return) Check() error { return checkReason(m.Members, m.Reason) }

func checkReason(members []state.Member, reason string) error {
	if err := (Pay{Members: members}).Check(); err != nil {
		return err
	}
	if reason == "" || len(reason) > account.MaxNarrative {
		return surplus.ErrReason.With("%d bytes, from 1 to %d can be", len(reason), account.MaxNarrative)
	}
	return nil
}

// Cost is that of a payment, whose entries are read.
func (m Return) Cost() int { return Pay{Members: m.Members}.Cost() + len(m.Members)/8 }

// Apply marks the parts unpaid and posts bank to dividends payable.
func (m Return) Apply(c *state.Ctx) error {
	a, err := dividendOf(c, m.Period, m.Step)
	if err != nil {
		return err
	}
	batch, amount, err := partsOf(c, m.Period, m.Step, m.Members, paid)
	if err != nil {
		return err
	}
	if err := votedMoney.Require(c, numberOf(m.Period, m.Step), numbersOf(m.Members), true); err != nil {
		return err
	}
	if err := requireAsMany(c, batch, func(p surplus.Part) uint64 { return p.Paid }); err != nil {
		return err
	}
	posting, err := prepare(c, m.Reason, amount, between(account.Bank, account.Dividends, amount))
	if err != nil {
		return err
	}

	// Past this line nothing fails.
	entry := posting.Post(c)
	for i := range batch {
		batch[i].Paid = 0
	}
	a.Paid -= amount
	surplus.PutParts(c, m.Period, m.Step, a, m.Members, batch)
	c.Return(entry)
	c.Emit(PartsReturned{m.Period, m.Step, len(m.Members), amount, entry})
	return nil
}

// paid is what a part was paid.
func paid(number state.Member, p surplus.Part) (money.Amount, error) {
	if p.Paid == 0 {
		return 0, ErrUnpaid.With("member %d", number)
	}
	return p.Cash, nil
}

// Hold has the parts stand still while members vote on what the bank sent back.
func (m Return) Hold(c *state.Ctx) error {
	if _, _, err := partsOf(c, m.Period, m.Step, m.Members, paid); err != nil {
		return err
	}
	return votedMoney.Hold(c, numberOf(m.Period, m.Step), numbersOf(m.Members))
}

// Release ends a Hold.
func (m Return) Release(c *state.Ctx) error {
	return votedMoney.Release(c, numberOf(m.Period, m.Step), numbersOf(m.Members))
}

// Describe says whose payments came back.
func (m Return) Describe(t state.Telling) state.Words {
	w := state.Words{
		Phrase: fmt.Sprintf("record that the bank sent back the money of step %d of %s for %s, because %s",
			m.Step, surplus.Named(t, m.Period), words.Plural(uint64(len(m.Members)), "member"), words.Quote(m.Reason)),
		Clauses: partFacts(t, m.Period, m.Step, m.Members, partChange{false, "paid", "owed again", func(_ []surplus.Part, sum money.Amount) ([]account.Line, error) {
			return between(account.Bank, account.Dividends, sum), nil
		}}),
	}
	return t.Given(w, "journal entry")
}

var _ = Kinds.Add(state.KindOf[Return](KindReturn, "surplus.Return"))
