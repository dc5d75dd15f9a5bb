package testnet

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cometbft/cometbft/rpc/client/http"

	"github.com/rochdale-ledger/rochdale/node"
)

// TestTwoMakesAtOnce: of several, one makes the testnet, and it is of one piece.
func TestTwoMakesAtOnce(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "net")
	var made int
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range 5 {
		wg.Go(func() {
			_, err := Make(dir, 2, Options{}, noState)
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				made++
			case !errors.Is(err, node.ErrExists):
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if made != 1 {
		t.Fatalf("%d of 5 made the testnet", made)
	}
	m, err := loadManifest(dir)
	must(t, err)
	for _, n := range m.Nodes {
		id, err := node.LoadIdentity(n.Home)
		must(t, err)
		if id.PeerID != n.PeerID {
			t.Errorf("%s is %s, the manifest says %s", n.Home, id.PeerID, n.PeerID)
		}
	}
}

// TestMakeCutShort: what a killed Make leaves is made again; what one that fails
// has made goes; and what is someone else's stays.
func TestMakeCutShort(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "net")
	var wg sync.WaitGroup
	wg.Go(func() {
		_, _ = Make(dir, 3, Options{}, func([]Validator) (json.RawMessage, error) {
			runtime.Goexit() // as if killed: nothing after this point happens
			return nil, nil
		})
	})
	wg.Wait()
	if _, err := os.Stat(filepath.Join(dir, "node2")); err != nil {
		t.Fatalf("nothing was left: %v", err)
	}
	n, err := Make(dir, 2, Options{}, noState)
	must(t, err)
	if _, err := os.Stat(filepath.Join(dir, "node2")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the third home is still there: %v", err)
	}
	must(t, n.Remove())

	broken := errors.New("broken")
	if _, err := Make(dir, 2, Options{}, func([]Validator) (json.RawMessage, error) { return nil, broken }); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a failed Make left something: %v", err)
	}

	keep := filepath.Join(dir, "node1", "keep")
	must(t, os.MkdirAll(keep, 0o700))
	if _, err := Make(dir, 2, Options{}, noState); !errors.Is(err, node.ErrExists) {
		t.Errorf("got %v", err)
	}
	left, err := os.ReadDir(dir)
	must(t, err)
	if _, err := os.Stat(keep); err != nil || len(left) != 1 {
		t.Errorf("left %v, %v", left, err)
	}
}

// TestOrphans: processes that the manifest does not name, as after a start that
// was killed before it could write it, are found by their locks.
func TestOrphans(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	n := newNet(t, 2)
	must(t, n.Start(within(t, 40*time.Second)))
	before, err := n.Manifest()
	must(t, err)
	forget := func() {
		t.Helper()
		m, err := n.Manifest()
		must(t, err)
		for i := range m.Nodes {
			m.Nodes[i].PID, m.Nodes[i].Started = 0, ""
		}
		must(t, saveManifest(n.Dir, m))
	}
	forget()
	if err := n.Start(within(t, 20*time.Second)); !errors.Is(err, ErrRunning) {
		t.Errorf("starting: %v", err)
	}
	forget()
	if err := n.Remove(); !errors.Is(err, ErrRunning) {
		t.Errorf("removing: %v", err)
	}
	all, err := n.Status(within(t, 10*time.Second))
	must(t, err)
	if !all[0].Alive || all[0].PID != before.Nodes[0].PID || all[0].RPC != before.Nodes[0].RPC {
		t.Errorf("status %+v, started as %+v", all[0], before.Nodes[0])
	}
	_, err = n.Stop()
	must(t, err)
	for _, m := range before.Nodes {
		if m.Running() {
			t.Errorf("%s runs on", m.Moniker)
		}
	}
}

// TestInterruptedStart: a start that is cancelled leaves no process.
func TestInterruptedStart(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	n := newNet(t, 2)
	must(t, os.RemoveAll(n.Dir))
	later, err := Make(n.Dir, 2, Options{Begin: time.Now().Add(time.Hour), Configure: warnOnly}, noState)
	must(t, err)
	later.Command = n.Command
	ctx, cancel := context.WithTimeout(t.Context(), 40*time.Second)
	started := make(chan error, 1)
	go func() { started <- later.Start(ctx) }()
	var m Manifest
	must(t, poll(within(t, 20*time.Second), func() (bool, error) {
		m, err = later.Manifest()
		return m.Nodes[0].Running() && m.Nodes[1].Running(), err
	}))
	cancel()
	if err := <-started; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if m.Nodes[0].Running() || m.Nodes[1].Running() {
		t.Error("a process runs on")
	}
}

// TestTooFewValidators: with two of four gone no block is made; what is sent
// waits, reading goes on, and with the third it is committed.
func TestTooFewValidators(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	n := newNet(t, 4)
	must(t, n.Start(within(t, 40*time.Second)))
	must(t, n.Kill(2))
	must(t, n.Kill(3))
	m, err := n.Manifest()
	must(t, err)
	c, err := http.New("tcp://"+m.Nodes[0].RPC, "/websocket")
	must(t, err)
	res, err := c.ABCIQuery(within(t, 5*time.Second), "", nil)
	must(t, err)
	had := string(res.Response.Value)
	_, err = c.BroadcastTxSync(within(t, 5*time.Second), []byte("wait"))
	must(t, err)
	s, err := c.Status(within(t, 5*time.Second))
	must(t, err)
	// One block may have been under way. Empty ones would come every second.
	height := s.SyncInfo.LatestBlockHeight + 1
	err = n.WaitHeight(within(t, 4*time.Second), height+1, 0)
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("two of four made a block: %v", err)
	}
	res, err = c.ABCIQuery(within(t, 5*time.Second), "", nil)
	must(t, err)
	if got := string(res.Response.Value); got != had {
		t.Errorf("%s transactions, %s before", got, had)
	}

	must(t, n.StartNode(within(t, 30*time.Second), 2))
	must(t, poll(within(t, 30*time.Second), func() (bool, error) {
		res, err := c.ABCIQuery(within(t, 5*time.Second), "", nil)
		return err == nil && string(res.Response.Value) != had, nil
	}))
}

// TestLostRecordOfSignatures: a validator whose record of signatures is lost does
// not start. With one that begins ahead of the chain, as docs/reliability.md says,
// it runs, signs nothing until the chain is there, and signs again from then on.
func TestLostRecordOfSignatures(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	n := newNet(t, 4)
	must(t, n.Start(within(t, 40*time.Second)))
	must(t, n.Kill(3))
	m, err := n.Manifest()
	must(t, err)
	record := filepath.Join(m.Nodes[3].Home, "data", "priv_validator_state.json")
	must(t, os.Remove(record))
	if err := n.StartNode(within(t, 20*time.Second), 3); !errors.Is(err, ErrDied) || !strings.Contains(err.Error(), "signed last is missing") {
		t.Fatalf("got %v", err)
	}
	all, err := n.Status(within(t, 10*time.Second))
	must(t, err)
	const ahead = 6 // blocks; a federation that is busy would want more
	from := all[0].Status.Height + ahead
	must(t, os.WriteFile(record, fmt.Appendf(nil, `{"height": "%d", "round": 0, "step": 3}`, from), 0o600))
	must(t, n.StartNode(within(t, 30*time.Second), 3))
	must(t, n.WaitHeight(within(t, 60*time.Second), from+3))

	// Before it, its signature is in no block, but for one that was under way when
	// it was killed; at it, in a later round; after it, it is needed.
	c, err := http.New("tcp://"+m.Nodes[0].RPC, "/websocket")
	must(t, err)
	id, err := node.LoadIdentity(m.Nodes[3].Home)
	must(t, err)
	for height := all[0].Status.Height + 2; height < from; height++ {
		res, err := c.Commit(within(t, 5*time.Second), &height)
		must(t, err)
		for _, s := range res.Commit.Signatures {
			if s.ValidatorAddress.String() == id.Address {
				t.Errorf("it signed block %d", height)
			}
		}
	}
	must(t, n.Kill(0))
	height := commit(t, n, 1, "with its signature")
	must(t, n.WaitHeight(within(t, 30*time.Second), height+1, 1, 2, 3))
}

// TestDataFetchedAnew: a validator that has lost all data but its record of
// signatures fetches the blocks from the others and takes part again.
func TestDataFetchedAnew(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	n := newNet(t, 4)
	must(t, n.Start(within(t, 40*time.Second)))
	height := commit(t, n, 0, "first")
	must(t, n.WaitHeight(within(t, 20*time.Second), height+1))
	must(t, n.Kill(3))
	m, err := n.Manifest()
	must(t, err)
	data := filepath.Join(m.Nodes[3].Home, "data")
	all, err := os.ReadDir(data)
	must(t, err)
	for _, e := range all {
		if e.Name() != "priv_validator_state.json" {
			must(t, os.RemoveAll(filepath.Join(data, e.Name())))
		}
	}
	must(t, n.StartNode(within(t, 30*time.Second), 3))
	must(t, n.WaitTakesPart(within(t, 30*time.Second), 3))
	_, err = n.SameAppHash(within(t, 20*time.Second), height+1)
	must(t, err)
	must(t, n.Kill(0))
	height = commit(t, n, 3, "with the fourth, without the first")
	must(t, n.WaitHeight(within(t, 30*time.Second), height+1, 1, 2, 3))
}
