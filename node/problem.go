package node

import "errors"

// Kinds of Problem, for errors.Is.
var (
	ErrExists         = errors.New("home already initialised")
	ErrConfig         = errors.New("bad configuration")
	ErrNoKey          = errors.New("key file missing")
	ErrBadKey         = errors.New("key file unusable")
	ErrNoGenesis      = errors.New("genesis missing")
	ErrBadGenesis     = errors.New("genesis unusable")
	ErrForeignGenesis = errors.New("foreign genesis")
	ErrUnsealed       = errors.New("genesis not signed by its founders")
	ErrForeignData    = errors.New("ledger and blocks do not belong together")
	ErrPruned         = errors.New("blocks needed and no longer kept")
	ErrHomeInUse      = errors.New("home in use")
	ErrPortInUse      = errors.New("address in use")
	ErrClock          = errors.New("clock behind the chain")
	ErrDiskFull       = errors.New("disk full")
	ErrConsensus      = errors.New("consensus failure")
	ErrNotRunning     = errors.New("node not running")
	ErrSlowStop       = errors.New("node did not stop in time")
	ErrOutdated       = errors.New("rules of a version that this program does not have")

	ErrSignedElsewhere = errors.New("validator key signed what its home has not on record")
)

// Problem is an error that the operator can repair: what is wrong, why, and what to
// do next. It unwraps to its kind.
type Problem struct {
	Kind   error  // one of the Err values of this package
	Text   string // what is wrong and why, one line, no full stop
	Advice string // what to do next, one line, no full stop
}

func (p *Problem) Error() string { return p.Text }

// Hint is the next step, for the command line to print under the error.
func (p *Problem) Hint() string { return p.Advice }

func (p *Problem) Unwrap() error { return p.Kind }
