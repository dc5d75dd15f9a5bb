package sim

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	abci "github.com/cometbft/cometbft/abci/types"

	"github.com/rochdale-ledger/rochdale/app"
	"github.com/rochdale-ledger/rochdale/tx"
)

// propose gets every transaction into its mempool before its block, makes and checks
// proposals, executes some that are then abandoned, and the decided block in bundles. So
// its memory of transactions is filled where the others' is empty.
type propose struct {
	machine
	rng *rand.Rand
}

func newPropose(r *run) *propose {
	return &propose{machine{run: r, fs: vfs.NewMem(), keep: keepStraight}, r.chance(chancePropose)}
}

func (*propose) name() string { return "proposals" }

// maxBlockBytes is the size of the largest proposal.
const maxBlockBytes = 1 << 20

func (x *propose) take(b *block) (outcome, error) {
	if b.Height > 1 {
		if err := x.arrive(b.Txs); err != nil {
			return outcome{}, err
		}
	}
	for range max(0, x.rng.IntN(6)-3) { // none as a rule, at most two
		if err := x.abandon(b); err != nil {
			return outcome{}, err
		}
	}
	return x.bundled(b)
}

// arrive gets transactions into the mempool, some from clients and some from a peer in
// a bundle.
func (x *propose) arrive(txs [][]byte) error {
	var bundle [][]byte
	for _, raw := range txs {
		if x.rng.IntN(3) == 0 {
			bundle = append(bundle, raw)
			continue
		}
		if _, err := x.app.CheckTx(context.Background(), &abci.RequestCheckTx{Tx: raw}); err != nil {
			return fmt.Errorf("checking a transaction: %w", err)
		}
	}
	for _, raw := range bundles(bundle) {
		if _, err := x.app.InsertTx(context.Background(), &abci.RequestInsertTx{Tx: raw}); err != nil {
			return fmt.Errorf("taking a bundle: %w", err)
		}
	}
	return nil
}

// bundles puts what can stand in a bundle into bundles, and leaves alone what cannot:
// no bytes, too many, or what is a bundle by its first byte.
func bundles(raws [][]byte) (out [][]byte) {
	var fit [][]byte
	flush := func() {
		out = append(out, tx.Bundle(fit)...)
		fit = nil
	}
	for _, raw := range raws {
		if len(raw) == 0 || len(raw) > tx.MaxSize || tx.IsBundle(raw) {
			flush()
			out = append(out, raw)
			continue
		}
		fit = append(fit, raw)
	}
	flush()
	return out
}

// bundled executes the decided block with its transactions in bundles, and answers for
// each of them.
func (x *propose) bundled(b *block) (outcome, error) {
	txs := bundles(b.Txs)
	if b.Height > 1 && x.rng.IntN(2) == 0 {
		other := bundles(b.Txs[:len(b.Txs)/2])
		for _, ahead := range [][][]byte{other, txs}[:1+x.rng.IntN(2)] {
			if err := x.ahead(b, ahead); err != nil {
				return outcome{}, err
			}
		}
	}
	got, err := x.execute(b, txs)
	if err != nil {
		return got, err
	}
	var results []*abci.ExecTxResult
	for i, res := range got.results {
		parts, err := tx.Unbundle(txs[i])
		if err != nil || len(parts) == 1 {
			results = append(results, res)
			continue
		}
		outcomes, err := tx.Decode[[]app.Outcome](res.Data)
		if err != nil || len(outcomes) != len(parts) {
			return got, fmt.Errorf("%d outcomes of a bundle of %d: %v", len(outcomes), len(parts), err)
		}
		for _, o := range outcomes {
			results = append(results, &abci.ExecTxResult{Code: o.Code, Data: o.Data})
		}
	}
	got.results = results
	return got, x.commit()
}

// ahead has the machine judge a proposal as consensus does. If it accepts it, it executes
// it ahead.
func (x *propose) ahead(b *block, txs [][]byte) error {
	r := b.request(txs)
	_, err := x.app.ProcessProposal(context.Background(), &abci.RequestProcessProposal{Height: r.Height, Time: r.Time, Txs: txs, Misbehavior: r.Misbehavior, Hash: r.Hash})
	if err != nil {
		return fmt.Errorf("judging a proposal: %w", err)
	}
	return nil
}

// abandon makes another proposal for b's height and executes it, as in a round of
// consensus that does not decide.
func (x *propose) abandon(b *block) error {
	txs := slices.Clone(b.Txs)
	for range x.rng.IntN(3) {
		if n := len(txs); n > 0 {
			txs = append(txs, txs[x.rng.IntN(n)])
		}
	}
	x.rng.Shuffle(len(txs), func(i, j int) { txs[i], txs[j] = txs[j], txs[i] })
	if b.Height > 1 && x.rng.IntN(2) == 0 {
		var err error
		if txs, err = x.prepared(b); err != nil {
			return err
		}
	}
	other := *b
	other.Time = b.Time.Add(time.Duration(x.rng.IntN(7200)) * time.Second)
	if x.rng.IntN(2) == 0 {
		other.Misbehave = nil
	}
	if _, err := x.execute(&other, txs); err != nil {
		return fmt.Errorf("executing a proposal that is abandoned: %w", err)
	}
	x.run.report.Dropped++
	return nil
}

// prepared is the machine's own proposal of what has arrived; it must accept that, and
// refuse it with invalid bytes added.
func (x *propose) prepared(b *block) ([][]byte, error) {
	ctx := context.Background()
	res, err := x.app.PrepareProposal(ctx, &abci.RequestPrepareProposal{Height: int64(b.Height), MaxTxBytes: maxBlockBytes})
	if err != nil {
		return nil, fmt.Errorf("preparing a proposal: %w", err)
	}
	judge := func(txs [][]byte, want abci.ResponseProcessProposal_ProposalStatus) error {
		got, err := x.app.ProcessProposal(ctx, &abci.RequestProcessProposal{Height: int64(b.Height), Txs: txs})
		if err == nil && got.Status != want {
			err = fmt.Errorf("%v, want %v", got.Status, want)
		}
		if err != nil {
			return fmt.Errorf("judging a proposal: %w", err)
		}
		return nil
	}
	if err := judge(res.Txs, abci.ResponseProcessProposal_ACCEPT); err != nil {
		return nil, err
	}
	junk := append(slices.Clone(res.Txs), []byte("junk"))
	return res.Txs, judge(junk, abci.ResponseProcessProposal_REJECT)
}
