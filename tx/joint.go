package tx

import (
	"runtime"
	"sync"
)

// A Joint verifies the signatures that several goroutines ask about at the same time in
// one batch, which takes less than each alone: the first to come gives way to who is about
// to ask, and then verifies for all that have asked; of those who come meanwhile one goes
// on. Nobody waits while no one else asks. The zero value is ready.
type Joint struct {
	mu      sync.Mutex // guards the rest
	busy    bool       // someone is verifying
	waiting []*question
}

// maxJoint is how many a Joint verifies at once, so that no one waits for more.
const maxJoint = 64

// A question is one signature that is asked about.
type question struct {
	key                PublicKey
	message, signature []byte

	// Set before told is closed.
	told  chan struct{}
	leads bool // it is to verify what waits, itself among it
	holds bool
}

// Verify answers what PublicKey.Verify does.
func (j *Joint) Verify(key PublicKey, message, signature []byte) bool {
	q := &question{key: key, message: message, signature: signature, told: make(chan struct{})}
	j.mu.Lock()
	j.waiting = append(j.waiting, q)
	leads := !j.busy
	j.busy = true
	j.mu.Unlock()
	if leads {
		runtime.Gosched()
	} else if <-q.told; !q.leads {
		return q.holds
	}
	j.lead()
	return q.holds
}

// lead answers those who wait, the caller among them, and has the next go on.
func (j *Joint) lead() {
	j.mu.Lock()
	asked := j.waiting[:min(len(j.waiting), maxJoint)]
	j.waiting = append([]*question(nil), j.waiting[len(asked):]...)
	j.mu.Unlock()
	if len(asked) == 1 {
		q := asked[0]
		q.holds = q.key.Verify(q.message, q.signature)
	} else {
		var batch Batch
		for _, q := range asked {
			batch.Add(q.key, q.message, q.signature)
		}
		for i, holds := range batch.Verify() {
			asked[i].holds = holds
		}
	}
	j.mu.Lock()
	if j.busy = len(j.waiting) > 0; j.busy {
		next := j.waiting[0]
		next.leads = true
		close(next.told)
	}
	j.mu.Unlock()
	for _, q := range asked {
		if !q.leads {
			close(q.told)
		}
	}
}
