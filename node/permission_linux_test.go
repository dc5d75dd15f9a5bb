package node_test

import (
	"os"
	"path/filepath"
	"runtime"
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
		runtime.LockOSThread() // who one is to the file system belongs to a thread
		defer runtime.UnlockOSThread()
		if err := syscall.Setfsuid(nobody); err != nil {
			t.Skipf("cannot be someone else: %v", err)
		}
		defer func() { _ = syscall.Setfsuid(0) }()
	} else if err := os.Chmod(filepath.Join(cfg.Home, "config", "node_key.json"), 0); err != nil {
		t.Fatal(err)
	}
	refused(t, cfg, node.ErrBadKey, "cannot be read by this user", "node_key.json")
}
