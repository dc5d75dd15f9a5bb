// Package payout is what becomes of members' parts of a dividend once it is divided: they
// are paid from the bank, the bank sends some back, and what no one claims, or notices that
// fall due, are settled otherwise.
//
// The parts are records of package surplus, which divides a dividend; here they are said to
// be paid or settled, with an entry in the books. What the ledger calls these actions is from
// when they were part of that package.
//
// Rule: docs/rules.md, "Surplus".
package payout

import (
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/hold"
	"github.com/rochdale-ledger/rochdale/state/surplus"
	"github.com/rochdale-ledger/rochdale/tx"
)

// Numbers of this room's actions on the wire.
const (
	KindPay    tx.Kind = 0x5006
	KindReturn tx.Kind = 0x5007
	KindSettle tx.Kind = 0x5008
)

// Rejections, in the order they are checked. Codes 500-599 are shared with package surplus.
var (
	ErrUndivided = &state.Rejection{Code: 521, Reason: "step is no dividend, or is still being divided"}
	ErrNoPart    = &state.Rejection{Code: 522, Reason: "member has no money in this step"}
	ErrPaid      = &state.Rejection{Code: 523, Reason: "member's part is paid already"}
	ErrUnpaid    = &state.Rejection{Code: 542, Reason: "member's part is not paid"}
	ErrSettled   = &state.Rejection{Code: 543, Reason: "member's part is settled already"}
	ErrVoted     = &state.Rejection{Code: 551, Reason: "member's part stands still while members vote on settling it"}
	ErrOften     = &state.Rejection{Code: 552, Reason: "two motions of this member had the part stand still"}
	ErrNoNotice  = &state.Rejection{Code: 553, Reason: "member has no notice in this step"}
	ErrUnsettled = &state.Rejection{Code: 554, Reason: "member's part is not settled"}
)

// Hints say what to do after each of this room's rejections.
var Hints = state.HintList{
	ErrUndivided: "see the steps: rochdale period show",
	ErrNoPart:    "see why: rochdale period explain",
	ErrPaid:      "see by which entry: rochdale period explain; if the bank sent it back: rochdale period return",
	ErrUnpaid:    "see whose part is paid by which entry: rochdale period explain; one that was settled: rochdale period return --settled, or --notices",
	ErrSettled:   "see by which entry: rochdale period explain; what was settled by mistake is owed again by: rochdale period return --settled, or --notices",
	ErrVoted:     "wait until the motion is decided, or have all members decide this too: rochdale motion list",
	ErrOften:     "have another member propose it",
	ErrNoNotice:  "see why: rochdale period explain; to settle money, leave --notices out",
	ErrUnsettled: "see what is settled by which entry: rochdale period explain",
}

// Kinds are this room's actions.
var Kinds state.KindList

// votedMoney and votedNotices are members' parts that members vote on: no one pays,
// returns or settles them meanwhile.
var (
	votedMoney   = hold.Kind{Number: hold.Money, What: "member", Held: ErrVoted, Often: ErrOften}
	votedNotices = hold.Kind{Number: hold.Notices, What: "member", Held: ErrVoted, Often: ErrOften}
)

// numberOf is a step among those of all periods.
func numberOf(p surplus.Period, step uint8) uint64 { return uint64(p)<<8 | uint64(step) }

func numbersOf(members []state.Member) []uint64 {
	out := make([]uint64, len(members))
	for i, m := range members {
		out[i] = uint64(m)
	}
	return out
}
