// Package crowd signs and sends transactions for the members of a testnet's co-op:
// one at a time for its officers, in bulk for its members. If a node stops, it sends
// to another, and no transaction is lost.
package crowd

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/rochdale-ledger/rochdale/client"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/testnet"
	"github.com/rochdale-ledger/rochdale/tx"
)

// A Crowd is the members of one co-op of a testnet. One goroutine uses it.
type Crowd struct {
	Chain  string
	Coop   state.Coop
	Nodes  []*client.Client // of all nodes; some may be down
	people testnet.People
	turn   atomic.Uint64 // which node is asked next
}

// Offices of the founders, by member number: see testnet.Founders.
const (
	Secretary state.Member = 1 // and returning officer
	Treasurer state.Member = 2
)

// forever is an expiry that no run reaches.
const forever = 1 << 40

// Open gathers the members of a co-op of the testnet.
func Open(net *testnet.Net, coop state.Coop) (*Crowd, error) {
	m, err := net.Manifest()
	if err != nil {
		return nil, err
	}
	c := &Crowd{Chain: m.ChainID, Coop: coop}
	if c.people, err = testnet.OpenPeople(net.Dir); err != nil {
		return nil, err
	}
	for _, n := range m.Nodes {
		to, err := client.Dial(n.RPC)
		if err != nil {
			return nil, err
		}
		c.Nodes = append(c.Nodes, to)
	}
	return c, nil
}

// Key is a member's key.
func (c *Crowd) Key(m state.Member) tx.PrivateKey { return c.people.Key(c.Coop, m) }

// Sign signs a member's action.
func (c *Crowd) Sign(m state.Member, sequence uint64, kind tx.Kind, a state.Action) []byte {
	return tx.Sign(c.Key(m), tx.Body{
		Chain: c.Chain, Coop: uint32(c.Coop), Signer: uint64(m), Sequence: sequence,
		Expiry: forever, Kind: kind, Payload: tx.Encode(a),
	})
}

// Node is a node that answers. It returns the last one's error if none does.
func (c *Crowd) Node(ctx context.Context) (*client.Client, error) {
	var err error
	for range c.Nodes {
		n := c.Nodes[c.turn.Load()%uint64(len(c.Nodes))]
		if _, err = n.Tip(ctx); err == nil {
			return n, nil
		}
		c.turn.Add(1)
	}
	return nil, err
}

// Read reads the co-op's records at the last block of a node that answers.
func (c *Crowd) Read(ctx context.Context) (state.Reader, error) {
	n, err := c.Node(ctx)
	if err != nil {
		return nil, err
	}
	at, err := n.At(ctx, 0)
	if err != nil {
		return nil, err
	}
	return at.Of(c.Coop), nil
}

// Act has one member act and waits until it is done. A rejection is a
// *client.Refused.
func (c *Crowd) Act(ctx context.Context, m state.Member, kind tx.Kind, a state.Action) (state.Done, error) {
	if err := a.Check(); err != nil {
		return state.Done{}, err
	}
	n, err := c.Node(ctx)
	if err != nil {
		return state.Done{}, err
	}
	at, err := c.Read(ctx)
	if err != nil {
		return state.Done{}, err
	}
	last, err := member.SequenceOf(at, m)
	if err != nil {
		return state.Done{}, err
	}
	raw := c.Sign(m, last+1, kind, a)
	id, err := n.Send(ctx, raw)
	if err != nil {
		return state.Done{}, err
	}
	done, err := n.Wait(ctx, id, raw)
	if err != nil {
		return done, err
	}
	return done, client.Refusal(done)
}

// ActForNumber is Act for an action whose result is a number.
func (c *Crowd) ActForNumber(ctx context.Context, m state.Member, kind tx.Kind, a state.Action) (uint64, error) {
	done, err := c.Act(ctx, m, kind, a)
	if err != nil {
		return 0, err
	}
	return tx.Decode[uint64](done.Data)
}

// Sequences reads the last sequence of members 1 to n; index 0 is unused.
func (c *Crowd) Sequences(ctx context.Context, n int) ([]uint64, error) {
	at, err := c.Read(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]uint64, n+1)
	err = member.RangeSpent(at, 1, state.Member(n), func(m state.Member, s member.Spent) (bool, error) {
		out[m] = s.Sequence
		return true, nil
	})
	return out, err
}

// The rhythm of All.
const (
	look   = 100 * time.Millisecond // how often it asks the ledger
	resend = 3 * time.Second        // how long what is not there yet may be under way
)

// All has the members from first to last do one thing each and returns when the
// ledger has all of it: what is not there after a while is sent again to another
// node. The ledger refuses a repetition, so nothing is done twice. told is called
// with how many are done. It returns ctx's error if that ends first.
func (c *Crowd) All(ctx context.Context, first, last int, kind tx.Kind, action func(m state.Member) state.Action, told func(done int)) error {
	before, err := c.Sequences(ctx, last)
	if err != nil {
		return err
	}
	raws := make(map[state.Member][]byte, last-first+1)
	for m := state.Member(first); m <= state.Member(last); m++ {
		raws[m] = c.Sign(m, before[m]+1, kind, action(m))
	}
	ticker := time.NewTicker(look)
	defer ticker.Stop()
	var sent time.Time
	for {
		missing, err := c.missing(ctx, before, raws)
		if err == nil {
			told(len(raws) - len(missing))
			if len(missing) == 0 {
				return nil
			}
			if time.Since(sent) > resend {
				sent = time.Now()
				err = c.spread(ctx, missing)
			}
		}
		if err != nil && !errors.Is(err, client.ErrUnreachable) {
			return err
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// missing are the transactions whose signer's sequence has not moved.
func (c *Crowd) missing(ctx context.Context, before []uint64, raws map[state.Member][]byte) ([][]byte, error) {
	now, err := c.Sequences(ctx, len(before)-1)
	if err != nil {
		return nil, err
	}
	var out [][]byte
	for m := range now {
		if raw, ok := raws[state.Member(m)]; ok && now[m] == before[m] {
			out = append(out, raw)
		}
	}
	return out, nil
}

// spread sends transactions to the nodes round robin, skipping those that are
// down. What a node refuses because a block has it meanwhile is fine.
func (c *Crowd) spread(ctx context.Context, raws [][]byte) error {
	for len(raws) > 0 {
		part := raws[:min(len(raws), client.MaxBatch)]
		raws = raws[len(part):]
		c.turn.Add(1)
		n, err := c.Node(ctx)
		if err != nil {
			return err
		}
		for _, err := range n.SendAll(ctx, part) {
			var refused *client.Refused
			switch {
			case err == nil, errors.Is(err, client.ErrBusy), errors.Is(err, client.ErrUnreachable):
			case errors.As(err, &refused) && refused.Code == state.ErrSequence.Code:
			default:
				return err
			}
		}
	}
	return nil
}
