package app

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	abci "github.com/cometbft/cometbft/abci/types"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/federation"
)

// newTrial is newFed with fourteen days' notice, the grant of federation.Advance to
// every member and, if trial, the mark of a trial.
func newTrial(t *testing.T, trial bool) *fed {
	t.Helper()
	f := &fed{t: t, fs: vfs.NewMem(), coops: 2, now: time.Unix(1_700_000_000, 0), spent: map[signer]uint64{}}
	f.open()
	g, validators := fedGenesis(t, 2)
	g.Trial = trial
	for i := range g.Coops {
		doc := &g.Coops[i].Charter
		for j := range doc.Motions {
			if doc.Motions[j].ID != 4 { // by which all members suspend in time
				doc.Motions[j].Notice = 14 * 24 * 60
			}
		}
		doc.Grants = append(doc.Grants, charter.NamedGrant{Actions: []string{"federation.Advance"}, GrantText: charter.GrantText{Members: true, Motions: []charter.MotionKindID{1}}})
	}
	if _, err := f.app.InitChain(context.Background(), initRequest(t, g, validators)); err != nil {
		t.Fatal(err)
	}
	f.block()
	return f
}

const day = 24 * 60 * 60 // seconds

// In a trial fourteen days' notice has run out fifteen days later, for every co-op,
// for a transaction on arrival as in its block, and after a restart.
func TestTrialLivesByItsClock(t *testing.T) {
	f := newTrial(t, true)
	f.must(f.sign(1, 3, ballot.Propose{Kind: 1, Title: "Annual meeting"}))
	cast := func(want uint32) {
		t.Helper()
		raw := f.sign(1, 4, ballot.Cast{Motion: 1, Paper: ballot.Yes.Paper()})
		if got, err := f.app.CheckTx(context.Background(), &abci.RequestCheckTx{Tx: raw}); err != nil || got.Code != want {
			t.Errorf("on arrival: %d %s, %v, want %d", got.Code, got.Log, err, want)
		}
		if got := f.block(raw).TxResults[0]; got.Code != want {
			t.Errorf("in its block: %d %s, want %d", got.Code, got.Log, want)
		}
	}
	cast(ballot.ErrNotOpen.Code)
	f.must(f.sign(2, 5, federation.Advance{Seconds: 15 * day})) // another co-op's member, without an office
	if got, want := f.app.Ledger().Tip().Time, f.now.Unix()+15*day; got != want {
		t.Errorf("the tip's time is %d, want %d", got, want)
	}
	f.block() // the motion opens at the end of the block that finds it due, at the latest
	f.reopen()
	cast(0)
	if got, want := f.app.Ledger().Tip().Time, f.now.Unix()+15*day; got != want {
		t.Errorf("after a restart the tip's time is %d, want %d", got, want)
	}
	f.sound()
}

// A transaction expires by height: one that was signed before the clock went a year
// forward is executed after.
func TestTrialExpiry(t *testing.T) {
	f := newTrial(t, true)
	raw := f.sign(1, 3, ballot.Propose{Kind: 1, Title: "Signed before"})
	f.must(f.sign(1, 4, federation.Advance{Seconds: state.MaxAdvance}))
	f.must(raw)
}

// Proposing that the clock be advanced tries it, and the clock stands.
func TestTrialTried(t *testing.T) {
	f := newTrial(t, true)
	does := f.body(1, 3, federation.Advance{Seconds: day})
	f.spent[signer{1, 3}]--
	f.must(f.sign(1, 3, ballot.Propose{Kind: 1, Title: "Later", Action: []ballot.Carried{{Kind: does.Kind, Payload: does.Payload}}}))
	if got, want := f.app.Ledger().Tip().Time, f.now.Unix(); got != want {
		t.Errorf("the tip's time is %d, want %d", got, want)
	}
}

// No federation whose genesis is not marked ever gets an offset, whatever its charter
// grants: the action is refused, the rules keep to the header's time.
func TestNoTrialNoClock(t *testing.T) {
	f := newTrial(t, false)
	raw := f.sign(1, 3, federation.Advance{Seconds: day})
	if got := f.block(raw).TxResults[0]; got.Code != state.ErrNoTrial.Code {
		t.Errorf("%d %s, want %v", got.Code, got.Log, state.ErrNoTrial)
	}
	v := f.view()
	defer v.Close()
	head, err := state.HeadOf(v)
	if err != nil || head.Trial != (state.Trial{}) || v.Time() != f.now.Unix() {
		t.Errorf("head %+v, time %d, %v; the header's time is %d", head, v.Time(), err, f.now.Unix())
	}
}

// The mark is written into the founding document only if it is set, so that it
// changes no other federation's genesis.
func TestTrialMarkInGenesis(t *testing.T) {
	g, _ := fedGenesis(t, 1)
	for _, trial := range []bool{false, true} {
		g.Trial = trial
		raw, err := json.Marshal(g)
		if err != nil {
			t.Fatal(err)
		}
		var fields map[string]any
		if err := json.Unmarshal(raw, &fields); err != nil {
			t.Fatal(err)
		}
		if _, there := fields["trial"]; there != trial {
			t.Errorf("trial %v: the document has the field: %v", trial, there)
		}
		if again, err := federation.ParseGenesis(raw); err != nil || again.Trial != trial {
			t.Errorf("read back: %v, %v", again.Trial, err)
		}
	}
}
