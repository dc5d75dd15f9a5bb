package amendment

import "github.com/rochdale-ledger/rochdale/state"

// Rejections, in the order they are checked. Codes 700-799 belong to package charter and to
// this room.
var (
	ErrChanged    = &state.Rejection{Code: 709, Reason: "what the motion would change has changed since it was proposed"}
	ErrProtected  = &state.Rejection{Code: 705, Reason: "only the charter's entrenched kind of motion changes that"}
	ErrEntrenched = &state.Rejection{Code: 704, Reason: "there would be no way to amend the charter"}
	ErrDefence    = &state.Rejection{Code: 708, Reason: "new members would have a vote before all members could suspend them"}
	ErrLevel      = &state.Rejection{Code: 714, Reason: "only kinds of motion of a higher level change that"}
	ErrConsent    = &state.Rejection{Code: 741, Reason: "members could not confirm an amendment in time"}
	ErrWeak       = &state.Rejection{Code: 706, Reason: "there would be too easy a way to amend the charter"}
)

// Hints say what to do after each of this room's rejections.
var Hints = state.HintList{
	ErrChanged:    "propose it again, as a change of what is there now: rochdale charter show",
	ErrProtected:  "propose it by the kind of motion that the charter entrenches: rochdale charter show",
	ErrLevel:      "propose it by a kind of motion that the charter names for that level: rochdale charter show",
	ErrEntrenched: "name the entrenched kind of motion, and those for principles, in charter.Amend; leave ballot.Propose to someone, and ballot.Cast to all members",
	ErrDefence:    "see how long members wait and which motions suspend: rochdale charter show",
	ErrConsent:    "give the kind of motion that confirms a notice, or a poll that is open for 7 days, and close it at its deadline or when it is decided",
	ErrWeak:       "leave charter.Amend to motions alone, and let all members decide the entrenched kind, by more than half, with a quorum of 1 in 20 and 2 members, the longest notice of all, of 7 days at least, and a poll of an hour at least",
}
