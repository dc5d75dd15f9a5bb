// Package load is the load driver. It sends signed transactions to a running testnet,
// or the same number of unsigned ones to the engine's key-value example, and reports
// how fast they were committed, what that cost the nodes, and whether each was
// committed exactly once.
package load

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/testnet"
)

// Options of a run.
type Options struct {
	Members     int           // that cast round robin; at least MinMembers
	Rate        int           // transactions a second; zero is as many as the testnet takes
	For         time.Duration // of sending
	Connections int           // to each node; zero is 16
	Mix         Mix           // what is sent; the zero value is casts alone

	// Progress is called with the stage under way and how much of it is done. It may
	// be nil.
	Progress func(stage string, done, total int)

	// bound ends the sending as soon as more than one transaction in a hundred has
	// taken longer than this; zero never does.
	bound time.Duration
}

// Bounds of a run.
const (
	// MinMembers is the smallest electorate that can keep a testnet busy: no
	// member has two casts under way.
	MinMembers     = 100
	MaxMembers     = 1_000_000
	MaxRate        = 100_000 // transactions a second; more than any machine signs
	MaxConnections = 64      // to each node

	// MaxCasts bounds a run: all transactions are signed beforehand and kept, some
	// 400 bytes each.
	MaxCasts = 5_000_000

	// MaxOfficer is how many transactions of one officer a run can have: less than
	// the charter's allowance for a day, which entering members takes from too.
	MaxOfficer = charter.MaxAllowance / 2
)

// Window is how many transactions may be under way at most, if they are sent as fast
// as the testnet takes them: as many plain ones as fill a block. More would only wait
// longer.
const Window = state.BlockUnits / state.PlainCost

// most is how many transactions a second a run at full speed prepares for.
const most = 8_000

// ErrUnsound is returned, with the report, if a transaction was lost, doubled or
// refused.
var ErrUnsound = errors.New("committed is not what was sent")

// ErrOptions is what errors about the options of a run are: nothing was sent.
var ErrOptions = errors.New("the options of a run")

type optionsError struct{ error }

func (optionsError) Is(target error) bool { return target == ErrOptions }
func (e optionsError) Unwrap() error      { return e.error }

// check refuses what cannot be run, before anything is sent.
func (o Options) check() error {
	rate := o.Rate
	if rate == 0 {
		rate = most
	}
	if err := o.bounds(rate); err != nil {
		return optionsError{err}
	}
	return nil
}

// bounds is check for a rate, which is most if none is asked for.
func (o Options) bounds(rate int) error {
	switch {
	case o.Members < MinMembers:
		return fmt.Errorf("%d members are too few to keep a testnet busy: use at least %d", o.Members, MinMembers)
	case o.Members > MaxMembers:
		return fmt.Errorf("%d members are too many: use at most %d", o.Members, MaxMembers)
	case rate < 0 || rate > MaxRate:
		return fmt.Errorf("%d casts a second cannot be sent: use 1 to %d, or max", o.Rate, MaxRate)
	case o.Connections < 0 || o.Connections > MaxConnections:
		return fmt.Errorf("%d connections to each node cannot be kept: use 1 to %d", o.Connections, MaxConnections)
	case o.For < time.Second:
		return fmt.Errorf("sending for %s measures nothing: use at least 1s", o.For)
	case float64(rate)*o.For.Seconds() > MaxCasts:
		return fmt.Errorf("%d casts a second for %s are more than %d, and all are signed beforehand", rate, o.For, MaxCasts)
	}
	if err := o.Mix.check(); err != nil {
		return err
	}
	if n := o.planned() * max(o.Mix.Figures, o.Mix.Admissions) / 100; n > MaxOfficer {
		return fmt.Errorf("%d transactions of one officer are more than the %d that a run may take of a day's allowance: lower the rate, the time or the part", n, MaxOfficer)
	}
	return nil
}

// planned is how many transactions are prepared.
func (o Options) planned() int {
	if o.Rate == 0 {
		return int(most * o.For.Seconds())
	}
	return int(float64(o.Rate) * o.For.Seconds())
}

// filled is o with what its zero values stand for.
func (o Options) filled() Options {
	if o.Connections == 0 {
		o.Connections = 16
	}
	if o.Mix == (Mix{}) {
		o.Mix = Mix{Casts: 100}
	}
	if o.Progress == nil {
		o.Progress = func(string, int, int) {}
	}
	return o
}

// Run drives the testnet with signed transactions on its first co-op, whose register
// it fills up to o.Members first: casts on a motion that it opens, figures of a period
// and applications, as o.Mix has them.
//
// A node that stops answering is passed over. If ctx ends while transactions are sent,
// no more are, those under way are waited for, and the report comes with ctx's
// error. It is empty if Run fails before it has sent any.
func Run(ctx context.Context, net *testnet.Net, o Options) (Report, error) {
	if err := o.check(); err != nil {
		return Report{}, err
	}
	o = o.filled()
	t, err := openLedger(net, o)
	if err != nil {
		return Report{}, err
	}
	return drive(ctx, net, t, o)
}
