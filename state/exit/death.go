package exit

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/agenda"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// RecordEnd records a member's death, or that a body which is a member was dissolved, with
// its day. If all members record it, the membership is ended from that day on. If others do,
// it is ended when the charter's waiting time is over, unless it is void by then; and within EndDays they record it of at most one in member.MostOf of those who
// count, or one, so that a few officers cannot bury those who would outvote them.
type RecordEnd struct {
	Member state.Member  `cbor:"1,keyasint,omitempty"`
	Ending member.Ending `cbor:"2,keyasint,omitempty"` // member.Died or member.Dissolved
	Day    uint64        `cbor:"3,keyasint,omitempty"` // days since 1970 UTC
}

// EndRecorded reports that a death or a dissolution was recorded.
type EndRecorded struct {
	Member state.Member  `json:"member"`
	Ending member.Ending `json:"ending"`
	Day    uint64        `json:"day"`    // days since 1970 UTC
	Effect uint64        `json:"effect"` // day on which the membership ends; zero at once
}

func (EndRecorded) Event() string { return "exit.EndRecorded" }

// EndVoided reports that a death or a dissolution was recorded of a member who has signed or
// was heard of since, or who has left otherwise.
type EndVoided struct {
	Member state.Member `json:"member"`
}

func (EndVoided) Event() string { return "exit.EndVoided" }

func (m RecordEnd) Concerns() state.Member { return m.Member }

// Check refuses other endings.
func (m RecordEnd) Check() error {
	if !m.Ending.Final() {
		return ErrEnding.With("%v", m.Ending)
	}
	return nil
}

// Apply ends the membership, or has it end.
func (m RecordEnd) Apply(c *state.Ctx) error {
	rec, err := requireMember(c, m.Member)
	if err != nil {
		return err
	}
	if !rec.Sort.Fits(m.Ending) {
		return ErrEnding.With("member %d is a %v, and %v", m.Member, rec.Sort, m.Ending)
	}
	if m.Day > c.Day() {
		return ErrFuture.With("%s", words.Day(m.Day))
	}
	if first := rec.History[0].From(); m.Day < first {
		return ErrEarly.With("%s, on the register since %s", words.Day(m.Day), words.Day(first))
	}
	f, err := files.Get(c, m.Member)
	if err != nil {
		return err
	}
	if err := m.requireGone(c, rec, f); err != nil {
		return err
	}
	t, err := totals.Get(c, 0)
	if err != nil {
		return err
	}
	c.Replace(rec.Standing())
	if c.Authority().All {
		if err := member.End(c, m.Member, member.Change{Ending: m.Ending, Effective: m.Day}); err != nil {
			return err
		}

		// Past this line nothing fails.
		if f.Effect != 0 {
			agenda.Delete(c, midnight(f.Effect), endDue, uint64(m.Member))
			f.forget(c, &t, m.Member)
		}
		c.Emit(EndRecorded{m.Member, m.Ending, m.Day, 0})
		return nil
	}
	if f.Effect != 0 {
		return ErrRecorded.With("member %d, on %s", m.Member, words.Day(f.Ended))
	}
	if err := member.RequireFew(c, t.Ends, "have an end that others recorded within a year"); err != nil {
		return err
	}
	if f, err = f.mark(c, m.Member); err != nil {
		return err
	}
	effect, err := member.AfterWaiting(c)
	if err != nil {
		return err
	}

	// Past this line nothing fails.
	t.Ends++
	totals.Put(c, 0, t)
	f.Ended, f.Ending, f.Effect, f.Warned, f.EndedBy = m.Day, m.Ending, effect, 0, c.Actor()
	files.Put(c, m.Member, f)
	agenda.Put(c, midnight(effect), endDue, uint64(m.Member))
	c.Return(effect)
	c.Emit(EndRecorded{m.Member, m.Ending, m.Day, effect})
	return nil
}

// requireGone refuses others than all members a day before the last one on which the member
// was there.
func (m RecordEnd) requireGone(c *state.Ctx, rec member.Record, f File) error {
	last, err := LastContact(c, m.Member, rec, f)
	if err == nil && !c.Authority().All && m.Day < last {
		err = ErrEarly.With("%s, member %d signed, was heard of or came on %s", words.Day(m.Day), m.Member, words.Day(last))
	}
	return err
}

// forget takes what others recorded of m's end off the file, and out of what they may
// record. The caller has taken it off the agenda.
func (f File) forget(c *state.Ctx, t *Totals, m state.Member) File {
	f = f.settled()
	files.Put(c, m, f)
	t.Ends--
	totals.Put(c, 0, *t)
	return f
}

// settled is the file without what others recorded of the member's end.
func (f File) settled() File {
	f.Ended, f.Ending, f.Effect, f.Counted, f.Warned, f.Signed, f.Times, f.Marked = 0, 0, 0, 0, 0, 0, 0, 0
	return f
}

// endDue is the agenda's number of deaths and dissolutions that take effect, and of those
// that count no longer among what others may record.
const endDue agenda.Room = 0x16

// EndAgenda ends the memberships of those whose death or dissolution was recorded.
var EndAgenda = agenda.Handler{Room: endDue, Turn: takeEnd}

// takeEnd ends the membership of member item, unless the record is void; or, EndDays later,
// forgets who recorded it.
func takeEnd(c *state.Ctx, item uint64, _ int) (used int, done bool, err error) {
	m := state.Member(item)
	f, err := files.Get(c, m)
	if err != nil {
		return 0, false, err
	}
	t, err := totals.Get(c, 0)
	if err != nil {
		return 0, false, err
	}
	if f.Counted != 0 {
		f.forget(c, &t, m)
		return 2, true, nil
	}
	void, err := f.Void(c, m)
	if err != nil {
		return 0, false, err
	}
	if void {
		f.forget(c, &t, m)
		c.Emit(EndVoided{m})
		return 4, true, nil
	}
	if err := member.End(c, m, member.Change{Ending: f.Ending, Effective: f.Ended}); err != nil {
		return 0, false, fmt.Errorf("ending the membership of member %d: %w", m, err)
	}
	f = f.settled()
	f.Counted = c.Day() + EndDays
	files.Put(c, m, f)
	agenda.Put(c, midnight(f.Counted), endDue, item)
	return 12, true, nil
}

// Transmit records who receives what a dead member had, or what a dissolved body had: those
// whom its nomination names or, if it made none, its estate's. They are members themselves.
// What they receive is the other rooms' to move. Who was recorded wrongly is corrected by all
// members, who record others; what has been moved to someone stays moved.
type Transmit struct {
	Member state.Member   `cbor:"1,keyasint,omitempty"`
	Heirs  []state.Member `cbor:"2,keyasint,omitempty"` // ascending, at most MaxHeirs
	// Opened is the commitment of the nomination that was opened: the member's last one by
	// the day of its end, empty if it made none.
	Opened []byte `cbor:"3,keyasint,omitempty"`
}

// Transmitted reports who are heirs.
type Transmitted struct {
	Member state.Member   `json:"member"`
	Heirs  []state.Member `json:"heirs"`
}

func (Transmitted) Event() string { return "exit.Transmitted" }

func (m Transmit) Concerns() state.Member { return m.Member }

// Check refuses a list that is none, and a commitment that is none.
func (m Transmit) Check() error {
	if len(m.Heirs) == 0 || len(m.Heirs) > MaxHeirs {
		return ErrHeirs.With("%d, from 1 to %d can be", len(m.Heirs), MaxHeirs)
	}
	for i, h := range m.Heirs {
		if h == m.Member || i > 0 && h <= m.Heirs[i-1] {
			return ErrHeirs.With("member %d", h)
		}
	}
	if n := len(m.Opened); n != 0 && n != 32 {
		return member.ErrCommitment.With("%d bytes", n)
	}
	return nil
}

// Apply records the heirs.
func (m Transmit) Apply(c *state.Ctx) error {
	rec, err := member.Find(c, m.Member)
	if err != nil {
		return err
	}
	if !rec.Ended().Final() {
		return ErrLives.With("member %d %s", m.Member, rec.Standing().Is())
	}
	f, err := files.Get(c, m.Member)
	if err != nil {
		return err
	}
	if len(f.Heirs) > 0 && (!c.Authority().All || slices.Equal(f.Heirs, m.Heirs)) {
		return ErrRecorded.With("the heirs of member %d are recorded; a motion of all members records others", m.Member)
	}
	nomination, _, err := NominationAt(c, m.Member, rec.History[len(rec.History)-1].From())
	if err != nil {
		return err
	}
	if !bytes.Equal(nomination.Commitment, m.Opened) {
		return ErrOpened.With("%s", other(nomination.Commitment, m.Opened))
	}
	for _, h := range m.Heirs {
		if _, err := requireMember(c, h); err != nil {
			return err
		}
	}

	// Past this line nothing fails.
	f.Heirs, f.Opened, f.HeirsBy = slices.Clone(m.Heirs), bytes.Clone(m.Opened), c.Actor()
	files.Put(c, m.Member, f)
	c.Emit(Transmitted{m.Member, f.Heirs})
	return nil
}

// other says how the nomination that was opened is not the last.
func other(last, opened []byte) string {
	switch {
	case len(opened) == 0:
		return fmt.Sprintf("the last is %x, and none is given", last)
	case len(last) == 0:
		return fmt.Sprintf("the member made none, given is %x", opened)
	}
	return fmt.Sprintf("the last is %x, given is %x", last, opened)
}

// ErrHeir keeps what a member had from others than its heirs.
var ErrHeir = Hints.Add(&state.Rejection{Code: 176, Reason: "member is none of those who receive what that member had"}, "record who does first: rochdale member transmit")

// RequireHeir refuses a member who lives, or left otherwise, and one who does not receive
// what that member had. It returns member.ErrUnknown, ErrLives or ErrHeir.
func RequireHeir(r state.Reader, from, to state.Member) error {
	rec, err := member.Find(r, from)
	if err != nil {
		return err
	}
	if !rec.Ended().Final() {
		return ErrLives.With("member %d %s", from, rec.Standing().Is())
	}
	heirs, err := HeirsOf(r, from)
	if err == nil && !slices.Contains(heirs, to) {
		err = ErrHeir.With("what member %d had, and member %d", from, to)
	}
	return err
}

// Describe says what is recorded, and from when on it holds.
func (m RecordEnd) Describe(t state.Telling) state.Words {
	w := state.Words{
		Phrase:  fmt.Sprintf("record that member %d %v on %s", m.Member, m.Ending, words.Day(m.Day)),
		Clauses: []state.Clause{{What: fmt.Sprintf("standing of member %d", m.Member), Before: member.StandingBefore(t, m.Member), After: fmt.Sprintf("left, %v", m.Ending)}},
	}
	if m.Ending == member.Dissolved {
		w.Phrase = fmt.Sprintf("record that member %d, a body, was dissolved on %s", m.Member, words.Day(m.Day))
	}
	if s, err := member.SpentOf(t, m.Member); err == nil && s.Day > m.Day {
		w.Clauses = append(w.Clauses, state.Fact("signed after that day", "by a key of the member, last on %s: a nomination made then counts for nothing", words.Day(s.Day)))
	}
	if day, ok := state.Was[uint64](t); ok {
		w.Clauses = append(w.Clauses, state.Fact("it takes effect", "on %s, unless the member signs anything or is heard of before", words.Day(day)))
	} else if t.Result == nil {
		w.Clauses = append(w.Clauses, state.Fact("it takes effect", "at once if all members decide it; otherwise when the charter's waiting time is over, unless the member signs anything or is heard of before"))
	}
	return w
}

// Describe says who receives what, by which nomination.
func (m Transmit) Describe(t state.Telling) state.Words {
	var heirs []string
	for _, h := range m.Heirs {
		heirs = append(heirs, fmt.Sprintf("member %d", h))
	}
	opened := "none"
	if len(m.Opened) > 0 {
		opened = fmt.Sprintf("%x", m.Opened)
	}
	ended := "not recorded"
	if rec, err := member.Find(t, m.Member); err == nil && rec.Ended().Final() {
		day := rec.History[len(rec.History)-1].From()
		ended = fmt.Sprintf("%v on %s", rec.Ended(), words.Day(day))
		if n, ok, err := NominationAt(t, m.Member, day); err == nil && ok && bytes.Equal(n.Commitment, m.Opened) {
			opened += ", of " + words.Time(n.Time)
		}
	}
	return state.Words{
		Phrase: fmt.Sprintf("record that %s %s what member %d had", words.List(heirs, "and"), words.Agree(uint64(len(heirs)), "receives", "receive"), m.Member),
		Clauses: []state.Clause{
			{What: fmt.Sprintf("heirs of member %d", m.Member), After: words.List(heirs, "and")},
			state.Fact(fmt.Sprintf("end of member %d", m.Member), "%s", ended), state.Fact("nomination that was opened", "%s", opened),
		},
	}
}

var (
	_ = Kinds.Add(state.KindOf[RecordEnd](KindRecordEnd, "exit.RecordEnd"))
	_ = Kinds.Add(state.KindOf[Transmit](KindTransmit, "exit.Transmit"))
)
