package testnet

import (
	"os/exec"
	"testing"
	"time"

	"github.com/cometbft/cometbft/rpc/client/http"

	"github.com/rochdale-ledger/rochdale/node"
)

// TestBackOnAnIdleFederation: a validator that was killed and comes back while
// nothing happens takes part long before the next empty block, and so does what
// is sent to it.
func TestBackOnAnIdleFederation(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	n, err := Make(t.TempDir()+"/net", 4, Options{Configure: func(_ int, cfg *node.Config) {
		cfg.LogLevel = "error"
		cfg.Block.EmptyInterval = time.Hour
	}}, noState)
	must(t, err)
	n.Command = func(home string) *exec.Cmd { return nodeCommand(home) }
	cleanUp(t, n)
	must(t, n.Start(within(t, 40*time.Second)))
	commit(t, n, 0, "first")
	must(t, n.Kill(3))
	last := commit(t, n, 1, "without the fourth")

	must(t, n.StartNode(within(t, 30*time.Second), 3))
	began := time.Now()
	must(t, n.WaitTakesPart(within(t, 30*time.Second), 3))
	must(t, n.WaitHeight(within(t, 30*time.Second), last, 3))
	t.Logf("the killed node caught up after %s", time.Since(began).Round(time.Millisecond))

	// With another one gone, its vote is needed, and its transaction has to travel.
	must(t, n.Kill(0))
	m, err := n.Manifest()
	must(t, err)
	c, err := http.New("tcp://"+m.Nodes[3].RPC, "/websocket")
	must(t, err)
	_, err = c.BroadcastTxSync(within(t, 5*time.Second), []byte("through the fourth"))
	must(t, err)
	must(t, n.WaitHeight(within(t, 20*time.Second), last+2, 1, 2, 3))
	t.Logf("what was sent to it is in a block after %s", time.Since(began).Round(time.Millisecond))
}
