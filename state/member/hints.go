package member

import "github.com/rochdale-ledger/rochdale/state"

// Hints say what to do after each of this room's rejections.
var Hints = state.HintList{
	ErrUnknown:    "see who there is: rochdale member list",
	ErrStanding:   "see where the member stands: rochdale member show",
	ErrKey:        "give the public key that this prints: rochdale key show",
	ErrUnusable:   "ask its holder for another, made by: rochdale key new",
	ErrPossession: "ask its holder for a new one, for this chain and co-op: rochdale key prove",
	ErrKeyTaken:   "see whose it is: rochdale member show; what was once on the register is taken for ever: make another with: rochdale key new",
	ErrClass:      "see the classes of members: rochdale charter show",
	ErrCommitment: "give 64 hexadecimal digits, or leave --commitment out",
	ErrCount:      "do it in smaller parts",
	ErrHistory:    "have all members decide it: --propose KIND, see the kinds with: rochdale charter show",
	ErrOffice:     "see the offices: rochdale member offices",
	ErrElected:    "elect: rochdale office elect OFFICE MEMBER --propose KIND; --until DATE fills a seat for a time",
	ErrHolders:    "dismiss one first: rochdale member dismiss",
	ErrHolds:      "see who holds what: rochdale member offices",
	ErrHoldsNot:   "see who holds what: rochdale member offices",
	ErrFull:       "the register can take no more members",
	ErrSameClass:  "see the register: rochdale member show",
	ErrEvery:      "leave --every out, and revoke your further keys one by one: rochdale key revoke",
	ErrInvitation: "give its last day with --until, within a year",
	ErrClaimed:    "give it another key, if its own is lost: rochdale member rekey PUBLIC-KEY MEMBER",
	ErrUnclaimed:  "make a key of your own with it first: rochdale member join CODE",
	ErrOver:       "ask your secretary for another code, made by: rochdale member invite MEMBER",
	ErrShielded:   "have all members decide it: --propose KIND, see the kinds with: rochdale charter show",
	ErrAll:        "have all members decide it: --propose KIND, see the kinds with: rochdale charter show",
	ErrOwn:        "ask the member: rochdale member stay",
	ErrMany:       "have all members decide it: --propose KIND, see the kinds with: rochdale charter show",
	ErrReason:     "say why in a few words: --reason TEXT",
}
