package amendment

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/agenda"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/words"
	"github.com/rochdale-ledger/rochdale/tx"
)

// An AmendmentNumber counts a co-op's amendments from 1, which is its founding charter.
type AmendmentNumber uint64

// An AmendmentStatus says whether an amendment has taken effect. Numbers are
// append-only.
type AmendmentStatus uint8

// Statuses of an amendment.
const (
	AmendmentWaits   AmendmentStatus = 1 // for its day
	AmendmentInForce AmendmentStatus = 2 // since Effective
	AmendmentLapsed  AmendmentStatus = 3 // on its day it could not take effect any more
)

var amendmentNames = charter.Names{"", "waiting", "in force", "lapsed"}

func (s AmendmentStatus) String() string { return amendmentNames.Of(int(s)) }

// An Amendment is one change of a charter. Those in force, one after the other in
// Order, make up the charter; nothing of an amendment is ever changed but its status.
// Times are in seconds since 1970 UTC.
type Amendment struct {
	By       state.Actor          `cbor:"1,keyasint,omitempty"` // the motion; the zero Actor founded the co-op
	Kind     charter.MotionKindID `cbor:"2,keyasint,omitempty"` // of the motion
	Level    charter.Level        `cbor:"3,keyasint,omitempty"` // of the clauses that this kind could change when the motion was proposed
	Recorded int64                `cbor:"4,keyasint,omitempty"` // when it was carried
	From     uint64               `cbor:"5,keyasint,omitempty"` // the day from whose beginning it is meant, in days since 1970; zero if at once
	Status   AmendmentStatus      `cbor:"6,keyasint,omitempty"`
	Set      Amend                `cbor:"7,keyasint,omitempty"` // in force: what it made of the charter's rules, each whole; otherwise what it would
	Was      Amend                `cbor:"8,keyasint,omitempty"` // what that replaced; otherwise what it would have when it was carried
	Order    uint64               `cbor:"9,keyasint,omitempty"` // its place among those that took effect, from 1
	// Effective is when it took effect, zero if it has not.
	Effective int64 `cbor:"10,keyasint,omitempty"`
	// Ended is when it lapsed, Refused the code of the rejection and Why its words.
	Ended   int64  `cbor:"11,keyasint,omitempty"`
	Refused uint32 `cbor:"12,keyasint,omitempty"`
	Why     string `cbor:"13,keyasint,omitempty"` // at most MaxWhy bytes
}

// Amendments are the figures of a co-op's amendments.
type Amendments struct {
	Recorded uint64 `cbor:"1,keyasint,omitempty"` // the last number
	InForce  uint64 `cbor:"2,keyasint,omitempty"` // that took effect: the last place
	Waiting  uint64 `cbor:"3,keyasint,omitempty"`
}

// Bounds of amendments that wait for their day.
const (
	MaxAhead = 732 // days from when it is carried: who is a member then still knows of it. Bound of the machine
	MaxDated = 32  // amendments of one co-op that wait
	MaxWhy   = 512 // bytes of the reason for which one lapsed
)

// amendments are a co-op's charter and how it came to be.
//
//	0x74 ‖ co-op (4) ‖ number (8) → Amendment
var amendments = state.NewTable[AmendmentNumber, Amendment](0x74)

// amendmentTotals hold the figures; there is one record a co-op.
//
//	0x75 ‖ co-op (4) ‖ 0 (1) → Amendments
var amendmentTotals = state.NewTable[uint8, Amendments](0x75)

// Rejections of amendments with a date, in the order they are checked.
var (
	ErrAhead = Hints.Add(&state.Rejection{Code: 711, Reason: "the amendment would take effect too late"},
		"name a day within two years from when it is carried")
	ErrManyWait = Hints.Add(&state.Rejection{Code: 712, Reason: "too many amendments wait for their day"},
		"see which: rochdale charter log; let one take effect first")
)

// TookEffect reports that an amendment that waited for its day took effect.
type TookEffect struct {
	Coop      state.Coop      `json:"coop"`
	Amendment AmendmentNumber `json:"amendment"`
}

func (TookEffect) Event() string { return "charter.TookEffect" }

// Lapsed reports that an amendment could not take effect on its day.
type Lapsed struct {
	Coop      state.Coop      `json:"coop"`
	Amendment AmendmentNumber `json:"amendment"`
	Code      uint32          `json:"code"`
	Why       string          `json:"why"`
}

func (Lapsed) Event() string { return "charter.Lapsed" }

// onAgenda is this room's number on the agenda; an item is an amendment's number.
const onAgenda agenda.Room = 0x70

// Agenda lets amendments take effect whose day has come, in the order of the days and
// then of their numbers.
var Agenda = agenda.Handler{Room: onAgenda, Turn: takeEffect}

// midnight is when a day begins, in seconds. The day is at most MaxAhead after one that
// a block had, so it does not overflow.
func midnight(day uint64) int64 { return int64(day) * 24 * 60 * 60 }

// requireWait refuses an amendment that would take effect too late, or that would wait
// with too many others.
func (m Amend) requireWait(c *state.Ctx, t Amendments) error {
	if m.From-c.Day() > MaxAhead {
		return ErrAhead.With("on %s, %s after it is carried; at most %s can be",
			words.Day(m.From), words.Plural(m.From-c.Day(), "day"), words.Plural(MaxAhead, "day"))
	}
	if t.Waiting >= MaxDated {
		return ErrManyWait.With("%d", t.Waiting)
	}
	return nil
}

// record writes an amendment that was carried and takes effect at once, or has it wait.
// It cannot fail. t is what the figures were.
func (m Amend) record(c *state.Ctx, by carrier, old Amend, t Amendments) AmendmentNumber {
	t.Recorded++
	n := AmendmentNumber(t.Recorded)
	a := Amendment{By: c.Actor(), Kind: by.kind, Level: by.level, Recorded: c.Time(), From: m.From, Set: m, Was: old}
	a.Set.From = 0
	if m.From > c.Day() {
		t.Waiting++
		a.Status = AmendmentWaits
		agenda.Put(c, midnight(m.From), onAgenda, uint64(n))
	} else {
		t.InForce++
		a.begin(c, t.InForce)
	}
	amendments.Put(c, n, a)
	amendmentTotals.Put(c, 0, t)
	return n
}

// begin writes the rules that an amendment sets. order is its place.
func (a *Amendment) begin(c *state.Ctx, order uint64) {
	a.Status, a.Order, a.Effective = AmendmentInForce, order, c.Time()
	for _, g := range a.Set.Grants {
		charter.PutGrant(c, g.Kind, g.Grant())
	}
	for _, k := range a.Set.Motions {
		charter.PutMotionKind(c, k.ID, k.Motion())
	}
	for _, p := range a.Set.Policy {
		charter.PutPolicy(c, charter.Policy(p))
	}
	for _, t := range a.Set.Texts {
		charter.PutText(c, t)
	}
}

// passCost is what a turn costs in units that finds nothing to do.
const passCost = 1

// takeEffect does what is due for one amendment: it takes effect if it still could be
// carried by the motion that carried it, and lapses otherwise.
func takeEffect(c *state.Ctx, item uint64, left int) (used int, done bool, err error) {
	n := AmendmentNumber(item)
	a, err := amendments.Get(c, n)
	if err != nil || a.Status != AmendmentWaits {
		return passCost, true, err
	}
	cost := state.CostOf(a.Set)
	if cost > left {
		return 0, false, nil
	}
	t, err := amendmentTotals.Get(c, 0)
	if err != nil {
		return 0, false, err
	}
	m, old, err := a.Set.enacted(c, carrier{kind: a.Kind, level: a.Level}, a.Was)
	why := state.Rejected(err)
	if err != nil && why == nil {
		return 0, false, err
	}

	// Past this line nothing fails.
	t.Waiting--
	if why != nil {
		a.Status, a.Ended, a.Refused, a.Why = AmendmentLapsed, c.Time(), why.Code, shortened(err.Error())
		c.Emit(Lapsed{c.Coop(), n, why.Code, a.Why})
	} else {
		t.InForce++
		a.Set, a.Was = m, old
		a.begin(c, t.InForce)
		c.Emit(TookEffect{c.Coop(), n})
	}
	amendments.Put(c, n, a)
	amendmentTotals.Put(c, 0, t)
	return cost, true, nil
}

// enacted is what a carried amendment comes to in the state as it is, by whom it was
// carried, and what it replaces: base is what it would have when members were asked. It
// makes all checks that Apply makes.
func (m Amend) enacted(c *state.Ctx, by carrier, base Amend) (out, old Amend, err error) {
	now, err := m.before(c)
	if err != nil {
		return m, now, err
	}
	out, err = m.against(base, now, c.KindName)
	if err != nil {
		return m, now, err
	}
	amending, err := charter.GrantOf(c, KindAmend)
	if err != nil {
		return m, now, err
	}
	if !slices.Contains(amending.Motions, by.kind) {
		return m, now, ErrProtected.With("kind %d no longer amends the charter", by.kind)
	}
	return out, now, out.require(c, by)
}

// shortened is text of at most MaxWhy bytes.
func shortened(text string) string {
	if len(text) > MaxWhy {
		text = text[:MaxWhy]
	}
	return strings.ToValidUTF8(text, "")
}

// AmendmentOf returns an amendment, or ErrNoAmendment.
func AmendmentOf(r state.Reader, n AmendmentNumber) (Amendment, error) {
	a, ok, err := amendments.Find(r, n)
	if err == nil && !ok {
		err = ErrNoAmendment.With("number %d", n)
	}
	return a, err
}

// RangeAmendments calls fn for amendments from first to last, by number.
func RangeAmendments(r state.Reader, first, last AmendmentNumber, fn func(AmendmentNumber, Amendment) (bool, error)) error {
	return amendments.Range(r, first, last, fn)
}

// AmendmentsOf returns the figures of a co-op's amendments.
func AmendmentsOf(r state.Reader) (Amendments, error) { return amendmentTotals.Get(r, 0) }

// ErrNoAmendment is for readers.
var ErrNoAmendment = Hints.Add(&state.Rejection{Code: 713, Reason: "no such amendment"}, "see which there are: rochdale charter log")

// WhenWords say from when an amendment is in force.
func (a Amendment) WhenWords() string {
	switch a.Status {
	case AmendmentInForce:
		return "since " + words.Time(a.Effective)
	case AmendmentWaits:
		return "from " + words.Day(a.From) + " on"
	case AmendmentLapsed:
		return fmt.Sprintf("lapsed on %s: %s", words.Day(state.DayOf(a.Ended)), words.Plain(a.Why))
	}
	return a.Status.String()
}

// Describe says what an amendment changed or, if it has not taken effect, what it would
// have when it was carried.
func (a Amendment) Describe(t state.Telling) state.Words {
	t.Result, t.Was = tx.Encode(a.Was), nil
	m := a.Set
	m.From = a.From
	w := m.Describe(t)
	if a.By == (state.Actor{}) {
		w.Phrase = strings.Replace(w.Phrase, "amend the charter", "found the charter", 1)
	}
	return w
}
