package app

import (
	"errors"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/federation"
)

// Admits says whether the node with a libp2p peer id may take part, by the
// register of the last committed block: whether it is some co-op's node. A
// co-op's node is the one that it founded with or announced last, whether it has
// a validator, had one that misbehaved, or never had any, and besides that of the
// validator that is to take its place.
//
// Before the federation is founded, and while no co-op has announced a peer id, all
// peers are admitted, because none can be recognised. All are admitted too if the
// register cannot be read: messages of peers are checked anyway, and a node without
// peers would stop making progress with no visible reason.
//
// Admits may run concurrently with every method but Close.
func (a *App) Admits(peer string) bool {
	v, err := a.ledger.View(0)
	if err != nil {
		a.log.Error("reading the register of peers", "err", err)
		return true
	}
	defer v.Close()
	known, err := federation.HasPeer(v, peer)
	t, again := federation.TotalsOf(v)
	if err = errors.Join(err, again); err != nil {
		a.log.Error("reading the register of peers", "err", err)
		return true
	}
	return known || t.Peers == 0
}

// Nodes are the co-ops' nodes by the register of the last committed block, in the
// order of the co-ops, those of coming validators after what they replace: none before
// the federation is founded.
func (a *App) Nodes() ([]federation.Validator, error) {
	v, err := a.ledger.View(0)
	if err != nil {
		return nil, err
	}
	defer v.Close()
	var nodes []federation.Validator
	err = federation.Range(v, func(_ state.Coop, c federation.Coop) (bool, error) {
		nodes = append(nodes, c.Nodes()...)
		return true, nil
	})
	return nodes, err
}
