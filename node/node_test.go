package node_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	rpchttp "github.com/cometbft/cometbft/rpc/client/http"

	"github.com/rochdale-ledger/rochdale/node"
	"github.com/rochdale-ledger/rochdale/node/nodetest"
)

// freePorts are loopback addresses that were free a moment ago for TCP and UDP,
// all different.
func freePorts(t *testing.T, n int) []string {
	t.Helper()
	var free []string
	for range 20 * n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		u, err := net.ListenPacket("udp", l.Addr().String())
		if err != nil {
			continue
		}
		defer u.Close()
		if free = append(free, l.Addr().String()); len(free) == n {
			return free
		}
	}
	t.Fatal("no ports free for both TCP and UDP")
	return nil
}

func freePort(t *testing.T) string { return freePorts(t, 1)[0] }

func testConfig(t *testing.T) node.Config {
	cfg := node.Config{Moniker: "ada", Block: node.BlockConfig{Pause: 20 * time.Millisecond}}
	ports := freePorts(t, 3)
	cfg.RPC.Address, cfg.P2P.Address, cfg.Metrics.Address = ports[0], ports[1], ports[2]
	return cfg
}

// newHome makes a home whose own key is the only validator.
func newHome(t *testing.T) node.Config {
	t.Helper()
	cfg := testConfig(t)
	cfg.Home = filepath.Join(t.TempDir(), "home")
	id, err := node.Init(cfg.Home, node.InitOptions{Config: cfg})
	if err != nil {
		t.Fatal(err)
	}
	putGenesis(t, cfg.Home, "rochdale-test", id)
	return cfg
}

func putGenesis(t *testing.T, home, chain string, validators ...node.Identity) {
	t.Helper()
	var vals []node.GenesisValidator
	for _, v := range validators {
		vals = append(vals, node.GenesisValidator{PubKey: v.PubKey, Name: "v"})
	}
	data, err := node.NewGenesis(chain, time.Now(), vals, json.RawMessage(`{}`))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(node.GenesisFile(home), data, 0o644); err != nil {
		t.Fatal(err)
	}
}

func start(t *testing.T, cfg node.Config, opts node.Options) (*node.Node, error) {
	t.Helper()
	app, err := nodetest.NewCounter(node.AppDir(cfg.Home))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	n, err := node.Start(ctx, cfg, app, opts)
	if err == nil {
		t.Cleanup(func() { _ = n.Stop() })
	}
	return n, err
}

func mustStart(t *testing.T, cfg node.Config, opts node.Options) *node.Node {
	t.Helper()
	n, err := start(t, cfg, opts)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// eventually polls until ok or a deadline well above what is expected.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !ok(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("never happened: " + what)
		}
	}
}

func send(t *testing.T, n *node.Node, tx string) {
	t.Helper()
	c, err := rpchttp.New("tcp://"+n.RPCAddress(), "/websocket")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.BroadcastTxSync(context.Background(), []byte(tx)); err != nil {
		t.Fatal(err)
	}
}

// refused starts a node that must not start, and checks that the refusal tells
// the operator what to do.
func refused(t *testing.T, cfg node.Config, kind error, words ...string) {
	t.Helper()
	n, err := start(t, cfg, node.Options{})
	if err == nil {
		_ = n.Stop()
		t.Fatalf("started, want %v", kind)
	}
	if !errors.Is(err, kind) {
		t.Fatalf("got %v, want %v", err, kind)
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("%q does not mention %q", err, w)
		}
	}
	var p *node.Problem
	if !errors.As(err, &p) || p.Hint() == "" {
		t.Errorf("%v has no hint", err)
	}
}

func TestSingleNode(t *testing.T) {
	cfg := newHome(t)
	n := mustStart(t, cfg, node.Options{})
	send(t, n, "one")
	eventually(t, "two blocks", func() bool { return n.Height() >= 2 })

	status, err := node.QueryStatus(t.Context(), cfg.RPC.Address)
	if err != nil {
		t.Fatal(err)
	}
	if status.ChainID != "rochdale-test" || status.Moniker != "ada" || !status.Validator || status.Height < 2 {
		t.Errorf("status %+v", status)
	}
	metrics, err := http.Get("http://" + cfg.Metrics.Address + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	body, _ := io.ReadAll(metrics.Body)
	_ = metrics.Body.Close()
	for _, name := range []string{"rochdale_consensus_height", "go_goroutines"} {
		if !bytes.Contains(body, []byte(name)) {
			t.Errorf("metrics lack %s", name)
		}
	}

	refused(t, cfg, node.ErrHomeInUse, cfg.Home)

	began := time.Now()
	if err := n.Stop(); err != nil {
		t.Fatal(err)
	}
	t.Logf("stopped in %s", time.Since(began))

	// The same home again, in the same process: locks and stores are free.
	cfg.P2P.Address = freePort(t)
	n = mustStart(t, cfg, node.Options{})
	if n.Height() < 2 {
		t.Errorf("height %d after restart", n.Height())
	}
	if _, err := node.QueryStatus(t.Context(), freePort(t)); !errors.Is(err, node.ErrNotRunning) {
		t.Errorf("asking nobody: %v", err)
	}
}

func TestClassicTransport(t *testing.T) {
	cfg := newHome(t)
	cfg.P2P.Transport = node.TransportClassic
	n := mustStart(t, cfg, node.Options{})
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
	n := mustStart(t, cfg, node.Options{})
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
	mustStart(t, cfg, node.Options{})
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
			n := mustStart(t, newHome(t), node.Options{})
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

// TestFaultWhileSyncing: a fault while old blocks are fetched ends the node in
// order too, though the engine would crash the process.
func TestFaultWhileSyncing(t *testing.T) {
	host := newHome(t)
	n := mustStart(t, host, node.Options{})
	send(t, n, "one")
	eventually(t, "three blocks", func() bool { return n.Height() >= 2 })

	id, err := node.LoadIdentity(host.Home)
	if err != nil {
		t.Fatal(err)
	}
	genesis, err := os.ReadFile(node.GenesisFile(host.Home))
	if err != nil {
		t.Fatal(err)
	}
	cfg := testConfig(t)
	cfg.Home = filepath.Join(t.TempDir(), "home")
	cfg.P2P.Peers = []string{id.PeerID + "@" + host.P2P.Address}
	if _, err := node.Init(cfg.Home, node.InitOptions{Config: cfg, Genesis: genesis}); err != nil {
		t.Fatal(err)
	}
	app, err := nodetest.NewCounter(node.AppDir(cfg.Home))
	if err != nil {
		t.Fatal(err)
	}
	app.FailAt = 1
	err = node.Run(t.Context(), cfg, app, node.Options{})
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
	hostID, err := node.LoadIdentity(host.Home)
	if err != nil {
		t.Fatal(err)
	}
	genesis, err := os.ReadFile(node.GenesisFile(host.Home))
	if err != nil {
		t.Fatal(err)
	}
	join := func() (node.Config, string) {
		cfg := testConfig(t)
		cfg.Home = filepath.Join(t.TempDir(), "home")
		cfg.P2P.Peers = []string{hostID.PeerID + "@" + host.P2P.Address}
		id, err := node.Init(cfg.Home, node.InitOptions{Config: cfg, Genesis: genesis})
		if err != nil {
			t.Fatal(err)
		}
		return cfg, id.PeerID
	}
	friend, friendID := join()
	stranger, strangerID := join()

	var logged lockedBuffer
	n := mustStart(t, host, node.Options{
		Log:     slog.New(slog.NewTextHandler(&logged, &slog.HandlerOptions{Level: slog.LevelWarn})),
		Allowed: func(id string) bool { return id == friendID },
	})
	mustStart(t, stranger, node.Options{})
	f := mustStart(t, friend, node.Options{})
	send(t, n, "one")
	eventually(t, "the stranger is dropped", func() bool {
		return strings.Contains(logged.String(), "register") && strings.Contains(logged.String(), strangerID)
	})
	eventually(t, "the friend follows", func() bool { return f.Height() >= 1 })
	eventually(t, "only the friend stays", func() bool {
		p := n.Peers()
		return len(p) == 1 && p[0] == friendID
	})
}

// smallDisk mounts a memory file system of the given MiB, or skips.
func smallDisk(t *testing.T, mib string) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size="+mib+"m"); err != nil {
		t.Skipf("cannot mount a small disk: %v", err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(dir, syscall.MNT_DETACH) })
	return dir
}

func TestDiskFull(t *testing.T) {
	disk := smallDisk(t, "48")
	cfg := testConfig(t)
	cfg.Home = filepath.Join(disk, "home")
	id, err := node.Init(cfg.Home, node.InitOptions{Config: cfg})
	if err != nil {
		t.Fatal(err)
	}
	putGenesis(t, cfg.Home, "rochdale-test", id)
	n := mustStart(t, cfg, node.Options{})
	send(t, n, "one")
	eventually(t, "a block", func() bool { return n.Height() >= 1 })

	ballast := filepath.Join(disk, "ballast")
	f, err := os.Create(ballast)
	if err != nil {
		t.Fatal(err)
	}
	_, err = io.Copy(f, bytes.NewReader(make([]byte, 64<<20)))
	if !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("filling the disk: %v", err)
	}
	_ = f.Close()
	send(t, n, strings.Repeat("x", 60_000))
	select {
	case <-n.Failed():
	case <-time.After(20 * time.Second):
		t.Fatal("the full disk went unnoticed")
	}
	if err := n.Err(); !errors.Is(err, node.ErrDiskFull) {
		t.Errorf("got %v", err)
	}
	_ = n.Stop()
	refused(t, cfg, node.ErrDiskFull, "MiB are free")

	// Nothing committed was lost.
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	cfg.P2P.Address = freePort(t)
	n = mustStart(t, cfg, node.Options{})
	send(t, n, "two")
	height := n.Height()
	eventually(t, "another block", func() bool { return n.Height() > height })
}
