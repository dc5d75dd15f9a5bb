package node

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/cometbft/cometbft/rpc/client/http"
	cmttypes "github.com/cometbft/cometbft/types"
)

// TurnBlocks is how many of the last blocks are looked through for turns that were
// missed.
const TurnBlocks = 100

// A Turns says how many of a validator's turns to propose a block brought none, in the
// last TurnBlocks blocks: its node was not there, was too slow, or proposed what the
// others refused. Each costs all of them a timeout.
type Turns struct {
	Silent
	Missed int `json:"missed"`
	Of     int `json:"of"` // turns that it had
}

// missedTurns are the validators that missed turns, who missed most first.
func missedTurns(ctx context.Context, c *http.HTTP, height int64) ([]Turns, error) {
	headers, err := lastHeaders(ctx, c, height)
	if err != nil || len(headers) < 2 {
		return nil, err
	}
	set := func(height int64) (*cmttypes.ValidatorSet, error) {
		all, err := validatorsAt(ctx, c, height)
		return &cmttypes.ValidatorSet{Validators: all}, err
	}
	return countTurns(headers, set)
}

// lastHeaders are the headers of the last blocks up to height, in order, without those
// that the node no longer keeps.
func lastHeaders(ctx context.Context, c *http.HTTP, height int64) (headers []cmttypes.Header, err error) {
	for from := height; from > max(0, height-TurnBlocks); {
		res, err := c.BlockchainInfo(ctx, max(1, height-TurnBlocks+1), from) // 20 at most
		if err != nil {
			if len(headers) > 0 {
				break // below what the node keeps
			}
			return nil, fmt.Errorf("asking for the last blocks: %w", err)
		}
		if len(res.BlockMetas) == 0 {
			break
		}
		for _, meta := range res.BlockMetas { // the last first
			headers = append(headers, meta.Header)
		}
		from = headers[len(headers)-1].Height - 1
	}
	slices.Reverse(headers)
	return headers, nil
}

// countTurns says whose turn each of consecutive headers was, and who took it. Of a
// block whose set of validators is new it cannot be told.
//
// At each height the priorities of the set go one turn on, whatever rounds the height
// before needed. Source: state/execution.go and types/validator_set.go of CometBFT
// v0.40.0.
func countTurns(headers []cmttypes.Header, set func(height int64) (*cmttypes.ValidatorSet, error)) ([]Turns, error) {
	turns := map[string]*Turns{}
	var validators *cmttypes.ValidatorSet
	for i, h := range headers {
		if validators == nil || !bytes.Equal(h.ValidatorsHash, headers[i-1].ValidatorsHash) {
			var err error
			if validators, err = set(h.Height); err != nil {
				return nil, err
			}
			continue
		}
		validators.IncrementProposerPriority(1)
		due := validators.Proposer.Address
		t := turns[string(due)]
		if t == nil {
			t = &Turns{Silent: Silent{Address: due.String()}}
			turns[string(due)] = t
		}
		if t.Of++; !bytes.Equal(due, h.ProposerAddress) {
			t.Missed++
		}
	}
	var out []Turns
	for _, t := range turns {
		if t.Missed > 0 {
			out = append(out, *t)
		}
	}
	slices.SortFunc(out, func(a, b Turns) int {
		return cmp.Or(cmp.Compare(b.Missed, a.Missed), cmp.Compare(a.Address, b.Address))
	})
	return out, nil
}
