package report

import "fmt"

// A TieError says that the method's rule ends in a tie and no lot settles it.
type TieError struct {
	Method     string
	Stage      int      // from 1
	For        string   // election, exclusion, transfer order
	Candidates []string // in ballot order
	Undrawn    []string // tied, but missing from the lot that was given
}

// Tied lists those who are tied.
func (e *TieError) Tied() string { return List(e.Candidates) }

func (e *TieError) Error() string {
	s := fmt.Sprintf("count: %s, stage %d: %s are tied for %s and the rule leaves it to the lot; ",
		e.Method, e.Stage, e.Tied(), e.For)
	if len(e.Undrawn) > 0 {
		return s + "draw for " + List(e.Undrawn) + " too, and count again"
	}
	return s + "draw lots and give their order to the count, first wins"
}
