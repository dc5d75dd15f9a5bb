package member

import (
	"fmt"
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/agenda"
	"github.com/rochdale-ledger/rochdale/state/intake"
	"github.com/rochdale-ledger/rochdale/state/words"
	"github.com/rochdale-ledger/rochdale/tx"
)

// Rekey replaces a member's first key by one of which possession is proved: the member
// signs it, by any of its keys, or, when the old key is lost, a motion carries it. The latter is an
// operation on the register. If all members decide it, the new key acts at once, and
// casts on no motion that was open before, where the cast made by the old key stands.
// If others do, the old key acts until the charter's waiting time is over; what
// it or another key of the member signs till then makes the new key void. Then the new key
// acts, and casts on what is proposed from that day on. Others give a key to one in MostOf
// members, or one, in intake.GivenDays; one for which guardians vouch is bounded while it
// waits alone. Others give a candidate, who signs nothing yet, no key. The result is the old key or, if the new one waits, an Awaited.
type Rekey struct {
	Member     state.Member `cbor:"1,keyasint,omitempty"`
	Key        tx.PublicKey `cbor:"2,keyasint,omitempty"`
	Possession []byte       `cbor:"3,keyasint,omitempty"`
	// Every ends the member's other keys as well, since all of them are lost: others
	// decide it. A member ends its further keys one by one.
	Every bool `cbor:"4,keyasint,omitempty"`
}

// Awaited is the result of a Rekey that takes effect later.
type Awaited struct {
	Key       tx.PublicKey `cbor:"1,keyasint,omitempty"` // that acts until then
	Day       uint64       `cbor:"2,keyasint,omitempty"` // since 1970 UTC, from which on the new key acts
	Operation uint64       `cbor:"3,keyasint,omitempty"` // of the change in the member's history
}

// Rekeyed reports that a member has another key.
type Rekeyed struct {
	Member state.Member `json:"member"`
	Key    string       `json:"key"`
}

func (Rekeyed) Event() string { return "member.Rekeyed" }

// KeyAwaited reports that a member is to have another key from a day on.
type KeyAwaited struct {
	Member state.Member `json:"member"`
	Key    string       `json:"key"`
	Day    uint64       `json:"day"` // since 1970 UTC
}

func (KeyAwaited) Event() string { return "member.KeyAwaited" }

// KeyVoided reports that a key which a member was to have never acts.
type KeyVoided struct {
	Member state.Member `json:"member"`
	Key    string       `json:"key"`
}

func (KeyVoided) Event() string { return "member.KeyVoided" }

func (m Rekey) Concerns() state.Member { return m.Member }

// Check refuses what is no key.
func (m Rekey) Check() error { return CheckKey(m.Key) }

// Apply replaces the key, or has it replaced later. Both keys stay taken.
func (m Rekey) Apply(c *state.Ctx) error { return m.replace(c, false) }

// ByGuardians is Apply where guardians whom the member has named vouch for the key.
func (m Rekey) ByGuardians(c *state.Ctx) error { return m.replace(c, true) }

func (m Rekey) replace(c *state.Ctx, vouched bool) error {
	rec, err := Find(c, m.Member)
	if err != nil {
		return err
	}
	if rec.Standing() == Left {
		return ErrStanding.With("member %d has left", m.Member)
	}
	all := c.Authority().All
	if rec.Standing() == Candidate && !all {
		return ErrStanding.With("member %d is %v: it signs nothing that could make the new key void, and applies again with another", m.Member, Candidate)
	}
	if err := RequireNewKey(c, m.Key, m.Possession); err != nil {
		return err
	}
	own := c.Actor() == state.Actor{Coop: c.Coop(), Member: m.Member}
	if own && m.Every {
		return ErrEvery
	}
	if !own {
		if err := requireRoom(c, rec, Change{}); err != nil {
			return err
		}
	} else if err := requireUsable(c, rec, m.Member); err != nil {
		return err
	}
	counts, err := afterWaiting(c)
	if err != nil {
		return err
	}
	t, err := totals.Get(c, 0)
	if err != nil {
		return err
	}
	to := Change{Standing: rec.Standing(), Class: rec.Class(), Key: true, Every: m.Every, Vouched: vouched}
	if !own && !all {
		to.Until = counts
		if err := requireFewKeys(c, rec, t, vouched); err != nil {
			return err
		}
	}

	// Past this line nothing fails.
	rec = void(c, rec, &t, m.Member)
	Reserve(c, m.Key, m.Member)
	switch {
	case own:
		c.Return(rec.Key)
		records.Put(c, m.Member, claimed(c, arrived(c, rec, counts), &t, counts).With(m.Key, c.Time()))
		c.Emit(Rekeyed{m.Member, m.Key.String()})
	case all:
		c.Return(rec.Key)
		rec = claimed(c, rec, &t, counts).With(m.Key, c.Time())
		change(c, &t, m.Member, rec, to)
		c.Emit(Rekeyed{m.Member, m.Key.String()})
	default:
		c.Return(Awaited{rec.Key, to.Until, t.Operations + 1})
		rec.Next = m.Key
		t.Rekeyed++
		change(c, &t, m.Member, rec, to)
		agenda.Put(c, midnight(to.Until), keysDue, uint64(m.Member))
		c.Emit(KeyAwaited{m.Member, m.Key.String(), to.Until})
	}
	totals.Put(c, 0, t)
	return nil
}

// requireFewKeys refuses others to give one more member a key if as many are to have one, or
// have got one in intake.GivenDays, as may. Keys for which guardians vouched count while
// they wait; the place of one that waits may be taken.
func requireFewKeys(c *state.Ctx, rec Record, t Totals, vouched bool) error {
	are, what := t.Rekeyed, "are to have a key that others gave them"
	if i := rec.Awaited(); i >= 0 {
		if vouched || !rec.History[i].Vouched {
			return nil
		}
		are-- // it is in the count, and becomes one that counts for longer
	}
	if !vouched {
		n, err := intake.Given(c)
		if err != nil {
			return err
		}
		are, what = are+n, fmt.Sprintf("are to have, or got within %d days, a key that others gave them", intake.GivenDays)
	}
	return requireFew(c, are, what)
}

// RequireNewKey refuses a key, for a member of the co-op of c, of which possession is not
// proved, or that is or was on the register.
func RequireNewKey(c *state.Ctx, k tx.PublicKey, proof []byte) error {
	if err := requireProof(c, k, proof); err != nil {
		return err
	}
	holder, err := ByKey(c, k)
	if err == nil && holder != 0 {
		err = ErrKeyTaken.With("by member %d", holder)
	}
	return err
}

// Reserve notes that a key is m's, for ever. It cannot fail after RequireNewKey.
func Reserve(c *state.Ctx, k tx.PublicKey, m state.Member) { keys.Put(c, digest(k), m) }

// RevokeFirst revokes m's first key: it signs nothing until another takes its place. The
// caller has found that it may be, and it cannot fail. It panics if the store cannot be
// read.
func RevokeFirst(c *state.Ctx, m state.Member) {
	rec, err := Find(c, m)
	if err != nil {
		panic(fmt.Errorf("revoking the first key of member %d of co-op %d: %w", m, c.Coop(), err))
	}
	rec.Revoked = c.Time()
	records.Put(c, m, rec)
}

// keysDue is the agenda's number of members whose next key is due.
const keysDue agenda.Room = 0x10

// KeyAgenda gives members the keys for which their old ones have signed nothing while
// the waiting time lasted.
var KeyAgenda = agenda.Handler{Room: keysDue, Turn: takeKey}

// takeKey makes member item's next key the one that acts.
func takeKey(c *state.Ctx, item uint64, _ int) (used int, done bool, err error) {
	m := state.Member(item)
	rec, err := Find(c, m)
	if err != nil {
		return 0, false, err
	}
	if rec.Awaited() < 0 {
		return 0, false, fmt.Errorf("member %d of co-op %d has no next key", m, c.Coop())
	}
	t, err := totals.Get(c, 0)
	if err != nil {
		return 0, false, err
	}
	counts, err := afterWaiting(c)
	if err != nil {
		return 0, false, err
	}

	// Past this line nothing fails.
	if given := rec.History[rec.Awaited()]; !given.Vouched {
		intake.Give(c, given.Until)
	}
	rec = claimed(c, rec, &t, counts).With(rec.Next, c.Time())
	rec.Next = nil
	records.Put(c, m, rec)
	t.Rekeyed--
	totals.Put(c, 0, t)
	c.Emit(Rekeyed{m, rec.Key.String()})
	return 4, true, nil
}

// void returns m's record without its next key, if it has one. The caller stores it, and
// t. It panics if the store cannot be read.
func void(c *state.Ctx, r Record, t *Totals, m state.Member) Record {
	i := r.Awaited()
	if i < 0 {
		return r
	}
	agenda.Delete(c, midnight(r.History[i].Until), keysDue, uint64(m))
	c.Emit(KeyVoided{m, r.Next.String()})
	r.History = slices.Clone(r.History)
	r.History[i].Void, r.History[i].VoidBy = c.Time(), c.Actor()
	r.Next = nil
	t.Rekeyed--
	return r
}

// Describe says which key takes the place of which, and when.
func (m Rekey) Describe(t state.Telling) state.Words {
	c := state.Clause{What: fmt.Sprintf("key of member %d", m.Member), After: m.Key.String()}
	w := state.Words{Phrase: fmt.Sprintf("replace the key of member %d by %s", m.Member, m.Key)}
	if m.Every {
		w.Phrase = fmt.Sprintf("replace every key of member %d by %s", m.Member, m.Key)
	}
	if later, ok := state.Was[Awaited](t); ok {
		c.Before = later.Key.String()
		w.Clauses = []state.Clause{c, m.came(t, later)}
		return w
	}
	w.Clauses = []state.Clause{c}
	if old, done := state.Was[tx.PublicKey](t); done {
		w.Clauses[0].Before = old.String()
		return w
	}
	if rec, err := Find(t, m.Member); err == nil {
		w.Clauses[0].Before = rec.Key.String()
	}
	from := "when the charter's waiting time is over"
	if day, err := afterWaiting(t); t.Now && err == nil {
		from = "on " + words.Day(day)
	}
	w.Clauses = append(w.Clauses, state.Fact("the new key acts",
		"at once if the member signs this or all members decide it; otherwise %s, unless the old key signs anything before", from))
	return w
}

// came says what became of a key that was to act later.
func (m Rekey) came(t state.Telling, later Awaited) state.Clause {
	const what = "the new key acts"
	rec, err := Find(t, m.Member)
	for _, h := range rec.History {
		if err != nil || h.Operation != later.Operation || h.Void == 0 {
			continue
		}
		if h.VoidBy.MemberOf(t.Coop()) == m.Member {
			return state.Fact(what, "never: void since the old key signed something on %s", words.Time(h.Void))
		}
		return state.Fact(what, "never: void since %s, by %v", words.Time(h.Void), h.VoidBy)
	}
	return state.Fact(what, "from %s, unless the old key signs anything before", words.Day(later.Day))
}

var _ = Kinds.Add(state.KindOf[Rekey](KindRekey, "member.Rekey"))
