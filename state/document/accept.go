package document

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/behalf"
	"github.com/rochdale-ledger/rochdale/state/member"
)

// Accept records that a member has accepted a version of a text: one that is in force, or
// will be. For a member that has no key others record what it signed, and all members for
// anyone.
type Accept struct {
	Member  state.Member `cbor:"1,keyasint,omitempty"`
	Text    Number       `cbor:"2,keyasint,omitempty"`
	Version uint32       `cbor:"3,keyasint,omitempty"`
	Paper   []byte       `cbor:"4,keyasint,omitempty"` // commitment to what the member signed, if others record it
}

// AcceptedEvent reports that a member accepted a text.
type AcceptedEvent struct {
	Member  state.Member `json:"member"`
	Text    Number       `json:"text"`
	Version uint32       `json:"version"`
}

func (AcceptedEvent) Event() string { return "document.Accepted" }

func (m Accept) Concerns() state.Member { return m.Member }

// Check refuses a paper that is none.
func (m Accept) Check() error { return behalf.CheckPaper(m.Paper) }

// Apply records the acceptance.
func (m Accept) Apply(c *state.Ctx) error {
	rec, err := member.Find(c, m.Member)
	if err != nil {
		return err
	}
	if rec.Standing() == member.Left {
		return member.ErrStanding.With("member %d has left", m.Member)
	}
	if err := behalf.RequireOrAll(c, KindAccept, m.Member, rec, m.Paper); err != nil {
		return err
	}
	if _, err := Find(c, m.Text); err != nil {
		return err
	}
	v, err := VersionOf(c, m.Text, m.Version)
	if err != nil {
		return err
	}
	if v.Repeals() {
		return ErrRepealed.With("by version %d", m.Version)
	}
	now, _, err := InForce(c, m.Text, c.Day())
	if err != nil {
		return err
	}
	if v.From <= c.Day() && now != m.Version {
		return ErrReplaced.With("version %d; in force is %d", m.Version, now)
	}
	key := acceptanceKey{m.Text, m.Version, m.Member}
	accepted, err := acceptances.Has(c, key)
	if err != nil {
		return err
	}
	if accepted {
		return ErrAccepted.With("version %d of text %d", m.Version, m.Text)
	}

	// Past this line nothing fails.
	v.Accepted++
	versions.Put(c, VersionKey{m.Text, m.Version}, v)
	acceptances.Put(c, key, Acceptance{c.Time(), c.Actor()})
	behalf.Record(c, KindAccept, m.Member, m.Paper, uint64(m.Text))
	c.Emit(AcceptedEvent{m.Member, m.Text, m.Version})
	return nil
}

// Describe says which version is accepted, by its digest.
func (m Accept) Describe(t state.Telling) state.Words {
	w := state.Words{Phrase: fmt.Sprintf("accept version %d of %s for member %d", m.Version, Named(t, m.Text), m.Member)}
	if v, err := VersionOf(t, m.Text, m.Version); err == nil {
		w.Clauses = []state.Clause{state.Fact("SHA-256 of the text", "%x", v.Digest)}
	}
	w.Clauses = append(w.Clauses, behalf.Clauses(m.Paper)...)
	return w
}

var _ = Kinds.Add(state.KindOf[Accept](KindAccept, "document.Accept"))
