package crowd

import (
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"
)

// TestKillsUnderLoad: while members cast as fast as four nodes take it, one of them at
// random is killed and started again, three times, or forty with ROCHDALE_LONG=1. Nothing
// acknowledged is lost or doubled.
//
// A vote is acknowledged when its commit is shown: when any node has served a block that
// has it, or has answered /done. That a node has taken it for its mempool, with code 0,
// is no acknowledgement: the node may be killed before it tells another, and so clients
// (client.Wait, Crowd.All, the load driver) send again what no block has. So
// what was shown before a kill is asked of the killed node as soon as it is back; and
// after all of it every node has every vote that was ever signed once, shown votes in
// the block that was shown, and the records of all are what was sent.
//
// ROCHDALE_SEED repeats the choice of nodes and times of a run.
func TestKillsUnderLoad(t *testing.T) {
	kills, members := 3, 400
	if os.Getenv(longEnv) != "" {
		kills, members = 40, 1000
	}
	seed, err := strconv.ParseUint(os.Getenv("ROCHDALE_SEED"), 10, 64)
	if err != nil {
		seed = uint64(time.Now().UnixNano())
	}
	t.Logf("ROCHDALE_SEED=%d", seed)
	chance := rand.New(rand.NewPCG(seed, 0))
	net, c := processes(t, 4, members)
	ctx := within(t, time.Duration(5+kills)*time.Minute)
	must(t, net.Start(ctx))
	s, err := newStorm(ctx, net, c, members, 0, 1, 2, 3)
	must(t, err)
	began := time.Now()
	var asked []shown
	for range kills {
		_, count := s.last(0)
		must(t, s.until(ctx, count+1+chance.IntN(2*members)))
		time.Sleep(time.Duration(chance.Int64N(int64(300 * time.Millisecond)))) // so that it is killed anywhere between two blocks
		i := chance.IntN(4)
		before, _ := s.last(25)
		must(t, net.Kill(i))
		_, count = s.last(0)
		must(t, s.until(ctx, count+members)) // the other three go on
		must(t, net.StartNode(ctx, i))
		must(t, s.dial(i))
		must(t, net.WaitTakesPart(ctx, i))
		must(t, net.WaitHeight(ctx, int64(before[len(before)-1].height)+1, i))
		s.holds(ctx, t, i, before)
		asked = append(asked, before...)
	}
	must(t, s.end(ctx))
	took := time.Since(began)

	_, err = net.SameAppHash(ctx, int64(s.tip)+1, 0, 1, 2, 3)
	must(t, err)
	for i := range 4 {
		s.audit(ctx, t, i)
		s.holds(ctx, t, i, asked)
	}
	t.Logf("%d kills in %s; %d votes in %d blocks, %d sent again", kills, took.Round(time.Second), s.count, s.tip, s.resent)
	m, err := net.Manifest()
	must(t, err)
	if killed, err := net.Stop(); err != nil || len(killed) > 0 {
		t.Errorf("stopping killed %v, %v", killed, err)
	}
	for _, n := range m.Nodes {
		sound(t, n.Home)
	}
}
