// Package holding is what becomes of shares that are held, other than being asked back:
// conversion to another class, transfer between members, transmission to whom receives
// the shares of one who has died, the write-down of a class, bonus shares, forfeiture. It
// decides which of these a class lets be; the register of shares holds the records, and
// what was held on a day, and how long, is read from them here.
//
// Nothing here has a price: what moves, moves at what the shares are worth on the
// register.
//
// Rule: docs/rules.md, "Shares".
package holding

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/words"
	"github.com/rochdale-ledger/rochdale/tx"
)

// Numbers of this room's actions on the wire.
const (
	KindConvert   tx.Kind = 0x200b
	KindTransfer  tx.Kind = 0x200c
	KindTransmit  tx.Kind = 0x200d
	KindWriteDown tx.Kind = 0x200e
	KindBonus     tx.Kind = 0x200f
	KindForfeit   tx.Kind = 0x2010
)

// Kinds are this room's actions.
var Kinds state.KindList

// Rejections, in the order they are checked. Codes 240-249 are this room's, of the
// hundred of the register of shares.
var (
	ErrSelf      = &state.Rejection{Code: 240, Reason: "shares stay where they are"}
	ErrReason    = &state.Rejection{Code: 241, Reason: "reason for shares to move is empty or too long"}
	ErrInto      = &state.Rejection{Code: 242, Reason: "class is not converted to that one"}
	ErrRemainder = &state.Rejection{Code: 243, Reason: "value is not that of whole shares of the other class"}
	ErrTransfer  = &state.Rejection{Code: 244, Reason: "shares of that class are not transferred"}
	ErrPrice     = &state.Rejection{Code: 245, Reason: "shares are transferred at their value only"}
	ErrHolder    = &state.Rejection{Code: 246, Reason: "holder has not left the co-op, or not for long enough"}
	ErrLoss      = &state.Rejection{Code: 247, Reason: "loss is nothing, or more than the deficit that was declared"}
	ErrFund      = &state.Rejection{Code: 248, Reason: "shares are not paid up from that account"}
	ErrEntries   = &state.Rejection{Code: 249, Reason: "entries of bonus shares are out of range or out of order"}
)

// Hints say what to do after each of this room's rejections.
var Hints = state.HintList{
	ErrSelf:      "name another member, or another class",
	ErrReason:    "say in a few words why: --reason TEXT",
	ErrInto:      "see to which classes it is: rochdale share rules CLASS",
	ErrRemainder: "convert as many as are worth whole shares: rochdale share classes",
	ErrTransfer:  "see the rules of the class: rochdale share rules CLASS",
	ErrPrice:     "see what a share is worth: rochdale share register",
	ErrHolder:    "see since when: rochdale member show; and for how long it has to be: rochdale share rules",
	ErrLoss:      "see the deficit, the balance of 3300: rochdale account list",
	ErrFund:      "name a fund: rochdale account list",
	ErrEntries:   "name each member once, in smaller parts",
}

func checkReason(reason string) error {
	if reason == "" || len(reason) > account.MaxNarrative {
		return ErrReason.With("%d bytes, from 1 to %d can be", len(reason), account.MaxNarrative)
	}
	return nil
}

func checkUnits(units uint64) error {
	if units == 0 || units > shareclass.MaxUnits {
		return share.ErrUnits.With("%d, from 1 to %d can be", units, uint64(shareclass.MaxUnits))
	}
	return nil
}

// Moved reports operations on the register that move shares.
type Moved struct {
	Sort       share.Sort `json:"sort"`
	Operations []uint64   `json:"operations"`
	Entry      uint64     `json:"entry,omitempty"`
}

func (Moved) Event() string { return "holding.Moved" }

// A change is what an action makes of one holding.
type change struct {
	member state.Member
	class  shareclass.Number
	units  uint64
	out    bool
}

// changed says what members hold before and after: as it is now or, once it is done, as
// the result says that it was.
func changed(t state.Telling, list ...change) (out []state.Clause) {
	before, done := state.Was[[]uint64](t)
	for i, x := range list {
		clause := state.Clause{What: fmt.Sprintf("member %d, %s", x.member, shareclass.Named(t, x.class))}
		was := uint64(0)
		if done && i < len(before) {
			was = before[i]
		} else if h, err := share.HoldingOf(t, x.class, x.member); err == nil && t.Result == nil {
			was = h.Units
		} else {
			clause.After = "what it holds cannot be read"
			out = append(out, clause)
			continue
		}
		after := was + x.units
		if x.out {
			after = was - min(x.units, was)
		}
		clause.Before, clause.After = words.Plural(was, "share"), words.Plural(after, "share")
		out = append(out, clause)
	}
	return out
}

// paper says the number of the paper behind an action, if there is one.
func paper(number uint64) []state.Clause {
	if number == 0 {
		return nil
	}
	return []state.Clause{state.Fact("paper in the co-op's files", "number %d", number)}
}

// valueOf is what units of a class are worth.
func valueOf(r state.Reader, class shareclass.Number, units uint64) (money.Amount, error) {
	terms, err := shareclass.TermsOf(r, class)
	if err != nil {
		return 0, err
	}
	value, err := money.Times(units, terms.Value())
	if err != nil {
		return 0, share.ErrTotal
	}
	return value, nil
}

// deficitOf is the deficit that was declared and not covered yet, zero if there is none.
func deficitOf(r state.Reader) (money.Amount, error) {
	balance, err := account.BalanceOf(r, account.Unappropriated)
	return max(balance, 0), err
}

func amount(r state.Reader, a money.Amount) string { return charter.Money(r, a) }
