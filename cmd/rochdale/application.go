package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/rochdale-ledger/rochdale/app"
	"github.com/rochdale-ledger/rochdale/client"
	"github.com/rochdale-ledger/rochdale/node"
	"github.com/rochdale-ledger/rochdale/testnet"
)

// newApplication opens the ledger in a node's home, and says which peers belong
// to the federation. It is the one place where a node meets what it runs.
var newApplication testnet.NewApplication = func(home string, cfg node.Config) (node.Application, func(string) bool, error) {
	dir := node.AppDir(home)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, nil, fmt.Errorf("making the folder of the state: %w", err)
	}
	founding, err := foundingDocument(home)
	if err != nil {
		return nil, nil, err
	}
	a, err := app.Open(dir, app.Options{Keep: uint64(cfg.KeepVersions)})
	if err != nil {
		return nil, nil, withHint(err, "if another process runs this node, stop it; rochdale fsck %s checks the state of a stopped node", home)
	}
	peers, err := app.NewPeers(a, founding)
	if err != nil {
		return nil, nil, errors.Join(err, a.Close())
	}
	return a, peers.Allowed, nil
}

// foundingDocument is the app_state of the home's genesis file.
func foundingDocument(home string) ([]byte, error) {
	raw, err := os.ReadFile(node.GenesisFile(home))
	if err != nil {
		return nil, withHint(fmt.Errorf("reading the genesis: %w", err), "copy the federation's genesis to %s", node.GenesisFile(home))
	}
	var genesis struct {
		AppState json.RawMessage `json:"app_state"`
	}
	if err := json.Unmarshal(raw, &genesis); err != nil {
		return nil, withHint(fmt.Errorf("reading the genesis: %w", err), "%s is damaged: copy the federation's genesis there again", node.GenesisFile(home))
	}
	return genesis.AppState, nil
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
