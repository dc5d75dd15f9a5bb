package share

import "github.com/rochdale-ledger/rochdale/state"

// Hints say what to do after each of this room's rejections.
var Hints = state.HintList{
	ErrUnits:        "give a whole number of shares, from 1 up",
	ErrTerms:        "see the classes there are for an example: rochdale share classes",
	ErrLimit:        "see the limit: rochdale share classes; and what is held and subscribed: rochdale me show",
	ErrMinimum:      "see how many are needed: rochdale share classes",
	ErrClass:        "see which there are: rochdale share classes",
	ErrClassExists:  "see which there are: rochdale share classes",
	ErrClasses:      "the co-op can have no more classes of shares",
	ErrBatch:        "do it in smaller parts",
	ErrOrder:        "name each subscription once",
	ErrFrozen:       "a dividend is being divided; try again in a few blocks",
	ErrSubscription: "see which there are: rochdale share subscriptions",
	ErrNotTheirs:    "see whose it is: rochdale share subscriptions",
	ErrUnpaid:       "the treasurer confirms the payment first: rochdale share confirm-payment",
	ErrPaid:         "go on with: rochdale share issue",
	ErrIssued:       "see the register: rochdale share list",
	ErrCancelled:    "subscribe again: rochdale share subscribe",
	ErrTotal:        "do it in smaller parts",
	ErrRefunded:     "subscribe again: rochdale share subscribe",
	ErrReason:       "say in a few words why: --reason TEXT",
	ErrHeld:         "wait until the motion is decided; until it opens its proposer can withdraw it: rochdale motion list",
	ErrVoted:        "wait until the motion is decided, or have all members decide this too: rochdale motion list",
	ErrOften:        "have another member propose it",
}
