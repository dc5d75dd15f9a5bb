package app

import (
	"bytes"
	"context"
	"errors"
	"sync"

	abci "github.com/cometbft/cometbft/abci/types"

	"github.com/rochdale-ledger/rochdale/app/pool"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/tx"
)

// DefaultMempool are the limits of what waits for a block, if none are given.
var DefaultMempool = pool.Limits{Transactions: 100_000, Bytes: 64 << 20}

// CheckTx answers what the next block would, so that a transaction that would be
// rejected is not gossiped, and keeps for a block what would not, and what is rejected but
// makes something void by its signature: see heard. It is for clients, each of which sends
// single transactions; one that waits already is taken again.
//
// If the mempool is full it answers state.CodeBusy.
func (a *App) CheckTx(_ context.Context, r *abci.RequestCheckTx) (*abci.ResponseCheckTx, error) {
	if tx.IsBundle(r.Tx) {
		return &abci.ResponseCheckTx{Code: state.ErrMalformed.Code, Log: state.ErrMalformed.With("a bundle, which nodes make by themselves").Error()}, nil
	}
	it := asked{raw: r.Tx, id: tx.ID(r.Tx)}
	if a.pool.Has(it.id) {
		return &abci.ResponseCheckTx{}, nil
	}
	if len(r.Tx) > together {
		a.answer([]*asked{&it})
	} else {
		a.asking.ask(&it, a.answer)
	}
	return it.res, it.err
}

// together is the size, in bytes, up to which clients' transactions are answered together.
// A larger one may take long, and nobody else is to wait for it.
const together = 1 << 10

// answer answers transactions that have come from clients at the same time, in order.
func (a *App) answer(group []*asked) {
	raws := make([][]byte, len(group))
	for i, it := range group {
		raws[i] = it.raw
	}
	a.ledger.Arrive(raws, func(i int, j state.Judgement) error {
		id := group[i].id
		err := a.pool.Fits(signerOf(j.Body), j.Body.Sequence, id, standing(j))
		if errors.Is(err, pool.ErrTaken) {
			err = a.evict(j, id)
		}
		return misfit(j, err)
	}, func(i int, j state.Judgement, res state.Result, err error) {
		if group[i].err = err; err == nil {
			group[i].res = a.keep(group[i], j, res)
		}
	})
}

// keep has a transaction wait for a block if it was not refused, or if its signature is to be
// heard all the same, and says what its client is told.
func (a *App) keep(it *asked, j state.Judgement, res state.Result) *abci.ResponseCheckTx {
	refused := &abci.ResponseCheckTx{Code: res.Code, Log: res.Log}
	if res.Code != 0 {
		heard, err := a.heard(j)
		if err != nil {
			a.log.Error("reading what a refused transaction makes void", "err", err)
		}
		if !heard || a.pool.Add(waiting(it.raw, it.id, j), standing(j), true) != nil {
			return refused
		}
		return &abci.ResponseCheckTx{Log: res.Log} // the block says that it is refused
	}
	err := a.pool.Add(waiting(it.raw, it.id, j), standing(j), true)
	if errors.Is(err, pool.ErrFull) {
		return &abci.ResponseCheckTx{Code: state.CodeBusy, Log: err.Error()}
	}
	if err = misfit(j, err); err != nil {
		return &abci.ResponseCheckTx{Code: state.Rejected(err).Code, Log: err.Error()}
	}
	return &abci.ResponseCheckTx{Data: res.Data}
}

// evict drops what waits with the sequence of j, if the state has come to refuse it, such
// as for a key that its signer has changed since. It returns what the pool then says of j.
func (a *App) evict(j state.Judgement, id [32]byte) error {
	other, ok := a.pool.Instead(signerOf(j.Body), j.Body.Sequence)
	if ok {
		judged, err := a.ledger.Judge([][]byte{other.Raw})
		if err != nil {
			return err
		}
		if gone(judged[0]) {
			a.pool.Drop(other.ID)
		}
	}
	return a.pool.Fits(signerOf(j.Body), j.Body.Sequence, id, standing(j))
}

// misfit is the rejection for a transaction whose sequence the pool does not take.
func misfit(j state.Judgement, err error) error {
	sequence, next := j.Body.Sequence, j.Spent+1
	switch {
	case errors.Is(err, pool.ErrTaken):
		return state.ErrSequence.With("another transaction with %d is waiting for a block", sequence)
	case errors.Is(err, pool.ErrBeyond) && sequence-j.Spent > j.Left && sequence-j.Spent <= pool.Run:
		return state.ErrAllowance.With("%d more can be made today, this would be the %dth", j.Left, sequence-j.Spent)
	case errors.Is(err, pool.ErrBeyond), errors.Is(err, pool.ErrStale):
		return state.ErrSequence.With("%d signed, %d is next", sequence, next)
	}
	return err
}

func signerOf(b tx.Body) pool.Signer {
	return pool.Signer{Coop: b.Coop, Member: b.Signer, Key: b.Key}
}

func standing(j state.Judgement) pool.Standing { return pool.Standing{Spent: j.Spent, Left: j.Left} }

func waiting(raw []byte, id [32]byte, j state.Judgement) pool.Tx {
	return pool.Tx{Raw: raw, ID: id, Signer: signerOf(j.Body), Sequence: j.Body.Sequence, Expiry: j.Body.Expiry, Units: j.Units}
}

// InsertTx takes what a peer offers: a transaction or a bundle. The peer has executed
// each on trial; here they are judged, in one batch, and those that are good are kept.
// If it does not keep all, it answers state.CodeBusy, which peers never see; it refuses
// only what has no good form.
func (a *App) InsertTx(_ context.Context, r *abci.RequestInsertTx) (*abci.ResponseInsertTx, error) {
	parts, err := tx.Unbundle(r.Tx)
	if err != nil {
		return &abci.ResponseInsertTx{Code: state.ErrMalformed.Code}, nil
	}
	var raws [][]byte
	var ids [][32]byte
	for _, raw := range parts {
		if id := tx.ID(raw); !a.pool.Has(id) {
			raws, ids = append(raws, raw), append(ids, id)
		}
	}
	if len(raws) == 0 {
		return &abci.ResponseInsertTx{}, nil
	}
	kept, late, err := a.insert(raws, ids)
	if err != nil {
		return nil, err
	}
	a.late.mu.Lock()
	defer a.late.mu.Unlock()
	a.late.raws = append(a.late.raws, late[:min(len(late), maxLate-len(a.late.raws))]...)
	if kept < len(raws) {
		return &abci.ResponseInsertTx{Code: state.CodeBusy}, nil // the engine is not to pass over it when it comes again
	}
	return &abci.ResponseInsertTx{}, nil
}

// insert keeps what is good of what peers have offered, and says how many it kept. It
// returns what may be good by a newer state: its signer, or the signer's key, may have
// been entered in a block that a peer has executed before this node. What it keeps are
// copies, since a transaction is part of its bundle's memory.
func (a *App) insert(raws [][]byte, ids [][32]byte) (kept int, late [][]byte, err error) {
	judged, err := a.ledger.Judge(raws)
	if err != nil {
		return 0, nil, err
	}
	for i, j := range judged {
		switch {
		case j.Refused == nil:
			if a.pool.Add(waiting(bytes.Clone(raws[i]), ids[i], j), standing(j), false) == nil {
				kept++ // what does not fit now, its node keeps
			}
		case errors.Is(j.Refused, state.ErrSigner), errors.Is(j.Refused, state.ErrSignature):
			late = append(late, bytes.Clone(raws[i]))
		}
	}
	return kept, late, nil
}

// maxLate is how many transactions of peers are looked at once more after the next
// block, at most.
const maxLate = 256

// Latecomers are transactions of peers that the state refused, for the block after
// which they are judged once more.
type latecomers struct {
	mu   sync.Mutex
	raws [][]byte
}

// again judges the latecomers by the state of a new block, for the last time.
func (a *App) again() error {
	a.late.mu.Lock()
	raws := a.late.raws
	a.late.raws = nil
	a.late.mu.Unlock()
	if len(raws) == 0 {
		return nil
	}
	ids := make([][32]byte, len(raws))
	for i, raw := range raws {
		ids[i] = tx.ID(raw)
	}
	_, _, err := a.insert(raws, ids)
	return err
}

// offered is how many bytes of transactions are offered to peers at once, at most.
const offered = 1 << 20

// ReapTxs waits until clients of this node have sent something, and returns it in
// bundles for its peers: see pool.Offer.
func (a *App) ReapTxs(ctx context.Context, _ *abci.RequestReapTxs) (*abci.ResponseReapTxs, error) {
	return &abci.ResponseReapTxs{Txs: tx.Bundle(a.pool.Offer(ctx, offered))}, nil
}

// Ready returns a channel that is closed while something waits that could stand in the
// next block. A node makes a block then.
func (a *App) Ready() <-chan struct{} { return a.pool.Ready() }

// Waiting is how many transactions wait for a block, and how many bytes they are.
func (a *App) Waiting() (transactions int, bytes int64) { return a.pool.Load() }
