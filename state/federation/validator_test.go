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
	for _, step := range []struct {
		action state.Action
		want   federation.Validator
		totals federation.Totals
		peers  []bool // whether p, node and new are some co-op's node
	}{
		{federation.Announce{Peer: "node", Address: "b"}, federation.Validator{Peer: "node", Address: "b"},
			federation.Totals{Coops: 7, Powered: 3, Peers: 4}, []bool{true, true, false}},
		{federation.Replace{Key: key(4, 1), Peer: "new", Address: "c"}, federation.Validator{Key: key(4, 1), Peer: "new", Address: "c"},
			federation.Totals{Coops: 7, Powered: 4, Peers: 4}, []bool{true, false, true}},
		{federation.Announce{}, federation.Validator{Key: key(4, 1)},
			federation.Totals{Coops: 7, Powered: 4, Peers: 3}, []bool{true, false, false}},
	} {
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
		if diff := cmp.Diff(step.want, find(t, l, 4).Validator) + cmp.Diff(step.totals, got) + cmp.Diff(step.peers, hasPeer(t, l, "p", "node", "new")); diff != "" {
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
	for _, row := range []struct {
		name   string
		coop   state.Coop
		action federation.Replace
		want   uint32
	}{
		{"the last there can be", last, federation.Replace{Key: key(last, 0)}, 0},
		{"one beyond, by another's key", beyond, federation.Replace{Key: key(1, 0)}, federation.ErrFull.Code},
		{"one for another", 1, federation.Replace{Key: key(1, 1)}, 0},
	} {
		if got := l.MandateIn(row.coop, row.action).Code; got != row.want {
			t.Errorf("%s: code %d, want %d", row.name, got, row.want)
		}
	}
	caught(t, l, 2)
	for _, row := range []struct {
		name   string
		coop   state.Coop
		action federation.Replace
		want   uint32
	}{
		{"the place of one that misbehaved", beyond, federation.Replace{Key: key(beyond, 0)}, 0},
		{"its place is taken", 2, federation.Replace{Key: key(2, 1)}, federation.ErrFull.Code},
	} {
		if got := l.MandateIn(row.coop, row.action).Code; got != row.want {
			t.Errorf("%s: code %d, want %d", row.name, got, row.want)
		}
	}
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
		raw = append(raw, l.Sign(n, statetest.Secretary, statetest.Carried{Kind: federation.KindReplace, Payload: tx.Encode(federation.Replace{Key: key(n, 0)})}))
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

// A key that gains and loses power in one block is not passed to consensus, which
// does not have it.
func TestReplacedTwiceInABlock(t *testing.T) {
	r := found(t, 6, 6)
	got := r.block(nil, taken{1, federation.Replace{Key: key(1, 1)}}, taken{1, federation.Replace{Key: key(1, 2)}})
	if diff := cmp.Diff([]string{"1.0→0", "1.2→3"}, got.Updates); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	r.sound()
}
