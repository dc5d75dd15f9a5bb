package share

import "github.com/rochdale-ledger/rochdale/state"

// Hints say what to do after each of this room's rejections.
var Hints = state.HintList{
	ErrUnits:         "give a whole number of shares, from 1 up",
	ErrLimit:         "see the limit: rochdale share classes; and what is held and subscribed: rochdale me show",
	ErrMinimum:       "see how many are needed: rochdale share classes",
	ErrBatch:         "do it in smaller parts",
	ErrOrder:         "name each subscription once",
	ErrFrozen:        "a dividend is being divided; try again in a few blocks",
	ErrSubscription:  "see which there are: rochdale share subscriptions",
	ErrNotTheirs:     "see whose it is: rochdale share subscriptions",
	ErrUnpaid:        "the treasurer confirms the payment first: rochdale share confirm-payment",
	ErrPaid:          "go on with: rochdale share issue",
	ErrIssued:        "see the register: rochdale share list",
	ErrCancelled:     "subscribe again: rochdale share subscribe",
	ErrTotal:         "do it in smaller parts",
	ErrRefunded:      "subscribe again: rochdale share subscribe",
	ErrReason:        "say in a few words why: --reason TEXT",
	ErrBuilt:         "no money came from the bank that could go back there; have it refunded: rochdale share refund",
	ErrHeld:          "wait until the motion is decided; until it opens its proposer can withdraw it: rochdale motion list",
	ErrVoted:         "wait until the motion is decided, or have all members decide this too: rochdale motion list",
	ErrDate:          "name today or a day that has passed: --date DAY",
	ErrEarlier:       "see the last operation: rochdale share operations; a later day can be named",
	ErrNeeded:        "keep the minimum until the membership ends: rochdale share rules",
	ErrParts:         "see in how many parts it can be paid: rochdale share rules CLASS; pay the rest at once",
	ErrOverpaid:      "see what it still costs: rochdale share arrears",
	ErrSource:        "name the bank, or an account of what the co-op owes its members, such as wages: rochdale account list",
	ErrDrawn:         "redeem the shares instead",
	ErrPartPaid:      "have what was paid refunded: rochdale share refund",
	ErrLeaving:       "cancel the request first: rochdale withdrawal list",
	ErrNotRedeemable: "see the rules of the class: rochdale share rules CLASS",
	ErrCapitalFloor:  "redeem fewer, or wait until there is more capital: rochdale share rules",
	ErrAssetsFloor:   "redeem fewer, or wait for a surplus: rochdale share rules",
	ErrWriteOff:      "see what a share is worth: rochdale share classes",
	ErrOften:         "have another member propose it",
}
