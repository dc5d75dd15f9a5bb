package surplus

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/agenda"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// Allocate appropriates a closed period's surplus by the voted rule. The totals are
// posted at once; holdings and figures are then frozen until the agenda has divided
// the dividends among the members. What no step takes is carried forward.
type Allocate struct {
	Period Period `cbor:"1,keyasint,omitempty" json:"period"`
	Steps  []Step `cbor:"2,keyasint,omitempty" json:"steps"` // up to MaxSteps; none carries all forward
}

// AllocationBegun reports that an allocation is posted and being divided.
type AllocationBegun struct {
	Period       Period       `json:"period"`
	Appropriated money.Amount `json:"appropriated"`
	Carried      money.Amount `json:"carried"`
}

func (AllocationBegun) Event() string { return "surplus.AllocationBegun" }

// Check refuses malformed steps.
func (m Allocate) Check() error { return checkSteps(m.Steps) }

// Cost is two records a step, and an entry in the books.
func (m Allocate) Cost() int { return 2*len(m.Steps) + 12 }

// Apply posts the totals and begins the division.
func (m Allocate) Apply(c *state.Ctx) error {
	plan, err := PlanOf(c, m.Period, m.Steps)
	if err != nil {
		return err
	}
	s, err := PeriodOf(c, m.Period)
	if err != nil {
		return err
	}
	if err := requireNoticesFit(c, plan); err != nil {
		return err
	}
	var posting account.Posting
	if plan.Appropriated > 0 {
		posting, err = account.Prepare(c, account.Entry{Narrative: "allocation of period " + s.Name, Lines: plan.lines()})
		if err != nil {
			return err
		}
	}
	digests, err := m.digests(c)
	if err != nil {
		return err
	}

	// Past this line nothing fails.
	if plan.Appropriated > 0 {
		s.Allocation = posting.Post(c)
	} else {
		account.NoMovement(c)
	}
	s.Stage, s.AllocatedAt = Allocating, c.Time()
	s.Appropriated, s.Steps, s.By = plan.Appropriated, uint8(len(m.Steps)), c.Actor()
	statements.Put(c, m.Period, s)
	for i, a := range plan.Allotments {
		a.Digest = digests[i]
		allotments.Put(c, stepKey{m.Period, uint8(i + 1)}, a)
	}
	share.Freeze(c)
	runs.Put(c, 0, Run{Period: m.Period})
	agenda.Put(c, c.Time(), onAgenda, uint64(m.Period))
	c.Emit(AllocationBegun{m.Period, plan.Appropriated, plan.Carried})
	return nil
}

// digests are those of what each step divides by, where members voted on it.
func (m Allocate) digests(r state.Reader) ([][]byte, error) {
	out := make([][]byte, len(m.Steps))
	for i, s := range m.Steps {
		if !s.Sort.isDividend() {
			continue
		}
		b, held, err := BasisOf(r, m.Period, s)
		if err != nil {
			return nil, err
		}
		if held && b.Done {
			out[i] = b.Digest
		}
	}
	return out, nil
}

// lines are the entry of an allocation. Dividends are owed whole at first; what
// is held as notices moves there when it is known, at the end of the division.
func (p Plan) lines() []account.Line {
	lines := []account.Line{account.Debit(account.Unappropriated, p.Appropriated)}
	for _, a := range p.Allotments {
		if a.Pool == 0 {
			continue
		}
		to := a.Step.Account
		if a.Step.Sort.isDividend() {
			to = account.Dividends
		}
		lines = append(lines, account.Credit(to, a.Pool))
	}
	return lines
}

// requireNoticesFit refuses an allocation whose notices could overflow their
// account, since the end of a block cannot refuse. Nothing else adds to that
// account while the division runs.
func requireNoticesFit(r state.Reader, p Plan) error {
	owed, err := account.BalanceOf(r, account.Notices)
	if err != nil {
		return err
	}
	for _, a := range p.Allotments {
		if a.Step.Sort != PatronageDividend {
			continue
		}
		if owed, err = money.Add(owed, -a.Pool); err != nil {
			return ErrTotal.With("notices payable")
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
	plan, known := m.known(t)
	for i, s := range m.Steps {
		text := s.Words(t)
		if known && s.Base != Fixed {
			text += ": " + charter.Money(t, plan.Allotments[i].Pool)
		}
		w.Clauses = append(w.Clauses, state.Fact(fmt.Sprintf("step %d", i+1), "%s", text))
		if known {
			w.Clauses = append(w.Clauses, plan.Allotments[i].basisFacts(t, m.Period, i+1)...)
		}
	}
	rest := "carried forward"
	if known {
		rest = charter.Money(t, plan.Carried) + " carried forward"
	}
	w.Clauses = append(w.Clauses, state.Fact("the rest", "%s", rest))
	w.Clauses = append(w.Clauses, account.BalanceFacts(t, func() ([]account.Line, error) {
		plan, err := PlanOf(t, m.Period, m.Steps)
		if err != nil || plan.Appropriated == 0 {
			return nil, err
		}
		return plan.lines(), nil
	})...)
	return w
}

// known is what the steps come to: as they were carried out if they were, else as they
// would be now. It is not known if they would be refused, or if another allocation was
// carried.
func (m Allocate) known(r state.Reader) (Plan, bool) {
	s, err := PeriodOf(r, m.Period)
	if err != nil {
		return Plan{}, false
	}
	if s.Stage < Allocating {
		plan, err := PlanOf(r, m.Period, m.Steps)
		return plan, err == nil
	}
	plan := Plan{Appropriated: s.Appropriated, Carried: s.Carried()}
	if len(m.Steps) != int(s.Steps) {
		return plan, false
	}
	for i, step := range m.Steps {
		a, err := AllotmentOf(r, m.Period, uint8(i+1))
		if err != nil || a.Step != step {
			return plan, false
		}
		plan.Allotments = append(plan.Allotments, a)
	}
	return plan, true
}

// basisFacts say by what a dividend is divided: the sum of the claims and, once members
// have been able to vote on it, the digest.
func (a Allotment) basisFacts(r state.Reader, p Period, step int) []state.Clause {
	if !a.Step.Sort.isDividend() || a.Total == 0 {
		return nil
	}
	sum := words.Plural(a.Total, "share")
	if a.Step.Sort == PatronageDividend {
		sum = a.Step.Measure.Words(r, a.Total, a.Digits)
	}
	facts := []state.Clause{state.Fact(fmt.Sprintf("step %d is divided by", step), "%s", sum)}
	digest := a.Digest
	if b, held, err := BasisOf(r, p, a.Step); err == nil && held && b.Done {
		digest = b.Digest
	}
	if len(digest) > 0 {
		facts = append(facts, state.Fact(fmt.Sprintf("step %d, digest", step), "%x", digest))
	}
	return facts
}

var _ = Kinds.Add(state.KindOf[Allocate](KindAllocate, "surplus.Allocate"))
