package node_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rochdale-ledger/rochdale/node"
	"github.com/rochdale-ledger/rochdale/node/nodetest"
)

func TestSingleNode(t *testing.T) {
	cfg := newHome(t)
	n := mustStart(t, cfg)
	send(t, n, "one")
	eventually(t, "two blocks", func() bool { return n.Height() >= 2 })

	status, err := node.QueryStatus(t.Context(), cfg.RPC.Address)
	if err != nil {
		t.Fatal(err)
	}
	if status.ChainID != "rochdale-test" || status.Moniker != "ada" || !status.Validator || status.Height < 2 {
		t.Errorf("status %+v", status)
	}
	var lacking []string
	defer func() {
		if t.Failed() {
			t.Logf("metrics lacked %q", lacking)
		}
	}()
	eventually(t, "a scrape between two blocks, with every metric", func() bool {
		height := n.Executed()
		metrics := scrape(t, cfg)
		lacking = nil
		for _, line := range []string{
			"rochdale_consensus_height{", "rochdale_mempool_size{", "go_goroutines ", "process_resident_memory_bytes ",
			`rochdale_ledger_transactions_total{code="0",kind="unknown"} 1`, `rochdale_ledger_arrivals_total{code="0"} 1`,
			fmt.Sprintf("rochdale_ledger_height %d\n", height), "rochdale_ledger_commit_seconds_count ",
			"rochdale_ledger_block_execution_seconds_bucket{", "rochdale_warden_dropped_total 0",
		} {
			if !strings.Contains(metrics, line) {
				lacking = append(lacking, line)
			}
		}
		return len(lacking) == 0
	})

	refused(t, cfg, node.ErrHomeInUse, cfg.Home)

	began := time.Now()
	if err := n.Stop(); err != nil {
		t.Fatal(err)
	}
	t.Logf("stopped in %s", time.Since(began))

	// The same home again, in the same process: locks and stores are free.
	cfg.P2P.Address = freePort(t)
	n = mustStart(t, cfg)
	if n.Height() < 2 || strings.Contains(scrape(t, cfg), "rochdale_ledger_height 0\n") {
		t.Errorf("height %d after restart", n.Height())
	}
	if _, err := node.QueryStatus(t.Context(), freePort(t)); !errors.Is(err, node.ErrNotRunning) {
		t.Errorf("asking nobody: %v", err)
	}
}

// scrape is what Prometheus would get.
func scrape(t *testing.T, cfg node.Config) string {
	t.Helper()
	res, err := http.Get("http://" + cfg.Metrics.Address + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%s, %v", res.Status, err)
	}
	return string(body)
}

func TestClassicTransport(t *testing.T) {
	cfg := newHome(t)
	cfg.P2P.Transport = node.TransportClassic
	n := mustStart(t, cfg)
	send(t, n, "one")
	eventually(t, "a block", func() bool { return n.Height() >= 1 })
}

func TestInitRefusesToOverwrite(t *testing.T) {
	cfg := newHome(t)
	before, err := node.LoadIdentity(cfg.Home)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := node.Init(cfg.Home, node.InitOptions{Config: cfg}); !errors.Is(err, node.ErrExists) {
		t.Fatalf("got %v", err)
	}
	after, err := node.LoadIdentity(cfg.Home)
	if err != nil || before.PeerID != after.PeerID || before.Address != after.Address {
		t.Errorf("identity changed: %+v, %v", after, err)
	}
}

func TestStartRefusals(t *testing.T) {
	file := func(parts ...string) func(home string) string {
		return func(home string) string { return filepath.Join(append([]string{home}, parts...)...) }
	}
	nodeKey := file("config", "node_key.json")
	validatorKey := file("config", "priv_validator_key.json")
	signState := file("data", "priv_validator_state.json")
	tests := []struct {
		name  string
		path  func(home string) string
		write string // "" removes the file
		kind  error
		word  string
	}{
		{"no node key", nodeKey, "", node.ErrNoKey, "node_key.json"},
		{"corrupt node key", nodeKey, "{", node.ErrBadKey, "node_key.json"},
		{"empty node key", nodeKey, "{}", node.ErrBadKey, "no ed25519 key"},
		{"no validator key", validatorKey, "", node.ErrNoKey, "priv_validator_key.json"},
		{"corrupt validator key", validatorKey, "not json", node.ErrBadKey, "priv_validator_key.json"},
		{"empty validator key", validatorKey, "{}", node.ErrBadKey, "no ed25519 key"},
		{"no sign state", signState, "", node.ErrNoKey, "priv_validator_state.json"},
		{"corrupt sign state", signState, "x", node.ErrBadKey, "priv_validator_state.json"},
		{"no genesis", node.GenesisFile, "", node.ErrNoGenesis, "genesis.json"},
		{"corrupt genesis", node.GenesisFile, "{}", node.ErrBadGenesis, "chain_id"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			cfg := newHome(t)
			path := tt.path(cfg.Home)
			if tt.write == "" {
				if err := os.Remove(path); err != nil {
					t.Fatal(err)
				}
			} else if err := os.WriteFile(path, []byte(tt.write), 0o600); err != nil {
				t.Fatal(err)
			}
			refused(t, cfg, tt.kind, tt.word)
			if _, err := os.Stat(path); tt.write == "" && err == nil {
				t.Error("the missing file was invented")
			}
		})
	}
}

func TestSwappedValidatorKeyHalves(t *testing.T) {
	a, b := newHome(t), newHome(t)
	path := filepath.Join(a.Home, "config", "priv_validator_key.json")
	var mine, other map[string]any
	for home, into := range map[string]*map[string]any{a.Home: &mine, b.Home: &other} {
		data, err := os.ReadFile(filepath.Join(home, "config", "priv_validator_key.json"))
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(data, into); err != nil {
			t.Fatal(err)
		}
	}
	mine["pub_key"] = other["pub_key"]
	data, _ := json.Marshal(mine)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	refused(t, a, node.ErrBadKey, "do not belong together")
}

func TestForeignGenesis(t *testing.T) {
	cfg := newHome(t)
	own, err := os.ReadFile(node.GenesisFile(cfg.Home))
	if err != nil {
		t.Fatal(err)
	}
	n := mustStart(t, cfg)
	if err := n.Stop(); err != nil {
		t.Fatal(err)
	}
	id, err := node.LoadIdentity(cfg.Home)
	if err != nil {
		t.Fatal(err)
	}
	putGenesis(t, cfg.Home, "another-federation", id)
	refused(t, cfg, node.ErrForeignGenesis, "genesis.json")

	if err := os.WriteFile(node.GenesisFile(cfg.Home), own, 0o644); err != nil {
		t.Fatal(err)
	}
	cfg.P2P.Address = freePort(t)
	mustStart(t, cfg)
}

func TestPortInUse(t *testing.T) {
	for _, tt := range []struct {
		key, network string
		address      func(node.Config) string
	}{
		{"rpc.address", "tcp", func(c node.Config) string { return c.RPC.Address }},
		{"p2p.address", "udp", func(c node.Config) string { return c.P2P.Address }},
		{"metrics.address", "tcp", func(c node.Config) string { return c.Metrics.Address }},
	} {
		t.Run(tt.key, func(t *testing.T) {
			cfg := newHome(t)
			var taken io.Closer
			var err error
			if tt.network == "udp" {
				taken, err = net.ListenPacket("udp", tt.address(cfg))
			} else {
				taken, err = net.Listen("tcp", tt.address(cfg))
			}
			if err != nil {
				t.Fatal(err)
			}
			defer taken.Close()
			refused(t, cfg, node.ErrPortInUse, tt.key, tt.address(cfg))
		})
	}
}

func TestConsensusFailure(t *testing.T) {
	for _, tx := range []string{nodetest.TxPanic, nodetest.TxError} {
		t.Run(tx, func(t *testing.T) {
			n := mustStart(t, newHome(t))
			send(t, n, tx)
			began := time.Now()
			select {
			case <-n.Failed():
			case <-time.After(15 * time.Second):
				t.Fatal("the failure went unnoticed")
			}
			if err := n.Err(); !errors.Is(err, node.ErrConsensus) || !strings.Contains(err.Error(), "the counter was asked to") {
				t.Errorf("got %v", err)
			}
			_ = n.Stop()
			if took := time.Since(began); took > 5*time.Second {
				t.Errorf("failing and stopping took %s", took)
			}
		})
	}
}

// TestOutdated: a node whose program lacks the rules of the next block stops after
// the block before, says which program has them, and another goes on from there.
func TestOutdated(t *testing.T) {
	const upgrade = 3
	cfg := newHome(t)
	n, err := start(t, cfg, func(home string, _ node.Config, _ *slog.Logger) (node.Application, func(string) bool, error) {
		app, err := nodetest.NewCounter(node.AppDir(home))
		if app != nil {
			app.OldFrom = upgrade
		}
		return app, nil, err
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	send(t, n, "one")
	select {
	case <-n.Failed():
	case <-time.After(time.Minute):
		t.Fatal("the node goes on")
	}
	var problem *node.Problem
	if err := n.Err(); !errors.Is(err, node.ErrOutdated) || !errors.As(err, &problem) || !strings.Contains(problem.Text, "counter 2.0") || problem.Advice == "" {
		t.Errorf("got %v", err)
	}
	if err := n.Stop(); err != nil {
		t.Errorf("stopping: %v", err)
	}
	if got := n.Executed(); got != upgrade-1 {
		t.Errorf("stopped after block %d, want %d", got, upgrade-1)
	}
	cfg.P2P.Address = freePort(t) // the engine of a failed node closes its own with the process
	again := mustStart(t, cfg)    // a program that has the rules
	send(t, again, "two")         // at rest it would make no block for a while
	eventually(t, "the block that was refused", func() bool { return again.Executed() >= upgrade })
}

// TestFaultWhileSyncing: a fault while old blocks are fetched ends the node in
// order too, though the engine would crash the process.
func TestFaultWhileSyncing(t *testing.T) {
	host := newHome(t)
	n := mustStart(t, host)
	send(t, n, "one")
	eventually(t, "three blocks", func() bool { return n.Height() >= 2 })

	cfg, _ := newFollower(t, host)
	err := node.Run(t.Context(), cfg, func(home string, _ node.Config, _ *slog.Logger) (node.Application, func(string) bool, error) {
		app, err := nodetest.NewCounter(node.AppDir(home))
		app.FailAt = 1
		return app, nil, err
	}, nil)
	if !errors.Is(err, node.ErrConsensus) || !strings.Contains(err.Error(), "executing block 1") {
		t.Errorf("got %v", err)
	}
}

// lockedBuffer is a log several goroutines write and a test reads.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func TestWardenDropsStrangers(t *testing.T) {
	host := newHome(t)
	friend, friendID := newFollower(t, host)
	stranger, strangerID := newFollower(t, host)

	var logged lockedBuffer
	n, err := start(t, host, func(home string, cfg node.Config, log *slog.Logger) (node.Application, func(string) bool, error) {
		app, _, err := counter(home, cfg, log)
		return app, func(id string) bool { return id == friendID.PeerID }, err
	}, slog.New(slog.NewTextHandler(&logged, &slog.HandlerOptions{Level: slog.LevelWarn})))
	if err != nil {
		t.Fatal(err)
	}
	// One that knows the register says it at once; one that has no block yet, and so no
	// register, if the founding document does not name it.
	stale, staleID := newFollower(t, host)
	var said, staleSaid lockedBuffer
	for _, s := range []struct {
		cfg     node.Config
		log     *lockedBuffer
		allowed func(string) bool
	}{
		{stranger, &said, func(id string) bool { return id == friendID.PeerID }},
		{stale, &staleSaid, func(string) bool { return true }},
	} {
		if _, err := start(t, s.cfg, func(home string, cfg node.Config, log *slog.Logger) (node.Application, func(string) bool, error) {
			app, _, err := counter(home, cfg, log)
			return app, s.allowed, err
		}, slog.New(slog.NewTextHandler(s.log, &slog.HandlerOptions{Level: slog.LevelWarn}))); err != nil {
			t.Fatal(err)
		}
	}
	f := mustStart(t, friend)
	send(t, n, "one")
	eventually(t, "the stranger is dropped", func() bool {
		return strings.Contains(logged.String(), "register") && strings.Contains(logged.String(), strangerID.PeerID)
	})
	eventually(t, "the friend follows", func() bool { return f.Height() >= 1 })
	eventually(t, "only the friend stays", func() bool {
		p := n.Peers()
		return len(p) == 1 && p[0] == friendID.PeerID
	})
	eventually(t, "the stranger says why", func() bool {
		return strings.Contains(said.String(), "other nodes drop this one: its peer id is not in the federation's register") &&
			strings.Contains(said.String(), "rochdale federation announce "+strangerID.PeerID+" HOST:PORT")
	})
	if n := strings.Count(said.String(), "other nodes drop this one"); n != 1 {
		t.Errorf("it says so %d times", n)
	}
	eventually(t, "one without a register says why", func() bool {
		return strings.Contains(staleSaid.String(), "if its peer id is not in the federation's register") && strings.Contains(staleSaid.String(), staleID.PeerID)
	})
}
