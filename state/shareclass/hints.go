package shareclass

import "github.com/rochdale-ledger/rochdale/state"

// Hints say what to do after each of this room's rejections.
var Hints = state.HintList{
	ErrTerms:       "give the term that is named as it can be; what the rules are now: rochdale share rules CLASS, and the classes: rochdale share classes",
	ErrClass:       "see which there are: rochdale share classes",
	ErrClassExists: "see which there are: rochdale share classes",
	ErrClasses:     "the co-op can have no more classes of shares",
	ErrPast:        "name today or a later day: --from DAY",
	ErrWrittenDown: "subscribe shares of another class: rochdale share classes; what was paid and is not issued goes back: rochdale share refund",
}
