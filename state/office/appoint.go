package office

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/tx"
)

// Numbers on the wire of the actions on offices without seats and terms.
const (
	KindAppoint tx.Kind = 0x1008
	KindDismiss tx.Kind = 0x1009
)

// Appoint gives an office to an active member.
type Appoint struct {
	Member state.Member   `cbor:"1,keyasint,omitempty"`
	Office charter.Office `cbor:"2,keyasint,omitempty"`
}

func (m Appoint) Concerns() state.Member { return m.Member }

// Check refuses an unknown office.
func (m Appoint) Check() error {
	if !m.Office.Possible() {
		return member.ErrOffice.With("%d", m.Office)
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
		return member.ErrElected.With("%s", charter.OfficeName(c, m.Office))
	}
	if c.Authority().All {
		if done, err := member.Promise(c, m.Member, m.Office, false); done || err != nil {
			return err
		}
	}
	return member.Seat(c, m.Member, m.Office)
}

// Dismiss takes an office from its holder, or from a suspended member to whom
// reinstating would return it.
type Dismiss struct {
	Member state.Member   `cbor:"1,keyasint,omitempty"`
	Office charter.Office `cbor:"2,keyasint,omitempty"`
	Reason string         `cbor:"3,keyasint,omitempty"` // names no person; at most member.MaxReason bytes, and may be empty
}

func (m Dismiss) Concerns() state.Member { return m.Member }

// Check refuses an unknown office, and a reason that is too long.
func (m Dismiss) Check() error {
	if !m.Office.Possible() {
		return member.ErrOffice.With("%d", m.Office)
	}
	return member.MayGive(m.Reason)
}

// Apply takes the office. What all members gave fewer do not take, but the holder gives it up.
func (m Dismiss) Apply(c *state.Ctx) error {
	post, _, err := member.PostOf(c, m.Member, m.Office)
	if err != nil {
		return err
	}
	own := c.Actor() == state.Actor{Coop: c.Coop(), Member: m.Member}
	if !own && c.Authority().More(post.All, post.By) != "" {
		return member.ErrAll.With("member %d is %s by motion %d", m.Member, charter.OfficeName(c, m.Office), post.By.Motion)
	}
	return member.Unseat(c, m.Member, m.Office)
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
		Phrase:  fmt.Sprintf("dismiss member %d as %s", m.Member, charter.OfficeName(t, m.Office)) + member.Because(m.Reason),
		Clauses: inOffice(t, m.Member, m.Office, false),
	}
}

// inOffice says whether the member is in office, and will be. It reads no more than
// whether the member holds it, since receipts hold what words read. Once it is done, it
// was not so before.
func inOffice(t state.Telling, m state.Member, o charter.Office, becomes bool) []state.Clause {
	is := !becomes
	if t.Result == nil {
		if holds, err := member.Holds(t, m, o); err == nil {
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
