//go:build unix

package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rochdale-ledger/rochdale/node"
	"github.com/rochdale-ledger/rochdale/testnet"
)

// A federation at rest writes little. With one validator and no transactions, what
// a node adds to its home and to its log in 200 blocks is bounded a block, and
// what it takes of the disk before is bounded too. Files are measured, not times.
func TestGrowthAtRest(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: runs a node for 220 blocks")
	}
	const (
		blocks     = 200
		homeBound  = 6000     // bytes a block; 4,200 when this was written
		logBound   = 20       // bytes a block; none when this was written
		startBound = 12 << 20 // bytes of disk; 9 MiB when this was written
	)
	net, err := newTestnet(filepath.Join(t.TempDir(), "net"), 1, testnet.Options{
		Transport: node.TransportClassic,
		Configure: func(_ int, cfg *node.Config) {
			cfg.Block = node.BlockConfig{Pause: time.Millisecond, EmptyInterval: time.Millisecond}
			cfg.Keep = node.KeepConfig{}
		},
	}, testnet.Founding{})
	if err != nil {
		t.Fatal(err)
	}
	m, err := net.Manifest()
	if err != nil {
		t.Fatal(err)
	}
	var log lockedBuffer
	running, err := testnet.Dev(t.Context(), net, openLedger, node.NewLogger(node.Config{}, &log))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := running.Stop(); err != nil {
			t.Error(err)
		}
	}()
	height := func(least int64) int64 {
		t.Helper()
		waitFor(t, fmt.Sprintf("block %d is executed", least), func() bool { return running.Nodes[0].Executed() >= least })
		return running.Nodes[0].Executed()
	}
	from := height(20)
	size, disk := sizeOf(t, m.Nodes[0].Home)
	logged := log.size()
	to := height(from + blocks)
	now, _ := sizeOf(t, m.Nodes[0].Home)
	made := to - from
	if grown := (now - size) / made; grown > homeBound || grown < 100 {
		t.Errorf("%d bytes a block in the home, of %d blocks; at most %d", grown, made, homeBound)
	} else {
		t.Logf("%d bytes a block in the home, of %d blocks", grown, made)
	}
	if grown := int64(log.size()-logged) / made; grown > logBound {
		t.Errorf("%d bytes a block in the log, at most %d", grown, logBound)
	}
	if disk > startBound {
		t.Errorf("%d bytes of disk after %d blocks, at most %d", disk, from, startBound)
	} else {
		t.Logf("%d bytes of disk after %d blocks", disk, from)
	}
}

// sizeOf is how long the files under a folder are together, and what they take of
// the disk, in bytes. A file that goes meanwhile does not count.
func sizeOf(t *testing.T, folder string) (size, disk int64) {
	t.Helper()
	err := filepath.WalkDir(folder, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return nil
		}
		info, err := d.Info()
		if err != nil {
			return nil
		}
		size += info.Size()
		if s, ok := info.Sys().(*syscall.Stat_t); ok {
			disk += s.Blocks * 512
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return size, disk
}

// lockedBuffer is a buffer for several goroutines.
type lockedBuffer struct {
	mu  sync.Mutex
	out bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.out.Write(p)
}

func (b *lockedBuffer) size() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.out.Len()
}
