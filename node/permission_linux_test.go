package node_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/rochdale-ledger/rochdale/node"
)

// TestUnreadableKey: a home of another user, or a key that its own cannot read.
func TestUnreadableKey(t *testing.T) {
	cfg := newHome(t)
	if os.Geteuid() == 0 {
		// The superuser reads everything, someone else does not.
		const nobody = 65534
		if err := syscall.Setfsuid(nobody); err != nil {
			t.Skipf("cannot be someone else: %v", err)
		}
		defer func() { _ = syscall.Setfsuid(0) }()
	} else if err := os.Chmod(filepath.Join(cfg.Home, "config", "node_key.json"), 0); err != nil {
		t.Fatal(err)
	}
	refused(t, cfg, node.ErrBadKey, "cannot be read by this user", "node_key.json")
}
