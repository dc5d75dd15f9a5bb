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
// stay on the books until they are settled. Where others than all members record it, on the
// member's word, the notice lasts for the charter's waiting time at least, what the member
// signs till then takes it back, and at most one in MostOf members, or one, can be in that
// state at a time.
type Resign struct {
	Member state.Member `cbor:"1,keyasint,omitempty"`
}

// Stay takes back a notice of resignation.
type Stay struct {
	Member state.Member `cbor:"1,keyasint,omitempty"`
}

// MaxNotices bounds how often one member gives notice of resignation and takes it back,
// together: what it records of itself leaves others room. The last notice is not taken back;
// nobody is kept from giving it.
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
	others := c.Actor() != (state.Actor{Coop: c.Coop(), Member: m.Member}) && !c.Authority().All
	days := uint64(policy.Membership.Resignation)
	if s := rec.Standing(); days == 0 && !others || s == Candidate || s == Left {
		return move(c, m.Member, Change{Standing: Left, Ending: Resigned}, 0, Candidate, Active, Suspended)
	}
	if rec.Leaves != 0 {
		return ErrNotice.With("member %d leaves on %s", m.Member, words.Day(rec.Leaves))
	}
	t, err := totals.Get(c, 0)
	if err != nil {
		return err
	}
	leaves := c.Day() + 1 + days
	if others {
		waited, err := m.requireOthers(c, rec, t)
		if err != nil {
			return err
		}
		leaves = max(leaves, waited)
		t.Recorded++
	}

	// Past this line nothing fails.
	rec.Leaves = leaves
	agenda.Put(c, midnight(rec.Leaves), leavingDue, uint64(m.Member))
	note(c, &t, m.Member, rec, Change{Leaves: rec.Leaves, Recorded: others})
	c.Return(rec.Leaves)
	c.Emit(NoticeGiven{m.Member, rec.Leaves})
	return nil
}

// requireOthers refuses a notice that others than all members record where too many are so
// recorded already. Otherwise it returns the first day that begins when the charter's waiting
// time is over.
func (m Resign) requireOthers(c *state.Ctx, rec Record, t Totals) (waited uint64, err error) {
	if err := requireRoom(c, rec, Change{}); err != nil {
		return 0, err
	}
	if err := requireFew(c, t.Recorded, "have a notice of resignation that others recorded"); err != nil {
		return 0, err
	}
	return afterWaiting(c)
}

// Apply takes the notice back.
func (m Stay) Apply(c *state.Ctx) error {
	rec, err := Find(c, m.Member)
	if err != nil {
		return err
	}
	if h := rec.History[len(rec.History)-1]; h.Stays && h.Recorded && h.Time == c.Time() && h.By == c.Actor() {
		return nil // the member's signature on this has taken it back
	}
	if rec.Leaves == 0 {
		return ErrNoNotice.With("member %d", m.Member)
	}
	own := c.Actor() == state.Actor{Coop: c.Coop(), Member: m.Member}
	if !own && !rec.Recorded() {
		return ErrOwn.With("member %d", m.Member)
	}
	if !rec.Recorded() && rec.Notices() >= MaxNotices {
		return ErrNotices.With("%d times", MaxNotices)
	}
	t, err := totals.Get(c, 0)
	if err != nil {
		return err
	}

	// Past this line nothing fails.
	c.Return(rec.Leaves)
	stay(c, &t, m.Member, rec)
	return nil
}

// stay takes m's notice back, which r has. The caller has found that it may be, and it cannot
// fail.
func stay(c *state.Ctx, t *Totals, m state.Member, r Record) {
	recorded := r.Recorded()
	if recorded {
		t.Recorded--
	}
	agenda.Delete(c, midnight(r.Leaves), leavingDue, uint64(m))
	r.Leaves = 0
	note(c, t, m, r, Change{Stays: true, Recorded: recorded})
	c.Emit(NoticeTaken{m})
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
	to := Change{Standing: Left, Ending: Resigned, Effective: rec.Leaves, Recorded: rec.Recorded()}
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
	if grant, err := charter.GrantOf(t, KindResign); err == nil && len(grant.Motions) > 0 {
		if day, err := afterWaiting(t); err == nil {
			w.Clauses = append(w.Clauses, state.Fact("if neither the member nor all members decide it", "it ends on %s at the soonest, unless the member signs anything before", words.Day(day)))
		}
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
