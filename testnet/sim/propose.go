package sim

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	abci "github.com/cometbft/cometbft/abci/types"

	"github.com/rochdale-ledger/rochdale/tx"
)

// propose gets every transaction through CheckTx before its block, makes and checks
// proposals, and executes some that are then abandoned. So its cache of signatures
// is filled where the others' is empty.
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
	if b.height > 1 {
		for _, raw := range b.txs {
			if _, err := x.app.CheckTx(context.Background(), &abci.RequestCheckTx{Tx: raw}); err != nil {
				return outcome{}, fmt.Errorf("checking a transaction: %w", err)
			}
		}
	}
	for range max(0, x.rng.IntN(6)-3) { // none as a rule, at most two
		if err := x.abandon(b); err != nil {
			return outcome{}, err
		}
	}
	return x.machine.take(b)
}

// abandon makes another proposal for b's height and executes it, as in a round of
// consensus that does not decide.
func (x *propose) abandon(b *block) error {
	txs := slices.Clone(b.txs)
	for range x.rng.IntN(3) {
		if n := len(txs); n > 0 {
			txs = append(txs, txs[x.rng.IntN(n)])
		}
	}
	x.rng.Shuffle(len(txs), func(i, j int) { txs[i], txs[j] = txs[j], txs[i] })
	if b.height > 1 {
		var err error
		if txs, err = x.prepared(b, txs); err != nil {
			return err
		}
	}
	other := *b
	other.time = b.time.Add(time.Duration(x.rng.IntN(7200)) * time.Second)
	if x.rng.IntN(2) == 0 {
		other.misbehave = nil
	}
	if _, err := x.execute(&other, txs); err != nil {
		return fmt.Errorf("executing a proposal that is abandoned: %w", err)
	}
	x.run.report.Dropped++
	return nil
}

// prepared is the machine's own proposal from txs; it must accept that, and refuse
// it with invalid bytes added.
func (x *propose) prepared(b *block, txs [][]byte) ([][]byte, error) {
	ctx := context.Background()
	res, err := x.app.PrepareProposal(ctx, &abci.RequestPrepareProposal{Height: int64(b.height), Txs: txs, MaxTxBytes: maxBlockBytes})
	if err != nil {
		return nil, fmt.Errorf("preparing a proposal: %w", err)
	}
	type signer struct {
		coop   uint32
		member uint64
	}
	last := map[signer]uint64{}
	for _, raw := range res.Txs {
		signed, err := tx.Parse(raw)
		if err != nil {
			return nil, fmt.Errorf("the machine proposes what does not decode: %w", err)
		}
		who := signer{signed.Body.Coop, signed.Body.Signer}
		if signed.Body.Sequence < last[who] {
			return nil, fmt.Errorf("the machine proposes sequence %d after %d", signed.Body.Sequence, last[who])
		}
		last[who] = signed.Body.Sequence
	}
	judge := func(txs [][]byte, want abci.ResponseProcessProposal_ProposalStatus) error {
		got, err := x.app.ProcessProposal(ctx, &abci.RequestProcessProposal{Height: int64(b.height), Txs: txs})
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
