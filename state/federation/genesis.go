package federation

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/amendment"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/office"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/tx"
)

// A Genesis is the founding document: the app_state of the genesis file.
type Genesis struct {
	Version    uint64        `json:"version"` // of the rules by which it is founded, from 1
	Federation string        `json:"federation"`
	Trial      bool          `json:"trial,omitempty"` // founded to try things out: its clock can be advanced
	Coops      []GenesisCoop `json:"coops"`           // numbered from 1 in this order
}

// A GenesisCoop founds one co-op.
type GenesisCoop struct {
	Name      string            `json:"name"`
	Validator *GenesisValidator `json:"validator,omitempty"` // absent if the co-op runs none
	Charter   charter.Document  `json:"charter"`
	Members   []GenesisMember   `json:"members"` // numbered from 1 in this order
	Shares    []GenesisClass    `json:"share_classes"`
	Takeover  *GenesisTakeover  `json:"takeover,omitempty"` // what the co-op was before; absent of a new one
}

// A GenesisValidator is a co-op's node, which signs blocks from the first.
type GenesisValidator struct {
	Key     string `json:"key"`   // as tx.ValidatorKey prints
	Proof   string `json:"proof"` // that the node holds it: tx.PrivateKey.ValidatorPossession, 128 hexadecimal digits
	Peer    string `json:"peer"`
	Address string `json:"address"`
}

// A GenesisMember is a founder.
type GenesisMember struct {
	Key        string           `json:"key"`   // as tx.PublicKey prints
	Proof      string           `json:"proof"` // that the founder holds it: tx.PrivateKey.Possession, 128 hexadecimal digits
	Class      charter.Class    `json:"class"`
	Offices    []charter.Office `json:"offices,omitempty"`
	Commitment string           `json:"commitment,omitempty"` // 64 hexadecimal digits
	Adopts     string           `json:"adopts,omitempty"`     // the founder's signature of what the co-op is founded with, hexadecimal: GenesisCoop.FoundingMessage
	Sort       member.Sort      `json:"sort,omitzero"`        // a person if it is left out
}

// A GenesisClass is a class of shares from the first block.
type GenesisClass struct {
	Number     uint16       `json:"number"`
	Name       string       `json:"name"`
	Par        money.Amount `json:"par"`         // minor units
	MinHolding uint64       `json:"min_holding"` // units, for a member who subscribes
	MaxHolding uint64       `json:"max_holding"` // units a member
	// Rules are what its shares are bound by from the founding on; absent if by nothing but
	// the bounds above, which they repeat.
	Rules *shareclass.RulesEntry `json:"rules,omitempty"`
}

// ParseGenesis reads a founding document strictly: of 1 to MaxCoops co-ops, 1 to
// MaxValidators of them with a validator.
func ParseGenesis(raw []byte) (Genesis, error) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	var g Genesis
	if err := dec.Decode(&g); err != nil {
		return g, fmt.Errorf("reading the founding document: %w", err)
	}
	if _, err := dec.Token(); err != io.EOF {
		return g, errors.New("there is something after the founding document")
	}
	if len(g.Coops) == 0 || len(g.Coops) > MaxCoops {
		return g, fmt.Errorf("a founding document names %d co-ops, from 1 to %d can be", len(g.Coops), MaxCoops)
	}
	if n := g.Validators(); n == 0 || n > MaxValidators {
		return g, fmt.Errorf("a founding document gives %d co-ops a validator, from 1 to %d can have one", n, MaxValidators)
	}
	return g, nil
}

// Validators is how many of the co-ops have one.
func (g Genesis) Validators() (n int) {
	for _, c := range g.Coops {
		if c.Validator != nil {
			n++
		}
	}
	return n
}

// Found writes the founding records. books opens a co-op's accounts and share
// classes; kinds resolve the actions that charters name.
func Found(c *state.Ctx, g Genesis, kinds []state.Kind, books func(*state.Ctx, GenesisCoop) error) error {
	if g.Federation == "" || len(g.Federation) > MaxName {
		return ErrName.With("%d bytes", len(g.Federation))
	}
	if g.Trial {
		if err := state.MarkTrial(c); err != nil {
			return err
		}
	}
	federations.Put(c.In(0), 0, Federation{g.Federation})
	for i, gc := range g.Coops {
		n := state.Coop(i + 1)
		if err := FoundCoop(c.In(n), n, gc, kinds, books); err != nil {
			return fmt.Errorf("co-op %d, %s: %w", n, gc.Name, err)
		}
	}
	return nil
}

// FoundCoop writes the founding records of co-op n, whose c is.
func FoundCoop(c *state.Ctx, n state.Coop, g GenesisCoop, kinds []state.Kind, books func(*state.Ctx, GenesisCoop) error) error {
	v, err := g.Validator.validator(c.Chain(), n)
	if err != nil {
		return err
	}
	if err := join(c, n, Coop{Name: g.Name, Validator: v}); err != nil {
		return err
	}
	if err := amendment.Found(c, g.Charter, kinds); err != nil {
		return err
	}
	if err := books(c, g); err != nil {
		return err
	}
	founders := make([]member.Founder, len(g.Members))
	for i, m := range g.Members {
		if founders[i], err = m.founder(); err != nil {
			return fmt.Errorf("member %d: %w", i+1, err)
		}
	}
	if err := member.Found(c, founders); err != nil {
		return err
	}
	if err := office.RequireSeats(c); err != nil {
		return err
	}
	return g.adopt(c, n)
}

// FounderOf is the founder of co-op n of a chain who holds key, of class 1.
func FounderOf(key tx.PrivateKey, chain string, n state.Coop) GenesisMember {
	return GenesisMember{Key: key.Public().String(), Proof: hex.EncodeToString(key.Possession(chain, uint32(n))), Class: 1}
}

// ValidatorOf is the validator of co-op n of a chain whose node holds key.
func ValidatorOf(key tx.PrivateKey, chain string, n state.Coop) *GenesisValidator {
	return &GenesisValidator{Key: key.Validator().String(), Proof: hex.EncodeToString(key.ValidatorPossession(chain, uint32(n)))}
}

// CheckKeys refuses a co-op of which a key, the validator's or a founder's, is unusable
// or not proved to be held for co-op n of a chain. Found refuses it too.
func (g GenesisCoop) CheckKeys(chain string, n state.Coop) error {
	if _, err := g.Validator.validator(chain, n); err != nil {
		return err
	}
	for i, m := range g.Members {
		f, err := m.founder()
		if err == nil && !f.Entry.Key.VerifyPossession(chain, uint32(n), f.Entry.Proof) {
			err = unproved(f.Entry.Key, chain, n)
		}
		if err != nil {
			return fmt.Errorf("member %d: %w", i+1, err)
		}
	}
	return nil
}

// validator is the record of g, the zero Validator if g is nil.
func (g *GenesisValidator) validator(chain string, n state.Coop) (Validator, error) {
	if g == nil {
		return Validator{}, nil
	}
	key, err := tx.ParseValidatorKey(g.Key)
	if err != nil {
		return Validator{}, fmt.Errorf("validator key: %w", err)
	}
	v := Validator{Key: key, Peer: g.Peer, Address: g.Address}
	if err := v.check(); err != nil {
		return Validator{}, err
	}
	proof, err := hex.DecodeString(g.Proof)
	if err != nil || !key.VerifyPossession(chain, uint32(n), proof) {
		return Validator{}, fmt.Errorf("validator: %w", unproved(key, chain, n))
	}
	return v, nil
}

// unproved is the error of a key that a founding document does not prove to be held.
func unproved(key fmt.Stringer, chain string, n state.Coop) error {
	return fmt.Errorf("the proof is not that of key %s for co-op %d of %s", key, n, chain)
}

func (g GenesisMember) founder() (member.Founder, error) {
	key, err := tx.ParsePublicKey(g.Key)
	if err != nil {
		return member.Founder{}, err
	}
	commitment, err := hex.DecodeString(g.Commitment)
	if err != nil {
		return member.Founder{}, fmt.Errorf("commitment: %w", err)
	}
	proof, err := hex.DecodeString(g.Proof)
	if err != nil {
		return member.Founder{}, fmt.Errorf("proof: %w", err)
	}
	return member.Founder{Entry: member.Entry{Key: key, Class: g.Class, Commitment: commitment, Proof: proof, Sort: g.Sort}, Offices: g.Offices}, nil
}
