package app

import (
	"context"
	"errors"
	"fmt"
	"strings"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/cometbft/cometbft/proto/tendermint/crypto"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/tx"
)

// Paths of queries. Records are read leaf by leaf, so that every answer can be
// proved; clients read them with the rooms' own functions (state.Remote).
const (
	PathKey   = "/key"   // data: a leaf's key; value: the leaf, with its proof if asked for
	PathRange = "/range" // data: a RangeQuery; value: a RangeAnswer
	PathTip   = "/tip"   // value: a state.Tip
	PathCheck = "/check" // data: a transaction; what the next block would answer
	PathDone  = "/done"  // data: a transaction's id; value: a state.Done
)

// ProofType names the proof operation that third parties know how to verify.
const ProofType = "ics23:iavl"

// Codes of a query's answer. They are not consensus data.
const (
	CodePath   = 1 // no such path
	CodeData   = 2 // malformed question
	CodeHeight = 3 // height not kept or not reached
	CodeAbsent = 4 // no such transaction yet
	CodeFault  = 5
)

// A RangeQuery asks for the leaves in [Start, End), ascending, at most Limit.
type RangeQuery struct {
	Start []byte `cbor:"1,keyasint"`
	End   []byte `cbor:"2,keyasint"`
	Limit uint64 `cbor:"3,keyasint"`
}

// A RangeAnswer holds them. If More, ask again from just after the last.
type RangeAnswer struct {
	Leaves []Leaf    `cbor:"1,keyasint"`
	More   bool      `cbor:"2,keyasint"`
	Tip    state.Tip `cbor:"3,keyasint"` // of the height that was read
}

// A Leaf is one leaf of the tree.
type Leaf struct {
	Key   []byte `cbor:"1,keyasint"`
	Value []byte `cbor:"2,keyasint"`
}

// MaxRange is the most leaves that one answer holds.
const MaxRange = 2000

// maxRangeBytes bounds an answer, whatever its leaves weigh.
const maxRangeBytes = 1 << 20

// Query answers from a committed height: the one asked for, or the last.
func (a *App) Query(_ context.Context, r *abci.RequestQuery) (*abci.ResponseQuery, error) {
	res, err := a.query(r)
	if errors.Is(err, state.ErrHeight) {
		return &abci.ResponseQuery{Code: CodeHeight, Log: err.Error(), Codespace: "query"}, nil
	}
	if err != nil {
		a.log.Error("query failed", "path", r.Path, "error", err)
		return &abci.ResponseQuery{Code: CodeFault, Log: err.Error(), Codespace: "query"}, nil
	}
	return res, nil
}

func refuse(code uint32, format string, args ...any) (*abci.ResponseQuery, error) {
	return &abci.ResponseQuery{Code: code, Log: fmt.Sprintf(format, args...), Codespace: "query"}, nil
}

func (a *App) query(r *abci.RequestQuery) (*abci.ResponseQuery, error) {
	switch r.Path {
	case PathCheck:
		return a.queryCheck(r)
	case PathDone:
		return a.queryDone(r)
	case PathKey, PathRange, PathTip:
	default:
		return refuse(CodePath, "no path %q: there are %s", r.Path,
			strings.Join([]string{PathKey, PathRange, PathTip, PathCheck, PathDone}, ", "))
	}
	if r.Height < 0 {
		return refuse(CodeData, "height %d is negative", r.Height)
	}
	v, err := a.ledger.View(uint64(r.Height))
	if err != nil {
		return nil, err
	}
	defer v.Close()
	res := &abci.ResponseQuery{Height: int64(v.Height())}
	switch r.Path {
	case PathTip:
		res.Value = tx.Encode(v.Tip())
		return res, nil
	case PathRange:
		return queryRange(v, r, res)
	}
	return queryKey(v, r, res)
}

func queryKey(v *state.View, r *abci.RequestQuery, res *abci.ResponseQuery) (*abci.ResponseQuery, error) {
	if len(r.Data) == 0 {
		return refuse(CodeData, "no key asked for: put the leaf's key into the data field")
	}
	res.Key = r.Data
	var err error
	if !r.Prove {
		res.Value, err = v.Leaf(r.Data)
		return res, err
	}
	value, proof, err := v.Prove(r.Data)
	if err != nil {
		return nil, err
	}
	raw, err := proof.Marshal()
	if err != nil {
		return nil, fmt.Errorf("encoding the proof: %w", err)
	}
	res.Value = value
	res.ProofOps = &crypto.ProofOps{Ops: []crypto.ProofOp{{Type: ProofType, Key: r.Data, Data: raw}}}
	return res, nil
}

func queryRange(v *state.View, r *abci.RequestQuery, res *abci.ResponseQuery) (*abci.ResponseQuery, error) {
	q, err := tx.Decode[RangeQuery](r.Data)
	if err != nil {
		return refuse(CodeData, "malformed range: %v", err)
	}
	limit := q.Limit
	if limit == 0 || limit > MaxRange {
		limit = MaxRange
	}
	answer := RangeAnswer{Tip: v.Tip()}
	size := 0
	err = v.Each(q.Start, q.End, func(key, value []byte) (bool, error) {
		if uint64(len(answer.Leaves)) == limit || size > maxRangeBytes {
			answer.More = true
			return false, nil
		}
		size += len(key) + len(value)
		answer.Leaves = append(answer.Leaves, Leaf{key, value})
		return true, nil
	})
	res.Value = tx.Encode(answer)
	return res, err
}

func (a *App) queryCheck(r *abci.RequestQuery) (*abci.ResponseQuery, error) {
	got, err := a.ledger.Check(r.Data, 0)
	if err != nil {
		return nil, err
	}
	done := state.Done{Height: a.ledger.Tip().Height, Code: got.Code, Data: got.Data, Log: got.Log}
	return &abci.ResponseQuery{Value: tx.Encode(done), Height: int64(done.Height)}, nil
}

func (a *App) queryDone(r *abci.RequestQuery) (*abci.ResponseQuery, error) {
	if len(r.Data) != 32 {
		return refuse(CodeData, "a transaction's id has 32 bytes, not %d", len(r.Data))
	}
	done, ok, err := a.ledger.Done([32]byte(r.Data))
	if err != nil {
		return nil, err
	}
	if !ok {
		return refuse(CodeAbsent, "no block holds transaction %X", r.Data)
	}
	return &abci.ResponseQuery{Value: tx.Encode(done), Height: int64(done.Height)}, nil
}
