// Package exit is how a co-op ends memberships that members do not end themselves, and how
// a former member comes back: refusal of a candidate or of one on probation; expulsion with
// notice, hearing, decision and appeal; striking off of who was silent for years; and the
// record of a death, or of a body's dissolution, with whom the member nominated and who
// receives what it had. A resignation is in package member.
//
// What others than all members begin here takes effect only when the member could have
// objected: by its hearing and appeal, or by signing anything.
//
// Rule: docs/rules.md, "The end of a membership".
package exit

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/tx"
)

// Numbers of this room's actions on the wire.
const (
	KindSummon      tx.Kind = 0x1018
	KindHear        tx.Kind = 0x1019
	KindExpel       tx.Kind = 0x101a
	KindAppeal      tx.Kind = 0x101b
	KindAllowAppeal tx.Kind = 0x101c
	KindDrop        tx.Kind = 0x101d
	KindWarnSilent  tx.Kind = 0x1020
	KindStrikeOff   tx.Kind = 0x1021
	KindContact     tx.Kind = 0x1022
	KindRecordEnd   tx.Kind = 0x1023
	KindTransmit    tx.Kind = 0x1024
)

// A Number is that of an expulsion's proceeding, from 1, in a sequence of the co-op.
type Number uint64

// An Outcome is what a proceeding came to. Numbers are append-only.
type Outcome uint8

// Outcomes; zero while it is under way.
const (
	Expelled Outcome = 1
	Dropped  Outcome = 2 // before it was decided
	Allowed  Outcome = 3 // the appeal
	Moot     Outcome = 4 // the membership ended otherwise
	Lapsed   Outcome = 5 // nobody decided it in time
)

var outcomeNames = [...]string{"under way", "expelled", "dropped", "appeal allowed", "left before", "lapsed"}

func (o Outcome) String() string {
	if int(o) >= len(outcomeNames) {
		return fmt.Sprintf("outcome %d", uint8(o))
	}
	return outcomeNames[o]
}

// MarshalText writes the outcome's name.
func (o Outcome) MarshalText() ([]byte, error) { return []byte(o.String()), nil }

// A Proceeding is an expulsion, step by step. Days are since 1970 UTC.
type Proceeding struct {
	Member  state.Member `cbor:"1,keyasint,omitempty"`
	Reason  string       `cbor:"2,keyasint,omitempty"`
	Text    []byte       `cbor:"3,keyasint,omitempty"` // SHA-256 of the notice that was sent; empty or 32 bytes
	Noticed int64        `cbor:"4,keyasint,omitempty"` // block time, seconds since 1970 UTC
	By      state.Actor  `cbor:"5,keyasint,omitempty"` // who gave notice
	Hearing uint64       `cbor:"6,keyasint,omitempty"` // the day for which the member was summoned
	Held    uint64       `cbor:"7,keyasint,omitempty"` // the day on which it was heard, or could have been
	Present bool         `cbor:"8,keyasint,omitempty"` // the member, or who spoke for it, was there
	Decided int64        `cbor:"9,keyasint,omitempty"` // block time of the decision, seconds since 1970 UTC
	Decider state.Actor  `cbor:"10,keyasint,omitempty"`
	// Until is the last day on which members can appeal, zero if they cannot; Need is how
	// many second, and Days for how many days an appeal stays the decision: the charter's
	// figures when it was taken.
	Until uint64 `cbor:"11,keyasint,omitempty"`
	Need  uint32 `cbor:"12,keyasint,omitempty"`
	Days  uint32 `cbor:"13,keyasint,omitempty"`
	// Effect is the day on which the membership ends, while that is to come.
	Effect    uint64         `cbor:"14,keyasint,omitempty"`
	Own       bool           `cbor:"15,keyasint,omitempty"` // the member appealed itself
	Seconders []state.Member `cbor:"16,keyasint,omitempty"` // who second it, in the order in which they did
	Appealed  int64          `cbor:"17,keyasint,omitempty"` // since when the appeal stands: block time, seconds since 1970 UTC
	Outcome   Outcome        `cbor:"18,keyasint,omitempty"`
	// Good is the last day on which it can be decided: by the charter's figure when notice was
	// given.
	Good uint64 `cbor:"19,keyasint,omitempty"`
	All  bool   `cbor:"20,keyasint,omitempty"` // all members gave notice
}

// A File is what the room has of one member beside its proceedings. Days are since 1970
// UTC; zero is none.
type File struct {
	Proceeding Number `cbor:"1,keyasint,omitempty"` // the member's last
	Contact    uint64 `cbor:"2,keyasint,omitempty"` // the day of the last contact that was recorded
	Warned     uint64 `cbor:"3,keyasint,omitempty"` // the day of a notice of striking off
	// Signed and Times are the last day on which the member had signed anything, and how
	// much, when it was warned or its end recorded: who signs since then is there.
	Signed uint64 `cbor:"4,keyasint,omitempty"`
	Times  uint32 `cbor:"5,keyasint,omitempty"`
	// Ended is the day of a death or a dissolution that is recorded and not in effect yet,
	// Ending which of them, and Effect the day on which it takes effect.
	Ended  uint64        `cbor:"6,keyasint,omitempty"`
	Ending member.Ending `cbor:"7,keyasint,omitempty"`
	Effect uint64        `cbor:"8,keyasint,omitempty"`
	// Heirs receive what the member had, by member number; Opened is the nomination by
	// which they do, empty if the member made none.
	Heirs  []state.Member `cbor:"9,keyasint,omitempty"`
	Opened []byte         `cbor:"10,keyasint,omitempty"`
	// Counted is the day until which an end that others recorded counts among those that
	// they may record.
	Counted uint64 `cbor:"11,keyasint,omitempty"`
	// Good is the last day on which a notice of striking off counts: by the charter's figures
	// when it was given.
	Good uint64 `cbor:"12,keyasint,omitempty"`
	// EndedBy recorded the last death or dissolution that waited for its day, also when it is
	// in effect; HeirsBy recorded the heirs.
	EndedBy state.Actor `cbor:"13,keyasint,omitempty"`
	HeirsBy state.Actor `cbor:"14,keyasint,omitempty"`
	// Marked is when the member was warned or its end recorded: block time, seconds since 1970
	// UTC. Zero if neither was, or the member was heard of since.
	Marked int64 `cbor:"15,keyasint,omitempty"`
	// Strikes is the first day on which the member can be struck off: by the charter's clear
	// days when notice was given.
	Strikes uint64 `cbor:"16,keyasint,omitempty"`
}

// Totals are the room's figures.
type Totals struct {
	Proceedings uint64 `cbor:"1,keyasint,omitempty"` // numbers given out
	Ends        uint64 `cbor:"2,keyasint,omitempty"` // deaths and dissolutions that others recorded, within EndDays
}

// Limits.
const (
	// MaxAhead is how many days a hearing is after the notice at most, or the first day that
	// the charter's clear days leave, if that is later. Bound of the machine: nobody waits
	// longer to be heard.
	MaxAhead = 366
	MaxBatch = 100 // members in one action
	// EndDays is for how many days an end that others recorded counts, from its effect on.
	// Bound of the machine: with member.MostOf it keeps officers, by every charter, from
	// ending memberships one after the other.
	EndDays  = 366
	MaxHeirs = 16
)

// Tables of the room; all integers big-endian.
var (
	// 0x1c ‖ co-op (4) ‖ number (8) → Proceeding
	proceedings = state.NewTable[Number, Proceeding](0x1c)
	// 0x1d ‖ co-op (4) ‖ member (8) → File
	files = state.NewTable[state.Member, File](0x1d)
	// 0x1e ‖ co-op (4) ‖ 0 (1) → Totals
	totals = state.NewTable[uint8, Totals](0x1e)
)

// Rejections, in the order they are checked. Codes 150 to 179 belong to this room, and 140,
// 143 and 144; 175 and 176 are beside what refuses by them.
var (
	ErrAll        = &state.Rejection{Code: 150, Reason: "only all members decide that"}
	ErrText       = &state.Rejection{Code: 151, Reason: "digest of the notice is not 32 bytes"}
	ErrOpen       = &state.Rejection{Code: 152, Reason: "an expulsion of that member is under way already"}
	ErrNotOpen    = &state.Rejection{Code: 153, Reason: "no expulsion of that member is under way"}
	ErrSoon       = &state.Rejection{Code: 154, Reason: "notice is too short"}
	ErrLate       = &state.Rejection{Code: 155, Reason: "notice is too long"}
	ErrFuture     = &state.Rejection{Code: 156, Reason: "day is to come"}
	ErrEarly      = &state.Rejection{Code: 157, Reason: "day is too early"}
	ErrHeard      = &state.Rejection{Code: 158, Reason: "the hearing is recorded already"}
	ErrUnheard    = &state.Rejection{Code: 159, Reason: "the member has not been heard"}
	ErrForejudged = &state.Rejection{Code: 179, Reason: "members would vote before the member is heard"}
	ErrDecided    = &state.Rejection{Code: 160, Reason: "the expulsion is decided already"}
	ErrNoAppeal   = &state.Rejection{Code: 161, Reason: "nothing of that member can be appealed against"}
	ErrAppealed   = &state.Rejection{Code: 162, Reason: "there is an appeal already"}
	ErrSeconded   = &state.Rejection{Code: 163, Reason: "member has seconded it already"}
	ErrNotPending = &state.Rejection{Code: 164, Reason: "no appeal of that member stands"}
	ErrBatch      = &state.Rejection{Code: 165, Reason: "members are none, too many, or not in ascending order"}
	ErrNever      = &state.Rejection{Code: 166, Reason: "the charter strikes nobody off"}
	ErrContact    = &state.Rejection{Code: 167, Reason: "member was in contact"}
	ErrWarned     = &state.Rejection{Code: 168, Reason: "member has notice of striking off already"}
	ErrUnwarned   = &state.Rejection{Code: 169, Reason: "member has no notice of striking off that counts"}
	ErrEnding     = &state.Rejection{Code: 170, Reason: "only a death or a dissolution is recorded so"}
	ErrRecorded   = &state.Rejection{Code: 171, Reason: "that end is recorded already"}
	ErrLives      = &state.Rejection{Code: 172, Reason: "membership did not end by a death or a dissolution"}
	ErrHeirs      = &state.Rejection{Code: 173, Reason: "heirs are none, too many, the member itself, or not in ascending order"}
	ErrOpened     = &state.Rejection{Code: 174, Reason: "that is not the member's nomination"}
)

// Kinds are this room's actions.
var Kinds state.KindList

// Find returns a proceeding, or ErrNotOpen.
func Find(r state.Reader, n Number) (Proceeding, error) {
	p, ok, err := proceedings.Find(r, n)
	if err == nil && !ok {
		err = ErrNotOpen.With("number %d of co-op %d", n, r.Coop())
	}
	return p, err
}

// FileOf returns what the room has of a member, zero if nothing.
func FileOf(r state.Reader, m state.Member) (File, error) { return files.Get(r, m) }

// TotalsOf returns the room's figures.
func TotalsOf(r state.Reader) (Totals, error) { return totals.Get(r, 0) }

// Range calls fn for the proceedings from first to last, by number.
func Range(r state.Reader, first, last Number, fn func(Number, Proceeding) (bool, error)) error {
	return proceedings.Range(r, first, last, fn)
}

// HeirsOf are the members who receive what a dead member had, none before that is
// recorded.
func HeirsOf(r state.Reader, m state.Member) ([]state.Member, error) {
	f, err := files.Get(r, m)
	return f.Heirs, err
}

// Last is a member's last proceeding, with its number; zero if there is none.
func Last(r state.Reader, m state.Member) (Number, Proceeding, error) {
	f, err := files.Get(r, m)
	if err != nil || f.Proceeding == 0 {
		return 0, Proceeding{}, err
	}
	p, err := Find(r, f.Proceeding)
	return f.Proceeding, p, err
}

// Open says whether the proceeding goes on, on a day since 1970 UTC: it is not over, not
// lapsed, and the membership has not ended since the notice. rec is the member's record.
func (p Proceeding) Open(rec member.Record, day uint64) bool {
	return p.Noticed != 0 && p.Now(rec, day) == 0
}

// Now is what the proceeding has come to on a day since 1970 UTC, zero while it goes on: what
// is recorded, or what follows from the member's record rec and from the day.
func (p Proceeding) Now(rec member.Record, day uint64) Outcome {
	switch {
	case p.Outcome != 0:
		return p.Outcome
	case leftSince(rec, p.Noticed):
		return Moot
	case p.Decided == 0 && day > p.Good:
		return Lapsed
	}
	return 0
}

// leftSince says whether the membership ended at a time, in seconds since 1970 UTC, or
// later.
func leftSince(rec member.Record, at int64) bool {
	for _, h := range rec.History {
		if h.Standing == member.Left && h.Time >= at {
			return true
		}
	}
	return false
}

// requireMember returns the record of a member who has not left.
func requireMember(r state.Reader, m state.Member) (member.Record, error) {
	rec, err := member.Find(r, m)
	if err != nil {
		return rec, err
	}
	if s := rec.Standing(); s != member.Active && s != member.Suspended {
		return rec, member.ErrStanding.With("member %d %s", m, s.Is())
	}
	return rec, nil
}

// requireOpen returns the member's proceeding that is under way, or ErrNotOpen.
func requireOpen(c *state.Ctx, m state.Member) (Number, Proceeding, error) {
	rec, err := member.Find(c, m)
	if err != nil {
		return 0, Proceeding{}, err
	}
	n, p, err := Last(c, m)
	if err == nil && !p.Open(rec, c.Day()) {
		err = ErrNotOpen.With("member %d", m)
	}
	return n, p, err
}

// requireAll refuses what others than all members decide.
func requireAll(c *state.Ctx) error {
	if !c.Authority().All {
		return ErrAll.With("%v", c.Actor())
	}
	return nil
}

// midnight is when a day, since 1970 UTC, begins, in seconds since 1970 UTC.
func midnight(day uint64) int64 { return int64(day) * 24 * 60 * 60 }

// Locate says where a member's file is proved.
func Locate(coop state.Coop, m state.Member) state.Location { return files.Locate(coop, m) }
