package shareclass

import (
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// Rules are what a class's shares are bound by from some day on; the class's name and
// par never change. Those of a class of which no motion has set any are the bounds of
// its Terms and nothing else. Zero is no limit, and no leave.
type Rules struct {
	MinHolding    uint64          `cbor:"1,keyasint,omitempty" json:"min_holding"`               // units, held and subscribed, of whoever has any
	MaxHolding    uint64          `cbor:"2,keyasint,omitempty" json:"max_holding"`               // units, held and subscribed
	MostOf        money.Rate      `cbor:"3,keyasint,omitempty" json:"most_of_class"`             // of the class's units, beyond MinHolding
	Interest      money.Rate      `cbor:"4,keyasint,omitempty" json:"interest_cap"`              // a period, of the value
	InterestAfter uint32          `cbor:"5,keyasint,omitempty" json:"interest_after_days"`       // of being held
	Redeemable    bool            `cbor:"6,keyasint,omitempty" json:"redeemable"`                // a member may ask for the value back
	Notice        uint32          `cbor:"7,keyasint,omitempty" json:"notice_days"`               // from that request on
	Needed        []charter.Class `cbor:"8,keyasint,omitempty" json:"needed,omitempty"`          // classes of members who keep MinHolding until they leave; ascending
	Transferable  bool            `cbor:"9,keyasint,omitempty" json:"transferable"`              // between members, for nothing but their value
	Into          []Number        `cbor:"10,keyasint,omitempty" json:"convertible_to,omitempty"` // ascending
	Parts         uint32          `cbor:"11,keyasint,omitempty" json:"part_payments,omitempty"`  // in which a subscription may be paid, at most; zero or one: at once
	Spread        uint32          `cbor:"12,keyasint,omitempty" json:"repaid_in_days,omitempty"` // after the redemption, at most
	Target        uint64          `cbor:"13,keyasint,omitempty" json:"target,omitempty"`         // units to which a member's holding is built up; zero: none is
	OfDividend    money.Rate      `cbor:"14,keyasint,omitempty" json:"of_dividends,omitzero"`    // of the money of each dividend, that goes to the holding until it is at Target
	OfPay         money.Rate      `cbor:"15,keyasint,omitempty" json:"of_pay,omitzero"`          // of each pay, that pays for the open subscription until then
}

// Limits are what the whole register is bound by from some day on. Zero is no limit.
type Limits struct {
	MostMoney    money.Amount `cbor:"1,keyasint,omitempty" json:"most_money"`       // of a member's shares of all classes, held and subscribed
	MostOf       money.Rate   `cbor:"2,keyasint,omitempty" json:"most_of_capital"`  // that one member holds beyond a class's minimum
	CapitalFloor money.Rate   `cbor:"3,keyasint,omitempty" json:"capital_floor"`    // of the highest that the share capital ever was
	CashFloor    money.Amount `cbor:"4,keyasint,omitempty" json:"cash_floor"`       // in the bank, after a payment
	AssetsFloor  money.Amount `cbor:"5,keyasint,omitempty" json:"net_assets_floor"` // equity and result, after a redemption
	YearEnd      uint32       `cbor:"6,keyasint,omitempty" json:"year_end"`         // month × 100 + day at the close of which a value is fixed; zero: when the notice is over
	BearsLoss    bool         `cbor:"7,keyasint,omitempty" json:"bears_loss"`       // the shares of who leaves bear a part of the losses
	Clawback     uint32       `cbor:"8,keyasint,omitempty" json:"clawback_days"`    // after the redemption
	Unclaimed    uint32       `cbor:"9,keyasint,omitempty" json:"unclaimed_days"`   // after the redemption, until what no one claims goes to the reserve
	ProRata      bool         `cbor:"10,keyasint,omitempty" json:"pro_rata"`        // what is paid in part is divided by what is owed, not in the order of the queue
}

// A Version is the rules of a class, or for class 0 the limits of the register, as one
// motion set them.
type Version struct {
	From    uint64      `cbor:"1,keyasint,omitempty" json:"from"` // day from which on they hold, days since 1970
	Rules   Rules       `cbor:"2,keyasint,omitempty" json:"rules"`
	Limits  Limits      `cbor:"3,keyasint,omitempty" json:"limits"`
	Time    int64       `cbor:"4,keyasint,omitempty" json:"time"` // of the decision, seconds since 1970 UTC
	By      state.Actor `cbor:"5,keyasint,omitempty" json:"by"`
	Dropped bool        `cbor:"6,keyasint,omitempty" json:"dropped,omitempty"` // another version was set before its day came
}

// A Rulebook says which versions there are of a class, or for class 0 of the register.
type Rulebook struct {
	Last uint32 `cbor:"1,keyasint,omitempty"` // numbers given out
	Now  uint32 `cbor:"2,keyasint,omitempty"` // that held when the last was set, zero if none
	Next uint32 `cbor:"3,keyasint,omitempty"` // that holds from From on, zero if none was to come
	From uint64 `cbor:"4,keyasint,omitempty"` // day, days since 1970
}

// on is the version that holds on a day not before that of the last setting.
func (b Rulebook) on(day uint64) uint32 {
	if b.Next != 0 && b.From <= day {
		return b.Next
	}
	return b.Now
}

type versionKey struct {
	Class  Number
	Number uint32
}

// Tables of the room; all integers big-endian.
var (
	// 0x21 ‖ co-op (4) ‖ class (2) → Terms
	classes = state.NewTable[Number, Terms](0x21)
	// 0x27 ‖ co-op (4) ‖ class (2) ‖ version (4) → Version
	versions = state.NewTable[versionKey, Version](0x27)
	// 0x28 ‖ co-op (4) ‖ class (2) → Rulebook; absent if no motion set any
	rulebooks = state.NewTable[Number, Rulebook](0x28)
)

// inForce is the version of a class that holds today, or whether there is none.
func inForce(r state.Reader, class Number) (v Version, known bool, err error) {
	book, err := rulebooks.Get(r, class)
	if err != nil {
		return v, false, err
	}
	number := book.on(state.DayOf(r.Time()))
	if number == 0 {
		return v, false, nil
	}
	v, err = versions.Get(r, versionKey{class, number})
	return v, true, err
}

// RulesOf are the rules of a class today, or ErrClass.
func RulesOf(r state.Reader, class Number) (Rules, error) {
	terms, err := TermsOf(r, class)
	if err != nil {
		return Rules{}, err
	}
	return terms.Rules(r, class)
}

// Rules are those of the class, whose number is class, today.
func (t Terms) Rules(r state.Reader, class Number) (Rules, error) {
	v, set, err := inForce(r, class)
	if !set {
		v.Rules = Rules{MinHolding: t.MinHolding, MaxHolding: t.MaxHolding}
	}
	return v.Rules, err
}

// LimitsOf are those of the register today.
func LimitsOf(r state.Reader) (Limits, error) {
	v, _, err := inForce(r, 0)
	return v.Limits, err
}

// Versions calls fn for the rules of a class that motions set, or for class 0 the
// limits of the register, by number.
func Versions(r state.Reader, class Number, fn func(uint32, Version) (bool, error)) error {
	return versions.Range(r, versionKey{class, 0}, versionKey{class, ^uint32(0)}, func(k versionKey, v Version) (bool, error) {
		return fn(k.Number, v)
	})
}

// RulesOn are the rules that held for a class on a day, in days since 1970 UTC: of the
// versions from before the last that was not dropped, or the bounds of its Terms.
func RulesOn(r state.Reader, class Number, day uint64) (Rules, error) {
	terms, err := TermsOf(r, class)
	rules := Rules{MinHolding: terms.MinHolding, MaxHolding: terms.MaxHolding}
	if err != nil {
		return rules, err
	}
	err = Versions(r, class, func(_ uint32, v Version) (bool, error) {
		if !v.Dropped && v.From <= day {
			rules = v.Rules
		}
		return true, nil
	})
	return rules, err
}

// check refuses rules out of bounds.
func (s Rules) check() error {
	if s.MaxHolding == 0 || s.MaxHolding > MaxUnits || s.MinHolding > s.MaxHolding {
		return refuseHoldings(s.MinHolding, s.MaxHolding)
	}
	for _, r := range []rate{{"most of the class", s.MostOf}, {"cap of interest", s.Interest}, {"part of dividends", s.OfDividend}, {"part of pay", s.OfPay}} {
		if err := r.check(); err != nil {
			return err
		}
	}
	if s.Target != 0 && (s.Target > s.MaxHolding || s.Target < s.MinHolding) {
		return ErrTerms.With("a target of %d, where a holding is from %d to %d units", s.Target, s.MinHolding, s.MaxHolding)
	}
	if (s.Target != 0) != (s.Builds() || s.OfPay.Num > 0) {
		return ErrTerms.With("a target and a part of dividends or of pay belong together: name both, or neither")
	}
	if s.OfPay.Num > 0 && s.Parts < 2 {
		return ErrTerms.With("a part of pay for shares that are paid at once: from 2 to %d part payments can be", MaxParts)
	}
	for _, t := range []span{{"time of holding before interest", s.InterestAfter}, {"notice of a withdrawal", s.Notice}, {"time in which it is repaid", s.Spread}} {
		if err := t.check(); err != nil {
			return err
		}
	}
	if s.Parts > MaxParts {
		return ErrTerms.With("%d part payments, at most %d can be", s.Parts, MaxParts)
	}
	for i, k := range s.Needed {
		if k == 0 || k > charter.MaxClasses || i > 0 && k <= s.Needed[i-1] {
			return ErrTerms.With("the classes of members that need the shares must ascend, from 1 to %d", charter.MaxClasses)
		}
	}
	if len(s.Needed) > 0 && s.MinHolding == 0 {
		return ErrTerms.With("members who need the shares, and no minimum: a holding of 1 unit at least")
	}
	if len(s.Into) > MaxClasses {
		return ErrTerms.With("%d classes to convert to, at most %d can be", len(s.Into), MaxClasses)
	}
	for i, k := range s.Into {
		if k == 0 || i > 0 && k <= s.Into[i-1] {
			return ErrTerms.With("classes to convert to must ascend")
		}
	}
	return nil
}

// Builds says whether a part of dividends goes to holdings.
func (s Rules) Builds() bool { return s.OfDividend.Num > 0 }

// refuseHoldings is the refusal of bounds of what a member holds.
func refuseHoldings(least, most uint64) error {
	return ErrTerms.With("a holding from %d to %d units: at most from 1 to %s can be, and at least no more than that", least, most, words.Count(MaxUnits))
}

// A rate is a share of something that rules name.
type rate struct {
	what string
	is   money.Rate
}

func (r rate) check() error {
	if r.is.Den > MaxRate || r.is.Num > r.is.Den {
		return ErrTerms.With("a %s of %d in %d, at most the whole can be, in parts of at most %d", r.what, r.is.Num, r.is.Den, MaxRate)
	}
	return nil
}

// A span is a time that rules name, in days.
type span struct {
	what string
	is   uint32
}

func (t span) check() error {
	if t.is > MaxDays {
		return ErrTerms.With("a %s of %d days, at most %d can be", t.what, t.is, MaxDays)
	}
	return nil
}

// check refuses limits out of bounds.
func (l Limits) check() error {
	for _, f := range []struct {
		what string
		is   money.Amount
	}{{"most that a member may hold", l.MostMoney}, {"floor of cash", l.CashFloor}, {"floor of assets", l.AssetsFloor}} {
		if f.is < 0 || f.is > money.Max {
			return ErrTerms.With("the %s is %d minor units, from 0 to %d can be", f.what, f.is, money.Max)
		}
	}
	for _, r := range []rate{{"most of the capital", l.MostOf}, {"floor of the capital", l.CapitalFloor}} {
		if err := r.check(); err != nil {
			return err
		}
	}
	for _, t := range []span{{"time of claw-back", l.Clawback}, {"time after which shares are unclaimed", l.Unclaimed}} {
		if err := t.check(); err != nil {
			return err
		}
	}
	if l.YearEnd != 0 && (l.YearEnd/100 < 1 || l.YearEnd/100 > 12 || l.YearEnd%100 < 1 || int64(l.YearEnd%100) > words.LastDay(noLeap, int64(l.YearEnd/100))) {
		return ErrTerms.With("no day %d of month %d in every year", l.YearEnd%100, l.YearEnd/100)
	}
	return nil
}

// noLeap is a year whose days every year has.
const noLeap = 1970

// Limits of rules.
const (
	MaxDays     = 366 * 30 // of a rule's time. Bound of the machine: the rules say the time itself
	MaxRate     = 1 << 32  // denominator of a rule's rate
	MaxParts    = 1200     // payments of one subscription
	MaxAhead    = 366 * 2  // days from the decision to the day from which on rules hold. Bound of the machine
	MaxVersions = 1 << 20  // of one class's rules
)
