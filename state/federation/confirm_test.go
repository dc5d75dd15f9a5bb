package federation_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/federation"
	"github.com/rochdale-ledger/rochdale/state/statetest"
	"github.com/rochdale-ledger/rochdale/tx"
)

// updates are the changes of power in the last block, as told writes them.
func updates(t *testing.T, l *statetest.L) (out []string) {
	t.Helper()
	v := l.Read()
	defer v.Close()
	got, err := federation.Updates(v)
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range got {
		out = append(out, fmt.Sprintf("%s→%d", told(u.Key), u.Power))
	}
	return out
}

// A coming validator has no power and takes none until it is confirmed; then the power
// moves in one block, and what was is gone.
func TestConfirm(t *testing.T) {
	l := statetest.New(t, setup())
	defer l.Close()
	must(t, l, 1, func() state.Action { return replace(1, 1) })
	before := find(t, l, 1)
	if before.Validator.Power() != federation.Power || !bytes.Equal(before.Validator.Key, key(1, 0)) || updates(t, l) != nil {
		t.Errorf("the decision alone moved power: %+v, %v", before, updates(t, l))
	}
	must(t, l, 1, func() state.Action { return replace(1, 2) }) // another in its place
	if diff := cmp.Diff([]bool{true, false, true}, hasPeer(t, l, "p", statetest.NodeOf(1, 1).ID(), statetest.NodeOf(1, 2).ID())); diff != "" {
		t.Errorf("peers while it waits (-want +got)\n%s", diff)
	}
	if got := l.Mandate(confirm(l, 1, 1)).Code; got != federation.ErrProof.Code {
		t.Errorf("the one that no longer comes: code %d", got)
	}
	must(t, l, 1, func() state.Action { return confirm(l, 1, 2) })
	want := federation.Coop{Name: "co-op 1", Validator: federation.Validator{Key: key(1, 2), Peer: statetest.NodeOf(1, 2).ID(), Address: "node1.example:3"}}
	if diff := cmp.Diff(want, find(t, l, 1)) + cmp.Diff([]string{"1.0→0", "1.2→3"}, updates(t, l)); diff != "" {
		t.Errorf("confirmed (-want +got)\n%s", diff)
	}
	if got := l.Mandate(confirm(l, 1, 2)).Code; got != federation.ErrNone.Code {
		t.Errorf("again: code %d", got)
	}
	if got := l.Mandate(replace(1, 0)).Code; got != federation.ErrTaken.Code {
		t.Errorf("the old key: code %d", got)
	}
	must(t, l, 1, func() state.Action { return replace(1, 1) }) // which never served
	l.Sound()
}

// Each row breaks its own rule and every later one that it can.
func TestConfirmRefuses(t *testing.T) {
	l := statetest.New(t, setup())
	defer l.Close()
	early := confirm(l, 1, 1)
	must(t, l, 2, func() state.Action { return replace(2, 1) })
	must(t, l, 1, func() state.Action { return replace(1, 1) })
	node, at := statetest.NodeOf(1, 1), l.Tip()
	since := find(t, l, 1).Next.Since
	edit := func(change func(*federation.Confirm)) federation.Confirm {
		m := prove(1, 1, at.Height, at.Hash)
		change(&m)
		return m
	}
	zero := make([]byte, 32)
	l.Run(t, []statetest.Row{
		statetest.Try("no peer key", 0, edit(func(m *federation.Confirm) { m.PeerKey, m.Hash = nil, nil }), federation.ErrProof),
		statetest.Try("short signature", 0, edit(func(m *federation.Confirm) { m.Peer, m.Hash = m.Peer[:63], nil }), federation.ErrProof),
		statetest.Try("long signature", 0, edit(func(m *federation.Confirm) { m.Validator, m.Hash = append(m.Validator, 0), nil }), federation.ErrProof),
		statetest.Try("no block", 0, edit(func(m *federation.Confirm) { m.Height, m.Peer = 0, m.Validator }), federation.ErrStale),
		statetest.Try("short hash", 0, edit(func(m *federation.Confirm) { m.Hash, m.Peer = m.Hash[:31], m.Validator }), federation.ErrStale),
		statetest.Try("older than the decision", 0, early, federation.ErrStale),
		statetest.Try("a block to come", 0, prove(1, 2, 1000, at.Hash), federation.ErrStale),
		statetest.Try("wrong hash", 0, prove(1, 2, at.Height, zero), federation.ErrStale),
		statetest.Try("another's peer key", 0, edit(func(m *federation.Confirm) {
			m.PeerKey = statetest.NodeOf(1, 2).Peer.Public()[1:]
			m.Validator = m.Peer
		}), federation.ErrProof),
		statetest.Try("another node", 0, prove(1, 2, at.Height, at.Hash), federation.ErrProof),
		statetest.Try("another validator key", 0, federation.Prove(statetest.Chain, 1, at.Height, at.Hash, node.Peer, statetest.NodeOf(1, 2).Validator), federation.ErrProof),
		statetest.Try("another ledger", 0, federation.Prove("test-2", 1, at.Height, at.Hash, node.Peer, node.Validator), federation.ErrProof),
		statetest.Try("another co-op", 0, federation.Prove(statetest.Chain, 2, at.Height, at.Hash, node.Peer, node.Validator), federation.ErrProof),
		statetest.Try("signatures the wrong way round", 0, edit(func(m *federation.Confirm) { m.Peer, m.Validator = m.Validator, m.Peer }), federation.ErrProof),
		statetest.Try("no signature of the validator", 0, edit(func(m *federation.Confirm) { m.Validator = m.Peer }), federation.ErrProof),
	})
	if res := l.MandateIn(3, confirm(l, 3, 1)); res.Code != federation.ErrNone.Code || !strings.Contains(res.Log, federation.ErrNone.Reason) {
		t.Errorf("no one waits: %+v", res)
	}
	for l.Tip().Height < since+state.Roots {
		l.Block()
	}
	l.Run(t, []statetest.Row{statetest.Try("too long ago", 0, prove(1, 1, since, at.Hash), federation.ErrStale)})
	must(t, l, 1, func() state.Action { return confirm(l, 1, 1) })
}

// A key that another co-op has brought into service meanwhile is no longer free.
func TestConfirmTaken(t *testing.T) {
	l := statetest.New(t, setup())
	defer l.Close()
	same := replace(2, 1)
	same.Key = key(1, 1)
	must(t, l, 1, func() state.Action { return replace(1, 1) })
	must(t, l, 2, func() state.Action { return same })
	must(t, l, 1, func() state.Action { return confirm(l, 1, 1) })
	at := l.Tip()
	m := federation.Prove(statetest.Chain, 2, at.Height, at.Hash, statetest.NodeOf(2, 1).Peer, statetest.NodeOf(1, 1).Validator)
	if got := l.MandateIn(2, m).Code; got != federation.ErrTaken.Code {
		t.Errorf("code %d", got)
	}
	l.Sound()
}

// A node of the classic transport is named by the digest of its key.
func TestConfirmClassic(t *testing.T) {
	l := statetest.New(t, setup())
	defer l.Close()
	m := replace(1, 1)
	classic := federation.Validator{Key: statetest.NodeOf(1, 1).Peer.Public()[1:]}.ConsensusAddress() // the same digest
	m.Peer = fmt.Sprintf("%x", classic)
	must(t, l, 1, func() state.Action { return m }, func() state.Action { return confirm(l, 1, 1) })
	if got := find(t, l, 1).Validator; got.Peer != m.Peer || !bytes.Equal(got.Key, key(1, 1)) {
		t.Errorf("%+v", got)
	}
}

// The proof holds over a restart between it and its block: what the ledger knows of its
// own hashes is in its records.
func TestConfirmAfterRestart(t *testing.T) {
	l := statetest.New(t, setup())
	must(t, l, 1, func() state.Action { return replace(1, 1) })
	m := confirm(l, 1, 1)
	for range 3 {
		if res := l.DoIn(2, statetest.Secretary, statetest.Carried{Kind: federation.KindAnnounce, Payload: tx.Encode(federation.Announce{})}); res.Code != 0 {
			t.Fatal(res.Log)
		}
	}
	l.Restart()
	defer l.Close()
	must(t, l, 1, func() state.Action { return m })
	if diff := cmp.Diff([]string{"1.0→0", "1.1→3"}, updates(t, l)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// PeerKey reads the one form that go-libp2p writes for ed25519 keys, and nothing else.
func TestPeerKey(t *testing.T) {
	node := statetest.NodeOf(1, 1)
	id := node.ID()
	if got, ok := federation.PeerKey(id); !ok || !bytes.Equal(got, node.Peer.Public()[1:]) {
		t.Errorf("%s: %x, %t", id, got, ok)
	}
	for _, bad := range []string{
		"", "p", "12D3KooW", id[:51], id + "1", "1" + id[:51], " " + id[1:], id[:20] + "0" + id[21:], id[:20] + "l" + id[21:],
		"2" + id[1:], "1" + strings.Repeat("1", 51), "1" + strings.Repeat("z", 51), "13D3KooW" + id[8:],
		"QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N",
	} {
		if _, ok := federation.PeerKey(bad); ok {
			t.Errorf("%q is a peer id", bad)
		}
	}
}
