package federation_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/amendment"
	"github.com/rochdale-ledger/rochdale/state/federation"
	"github.com/rochdale-ledger/rochdale/state/keyring"
	"github.com/rochdale-ledger/rochdale/state/statetest"
)

// manyCoops is how many the register must hold with ease.
const manyCoops = 30_000

// leaves are a committed state in memory, in key order. They count what is read.
type leaves struct {
	kept  []state.Change
	reads uint64
}

func (l *leaves) find(key []byte) (int, bool) {
	return slices.BinarySearchFunc(l.kept, key, func(c state.Change, key []byte) int { return bytes.Compare(c.Key, key) })
}

func (l *leaves) Leaf(key []byte) ([]byte, error) {
	l.reads++
	if at, ok := l.find(key); ok {
		return l.kept[at].Value, nil
	}
	return nil, nil
}

func (l *leaves) Each(start, end []byte, fn func(key, value []byte) (bool, error)) error {
	for at, _ := l.find(start); at < len(l.kept) && bytes.Compare(l.kept[at].Key, end) < 0; at++ {
		l.reads++
		if more, err := fn(l.kept[at].Key, l.kept[at].Value); err != nil || !more {
			return err
		}
	}
	return nil
}

// commit makes changes, which are in key order, part of the state.
func (l *leaves) commit(changes []state.Change) {
	var merged []state.Change
	old := l.kept
	for _, c := range changes {
		at, found := slices.BinarySearchFunc(old, c.Key, func(o state.Change, key []byte) int { return bytes.Compare(o.Key, key) })
		merged = append(merged, old[:at]...)
		if found {
			at++
		}
		if old = old[at:]; c.Value != nil {
			merged = append(merged, c)
		}
	}
	l.kept = append(merged, old...)
}

// A register is the machine with this room alone, over leaves.
type register struct {
	t        *testing.T
	machine  *state.Machine
	leaves   *leaves
	founding *state.Block // until the first block is committed
	height   uint64
}

// found founds co-ops without books or members, the first of them with
// validators, and makes the first block.
func found(t *testing.T, coops, validators int) *register {
	t.Helper()
	amend := append([]state.Kind{state.KindOf[amendment.Amend](amendment.KindAmend, "charter.Amend")}, kinds...)
	g := genesis()
	one := g.Coops[0]
	one.Members = nil
	g.Coops = nil
	for n := 1; n <= coops; n++ {
		one.Name, one.Validator = fmt.Sprint("co-op ", n), nil
		if n <= validators {
			one.Validator = federation.ValidatorOf(secret(state.Coop(n), 0), "many-1", state.Coop(n))
			one.Validator.Peer = fmt.Sprint("peer ", n)
		}
		g.Coops = append(g.Coops, one)
	}
	r := &register{t: t, leaves: &leaves{}, machine: state.NewMachine(state.Rules{
		Kinds: amend, Key: keyring.KeyOf, Sequence: keyring.SequenceOf, Spend: keyring.Spend, Authorize: keyring.Authorize,
		Genesis: func(c *state.Ctx, _ []byte) error {
			return federation.Found(c, g, amend, func(*state.Ctx, federation.GenesisCoop) error { return nil })
		},
	}, nil)}
	var err error
	if r.founding, err = r.machine.Found(r.leaves, "many-1", 1_700_000_000, nil); err != nil {
		t.Fatal(err)
	}
	r.block(nil)
	return r
}

// begin opens the next block.
func (r *register) begin() *state.Block {
	r.t.Helper()
	b, err := r.machine.Begin(r.leaves, r.founding, "many-1", r.height+1, 1_700_000_000+60*int64(r.height))
	if err != nil {
		r.t.Fatal(err)
	}
	b.Follow(root(r.height))
	return b
}

// root is what stands for the app hash after a block.
func root(height uint64) []byte {
	sum := sha256.Sum256(fmt.Append(nil, "block ", height))
	return sum[:]
}

// shown confirms the n-th validator of a co-op by the last block.
func (r *register) shown(coop state.Coop, n int) taken {
	node := statetest.NodeOf(coop, n)
	return taken{coop, federation.Prove("many-1", coop, r.height, root(r.height), node.Peer, node.Validator)}
}

// A taken action is one of a co-op's.
type taken struct {
	coop   state.Coop
	action state.Action
}

// A spent is what a block used and returned.
type spent struct {
	Reads   uint64
	Updates []string // co-op.key→power
}

// block is one in which co-ops' validators are caught, each by its first key, and
// actions are taken. Its reads are those until its records are written.
func (r *register) block(caught []state.Coop, actions ...taken) spent {
	r.t.Helper()
	r.leaves.reads = 0
	b := r.begin()
	err := b.Run(func(c *state.Ctx) error {
		var addresses [][]byte
		for _, n := range caught {
			addresses = append(addresses, federation.Validator{Key: key(n, 0)}.ConsensusAddress())
		}
		if err := federation.BeginBlock(c, addresses); err != nil {
			return err
		}
		for _, a := range actions {
			if err := a.action.Apply(c.In(a.coop)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		r.t.Fatal(err)
	}
	updates, err := federation.Updates(b.Reader())
	if err != nil {
		r.t.Fatal(err)
	}
	out := spent{Reads: r.leaves.reads}
	for _, u := range updates {
		out.Updates = append(out.Updates, fmt.Sprintf("%s→%d", told(u.Key), u.Power))
	}
	changes, err := b.Changes()
	if err != nil {
		r.t.Fatal(err)
	}
	r.leaves.commit(changes)
	r.height++
	r.founding = nil
	return out
}

// told names a key as co-op.key, of the first 200 co-ops and their first three.
func told(k []byte) string {
	for n := state.Coop(1); n <= 200; n++ {
		for i := range 3 {
			if string(key(n, i)) == string(k) {
				return fmt.Sprintf("%d.%d", n, i)
			}
		}
	}
	return fmt.Sprintf("%x", k)
}

// A key that is caught again while it waits, or when its power is gone, gets no
// second place in the queue, and a key that replaced one that is caught gets none.
func TestCaughtAgain(t *testing.T) {
	r := found(t, 9, 9)
	r.block(nil, taken{9, replace(9, 1)})
	var got [][]string
	for _, b := range []struct {
		caught  []state.Coop
		actions []taken
	}{
		{[]state.Coop{1, 2, 3, 4, 5, 6}, []taken{r.shown(9, 1)}}, // the first three, 9/3
		{[]state.Coop{5, 6, 1, 9}, nil},                          // two of the six that have power
		{nil, nil},
		{nil, nil},
	} {
		got = append(got, r.block(b.caught, b.actions...).Updates)
		r.sound()
	}
	want := [][]string{{"1.0→0", "2.0→0", "3.0→0", "9.0→0", "9.1→3"}, {"4.0→0", "5.0→0"}, {"6.0→0"}, nil}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("updates (-want +got)\n%s", diff)
	}
	v := r.begin().Reader()
	totals, err := federation.TotalsOf(v)
	if diff := cmp.Diff(federation.Totals{Coops: 9, Powered: 3, Peers: 9, Places: 6}, totals); err != nil || diff != "" {
		t.Errorf("totals, %v (-want +got)\n%s", err, diff)
	}
	for n, faults := range map[state.Coop]uint64{1: 2, 2: 1, 4: 1, 5: 2, 6: 2, 7: 0, 9: 1} {
		if c, err := federation.Find(v, n); err != nil || uint64(c.Faults) != faults {
			t.Errorf("co-op %d has %d faults, %v; want %d", n, c.Faults, err, faults)
		}
	}
}

func (r *register) sound() {
	r.t.Helper()
	if err := federation.CheckCoops(r.begin().Reader()); err != nil {
		r.t.Fatalf("height %d: %v", r.height, err)
	}
}

// What a block reads does not depend on how many co-ops there are, only on what
// happens in it.
func TestManyCoops(t *testing.T) {
	var spend [2][]spent
	for i, coops := range []int{8, manyCoops} {
		r := found(t, coops, 6)
		for _, block := range []struct {
			caught  []state.Coop
			actions []taken
			shown   state.Coop // whose second validator is confirmed, if any
		}{
			{},
			{caught: []state.Coop{1, 2, 3}},
			{},
			{},
			{actions: []taken{{1, replace(1, 1)}}},
			{shown: 1},
			{actions: []taken{{7, replace(7, 1)}}},
			{shown: 7},
			{actions: []taken{{8, federation.Announce{Peer: statetest.NodeOf(8, 0).ID(), Address: "a:1"}}}},
			{},
		} {
			if block.shown != 0 {
				block.actions = append(block.actions, r.shown(block.shown, 1))
			}
			spend[i] = append(spend[i], r.block(block.caught, block.actions...))
		}
		r.sound()
		got, err := federation.TotalsOf(r.begin().Reader())
		if err != nil {
			t.Fatal(err)
		}
		want := federation.Totals{Coops: uint64(coops), Powered: 5, Peers: 8, Places: 3}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("totals of %d co-ops (-want +got)\n%s", coops, diff)
		}
	}
	want := []spent{
		{4, nil}, // the head, late reports, the totals and the last changes
		{10, []string{"1.0→0", "2.0→0"}},
		{7, []string{"3.0→0"}},
		{4, nil},
		{7, nil}, // it is decided
		{9, []string{"1.1→3"}},
		{7, nil},
		{8, []string{"7.1→3"}},
		{6, nil},
		{4, nil},
	}
	if diff := cmp.Diff(want, spend[0]); diff != "" {
		t.Errorf("few co-ops (-want +got)\n%s", diff)
	}
	if diff := cmp.Diff(spend[0], spend[1]); diff != "" {
		t.Errorf("many co-ops take other work (-few +many)\n%s", diff)
	}
}
