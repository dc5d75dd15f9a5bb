package share

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// A Sort is a sort of operation on the register. Numbers are append-only.
type Sort uint8

// Sorts of operation. A correction has no number of its own: it is an operation that
// takes another back, see Change.Reverses.
const (
	Issuing      Sort = 0 // of subscribed shares, paid up
	Conversion   Sort = 1 // to another class, at the same value
	Transferral  Sort = 2 // between members
	Transmission Sort = 3 // to whom receives the shares of one who has died
	Redemption   Sort = 4 // the shares end, and their value is owed to who held them
	WrittenDown  Sort = 5 // each share of a class is worth less from then on; it is no member's
	Cancellation Sort = 6 // the shares end without value for who held them
	BonusIssue   Sort = 7 // paid up from the co-op's own funds
	BroughtIn    Sort = 8 // held already when the co-op came to this ledger
)

var sortNames = [...]string{"issue", "conversion", "transfer", "transmission", "redemption", "write-down", "cancellation", "bonus issue", "as brought in"}

func (s Sort) String() string {
	if int(s) >= len(sortNames) {
		return fmt.Sprintf("sort %d", uint8(s))
	}
	return sortNames[s]
}

// MarshalText writes the sort's name.
func (s Sort) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Named is what the operation is called: its sort, or a correction.
func (o Change) Named() string {
	if o.Reverses != 0 {
		return "correction"
	}
	return o.Sort.String()
}

// Leaves says whether the units leave the holding rather than come to it.
func (o Change) Leaves() bool { return o.Out || o.Reverses != 0 }

// DayOf is the day from which on the operation counts, in days since 1970 UTC.
func (o Change) DayOf() uint64 {
	if o.Day != 0 {
		return o.Day
	}
	return state.DayOf(o.Time)
}

// enter gives an operation on a holding the next number and writes both. h has the
// units that are held after it.
func (reg *Register) enter(c *state.Ctx, h *Holding, o Change) uint64 {
	reg.Operations++
	o.Held, o.Prev = h.Units, h.Operation
	o.Time, o.By = c.Time(), c.Actor()
	h.Operation = reg.Operations
	holdings.Put(c, holdingKey{o.Class, o.Member}, *h)
	operations.Put(c, reg.Operations, o)
	return reg.Operations
}

// rise keeps the highest balance, a credit, that the share capital ever had.
func (reg *Register) rise(capital money.Amount) { reg.Highest = max(reg.Highest, -capital) }

// requireDay refuses an effective day that is to come, or before that of the last
// operation: the register of a day is then that of one number. It returns the day as
// a record has it, which is zero for that of the block.
func (reg Register) requireDay(c *state.Ctx, day uint64) (uint64, error) {
	today := c.Day()
	if day == 0 || day == today {
		return 0, nil
	}
	if day > today {
		return 0, ErrDate.With("%s, today is %s", words.Day(day), words.Day(today))
	}
	last, known, err := operations.Find(c, reg.Operations)
	if err != nil {
		return 0, err
	}
	if known && day < last.DayOf() {
		return 0, ErrEarlier.With("%s, operation %d is of %s", words.Day(day), reg.Operations, words.Day(last.DayOf()))
	}
	return day, nil
}

// A MemberKey is an entry of a list of what concerns one member.
type MemberKey struct {
	Member state.Member
	Number uint64 // of the subscription or the operation
}

// SubscribedBy lists a member's subscriptions.
var SubscribedBy = state.NewIndex(0x20, "share.SubscribedBy", 1, subscriptions,
	func(_ state.Coop, number uint64, s Subscription) []MemberKey { return []MemberKey{{s.Member, number}} },
	func(coop state.Coop, k MemberKey) []state.Location {
		return []state.Location{subscriptions.Locate(coop, k.Number)}
	})

// OperationsOf lists the operations on the register of shares that changed a
// member's holdings.
var OperationsOf = state.NewIndex(0x21, "share.OperationsOf", 1, operations,
	func(_ state.Coop, number uint64, c Change) []MemberKey { return []MemberKey{{c.Member, number}} },
	func(coop state.Coop, k MemberKey) []state.Location {
		return []state.Location{operations.Locate(coop, k.Number)}
	})

// Indexes are the lists that nodes keep of this room's records. Their numbers are
// append-only; 0x20 to 0x2f are this room's.
var Indexes = []state.Listing{SubscribedBy.Listing, OperationsOf.Listing}

// OperationOf returns an operation on the register and whether there is one.
func OperationOf(r state.Reader, number uint64) (Change, bool, error) {
	return operations.Find(r, number)
}
