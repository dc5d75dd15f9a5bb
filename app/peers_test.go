package app

import (
	"fmt"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/federation"
	"github.com/rochdale-ledger/rochdale/state/statetest"
	"github.com/rochdale-ledger/rochdale/tx"
)

// unfounded is a federation in memory before InitChain.
func unfounded(t *testing.T, coops int) *fed {
	f := &fed{t: t, fs: vfs.NewMem(), coops: coops, now: time.Unix(1_700_000_000, 0), spent: map[signer]uint64{}}
	f.open()
	return f
}

// found founds g and commits the first block.
func (f *fed) found(g federation.Genesis) {
	f.t.Helper()
	_, validators := fedGenesis(f.t, g.Validators())
	if _, err := f.app.InitChain(ctx, initRequest(f.t, g, validators)); err != nil {
		f.t.Fatal(err)
	}
	f.block()
}

// Who may take part follows from the register of the last committed block.
func TestAdmits(t *testing.T) {
	f := unfounded(t, 6)
	admits := func(when string, want bool, peers ...string) {
		t.Helper()
		for _, p := range peers {
			if got := f.app.Admits(p); got != want {
				t.Errorf("%s: peer %q is let in: %t, want %t", when, p, got, want)
			}
		}
	}
	admits("before the founding", true, "node 1", "stranger")
	id := func(coop state.Coop, n int) string { return statetest.NodeOf(coop, n).ID() }

	// Co-ops 1 to 4 have a validator, 5 and 6 have none; 3 and 4 share a node.
	g, _ := fedGenesis(t, 6)
	g.Coops[4].Validator, g.Coops[5].Validator = nil, nil
	for i, peer := range []string{"node 1", "node 2", "node 3", "node 3"} {
		g.Coops[i].Validator.Peer = peer
	}
	f.found(g)
	admits("founded", true, "node 1", "node 2", "node 3")
	admits("founded", false, "stranger", id(5, 0), "", "Node 1", "node 11")

	// One officer may say where the node is dialled, and not that it is another: the
	// others would drop the one that signs.
	for _, cut := range []federation.Announce{{Peer: id(1, 1)}, {}} {
		if res := f.block(f.sign(1, 1, cut)).TxResults[0]; res.Code != federation.ErrCutOff.Code {
			t.Errorf("an officer alone announces %q: %d %s", cut.Peer, res.Code, res.Log)
		}
	}
	admits("not cut off", true, "node 1")
	carried := map[state.Coop]ballot.Number{}
	by := func(coop state.Coop, a federation.Announce) [][]byte {
		carried[coop]++
		return f.carried(coop, carried[coop], a)
	}
	f.must(by(1, federation.Announce{Peer: id(1, 1)})...)
	admits("announced", true, id(1, 1))
	admits("announced", false, "node 1")
	f.must(f.sign(1, 1, federation.Announce{Peer: id(1, 1), Address: "192.0.2.7:26656"}))

	r := f.request(by(1, federation.Announce{Peer: id(1, 2)})...)
	if _, err := f.app.FinalizeBlock(ctx, r); err != nil {
		t.Fatal(err)
	}
	admits("executed and not committed", true, id(1, 1))
	admits("executed and not committed", false, id(1, 2))
	f.decide(r)
	admits("committed", true, id(1, 2))
	admits("committed", false, id(1, 1))

	f.comes(2, 1)
	admits("decided", true, id(2, 1), "node 2")
	nodes, err := f.app.Nodes()
	if err != nil || len(nodes) != 5 || nodes[2].Peer != id(2, 1) || nodes[2].Address != "192.0.2.9:26656" || nodes[2].Power() != 0 {
		t.Errorf("the nodes to dial are %+v, %v", nodes, err)
	}
	f.must(f.shows(2, 1))
	admits("replaced", true, id(2, 1))
	admits("replaced", false, "node 2")
	f.comes(6, 1)
	admits("the first of a co-op comes", true, id(6, 1))

	f.report(0, 1)
	if c := f.coop(1); !c.Validator.Removed {
		t.Fatalf("co-op 1 is %+v", c)
	}
	admits("its validator misbehaved", true, id(1, 2))

	f.must(by(3, federation.Announce{Peer: id(3, 1)})...)
	admits("one of two leaves a node", true, "node 3", id(3, 1))
	f.must(by(4, federation.Announce{Peer: id(3, 1)})...)
	admits("both have left it", true, id(3, 1))
	admits("both have left it", false, "node 3")

	f.must(f.sign(5, 1, federation.Announce{Peer: id(5, 0)}))
	admits("a co-op without a validator", true, id(5, 0))
	admits("a co-op without a validator", false, "node 6")
	f.reopen()
	admits("after a restart", true, id(1, 2), id(2, 1), id(3, 1), id(5, 0))
	admits("after a restart", false, "node 1", "node 2", "node 3", "node 6", "stranger")

	for n := state.Coop(1); n <= 5; n++ {
		if n == 2 {
			carried[n] = 1 // its validator came by a motion
		}
		f.must(by(n, federation.Announce{})...)
	}
	admits("only one that comes tells a peer id", true, id(6, 1))
	admits("only one that comes tells a peer id", false, id(1, 2), "stranger")
	f.must(f.shows(6, 1))
	carried[6] = 1
	f.must(by(6, federation.Announce{})...)
	admits("no co-op tells a peer id", true, id(1, 2), "stranger")
	f.sound()
}

// A co-op without a validator is founded without one, votes like any other, and
// gets its first by a motion. What a block reads does not depend on how many such
// co-ops there are.
func TestCoopsWithoutValidator(t *testing.T) {
	var reads [2][]uint64
	for i, coops := range []int{5, 60} {
		f := unfounded(t, coops)
		g, _ := fedGenesis(t, coops)
		for n := 4; n < coops; n++ {
			g.Coops[n].Validator = nil
		}
		f.found(g)
		spent := func() { reads[i] = append(reads[i], f.app.ledger.Reads()) }
		block := func(what string, request func() [][]byte, want ...string) {
			t.Helper()
			res, err := f.app.FinalizeBlock(ctx, f.request(request()...))
			if err != nil {
				t.Fatal(err)
			}
			for n, r := range res.TxResults {
				if r.Code != 0 {
					t.Fatalf("%s: transaction %d: %d %s", what, n, r.Code, r.Log)
				}
			}
			spent()
			if _, err := f.app.Commit(ctx, nil); err != nil {
				t.Fatal(err)
			}
			f.wantUpdates(what, res, want...)
		}
		if c := f.coop(5); c.Name != "Co-op 5" || len(c.Validator.Key) != 0 || c.Validator.Power() != 0 {
			t.Errorf("co-op 5 is %+v", c)
		}
		if n := f.totals(); n != (federation.Totals{Coops: uint64(coops), Powered: 4}) {
			t.Errorf("the totals are %+v", n)
		}
		block("idle", func() [][]byte { return nil })
		m := ballot.Propose{Kind: 3, Title: "A first validator", Action: []ballot.Carried{
			{Kind: federation.KindReplace, Payload: tx.Encode(replaceBy(5, 1))}}}
		block("proposed", func() [][]byte { return [][]byte{f.sign(5, 1, m)} })
		cast := ballot.Cast{Motion: 1, Paper: ballot.Yes.Paper()}
		block("its first validator is decided", func() [][]byte { return [][]byte{f.sign(5, 1, cast), f.sign(5, 2, cast)} })
		block("its first validator", func() [][]byte { return [][]byte{f.shows(5, 1)} }, "5.1→3")
		block("announced", func() [][]byte {
			return [][]byte{f.sign(1, 1, federation.Announce{Peer: statetest.NodeOf(1, 1).ID()})}
		})
		block("idle again", func() [][]byte { return nil })
	}
	if fmt.Sprint(reads[0]) != fmt.Sprint(reads[1]) || reads[0][0] == 0 {
		t.Errorf("blocks of few co-ops read %d leaves, of many %d", reads[0], reads[1])
	}
}
