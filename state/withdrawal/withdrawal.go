// Package withdrawal is the queue of members who ask the value of their shares back:
// requests in the order of their registration, their redemption when the notice is
// over, and the payment of what is then owed.
//
// A request sets units of a holding apart. Redeemed, they leave the register of shares
// and their value becomes a debt of the co-op. Both are done strictly from the front of
// the queue, and no payment passes the floors that the register's limits set. The front
// is found without walking the queue: requests that wait are a few lists (see Lists), and
// those that are owed one, whose ends are all in one record.
//
// Rule: docs/rules.md, "Withdrawal".
package withdrawal

import (
	"fmt"
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/tx"
)

// Numbers of this room's actions on the wire.
const (
	KindRequest  tx.Kind = 0x2018
	KindCancel   tx.Kind = 0x2019
	KindRedeem   tx.Kind = 0x201a
	KindPay      tx.Kind = 0x201b
	KindSuspend  tx.Kind = 0x201c
	KindResume   tx.Kind = 0x201d
	KindDeduct   tx.Kind = 0x201e
	KindSetAside tx.Kind = 0x201f
	KindLapse    tx.Kind = 0x2020
)

// A Status is the state of a request. Numbers are append-only.
type Status uint8

// Statuses.
const (
	Waiting   Status = 1 // to be redeemed
	Owed      Status = 2 // redeemed, to be paid in its turn
	Done      Status = 3 // nothing is owed any more
	Cancelled Status = 4
	Aside     Status = 5 // redeemed, offered and not claimed; to be paid at any time
)

var statusNames = [...]string{"", "waiting", "owed", "done", "cancelled", "set aside"}

func (s Status) String() string {
	if s < Waiting || s > Aside {
		return fmt.Sprintf("status %d", uint8(s))
	}
	return statusNames[s]
}

// MarshalText writes the status's name.
func (s Status) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// A Ticket is a request and what became of it. Of one that a floor holds back a part may be
// redeemed before the rest: that is a request of its own, with the next number, which is
// served in the place of the one that it is a part of.
type Ticket struct {
	Member    state.Member      `cbor:"1,keyasint,omitempty" json:"member"`
	Class     shareclass.Number `cbor:"2,keyasint,omitempty" json:"class"`
	Units     uint64            `cbor:"3,keyasint,omitempty" json:"units"`
	Status    Status            `cbor:"4,keyasint,omitempty" json:"status"`
	Time      int64             `cbor:"5,keyasint,omitempty" json:"time"`                // of the registration, seconds since 1970 UTC
	Ready     uint64            `cbor:"6,keyasint,omitempty" json:"ready"`               // day from which on it can be redeemed, days since 1970
	Value     money.Amount      `cbor:"7,keyasint,omitempty" json:"value"`               // at which it was redeemed, after losses; minor units
	Loss      money.Amount      `cbor:"8,keyasint,omitempty" json:"loss,omitempty"`      // that the shares bore then
	Paid      money.Amount      `cbor:"9,keyasint,omitempty" json:"paid"`                // of Value
	Taken     money.Amount      `cbor:"10,keyasint,omitempty" json:"taken,omitempty"`    // of Value, by deductions and when it lapsed
	Claimed   money.Amount      `cbor:"11,keyasint,omitempty" json:"claimed,omitempty"`  // back, of what was paid
	Redeemed  uint64            `cbor:"12,keyasint,omitempty" json:"redeemed,omitempty"` // day, days since 1970
	Operation uint64            `cbor:"13,keyasint,omitempty" json:"operation"`          // by which it was redeemed, or zero
	Offered   uint64            `cbor:"14,keyasint,omitempty" json:"offered,omitempty"`  // day on which it was set aside, days since 1970
	Next      uint64            `cbor:"15,keyasint,omitempty" json:"next,omitempty"`     // in its list, zero if it is the last
	Prev      uint64            `cbor:"16,keyasint,omitempty" json:"prev,omitempty"`     // in its list, zero if it is the first
	Of        uint64            `cbor:"17,keyasint,omitempty" json:"of,omitempty"`       // the request that it is a part of, or zero
	Asked     uint64            `cbor:"18,keyasint,omitempty" json:"asked,omitempty"`    // units at first, if parts were redeemed, which Units no longer has
	Part      uint64            `cbor:"19,keyasint,omitempty" json:"part,omitempty"`     // its last part or, of a part, the one before; or zero
}

// Rest is what is still owed of it.
func (t Ticket) Rest() money.Amount { return t.Value - t.Paid - t.Taken }

// A List is the ends of a list of requests.
type List struct {
	First uint64 `cbor:"1,keyasint,omitempty" json:"first"` // zero if it is empty
	Last  uint64 `cbor:"2,keyasint,omitempty" json:"last"`
}

// A Queue is the room's figures.
type Queue struct {
	Requests  uint64       `cbor:"1,keyasint,omitempty" json:"requests"` // numbers given out
	Waiting   List         `cbor:"2,keyasint,omitempty" json:"waiting"`  // the first of the lists of those that wait
	Owed      List         `cbor:"3,keyasint,omitempty" json:"owed"`
	Debt      money.Amount `cbor:"4,keyasint,omitempty" json:"debt"`                 // of all that is owed or set aside
	Since     int64        `cbor:"5,keyasint,omitempty" json:"suspended,omitempty"`  // when withdrawals were suspended, seconds since 1970 UTC; zero if they are not
	By        state.Actor  `cbor:"6,keyasint,omitempty" json:"by"`                   // who suspended
	Reason    string       `cbor:"7,keyasint,omitempty" json:"reason,omitempty"`     // why
	HeldUntil uint64       `cbor:"8,keyasint,omitempty" json:"held_until,omitempty"` // day before which none is registered, as those of a register before come in; days since 1970, or zero
	All       bool         `cbor:"9,keyasint,omitempty" json:"by_all,omitempty"`     // all members suspended, or made it theirs
	Served    uint64       `cbor:"10,keyasint,omitempty" json:"served,omitempty"`    // day on which all members last had withdrawals go on, since 1970; zero for never
	Further   Lists        `cbor:"11,keyasint,omitempty" json:"further,omitempty"`   // lists of those that wait, see Lists
}

// MaxBatch is how many requests one action redeems or pays, at most.
const MaxBatch = 100

// Tables of the room; all integers big-endian.
var (
	// 0x2a ‖ co-op (4) ‖ request/64 (8) → page of Ticket
	tickets = state.NewPagedTable[uint64, Ticket](0x2a)
	// 0x2b ‖ co-op (4) ‖ 0 (1) → Queue
	queues = state.NewTable[uint8, Queue](0x2b)
)

// Rejections, in the order they are checked. Codes 250-266, 268, 269 and 277 to 279 are this room's, of the
// hundred of the register of shares.
var (
	ErrAll       = &state.Rejection{Code: 279, Reason: "only all members decide that of withdrawals"}
	ErrBatch     = &state.Rejection{Code: 250, Reason: "number of requests in one batch out of range"}
	ErrOrder     = &state.Rejection{Code: 251, Reason: "numbers of requests must ascend, each once"}
	ErrReason    = &state.Rejection{Code: 252, Reason: "reason is empty or too long"}
	ErrAmount    = &state.Rejection{Code: 253, Reason: "amount is nothing, or more than is owed"}
	ErrRequest   = &state.Rejection{Code: 254, Reason: "no such request for the value of shares"}
	ErrOwn       = &state.Rejection{Code: 255, Reason: "a member itself asks its shares back until it has left"}
	ErrTheirs    = &state.Rejection{Code: 256, Reason: "request is another member's"}
	ErrStatus    = &state.Rejection{Code: 257, Reason: "request is not at that step"}
	ErrSuspended = &state.Rejection{Code: 258, Reason: "withdrawals are suspended"}
	ErrRunning   = &state.Rejection{Code: 259, Reason: "withdrawals are not suspended"}
	ErrQueue     = &state.Rejection{Code: 260, Reason: "requests are served in the order of their registration"}
	ErrNotice    = &state.Rejection{Code: 261, Reason: "notice of the request is not over"}
	ErrCash      = &state.Rejection{Code: 262, Reason: "bank would be below the floor that withdrawals leave"}
	ErrCohort    = &state.Rejection{Code: 263, Reason: "what is paid in part is divided among all requests of a day"}
	ErrAccount   = &state.Rejection{Code: 264, Reason: "account takes no deduction"}
	ErrClawback  = &state.Rejection{Code: 265, Reason: "time in which losses are taken back is over"}
	ErrKeeps     = &state.Rejection{Code: 268, Reason: "a member itself takes its request back until it has left"}
	ErrHeld      = &state.Rejection{Code: 269, Reason: "notices of a register before this one are being brought in, and come first"}
	ErrUnclaimed = &state.Rejection{Code: 266, Reason: "time in which it can be claimed is not over"}
	ErrPart      = &state.Rejection{Code: 278, Reason: "part is less than the floors leave, which all members decide"}
	ErrBeside    = &state.Rejection{Code: 277, Reason: "a request of the same day waits, and is redeemed before those are paid"}
)

// Find returns a request, or ErrRequest.
func Find(r state.Reader, number uint64) (Ticket, error) {
	t, ok, err := tickets.Find(r, number)
	if err == nil && !ok {
		err = ErrRequest.With("number %d", number)
	}
	return t, err
}

// QueueOf returns the room's figures.
func QueueOf(r state.Reader) (Queue, error) { return queues.Get(r, 0) }

// Range calls fn for the requests from first to last, by number.
func Range(r state.Reader, first, last uint64, fn func(uint64, Ticket) (bool, error)) error {
	return tickets.Range(r, first, last, fn)
}

// Locate says where a request is proved.
func Locate(coop state.Coop, number uint64) state.Location { return tickets.Locate(coop, number) }

// append puts request number at the end of the list. The caller stores t.
func (l *List) append(c *state.Ctx, number uint64, t *Ticket) error {
	t.Prev, t.Next = l.Last, 0
	if l.Last == 0 {
		l.First, l.Last = number, number
		return nil
	}
	before, err := tickets.Get(c, l.Last)
	if err != nil {
		return err
	}
	before.Next = number
	tickets.Put(c, l.Last, before)
	l.Last = number
	return nil
}

// remove takes request number out of the list. The caller stores t.
func (l *List) remove(c *state.Ctx, number uint64, t *Ticket) error {
	if t.Prev == 0 {
		l.First = t.Next
	} else {
		before, err := tickets.Get(c, t.Prev)
		if err != nil {
			return err
		}
		before.Next = t.Next
		tickets.Put(c, t.Prev, before)
	}
	if t.Next == 0 {
		l.Last = t.Prev
	} else {
		after, err := tickets.Get(c, t.Next)
		if err != nil {
			return err
		}
		after.Prev = t.Prev
		tickets.Put(c, t.Next, after)
	}
	t.Prev, t.Next = 0, 0
	return nil
}

// front reads the requests of these ascending numbers, which must be the first of the list,
// in the order in which they are served.
func (l List) front(c *state.Ctx, numbers []uint64) (order []uint64, out []Ticket, err error) {
	next := l.First
	for range numbers {
		if _, named := slices.BinarySearch(numbers, next); !named {
			return nil, nil, refuseOther(c, numbers, order, next)
		}
		t, err := Find(c, next)
		if err != nil {
			return nil, nil, err
		}
		order, out, next = append(order, next), append(out, t), t.Next
	}
	return order, out, nil
}

// refuseOther says of the first number that is not among those in order why it is not next.
func refuseOther(c *state.Ctx, numbers, order []uint64, next uint64) error {
	n := numbers[slices.IndexFunc(numbers, func(n uint64) bool { return !slices.Contains(order, n) })]
	t, err := Find(c, n)
	switch {
	case err != nil:
		return err
	case next == 0:
		return ErrStatus.With("number %d is %v", n, t.Status)
	}
	return ErrQueue.With("number %d, the next is %d", n, next)
}

func checkBatch(numbers []uint64) error {
	if len(numbers) == 0 || len(numbers) > MaxBatch {
		return ErrBatch.With("%d, from 1 to %d can be", len(numbers), MaxBatch)
	}
	for i := 1; i < len(numbers); i++ {
		if numbers[i] <= numbers[i-1] {
			return ErrOrder.With("%d follows %d", numbers[i], numbers[i-1])
		}
	}
	return nil
}

// MaxReason is the length of the longest reason, in bytes.
const MaxReason = 256

func checkReason(reason string) error {
	if reason == "" || len(reason) > MaxReason {
		return ErrReason.With("%d bytes, from 1 to %d can be", len(reason), MaxReason)
	}
	return nil
}

// running refuses while withdrawals are suspended.
func (q Queue) running() error {
	if q.Since != 0 {
		return ErrSuspended.With("by %v", q.By)
	}
	return nil
}

func (t Ticket) require(number uint64, want Status) error {
	if t.Status != want {
		return ErrStatus.With("number %d is %v", number, t.Status)
	}
	return nil
}
