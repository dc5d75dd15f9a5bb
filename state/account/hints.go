package account

import "github.com/rochdale-ledger/rochdale/state"

// Hints say what to do after each of this room's rejections.
var Hints = state.HintList{
	ErrCode:       "give a number from 1 to 9999",
	ErrType:       "give --type asset, liability, equity, income or expense",
	ErrName:       "give a shorter --name",
	ErrGuard:      "leave the guard out",
	ErrExists:     "see the chart: rochdale account list",
	ErrFull:       "the chart can take no more accounts",
	ErrNarrative:  "say in a few words what happened",
	ErrLines:      "give at least one --debit and one --credit",
	ErrAmount:     "give amounts of more than zero",
	ErrUnbalanced: "make debits and credits equal",
	ErrUnknown:    "see the chart: rochdale account list",
	ErrGuarded:    "see what can be posted by hand: rochdale account list; what went into a reserve by mistake comes out by a motion of all members: rochdale account reverse --propose",
	ErrOverflow:   "the amount is larger than any account can hold, or than is posted by hand",
	ErrEntry:      "see which there are: rochdale account journal",
	ErrReversed:   "see the journal: rochdale account journal",
	ErrDecided:    "have those decide who decided on it: --propose KIND; see the kinds with: rochdale charter show",
	ErrRoomEntry:  "it follows a register, where it is taken back: a dividend paid or settled with rochdale period return, dues with rochdale dues return, what a circle paid with rochdale circle return, a closed period with rochdale period reopen, shares and payments for them with rochdale share correct",
	ErrFloor:      "post what comes in first; the charter can allow an overdraft: rochdale charter show",
	ErrDate:       "give --date as the day on which it happened, like 2026-12-31",
	ErrShut:       "date it in a period that is open, or open that one again: rochdale period reopen",
	ErrAhead:      "give the last day of this period, such as that of the year",
	ErrLast:       "see the periods and their last days: rochdale period list",
	ErrHeld:       "wait until the motion is decided, or have all members decide this too: rochdale motion list",
	ErrAlone:      "open the rest tomorrow, or put it to all members: rochdale account open --propose",
	ErrVoted:      "wait until the motion is decided, or have all members decide this too: rochdale motion list",
	ErrOften:      "have another member propose it",
	ErrAsked:      "give another code, or wait until the motion is decided: rochdale motion list",
	ErrAskedOften: "have another member propose it",
	ErrLastDay:    "see the periods and their last days: rochdale period list",
	ErrOutside:    "see it: rochdale account journal; take it back with rochdale account reverse, declare the period, then post it again with its --date",
	ErrSides:      "post what moves between two accounts; take a mistake back with: rochdale account reverse",
	ErrRunning:    "declare it on a later day; days end at midnight UTC",
}
