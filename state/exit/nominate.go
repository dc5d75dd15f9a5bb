package exit

import (
	"bytes"
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/tx"
)

// KindNominate is the number of Nominate on the wire.
const KindNominate tx.Kind = 0x1012

// Nominate says who shall receive a member's shares and claims at death, by a salted
// commitment to the paper that the member gave the secretary: no name is on the ledger. A
// later one takes its place. The result is the commitment that was there before.
type Nominate struct {
	Member     state.Member `cbor:"1,keyasint,omitempty"`
	Commitment []byte       `cbor:"2,keyasint,omitempty"` // 32 bytes
}

// A Nomination is the last one that a member made.
type Nomination struct {
	Commitment []byte `cbor:"1,keyasint,omitempty"` // 32 bytes
	Time       int64  `cbor:"2,keyasint,omitempty"` // block time, seconds since 1970 UTC
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
	old, err := nominations.Get(c, m.Member)
	if err != nil {
		return err
	}
	if bytes.Equal(old.Commitment, m.Commitment) {
		return ErrSame
	}

	// Past this line nothing fails.
	n := Nomination{bytes.Clone(m.Commitment), c.Time()}
	nominations.Put(c, m.Member, n)
	nominatedOn.Put(c, nominationDay{m.Member, c.Day()}, n)
	c.Return(old.Commitment)
	c.Emit(Nominated{m.Member})
	return nil
}

// BringNomination records for a member who is brought in, and has none here, the nomination
// that it made in the register before. The caller has made sure of who decided it.
func BringNomination(c *state.Ctx, m state.Member, commitment []byte) {
	n := Nomination{bytes.Clone(commitment), c.Time()}
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
