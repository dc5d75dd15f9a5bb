package nodetest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"

	"github.com/rochdale-ledger/rochdale/node"
)

// parentLook is how often a node's process looks whether its tests have ended.
const parentLook = 200 * time.Millisecond

// Orphaned returns a context that ends when the process that started this one has.
func Orphaned() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		for parent := os.Getppid(); os.Getppid() == parent; time.Sleep(parentLook) {
		}
		cancel()
	}()
	return ctx
}

// Serve runs the node of a home, as `rochdale node start` does, until it is told to stop
// or the tests that started this process have ended, however they end. It returns the
// status to exit with.
func Serve(home string, open node.NewApplication) int {
	ctx, stop := signal.NotifyContext(Orphaned(), syscall.SIGTERM, syscall.SIGINT)
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

// Command starts this test binary again with a variable that names a home, and others as
// NAME=VALUE. Its TestMain serves that home instead of running tests.
func Command(home, variable string, others ...string) *exec.Cmd {
	self, err := os.Executable()
	if err != nil {
		panic(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(append(os.Environ(), variable+"="+home), others...)
	return cmd
}
