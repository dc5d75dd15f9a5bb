package surplus

import (
	"github.com/rochdale-ledger/rochdale/state"
)

// A Decided is who decided on a figure, if motions recorded or corrected it: the most of
// them. Fewer do not undo it: they take nothing from what more recorded, and add nothing to
// what more lowered.
type Decided struct {
	All     bool        `cbor:"1,keyasint,omitempty" json:"all"` // all members
	By      state.Actor `cbor:"2,keyasint,omitempty" json:"by"`
	Lowered bool        `cbor:"3,keyasint,omitempty" json:"lowered,omitempty"` // one of the motions took from it
}

// decisions are who decided on figures.
//
//	0x5a ‖ co-op (4) ‖ period (4) ‖ measure (1) ‖ member (8) → Decided; absent if officers alone did
var decisions = state.NewTable[figureKey, Decided](0x5a)

// DecisionOf returns who decided on a member's figure; of nobody if officers alone did.
func DecisionOf(r state.Reader, p Period, measure Measure, m state.Member) (Decided, error) {
	return decisions.Get(r, figureKey{p, measure, m})
}

// requireAsMany refuses fewer than decided on figures to take from them or, with adds, to
// add to those from which they took.
func requireAsMany(c *state.Ctx, p Period, measure Measure, entries []Figure, adds bool) error {
	for _, e := range entries {
		d, err := DecisionOf(c, p, measure, e.Member)
		if err != nil {
			return err
		}
		if adds && !d.Lowered {
			continue
		}
		if who := c.Authority().More(d.All, d.By); who != "" {
			return ErrDecided.With("the %v of member %d, by %s", measure, e.Member, who)
		}
	}
	return nil
}

// decide notes that a motion decides on figures, where no more did.
func decide(c *state.Ctx, p Period, measure Measure, entries []Figure, lowers bool) error {
	by := c.Authority()
	if by.Motion == 0 {
		return nil
	}
	for _, e := range entries {
		key := figureKey{p, measure, e.Member}
		d, err := decisions.Get(c, key)
		if err != nil {
			return err
		}
		d.Lowered = d.Lowered || lowers
		if by.More(d.All, d.By) == "" {
			d.All, d.By = by.All, by.Actor
		}
		decisions.Put(c, key, d)
	}
	return nil
}
