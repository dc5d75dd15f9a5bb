// Package account keeps a co-op's books by double entry: every amount on the
// ledger is a balanced posting, numbered without gaps, and nothing posted is
// ever edited. A correction is a new entry that names the one it reverses.
//
// The amounts of a posting are signed: a debit is positive, a credit negative,
// so an entry balances when its lines sum to zero. A balance is the sum of an
// account's lines.
//
// Rule: docs/rules.md, "Accounts".
package account

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/tx"
)

// Numbers of this room's actions on the wire.
const (
	KindOpen    tx.Kind = 0x3001
	KindPost    tx.Kind = 0x3002
	KindReverse tx.Kind = 0x3003
)

// A Code is an account's number in the co-op's chart.
type Code uint16

// Accounts that rooms post to. Every chart has them.
const (
	Bank           Code = 1000
	Applications   Code = 2100 // paid for shares that are not issued yet
	Dividends      Code = 2200 // owed to members in money
	Notices        Code = 2300 // owed to members as notices
	Redemptions    Code = 2350 // owed for shares that were redeemed
	Capital        Code = 3000 // issued shares at par
	Reserve        Code = 3100 // the statutory reserve
	Education      Code = 3200 // the education fund
	Unappropriated Code = 3300 // surplus that no motion has allocated
	Openings       Code = 3900 // share capital brought in whose other side is not posted yet
)

// A Type says in which part of the statements an account is. Numbers are
// append-only.
type Type uint8

// Types of account.
const (
	Asset     Type = 1
	Liability Type = 2
	Equity    Type = 3
	Income    Type = 4
	Expense   Type = 5
)

var typeNames = [...]string{"", "asset", "liability", "equity", "income", "expense"}

// Known says whether t is one of the types above.
func (t Type) Known() bool { return t >= Asset && t <= Expense }

// IsResult says whether accounts of the type are closed at the end of a period.
func (t Type) IsResult() bool { return t == Income || t == Expense }

func (t Type) String() string {
	if !t.Known() {
		return fmt.Sprintf("type %d", uint8(t))
	}
	return typeNames[t]
}

// MarshalText writes the type's name.
func (t Type) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText reads a type's name.
func (t *Type) UnmarshalText(b []byte) error {
	for i := Asset; i <= Expense; i++ {
		if i.String() == string(b) {
			*t = i
			return nil
		}
	}
	return fmt.Errorf("no type of account is called %q", b)
}

// A Guard says what may be posted to an account by hand. Numbers are
// append-only.
type Guard uint8

// Guards.
const (
	Free       Guard = 0 // debits and credits
	CreditOnly Guard = 1 // an indivisible reserve, or a surplus that only a motion allocates
	RoomOnly   Guard = 2 // nothing: the total of a register that a room keeps
)

var guardNames = [...]string{"free", "credit only", "room only"}

// Known says whether g is one of the guards above.
func (g Guard) Known() bool { return g <= RoomOnly }

func (g Guard) String() string {
	if !g.Known() {
		return fmt.Sprintf("guard %d", uint8(g))
	}
	return guardNames[g]
}

// MarshalText writes the guard's name.
func (g Guard) MarshalText() ([]byte, error) { return []byte(g.String()), nil }

// UnmarshalText reads a guard's name.
func (g *Guard) UnmarshalText(b []byte) error {
	for i := Free; i.Known(); i++ {
		if i.String() == string(b) {
			*g = i
			return nil
		}
	}
	return fmt.Errorf("no guard is called %q", b)
}

// An Account is an entry in the chart. It never changes.
type Account struct {
	Type  Type   `cbor:"1,keyasint,omitempty" json:"type"`
	Guard Guard  `cbor:"2,keyasint,omitempty" json:"guard,omitempty"`
	Name  string `cbor:"3,keyasint,omitempty" json:"name"`
}

// A Line is one side of an entry.
type Line struct {
	Account Code         `cbor:"1,keyasint,omitempty" json:"account"`
	Amount  money.Amount `cbor:"2,keyasint,omitempty" json:"amount"` // a debit, or a credit if negative
}

// Debit makes a line of a positive amount.
func Debit(a Code, amount money.Amount) Line { return Line{a, amount} }

// Credit makes a line of a positive amount.
func Credit(a Code, amount money.Amount) Line { return Line{a, -amount} }

// A Record is an entry in the journal.
type Record struct {
	Time      int64        `cbor:"1,keyasint,omitempty" json:"time"` // block time, seconds since 1970 UTC
	Narrative string       `cbor:"2,keyasint,omitempty" json:"narrative"`
	Lines     []Line       `cbor:"3,keyasint,omitempty" json:"lines"`
	Hand      bool         `cbor:"4,keyasint,omitempty" json:"hand"`          // posted by Post or Reverse, not by a room
	Reverses  uint64       `cbor:"5,keyasint,omitempty" json:"reverses"`      // an earlier entry, or zero
	By        state.Actor  `cbor:"6,keyasint,omitempty" json:"by"`            // who posted it; of what the end of a block posts, the motion behind it
	Day       uint64       `cbor:"7,keyasint,omitempty" json:"day"`           // the accounting date, days since 1970, where Time is of another day; see DayOf
	Period    Period       `cbor:"8,keyasint,omitempty" json:"period"`        // that its income and expense belong to, and what was posted by hand
	All       bool         `cbor:"9,keyasint,omitempty" json:"all,omitempty"` // posted as all members decided: only they take it back
	Of        state.Member `cbor:"10,keyasint,omitempty" json:"of,omitempty"` // the member whom it concerns, as who posted it said; zero if nobody in particular
}

// DayOf is the entry's accounting date, in days since 1970.
func (rec Record) DayOf() uint64 {
	if rec.Day != 0 {
		return rec.Day
	}
	return state.DayOf(rec.Time)
}

// Books are stored totals, so that nothing has to count records.
type Books struct {
	Entries  uint64 `cbor:"1,keyasint,omitempty" json:"entries"`   // journal numbers given out: 1 to Entries
	Accounts uint32 `cbor:"2,keyasint,omitempty" json:"accounts"`  // in the chart
	Results  uint32 `cbor:"3,keyasint,omitempty" json:"results"`   // of them, income and expense
	Periods  Period `cbor:"4,keyasint,omitempty" json:"periods"`   // numbers given out
	Open     []Span `cbor:"5,keyasint,omitempty" json:"open"`      // the periods that are open, in their order
	Shut     uint64 `cbor:"6,keyasint,omitempty" json:"shut"`      // last day of the periods that are closed, days since 1970
	Waiting  uint64 `cbor:"7,keyasint,omitempty" json:"waiting"`   // the first day on which the next period can end: that of an entry that waits for it, or the one after that on which the last was closed
	Held     uint32 `cbor:"8,keyasint,omitempty" json:"held"`      // motions under way that would allocate unappropriated surplus
	OpenedOn uint64 `cbor:"9,keyasint,omitempty" json:"opened_on"` // the last day, since 1970, on which accounts were opened that not all members decided on
	Opened   uint32 `cbor:"10,keyasint,omitempty" json:"opened"`   // how many, on that day
}

// Limits.
const (
	MaxCode         Code = 9999
	MaxName              = 64  // bytes of an account's name
	MaxAccounts          = 512 // in one chart
	MaxResults           = 256 // income and expense accounts, so that one entry closes them
	MaxAlone             = 384 // accounts up to which officers open more, and not only all members
	MaxResultsAlone      = 192 // likewise of income and expense
	MaxADay              = 16  // accounts opened in a day, beside what all members decide. Bound of the machine: officers do not fill the chart
	MaxNarrative         = 256 // bytes
	MaxLines             = 64  // of an entry posted by hand
	maxRoomLines         = MaxResults + 1
)

// Tables of the room; all integers big-endian.
var (
	// 0x30 ‖ co-op (4) ‖ code (2) → Account
	accounts = state.NewTable[Code, Account](0x30)
	// 0x31 ‖ co-op (4) ‖ code (2) → balance, in minor units; absent if zero
	balances = state.NewTable[Code, money.Amount](0x31)
	// 0x32 ‖ co-op (4) ‖ journal number (8) → Record
	journal = state.NewTable[uint64, Record](0x32)
	// 0x33 ‖ co-op (4) ‖ journal number (8) → number of the entry that reverses it
	reversals = state.NewTable[uint64, uint64](0x33)
	// 0x34 ‖ co-op (4) ‖ 0 (1) → Books
	books = state.NewTable[uint8, Books](0x34)
)

// Rejections, in the order they are checked. Codes 300-399 belong to this room.
var (
	ErrCode       = &state.Rejection{Code: 301, Reason: "account code out of range"}
	ErrType       = &state.Rejection{Code: 302, Reason: "no such type of account"}
	ErrName       = &state.Rejection{Code: 303, Reason: "account name is empty or too long"}
	ErrGuard      = &state.Rejection{Code: 304, Reason: "no such guard, or one that only a founding chart gives"}
	ErrExists     = &state.Rejection{Code: 305, Reason: "account exists already"}
	ErrFull       = &state.Rejection{Code: 306, Reason: "chart of accounts is full"}
	ErrNarrative  = &state.Rejection{Code: 307, Reason: "narrative is empty or too long"}
	ErrLines      = &state.Rejection{Code: 308, Reason: "number of lines out of range"}
	ErrAmount     = &state.Rejection{Code: 309, Reason: "a line's amount is zero or out of range"}
	ErrUnbalanced = &state.Rejection{Code: 310, Reason: "debits and credits differ"}
	ErrWhose      = &state.Rejection{Code: 334, Reason: "only a motion says which member an entry concerns"}
	ErrUnknown    = &state.Rejection{Code: 311, Reason: "no such account"}
	ErrGuarded    = &state.Rejection{Code: 312, Reason: "account is guarded against this posting by hand"}
	ErrOverflow   = &state.Rejection{Code: 313, Reason: "balance would be out of range"}
	ErrEntry      = &state.Rejection{Code: 314, Reason: "no such journal entry"}
	ErrReversed   = &state.Rejection{Code: 315, Reason: "entry has been reversed already"}
	ErrDecided    = &state.Rejection{Code: 331, Reason: "entry was decided by more than those who would reverse it"}
	ErrRoomEntry  = &state.Rejection{Code: 316, Reason: "entry belongs to a register and cannot be reversed by hand"}
	ErrFloor      = &state.Rejection{Code: 317, Reason: "account would go below its floor"}
	ErrDate       = &state.Rejection{Code: 318, Reason: "accounting date is in the future"}
	ErrShut       = &state.Rejection{Code: 319, Reason: "accounting date is in a period that is closed"}
	ErrLast       = &state.Rejection{Code: 320, Reason: "periods would overlap"}
	ErrRunning    = &state.Rejection{Code: 321, Reason: "period has not ended yet"}
	ErrAhead      = &state.Rejection{Code: 322, Reason: "period would end too far ahead"}
	ErrHeld       = &state.Rejection{Code: 323, Reason: "unappropriated surplus stands still while members vote on how it is allocated"}
	ErrAlone      = &state.Rejection{Code: 324, Reason: "as many accounts were opened as officers can without all members"}
	ErrVoted      = &state.Rejection{Code: 325, Reason: "entry stands still while members vote on reversing it"}
	ErrOften      = &state.Rejection{Code: 326, Reason: "two motions of this member had the entry stand still"}
	ErrAsked      = &state.Rejection{Code: 327, Reason: "code is kept while members vote on opening the account"}
	ErrAskedOften = &state.Rejection{Code: 328, Reason: "two motions of this member had the code kept"}
	ErrLastDay    = &state.Rejection{Code: 332, Reason: "period cannot have that last day"}
	ErrOutside    = &state.Rejection{Code: 333, Reason: "an entry would be on the other side of the last day of its period"}
	ErrSides      = &state.Rejection{Code: 330, Reason: "entry debits and credits one account"}
)

// Find returns an account of the chart, or ErrUnknown.
func Find(r state.Reader, code Code) (Account, error) {
	a, ok, err := accounts.Find(r, code)
	if err == nil && !ok {
		err = ErrUnknown.With("%d", code)
	}
	return a, err
}

// Accounts calls fn for each account of the chart, by code.
func Accounts(r state.Reader, fn func(Code, Account) (bool, error)) error {
	return accounts.Range(r, 0, ^Code(0), fn)
}

// BalanceOf returns an account's balance, negative on the credit side.
func BalanceOf(r state.Reader, code Code) (money.Amount, error) { return balances.Get(r, code) }

// BooksOf returns the books' figures.
func BooksOf(r state.Reader) (Books, error) { return books.Get(r, 0) }

// EntryOf returns a journal entry, or ErrEntry.
func EntryOf(r state.Reader, number uint64) (Record, error) {
	rec, ok, err := journal.Find(r, number)
	if err == nil && !ok {
		err = ErrEntry.With("number %d", number)
	}
	return rec, err
}

// ReversedBy returns the number of the entry that reverses another, zero if
// none does.
func ReversedBy(r state.Reader, number uint64) (uint64, error) { return reversals.Get(r, number) }

// Journal calls fn for the entries from first to last, by number.
func Journal(r state.Reader, first, last uint64, fn func(uint64, Record) (bool, error)) error {
	return journal.Range(r, first, last, fn)
}

// Locate says where a journal entry is proved.
func Locate(coop state.Coop, number uint64) state.Location { return journal.Locate(coop, number) }

// LocateBalance says where an account's balance is proved; absence is zero.
func LocateBalance(coop state.Coop, code Code) state.Location { return balances.Locate(coop, code) }
