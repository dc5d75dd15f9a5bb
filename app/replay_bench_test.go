//go:build unix

package app

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"
	"time"

	dbm "github.com/cometbft/cometbft-db"
	abci "github.com/cometbft/cometbft/abci/types"
	cmtstore "github.com/cometbft/cometbft/store"
	cmttypes "github.com/cometbft/cometbft/types"
	"github.com/cometbft/cometbft/version"

	"github.com/rochdale-ledger/rochdale/tx"
)

// What BenchmarkReplay replays.
const (
	replayMembers = 20_000
	replayBlocks  = 10
	replayCasts   = 3000 // in each block, in bundles
)

// BenchmarkReplay measures blocks of 3,000 casts that a node replays after a restart: as
// the engine does it, each is loaded from its block store, executed and committed, by an
// application that is opened at the height before the first of them. No signature has been
// seen, no record read and no member's key kept; signatures are verified in one batch a
// block. Opening is measured by itself. Run it with -cpu 1,2.
func BenchmarkReplay(b *testing.B) {
	h := newHall(b, replayMembers)
	motion := h.motion()
	h.close()
	dir := b.TempDir()
	blocks, err := dbm.NewGoLevelDB("blockstore", dir)
	if err != nil {
		b.Fatal(err)
	}
	stored := cmtstore.NewBlockStore(blocks)
	first := h.height + 1
	for round := range replayBlocks {
		h.height++
		h.now = h.now.Add(time.Second)
		saveBlock(b, stored, h.height, h.now, tx.Bundle(h.casts(motion, replayCasts, round)))
	}
	if err := stored.Close(); err != nil {
		b.Fatal(err)
	}
	var replayed, opened, cpu time.Duration
	var want []byte
	for b.Loop() {
		hash, r := replay(b, h, dir, first)
		replayed, opened, cpu = replayed+r.took, opened+r.opened, cpu+r.cpu
		if want == nil {
			want = hash
		}
		if !bytes.Equal(hash, want) {
			b.Fatalf("app hash %X, the first time %X", hash, want)
		}
	}
	n := float64(b.N * replayBlocks * replayCasts)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(n/replayed.Seconds(), "casts/s")
	b.ReportMetric(float64(cpu.Nanoseconds())/n/1e3, "cpu-µs/cast")
	b.ReportMetric(float64(opened.Microseconds())/1e3/float64(b.N), "ms/open")
}

// A replayed is what a replay of all blocks took.
type replayed struct{ took, cpu, opened time.Duration }

// replay opens a copy of h's state and executes and commits the blocks in the block store
// of dir from a height on. It fails unless each cast is taken, and returns the last app hash.
func replay(b *testing.B, h *hall, dir string, from int64) (hash []byte, r replayed) {
	home := filepath.Join(b.TempDir(), "app")
	if err := os.CopyFS(home, os.DirFS(h.dir)); err != nil {
		b.Fatal(err)
	}
	defer os.RemoveAll(home)
	loseKeys()
	var a *App
	var blocks dbm.DB
	r.opened = timed(func() {
		var err error
		if a, err = Open(home, Options{Quiet: true}); err != nil {
			b.Fatal(err)
		}
		if blocks, err = dbm.NewGoLevelDB("blockstore", dir); err != nil {
			b.Fatal(err)
		}
	})
	defer func() {
		if err := a.Close(); err != nil {
			b.Fatal(err)
		}
	}()
	stored := cmtstore.NewBlockStore(blocks)
	defer stored.Close()
	if tip := a.Ledger().Tip(); int64(tip.Height) != from-1 || stored.Height() != from+replayBlocks-1 {
		b.Fatalf("the state is of height %d, the last block %d, want %d and %d", tip.Height, stored.Height(), from-1, from+replayBlocks-1)
	}
	taken := 0
	cpu := used(b)
	r.took = timed(func() {
		for height := from; height <= stored.Height(); height++ {
			block := stored.LoadBlock(height)
			res, err := a.FinalizeBlock(context.Background(), &abci.RequestFinalizeBlock{
				Hash: block.Hash(), Height: block.Height, Time: block.Time, Txs: block.Txs.ToSliceOfBytes(),
				ProposerAddress: block.ProposerAddress, NextValidatorsHash: block.NextValidatorsHash,
			})
			if err != nil {
				b.Fatal(err)
			}
			for _, d := range a.Delivered() {
				if d.Code != 0 {
					b.Fatalf("a cast of block %d: %d %s", height, d.Code, d.Log)
				}
				taken++
			}
			if _, err := a.Commit(context.Background(), &abci.RequestCommit{}); err != nil {
				b.Fatal(err)
			}
			hash = res.AppHash
		}
	})
	r.cpu = used(b) - cpu
	if taken != replayBlocks*replayCasts {
		b.Fatalf("%d casts taken, want %d", taken, replayBlocks*replayCasts)
	}
	return hash, r
}

// loseKeys displaces what this process keeps of members' keys (two generations of 1<<14 in
// package tx): a process that has just started keeps nothing.
func loseKeys() {
	raw := make([]byte, 32)
	for i := range 2<<14 + 1 {
		binary.BigEndian.PutUint64(raw[8:], uint64(i))
		var batch tx.Batch
		batch.Add(tx.Ed25519Key(raw), nil, nil)
	}
}

// saveBlock puts a block with valid form into the engine's block store.
func saveBlock(b *testing.B, stored *cmtstore.BlockStore, height int64, at time.Time, raws [][]byte) {
	b.Helper()
	digest := sha256.Sum256([]byte(hallChain))
	address := digest[:20]
	id := cmttypes.BlockID{Hash: digest[:], PartSetHeader: cmttypes.PartSetHeader{Total: 1, Hash: digest[:]}}
	commit := func(height int64) *cmttypes.Commit {
		sig := cmttypes.CommitSig{BlockIDFlag: cmttypes.BlockIDFlagCommit, ValidatorAddress: address, Timestamp: at, Signature: make([]byte, 64)}
		return &cmttypes.Commit{Height: height, BlockID: id, Signatures: []cmttypes.CommitSig{sig}}
	}
	block := cmttypes.MakeBlock(height, cmttypes.ToTxs(raws), commit(height-1), nil)
	block.Version.Block, block.Version.App, block.ChainID, block.Time = version.BlockProtocol, 1, hallChain, at
	block.LastBlockID, block.ProposerAddress = id, address
	block.ValidatorsHash, block.NextValidatorsHash, block.ConsensusHash = digest[:], digest[:], digest[:]
	block.AppHash, block.LastResultsHash = digest[:], digest[:]
	parts, err := block.MakePartSet(cmttypes.BlockPartSizeBytes)
	if err != nil {
		b.Fatal(err)
	}
	stored.SaveBlock(block, parts, commit(height))
}
