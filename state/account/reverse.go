package account

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/hold"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// Reverse posts the opposite of an earlier entry that was posted by hand, once;
// the result is the new entry's number. Both entries stay, and concern the same member. While the period of the
// earlier entry is open, it is of the same day if no other is given. What the entry gave
// a reserve it takes back while that period is open, up to MaxSlip days after it was
// entered; later only a motion of all members does that. What all members had posted or
// reversed only they reverse, and what another motion had, or what concerns a member, only a motion.
type Reverse struct {
	Entry     uint64 `cbor:"1,keyasint,omitempty"`
	Narrative string `cbor:"2,keyasint,omitempty"` // why; names no person
	Day       uint64 `cbor:"3,keyasint,omitempty"` // the accounting date, days since 1970
}

// MaxSlip is how many days after it was entered a slip into a reserve is taken back
// without all members, if its period is open as long: no longer than a year, since a
// period without a last day may be open for ever. Bound of the machine: no charter lets
// officers take out of a reserve what was put in longer ago.
const MaxSlip = 366

// Check refuses a reversal without a narrative.
func (m Reverse) Check() error {
	if m.Narrative == "" || len(m.Narrative) > MaxNarrative {
		return ErrNarrative.With("%d bytes, from 1 to %d can be", len(m.Narrative), MaxNarrative)
	}
	return nil
}

// reversible returns an entry that was posted by hand and is not reversed.
func reversible(r state.Reader, entry uint64) (Record, error) {
	rec, err := EntryOf(r, entry)
	if err != nil {
		return rec, err
	}
	by, err := ReversedBy(r, entry)
	if err != nil {
		return rec, err
	}
	if by != 0 {
		return rec, ErrReversed.With("entry %d by entry %d", entry, by)
	}
	if !rec.Hand {
		return rec, ErrRoomEntry.With("entry %d", entry)
	}
	return rec, nil
}

// requireAsMany refuses fewer than decided on the entry to take it back: others than all
// members what these decided, and one alone what several did.
func (rec Record) requireAsMany(c *state.Ctx, entry uint64) error {
	if who := c.Authority().More(rec.All, rec.By); who != "" {
		return ErrDecided.With("entry %d by %s", entry, who)
	}
	return nil
}

// RequireAsMany refuses fewer than decided on an entry to take back what it posted, for rooms
// that take back what they posted themselves.
func RequireAsMany(c *state.Ctx, entry uint64) error {
	rec, err := EntryOf(c, entry)
	if err != nil {
		return err
	}
	return rec.requireAsMany(c, entry)
}

// voted are the entries that members vote on: no one reverses them meanwhile, to reverse
// that again.
var voted = hold.Kind{Number: hold.Entries, What: "entry", Held: ErrVoted, Often: ErrOften}

// Hold has the entry stand still while members vote on the reversal.
func (m Reverse) Hold(c *state.Ctx) error {
	if _, err := reversible(c, m.Entry); err != nil {
		return err
	}
	return voted.Hold(c, 0, []uint64{m.Entry})
}

// Release ends a Hold.
func (m Reverse) Release(c *state.Ctx) error { return voted.Release(c, 0, []uint64{m.Entry}) }

// Apply posts the opposite entry.
func (m Reverse) Apply(c *state.Ctx) error {
	rec, err := reversible(c, m.Entry)
	if err != nil {
		return err
	}
	if err := requireMotion(c, rec.Of); err != nil {
		return err
	}
	if err := rec.requireAsMany(c, m.Entry); err != nil {
		return err
	}
	if err := voted.Require(c, 0, []uint64{m.Entry}, true); err != nil {
		return err
	}
	b, err := books.Get(c, 0)
	if err != nil {
		return err
	}
	open := b.IsOpen(rec.Period)
	if m.Day == 0 && open {
		m.Day = rec.DayOf()
	}
	if c.Authority().All && m.Day <= b.Shut {
		m.Day = 0 // its period was closed while they voted
	}
	lines, slip := opposite(rec.Lines), open && c.Day() <= state.DayOf(rec.Time)+MaxSlip
	if err := requireByHand(c, lines, c.Authority().All || slip); err != nil {
		return err
	}
	e := Entry{Narrative: m.Narrative, Lines: lines, Day: m.Day, Of: rec.Of, hand: true}
	if open {
		e.Period = rec.Period // of several that are open it takes back in its own, whatever the day
	}
	posting, err := prepare(c, e, MaxLines)
	if err != nil {
		return err
	}

	// Past this line nothing fails.
	posting.record.Reverses = m.Entry
	reversals.Put(c, m.Entry, posting.number)
	c.Return(posting.Post(c))
	return nil
}

// Describe says the opposite entry line by line.
func (m Reverse) Describe(t state.Telling) state.Words {
	w := state.Words{Phrase: fmt.Sprintf("reverse journal entry %d%s, because %s", m.Entry, dated(m.Day), words.Quote(m.Narrative))}
	if rec, err := EntryOf(t, m.Entry); err == nil {
		w.Clauses = append(w.Clauses, state.Fact(fmt.Sprintf("entry %d", m.Entry), "%s", words.Quote(rec.Narrative)))
		w.Clauses = append(w.Clauses, lineFacts(t, opposite(rec.Lines))...)
		w.Clauses = append(w.Clauses, m.periodFacts(t, rec)...)
	}
	w.Clauses = append(w.Clauses, BalanceFacts(t, func() ([]Line, error) { return OppositeOf(t, m.Entry) })...)
	return t.Given(w, "journal entry")
}

// periodFacts say to which period the opposite of an entry will belong.
func (m Reverse) periodFacts(t state.Telling, rec Record) []state.Clause {
	if !t.Now {
		return nil
	}
	b, err := BooksOf(t)
	if err != nil || !b.IsOpen(rec.Period) {
		return periodFacts(t, m.Day, 0)
	}
	return periodFacts(t, m.Day, rec.Period)
}

var _ = Kinds.Add(state.KindOf[Reverse](KindReverse, "account.Reverse"))
