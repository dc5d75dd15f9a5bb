// Package method lists every method of counting with its source and finds one by
// its name.
//
// Rule: docs/rules.md, "Counting"; docs/counting.md says which method to choose.
package method

import (
	"slices"

	"github.com/rochdale-ledger/rochdale/state/count/apportion"
	"github.com/rochdale-ledger/rochdale/state/count/budget"
	"github.com/rochdale-ledger/rochdale/state/count/paper"
	"github.com/rochdale-ledger/rochdale/state/count/question"
	"github.com/rochdale-ledger/rochdale/state/count/report"
)

// All lists every method, in the order to show them. The list is the
// caller's own.
func All() []report.Method {
	return slices.Concat(paper.Methods(), question.Methods(), budget.Methods(), apportion.Methods())
}

// Find returns the method called name: its own name or an alias, in any case,
// however its words are joined (Sainte-Laguë, D'Hondt, equal_shares).
func Find(name string) (report.Method, bool) {
	for _, m := range All() {
		if m.Called(name) {
			return m, true
		}
	}
	return report.Method{}, false
}
