package keyring

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/words"
	"github.com/rochdale-ledger/rochdale/tx"
)

// Add gives a member one more key to sign by, of which possession is proved: the member
// signs it, by a key that it has. It signs at once, within its limits, and is the member's
// for ever. A body gives its representative a key so, and revokes it when another takes the
// representative's place. The result is its number.
type Add struct {
	Member     state.Member `cbor:"1,keyasint,omitempty"`
	Name       string       `cbor:"2,keyasint,omitempty"` // what it is on, such as "phone"; at most MaxName bytes
	Key        tx.PublicKey `cbor:"3,keyasint,omitempty"`
	Possession []byte       `cbor:"4,keyasint,omitempty"` // made by tx.PrivateKey.Possession
	Limits     Limits       `cbor:"5,keyasint,omitempty"`
	// Representative acts for the body by the key: a person who is a member of the co-op
	// too, zero if it is none, or if the member holds the key itself.
	Representative state.Member `cbor:"6,keyasint,omitempty"`
	// Commitment is to the representative's name, as the body keeps it; empty or 32 bytes.
	Commitment []byte `cbor:"7,keyasint,omitempty"`
}

// Added reports that a member has one more key.
type Added struct {
	Member state.Member `json:"member"`
	Number Number       `json:"number"`
	Key    string       `json:"key"`
}

func (Added) Event() string { return "keyring.Added" }

func (m Add) Concerns() state.Member { return m.Member }

// Check refuses a name that cannot be shown, and what is no key.
func (m Add) Check() error {
	if m.Name == "" || len(m.Name) > MaxName || !words.IsPlain(m.Name) {
		return ErrName.With("%d bytes, 1 to %d can be", len(m.Name), MaxName)
	}
	if err := member.CheckKey(m.Key); err != nil {
		return err
	}
	if n := len(m.Commitment); n != 0 && n != 32 {
		return member.ErrCommitment.With("%d bytes", n)
	}
	return m.Limits.check()
}

// Apply puts the key on the member's ring.
func (m Add) Apply(c *state.Ctx) error {
	if c.Actor() != (state.Actor{Coop: c.Coop(), Member: m.Member}) {
		return ErrOthers.With("%v adds a key of member %d, which would act for it at once", c.Actor(), m.Member)
	}
	if err := member.RequireNewKey(c, m.Key, m.Possession); err != nil {
		return err
	}
	rec, err := member.Peek(c, m.Member)
	if err != nil {
		return err
	}
	ring, err := RingOf(c, m.Member)
	if err != nil {
		return err
	}
	if ring, err = ring.prune(c, m.Member, rec); err != nil {
		return err
	}
	if n := ring.signing(rec); n >= MaxKeys {
		return ErrMany.With("%d", n)
	}
	number := max(ring.Last, tx.FirstKey) + 1
	if number > MaxNumber {
		return ErrFull.With("%d", ring.Last)
	}
	if err := m.Limits.requireReal(c); err != nil {
		return err
	}
	if err := m.requireRepresentative(c, rec); err != nil {
		return err
	}
	t, err := member.TotalsOf(c)
	if err != nil {
		return err
	}

	// Past this line nothing fails.
	member.Reserve(c, m.Key, m.Member)
	ring.Last, ring.Used = number, append(ring.Used, Used{Number: number})
	rings.Put(c, m.Member, ring)
	keys.Put(c, keyOf{m.Member, number}, Key{
		Name: m.Name, Public: m.Key, Since: c.Time(), Operation: t.Operations, With: signedWith(c), Limits: m.Limits,
		Representative: m.Representative, Commitment: bytes.Clone(m.Commitment),
	})
	c.Return(uint64(number))
	c.Emit(Added{m.Member, number, m.Key.String()})
	return nil
}

// requireRepresentative refuses one who acts for a person, who casts itself, and one who is
// no other person of the register.
func (m Add) requireRepresentative(c *state.Ctx, rec member.Record) error {
	if m.Representative == 0 && len(m.Commitment) == 0 {
		return nil
	}
	if rec.Sort == member.Person {
		return ErrPerson.With("member %d", m.Member)
	}
	if m.Representative == 0 {
		return nil // no member, or not said
	}
	who, err := member.RequireActive(c, m.Representative)
	if err == nil && who.Sort != member.Person {
		err = ErrBody.With("member %d is a %v", m.Representative, who.Sort)
	}
	return err
}

// signedWith is the number of the key that signed the action.
func signedWith(c *state.Ctx) Number { return max(c.Authority().Key, tx.FirstKey) }

// signing is how many keys the member of a record can sign by, if its ring is pruned.
func (g Ring) signing(rec member.Record) int {
	if rec.Revoked != 0 {
		return len(g.Used)
	}
	return len(g.Used) + 1
}

// prune is the ring without the keys that can sign no more since something ended every
// key of the member.
func (g Ring) prune(r state.Reader, m state.Member, rec member.Record) (Ring, error) {
	if rec.KeysSince() == 0 {
		return g, nil
	}
	var failed error
	g.Used = slices.DeleteFunc(slices.Clone(g.Used), func(u Used) bool {
		key, ok, err := Find(r, m, u.Number)
		if err != nil {
			failed = err
		}
		return !(ok && key.Signs(rec))
	})
	return g, failed
}

// Describe says whose key it is.
func (m Add) Describe(t state.Telling) state.Words {
	return t.Given(state.Words{
		Phrase:  fmt.Sprintf("give member %d one more key, called %s", m.Member, words.Quote(m.Name)),
		Clauses: append(m.whose(), m.Limits.clauses(t)...),
	}, "number of the key")
}

// whose says which key it is, and who acts by it.
func (m Add) whose() []state.Clause {
	out := []state.Clause{state.Fact("key", "%s", m.Key)}
	if m.Representative != 0 {
		out = append(out, state.Fact("by it acts", "member %d, for member %d, which has one vote as before", m.Representative, m.Member))
	}
	if len(m.Commitment) > 0 {
		out = append(out, state.Fact("commitment to who acts by it", "%x", m.Commitment))
	}
	return out
}

var _ = Kinds.Add(state.KindOf[Add](KindAdd, "keyring.Add"))
