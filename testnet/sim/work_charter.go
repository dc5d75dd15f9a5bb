package sim

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/federation"
)

var federationOccasions = []occasion{
	{1, (*work).announce},
	{3, (*work).replace},
}

var charterOccasions = []occasion{{3, (*work).amend}}

func (w *work) announce() (step, error) {
	return step{action: federation.Announce{Peer: "peer", Address: fmt.Sprintf("192.0.2.%d:26656", w.rng.IntN(256))}}, nil
}

// replace gives the co-op another validator: always if it has none with power,
// sometimes if it has.
func (w *work) replace() (step, error) {
	c, err := federation.Find(w.r, w.coop)
	if err != nil || c.Validator.HasPower() && w.rng.IntN(3) > 0 {
		return nothing, err
	}
	return step{action: federation.Replace{Key: w.validatorKey().Validator()}}, nil
}

// amend changes a figure, a kind of motion or a grant, in ways with which the
// co-op can go on.
func (w *work) amend() (step, error) {
	var m charter.Amend
	switch w.rng.IntN(3) {
	case 0:
		p, err := charter.PolicyOf(w.r)
		if err != nil {
			return nothing, err
		}
		p.Allowance = uint32(int(p.Allowance) + w.rng.IntN(5) - min(2, int(p.Allowance)-allowance))
		m.Policy = []charter.PolicyEntry{charter.PolicyEntry(p)}
	case 1:
		k, err := charter.MotionKindOf(w.r, ordinary)
		if err != nil {
			return nothing, err
		}
		k.Notice = uint32(10 + w.rng.IntN(30))
		m.Motions = []charter.MotionEntry{k.Entry(ordinary)}
	default:
		g, err := charter.GrantOf(w.r, charter.KindAmend)
		if err != nil {
			return nothing, err
		}
		m.Grants = []charter.GrantEntry{g.Entry(charter.KindAmend)}
	}
	return step{action: m}, nil
}
