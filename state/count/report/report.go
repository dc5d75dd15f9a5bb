// Package report is the result of every count: the stages with their figures, the
// winners, where a lot decided, the tie that no rule settles, and the description of
// the method. A report prints as text, HTML, CSV and JSON.
//
// Rule: docs/rules.md, "Counting": any member can check a count by hand. Figures
// are exact, so that a report is the same on every machine, in whatever order
// the papers come.
package report

import (
	"slices"
	"strconv"
)

// A Report is what every count returns: enough for a returning officer to
// publish it and for anyone to check it by hand. All figures are exact decimal
// strings at the method's own precision, so that a report prints alike on every
// machine.
type Report struct {
	Method   string     `json:"method"`           // canonical name, e.g. "scottish-stv"
	Title    string     `json:"title,omitempty"`  // of the election or budget
	Seats    int        `json:"seats"`            // seats to fill; projects funded for budgets
	Quota    string     `json:"quota"`            // empty where the method has none; the first where it moves
	Places   int        `json:"places,omitempty"` // decimals of weights: Validity and Pairwise are in units of 10^-places
	Winners  []string   `json:"winners"`          // names, in order of election
	Level    [][]string `json:"level,omitempty"`  // groups of winners to whom the rule gives no order; Winners has them in that of the ballot
	Stages   []Stage    `json:"stages"`
	Lots     []LotUse   `json:"lots,omitempty"`     // where the lot decided a tie
	Notes    []string   `json:"notes,omitempty"`    // rule remarks, e.g. truncation lost
	Validity *Validity  `json:"validity,omitempty"` // how many papers were counted
	Ranking  [][]string `json:"ranking,omitempty"`  // best first; names in one group are level
	Pairwise *Pairwise  `json:"pairwise,omitempty"` // Condorcet methods only
	Outcome  string     `json:"outcome,omitempty"`  // of a question: carried, lost, inquorate, to vote

	LotSeed string `json:"lot_seed,omitempty"` // that the lot was made from, where none was drawn

	// Input is what was counted, one of the inputs; the text form speaks of it.
	Input string `json:"-"`

	// Listed is the winners as the text form lists them, with what people want to
	// read besides the name; nil for the names alone.
	Listed []string `json:"-"`
}

// Place is where a winner comes, from 1, by index in Winners: "2", or "2=" for each of
// those who are level from the second place on.
func (r *Report) Place(winner int) string {
	for _, group := range r.Level {
		if slices.Contains(group, r.Winners[winner]) {
			first := slices.IndexFunc(r.Winners, func(name string) bool { return slices.Contains(group, name) })
			return strconv.Itoa(first+1) + "="
		}
	}
	return strconv.Itoa(winner + 1)
}

// A Stage is one step of the count.
type Stage struct {
	Number   int      `json:"number"`            // from 1
	Event    string   `json:"event"`             // what happened and why, one or more sentences
	Quota    string   `json:"quota,omitempty"`   // where the quota moves from stage to stage
	Surplus  string   `json:"surplus,omitempty"` // total surplus, where the rule works with it
	Rows     []Row    `json:"rows"`              // one a candidate, in ballot order
	Pool     []Row    `json:"pool,omitempty"`    // exhausted papers, non-transferable fractions
	Elected  []string `json:"elected,omitempty"` // at this stage, in order
	Excluded []string `json:"excluded,omitempty"`
}

// A Row is one candidate's line in a stage.
type Row struct {
	Name   string `json:"name"`
	Change string `json:"change,omitempty"` // transfer in or out at this stage, signed
	Total  string `json:"total"`
	Keep   string `json:"keep,omitempty"`   // Meek: the share of each vote the candidate keeps
	Status string `json:"status,omitempty"` // continuing, elected, excluded, withdrawn, not elected
}

// A LotUse records one tie that only the lot could settle.
type LotUse struct {
	Stage  int      `json:"stage"`
	Tied   []string `json:"tied"`
	Chosen string   `json:"chosen"`
	For    string   `json:"for"` // election, exclusion, transfer order
}

// Validity says what became of every paper. Valid, Empty and Spoiled sum to
// Papers. An empty paper marks no candidate who stands; a spoiled one is marked
// in a way the method cannot count. Neither enters a quota.
type Validity struct {
	Papers  int64 `json:"papers"`
	Valid   int64 `json:"valid"`
	Empty   int64 `json:"empty"`
	Spoiled int64 `json:"spoiled"`
}

func (v *Validity) Add(weight int64, valid, spoiled bool) {
	v.Papers += weight
	switch {
	case valid:
		v.Valid += weight
	case spoiled:
		v.Spoiled += weight
	default:
		v.Empty += weight
	}
}

// Pairwise holds every two-candidate contest. Votes[i][j] is the number of
// papers that prefer Candidates[i] to Candidates[j].
type Pairwise struct {
	Candidates []string  `json:"candidates"`
	Votes      [][]int64 `json:"votes"`
}
