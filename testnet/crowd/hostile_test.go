package crowd

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"

	"github.com/rochdale-ledger/rochdale/app"
	"github.com/rochdale-ledger/rochdale/client"
	"github.com/rochdale-ledger/rochdale/node"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/testnet"
	"github.com/rochdale-ledger/rochdale/tx"
)

// founded starts a testnet in this process whose nodes have the applications that open
// gives, and returns the members of its first co-op.
func founded(t *testing.T, nodes, members int, open func(i int, a *app.App) node.Application) (*Crowd, *testnet.InProcess) {
	t.Helper()
	if testing.Short() {
		t.Skip("starts nodes")
	}
	founding := testnet.Founding{People: testnet.SeededPeople(1), Members: members}
	net, err := testnet.Make(t.TempDir()+"/net", nodes, testnet.Options{Founding: &founding}, founding.Genesis)
	if err == nil {
		err = founding.People.Save(net.Dir)
	}
	if err != nil {
		t.Fatal(err)
	}
	m, err := net.Manifest()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	running, err := testnet.Dev(ctx, net, func(home string, _ node.Config, _ *slog.Logger) (node.Application, func(string) bool, error) {
		a, err := app.Open(node.AppDir(home), app.Options{})
		if err != nil {
			return nil, nil, err
		}
		i := slices.IndexFunc(m.Nodes, func(n testnet.Member) bool { return n.Home == home })
		return open(i, a), func(string) bool { return true }, nil
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := running.Stop(); err != nil {
			t.Error(err)
		}
	})
	c, err := Open(net, 1)
	if err != nil {
		t.Fatal(err)
	}
	return c, running
}

func honest(_ int, a *app.App) node.Application { return a }

// A hostile validator proposes rubbish in turns, and offers its peers the same bundle
// again and again.
type hostile struct {
	*app.App
	turns atomic.Int64
	same  []byte
}

func (h *hostile) PrepareProposal(ctx context.Context, r *abci.RequestPrepareProposal) (*abci.ResponsePrepareProposal, error) {
	res, err := h.App.PrepareProposal(ctx, r)
	if err != nil {
		return nil, err
	}
	switch h.turns.Add(1) % 4 {
	case 0:
		res.Txs = append(res.Txs, []byte("junk"))
	case 1:
		res.Txs = append(res.Txs, []byte{0x80})
	case 2:
		res.Txs = append(res.Txs, h.same[:len(h.same)-1])
	case 3:
		res.Txs = [][]byte{h.same, h.same}
	}
	return res, nil
}

func (h *hostile) ReapTxs(ctx context.Context, _ *abci.RequestReapTxs) (*abci.ResponseReapTxs, error) {
	select {
	case <-ctx.Done():
		return &abci.ResponseReapTxs{}, nil
	case <-time.After(20 * time.Millisecond):
		return &abci.ResponseReapTxs{Txs: [][]byte{h.same}}, nil
	}
}

// A validator that proposes rubbish and floods its peers loses its turns and is named
// for them; what members send to the others is done.
func TestHostileValidator(t *testing.T) {
	people := testnet.SeededPeople(1)
	forged := tx.Sign(people.Key(1, 1), tx.Body{Chain: "another", Coop: 1, Signer: 1, Sequence: 1, Expiry: 9, Kind: ballot.KindCast, Payload: tx.Encode(ballot.Cast{Motion: 1})})
	c, running := founded(t, 4, 8, func(i int, a *app.App) node.Application {
		if i == 3 {
			return &hostile{App: a, same: tx.Bundle([][]byte{forged, forged})[0]}
		}
		return a
	})
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	c.Nodes = c.Nodes[:3]
	for range 6 {
		if _, err := c.ActForNumber(ctx, Secretary, ballot.KindPropose, ballot.Propose{Kind: 1, Title: "Shall we?"}); err != nil {
			t.Fatal(err)
		}
	}
	m, err := running.Net.Manifest()
	if err != nil {
		t.Fatal(err)
	}
	id, err := node.LoadIdentity(m.Nodes[3].Home)
	if err != nil {
		t.Fatal(err)
	}
	status, err := node.QueryStatus(ctx, m.Nodes[0].RPC)
	if err != nil {
		t.Fatal(err)
	}
	if len(status.Turns) != 1 || status.Turns[0].Address != id.Address || status.Turns[0].Missed != status.Turns[0].Of {
		t.Errorf("missed turns are %+v, want all of %s", status.Turns, id.Address)
	}
}

// A member who sends without end, with gaps, doubles and bad signatures, small and large,
// delays what another sends to the same node by two blocks at most, and fills nothing.
func TestFlood(t *testing.T) {
	c, _ := founded(t, 4, 12, honest)
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	number, err := c.ActForNumber(ctx, Secretary, ballot.KindPropose, ballot.Propose{Kind: 1, Title: "Shall we?"})
	if err != nil {
		t.Fatal(err)
	}
	cast := ballot.Cast{Motion: ballot.Number(number), Paper: ballot.Yes.Paper()}
	const flooder, large = state.Member(3), 48 << 10
	sorts := []func(n uint64) []byte{
		func(n uint64) []byte { return c.Sign(flooder, 2+n%100, ballot.KindCast, cast) }, // gaps
		func(n uint64) []byte {
			return c.Sign(flooder, 2, ballot.KindCast, ballot.Cast{Motion: ballot.Number(1 + n), Paper: ballot.Yes.Paper()})
		}, // doubles
		func(n uint64) []byte { // of another's key
			raw := c.Sign(flooder, 1, ballot.KindCast, cast)
			raw[len(raw)-1-int(n%60)] ^= 1
			return raw
		},
		func(n uint64) []byte { // large
			return c.Sign(flooder, 2+n%100, ballot.KindPropose, ballot.Propose{Kind: 1, Title: fmt.Sprint(n), Action: []ballot.Carried{{Kind: ballot.KindCast, Payload: tx.Encode(bytes.Repeat([]byte{1}, large))}}})
		},
	}
	flood, end := context.WithCancel(ctx)
	var floods sync.WaitGroup
	var sent atomic.Int64
	for _, make := range sorts {
		floods.Go(func() {
			for n := uint64(0); flood.Err() == nil; {
				var raws [][]byte
				for range client.MaxBatch {
					raws = append(raws, make(n))
					n++
				}
				c.Nodes[0].SendAll(flood, raws)
				sent.Add(client.MaxBatch)
			}
		})
	}
	for m := state.Member(4); m <= 11; m++ {
		tip, err := c.Nodes[0].Tip(ctx)
		if err != nil {
			t.Fatal(err)
		}
		raw := c.Sign(m, 1, ballot.KindCast, cast)
		id, err := c.Nodes[0].Send(ctx, raw)
		if err != nil {
			t.Fatalf("member %d: %v", m, err)
		}
		done, err := c.Nodes[0].Wait(ctx, id, raw)
		if err != nil || done.Code != 0 {
			t.Fatalf("member %d: %+v, %v", m, done, err)
		}
		// The block under way may be closed already, and then two more.
		if delay := int64(done.Height) - int64(tip.Height); delay > 4 {
			t.Errorf("member %d's cast came %d blocks after the tip at which it was sent", m, delay)
		}
	}
	end()
	floods.Wait()
	at, err := c.Read(ctx)
	if err != nil {
		t.Fatal(err)
	}
	tally, err := ballot.TallyOf(at, cast.Motion)
	if err != nil {
		t.Fatal(err)
	}
	if papers, err := tally.Papers(); err != nil || papers != 8 {
		t.Errorf("%d have cast, %v; want 8", papers, err)
	}
	last, err := c.Sequences(ctx, int(flooder))
	if err != nil || last[flooder] != 0 {
		t.Errorf("the flooder, who sent %d, has used sequence %d, %v", sent.Load(), last[flooder], err)
	}
	t.Logf("the flooder sent %d", sent.Load())
}
