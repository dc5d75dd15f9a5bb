package node

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/cometbft/cometbft/consensus/types"
	"github.com/cometbft/cometbft/rpc/client/http"
	cmttypes "github.com/cometbft/cometbft/types"
)

// StandstillAfter is how long the votes of one round must have been too few before a
// federation is said to stand still. Rounds whose votes suffice end within seconds,
// whatever comes of them: see DefaultProposeTimeout.
const StandstillAfter = 10 * time.Second

// A Standstill is a block that is not made because validators with a third of the power
// or more do not sign, as one node sees it.
type Standstill struct {
	Height  int64     `json:"height"` // of the block
	Since   time.Time `json:"since"`  // of the first vote on it
	Missing []Silent  `json:"missing"`
	Of      int       `json:"validators"` // how many there are
}

// A Silent is a validator whose vote is missing.
type Silent struct {
	Address string `json:"address"`        // of its key, upper-case hex
	Coop    uint64 `json:"coop,omitempty"` // whose it is, zero if nobody has looked it up
	Name    string `json:"name,omitempty"` // of that co-op
}

// A round is what the engine tells of the votes of one round: a line for each
// validator, in the order of the set. Source: consensus/types/height_vote_set.go of
// CometBFT v0.40.0.
type round struct {
	Round      int32    `json:"round"`
	Prevotes   []string `json:"prevotes"`
	Precommits []string `json:"precommits"`
}

// noVote is the line of a validator without a vote. Source: types/vote.go of CometBFT
// v0.40.0.
const noVote = "nil-Vote"

// standstill asks a node's engine whether the federation stands still, nil if it does
// not. A federation where nobody has anything to decide makes no block and does not
// stand still: nobody has voted.
func standstill(ctx context.Context, c *http.HTTP, now time.Time) (*Standstill, error) {
	res, err := c.ConsensusState(ctx)
	if err != nil {
		return nil, fmt.Errorf("asking for the votes: %w", err)
	}
	var at types.RoundStateSimple
	if err := json.Unmarshal(res.RoundState, &at); err != nil {
		return nil, fmt.Errorf("reading the votes: %w", err)
	}
	var height int64
	var number int32
	var step int
	if _, err := fmt.Sscanf(at.HeightRoundStep, "%d/%d/%d", &height, &number, &step); err != nil {
		return nil, fmt.Errorf("reading the round %q: %w", at.HeightRoundStep, err)
	}
	var rounds []round
	if err := json.Unmarshal(at.Votes, &rounds); err != nil {
		return nil, fmt.Errorf("reading the votes: %w", err)
	}
	since, waiting, err := waitingRound(number, rounds, now)
	if err != nil || waiting == nil {
		return nil, err
	}
	validators, err := validatorsAt(ctx, c, height)
	if err != nil {
		return nil, err
	}
	missing := silent(waiting.Prevotes, validators)
	if missing == nil {
		missing = silent(waiting.Precommits, validators)
	}
	if missing == nil {
		return nil, nil
	}
	return &Standstill{Height: height, Since: since, Missing: missing, Of: len(validators)}, nil
}

// waitingRound is the round of a number among those of one height, nil if its first
// vote is younger than StandstillAfter or there is none, and the time of the first vote
// of the height.
func waitingRound(number int32, rounds []round, now time.Time) (since time.Time, waiting *round, err error) {
	for i, r := range rounds {
		began, err := firstVote(slices.Concat(r.Prevotes, r.Precommits))
		if err != nil {
			return since, nil, err
		}
		if !began.IsZero() && (since.IsZero() || began.Before(since)) {
			since = began
		}
		if r.Round == number && !began.IsZero() && now.Sub(began) >= StandstillAfter {
			waiting = &rounds[i]
		}
	}
	return since, waiting, nil
}

// validatorsAt are the validators of a height, in the order in which they vote.
func validatorsAt(ctx context.Context, c *http.HTTP, height int64) (all []*cmttypes.Validator, err error) {
	for page, most := 1, 100; ; page++ {
		set, err := c.Validators(ctx, &height, &page, &most)
		if err != nil {
			return nil, fmt.Errorf("asking for the validators: %w", err)
		}
		all = append(all, set.Validators...)
		if len(all) >= set.Total || len(set.Validators) == 0 {
			return all, nil
		}
	}
}

// silent are the validators without a vote, nil if the others have more than two thirds
// of the power.
func silent(votes []string, validators []*cmttypes.Validator) (missing []Silent) {
	var all, voted int64
	for i, v := range validators {
		all += v.VotingPower
		if i < len(votes) && votes[i] != noVote {
			voted += v.VotingPower
			continue
		}
		missing = append(missing, Silent{Address: v.Address.String()})
	}
	if voted*3 > all*2 {
		return nil
	}
	return missing
}

// firstVote is the time of the earliest of votes, zero if there is none. A vote's line
// ends with "@ TIME}".
func firstVote(votes []string) (first time.Time, err error) {
	for _, vote := range votes {
		if vote == noVote {
			continue
		}
		_, text, _ := strings.Cut(vote, "@ ")
		at, err := time.Parse(time.RFC3339Nano, strings.TrimSuffix(text, "}"))
		if err != nil {
			return first, fmt.Errorf("reading the vote %q: %w", vote, err)
		}
		if first.IsZero() || at.Before(first) {
			first = at
		}
	}
	return first, nil
}
