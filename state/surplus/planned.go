package surplus

import (
	"crypto/sha256"
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/words"
	"github.com/rochdale-ledger/rochdale/tx"
)

// A Planned is what an allocation comes to. Its motion keeps it as what the action
// replaces, from when it was proposed or, if it was, carried: the period may be opened
// again and allocated by another motion, and then the records say nothing of this one.
type Planned struct {
	Steps   []PlannedStep      `cbor:"1,keyasint,omitempty"` // in the order of the action's
	Carried money.Amount       `cbor:"2,keyasint,omitempty"` // forward
	Moved   []account.Movement `cbor:"3,keyasint,omitempty"` // none if nothing is posted
}

// A PlannedStep is what one step comes to.
type PlannedStep struct {
	Pool   money.Amount `cbor:"1,keyasint,omitempty"`
	Total  uint64       `cbor:"2,keyasint,omitempty"` // of the claims by which it is divided
	Digits uint8        `cbor:"3,keyasint,omitempty"` // of patronage claims behind the point
	Digest []byte       `cbor:"4,keyasint,omitempty"` // of the claims, if it was made by then: see DigestOf
	Since  uint64       `cbor:"5,keyasint,omitempty"` // height from which the claims have stood still; zero for no dividend
}

// stoodKey is a basis and the height from which it stood still.
type stoodKey struct {
	basisKey
	Since uint64
}

// stood are the bases of motions that are over, as they were then: what members voted
// on, whether or not it was carried.
//
//	0x5f ‖ co-op (4) ‖ period (4) ‖ sort (1) ‖ measure or class (2) ‖ since (8) → Basis
var stood = state.NewTable[stoodKey, Basis](0x5f)

// putStood keeps a basis that nothing has stand still any more. If it did twice within
// one block the first is kept, which has no digest: nobody could have compared it.
func putStood(c *state.Ctx, k basisKey, b Basis) error {
	_, there, err := stood.Find(c, stoodKey{k, b.Since})
	if err != nil || there {
		return err
	}
	kept := Basis{Since: b.Since, Done: b.Done}
	if b.Done {
		kept.Digest = b.Digest
	}
	stood.Put(c, stoodKey{k, b.Since}, kept)
	return nil
}

// kept is what of the plan its motion keeps.
func (p Plan) kept() Planned {
	out := Planned{Carried: p.Carried}
	for _, a := range p.Allotments {
		out.Steps = append(out.Steps, PlannedStep{Pool: a.Pool, Total: a.Total, Digits: a.Digits})
	}
	return out
}

// divided notes since when what each step divides by has stood still, and its digest. In
// the proposal of the motion it stands still from this height on.
func (m Allocate) divided(c *state.Ctx, p *Planned) error {
	for i, s := range m.Steps {
		if !s.Sort.IsDividend() {
			continue
		}
		b, held, err := BasisOf(c, m.Period, s)
		if err != nil {
			return err
		}
		if p.Steps[i].Since = c.Height(); held {
			p.Steps[i].Since = b.Since
		}
		if held && b.Done {
			p.Steps[i].Digest = b.Digest
		}
	}
	return nil
}

// Describe says the voted rule step by step, and what each comes to.
func (m Allocate) Describe(t state.Telling) state.Words {
	w := state.Words{
		Phrase:  "allocate the surplus of " + Named(t, m.Period),
		Clauses: []state.Clause{becomes(m.Period, Closed, Allocated)},
	}
	plan, known := m.planned(t)
	for i, s := range m.Steps {
		text := s.Words(t)
		if known && s.Base != Fixed {
			text += ": " + charter.Money(t, plan.Steps[i].Pool)
		}
		w.Clauses = append(w.Clauses, state.Fact(fmt.Sprintf("step %d", i+1), "%s", text))
		if known {
			w.Clauses = append(w.Clauses, s.basisFacts(t, m.Period, i+1, plan.Steps[i])...)
		}
	}
	rest := "carried forward"
	if known {
		rest = charter.Money(t, plan.Carried) + " carried forward"
	}
	w.Clauses = append(w.Clauses, state.Fact("the rest", "%s", rest))
	if kept, ok := state.Replaced[Planned](t); ok {
		t.Was = tx.Encode(append([]account.Movement{}, kept.Moved...))
	}
	w.Clauses = append(w.Clauses, account.BalanceFacts(t, func() ([]account.Line, error) {
		plan, err := PlanOf(t, m.Period, m.Steps)
		if err != nil || plan.Appropriated == 0 {
			return nil, err
		}
		return plan.lines(), nil
	})...)
	return w
}

// planned is what the steps come to: as their motion keeps it, else as they were carried
// out and, before they are proposed, as they would be now. Otherwise, and if they would
// be refused, nothing says what they come to.
func (m Allocate) planned(t state.Telling) (Planned, bool) {
	if kept, ok := state.Replaced[Planned](t); ok {
		return kept, len(kept.Steps) == len(m.Steps)
	}
	if t.Now {
		plan, err := PlanOf(t, m.Period, m.Steps)
		return plan.kept(), err == nil
	}
	s, err := PeriodOf(t, m.Period)
	if err != nil || t.Result == nil || len(m.Steps) != int(s.Steps) {
		return Planned{}, false
	}
	out := Planned{Carried: s.Carried()}
	for i, step := range m.Steps {
		a, err := AllotmentOf(t, m.Period, uint8(i+1))
		if err != nil || a.Step != step {
			return out, false
		}
		out.Steps = append(out.Steps, PlannedStep{Pool: a.Pool, Total: a.Total, Digits: a.Digits, Digest: a.Digest})
	}
	return out, true
}

// basisFacts say by what a dividend is divided: the sum of the claims and, once members
// have been able to vote on it, the digest.
func (s Step) basisFacts(t state.Telling, p Period, step int, planned PlannedStep) []state.Clause {
	if !s.Sort.IsDividend() || planned.Total == 0 {
		return nil
	}
	sum := words.Plural(planned.Total, "share")
	if s.Sort == PatronageDividend {
		sum = s.Measure.Words(t, planned.Total, planned.Digits)
	}
	facts := []state.Clause{state.Fact(fmt.Sprintf("step %d is divided by", step), "%s", sum)}
	if digest := planned.digest(t, s.basis(p)); len(digest) == sha256.Size {
		facts = append(facts, state.Fact(fmt.Sprintf("step %d, digest", step), "%x", digest))
	}
	return facts
}

// digest is that of the claims which stood still for the motion, while it does or as it
// was when it was over, and none if it was not made by then.
func (p PlannedStep) digest(t state.Telling, k basisKey) []byte {
	if len(p.Digest) > 0 {
		return p.Digest
	}
	if p.Since > 0 {
		if kept, over, err := stood.Find(t, stoodKey{k, p.Since}); err != nil || over {
			return kept.Digest
		}
	}
	b, held, err := bases.Find(t, k)
	if err != nil || !held || !b.Done || (p.Since != b.Since && !t.Now) {
		return nil
	}
	return b.Digest
}
