// Package paper lists the methods that count an election's papers, whichever package
// has them, and counts by one of them.
//
// Rule: docs/rules.md, "Counting".
package paper

import (
	"slices"

	"github.com/rochdale-ledger/rochdale/state/count/condorcet"
	"github.com/rochdale-ledger/rochdale/state/count/election"
	"github.com/rochdale-ledger/rochdale/state/count/input"
	"github.com/rochdale-ledger/rochdale/state/count/report"
	"github.com/rochdale-ledger/rochdale/state/count/stv"
	"github.com/rochdale-ledger/rochdale/state/count/tally"
)

func methods() []election.Method {
	return slices.Concat(tally.Methods(), stv.Methods(), condorcet.Methods())
}

// Methods lists the methods, in the order to show them. The list is the caller's
// own.
func Methods() []report.Method {
	var out []report.Method
	for _, m := range methods() {
		out = append(out, m.Method)
	}
	return out
}

// Count counts e by the method called name.
//
// It returns an *input.Error when the method, the election or the options cannot
// be used, and a *report.TieError when the rule leaves a tie to a lot that opt
// does not hold. It keeps and changes neither e nor opt.
func Count(name string, e *election.Election, opt election.Options) (*report.Report, error) {
	for _, m := range methods() {
		if m.Called(name) {
			return m.Count(e, opt)
		}
	}
	return nil, input.NoMethod(name, input.Papers)
}
