package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/cometbft/cometbft/proto/tendermint/crypto"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/store"
	"github.com/rochdale-ledger/rochdale/tx"
)

// maxRangeBytes bounds the size of an answer, in bytes.
const maxRangeBytes = 1 << 20

// Query answers from a committed height: the one asked for, or the last.
func (a *App) Query(_ context.Context, r *abci.RequestQuery) (*abci.ResponseQuery, error) {
	res, err := a.query(r)
	if errors.Is(err, state.ErrHeight) {
		return &abci.ResponseQuery{Code: state.CodeHeight, Log: err.Error(), Codespace: "query"}, nil
	}
	if err != nil {
		a.log.Error("query failed", "path", r.Path, "error", err)
		return &abci.ResponseQuery{Code: state.CodeFault, Log: err.Error(), Codespace: "query"}, nil
	}
	return res, nil
}

func refuse(code uint32, format string, args ...any) (*abci.ResponseQuery, error) {
	return &abci.ResponseQuery{Code: code, Log: fmt.Sprintf(format, args...), Codespace: "query"}, nil
}

func (a *App) query(r *abci.RequestQuery) (*abci.ResponseQuery, error) {
	switch r.Path {
	case state.PathCheck:
		return a.queryCheck(r)
	case state.PathDone:
		return a.queryDone(r)
	case state.PathKey, state.PathRange, state.PathTip, state.PathIndex:
	default:
		return refuse(state.CodePath, "no path %q: there are %s", r.Path,
			strings.Join([]string{state.PathKey, state.PathRange, state.PathTip, state.PathCheck, state.PathDone, state.PathIndex}, ", "))
	}
	if r.Height < 0 {
		return refuse(state.CodeData, "height %d is negative", r.Height)
	}
	v, err := a.ledger.View(uint64(r.Height))
	if err != nil {
		return nil, err
	}
	defer v.Close()
	res := &abci.ResponseQuery{Height: int64(v.Height())}
	switch r.Path {
	case state.PathTip:
		if r.Prove {
			return prove(v, state.LocateHead().Key, res)
		}
		res.Value = tx.Encode(v.Tip())
		return res, nil
	case state.PathRange:
		return queryRange(v, r, res)
	case state.PathIndex:
		return queryIndex(v, r, res)
	}
	return queryKey(v, r, res)
}

func queryKey(v *store.View, r *abci.RequestQuery, res *abci.ResponseQuery) (*abci.ResponseQuery, error) {
	if len(r.Data) == 0 {
		return refuse(state.CodeData, "no key asked for: put the leaf's key into the data field")
	}
	res.Key = r.Data
	var err error
	if !r.Prove {
		res.Value, err = v.Leaf(r.Data)
		return res, err
	}
	return prove(v, r.Data, res)
}

// prove answers with a leaf and its proof.
func prove(v *store.View, key []byte, res *abci.ResponseQuery) (*abci.ResponseQuery, error) {
	value, proof, err := v.Prove(key)
	if err != nil {
		return nil, err
	}
	raw, err := proof.Marshal()
	if err != nil {
		return nil, fmt.Errorf("encoding the proof: %w", err)
	}
	res.Key, res.Value, res.ProofOps = key, value, proofOps(state.ProofType, key, raw)
	return res, nil
}

func proofOps(kind string, key, raw []byte) *crypto.ProofOps {
	return &crypto.ProofOps{Ops: []crypto.ProofOp{{Type: kind, Key: key, Data: raw}}}
}

func queryRange(v *store.View, r *abci.RequestQuery, res *abci.ResponseQuery) (*abci.ResponseQuery, error) {
	q, err := tx.Decode[state.RangeQuery](r.Data)
	if err != nil {
		return refuse(state.CodeData, "malformed range: %v", err)
	}
	limit := q.Limit
	if limit == 0 || limit > state.MaxRange {
		limit = state.MaxRange
	}
	answer := state.RangeAnswer{Tip: v.Tip()}
	if r.Prove {
		if bytes.Compare(q.Start, q.End) >= 0 {
			return refuse(state.CodeData, "an empty range has no proof: its end must lie after its start")
		}
		got, err := v.ProveRange(q.Start, q.End, int(limit), maxRangeBytes)
		if err != nil {
			return nil, err
		}
		answer.Leaves, answer.More = got.Leaves, got.More
		res.Value, res.ProofOps = tx.Encode(answer), proofOps(state.ProofRange, q.Start, got.Proof)
		return res, nil
	}
	size := 0
	err = v.Each(q.Start, q.End, func(key, value []byte) (bool, error) {
		if uint64(len(answer.Leaves)) == limit || size > maxRangeBytes {
			answer.More = true
			return false, nil
		}
		size += len(key) + len(value)
		answer.Leaves = append(answer.Leaves, state.Leaf{Key: key, Value: value})
		return true, nil
	})
	res.Value = tx.Encode(answer)
	return res, err
}

func queryIndex(v *store.View, r *abci.RequestQuery, res *abci.ResponseQuery) (*abci.ResponseQuery, error) {
	q, err := tx.Decode[state.IndexQuery](r.Data)
	if err != nil {
		return refuse(state.CodeData, "malformed question about an index: %v", err)
	}
	if r.Prove {
		return refuse(state.CodeData, "an index is not proved: ask for its records with %s", state.PathKey)
	}
	answer, err := v.List(q)
	switch {
	case errors.Is(err, store.ErrQuestion):
		return refuse(state.CodeData, "%v", err)
	case errors.Is(err, store.ErrIndex):
		return refuse(state.CodeIndex, "%v: it has to be rebuilt", err)
	}
	res.Value = tx.Encode(answer)
	return res, err
}

func (a *App) queryCheck(r *abci.RequestQuery) (*abci.ResponseQuery, error) {
	got, err := a.ledger.Check(r.Data)
	if err != nil {
		return nil, err
	}
	done := state.Done{Height: a.ledger.Tip().Height, Code: got.Code, Data: got.Data, Log: got.Log}
	return &abci.ResponseQuery{Value: tx.Encode(done), Height: int64(done.Height)}, nil
}

func (a *App) queryDone(r *abci.RequestQuery) (*abci.ResponseQuery, error) {
	if len(r.Data) != 32 {
		return refuse(state.CodeData, "a transaction's id has 32 bytes, not %d", len(r.Data))
	}
	done, ok, err := a.ledger.Done([32]byte(r.Data))
	if err != nil {
		return nil, err
	}
	if !ok {
		return a.absent(r.Data)
	}
	return &abci.ResponseQuery{Value: tx.Encode(done), Height: int64(done.Height)}, nil
}

// absent answers for a transaction without a result: from which height on that means
// that no block holds it.
func (a *App) absent(id []byte) (*abci.ResponseQuery, error) {
	complete, err := a.ledger.Forgotten()
	if err != nil {
		return nil, err
	}
	res, err := refuse(state.CodeAbsent, "no block holds transaction %X", id)
	if complete > 0 {
		res.Log += fmt.Sprintf(", unless it expired before height %d: results from then are no longer kept", complete)
	}
	res.Value = tx.Encode(state.Absence{Complete: complete})
	return res, err
}
