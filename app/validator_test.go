package app

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/google/go-cmp/cmp"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/federation"
	"github.com/rochdale-ledger/rochdale/state/statetest"
	"github.com/rochdale-ledger/rochdale/tx"
)

// report is a block in which validators are reported, each by its n-th key.
func (f *fed) report(n int, coops ...state.Coop) *abci.ResponseFinalizeBlock {
	f.t.Helper()
	r := f.request()
	for _, c := range coops {
		address := federation.Validator{Key: validatorKey(c, n)}.ConsensusAddress()
		r.Misbehavior = append(r.Misbehavior, abci.Misbehavior{Validator: abci.Validator{Address: address, Power: 1}, Height: r.Height - 1})
	}
	return f.decide(r)
}

// comes lets a co-op's officers decide on its n-th validator.
func (f *fed) comes(coop state.Coop, n int) *abci.ResponseFinalizeBlock {
	f.t.Helper()
	m := ballot.Propose{Kind: 3, Title: "Another validator", Anyway: true, Action: []ballot.Carried{
		{Kind: federation.KindReplace, Payload: tx.Encode(replaceBy(coop, n))}}}
	res := f.must(f.sign(coop, 1, m))
	number, err := tx.Decode[uint64](res.TxResults[0].Data)
	if err != nil {
		f.t.Fatal(err)
	}
	cast := ballot.Cast{Motion: ballot.Number(number), Paper: ballot.Yes.Paper()}
	return f.must(f.sign(coop, 1, cast), f.sign(coop, 2, cast))
}

// replace gives a co-op its n-th validator: its officers decide, and its node confirms.
func (f *fed) replace(coop state.Coop, n int) *abci.ResponseFinalizeBlock {
	f.t.Helper()
	f.wantUpdates("decided", f.comes(coop, n))
	return f.must(f.shows(coop, n))
}

// toldUpdates are updates as text: co-op.key→power.
func toldUpdates(updates []abci.ValidatorUpdate) (out []string) {
	for _, u := range updates {
		out = append(out, fmt.Sprintf("%s→%d", keyNames()[string(u.PubKey.GetEd25519())], u.Power))
	}
	return out
}

// keyNames name the validators' keys of a few co-ops, and their first: co-op.key.
var keyNames = sync.OnceValue(func() map[string]string {
	names := map[string]string{}
	for c := state.Coop(1); c <= 12; c++ {
		for n := range 10 {
			names[string(validatorKey(c, n))] = fmt.Sprintf("%d.%d", c, n)
		}
	}
	return names
})

func (f *fed) wantUpdates(what string, res *abci.ResponseFinalizeBlock, want ...string) {
	f.t.Helper()
	if diff := cmp.Diff(want, toldUpdates(res.ValidatorUpdates)); diff != "" {
		f.t.Errorf("%s: updates (-want +got)\n%s", what, diff)
	}
	f.sound()
}

func (f *fed) coop(n state.Coop) federation.Coop {
	f.t.Helper()
	v := f.view()
	defer v.Close()
	c, err := federation.Find(v, n)
	if err != nil {
		f.t.Fatal(err)
	}
	return c
}

// A validator that misbehaves loses its power, once, and a motion of its co-op
// brings the co-op back with another key; what consensus is told follows from
// committed records alone, so a restart between changes nothing.
func TestMisbehaviour(t *testing.T) {
	f := newFed(t, 4, Options{})
	f.wantUpdates("caught", f.report(0, 2), "2.0→0")
	if c := f.coop(2); !c.Validator.Removed || c.Faults != 1 {
		t.Errorf("co-op 2 is %+v", c)
	}
	f.wantUpdates("the next block", f.block())
	f.wantUpdates("caught again", f.report(0, 2))
	f.reopen()
	f.wantUpdates("after a restart", f.block())
	f.wantUpdates("replaced", f.replace(2, 1), "2.1→3")
	if c := f.coop(2); c.Validator.Removed || c.Faults != 2 {
		t.Errorf("co-op 2 is %+v", c)
	}
	f.reopen()
	f.wantUpdates("the old key is reported late", f.report(0, 2))
	if c := f.coop(2); c.Validator.Removed || c.Faults != 3 {
		t.Errorf("co-op 2 is %+v", c)
	}
	f.wantUpdates("a key in use is replaced", f.replace(2, 2), "2.1→0", "2.2→3")
	f.wantUpdates("a stranger is reported", f.report(9, 3))
}

// A key that lost its power never serves again, in any co-op, and the motion
// that would bring it back records why not.
func TestOldKeyStaysOut(t *testing.T) {
	f := newFed(t, 4, Options{})
	f.report(0, 2)
	f.wantUpdates("its own old key", f.comes(2, 0))
	if c := f.coop(2); !c.Validator.Removed {
		t.Errorf("co-op 2 is %+v", c)
	}
	v := f.view()
	defer v.Close()
	m, _, err := ballot.Find(v.Of(2), 1)
	if err != nil || len(m.Result) != 1 || m.Result[0].Refused != federation.ErrTaken.Code {
		t.Errorf("the motion records %+v, %v", m.Result, err)
	}
}

// Confirmed and removed in one block: consensus gets the new key and that the old one,
// which had power before the block, has none.
func TestReplacedInTheSameBlock(t *testing.T) {
	f := newFed(t, 4, Options{})
	f.comes(3, 1)
	r := f.request(f.shows(3, 1))
	r.Misbehavior = []abci.Misbehavior{{Validator: abci.Validator{Address: federation.Validator{Key: validatorKey(3, 0)}.ConsensusAddress()}}}
	f.wantUpdates("both", f.decide(r), "3.0→0", "3.1→3")
}

// A validator that is decided on in the very first block is confirmed by that block,
// the first with an app hash.
func TestReplacedInTheFirstBlock(t *testing.T) {
	f := &fed{t: t, fs: vfs.NewMem(), coops: 4, now: time.Unix(1_700_000_000, 0), spent: map[signer]uint64{}}
	f.open()
	g, validators := fedGenesis(t, 4)
	if _, err := f.app.InitChain(ctx, initRequest(t, g, validators)); err != nil {
		t.Fatal(err)
	}
	m := ballot.Propose{Kind: 3, Title: "Another validator", Action: []ballot.Carried{
		{Kind: federation.KindReplace, Payload: tx.Encode(replaceBy(3, 1))}}}
	cast := ballot.Cast{Motion: 1, Paper: ballot.Yes.Paper()}
	f.wantUpdates("the first block", f.must(f.sign(3, 1, m), f.sign(3, 1, cast), f.sign(3, 2, cast)))
	f.wantUpdates("the second", f.must(f.shows(3, 1)), "3.0→0", "3.1→3")
	f.wantUpdates("replaced again", f.replace(3, 2), "3.1→0", "3.2→3")
}

// A node checks a proof on its arrival as the next block will: by the last app hash,
// which no record has yet, through blocks that change nothing.
func TestConfirmIsChecked(t *testing.T) {
	f := newFed(t, 4, Options{})
	f.comes(3, 1)
	f.block()
	node := statetest.NodeOf(3, 1)
	wrong := f.sign(3, 3, federation.Prove(fedChain, 3, uint64(f.height()), make([]byte, 32), node.Peer, node.Validator))
	if res, err := f.app.CheckTx(ctx, &abci.RequestCheckTx{Tx: wrong}); err != nil || res.Code != federation.ErrStale.Code {
		t.Errorf("code %d %s, %v", res.Code, res.Log, err)
	}
	f.spent[signer{3, 3}] = 0
	raw := f.shows(3, 1)
	if res, err := f.app.CheckTx(ctx, &abci.RequestCheckTx{Tx: raw}); err != nil || res.Code != 0 {
		t.Fatalf("code %d %s, %v", res.Code, res.Log, err)
	}
	f.block()
	f.reopen()
	f.wantUpdates("two idle blocks and a restart later", f.must(raw), "3.0→0", "3.1→3")
}

// A malformed validator is refused when it is proposed, and more than a third of
// them when they would change in one block.
func TestReplaceRefuses(t *testing.T) {
	f := newFed(t, 4, Options{})
	propose := func(coop state.Coop, r federation.Replace) []byte {
		return f.sign(coop, 1, ballot.Propose{Kind: 3, Title: "Another validator", Action: []ballot.Carried{{Kind: federation.KindReplace, Payload: tx.Encode(r)}}})
	}
	long := strings.Repeat("x", federation.MaxAddress+1)
	for _, row := range []struct {
		name string
		raw  []byte
		want *state.Rejection
	}{
		{"short key", propose(1, federation.Replace{Key: make([]byte, 31), Address: long}), federation.ErrKey},
		{"long address", propose(1, federation.Replace{Key: validatorKey(1, 1), Address: long}), federation.ErrAddress},
		{"long peer id", propose(1, federation.Replace{Key: validatorKey(1, 1), Peer: long}), federation.ErrAddress},
		{"no peer id", propose(1, federation.Replace{Key: validatorKey(1, 1)}), federation.ErrPeer},
		{"long address announced", f.sign(2, 1, federation.Announce{Address: long}), federation.ErrAddress},
		{"long peer id announced", f.sign(3, 1, federation.Announce{Peer: long}), federation.ErrAddress},
	} {
		if got := f.block(row.raw).TxResults[0].Code; got != row.want.Code {
			t.Errorf("%s: code %d, want %d", row.name, got, row.want.Code)
		}
	}
	f.spent[signer{2, 1}], f.spent[signer{3, 1}] = 0, 0 // refused by their own bounds
	f.comes(1, 1)
	f.comes(2, 1)
	res := f.block(f.shows(1, 1), f.shows(2, 1))
	f.wantUpdates("two at once", res, "1.0→0", "1.1→3")
	if got := res.TxResults[1].Code; got != federation.ErrTurnover.Code {
		t.Errorf("the second has code %d", got)
	}
}

// No block takes the power of more than a third of the validators that have any,
// so consensus can go on; who is caught beyond that loses it in the blocks that
// follow, in the order of being caught.
func TestAtMostAThird(t *testing.T) {
	for _, row := range []struct {
		coops   int
		caught  []state.Coop
		updates [][]string // of the block in which they are caught, and of those after it
		left    int
	}{
		{1, []state.Coop{1}, [][]string{nil, nil}, 1},
		{2, []state.Coop{2}, [][]string{nil, nil}, 2},
		{3, []state.Coop{1, 2, 3}, [][]string{{"1.0→0"}, nil, nil}, 2},
		{4, []state.Coop{4, 3, 2}, [][]string{{"4.0→0"}, {"3.0→0"}, nil, nil}, 2},
		{6, []state.Coop{1, 2, 3, 4}, [][]string{{"1.0→0", "2.0→0"}, {"3.0→0"}, {"4.0→0"}, nil}, 2},
		{7, []state.Coop{7, 7, 6, 5}, [][]string{{"7.0→0", "6.0→0"}, {"5.0→0"}, nil}, 4},
	} {
		t.Run(fmt.Sprint(row.coops), func(t *testing.T) {
			f := newFed(t, row.coops, Options{})
			f.wantUpdates("caught", f.report(0, row.caught...), row.updates[0]...)
			for i, want := range row.updates[1:] {
				f.reopen()
				f.wantUpdates(fmt.Sprintf("%d blocks later", i+1), f.block(), want...)
			}
			left := 0
			for n := range row.coops {
				if f.coop(state.Coop(n+1)).Validator.Power() == federation.Power {
					left++
				}
			}
			if left != row.left {
				t.Errorf("%d validators are left, want %d", left, row.left)
			}
			faults := map[state.Coop]uint64{}
			for _, n := range row.caught {
				faults[n]++
			}
			for n, want := range faults {
				if got := f.coop(n).Faults; got != want {
					t.Errorf("co-op %d has %d faults, want %d", n, got, want)
				}
			}
		})
	}
}

// One that waits loses its power as soon as enough others have any; it waits once,
// however often it is caught; and a key that replaced one that waited has nothing
// to lose.
func TestWaiting(t *testing.T) {
	f := newFed(t, 4, Options{})
	f.wantUpdates("three are caught", f.report(0, 2, 3, 4), "2.0→0")
	f.wantUpdates("a third of three", f.report(0, 4), "3.0→0")
	f.wantUpdates("4 waits and is caught again", f.report(0, 4))
	if c := f.coop(4); c.Validator.Removed || c.Faults != 3 {
		t.Errorf("co-op 4 is %+v", c)
	}
	f.wantUpdates("another comes back", f.replace(2, 1), "2.1→3")
	f.wantUpdates("there are three again", f.block(), "4.0→0")
	f.wantUpdates("it waited once", f.replace(3, 1), "3.1→3")
	f.wantUpdates("it waited once", f.block())

	f = newFed(t, 4, Options{})
	f.wantUpdates("three are caught", f.report(0, 2, 3, 4), "2.0→0")
	f.wantUpdates("a third of three", f.block(), "3.0→0")
	f.wantUpdates("the one that waits is replaced", f.replace(4, 1), "4.0→0", "4.1→3")
	f.wantUpdates("another comes back", f.replace(2, 1), "2.1→3")
	f.wantUpdates("its new key did nothing", f.block())
	f.wantUpdates("its old key is caught late", f.report(0, 4))
	if c := f.coop(4); c.Validator.Removed || c.Faults != 2 {
		t.Errorf("co-op 4 is %+v", c)
	}
	f.wantUpdates("its new key is caught", f.report(1, 4), "4.1→0")

	f = newFed(t, 4, Options{})
	f.wantUpdates("one is caught", f.report(0, 2), "2.0→0")
	f.wantUpdates("one that has no power takes no turn", f.report(0, 2, 3), "3.0→0")
}

// A block that is executed and not committed, because the node ended, is told to
// consensus alike when it is executed again.
func TestUpdatesAgain(t *testing.T) {
	f := newFed(t, 6, Options{})
	for i, want := range [][]string{{"1.0→0", "2.0→0"}, {"3.0→0"}} {
		r := f.request()
		if i == 0 {
			for _, c := range []state.Coop{1, 2, 3} {
				r.Misbehavior = append(r.Misbehavior, abci.Misbehavior{Validator: abci.Validator{Address: federation.Validator{Key: validatorKey(c, 0)}.ConsensusAddress()}})
			}
		}
		first, err := f.app.FinalizeBlock(ctx, r)
		if err != nil {
			t.Fatal(err)
		}
		again, err := f.app.FinalizeBlock(ctx, r)
		if err != nil {
			t.Fatal(err)
		}
		f.reopen()
		last := f.decide(r)
		for _, res := range []*abci.ResponseFinalizeBlock{first, again, last} {
			if diff := cmp.Diff(want, toldUpdates(res.ValidatorUpdates)); diff != "" || !bytes.Equal(res.AppHash, last.AppHash) {
				t.Errorf("block %d: hash %x, want %x; updates (-want +got)\n%s", i, res.AppHash, last.AppHash, diff)
			}
		}
	}
}

// A block without changes of power writes nothing, whatever the one before it
// changed and whoever waits: an idle federation makes no blocks for its own sake.
func TestIdleAfterChanges(t *testing.T) {
	f := newFed(t, 4, Options{})
	for _, row := range []struct {
		what string
		res  *abci.ResponseFinalizeBlock
	}{
		{"one is caught", f.report(0, 2)},
		{"one is replaced", f.replace(3, 1)},
		{"two wait", func() *abci.ResponseFinalizeBlock { f.report(0, 1, 4); f.report(1, 3); return f.block() }()},
	} {
		f.wantUpdates(row.what, f.block())
		if got := f.block().AppHash; !bytes.Equal(got, f.block().AppHash) {
			t.Errorf("%s: an idle block changed the state", row.what)
		}
	}
	if n := f.totals().Waiting; n == 0 {
		t.Error("nobody waits at the end")
	}
}

func (f *fed) totals() federation.Totals {
	f.t.Helper()
	v := f.view()
	defer v.Close()
	n, err := federation.TotalsOf(v)
	if err != nil {
		f.t.Fatal(err)
	}
	return n
}

// The events of a fault name the co-op, and the block in which its power went.
func TestMisbehaviourEvents(t *testing.T) {
	f := newFed(t, 4, Options{})
	address := func(c state.Coop) string {
		return hex.EncodeToString(federation.Validator{Key: validatorKey(c, 0)}.ConsensusAddress())
	}
	events := func(res *abci.ResponseFinalizeBlock) (out []string) {
		for _, e := range res.Events {
			out = append(out, e.Type+" "+e.Attributes[0].Value)
		}
		return out
	}
	event := func(what string, c state.Coop) string {
		return fmt.Sprintf(`federation.%s {"coop":%d,"address":"%s"}`, what, c, address(c))
	}
	if diff := cmp.Diff([]string{event("Caught", 2), event("Caught", 3), event("Removed", 2)}, events(f.report(0, 2, 3))); diff != "" {
		t.Errorf("caught (-want +got)\n%s", diff)
	}
	if diff := cmp.Diff([]string{event("Removed", 3)}, events(f.block())); diff != "" {
		t.Errorf("the next block (-want +got)\n%s", diff)
	}
}

// While a validator waits on which all members decided, two officers put no other in its
// place; all members do, and officers again when it has its power.
func TestNoOverrideOfValidator(t *testing.T) {
	p := newPlot(t, "standard", 0, true)
	p.do(replaceBy(1, 8))
	p.resolve(replaceBy(1, 1)) // in the place of the officers'
	taken := p.taken
	if p.do(replaceBy(1, 9)); p.taken != taken {
		t.Error("two officers put another in the place of the one that all members decided on")
	}
	if r := p.block(p.shows(1, 9)).TxResults[0]; r.Code != federation.ErrProof.Code {
		t.Errorf("the officers' validator: %d %s", r.Code, r.Log)
	}
	p.resolve(replaceBy(1, 2))
	if r := p.block(p.shows(1, 2)).TxResults[0]; r.Code != 0 {
		t.Errorf("the members' second validator: %d %s", r.Code, r.Log)
	}
	if p.do(replaceBy(1, 9)); p.taken != taken+1 {
		t.Error("two officers could not replace a validator that has its power")
	}
	p.sound()
}
