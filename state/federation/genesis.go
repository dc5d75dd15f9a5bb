package federation

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/money"
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
}

// A GenesisValidator is a co-op's node, which signs blocks from the first.
type GenesisValidator struct {
	Key     string `json:"key"` // ed25519, 64 hexadecimal digits
	Peer    string `json:"peer"`
	Address string `json:"address"`
}

// A GenesisMember is a founder.
type GenesisMember struct {
	Key        string           `json:"key"` // as tx.PublicKey prints
	Class      charter.Class    `json:"class"`
	Offices    []charter.Office `json:"offices,omitempty"`
	Commitment string           `json:"commitment,omitempty"` // 64 hexadecimal digits
}

// A GenesisClass is a class of shares from the first block.
type GenesisClass struct {
	Number     uint16       `json:"number"`
	Name       string       `json:"name"`
	Par        money.Amount `json:"par"`         // minor units
	MinHolding uint64       `json:"min_holding"` // units, for a member who subscribes
	MaxHolding uint64       `json:"max_holding"` // units a member
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
		if err := found(c.In(n), n, gc, kinds, books); err != nil {
			return fmt.Errorf("co-op %d, %s: %w", n, gc.Name, err)
		}
	}
	return nil
}

func found(c *state.Ctx, n state.Coop, g GenesisCoop, kinds []state.Kind, books func(*state.Ctx, GenesisCoop) error) error {
	v, err := g.Validator.validator()
	if err != nil {
		return err
	}
	if err := join(c, n, Coop{Name: g.Name, Validator: v}); err != nil {
		return err
	}
	if err := charter.Found(c, g.Charter, kinds); err != nil {
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
	return member.Found(c, founders)
}

// validator is the record of g, the zero Validator if g is nil.
func (g *GenesisValidator) validator() (Validator, error) {
	if g == nil {
		return Validator{}, nil
	}
	key, err := hex.DecodeString(g.Key)
	if err != nil {
		return Validator{}, fmt.Errorf("validator key: %w", err)
	}
	v := Validator{Key: key, Peer: g.Peer, Address: g.Address}
	return v, v.check()
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
	return member.Founder{Entry: member.Entry{Key: key, Class: g.Class, Commitment: commitment}, Offices: g.Offices}, nil
}
