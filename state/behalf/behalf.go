// Package behalf is acts for a member who has no device: an officer or a motion takes them in
// the member's place, on a paper that the member signed, and the ledger says so.
//
// Only a member that has no key of its own is served so: one that has a key signs itself, and
// whose key is lost is given another. Each act is on a list of the member, with who took it,
// when, and a salted commitment to the paper, whose words stay with the co-op. What may be
// done is each room's and the charter's: no more than the member itself could.
//
// Rule: docs/rules.md, "Members without a device".
package behalf

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/tx"
)

// An Act is something that another did for a member.
type Act struct {
	Kind   tx.Kind     `cbor:"1,keyasint,omitempty"` // of the action
	Time   int64       `cbor:"2,keyasint,omitempty"` // block time, seconds since 1970 UTC
	By     state.Actor `cbor:"3,keyasint,omitempty"`
	Paper  []byte      `cbor:"4,keyasint,omitempty"` // commitment to what the member signed, 32 bytes; empty if all members acted on none
	Number uint64      `cbor:"5,keyasint,omitempty"` // of what it is about, such as a request; zero if that has none
}

type actKey struct {
	Member state.Member
	Number uint64
}

// Tables of the room; all integers big-endian.
var (
	// 0xaf ‖ co-op (4) ‖ member (8) ‖ number of the act (8) → Act
	acts = state.NewTable[actKey, Act](0xaf)
	// 0xb0 ‖ co-op (4) ‖ member (8) → how many there are
	counts = state.NewTable[state.Member, uint64](0xb0)
)

// Rejections, in the order they are checked. Codes 190-199 belong to this room.
var (
	ErrOfficer = &state.Rejection{Code: 190, Reason: "only an officer or a motion acts for a member without a key"}
	ErrKey     = &state.Rejection{Code: 191, Reason: "member has a key of its own, and signs itself"}
	ErrPaper   = &state.Rejection{Code: 192, Reason: "who acts for a member names the paper that it signed, and nobody else does"}
)

// Hints say what to do after each of this room's rejections.
var Hints = state.HintList{
	ErrOfficer: "have an officer do it, or motions: --propose KIND; see who may: rochdale charter show",
	ErrKey:     "let the member sign; if its key is lost: rochdale member rekey",
	ErrPaper:   "name what the member signed: --paper FILE; leave it out for yourself",
}

// CheckPaper refuses what is neither nothing nor a commitment.
func CheckPaper(paper []byte) error {
	if n := len(paper); n != 0 && n != 32 {
		return member.ErrCommitment.With("%d bytes", n)
	}
	return nil
}

// Itself says whether m acts, and nobody for it.
func Itself(c *state.Ctx, m state.Member) bool { return c.Authority().MemberOf(c.Coop()) == m }

// Require refuses whoever takes an action of a kind for member m, of record rec, other than m
// itself: a member who holds none of the offices that the charter grants it to (ErrOfficer),
// anyone while m has a key of its own (ErrKey), and who names no paper (ErrPaper).
func Require(c *state.Ctx, kind tx.Kind, m state.Member, rec member.Record, paper []byte) error {
	if Itself(c, m) {
		if len(paper) > 0 {
			return ErrPaper.With("member %d signs itself", m)
		}
		return nil
	}
	officer, err := officer(c, kind)
	if err != nil {
		return err
	}
	if !officer {
		return ErrOfficer.With("%v acts for member %d", c.Actor(), m)
	}
	if !rec.Unclaimed() {
		return ErrKey.With("member %d", m)
	}
	if len(paper) == 0 {
		return ErrPaper.With("%v acts for member %d", c.Actor(), m)
	}
	return nil
}

// RequireOrAll is Require of what all members decide for anyone, on a paper or on none.
func RequireOrAll(c *state.Ctx, kind tx.Kind, m state.Member, rec member.Record, paper []byte) error {
	if c.Authority().All {
		return nil
	}
	return Require(c, kind, m, rec, paper)
}

// officer says whether a motion acts, or a holder of an office to which the charter grants the
// kind of action.
func officer(c *state.Ctx, kind tx.Kind) (bool, error) {
	by := c.Authority()
	if by.Motion != 0 {
		return true, nil
	}
	grant, err := charter.GrantOf(c, kind)
	if err != nil {
		return false, err
	}
	offices := grant.Offices
	if by.Coop != c.Coop() {
		offices = grant.OfficesOf(by.Coop)
	}
	for _, o := range offices {
		if holds, err := member.Holds(c.In(by.Coop), by.Member, o); err != nil || holds {
			return holds, err
		}
	}
	return false, nil
}

// Record puts an act on m's list, unless m itself acts. The caller has asked Require. It panics
// if the store cannot be read.
func Record(c *state.Ctx, kind tx.Kind, m state.Member, paper []byte, number uint64) {
	if Itself(c, m) {
		return
	}
	n, err := counts.Get(c, m)
	if err != nil {
		panic(fmt.Errorf("acts for member %d of co-op %d: %w", m, c.Coop(), err))
	}
	counts.Put(c, m, n+1)
	acts.Put(c, actKey{m, n + 1}, Act{Kind: kind, Time: c.Time(), By: c.Actor(), Paper: append([]byte(nil), paper...), Number: number})
}

// Acts calls fn for each act for a member, oldest first.
func Acts(r state.Reader, m state.Member, fn func(n uint64, a Act) (bool, error)) error {
	return acts.Range(r, actKey{m, 1}, actKey{m, ^uint64(0)}, func(k actKey, a Act) (bool, error) { return fn(k.Number, a) })
}

// Clauses say on which paper another acts, nothing if there is none.
func Clauses(paper []byte) []state.Clause {
	if len(paper) == 0 {
		return nil
	}
	return []state.Clause{state.Fact("on a paper that the member signed", "%x", paper)}
}

// CheckActs is this room's invariant for one co-op: each member's acts are numbered without
// gaps, none is the member's own, and each that no motion took has its paper.
func CheckActs(r state.Reader) error {
	last := map[state.Member]uint64{}
	err := acts.Range(r, actKey{}, actKey{^state.Member(0), ^uint64(0)}, func(k actKey, a Act) (bool, error) {
		if last[k.Member]++; last[k.Member] != k.Number {
			return false, fmt.Errorf("act %d for member %d follows %d", k.Number, k.Member, last[k.Member]-1)
		}
		if a.By.MemberOf(r.Coop()) == k.Member || a.Kind == 0 || len(a.Paper) != 32 && (len(a.Paper) != 0 || a.By.Motion == 0) {
			return false, fmt.Errorf("act %d for member %d is %+v", k.Number, k.Member, a)
		}
		return true, nil
	})
	if err != nil {
		return err
	}
	members := uint64(0)
	err = counts.Range(r, 0, ^state.Member(0), func(m state.Member, n uint64) (bool, error) {
		if members++; n == 0 || last[m] != n {
			return false, fmt.Errorf("member %d has %d acts by others, its record says %d", m, last[m], n)
		}
		_, err := member.Peek(r, m)
		return true, err
	})
	if err == nil && members != uint64(len(last)) {
		err = fmt.Errorf("others acted for %d members, records are of %d", len(last), members)
	}
	return err
}
