package crowd

import (
	"testing"
	"time"

	"github.com/rochdale-ledger/rochdale/node"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/ballot"
)

// TestLateStart: one of four validators starts when the others have committed hundreds of
// casts. It gets all of them; what is then sent to it alone the others commit, it proposes
// in its turn, and when another is gone blocks are made with its vote.
func TestLateStart(t *testing.T) {
	const members, before, late = 150, 500, 3
	net, c := processes(t, 4, members)
	ctx := within(t, 3*time.Minute)
	for i := range late { // each answers before the others are there
		must(t, net.StartNode(ctx, i))
	}
	for i := range late {
		must(t, net.WaitTakesPart(ctx, i))
	}
	s, err := newStorm(ctx, net, c, members, 0, 1, 2)
	must(t, err)
	must(t, s.until(ctx, before))
	must(t, s.end(ctx))

	began := time.Now()
	must(t, net.StartNode(ctx, late))
	must(t, s.dial(late))
	must(t, net.WaitTakesPart(ctx, late))
	_, err = net.SameAppHash(ctx, int64(s.tip)+1, 0, 1, 2, late)
	must(t, err)
	t.Logf("the late node has %d casts of the others, in %d blocks, after %s", s.count, s.tip, time.Since(began).Round(time.Millisecond))
	s.audit(ctx, t, late)
	s.holds(ctx, t, late, s.shown[len(s.shown)-25:])

	m, err := net.Manifest()
	must(t, err)
	id, err := node.LoadIdentity(m.Nodes[late].Home)
	must(t, err)
	proposed := false
	// Four of equal power take turns; a round that failed costs one its turn.
	for by := state.Member(2); by <= 25 && !proposed; by++ {
		height := s.sendTo(t, late, 1, by)
		b, err := s.node(1).block(ctx, height)
		must(t, err)
		proposed = b.ProposerAddress.String() == id.Address
	}
	if !proposed {
		t.Errorf("in 24 blocks in which its transactions are it proposed none")
	}

	must(t, net.Kill(0))
	height := s.sendTo(t, late, 2, 26)
	must(t, net.WaitHeight(ctx, int64(height), 1, 2, late))
	if err := s.records(ctx, late); err != nil {
		t.Error(err)
	}
}

// sendTo has a member cast through one node alone, and returns in which block another
// node has that.
func (s *storm) sendTo(t *testing.T, to, other int, by state.Member) uint64 {
	t.Helper()
	ctx := within(t, time.Minute)
	s.signed[by]++
	raw := s.c.Sign(by, s.signed[by], ballot.KindCast, ballot.Cast{Motion: s.motion, Paper: choice(by, s.signed[by]).Paper()})
	id, err := s.node(to).client.Send(ctx, raw)
	must(t, err)
	done, err := s.node(other).client.Wait(ctx, id, nil) // sends nothing
	must(t, err)
	if done.Code != 0 {
		t.Fatalf("node %d says of what node %d took: %+v", other, to, done)
	}
	return done.Height
}
