package app

import (
	"bytes"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	abci "github.com/cometbft/cometbft/abci/types"
	ics23 "github.com/cosmos/ics23/go"
	"github.com/google/go-cmp/cmp"

	"github.com/rochdale-ledger/rochdale/client/light"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/store"
	"github.com/rochdale-ledger/rochdale/tx"
)

func (f *fed) query(r *abci.RequestQuery) *abci.ResponseQuery {
	f.t.Helper()
	res, err := f.app.Query(ctx, r)
	if err != nil {
		f.t.Fatal(err)
	}
	return res
}

// Rows are questions that have no answer, in the order in which they are
// refused.
func TestQueryRefuses(t *testing.T) {
	f := newFed(t, 1, Options{})
	for _, row := range []struct {
		name string
		r    abci.RequestQuery
		want uint32
	}{
		{"no path", abci.RequestQuery{Path: "/store", Height: -1}, state.CodePath},
		{"negative height", abci.RequestQuery{Path: state.PathKey, Height: -1}, state.CodeData},
		{"height to come", abci.RequestQuery{Path: state.PathKey, Height: 99}, state.CodeHeight},
		{"no key", abci.RequestQuery{Path: state.PathKey}, state.CodeData},
		{"no range", abci.RequestQuery{Path: state.PathRange}, state.CodeData},
		{"trailing byte", abci.RequestQuery{Path: state.PathRange, Data: append(tx.Encode(state.RangeQuery{}), 0)}, state.CodeData},
		{"no question", abci.RequestQuery{Path: state.PathIndex, Prove: true}, state.CodeData},
		{"explicit zero", abci.RequestQuery{Path: state.PathIndex, Data: []byte{0xa1, 2, 0}}, state.CodeData},
		{"a list proved", abci.RequestQuery{Path: state.PathIndex, Data: tx.Encode(ballot.UnderWay.Ask(1, 1, 2)), Prove: true}, state.CodeData},
		{"no such list", abci.RequestQuery{Path: state.PathIndex, Data: tx.Encode(state.IndexQuery{Index: 1})}, state.CodeData},
		{"short key", abci.RequestQuery{Path: state.PathIndex, Data: tx.Encode(state.IndexQuery{Index: 0x40, First: []byte{1}})}, state.CodeData},
		{"backwards", abci.RequestQuery{Path: state.PathIndex, Data: tx.Encode(ballot.UnderWay.Ask(1, 2, 1))}, state.CodeData},
		{"proof of an empty range", abci.RequestQuery{Path: state.PathRange, Data: tx.Encode(state.RangeQuery{Start: []byte{2}, End: []byte{2}}), Prove: true}, state.CodeData},
		{"proof of a range without end", abci.RequestQuery{Path: state.PathRange, Data: tx.Encode(state.RangeQuery{Start: []byte{2}}), Prove: true}, state.CodeData},
		{"short id", abci.RequestQuery{Path: state.PathDone, Data: make([]byte, 31)}, state.CodeData},
		{"unknown id", abci.RequestQuery{Path: state.PathDone, Data: make([]byte, 32)}, state.CodeAbsent},
	} {
		var want []byte
		if row.want == state.CodeAbsent {
			want = tx.Encode(state.Absence{}) // nothing was forgotten yet
		}
		if got := f.query(&row.r); got.Code != row.want || got.Log == "" || !bytes.Equal(got.Value, want) {
			t.Errorf("%s: code %d, %q, %x, want code %d, %x", row.name, got.Code, got.Log, got.Value, row.want, want)
		}
	}
}

// Every leaf that a range lists is proved by its key, at the tip and at the
// height before it, and a changed key or value is not; so is absence.
func TestQueryProofs(t *testing.T) {
	f := newFed(t, 2, Options{})
	f.must(f.sign(1, 1, f.apply(1, 1)), f.sign(2, 1, f.apply(2, 1)))
	hashes := map[int64][]byte{0: f.app.Ledger().Tip().Hash}
	hashes[f.height()] = f.app.Ledger().Tip().Hash
	f.must(f.carried(1, 1, member.Admit{Member: fedMembers + 1})...)
	hashes[0], hashes[f.height()] = f.app.Ledger().Tip().Hash, f.app.Ledger().Tip().Hash
	for _, height := range []int64{0, f.height(), f.height() - 1} {
		all := f.leaves(height, nil, []byte{0xff}, state.MaxRange)
		if len(all) < 50 {
			t.Fatalf("height %d has %d leaves", height, len(all))
		}
		for _, leaf := range all {
			f.wantProof(height, hashes[height], leaf.Key, leaf.Value)
		}
		for _, key := range [][]byte{{0x00}, {0xfe}, append(bytes.Clone(all[7].Key), 0)} {
			f.wantProof(height, hashes[height], key, nil)
		}
	}
}

// wantProof asks for a key and verifies the answer as a third party would.
func (f *fed) wantProof(height int64, root, key, value []byte) {
	f.t.Helper()
	res := f.query(&abci.RequestQuery{Path: state.PathKey, Data: key, Height: height, Prove: true})
	if res.Code != 0 || !bytes.Equal(res.Value, value) || len(res.ProofOps.Ops) != 1 || res.ProofOps.Ops[0].Type != state.ProofType {
		f.t.Fatalf("key %x: %+v", key, res)
	}
	var proof ics23.CommitmentProof
	if err := proof.Unmarshal(res.ProofOps.Ops[0].Data); err != nil {
		f.t.Fatal(err)
	}
	other := append(bytes.Clone(value), 1)
	if value == nil {
		if !ics23.VerifyNonMembership(ics23.IavlSpec, root, &proof, key) {
			f.t.Errorf("key %x: absence is not proved", key)
		}
	} else if !ics23.VerifyMembership(ics23.IavlSpec, root, &proof, key, value) {
		f.t.Errorf("key %x: not proved", key)
	}
	if ics23.VerifyMembership(ics23.IavlSpec, root, &proof, key, other) {
		f.t.Errorf("key %x: another value is proved", key)
	}
	if plain := f.query(&abci.RequestQuery{Path: state.PathKey, Data: key, Height: height}); !bytes.Equal(plain.Value, value) || plain.ProofOps != nil {
		f.t.Errorf("key %x: without proof %+v", key, plain)
	}
}

// leaves reads a range, an answer at a time.
func (f *fed) leaves(height int64, start, end []byte, limit uint64) (out []state.Leaf) {
	f.t.Helper()
	for {
		res := f.query(&abci.RequestQuery{Path: state.PathRange, Height: height, Data: tx.Encode(state.RangeQuery{Start: start, End: end, Limit: limit})})
		if res.Code != 0 {
			f.t.Fatalf("range: %d %s", res.Code, res.Log)
		}
		answer, err := tx.Decode[state.RangeAnswer](res.Value)
		if err != nil {
			f.t.Fatal(err)
		}
		out = append(out, answer.Leaves...)
		if !answer.More {
			return out
		}
		start = append(bytes.Clone(answer.Leaves[len(answer.Leaves)-1].Key), 0)
	}
}

// A range says the same at the tip, which reads the flat copy, and at an older
// height, which reads the tree; in one answer or in many; backwards, nothing.
func TestQueryRange(t *testing.T) {
	f := newFed(t, 1, Options{})
	f.block() // changes nothing, so both heights hold the same
	tip, older := f.height(), f.height()-1
	whole := f.leaves(tip, nil, []byte{0xff}, 0)
	for _, row := range []struct {
		name       string
		start, end []byte
		limit      uint64
		want       []state.Leaf
	}{
		{"in one answer", nil, []byte{0xff}, 0, whole},
		{"one by one", nil, []byte{0xff}, 1, whole},
		{"by seven", nil, []byte{0xff}, 7, whole},
		{"above the limit", nil, []byte{0xff}, state.MaxRange + 1, whole},
		{"of one key", whole[3].Key, append(bytes.Clone(whole[3].Key), 0), 0, whole[3:4]},
		{"up to a key, not with it", nil, whole[3].Key, 0, whole[:3]},
		{"empty", whole[3].Key, whole[3].Key, 0, nil},
		{"backwards", whole[5].Key, whole[3].Key, 0, nil},
		{"without an end", nil, nil, 0, nil},
	} {
		for _, height := range []int64{tip, older} {
			if diff := cmp.Diff(row.want, f.leaves(height, row.start, row.end, row.limit)); diff != "" {
				t.Errorf("%s at height %d (-want +got)\n%s", row.name, height, diff)
			}
		}
	}
}

// A range without a proof holds as many leaves as it is asked for, and says
// whether there are more.
func TestRangeLimit(t *testing.T) {
	f := newFed(t, 1, Options{})
	all := uint64(len(f.leaves(0, nil, []byte{0xff}, state.MaxRange)))
	for limit, want := range map[uint64]uint64{1: 1, 2: 2, all - 1: all - 1, all: all, all + 1: all, 0: all} {
		res := f.query(&abci.RequestQuery{Path: state.PathRange, Data: tx.Encode(state.RangeQuery{End: []byte{0xff}, Limit: limit})})
		answer, err := tx.Decode[state.RangeAnswer](res.Value)
		if err != nil || uint64(len(answer.Leaves)) != want || answer.More != (want < all) {
			t.Errorf("at most %d: %d leaves, more: %v, %v; want %d of %d", limit, len(answer.Leaves), answer.More, err, want, all)
		}
	}
}

// A range that is proved holds the same leaves as one that is not, at the tip and
// at an older height, in one answer or in many, and its proof proves just those.
func TestQueryProvedRange(t *testing.T) {
	f := newFed(t, 1, Options{})
	f.must(f.sign(1, 1, f.apply(1, 1)))
	hashes := map[int64][]byte{f.height(): f.app.Ledger().Tip().Hash}
	f.must(f.carried(1, 1, member.Admit{Member: fedMembers + 1})...)
	hashes[f.height()] = f.app.Ledger().Tip().Hash
	for height, root := range hashes {
		whole := f.leaves(height, nil, []byte{0xff}, 0)
		n := len(whole)
		between := append(bytes.Clone(whole[3].Key), 0)
		for _, row := range []struct {
			name       string
			start, end []byte
			limit      uint64
			want       []state.Leaf
		}{
			{"all", nil, []byte{0xff}, 0, whole},
			{"by seven", nil, []byte{0xff}, 7, whole},
			{"one by one", whole[n-9].Key, []byte{0xff}, 1, whole[n-9:]},
			{"as many as the limit", whole[2].Key, whole[9].Key, 7, whole[2:9]},
			{"one key", whole[3].Key, between, 0, whole[3:4]},
			{"between two leaves", between, append(bytes.Clone(between), 0), 0, nil},
			{"left of all", []byte{0}, []byte{0, 1}, 0, nil},
			{"right of all", []byte{0xfe}, []byte{0xff}, 0, nil},
		} {
			got := f.provedLeaves(height, root, row.start, row.end, row.limit)
			if diff := cmp.Diff(row.want, got); diff != "" {
				t.Errorf("%s at height %d (-want +got)\n%s", row.name, height, diff)
			}
		}
	}
}

// provedLeaves is leaves with each answer proved, as a client does.
func (f *fed) provedLeaves(height int64, root, start, end []byte, limit uint64) (out []state.Leaf) {
	f.t.Helper()
	for {
		q := tx.Encode(state.RangeQuery{Start: start, End: end, Limit: limit})
		res := f.query(&abci.RequestQuery{Path: state.PathRange, Height: height, Data: q, Prove: true})
		if res.Code != 0 || len(res.ProofOps.Ops) != 1 || res.ProofOps.Ops[0].Type != state.ProofRange {
			f.t.Fatalf("range: %+v", res)
		}
		answer, err := tx.Decode[state.RangeAnswer](res.Value)
		if err != nil {
			f.t.Fatal(err)
		}
		if limit > 0 && uint64(len(answer.Leaves)) > limit {
			f.t.Fatalf("%d leaves, %d were asked for", len(answer.Leaves), limit)
		}
		to := end
		if answer.More {
			to = append(bytes.Clone(answer.Leaves[len(answer.Leaves)-1].Key), 0)
		}
		var leaves []light.Leaf
		for _, l := range answer.Leaves {
			leaves = append(leaves, light.Leaf(l))
		}
		proof := res.ProofOps.Ops[0].Data
		if err := light.VerifyRange(root, start, to, leaves, proof); err != nil {
			f.t.Fatal(err)
		}
		if len(leaves) > 0 && light.VerifyRange(root, start, to, leaves[1:], proof) == nil {
			f.t.Error("a range without its first leaf is proved")
		}
		out = append(out, answer.Leaves...)
		if !answer.More {
			return out
		}
		start = to
	}
}

// A proved answer stops at the bytes that an answer may have, as one that is not
// proved does, and both go on where they stopped.
func TestProvedRangeBytes(t *testing.T) {
	f := newFed(t, 1, Options{})
	v, err := f.app.Ledger().View(0)
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	whole := f.leaves(0, nil, []byte{0xff}, 0)
	size := len(whole[0].Key) + len(whole[0].Value)
	for bound, want := range map[int]int{1: 1, size: 1, size + 1: 2} {
		got, err := v.ProveRange(nil, []byte{0xff}, state.MaxRange, bound)
		if err != nil || len(got.Leaves) != want || !got.More {
			t.Errorf("%d bytes: %d leaves, more %t, %v; want %d", bound, len(got.Leaves), got.More, err, want)
		}
	}
}

// The tip that is proved is the state's Head: chain and version under the app hash.
func TestQueryProvedTip(t *testing.T) {
	f := newFed(t, 1, Options{})
	f.must(f.sign(1, 1, f.apply(1, 1)))
	tip := f.app.Ledger().Tip()
	f.block() // changes nothing: the Head is that of the block before
	res := f.query(&abci.RequestQuery{Path: state.PathTip, Prove: true})
	if res.Code != 0 || len(res.ProofOps.Ops) != 1 || !bytes.Equal(res.Key, state.LocateHead().Key) {
		t.Fatalf("%+v", res)
	}
	if err := light.VerifyLeaf(tip.Hash, res.Key, res.Value, res.ProofOps.Ops[0].Data); err != nil {
		t.Error(err)
	}
	head, err := tx.Decode[state.Head](res.Value)
	want := state.Head{Chain: tip.Chain, Version: 1, Height: tip.Height, Time: tip.Time}
	if diff := cmp.Diff(want, head); err != nil || diff != "" || res.Height != f.height() {
		t.Errorf("height %d, %v (-want +got)\n%s", res.Height, err, diff)
	}
}

func TestQueryTipCheckDone(t *testing.T) {
	f := newFed(t, 1, Options{})
	raw := f.sign(1, 1, f.apply(1, 1))
	id := tx.ID(raw)
	checked := f.query(&abci.RequestQuery{Path: state.PathCheck, Data: raw})
	res := f.must(raw)
	done := f.query(&abci.RequestQuery{Path: state.PathDone, Data: id[:]})
	for name, q := range map[string]*abci.ResponseQuery{"check": checked, "done": done} {
		d, err := tx.Decode[state.Done](q.Value)
		if err != nil || d.Code != 0 || !bytes.Equal(d.Data, res.TxResults[0].Data) {
			t.Errorf("%s: %+v, %v", name, d, err)
		}
	}
	tip, err := tx.Decode[state.Tip](f.query(&abci.RequestQuery{Path: state.PathTip}).Value)
	if diff := cmp.Diff(f.app.Ledger().Tip(), tip); err != nil || diff != "" {
		t.Errorf("tip (-want +got)\n%s%v", diff, err)
	}
	// What became of it stays what it was, in the same block and in later ones.
	twice := f.sign(1, 1, f.apply(1, 2))
	f.block(twice, twice)
	f.block(twice)
	id = tx.ID(twice)
	d, err := tx.Decode[state.Done](f.query(&abci.RequestQuery{Path: state.PathDone, Data: id[:]}).Value)
	if err != nil || d.Code != 0 || int64(d.Height) != f.height()-1 {
		t.Errorf("of a transaction that came three times: %+v, %v", d, err)
	}
}

// Questions and checks run beside blocks. Run with -race. Each answer is that
// of one height: its proofs verify against that height's hash.
func TestQueriesBesideBlocks(t *testing.T) {
	f := newFed(t, 2, Options{})
	var asking sync.WaitGroup
	stop := make(chan struct{})
	raw := f.sign(2, 1, f.apply(2, 9)) // never in a block here
	ask := func(fn func() error) {
		asking.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				if err := fn(); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	key := member.Locate(1, 1).Key
	ask(func() error {
		res, err := f.app.CheckTx(ctx, &abci.RequestCheckTx{Tx: raw})
		if err == nil && res.Code != 0 {
			err = fmt.Errorf("check: %d %s", res.Code, res.Log)
		}
		return err
	})
	ask(func() error {
		res, err := f.app.Query(ctx, &abci.RequestQuery{Path: state.PathKey, Data: key, Prove: true})
		if err == nil && (res.Code != 0 || len(res.Value) == 0) {
			err = fmt.Errorf("proof: %d %s", res.Code, res.Log)
		}
		return err
	})
	ask(func() error {
		q := tx.Encode(state.RangeQuery{End: []byte{0xff}})
		res, err := f.app.Query(ctx, &abci.RequestQuery{Path: state.PathRange, Data: q})
		if err == nil && res.Code != 0 {
			err = fmt.Errorf("range: %d %s", res.Code, res.Log)
		}
		return err
	})
	ask(func() error { _, err := f.app.Info(ctx, nil); return err })
	ask(f.app.Fsck)
	for n := range 220 {
		if n%10 == 0 {
			f.must(f.sign(1, 1, f.apply(1, byte(n))))
			continue
		}
		f.block()
	}
	close(stop)
	asking.Wait()
	f.sound()
}

// No answer leaves a view open, whether it is given or refused: a snapshot that is
// never closed keeps the database from letting go of what was replaced since.
func TestViewsAreClosed(t *testing.T) {
	db, err := OpenDB("fed", vfs.NewMem())
	if err != nil {
		t.Fatal(err)
	}
	opened, err := store.OpenStore(db, 0)
	if err != nil {
		t.Fatal(err)
	}
	ledger, err := store.NewLedger(opened, Rules(), nil)
	if err != nil {
		t.Fatal(err)
	}
	f := &fed{t: t, coops: 1, now: time.Unix(1_700_000_000, 0), spent: map[signer]uint64{},
		app: New(ledger, slog.New(slog.DiscardHandler))}
	g, validators := fedGenesis(t, 1)
	if _, err := f.app.InitChain(ctx, initRequest(t, g, validators)); err != nil {
		t.Fatal(err)
	}
	f.block()
	good := f.sign(1, 1, f.apply(1, 1))
	for range 3 {
		for _, raw := range [][]byte{good, nil, f.sign(1, 2, f.apply(1, 2))} {
			f.check(raw)
			if _, err := f.app.InsertTx(ctx, &abci.RequestInsertTx{Tx: raw}); err != nil {
				t.Fatal(err)
			}
			for _, path := range []string{state.PathKey, state.PathRange, state.PathTip, state.PathCheck, state.PathDone, "/none"} {
				for _, height := range []int64{-1, 0, 1, 99} {
					f.query(&abci.RequestQuery{Path: path, Data: raw, Height: height, Prove: true})
				}
			}
			if _, err := f.app.PrepareProposal(ctx, &abci.RequestPrepareProposal{Height: f.height() + 1, MaxTxBytes: 1 << 20}); err != nil {
				t.Fatal(err)
			}
			if _, err := f.app.ProcessProposal(ctx, &abci.RequestProcessProposal{Height: f.height() + 1, Txs: [][]byte{raw}}); err != nil {
				t.Fatal(err)
			}
			f.block(raw)
		}
		f.sound()
	}
	if n := db.Metrics().Snapshots.Count; n != 1 {
		t.Errorf("%d snapshots are open, want the tip's", n)
	}
	if err := f.app.Close(); err != nil {
		t.Error(err)
	}
}
