package shareclass

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// Open adds a class of shares, for ever: its par is never changed.
type Open struct {
	Class      Number       `cbor:"1,keyasint,omitempty"`
	Name       string       `cbor:"2,keyasint,omitempty"`
	Par        money.Amount `cbor:"3,keyasint,omitempty"` // minor units a share
	MinHolding uint64       `cbor:"4,keyasint,omitempty"` // units, for whoever subscribes
	MaxHolding uint64       `cbor:"5,keyasint,omitempty"` // units, held and subscribed
}

// Opened reports a new class.
type Opened struct {
	Class Number       `json:"class"`
	Par   money.Amount `json:"par"`
}

func (Opened) Event() string { return "share.ClassOpened" }

// Check refuses terms out of bounds. What one member may hold has to be an
// amount in range, so that no subscription overflows.
func (m Open) Check() error {
	if m.Class == 0 {
		return ErrClass.With("class 0")
	}
	if m.Name == "" || len(m.Name) > MaxName {
		return ErrTerms.With("a name of %d bytes, from 1 to %d can be", len(m.Name), MaxName)
	}
	if m.Par <= 0 {
		return ErrTerms.With("a par of %d minor units, from 1 can be", m.Par)
	}
	if m.MaxHolding == 0 || m.MaxHolding > MaxUnits || m.MinHolding > m.MaxHolding {
		return refuseHoldings(m.MinHolding, m.MaxHolding)
	}
	if _, err := money.Times(m.MaxHolding, m.Par); err != nil {
		return ErrTerms.With("the most that a member may hold, %s at par, is more than an account holds", words.Plural(m.MaxHolding, "share"))
	}
	return nil
}

// Apply opens the class.
func (m Open) Apply(c *state.Ctx) error {
	exists, err := classes.Has(c, m.Class)
	if err != nil {
		return err
	}
	if exists {
		return ErrClassExists.With("class %d", m.Class)
	}
	count, err := Count(c)
	if err != nil {
		return err
	}
	if count >= MaxClasses {
		return ErrClasses.With("%d", count)
	}

	// Past this line nothing fails.
	classes.Put(c, m.Class, Terms{Name: m.Name, Par: m.Par, MinHolding: m.MinHolding, MaxHolding: m.MaxHolding})
	c.Emit(Opened{m.Class, m.Par})
	return nil
}

// Found opens a co-op's first classes of shares.
func Found(c *state.Ctx, first []Open) error {
	for _, m := range first {
		if err := m.Check(); err != nil {
			return fmt.Errorf("founding share class %d: %w", m.Class, err)
		}
		if err := m.Apply(c); err != nil {
			return fmt.Errorf("founding share class %d: %w", m.Class, err)
		}
	}
	return nil
}

// Describe says the terms of the class.
func (m Open) Describe(t state.Telling) state.Words {
	return state.Words{
		Phrase: fmt.Sprintf("open share class %d, %s, at a par of %s", m.Class, words.Quote(m.Name), charter.Money(t, m.Par)),
		Clauses: []state.Clause{
			{What: fmt.Sprintf("share class %d", m.Class), Before: "not open", After: "open"},
			state.Fact("par", "%s", charter.Money(t, m.Par)),
			state.Fact("a member may hold", "%s to %s", words.Count(m.MinHolding), words.Plural(m.MaxHolding, "share")),
		},
	}
}

var _ = Kinds.Add(state.KindOf[Open](KindOpen, "share.OpenClass"))
