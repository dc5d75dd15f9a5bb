package reference_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"testing"
	"time"

	"github.com/rochdale-ledger/rochdale/app"
	"github.com/rochdale-ledger/rochdale/node"
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
			os.Exit(runNode(home, open))
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

// runNode runs a node until it is told to stop, or the tests have ended.
func runNode(home string, open node.NewApplication) int {
	orphaned, cancel := context.WithCancel(context.Background())
	go func() {
		for parent := os.Getppid(); os.Getppid() == parent; time.Sleep(200 * time.Millisecond) {
		}
		cancel()
	}()
	ctx, stop := signal.NotifyContext(orphaned, syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	cfg, err := node.LoadConfig(home)
	if err == nil {
		err = node.Run(ctx, cfg, open, node.NewLogger(cfg, os.Stderr))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "rochdale:", err)
		return 1
	}
	return 0
}

// command starts a node of this test binary.
func command(env string) func(home string) *exec.Cmd {
	return func(home string) *exec.Cmd {
		self, err := os.Executable()
		if err != nil {
			panic(err)
		}
		cmd := exec.Command(self)
		cmd.Env = append(os.Environ(), env+"="+home)
		return cmd
	}
}
