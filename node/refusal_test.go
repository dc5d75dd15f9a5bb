package node_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	cmtcfg "github.com/cometbft/cometbft/config"
	"github.com/cometbft/cometbft/store"
	"github.com/cometbft/cometbft/types"

	"github.com/rochdale-ledger/rochdale/node"
)

// lived is a home that has blocks and is stopped.
func lived(t *testing.T) node.Config {
	t.Helper()
	cfg := newHome(t)
	n := mustStart(t, cfg)
	send(t, n, "one")
	eventually(t, "two blocks", func() bool { return n.Height() >= 2 })
	if err := n.Stop(); err != nil {
		t.Fatal(err)
	}
	cfg.P2P.Address = freePort(t)
	return cfg
}

func TestOpenKeys(t *testing.T) {
	for _, name := range []string{"node_key.json", "priv_validator_key.json"} {
		cfg := newHome(t)
		path := filepath.Join(cfg.Home, "config", name)
		for _, mode := range []os.FileMode{0o604, 0o640, 0o620} {
			if err := os.Chmod(path, mode); err != nil {
				t.Fatal(err)
			}
			refused(t, cfg, node.ErrBadKey, name, "open to other users (mode 0")
		}
		if err := os.Chmod(path, 0o400); err != nil {
			t.Fatal(err)
		}
		mustStart(t, cfg)
	}
}

// TestLostSignState: with a record of signatures that was lost or invented a
// validator could sign twice, so none is made, and a backup is not advised.
func TestLostSignState(t *testing.T) {
	cfg := lived(t)
	path := filepath.Join(cfg.Home, "data", "priv_validator_state.json")
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	refused(t, cfg, node.ErrNoKey, "signed last", path)
	if _, err := os.Lstat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a record was invented: %v", err)
	}
}

// TestDataOfAnotherChain: another node's data are refused whole, without their
// record of the genesis, and as the ledger's folder alone; then nothing was lost.
func TestDataOfAnotherChain(t *testing.T) {
	foreign := lived(t)
	data := func(cfg node.Config) string { return filepath.Join(cfg.Home, "data") }
	swap := func(into, from string) {
		t.Helper()
		if err := errors.Join(os.RemoveAll(into), os.CopyFS(into, os.DirFS(from))); err != nil {
			t.Fatal(err)
		}
	}
	t.Run("whole", func(t *testing.T) {
		cfg := newHome(t)
		swap(data(cfg), data(foreign))
		refused(t, cfg, node.ErrForeignGenesis, "is not the genesis")
	})
	t.Run("without its record", func(t *testing.T) {
		cfg := newHome(t)
		swap(data(cfg), data(foreign))
		if err := os.Remove(filepath.Join(data(cfg), "genesis.sha256")); err != nil {
			t.Fatal(err)
		}
		refused(t, cfg, node.ErrForeignGenesis, "there are blocks in", "genesis.sha256")
	})
	t.Run("the ledger alone", func(t *testing.T) {
		cfg := newHome(t)
		swap(node.AppDir(cfg.Home), node.AppDir(foreign.Home))
		refused(t, cfg, node.ErrForeignData, "does not belong to the blocks")
		if err := os.RemoveAll(node.AppDir(cfg.Home)); err != nil { // as the hint says
			t.Fatal(err)
		}
		cfg.P2P.Address = freePort(t)
		n := mustStart(t, cfg)
		send(t, n, "one")
		eventually(t, "a block", func() bool { return n.Height() >= 1 })
	})
}

// TestClockBehind: a home whose last block is from the future, as for a machine
// whose clock was set back.
func TestClockBehind(t *testing.T) {
	cfg := newHome(t)
	db, err := cmtcfg.DefaultDBProvider(&cmtcfg.DBContext{ID: "blockstore", Config: cmtcfg.DefaultConfig().SetRoot(cfg.Home)})
	if err != nil {
		t.Fatal(err)
	}
	block := types.MakeBlock(1, nil, &types.Commit{}, nil)
	block.Header.Time = time.Now().Add(10 * time.Minute)
	block.Header.ValidatorsHash = make([]byte, 32)
	block.Header.ProposerAddress = make([]byte, 20)
	parts, err := block.MakePartSet(types.BlockPartSizeBytes)
	if err != nil {
		t.Fatal(err)
	}
	store.NewBlockStore(db).SaveBlock(block, parts, &types.Commit{Height: 1})
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	// The record comes before any block.
	genesis, err := os.ReadFile(node.GenesisFile(cfg.Home))
	if err != nil {
		t.Fatal(err)
	}
	recordGenesis(t, cfg.Home, genesis)
	refused(t, cfg, node.ErrClock, "behind the last block", "10m0s")
}

// TestCutShort: what a crash in Init leaves is no home, and one between the
// record of the genesis and the first block binds the home and no more.
func TestCutShort(t *testing.T) {
	cfg := testConfig(t)
	cfg.Home = filepath.Join(t.TempDir(), "home")
	config := filepath.Join(cfg.Home, "config")
	if err := errors.Join(os.MkdirAll(config, 0o700), os.WriteFile(filepath.Join(config, "node_key.json"), nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	if _, err := node.Init(cfg.Home, node.InitOptions{Config: cfg}); !errors.Is(err, node.ErrExists) {
		t.Errorf("init: %v", err)
	}
	if _, err := node.LoadConfig(cfg.Home); !errors.Is(err, node.ErrConfig) {
		t.Errorf("start: %v", err)
	}

	cfg = newHome(t)
	own, err := os.ReadFile(node.GenesisFile(cfg.Home))
	if err != nil {
		t.Fatal(err)
	}
	recordGenesis(t, cfg.Home, own)
	id, err := node.LoadIdentity(cfg.Home)
	if err != nil {
		t.Fatal(err)
	}
	putGenesis(t, cfg.Home, "another-federation", id)
	refused(t, cfg, node.ErrForeignGenesis, "genesis.json")
	if err := os.WriteFile(node.GenesisFile(cfg.Home), own, 0o644); err != nil {
		t.Fatal(err)
	}
	mustStart(t, cfg)
}
