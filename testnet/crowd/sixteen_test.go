package crowd

import (
	"context"
	"testing"
	"time"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/ballot"
)

// Sixteen validators in one process commit what each of them took, once.
func TestSixteenValidators(t *testing.T) {
	const nodes = 16
	c, _ := founded(t, nodes, nodes, honest)
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	proposed, err := c.Act(ctx, Secretary, ballot.KindPropose, ballot.Propose{Kind: 1, Title: "Shall we?"})
	if err != nil {
		t.Fatal(err)
	}
	for i, n := range c.Nodes { // each has to know the motion
		for {
			tip, err := n.Tip(ctx)
			if err != nil {
				t.Fatalf("node %d: %v", i, err)
			}
			if tip.Height >= proposed.Height {
				break
			}
			time.Sleep(look)
		}
	}
	cast := ballot.Cast{Motion: 1, Paper: ballot.Yes.Paper()}
	raws := map[state.Member][]byte{}
	for m := state.Member(2); m <= nodes; m++ {
		raws[m] = c.Sign(m, 1, ballot.KindCast, cast)
		if _, err := c.Nodes[m-1].Send(ctx, raws[m]); err != nil {
			t.Fatalf("node %d: %v", m-1, err)
		}
	}
	for m, raw := range raws {
		other := c.Nodes[(int(m)+7)%nodes] // not the one that took it
		id, err := other.Send(ctx, raw)
		if err != nil && id == [32]byte{} {
			t.Fatal(err)
		}
		done, err := other.Wait(ctx, id, raw)
		if err != nil || done.Code != 0 {
			t.Errorf("member %d: %+v, %v", m, done, err)
		}
	}
	at, err := c.Read(ctx)
	if err != nil {
		t.Fatal(err)
	}
	tally, err := ballot.TallyOf(at, cast.Motion)
	if err != nil {
		t.Fatal(err)
	}
	if papers, err := tally.Papers(); err != nil || papers != nodes-1 {
		t.Errorf("%d have cast, %v; want %d", papers, err, nodes-1)
	}
}
