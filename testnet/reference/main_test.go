package reference_test

import (
	"log/slog"
	"os"
	"os/exec"
	"testing"

	"github.com/rochdale-ledger/rochdale/app"
	"github.com/rochdale-ledger/rochdale/node"
	"github.com/rochdale-ledger/rochdale/node/nodetest"
	"github.com/rochdale-ledger/rochdale/testnet/reference"
)

// ledgerEnv and exampleEnv make this test binary one node, whose home they name, instead of
// the tests.
const (
	ledgerEnv  = "ROCHDALE_TEST_LEDGER_HOME"
	exampleEnv = "ROCHDALE_TEST_EXAMPLE_HOME"
)

func TestMain(m *testing.M) {
	for env, open := range map[string]node.NewApplication{ledgerEnv: openLedger, exampleEnv: reference.Open} {
		if home := os.Getenv(env); home != "" {
			os.Exit(nodetest.Serve(home, open))
		}
	}
	os.Exit(m.Run())
}

// openLedger opens the ledger as `rochdale node start` does.
func openLedger(home string, cfg node.Config, log *slog.Logger) (node.Application, func(string) bool, error) {
	kept := cfg.Kept()
	a, err := app.Open(node.AppDir(home), app.Options{
		Keep: uint64(kept.Heights), Results: uint64(kept.Results), Log: log, Quiet: !cfg.IndexTransactions,
	})
	if err != nil {
		return nil, nil, err
	}
	return a, a.Admits, nil
}

// command starts a node of this test binary.
func command(env string) func(home string) *exec.Cmd {
	return func(home string) *exec.Cmd { return nodetest.Command(home, env) }
}
