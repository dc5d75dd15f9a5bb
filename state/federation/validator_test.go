package federation_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/federation"
	"github.com/rochdale-ledger/rochdale/state/statetest"
	"github.com/rochdale-ledger/rochdale/tx"
)

// hasPeer says of each id whether it is some co-op's node.
func hasPeer(t *testing.T, l *statetest.L, ids ...string) (out []bool) {
	t.Helper()
	v := l.Read()
	defer v.Close()
	for _, id := range ids {
		has, err := federation.HasPeer(v, id)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, has)
	}
	return out
}

// A co-op without a validator may announce a node, which signs nothing, and may
// get a validator later.
func TestWithoutValidator(t *testing.T) {
	s := setup()
	s.Found = func(c *state.Ctx) error {
		coop := federation.Coop{Name: fmt.Sprint("co-op ", c.Coop())}
		if c.Coop() <= 3 {
			coop.Validator = federation.Validator{Key: key(c.Coop(), 0), Peer: "p", Address: "a"}
		}
		return federation.Join(c, c.Coop(), coop)
	}
	l := statetest.New(t, s)
	defer l.Close()
	want := federation.Coop{Name: "co-op 4"}
	if diff := cmp.Diff(want, find(t, l, 4)); diff != "" || want.Validator.Power() != 0 || want.Validator.ConsensusAddress() != nil {
		t.Errorf("founded (-want +got)\n%s", diff)
	}
	node, fresh := statetest.NodeOf(4, 0).ID(), statetest.NodeOf(4, 1).ID()
	for _, step := range []struct {
		action state.Action // confirms it, if there is none
		want   federation.Validator
		totals federation.Totals
		peers  []bool // whether p, node and fresh are some co-op's node
	}{
		{federation.Announce{Peer: node, Address: "b:1"}, federation.Validator{Peer: node, Address: "b:1"},
			federation.Totals{Coops: 7, Powered: 3, Peers: 4}, []bool{true, true, false}},
		{replace(4, 1), federation.Validator{Peer: node, Address: "b:1"},
			federation.Totals{Coops: 7, Powered: 3, Peers: 5}, []bool{true, true, true}},
		{nil, federation.Validator{Key: key(4, 1), Peer: fresh, Address: "node4.example:2"},
			federation.Totals{Coops: 7, Powered: 4, Peers: 4}, []bool{true, false, true}},
		{federation.Announce{}, federation.Validator{Key: key(4, 1)},
			federation.Totals{Coops: 7, Powered: 4, Peers: 3}, []bool{true, false, false}},
	} {
		if step.action == nil {
			step.action = confirm(l, 4, 1)
		}
		if res := l.MandateIn(4, step.action); res.Code != 0 {
			t.Fatalf("%T: %d %s", step.action, res.Code, res.Log)
		}
		l.Sound()
		v := l.Read()
		got, err := federation.TotalsOf(v)
		v.Close()
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(step.want, find(t, l, 4).Validator) + cmp.Diff(step.totals, got) + cmp.Diff(step.peers, hasPeer(t, l, "p", node, fresh)); diff != "" {
			t.Errorf("%T (-want +got)\n%s", step.action, diff)
		}
	}
}

// No validator beyond the bound gets power; one that replaces another adds none.
func TestFull(t *testing.T) {
	s := setup()
	s.Coops = federation.MaxValidators + 1
	s.Found = func(c *state.Ctx) error {
		coop := federation.Coop{Name: fmt.Sprint("co-op ", c.Coop())}
		if n := c.Coop(); n < federation.MaxValidators {
			coop.Validator = federation.Validator{Key: key(n, 0)}
		}
		return federation.Join(c, c.Coop(), coop)
	}
	l := statetest.New(t, s)
	defer l.Close()
	const last, beyond = federation.MaxValidators, federation.MaxValidators + 1
	for _, n := range []state.Coop{last, beyond} { // both decide while there is a place
		must(t, l, n, func() state.Action { return replace(n, 0) })
	}
	try := func(name string, coop state.Coop, action state.Action, want uint32) {
		t.Helper()
		if got := l.MandateIn(coop, action).Code; got != want {
			t.Errorf("%s: code %d, want %d", name, got, want)
		}
	}
	try("the last there can be", last, confirm(l, last, 0), 0)
	try("one beyond", beyond, confirm(l, beyond, 0), federation.ErrFull.Code)
	another := replace(beyond, 1)
	another.Key = key(1, 0)
	try("one beyond, by another's key", beyond, another, federation.ErrFull.Code)
	replaced(t, l, 1, 1) // one for another
	caught(t, l, 2)
	try("the place of one that misbehaved", beyond, confirm(l, beyond, 0), 0)
	try("its place is taken", 2, replace(2, 1), federation.ErrFull.Code)
	l.Sound()
}

// A third is of the validators with power, not of the co-ops: many co-ops without
// a validator do not let many new keys in at once.
func TestTurnoverIsOfValidators(t *testing.T) {
	s := setup()
	s.Found = func(c *state.Ctx) error {
		coop := federation.Coop{Name: "co-op"}
		if c.Coop() <= 3 {
			coop.Validator = federation.Validator{Key: key(c.Coop(), 0)}
		}
		return federation.Join(c, c.Coop(), coop)
	}
	l := statetest.New(t, s)
	defer l.Close()
	var raw [][]byte
	for n := state.Coop(4); n <= 6; n++ {
		must(t, l, n, func() state.Action { return replace(n, 0) })
	}
	for n := state.Coop(4); n <= 6; n++ {
		raw = append(raw, l.Sign(n, statetest.Secretary, statetest.Carried{Kind: federation.KindConfirm, Payload: tx.Encode(confirm(l, n, 0))}))
	}
	var codes []uint32
	for _, res := range l.Block(raw...) {
		codes = append(codes, res.Code)
	}
	if diff := cmp.Diff([]uint32{0, federation.ErrTurnover.Code, federation.ErrTurnover.Code}, codes); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	l.Sound()
}

// What a co-op decides in a block cannot get its power in the same block, so no key
// gains it and loses it in one, which consensus would refuse.
func TestNotInOneBlock(t *testing.T) {
	l := statetest.New(t, setup())
	defer l.Close()
	must(t, l, 1, func() state.Action { return replace(1, 1) })
	var raw [][]byte
	for _, m := range []statetest.Carried{
		{Kind: federation.KindConfirm, Payload: tx.Encode(confirm(l, 1, 1))},
		{Kind: federation.KindReplace, Payload: tx.Encode(replace(1, 2))},
		{Kind: federation.KindConfirm, Payload: tx.Encode(confirm(l, 1, 2))},
	} {
		raw = append(raw, l.Sign(1, statetest.Secretary, m))
	}
	var codes []uint32
	for _, res := range l.Block(raw...) {
		codes = append(codes, res.Code)
	}
	if diff := cmp.Diff([]uint32{0, 0, federation.ErrStale.Code}, codes); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	l.Sound()
}
