package exit

import (
	"bytes"
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/behalf"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/words"
	"github.com/rochdale-ledger/rochdale/tx"
)

// KindNominate is the number of Nominate on the wire.
const KindNominate tx.Kind = 0x1012

// Nominate says who shall receive a member's shares and claims at death, by a salted
// commitment to the paper that the member gave the secretary: no name is on the ledger. A
// later one takes its place. For a member that has no key a motion says so, on that paper: it
// takes the place of none that the member made, or that more decided. The result is the commitment that was there before.
type Nominate struct {
	Member     state.Member `cbor:"1,keyasint,omitempty"`
	Commitment []byte       `cbor:"2,keyasint,omitempty"` // 32 bytes
}

// A Nomination is the last one that a member made.
type Nomination struct {
	Commitment []byte `cbor:"1,keyasint,omitempty"` // 32 bytes
	Time       int64  `cbor:"2,keyasint,omitempty"` // block time, seconds since 1970 UTC
	// By is who recorded it for the member, nobody if the member did, or brought it along;
	// All, that those were all members.
	By  state.Actor `cbor:"3,keyasint,omitempty"`
	All bool        `cbor:"4,keyasint,omitempty"`
}

// nominations are whom members nominated.
//
//	0x1b ‖ co-op (4) ‖ member (8) → Nomination
var nominations = state.NewTable[state.Member, Nomination](0x1b)

// nominatedOn are the last nominations of each day on which a member made one, by the day
// since 1970 UTC; those that were brought in are of day 0, since they were made before. So
// what is signed by the key of one who has died names no heir, and takes none away.
//
//	0xae ‖ co-op (4) ‖ member (8) ‖ day (8) → Nomination
var nominatedOn = state.NewTable[nominationDay, Nomination](0xae)

type nominationDay struct {
	Member state.Member
	Day    uint64
}

// ErrSame refuses to record what is recorded.
var ErrSame = Hints.Add(&state.Rejection{Code: 140, Reason: "nomination is the same as before"}, "there is nothing to do")

// ErrBefore keeps what a member said itself from those who act for it.
var ErrBefore = Hints.Add(&state.Rejection{Code: 195, Reason: "nomination was made by the member itself, or by more than would replace it"}, "have all members decide it: --propose KIND; see the kinds with: rochdale charter show")

// ErrPassed refuses to record for a member what it can no longer have said.
var ErrPassed = Hints.Add(&state.Rejection{Code: 196, Reason: "the end of that member is recorded, and nobody nominates for it any more"}, "see it: rochdale member show")

// Nominated reports that a member named someone. It does not say whom.
type Nominated struct {
	Member state.Member `json:"member"`
}

func (Nominated) Event() string { return "member.Nominated" }

func (m Nominate) Concerns() state.Member { return m.Member }

// Check refuses what is no commitment.
func (m Nominate) Check() error {
	if n := len(m.Commitment); n != 32 {
		return member.ErrCommitment.With("%d bytes", n)
	}
	return nil
}

// Apply records the nomination.
func (m Nominate) Apply(c *state.Ctx) error {
	rec, err := member.Find(c, m.Member)
	if err != nil {
		return err
	}
	if s := rec.Standing(); s != member.Active && s != member.Suspended { // a suspended member keeps what is its own
		return member.ErrStanding.With("member %d %s", m.Member, s.Is())
	}
	if err := m.requireServed(c, rec); err != nil {
		return err
	}
	old, err := nominations.Get(c, m.Member)
	if err != nil {
		return err
	}
	if bytes.Equal(old.Commitment, m.Commitment) {
		return ErrSame
	}
	n := Nomination{Commitment: bytes.Clone(m.Commitment), Time: c.Time()}
	if !behalf.Itself(c, m.Member) {
		if who := old.more(c); who != "" {
			return ErrBefore.With("by %s", who)
		}
		n.By, n.All = c.Actor(), c.Authority().All
	}

	// Past this line nothing fails.
	nominations.Put(c, m.Member, n)
	nominatedOn.Put(c, nominationDay{m.Member, c.Day()}, n)
	behalf.Record(c, KindNominate, m.Member, m.Commitment, 0)
	c.Return(old.Commitment)
	c.Emit(Nominated{m.Member})
	return nil
}

// requireServed refuses whoever acts for a member that signs itself, or whose end is recorded.
func (m Nominate) requireServed(c *state.Ctx, rec member.Record) error {
	if behalf.Itself(c, m.Member) {
		return nil
	}
	if err := behalf.Require(c, KindNominate, m.Member, rec, m.Commitment); err != nil {
		return err
	}
	f, err := files.Get(c, m.Member)
	if err == nil && f.Effect != 0 {
		err = ErrPassed.With("member %d, on %s", m.Member, words.Day(f.Ended))
	}
	return err
}

// more is who made a nomination if these are more than would replace it; "" if they are not.
func (n Nomination) more(c *state.Ctx) string {
	if by := c.Authority(); n.By != (state.Actor{}) || by.All {
		return by.More(n.All, n.By)
	} else if len(n.Commitment) > 0 {
		return "the member"
	}
	return ""
}

// BringNomination records for a member who is brought in, and has none here, the nomination
// that it made in the register before. The caller has made sure of who decided it.
func BringNomination(c *state.Ctx, m state.Member, commitment []byte) {
	n := Nomination{Commitment: bytes.Clone(commitment), Time: c.Time()}
	nominations.Put(c, m, n)
	nominatedOn.Put(c, nominationDay{Member: m}, n)
}

// Describe says which nomination takes the place of which.
func (m Nominate) Describe(t state.Telling) state.Words {
	old, done := state.Was[[]byte](t)
	if n, _, err := NominationOf(t, m.Member); err == nil && !done {
		old = n.Commitment
	}
	return state.Words{
		Phrase:  fmt.Sprintf("record whom member %d nominates to receive its shares at death", m.Member),
		Clauses: []state.Clause{{What: "commitment", Before: fmt.Sprintf("%x", old), After: fmt.Sprintf("%x", m.Commitment)}},
	}
}

// NominationOf returns a member's nomination and whether there is one. Clients read with
// it too, over a node's answers.
func NominationOf(r state.Reader, m state.Member) (Nomination, bool, error) {
	return nominations.Find(r, m)
}

// NominationAt returns a member's last nomination that was made by the end of a day, since
// 1970 UTC, and whether there is one.
func NominationAt(r state.Reader, m state.Member, day uint64) (n Nomination, ok bool, err error) {
	n, ok, err = nominations.Find(r, m)
	if err != nil || !ok || state.DayOf(n.Time) <= day {
		return n, ok, err
	}
	n, ok = Nomination{}, false
	err = nominatedOn.Range(r, nominationDay{m, 0}, nominationDay{m, day}, func(_ nominationDay, of Nomination) (bool, error) {
		n, ok = of, true
		return true, nil
	})
	return n, ok, err
}

// RangeNominations calls fn for the last nominations of each day on which m made one, by the
// day since 1970 UTC; 0 is that of one that was brought in.
func RangeNominations(r state.Reader, m state.Member, fn func(day uint64, n Nomination) (bool, error)) error {
	return nominatedOn.Range(r, nominationDay{m, 0}, nominationDay{m, ^uint64(0)}, func(k nominationDay, n Nomination) (bool, error) {
		return fn(k.Day, n)
	})
}

var _ = Kinds.Add(state.KindOf[Nominate](KindNominate, "member.Nominate"))
