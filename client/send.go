package client

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	ctypes "github.com/cometbft/cometbft/rpc/core/types"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/tx"
)

// Send sends raw to the node, which checks and gossips it. It returns as soon as the
// node has accepted it; Wait reports whether it was executed. Sending it again is
// allowed and changes nothing.
//
// It returns a *Refused if the ledger would reject it, ErrBusy if the node's
// queue is full, or ErrSyncing.
func (c *Client) Send(ctx context.Context, raw []byte) (id [32]byte, err error) {
	id = tx.ID(raw)
	res, err := c.rpc.BroadcastTxSync(ctx, raw)
	if err != nil {
		if strings.Contains(err.Error(), saysSeen) {
			return id, nil
		}
		return id, c.explain(ctx, err)
	}
	return id, c.taken(res)
}

// taken returns why a node has not taken a transaction, nil if it has.
func (c *Client) taken(res *ctypes.ResultBroadcastTx) error {
	switch res.Code {
	case 0:
		return nil
	case state.CodeBusy:
		return fmt.Errorf("%w: %s: %s", ErrBusy, c.address, res.Log)
	}
	return &Refused{Code: res.Code, Log: res.Log}
}

// Done returns the result of a transaction and whether a block holds it. The
// application answers, so the records of the block can be read then. A node deletes
// results some time after the transaction has expired (its setting keep.results);
// Outcome distinguishes that from a transaction that never was in a block.
func (c *Client) Done(ctx context.Context, id [32]byte) (state.Done, bool, error) {
	done, ok, _, err := c.done(ctx, id)
	return done, ok, err
}

// Outcome is Done for a transaction whose bytes are at hand. It returns ErrForgotten
// if the transaction expired so long ago that the node no longer knows whether a
// block held it. It may have been executed, so it must not simply be signed again.
func (c *Client) Outcome(ctx context.Context, raw []byte) (state.Done, bool, error) {
	signed, err := tx.Parse(raw)
	if err != nil {
		return state.Done{}, false, err
	}
	done, ok, complete, err := c.done(ctx, tx.ID(raw))
	if expiry := signed.Body.Expiry; err == nil && !ok && expiry < complete {
		err = fmt.Errorf("%w: it was valid to height %d, and %s keeps results from %d", ErrForgotten, expiry, c.address, complete)
	}
	return done, ok, err
}

// done is Done. Of a transaction without a result it also says from which height
// on results are complete.
func (c *Client) done(ctx context.Context, id [32]byte) (done state.Done, ok bool, complete uint64, err error) {
	res, err := c.query(ctx, state.PathDone, id[:], 0, false)
	if errors.Is(err, errAbsent) {
		absence, err := answer[state.Absence](c, res)
		return state.Done{}, false, absence.Complete, err
	}
	if err != nil {
		return state.Done{}, false, 0, err
	}
	done, err = answer[state.Done](c, res)
	return done, err == nil, 0, err
}

// Intervals and limits of Wait.
const (
	firstPause  = 50 * time.Millisecond
	lastPause   = 500 * time.Millisecond
	resendEvery = 2 * time.Second
	patience    = 15 * time.Second // with a node that does not answer
)

// Wait returns the result of the transaction raw, whose id is tx.ID(raw), once a
// block holds it. Refusal tells whether it was done or rejected. Until then it sends
// raw again now and then, in case the node has lost it; if raw is nil it only waits,
// until ctx is done.
//
// It returns ErrExpired once the ledger has passed the height to which raw was
// valid: then it was not executed and never will be; and ErrForgotten if that was so
// long ago that the node no longer knows. A *Refused means that the ledger would
// reject it now and no block holds it. It tries for 15 seconds to reach a node that
// does not answer, unless ctx ends first.
func (c *Client) Wait(ctx context.Context, id [32]byte, raw []byte) (state.Done, error) {
	var expiry uint64
	if raw != nil {
		signed, err := tx.Parse(raw)
		if err != nil {
			return state.Done{}, err
		}
		if id != tx.ID(raw) {
			return state.Done{}, fmt.Errorf("id %X is not that of the transaction, %X", id, tx.ID(raw))
		}
		expiry = signed.Body.Expiry
	}
	pause, heard, sent := firstPause, time.Now(), time.Now()
	for {
		done, ok, err := c.Done(ctx, id)
		if err == nil && !ok && raw != nil && time.Since(sent) >= resendEvery {
			sent = time.Now()
			done, ok, err = c.nudge(ctx, raw, expiry)
		}
		switch {
		case err == nil && ok:
			return done, nil
		case err == nil:
			heard = time.Now()
		case !passing(err) || time.Since(heard) > patience:
			return state.Done{}, fmt.Errorf("waiting for transaction %X: %w", id, err)
		}
		select {
		case <-ctx.Done():
			return state.Done{}, fmt.Errorf("waiting for transaction %X: %w", id, ctx.Err())
		case <-time.After(pause):
		}
		pause = min(pause*3/2, lastPause)
	}
}

// passing says whether an error may be temporary.
func passing(err error) bool {
	return errors.Is(err, ErrUnreachable) || errors.Is(err, ErrBusy) || errors.Is(err, ErrSyncing)
}

// nudge sends a transaction again that no block holds yet, unless it has expired.
// The height is queried before the result: if no block up to that height holds the
// transaction and it was the last that could, none ever will.
func (c *Client) nudge(ctx context.Context, raw []byte, expiry uint64) (state.Done, bool, error) {
	tip, err := c.Tip(ctx)
	if err != nil {
		return state.Done{}, false, err
	}
	if tip.Height < expiry {
		_, err = c.Send(ctx, raw)
	} else {
		err = fmt.Errorf("%w: valid to height %d, the ledger is at %d", ErrExpired, expiry, tip.Height)
	}
	if err == nil {
		return state.Done{}, false, nil
	}
	// A block may have taken it meanwhile, and that is why it was refused.
	done, ok, again := c.Outcome(ctx, raw)
	if again == nil && ok || errors.Is(again, ErrForgotten) {
		return done, ok, again
	}
	return state.Done{}, false, err
}

// MaxBatch is how many transactions a node takes in one call.
const MaxBatch = 100

// SendAll is Send for many transactions in one call to the node. The errors
// stand in the order of raws, nil for what the node has taken. A Rochdale node
// takes MaxBatch in one call; with more, or from another kind of node, each is
// sent by itself.
func (c *Client) SendAll(ctx context.Context, raws [][]byte) []error {
	errs := make([]error, len(raws))
	answers := make([]*ctypes.ResultBroadcastTx, len(raws))
	batch := c.rpc.NewBatch()
	var err error
	for i, raw := range raws {
		if answers[i], err = batch.BroadcastTxSync(ctx, raw); err != nil {
			break // it only queues: no later one would fare better
		}
	}
	if err == nil {
		var whole []any
		whole, err = batch.Send(ctx) // fills the answers
		if err == nil && (len(whole) != len(raws) || whole[0] != any(answers[0])) {
			err = fmt.Errorf("%w: it answered the batch with %v", ErrForeign, whole)
		}
	}
	for i, raw := range raws {
		if err != nil { // one error spoils the answer for all: ask one by one
			_, errs[i] = c.Send(ctx, raw)
		} else {
			errs[i] = c.taken(answers[i])
		}
	}
	return errs
}
