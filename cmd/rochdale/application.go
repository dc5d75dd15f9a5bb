package main

import (
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"

	"github.com/rochdale-ledger/rochdale/app"
	"github.com/rochdale-ledger/rochdale/app/pool"
	"github.com/rochdale-ledger/rochdale/client"
	"github.com/rochdale-ledger/rochdale/node"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/testnet"
)

// openLedger opens the ledger in a node's home: the application that package node
// runs.
func openLedger(home string, cfg node.Config, log *slog.Logger) (node.Application, func(string) bool, error) {
	kept := cfg.Kept()
	a, err := app.Open(node.AppDir(home), app.Options{
		Keep: uint64(kept.Heights), Results: uint64(kept.Results), Log: log,
		Mempool: pool.Limits{Transactions: cfg.Mempool.Transactions, Bytes: cfg.Mempool.Bytes},
		Quiet:   !cfg.IndexTransactions,
	})
	if errors.Is(err, state.ErrVersion) {
		return nil, nil, withHint(fmt.Errorf("opening the ledger: %w", err), "install the program that it names, or keep the one that wrote it; this one has changed nothing")
	}
	if err != nil {
		return nil, nil, withHint(fmt.Errorf("opening the ledger: %w", err), "rochdale fsck %s", home)
	}
	return a, a.Admits, nil
}

// trialPassphrase opens the key files of a testnet's founders. It is no secret:
// their seed is in the same directory unencrypted.
const trialPassphrase = "trial-federation"

// newTestnet makes a testnet whose co-ops have founders, and keeps their keys
// in its folder keys, a file each.
func newTestnet(dir string, n int, opts testnet.Options, f testnet.Founding) (*testnet.Net, error) {
	opts.Founding = &f
	net, err := testnet.Make(dir, n, opts, f.Genesis)
	if err != nil {
		return nil, err
	}
	people := f.People
	if err := people.Save(net.Dir); err != nil {
		return nil, err
	}
	m, err := net.Manifest()
	if err != nil {
		return nil, err
	}
	for _, f := range f.Founders(n) {
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
