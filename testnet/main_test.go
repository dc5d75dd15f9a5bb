package testnet

import (
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"testing"
	"time"

	"github.com/rochdale-ledger/rochdale/node"
	"github.com/rochdale-ledger/rochdale/node/nodetest"
)

// homeEnv makes this test binary one node instead of the tests.
const homeEnv = "ROCHDALE_TEST_HOME"

// stubbornEnv makes it a process that ignores SIGTERM.
const stubbornEnv = "ROCHDALE_TEST_STUBBORN"

func TestMain(m *testing.M) {
	if home := os.Getenv(homeEnv); home != "" {
		os.Exit(runNode(home))
	}
	os.Exit(m.Run())
}

// runNode runs the counter's node.
func runNode(home string) int {
	if os.Getenv(stubbornEnv) != "" {
		signal.Ignore(syscall.SIGTERM)
		<-nodetest.Orphaned().Done()
		return 0
	}
	return nodetest.Serve(home, newCounter)
}

func newCounter(home string, _ node.Config, _ *slog.Logger) (node.Application, func(string) bool, error) {
	app, err := nodetest.NewCounter(node.AppDir(home))
	return app, nil, err
}

func nodeCommand(home string, env ...string) *exec.Cmd {
	return nodetest.Command(home, homeEnv, env...)
}

func noState([]Validator) (json.RawMessage, error) { return json.RawMessage(`{"any":"thing"}`), nil }

func warnOnly(_ int, cfg *node.Config) {
	cfg.LogLevel = "error"
	cfg.Block.EmptyInterval = time.Second // heights move without transactions
}

// newNet makes a testnet of test nodes that is gone when the test is.
func newNet(t *testing.T, n int) *Net {
	t.Helper()
	net, err := Make(t.TempDir()+"/net", n, Options{Configure: warnOnly}, noState)
	if err != nil {
		t.Fatal(err)
	}
	net.Command = func(home string) *exec.Cmd { return nodeCommand(home) }
	cleanUp(t, net)
	return net
}

func cleanUp(t *testing.T, net *Net) {
	t.Cleanup(func() {
		if _, err := net.Stop(); err != nil && !errors.Is(err, ErrNoTestnet) {
			t.Error(err)
		}
		if t.Failed() {
			dumpLogs(t, net)
		}
		net.reaping.Wait()
	})
}

func dumpLogs(t *testing.T, net *Net) {
	m, err := net.Manifest()
	if err != nil {
		return
	}
	for _, n := range m.Nodes {
		f, err := os.Open(n.Log)
		if err != nil {
			continue
		}
		data, _ := io.ReadAll(io.LimitReader(f, 8<<10))
		_ = f.Close()
		t.Logf("%s:\n%s", n.Moniker, data)
	}
}
