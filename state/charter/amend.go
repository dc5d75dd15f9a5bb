package charter

import (
	"github.com/rochdale-ledger/rochdale/state"
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
	Grants  []GrantEntry  `cbor:"1,keyasint,omitempty"`
	Motions []MotionEntry `cbor:"2,keyasint,omitempty"`
	Policy  []PolicyEntry `cbor:"3,keyasint,omitempty"` // none or one
	// From is the day from whose beginning it is to be in force, in days since 1970 UTC;
	// at once, if that has come when it is carried or none is named.
	From uint64 `cbor:"4,keyasint,omitempty"`
	// Texts are rules that the ledger does not obey; of one name the last counts.
	Texts []Text `cbor:"5,keyasint,omitempty"`
}

// A GrantEntry replaces who may take one kind of action.
type GrantEntry struct {
	Kind      tx.Kind        `cbor:"1,keyasint,omitempty"`
	Concerned bool           `cbor:"2,keyasint,omitempty"` // the member the action is about
	Members   bool           `cbor:"3,keyasint,omitempty"` // any active member
	Offices   []Office       `cbor:"4,keyasint,omitempty"`
	Motions   []MotionKindID `cbor:"5,keyasint,omitempty"` // carried by such a motion
	Others    []OtherEntry   `cbor:"6,keyasint,omitempty"` // officers of other co-ops
}

// An OtherEntry is an office of another co-op.
type OtherEntry struct {
	Coop   state.Coop `cbor:"1,keyasint,omitempty"`
	Office Office     `cbor:"2,keyasint,omitempty"`
}

// A MotionEntry adds or replaces one kind of motion. Motions under way keep the
// rule that they were proposed with. Times are in minutes.
type MotionEntry struct {
	ID         MotionKindID    `cbor:"1,keyasint,omitempty"`
	Name       string          `cbor:"2,keyasint,omitempty"`
	Electorate ElectorateEntry `cbor:"3,keyasint,omitempty"`
	Method     Method          `cbor:"4,keyasint,omitempty"`
	Notice     uint32          `cbor:"5,keyasint,omitempty"` // from proposal to opening
	Shortest   uint32          `cbor:"6,keyasint,omitempty"` // poll, at least
	Longest    uint32          `cbor:"7,keyasint,omitempty"` // poll, at most
	Closing    Closing         `cbor:"8,keyasint,omitempty"`
	// Who has to propose it, what confirms it, how much it moves: as in MotionKind.
	Proposers     []Office       `cbor:"9,keyasint,omitempty"`
	ProposerClass Class          `cbor:"10,keyasint,omitempty"`
	Then          []MotionKindID `cbor:"11,keyasint,omitempty"`
	Most          uint64         `cbor:"12,keyasint,omitempty"`
}

// An ElectorateEntry is who may cast on a kind of motion.
type ElectorateEntry struct {
	Sort    ElectorateSort `cbor:"1,keyasint,omitempty"`
	Class   Class          `cbor:"2,keyasint,omitempty"`
	Offices []Office       `cbor:"3,keyasint,omitempty"`
}

// A PolicyEntry replaces the charter's figures, all of them.
type PolicyEntry struct {
	Currency  string   `cbor:"1,keyasint,omitempty"` // ISO 4217, three capitals
	Digits    uint8    `cbor:"2,keyasint,omitempty"` // of the minor unit: 2 for cents
	Allowance uint32   `cbor:"3,keyasint,omitempty"` // transactions a member a day
	Classes   []string `cbor:"4,keyasint,omitempty"` // names of classes 1, 2, …
	// Entrenched is the kind of motion that alone changes what is entrenched.
	Entrenched MotionKindID `cbor:"5,keyasint,omitempty"`
	// Waiting is for how many days a new member is in no electorate, and one whom
	// officers suspend stays in it: MinWaiting if it is zero.
	Waiting uint32 `cbor:"6,keyasint,omitempty"`
	// Alone is how much one officer moves without a motion in a day, in minor
	// units, at most; zero is no limit.
	Alone uint64 `cbor:"7,keyasint,omitempty"`
	// Overdrafts are how far below zero the bank and funds may go, by account;
	// what is not named may not at all.
	Overdrafts []Overdraft `cbor:"8,keyasint,omitempty"`
	// Special and Principle are the kinds of motion that change clauses of these levels;
	// where there are none, the entrenched one does. See Level.
	Special   []MotionKindID `cbor:"9,keyasint,omitempty"`
	Principle []MotionKindID `cbor:"10,keyasint,omitempty"`
	// Levels are the clauses that are raised above the level built in.
	Levels []ClauseLevel `cbor:"11,keyasint,omitempty"`
	// Membership are the figures on how memberships begin and end.
	Membership Membership `cbor:"12,keyasint,omitempty"`
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
		return ErrBounds.With("an amendment that amends nothing")
	}
	if len(m.Grants) > MaxGrants || len(m.Motions) > MaxMotionKinds || len(m.Policy) > 1 {
		return ErrBounds.With("an amendment of %d grants, %d motions, %d policies", len(m.Grants), len(m.Motions), len(m.Policy))
	}
	if len(m.Texts) > MaxTexts {
		return ErrBounds.With("an amendment of %d texts", len(m.Texts))
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
		if err := g.requireCollective(); err != nil {
			return err
		}
	}
	if err := m.requireMotions(); err != nil {
		return err
	}
	for _, k := range m.Motions {
		if k.ID == 0 {
			return ErrBounds.With("kind of motion 0")
		}
		if err := k.Motion().Valid(); err != nil {
			return err
		}
	}
	for _, p := range m.Policy {
		if err := Policy(p).Valid(); err != nil {
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

// requireMotions refuses grants by which a member could put no motion, or by which
// a member who is in the electorate of one could not cast on it: no amendment
// could be carried to undo them.
func (m Amend) requireMotions() error {
	propose, cast := true, true // if they are not named, they stay
	for _, g := range m.Grants {
		switch g.Kind { // the last one counts
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
	kind   MotionKindID
	level  Level // of the clauses that it could change when the motion was proposed
	founds bool  // there is none: the co-op is being founded
}

// carrierOf is the motion that carries c's action.
func carrierOf(c *state.Ctx) carrier {
	by := c.Authority()
	return carrier{MotionKindID(by.Kind), max(Level(by.Level), LevelOrdinary), by.Actor == (state.Actor{})}
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
	if err != nil && state.Rejected(err) != ErrNoCharter {
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
	if err := m.requireKept(before.policy()); err != nil {
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
	if err := m.requireTime(before, after); err != nil {
		return err
	}
	return after.requireClasses()
}

// Stands refuses a whole charter by which a co-op could not go on: see requireKnown,
// requireBounds, requireDefence and requireClasses. What it says is for a ledger to refuse;
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
	return m.requireClasses()
}

// requireKept refuses an amendment of what no amendment changes.
func (m Amend) requireKept(was Policy) error {
	for _, p := range m.Policy {
		if p.Currency != was.Currency || p.Digits != was.Digits {
			return ErrBounds.With("the currency of a co-op's books cannot change from %s", was.Currency)
		}
		if len(p.Classes) < len(was.Classes) {
			return ErrBounds.With("classes can be added, not removed")
		}
		if err := p.Membership.keepsOffices(was.Membership); err != nil {
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
		if e := k.Electorate; e.Sort == OneClass && int(e.Class) > classes {
			return ErrBounds.With("%s: an electorate of class %d of %d", k.Name, e.Class, classes)
		}
		if int(k.ProposerClass) > classes {
			return ErrBounds.With("%s: proposed by class %d of %d", k.Name, k.ProposerClass, classes)
		}
	}
	return m.requireNamed()
}

// requireKnown refuses a whole charter with more kinds of motion than there can be, a grant
// that names one that there is not, and a kind that is to be confirmed by one that there is
// not or that has itself to be confirmed.
func (m Amend) requireKnown() error {
	if len(m.Motions) > MaxMotionKinds {
		return ErrBounds.With("%d kinds of motion", len(m.Motions))
	}
	if len(m.Texts) > MaxTexts {
		return ErrBounds.With("%d texts", len(m.Texts))
	}
	for _, g := range m.Grants {
		for _, id := range g.Motions {
			if m.motionEntry(id).ID == 0 {
				return ErrNoMotion.With("a grant names kind %d", id)
			}
		}
	}
	for _, k := range m.Motions {
		for _, id := range k.Then {
			switch by := m.motionEntry(id); {
			case by.ID == 0:
				return ErrNoMotion.With("kind %d is confirmed by kind %d", k.ID, id)
			case len(by.Then) > 0:
				return ErrBounds.With("kind %d is confirmed by kind %d, which has to be confirmed itself", k.ID, id)
			}
		}
	}
	return nil
}

// before is what the records hold of what the amendment names. What cannot be
// read is left out, and err says so.
func (m Amend) before(r state.Reader) (old Amend, err error) {
	for i, k := range m.Motions {
		was, ok, e := motionKinds.Find(r, k.ID)
		if e != nil {
			err = e
		}
		if ok && i == m.lastMotion(k.ID) {
			old.Motions = append(old.Motions, was.Entry(k.ID))
		}
	}
	for i, g := range m.Grants {
		was, ok, e := grants.Find(r, g.Kind)
		if e != nil {
			err = e
		}
		if ok && i == m.lastGrant(g.Kind) {
			old.Grants = append(old.Grants, was.Entry(g.Kind))
		}
	}
	for _, t := range m.Texts {
		was, ok, e := texts.Find(r, keyOf(t.Name))
		if e != nil {
			err = e
		}
		if ok && old.text(t.Name).Name == "" {
			old.Texts = append(old.Texts, was)
		}
	}
	if len(m.Policy) > 0 {
		was, ok, e := policies.Find(r, 0)
		if e != nil {
			err = e
		}
		if ok {
			old.Policy = []PolicyEntry{PolicyEntry(was)}
		}
	}
	return old, err
}

// lastMotion and lastGrant are where an amendment names something for the last
// time: that is the one that counts.
func (m Amend) lastMotion(id MotionKindID) (at int) {
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
