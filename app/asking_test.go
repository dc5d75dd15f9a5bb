package app

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	abci "github.com/cometbft/cometbft/abci/types"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/tx"
)

// Who asks at the same time is answered once each, by one answer at a time, together with
// those who came meanwhile, up to maxTogether.
func TestAsking(t *testing.T) {
	const clients = 2*maxTogether + 10
	var k asking
	var under atomic.Int64
	var groups []int
	hold, held := make(chan struct{}), make(chan struct{})
	answer := func(group []*asked) {
		if under.Add(1) != 1 {
			t.Error("two answer at a time")
		}
		if groups = append(groups, len(group)); len(groups) == 1 {
			close(held)
			<-hold
		}
		for _, it := range group {
			if it.res != nil {
				t.Errorf("%x is answered again", it.raw)
			}
			it.res = &abci.ResponseCheckTx{Data: it.raw}
		}
		under.Add(-1)
	}
	var wg sync.WaitGroup
	ask := func(who int) {
		it := asked{raw: []byte{byte(who)}}
		k.ask(&it, answer)
		if it.err != nil || string(it.res.Data) != string(it.raw) {
			t.Errorf("%x is answered %v %v", it.raw, it.res, it.err)
		}
	}
	wg.Go(func() { ask(0) })
	<-held
	for who := range clients {
		wg.Go(func() { ask(who + 1) })
	}
	for k.asks() < clients {
		runtime.Gosched()
	}
	close(hold)
	wg.Wait()
	if want := []int{1, maxTogether, maxTogether, 10}; !slices.Equal(groups, want) {
		t.Errorf("answered in groups of %v, want %v", groups, want)
	}
	if k.busy || len(k.waiting) > 0 {
		t.Errorf("busy: %t, %d wait, after all", k.busy, len(k.waiting))
	}
}

// asks is how many wait.
func (k *asking) asks() int {
	k.mu.Lock()
	defer k.mu.Unlock()
	return len(k.waiting)
}

// A panic while some are answered reaches who answers; the others get an error, and who
// comes later is answered.
func TestAskingPanics(t *testing.T) {
	var k asking
	hold, held := make(chan struct{}), make(chan struct{})
	answer := func(group []*asked) {
		if group[0].raw[0] == 0 {
			close(held)
			<-hold
			panic("of the test")
		}
		for _, it := range group {
			it.res = &abci.ResponseCheckTx{}
		}
	}
	first := asked{raw: []byte{0}}
	panicked := make(chan any)
	go func() {
		defer func() { panicked <- recover() }()
		k.ask(&first, answer)
	}()
	<-held
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			it := asked{raw: []byte{1}}
			if k.ask(&it, answer); it.err != nil || it.res == nil {
				t.Errorf("who waits is answered %v %v", it.res, it.err)
			}
		})
	}
	for k.asks() < 3 {
		runtime.Gosched()
	}
	close(hold)
	if got := <-panicked; got != "of the test" {
		t.Errorf("recovered %v", got)
	}
	wg.Wait()
	if !errors.Is(first.err, errUnanswered) {
		t.Errorf("who was to be answered has %v %v", first.res, first.err)
	}
	later := asked{raw: []byte{2}}
	if k.ask(&later, answer); later.res == nil {
		t.Error("who comes later is not answered")
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
	first := cast(3, ballot.Yes)
	group := []struct {
		raw  []byte
		want uint32
	}{
		{first, 0},
		{first, 0},              // once more: it waits already
		{cast(3, ballot.No), 0}, // waits behind the one before
		{h.sign(4, ballot.KindCast, ballot.Cast{Motion: motion + 1, Paper: ballot.Yes.Paper()}), ballot.ErrUnknown.Code},
		{torn, state.ErrSignature.Code},
		{cast(6, ballot.Yes), 0},
		{[]byte{1}, state.ErrMalformed.Code},
	}
	together := make([]*asked, len(group))
	for i, g := range group {
		together[i] = &asked{raw: g.raw, id: tx.ID(g.raw)}
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
