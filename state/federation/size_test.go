package federation_test

import (
	"fmt"
	"testing"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/google/go-cmp/cmp"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/federation"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/store"
)

// manyCoops is how many the register must hold with ease.
const manyCoops = 30_000

// A register is a ledger of this room alone.
type register struct {
	*store.Ledger
	t *testing.T
}

// found founds co-ops without books or members, the first of them with
// validators, and commits the first block.
func found(t *testing.T, coops, validators int) register {
	t.Helper()
	amend := append([]state.Kind{state.KindOf[charter.Amend](charter.KindAmend, "charter.Amend")}, kinds...)
	g := genesis()
	one := g.Coops[0]
	one.Members = nil
	g.Coops = nil
	for n := 1; n <= coops; n++ {
		one.Name, one.Validator = fmt.Sprint("co-op ", n), nil
		if n <= validators {
			one.Validator = &federation.GenesisValidator{Key: fmt.Sprintf("%x", key(state.Coop(n), 0)), Peer: fmt.Sprint("peer ", n)}
		}
		g.Coops = append(g.Coops, one)
	}
	db, err := pebble.Open("", &pebble.Options{FS: vfs.NewMem(), Logger: quiet{}})
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.OpenStore(db, 0)
	if err != nil {
		t.Fatal(err)
	}
	l, err := store.NewLedger(s, state.Rules{
		Kinds: amend, Key: member.KeyOf, Sequence: member.SequenceOf, Spend: member.Spend, Authorize: member.Authorize,
		Genesis: func(c *state.Ctx, _ []byte) error {
			return federation.Found(c, g, amend, func(*state.Ctx, federation.GenesisCoop) error { return nil })
		},
		Invariants: []state.Invariant{{Name: "co-ops", Check: federation.CheckCoops}},
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	if _, err := l.Init("many-1", 1_700_000_000, nil); err != nil {
		t.Fatal(err)
	}
	r := register{l, t}
	r.block(nil)
	return r
}

type quiet struct{}

func (quiet) Infof(string, ...any)           {}
func (quiet) Errorf(string, ...any)          {}
func (quiet) Fatalf(format string, a ...any) { panic(fmt.Sprintf(format, a...)) }

// A taken action is one of a co-op's.
type taken struct {
	coop   state.Coop
	action state.Action
}

// A spent is what a block took and told.
type spent struct {
	Reads   uint64
	Updates []string // co-op.key→power
}

// block is one in which co-ops' validators are caught, each by its first key, and
// actions are taken.
func (r register) block(caught []state.Coop, actions ...taken) spent {
	r.t.Helper()
	tip := r.Tip()
	if err := r.Begin(tip.Height+1, max(tip.Time, 1_700_000_000)+60); err != nil {
		r.t.Fatal(err)
	}
	err := r.Run(func(c *state.Ctx) error {
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
	if _, _, err := r.End(); err != nil {
		r.t.Fatal(err)
	}
	updates, err := federation.Updates(r.Reader())
	if err != nil {
		r.t.Fatal(err)
	}
	out := spent{Reads: r.Reads()}
	for _, u := range updates {
		out.Updates = append(out.Updates, fmt.Sprintf("%s→%d", told(u.Key), u.Power))
	}
	if err := r.Commit(); err != nil {
		r.t.Fatal(err)
	}
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

func (r register) sound() {
	r.t.Helper()
	v, err := r.View(0)
	if err != nil {
		r.t.Fatal(err)
	}
	defer v.Close()
	if err := r.CheckInvariants(v); err != nil {
		r.t.Fatalf("height %d: %v", v.Height(), err)
	}
}

// What a block reads does not depend on how many co-ops there are, only on what
// happens in it.
func TestManyCoops(t *testing.T) {
	if testing.Short() {
		t.Skip("founds 30,000 co-ops, which takes some 7 s of processor")
	}
	var spend [2][]spent
	for i, coops := range []int{8, manyCoops} {
		r := found(t, coops, 6)
		for _, block := range []struct {
			caught  []state.Coop
			actions []taken
		}{
			{nil, nil},
			{[]state.Coop{1, 2, 3}, nil},
			{nil, nil},
			{nil, nil},
			{nil, []taken{{1, federation.Replace{Key: key(1, 1), Peer: "new"}}}},
			{nil, []taken{{7, federation.Replace{Key: key(7, 1), Peer: "first"}}}},
			{nil, []taken{{8, federation.Announce{Peer: "a node", Address: "a"}}}},
			{nil, nil},
		} {
			spend[i] = append(spend[i], r.block(block.caught, block.actions...))
		}
		r.sound()
		v, err := r.View(0)
		if err != nil {
			t.Fatal(err)
		}
		got, err := federation.TotalsOf(v)
		v.Close()
		if err != nil {
			t.Fatal(err)
		}
		want := federation.Totals{Coops: uint64(coops), Powered: 5, Peers: 8, Places: 3}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("totals of %d co-ops (-want +got)\n%s", coops, diff)
		}
	}
	want := []spent{
		{2, nil}, // the totals and the last changes
		{11, []string{"1.0→0", "2.0→0"}},
		{6, []string{"3.0→0"}},
		{2, nil},
		{7, []string{"1.1→3"}},
		{6, []string{"7.1→3"}},
		{4, nil},
		{2, nil},
	}
	if diff := cmp.Diff(want, spend[0]); diff != "" {
		t.Errorf("few co-ops (-want +got)\n%s", diff)
	}
	if diff := cmp.Diff(spend[0], spend[1]); diff != "" {
		t.Errorf("many co-ops take other work (-few +many)\n%s", diff)
	}
}
