package app

import (
	"cmp"
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/tx"
)

// txOverhead is what a transaction takes in a block beside its bytes: a tag
// and a length of at most three bytes.
const txOverhead = 4

type signer struct {
	coop   uint32
	member uint64
}

// order returns those of raws that a block at height may hold: decodable, for this
// chain, not expired and not replayed. A signer's transactions stand in the places
// where its transactions stood, sorted by sequence.
//
// One that follows a gap is kept: it is refused in the block, and its sender gets an
// answer. If it were held back, it would stay in the mempool for a transaction that
// may never come, and a mempool that is not empty makes empty blocks.
func (a *App) order(raws [][]byte, height int64) ([][]byte, error) {
	v, err := a.ledger.View(0)
	if err != nil {
		return nil, err
	}
	defer v.Close()
	head, err := state.HeadOf(v)
	if err != nil {
		return nil, err
	}
	type item struct {
		raw []byte
		tx.Body
	}
	var kept []item
	bySigner := map[signer][]int{} // places in kept
	last := map[signer]uint64{}
	for _, raw := range raws {
		signed, err := tx.Parse(raw)
		if err != nil || signed.Body.Expiry < uint64(height) || signed.Body.Chain != a.ledger.Chain() {
			continue
		}
		who := signer{signed.Body.Coop, signed.Body.Signer}
		spent, ok := last[who]
		if !ok && head.Migrating.Version == 0 { // else the block refuses it, whatever its sequence
			if spent, err = a.ledger.Rules().Sequence(v.Of(state.Coop(who.coop)), state.Member(who.member)); err != nil {
				return nil, err
			}
			last[who] = spent
		}
		if signed.Body.Sequence <= spent {
			continue
		}
		bySigner[who] = append(bySigner[who], len(kept))
		kept = append(kept, item{raw, signed.Body})
	}
	out := make([][]byte, len(kept))
	for i, it := range kept {
		who := signer{it.Coop, it.Signer}
		places := bySigner[who]
		if places[0] != i {
			continue // placed with the signer's first
		}
		sorted := slices.Clone(places)
		slices.SortStableFunc(sorted, func(x, y int) int { return cmp.Compare(kept[x].Sequence, kept[y].Sequence) })
		for j, place := range places {
			out[place] = kept[sorted[j]].raw
		}
	}
	return out, nil
}
