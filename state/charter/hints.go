package charter

import "github.com/rochdale-ledger/rochdale/state"

// Hints say what to do after each of this room's rejections.
var Hints = state.HintList{
	ErrBounds:     "no motion can pass that bound; see the charter: rochdale charter show",
	ErrNoMotion:   "see the kinds of motion: rochdale charter show",
	ErrNoCharter:  "see which co-ops there are: rochdale federation show",
	ErrChanged:    "propose it again, as a change of what is there now: rochdale charter show",
	ErrProtected:  "propose it by the kind of motion that the charter entrenches: rochdale charter show",
	ErrLevel:      "propose it by a kind of motion that the charter names for that level: rochdale charter show",
	ErrEntrenched: "leave charter.Amend to the entrenched kind of motion, ballot.Propose to someone, and ballot.Cast to all members",
	ErrAlone:      "put it to a second officer, with --propose, or move less; see the figure: rochdale charter show; a day ends at midnight UTC",
	ErrMost:       "put it by a kind of motion that moves more: rochdale charter show",
	ErrDefence:    "see how long members wait and which motions suspend: rochdale charter show",
	ErrWeak:       "leave charter.Amend to motions alone, and let all members decide the entrenched kind, by more than half, with a quorum of 1 in 20 and 2 members, the longest notice of all, of 7 days at least, and a poll of an hour at least",
}
