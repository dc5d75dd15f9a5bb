package surplus

import (
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/agenda"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/share"
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
	kept := plan.kept()
	if err := m.divided(c, &kept); err != nil {
		return err
	}

	// Past this line nothing fails.
	if plan.Appropriated > 0 {
		s.Allocation = posting.Post(c)
		kept.Moved = posting.Movements()
	}
	c.Replace(kept)
	s.Stage, s.AllocatedAt = Allocating, c.Time()
	s.Appropriated, s.Steps, s.By = plan.Appropriated, uint8(len(m.Steps)), c.Actor()
	statements.Put(c, m.Period, s)
	for i, a := range plan.Allotments {
		a.Digest = kept.Steps[i].Digest
		allotments.Put(c, stepKey{m.Period, uint8(i + 1)}, a)
	}
	share.Freeze(c)
	runs.Put(c, 0, Run{Period: m.Period})
	agenda.Put(c, c.Time(), onAgenda, uint64(m.Period))
	c.Emit(AllocationBegun{m.Period, plan.Appropriated, plan.Carried})
	return nil
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
		if a.Step.Sort.IsDividend() {
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

var _ = Kinds.Add(state.KindOf[Allocate](KindAllocate, "surplus.Allocate"))
