package payout

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/hold"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/surplus"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// Settle ends what up to MaxBatch members are owed of a dividend other than by Pay:
// money that no one claimed goes to a reserve or a fund; notices are paid from the bank
// or, where members give them up, go to a reserve or a fund. All are settled or none.
//
// With Back it takes back what an earlier Settle did by mistake, or what the bank sent
// back of a notice: the same comes from the accounts to which it went, and is owed again.
// So who may settle, and no other, may take that back; what all members decided only they,
// and what another motion did, only a motion.
type Settle struct {
	Period  surplus.Period `cbor:"1,keyasint,omitempty"`
	Step    uint8          `cbor:"2,keyasint,omitempty"` // from 1
	Members []state.Member `cbor:"3,keyasint,omitempty"` // ascending
	Notices bool           `cbor:"4,keyasint,omitempty"` // what they hold as notices; else their money
	Account account.Code   `cbor:"5,keyasint,omitempty"` // a reserve or a fund, for notices also the bank; zero with Back
	Reason  string         `cbor:"6,keyasint,omitempty"` // for the journal; names no person
	Back    bool           `cbor:"7,keyasint,omitempty"` // takes earlier settlements of these parts back
}

// PartsSettled reports that parts are no longer owed or, with Back, owed again.
type PartsSettled struct {
	Period  surplus.Period `json:"period"`
	Step    uint8          `json:"step"`
	Members int            `json:"members"`
	Notices bool           `json:"notices"`
	Account account.Code   `json:"account"`
	Amount  money.Amount   `json:"amount"`
	Entry   uint64         `json:"entry"`
	Back    bool           `json:"back,omitempty"`
}

func (PartsSettled) Event() string { return "surplus.PartsSettled" }

// Check refuses a malformed batch, one without a reason, and an account for what is
// taken back.
func (m Settle) Check() error {
	err := checkReason(m.Members, m.Reason)
	if err == nil && m.Back && m.Account != 0 {
		err = surplus.ErrTarget.With("what is taken back comes from where it went")
	}
	return err
}

// Cost is that of a payment; to take one back its entry is read.
func (m Settle) Cost() int {
	cost := Pay{Members: m.Members}.Cost()
	if m.Back {
		cost += len(m.Members) / 8
	}
	return cost
}

// Apply marks the parts settled and posts what they were owed.
func (m Settle) Apply(c *state.Ctx) error {
	a, err := dividendOf(c, m.Period, m.Step)
	if err != nil {
		return err
	}
	if !m.Back {
		if err := m.requireTarget(c); err != nil {
			return err
		}
	}
	batch, amount, err := partsOf(c, m.Period, m.Step, m.Members, m.moves)
	if err != nil {
		return err
	}
	if err := m.voted().Require(c, numberOf(m.Period, m.Step), numbersOf(m.Members), true); err != nil {
		return err
	}
	lines, err := m.lines(c, batch, amount)
	if err != nil {
		return err
	}
	if m.Back {
		if err := requireAsMany(c, batch, m.settledBy); err != nil {
			return err
		}
	}
	posting, err := prepare(c, m.Reason, amount, lines)
	if err != nil {
		return err
	}

	// Past this line nothing fails.
	entry := posting.Post(c)
	by := entry
	if m.Back {
		by, amount = 0, -amount
	}
	for i := range batch {
		if m.Notices {
			batch[i].Redeemed = by
		} else {
			batch[i].Settled = by
		}
	}
	if m.Notices {
		a.Redeemed += amount
	} else {
		a.Settled += amount
	}
	surplus.PutParts(c, m.Period, m.Step, a, m.Members, batch)
	c.Return(entry)
	c.Emit(PartsSettled{m.Period, m.Step, len(m.Members), m.Notices, m.Account, max(amount, -amount), entry, m.Back})
	return nil
}

// Hold has the parts stand still while members vote on settling them.
func (m Settle) Hold(c *state.Ctx) error {
	if _, _, err := partsOf(c, m.Period, m.Step, m.Members, m.moves); err != nil {
		return err
	}
	return m.voted().Hold(c, numberOf(m.Period, m.Step), numbersOf(m.Members))
}

// Release ends a Hold.
func (m Settle) Release(c *state.Ctx) error {
	return m.voted().Release(c, numberOf(m.Period, m.Step), numbersOf(m.Members))
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

// lines are the entry of the settlement: the other way round, from where each part went,
// if it takes that back.
func (m Settle) lines(r state.Reader, batch []surplus.Part, sum money.Amount) ([]account.Line, error) {
	if !m.Back {
		return between(m.from(), m.Account, sum), nil
	}
	var lines []account.Line // debits, by account
	var last uint64
	var to account.Code
	for _, p := range batch {
		entry, amount := m.settledBy(p), p.Cash
		if m.Notices {
			amount = p.Notice
		}
		if entry == 0 {
			return nil, ErrUnsettled
		}
		if entry != last {
			var err error
			if to, err = settledTo(r, entry); err != nil {
				return nil, err
			}
			last = entry
		}
		at, there := slices.BinarySearchFunc(lines, to, func(l account.Line, code account.Code) int { return cmp.Compare(l.Account, code) })
		if !there {
			lines = slices.Insert(lines, at, account.Line{Account: to})
		}
		lines[at].Amount += amount
	}
	return append(lines, account.Credit(m.from(), sum)), nil
}

// settledBy is the entry that settled a part.
func (m Settle) settledBy(p surplus.Part) uint64 {
	if m.Notices {
		return p.Redeemed
	}
	return p.Settled
}

// settledTo is the account to which the entry of a settlement went.
func settledTo(r state.Reader, entry uint64) (account.Code, error) {
	rec, err := account.EntryOf(r, entry)
	if err != nil {
		return 0, err
	}
	for _, l := range rec.Lines {
		if l.Amount < 0 {
			return l.Account, nil
		}
	}
	return 0, fmt.Errorf("entry %d settles nothing", entry)
}

// moves is what a part still has of what is settled, or what of it was.
func (m Settle) moves(number state.Member, p surplus.Part) (money.Amount, error) {
	switch {
	case m.Notices && p.Notice == 0:
		return 0, ErrNoNotice.With("member %d", number)
	case !m.Notices && p.Cash == 0:
		return 0, ErrNoPart.With("member %d", number)
	case m.Back && m.Notices && p.Redeemed == 0, m.Back && !m.Notices && p.Settled == 0:
		return 0, ErrUnsettled.With("member %d", number)
	case m.Back && m.Notices:
		return p.Notice, nil
	case m.Back:
		return p.Cash, nil
	case m.Notices && p.Redeemed != 0:
		return 0, ErrSettled.With("member %d by entry %d", number, p.Redeemed)
	case m.Notices:
		return p.Notice, nil
	}
	return p.Cash, requireOwed(number, p)
}

// requireOwed refuses money that is paid or settled.
func requireOwed(number state.Member, p surplus.Part) error {
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
	if err := (surplus.Step{Sort: surplus.ToReserve, Account: m.Account}).RequireTarget(r); state.Rejected(err) == nil {
		return err
	}
	return (surplus.Step{Sort: surplus.ToFund, Account: m.Account}).RequireTarget(r)
}

// Describe says what becomes of whose part.
func (m Settle) Describe(t state.Telling) state.Words {
	what, from, to := "the unclaimed money", "owed", "settled"
	if m.Notices {
		what = "the notices"
	}
	of := fmt.Sprintf("of step %d of %s", m.Step, surplus.Named(t, m.Period))
	whose, why := words.Plural(uint64(len(m.Members)), "member"), words.Quote(m.Reason)
	var w state.Words
	switch {
	case m.Back:
		from, to = "settled", "owed again"
		w.Phrase = fmt.Sprintf("take back the settlement of %s %s for %s, because %s", what, of, whose, why)
	case m.Account == account.Bank:
		w.Phrase = fmt.Sprintf("settle %s %s for %s from %s, because %s", what, of, whose, account.Named(t, m.Account), why)
	default:
		w.Phrase = fmt.Sprintf("move %s %s, owed to %s, to %s, because %s", what, of, whose, account.Named(t, m.Account), why)
	}
	w.Clauses = partFacts(t, m.Period, m.Step, m.Members, partChange{m.Notices, from, to, func(batch []surplus.Part, sum money.Amount) ([]account.Line, error) {
		return m.lines(t, batch, sum)
	}})
	return t.Given(w, "journal entry")
}

var _ = Kinds.Add(state.KindOf[Settle](KindSettle, "surplus.Settle"))
