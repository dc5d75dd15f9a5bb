package surplus

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/hold"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// Return records that the bank sent back the money that up to MaxBatch members had been
// paid of a dividend. It is owed to them again. All came back or none.
type Return struct {
	Period  Period         `cbor:"1,keyasint,omitempty"`
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
		return ErrReason.With("%d bytes, from 1 to %d can be", len(reason), account.MaxNarrative)
	}
	return nil
}

// Cost is that of a payment.
func (m Return) Cost() int { return Pay{Members: m.Members}.Cost() }

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
	if err := votedMoney.Require(c, stepKey{m.Period, m.Step}.number(), numbersOf(m.Members), true); err != nil {
		return err
	}
	posting, err := prepare(c, m.Reason, amount, account.Bank, account.Dividends)
	if err != nil {
		return err
	}

	// Past this line nothing fails.
	entry := posting.Post(c)
	for i, number := range m.Members {
		batch[i].Paid = 0
		parts.Put(c, partKey{m.Period, m.Step, number}, batch[i])
	}
	a.Paid -= amount
	allotments.Put(c, stepKey{m.Period, m.Step}, a)
	c.Return(entry)
	c.Emit(PartsReturned{m.Period, m.Step, len(m.Members), amount, entry})
	return nil
}

// paid is what a part was paid.
func paid(number state.Member, p Part) (money.Amount, error) {
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
	return votedMoney.Hold(c, stepKey{m.Period, m.Step}.number(), numbersOf(m.Members))
}

// Release ends a Hold.
func (m Return) Release(c *state.Ctx) error {
	return votedMoney.Release(c, stepKey{m.Period, m.Step}.number(), numbersOf(m.Members))
}

// dividendOf returns a step that is a dividend and is divided.
func dividendOf(c *state.Ctx, p Period, step uint8) (Allotment, error) {
	a, err := AllotmentOf(c, p, step)
	if err == nil && (!a.Step.Sort.isDividend() || !a.Done) {
		err = ErrUndivided.With("step %d of period %d", step, p)
	}
	return a, err
}

// partsOf reads the parts of members and sums what value says of each.
func partsOf(c *state.Ctx, p Period, step uint8, members []state.Member, value func(state.Member, Part) (money.Amount, error)) (batch []Part, amount money.Amount, err error) {
	batch = make([]Part, len(members))
	for i, number := range members {
		if batch[i], _, err = PartOf(c, p, step, number); err != nil {
			return nil, 0, err
		}
		v, err := value(number, batch[i])
		if err != nil {
			return nil, 0, err
		}
		amount += v // at most the step's pool
	}
	return batch, amount, nil
}

// prepare is an entry of an amount between two accounts.
func prepare(c *state.Ctx, narrative string, amount money.Amount, debit, credit account.Code) (account.Posting, error) {
	if err := charter.MoveAlone(c, amount); err != nil {
		return account.Posting{}, err
	}
	return account.Prepare(c, account.Entry{
		Narrative: narrative,
		Lines:     []account.Line{account.Debit(debit, amount), account.Credit(credit, amount)},
	})
}

// Settle ends what up to MaxBatch members are owed of a dividend other than by Pay:
// money that no one claimed goes to a reserve or a fund; notices are paid from the bank
// or, where members give them up, go to a reserve or a fund. All are settled or none.
type Settle struct {
	Period  Period         `cbor:"1,keyasint,omitempty"`
	Step    uint8          `cbor:"2,keyasint,omitempty"` // from 1
	Members []state.Member `cbor:"3,keyasint,omitempty"` // ascending
	Notices bool           `cbor:"4,keyasint,omitempty"` // what they hold as notices; else their money
	Account account.Code   `cbor:"5,keyasint,omitempty"` // a reserve or a fund, for notices also the bank
	Reason  string         `cbor:"6,keyasint,omitempty"` // for the journal; names no person
}

// PartsSettled reports that parts are no longer owed.
type PartsSettled struct {
	Period  Period       `json:"period"`
	Step    uint8        `json:"step"`
	Members int          `json:"members"`
	Notices bool         `json:"notices"`
	Account account.Code `json:"account"`
	Amount  money.Amount `json:"amount"`
	Entry   uint64       `json:"entry"`
}

func (PartsSettled) Event() string { return "surplus.PartsSettled" }

// Check refuses a malformed batch and one without a reason.
func (m Settle) Check() error { return checkReason(m.Members, m.Reason) }

// Cost is that of a payment.
func (m Settle) Cost() int { return Pay{Members: m.Members}.Cost() }

// Apply marks the parts settled and posts what they were owed.
func (m Settle) Apply(c *state.Ctx) error {
	a, err := dividendOf(c, m.Period, m.Step)
	if err != nil {
		return err
	}
	if err := m.requireTarget(c); err != nil {
		return err
	}
	batch, amount, err := partsOf(c, m.Period, m.Step, m.Members, m.owed)
	if err != nil {
		return err
	}
	if err := m.voted().Require(c, stepKey{m.Period, m.Step}.number(), numbersOf(m.Members), true); err != nil {
		return err
	}
	posting, err := prepare(c, m.Reason, amount, m.from(), m.Account)
	if err != nil {
		return err
	}

	// Past this line nothing fails.
	entry := posting.Post(c)
	for i, number := range m.Members {
		if m.Notices {
			batch[i].Redeemed = entry
		} else {
			batch[i].Settled = entry
		}
		parts.Put(c, partKey{m.Period, m.Step, number}, batch[i])
	}
	if m.Notices {
		a.Redeemed += amount
	} else {
		a.Settled += amount
	}
	allotments.Put(c, stepKey{m.Period, m.Step}, a)
	c.Return(entry)
	c.Emit(PartsSettled{m.Period, m.Step, len(m.Members), m.Notices, m.Account, amount, entry})
	return nil
}

// Hold has the parts stand still while members vote on settling them.
func (m Settle) Hold(c *state.Ctx) error {
	if _, _, err := partsOf(c, m.Period, m.Step, m.Members, m.owed); err != nil {
		return err
	}
	return m.voted().Hold(c, stepKey{m.Period, m.Step}.number(), numbersOf(m.Members))
}

// Release ends a Hold.
func (m Settle) Release(c *state.Ctx) error {
	return m.voted().Release(c, stepKey{m.Period, m.Step}.number(), numbersOf(m.Members))
}

func (m Settle) voted() hold.Kind {
	if m.Notices {
		return votedNotices
	}
	return votedMoney
}

// from is the account on which it is owed.
func (m Settle) from() account.Code {
	if m.Notices {
		return account.Notices
	}
	return account.Dividends
}

// owed is what a part still has of what is settled.
func (m Settle) owed(number state.Member, p Part) (money.Amount, error) {
	switch {
	case m.Notices && p.Notice == 0, !m.Notices && p.Cash == 0:
		return 0, ErrNoPart.With("member %d", number)
	case m.Notices && p.Redeemed != 0:
		return 0, ErrSettled.With("member %d by entry %d", number, p.Redeemed)
	case m.Notices:
		return p.Notice, nil
	}
	return p.Cash, p.requireOwed(number)
}

// requireOwed refuses money that is paid or settled.
func (p Part) requireOwed(number state.Member) error {
	if p.Paid != 0 {
		return ErrPaid.With("member %d by entry %d", number, p.Paid)
	}
	if p.Settled != 0 {
		return ErrSettled.With("member %d by entry %d", number, p.Settled)
	}
	return nil
}

// requireTarget refuses an account that is neither a reserve nor a fund, nor for notices
// the bank.
func (m Settle) requireTarget(r state.Reader) error {
	if m.Notices && m.Account == account.Bank {
		return nil
	}
	if err := (Step{Sort: ToReserve, Account: m.Account}).requireTarget(r); state.Rejected(err) == nil {
		return err
	}
	return (Step{Sort: ToFund, Account: m.Account}).requireTarget(r)
}

// Describe says whose payments came back.
func (m Return) Describe(t state.Telling) state.Words {
	w := state.Words{
		Phrase: fmt.Sprintf("record that the bank sent back the money of step %d of %s for %s, because %s",
			m.Step, Named(t, m.Period), words.Plural(uint64(len(m.Members)), "member"), words.Quote(m.Reason)),
		Clauses: partFacts(t, m.Period, m.Step, m.Members, partChange{false, "paid", "owed again", account.Bank, account.Dividends}),
	}
	return t.Given(w, "journal entry")
}

// Describe says what becomes of whose part.
func (m Settle) Describe(t state.Telling) state.Words {
	what := "the unclaimed money"
	if m.Notices {
		what = "the notices"
	}
	w := state.Words{
		Phrase: fmt.Sprintf("settle %s of step %d of %s for %s from %s, because %s", what, m.Step, Named(t, m.Period),
			words.Plural(uint64(len(m.Members)), "member"), account.Named(t, m.Account), words.Quote(m.Reason)),
		Clauses: partFacts(t, m.Period, m.Step, m.Members, partChange{m.Notices, "owed", "settled", m.from(), m.Account}),
	}
	if m.Account != account.Bank {
		w.Phrase = fmt.Sprintf("move %s of step %d of %s, owed to %s, to %s, because %s", what, m.Step, Named(t, m.Period),
			words.Plural(uint64(len(m.Members)), "member"), account.Named(t, m.Account), words.Quote(m.Reason))
	}
	return t.Given(w, "journal entry")
}

// A partChange is what becomes of members' parts, and between which accounts.
type partChange struct {
	notices       bool // what they hold as notices; else their money
	from, to      string
	debit, credit account.Code
}

func (by partChange) of(p Part) money.Amount {
	if by.notices {
		return p.Notice
	}
	return p.Cash
}

// partFacts are what becomes of members' parts, one by one, and of the balances.
func partFacts(t state.Telling, p Period, step uint8, members []state.Member, by partChange) []state.Clause {
	var out []state.Clause
	for _, n := range members {
		text := "an amount that cannot be read,"
		if part, ok, err := PartOf(t, p, step, n); err == nil && ok {
			text = charter.Money(t, by.of(part))
		}
		out = append(out, state.Clause{What: fmt.Sprintf("member %d", n), Before: text + " " + by.from, After: text + " " + by.to})
	}
	return append(out, account.BalanceFacts(t, func() ([]account.Line, error) {
		var sum money.Amount
		for _, n := range members {
			part, ok, err := PartOf(t, p, step, n)
			if err == nil && !ok {
				err = ErrNoPart
			}
			if err != nil {
				return nil, err
			}
			sum += by.of(part)
		}
		return []account.Line{account.Debit(by.debit, sum), account.Credit(by.credit, sum)}, nil
	})...)
}

var (
	_ = Kinds.Add(state.KindOf[Return](KindReturn, "surplus.Return"))
	_ = Kinds.Add(state.KindOf[Settle](KindSettle, "surplus.Settle"))
)
