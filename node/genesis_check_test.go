package node_test

import (
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rochdale-ledger/rochdale/node"
	"github.com/rochdale-ledger/rochdale/node/nodetest"
)

// A fussy application founds no chain of another name than chain.
type fussy struct {
	*nodetest.Counter
	chain string
}

func (f fussy) CheckGenesis(chain string, begin time.Time, _ []byte) error {
	if chain != f.chain || begin.IsZero() {
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
	id, err := node.LoadIdentity(cfg.Home)
	if err != nil {
		t.Fatal(err)
	}
	putGenesis(t, cfg.Home, "the-right-one", id)
	if _, err := start(t, cfg, open, nil); err != nil {
		t.Errorf("with the right genesis: %v", err)
	}
}
