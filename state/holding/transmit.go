package holding

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/exit"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// Transmit gives the shares of a member who has died, or of a body that was dissolved, to a
// member of whom exit.Transmit recorded that it receives what that one had. It does so
// whatever the rules of the class say on transfers, since nothing else moves shares so.
type Transmit struct {
	From     state.Member      `cbor:"1,keyasint,omitempty"` // who died, or was dissolved
	To       state.Member      `cbor:"2,keyasint,omitempty"`
	Class    shareclass.Number `cbor:"3,keyasint,omitempty"`
	Units    uint64            `cbor:"4,keyasint,omitempty"`
	Reason   string            `cbor:"5,keyasint,omitempty"` // names no person
	Document uint64            `cbor:"6,keyasint,omitempty"` // number of the nomination or grant in the co-op's files, or zero
}

// Check refuses no units, no reason, and a transmission to oneself.
func (m Transmit) Check() error {
	if m.From == m.To {
		return ErrSelf.With("member %d", m.From)
	}
	if err := checkReason(m.Reason); err != nil {
		return err
	}
	return checkUnits(m.Units)
}

// Apply transmits the shares.
func (m Transmit) Apply(c *state.Ctx) error {
	if err := exit.RequireHeir(c, m.From, m.To); err != nil {
		return err
	}
	value, err := valueOf(c, m.Class, m.Units)
	if err != nil {
		return err
	}
	if err := charter.MoveAlone(c, value); err != nil {
		return err
	}
	return give(c, m.From, m.To, m.Class, m.Units, share.Transmission, m.Document)
}

// requireLeft refuses a member who has not left for that many days.
func requireLeft(c *state.Ctx, m state.Member, days uint64) error {
	rec, err := member.Find(c, m)
	if err != nil {
		return err
	}
	last := rec.History[len(rec.History)-1]
	if last.Standing != member.Left {
		return ErrHolder.With("member %d %s", m, last.Standing.Is())
	}
	if left := state.DayOf(last.Time); days > 0 && c.Day() <= left+days {
		return ErrHolder.With("member %d left on %s, %s have to pass", m, words.Day(left), words.Plural(days, "day"))
	}
	return nil
}

// Describe says what both have before and after, and why.
func (m Transmit) Describe(t state.Telling) state.Words {
	return state.Words{
		Phrase: fmt.Sprintf("transmit %s of %s from member %d, who has left, to member %d, because %s",
			words.Plural(m.Units, "share"), shareclass.Named(t, m.Class), m.From, m.To, words.Quote(m.Reason)),
		Clauses: append(changed(t, change{m.From, m.Class, m.Units, true}, change{m.To, m.Class, m.Units, false}), paper(m.Document)...),
	}
}

// Forfeit ends the shares of one who left so long ago, without asking their value back,
// that the time of what is unclaimed has passed: their value goes to the statutory reserve.
type Forfeit struct {
	Member state.Member      `cbor:"1,keyasint,omitempty"`
	Class  shareclass.Number `cbor:"2,keyasint,omitempty"`
	Units  uint64            `cbor:"3,keyasint,omitempty"`
	Reason string            `cbor:"4,keyasint,omitempty"` // for the journal; names no person
}

// Check refuses no units and no reason.
func (m Forfeit) Check() error {
	if err := checkReason(m.Reason); err != nil {
		return err
	}
	return checkUnits(m.Units)
}

// Apply ends the shares.
func (m Forfeit) Apply(c *state.Ctx) error {
	limits, err := shareclass.LimitsOf(c)
	if err != nil {
		return err
	}
	if limits.Unclaimed == 0 {
		return ErrHolder.With("no time is set after which shares are forfeited")
	}
	if err := requireLeft(c, m.Member, uint64(limits.Unclaimed)); err != nil {
		return err
	}
	moves, err := share.Prepare(c, []share.Move{{Member: m.Member, Class: m.Class, Units: m.Units, Sort: share.Cancellation, Out: true}})
	if err != nil {
		return err
	}
	if err := charter.MoveAlone(c, moves.Values[0]); err != nil {
		return err
	}
	posting, err := account.Prepare(c, account.Entry{Narrative: m.Reason, Lines: []account.Line{
		account.Debit(account.Capital, moves.Values[0]), account.Credit(account.Reserve, moves.Values[0]),
	}})
	if err != nil {
		return err
	}

	// Past this line nothing fails.
	entry := posting.Post(c)
	numbers, err := moves.Post(c, entry)
	if err != nil {
		return err
	}
	c.Return(moves.Before)
	c.Emit(Moved{Sort: share.Cancellation, Operations: numbers, Entry: entry})
	return nil
}

// Describe says what goes to the reserve, and why.
func (m Forfeit) Describe(t state.Telling) state.Words {
	w := state.Words{
		Phrase: fmt.Sprintf("forfeit %s of %s of member %d, who has left, to the statutory reserve, because %s",
			words.Plural(m.Units, "share"), shareclass.Named(t, m.Class), m.Member, words.Quote(m.Reason)),
		Clauses: changed(t, change{m.Member, m.Class, m.Units, true}),
	}
	w.Clauses = append(w.Clauses, account.BalanceFacts(t, func() ([]account.Line, error) {
		value, err := valueOf(t, m.Class, m.Units)
		return []account.Line{account.Debit(account.Capital, value), account.Credit(account.Reserve, value)}, err
	})...)
	return w
}

var (
	_ = Kinds.Add(state.KindOf[Transmit](KindTransmit, "holding.Transmit"))
	_ = Kinds.Add(state.KindOf[Forfeit](KindForfeit, "holding.Forfeit"))
)
