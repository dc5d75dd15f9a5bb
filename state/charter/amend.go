package charter

import (
	"fmt"
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/words"
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
}

// Amended reports that the charter was changed.
type Amended struct {
	Grants  int  `json:"grants"`
	Motions int  `json:"motions"`
	Policy  bool `json:"policy"`
}

func (Amended) Event() string { return "charter.Amended" }

// Check refuses what breaks a hard bound.
func (m Amend) Check() error {
	if len(m.Grants)+len(m.Motions)+len(m.Policy) == 0 {
		return ErrBounds.With("an amendment that amends nothing")
	}
	if len(m.Grants) > MaxGrants || len(m.Motions) > MaxMotionKinds || len(m.Policy) > 1 {
		return ErrBounds.With("an amendment of %d grants, %d motions, %d policies", len(m.Grants), len(m.Motions), len(m.Policy))
	}
	for _, g := range m.Grants {
		if err := g.grant().Valid(); err != nil {
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
		if err := k.motion().Valid(); err != nil {
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

// Cost is what the amendment names, record by record.
func (m Amend) Cost() int { return len(m.Grants) + len(m.Motions) + len(m.Policy) + 4 }

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

// Apply replaces what the amendment names, provided that the charter can still
// be amended afterwards and its unit of account stays what it was.
func (m Amend) Apply(c *state.Ctx) error {
	m, err := m.asProposed(c)
	if err != nil {
		return err
	}
	if err := m.requireKnown(c); err != nil {
		return err
	}
	amending, err := m.grantAfter(c, KindAmend)
	if err != nil {
		return err
	}
	if len(amending.Motions) == 0 {
		return ErrEntrenched
	}
	policy, founded, err := policies.Find(c, 0)
	if err != nil {
		return err
	}
	classes := len(policy.Classes)
	for _, p := range m.Policy {
		classes = len(p.Classes)
		if founded && (p.Currency != policy.Currency || p.Digits != policy.Digits) {
			return ErrBounds.With("the currency of a co-op's books cannot change from %s", policy.Currency)
		}
		if len(p.Classes) < len(policy.Classes) {
			return ErrBounds.With("classes can be added, not removed")
		}
	}
	if err := m.requireEntrenched(c, policy, founded); err != nil {
		return err
	}
	for _, k := range m.Motions {
		if e := k.Electorate; e.Sort == OneClass && int(e.Class) > classes {
			return ErrBounds.With("%s: an electorate of class %d of %d", k.Name, e.Class, classes)
		}
	}
	old, err := m.before(c)
	if err != nil {
		return err
	}

	// Past this line nothing fails.
	c.Return(old)
	for _, g := range m.Grants {
		grants.Put(c, g.Kind, g.grant())
	}
	for _, k := range m.Motions {
		motionKinds.Put(c, k.ID, k.motion())
	}
	for _, p := range m.Policy {
		policies.Put(c, 0, Policy(p))
	}
	c.Emit(Amended{len(m.Grants), len(m.Motions), len(m.Policy) > 0})
	return nil
}

// requireKnown refuses more kinds of motion than there can be, and a grant that names one
// that there is not.
func (m Amend) requireKnown(c *state.Ctx) error {
	known := map[MotionKindID]bool{}
	err := MotionKinds(c, func(id MotionKindID, _ MotionKind) (bool, error) {
		known[id] = true
		return true, nil
	})
	if err != nil {
		return err
	}
	for _, k := range m.Motions {
		known[k.ID] = true
	}
	if len(known) > MaxMotionKinds {
		return ErrBounds.With("%d kinds of motion", len(known))
	}
	for _, g := range m.Grants {
		for _, id := range g.Motions {
			if !known[id] {
				return ErrNoMotion.With("a grant names kind %d", id)
			}
		}
	}
	return nil
}

// Describe says what every rule that the amendment names was and becomes.
func (m Amend) Describe(t state.Telling) state.Words {
	old, done := state.Was[Amend](t)
	if !done {
		old, _ = m.before(t) // without it, the clauses say only what becomes
	}
	var w state.Words
	var parts []string
	if base, ok := state.Replaced[Amend](t); ok {
		merged, changed := m.merge(base, old, t.KindName)
		if m = merged; len(changed) > 0 && !done {
			w.Clauses = append(w.Clauses, state.Fact("has changed since it was proposed",
				"%s: as this stands, it is refused when it is carried", words.List(changed, "and")))
		}
	}
	was, is := m.naming(t, old, false), m.naming(t, old, true)
	if clauses, n := m.motionClauses(old, was, is); n > 0 {
		w.Clauses = append(w.Clauses, clauses...)
		parts = append(parts, words.Plural(n, "kind")+" of motion")
	}
	if clauses := m.grantClauses(t, old, was, is); len(clauses) > 0 {
		w.Clauses = append(w.Clauses, clauses...)
		parts = append(parts, "who may take "+words.Plural(uint64(len(clauses)), "action"))
	}
	for _, p := range m.Policy {
		var before []state.Clause
		for _, o := range old.Policy {
			before = Policy(o).Facts()
		}
		w.Clauses = append(w.Clauses, replaced("", before, Policy(p).Facts())...)
		parts = append(parts, "its figures")
	}
	w.Phrase = "amend the charter: " + words.List(parts, "and")
	return w
}

// motionClauses are the clauses of n kinds of motion.
func (m Amend) motionClauses(old Amend, was, is naming) (out []state.Clause, n uint64) {
	for i, k := range m.Motions {
		if i != m.lastMotion(k.ID) {
			continue
		}
		n++
		var before []state.Clause
		name := ""
		for _, o := range old.Motions {
			if o.ID == k.ID {
				before, name = o.motion().Facts(was.class), words.Plain(o.Name)
			}
		}
		of := motionWords(k.ID)
		out = append(out, state.Clause{What: of + "name", Before: name, After: words.Plain(k.Name)})
		out = append(out, replaced(of, before, k.motion().Facts(is.class))...)
	}
	return out, n
}

// grantClauses are a clause for each kind of action.
func (m Amend) grantClauses(t state.Telling, old Amend, was, is naming) (out []state.Clause) {
	for i, g := range m.Grants {
		if i != m.lastGrant(g.Kind) {
			continue
		}
		before := Grant{} // of a kind of action on which the charter is silent
		for _, o := range old.Grants {
			if o.Kind == g.Kind {
				before = o.grant()
			}
		}
		out = append(out, state.Clause{
			What:   grantWords(t.KindName(g.Kind)),
			Before: before.Words(was.motion, t.NameOf), After: g.grant().Words(is.motion, t.NameOf),
		})
	}
	return out
}

// motionWords begin, and grantWords are, what a clause is called.
func motionWords(id MotionKindID) string { return fmt.Sprintf("motion %d, ", id) }
func grantWords(kindName string) string  { return "who may take " + kindName }

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

// A naming gives the names of what rules refer to, before an amendment or after it.
type naming struct {
	motion func(MotionKindID) string
	class  func(Class) string
}

// naming is that before m, of which old is what it replaces, or after.
func (m Amend) naming(r state.Reader, old Amend, after bool) naming {
	first := old
	if after {
		first = m
	}
	return naming{
		motion: func(id MotionKindID) string {
			for _, k := range slices.Backward(first.Motions) {
				if k.ID == id {
					return k.motion().called(id)
				}
			}
			return MotionName(r, id)
		},
		class: func(c Class) string {
			if len(first.Policy) > 0 {
				return Policy(first.Policy[0]).Class(c)
			}
			return ClassName(r, c)
		},
	}
}

// replaced pairs the facts before and after a change. of is put before each.
func replaced(of string, before, after []state.Clause) []state.Clause {
	out := make([]state.Clause, len(after))
	for i, c := range after {
		out[i] = state.Clause{What: of + c.What, After: c.After}
		for _, b := range before {
			if b.What == c.What {
				out[i].Before = b.After
			}
		}
	}
	for _, b := range before {
		if !slices.ContainsFunc(after, func(c state.Clause) bool { return c.What == b.What }) {
			out = append(out, state.Clause{What: of + b.What, Before: b.After})
		}
	}
	return out
}

// Kinds are this room's actions.
var Kinds state.KindList

var _ = Kinds.Add(state.KindOf[Amend](KindAmend, "charter.Amend"))
