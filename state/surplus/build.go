package surplus

import (
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/share"
)

// Of a member's money of a dividend, the rules of a class of shares may have a part go to
// the member's shares until a target is held. It pays for them as the parts are written,
// slice by slice, an entry each; what it has paid up is issued when all steps are divided,
// since holdings stand still until then.

// A written is a member's part of a dividend.
type written struct {
	member state.Member
	part   Part
}

// builtCost is what it counts for, in claims, to look whether a part goes to shares, and to
// note it: the member, the holding and the subscription are read, and two of them written.
const builtCost = 3*leafRead + 2*leafWritten

// building is what parts go to shares by while they are written, and what that costs for
// each claim.
func (run *Run) building(c *state.Ctx) (*share.Building, int, error) {
	if run.Phase != Dividing {
		return &share.Building{}, 0, nil
	}
	shares, err := share.NewBuilding(c)
	if err != nil || shares.None() {
		return shares, 0, err
	}
	return shares, builtCost, nil
}

// write writes parts, after what of them goes to shares has been taken out.
func (run *Run) write(c *state.Ctx, s Statement, out []written, shares *share.Building) (err error) {
	for _, w := range out {
		if w.part.Shares, err = shares.Take(c, w.member, w.part.Cash); err != nil {
			return err
		}
		w.part.Cash -= w.part.Shares
		run.Members++
		run.Cash += w.part.Cash
		run.Notice += w.part.Notice
		run.Shares += w.part.Shares
		parts.Put(c, partKey{run.Period, run.Step, w.member}, w.part)
	}
	return shares.Post(c, account.Dividends, "shares from dividends of period "+s.Name, s.By)
}

// beginIssue moves the run to the first step from this one on of which parts went to shares,
// if there is one.
func (run *Run) beginIssue(c *state.Ctx, steps uint8) (more bool, err error) {
	for ; run.Step <= steps; run.Step++ {
		if run.Step == 0 {
			continue
		}
		a, err := AllotmentOf(c, run.Period, run.Step)
		if err != nil || a.Shares > 0 {
			return true, err
		}
	}
	return false, nil
}

// issue issues the shares that parts of the step have paid up, as pass looks at claims.
func (run *Run) issue(c *state.Ctx, _ Statement, budget int) (used int, complete bool, err error) {
	var members []state.Member
	complete = true
	err = Parts(c, run.Period, run.Step, run.Next, ^state.Member(0), func(m state.Member, p Part) (bool, error) {
		if used >= budget {
			run.Next, complete = m, false
			return false, nil
		}
		used++
		if p.Shares > 0 {
			used += builtCost
			members = append(members, m)
		}
		return true, nil
	})
	if err != nil {
		return 0, false, err
	}
	return used, complete, share.IssueBuilt(c, members)
}
