// Package ballot is motions and voting: a motion with an electorate frozen when it
// opens, casts (votes) that may be changed until it closes or, where it closes because it
// is decided, until it is decided; an outcome by the charter's rule, and the action that
// a carried motion takes.
//
// A motion is noticed, open, counting and closed. A method (method.go), which the
// kind of motion names, reads and counts the papers. With a method that keeps its
// tally while members cast, a motion goes from open to closed at once.
//
// Rule: docs/rules.md, "Motions".
package ballot

import (
	"fmt"
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/words"
	"github.com/rochdale-ledger/rochdale/tx"
)

// A Number is a motion's number in its co-op, from 1, gapless.
type Number uint64

// A Status is the state of a motion. Numbers are append-only.
type Status uint8

// Statuses.
const (
	Noticed   Status = 1 // proposed, not yet open
	Open      Status = 2
	Closed    Status = 3 // counted
	Withdrawn Status = 4 // by its proposer, before it opened
	Counting  Status = 5 // the poll is over, its papers are being counted; then Closed
	// Confirming is carried, and the motions that have to confirm it are under way; then Closed.
	Confirming Status = 6
)

var statusNames = [...]string{"", "noticed", "open", "closed", "withdrawn", "counting", "confirming"}

// UnderWay says whether the motion is still to be decided.
func (s Status) UnderWay() bool {
	return s == Noticed || s == Open || s == Counting || s == Confirming
}

func (s Status) String() string {
	if s < Noticed || s > Confirming {
		return fmt.Sprintf("status %d", uint8(s))
	}
	return statusNames[s]
}

// MarshalText writes the status's name.
func (s Status) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// A Choice is a member's answer to a question of yes or no, and the one byte of
// its paper. Numbers are append-only.
type Choice uint8

// Choices.
const (
	Yes     Choice = 1
	No      Choice = 2
	Abstain Choice = 3
)

var choiceNames = [...]string{"", "yes", "no", "abstain"}

func (c Choice) String() string {
	if c < Yes || c > Abstain {
		return fmt.Sprintf("choice %d", uint8(c))
	}
	return choiceNames[c]
}

// Paper is the paper that gives this answer.
func (c Choice) Paper() []byte { return []byte{byte(c)} }

// MarshalText writes the choice's name.
func (c Choice) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// ParseChoice reads a choice's name.
func ParseChoice(name string) (Choice, error) {
	for c := Yes; c <= Abstain; c++ {
		if c.String() == name {
			return c, nil
		}
	}
	return 0, fmt.Errorf("%q is none of yes, no, abstain", name)
}

// A Motion is a question as it was proposed, and its result.
type Motion struct {
	Kind      charter.MotionKindID `cbor:"1,keyasint,omitempty"`
	Title     string               `cbor:"2,keyasint,omitempty"`
	Statement []byte               `cbor:"3,keyasint,omitempty"` // SHA-256 of the text that members were sent; may be empty
	Proposer  state.Actor          `cbor:"4,keyasint,omitempty"`
	Proposed  int64                `cbor:"5,keyasint,omitempty"`  // block time, seconds since 1970 UTC
	Action    []Carried            `cbor:"6,keyasint,omitempty"`  // none or one
	Result    []Result             `cbor:"7,keyasint,omitempty"`  // none until it is closed
	Version   uint64               `cbor:"8,keyasint,omitempty"`  // of the rules when it was proposed, by which Action is read
	Options   []Option             `cbor:"9,keyasint,omitempty"`  // numbered from 1; none for yes or no
	Held      bool                 `cbor:"10,keyasint,omitempty"` // what Action divides stands still until the motion is over
	Was       []byte               `cbor:"11,keyasint,omitempty"` // what Action would have replaced when it was proposed, if it could be done: state.Ctx.Replace
	Confirms  Number               `cbor:"12,keyasint,omitempty"` // the motion that it has to confirm, or zero
}

// An Option is one of the answers that a motion puts to choice: a text, a member
// who stands, or both.
type Option struct {
	Text   string       `cbor:"1,keyasint,omitempty"`
	Member state.Member `cbor:"2,keyasint,omitempty"`
}

// Carried is the action that a motion takes if it is carried.
type Carried struct {
	Kind    tx.Kind `cbor:"1,keyasint,omitempty"`
	Payload []byte  `cbor:"2,keyasint,omitempty"`
}

// A Result is what a closed motion decided.
type Result struct {
	Outcome count.Outcome `cbor:"1,keyasint,omitempty"`
	Tally   count.Tally   `cbor:"2,keyasint,omitempty"`
	Height  uint64        `cbor:"3,keyasint,omitempty"` // of the block that closed it
	Refused uint32        `cbor:"4,keyasint,omitempty"` // code by which the carried action was rejected; zero if done
	Gave    []byte        `cbor:"5,keyasint,omitempty"` // what the carried action returned: a member's number, an entry's …
	Winners []uint16      `cbor:"6,keyasint,omitempty"` // numbers of options
	Count   []byte        `cbor:"7,keyasint,omitempty"` // what the method found, in its own encoding; none for yes or no
	Was     []byte        `cbor:"8,keyasint,omitempty"` // what the carried action replaced: state.Ctx.Replace
}

// A Poll is what a cast is checked against: the rule frozen when the motion was
// proposed, the electorate frozen when it opened.
type Poll struct {
	Status     Status             `cbor:"1,keyasint,omitempty"`
	Opens      int64              `cbor:"2,keyasint,omitempty"` // block time, seconds since 1970 UTC
	Closes     int64              `cbor:"3,keyasint,omitempty"`
	Rules      charter.MotionKind `cbor:"4,keyasint,omitempty"`
	Record     uint64             `cbor:"5,keyasint,omitempty"` // last operation on the register when it opened
	Electorate uint64             `cbor:"6,keyasint,omitempty"` // members entitled to cast
	Holders    []state.Member     `cbor:"7,keyasint,omitempty"` // they, if they are the holders of offices
	Declared   bool               `cbor:"8,keyasint,omitempty"` // the returning officer closed the poll
	Declarer   state.Actor        `cbor:"9,keyasint,omitempty"` // who did
	Options    uint16             `cbor:"10,keyasint,omitempty"`
	Noticed    uint64             `cbor:"11,keyasint,omitempty"` // last operation on the register when it was proposed
	Reason     string             `cbor:"12,keyasint,omitempty"` // why it was withdrawn, if the proposer said
	Entrenched bool               `cbor:"13,keyasint,omitempty"` // its kind was the charter's entrenched one when it was proposed
	// Decided is the block time of the cast since which nothing can change the outcome
	// and casts stand; zero if there is none, or if the charter does not close the poll
	// because it is decided and it is no veto that objections have stopped.
	Decided int64 `cbor:"14,keyasint,omitempty"`
	// Lost are who cast and held none of the electorate's offices any more when the poll
	// was over: their casts do not count.
	Lost []state.Member `cbor:"15,keyasint,omitempty"`
	// Then are the kinds of motion that confirm it, as they were when it was proposed.
	Then []Confirmer `cbor:"16,keyasint,omitempty"`
	// Confirmations are the motions that have to confirm it, once it is carried.
	Confirmations []Number `cbor:"17,keyasint,omitempty"`
	// Waits is the result of its own poll while it is Confirming, otherwise none.
	Waits []Result `cbor:"18,keyasint,omitempty"`
	// Since is when the motion that it confirms was proposed, block time in seconds since
	// 1970 UTC: who had a vote then casts on it. Zero if it confirms none. Noticed is then of
	// that motion too.
	Since int64 `cbor:"19,keyasint,omitempty"`
	// Silenced is who casts on a confirmation on which nobody has a vote.
	Silenced Silenced `cbor:"20,keyasint,omitempty"`
	// Level is that of the charter's clauses that its kind could change when it was
	// proposed; left out if ordinary.
	Level charter.Level `cbor:"40,keyasint,omitempty"`
}

// A Confirmer is a kind of motion that confirms another.
type Confirmer struct {
	Kind  charter.MotionKindID `cbor:"1,keyasint,omitempty"`
	Rules charter.MotionKind   `cbor:"2,keyasint,omitempty"`
}

// A Paper is a member's recorded answer.
type Paper struct {
	Marks []byte `cbor:"1,keyasint,omitempty"` // in the form of the motion's method
}

// Limits.
const (
	MaxTitle   = 200 // bytes
	MaxOpen    = 256 // motions under way in one co-op
	MaxOpenOwn = 32  // of them by one proposer, of whichever co-op, so that it takes many to fill the agenda
	MaxPayload = 48 << 10
	MaxOptions = 64  // of a motion
	MaxOption  = 200 // bytes of an option's text
	MaxPaper   = 240 // bytes, so that 64 of them fit a page; methods have bounds of their own within it
)

// Tables of the room; all integers big-endian.
var (
	// 0x40 ‖ co-op (4) ‖ motion (8) → Motion
	motions = state.NewTable[Number, Motion](0x40)
	// 0x41 ‖ co-op (4) ‖ motion (8) → Poll
	polls = state.NewTable[Number, Poll](0x41)
	// 0x42 ‖ co-op (4) ‖ motion (8) → Tally, of casts so far
	tallies = state.NewTable[Number, count.Tally](0x42)
	// 0x43 ‖ co-op (4) ‖ motion (8) ‖ member/64 (8) → page of Paper
	casts = state.NewPagedTable[castKey, Paper](0x43)
	// 0x45 ‖ co-op (4) ‖ 0 (1) → Totals
	totals = state.NewTable[uint8, Totals](0x45)
	// 0x48 ‖ co-op (4) ‖ motion (8) → Count
	counts = state.NewTable[Number, Count](0x48)
)

type castKey struct {
	Motion Number
	Member state.Member
}

// Totals are a co-op's figures.
type Totals struct {
	Motions uint64 `cbor:"1,keyasint,omitempty"` // numbers given out
	Open    uint64 `cbor:"2,keyasint,omitempty"` // under way
}

// Rejections, in the order they are checked. Codes 400-499 belong to this room.
var (
	ErrTitle     = &state.Rejection{Code: 401, Reason: "title is empty, too long or not plain text"}
	ErrStatement = &state.Rejection{Code: 402, Reason: "digest of the statement is not 32 bytes"}
	ErrAction    = &state.Rejection{Code: 403, Reason: "motion carries more than one action, or one that is too large"}
	ErrOptions   = &state.Rejection{Code: 418, Reason: "options are too many or too few, or one is no plain text or comes twice"}
	ErrDuration  = &state.Rejection{Code: 404, Reason: "length of the poll is outside the charter's bounds"}
	ErrCarry     = &state.Rejection{Code: 405, Reason: "the charter does not let this kind of motion carry that action"}
	ErrOpen      = &state.Rejection{Code: 406, Reason: "too many motions are under way"}
	ErrVoteless  = &state.Rejection{Code: 423, Reason: "who has no vote yet cannot propose"}
	ErrProposers = &state.Rejection{Code: 425, Reason: "this kind of motion is proposed by others"}
	ErrElectors  = &state.Rejection{Code: 407, Reason: "no one is entitled to cast on it"}
	ErrUnknown   = &state.Rejection{Code: 408, Reason: "no such motion"}
	ErrPaper     = &state.Rejection{Code: 419, Reason: "paper is empty, too long or not in the form that the motion asks for"}
	ErrNotOpen   = &state.Rejection{Code: 410, Reason: "motion is not open yet"}
	ErrRekeyed   = &state.Rejection{Code: 421, Reason: "others replaced the member's key after the motion opened: a cast made before stands"}
	ErrClosed    = &state.Rejection{Code: 411, Reason: "motion is closed"}
	ErrEntitled  = &state.Rejection{Code: 412, Reason: "member is not in the motion's electorate"}
	ErrChoice    = &state.Rejection{Code: 409, Reason: "choice is none of yes, no, abstain"}
	ErrStands    = &state.Rejection{Code: 424, Reason: "motion is decided by its casts: a cast that was made stands"}
	ErrInPerson  = &state.Rejection{Code: 413, Reason: "only a member can do this, not a motion"}
	ErrTooSoon   = &state.Rejection{Code: 414, Reason: "poll has not been open for the charter's shortest time"}
	ErrDeclaring = &state.Rejection{Code: 415, Reason: "this kind of motion is not closed by declaration"}
	ErrUndecided = &state.Rejection{Code: 422, Reason: "members who have not cast can still change the outcome"}
	ErrProposer  = &state.Rejection{Code: 416, Reason: "only its proposer can withdraw a motion"}
	ErrStarted   = &state.Rejection{Code: 417, Reason: "motion has opened and can no longer be withdrawn"}
	ErrTried     = &state.Rejection{Code: 420, Reason: "what the motion carries would be refused today"}
)

// Find returns a motion and its poll, or ErrUnknown.
func Find(r state.Reader, n Number) (Motion, Poll, error) {
	m, ok, err := motions.Find(r, n)
	if err == nil && !ok {
		err = ErrUnknown.With("motion %d of co-op %d", n, r.Coop())
	}
	if err != nil {
		return m, Poll{}, err
	}
	p, err := polls.Get(r, n)
	return m, p, err
}

// TallyOf returns the tally of the casts on a motion so far.
func TallyOf(r state.Reader, n Number) (count.Tally, error) { return tallies.Get(r, n) }

// TotalsOf returns a co-op's figures.
func TotalsOf(r state.Reader) (Totals, error) { return totals.Get(r, 0) }

// CastOf returns a member's cast on a motion and whether there is one.
func CastOf(r state.Reader, n Number, m state.Member) (Paper, bool, error) {
	return casts.Find(r, castKey{n, m})
}

// Range calls fn for the motions from first to last, by number.
func Range(r state.Reader, first, last Number, fn func(Number, Motion) (bool, error)) error {
	return motions.Range(r, first, last, fn)
}

// RangeCasts calls fn for the casts on a motion, by member number.
func RangeCasts(r state.Reader, n Number, fn func(state.Member, Paper) (bool, error)) error {
	return casts.Range(r, castKey{n, 0}, castKey{n, ^state.Member(0)}, func(k castKey, c Paper) (bool, error) {
		return fn(k.Member, c)
	})
}

// LocateMotion says where a motion, and so its result, is proved.
func LocateMotion(coop state.Coop, n Number) state.Location { return motions.Locate(coop, n) }

// LocateCast says where a member's cast is proved.
func LocateCast(coop state.Coop, n Number, m state.Member) state.Location {
	return casts.Locate(coop, castKey{n, m})
}

// Answer is a paper as text: "yes", "no" or "abstain" for a question of yes or no,
// otherwise its bytes in hexadecimal.
func (p Poll) Answer(marks []byte) string {
	if tag := p.Rules.Method.Tag; (tag == charter.Majority || tag == charter.Veto) && len(marks) == 1 {
		return Choice(marks[0]).String()
	}
	return fmt.Sprintf("%x", marks)
}

// proposed is when the motion was proposed, or the one that it confirms: block time, seconds
// since 1970 UTC. Who had a vote on what was proposed then has one here.
func (p Poll) proposed() int64 {
	if p.Since != 0 {
		return p.Since
	}
	return p.Opens - int64(p.Rules.Notice)*60
}

// votes says whether a member had a vote on the motion after operation op, leaving
// classes and offices aside.
func (p Poll) votes(rec member.Record, op uint64) bool {
	switch {
	case p.Rules.Electorate.Sort == charter.Holders:
		return rec.KeepsOffice(p.Noticed, op)
	case p.Silenced != 0:
		by := silencedBy(rec, state.DayOf(p.proposed()), op)
		return by != 0 && by <= p.Silenced
	}
	return rec.HasVote(p.proposed(), op)
}

// authority is that of motion n of a kind, if it is carried and those options win. What
// the charter says by then of the kind changes neither who decided nor by which rule.
func (p Poll) authority(coop state.Coop, n Number, kind charter.MotionKindID, winners []uint16) state.Authority {
	return state.Authority{
		Actor: state.Actor{Coop: coop, Motion: uint64(n)}, Kind: uint16(kind), Winners: winners,
		All: p.allDecide(), Entrenched: p.Entrenched, Level: uint8(p.Level), Most: p.Rules.Most,
		Opened: p.Opens,
	}
}

// allDecide says whether all members decide the motion, themselves or by confirming it.
func (p Poll) allDecide() bool {
	return p.Rules.AllDecide() || slices.ContainsFunc(p.Then, func(k Confirmer) bool { return k.Rules.AllDecide() })
}

// waitWords say from when on a member counts who waits while the motion is decided.
func (p Poll) waitWords(rec member.Record) string {
	if from := int64(rec.CountsFrom()) * 24 * 60 * 60; from > p.proposed() {
		return fmt.Sprintf(": it counts in what is proposed from %s on", words.Time(from))
	}
	return ""
}

// Entitled says whether a member was in the electorate when the motion opened: one
// who was active, or suspended otherwise than by all members, and in both cases for
// longer than the charter's waiting time; or where nobody was, who lost the vote on what
// it confirms. To cast, a member must not have left or been
// suspended by all members since, and an office holder must hold the office still.
func (p Poll) Entitled(m state.Member, rec member.Record) bool {
	class := p.classOf(rec)
	votes := p.votes(rec, p.Record)
	switch p.Rules.Electorate.Sort {
	case charter.Holders:
		for _, h := range p.Holders {
			if h == m {
				return true
			}
		}
		return false
	case charter.OneClass:
		return votes && class == p.Rules.Electorate.Class
	}
	return votes
}
