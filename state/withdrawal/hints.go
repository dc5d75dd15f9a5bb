package withdrawal

import "github.com/rochdale-ledger/rochdale/state"

// Hints say what to do after each of this room's rejections.
var Hints = state.HintList{
	ErrAll:       "have all members decide it: --propose KIND; see the kinds with: rochdale charter show",
	ErrBatch:     "do it in smaller parts",
	ErrOrder:     "name each request once",
	ErrReason:    "say in a few words why: --reason TEXT",
	ErrAmount:    "see what is owed: rochdale withdrawal list",
	ErrRequest:   "see which there are: rochdale withdrawal list",
	ErrOwn:       "let the member ask; for one without a key a motion does: --of MEMBER --paper FILE --propose KIND",
	ErrTheirs:    "see whose it is: rochdale withdrawal list",
	ErrStatus:    "see how far it is: rochdale withdrawal list",
	ErrSuspended: "wait until they are resumed: rochdale withdrawal queue",
	ErrRunning:   "there is nothing to do",
	ErrQueue:     "see who is next: rochdale withdrawal queue",
	ErrNotice:    "wait until that day; see who is next: rochdale withdrawal queue",
	ErrCash:      "pay less: --amount AMOUNT; see the floor: rochdale share rules",
	ErrCohort:    "name all that were redeemed that day, also to pay in full, so that all have their part: rochdale withdrawal list --status owed",
	ErrAccount:   "name an account of what members owe, or unappropriated surplus for a loss: rochdale account list",
	ErrClawback:  "see for how long it can be: rochdale share rules",
	ErrKeeps:     "let the member take it back: rochdale withdrawal cancel; for one without a key a motion does: --paper FILE --propose KIND",
	ErrHeld:      "wait until they are loaded: rochdale coop import DIR",
	ErrPart:      "redeem as many as the floors leave, or all: rochdale withdrawal queue",
	ErrBeside:    "redeem it first: rochdale withdrawal redeem",
	ErrUnclaimed: "see when it was set aside, and for how long it can be claimed: rochdale withdrawal list, rochdale share rules",
}
