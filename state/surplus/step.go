package surplus

import (
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// A Sort is what a step of an allocation does. Numbers are append-only.
type Sort uint8

// Sorts of step.
const (
	ToReserve         Sort = 1 // to an account that takes no debit by hand
	ToFund            Sort = 2 // to an account that the co-op spends from
	ShareDividend     Sort = 3 // to the holders of a class, by units
	PatronageDividend Sort = 4 // to members, by what they did
)

var sortNames = charter.Names{"", "reserve", "fund", "share dividend", "patronage dividend"}

func (s Sort) String() string { return sortNames.Of(int(s)) }

// MarshalText writes the sort's name.
func (s Sort) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads a sort's name.
func (s *Sort) UnmarshalText(b []byte) error {
	n, err := sortNames.Number(string(b))
	*s = Sort(n)
	return err
}

// IsDividend says whether a step of the sort is divided among members.
func (s Sort) IsDividend() bool { return s == ShareDividend || s == PatronageDividend }

// A Base is the amount to which a step's rate applies. Numbers are append-only.
type Base uint8

// Bases.
const (
	OfSurplus Base = 1 // the period's surplus, without what was carried into it
	OfRest    Base = 2 // what the steps before have left of the period's surplus
	OfCapital Base = 3 // the paid-up capital of the class
	Fixed     Base = 4 // no rate: Amount
)

var baseNames = charter.Names{"", "surplus", "rest", "capital", "fixed"}

func (b Base) String() string { return baseNames.Of(int(b)) }

// MarshalText writes the base's name.
func (b Base) MarshalText() ([]byte, error) { return []byte(b.String()), nil }

// UnmarshalText reads a base's name.
func (b *Base) UnmarshalText(text []byte) error {
	n, err := baseNames.Number(string(text))
	*b = Base(n)
	return err
}

// A Step is one line of a voted allocation. Fields that its sort or base does
// not use are zero.
type Step struct {
	Sort    Sort              `cbor:"1,keyasint,omitempty" json:"sort"`
	Base    Base              `cbor:"2,keyasint,omitempty" json:"base"`              // OfCapital for a share dividend, another for the rest
	Rate    money.Rate        `cbor:"3,keyasint,omitempty" json:"rate,omitzero"`     // over 0, at most 1; zero if Fixed
	Amount  money.Amount      `cbor:"4,keyasint,omitempty" json:"amount,omitzero"`   // if Fixed
	Account account.Code      `cbor:"5,keyasint,omitempty" json:"account,omitempty"` // ToReserve, ToFund
	Class   shareclass.Number `cbor:"6,keyasint,omitempty" json:"class,omitempty"`   // ShareDividend
	Measure Measure           `cbor:"7,keyasint,omitempty" json:"measure,omitzero"`  // PatronageDividend
	Paid    money.Rate        `cbor:"8,keyasint,omitempty" json:"paid,omitzero"`     // PatronageDividend: in money, from 0 to 1; the rest is notices
}

// check says what is wrong with the step, whatever the state; nothing if "".
func (s Step) check() string {
	switch {
	case s.Sort < ToReserve || s.Sort > PatronageDividend:
		return "unknown sort"
	case s.Base < OfSurplus || s.Base > Fixed:
		return "unknown base"
	case (s.Base == OfCapital) != (s.Sort == ShareDividend):
		return "a share dividend is a rate of capital, and nothing else is"
	case s.Base == Fixed && (s.Amount <= 0 || s.Amount > money.Max || s.Rate != money.Rate{}):
		return "a fixed amount is out of range or has a rate beside it"
	case s.Base != Fixed && (s.Amount != 0 || !positive(s.Rate)):
		return "the rate is not over 0 and at most 1, or has an amount beside it"
	case (s.Account != 0) != !s.Sort.IsDividend():
		return "an account belongs to a reserve or a fund"
	case (s.Class != 0) != (s.Sort == ShareDividend):
		return "a class belongs to a share dividend"
	case s.Measure.Known() != (s.Sort == PatronageDividend) || (s.Measure != 0 && !s.Measure.Known()):
		return "a measure belongs to a patronage dividend"
	case s.Sort == PatronageDividend && !ofOne(s.Paid):
		return "the rate paid in money is not from 0 to 1"
	case s.Sort != PatronageDividend && s.Paid != money.Rate{}:
		return "only a patronage dividend is held as notices"
	}
	return ""
}

func ofOne(r money.Rate) bool    { return r.Den > 0 && r.Num <= r.Den }
func positive(r money.Rate) bool { return ofOne(r) && r.Num > 0 }

// A Plan is the result that an allocation would have.
type Plan struct {
	Allotments   []Allotment  `json:"allotments"`
	Appropriated money.Amount `json:"appropriated"`
	Carried      money.Amount `json:"carried"`
}

// PlanOf works out the steps for a closed period, in order, and refuses them as
// Allocate would. What they take together is at most what was declared, and what
// unappropriated surplus still has. It writes nothing.
func PlanOf(r state.Reader, p Period, steps []Step) (Plan, error) {
	var plan Plan
	if err := checkSteps(steps); err != nil {
		return plan, err
	}
	s, err := PeriodOf(r, p)
	if err != nil {
		return plan, err
	}
	if s.Stage == Allocating || s.Stage == Allocated {
		return plan, ErrAllocated.With("period %d", p)
	}
	if s.Stage != Closed {
		return plan, ErrStage.With("period %d is %v", p, s.Stage)
	}
	available, err := money.Add(s.Opening, s.Surplus)
	if err != nil {
		return plan, ErrTotal.With("opening + surplus")
	}
	for i, step := range steps {
		a, err := step.plan(r, p, s.Surplus, s.Surplus-plan.Appropriated)
		if err != nil {
			return plan, err
		}
		if a.Pool > available-plan.Appropriated {
			return plan, ErrExceeds.With("step %d takes %s, of %s there are %s left", i+1,
				charter.Money(r, a.Pool), charter.Money(r, available), charter.Money(r, available-plan.Appropriated))
		}
		plan.Appropriated += a.Pool
		plan.Allotments = append(plan.Allotments, a)
		if err := plan.requireInterest(r, step.Class); err != nil {
			return plan, err
		}
	}
	plan.Carried = available - plan.Appropriated
	balance, err := account.BalanceOf(r, account.Unappropriated)
	if err == nil && plan.Appropriated > max(-balance, 0) {
		err = ErrExceeds.With("%s in all, the books show %s of unappropriated surplus", charter.Money(r, plan.Appropriated), charter.Money(r, -balance))
	}
	return plan, err
}

func checkSteps(steps []Step) error {
	if len(steps) > MaxSteps {
		return ErrSteps.With("%d, up to %d can be", len(steps), MaxSteps)
	}
	for i, s := range steps {
		if wrong := s.check(); wrong != "" {
			return ErrStep.With("step %d: %s", i+1, wrong)
		}
	}
	return nil
}

// plan works out one step.
func (s Step) plan(r state.Reader, p Period, surplus, rest money.Amount) (Allotment, error) {
	a := Allotment{Step: s}
	var err error
	switch s.Base {
	case OfSurplus, OfRest:
		if surplus <= 0 {
			return a, ErrNoSurplus.With("it is %s", charter.Money(r, surplus))
		}
		a.Basis = surplus
		if s.Base == OfRest {
			a.Basis = max(rest, 0)
		}
	case OfCapital:
		if err := s.requireInterest(r); err != nil {
			return a, err
		}
		totals, err := share.TotalsOf(r, s.Class)
		if err != nil {
			return a, err
		}
		a.Basis, a.Total = totals.Capital, totals.Units
	case Fixed:
		a.Basis, a.Pool = s.Amount, s.Amount
	}
	if s.Base != Fixed {
		if a.Pool, err = s.Rate.Of(a.Basis); err != nil {
			return a, ErrTotal.With("a rate of %s", charter.Money(r, a.Basis))
		}
	}
	switch s.Sort {
	case ToReserve, ToFund:
		err = s.RequireTarget(r)
	case PatronageDividend:
		var tally Tally
		tally, err = TallyOf(r, p, s.Measure)
		a.Total, a.Digits = tally.Quantity, tally.Digits
	}
	if err == nil && s.Sort.IsDividend() && a.Total == 0 {
		err = ErrNoClaims.With("%v", s.Sort)
	}
	a.Done = !s.Sort.IsDividend() || a.Pool == 0
	return a, err
}

// requireInterest refuses a dividend on shares above the cap of interest that the class has
// today, and one of a class whose interest is due after a time of holding: it would be divided
// among those too who have held for less.
func (s Step) requireInterest(r state.Reader) error {
	rules, err := shareclass.RulesOf(r, s.Class)
	switch {
	case err != nil:
		return err
	case rules.Interest.Den > 0 && s.Rate.Over(rules.Interest):
		return ErrInterest.With("%s of the capital of class %d, at most %s", words.Rate(s.Rate), s.Class, words.Rate(rules.Interest))
	case rules.InterestAfter > 0:
		return ErrTimeHeld.With("class %d, after %s", s.Class, words.Plural(uint64(rules.InterestAfter), "day"))
	}
	return nil
}

// requireInterest refuses steps that together come to more than the cap of interest of a class.
// The cap is for a period of any length, all dividends on the class in its allocation taken
// together: members whose periods are not a year set it for theirs. Zero is no class.
func (p Plan) requireInterest(r state.Reader, class shareclass.Number) error {
	if class == 0 {
		return nil
	}
	rules, err := shareclass.RulesOf(r, class)
	if err != nil || rules.Interest.Den == 0 {
		return err
	}
	var sum, most money.Amount
	for _, a := range p.Allotments {
		if a.Step.Class != class {
			continue
		}
		if most, err = rules.Interest.Of(a.Basis); err != nil {
			return ErrTotal.With("a rate of %s", charter.Money(r, a.Basis))
		}
		sum += a.Pool // of all steps, at most what is available
	}
	if sum > most {
		err = ErrInterest.With("%s on class %d in all steps, at most %s are %s", charter.Money(r, sum), class, words.Rate(rules.Interest), charter.Money(r, most))
	}
	return err
}

// RequireTarget refuses an account of the wrong type: a reserve is equity that
// cannot be debited by hand, a fund is equity or a liability that can.
func (s Step) RequireTarget(r state.Reader) error {
	a, err := account.Find(r, s.Account)
	if err != nil {
		return err
	}
	fits := a.Type == account.Equity && a.Guard == account.CreditOnly
	if s.Sort == ToFund {
		fits = (a.Type == account.Equity || a.Type == account.Liability) && a.Guard == account.Free
	}
	if !fits || s.Account == account.Unappropriated {
		return ErrTarget.With("%v: %d is %v, %v", s.Sort, s.Account, a.Type, a.Guard)
	}
	return nil
}
