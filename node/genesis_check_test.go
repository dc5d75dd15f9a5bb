package node_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"

	"github.com/google/go-cmp/cmp"

	"github.com/rochdale-ledger/rochdale/node"
	"github.com/rochdale-ledger/rochdale/node/founding"
	"github.com/rochdale-ledger/rochdale/node/nodetest"
	"github.com/rochdale-ledger/rochdale/state/federation"
	"github.com/rochdale-ledger/rochdale/tx"
)

// A fussy application founds no chain of another name than chain.
type fussy struct {
	*nodetest.Counter
	chain string
}

func (f fussy) CheckGenesis(r *abci.RequestInitChain) error {
	if r.ChainId != f.chain || r.Time.IsZero() {
		return errors.New("no chain of that name")
	}
	return nil
}

// A genesis that the application cannot use is refused before anything of the chain
// is written, and can be corrected in place.
func TestGenesisRefusedByApplication(t *testing.T) {
	cfg := newHome(t)
	open := func(home string, _ node.Config, _ *slog.Logger) (node.Application, func(string) bool, error) {
		app, err := nodetest.NewCounter(node.AppDir(home))
		return fussy{app, "the-right-one"}, nil, err
	}
	_, err := start(t, cfg, open, nil)
	if !errors.Is(err, node.ErrBadGenesis) || !strings.Contains(err.Error(), "no chain of that name") {
		t.Fatalf("got %v", err)
	}
	for _, name := range []string{"genesis.sha256", "blockstore.db", "state.db"} {
		if _, err := os.Lstat(filepath.Join(cfg.Home, "data", name)); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s was written: %v", name, err)
		}
	}
	genesis, seals := foundBy(t, "the-right-one", cfg.Home)
	if err := os.Remove(node.GenesisFile(cfg.Home)); err != nil {
		t.Fatal(err)
	}
	if err := node.KeepFounding(cfg.Home, genesis, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := start(t, cfg, open, nil); !errors.Is(err, node.ErrUnsealed) {
		t.Errorf("without seals: %v", err)
	}
	if err := node.KeepFounding(cfg.Home, genesis, seals); err != nil {
		t.Fatal(err)
	}
	if _, err := start(t, cfg, open, nil); err != nil {
		t.Errorf("with the right genesis: %v", err)
	}
}

// foundBy makes a genesis by which the homes' co-ops found a chain, and their seals.
func foundBy(t *testing.T, chain string, homes ...string) ([]byte, []founding.Seal) {
	t.Helper()
	g := federation.Genesis{Version: 1, Federation: "Anytown"}
	var validators []node.GenesisValidator
	for i, home := range homes {
		id, err := node.LoadIdentity(home)
		if err != nil {
			t.Fatal(err)
		}
		name := fmt.Sprint("Co-op ", i+1)
		g.Coops = append(g.Coops, federation.GenesisCoop{Name: name, Validator: &federation.GenesisValidator{
			Key: tx.ValidatorKey(id.PubKey).String(), Peer: id.PeerID, Address: fmt.Sprintf("node%d.example:26656", i+1),
		}})
		validators = append(validators, node.GenesisValidator{PubKey: id.PubKey, Name: name})
	}
	document, err := json.Marshal(g)
	if err != nil {
		t.Fatal(err)
	}
	genesis, err := node.NewGenesis(chain, time.Now(), validators, document)
	if err != nil {
		t.Fatal(err)
	}
	founded, err := node.CheckGenesis(genesis, "the genesis", func(*abci.RequestInitChain) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	var seals []founding.Seal
	for _, home := range homes {
		key, err := node.NodeKey(home)
		if err != nil {
			t.Fatal(err)
		}
		seal, err := founded.Seal(key)
		if err != nil {
			t.Fatal(err)
		}
		seals = append(seals, seal)
	}
	return genesis, seals
}

// files are the contents of a folder's files, by path.
func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		out[path] = string(raw)
		return err
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return out
}

// A genesis that any of its readers would refuse, or that not every founder signed,
// is refused by Init, which makes nothing, and leaves a home that has none as it was.
func TestGenesisRefusedWhole(t *testing.T) {
	a, b := newHome(t), newHome(t)
	genesis, seals := foundBy(t, "anytown-1", a.Home, b.Home)
	changed := func(old, with string) []byte {
		out := bytes.Replace(genesis, []byte(old), []byte(with), 1)
		if bytes.Equal(out, genesis) {
			t.Fatalf("the genesis has no %s", old)
		}
		return out
	}
	forged := slices.Clone(seals)
	forged[1].Signature = seals[0].Signature
	all := func(*abci.RequestInitChain) error { return nil }
	for _, row := range []struct {
		name    string
		genesis []byte
		seals   []founding.Seal
		check   node.GenesisCheck
		want    error
		says    string
	}{
		{"no genesis", []byte("{}"), seals, all, node.ErrBadGenesis, "chain_id"},
		{"a validator without a key", changed(`"pub_key"`, `"pub"`), seals, all, node.ErrBadGenesis, "cannot read it"},
		{"larger blocks", changed(`"max_bytes": "1048576"`, `"max_bytes": "1048577"`), seals, all, node.ErrBadGenesis, `parameters "block"`},
		{"evidence that expires at once", changed(`"max_age_num_blocks": "100000"`, `"max_age_num_blocks": "1"`), seals, all, node.ErrBadGenesis, `parameters "evidence"`},
		{"what the application refuses", genesis, seals, func(r *abci.RequestInitChain) error {
			return fmt.Errorf("%s, %d validators of power %d", r.ChainId, len(r.Validators), r.Validators[0].Power)
		}, node.ErrBadGenesis, "anytown-1, 2 validators of power 3"},
		{"no address", changed("node2.example:26656", "node2.example"), seals, all, node.ErrBadGenesis, "HOST:PORT"},
		{"one address twice", changed("node2.example", "node1.example"), seals, all, node.ErrBadGenesis, "dialled at one address"},
		{"no peer id", changed(`"peer": "12D3`, `"peer": "12D0`), seals, all, node.ErrBadGenesis, "peer id"},
		{"another genesis", changed("Anytown", "Somewhere"), seals, all, node.ErrUnsealed, "Co-op 1 signed another genesis"},
		{"no seals", genesis, nil, all, node.ErrUnsealed, "the seal of Co-op 1, of Co-op 2 is missing"},
		{"one seal", genesis, seals[:1], all, node.ErrUnsealed, "the seal of Co-op 2 is missing"},
		{"one seal twice", genesis, []founding.Seal{seals[0], seals[0]}, all, node.ErrUnsealed, "the seal of Co-op 2 is missing"},
		{"a wrong seal", genesis, forged, all, node.ErrUnsealed, "its signature is wrong"},
	} {
		t.Run(row.name, func(t *testing.T) {
			cfg := testConfig(t)
			cfg.Home = filepath.Join(t.TempDir(), "home")
			opts := node.InitOptions{Config: cfg, Genesis: row.genesis, Seals: row.seals, Check: row.check}
			if _, err := node.Init(cfg.Home, opts); !errors.Is(err, row.want) || !strings.Contains(err.Error(), row.says) {
				t.Errorf("got %v", err)
			}
			if left := files(t, cfg.Home); len(left) > 0 {
				t.Errorf("it made %d files", len(left))
			}
		})
	}
	cfg := testConfig(t)
	cfg.Home = filepath.Join(t.TempDir(), "home")
	if _, err := node.Init(cfg.Home, node.InitOptions{Config: cfg, Genesis: genesis, Seals: seals, Check: all}); err != nil {
		t.Fatal(err)
	}
	before := files(t, cfg.Home)
	if err := node.KeepFounding(cfg.Home, changed("Anytown", "Somewhere"), nil); !errors.Is(err, node.ErrForeignGenesis) {
		t.Errorf("another genesis was put into a home that has one: %v", err)
	}
	if diff := cmp.Diff(before, files(t, cfg.Home)); diff != "" {
		t.Errorf("the home is another\n%s", diff)
	}
}
