package surplus

import "github.com/rochdale-ledger/rochdale/state"

// Hints say what to do after each of this room's rejections.
var Hints = state.HintList{
	ErrName:      "give a short name, such as the year",
	ErrOpen:      "see which: rochdale period list; declare the surplus of the earliest first: rochdale period declare",
	ErrMeasure:   "count hours, sales, purchases, trips, wages or points",
	ErrBatch:     "do it in smaller parts",
	ErrOrder:     "name each member once",
	ErrQuantity:  "give quantities of more than zero, whose sum with those recorded is in range; see it: rochdale period show",
	ErrPeriod:    "see which there are: rochdale period list",
	ErrStage:     "see its status: rochdale period show",
	ErrFrozen:    "a dividend is being divided; try again in a few blocks",
	ErrBelow:     "see what was recorded: rochdale period show",
	ErrEarlier:   "allocate that one first: rochdale period list",
	ErrBooks:     "leave the amount out to declare what the books show: rochdale account trial-balance",
	ErrSteps:     "an allocation has at most 16 steps",
	ErrStep:      "see the form of a rule: rochdale period allocate --help",
	ErrAllocated: "see where it went: rochdale period show",
	ErrNoSurplus: "give fixed amounts, or carry all forward with a rule of no steps: []",
	ErrTarget:    "see which accounts are reserves (by hand: credits) and funds: rochdale account list",
	ErrExceeds:   "see what there is: rochdale period show; then lower a step",
	ErrInterest:  "take a lower rate; the cap stands in: rochdale share rules",
	ErrTimeHeld:  "a dividend is divided among all who hold the class; without that rule it can be: rochdale share set-rules CLASS --interest-after-days 0",
	ErrNoClaims:  "record figures first: rochdale period record; or issue shares: rochdale share issue",
	ErrNoStep:    "see the steps: rochdale period show",
	ErrDigits:    "write them with as many digits as those recorded: rochdale period show",
	ErrDecided:   "have those decide who decided on it: --propose KIND; see the kinds with: rochdale charter show",
	ErrHeld:      "wait until the motion is decided; until it opens its proposer can withdraw it: rochdale motion list",
	ErrHeldTwice: "have another member propose it",
	ErrReason:    "say in a few words why: --reason TEXT",
	ErrNamed:     "give another name, such as the next year; see them with: rochdale period list",
	ErrTotal:     "the amount is larger than any account can hold",
}
