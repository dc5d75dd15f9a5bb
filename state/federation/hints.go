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
	ErrMany:     "the federation can take no more co-ops",
	ErrFull:     "the co-op takes part without a validator until another place is free: see rochdale federation show",
	ErrTurnover: "propose the replacement again: another block can take it",
}
