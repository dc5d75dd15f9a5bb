package node

import (
	"context"
	"fmt"
	"time"

	"github.com/cometbft/cometbft/rpc/client/http"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/tx"
)

// Status is a running node's own report.
type Status struct {
	ChainID    string    `json:"chain_id"`
	Moniker    string    `json:"moniker"`
	Address    string    `json:"address"` // of the validator key, upper-case hex
	Validator  bool      `json:"validator"`
	Height     int64     `json:"height"`
	Executed   int64     `json:"executed"` // the last block that the ledger has: Height, or the one before it
	BlockTime  time.Time `json:"block_time"`
	Trial      bool      `json:"trial"`       // the federation is a trial
	Clock      time.Time `json:"clock"`       // what its rules take for the time of the block, which a trial's members set
	BlockHash  string    `json:"block_hash"`  // of the block at Height, upper-case hex
	AppHash    string    `json:"app_hash"`    // in its header: the state before it, upper-case hex
	CatchingUp bool      `json:"catching_up"` // still fetching old blocks
	Peers      int       `json:"peers"`
	// Standstill is nil if blocks are made, or none has to be.
	Standstill *Standstill `json:"standstill,omitempty"`
	// Turns are the validators that missed turns to propose lately.
	Turns []Turns `json:"missed_turns,omitempty"`
}

// QueryStatus asks the node that answers RPC at address (host:port).
//
// It returns a Problem if nothing answers there before ctx ends.
func QueryStatus(ctx context.Context, address string) (Status, error) {
	c, err := http.New("tcp://"+address, "/websocket")
	if err != nil {
		return Status{}, fmt.Errorf("asking %s: %w", address, err)
	}
	s, err := c.Status(ctx)
	if err != nil {
		return Status{}, &Problem{
			Kind:   ErrNotRunning,
			Text:   fmt.Sprintf("no node answers at %s: %s", address, oneLine(err)),
			Advice: "rochdale node start, or look at its log",
		}
	}
	peers, err := c.NetInfo(ctx)
	if err != nil {
		return Status{}, fmt.Errorf("asking %s for its peers: %w", address, err)
	}
	app, err := c.ABCIInfo(ctx)
	if err != nil {
		return Status{}, fmt.Errorf("asking %s for its ledger: %w", address, err)
	}
	var still *Standstill
	if !s.SyncInfo.CatchingUp {
		if still, err = standstill(ctx, c, time.Now()); err != nil {
			return Status{}, fmt.Errorf("asking %s: %w", address, err)
		}
	}
	turns, err := missedTurns(ctx, c, s.SyncInfo.LatestBlockHeight)
	if err != nil {
		return Status{}, fmt.Errorf("asking %s: %w", address, err)
	}
	clock, trial := clockOf(ctx, c, s.SyncInfo.LatestBlockTime)
	return Status{
		Standstill: still,
		Turns:      turns,
		Trial:      trial, Clock: clock,
		Executed:   app.Response.LastBlockHeight,
		ChainID:    s.NodeInfo.Network,
		Moniker:    s.NodeInfo.Moniker,
		Address:    s.ValidatorInfo.Address.String(),
		Validator:  s.ValidatorInfo.VotingPower > 0,
		Height:     s.SyncInfo.LatestBlockHeight,
		BlockTime:  s.SyncInfo.LatestBlockTime,
		BlockHash:  s.SyncInfo.LatestBlockHash.String(),
		AppHash:    s.SyncInfo.LatestAppHash.String(),
		CatchingUp: s.SyncInfo.CatchingUp,
		Peers:      peers.NPeers,
	}, nil
}

// clockOf is what the ledger's rules take for the time of a block whose header says t,
// and whether the federation is a trial. A program that keeps no Head has no trial.
func clockOf(ctx context.Context, c *http.HTTP, t time.Time) (time.Time, bool) {
	res, err := c.ABCIQuery(ctx, state.PathKey, state.LocateHead().Key)
	if err != nil || res.Response.Code != 0 {
		return t, false
	}
	head, err := tx.DecodeLenient[state.Head](res.Response.Value)
	if err != nil || !head.Trial.On {
		return t, false
	}
	return t.Add(time.Duration(head.Trial.Offset) * time.Second), true
}
