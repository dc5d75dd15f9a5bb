package app

import (
	"bytes"
	"errors"
	"testing"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/google/go-cmp/cmp"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/tx"
)

// In a bundle each transaction is executed, refused and answered by itself, and the
// same one in two bundles is done once.
func TestBundleInABlock(t *testing.T) {
	f := newFed(t, 1, Options{})
	f.must(f.sign(1, 1, ballot.Propose{Kind: 1, Title: "Shall we?"}))
	a, b, c := f.cast(2), f.sign(1, 3, member.Reinstate{Member: 99}), f.cast(4)
	d := f.sign(1, 1, f.apply(1, 7))
	first, second := tx.Bundle([][]byte{a, b, c})[0], tx.Bundle([][]byte{c, d})[0]
	res := f.block(first, second, []byte{0x80})
	var got [][]Outcome
	for _, r := range res.TxResults[:2] {
		outcomes, err := tx.Decode[[]Outcome](r.Data)
		if err != nil || r.Code != 0 {
			t.Fatalf("%d, %v", r.Code, err)
		}
		got = append(got, outcomes)
	}
	five := tx.Encode(uint64(fedMembers + 1))
	want := [][]Outcome{{{}, {Code: state.ErrAuthority.Code}, {}}, {{Code: state.ErrSequence.Code}, {Data: five}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("outcomes (-want +got)\n%s", diff)
	}
	if code := res.TxResults[2].Code; code != state.ErrMalformed.Code {
		t.Errorf("an empty bundle: code %d", code)
	}
	for i, row := range []struct {
		raw  []byte
		code uint32
	}{{a, 0}, {b, state.ErrAuthority.Code}, {c, 0}, {d, 0}} {
		done, ok, err := f.app.Ledger().Done(tx.ID(row.raw))
		if err != nil || !ok || done.Code != row.code || done.Height != uint64(f.height()) {
			t.Errorf("transaction %d: %+v, %t, %v", i, done, ok, err)
		}
	}
	if _, ok, err := f.app.Ledger().Done(tx.ID(first)); err != nil || ok {
		t.Errorf("the bundle has a result of its own: %t, %v", ok, err)
	}
	if events := res.TxResults[1].Events; len(events) != 1 || events[0].Type != (member.Applied{}).Event() {
		t.Errorf("events of the second bundle: %v", events)
	}
	f.sound()
}

// Transactions one by one, in one bundle, and in two, leave the same state.
func TestBundlesChangeNothing(t *testing.T) {
	var hashes [][]byte
	for _, split := range []int{0, 1, 2} {
		f := newFed(t, 1, Options{Quiet: split == 2})
		f.must(f.sign(1, 1, ballot.Propose{Kind: 1, Title: "Shall we?"}))
		raws := [][]byte{f.cast(1), f.cast(2), f.cast(3), f.cast(2)}
		switch split {
		case 1:
			raws = tx.Bundle(raws)
		case 2:
			raws = append(tx.Bundle(raws[:2]), tx.Bundle(raws[2:])...)
		}
		res := f.block(raws...)
		hashes = append(hashes, res.AppHash)
		if split == 2 && len(res.TxResults[0].Events) != 0 {
			t.Error("a quiet node tells events")
		}
	}
	if !bytes.Equal(hashes[0], hashes[1]) || !bytes.Equal(hashes[0], hashes[2]) {
		t.Errorf("hashes %X", hashes)
	}
}

// The engine's own reader of results sees the outcomes of a bundle as canonical CBOR:
// the first is done and the second refused with code 9.
func TestOutcomeForm(t *testing.T) {
	got := tx.Encode([]Outcome{{}, {Code: 9}, {Data: []byte{5}}})
	if want := []byte{0x83, 0xa0, 0xa1, 0x01, 0x09, 0xa1, 0x02, 0x41, 0x05}; !bytes.Equal(got, want) {
		t.Errorf("%x, want %x", got, want)
	}
}

// A block executed ahead is taken if it is the one decided, and leaves nothing behind if
// it is not: another of the same height, the same one at another time, none at all.
func TestExecutedAhead(t *testing.T) {
	f := newFed(t, 1, Options{})
	g := newFed(t, 1, Options{})
	f.must(f.sign(1, 1, ballot.Propose{Kind: 1, Title: "Shall we?"}))
	g.must(g.sign(1, 1, ballot.Propose{Kind: 1, Title: "Shall we?"}))
	ahead := func(name string, r *abci.RequestFinalizeBlock) {
		t.Helper()
		res, err := f.app.ProcessProposal(ctx, &abci.RequestProcessProposal{Height: r.Height, Time: r.Time, Txs: r.Txs, Hash: []byte(name)})
		if err != nil || res.Status != abci.ResponseProcessProposal_ACCEPT {
			t.Fatalf("%s: %v, %v", name, res, err)
		}
	}
	decide := func(name string, r *abci.RequestFinalizeBlock) {
		t.Helper()
		r.Hash = []byte(name)
		got, want := f.decide(r), g.decide(r)
		if !bytes.Equal(got.AppHash, want.AppHash) || len(got.TxResults) != len(want.TxResults) {
			t.Errorf("%s: %X with %d results, want %X with %d", name, got.AppHash, len(got.TxResults), want.AppHash, len(want.TxResults))
		}
		for i := range want.TxResults {
			if got.TxResults[i].Code != want.TxResults[i].Code {
				t.Errorf("%s: transaction %d: code %d, want %d", name, i, got.TxResults[i].Code, want.TxResults[i].Code)
			}
		}
	}
	two, three := f.cast(2), f.cast(3)
	r := f.request(two)
	ahead("a", r)
	decide("a", r)
	r = f.request(three)
	ahead("b", r)
	decide("c", f.request(f.cast(4)))
	r = f.request(three)
	ahead("d", r)
	later := *r
	later.Time = r.Time.AddDate(0, 0, 1)
	ahead("e", &later)
	decide("d", r)
	ahead("f", f.request(f.cast(5)))
	f.reopen() // closed with an execution under way
	decide("g", f.request())
	f.sound()
}

// A fault while executing ahead is a fault of the block if it is decided, and nothing if
// it is not.
func TestFaultAhead(t *testing.T) {
	var x ahead
	fault := errors.New("of the test")
	x.begin([]byte("a"), func() (*abci.ResponseFinalizeBlock, error) { return nil, fault })
	if e := x.take([]byte("b")); e != nil {
		t.Error("taken for another block")
	}
	x.begin([]byte("a"), func() (*abci.ResponseFinalizeBlock, error) { return nil, fault })
	if _, err := x.take([]byte("a")).outcome(); !errors.Is(err, fault) {
		t.Errorf("%v", err)
	}
	x.begin([]byte("a"), func() (*abci.ResponseFinalizeBlock, error) { panic("of the test") })
	defer func() {
		if r := recover(); r == nil {
			t.Error("a panic is lost")
		}
	}()
	_, _ = x.take([]byte("a")).outcome()
}
