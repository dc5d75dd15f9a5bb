package surplus

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/agenda"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/share"
)

// Agenda continues divisions and digests, a slice each turn; an item is the number of
// the period that is being allocated, or a basis.
var Agenda = agenda.Handler{Room: onAgenda, Turn: advance}

// onAgenda is this room's number on the agenda.
const onAgenda agenda.Room = 5

// What a division costs. Claims and parts lie 64 to a leaf, but where few members
// have one each may be a leaf of its own.
const (
	claimsAUnit = 48 // claims looked at for a unit of work
	leafRead    = 4  // what a leaf that is read counts for, in claims
	leafWritten = 48 // what a leaf of parts that is written counts for, in claims
	sliceCost   = 4  // units of a slice's own: the run, the place on the agenda
	endCost     = 6  // units of the end of a step or of the division: an entry in the books, figures
)

// leafOf is the leaf that holds a member's claim: see state.NewPagedTable.
func leafOf(m state.Member) uint64 { return uint64(m) / 64 }

// A Run is the progress of a co-op's division. It is part of the state, so that a
// node continues from its last block after a crash.
type Run struct {
	Period    Period       `cbor:"1,keyasint,omitempty" json:"period"`
	Step      uint8        `cbor:"2,keyasint,omitempty" json:"step"` // being divided; zero before the first
	Phase     Phase        `cbor:"3,keyasint,omitempty" json:"phase"`
	Next      state.Member `cbor:"4,keyasint,omitempty" json:"next"` // first member of this pass not looked at
	Floors    money.Amount `cbor:"5,keyasint,omitempty" json:"-"`    // sum of the exact shares rounded down
	Selection Selection    `cbor:"6,keyasint,omitempty" json:"-"`
	Members   uint64       `cbor:"7,keyasint,omitempty" json:"-"` // with a part so far
	Cash      money.Amount `cbor:"8,keyasint,omitempty" json:"-"` // of them
	Notice    money.Amount `cbor:"9,keyasint,omitempty" json:"-"`
	Shares    money.Amount `cbor:"10,keyasint,omitempty" json:"-"`
}

// A Phase is what a pass over the claims does. Numbers are append-only.
type Phase uint8

// Phases.
const (
	Summing   Phase = 1 // sum the floors, count the remainders
	Narrowing Phase = 2 // count the remainders again, for the next byte
	Dividing  Phase = 3 // write the parts
	Issuing   Phase = 4 // issue the shares that parts have paid up, once all steps are divided
)

// AllocationDone reports that every member's part is written.
type AllocationDone struct {
	Coop   state.Coop `json:"coop"`
	Period Period     `json:"period"`
}

func (AllocationDone) Event() string { return "surplus.AllocationDone" }

// advance continues the division of period item, by about agenda.Slice units, at
// most left. Its errors are faults.
func advance(c *state.Ctx, item uint64, left int) (used int, done bool, err error) {
	if item&basisItem != 0 {
		return chain(c, basisOf(item), left)
	}
	if left < sliceCost+endCost {
		return 0, false, nil
	}
	run, err := runs.Get(c, 0)
	if err != nil {
		return 0, false, err
	}
	if run.Period != Period(item) {
		return 0, false, fmt.Errorf("period %d is due to be divided, %d is under way", item, run.Period)
	}
	s, err := PeriodOf(c, run.Period)
	if err != nil {
		return 0, false, err
	}
	used = sliceCost
	for budget := min(left, agenda.Slice) - endCost; ; {
		if run.Phase == 0 {
			a, more, err := run.begin(c, s.Steps)
			if err != nil {
				return 0, false, err
			}
			if !more {
				share.Thaw(c)
				run = Run{Period: run.Period, Phase: Issuing}
			} else {
				run.Phase, run.Selection = Summing, newSelection(a.Total)
			}
		}
		if run.Phase == Issuing {
			more, err := run.beginIssue(c, s.Steps)
			if err != nil {
				return 0, false, err
			}
			if !more {
				finish(c, run.Period, s)
				return used + endCost, true, nil
			}
		}
		if used >= budget {
			runs.Put(c, 0, run)
			return used, false, nil
		}
		look := run.pass
		if run.Phase == Issuing {
			look = run.issue
		}
		looked, complete, err := look(c, s, (budget-used)*claimsAUnit)
		if err != nil {
			return 0, false, err
		}
		used += 1 + looked/claimsAUnit
		if complete {
			if run.Phase == Dividing {
				used += endCost
			}
			run.Next = 0
			err = run.endPass(c, s)
		}
		if err != nil {
			return 0, false, err
		}
	}
}

// begin moves the run to the next step that has something to divide.
func (run *Run) begin(c *state.Ctx, steps uint8) (Allotment, bool, error) {
	for run.Step < steps {
		run.Step++
		a, err := AllotmentOf(c, run.Period, run.Step)
		if err != nil || !a.Done {
			return a, true, err
		}
	}
	return Allotment{}, false, nil
}

// finish ends the run.
func finish(c *state.Ctx, p Period, s Statement) {
	s.Stage = Allocated
	statements.Put(c, p, s)
	cal, err := calendars.Get(c, 0)
	if err != nil {
		panic(err) // Declare has read and written it
	}
	cal.Allocated = p
	calendars.Put(c, 0, cal)
	runs.Delete(c, 0)
	c.Emit(AllocationDone{c.Coop(), p})
}

// claims calls fn for each member's claim in a step from first on, by number.
// A claim may be zero.
func claims(r state.Reader, p Period, s Step, first state.Member, fn func(state.Member, uint64) (bool, error)) error {
	if s.Sort == ShareDividend {
		return share.RangeHoldings(r, s.Class, first, ^state.Member(0), func(m state.Member, h share.Holding) (bool, error) {
			return fn(m, h.Units)
		})
	}
	return Figures(r, p, s.Measure, first, ^state.Member(0), fn)
}

// pass looks at claims from run.Next on, until as many as budget are used or passed
// by one leaf, and says how many were used, what leaves count for included, and
// whether it came to the end.
func (run *Run) pass(c *state.Ctx, s Statement, budget int) (used int, complete bool, err error) {
	a, err := AllotmentOf(c, run.Period, run.Step)
	if err != nil {
		return 0, false, err
	}
	shares, each, err := run.building(c)
	if err != nil {
		return 0, false, err
	}
	var out []written
	leaf := ^uint64(0) // none
	complete = true
	err = claims(c, run.Period, a.Step, run.Next, func(m state.Member, claim uint64) (bool, error) {
		if used >= budget {
			run.Next, complete = m, false
			return false, nil
		}
		used++
		if leafOf(m) != leaf {
			leaf = leafOf(m)
			used += leafRead
			if run.Phase == Dividing {
				used += leafWritten
			}
		}
		if claim == 0 {
			return true, nil
		}
		floor, remainder, err := money.Share(a.Pool, claim, a.Total)
		if err != nil {
			return false, fmt.Errorf("member %d's claim of %d in %d: %w", m, claim, a.Total, err)
		}
		switch run.Phase {
		case Summing:
			run.Floors += floor
			run.Selection.count(remainder)
		case Narrowing:
			run.Selection.count(remainder)
		case Dividing:
			if run.Selection.take(remainder) {
				floor++
			}
			used += each
			out = append(out, written{m, a.Step.part(claim, floor)})
		}
		return true, nil
	})
	if err != nil {
		return 0, false, err
	}
	return used, complete, run.write(c, s, out, shares)
}

// part divides a member's share between money and a notice. The notice is
// rounded down, so that no one gets less money than was voted.
func (s Step) part(claim uint64, share money.Amount) Part {
	p := Part{Claim: claim, Cash: share}
	if s.Sort == PatronageDividend && s.Paid.Num < s.Paid.Den {
		held := money.Rate{Num: s.Paid.Den - s.Paid.Num, Den: s.Paid.Den}
		notice, err := held.Of(share)
		if err != nil {
			panic(err) // a rate of at most one of an amount in range
		}
		p.Notice = notice
		p.Cash -= notice
	}
	return p
}

// endPass sets the next phase after a whole pass over the claims.
func (run *Run) endPass(c *state.Ctx, s Statement) error {
	a, err := AllotmentOf(c, run.Period, run.Step)
	if err != nil {
		return err
	}
	var settled bool
	switch run.Phase {
	case Summing:
		settled, err = run.Selection.begin(uint64(a.Pool - run.Floors))
	case Narrowing:
		settled, err = run.Selection.narrow()
	case Dividing:
		return run.endStep(c, s, a)
	case Issuing:
		run.Step++
		return nil
	}
	run.Phase = Narrowing
	if settled {
		run.Phase = Dividing
	}
	return err
}

// endStep books what is held as notices and closes the step.
func (run *Run) endStep(c *state.Ctx, s Statement, a Allotment) error {
	if sum := run.Cash + run.Notice + run.Shares; sum != a.Pool {
		return fmt.Errorf("step %d: parts sum to %d, the pool is %d", run.Step, sum, a.Pool)
	}
	if run.Notice > 0 {
		posting, err := account.Prepare(c, account.Entry{
			Narrative: "notices of period " + s.Name,
			Lines:     []account.Line{account.Debit(account.Dividends, run.Notice), account.Credit(account.Notices, run.Notice)},
			By:        s.By,
		})
		if err != nil {
			return err // Allocate has made sure that there is none
		}
		posting.Post(c)
	}
	a.Done, a.Members, a.Cash, a.Notice, a.Shares = true, run.Members, run.Cash, run.Notice, run.Shares
	allotments.Put(c, stepKey{run.Period, run.Step}, a)
	*run = Run{Period: run.Period, Step: run.Step}
	return nil
}
