package node_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rochdale-ledger/rochdale/node"
)

// smallDisk mounts a memory file system of the given MiB, or skips.
func smallDisk(t *testing.T, mib string) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size="+mib+"m"); err != nil {
		t.Skipf("cannot mount a small disk: %v", err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(dir, syscall.MNT_DETACH) })
	return dir
}

func TestDiskFull(t *testing.T) {
	disk := smallDisk(t, "48")
	cfg := testConfig(t)
	cfg.Home = filepath.Join(disk, "home")
	id, err := node.Init(cfg.Home, node.InitOptions{Config: cfg})
	if err != nil {
		t.Fatal(err)
	}
	putGenesis(t, cfg.Home, "rochdale-test", id)
	n := mustStart(t, cfg)
	send(t, n, "one")
	eventually(t, "a block", func() bool { return n.Height() >= 1 })

	ballast := filepath.Join(disk, "ballast")
	f, err := os.Create(ballast)
	if err != nil {
		t.Fatal(err)
	}
	_, err = io.Copy(f, bytes.NewReader(make([]byte, 64<<20)))
	if !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("filling the disk: %v", err)
	}
	_ = f.Close()
	send(t, n, strings.Repeat("x", 60_000))
	select {
	case <-n.Failed():
	case <-time.After(20 * time.Second):
		t.Fatal("the full disk went unnoticed")
	}
	if err := n.Err(); !errors.Is(err, node.ErrDiskFull) {
		t.Errorf("got %v", err)
	}
	_ = n.Stop()
	refused(t, cfg, node.ErrDiskFull, "MiB are free")

	// Nothing committed was lost.
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	cfg.P2P.Address = freePort(t)
	n = mustStart(t, cfg)
	send(t, n, "two")
	height := n.Height()
	eventually(t, "another block", func() bool { return n.Height() > height })
}
