package charter

import "github.com/rochdale-ledger/rochdale/state"

// Hints say what to do after each of this room's rejections.
var Hints = state.HintList{
	ErrBounds:     "no motion can pass that bound; see the charter: rochdale charter show",
	ErrNoMotion:   "see the kinds of motion: rochdale charter show",
	ErrNoCharter:  "see which co-ops there are: rochdale federation show",
	ErrEntrenched: "leave a kind of motion that may take charter.Amend, ballot.Propose to someone, and ballot.Cast to all members",
}
