// Package share is the register of shares: subscriptions and their payment, and the
// holdings that are issued for them. Shares carry no vote and have no price; what a
// member may hold is bounded by the rules of the class, which are shareclass's.
//
// Every issue is an operation with the next number of a gapless sequence, and
// the books show the register's totals to the cent: share capital is what is
// issued, share applications what is paid and not issued yet.
//
// Rule: docs/rules.md, "Shares".
package share

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/tx"
)

// Numbers of this room's actions on the wire.
const (
	KindSubscribe      tx.Kind = 0x2002
	KindConfirmPayment tx.Kind = 0x2003
	KindIssue          tx.Kind = 0x2004
	KindCancel         tx.Kind = 0x2005
	KindRefund         tx.Kind = 0x2006
	KindCorrect        tx.Kind = 0x2007
	KindPayPart        tx.Kind = 0x2009
)

// A Holding is what one member has of one class. It is absent if the member never had
// any; one that is empty tells by its operation what was held before.
type Holding struct {
	Units     uint64 `cbor:"1,keyasint,omitempty" json:"units"`             // issued, at par
	Pending   uint64 `cbor:"2,keyasint,omitempty" json:"pending"`           // subscribed, neither issued nor cancelled
	Operation uint64 `cbor:"3,keyasint,omitempty" json:"operation"`         // the last that changed Units
	Leaving   uint64 `cbor:"4,keyasint,omitempty" json:"leaving,omitempty"` // of Units, asked back and not redeemed
	Open      uint64 `cbor:"5,keyasint,omitempty" json:"open,omitempty"`    // the subscription that a part of dividends pays for, if it is not issued
}

// Totals are a class's stored figures, so that nothing has to count holdings.
type Totals struct {
	Units      uint64       `cbor:"1,keyasint,omitempty" json:"units"`                // issued
	Capital    money.Amount `cbor:"2,keyasint,omitempty" json:"capital"`              // Units at par
	Holders    uint64       `cbor:"3,keyasint,omitempty" json:"holders"`              // members with units
	Paid       uint64       `cbor:"4,keyasint,omitempty" json:"paid"`                 // units paid for and not issued
	Held       uint32       `cbor:"5,keyasint,omitempty" json:"held_by_motions"`      // motions under way that would divide by the holdings
	Part       money.Amount `cbor:"6,keyasint,omitempty" json:"part_paid,omitempty"`  // for units that are not issued, of subscriptions that are not paid up
	Called     money.Amount `cbor:"7,keyasint,omitempty" json:"called,omitempty"`     // of each share's price, by all calls
	Calls      uint32       `cbor:"8,keyasint,omitempty" json:"calls,omitempty"`      // numbers given out
	Subscribed uint64       `cbor:"9,keyasint,omitempty" json:"subscribed,omitempty"` // units, neither issued nor cancelled
}

// A Status is the state of a subscription. Numbers are append-only.
type Status uint8

// Statuses.
const (
	Unpaid    Status = 1
	Paid      Status = 2
	Issued    Status = 3
	Cancelled Status = 4
	Refunded  Status = 5 // the money was paid back
)

var statusNames = [...]string{"", "unpaid", "paid", "issued", "cancelled", "refunded"}

func (s Status) String() string {
	if s < Unpaid || s > Refunded {
		return fmt.Sprintf("status %d", uint8(s))
	}
	return statusNames[s]
}

// MarshalText writes the status's name.
func (s Status) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// A Subscription is a member's request for new shares.
type Subscription struct {
	Member    state.Member      `cbor:"1,keyasint,omitempty" json:"member"`
	Class     shareclass.Number `cbor:"2,keyasint,omitempty" json:"class"`
	Units     uint64            `cbor:"3,keyasint,omitempty" json:"units"`
	Status    Status            `cbor:"4,keyasint,omitempty" json:"status"`
	Time      int64             `cbor:"5,keyasint,omitempty" json:"time"`                // of subscribing, seconds since 1970 UTC
	Operation uint64            `cbor:"6,keyasint,omitempty" json:"operation"`           // by which it is issued, or zero
	Received  money.Amount      `cbor:"7,keyasint,omitempty" json:"received,omitempty"`  // paid in parts so far
	Drawn     uint64            `cbor:"8,keyasint,omitempty" json:"drawn,omitempty"`     // units issued before the rest was paid
	Payments  uint32            `cbor:"9,keyasint,omitempty" json:"payments,omitempty"`  // in parts, so far
	Built     money.Amount      `cbor:"10,keyasint,omitempty" json:"built,omitempty"`    // paid by the rule of the class, from dividends
	Entry     uint64            `cbor:"11,keyasint,omitempty" json:"entry,omitempty"`    // in the journal, of that of its payments on which the most decided
	Account   account.Code      `cbor:"12,keyasint,omitempty" json:"account,omitempty"`  // beside the bank, from which parts were paid, such as wages
	Deducted  money.Amount      `cbor:"13,keyasint,omitempty" json:"deducted,omitempty"` // from that account, of what is paid and not issued, or was issued at once
	Unissued  bool              `cbor:"14,keyasint,omitempty" json:"unissued,omitempty"` // it was issued, and the issue was taken back: only all members pay it back
	Next      uint64            `cbor:"15,keyasint,omitempty" json:"next,omitempty"`     // that was subscribed beside it while it was open, or zero
	Called    money.Amount      `cbor:"16,keyasint,omitempty" json:"called,omitempty"`   // of each share's price, before it was subscribed
}

// A Change is an operation on the register. Operations are numbered without gaps, in
// the order of the days from which on they count.
type Change struct {
	Subscription uint64            `cbor:"1,keyasint,omitempty" json:"subscription"`
	Member       state.Member      `cbor:"2,keyasint,omitempty" json:"member"`
	Class        shareclass.Number `cbor:"3,keyasint,omitempty" json:"class"`
	Units        uint64            `cbor:"4,keyasint,omitempty" json:"units"`
	Held         uint64            `cbor:"5,keyasint,omitempty" json:"held"`  // units after it
	Entry        uint64            `cbor:"6,keyasint,omitempty" json:"entry"` // in the journal
	Time         int64             `cbor:"7,keyasint,omitempty" json:"time"`  // block time, seconds since 1970 UTC
	By           state.Actor       `cbor:"8,keyasint,omitempty" json:"by"`
	Reverses     uint64            `cbor:"9,keyasint,omitempty" json:"reverses"` // the issue that it takes back, or zero
	Sort         Sort              `cbor:"10,keyasint,omitempty" json:"sort"`
	Out          bool              `cbor:"11,keyasint,omitempty" json:"out,omitempty"`      // the units leave the holding
	Counter      uint64            `cbor:"12,keyasint,omitempty" json:"counter,omitempty"`  // the operation on the other holding of a conversion or transfer
	Day          uint64            `cbor:"13,keyasint,omitempty" json:"day,omitempty"`      // from which on it counts, days since 1970, where Time is of another; see DayOf
	Document     uint64            `cbor:"14,keyasint,omitempty" json:"document,omitempty"` // number of the paper behind it in the co-op's files, or zero
	Prev         uint64            `cbor:"15,keyasint,omitempty" json:"prev,omitempty"`     // the operation on the same holding before it, or zero
	Value        money.Amount      `cbor:"16,keyasint,omitempty" json:"value,omitempty"`    // of a write-down: what each share of the class is worth after it
}

// A Register is the room's counters.
type Register struct {
	Subscriptions uint64       `cbor:"1,keyasint,omitempty" json:"subscriptions"`   // numbers given out
	Operations    uint64       `cbor:"2,keyasint,omitempty" json:"operations"`      // numbers given out
	Classes       uint32       `cbor:"3,keyasint,omitempty" json:"-"`               // counted the classes once; read in records of then, never written anew
	Highest       money.Amount `cbor:"4,keyasint,omitempty" json:"highest_capital"` // that the share capital ever was
}

const MaxBatch = 500 // subscriptions in one ConfirmPayment or Issue

type holdingKey struct {
	Class  shareclass.Number
	Member state.Member
}

// Tables of the room; all integers big-endian.
var (
	// 0x20 ‖ co-op (4) ‖ class (2) ‖ member/64 (8) → page of Holding: one class's
	// register is one contiguous range
	holdings = state.NewPagedTable[holdingKey, Holding](0x20)
	// 0x22 ‖ co-op (4) ‖ class (2) → Totals
	totals = state.NewTable[shareclass.Number, Totals](0x22)
	// 0x23 ‖ co-op (4) ‖ subscription/64 (8) → page of Subscription
	subscriptions = state.NewPagedTable[uint64, Subscription](0x23)
	// 0x24 ‖ co-op (4) ‖ operation/64 (8) → page of Change
	operations = state.NewPagedTable[uint64, Change](0x24)
	// 0x25 ‖ co-op (4) ‖ 0 (1) → Register
	registers = state.NewTable[uint8, Register](0x25)
	// 0x26 ‖ co-op (4) ‖ 0 (1) → height of freezing; absent if not frozen
	freezes = state.NewTable[uint8, uint64](0x26)
)

// Rejections, in the order they are checked. Codes 200-299 belong to this
// room and to those that work on its register: shareclass, call, holding, withdrawal.
var (
	ErrUnits         = &state.Rejection{Code: 201, Reason: "share units out of range"}
	ErrLimit         = &state.Rejection{Code: 203, Reason: "holding exceeds the share limit"}
	ErrMinimum       = &state.Rejection{Code: 204, Reason: "holding would be below the class's minimum"}
	ErrBatch         = &state.Rejection{Code: 208, Reason: "number of subscriptions in one batch out of range"}
	ErrOrder         = &state.Rejection{Code: 209, Reason: "subscription numbers must ascend, each once"}
	ErrFrozen        = &state.Rejection{Code: 210, Reason: "allocation under way, try again in a few blocks"}
	ErrSubscription  = &state.Rejection{Code: 211, Reason: "no such subscription"}
	ErrNotTheirs     = &state.Rejection{Code: 212, Reason: "subscription is another member's"}
	ErrUnpaid        = &state.Rejection{Code: 213, Reason: "subscription is not paid"}
	ErrPaid          = &state.Rejection{Code: 214, Reason: "subscription is paid already"}
	ErrIssued        = &state.Rejection{Code: 215, Reason: "subscription is issued already"}
	ErrCancelled     = &state.Rejection{Code: 216, Reason: "subscription is cancelled"}
	ErrTotal         = &state.Rejection{Code: 217, Reason: "total of the batch out of range"}
	ErrRefunded      = &state.Rejection{Code: 218, Reason: "subscription's money was paid back"}
	ErrReason        = &state.Rejection{Code: 219, Reason: "reason is empty or too long"}
	ErrVoted         = &state.Rejection{Code: 221, Reason: "subscription stands still while members vote on paying its money back or correcting it"}
	ErrOften         = &state.Rejection{Code: 222, Reason: "two motions of this member had the subscription stand still"}
	ErrDate          = &state.Rejection{Code: 224, Reason: "an operation on the register cannot count from a day to come"}
	ErrEarlier       = &state.Rejection{Code: 225, Reason: "an operation on the register cannot count from before the last one"}
	ErrNeeded        = &state.Rejection{Code: 227, Reason: "membership needs these shares"}
	ErrParts         = &state.Rejection{Code: 228, Reason: "subscription is paid at once, or in fewer parts"}
	ErrOverpaid      = &state.Rejection{Code: 229, Reason: "payment is more than the subscription still costs"}
	ErrSource        = &state.Rejection{Code: 230, Reason: "shares cannot be paid from that account"}
	ErrDrawn         = &state.Rejection{Code: 231, Reason: "subscription was issued in parts"}
	ErrPartPaid      = &state.Rejection{Code: 232, Reason: "a part of the subscription is paid and not issued"}
	ErrLeaving       = &state.Rejection{Code: 234, Reason: "shares are asked back"}
	ErrNotRedeemable = &state.Rejection{Code: 237, Reason: "shares of that class are not paid back"}
	ErrCapitalFloor  = &state.Rejection{Code: 238, Reason: "share capital would be below its floor"}
	ErrAssetsFloor   = &state.Rejection{Code: 239, Reason: "net assets would be below their floor"}
	ErrWriteOff      = &state.Rejection{Code: 267, Reason: "write-down takes nothing, or all that a share is worth"}
	ErrBuilt         = &state.Rejection{Code: 270, Reason: "subscription was paid from dividends, as the class's rules say"}
	ErrTarget        = &state.Rejection{Code: 271, Reason: "subscription would leave no room up to the target of the class"}
	ErrSince         = &state.Rejection{Code: 275, Reason: "one alone cannot have shares count from before they were subscribed"}
	ErrCapital       = &state.Rejection{Code: 276, Reason: "capital that was issued goes back by a withdrawal, or by all members"}
	ErrCalled        = &state.Rejection{Code: 272, Reason: "what was called for the subscription is owed"}
	ErrHeld          = &state.Rejection{Code: 220, Reason: "holdings stand still while members vote on how a surplus is divided by them"}
)

// TotalsOf returns a class's figures.
func TotalsOf(r state.Reader, class shareclass.Number) (Totals, error) { return totals.Get(r, class) }

// RegisterOf returns the room's counters.
func RegisterOf(r state.Reader) (Register, error) { return registers.Get(r, 0) }

// HoldingOf returns what a member has of a class, zero if nothing.
func HoldingOf(r state.Reader, class shareclass.Number, m state.Member) (Holding, error) {
	return holdings.Get(r, holdingKey{class, m})
}

// RangeHoldings calls fn for the holdings of a class of the members from first
// to last, by number. A holding may have pending units only.
func RangeHoldings(r state.Reader, class shareclass.Number, first, last state.Member, fn func(state.Member, Holding) (bool, error)) error {
	return holdings.Range(r, holdingKey{class, first}, holdingKey{class, last}, func(k holdingKey, h Holding) (bool, error) {
		return fn(k.Member, h)
	})
}

// SubscriptionOf returns a subscription, or ErrSubscription.
func SubscriptionOf(r state.Reader, number uint64) (Subscription, error) {
	s, ok, err := subscriptions.Find(r, number)
	if err == nil && !ok {
		err = ErrSubscription.With("number %d", number)
	}
	return s, err
}

// Subscriptions calls fn for the subscriptions from first to last, by number.
func Subscriptions(r state.Reader, first, last uint64, fn func(uint64, Subscription) (bool, error)) error {
	return subscriptions.Range(r, first, last, fn)
}

// Operations calls fn for the register's operations from first to last, by
// number.
func Operations(r state.Reader, first, last uint64, fn func(uint64, Change) (bool, error)) error {
	return operations.Range(r, first, last, fn)
}
