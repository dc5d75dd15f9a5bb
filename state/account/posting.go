package account

import (
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/money"
)

// An Entry is what is to be posted.
type Entry struct {
	Narrative string
	Lines     []Line
	By        state.Actor // the motion behind it, where c's authority does not name it
}

// check refuses an entry of more than most lines, or one that is malformed or
// does not balance.
func (e Entry) check(most int) error {
	if e.Narrative == "" || len(e.Narrative) > MaxNarrative {
		return ErrNarrative.With("%d bytes, from 1 to %d can be", len(e.Narrative), MaxNarrative)
	}
	if len(e.Lines) < 2 || len(e.Lines) > most {
		return ErrLines.With("%d, from 2 to %d can be", len(e.Lines), most)
	}
	var sum money.Amount
	for i, l := range e.Lines {
		if l.Amount == 0 || l.Amount > money.Max || l.Amount < -money.Max {
			return ErrAmount.With("line %d, %d", i+1, l.Amount)
		}
		var err error
		if sum, err = money.Add(sum, l.Amount); err != nil {
			return ErrAmount.With("lines 1 to %d sum to more than %d", i+1, money.Max)
		}
	}
	if sum != 0 {
		return ErrUnbalanced.With("by %d", sum)
	}
	return nil
}

// A Posting is an entry that has passed every check.
type Posting struct {
	number uint64
	record Record
	books  Books
	codes  []Code         // the accounts touched
	after  []money.Amount // and their balances
}

// Prepare refuses an entry that is malformed, does not balance, names an unknown
// account or would overflow a balance. The Posting is good until anything else
// is posted in the same co-op.
func Prepare(c *state.Ctx, e Entry) (Posting, error) { return prepare(c, e, maxRoomLines) }

func prepare(c *state.Ctx, e Entry, most int) (Posting, error) {
	if err := e.check(most); err != nil {
		return Posting{}, err
	}
	b, err := books.Get(c, 0)
	if err != nil {
		return Posting{}, err
	}
	if e.By == (state.Actor{}) {
		e.By = c.Actor()
	}
	b.Entries++
	p := Posting{number: b.Entries, books: b, record: Record{
		Time: c.Time(), Narrative: e.Narrative, Lines: e.Lines, By: e.By,
	}}
	for _, l := range e.Lines {
		at := slices.Index(p.codes, l.Account)
		if at < 0 {
			if _, err := Find(c, l.Account); err != nil {
				return Posting{}, err
			}
			balance, err := balances.Get(c, l.Account)
			if err != nil {
				return Posting{}, err
			}
			at = len(p.codes)
			p.codes, p.after = append(p.codes, l.Account), append(p.after, balance)
		}
		if p.after[at], err = money.Add(p.after[at], l.Amount); err != nil {
			return Posting{}, ErrOverflow.With("account %d", l.Account)
		}
	}
	return p, nil
}

// Post writes the entry and returns its journal number. It cannot fail.
func (p Posting) Post(c *state.Ctx) uint64 {
	for i, code := range p.codes {
		if p.after[i] == 0 {
			balances.Delete(c, code)
		} else {
			balances.Put(c, code, p.after[i])
		}
	}
	journal.Put(c, p.number, p.record)
	books.Put(c, 0, p.books)
	c.Emit(Posted{Entry: p.number, Reverses: p.record.Reverses})
	return p.number
}

// Posted reports a new journal entry.
type Posted struct {
	Entry    uint64 `json:"entry"`
	Reverses uint64 `json:"reverses,omitempty"`
}

func (Posted) Event() string { return "account.Posted" }

// moved is the sum of the debits, money.Max if that is out of range.
func moved(lines []Line) (sum money.Amount) {
	for _, l := range lines {
		var err error
		if sum, err = money.Add(sum, max(l.Amount, 0)); err != nil {
			return money.Max
		}
	}
	return sum
}

// requireByHand refuses lines that no one may post by hand, and more than one officer
// moves alone.
func requireByHand(c *state.Ctx, lines []Line) error {
	for _, l := range lines {
		a, err := Find(c, l.Account)
		if err != nil {
			return err
		}
		if a.Guard == RoomOnly || (a.Guard == CreditOnly && l.Amount > 0) {
			return ErrGuarded.With("%d %s is %v", l.Account, a.Name, a.Guard)
		}
	}
	return charter.MoveAlone(c, moved(lines))
}
