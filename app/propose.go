package app

import (
	"context"
	"errors"
	"fmt"

	abci "github.com/cometbft/cometbft/abci/types"

	"github.com/rochdale-ledger/rochdale/app/pool"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/tx"
)

// A block holds transactions and bundles of them. Each must be good by the state of the
// height before, whatever stands before it in the block; those of each key follow that
// state's last sequence in order, without a gap or a double, and there are no more of
// all of a member's keys than its allowance leaves; together they are at most state.BlockUnits. A proposal of
// anything else is refused, so a validator that fills its turn with rubbish loses the
// turn. What only an earlier transaction of the block spoils is refused by itself when
// the block is executed.

// A signersTurn follows the transactions of a proposal.
type signersTurn struct {
	taken   map[pool.Signer]uint64 // how many of each key
	further map[pool.Signer]uint64 // how many of each member, by keys beside the first
	units   int
}

func newSignersTurn() signersTurn {
	return signersTurn{taken: map[pool.Signer]uint64{}, further: map[pool.Signer]uint64{}}
}

// take returns why a proposal may not go on with a transaction, nil if it may.
func (t *signersTurn) take(j state.Judgement) error {
	if j.Refused != nil {
		return j.Refused
	}
	who := signerOf(j.Body)
	first := who
	first.Key = 0
	n := t.taken[who] + 1
	switch {
	case j.Body.Sequence != j.Spent+n:
		return state.ErrSequence.With("%d signed, %d is next", j.Body.Sequence, j.Spent+n)
	case t.taken[first]+t.further[first] >= j.Left:
		return state.ErrAllowance.With("%d can be made", j.Left)
	case t.units+j.Units > state.BlockUnits:
		return errHeavy
	}
	t.taken[who] = n
	if who != first {
		t.further[first]++
	}
	t.units += j.Units
	return nil
}

// maxInBlock is how many transactions a block holds at most: none is less than
// state.PlainCost of work.
const maxInBlock = state.BlockUnits / state.PlainCost

var errHeavy = fmt.Errorf("more than %d units of work", state.BlockUnits)

// bundleOverhead is what a bundle takes in a block beside its parts, and
// pool.Overhead does not count, at most.
const bundleOverhead = 8

// roomFor is how many bytes the pool may give for a block of max bytes: bundles take
// some, and none but the last is emptier than by its next part.
func roomFor(max int64) int64 {
	return max - bundleOverhead*(2+max/(tx.MaxBundle-tx.MaxSize))
}

// PrepareProposal fills a block from the mempool, in bundles. What the state has come
// to refuse leaves the mempool; while records are being migrated all of it waits.
func (a *App) PrepareProposal(_ context.Context, r *abci.RequestPrepareProposal) (*abci.ResponsePrepareProposal, error) {
	taken := a.pool.Take(pool.Room{Height: uint64(r.Height), Bytes: roomFor(r.MaxTxBytes), Units: state.BlockUnits})
	raws := make([][]byte, len(taken))
	for i, t := range taken {
		raws[i] = t.Raw
	}
	judged, err := a.ledger.Judge(raws)
	if err != nil {
		return nil, err
	}
	turn := newSignersTurn()
	good := raws[:0]
	for i, j := range judged {
		if turn.take(j) == nil {
			good = append(good, taken[i].Raw)
		} else if gone(j) {
			a.pool.Drop(taken[i].ID)
		}
	}
	return &abci.ResponsePrepareProposal{Txs: tx.Bundle(good)}, nil
}

// gone says whether the state has come to refuse what waits: by itself, or because less
// is left of its signer's allowance than when it came.
func gone(j state.Judgement) bool {
	if j.Refused != nil {
		return !errors.Is(j.Refused, state.ErrUpgrading)
	}
	return j.Body.Sequence-j.Spent > j.Left
}

// ProcessProposal refuses what PrepareProposal of no correct node proposes, and begins
// to execute the rest: see ahead.
func (a *App) ProcessProposal(_ context.Context, r *abci.RequestProcessProposal) (*abci.ResponseProcessProposal, error) {
	a.ahead.drop()
	why, err := a.unfit(r.Txs)
	if err != nil {
		return nil, err
	}
	if why != nil {
		a.log.Warn("refusing a proposed block", "height", r.Height, "proposer", fmt.Sprintf("%X", r.ProposerAddress), "err", why)
		return &abci.ResponseProcessProposal{Status: abci.ResponseProcessProposal_REJECT}, nil
	}
	a.ahead.begin(r.Hash, func() (*abci.ResponseFinalizeBlock, error) {
		return a.execute(decided{height: r.Height, time: r.Time, txs: r.Txs, misbehaviour: r.Misbehavior})
	})
	return &abci.ResponseProcessProposal{Status: abci.ResponseProcessProposal_ACCEPT}, nil
}

// unfit says why a proposal is refused, nil if it is not.
func (a *App) unfit(txs [][]byte) (why, fault error) {
	var raws [][]byte
	for _, raw := range txs {
		parts, err := tx.Unbundle(raw)
		if err != nil {
			return err, nil
		}
		raws = append(raws, parts...)
		if len(raws) > maxInBlock { // before any of them is looked at
			return errHeavy, nil
		}
	}
	judged, err := a.ledger.Judge(raws)
	if err != nil {
		return nil, err
	}
	turn := newSignersTurn()
	for i, j := range judged {
		if err := turn.take(j); err != nil {
			return fmt.Errorf("transaction %X: %w", tx.ID(raws[i]), err), nil
		}
	}
	return nil, nil
}

// An Outcome is what became of one transaction of a bundle. The list of them, in
// canonical CBOR, is the result of the bundle in the engine's block and so under the
// next header.
type Outcome struct {
	Code uint32 `cbor:"1,keyasint,omitempty"` // 0 if done, else the rejection's
	Data []byte `cbor:"2,keyasint,omitempty"`
}

// flatten returns the transactions of a block, and how many each of its engine's
// transactions holds. What is neither a transaction nor a bundle counts as one.
func flatten(txs [][]byte) (flat [][]byte, counts []int) {
	for _, raw := range txs {
		parts, err := tx.Unbundle(raw)
		if err != nil {
			parts = [][]byte{raw}
		}
		flat, counts = append(flat, parts...), append(counts, len(parts))
	}
	return flat, counts
}

// gather is the inverse of flatten for results.
func (a *App) gather(results []state.Result, counts []int) []*abci.ExecTxResult {
	out := make([]*abci.ExecTxResult, len(counts))
	for i, n := range counts {
		part := results[:n]
		results = results[n:]
		if n == 1 {
			out[i] = &abci.ExecTxResult{Code: part[0].Code, Data: part[0].Data, Log: part[0].Log}
		} else {
			outcomes := make([]Outcome, n)
			for j, r := range part {
				outcomes[j] = Outcome{Code: r.Code, Data: r.Data}
			}
			out[i] = &abci.ExecTxResult{Data: tx.Encode(outcomes)}
		}
		if a.quiet {
			continue
		}
		for _, r := range part {
			out[i].Events = append(out[i].Events, told(r.Events)...)
		}
	}
	return out
}
