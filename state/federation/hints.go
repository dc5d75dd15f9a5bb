package federation

import "github.com/rochdale-ledger/rochdale/state"

// Hints say what to do after each of this room's rejections.
var Hints = state.HintList{
	ErrName:     "give a shorter name",
	ErrKey:      "give the validator's key that this prints: rochdale node show-id",
	ErrUnusable: "give the key of a node made by: rochdale node init",
	ErrAddress:  "give a shorter one, such as host:port",
	ErrTaken:    "a validator key serves once: make a new one for the new node",
	ErrUnknown:  "see which there are: rochdale federation show",
	ErrDecided:  "let its node take over: rochdale federation confirm-validator; or have all members decide on another",
	ErrMany:     "the federation can take no more co-ops",
	ErrFull:     "the co-op takes part without a validator until another place is free: see rochdale federation show",
	ErrTurnover: "send it again: another block can take it",
	ErrPeer:     "give both as the node has them: rochdale node show-id, and HOST:PORT",
	ErrNone:     "decide on one first: rochdale federation replace-validator",
	ErrStale:    "let the node catch up and make the proof again: rochdale federation confirm-validator",
	ErrCutOff:   "propose it: rochdale federation announce PEER-ID HOST:PORT --propose 3; an officer alone changes its address",
	ErrProof:    "make it on the new node's machine: rochdale federation confirm-validator --home ITS-HOME",
}
