package node_test

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	rpchttp "github.com/cometbft/cometbft/rpc/client/http"

	"github.com/rochdale-ledger/rochdale/node"
	"github.com/rochdale-ledger/rochdale/node/nodetest"
)

// freePorts are loopback addresses that were free a moment ago for TCP and UDP,
// all different. They lie below the range that the kernel gives to outgoing
// connections (32768 to 60999 on Linux), of which there are many while tests run.
func freePorts(t *testing.T, n int) []string {
	t.Helper()
	var free []string
	for range 50 * n {
		address := fmt.Sprintf("127.0.0.1:%d", 10_000+rand.IntN(22_000))
		l, err := net.Listen("tcp", address)
		if err != nil {
			continue
		}
		defer l.Close()
		u, err := net.ListenPacket("udp", address)
		if err != nil {
			continue
		}
		defer u.Close()
		if free = append(free, address); len(free) == n {
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

// newFollower makes a home of the same chain that is to follow the one of host.
func newFollower(t *testing.T, host node.Config) (node.Config, node.Identity) {
	t.Helper()
	of, err := node.LoadIdentity(host.Home)
	if err != nil {
		t.Fatal(err)
	}
	genesis, err := os.ReadFile(node.GenesisFile(host.Home))
	if err != nil {
		t.Fatal(err)
	}
	cfg := testConfig(t)
	cfg.Home = filepath.Join(t.TempDir(), "home")
	cfg.P2P.Transport = host.P2P.Transport
	cfg.P2P.Peers = []string{of.PeerID + "@" + host.P2P.Address}
	if cfg.P2P.Transport == node.TransportClassic {
		cfg.P2P.Peers = []string{of.ClassicID + "@" + host.P2P.Address}
	}
	id, err := node.Init(cfg.Home, node.InitOptions{Config: cfg, Genesis: genesis})
	if err != nil {
		t.Fatal(err)
	}
	return cfg, id
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

// counter opens the counter of a home, and lets all peers in.
func counter(home string, _ node.Config, _ *slog.Logger) (node.Application, func(string) bool, error) {
	app, err := nodetest.NewCounter(node.AppDir(home))
	return app, nil, err
}

func start(t *testing.T, cfg node.Config, open node.NewApplication, log *slog.Logger) (*node.Node, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	n, err := node.Start(ctx, cfg, open, log)
	if err == nil {
		t.Cleanup(func() { _ = n.Stop() })
	}
	return n, err
}

func mustStart(t *testing.T, cfg node.Config) *node.Node {
	t.Helper()
	n, err := start(t, cfg, counter, nil)
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
	n, err := start(t, cfg, counter, nil)
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

// recordGenesis writes what a first start writes.
func recordGenesis(t *testing.T, home string, genesis []byte) {
	t.Helper()
	record := fmt.Sprintf("%x\n", sha256.Sum256(genesis))
	if err := os.WriteFile(filepath.Join(home, "data", "genesis.sha256"), []byte(record), 0o644); err != nil {
		t.Fatal(err)
	}
}
