package load

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/rochdale-ledger/rochdale/testnet"
)

// Bounds of a search.
const (
	firstRate = 100 // transactions a second, of the first trial
	leastRate = 10  // below it a search finds nothing

	// closeEnough ends a search: the lowest rate that failed is no more than so many
	// per cent above the highest that passed.
	closeEnough = 8

	// MaxTrials bounds the trials of a search. From 100 a second ten doublings pass
	// MaxRate, and four halvings of the last step come close enough.
	MaxTrials = 16

	// MaxBound is the longest that a search can allow: a run is not patient for longer.
	MaxBound = patience
)

// A Trial is one run of a search.
type Trial struct {
	Report Report `json:"report"`
	Passed bool   `json:"passed"`
}

// A Finding is what a search found.
type Finding struct {
	Bound  time.Duration `json:"bound_p99_ns"`
	Rate   int           `json:"rate"` // the highest that passed, transactions a second; zero if none did
	Trials []Trial       `json:"trials"`
}

// ErrNotFound is returned by Search if the lowest rate that is tried misses the bound
// too.
var ErrNotFound = errors.New("no rate stays under the bound")

// Search finds the highest rate at which the 99th percentile of latencies stays within
// bound and everything that was sent is committed: it doubles the rate until a trial
// fails, halves it until one passes, and then divides the interval between. Each trial
// sends for o.For. told is called after each.
//
// A trial whose bound can no longer be kept is ended; the next begins when all that it
// had sent is settled. o.Rate must be zero.
func Search(ctx context.Context, net *testnet.Net, o Options, bound time.Duration, told func(Trial)) (Finding, error) {
	switch {
	case o.Rate != 0:
		return Finding{}, errors.New("a search finds the rate: none can be given")
	case bound <= 0 || bound > MaxBound:
		return Finding{}, fmt.Errorf("a search for a p99 of %s finds nothing: use more than 0s and at most %s", bound, MaxBound)
	}
	first := o
	first.Rate = firstRate
	if err := first.check(); err != nil {
		return Finding{}, err
	}
	f := Finding{Bound: bound}
	rate, err := climb(func(rate int) (bool, error) {
		trial := o
		trial.Rate, trial.bound = rate, bound
		if err := trial.check(); err != nil {
			return false, nil // more than a run can have
		}
		rep, err := Run(ctx, net, trial)
		if err != nil && !errors.Is(err, ErrUnsound) {
			return false, err
		}
		t := Trial{Report: rep, Passed: rep.passes(bound)}
		f.Trials = append(f.Trials, t)
		told(t)
		return t.Passed, nil
	})
	f.Rate = rate
	if err == nil && rate == 0 {
		err = ErrNotFound
	}
	return f, err
}

// passes says whether everything was committed within a bound.
func (r Report) passes(bound time.Duration) bool {
	return r.Sound && !r.GaveUp && r.Unsent == 0 && r.Committed == r.Sent && r.P99 <= bound
}

// climb finds the highest rate that passes, to closeEnough per cent, in MaxTrials
// trials at most. It returns zero if none of leastRate or more does, and the rate
// found so far with an error of pass.
func climb(pass func(rate int) (bool, error)) (found int, err error) {
	low, high := 0, 0 // the highest that passed and the lowest that failed; zero for none
	for rate, trials := firstRate, 0; trials < MaxTrials; trials++ {
		ok, err := pass(rate)
		if err != nil {
			return low, err
		}
		if ok {
			low = rate
		} else {
			high = rate
		}
		switch {
		case high == 0:
			rate = min(2*rate, MaxRate)
		case low == 0:
			rate /= 2
		default:
			rate = (low + high) / 2
		}
		if rate < leastRate || rate == low || high > 0 && low > 0 && (high-low)*100 <= low*closeEnough {
			break
		}
	}
	return low, nil
}
