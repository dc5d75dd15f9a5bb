package node_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/rochdale-ledger/rochdale/node"
)

// Reset deletes what peers have too, and nothing that only this home has; the node
// then fetches every block again. It is refused while the node runs.
func TestReset(t *testing.T) {
	host := newHome(t)
	host.P2P.Transport = node.TransportClassic // its ports are free at once
	cfg, _ := newFollower(t, host)
	n, follower := mustStart(t, host), mustStart(t, cfg)
	send(t, n, "one")
	eventually(t, "the follower has a block", func() bool { return follower.Executed() >= 2 })
	if deleted, err := node.Reset(cfg.Home); !errors.Is(err, node.ErrHomeInUse) || len(deleted) > 0 {
		t.Fatalf("while it runs: %q, %v", deleted, err)
	}
	if err := follower.Stop(); err != nil {
		t.Fatal(err)
	}
	kept := map[string]string{}
	for _, name := range []string{"config/node_key.json", "config/priv_validator_key.json", "config/rochdale.toml", "config/genesis.json", "data/priv_validator_state.json"} {
		raw, err := os.ReadFile(filepath.Join(cfg.Home, name))
		if err != nil {
			t.Fatal(err)
		}
		kept[name] = string(raw)
	}
	deleted, err := node.Reset(cfg.Home)
	if err != nil || len(deleted) < 5 {
		t.Fatalf("deleted %q, %v", deleted, err)
	}
	for name, want := range kept {
		if raw, err := os.ReadFile(filepath.Join(cfg.Home, name)); err != nil || string(raw) != want {
			t.Errorf("%s is no longer what it was: %v", name, err)
		}
	}
	left, err := os.ReadDir(filepath.Join(cfg.Home, "data"))
	if err != nil || len(left) != 2 { // the lock, and what the key signed last
		t.Errorf("left in data: %v, %v", left, err)
	}
	if deleted, err := node.Reset(cfg.Home); err != nil || len(deleted) > 0 {
		t.Errorf("again: %q, %v", deleted, err)
	}
	follower = mustStart(t, cfg)
	eventually(t, "the follower has every block again", func() bool { return follower.Executed() >= 2 })
	if _, err := node.Reset(filepath.Join(t.TempDir(), "nowhere")); !errors.Is(err, node.ErrConfig) {
		t.Errorf("of no home: %v", err)
	}
}
