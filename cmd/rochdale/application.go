package main

import (
	"errors"
	"fmt"
	"log/slog"

	"github.com/rochdale-ledger/rochdale/app"
	"github.com/rochdale-ledger/rochdale/node"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/federation"
)

// openLedger opens the ledger in a node's home, and says which peers belong to
// the federation. It is the one place where a node meets what it runs.
func openLedger(home string, cfg node.Config, log *slog.Logger) (node.Application, func(string) bool, error) {
	a, err := app.Open(node.AppDir(home), app.Options{Keep: uint64(cfg.KeepVersions), Log: log})
	if err != nil {
		return nil, nil, withHint(fmt.Errorf("opening the ledger: %w", err), "rochdale fsck %s", home)
	}
	r := &register{ledger: a.Ledger(), log: log}
	return a, r.allows, nil
}

// A register knows the peers of the federation's co-ops as of the last block.
// One goroutine uses it.
type register struct {
	ledger *state.Ledger
	log    *slog.Logger

	height uint64 // of the block that peers were read from
	peers  map[string]bool
}

// allows reports whether a peer is some co-op's node. Before the federation is
// founded, and while no co-op has told a peer id, nobody can be told from a
// stranger and all are let in; if the register cannot be read, what it was
// counts.
func (r *register) allows(peer string) bool {
	if height := r.ledger.Tip().Height; height != r.height {
		peers, err := r.read()
		if err != nil {
			r.log.Error("reading the register of peers", "err", err)
		} else {
			r.height, r.peers = height, peers
		}
	}
	return len(r.peers) == 0 || r.peers[peer]
}

func (r *register) read() (map[string]bool, error) {
	v, err := r.ledger.View(0)
	if err != nil {
		return nil, err
	}
	defer v.Close()
	peers := map[string]bool{}
	err = federation.Range(v, func(_ state.Coop, c federation.Coop) (bool, error) {
		if c.Validator.Peer != "" {
			peers[c.Validator.Peer] = true
		}
		return true, nil
	})
	return peers, err
}

// explainNode gives an error of the node and testnet rooms its hint.
func explainNode(err error) error {
	var hinted interface{ Hint() string }
	if errors.As(err, &hinted) {
		return withHint(err, "%s", hinted.Hint())
	}
	return err
}
