package node_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	cmtcfg "github.com/cometbft/cometbft/config"
	sm "github.com/cometbft/cometbft/state"
	"github.com/cometbft/cometbft/store"

	"github.com/rochdale-ledger/rochdale/node"
)

// hurriedHome is a new home of a federation that makes a block every few
// milliseconds and in which evidence counts for five blocks.
func hurriedHome(t *testing.T) node.Config {
	t.Helper()
	cfg := newHome(t)
	cfg.Block = node.BlockConfig{Pause: time.Millisecond, EmptyInterval: time.Millisecond}
	cfg.P2P.Transport = node.TransportClassic // frees its port at once
	data, err := os.ReadFile(node.GenesisFile(cfg.Home))
	if err != nil {
		t.Fatal(err)
	}
	var doc map[string]any
	if err := json.Unmarshal(data, &doc); err != nil {
		t.Fatal(err)
	}
	limits := doc["consensus_params"].(map[string]any)["evidence"].(map[string]any)
	if limits["max_age_num_blocks"] != "100000" || limits["max_age_duration"] != "1209600000000000" {
		t.Errorf("a new federation's evidence counts for %v blocks and %v ns", limits["max_age_num_blocks"], limits["max_age_duration"])
	}
	limits["max_age_num_blocks"], limits["max_age_duration"] = "5", "1"
	if data, err = json.Marshal(doc); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(node.GenesisFile(cfg.Home), data, 0o600); err != nil {
		t.Fatal(err)
	}
	return cfg
}

// keptBlocks is the lowest and the highest block in the stores of a stopped node,
// and the last that was applied. All between must be whole, and none be below.
func keptBlocks(t *testing.T, home string) (base, top, applied int64) {
	t.Helper()
	cfg := cmtcfg.DefaultConfig()
	cfg.SetRoot(home)
	blockDB, err := cmtcfg.DefaultDBProvider(&cmtcfg.DBContext{ID: "blockstore", Config: cfg})
	if err != nil {
		t.Fatal(err)
	}
	defer blockDB.Close()
	stateDB, err := cmtcfg.DefaultDBProvider(&cmtcfg.DBContext{ID: "state", Config: cfg})
	if err != nil {
		t.Fatal(err)
	}
	defer stateDB.Close()
	blocks, states := store.NewBlockStore(blockDB), sm.NewStore(stateDB, sm.StoreOptions{})
	last, err := states.Load()
	if err != nil {
		t.Fatal(err)
	}
	base, top = blocks.Base(), blocks.Height()
	for h := int64(1); h <= top; h++ {
		_, noValidators := states.LoadValidators(h)
		if there := h >= base; there != (blocks.LoadBlock(h) != nil) || there != (blocks.LoadBlockMeta(h) != nil) || there && noValidators != nil {
			t.Errorf("of blocks %d to %d, block %d: %v, its validators: %v", base, top, h, blocks.LoadBlock(h), noValidators)
		}
	}
	return base, top, last.LastBlockHeight
}

// A node drops blocks that are old enough, and keeps those that are not, across
// a restart; an archive node keeps all. A node that has lost its ledger, and has
// not all blocks, says so.
func TestBlocksDropped(t *testing.T) {
	const keep = 20
	cfg := hurriedHome(t)
	for _, until := range []int64{node.RetainEvery + 10, 2*node.RetainEvery + 10} {
		n := mustStart(t, cfg)
		n.KeepBlocks(keep)
		eventually(t, "enough blocks", func() bool { return n.Executed() >= until })
		if err := n.Stop(); err != nil {
			t.Fatal(err)
		}
		base, top, applied := keptBlocks(t, cfg.Home)
		want := applied/node.RetainEvery*node.RetainEvery - keep + 1
		if base != want && (applied%node.RetainEvery > 0 || base != want-node.RetainEvery) || top < until {
			t.Errorf("blocks %d to %d are kept, %d was applied, want %d on", base, top, applied, want)
		}
	}
	base, top, _ := keptBlocks(t, cfg.Home)
	if first, last, err := node.StoredBlocks(cfg.Home); err != nil || first != base || last != top || first == 1 {
		t.Errorf("blocks %d to %d, %v, want %d to %d", first, last, err, base, top)
	}
	if err := os.RemoveAll(node.AppDir(cfg.Home)); err != nil {
		t.Fatal(err)
	}
	refused(t, cfg, node.ErrPruned, "no longer keeps", filepath.Join("data", "app"))
}

func TestArchiveKeepsAllBlocks(t *testing.T) {
	cfg := hurriedHome(t)
	cfg.Keep.Archive = true
	for _, until := range []int64{node.RetainEvery + 10, 2*node.RetainEvery + 10} {
		n := mustStart(t, cfg)
		eventually(t, "enough blocks", func() bool { return n.Executed() >= until })
		if err := n.Stop(); err != nil {
			t.Fatal(err)
		}
		if base, top, _ := keptBlocks(t, cfg.Home); base != 1 || top < until {
			t.Errorf("blocks %d to %d are kept", base, top)
		}
	}
}
