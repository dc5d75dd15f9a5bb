package testnet

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/cometbft/cometbft/rpc/client/http"

	"github.com/rochdale-ledger/rochdale/node"
	"github.com/rochdale-ledger/rochdale/node/nodetest"
)

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

// commit sends a transaction through node i and returns the height it is in.
func commit(t *testing.T, n *Net, i int, tx string) int64 {
	t.Helper()
	m, err := n.Manifest()
	must(t, err)
	c, err := http.New("tcp://"+m.Nodes[i].RPC, "/websocket")
	must(t, err)
	res, err := c.BroadcastTxCommit(within(t, 20*time.Second), []byte(tx))
	must(t, err)
	return res.Height
}

// TestFederation runs four validators in four processes, with stops and restarts.
func TestFederation(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	n := newNet(t, 4)
	began := time.Now()
	must(t, n.Start(within(t, 40*time.Second)))
	t.Logf("four processes have their first block after %s", time.Since(began).Round(time.Millisecond))

	if err := n.Start(within(t, time.Second)); !errors.Is(err, ErrRunning) {
		t.Fatalf("second start: %v", err)
	}

	height := commit(t, n, 0, "first")
	must(t, n.WaitHeight(within(t, 20*time.Second), height+1))
	_, err := n.SameAppHash(within(t, 20*time.Second), height+1)
	must(t, err)

	// One is killed; three of four go on.
	must(t, n.Kill(3))
	height = commit(t, n, 1, "without the fourth")
	must(t, n.WaitHeight(within(t, 20*time.Second), height+2, 0, 1, 2))
	all, err := n.Status(within(t, 10*time.Second))
	must(t, err)
	if all[3].Alive || all[3].Status != nil || !all[0].Alive || all[0].Status == nil {
		t.Errorf("status after kill: %+v", all)
	}

	// It comes back, and takes part again: without it, three would not outlive another.
	began = time.Now()
	must(t, n.StartNode(within(t, 30*time.Second), 3))
	must(t, n.WaitHeight(within(t, 30*time.Second), height+1, 3))
	must(t, n.WaitTakesPart(within(t, 30*time.Second), 3))
	t.Logf("the killed node caught up %s after its restart", time.Since(began).Round(time.Millisecond))
	_, err = n.SameAppHash(within(t, 20*time.Second), height+1)
	must(t, err)
	must(t, n.Kill(0))
	began = time.Now()
	height = commit(t, n, 3, "with the fourth, without the first")
	t.Logf("it helped to commit %s later", time.Since(began).Round(time.Millisecond))
	must(t, n.WaitHeight(within(t, 30*time.Second), height+1))
	_, err = n.SameAppHash(within(t, 20*time.Second), height+1)
	must(t, err)

	began = time.Now()
	killed, err := n.Stop()
	must(t, err)
	if took := time.Since(began); len(killed) > 0 || took > 5*time.Second {
		t.Errorf("stopping took %s and killed %v", took, killed)
	} else {
		t.Logf("three processes stopped in %s", took.Round(time.Millisecond))
	}

	// All of it again, from where it was.
	must(t, n.Start(within(t, 40*time.Second)))
	must(t, n.WaitHeight(within(t, 30*time.Second), height+1))
	if err := n.Remove(); !errors.Is(err, ErrRunning) {
		t.Errorf("removing a running testnet: %v", err)
	}
	_, err = n.Stop()
	must(t, err)
	must(t, n.Remove())
	if _, err := os.Stat(n.Dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("left behind: %v", err)
	}
}

// TestConsensusFailureEndsProcesses: a fault in the application ends every
// process with a failure status, soon, and says why.
func TestConsensusFailureEndsProcesses(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	n := newNet(t, 1)
	var cmd *exec.Cmd
	n.Command = func(home string) *exec.Cmd {
		cmd = nodeCommand(home)
		return cmd
	}
	must(t, n.Start(within(t, 30*time.Second)))
	m, err := n.Manifest()
	must(t, err)
	c, err := http.New("tcp://"+m.Nodes[0].RPC, "/websocket")
	must(t, err)
	_, err = c.BroadcastTxSync(within(t, 5*time.Second), []byte(nodetest.TxPanic))
	must(t, err)
	began := time.Now()
	must(t, poll(within(t, 10*time.Second), func() (bool, error) { return !m.Nodes[0].Running(), nil }))
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("the process ended only after %s", took)
	} else {
		t.Logf("the process ended %s after the transaction was sent", took.Round(time.Millisecond))
	}
	n.reaping.Wait()
	if code := cmd.ProcessState.ExitCode(); code != 1 {
		t.Errorf("exit status %d", code)
	}
	if last := lastLine(m.Nodes[0].Log); !strings.Contains(last, "consensus failure: ") {
		t.Errorf("last words: %q", last)
	}
}

// TestStartRetriesPorts: a port that was taken since Make is replaced, on the
// node and in its peers' configuration.
func TestStartRetriesPorts(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	n := newNet(t, 2)
	before, err := n.Manifest()
	must(t, err)
	l, err := net.Listen("tcp", before.Nodes[0].RPC)
	must(t, err)
	defer l.Close()
	u, err := net.ListenPacket("udp", before.Nodes[1].P2P)
	must(t, err)
	defer u.Close()
	must(t, n.Start(within(t, 40*time.Second)))
	after, err := n.Manifest()
	must(t, err)
	if after.Nodes[0].RPC == before.Nodes[0].RPC || after.Nodes[1].P2P == before.Nodes[1].P2P {
		t.Error("a taken port was kept")
	}
	cfg, err := node.LoadConfig(after.Nodes[0].Home)
	must(t, err)
	if want := after.Nodes[1].PeerID + "@" + after.Nodes[1].P2P; len(cfg.P2P.Peers) != 1 || cfg.P2P.Peers[0] != want {
		t.Errorf("peers %q, want %q", cfg.P2P.Peers, want)
	}
}

// TestStartTellsWhy: a node that cannot start is named with its reason.
func TestStartTellsWhy(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	n := newNet(t, 1)
	m, err := n.Manifest()
	must(t, err)
	must(t, os.Remove(filepath.Join(m.Nodes[0].Home, "config", "priv_validator_key.json")))
	err = n.Start(within(t, 20*time.Second))
	if !errors.Is(err, ErrDied) || !strings.Contains(err.Error(), "node0 ended: the validator key is missing") {
		t.Errorf("got %v", err)
	}
}

// TestStopKillsTheStubborn: a process that ignores SIGTERM does not outlive Stop.
func TestStopKillsTheStubborn(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for the bound of Stop")
	}
	if runtime.GOOS != "linux" {
		t.Skip("reads /proc")
	}
	n := newNet(t, 1)
	n.Command = func(home string) *exec.Cmd { return nodeCommand(home, stubbornEnv+"=1") }
	must(t, n.locked(t.Context(), func(m *Manifest) error { return n.launch(&m.Nodes[0]) }))
	m, err := n.Manifest()
	must(t, err)
	if !m.Nodes[0].Running() {
		t.Fatal("not running")
	}
	// Until it has told the kernel to ignore the signal, it is not stubborn yet.
	must(t, poll(within(t, 10*time.Second), func() (bool, error) { return ignores(m.Nodes[0].PID, syscall.SIGTERM), nil }))
	killed, err := n.Stop()
	must(t, err)
	if len(killed) != 1 || m.Nodes[0].Running() {
		t.Errorf("killed %v", killed)
	}
}

// ignores reads a process's mask of ignored signals. Source: proc_pid_status(5).
func ignores(pid int, s syscall.Signal) bool {
	var p struct{ SigIgn uint64 }
	data, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "status"))
	if err != nil {
		return false
	}
	for line := range strings.Lines(string(data)) {
		if hex, ok := strings.CutPrefix(line, "SigIgn:"); ok {
			for _, c := range strings.TrimSpace(hex) {
				p.SigIgn = p.SigIgn<<4 | uint64(strings.IndexRune("0123456789abcdef", c))
			}
		}
	}
	return p.SigIgn>>(uint(s)-1)&1 == 1
}

// TestStopWhileWaitingForPeers: a node that waits for three validators that are
// not there handles SIGTERM too.
func TestStopWhileWaitingForPeers(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	n := newNet(t, 4)
	var cmd *exec.Cmd
	n.Command = func(home string) *exec.Cmd {
		cmd = nodeCommand(home)
		return cmd
	}
	must(t, n.StartNode(within(t, 20*time.Second), 0))
	began := time.Now()
	killed, err := n.Stop()
	must(t, err)
	n.reaping.Wait()
	if took := time.Since(began); took > 5*time.Second || len(killed) > 0 || cmd.ProcessState.ExitCode() != 0 {
		t.Errorf("stopping took %s, killed %v, exit status %d", took, killed, cmd.ProcessState.ExitCode())
	} else {
		t.Logf("stopped in %s", took.Round(time.Millisecond))
	}
}

// TestStalePID: an id that now belongs to another process is left alone.
func TestStalePID(t *testing.T) {
	n := newNet(t, 1)
	must(t, n.locked(t.Context(), func(m *Manifest) error {
		m.Nodes[0].PID, m.Nodes[0].Started = os.Getpid(), "not then"
		return nil
	}))
	killed, err := n.Stop() // would end these tests
	must(t, err)
	must(t, n.Kill(0))
	m, err := n.Manifest()
	must(t, err)
	if len(killed) > 0 || m.Nodes[0].PID != 0 {
		t.Errorf("killed %v, manifest %+v", killed, m.Nodes[0])
	}
}

func TestMakeRefusals(t *testing.T) {
	n := newNet(t, 1)
	if _, err := Make(n.Dir, 1, Options{}, noState); !errors.Is(err, node.ErrExists) {
		t.Errorf("making twice: %v", err)
	}
	for _, count := range []int{0, -1, MaxNodes + 1} {
		if _, err := Make(t.TempDir(), count, Options{}, noState); !errors.Is(err, node.ErrConfig) {
			t.Errorf("%d nodes: %v", count, err)
		}
	}
	if _, err := Open(t.TempDir()); !errors.Is(err, ErrNoTestnet) {
		t.Errorf("opening nothing: %v", err)
	}
	if err := n.StartNode(context.Background(), 7); !errors.Is(err, node.ErrConfig) {
		t.Errorf("node 7 of 1: %v", err)
	}
	broken := errors.New("broken")
	if _, err := Make(t.TempDir(), 1, Options{}, func([]Validator) (json.RawMessage, error) { return nil, broken }); !errors.Is(err, broken) {
		t.Errorf("a genesis that cannot be made: %v", err)
	}
}

// TestDev: four nodes in this process.
func TestDev(t *testing.T) {
	for _, transport := range []string{node.TransportLibP2P, node.TransportClassic} {
		t.Run(transport, func(t *testing.T) {
			if testing.Short() && transport == node.TransportClassic {
				t.Skip("the default transport is enough")
			}
			n, err := Make(t.TempDir()+"/net", 4, Options{
				Monikers: []string{"Weavers", "Bakers"}, Transport: transport, Configure: warnOnly,
			}, noState)
			must(t, err)
			began := time.Now()
			d, err := Dev(within(t, 30*time.Second), n, newCounter, nil)
			must(t, err)
			t.Cleanup(func() { _ = d.Stop() })
			if took := time.Since(began); took > 10*time.Second {
				t.Errorf("ready only after %s", took)
			} else {
				t.Logf("four nodes have their first block after %s", took.Round(time.Millisecond))
			}
			m, err := n.Manifest()
			must(t, err)
			var s node.Status
			must(t, poll(within(t, 10*time.Second), func() (bool, error) {
				s, err = node.QueryStatus(within(t, 5*time.Second), m.Nodes[1].RPC)
				return s.Peers == 3, err
			}))
			if s.Moniker != "Bakers" || !s.Validator {
				t.Errorf("status %+v", s)
			}
			height := commit(t, n, 2, "one")
			must(t, poll(within(t, 20*time.Second), func() (bool, error) { return d.Nodes[3].Height() > height, nil }))
			if err := d.Err(); err != nil {
				t.Error(err)
			}
			began = time.Now()
			must(t, d.Stop())
			t.Logf("stopped in %s", time.Since(began).Round(time.Millisecond))
		})
	}
}
