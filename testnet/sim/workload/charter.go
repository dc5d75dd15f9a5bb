package workload

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/node/peer"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/amendment"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/federation"
	"github.com/rochdale-ledger/rochdale/tx"
)

var federationOccasions = []occasion{
	{1, (*Work).announce},
	{3, (*Work).replace},
	{12, (*Work).confirmNode},
}

var charterOccasions = []occasion{{3, (*Work).amend}}

func (w *Work) announce() (step, error) {
	id, err := peer.ID([]byte(w.newKey().Public()[1:]))
	return step{action: federation.Announce{Peer: id, Address: fmt.Sprintf("192.0.2.%d:26656", w.rng.IntN(256))}}, err
}

// replace decides on another validator for the co-op: always if it has none with power
// and none that comes, sometimes if it has.
func (w *Work) replace() (step, error) {
	c, err := federation.Find(w.r, w.coop)
	if err != nil || (c.Validator.HasPower() || c.Next.Waits()) && w.rng.IntN(3) > 0 {
		return nothing, err
	}
	id, err := peer.ID([]byte(w.newKey().Public()[1:]))
	return step{action: federation.Replace{Key: w.validatorKey().Validator(), Peer: id, Address: "192.0.2.1:26656"}}, err
}

// confirmNode shows that the coming validator's node follows the chain.
func (w *Work) confirmNode() (step, error) {
	m, err := w.proof(w.coop)
	if err != nil || m.Height == 0 {
		return nothing, err
	}
	return step{action: m}, nil
}

// proof is what the node of the co-op's coming validator would sign for some co-op,
// nothing if none comes.
func (w *Work) proof(as state.Coop) (federation.Confirm, error) {
	c, err := federation.Find(w.r, w.coop)
	key, ok := federation.PeerKey(c.Next.Peer)
	if err != nil || !ok {
		return federation.Confirm{}, err
	}
	node, validator := w.ring[string(tx.Ed25519Key(key))], w.ring[string(tx.Ed25519Key(c.Next.Key))]
	return federation.Prove(w.Chain, as, w.view.Height(), w.view.Hash(), node, validator), nil
}

// amend changes a figure, a kind of motion or a grant, in ways with which the
// co-op can go on.
func (w *Work) amend() (step, error) {
	var m amendment.Amend
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
		g, err := charter.GrantOf(w.r, amendment.KindAmend)
		if err != nil {
			return nothing, err
		}
		m.Grants = []charter.GrantEntry{g.Entry(amendment.KindAmend)}
	}
	if w.rng.IntN(3) == 0 {
		m.From = state.DayOf(w.r.Time()) + uint64(w.rng.IntN(4))
	}
	return step{action: m}, nil
}
