package account

import (
	"fmt"
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// An Entry is what is to be posted.
type Entry struct {
	Narrative string
	Lines     []Line
	By        state.Actor  // the motion behind it, where c's authority does not name it
	Day       uint64       // its accounting date, days since 1970; zero for that of the block
	Period    Period       // that it closes, or zero for that of the day
	Of        state.Member // whom it concerns; zero if nobody in particular
	hand      bool         // posted by Post or Reverse
}

// check refuses an entry of fewer than 2 or more than most lines, or one that is malformed or
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
			return ErrAmount.With("line %d", i+1)
		}
		var err error
		if sum, err = money.Add(sum, l.Amount); err != nil {
			return ErrAmount.With("lines 1 to %d sum to more than an account holds", i+1)
		}
	}
	if sum != 0 {
		return ErrUnbalanced.With("the %s are more", side(sum))
	}
	return nil
}

// side names the side of a line or a sum. What checks a message knows no currency, so
// it says no amount.
func side(a money.Amount) string {
	if a > 0 {
		return "debits"
	}
	return "credits"
}

// A Posting is an entry that has passed every check.
type Posting struct {
	number uint64
	record Record
	books  Books
	codes  []Code // the accounts touched
	before []money.Amount
	after  []money.Amount // and their balances
	moved  []result       // what belongs to a period
	dated  []dayMove      // and to a day of it
}

// A result is what stands of an account in a period after a posting.
type result struct {
	key   resultKey
	after money.Amount
}

// Prepare refuses an entry that is malformed, does not balance, names an unknown
// account, or would overflow a balance or take it below its floor. The Posting is good until anything else
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
	if err := e.date(c, &b); err != nil {
		return Posting{}, err
	}
	b.Entries++
	p := Posting{number: b.Entries, books: b, record: Record{
		Time: c.Time(), Narrative: e.Narrative, Lines: e.Lines, By: e.By, Hand: e.hand, Day: e.Day, Of: e.Of,
		All: c.Authority().All,
	}}
	var kinds []Account
	for _, l := range e.Lines {
		at := slices.Index(p.codes, l.Account)
		if at < 0 {
			a, err := Find(c, l.Account)
			if err != nil {
				return Posting{}, err
			}
			balance, err := balances.Get(c, l.Account)
			if err != nil {
				return Posting{}, err
			}
			at = len(p.codes)
			kinds, p.before = append(kinds, a), append(p.before, balance)
			p.codes, p.after = append(p.codes, l.Account), append(p.after, balance)
		}
		if p.after[at], err = money.Add(p.after[at], l.Amount); err != nil {
			return Posting{}, ErrOverflow.With("account %d", l.Account)
		}
	}
	for i, code := range p.codes {
		moved := p.after[i] - p.before[i]
		if err := e.requireBound(c, p.before[i], p.after[i], "account %d", code); err != nil {
			return Posting{}, err
		}
		if err := kinds[i].requireFloor(c, code, moved, p.after[i]); err != nil {
			return Posting{}, err
		}
		if err := p.belong(c, kinds[i], code, e.Period, moved); err != nil {
			return Posting{}, err
		}
	}
	if e.hand {
		p.record.Period = e.Period
	}
	return p, nil
}

// MaxByHand is the most, either way, to which an entry posted by hand takes a balance, or
// what an account moves in a period: money.Max by twice MaxAccounts. All accounts of a
// chart together are then within half of money.Max, and nothing that a motion carries is
// refused for an overflow that someone made. What all members decide may go further.
const MaxByHand money.Amount = 976_562_500_000_000

// requireBound refuses an entry by hand that takes what was before beyond MaxByHand, if
// not all members decided it.
func (e Entry) requireBound(c *state.Ctx, before, after money.Amount, what string, args ...any) error {
	size := max(after, -after)
	if !e.hand || c.Authority().All || size <= MaxByHand || size <= max(before, -before) {
		return nil
	}
	return ErrOverflow.With("%s; by hand it goes up to %s", fmt.Sprintf(what, args...), charter.Money(c, MaxByHand))
}

// date settles the entry's day and period.
func (e *Entry) date(c *state.Ctx, b *Books) error {
	today := c.Day()
	day := e.Day
	if day == 0 || day == today {
		day, e.Day = today, 0
	}
	if e.hand {
		if err := b.requireDay(today, day); err != nil {
			return err
		}
	}
	if e.Period == 0 {
		if e.Period = b.PeriodOn(day); e.Period > b.Periods {
			b.Waiting = max(b.Waiting, day)
		}
	}
	return nil
}

// belong notes what the posting moves of an account that is kept by period.
func (p *Posting) belong(c *state.Ctx, a Account, code Code, period Period, moved money.Amount) error {
	if !a.Type.IsResult() && (code != Unappropriated || !p.record.Hand) {
		return nil
	}
	key := resultKey{period, code}
	before, err := results.Get(c, key)
	if err != nil {
		return err
	}
	after, err := money.Add(before, moved)
	if err != nil {
		return ErrOverflow.With("account %d in period %d", code, period)
	}
	if err := (Entry{hand: p.record.Hand}).requireBound(c, before, after, "account %d in period %d", code, period); err != nil {
		return err
	}
	p.moved = append(p.moved, result{key, after})
	p.record.Period = period
	return p.onDay(c, key, moved)
}

// requireFloor refuses to take the bank, or a fund, below zero, or below what the
// charter allows. Funds are what a co-op set aside of its own and spends from.
func (a Account) requireFloor(r state.Reader, code Code, moved, after money.Amount) error {
	left, down := after, moved < 0
	if fund := a.Type == Equity && a.Guard == Free; fund {
		left, down = -after, moved > 0
	} else if code != Bank {
		return nil
	}
	if left >= 0 || !down {
		return nil
	}
	p, err := charter.PolicyOf(r)
	if err != nil {
		return err
	}
	if floor := -p.OverdraftOf(uint16(code)); left < floor {
		return ErrFloor.With("%d %s would be at %s, its floor is %s", code, a.Name, p.Money(left), p.Money(floor))
	}
	return nil
}

// RequireOpening refuses an opening balance of account a that cannot be posted as things are:
// its total would be out of range, or below the floor. l is of a.
func (a Account) RequireOpening(r state.Reader, l Line) error {
	before, err := balances.Get(r, l.Account)
	if err != nil {
		return err
	}
	after, err := money.Add(before, l.Amount)
	if err != nil {
		return ErrOverflow.With("account %d", l.Account)
	}
	return a.requireFloor(r, l.Account, l.Amount, after)
}

// After is the balance that the posting gives an account which it moves.
func (p Posting) After(code Code) money.Amount {
	i := slices.Index(p.codes, code)
	if i < 0 {
		panic(fmt.Sprintf("account %d is not moved", code))
	}
	return p.after[i]
}

// opposite are the lines that take lines back.
func opposite(lines []Line) []Line {
	out := make([]Line, len(lines))
	for i, l := range lines {
		out[i] = Line{l.Account, -l.Amount}
	}
	return out
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
	for _, m := range p.moved {
		if m.after == 0 {
			results.Delete(c, m.key)
		} else {
			results.Put(c, m.key, m.after)
		}
	}
	p.putDays(c)
	c.Replace(p.Movements())
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
// moves alone. What corrects an entry may also take back what it gave a reserve.
func requireByHand(c *state.Ctx, lines []Line, corrects bool) error {
	for _, l := range lines {
		a, err := Find(c, l.Account)
		if err != nil {
			return err
		}
		if a.Guard == RoomOnly || (a.Guard == CreditOnly && l.Amount > 0 && !corrects) {
			return ErrGuarded.With("%d %s is %v", l.Account, a.Name, a.Guard)
		}
		if l.Account == Unappropriated {
			if err := requireFree(c); err != nil {
				return err
			}
		}
	}
	return charter.MoveAlone(c, moved(lines))
}

// requireFree refuses to move unappropriated surplus by hand while members vote on how
// it is allocated, unless they decided that too.
func requireFree(c *state.Ctx) error {
	b, err := books.Get(c, 0)
	if err != nil || b.Held == 0 {
		return err
	}
	if !c.Authority().All {
		return ErrHeld.With("%s", words.Plural(uint64(b.Held), "motion"))
	}
	return nil
}

// Hold stops unappropriated surplus from being moved by hand until as many Releases,
// while members vote on how it is allocated. What all members decide still moves it.
func Hold(c *state.Ctx) error { return holdBy(c, 1) }

// Release ends a Hold.
func Release(c *state.Ctx) error { return holdBy(c, ^uint32(0)) }

func holdBy(c *state.Ctx, change uint32) error {
	b, err := books.Get(c, 0)
	if err != nil {
		return err
	}
	b.Held += change
	books.Put(c, 0, b)
	return nil
}
