// Package surplus is the end of a co-op's period: what members did with the
// co-op, the surplus that the books show, its allocation by the rule that a
// meeting voted, and the payment of members' parts.
//
// A motion carries the rule as steps: to a reserve, to a fund, a dividend on
// shares, a dividend on patronage; the rest is carried forward. The totals are
// posted at once. A dividend is then divided among the members over as many
// blocks as it takes, a bounded number of members at a time, with its progress in
// state (see run.go), to exactly what money.Split would give.
//
// Rule: docs/rules.md, "Surplus".
package surplus

import (
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/tx"
)

// Numbers of this room's actions on the wire.
const (
	KindOpenPeriod tx.Kind = 0x5001
	KindRecord     tx.Kind = 0x5002
	KindCorrect    tx.Kind = 0x5003
	KindDeclare    tx.Kind = 0x5004
	KindAllocate   tx.Kind = 0x5005
	KindReopen     tx.Kind = 0x5009
)

// A Period is the number of an accounting period of one co-op, from 1.
type Period uint32

// A Stage is the state of a period. Numbers are append-only.
type Stage uint8

// Stages.
const (
	Opened     Stage = 1 // figures are recorded
	Closed     Stage = 2 // the surplus is declared, income and expense are closed
	Allocating Stage = 3 // dividends are being divided, block by block
	Allocated  Stage = 4
)

var stageNames = charter.Names{"", "open", "closed", "allocating", "allocated"}

func (s Stage) String() string { return stageNames.Of(int(s)) }

// MarshalText writes the stage's name.
func (s Stage) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// A Measure is what patronage is counted in. Numbers are append-only.
type Measure uint8

// Measures. Money is in minor units, the others in the smallest part of a unit
// that the tally's digits allow: with 2 digits, 250 hours are 2.50. Only
// proportions count.
const (
	Hours     Measure = 1
	Sales     Measure = 2
	Purchases Measure = 3
	Trips     Measure = 4
	Wages     Measure = 5
	Points    Measure = 6
)

var measureNames = charter.Names{"", "hours", "sales", "purchases", "trips", "wages", "points"}

// Known says whether m is one of the measures above.
func (m Measure) Known() bool { return m >= Hours && m <= Points }

func (m Measure) String() string { return measureNames.Of(int(m)) }

// MarshalText writes the measure's name.
func (m Measure) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText reads a measure's name.
func (m *Measure) UnmarshalText(b []byte) error {
	n, err := measureNames.Number(string(b))
	*m = Measure(n)
	return err
}

// A Statement is the result of a period. Amounts are in minor units, times in
// seconds since 1970 UTC, entries are numbers in the journal.
type Statement struct {
	Name         string       `cbor:"1,keyasint,omitempty" json:"name"`
	Stage        Stage        `cbor:"2,keyasint,omitempty" json:"stage"`
	OpenedAt     int64        `cbor:"3,keyasint,omitempty" json:"opened_at"`
	ClosedAt     int64        `cbor:"4,keyasint,omitempty" json:"closed_at"`
	AllocatedAt  int64        `cbor:"5,keyasint,omitempty" json:"allocated_at"` // when Allocate was carried
	Opening      money.Amount `cbor:"6,keyasint,omitempty" json:"opening"`      // unappropriated before the period's surplus
	Surplus      money.Amount `cbor:"7,keyasint,omitempty" json:"surplus"`      // income less expense; negative is a loss
	Appropriated money.Amount `cbor:"8,keyasint,omitempty" json:"appropriated"` // the steps' pools together
	Steps        uint8        `cbor:"9,keyasint,omitempty" json:"steps"`
	Closing      uint64       `cbor:"10,keyasint,omitempty" json:"closing"`         // entry that closed income and expense, zero if there was none
	Allocation   uint64       `cbor:"11,keyasint,omitempty" json:"allocation"`      // entry that posted the pools, zero if there was none
	By           state.Actor  `cbor:"12,keyasint,omitempty" json:"by"`              // who allocated: a motion
	Last         uint64       `cbor:"13,keyasint,omitempty" json:"last"`            // the last day, days since 1970; zero if it lasts until it is declared
	Shut         uint64       `cbor:"14,keyasint,omitempty" json:"shut"`            // the last day of the closed periods before it, as it was when it was declared
	Reopened     uint32       `cbor:"15,keyasint,omitempty" json:"reopened"`        // how often its declared surplus was taken back
	Held         uint32       `cbor:"16,keyasint,omitempty" json:"held_by_motions"` // motions under way that would allocate it
}

// Carried is what the allocation leaves unappropriated.
func (s Statement) Carried() money.Amount { return s.Opening + s.Surplus - s.Appropriated }

// An Allotment is one step of an allocation, as voted and as carried out.
type Allotment struct {
	Step    Step         `cbor:"1,keyasint,omitempty" json:"step"`
	Basis   money.Amount `cbor:"2,keyasint,omitempty" json:"basis"`   // of which Step.Rate was taken
	Pool    money.Amount `cbor:"3,keyasint,omitempty" json:"pool"`    // what the step appropriates
	Total   uint64       `cbor:"4,keyasint,omitempty" json:"total"`   // of the claims by which it is divided
	Done    bool         `cbor:"5,keyasint,omitempty" json:"done"`    // divided, or nothing to divide
	Members uint64       `cbor:"6,keyasint,omitempty" json:"members"` // with a part
	Cash    money.Amount `cbor:"7,keyasint,omitempty" json:"cash"`    // parts in money; with Notice, the Pool
	Notice  money.Amount `cbor:"8,keyasint,omitempty" json:"notice"`  // parts held as notices
	Paid    money.Amount `cbor:"9,keyasint,omitempty" json:"paid"`    // of Cash
	Digits  uint8        `cbor:"10,keyasint,omitempty" json:"digits"` // of patronage claims behind the point, as the tally had them

	Digest   []byte       `cbor:"11,keyasint,omitempty" json:"digest,omitempty"` // of the claims while members voted, see DigestOf; none if it was not made by then
	Settled  money.Amount `cbor:"12,keyasint,omitempty" json:"settled"`          // of Cash, other than by paying it
	Redeemed money.Amount `cbor:"13,keyasint,omitempty" json:"redeemed"`         // of Notice
	Shares   money.Amount `cbor:"14,keyasint,omitempty" json:"shares,omitempty"` // parts that went to members' shares, by the rules of a class
}

// A Part is what one member has of one dividend. Everyone with a claim has one,
// though it may be zero.
type Part struct {
	Claim  uint64       `cbor:"1,keyasint,omitempty" json:"claim"`  // units held, or patronage
	Cash   money.Amount `cbor:"2,keyasint,omitempty" json:"cash"`   // in money
	Notice money.Amount `cbor:"3,keyasint,omitempty" json:"notice"` // held as a notice
	Paid   uint64       `cbor:"4,keyasint,omitempty" json:"paid"`   // journal entry that paid Cash, or zero

	Settled  uint64 `cbor:"5,keyasint,omitempty" json:"settled"`  // journal entry that settled Cash other than by paying it, or zero
	Redeemed uint64 `cbor:"6,keyasint,omitempty" json:"redeemed"` // journal entry that settled Notice, or zero

	Shares money.Amount `cbor:"7,keyasint,omitempty" json:"shares,omitempty"` // went to the member's shares, by the rules of a class
}

// Share is the whole part.
func (p Part) Share() money.Amount { return p.Cash + p.Notice + p.Shares }

// A Tally is the sum of one measure's figures.
type Tally struct {
	Quantity uint64 `cbor:"1,keyasint,omitempty" json:"quantity"`
	Members  uint64 `cbor:"2,keyasint,omitempty" json:"members"` // with a figure
	Digits   uint8  `cbor:"3,keyasint,omitempty" json:"digits"`  // of the figures behind the point; zero for money
}

// A Calendar is the room's counters. Periods are allocated in their order.
type Calendar struct {
	Periods   Period `cbor:"1,keyasint,omitempty" json:"periods"`   // numbers given out
	Open      Period `cbor:"2,keyasint,omitempty" json:"open"`      // the first that is open, or zero; those after it are open too
	Allocated Period `cbor:"3,keyasint,omitempty" json:"allocated"` // the last that is allocated
}

// Limits.
const (
	MaxName  = 32  // bytes of a period's name
	MaxBatch = 500 // members in one Record, Correct or Pay
	MaxSteps = 16  // of an allocation
	// MaxDigits bounds the digits that quantities have behind the point.
	MaxDigits = 4
	MaxOpen   = 2 // periods that are not allocated: a declared one can then be opened again
)

type figureKey struct {
	Period  Period
	Measure Measure
	Member  state.Member
}

type tallyKey struct {
	Period  Period
	Measure Measure
}

type stepKey struct {
	Period Period
	Step   uint8
}

type partKey struct {
	Period Period
	Step   uint8
	Member state.Member
}

// Tables of the room; all integers big-endian.
var (
	// 0x50 ‖ co-op (4) ‖ period (4) → Statement
	statements = state.NewTable[Period, Statement](0x50)
	// 0x51 ‖ co-op (4) ‖ period (4) ‖ measure (1) ‖ member/64 (8) → page of quantity
	figures = state.NewPagedTable[figureKey, uint64](0x51)
	// 0x52 ‖ co-op (4) ‖ period (4) ‖ measure (1) → Tally
	tallies = state.NewTable[tallyKey, Tally](0x52)
	// 0x53 ‖ co-op (4) ‖ period (4) ‖ step (1) → Allotment
	allotments = state.NewTable[stepKey, Allotment](0x53)
	// 0x54 ‖ co-op (4) ‖ period (4) ‖ step (1) ‖ member/64 (8) → page of Part
	parts = state.NewPagedTable[partKey, Part](0x54)
	// 0x55 ‖ co-op (4) ‖ 0 (1) → Run, absent if none is under way
	runs = state.NewTable[uint8, Run](0x55)
	// 0x57 ‖ co-op (4) ‖ 0 (1) → Calendar
	calendars = state.NewTable[uint8, Calendar](0x57)
)

// Rejections, in the order they are checked. Codes 500-599 belong to this room.
var (
	ErrName      = &state.Rejection{Code: 501, Reason: "period's name is empty or too long"}
	ErrOpen      = &state.Rejection{Code: 502, Reason: "a period is open already"}
	ErrMeasure   = &state.Rejection{Code: 503, Reason: "no such measure of patronage"}
	ErrBatch     = &state.Rejection{Code: 504, Reason: "number of members in one batch out of range"}
	ErrOrder     = &state.Rejection{Code: 505, Reason: "members must ascend, each once"}
	ErrQuantity  = &state.Rejection{Code: 506, Reason: "quantity is zero, or the sum of quantities out of range"}
	ErrPeriod    = &state.Rejection{Code: 507, Reason: "no such period"}
	ErrStage     = &state.Rejection{Code: 508, Reason: "period's stage does not allow it"}
	ErrFrozen    = &state.Rejection{Code: 509, Reason: "allocation under way, try again in a few blocks"}
	ErrBelow     = &state.Rejection{Code: 510, Reason: "correction takes more than was recorded"}
	ErrEarlier   = &state.Rejection{Code: 511, Reason: "an earlier period is not allocated yet"}
	ErrBooks     = &state.Rejection{Code: 512, Reason: "declared surplus is not what the books show"}
	ErrSteps     = &state.Rejection{Code: 513, Reason: "number of steps out of range"}
	ErrStep      = &state.Rejection{Code: 514, Reason: "step of the allocation is malformed"}
	ErrAllocated = &state.Rejection{Code: 515, Reason: "period is allocated already"}
	ErrNoSurplus = &state.Rejection{Code: 516, Reason: "period has no surplus to take a rate of"}
	ErrTarget    = &state.Rejection{Code: 517, Reason: "account cannot receive this step"}
	ErrExceeds   = &state.Rejection{Code: 518, Reason: "allocation exceeds what is available"}
	ErrNoClaims  = &state.Rejection{Code: 519, Reason: "dividend has nothing to be divided by"}
	ErrNoStep    = &state.Rejection{Code: 520, Reason: "allocation has no such step"}
	ErrTotal     = &state.Rejection{Code: 524, Reason: "total out of range"}
	ErrDigits    = &state.Rejection{Code: 540, Reason: "quantities have other digits behind the point than the measure"}
	ErrDecided   = &state.Rejection{Code: 555, Reason: "figure was decided on by more than those who would undo it"}
	ErrInterest  = &state.Rejection{Code: 557, Reason: "dividend on shares is above the class's cap of interest"}
	ErrTimeHeld  = &state.Rejection{Code: 558, Reason: "interest of the class is due after a time of holding"}
	ErrHeld      = &state.Rejection{Code: 541, Reason: "figures and books stand still while members vote on how a surplus is allocated"}
	ErrReason    = &state.Rejection{Code: 544, Reason: "reason is empty or too long"}
	ErrHeldTwice = &state.Rejection{Code: 545, Reason: "two motions of this member had the period stand still"}
	ErrNamed     = &state.Rejection{Code: 550, Reason: "a period of that name is there already"}
)
