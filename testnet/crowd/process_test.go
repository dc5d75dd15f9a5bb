package crowd

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/rochdale-ledger/rochdale/app"
	"github.com/rochdale-ledger/rochdale/app/pool"
	"github.com/rochdale-ledger/rochdale/node"
	"github.com/rochdale-ledger/rochdale/node/nodetest"
	"github.com/rochdale-ledger/rochdale/testnet"
)

// homeEnv makes this test binary one node instead of the tests.
const homeEnv = "ROCHDALE_TEST_HOME"

// longEnv makes tests as long as docs/reliability.md gives their figures.
const longEnv = "ROCHDALE_LONG"

func TestMain(m *testing.M) {
	if home := os.Getenv(homeEnv); home != "" {
		os.Exit(nodetest.Serve(home, openLedger))
	}
	os.Exit(m.Run())
}

// openLedger opens the ledger as `rochdale node start` does.
func openLedger(home string, cfg node.Config, log *slog.Logger) (node.Application, func(string) bool, error) {
	kept := cfg.Kept()
	a, err := app.Open(node.AppDir(home), app.Options{
		Keep: uint64(kept.Heights), Results: uint64(kept.Results), Log: log, Quiet: true,
		Mempool: pool.Limits{Transactions: cfg.Mempool.Transactions, Bytes: cfg.Mempool.Bytes},
	})
	if err != nil {
		return nil, nil, err
	}
	return a, a.Admits, nil
}

// processes makes a testnet of so many nodes, each to run in a process of its own until
// the test ends, and returns it with the members of its first co-op. Nothing is started.
func processes(t *testing.T, nodes, members int) (*testnet.Net, *Crowd) {
	t.Helper()
	if testing.Short() {
		t.Skip("starts processes")
	}
	founding := testnet.Founding{People: testnet.SeededPeople(1), Members: members}
	net, err := testnet.Make(t.TempDir()+"/net", nodes, testnet.Options{
		Founding: &founding, Configure: func(_ int, cfg *node.Config) { cfg.LogLevel = "warn" },
	}, founding.Genesis)
	must(t, err)
	must(t, founding.People.Save(net.Dir))
	net.Command = func(home string) *exec.Cmd { return nodetest.Command(home, homeEnv) }
	t.Cleanup(func() {
		_, err := net.Stop()
		if err != nil {
			t.Error(err)
		}
		if t.Failed() {
			showLogs(t, net)
		}
	})
	c, err := Open(net, 1)
	must(t, err)
	return net, c
}

// showLogs logs the last words of every node.
func showLogs(t *testing.T, net *testnet.Net) {
	const tail = 4 << 10 // bytes of each
	m, err := net.Manifest()
	if err != nil {
		return
	}
	for _, n := range m.Nodes {
		f, err := os.Open(n.Log)
		if err != nil {
			continue
		}
		if size, err := f.Seek(0, io.SeekEnd); err == nil {
			_, _ = f.Seek(max(0, size-tail), io.SeekStart)
		}
		data, _ := io.ReadAll(io.LimitReader(f, tail))
		_ = f.Close()
		t.Logf("%s:\n%s", n.Moniker, data)
	}
}

// sound checks the home of a stopped node as `rochdale fsck` does, and that its ledger
// has every block that it stored.
func sound(t *testing.T, home string) {
	t.Helper()
	a, err := app.Open(node.AppDir(home), app.Options{Inspect: true})
	must(t, err)
	err = a.Fsck()
	height := a.Ledger().Tip().Height
	if err := errors.Join(err, a.Close(), node.CheckSigner(home)); err != nil {
		t.Errorf("%s: %v", home, err)
	}
	if _, last, err := node.StoredBlocks(home); err != nil || uint64(last) != height {
		t.Errorf("%s: the last block is %d and that of the ledger %d, %v", home, last, height, err)
	}
}

func within(t *testing.T, d time.Duration) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), d)
	t.Cleanup(cancel)
	return ctx
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
