package main

import (
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"

	"github.com/rochdale-ledger/rochdale/app"
	"github.com/rochdale-ledger/rochdale/client"
	"github.com/rochdale-ledger/rochdale/node"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/federation"
	"github.com/rochdale-ledger/rochdale/testnet"
)

// openLedger opens the ledger in a node's home, and says which peers belong to
// the federation. It is the one place where a node meets what it runs.
func openLedger(home string, cfg node.Config, log *slog.Logger) (node.Application, func(string) bool, error) {
	kept := cfg.Kept()
	a, err := app.Open(node.AppDir(home), app.Options{Keep: uint64(kept.Heights), Results: uint64(kept.Results), Log: log})
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

// trialPassphrase opens the key files of a testnet's founders. Their seed lies
// beside them in the clear, so it protects nothing and is no secret.
const trialPassphrase = "trial-federation"

// newTestnet makes a testnet whose co-ops have founders, and keeps their keys
// in its folder keys, a file each.
func newTestnet(dir string, n int, opts testnet.Options) (*testnet.Net, error) {
	people, err := testnet.NewPeople()
	if err != nil {
		return nil, fmt.Errorf("making the founders' keys: %w", err)
	}
	net, err := testnet.Make(dir, n, opts, people.Genesis)
	if err != nil {
		return nil, err
	}
	if err := people.Save(net.Dir); err != nil {
		return nil, err
	}
	m, err := net.Manifest()
	if err != nil {
		return nil, err
	}
	for _, f := range testnet.Founders(n) {
		key := client.KeyFromSeed(people.Seed(f.Coop, f.Member))
		key.Label, key.ChainID, key.Coop, key.Member = f.Name, m.ChainID, uint32(f.Coop), uint64(f.Member)
		key.CreatedBy = programVersion().Version
		if err := client.SaveKey(founderKey(net.Dir, f.Name), trialPassphrase, key, client.MinWork); err != nil {
			return nil, err
		}
	}
	return net, nil
}

func founderKey(dir, name string) string { return filepath.Join(testnet.KeyDir(dir), name+".key") }

// explainNode gives an error of the node and testnet rooms its hint.
func explainNode(err error) error {
	var hinted interface{ Hint() string }
	if errors.As(err, &hinted) {
		return withHint(err, "%s", hinted.Hint())
	}
	return err
}
