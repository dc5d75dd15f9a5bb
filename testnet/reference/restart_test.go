package reference_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"syscall"
	"testing"
	"time"

	rpchttp "github.com/cometbft/cometbft/rpc/client/http"

	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/testnet"
	"github.com/rochdale-ledger/rochdale/testnet/crowd"
	"github.com/rochdale-ledger/rochdale/testnet/load"
	"github.com/rochdale-ledger/rochdale/testnet/reference"
)

const (
	restartNodes  = 4
	restartRounds = 5
	restarted     = restartNodes - 1 // the node that is stopped
	look          = 20 * time.Millisecond
)

// TestRestart compares how long a node takes from its start to its next block with the
// engine's example: four processes of each, with what a run of ten seconds left. In turns,
// while the other stands still, one node is told to stop, the others make a block, and the
// node is started; the time counts until it has executed that block, and until it reports
// that it takes part again. Only that it comes back with the others' state is required;
// times are logged.
func TestRestart(t *testing.T) {
	if os.Getenv("ROCHDALE_LONG") == "" {
		t.Skip("takes minutes: set ROCHDALE_LONG=1 to compare restarts with the engine's example")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	defer cancel()
	net, example := makeBoth(t)
	o := load.Options{Members: 500, Rate: 400, For: 10 * time.Second}
	compared, err := load.Compare(ctx, net, example, o, 1, func(int, load.Report) {})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("before: %d casts, %d of the example's", compared.Rounds[0].Ledger.Committed, compared.Rounds[0].Reference.Committed)
	nets := []*testnet.Net{net, example}
	sends := []func(context.Context) error{propose(net), set(example)}
	var blocks, parts [2][]time.Duration
	for round := range restartRounds {
		for i, own := range nets {
			if _, err := nets[1-i].Stop(); err != nil {
				t.Fatal(err)
			}
			if err := own.Start(ctx); err != nil && !errors.Is(err, testnet.ErrRunning) {
				t.Fatal(err)
			}
			block, part := restart(ctx, t, own, sends[i])
			t.Logf("round %d, %s: next block after %s, takes part after %s", round+1, []string{"ledger", "example"}[i],
				block.Round(time.Millisecond), part.Round(time.Millisecond))
			blocks[i], parts[i] = append(blocks[i], block), append(parts[i], part)
		}
	}
	for what, took := range map[string][2][]time.Duration{"next block": blocks, "takes part": parts} {
		ours, theirs := median(took[0]), median(took[1])
		t.Logf("%s: the ledger %s, the example %s, ratio %.2f (medians of %d)", what,
			ours.Round(time.Millisecond), theirs.Round(time.Millisecond), float64(ours)/float64(theirs), restartRounds)
	}
}

// makeBoth makes two testnets with the same settings, which are stopped when the test ends.
func makeBoth(t *testing.T) (net, example *testnet.Net) {
	t.Helper()
	dir := t.TempDir()
	f := testnet.Founding{People: testnet.SeededPeople(1)}
	net, err := testnet.Make(dir+"/ledger", restartNodes, testnet.Options{Founding: &f}, f.Genesis)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.People.Save(net.Dir); err != nil {
		t.Fatal(err)
	}
	if example, err = reference.Make(dir+"/example", net); err != nil {
		t.Fatal(err)
	}
	net.Command, example.Command = command(ledgerEnv), command(exampleEnv)
	t.Cleanup(func() {
		for _, n := range []*testnet.Net{net, example} {
			if _, err := n.Stop(); err != nil {
				t.Error(err)
			}
		}
	})
	return net, example
}

// restart stops a node in order, has the others make a block by a transaction, and starts
// the node. It fails unless the node comes back with the same state as the others.
func restart(ctx context.Context, t *testing.T, net *testnet.Net, send func(context.Context) error) (block, part time.Duration) {
	t.Helper()
	had := stopNode(ctx, t, net)
	if err := send(ctx); err != nil {
		t.Fatal(err)
	}
	if err := net.WaitHeight(ctx, had+1); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	if err := net.StartNode(ctx, restarted); err != nil {
		t.Fatal(err)
	}
	if err := net.WaitHeight(ctx, had+1, restarted); err != nil {
		t.Fatal(err)
	}
	block = time.Since(began)
	if err := net.WaitTakesPart(ctx, restarted); err != nil {
		t.Fatal(err)
	}
	part = time.Since(began)
	if err := send(ctx); err != nil { // the header after the block has its hash
		t.Fatal(err)
	}
	if _, err := net.SameAppHash(ctx, had+2); err != nil {
		t.Fatal(err)
	}
	return block, part
}

// stopNode ends the node with SIGTERM, and returns the height that it has then or a lower
// one: it may have executed a block since it was asked.
func stopNode(ctx context.Context, t *testing.T, net *testnet.Net) (height int64) {
	t.Helper()
	all, err := net.Status(ctx)
	if err != nil || all[restarted].Status == nil {
		t.Fatalf("the node does not answer: %v", err)
	}
	n := all[restarted]
	if err := syscall.Kill(n.PID, syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	for n.Running() {
		select {
		case <-ctx.Done():
			t.Fatalf("process %d does not end: %v", n.PID, ctx.Err())
		case <-time.After(look):
		}
	}
	// What the others have now the node may have too: only a later block is new to it.
	if all, err = net.Status(ctx); err != nil {
		t.Fatal(err)
	}
	height = n.Status.Height
	for _, other := range all {
		if other.Status != nil {
			height = max(height, other.Status.Height)
		}
	}
	return height
}

// propose sends the ledger a motion.
func propose(net *testnet.Net) func(context.Context) error {
	return func(ctx context.Context) error {
		c, err := crowd.Open(net, 1)
		if err != nil {
			return err
		}
		at, err := c.Read(ctx)
		if err != nil {
			return err
		}
		last, err := member.SequenceOf(at, crowd.Treasurer)
		if err != nil {
			return err
		}
		n, err := c.Node(ctx)
		if err != nil {
			return err
		}
		_, err = n.Send(ctx, c.Sign(crowd.Treasurer, last+1, ballot.KindPropose, ballot.Propose{Kind: 1, Title: "Once more?"}))
		return err
	}
}

// set sends the example a pair that it does not have.
func set(net *testnet.Net) func(context.Context) error {
	pairs := 0
	return func(ctx context.Context) error {
		m, err := net.Manifest()
		if err != nil {
			return err
		}
		c, err := rpchttp.New("tcp://"+m.Nodes[0].RPC, "/websocket")
		if err != nil {
			return err
		}
		pairs++
		res, err := c.BroadcastTxSync(ctx, fmt.Appendf(nil, "restart%d=%d", pairs, pairs))
		if err == nil && res.Code != 0 {
			err = fmt.Errorf("refused with %d %s", res.Code, res.Log)
		}
		return err
	}
}

func median(of []time.Duration) time.Duration {
	of = slices.Sorted(slices.Values(of))
	return of[len(of)/2]
}
