package app

import (
	"errors"
	"runtime"
	"sync"

	abci "github.com/cometbft/cometbft/abci/types"
)

// An asking has the transactions that several clients send at the same time answered
// together, which takes half of what each takes alone: the first to come gives way once to
// who is about to ask, and then answers for all who have asked; of those who come
// meanwhile one goes on. Nobody waits while no one else asks.
type asking struct {
	mu      sync.Mutex // guards the rest
	busy    bool       // someone is answering
	waiting []*asked
}

// maxTogether is how many are answered together at most, so that no one waits for more.
const maxTogether = 64

// An asked is one transaction and what is answered.
type asked struct {
	raw []byte
	id  [32]byte
	res *abci.ResponseCheckTx
	err error

	// Set before told is closed.
	told  chan struct{}
	leads bool // it is to answer those who wait, itself among them
}

// ask returns once answer has answered it, perhaps with others.
func (k *asking) ask(it *asked, answer func([]*asked)) {
	it.told = make(chan struct{})
	k.mu.Lock()
	k.waiting = append(k.waiting, it)
	leads := !k.busy
	k.busy = true
	k.mu.Unlock()
	if leads {
		runtime.Gosched()
	} else if <-it.told; !it.leads {
		return
	}
	k.lead(answer)
}

// lead answers those who wait, the caller first, and has the next go on. If answer panics,
// so does lead, and those whom it has left without an answer get errUnanswered.
func (k *asking) lead(answer func([]*asked)) {
	k.mu.Lock()
	group := k.waiting[:min(len(k.waiting), maxTogether)]
	k.waiting = append([]*asked(nil), k.waiting[len(group):]...)
	k.mu.Unlock()
	defer k.handOver(group)
	answer(group)
}

// errUnanswered is what those are told who were to be answered together with one on which
// the node panicked.
var errUnanswered = errors.New("the node failed while it answered: send the transaction again")

// handOver tells a group that it is answered, and the first who waits to go on.
func (k *asking) handOver(group []*asked) {
	k.mu.Lock()
	if k.busy = len(k.waiting) > 0; k.busy {
		k.waiting[0].leads = true
		close(k.waiting[0].told)
	}
	k.mu.Unlock()
	for _, it := range group {
		if it.res == nil && it.err == nil {
			it.err = errUnanswered
		}
		if !it.leads {
			close(it.told)
		}
	}
}
