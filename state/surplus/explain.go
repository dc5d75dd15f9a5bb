package surplus

import (
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/money"
)

// An Explanation is every step from a period's surplus to one member's cents.
type Explanation struct {
	Period    Period       `json:"period"`
	Member    state.Member `json:"member"`
	Statement Statement    `json:"statement"`
	Available money.Amount `json:"available"` // opening + surplus
	Carried   money.Amount `json:"carried"`
	Steps     []StepShare  `json:"steps"`
	Cash      money.Amount `json:"cash"` // of all steps
	Notice    money.Amount `json:"notice"`
	Shares    money.Amount `json:"shares,omitempty"`
}

// A StepShare is a member's calculation in one step: Allotment.Pool × Part.Claim ÷
// Allotment.Total is Floor and a Remainder; Extra is the unit that one of the
// largest remainders gets.
type StepShare struct {
	Number    uint8     `json:"number"`
	Allotment Allotment `json:"allotment"`
	HasPart   bool      `json:"has_part"`
	Part      Part      `json:"part"`

	Floor     money.Amount `json:"floor"`
	Remainder uint64       `json:"remainder"`
	Extra     money.Amount `json:"extra"` // 0 or 1
}

// Explain draws up a member's Explanation. Steps not divided yet have no part.
func Explain(r state.Reader, p Period, m state.Member) (Explanation, error) {
	s, err := PeriodOf(r, p)
	if err != nil {
		return Explanation{}, err
	}
	e := Explanation{Period: p, Member: m, Statement: s, Available: s.Opening + s.Surplus, Carried: s.Carried()}
	steps, err := AllocationOf(r, p)
	if err != nil {
		return e, err
	}
	for i, a := range steps {
		step := StepShare{Number: uint8(i + 1), Allotment: a}
		if step.Part, step.HasPart, err = PartOf(r, p, step.Number, m); err != nil {
			return e, err
		}
		if step.HasPart {
			step.Floor, step.Remainder, err = money.Share(a.Pool, step.Part.Claim, a.Total)
			if err != nil {
				return e, err
			}
			step.Extra = step.Part.Share() - step.Floor
			e.Cash += step.Part.Cash
			e.Notice += step.Part.Notice
			e.Shares += step.Part.Shares
		}
		e.Steps = append(e.Steps, step)
	}
	return e, nil
}
