package load

import (
	"context"
	"fmt"
	"time"

	"github.com/rochdale-ledger/rochdale/client"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/tx"
)

// secretary imports members and opens the motion: the first founder.
const secretary state.Member = 1

// underWay is how many imports wait for a block at once: fewer than the
// sequences that a node lets a signer run ahead.
const underWay = 32

// prepare fills the register up to r.Members, opens a motion and reads every
// member's sequence.
func (r *run) prepare(ctx context.Context) error {
	c := r.nodes[0]
	at, err := c.At(ctx, 0)
	if err != nil {
		return err
	}
	totals, err := member.TotalsOf(at.Of(loadCoop))
	if err != nil {
		return err
	}
	last, err := member.SequenceOf(at.Of(loadCoop), secretary)
	if err != nil {
		return err
	}
	if last, err = r.fill(ctx, int(totals.Members), last); err != nil {
		return fmt.Errorf("filling the register: %w", err)
	}
	done, err := r.act(ctx, last+1, ballot.KindPropose, ballot.Propose{Kind: 1, Title: "Load test"})
	if err != nil {
		return fmt.Errorf("opening a motion: %w", err)
	}
	number, err := tx.Decode[uint64](done.Data)
	if err != nil {
		return fmt.Errorf("the motion's number: %w", err)
	}
	r.motion = ballot.Number(number)
	if at, err = c.At(ctx, 0); err != nil {
		return err
	}
	r.base, err = sequences(at.Of(loadCoop), r.Members)
	return err
}

// act has the secretary do something and waits until it is done.
func (r *run) act(ctx context.Context, sequence uint64, kind tx.Kind, a state.Action) (state.Done, error) {
	raw := r.sign(secretary, sequence, kind, a)
	id, err := r.nodes[0].Send(ctx, raw)
	if err != nil {
		return state.Done{}, err
	}
	done, err := r.nodes[0].Wait(ctx, id, raw)
	if err != nil {
		return done, err
	}
	return done, client.Refusal(done)
}

func (r *run) sign(m state.Member, sequence uint64, kind tx.Kind, a state.Action) []byte {
	return tx.Sign(r.people.Key(loadCoop, m), tx.Body{
		Chain: r.chain, Coop: uint32(loadCoop), Signer: uint64(m), Sequence: sequence,
		Expiry: 1 << 40, Kind: kind, Payload: tx.Encode(a),
	})
}

// fill imports members with the numbers from have+1 to r.Members. It returns
// the secretary's last sequence.
func (r *run) fill(ctx context.Context, have int, sequence uint64) (uint64, error) {
	type sent struct {
		id  [32]byte
		raw []byte
	}
	var pending []sent
	settle := func() error {
		first := pending[0]
		pending = pending[1:]
		done, err := r.nodes[0].Wait(ctx, first.id, first.raw)
		if err != nil {
			return err
		}
		return client.Refusal(done)
	}
	for next := have + 1; next <= r.Members; {
		batch := member.Import{}
		for ; next <= r.Members && len(batch.Entries) < member.MaxImport; next++ {
			batch.Entries = append(batch.Entries, member.Entry{Key: r.people.Key(loadCoop, state.Member(next)).Public(), Class: 1})
		}
		sequence++
		raw := r.sign(secretary, sequence, member.KindImport, batch)
		id, err := r.nodes[0].Send(ctx, raw)
		if err != nil {
			return sequence, err
		}
		if pending = append(pending, sent{id, raw}); len(pending) == underWay {
			if err := settle(); err != nil {
				return sequence, err
			}
		}
		r.Progress("entering members", next-1, r.Members)
	}
	for len(pending) > 0 {
		if err := settle(); err != nil {
			return sequence, err
		}
	}
	return sequence, nil
}

// sequences reads the last sequence of members 1 to n; index 0 is unused.
func sequences(at state.Reader, n int) ([]uint64, error) {
	out := make([]uint64, n+1)
	err := member.RangeSpent(at, 1, state.Member(n), func(m state.Member, s member.Spent) (bool, error) {
		out[m] = s.Sequence
		return true, nil
	})
	return out, err
}

// signAll signs every cast of the run beforehand, so that signing takes no time
// from the testnet on the same machine.
func (r *run) signAll(ctx context.Context) ([]cast, error) {
	n := int(float64(r.Rate) * r.For.Seconds())
	if r.Rate == 0 {
		n = int(most * r.For.Seconds())
	}
	casts := make([]cast, n)
	used := make([]uint64, r.Members+1)
	for i := range casts {
		if i%1000 == 0 {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			r.Progress("signing casts", i, n)
		}
		m := 1 + i%r.Members
		used[m]++
		choice := ballot.Yes + ballot.Choice((i+i/r.Members)%3)
		raw := r.sign(state.Member(m), r.base[m]+used[m], ballot.KindCast, ballot.Cast{Motion: r.motion, Choice: choice})
		casts[i] = cast{raw: raw, id: tx.ID(raw), member: m}
	}
	r.Progress("signing casts", n, n)
	return casts, nil
}

// tick is how often the casts that are due are sent together.
const tick = 10 * time.Millisecond
