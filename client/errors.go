package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"

	rpctypes "github.com/cometbft/cometbft/rpc/jsonrpc/types"

	"github.com/rochdale-ledger/rochdale/state"
)

// Errors of talking to a node. Each is wrapped with the address and the cause.
var (
	ErrAddress     = errors.New("not the address of a node")
	ErrUnreachable = errors.New("no answer from the node")
	ErrForeign     = errors.New("not a Rochdale node")
	ErrNoBlock     = errors.New("the node has no block yet")
	ErrBusy        = errors.New("the node has more transactions waiting than it takes")
	ErrSyncing     = errors.New("the node is still catching up")
	ErrChain       = errors.New("the node is of another federation")
	ErrNoIndex     = errors.New("the node's lists are damaged or being rebuilt")
	ErrExpired     = errors.New("transaction has expired without being executed")
	ErrForgotten   = errors.New("the node no longer keeps what became of the transaction")
)

// errAbsent says that no block holds the transaction asked about.
var errAbsent = errors.New("no such transaction yet")

// A Refused is the ledger's refusal of a transaction: a rejection by its rules.
type Refused struct {
	Code uint32 // of the state.Rejection
	Log  string // its reason, with the numbers of the case
}

func (r *Refused) Error() string {
	if r.Log == "" {
		return fmt.Sprintf("refused with code %d", r.Code)
	}
	return r.Log
}

// Refusal returns the result of a transaction as an error: nil if it was done,
// otherwise a *Refused.
func Refusal(d state.Done) error {
	if d.Code == 0 {
		return nil
	}
	return &Refused{Code: d.Code, Log: d.Log}
}

// CometBFT distinguishes these conditions by their text only.
const (
	saysSeen    = "tx already seen"
	saysRPC     = "error in json rpc client"
	saysSyncing = "endpoint is closed while node is catching up"
)

// explain classifies an error of CometBFT's client.
func (c *Client) explain(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return fmt.Errorf("asking %s: %w", c.address, ctx.Err())
	}
	var refused *rpctypes.RPCError
	if errors.As(err, &refused) {
		switch {
		case strings.Contains(refused.Data, saysSyncing):
			return fmt.Errorf("%w: %s", ErrSyncing, c.address)
		}
		why := refused.Data // in the node's own words
		if why == "" {
			why = refused.Message
		}
		return fmt.Errorf("the node at %s refused the call: %s", c.address, why)
	}
	var transport *url.Error
	if errors.As(err, &transport) {
		return fmt.Errorf("%w at %s: %w", ErrUnreachable, c.address, transport.Err)
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("%w at %s: it broke off its answer", ErrUnreachable, c.address)
	}
	var syntax *json.SyntaxError
	var shape *json.UnmarshalTypeError
	if errors.As(err, &syntax) || errors.As(err, &shape) {
		return fmt.Errorf("%w: %s does not speak CometBFT's JSON-RPC", ErrForeign, c.address)
	}
	if strings.Contains(err.Error(), saysRPC) { // an answer to something else
		return fmt.Errorf("%w: %s answers otherwise than CometBFT's JSON-RPC does", ErrForeign, c.address)
	}
	return fmt.Errorf("asking %s: %w", c.address, err)
}
