package member

import (
	"fmt"
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// Appoint gives an office to an active member.
type Appoint struct {
	Member state.Member   `cbor:"1,keyasint,omitempty"`
	Office charter.Office `cbor:"2,keyasint,omitempty"`
}

// Appointed reports that a member took office.
type Appointed struct {
	Member state.Member   `json:"member"`
	Office charter.Office `json:"office"`
}

func (Appointed) Event() string { return "member.Appointed" }

func (m Appoint) Concerns() state.Member { return m.Member }

// Check refuses an unknown office.
func (m Appoint) Check() error {
	if !m.Office.Possible() {
		return ErrOffice.With("%d", m.Office)
	}
	return nil
}

// Apply appoints the member to an office of which the charter says neither for how long nor
// by how many it is held: any other is filled by an election.
func (m Appoint) Apply(c *state.Ctx) error {
	policy, err := charter.PolicyOf(c)
	if err != nil {
		return err
	}
	if rule, _ := policy.Membership.Rule(m.Office); rule.Seats > 0 || rule.Term > 0 || rule.Terms > 0 || len(rule.Classes) > 0 {
		return ErrElected.With("%s", charter.OfficeName(c, m.Office))
	}
	if done, err := promise(c, m); done || err != nil {
		return err
	}
	return m.Seat(c)
}

// Seat gives an active member the office, with no regard to its seats and terms: an election
// has looked at those.
func (m Appoint) Seat(c *state.Ctx) error {
	if _, err := RequireActive(c, m.Member); err != nil {
		return err
	}
	if err := requireOffice(c, m.Office); err != nil {
		return err
	}
	holders, err := Holders(c, m.Office)
	if err != nil {
		return err
	}
	if len(holders) >= MaxHolders {
		return ErrHolders.With("%d", len(holders))
	}
	holds, err := Holds(c, m.Member, m.Office)
	if err != nil {
		return err
	}
	if holds {
		return ErrHolds.With("member %d is %v", m.Member, m.Office)
	}

	// Past this line nothing fails.
	posts.Put(c, postKey{m.Office, m.Member}, Post{c.Time(), c.Actor()})
	c.Emit(Appointed(m))
	return nil
}

// requireOffice refuses an office that c's charter does not name.
func requireOffice(c *state.Ctx, o charter.Office) error {
	if o.Known() {
		return nil
	}
	policy, err := charter.PolicyOf(c)
	if _, ok := policy.Membership.Rule(o); err == nil && !ok {
		err = ErrOffice.With("the charter names no %v", o)
	}
	return err
}

// PostOf is since when, and by whom, a member holds an office; false if it does not.
func PostOf(r state.Reader, m state.Member, o charter.Office) (Post, bool, error) {
	return posts.Find(r, postKey{o, m})
}

// Dismiss takes an office from its holder, or from a suspended member to whom
// reinstating would return it.
type Dismiss struct {
	Member state.Member   `cbor:"1,keyasint,omitempty"`
	Office charter.Office `cbor:"2,keyasint,omitempty"`
	Reason string         `cbor:"3,keyasint,omitempty"` // names no person; at most MaxReason bytes, and may be empty
}

// Dismissed reports that an office was taken from a member.
type Dismissed struct {
	Member state.Member   `json:"member"`
	Office charter.Office `json:"office"`
}

func (Dismissed) Event() string { return "member.Dismissed" }

func (m Dismiss) Concerns() state.Member { return m.Member }

// Check refuses an unknown office, and a reason that is too long.
func (m Dismiss) Check() error {
	if !m.Office.Possible() {
		return ErrOffice.With("%d", m.Office)
	}
	return MayGive(m.Reason)
}

// MayGive refuses a reason that is too long, where none need be given.
func MayGive(reason string) error {
	if len(reason) > MaxReason {
		return ErrReason.With("%d bytes, up to %d can be", len(reason), MaxReason)
	}
	return nil
}

// Because is a reason as the end of a phrase, nothing if none was given.
func Because(reason string) string {
	if reason == "" {
		return ""
	}
	return ", because " + words.Quote(reason)
}

// Apply takes the office.
func (m Dismiss) Apply(c *state.Ctx) error {
	holds, err := Holds(c, m.Member, m.Office)
	if err != nil {
		return err
	}
	var rec Record
	at := -1
	if !holds {
		if rec, at, err = awaits(c, m.Member, m.Office); err != nil {
			return err
		}
		if at < 0 {
			return ErrHoldsNot.With("member %d is not %v", m.Member, m.Office)
		}
	}

	// Past this line nothing fails.
	if holds {
		posts.Delete(c, postKey{m.Office, m.Member})
	} else {
		rec.History = slices.Clone(rec.History)
		h := &rec.History[at]
		i := slices.Index(h.Held, m.Office)
		h.Held, h.Since = slices.Delete(slices.Clone(h.Held), i, i+1), slices.Delete(slices.Clone(h.Since), i, i+1)
		records.Put(c, m.Member, rec)
	}
	c.Emit(Dismissed{m.Member, m.Office})
	return nil
}

// awaits finds the change in a suspended member's history by which reinstating would
// return the office; -1 if it would not.
func awaits(r state.Reader, m state.Member, o charter.Office) (rec Record, at int, err error) {
	rec, ok, err := records.Find(r, m)
	if err != nil || !ok {
		return rec, -1, err
	}
	at, began := rec.Lasting()
	if !slices.Contains(began.Held, o) {
		at = -1
	}
	return rec, at, nil
}

// Describe says who takes which office.
func (m Appoint) Describe(t state.Telling) state.Words {
	return state.Words{
		Phrase:  fmt.Sprintf("appoint member %d %s", m.Member, charter.OfficeName(t, m.Office)),
		Clauses: inOffice(t, m.Member, m.Office, true),
	}
}

// Describe says who loses which office.
func (m Dismiss) Describe(t state.Telling) state.Words {
	return state.Words{
		Phrase:  fmt.Sprintf("dismiss member %d as %s", m.Member, charter.OfficeName(t, m.Office)) + Because(m.Reason),
		Clauses: inOffice(t, m.Member, m.Office, false),
	}
}

// inOffice says whether the member is in office, and will be. It reads no more than
// whether the member holds it, since receipts hold what words read. Once it is done, it
// was not so before.
func inOffice(t state.Telling, m state.Member, o charter.Office, becomes bool) []state.Clause {
	is := !becomes
	if t.Result == nil {
		if holds, err := Holds(t, m, o); err == nil {
			is = holds
		}
	}
	say := map[bool]string{false: "not in office", true: "in office"}
	return []state.Clause{{What: fmt.Sprintf("member %d as %s", m, charter.OfficeName(t, o)), Before: say[is], After: say[becomes]}}
}

var (
	_ = Kinds.Add(state.KindOf[Appoint](KindAppoint, "member.Appoint"))
	_ = Kinds.Add(state.KindOf[Dismiss](KindDismiss, "member.Dismiss"))
)
