package app

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"testing"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/cometbft/cometbft/types"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rochdale-ledger/rochdale/app/pool"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/tx"
)

const blockRoom = 1 << 20

func (f *fed) arrive(want uint32, raws ...[]byte) {
	f.t.Helper()
	for i, raw := range raws {
		if res := f.check(raw); res.Code != want {
			f.t.Errorf("transaction %d: %d %s, want %d", i, res.Code, res.Log, want)
		}
	}
}

func (f *fed) waits(want int) {
	f.t.Helper()
	if n, _ := f.app.Waiting(); n != want {
		f.t.Errorf("%d transactions wait, want %d", n, want)
	}
}

func (f *fed) insert(raw []byte) uint32 {
	f.t.Helper()
	res, err := f.app.InsertTx(ctx, &abci.RequestInsertTx{Tx: raw})
	if err != nil {
		f.t.Fatal(err)
	}
	return res.Code
}

// propose is the next proposal, in the engine's transactions.
func (f *fed) propose(room int64) [][]byte {
	f.t.Helper()
	res, err := f.app.PrepareProposal(ctx, &abci.RequestPrepareProposal{Height: f.height() + 1, MaxTxBytes: room})
	if err != nil {
		f.t.Fatal(err)
	}
	return res.Txs
}

// accepts says whether a validator accepts a proposal.
func (f *fed) accepts(txs ...[]byte) bool {
	f.t.Helper()
	res, err := f.app.ProcessProposal(ctx, &abci.RequestProcessProposal{Height: f.height() + 1, Txs: txs})
	if err != nil {
		f.t.Fatal(err)
	}
	return res.Status == abci.ResponseProcessProposal_ACCEPT
}

// holds compares the transactions of a proposal, by what name says of each.
func (f *fed) holds(txs [][]byte, want ...string) {
	f.t.Helper()
	got := []string{}
	flat, _ := flatten(txs)
	for _, raw := range flat {
		signed, err := tx.Parse(raw)
		if err != nil {
			f.t.Fatal(err)
		}
		got = append(got, fmt.Sprintf("%d/%d:%d", signed.Body.Coop, signed.Body.Signer, signed.Body.Sequence))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		f.t.Errorf("proposed (-want +got)\n%s", diff)
	}
	if !slices.EqualFunc(txs, tx.Bundle(flat), bytes.Equal) {
		f.t.Errorf("%d transactions are not in as few bundles as can be", len(flat))
	}
}

func (f *fed) cast(m state.Member) []byte {
	return f.sign(1, m, ballot.Cast{Motion: 1, Paper: ballot.Yes.Paper()})
}

// at signs for m with a sequence and an expiry of its own.
func (f *fed) at(m state.Member, sequence, expiry uint64, spoil func(*tx.Body)) []byte {
	body := f.body(1, m, ballot.Cast{Motion: 1, Paper: ballot.Yes.Paper()})
	f.spent[signer{1, uint64(m)}]--
	body.Sequence, body.Expiry = sequence, expiry
	if spoil != nil {
		spoil(&body)
	}
	return tx.Sign(fedKey(1, m), body)
}

// A signer's transactions may arrive in any order, up to a run beyond the next, one a
// sequence; each waits once however often it comes.
func TestArriveAhead(t *testing.T) {
	f := newFed(t, 1, Options{})
	far := uint64(f.height()) + 1000
	at := func(sequence uint64) []byte { return f.at(1, sequence, far, nil) }
	f.arrive(0, at(pool.Run), at(2), at(2))
	f.arrive(state.ErrSequence.Code, at(pool.Run+1), f.at(1, 2, far+1, nil))
	f.arrive(ballot.ErrUnknown.Code, at(1)) // the next is executed on trial
	f.waits(2)
	if got := f.propose(blockRoom); len(got) != 0 {
		t.Errorf("%d proposed after a gap", len(got))
	}
	if res := f.check(f.at(1, 2, far+1, nil)); res.Log != state.ErrSequence.Reason+": another transaction with 2 is waiting for a block" {
		t.Errorf("a double: %q", res.Log)
	}
	if got := f.block(at(2)).TxResults[0].Code; got != state.ErrSequence.Code {
		t.Errorf("out of order in a block: code %d", got)
	}
	f.arrive(state.ErrMalformed.Code, tx.Bundle([][]byte{at(3), at(4)})[0])
	for range pool.Patience {
		f.block()
	}
	f.waits(0)
}

// No more waits for a signer than the allowance leaves.
func TestArriveWithinAllowance(t *testing.T) {
	f := newFed(t, 1, Options{})
	f.must(f.sign(1, 1, ballot.Propose{Kind: 1, Title: "Shall we?"}))
	v, err := f.app.Ledger().View(0)
	if err != nil {
		t.Fatal(err)
	}
	policy, err := charter.PolicyOf(v.Of(1))
	v.Close()
	if err != nil {
		t.Fatal(err)
	}
	const left = 3
	var used [][]byte
	for range policy.Allowance - left {
		used = append(used, f.cast(2))
	}
	f.block(used...) // of one day
	f.arrive(0, f.cast(2), f.cast(2), f.cast(2))
	f.arrive(state.ErrAllowance.Code, f.cast(2))
	f.waits(left)
	if got := f.propose(blockRoom); !f.accepts(got...) {
		t.Error("the rest of an allowance is refused")
	}
	f.forget()
	four := [][]byte{}
	for n := range uint64(left + 1) {
		four = append(four, f.at(2, uint64(policy.Allowance)-left+1+n, 1<<40, nil))
	}
	if f.accepts(tx.Bundle(four)...) {
		t.Error("more than an allowance is accepted")
	}
}

// What a node has no room for is no rejection: it may be sent again.
func TestBusy(t *testing.T) {
	f := newFed(t, 1, Options{Mempool: pool.Limits{Transactions: 2, Bytes: 1 << 20}})
	f.must(f.sign(1, 1, ballot.Propose{Kind: 1, Title: "Shall we?"}))
	f.arrive(0, f.cast(1), f.cast(2))
	third := f.cast(3)
	f.arrive(state.CodeBusy, third)
	f.block(f.propose(blockRoom)...)
	f.arrive(0, third)
}

// What arrived is proposed in bundles, in turn; what a block has executed is gone, in
// whichever proposal it was; what can be executed no more is not proposed.
func TestPrepareProposal(t *testing.T) {
	f := newFed(t, 2, Options{})
	f.must(f.sign(1, 1, ballot.Propose{Kind: 1, Title: "Shall we?"}))
	next := uint64(f.height()) + 1
	a1, a2, b1, b2 := f.cast(1), f.cast(1), f.cast(2), f.cast(2)
	other := f.sign(2, 1, f.apply(2, 1))
	f.arrive(0, a1, a2, b2, b1, other)
	late, last := f.at(3, 1, next, nil), f.at(4, 1, next+1, nil)
	f.arrive(0, late, last)
	txs := f.propose(blockRoom)
	f.holds(txs, "1/1:2", "2/1:1", "1/2:1", "1/3:1", "1/4:1", "1/1:3", "1/2:2")
	if !f.accepts(txs...) {
		t.Error("a proposal of its own is refused")
	}
	f.block(a1, b1) // another's proposal was decided
	f.waits(5)
	f.holds(f.propose(blockRoom), "2/1:1", "1/4:1", "1/1:3", "1/2:2")
	f.block(f.propose(blockRoom)...)
	if got := f.propose(blockRoom); len(got) != 0 {
		t.Errorf("%d proposed after all", len(got))
	}
	f.sound()
}

// Whatever a mempool holds and however little room a block has, the engine takes the
// proposal, and a validator that remembers nothing accepts it.
func TestProposalFits(t *testing.T) {
	f := newFed(t, 2, Options{})
	f.must(f.sign(1, 1, ballot.Propose{Kind: 1, Title: "Shall we?"}))
	before := *f
	var entries []member.Entry
	for n := range member.MaxImport {
		entries = append(entries, member.Entry{Key: fedKey(7, state.Member(n+1)).Public(), Class: 1})
	}
	rapid.Check(t, func(rt *rapid.T) {
		f.forget()
		f.spent = map[signer]uint64{{1, 1}: before.spent[signer{1, 1}]}
		for range rapid.IntRange(1, 60).Draw(rt, "sent") {
			m := state.Member(rapid.IntRange(1, fedMembers).Draw(rt, "member"))
			if rapid.Bool().Draw(rt, "large") { // refused when it is executed, which a peer's is not on arrival
				f.insert(f.sign(2, m, member.Import{Entries: entries[:rapid.IntRange(1, len(entries)).Draw(rt, "size")]}))
			} else {
				f.arrive(0, f.cast(m))
			}
		}
		room := rapid.Int64Range(0, 1<<19).Draw(rt, "room")
		txs := f.propose(room)
		if err := types.ToTxs(txs).Validate(room); err != nil {
			rt.Fatalf("the engine refuses %d transactions: %v", len(txs), err)
		}
		f.forget()
		if !f.accepts(txs...) {
			rt.Fatal("a validator refuses the proposal")
		}
	})
}

// A proposal with anything that is bad by the state before it is refused whole; what an
// earlier transaction of the block spoils is not.
func TestProcessProposal(t *testing.T) {
	f := newFed(t, 1, Options{})
	f.must(f.sign(1, 1, ballot.Propose{Kind: 1, Title: "Shall we?"}), f.cast(2))
	next := uint64(f.height()) + 1
	at := func(m state.Member, sequence uint64, spoil func(*tx.Body)) []byte {
		return f.at(m, sequence, next, spoil)
	}
	good, after := at(3, 1, nil), at(3, 2, nil)
	forged := bytes.Clone(good)
	forged[len(forged)-1] ^= 1
	rekey := f.sign(1, 4, member.Rekey{Member: 4, Key: fedKey(9, 9).Public(), Possession: fedKey(9, 9).Possession(fedChain, 1)})
	for _, row := range []struct {
		name string
		txs  [][]byte
		want bool
	}{
		{"nothing", nil, true},
		{"one", [][]byte{good}, true},
		{"two", [][]byte{good, after}, true},
		{"a bundle", tx.Bundle([][]byte{good, after}), true},
		{"a bundle and one", append(tx.Bundle([][]byte{good, after}), at(4, 1, nil)), true},
		{"refused by its room", [][]byte{at(2, 2, nil), at(2, 3, func(b *tx.Body) { b.Payload = tx.Encode(ballot.Cast{Motion: 99, Paper: ballot.Yes.Paper()}) })}, true},
		{"signed by a key that the block changes", [][]byte{rekey, at(4, 2, nil)}, true},
		{"a double", [][]byte{good, good}, false},
		{"a double in two bundles", append(tx.Bundle([][]byte{good, after}), tx.Bundle([][]byte{good, after})...), false},
		{"out of order", [][]byte{after, good}, false},
		{"a gap", [][]byte{after}, false},
		{"used", [][]byte{at(2, 1, nil)}, false},
		{"junk", [][]byte{good, []byte("junk")}, false},
		{"another chain", [][]byte{at(3, 1, func(b *tx.Body) { b.Chain = "other" })}, false},
		{"expired", [][]byte{f.at(3, 1, next-1, nil)}, false},
		{"of no kind", [][]byte{at(3, 1, func(b *tx.Body) { b.Kind = 0x7fff })}, false},
		{"out of bounds", [][]byte{at(3, 1, func(b *tx.Body) { b.Payload = tx.Encode(ballot.Cast{}) })}, false},
		{"of a stranger", [][]byte{at(3, 1, func(b *tx.Body) { b.Signer = 99 })}, false},
		{"forged", [][]byte{forged}, false},
		{"forged in a bundle", tx.Bundle([][]byte{at(4, 1, nil), forged}), false},
		{"oversized", [][]byte{make([]byte, tx.MaxSize+1)}, false},
		{"a torn bundle", [][]byte{tx.Bundle([][]byte{good, after})[0][:200]}, false},
		{"an empty bundle", [][]byte{{0x80}}, false},
		{"a bundle in a bundle", [][]byte{tx.Encode([][]byte{tx.Bundle([][]byte{good, after})[0], at(4, 1, nil)})}, false},
	} {
		if got := f.accepts(row.txs...); got != row.want {
			t.Errorf("%s: accepted: %t, want %t", row.name, got, row.want)
		}
	}
	// The key is changed in the block, so what the old one signed is refused there.
	res := f.block(rekey, at(4, 2, nil))
	if a, b := res.TxResults[0].Code, res.TxResults[1].Code; a != 0 || b != state.ErrSignature.Code {
		t.Errorf("codes %d and %d", a, b)
	}
}

// More work than a block may be is neither proposed nor accepted.
func TestProposalIsBounded(t *testing.T) {
	f := newFed(t, 1, Options{})
	turn := newSignersTurn()
	j := state.Judgement{Body: tx.Body{Coop: 1, Signer: 1, Sequence: 1}, Left: 9, Units: state.BlockUnits}
	if err := turn.take(j); err != nil {
		t.Errorf("a block's whole work: %v", err)
	}
	j.Body.Signer, j.Units = 2, 1
	if err := turn.take(j); err != errHeavy {
		t.Errorf("one unit more: %v", err)
	}
	f.forget()
	for m := state.Member(1); m <= 3; m++ {
		t1 := pool.Tx{Raw: f.at(m, 1, 1<<40, nil), ID: [32]byte{byte(m)}, Signer: pool.Signer{Coop: 1, Member: uint64(m)}, Sequence: 1, Expiry: 1 << 40, Units: state.BlockUnits / 2}
		if err := f.app.pool.Add(t1, pool.Standing{Left: 9}, true); err != nil {
			t.Fatal(err)
		}
	}
	if got := f.propose(blockRoom); len(got) != 1 || !tx.IsBundle(got[0]) {
		t.Errorf("%d engine's transactions, want two in one bundle", len(got))
	} else if parts, err := tx.Unbundle(got[0]); err != nil || len(parts) != 2 {
		t.Errorf("%d proposed, %v", len(parts), err)
	}
}

// Of what a peer offers the good is kept, whatever stands beside it, and offered to
// nobody.
func TestInsertTx(t *testing.T) {
	f := newFed(t, 1, Options{})
	f.must(f.sign(1, 1, ballot.Propose{Kind: 1, Title: "Shall we?"}))
	good, alone := f.cast(2), f.cast(3)
	forged := bytes.Clone(f.cast(4))
	forged[len(forged)-1] ^= 1
	if code := f.insert(tx.Bundle([][]byte{forged, good, []byte("junk")})[0]); code != state.CodeBusy {
		t.Errorf("code %d", code)
	}
	f.waits(1)
	if code := f.insert(alone); code != 0 {
		t.Errorf("one alone: code %d", code)
	}
	f.waits(2)
	if a, b := f.insert([]byte{0x80}), f.insert(tx.Bundle([][]byte{good, alone})[0]); a == 0 || b != 0 {
		t.Errorf("an empty bundle: code %d, one that is known: %d", a, b)
	}
	f.waits(2)
	ended, end := context.WithCancel(ctx)
	end()
	if res, err := f.app.ReapTxs(ended, nil); err != nil || len(res.Txs) != 0 {
		t.Errorf("%d offered, %v", len(res.Txs), err)
	}
	f.arrive(0, f.sign(1, 1, f.apply(1, 1)), f.sign(1, 1, f.apply(1, 2)))
	res, err := f.app.ReapTxs(ctx, nil)
	if err != nil || len(res.Txs) != 1 || !tx.IsBundle(res.Txs[0]) {
		t.Errorf("offered %d, %v; want one bundle", len(res.Txs), err)
	}
}

// A peer may have executed a block that this node has not: what a member signs whose key
// came in that block is looked at once more after it, and not a second time.
func TestInsertLate(t *testing.T) {
	f := newFed(t, 1, Options{})
	f.must(f.sign(1, 1, ballot.Propose{Kind: 1, Title: "Shall we?"}))
	rekey := f.sign(1, 4, member.Rekey{Member: 4, Key: fedKey(9, 9).Public(), Possession: fedKey(9, 9).Possession(fedChain, 1)})
	body := f.body(1, 4, ballot.Cast{Motion: 1, Paper: ballot.Yes.Paper()})
	early := tx.Sign(fedKey(9, 9), body)
	if code := f.insert(early); code != state.CodeBusy {
		t.Errorf("code %d", code)
	}
	f.waits(0)
	f.block(rekey)
	f.waits(1)
	f.holds(f.propose(blockRoom), "1/4:2")
	f.forget()
	body.Coop = 9
	f.insert(tx.Sign(fedKey(9, 9), body))
	f.block()
	f.waits(0)
	if n := len(f.app.late.raws); n != 0 {
		t.Errorf("%d are kept for another block", n)
	}
}

// What waits and was signed by a key that its signer has changed since gives way to what
// the new key signs, on a node that never proposes too.
func TestEvicted(t *testing.T) {
	f := newFed(t, 1, Options{})
	f.must(f.sign(1, 1, ballot.Propose{Kind: 1, Title: "Shall we?"}))
	rekey := f.sign(1, 4, member.Rekey{Member: 4, Key: fedKey(9, 9).Public(), Possession: fedKey(9, 9).Possession(fedChain, 1)})
	body := f.body(1, 4, ballot.Cast{Motion: 1, Paper: ballot.Yes.Paper()})
	old := tx.Sign(fedKey(1, 4), body)
	f.arrive(0, rekey, old)
	f.block(rekey)
	f.waits(1)
	f.arrive(0, tx.Sign(fedKey(9, 9), body))
	f.waits(1)
	f.holds(f.propose(blockRoom), "1/4:2")
	f.arrive(state.ErrSignature.Code, old)
}

// A proposal of more transactions than can be work for one block is refused before any
// is looked at.
func TestProposalOfDust(t *testing.T) {
	f := newFed(t, 1, Options{})
	var dust [][]byte
	for range maxInBlock + 1 {
		dust = append(dust, []byte{0xa0})
	}
	if why, err := f.app.unfit(tx.Bundle(dust)); err != nil || why != errHeavy {
		t.Errorf("%v, %v", why, err)
	}
	if why, err := f.app.unfit(tx.Bundle(dust[1:])); err != nil || why == nil || why == errHeavy {
		t.Errorf("one less: %v, %v", why, err)
	}
}

// A node is ready when something waits that a block could hold.
func TestReady(t *testing.T) {
	f := newFed(t, 1, Options{})
	ready := func(want bool) {
		t.Helper()
		select {
		case <-f.app.Ready():
			if !want {
				t.Error("ready")
			}
		default:
			if want {
				t.Error("not ready")
			}
		}
	}
	ready(false)
	f.arrive(0, f.at(2, 2, 1<<40, nil))
	ready(false)
	raw := f.sign(1, 1, f.apply(1, 1))
	f.arrive(0, raw)
	ready(true)
	f.block(raw)
	ready(false)
}
