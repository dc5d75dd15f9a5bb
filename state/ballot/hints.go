package ballot

import "github.com/rochdale-ledger/rochdale/state"

// Hints say what to do after each of this room's rejections.
var Hints = state.HintList{
	ErrTitle:     "give a question of one line: --title TEXT",
	ErrStatement: "give the file itself: --statement FILE",
	ErrAction:    "propose a smaller action",
	ErrDuration:  "see what the charter allows: rochdale charter show; then give --minutes N",
	ErrCarry:     "see which kinds of motion can: rochdale charter show",
	ErrOptions:   "see what this kind of motion asks: rochdale charter show",
	ErrPaper:     "cast yes, no or abstain",
	ErrOpen:      "wait until some are counted: rochdale motion list",
	ErrVoteless:  "ask a member who has a vote to propose it, or propose it then; see from when a member counts: rochdale member show",
	ErrProposers: "see who proposes it: rochdale charter show",
	ErrElectors:  "see who may cast: rochdale charter show; and who holds office: rochdale member offices",
	ErrUnknown:   "see which there are: rochdale motion list",
	ErrChoice:    "cast yes, no or abstain",
	ErrNotOpen:   "see when it opens: rochdale motion show",
	ErrClosed:    "see what was decided: rochdale motion show",
	ErrRekeyed:   "see what is counted: rochdale motion show; the new key casts on what is proposed after it began to act",
	ErrEntitled:  "the electorate was fixed when the motion opened, and officers cast as long as they hold their office: rochdale motion show",
	ErrStands:    "who has not cast yet still can; see what was decided: rochdale motion show",
	ErrInPerson:  "sign it yourself, without --propose",
	ErrTooSoon:   "see when it can be declared: rochdale motion show",
	ErrDeclaring: "it is counted by itself: rochdale motion show",
	ErrProposer:  "ask its proposer: rochdale motion show",
	ErrUndecided: "it closes by itself when its time is over: rochdale motion show",
	ErrTried:     "put it right, or propose it for a day on which it can be done: --anyway",
	ErrStarted:   "those who are against it cast no: rochdale motion cast",
}
