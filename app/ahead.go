package app

import (
	"bytes"
	"fmt"
	"runtime/debug"

	abci "github.com/cometbft/cometbft/abci/types"
)

// An ahead executes the proposal that a node has accepted while votes on it travel. What
// came of it is taken only if that very block is decided; otherwise it is dropped, as
// what a crash leaves is. Its methods are called from consensus's goroutine, and wait for
// an execution under way, so that the ledger's one open block has one writer.
type ahead struct{ under *execution }

type execution struct {
	hash  []byte // of the engine's block
	ended chan struct{}

	// Set before ended is closed.
	res   *abci.ResponseFinalizeBlock
	err   error
	panic any
}

// begin executes a block with a hash in the background. Without a hash, as when a test
// judges a proposal, it does nothing.
func (x *ahead) begin(hash []byte, execute func() (*abci.ResponseFinalizeBlock, error)) {
	if x.drop(); len(hash) == 0 {
		return
	}
	e := &execution{hash: bytes.Clone(hash), ended: make(chan struct{})}
	x.under = e
	go func() {
		defer close(e.ended)
		defer func() {
			if r := recover(); r != nil {
				e.panic = fmt.Sprintf("%v\n%s", r, debug.Stack())
			}
		}()
		e.res, e.err = execute()
	}()
}

// take returns the execution of the block with a hash, once it has ended; nil if it was
// not executed ahead.
func (x *ahead) take(hash []byte) *execution {
	e := x.under
	x.drop()
	if e == nil || !bytes.Equal(e.hash, hash) {
		return nil
	}
	return e
}

// drop waits for the end of an execution and forgets it.
func (x *ahead) drop() {
	if x.under != nil {
		<-x.under.ended
		x.under = nil
	}
}

// outcome is what the execution returned. It panics with what the execution panicked
// with: a fault is one wherever it happened.
func (e *execution) outcome() (*abci.ResponseFinalizeBlock, error) {
	if e.panic != nil {
		panic(e.panic)
	}
	return e.res, e.err
}
