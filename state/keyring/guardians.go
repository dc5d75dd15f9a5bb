package keyring

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// Guardians are other members of the co-op whom a member trusts to say that its keys are
// lost: as many of them as Threshold give it another.
type Guardians struct {
	Members   []state.Member `cbor:"1,keyasint,omitempty"` // ascending; none, or MinGuardians to MaxGuardians
	Threshold uint8          `cbor:"2,keyasint,omitempty"` // how many have to vouch: MinGuardians to all of them
}

// Bounds of a member's guardians. One alone would be a second holder of the vote.
const (
	MinGuardians = 2
	MaxGuardians = 7
)

// A Trust is a member's guardians, those who take their place, and for which keys some have
// vouched.
type Trust struct {
	Now     Guardians `cbor:"1,keyasint,omitempty"`
	Next    Guardians `cbor:"2,keyasint,omitempty"` // in the place of Now from the day From on
	From    uint64    `cbor:"3,keyasint,omitempty"` // since 1970 UTC; zero if nobody takes their place
	Vouched []Vouched `cbor:"4,keyasint,omitempty"` // by guardian, at most one each
}

// A Vouched is the key for which a guardian has vouched.
type Vouched struct {
	By    state.Member `cbor:"1,keyasint,omitempty"`
	Key   []byte       `cbor:"2,keyasint,omitempty"` // a tx.PublicKey
	Every bool         `cbor:"3,keyasint,omitempty"` // in the place of every key of the member
}

// trusts has a record for each member who ever named guardians.
//
//	0x1a ‖ co-op (4) ‖ member (8) → Trust
var trusts = state.NewTable[state.Member, Trust](0x1a)

// On are the guardians on a day, since 1970 UTC.
func (t Trust) On(day uint64) Guardians {
	if t.From != 0 && day >= t.From {
		return t.Next
	}
	return t.Now
}

// as is the trust on a day, with nothing of what is over.
func (t Trust) as(day uint64) Trust {
	if t.From != 0 && day >= t.From {
		t = Trust{Now: t.Next, Vouched: t.Vouched}
	}
	t.Vouched = slices.DeleteFunc(slices.Clone(t.Vouched), func(v Vouched) bool { return !slices.Contains(t.Now.Members, v.By) })
	return t
}

// Vouches are the keys for which those who are guardians on a day, since 1970 UTC, have
// vouched, by guardian.
func (t Trust) Vouches(day uint64) []Vouched { return t.as(day).Vouched }

// Same says whether two vouch for the same key in the same place.
func (v Vouched) Same(o Vouched) bool { return bytes.Equal(v.Key, o.Key) && v.Every == o.Every }

// TrustOf returns a member's guardians and what they have done.
func TrustOf(r state.Reader, m state.Member) (Trust, error) { return trusts.Get(r, m) }

// check refuses guardians who are too few, too many, not in order, or the member itself.
func (g Guardians) check(of state.Member) error {
	n := len(g.Members)
	if n == 0 && g.Threshold == 0 {
		return nil
	}
	if n < MinGuardians || n > MaxGuardians {
		return ErrGuardians.With("%d, %d to %d can be, or none", n, MinGuardians, MaxGuardians)
	}
	if g.Threshold < MinGuardians || int(g.Threshold) > n {
		return ErrGuardians.With("%d of %d have to vouch, at least %d can", g.Threshold, n, MinGuardians)
	}
	for i, m := range g.Members {
		if m == of || i > 0 && m <= g.Members[i-1] {
			return ErrGuardians.With("member %d, of member %d", m, of)
		}
	}
	return nil
}

// words say who they are.
func (g Guardians) words() string {
	if len(g.Members) == 0 {
		return "nobody"
	}
	var names []string
	for _, m := range g.Members {
		names = append(names, fmt.Sprint(m))
	}
	return fmt.Sprintf("any %d of members %s", g.Threshold, words.List(names, "and"))
}

// checkTrusts: guardians are within their bounds, and only they have vouched, in order.
func checkTrusts(r state.Reader) error {
	return trusts.Range(r, 0, ^state.Member(0), func(m state.Member, t Trust) (bool, error) {
		for _, g := range []Guardians{t.Now, t.Next} {
			if err := g.check(m); err != nil {
				return false, fmt.Errorf("member %d: %w", m, err)
			}
			for _, who := range g.Members {
				if _, err := member.Find(r, who); err != nil {
					return false, fmt.Errorf("guardian of member %d: %w", m, err)
				}
			}
		}
		for i, v := range t.Vouched {
			known := slices.Contains(t.Now.Members, v.By)
			if !known || i > 0 && v.By <= t.Vouched[i-1].By {
				return false, fmt.Errorf("member %d has vouched for member %d, a guardian: %v", v.By, m, known)
			}
		}
		if t.From == 0 && len(t.Next.Members) > 0 {
			return false, fmt.Errorf("member %d has guardians to come on no day", m)
		}
		return true, nil
	})
}
