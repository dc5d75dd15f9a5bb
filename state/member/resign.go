package member

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/agenda"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/words"
	"github.com/rochdale-ledger/rochdale/tx"
)

// KindStay is the number of Stay on the wire.
const KindStay tx.Kind = 0x1014

// Resign ends a membership: at once, or when the charter's notice is over. Till then the
// member has its vote and its offices, and may take the notice back. Shares and claims
// stay on the books until they are settled.
type Resign struct {
	Member state.Member `cbor:"1,keyasint,omitempty"`
}

// Stay takes back a notice of resignation.
type Stay struct {
	Member state.Member `cbor:"1,keyasint,omitempty"`
}

// MaxNotices bounds how often one member gives notice of resignation and takes it back,
// together: what it records of itself leaves others room.
const MaxNotices = 32

// Rejections of a notice of resignation.
var (
	ErrNotice   = Hints.Add(&state.Rejection{Code: 145, Reason: "member has given notice of resignation already"}, "see from when on: rochdale member show; take it back with: rochdale member stay")
	ErrNoNotice = Hints.Add(&state.Rejection{Code: 146, Reason: "member has given no notice of resignation"}, "see where the member stands: rochdale member show")
	ErrNotices  = Hints.Add(&state.Rejection{Code: 147, Reason: "member has given notice of resignation, and taken it back, too often"}, "it stays as it is: rochdale member show")
)

// NoticeGiven reports that a membership ends on a day.
type NoticeGiven struct {
	Member state.Member `json:"member"`
	Day    uint64       `json:"day"` // since 1970 UTC
}

func (NoticeGiven) Event() string { return "member.NoticeGiven" }

// NoticeTaken reports that a notice of resignation was taken back.
type NoticeTaken struct {
	Member state.Member `json:"member"`
}

func (NoticeTaken) Event() string { return "member.NoticeTaken" }

func (m Resign) Concerns() state.Member { return m.Member }
func (m Resign) Check() error           { return nil }
func (m Stay) Concerns() state.Member   { return m.Member }
func (m Stay) Check() error             { return nil }

// Apply records that the member has left, or from when on it will have. A candidate's
// application ends at once.
func (m Resign) Apply(c *state.Ctx) error {
	policy, err := charter.PolicyOf(c)
	if err != nil {
		return err
	}
	rec, err := Find(c, m.Member)
	if err != nil {
		return err
	}
	days := uint64(policy.Membership.Resignation)
	if s := rec.Standing(); days == 0 || s == Candidate || s == Left {
		return move(c, m.Member, Change{Standing: Left, Ending: Resigned}, 0, Candidate, Active, Suspended)
	}
	if rec.Leaves != 0 {
		return ErrNotice.With("member %d leaves on %s", m.Member, words.Day(rec.Leaves))
	}
	if rec.Notices() >= MaxNotices {
		return ErrNotices.With("%d times", MaxNotices)
	}
	t, err := totals.Get(c, 0)
	if err != nil {
		return err
	}

	// Past this line nothing fails.
	rec.Leaves = c.Day() + 1 + days
	agenda.Put(c, midnight(rec.Leaves), leavingDue, uint64(m.Member))
	note(c, &t, m.Member, rec, Change{Leaves: rec.Leaves})
	c.Return(rec.Leaves)
	c.Emit(NoticeGiven{m.Member, rec.Leaves})
	return nil
}

// Apply takes the notice back.
func (m Stay) Apply(c *state.Ctx) error {
	rec, err := Find(c, m.Member)
	if err != nil {
		return err
	}
	if rec.Leaves == 0 {
		return ErrNoNotice.With("member %d", m.Member)
	}
	if rec.Notices() >= MaxNotices {
		return ErrNotices.With("%d times", MaxNotices)
	}
	t, err := totals.Get(c, 0)
	if err != nil {
		return err
	}

	// Past this line nothing fails.
	c.Return(rec.Leaves)
	agenda.Delete(c, midnight(rec.Leaves), leavingDue, uint64(m.Member))
	rec.Leaves = 0
	note(c, &t, m.Member, rec, Change{Stays: true})
	c.Emit(NoticeTaken(m))
	return nil
}

// note records something that leaves standing and class, and the suspension that lasts, as
// they are.
func note(c *state.Ctx, t *Totals, m state.Member, rec Record, h Change) {
	h.Standing, h.Class = rec.Standing(), rec.Class()
	change(c, t, m, rec, h)
	totals.Put(c, 0, *t)
}

// leavingDue is the agenda's number of members who gave notice.
const leavingDue agenda.Room = 0x14

// LeavingAgenda ends memberships when their notice is over.
var LeavingAgenda = agenda.Handler{Room: leavingDue, Turn: leave}

// leave ends the membership of member item.
func leave(c *state.Ctx, item uint64, _ int) (used int, done bool, err error) {
	rec, err := Find(c, state.Member(item))
	if err != nil {
		return 0, false, err
	}
	to := Change{Standing: Left, Ending: Resigned, Effective: rec.Leaves}
	if err := move(c, state.Member(item), to, 0, Active, Suspended); err != nil {
		return 0, false, fmt.Errorf("ending a membership: %w", err)
	}
	return 8, true, nil
}

// Describe says whose standing changes, when, and which offices fall vacant.
func (m Resign) Describe(t state.Telling) state.Words {
	if day, ok := state.Was[uint64](t); ok {
		return state.Words{
			Phrase:  fmt.Sprintf("give notice that member %d resigns", m.Member),
			Clauses: []state.Clause{{What: fmt.Sprintf("standing of member %d on %s", m.Member, words.Day(day)), After: Left.String()}},
		}
	}
	w := state.Words{
		Phrase:  fmt.Sprintf("end the membership of member %d for good", m.Member),
		Clauses: append(Moves(t, m.Member, 0, Left), Vacated(t, m.Member)...),
	}
	if !t.Now {
		return w // of no receipt, which would have to prove the charter
	}
	policy, err := charter.PolicyOf(t)
	if rec, known := Find(t, m.Member); err == nil && known == nil && policy.Membership.Resignation > 0 && rec.Standing() != Candidate {
		days := words.Plural(uint64(policy.Membership.Resignation), "day")
		w.Phrase = fmt.Sprintf("give notice that member %d resigns", m.Member)
		w.Clauses = append(w.Clauses, state.Fact("it ends", "after %s; till then the member keeps vote and offices, and may take the notice back", days))
	}
	return w
}

// Describe says who stays.
func (m Stay) Describe(t state.Telling) state.Words {
	day, done := state.Was[uint64](t)
	if rec, err := Find(t, m.Member); err == nil && !done {
		day = rec.Leaves
	}
	before := "goes on, without notice"
	if day != 0 {
		before = "ends on " + words.Day(day)
	}
	return state.Words{
		Phrase:  fmt.Sprintf("take back the notice of resignation of member %d", m.Member),
		Clauses: []state.Clause{{What: fmt.Sprintf("membership of member %d", m.Member), Before: before, After: "goes on"}},
	}
}

var (
	_ = Kinds.Add(state.KindOf[Resign](KindResign, "member.Resign"))
	_ = Kinds.Add(state.KindOf[Stay](KindStay, "member.Stay"))
)
