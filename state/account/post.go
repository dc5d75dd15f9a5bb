package account

import (
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// Post enters a balanced posting in the journal by hand; the result is its
// number. The narrative says what happened and names no person.
type Post struct {
	Narrative string `cbor:"1,keyasint,omitempty"`
	Lines     []Line `cbor:"2,keyasint,omitempty"` // 2 to MaxLines
	Day       uint64 `cbor:"3,keyasint,omitempty"` // the accounting date, days since 1970; zero for the day on which it is posted
	// Of is the member whom it concerns, such as the one whose loan is paid back; zero if that
	// is nobody in particular. Only a motion says one: whose loan it is, nobody alone decides.
	Of state.Member `cbor:"4,keyasint,omitempty"`
}

// Check refuses a malformed entry, one that does not balance, and one that debits and
// credits one account: what moves nothing hides what moves.
func (m Post) Check() error {
	if err := m.entry().check(MaxLines); err != nil {
		return err
	}
	for i, l := range m.Lines {
		for _, before := range m.Lines[:i] {
			if l.Account == before.Account && (l.Amount > 0) != (before.Amount > 0) {
				return ErrSides.With("%d", l.Account)
			}
		}
	}
	return nil
}

// Figure is what is debited, in minor units, for keys that may post so much a day.
func (m Post) Figure() (sum uint64) {
	for _, l := range m.Lines {
		if l.Amount > 0 {
			sum = min(sum+uint64(l.Amount), uint64(money.Max))
		}
	}
	return sum
}

// InMoney says that it is an amount of money.
func (m Post) InMoney() bool { return true }

func (m Post) entry() Entry {
	return Entry{Narrative: m.Narrative, Lines: m.Lines, Day: m.Day, Of: m.Of, hand: true}
}

// Apply posts the entry.
func (m Post) Apply(c *state.Ctx) error {
	if m.Of != 0 {
		if _, err := member.Find(c, m.Of); err != nil {
			return err
		}
	}
	if err := requireMotion(c, m.Of); err != nil {
		return err
	}
	if err := requireByHand(c, m.Lines, false); err != nil {
		return err
	}
	posting, err := prepare(c, m.entry(), MaxLines)
	if err != nil {
		return err
	}

	// Past this line nothing fails.
	c.Return(posting.Post(c))
	return nil
}

// requireMotion refuses one alone to say, or unsay, which member an entry concerns.
func requireMotion(c *state.Ctx, of state.Member) error {
	if of != 0 && c.Authority().Motion == 0 {
		return ErrWhose.With("member %d", of)
	}
	return nil
}

// Describe says the entry line by line.
func (m Post) Describe(t state.Telling) state.Words {
	return t.Given(state.Words{
		Phrase: "post " + words.Quote(m.Narrative) + " in the journal" + dated(m.Day),
		Clauses: slices.Concat(m.about(), lineFacts(t, m.Lines), periodFacts(t, m.Day, 0),
			BalanceFacts(t, func() ([]Line, error) { return m.Lines, nil })),
	}, "journal entry")
}

// about says whom the entry concerns.
func (m Post) about() []state.Clause {
	if m.Of == 0 {
		return nil
	}
	return []state.Clause{state.Fact("concerns", "member %d", m.Of)}
}

var _ = Kinds.Add(state.KindOf[Post](KindPost, "account.Post"))
