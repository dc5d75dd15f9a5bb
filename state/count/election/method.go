package election

import (
	"github.com/rochdale-ledger/rochdale/state/count/input"
	"github.com/rochdale-ledger/rochdale/state/count/report"
)

// A Method is a way of counting papers: its description with the function that
// counts by it.
//
// Count returns an *input.Error when the election or the options cannot be used,
// and a *report.TieError when the rule leaves a tie to a lot that the options do
// not hold. It keeps and changes neither.
type Method struct {
	report.Method
	Count func(*Election, Options) (*report.Report, error)
}

// RefuseReserved returns an *input.Error if opt reserves seats, for a method that has
// no published rule for them.
func RefuseReserved(method string, opt Options) error {
	if len(opt.Reserved) > 0 {
		return input.Errorf("count by scottish-stv, wigm, meek or approval", "%s has no published rule for reserved seats", method)
	}
	return nil
}

// RefuseSeats returns an *input.Error unless c fills one seat, for a method that can
// fill no more.
func (c *Contest) RefuseSeats() error {
	if c.Seats != 1 {
		return input.Errorf("count for 1 seat, or by scottish-stv for more", "%s fills one seat, not %d", c.Report.Method, c.Seats)
	}
	return nil
}

// NoPapers is the *input.Error of a count without a valid paper.
func NoPapers() error {
	return input.Errorf("check that this is the right file", "no valid paper to count")
}
