package withdrawal

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// Deduct takes an amount from what is owed for redeemed shares: what the member owes the
// co-op, such as a loan, or the part that the shares bear of a loss which was found later.
// What is more than the rest, of a loss, is claimed back from what was paid.
type Deduct struct {
	Request uint64       `cbor:"1,keyasint,omitempty"`
	Amount  money.Amount `cbor:"2,keyasint,omitempty"` // minor units
	Account account.Code `cbor:"3,keyasint,omitempty"` // an asset that the member owes, or unappropriated surplus for a loss
	Claim   account.Code `cbor:"4,keyasint,omitempty"` // of a loss, the asset to which a claim of what was paid is debited; zero for none
	Reason  string       `cbor:"5,keyasint,omitempty"` // for the journal; names no person
}

// Deducted reports a deduction.
type Deducted struct {
	Request uint64       `json:"request"`
	Amount  money.Amount `json:"amount"`
	Claimed money.Amount `json:"claimed"` // of it, back
	Entry   uint64       `json:"entry"`
}

func (Deducted) Event() string { return "withdrawal.Deducted" }

// Check refuses a deduction of nothing and one without a reason.
func (m Deduct) Check() error {
	if err := checkReason(m.Reason); err != nil {
		return err
	}
	if m.Amount <= 0 || m.Amount > money.Max {
		return ErrAmount.With("out of range")
	}
	if m.Claim != 0 && m.Account != account.Unappropriated {
		return ErrAccount.With("only a loss is claimed back")
	}
	return nil
}

// Apply takes the amount.
func (m Deduct) Apply(c *state.Ctx) error {
	t, err := Find(c, m.Request)
	if err != nil {
		return err
	}
	if t.Redeemed == 0 {
		return ErrStatus.With("number %d is %v", m.Request, t.Status)
	}
	if err := m.requireAccounts(c, t); err != nil {
		return err
	}
	rest, claimed := min(t.Rest(), m.Amount), money.Amount(0)
	if m.Claim != 0 {
		claimed = m.Amount - rest
	}
	if rest+claimed != m.Amount || claimed > t.Paid-t.Claimed {
		return ErrAmount.With("%s, %s are owed and %s paid", charter.Money(c, m.Amount), charter.Money(c, t.Rest()), charter.Money(c, t.Paid-t.Claimed))
	}
	q, err := queues.Get(c, 0)
	if err != nil {
		return err
	}
	if err := charter.MoveAlone(c, m.Amount); err != nil {
		return err
	}
	posting, err := account.Prepare(c, account.Entry{Narrative: m.Reason, Lines: m.lines(rest, claimed)})
	if err != nil {
		return err
	}

	// Past this line nothing fails.
	t.Taken += rest
	t.Claimed += claimed
	if t.Rest() == 0 && t.Status != Done {
		if err := q.close(c, m.Request, &t); err != nil {
			return err
		}
	}
	q.Debt -= rest
	tickets.Put(c, m.Request, t)
	queues.Put(c, 0, q)
	c.Emit(Deducted{m.Request, m.Amount, claimed, posting.Post(c)})
	return nil
}

// requireAccounts refuses accounts that take no deduction, more than the member's debt,
// and a loss after its time.
func (m Deduct) requireAccounts(c *state.Ctx, t Ticket) error {
	if m.Account == account.Unappropriated {
		limits, err := shareclass.LimitsOf(c)
		if err != nil {
			return err
		}
		if last := t.Redeemed + uint64(limits.Clawback); limits.Clawback == 0 || c.Day() > last {
			return ErrClawback.With("it was until %s", words.Day(last))
		}
		if m.Claim == 0 {
			return nil
		}
		return requireAsset(c, m.Claim)
	}
	if err := requireAsset(c, m.Account); err != nil {
		return err
	}
	owes, err := account.BalanceOf(c, m.Account)
	if err == nil && owes < m.Amount {
		err = ErrAmount.With("account %d has %s", m.Account, charter.Money(c, owes))
	}
	return err
}

func requireAsset(c *state.Ctx, code account.Code) error {
	a, err := account.Find(c, code)
	if err == nil && (a.Type != account.Asset || a.Guard != account.Free || code == account.Bank) {
		err = ErrAccount.With("%d %s", code, a.Name)
	}
	return err
}

// lines take rest from what is owed and claim the other part back.
func (m Deduct) lines(rest, claimed money.Amount) (lines []account.Line) {
	if rest > 0 {
		lines = append(lines, account.Debit(account.Redemptions, rest))
	}
	if claimed > 0 {
		lines = append(lines, account.Debit(m.Claim, claimed))
	}
	return append(lines, account.Credit(m.Account, m.Amount))
}

// Describe says what is taken from whom, and why.
func (m Deduct) Describe(t state.Telling) state.Words {
	w := state.Words{
		Phrase:  fmt.Sprintf("deduct %s from what is owed for %s, because %s", charter.Money(t, m.Amount), Named([]uint64{m.Request}), words.Quote(m.Reason)),
		Clauses: facts(t, []uint64{m.Request}),
	}
	w.Clauses = append(w.Clauses, account.BalanceFacts(t, func() ([]account.Line, error) {
		of, err := Find(t, m.Request)
		rest := min(of.Rest(), m.Amount)
		if m.Claim == 0 {
			rest = m.Amount
		}
		return m.lines(rest, m.Amount-rest), err
	})...)
	return w
}

var _ = Kinds.Add(state.KindOf[Deduct](KindDeduct, "withdrawal.Deduct"))
