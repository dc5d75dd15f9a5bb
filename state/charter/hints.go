package charter

import (
	"github.com/rochdale-ledger/rochdale/state"
)

// Hints say what to do after each of this room's rejections.
var Hints = state.HintList{
	ErrBounds:    "no motion can pass that bound; see the charter: rochdale charter show",
	ErrNoMotion:  "see the kinds of motion: rochdale charter show",
	ErrNoCharter: "see which co-ops there are: rochdale federation show",
	ErrAlone:     "put it to a second officer, with --propose, or move less; see the figure: rochdale charter show; a day ends at midnight UTC",
	ErrOwn:       "leave out of that action's line whom it may not name; what is in force: rochdale charter show",
	ErrMost:      "put it by a kind of motion that moves more, such as that of a general meeting: rochdale charter show; or have it decided on a later day, with --anyway; a day ends at midnight UTC",
}
