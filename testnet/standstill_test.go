package testnet

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/cometbft/cometbft/rpc/client/http"

	"github.com/rochdale-ledger/rochdale/node"
)

// TestStandstill: with two of four gone a living node says that no block is made, since
// when, and whose signatures are missing; with the third it says no more of it.
func TestStandstill(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	n := newNet(t, 4)
	must(t, n.Start(within(t, 40*time.Second)))
	m, err := n.Manifest()
	must(t, err)
	var gone []string
	for _, i := range []int{2, 3} {
		id, err := node.LoadIdentity(m.Nodes[i].Home)
		must(t, err)
		gone = append(gone, id.Address)
		must(t, n.Kill(i))
	}
	stopped := time.Now()
	c, err := http.New("tcp://"+m.Nodes[0].RPC, "/websocket")
	must(t, err)
	_, err = c.BroadcastTxSync(within(t, 5*time.Second), []byte("wait"))
	must(t, err)

	var s node.Status
	must(t, poll(within(t, time.Minute), func() (bool, error) {
		s, err = ask(t.Context(), m.Nodes[0].RPC)
		if err == nil && s.Standstill != nil && time.Since(stopped) < node.StandstillAfter-2*time.Second {
			t.Errorf("after %s it stands still already: %+v", time.Since(stopped), s.Standstill)
		}
		return err == nil && s.Standstill != nil, err
	}))
	still := *s.Standstill
	if still.Height != s.Height+1 || still.Of != 4 {
		t.Errorf("block %d of %d validators, and the last is %d", still.Height, still.Of, s.Height)
	}
	if still.Since.Before(s.BlockTime) || still.Since.After(stopped.Add(8*time.Second)) {
		t.Errorf("since %s; the last block is of %s, and they went at %s", still.Since, s.BlockTime, stopped)
	}
	var missing []string
	for _, v := range still.Missing {
		missing = append(missing, v.Address)
	}
	slices.Sort(missing)
	slices.Sort(gone)
	if !slices.Equal(missing, gone) {
		t.Errorf("missing are %v, want %v", missing, gone)
	}

	must(t, n.StartNode(within(t, 30*time.Second), 2))
	must(t, n.WaitHeight(within(t, 30*time.Second), still.Height+1, 0))
	if s, err = ask(t.Context(), m.Nodes[0].RPC); err != nil || s.Standstill != nil {
		t.Errorf("it goes on, and says %+v, %v", s.Standstill, err)
	}

	// The one that is still gone is named for the turns that it misses, and nobody else.
	id, err := node.LoadIdentity(m.Nodes[3].Home)
	must(t, err)
	sent := 0
	must(t, poll(within(t, time.Minute), func() (bool, error) {
		sent++
		if _, err := c.BroadcastTxSync(within(t, 5*time.Second), fmt.Append(nil, "go on ", sent)); err != nil {
			return false, err
		}
		s, err = ask(t.Context(), m.Nodes[0].RPC)
		return slices.ContainsFunc(s.Turns, func(v node.Turns) bool { return v.Address == id.Address && v.Missed > 0 && v.Missed <= v.Of }), err
	}))
}
