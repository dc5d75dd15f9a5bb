// Package amendment changes charters: by the action Amend, which a charter gives to kinds
// of motion, within bounds that no motion can pass (bounds.go, packed.go), clause by clause
// by the level of each (touch.go), at once or on a day (dated.go). Every amendment is a
// record of its own, and what those in force come to is the charter of any day (fold.go).
//
// Rule: docs/rules.md, "Charter and authority".
package amendment

import (
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/tx"
)

// KindAmend is the number of Amend on the wire.
const KindAmend tx.Kind = 0x7001

// Numbers of ballot.Propose and ballot.Cast, without which there are no motions and
// so no amendments. They are defined by package ballot, which imports this one; its
// tests check that they are equal.
const (
	kindPropose tx.Kind = 0x4001
	kindCast    tx.Kind = 0x4002
)

// Amend changes the charter: what it names is replaced, the rest stays; carried, also
// clauses in what it names that it leaves as they were when it was proposed (merge.go). It
// is carried by the kind of motion that the charter itself gives it to. The result is
// an Amend of what was replaced, without what is new: at most MaxGrants grants and
// MaxMotionKinds kinds of motion, under 100 kB.
type Amend struct {
	Grants  []charter.GrantEntry  `cbor:"1,keyasint,omitempty"`
	Motions []charter.MotionEntry `cbor:"2,keyasint,omitempty"`
	Policy  []charter.PolicyEntry `cbor:"3,keyasint,omitempty"` // none or one
	// From is the day from whose beginning it is to be in force, in days since 1970 UTC;
	// at once, if that has come when it is carried or none is named.
	From uint64 `cbor:"4,keyasint,omitempty"`
	// Texts are rules that the ledger does not obey.
	Texts []charter.Text `cbor:"5,keyasint,omitempty"`
}

// Amended reports that the charter was changed, or will be on its day.
type Amended struct {
	Amendment AmendmentNumber `json:"amendment"`
	From      uint64          `json:"from,omitempty"` // the day it is meant from, if it was given one
	Grants    int             `json:"grants"`
	Motions   int             `json:"motions"`
	Policy    bool            `json:"policy"`
	Texts     int             `json:"texts,omitempty"`
}

func (Amended) Event() string { return "charter.Amended" }

// Check refuses what breaks a hard bound.
func (m Amend) Check() error {
	if len(m.Grants)+len(m.Motions)+len(m.Policy)+len(m.Texts) == 0 {
		return charter.ErrBounds.With("an amendment that amends nothing")
	}
	if len(m.Grants) > charter.MaxGrants || len(m.Motions) > charter.MaxMotionKinds || len(m.Policy) > 1 {
		return charter.ErrBounds.With("an amendment of %d grants, %d motions, %d policies", len(m.Grants), len(m.Motions), len(m.Policy))
	}
	if len(m.Texts) > charter.MaxTexts {
		return charter.ErrBounds.With("an amendment of %d texts", len(m.Texts))
	}
	for _, t := range m.Texts {
		if err := t.Valid(); err != nil {
			return err
		}
	}
	for _, g := range m.Grants {
		if err := g.Grant().Valid(); err != nil {
			return err
		}
		if err := g.RequireCollective(); err != nil {
			return err
		}
	}
	if err := m.requireOnce(); err != nil {
		return err
	}
	if err := m.requireMotions(); err != nil {
		return err
	}
	for _, k := range m.Motions {
		if k.ID == 0 {
			return charter.ErrBounds.With("kind of motion 0")
		}
		if err := k.Motion().Valid(); err != nil {
			return err
		}
	}
	for _, p := range m.Policy {
		if err := charter.Policy(p).Valid(); err != nil {
			return err
		}
	}
	return nil
}

// Cost is what the amendment names, record by record, and its own record, which holds
// all of that twice.
func (m Amend) Cost() int {
	return len(m.Grants) + len(m.Motions) + len(m.Policy) + len(m.Texts) + 8 + 2*len(tx.Encode(m))/bytesCost
}

// bytesCost is how many bytes of a record count for one unit more.
const bytesCost = 4 << 10

// requireOnce refuses two clauses of one name: who reads the first takes it for what holds,
// and the last would.
func (m Amend) requireOnce() error {
	for i, g := range m.Grants {
		if slices.ContainsFunc(m.Grants[:i], func(o charter.GrantEntry) bool { return o.Kind == g.Kind }) {
			return charter.ErrBounds.With("who may take actions of kind %04x, twice", uint16(g.Kind))
		}
	}
	for i, k := range m.Motions {
		if slices.ContainsFunc(m.Motions[:i], func(o charter.MotionEntry) bool { return o.ID == k.ID }) {
			return charter.ErrBounds.With("kind of motion %d, twice", k.ID)
		}
	}
	for i, t := range m.Texts {
		if slices.ContainsFunc(m.Texts[:i], func(o charter.Text) bool { return o.Name == t.Name }) {
			return charter.ErrBounds.With("the rule %q, twice", t.Name)
		}
	}
	return nil
}

// requireMotions refuses grants by which a member could put no motion, or by which
// a member who is in the electorate of one could not cast on it: no amendment
// could be carried to undo them.
func (m Amend) requireMotions() error {
	propose, cast := true, true // if they are not named, they stay
	for _, g := range m.Grants {
		switch g.Kind {
		case kindPropose:
			propose = g.Members
		case kindCast:
			cast = g.Members
		}
	}
	if !propose {
		return ErrEntrenched.With("not every member could propose")
	}
	if !cast {
		return ErrEntrenched.With("not every member could cast")
	}
	return nil
}

// A carrier is the kind of motion that carries an amendment.
type carrier struct {
	kind   charter.MotionKindID
	level  charter.Level // of the clauses that it could change when the motion was proposed
	founds bool          // there is none: the co-op is being founded
}

// carrierOf is the motion that carries c's action.
func carrierOf(c *state.Ctx) carrier {
	by := c.Authority()
	return carrier{charter.MotionKindID(by.Kind), max(charter.Level(by.Level), charter.LevelOrdinary), by.Actor == (state.Actor{})}
}

// Apply replaces what the amendment names, or has that wait for its day, provided that
// the charter can still be amended afterwards and its unit of account stays what it was.
func (m Amend) Apply(c *state.Ctx) error {
	m, err := m.asProposed(c)
	if err != nil {
		return err
	}
	by := carrierOf(c)
	if err := m.require(c, by); err != nil {
		return err
	}
	old, err := m.before(c)
	if err != nil {
		return err
	}
	t, err := amendmentTotals.Get(c, 0)
	if err != nil {
		return err
	}
	if m.From > c.Day() {
		if err := m.requireWait(c, t); err != nil {
			return err
		}
	}

	// Past this line nothing fails.
	c.Return(old)
	n := m.record(c, by, old, t)
	c.Emit(Amended{n, m.From, len(m.Grants), len(m.Motions), len(m.Policy) > 0, len(m.Texts)})
	return nil
}

// require refuses an amendment that the charter as it is does not allow whoever carries
// it to make, or after which it could not stand.
func (m Amend) require(c *state.Ctx, by carrier) error {
	before, err := Whole(c)
	if err != nil && state.Rejected(err) != charter.ErrNoCharter {
		return err
	}
	after := before.With(m)
	if err := after.requireKnown(); err != nil {
		return err
	}
	if len(after.grantEntry(KindAmend).Motions) == 0 {
		return ErrEntrenched
	}
	if by.founds {
		return after.Stands()
	}
	if err := m.RequireKept(before.policy()); err != nil {
		return err
	}
	if err := m.requireProtected(by, before, c.KindName); err != nil {
		return err
	}
	if err := after.requireBounds(); err != nil {
		return err
	}
	if err := after.requireDefence(); err != nil {
		return err
	}
	if err := after.requireOwn(); err != nil {
		return err
	}
	if err := m.requireTime(before, after); err != nil {
		return err
	}
	return after.requireClasses()
}

// Stands refuses a whole charter by which a co-op could not go on: see requireKnown,
// requireBounds, requireDefence, requireOwn and requireClasses. What it says is for a ledger to refuse;
// programs ask before anything is signed.
func (m Amend) Stands() error {
	if err := m.requireKnown(); err != nil {
		return err
	}
	if err := m.requireBounds(); err != nil {
		return err
	}
	if err := m.requireDefence(); err != nil {
		return err
	}
	if err := m.requireOwn(); err != nil {
		return err
	}
	return m.requireClasses()
}

// RequireKept refuses an amendment of what no amendment changes: the currency of the charter
// that is in force, and its classes and offices, which are added and never removed.
func (m Amend) RequireKept(was charter.Policy) error {
	for _, p := range m.Policy {
		if p.Currency != was.Currency || p.Digits != was.Digits {
			return charter.ErrBounds.With("the currency of a co-op's books cannot change from %s", was.Currency)
		}
		if len(p.Classes) < len(was.Classes) {
			return charter.ErrBounds.With("classes can be added, not removed")
		}
		if err := keepsOffices(p.Membership, was.Membership); err != nil {
			return err
		}
	}
	return nil
}

// requireClasses refuses a whole charter with a kind of motion of a class that there is
// not, or which names an office that there is not.
func (m Amend) requireClasses() error {
	classes := len(m.policy().Classes)
	for _, k := range m.Motions {
		if e := k.Electorate; e.Sort == charter.OneClass && int(e.Class) > classes {
			return charter.ErrBounds.With("%s: an electorate of class %d of %d", k.Name, e.Class, classes)
		}
		if int(k.ProposerClass) > classes {
			return charter.ErrBounds.With("%s: proposed by class %d of %d", k.Name, k.ProposerClass, classes)
		}
	}
	return m.requireNamed()
}

// requireKnown refuses a whole charter with more kinds of motion than there can be, a grant
// that names one that there is not, and a kind that is to be confirmed by one that there is
// not or that has itself to be confirmed.
func (m Amend) requireKnown() error {
	if len(m.Motions) > charter.MaxMotionKinds {
		return charter.ErrBounds.With("%d kinds of motion", len(m.Motions))
	}
	if len(m.Texts) > charter.MaxTexts {
		return charter.ErrBounds.With("%d texts", len(m.Texts))
	}
	for _, g := range m.Grants {
		for _, id := range g.Motions {
			if m.motionEntry(id).ID == 0 {
				return charter.ErrNoMotion.With("a grant names kind %d", id)
			}
		}
	}
	for _, k := range m.Motions {
		for _, id := range k.Then {
			switch by := m.motionEntry(id); {
			case by.ID == 0:
				return charter.ErrNoMotion.With("kind %d is confirmed by kind %d", k.ID, id)
			case len(by.Then) > 0:
				return charter.ErrBounds.With("kind %d is confirmed by kind %d, which has to be confirmed itself", k.ID, id)
			}
		}
	}
	return nil
}

// before is what the records hold of what the amendment names. What cannot be
// read is left out, and err says so.
func (m Amend) before(r state.Reader) (old Amend, err error) {
	for i, k := range m.Motions {
		was, ok, e := charter.FindMotionKind(r, k.ID)
		if e != nil {
			err = e
		}
		if ok && i == m.lastMotion(k.ID) {
			old.Motions = append(old.Motions, was.Entry(k.ID))
		}
	}
	for i, g := range m.Grants {
		was, ok, e := charter.FindGrant(r, g.Kind)
		if e != nil {
			err = e
		}
		if ok && i == m.lastGrant(g.Kind) {
			old.Grants = append(old.Grants, was.Entry(g.Kind))
		}
	}
	for _, t := range m.Texts {
		was, ok, e := charter.FindText(r, t.Name)
		if e != nil {
			err = e
		}
		if ok && old.text(t.Name).Name == "" {
			old.Texts = append(old.Texts, was)
		}
	}
	if len(m.Policy) > 0 {
		was, ok, e := charter.FindPolicy(r)
		if e != nil {
			err = e
		}
		if ok {
			old.Policy = []charter.PolicyEntry{charter.PolicyEntry(was)}
		}
	}
	return old, err
}

// lastMotion and lastGrant are where an amendment names something for the last
// time: that is the one that counts.
func (m Amend) lastMotion(id charter.MotionKindID) (at int) {
	for i, k := range m.Motions {
		if k.ID == id {
			at = i
		}
	}
	return at
}

func (m Amend) lastGrant(kind tx.Kind) (at int) {
	for i, g := range m.Grants {
		if g.Kind == kind {
			at = i
		}
	}
	return at
}

// Kinds are this room's actions.
var Kinds state.KindList

var _ = Kinds.Add(state.KindOf[Amend](KindAmend, "charter.Amend"))
