package member

import (
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/agenda"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/tx"
)

// An Entry is what is needed to put someone on the register.
type Entry struct {
	Key        tx.PublicKey  `cbor:"1,keyasint,omitempty"`
	Class      charter.Class `cbor:"2,keyasint,omitempty"`
	Commitment []byte        `cbor:"3,keyasint,omitempty"` // empty, or 32 bytes
	Proof      []byte        `cbor:"4,keyasint,omitempty"` // made by tx.PrivateKey.Possession; in an import only, empty, 64 bytes, or a passkey's assertion
	// Until is the last day, since 1970 UTC, on which the member can put a key of its own in
	// the place of Key, which is an invitation key; zero if Key is its own. In an import
	// only, in which Key may be missing too.
	Until uint64 `cbor:"5,keyasint,omitempty"`
	Sort  Sort   `cbor:"6,keyasint,omitempty"` // a person if it is left out
}

// ErrSort refuses a member that is nothing of the sort.
var ErrSort = Hints.Add(&state.Rejection{Code: 148, Reason: "no such sort of member"}, "members are persons, co-ops, groups or other bodies: --sort")

func (e Entry) check() error {
	vacant := len(e.Key) == 0 && e.Until == 0 && len(e.Proof) == 0
	if err := CheckKey(e.Key); err != nil && !vacant {
		return err
	}
	if e.Class == 0 || e.Class > charter.MaxClasses {
		return ErrClass.With("%d", e.Class)
	}
	if n := len(e.Commitment); n != 0 && n != 32 {
		return ErrCommitment.With("%d bytes", n)
	}
	if n := len(e.Proof); n != 0 && (!e.Key.Fits(n) || e.Until != 0) {
		return ErrPossession.With("%d bytes", n)
	}
	if !e.Sort.Known() {
		return ErrSort.With("%v", e.Sort)
	}
	return nil
}

// CheckKey refuses what is no key, and a key by which anyone could sign or that has two
// encodings.
func CheckKey(k tx.PublicKey) error {
	if err := k.Valid(); err != nil {
		return ErrKey.With("%v", err)
	}
	if err := k.Usable(); err != nil {
		return ErrUnusable.With("%v", err)
	}
	return nil
}

// requireProof refuses a proof that k is held which is not one for the co-op of c.
func requireProof(c *state.Ctx, k tx.PublicKey, proof []byte) error {
	if !k.VerifyPossession(c.Chain(), uint32(c.Coop()), proof) {
		return ErrPossession
	}
	return nil
}

// requireFree refuses a key or class with which e cannot be registered by policy.
func (e Entry) requireFree(c *state.Ctx, policy charter.Policy) error {
	if len(e.Key) > 0 {
		holder, err := ByKey(c, e.Key)
		if err != nil {
			return err
		}
		if holder != 0 {
			return ErrKeyTaken.With("by member %d", holder)
		}
	}
	if int(e.Class) > len(policy.Classes) {
		return ErrClass.With("%d of %d", e.Class, len(policy.Classes))
	}
	return nil
}

// enter gives e the next number, with whatever of a record it has that e has not. It
// cannot fail after requireFree.
func enter(c *state.Ctx, t *Totals, e Entry, s Standing, rec Record) state.Member {
	t.Members++
	m := state.Member(t.Members)
	if len(e.Key) > 0 {
		Reserve(c, e.Key, m)
	}
	rec.Key, rec.Commitment, rec.Sort = e.Key, e.Commitment, e.Sort
	change(c, t, m, rec, Change{Standing: s, Class: e.Class})
	return m
}

// change moves a member to the standing and class of to. Only here are they and the
// totals written, so that they cannot differ. Operation, time and actor are filled
// in. The caller stores t. It panics if the store cannot be read.
func change(c *state.Ctx, t *Totals, m state.Member, rec Record, to Change) {
	if to.Standing == Suspended && to.Until > 0 && !to.Key {
		to.Until = max(to.Until, rec.CountsFrom())
	}
	if len(rec.History) > 0 && rec.Standing() == Active {
		t.Active[rec.Class()-1]--
	}
	if to.Standing == Active {
		for len(t.Active) < int(to.Class) {
			t.Active = append(t.Active, 0)
		}
		t.Active[to.Class-1]++
	}
	t.Operations++
	to.Operation, to.Time, to.By = t.Operations, c.Time(), c.Actor()
	was, _ := rec.Suspension(^uint64(0))
	if to.Standing == Left {
		rec = void(c, rec, t, m)
		if rec.Leaves != 0 {
			if rec.Recorded() {
				t.Recorded--
			}
			agenda.Delete(c, midnight(rec.Leaves), leavingDue, uint64(m))
			rec.Leaves = 0
		}
	}
	turn(c, rec, ^uint64(0))
	if to.Standing == Left {
		if len(rec.History) > 0 && rec.Unclaimed() {
			t.Unclaimed--
			rec.Key = nil // an invitation's, which nobody may use any more
		}
		rec = rec.Counting(0)
		rec.Invited = 0
	}
	rec.History = append(slices.Clip(rec.History), to)
	turn(c, rec, 1)
	is, _ := rec.Suspension(^uint64(0))
	t.suspend(c, m, was, is, to.Lapsed)
	records.Put(c, m, rec)
}

// move is the body of the actions that change one member's standing to that of to.
// counts is as in Record, zero to leave it.
func move(c *state.Ctx, m state.Member, to Change, counts uint64, from ...Standing) error {
	rec, err := Find(c, m)
	if err != nil {
		return err
	}
	if !slices.Contains(from, rec.Standing()) {
		return ErrStanding.With("member %d %s", m, rec.Standing().Is())
	}
	if err := requireRoom(c, rec, to); err != nil {
		return err
	}
	t, err := totals.Get(c, 0)
	if err != nil {
		return err
	}
	var held, returned []charter.Office
	var since, again []int64
	offices, err := charter.OfficesOf(c)
	if err != nil {
		return err
	}
	for _, o := range offices {
		post, holds, err := posts.Find(c, postKey{o, m})
		if err != nil {
			return err
		}
		if holds {
			held, since = append(held, o), append(since, post.Since)
		}
	}
	if began, suspended := rec.Suspension(^uint64(0)); suspended && to.Standing == Active {
		if returned, again, err = vacant(c, rec, began); err != nil {
			return err
		}
		if to, err = back(c, rec, to); err != nil {
			return err
		}
	}

	// Past this line nothing fails.
	to.Class = rec.Class()
	if to.Standing == Suspended {
		to.Held, to.Since = append(to.Held, held...), append(to.Since, since...)
	}
	rec.Counts = max(rec.Counts, counts)
	change(c, &t, m, rec, to)
	totals.Put(c, 0, t)
	for _, o := range held {
		if to.Standing != Active { // an office is held by active members only
			posts.Delete(c, postKey{o, m})
			c.Emit(Dismissed{Member: m, Office: o})
		}
	}
	for i, o := range returned {
		posts.Put(c, postKey{o, m}, Post{Since: again[i], By: c.Actor(), All: c.Authority().All})
		c.Emit(Appointed{Member: m, Office: o})
	}
	c.Emit(Moved{Member: m, From: rec.Standing(), To: to.Standing})
	return nil
}

// vacant are the offices that a suspension took from a member, or that all members gave it
// since, and since when the member had each of them. One to which somebody was appointed later
// is filled, unless the charter says how many seats it has and one is left.
func vacant(c *state.Ctx, rec Record, suspension Change) (out []charter.Office, since []int64, err error) {
	policy, err := charter.PolicyOf(c)
	if err != nil {
		return nil, nil, err
	}
	taken := rec.SuspendedAt()
	for i, o := range suspension.Held {
		filled := false
		var holders []charter.Class
		err := posts.Range(c, postKey{o, 0}, postKey{o, ^state.Member(0)}, func(k postKey, p Post) (bool, error) {
			filled = filled || p.Since >= taken && p.Since > suspension.Since[i]
			holder, err := records.Get(c, k.Member)
			if err == nil {
				holders = append(holders, holder.Class())
			}
			return true, err
		})
		if err != nil {
			return nil, nil, err
		}
		rule, _ := policy.Membership.Rule(o)
		if !filled || rule.Room(holders, rec.Class()) {
			out, since = append(out, o), append(since, suspension.Since[i])
		}
	}
	return out, since, nil
}

// Moved reports that a member's standing changed.
type Moved struct {
	Member state.Member `json:"member"`
	From   Standing     `json:"from"`
	To     Standing     `json:"to"`
}

func (Moved) Event() string { return "member.Moved" }
