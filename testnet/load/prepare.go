package load

import (
	"context"
	"fmt"
	"time"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/testnet/crowd"
	"github.com/rochdale-ledger/rochdale/tx"
)

// prepare fills the register up to r.Members, opens a motion and reads every
// member's sequence.
func (r *run) prepare(ctx context.Context) error {
	err := r.crowd.Enter(ctx, r.Members, func(have int) { r.Progress("entering members", have, r.Members) })
	if err != nil {
		return err
	}
	number, err := r.crowd.ActForNumber(ctx, crowd.Secretary, ballot.KindPropose, ballot.Propose{Kind: 1, Title: "Load test"})
	if err != nil {
		return fmt.Errorf("opening a motion: %w", err)
	}
	r.motion = ballot.Number(number)
	r.base, err = r.crowd.Sequences(ctx, r.Members)
	return err
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
		raw := r.crowd.Sign(state.Member(m), r.base[m]+used[m], ballot.KindCast, ballot.Cast{Motion: r.motion, Paper: choice.Paper()})
		casts[i] = cast{raw: raw, id: tx.ID(raw), member: m}
	}
	r.Progress("signing casts", n, n)
	return casts, nil
}

// tick is how often the casts that are due are sent together.
const tick = 10 * time.Millisecond
