package crowd

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/cometbft/cometbft/rpc/client/http"
	comet "github.com/cometbft/cometbft/types"

	"github.com/rochdale-ledger/rochdale/client"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/testnet"
	"github.com/rochdale-ledger/rochdale/tx"
)

// A storm is all members casting on one motion again and again, each as soon as a block
// has its last cast: as much as the nodes take, and no more under way than there are
// members. What no block has after a while is sent again, since a node that was killed
// may have taken it and told nobody; and some are sent again though a block has them.
type storm struct {
	net    *testnet.Net
	c      *Crowd
	motion ballot.Number

	mu     sync.Mutex // guards all below
	at     []*reached // of all nodes
	closed bool       // members cast no more
	forget bool       // shown is not kept, only counted
	ready  []*vote
	under  map[[32]byte]*vote // what is under way, by id
	base   []uint64           // sequence of each member before the storm
	signed []uint64           // and the last that it signed
	shown  []shown            // in the order of the blocks
	count  int                // of what was shown
	tip    uint64             // the last block that had some of it
	resent int
	fault  error // the first

	cancel context.CancelFunc
	wg     sync.WaitGroup
}

// A vote is one cast.
type vote struct {
	member   state.Member
	sequence uint64
	raw      []byte
	since    time.Time // when it became ready, or was given to a node
	replay   bool      // a block has it, and it is sent once more
}

// A shown vote is one that a block has: from then on nothing may happen to it.
type shown struct {
	id     [32]byte
	height uint64
}

// A reached node is how one is talked to.
type reached struct {
	address string
	client  *client.Client
	rpc     *http.HTTP
}

const (
	replayed = 8                     // of so many votes one is sent again after a block has it
	couriers = 3                     // to each node
	breath   = 10 * time.Millisecond // between two looks at what changes
)

// choice is what a member casts with a sequence.
func choice(m state.Member, sequence uint64) ballot.Choice {
	return ballot.Yes + ballot.Choice((uint64(m)+sequence)%3)
}

// newStorm opens a motion and has members 1 to n cast on it, through the nodes that are
// named, until end.
func newStorm(ctx context.Context, net *testnet.Net, c *Crowd, n int, through ...int) (*storm, error) {
	number, err := c.ActForNumber(ctx, Secretary, ballot.KindPropose, ballot.Propose{Kind: 1, Title: "Shall we?"})
	if err != nil {
		return nil, err
	}
	s := &storm{net: net, c: c, motion: ballot.Number(number), at: make([]*reached, len(c.Nodes)), under: map[[32]byte]*vote{}}
	for i := range c.Nodes {
		if err := s.dial(i); err != nil {
			return nil, err
		}
	}
	if s.base, err = c.Sequences(ctx, n); err != nil {
		return nil, err
	}
	tip, err := c.Nodes[through[0]].Tip(ctx)
	if err != nil {
		return nil, err
	}
	s.signed = append([]uint64(nil), s.base...)
	for m := state.Member(1); m <= state.Member(n); m++ {
		s.vote(m)
	}
	run, cancel := context.WithCancel(ctx)
	s.cancel = cancel
	s.wg.Go(func() { s.follow(run, tip.Height+1) })
	s.wg.Go(func() { s.repeat(run) })
	for _, i := range through {
		for range couriers {
			s.wg.Go(func() { s.carry(run, i) })
		}
	}
	return s, nil
}

// dial notes where a node answers: a start that finds a port taken chooses another.
func (s *storm) dial(i int) error {
	m, err := s.net.Manifest()
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if old := s.at[i]; old != nil && old.address == m.Nodes[i].RPC {
		return nil
	}
	r := &reached{address: m.Nodes[i].RPC}
	if r.client, err = client.Dial(r.address); err != nil {
		return err
	}
	if r.rpc, err = http.NewWithTimeout("tcp://"+r.address, "/websocket", 10); err != nil {
		return err
	}
	s.at[i], s.c.Nodes[i] = r, r.client
	return nil
}

func (s *storm) node(i int) *reached {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.at[i]
}

// vote signs a member's next cast. s.mu is held, or no other goroutine knows s.
func (s *storm) vote(m state.Member) {
	s.signed[m]++
	v := &vote{member: m, sequence: s.signed[m], since: time.Now()}
	v.raw = s.c.Sign(m, v.sequence, ballot.KindCast, ballot.Cast{Motion: s.motion, Paper: choice(m, v.sequence).Paper()})
	s.under[tx.ID(v.raw)] = v
	s.ready = append(s.ready, v)
}

// take takes what is ready and under way, a call's worth at most.
func (s *storm) take() (part []*vote, raws [][]byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.ready) > 0 && len(part) < client.MaxBatch {
		v := s.ready[0]
		s.ready = s.ready[1:]
		if v.replay || s.under[tx.ID(v.raw)] != nil {
			v.since = time.Now()
			part, raws = append(part, v), append(raws, v.raw)
		}
	}
	return part, raws
}

// carry gives one node what is ready, whenever it answers.
func (s *storm) carry(ctx context.Context, i int) {
	for ctx.Err() == nil {
		part, raws := s.take()
		if len(part) == 0 {
			time.Sleep(breath)
			continue
		}
		silent := false
		for n, err := range s.node(i).client.SendAll(ctx, raws) {
			refused, _ := errors.AsType[*client.Refused](err)
			switch {
			case err == nil || ctx.Err() != nil:
			case errors.Is(err, client.ErrBusy), errors.Is(err, client.ErrUnreachable), errors.Is(err, client.ErrSyncing):
				silent = true
				s.mu.Lock()
				s.ready = append(s.ready, part[n])
				s.mu.Unlock()
			case refused != nil && refused.Code == state.ErrSequence.Code: // a block has it meanwhile, or the node is behind
			default:
				s.fail(fmt.Errorf("node %d about the cast of member %d with sequence %d: %w", i, part[n].member, part[n].sequence, err))
			}
		}
		for silent && ctx.Err() == nil {
			time.Sleep(10 * breath)
			_, err := s.node(i).client.Tip(ctx)
			silent = err != nil
		}
	}
}

// repeat makes ready again what was given to a node and is in no block for long.
func (s *storm) repeat(ctx context.Context) {
	for ; ctx.Err() == nil; time.Sleep(look) {
		s.mu.Lock()
		for _, v := range s.under {
			if time.Since(v.since) > resend {
				v.since = time.Now()
				s.ready = append(s.ready, v)
				s.resent++
			}
		}
		s.mu.Unlock()
	}
}

// follow reads block after block from any node that has it.
func (s *storm) follow(ctx context.Context, height uint64) {
	for turn := 0; ctx.Err() == nil; {
		b, err := s.node(turn%len(s.c.Nodes)).block(ctx, height)
		if err != nil {
			turn++
			time.Sleep(breath)
			continue
		}
		if err := s.enter(b); err != nil {
			s.fail(err)
			return
		}
		height++
	}
}

func (r *reached) block(ctx context.Context, height uint64) (*comet.Block, error) {
	h := int64(height)
	res, err := r.rpc.Block(ctx, &h)
	if err != nil {
		return nil, err
	}
	if res.Block == nil || res.Block.Height != h {
		return nil, fmt.Errorf("%s has no block %d", r.address, height)
	}
	return res.Block, nil
}

// enter notes which votes a block has, and has their members cast again.
func (s *storm) enter(b *comet.Block) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, raw := range b.Txs {
		parts, err := tx.Unbundle(raw)
		if err != nil {
			return fmt.Errorf("block %d: %w", b.Height, err)
		}
		for _, part := range parts {
			id := tx.ID(part)
			v := s.under[id]
			if v == nil {
				continue // it was in an earlier block already
			}
			delete(s.under, id)
			s.count, s.tip = s.count+1, uint64(b.Height)
			if !s.forget {
				s.shown = append(s.shown, shown{id, uint64(b.Height)})
			}
			if s.closed {
				continue
			}
			if s.count%replayed == 0 {
				again := *v
				again.replay = true
				s.ready = append(s.ready, &again)
			}
			s.vote(v.member)
		}
	}
	return nil
}

func (s *storm) fail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fault == nil {
		s.fault = err
	}
}

// until waits until so many votes are shown. It returns what went wrong before.
func (s *storm) until(ctx context.Context, count int) error {
	return s.wait(ctx, func() bool { return s.count >= count })
}

func (s *storm) wait(ctx context.Context, done func() bool) error {
	for {
		s.mu.Lock()
		ok, err, count, under := done(), s.fault, s.count, len(s.under)
		s.mu.Unlock()
		if ok || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%d votes are shown and %d under way: %w", count, under, ctx.Err())
		case <-time.After(breath):
		}
	}
}

// last are the last n votes that were shown, and how many were shown in all.
func (s *storm) last(n int) ([]shown, int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]shown(nil), s.shown[max(0, len(s.shown)-n):]...), s.count
}

// end has nobody cast any more and returns when blocks have all that was signed.
func (s *storm) end(ctx context.Context) error {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	err := s.wait(ctx, func() bool { return len(s.under) == 0 })
	s.cancel()
	s.wg.Wait()
	return err
}
