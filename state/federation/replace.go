package federation

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/words"
	"github.com/rochdale-ledger/rochdale/tx"
)

// Numbers of this room's actions on the wire.
const (
	KindReplace  tx.Kind = 0x6001
	KindAnnounce tx.Kind = 0x6002
)

// Replace gives the signer's co-op another validator key: after a loss, after its
// key misbehaved and lost its power, or where it had none. The old key never
// serves again. The result is the old Validator.
type Replace struct {
	Key     []byte `cbor:"1,keyasint,omitempty" spelled:"validator"` // a tx.ValidatorKey: ed25519, 32 bytes
	Peer    string `cbor:"2,keyasint,omitempty"`
	Address string `cbor:"3,keyasint,omitempty"`
}

// Replaced reports that a co-op has another validator.
type Replaced struct {
	Coop state.Coop `json:"coop"`
}

func (Replaced) Event() string { return "federation.Replaced" }

// Check refuses a malformed or unusable key, or a malformed address.
func (m Replace) Check() error { return m.validator().check() }

func (m Replace) validator() Validator {
	return Validator{Key: m.Key, Peer: m.Peer, Address: m.Address}
}

// Apply replaces the validator, or gives the co-op its first. New keys may have no
// node behind them yet, so no block brings more of them than a third of the
// validators with power, one excepted.
func (m Replace) Apply(c *state.Ctx) error {
	n := c.Coop()
	c = c.In(0)
	turned, err := turnovers.Get(c, 0)
	if err != nil {
		return err
	}
	if turned.Height != c.Height() {
		turned = Turnover{Height: c.Height()}
	}
	turned.Count++
	t, err := totals.Get(c, 0)
	if err != nil {
		return err
	}
	if turned.Count > 1 && turned.Count*3 > t.Powered {
		return ErrTurnover.With("%d of %d", turned.Count, t.Powered)
	}
	was, err := Find(c, n)
	if err != nil {
		return err
	}
	if !was.Validator.HasPower() && t.Powered >= MaxValidators {
		return ErrFull.With("%d with power", t.Powered)
	}
	if err := unused(c, m.Key); err != nil {
		return err
	}
	now := was
	now.Validator = m.validator()

	// Past this line nothing but a fault of the store fails.
	validatorKeys.Put(c, keyDigest(m.Key), n)
	if err := change(c, n, was, now); err != nil {
		return err
	}
	turnovers.Put(c, 0, turned)
	c.Return(was.Validator)
	c.Emit(Replaced{n})
	return nil
}

// Announce tells the federation where the co-op's node is dialled, whether or not
// it is a validator. The result is the Validator as it was before.
type Announce struct {
	Peer    string `cbor:"1,keyasint,omitempty"`
	Address string `cbor:"2,keyasint,omitempty"`
}

// Announced reports a new address.
type Announced struct {
	Coop    state.Coop `json:"coop"`
	Address string     `json:"address"`
}

func (Announced) Event() string { return "federation.Announced" }

// Check refuses an address that is too long.
func (m Announce) Check() error {
	if len(m.Peer) > MaxAddress || len(m.Address) > MaxAddress {
		return ErrAddress.With("at most %d bytes", MaxAddress)
	}
	return nil
}

// Apply records the address.
func (m Announce) Apply(c *state.Ctx) error {
	was, err := Find(c, c.Coop())
	if err != nil {
		return err
	}
	now := was
	now.Validator.Peer, now.Validator.Address = m.Peer, m.Address

	// Past this line nothing but a fault of the store fails.
	if err := write(c.In(0), c.Coop(), was, now); err != nil {
		return err
	}
	c.Return(was.Validator)
	c.Emit(Announced{c.Coop(), m.Address})
	return nil
}

// Kinds are this room's actions.
var Kinds state.KindList

// Describe says which validator takes the place of which.
func (m Replace) Describe(t state.Telling) state.Words {
	old := before(t)
	return state.Words{
		Phrase: fmt.Sprintf("give %s another validator, with key %s at %s", t.NameOf(t.Coop()), tx.ValidatorKey(m.Key), or(m.Address, "no address")),
		Clauses: append([]state.Clause{{What: "validator key", Before: tx.ValidatorKey(old.Key).String(), After: tx.ValidatorKey(m.Key).String()}},
			dialled(old, m.validator())...),
	}
}

// Describe says where the node was dialled and is from now on.
func (m Announce) Describe(t state.Telling) state.Words {
	return state.Words{
		Phrase:  fmt.Sprintf("announce that the node of %s is dialled at %s", t.NameOf(t.Coop()), or(m.Address, "no address")),
		Clauses: dialled(before(t), Validator{Peer: m.Peer, Address: m.Address}),
	}
}

// before is the validator that the action replaces or did replace, zero if that
// cannot be read.
func before(t state.Telling) Validator {
	if old, done := state.Was[Validator](t); done {
		return old
	}
	coop, err := Find(t, t.Coop())
	if err != nil {
		return Validator{}
	}
	return coop.Validator
}

// dialled says what changes of where a node is dialled.
func dialled(old, is Validator) []state.Clause {
	return []state.Clause{
		{What: "peer id", Before: words.Plain(old.Peer), After: or(is.Peer, "none")},
		{What: "address", Before: words.Plain(old.Address), After: or(is.Address, "none")},
	}
}

// or is text, or other if it is empty.
func or(text, other string) string {
	if text == "" {
		return other
	}
	return words.Plain(text)
}

var (
	_ = Kinds.Add(state.KindOf[Replace](KindReplace, "federation.Replace"))
	_ = Kinds.Add(state.KindOf[Announce](KindAnnounce, "federation.Announce"))
)
