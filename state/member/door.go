package member

import (
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/tx"
)

// Spent is what a member has used of its sequence and of the day's allowance.
type Spent struct {
	Sequence uint64 `cbor:"1,keyasint"` // the last one used
	Day      uint64 `cbor:"2,keyasint"` // days since 1970 UTC
	Today    uint32 `cbor:"3,keyasint"` // transactions on that day
}

// KeyOf is the door's question whose key verifies m's signature. Candidates and
// those who have left have none.
func KeyOf(r state.Reader, m state.Member) (tx.PublicKey, error) {
	rec, ok, err := records.Find(r, m)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, state.ErrSigner.With("no member %d in co-op %d", m, r.Coop())
	}
	if s := rec.Standing(); s != Active && s != Suspended {
		return nil, state.ErrSigner.With("member %d of co-op %d is %v", m, r.Coop(), s)
	}
	return rec.Key, nil
}

// SequenceOf is the last sequence that m has used.
func SequenceOf(r state.Reader, m state.Member) (uint64, error) {
	s, err := spent.Get(r, m)
	return s.Sequence, err
}

const secondsADay = 24 * 60 * 60

// Spend uses up m's next sequence and one transaction of the day's allowance.
func Spend(c *state.Ctx, m state.Member, sequence uint64) error {
	policy, err := charter.PolicyOf(c)
	if err != nil {
		return err
	}
	s, err := spent.Get(c, m)
	if err != nil {
		return err
	}
	if day := uint64(max(c.Time(), 0)) / secondsADay; day != s.Day {
		s.Day, s.Today = day, 0
	}
	if s.Today >= policy.Allowance {
		return state.ErrAllowance.With("%d transactions", policy.Allowance)
	}

	// Past this line nothing fails.
	s.Sequence = sequence
	s.Today++
	spent.Put(c, m, s)
	return nil
}

// Authorize asks the charter whether c's authority may take the action: as the
// member concerned, as any active member, by office, or by mandate.
func Authorize(c *state.Ctx, kind tx.Kind, a state.Action) error {
	grant, err := charter.GrantOf(c, kind)
	if err != nil {
		return err
	}
	auth := c.Authority()
	if auth.Mandate != 0 {
		for _, id := range grant.Motions {
			if uint16(id) == auth.Motion {
				return nil
			}
		}
		return state.ErrAuthority.With("a motion of kind %d cannot carry it", auth.Motion)
	}
	if about, ok := a.(state.Concerner); ok && grant.Concerned && about.Concerns() == auth.Signer {
		return nil
	}
	rec, err := Find(c, auth.Signer)
	if err != nil {
		return err
	}
	if rec.Standing() != Active {
		return ErrStanding.With("member %d is %v", auth.Signer, rec.Standing())
	}
	if grant.Members {
		return nil
	}
	for _, office := range grant.Offices {
		holds, err := Holds(c, auth.Signer, office)
		if err != nil || holds {
			return err
		}
	}
	return state.ErrAuthority.With("member %d", auth.Signer)
}

// RangeSpent calls fn for what members from first to last have used, by number.
// Those who have signed nothing are left out.
func RangeSpent(r state.Reader, first, last state.Member, fn func(state.Member, Spent) (bool, error)) error {
	return spent.Range(r, first, last, fn)
}
