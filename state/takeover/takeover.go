// Package takeover brings an existing co-op to this ledger: its members with their dates
// of joining, their holdings and offices, what they have lent it, their notices to withdraw
// in the order of the queue, those who have left and still hold shares, and the opening
// balances. Members adopt it by a motion, or the founding does, as a list of digests with
// its totals; then a member loads the parts, which can be none but those. When the last is
// loaded the opening balances are posted.
// What the register then says of the time before is as it was brought in: the ledger did
// not see it.
//
// Rule: docs/rules.md, "Moving in".
package takeover

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/tx"
)

// Numbers of this room's actions on the wire.
const (
	KindAdopt tx.Kind = 0xa001
	KindLoad  tx.Kind = 0xa002
)

// Limits.
const (
	MaxParts    = 1400 // of a takeover: as many digests as a motion can carry
	MaxPart     = 250  // people in one part, so that it fits a transaction
	MaxBalances = 64   // opening balances
	MaxHeld     = 4    // classes of shares of one person
	MaxLots     = 24   // parts of the holdings of one person, each held since another date
	MaxClasses  = 16   // classes of members that one person has been of
	MaxPosts    = 4    // offices of one person
	// MaxReady is how many days after it was given a notice can be ready, at most: the longest
	// of a charter's rules of shares, and to the end of a year. Bound of the machine.
	MaxReady   = 366 * 31
	MaxLoans   = 8    // loans of one person
	MaxNotices = 250  // in one part
	MaxSeats   = 256  // offices in all parts
	MaxRuns    = 4096 // of numbers, up to which people who are here already can come
)

// A Takeover is what members adopted and what of it is loaded. A co-op has one; another
// takes its place when it is done.
type Takeover struct {
	Parts    [][]byte       `cbor:"1,keyasint,omitempty"` // digests of the parts, in order
	Day      uint64         `cbor:"2,keyasint,omitempty"` // to which all is brought in, since 1970 UTC
	People   uint64         `cbor:"3,keyasint,omitempty"` // in all parts
	Capital  money.Amount   `cbor:"4,keyasint,omitempty"` // of all holdings, at par
	Balances []account.Line `cbor:"5,keyasint,omitempty"` // opening balances but for the share capital; with it they sum to zero
	Adopted  int64          `cbor:"6,keyasint,omitempty"` // block time, seconds since 1970 UTC
	By       state.Actor    `cbor:"7,keyasint,omitempty"`
	Loaded   uint32         `cbor:"8,keyasint,omitempty"`  // parts so far
	Came     uint64         `cbor:"9,keyasint,omitempty"`  // people so far
	Brought  money.Amount   `cbor:"10,keyasint,omitempty"` // capital so far
	First    state.Member   `cbor:"11,keyasint,omitempty"` // of those who came
	Done     int64          `cbor:"12,keyasint,omitempty"` // block time, seconds since 1970 UTC; zero while parts are left
	Notices  uint64         `cbor:"13,keyasint,omitempty"` // to withdraw, in all parts
	Waiting  uint64         `cbor:"14,keyasint,omitempty"` // of them so far
	Loans    []account.Code `cbor:"15,keyasint,omitempty"` // accounts whose balance is the sum of loans, ascending
	Lent     []money.Amount `cbor:"16,keyasint,omitempty"` // on each of them so far
	Runs     []Run          `cbor:"17,keyasint,omitempty"` // who came, by place
	Left     uint64         `cbor:"18,keyasint,omitempty"` // of the people, how many are no members any more
	Gone     uint64         `cbor:"19,keyasint,omitempty"` // of them so far
	Seats    []Seat         `cbor:"20,keyasint,omitempty"` // offices that people get, by person and office
	Seated   uint32         `cbor:"21,keyasint,omitempty"` // of them so far
}

// A Run is people who came one after the other, with nobody entered between them.
type Run struct {
	Person uint64       `cbor:"1,keyasint,omitempty"` // place of the first among all the people, from 1
	First  state.Member `cbor:"2,keyasint,omitempty"` // its number
}

// A Seat is an office that one of the people gets.
type Seat struct {
	Person uint64         `cbor:"1,keyasint,omitempty"` // its place among all the people, from 1
	Office charter.Office `cbor:"2,keyasint,omitempty"`
	Until  uint64         `cbor:"3,keyasint,omitempty"` // as in Post
}

func (s Seat) compare(o Seat) int {
	return cmp.Or(cmp.Compare(s.Person, o.Person), cmp.Compare(s.Office, o.Office))
}

// Member is the number that a person got, by its place among all the people, from 1; zero
// if it did not come yet.
func (t Takeover) Member(person uint64) state.Member {
	if person == 0 || person > t.Came {
		return 0
	}
	at, found := slices.BinarySearchFunc(t.Runs, person, func(r Run, person uint64) int { return cmp.Compare(r.Person, person) })
	if !found {
		at--
	}
	return t.Runs[at].First + state.Member(person-t.Runs[at].Person)
}

// A Past is what a register before this one said of a member.
type Past struct {
	Joined uint64 `cbor:"1,keyasint,omitempty"` // day of joining, since 1970 UTC; zero if that is not known
	Held   []Held `cbor:"2,keyasint,omitempty"` // by class and day, ascending
	Ref    string `cbor:"3,keyasint,omitempty"` // the number in the register before; names no person
	Posts  []Post `cbor:"4,keyasint,omitempty"` // by office, ascending
	Loans  []Loan `cbor:"5,keyasint,omitempty"` // by account, ascending
	Left   uint64 `cbor:"6,keyasint,omitempty"` // day on which the membership ended, since 1970 UTC; zero of a member
	// Classes are those that the person was of, by day, ascending; none if it was always of
	// the one that it came with.
	Classes []Classed `cbor:"7,keyasint,omitempty"`
}

// Classed is a class of members that someone was of, and from when on.
type Classed struct {
	Class charter.Class `cbor:"1,keyasint,omitempty"`
	From  uint64        `cbor:"2,keyasint,omitempty"` // day, since 1970 UTC; zero if that is not known
}

// Post is an office that a member held, and since and until when.
type Post struct {
	Office charter.Office `cbor:"1,keyasint,omitempty"`
	Since  uint64         `cbor:"2,keyasint,omitempty"` // day, since 1970 UTC; zero if that is not known
	Until  uint64         `cbor:"3,keyasint,omitempty"` // the day on which the term is over; the charter's term if zero
}

// Loan is what the co-op owes one of its members: a loan, loan stock, or a part of a surplus
// of earlier years that it kept.
type Loan struct {
	Account  account.Code `cbor:"1,keyasint,omitempty"`
	Sum      money.Amount `cbor:"2,keyasint,omitempty"` // minor units
	Interest money.Rate   `cbor:"3,keyasint,omitempty"` // a year; zero if there is none
	Since    uint64       `cbor:"4,keyasint,omitempty"` // day, since 1970 UTC; zero if that is not known
	Due      uint64       `cbor:"5,keyasint,omitempty"` // day, since 1970 UTC; zero if it has none
}

// Held is what a member held of a class since one day: a holding that came about step by step
// has several.
type Held struct {
	Class shareclass.Number `cbor:"1,keyasint,omitempty"`
	Units uint64            `cbor:"2,keyasint,omitempty"`
	Since uint64            `cbor:"3,keyasint,omitempty"` // day of the last change, since 1970 UTC; zero if that is not known
}

// holds is how many shares of a class a member came with.
func (p Past) holds(class shareclass.Number) (units uint64) {
	for _, h := range p.Held {
		if h.Class == class {
			units += h.Units
		}
	}
	return units
}

// MaxRef is the length, in bytes, of a number in the register before.
const MaxRef = 24

// Tables of the room; all integers big-endian.
var (
	// 0xa0 ‖ co-op (4) ‖ 0 (1) → Takeover
	takeovers = state.NewTable[uint8, Takeover](0xa0)
	// 0xa1 ‖ co-op (4) ‖ member (8) → Past; absent of who was not brought in
	pasts = state.NewTable[state.Member, Past](0xa1)
)

// Rejections, in the order they are checked. Codes 1000-1099 belong to this room.
var (
	ErrParts    = &state.Rejection{Code: 1001, Reason: "number or digest of the parts of a takeover out of bounds"}
	ErrPeople   = &state.Rejection{Code: 1002, Reason: "number of people out of bounds"}
	ErrBalances = &state.Rejection{Code: 1003, Reason: "opening balances do not balance, or one is no account's that can be opened"}
	ErrDay      = &state.Rejection{Code: 1004, Reason: "day is to come"}
	ErrWho      = &state.Rejection{Code: 1010, Reason: "only the charter's entrenched kind of motion takes a register over"}
	ErrUnderWay = &state.Rejection{Code: 1005, Reason: "another takeover is under way, and its loaded parts are not the first of this one"}
	ErrNone     = &state.Rejection{Code: 1006, Reason: "no takeover is under way"}
	ErrPart     = &state.Rejection{Code: 1007, Reason: "that is not the next part that was adopted"}
	ErrPerson   = &state.Rejection{Code: 1008, Reason: "entry of a person is out of bounds"}
	ErrHere     = &state.Rejection{Code: 1016, Reason: "person is no member here who could be brought in, or was already"}
	ErrTotals   = &state.Rejection{Code: 1009, Reason: "what the parts come to is not what was adopted"}
	ErrLoans    = &state.Rejection{Code: 1011, Reason: "accounts of loans do not ascend, or one has no opening balance on the credit side"}
	ErrNotice   = &state.Rejection{Code: 1012, Reason: "entry of a notice to withdraw is out of bounds"}
	ErrBefore   = &state.Rejection{Code: 1013, Reason: "day is before that on which the person joined"}
	ErrAfter    = &state.Rejection{Code: 1017, Reason: "day is after that on which the membership ended"}
	ErrSeats    = &state.Rejection{Code: 1014, Reason: "offices do not ascend by person and office, or one was not adopted"}
)

// Of returns the co-op's last takeover and whether there is one.
func Of(r state.Reader) (Takeover, bool, error) { return takeovers.Find(r, 0) }

// PastOf returns what was brought in of a member, and whether anything was.
func PastOf(r state.Reader, m state.Member) (Past, bool, error) { return pasts.Find(r, m) }

// Pasts calls fn for what was brought in of the members from first to last, by number.
func Pasts(r state.Reader, first, last state.Member, fn func(state.Member, Past) (bool, error)) error {
	return pasts.Range(r, first, last, fn)
}

// Locate says where what was brought in of a member is proved.
func Locate(coop state.Coop, m state.Member) state.Location { return pasts.Locate(coop, m) }

// LocateTakeover says where the takeover is proved.
func LocateTakeover(coop state.Coop) state.Location { return takeovers.Locate(coop, 0) }

// A Person is one of those brought in.
type Person struct {
	Entry  member.Entry `cbor:"1,keyasint,omitempty"`
	Joined uint64       `cbor:"2,keyasint,omitempty"` // as in Past
	Held   []Held       `cbor:"3,keyasint,omitempty"`
	Ref    string       `cbor:"4,keyasint,omitempty"`
	Posts  []Post       `cbor:"5,keyasint,omitempty"`
	Loans  []Loan       `cbor:"6,keyasint,omitempty"`
	Left   uint64       `cbor:"7,keyasint,omitempty"`
	// Nomination is a commitment to whom the member nominated to receive its shares at
	// death, 32 bytes, as exit.Nominate has it; empty if there is none.
	Nomination []byte    `cbor:"8,keyasint,omitempty"`
	Classes    []Classed `cbor:"9,keyasint,omitempty"`
	// Here is the member who the person is, if it is on the register already, as founders
	// are: it gets what it held and lent, and keeps its entry. Zero of all others.
	Here state.Member `cbor:"10,keyasint,omitempty"`
}

// past is what is kept of a person.
func (p Person) past() Past {
	return Past{p.Joined, p.Held, p.Ref, p.Posts, p.Loans, p.Left, p.Classes}
}

// A Notice is of one person who asked the value of shares back, and waits for it. Notices
// are in the order of the queue.
type Notice struct {
	Person uint64            `cbor:"1,keyasint,omitempty"` // its place among all the people, from 1
	Class  shareclass.Number `cbor:"2,keyasint,omitempty"`
	Units  uint64            `cbor:"3,keyasint,omitempty"`
	Given  uint64            `cbor:"4,keyasint,omitempty"` // day, since 1970 UTC
	Ready  uint64            `cbor:"5,keyasint,omitempty"` // day from which on they can be redeemed, since 1970 UTC
}

// Digest is what a motion adopts of a part: SHA-256 of a domain and the canonical CBOR of
// its people.
func Digest(people []Person) []byte {
	sum := sha256.Sum256(append([]byte("rochdale takeover part v1\x00"), tx.Encode(people)...))
	return sum[:]
}

// DigestNotices is that of a part that has notices.
func DigestNotices(notices []Notice) []byte {
	sum := sha256.Sum256(append([]byte("rochdale takeover notices v1\x00"), tx.Encode(notices)...))
	return sum[:]
}

// CheckTakeover is this room's invariant for one co-op: what is loaded is not more than what
// was adopted, the account of openings has what is not posted yet, and each past is a
// member's of those who came.
func CheckTakeover(r state.Reader) error {
	t, ok, err := takeovers.Find(r, 0)
	if err != nil {
		return err
	}
	if int(t.Loaded) > len(t.Parts) || t.exceeded() || t.Done != 0 && (int(t.Loaded) != len(t.Parts) || !t.complete()) {
		return fmt.Errorf("%d of %d parts, %s, done at %d", t.Loaded, len(t.Parts), t.progress(), t.Done)
	}
	open := t.Brought
	if t.Done != 0 || !ok {
		open = 0
	}
	balance, err := account.BalanceOf(r, account.Openings)
	if err != nil {
		return err
	}
	if balance != open {
		return fmt.Errorf("the account of openings has a balance of %d, %d are brought in and not balanced", balance, open)
	}
	register, err := member.TotalsOf(r)
	if err != nil {
		return err
	}
	return pasts.Range(r, 0, ^state.Member(0), func(m state.Member, p Past) (bool, error) {
		if len(p.Held) > MaxLots || len(p.Posts) > MaxPosts || len(p.Loans) > MaxLoans || max(p.Joined, p.Left) > state.DayOf(r.Time()) {
			return false, fmt.Errorf("member %d: %+v", m, p)
		}
		return true, register.RequireKnown(r, m)
	})
}

// Kinds are this room's actions.
var Kinds state.KindList

// Hints say what to do after each of this room's rejections.
var Hints = state.HintList{
	ErrParts:    "make it from the tables again: rochdale coop import DIR",
	ErrPeople:   "make it from the tables again: rochdale coop import DIR",
	ErrBalances: "check the table of balances: rochdale coop import DIR --check",
	ErrDay:      "give the day to which the tables are true: --day",
	ErrWho:      "propose it by that kind of motion: rochdale charter show",
	ErrUnderWay: "load the rest of it first: rochdale coop import DIR",
	ErrNone:     "propose one first: rochdale coop import DIR --propose KIND",
	ErrPart:     "see what is loaded, and go on with the same tables: rochdale coop import DIR",
	ErrPerson:   "check the tables: rochdale coop import DIR --check",
	ErrHere:     "check the column member of the table of members: rochdale coop import DIR --check",
	ErrTotals:   "propose it again with the tables as they are: rochdale coop import DIR --propose KIND",
	ErrLoans:    "check the tables of loans and balances: rochdale coop import DIR --check",
	ErrNotice:   "check the table of notices: rochdale coop import DIR --check",
	ErrBefore:   "check the dates: rochdale coop import DIR --check",
	ErrAfter:    "check the dates: rochdale coop import DIR --check",
	ErrSeats:    "check the table of offices: rochdale coop import DIR --check",
}
