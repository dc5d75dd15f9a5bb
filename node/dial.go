package node

import (
	"fmt"
	"log/slog"
	"slices"

	"github.com/cometbft/cometbft/types"

	"github.com/rochdale-ledger/rochdale/node/peer"
	"github.com/rochdale-ledger/rochdale/state/federation"
)

// A registrar is an application that has a register of the federation's nodes. It
// returns none before it has founded the federation.
type registrar interface {
	Nodes() ([]federation.Validator, error)
}

// dialled is the configuration with the peers that the node dials from its start on:
// those of its file, then the nodes of the register with power, then the others, at
// most MaxPeers. The register is that of the last block which this node has; before
// the first, the founding document. A peer of the file is dialled where the file
// says, whatever the register says.
//
// The engine dials what it is given at its start and nothing later. A node that moves
// dials the others itself when it starts again, so they need not be told.
func (c Config) dialled(application Application, doc *types.GenesisDoc, own Identity, log *slog.Logger) (Config, error) {
	r, ok := application.(registrar)
	if !ok {
		return c, nil
	}
	nodes, err := r.Nodes()
	if err != nil {
		return c, fmt.Errorf("reading the register of nodes: %w", err)
	}
	if len(nodes) == 0 {
		if nodes, err = foundingNodes(doc); err != nil {
			return c, err
		}
	}
	known := map[string]bool{own.PeerIDFor(c.P2P.Transport): true}
	for _, p := range c.P2P.Peers {
		id, _, _ := cutPeer(p)
		known[id] = true
	}
	slices.SortStableFunc(nodes, func(a, b federation.Validator) int { return int(b.Power() - a.Power()) })
	peers, listed := slices.Clone(c.P2P.Peers), len(c.P2P.Peers)
	for _, v := range nodes {
		if len(peers) == MaxPeers {
			log.Warn("the register has more nodes than are dialled", "dialled", MaxPeers)
			break
		}
		if v.Peer == "" || v.Address == "" || known[v.Peer] {
			continue
		}
		if err := dialable(v, c.P2P.Transport); err != nil {
			log.Warn("a node of the register cannot be dialled", "peer", v.Peer, "address", v.Address, "err", err)
			continue
		}
		known[v.Peer] = true
		peers = append(peers, v.Peer+"@"+v.Address)
	}
	log.Info("dialling the federation's nodes", "of_the_file", listed, "of_the_register", len(peers)-listed)
	c.P2P.Peers = peers
	return c, nil
}

func foundingNodes(doc *types.GenesisDoc) ([]federation.Validator, error) {
	g, err := federation.ParseGenesis(doc.AppState)
	if err != nil {
		return nil, fmt.Errorf("reading the founding document's nodes: %w", err)
	}
	var nodes []federation.Validator
	for _, c := range g.Coops {
		if v := c.Validator; v != nil {
			nodes = append(nodes, federation.Validator{Peer: v.Peer, Address: v.Address})
		}
	}
	return nodes, nil
}

// dialable refuses what the transport could not dial: the engine does not start with
// one such peer among others.
func dialable(v federation.Validator, transport string) error {
	if err := peer.CheckAddress(v.Address); err != nil {
		return err
	}
	_, err := peer.Key(v.Peer)
	if transport == TransportClassic {
		if err == nil {
			return fmt.Errorf("%w over the classic transport: %s", peer.ErrID, v.Peer)
		}
		return peer.Check(v.Peer)
	}
	return err
}
