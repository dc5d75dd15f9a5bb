package app

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"

	abci "github.com/cometbft/cometbft/abci/types"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/ballot"
)

// Who asks at the same time is answered once each, by one answer at a time, of no more
// than maxTogether, and who comes meanwhile is not forgotten.
func TestAsking(t *testing.T) {
	var k asking
	var under, answers, most atomic.Int64
	answer := func(together []*asked) {
		if under.Add(1) != 1 {
			t.Error("two answer at a time")
		}
		answers.Add(1)
		most.Store(max(most.Load(), int64(len(together))))
		for _, it := range together {
			if it.res != nil {
				t.Errorf("%x is answered again", it.raw)
			}
			it.res = &abci.ResponseCheckTx{Data: it.raw}
		}
		under.Add(-1)
	}
	var wg sync.WaitGroup
	start := make(chan struct{})
	for who := range 100 {
		wg.Go(func() {
			<-start
			for i := range 50 {
				it := asked{raw: []byte{byte(who), byte(i)}}
				k.ask(&it, answer)
				if it.res == nil || string(it.res.Data) != string(it.raw) {
					t.Errorf("%x is answered %v", it.raw, it.res)
				}
			}
		})
	}
	close(start)
	wg.Wait()
	if k.busy || len(k.waiting) > 0 {
		t.Errorf("busy: %t, %d wait, after all", k.busy, len(k.waiting))
	}
	if most.Load() > maxTogether || answers.Load() > 5000 {
		t.Errorf("%d answers of up to %d", answers.Load(), most.Load())
	}
}

// Transactions that arrive together are answered each alone: what one does, or that it is
// refused, changes no answer but that of its signer's next.
func TestArriveTogether(t *testing.T) {
	h := newHall(t, 100)
	defer h.close()
	motion := h.motion()
	cast := func(m int, c ballot.Choice) []byte {
		return h.sign(m, ballot.KindCast, ballot.Cast{Motion: motion, Paper: c.Paper()})
	}
	torn := cast(5, ballot.Yes)
	torn[len(torn)-1] ^= 1
	group := []struct {
		raw  []byte
		want uint32
	}{
		{cast(3, ballot.Yes), 0},
		{cast(3, ballot.No), 0}, // waits behind the one before
		{h.sign(4, ballot.KindCast, ballot.Cast{Motion: motion + 1, Paper: ballot.Yes.Paper()}), ballot.ErrUnknown.Code},
		{torn, state.ErrSignature.Code},
		{cast(6, ballot.Yes), 0},
		{[]byte{1}, state.ErrMalformed.Code},
	}
	together := make([]*asked, len(group))
	for i, g := range group {
		together[i] = &asked{raw: g.raw, id: [32]byte{byte(i)}}
	}
	h.app.answer(together)
	for i, g := range group {
		if it := together[i]; it.err != nil || it.res.Code != g.want {
			t.Errorf("number %d: %v %v, want code %d", i, it.res, it.err, g.want)
		}
	}
	if n, _ := h.app.Waiting(); n != 3 {
		t.Errorf("%d wait for a block, want 3", n)
	}
}

// checkTogether sends transactions from several clients at a time.
func (h *hall) checkTogether(txs [][]byte, clients int) {
	var wg sync.WaitGroup
	var next atomic.Int64
	for range clients {
		wg.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= len(txs) {
					return
				}
				if res, err := h.app.CheckTx(context.Background(), &abci.RequestCheckTx{Tx: txs[i]}); err != nil || res.Code != 0 {
					h.tb.Errorf("check: %v %v", res, err)
				}
			}
		})
	}
	wg.Wait()
}
