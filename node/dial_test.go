package node_test

import (
	"crypto/ed25519"
	"crypto/sha256"
	"fmt"
	"log/slog"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rochdale-ledger/rochdale/node"
	"github.com/rochdale-ledger/rochdale/node/nodetest"
	"github.com/rochdale-ledger/rochdale/node/peer"
	"github.com/rochdale-ledger/rochdale/state/federation"
)

// A listing application has a register of nodes.
type listing struct {
	*nodetest.Counter
	nodes []federation.Validator
}

func (l listing) Nodes() ([]federation.Validator, error) { return l.nodes, nil }

// peerID is that of a node of its own for each n.
func peerID(t *testing.T, n int) string {
	t.Helper()
	seed := sha256.Sum256(fmt.Append(nil, n))
	id, err := peer.ID(ed25519.NewKeyFromSeed(seed[:]).Public().(ed25519.PublicKey))
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// A node dials the peers of its file and the nodes of the register, and before the
// first block those of the genesis.
func TestDialled(t *testing.T) {
	host, other := newHome(t), newHome(t)
	genesis, _ := foundBy(t, "anytown-1", host.Home, other.Home)
	own, err := node.LoadIdentity(host.Home)
	if err != nil {
		t.Fatal(err)
	}
	second, err := node.LoadIdentity(other.Home)
	if err != nil {
		t.Fatal(err)
	}
	key := make([]byte, 32)
	file, stale, silent, powered := peerID(t, 1), peerID(t, 2), peerID(t, 3), peerID(t, 4)
	host.P2P.Peers = []string{file + "@192.0.2.1:26656", stale + "@192.0.2.2:26656"}
	register := []federation.Validator{
		{Peer: own.PeerID, Address: "node1.example:26656", Key: key},
		{Peer: peerID(t, 5), Address: "node5.example:26656"},
		{Peer: stale, Address: "old.example:26656", Key: key},
		{Peer: silent},
		{Peer: "peer6", Address: "node6.example:26656", Key: key},
		{Peer: peerID(t, 7), Address: "node7.example", Key: key},
		{Peer: powered, Address: "node4.example:26656", Key: key},
		{Peer: powered, Address: "node4b.example:26656", Key: key},
	}
	for _, row := range []struct {
		name  string
		nodes []federation.Validator
		want  []string
	}{
		{"by the register", register, []string{host.P2P.Peers[0], host.P2P.Peers[1],
			powered + "@node4.example:26656", peerID(t, 5) + "@node5.example:26656"}},
		{"by the genesis", nil, []string{host.P2P.Peers[0], host.P2P.Peers[1], second.PeerID + "@node2.example:26656"}},
	} {
		got, err := host.Dialled(listing{nodes: row.nodes}, genesis, own, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(row.want, got); diff != "" {
			t.Errorf("%s (-want +got)\n%s", row.name, diff)
		}
	}
	many := make([]federation.Validator, 2*node.MaxPeers)
	for i := range many {
		many[i] = federation.Validator{Peer: peerID(t, 100+i), Address: "node.example:26656"}
	}
	if got, err := host.Dialled(listing{nodes: many}, genesis, own, slog.New(slog.DiscardHandler)); err != nil || len(got) != node.MaxPeers {
		t.Errorf("%d peers of many, %v", len(got), err)
	}
}

// Two nodes that only the register names find each other.
func TestDialsTheRegister(t *testing.T) {
	host, other := newHome(t), testConfig(t)
	other.Home = t.TempDir()
	own, err := node.LoadIdentity(host.Home)
	if err != nil {
		t.Fatal(err)
	}
	id, err := node.Init(other.Home, node.InitOptions{Config: other})
	if err != nil {
		t.Fatal(err)
	}
	putGenesis(t, host.Home, "rochdale-test", own)
	putGenesis(t, other.Home, "rochdale-test", own)
	register := []federation.Validator{{Peer: own.PeerID, Address: host.P2P.Address}, {Peer: id.PeerID, Address: other.P2P.Address}}
	open := func(home string, _ node.Config, _ *slog.Logger) (node.Application, func(string) bool, error) {
		app, err := nodetest.NewCounter(node.AppDir(home))
		return listing{app, register}, nil, err
	}
	n, err := start(t, host, open, nil)
	if err != nil {
		t.Fatal(err)
	}
	follower, err := start(t, other, open, nil)
	if err != nil {
		t.Fatal(err)
	}
	send(t, n, "one")
	eventually(t, "the other node follows", func() bool { return follower.Height() >= 1 })
}
