// Package pabulib reads and writes participatory budgets in Pabulib files.
//
// Rule: docs/rules.md, "Counting": a malformed file is refused, with the line.
// Source: the .pb file format, pabulib.org/format.
package pabulib

// Limits of a file, besides those of a budget.
const (
	MaxMeta     = 256 // keys of META
	maxDecimals = 4
)

// unfundable is the cost that Pabulib gives a project which was on the ballot
// but was withdrawn later: no count may fund it.
const unfundable = "999999999"
