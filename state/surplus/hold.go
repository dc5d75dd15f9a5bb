package surplus

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/agenda"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
)

// A Basis is what a dividend is divided by: the members' figures of one measure, or
// the holdings of one class. While members vote on an allocation it stands still, and
// its digest is what they can compare. It is absent if no motion under way divides by it.
type Basis struct {
	Motions uint32       `cbor:"1,keyasint,omitempty" json:"motions"`        // under way that would divide by it
	Since   uint64       `cbor:"2,keyasint,omitempty" json:"since"`          // height from which it has stood still
	Digest  []byte       `cbor:"3,keyasint,omitempty" json:"digest"`         // see DigestOf; of the claims before Next until Done
	Next    state.Member `cbor:"4,keyasint,omitempty" json:"next,omitempty"` // first member that is not in Digest yet
	Done    bool         `cbor:"5,keyasint,omitempty" json:"done"`           // Digest is of all claims
}

// A basisKey is a sort of dividend and the number of the measure or the class.
type basisKey struct {
	Period Period
	Sort   Sort
	Number uint16
}

// bases are what motions under way divide by.
//
//	0x58 ‖ co-op (4) ‖ period (4) ‖ sort (1) ‖ measure or class (2) → Basis
var bases = state.NewTable[basisKey, Basis](0x58)

// MaxHolds is how often one member's motions may have a period stand still: once, and
// again after a mistake. A member who proposed an allocation over and over would
// otherwise keep the books shut and the shares unissued for ever; another member's
// motion can still do it.
const MaxHolds = 2

// A holdKey is a period and a member who proposed to allocate it.
type holdKey struct {
	Period Period
	Member state.Member
}

// holds are how often a member's motions had a period stand still.
//
//	0x59 ‖ co-op (4) ‖ period (4) ‖ proposer (8) → how often
var holds = state.NewTable[holdKey, uint8](0x59)

// basis is what a dividend is divided by.
func (s Step) basis(p Period) basisKey {
	if s.Sort == ShareDividend {
		return basisKey{p, s.Sort, uint16(s.Class)}
	}
	return basisKey{p, s.Sort, uint16(s.Measure)}
}

// step is a step that divides by the basis.
func (k basisKey) step() Step {
	if k.Sort == ShareDividend {
		return Step{Sort: k.Sort, Class: shareclass.Number(k.Number)}
	}
	return Step{Sort: k.Sort, Measure: Measure(k.Number)}
}

// On the agenda a basis is told from a period, which is an item by its number, by the
// highest bit.
const basisItem = 1 << 63

func (k basisKey) item() uint64 {
	return basisItem | uint64(k.Period)<<24 | uint64(k.Sort)<<16 | uint64(k.Number)
}

func basisOf(item uint64) basisKey {
	return basisKey{Period(item >> 24), Sort(item >> 16), uint16(item)}
}

// BasisOf returns what a dividend of a period is divided by, and whether a motion
// under way has it stand still.
func BasisOf(r state.Reader, p Period, s Step) (Basis, bool, error) { return bases.Find(r, s.basis(p)) }

// Chained is the digest of a list of claims to which one is added.
func Chained(digest [sha256.Size]byte, m state.Member, claim uint64) [sha256.Size]byte {
	var in [sha256.Size + 16]byte
	copy(in[:], digest[:])
	binary.BigEndian.PutUint64(in[sha256.Size:], uint64(m))
	binary.BigEndian.PutUint64(in[sha256.Size+8:], claim)
	return sha256.Sum256(in[:])
}

// DigestOf is the digest of what a dividend of a period is divided by as it stands.
// Beginning with 32 bytes of zero, for each member with a claim, by number, it becomes
// the SHA-256 of itself, the member's number and the claim, both of 8 bytes,
// big-endian.
func DigestOf(r state.Reader, p Period, s Step) (digest [sha256.Size]byte, err error) {
	err = claims(r, p, s, 0, func(m state.Member, claim uint64) (bool, error) {
		if claim > 0 {
			digest = Chained(digest, m, claim)
		}
		return true, nil
	})
	return digest, err
}

// dividends calls fn for each basis that the steps divide by, once.
func (m Allocate) dividends(fn func(basisKey) error) error {
	seen := map[basisKey]bool{}
	for _, s := range m.Steps {
		k := s.basis(m.Period)
		if !s.Sort.IsDividend() || seen[k] {
			continue
		}
		seen[k] = true
		if err := fn(k); err != nil {
			return err
		}
	}
	return nil
}

// Hold has the figures and the holdings that the allocation divides by, the period's
// statement, and unappropriated surplus in the books stand still while members vote on
// it. Their digests are made in the next blocks. It refuses what would be refused today,
// and a member's third motion on one period.
func (m Allocate) Hold(c *state.Ctx) error {
	if err := m.count(c); err != nil {
		return err
	}
	if _, err := PlanOf(c, m.Period, m.Steps); err != nil {
		return err
	}
	s, err := PeriodOf(c, m.Period)
	if err != nil {
		return err
	}
	err = m.dividends(func(k basisKey) error {
		b, err := bases.Get(c, k)
		if err != nil {
			return err
		}
		if k.Sort == ShareDividend {
			if err := share.Hold(c, shareclass.Number(k.Number)); err != nil {
				return err
			}
		}
		if b.Motions++; b.Motions == 1 {
			b.Since, b.Digest = c.Height(), make([]byte, sha256.Size)
			agenda.Put(c, c.Time(), onAgenda, k.item())
		}
		bases.Put(c, k, b)
		return nil
	})
	if err != nil {
		return err
	}
	s.Held++
	statements.Put(c, m.Period, s)
	return account.Hold(c)
}

// count notes that the proposer's motion has the period stand still, up to MaxHolds
// times. What a motion proposes is not counted.
func (m Allocate) count(c *state.Ctx) error {
	if c.Actor().Motion != 0 {
		return nil
	}
	k := holdKey{m.Period, c.Authority().MemberOf(c.Coop())} // zero for officers of another co-op
	n, err := holds.Get(c, k)
	if err != nil {
		return err
	}
	if n >= MaxHolds {
		return ErrHeldTwice.With("period %d", m.Period)
	}
	holds.Put(c, k, n+1)
	return nil
}

// Release ends a Hold.
func (m Allocate) Release(c *state.Ctx) error {
	s, err := PeriodOf(c, m.Period)
	if err != nil {
		return err
	}
	err = m.dividends(func(k basisKey) error {
		b, held, err := bases.Find(c, k)
		if err != nil {
			return err
		}
		if !held {
			return fmt.Errorf("period %d: nothing holds %v %d", k.Period, k.Sort, k.Number)
		}
		if k.Sort == ShareDividend {
			if err := share.Release(c, shareclass.Number(k.Number)); err != nil {
				return err
			}
		}
		if b.Motions--; b.Motions > 0 {
			bases.Put(c, k, b)
			return nil
		}
		bases.Delete(c, k)
		return putStood(c, k, b)
	})
	if err != nil {
		return err
	}
	s.Held--
	statements.Put(c, m.Period, s)
	return account.Release(c)
}

// requireFree refuses to change figures that stand still.
func requireFree(r state.Reader, p Period, measure Measure) error {
	b, held, err := bases.Find(r, basisKey{p, PatronageDividend, uint16(measure)})
	if err == nil && held {
		err = ErrHeld.With("the %v of period %d, since height %d", measure, p, b.Since)
	}
	return err
}

// chain goes on with the digest of a basis, by about agenda.Slice units, at most left.
func chain(c *state.Ctx, k basisKey, left int) (used int, done bool, err error) {
	if left < sliceCost+1 {
		return 0, false, nil
	}
	b, held, err := bases.Find(c, k)
	if err != nil || !held || b.Done {
		return 1, true, err // the motions are over
	}
	digest := [sha256.Size]byte(b.Digest)
	budget := (min(left, agenda.Slice) - sliceCost) * claimsAUnit
	looked, leaf := 0, ^uint64(0)
	b.Done = true
	err = claims(c, k.Period, k.step(), b.Next, func(m state.Member, claim uint64) (bool, error) {
		if looked >= budget {
			b.Next, b.Done = m, false
			return false, nil
		}
		looked++
		if leafOf(m) != leaf {
			leaf = leafOf(m)
			looked += leafRead
		}
		if claim > 0 {
			digest = Chained(digest, m, claim)
		}
		return true, nil
	})
	if err != nil {
		return 0, false, err
	}
	b.Digest = digest[:]
	if b.Done {
		b.Next = 0
	}
	bases.Put(c, k, b)
	return sliceCost + looked/claimsAUnit, b.Done, nil
}
