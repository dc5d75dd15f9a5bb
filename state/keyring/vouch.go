package keyring

import (
	"fmt"
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/words"
	"github.com/rochdale-ledger/rochdale/tx"
)

// Vouch says that a member's keys are lost and which key it has now: a guardian of the
// member signs it. When as many have vouched for one key as the member wished, it takes
// the place of the lost one like any key that others give: after the charter's waiting
// time, unless a key of the member signs something before. See member.Rekey.
type Vouch struct {
	Member     state.Member `cbor:"1,keyasint,omitempty"`
	Key        tx.PublicKey `cbor:"2,keyasint,omitempty"`
	Possession []byte       `cbor:"3,keyasint,omitempty"`
	Every      bool         `cbor:"4,keyasint,omitempty"` // in the place of every key of the member
}

// KeyVouched reports that a guardian has vouched for a key.
type KeyVouched struct {
	Member   state.Member `json:"member"`
	Guardian state.Member `json:"guardian"`
	Key      string       `json:"key"`
	Have     int          `json:"have"` // vouched for it
	Want     int          `json:"want"`
}

func (KeyVouched) Event() string { return "keyring.KeyVouched" }

// Check refuses what is no key.
func (m Vouch) Check() error { return member.CheckKey(m.Key) }

// Apply notes that the guardian has vouched or, if it is the last who is wanted, gives the
// member the key.
func (m Vouch) Apply(c *state.Ctx) error {
	if _, err := member.Find(c, m.Member); err != nil {
		return err
	}
	t, err := TrustOf(c, m.Member)
	if err != nil {
		return err
	}
	t = t.as(c.Day())
	guardian := c.Actor().MemberOf(c.Coop())
	if !slices.Contains(t.Now.Members, guardian) {
		if slices.Contains(t.Next.Members, guardian) {
			return ErrGuardian.With("of member %d, which member %d is from %s on", m.Member, guardian, words.Day(t.From))
		}
		return ErrGuardian.With("of member %d, which %v is not", m.Member, c.Actor())
	}
	if err := member.RequireNewKey(c, m.Key, m.Possession); err != nil {
		return err
	}
	own := Vouched{guardian, m.Key, m.Every}
	at, again := slices.BinarySearchFunc(t.Vouched, guardian, func(v Vouched, g state.Member) int { return int(int64(v.By) - int64(g)) })
	if !again {
		t.Vouched = slices.Insert(t.Vouched, at, own)
	} else if t.Vouched[at].Same(own) {
		return ErrVouched.With("member %d, for member %d", guardian, m.Member)
	}
	t.Vouched[at] = own
	have := 0
	for _, v := range t.Vouched {
		if v.Same(own) {
			have++
		}
	}
	if have >= int(t.Now.Threshold) {
		if err := (member.Rekey{Member: m.Member, Key: m.Key, Possession: m.Possession, Every: m.Every}).ByGuardians(c); err != nil {
			return err
		}
		t.Vouched = nil
	}

	// Past this line nothing fails.
	trusts.Put(c, m.Member, t)
	c.Emit(KeyVouched{m.Member, guardian, m.Key.String(), have, int(t.Now.Threshold)})
	return nil
}

// Describe says for whom, and what follows.
func (m Vouch) Describe(t state.Telling) state.Words {
	w := member.Rekey{Member: m.Member, Key: m.Key, Every: m.Every}.Describe(t)
	w.Phrase = fmt.Sprintf("vouch that member %d has lost its keys and has the key %s now", m.Member, m.Key)
	if _, last := state.Was[member.Awaited](t); last {
		return w
	}
	trust, err := TrustOf(t, m.Member)
	if err != nil {
		return w
	}
	trust = trust.as(state.DayOf(t.Time()))
	if trust.Now.Threshold == 0 {
		w.Clauses = append(w.Clauses, state.Fact("guardians", "the member has none, or none yet"))
		return w
	}
	have := 0
	for _, v := range trust.Vouched {
		if v.Same(Vouched{Key: m.Key, Every: m.Every}) {
			have++
		}
	}
	w.Clauses = append(w.Clauses, state.Fact("guardians who vouched for it", "%d of the %d that it takes", have, trust.Now.Threshold))
	return w
}

var _ = Kinds.Add(state.KindOf[Vouch](KindVouch, "keyring.Vouch"))
