package circle

import "github.com/rochdale-ledger/rochdale/state"

// Rejections, in the order they are checked. Codes 1100-1199 belong to this room.
var (
	ErrName      = &state.Rejection{Code: 1101, Reason: "name of a circle is empty, too long or not plain text"}
	ErrMandate   = &state.Rejection{Code: 1102, Reason: "mandate is a text on one line or an adopted text, and one of them"}
	ErrMembers   = &state.Rejection{Code: 1103, Reason: "members are too many, or not in ascending order"}
	ErrAmount    = &state.Rejection{Code: 1104, Reason: "amount is out of range"}
	ErrFor       = &state.Rejection{Code: 1105, Reason: "what is paid for is empty, too long or not plain text"}
	ErrUnknown   = &state.Rejection{Code: 1106, Reason: "no such circle"}
	ErrDissolved = &state.Rejection{Code: 1107, Reason: "circle is dissolved"}
	ErrDecided   = &state.Rejection{Code: 1108, Reason: "it was decided by more than those who would undo it"}
	ErrTaken     = &state.Rejection{Code: 1109, Reason: "a circle has that name"}
	ErrMany      = &state.Rejection{Code: 1110, Reason: "co-op has as many circles, or the circle as many members, as it can"}
	ErrReview    = &state.Rejection{Code: 1111, Reason: "day of the review is not to come, or too far ahead"}
	ErrDrawing   = &state.Rejection{Code: 1112, Reason: "draw is not done"}
	ErrIn        = &state.Rejection{Code: 1113, Reason: "member is in the circle"}
	ErrSpells    = &state.Rejection{Code: 1114, Reason: "member has been in the circle as often as it can"}
	ErrNobody    = &state.Rejection{Code: 1115, Reason: "nobody would be appointed"}
	ErrConvener  = &state.Rejection{Code: 1116, Reason: "convener is not in the circle"}
	ErrClosed    = &state.Rejection{Code: 1117, Reason: "members are appointed to that circle"}
	ErrNotIn     = &state.Rejection{Code: 1118, Reason: "member is not in the circle"}
	ErrUntil     = &state.Rejection{Code: 1119, Reason: "last day of the budget is over, or too far ahead"}
	ErrAccount   = &state.Rejection{Code: 1120, Reason: "a circle spends from an account of expense or from a fund"}
	ErrWaits     = &state.Rejection{Code: 1121, Reason: "member does not spend yet"}
	ErrReviewed  = &state.Rejection{Code: 1122, Reason: "mandate was to be reviewed before"}
	ErrBudget    = &state.Rejection{Code: 1123, Reason: "circle has no budget"}
	ErrOver      = &state.Rejection{Code: 1124, Reason: "more than is left of the budget"}
	ErrPayment   = &state.Rejection{Code: 1125, Reason: "circle has proposed no such payment"}
	ErrConfirmed = &state.Rejection{Code: 1126, Reason: "payment is confirmed already"}
	ErrOwn       = &state.Rejection{Code: 1127, Reason: "another member of the circle confirms it"}
	ErrLapsed    = &state.Rejection{Code: 1128, Reason: "payment was proposed too long ago, or from another budget"}
	ErrReturn    = &state.Rejection{Code: 1129, Reason: "payment is not confirmed, or is returned already"}

	// Of later rules.
	ErrSame     = &state.Rejection{Code: 1130, Reason: "none of the terms would change"}
	ErrAlone    = &state.Rejection{Code: 1131, Reason: "only all members create more circles"}
	ErrRepealed = &state.Rejection{Code: 1132, Reason: "text of the mandate is not in force"}
	ErrOther    = &state.Rejection{Code: 1133, Reason: "another amount was proposed"}
)

// Hints say what to do after each of this room's rejections.
var Hints = state.HintList{
	ErrName:      "give a name of one line, at most 64 bytes",
	ErrMandate:   "give --mandate TEXT of at most 256 bytes, or --text with an adopted text: rochdale document list",
	ErrMembers:   "give each member once, at most 64",
	ErrAmount:    "give an amount of more than zero",
	ErrFor:       "say what it is for in at most 64 bytes; name no one",
	ErrUnknown:   "see which there are: rochdale circle list",
	ErrDissolved: "see which there are: rochdale circle list",
	ErrDecided:   "have those decide who decided on it: --propose KIND; see the kinds with: rochdale charter show",
	ErrTaken:     "give another name; see which there are: rochdale circle list",
	ErrMany:      "see which there are: rochdale circle list; see who is in one: rochdale circle show",
	ErrReview:    "name a day to come, within five years",
	ErrDrawing:   "wait until the draw is done: rochdale lot show",
	ErrIn:        "see who is in it: rochdale circle show",
	ErrSpells:    "see who was in it: rochdale circle seats",
	ErrNobody:    "name a member who is not in it, or another draw: rochdale circle show",
	ErrConvener:  "name one of its members: rochdale circle show",
	ErrClosed:    "have someone propose you: rochdale circle appoint --propose KIND",
	ErrNotIn:     "see who is in it: rochdale circle show",
	ErrUntil:     "name a day from today on, two years ahead at most",
	ErrAccount:   "see the accounts and their types: rochdale account list",
	ErrWaits:     "wait until that day, or have all members appoint: rochdale circle show",
	ErrReviewed:  "have the terms decided on again: rochdale circle change --review DATE --propose KIND",
	ErrBudget:    "have one given: rochdale circle fund --propose KIND",
	ErrOver:      "see what is left: rochdale circle show; ask for another budget: rochdale circle fund --propose KIND",
	ErrPayment:   "see what was proposed: rochdale circle payments",
	ErrConfirmed: "see it: rochdale circle payments",
	ErrOwn:       "ask another member of the circle to confirm it: rochdale circle show",
	ErrLapsed:    "propose it again: rochdale circle spend",
	ErrReturn:    "see it: rochdale circle payments",
	ErrSame:      "say what is to change: rochdale circle change --help",
	ErrAlone:     "have all members decide: rochdale circle create --propose KIND; see the kinds with: rochdale charter show",
	ErrRepealed:  "have the mandate decided on again: rochdale circle change --mandate TEXT --propose KIND",
	ErrOther:     "see what was proposed: rochdale circle payments",
}
