package state

// Hints say what to do after each of this package's rejections.
var Hints = HintList{
	ErrSize:      "do it in smaller parts",
	ErrMalformed: "it was not made by this version of rochdale; make it again",
	ErrChain:     "sign it with a key for this federation, or name the node of the other: --node ADDRESS",
	ErrExpired:   "run the command that made it again: it signs a new transaction",
	ErrKind:      "the node runs another version of rochdale: see rochdale version",
	ErrPayload:   "the node runs another version of rochdale: see rochdale version",
	ErrSigner:    "see who is on the register: rochdale member list; to apply, give your secretary the output of: rochdale key prove",
	ErrSignature: "see whose key is on the register: rochdale member show; yours is in: rochdale key show",
	ErrSequence:  "another transaction of yours came first; run the command again",
	ErrAllowance: "go on after midnight UTC; see the allowance in: rochdale charter show",
	ErrAuthority: "see who may do it: rochdale charter show",
	ErrDepth:     "propose the inner action itself",
	ErrUpgrading: "wait until the records are migrated, then run the command again",
	ErrUpgrade:   "name a later version, a height to come and the program that has it",
	ErrNoTrial:   "a trial is founded as one: rochdale dev, rochdale testnet start",
	ErrAdvance:   "give 1 second to 366 days at a time; a trial's clock goes at most 100 years ahead",
}
