package member

import (
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
)

// A Founder is a member from the first block, with offices.
type Founder struct {
	Entry   Entry
	Offices []charter.Office
}

// Found enters the founders of c's co-op, numbered from 1 in their order. Each has a
// proof of its key.
func Found(c *state.Ctx, founders []Founder) error {
	entries := make([]Entry, len(founders))
	for i, f := range founders {
		if entries[i] = f.Entry; len(f.Entry.Proof) == 0 {
			return ErrPossession.With("founder %d has none", i+1)
		}
	}
	for len(entries) > 0 {
		part := Import{Entries: entries[:min(len(entries), MaxImport)]}
		entries = entries[len(part.Entries):]
		if err := part.Check(); err != nil {
			return err
		}
		if err := part.Apply(c); err != nil {
			return err
		}
	}
	for i, f := range founders {
		for _, o := range f.Offices {
			if !o.Possible() {
				return ErrOffice.With("%d", o)
			}
			if err := Seat(c, state.Member(i+1), o); err != nil {
				return err
			}
		}
	}
	return nil
}
