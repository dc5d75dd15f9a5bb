package app

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/member"
)

// Decoded records that are kept while a block executes change no result and no hash:
// members cast, change their minds, leave, take offices and are refused, many in one
// block, so that records are read before and after they are written.
func TestKeptRecordsChangeNothing(t *testing.T) {
	for seed := range uint64(4) {
		rng := rand.New(rand.NewPCG(seed, 1))
		keeps, forgets := newFed(t, 2, Options{}), newFed(t, 2, Options{Forget: true})
		codes := map[uint32]int{}
		for block := range 8 {
			var txs [][]byte
			for range 20 {
				coop, m, n := state.Coop(1+rng.IntN(2)), state.Member(1+rng.IntN(3)), ballot.Number(1+rng.IntN(3))
				txs = append(txs, keeps.sign(coop, m, []state.Action{
					ballot.Propose{Kind: 1, Title: "T"}, ballot.Cast{Motion: n, Paper: ballot.Yes.Paper()},
					ballot.Cast{Motion: n, Paper: ballot.No.Paper()}, keeps.apply(coop, byte(rng.IntN(12))),
					member.Admit{Member: state.Member(1 + rng.IntN(8))}, member.Resign{Member: state.Member(3 + rng.IntN(4))},
				}[rng.IntN(6)]))
			}
			a, b := keeps.block(txs...), forgets.block(txs...)
			for i := range txs {
				codes[a.TxResults[i].Code]++
				if !cmp.Equal(a.TxResults[i], b.TxResults[i]) {
					t.Fatalf("seed %d, block %d, transaction %d: %v kept, %v not", seed, block, i, a.TxResults[i], b.TxResults[i])
				}
			}
			if !bytes.Equal(a.AppHash, b.AppHash) {
				t.Fatalf("seed %d, block %d: hashes differ", seed, block)
			}
		}
		if codes[0] < 20 || len(codes) < 4 {
			t.Errorf("seed %d: too little was done, or refused: %v", seed, codes)
		}
		keeps.sound()
	}
}
