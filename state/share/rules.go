package share

import (
	"fmt"
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/member"
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
	Interest      money.Rate      `cbor:"4,keyasint,omitempty" json:"interest_cap"`              // a year, of the value
	InterestAfter uint32          `cbor:"5,keyasint,omitempty" json:"interest_after_days"`       // of being held
	Redeemable    bool            `cbor:"6,keyasint,omitempty" json:"redeemable"`                // a member may ask for the value back
	Notice        uint32          `cbor:"7,keyasint,omitempty" json:"notice_days"`               // from that request on
	Needed        []charter.Class `cbor:"8,keyasint,omitempty" json:"needed,omitempty"`          // classes of members who keep MinHolding until they leave; ascending
	Transferable  bool            `cbor:"9,keyasint,omitempty" json:"transferable"`              // between members, for nothing but their value
	Into          []Class         `cbor:"10,keyasint,omitempty" json:"convertible_to,omitempty"` // ascending
	Parts         uint32          `cbor:"11,keyasint,omitempty" json:"part_payments,omitempty"`  // in which a subscription may be paid, at most; zero or one: at once
	Spread        uint32          `cbor:"12,keyasint,omitempty" json:"repaid_in_days,omitempty"` // after the redemption, at most
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
	Class  Class
	Number uint32
}

var (
	// 0x27 ‖ co-op (4) ‖ class (2) ‖ version (4) → Version
	versions = state.NewTable[versionKey, Version](0x27)
	// 0x28 ‖ co-op (4) ‖ class (2) → Rulebook; absent if no motion set any
	rulebooks = state.NewTable[Class, Rulebook](0x28)
)

// inForce is the version of a class that holds today, or whether there is none.
func inForce(r state.Reader, class Class) (v Version, known bool, err error) {
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
func RulesOf(r state.Reader, class Class) (Rules, error) {
	terms, err := TermsOf(r, class)
	if err != nil {
		return Rules{}, err
	}
	return terms.rules(r, class)
}

func (t Terms) rules(r state.Reader, class Class) (Rules, error) {
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
func Versions(r state.Reader, class Class, fn func(uint32, Version) (bool, error)) error {
	return versions.Range(r, versionKey{class, 0}, versionKey{class, ^uint32(0)}, func(k versionKey, v Version) (bool, error) {
		return fn(k.Number, v)
	})
}

// RulesOn are the rules that held for a class on a day, in days since 1970 UTC: of the
// versions from before the last that was not dropped, or the bounds of its Terms.
func RulesOn(r state.Reader, class Class, day uint64) (Rules, error) {
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

// requireMore refuses units that would take a member's holding out of the bounds of
// its class or of the register. h is what the member has, t the class's figures.
func requireMore(c *state.Ctx, class Class, terms Terms, h Holding, units uint64) error {
	rules, err := terms.rules(c, class)
	if err != nil {
		return err
	}
	have := h.Units + h.Pending
	if units > rules.MaxHolding-min(have, rules.MaxHolding) {
		return ErrLimit.With("%d held + %d subscribed + %d > %d", h.Units, h.Pending, units, rules.MaxHolding)
	}
	if have+units < rules.MinHolding {
		return ErrMinimum.With("%d of %d", have+units, rules.MinHolding)
	}
	if have+units <= rules.MinHolding || rules.MostOf.Den == 0 { // whoever may be a member may hold the minimum
		return nil
	}
	t, err := totals.Get(c, class)
	if err != nil {
		return err
	}
	if all := t.Units + h.Pending + units; !within(rules.MostOf, have+units, all) {
		return ErrLimit.With("%d would be of %d, at most %s can", have+units, all, words.Rate(rules.MostOf))
	}
	return nil
}

// requireMoney holds a member's shares of all classes against the limits of the
// register. The minimum of a class is always within them.
func requireMoney(c *state.Ctx, class Class, terms Terms, m state.Member, h Holding, units uint64) error {
	limits, err := LimitsOf(c)
	if err != nil || limits.MostMoney == 0 && limits.MostOf.Den == 0 {
		return err
	}
	rules, err := terms.rules(c, class)
	if err != nil || h.Units+h.Pending+units <= rules.MinHolding {
		return err
	}
	more, err := money.Times(units, terms.Value())
	if err != nil {
		return ErrTotal
	}
	own, all := more, more
	err = Classes(c, func(k Class, of Terms) (bool, error) {
		h, err := HoldingOf(c, k, m)
		if err != nil {
			return false, err
		}
		t, err := totals.Get(c, k)
		if err != nil {
			return false, err
		}
		value, err := money.Times(h.Units+h.Pending, of.Value())
		if err != nil {
			return false, ErrTotal
		}
		pending, err := money.Times(h.Pending, of.Value())
		if err != nil {
			return false, ErrTotal
		}
		if own, err = money.Add(own, value); err != nil {
			return false, ErrTotal
		}
		if all, err = money.Sum(all, t.Capital, pending); err != nil {
			return false, ErrTotal
		}
		return true, nil
	})
	switch {
	case err != nil:
		return err
	case limits.MostMoney != 0 && own > limits.MostMoney:
		return ErrLimit.With("shares of %s, at most %s can", charter.Money(c, own), charter.Money(c, limits.MostMoney))
	case limits.MostOf.Den != 0 && !within(limits.MostOf, uint64(own), uint64(all)):
		return ErrLimit.With("%s would be of a capital of %s, at most %s can", charter.Money(c, own), charter.Money(c, all), words.Rate(limits.MostOf))
	}
	return nil
}

// within says whether a part is at most that rate of all. Rates are checked when they
// are set, so that their numbers are small.
func within(rate money.Rate, part, all uint64) bool {
	most, err := rate.Of(money.Amount(min(all, uint64(money.Max))))
	return err == nil && part <= uint64(most)
}

// requireLess refuses to take units from a holding of which the rest must stay: what
// is asked back, what is less than the class's minimum, what the member's class needs.
func requireLess(class Class, rules Rules, rec member.Record, h Holding, units uint64) error {
	if free := h.Units - min(h.Leaving, h.Units); units > free {
		return ErrUnits.With("%d of the %s that are held and not asked back", units, words.Plural(free, "share"))
	}
	left := h.Units + h.Pending - h.Leaving - units
	if left >= rules.MinHolding {
		return nil
	}
	if left > 0 {
		return ErrMinimum.With("%d would be left of %d", left, rules.MinHolding)
	}
	if rec.Standing() != member.Left && slices.Contains(rules.Needed, rec.Class()) {
		return ErrNeeded.With("a member of class %d holds at least %d of class %d", rec.Class(), rules.MinHolding, class)
	}
	return nil
}

// Value is what a share is worth now, in minor units: its par, or what it was written
// down to.
func (t Terms) Value() money.Amount { return t.Par - t.Lost }

// check refuses rules out of bounds.
func (s Rules) check() error {
	if s.MaxHolding == 0 || s.MaxHolding > MaxUnits || s.MinHolding > s.MaxHolding {
		return ErrTerms.With("holdings from %d to %d units", s.MinHolding, s.MaxHolding)
	}
	for _, rate := range []money.Rate{s.MostOf, s.Interest} {
		if err := checkRate(rate); err != nil {
			return err
		}
	}
	for _, days := range []uint32{s.InterestAfter, s.Notice, s.Spread} {
		if days > MaxDays {
			return ErrTerms.With("%d days, at most %d can be", days, MaxDays)
		}
	}
	if s.Parts > MaxParts {
		return ErrTerms.With("%d part payments, at most %d can be", s.Parts, MaxParts)
	}
	for i, k := range s.Needed {
		if k == 0 || k > charter.MaxClasses || i > 0 && k <= s.Needed[i-1] {
			return ErrTerms.With("classes of members must ascend, from 1 to %d", charter.MaxClasses)
		}
	}
	if len(s.Needed) > 0 && s.MinHolding == 0 {
		return ErrTerms.With("members who need shares, and no minimum")
	}
	if len(s.Into) > MaxClasses {
		return ErrTerms.With("%d classes to convert to", len(s.Into))
	}
	for i, k := range s.Into {
		if k == 0 || i > 0 && k <= s.Into[i-1] {
			return ErrTerms.With("classes to convert to must ascend")
		}
	}
	return nil
}

func checkRate(r money.Rate) error {
	if r.Den > MaxRate || r.Num > r.Den {
		return ErrTerms.With("a rate of %d in %d, at most the whole can be, in parts of at most %d", r.Num, r.Den, MaxRate)
	}
	return nil
}

// check refuses limits out of bounds.
func (l Limits) check() error {
	for _, a := range []money.Amount{l.MostMoney, l.CashFloor, l.AssetsFloor} {
		if a < 0 || a > money.Max {
			return ErrTerms.With("a limit of money out of range")
		}
	}
	for _, rate := range []money.Rate{l.MostOf, l.CapitalFloor} {
		if err := checkRate(rate); err != nil {
			return err
		}
	}
	for _, days := range []uint32{l.Clawback, l.Unclaimed} {
		if days > MaxDays {
			return ErrTerms.With("%d days, at most %d can be", days, MaxDays)
		}
	}
	if l.YearEnd != 0 && (l.YearEnd/100 < 1 || l.YearEnd/100 > 12 || l.YearEnd%100 < 1 || l.YearEnd%100 > daysIn[l.YearEnd/100-1]) {
		return ErrTerms.With("no day %d of month %d in every year", l.YearEnd%100, l.YearEnd/100)
	}
	return nil
}

// daysIn are how many days each month has in every year.
var daysIn = [...]uint32{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}

// Limits of rules.
const (
	MaxDays     = 366 * 30 // of a rule's time
	MaxRate     = 1 << 32  // denominator of a rule's rate
	MaxParts    = 1200     // payments of one subscription
	MaxAhead    = 366 * 2  // days from the decision to the day from which on rules hold
	MaxVersions = 1 << 20  // of one class's rules
)

// Facts say rules as people read them.
func (s Rules) Facts(t state.Reader) []state.Clause {
	yes := map[bool]string{true: "yes", false: "no"}
	return []state.Clause{
		{What: "a member may hold", After: fmt.Sprintf("%s to %s", words.Count(s.MinHolding), words.Plural(s.MaxHolding, "share"))},
		{What: "of the class one member holds at most", After: rateOr(s.MostOf, "any part")},
		{What: "interest a year", After: interestWords(s)},
		{What: "its value can be asked back", After: redeemWords(s)},
		{What: "needed by members of", After: neededWords(t, s.Needed)},
		{What: "transferable between members", After: yes[s.Transferable]},
		{What: "convertible to", After: intoWords(t, s.Into)},
		{What: "a subscription is paid", After: partWords(s.Parts)},
	}
}

func rateOr(r money.Rate, none string) string {
	if r.Den == 0 {
		return none
	}
	return words.Rate(r)
}

func interestWords(s Rules) string {
	if s.Interest.Den == 0 {
		return "no rule"
	}
	return fmt.Sprintf("at most %s, after %s", words.Rate(s.Interest), words.Plural(uint64(s.InterestAfter), "day"))
}

func redeemWords(s Rules) string {
	if !s.Redeemable {
		return "no"
	}
	out := "on a notice of " + words.Plural(uint64(s.Notice), "day")
	if s.Spread > 0 {
		out += fmt.Sprintf(", repaid within %s", words.Plural(uint64(s.Spread), "day"))
	}
	return out
}

func neededWords(r state.Reader, needed []charter.Class) string {
	var out []string
	for _, k := range needed {
		out = append(out, charter.ClassName(r, k))
	}
	if len(out) == 0 {
		return "no class"
	}
	return words.List(out, "and")
}

func intoWords(r state.Reader, into []Class) string {
	var out []string
	for _, k := range into {
		out = append(out, Named(r, k))
	}
	if len(out) == 0 {
		return "no class"
	}
	return words.List(out, "or")
}

func partWords(parts uint32) string {
	if parts < 2 {
		return "at once"
	}
	return fmt.Sprintf("in at most %d parts", parts)
}

// Facts say limits as people read them.
func (l Limits) Facts(r state.Reader) []state.Clause {
	yes := map[bool]string{true: "a part of the losses", false: "no losses"}
	amount := func(a money.Amount) string {
		if a == 0 {
			return "no limit"
		}
		return charter.Money(r, a)
	}
	days := func(n uint32) string {
		if n == 0 {
			return "no time"
		}
		return words.Plural(uint64(n), "day")
	}
	year := "when the notice is over"
	if l.YearEnd != 0 {
		year = fmt.Sprintf("at the close of the year that ends on day %d of month %d", l.YearEnd%100, l.YearEnd/100)
	}
	order := map[bool]string{true: "in proportion to what is owed", false: "in the order of the queue"}
	return []state.Clause{
		{What: "shares of one member, at most", After: amount(l.MostMoney)},
		{What: "of the share capital one member holds at most", After: rateOr(l.MostOf, "any part")},
		{What: "share capital stays, of the highest that it ever was, at", After: rateOr(l.CapitalFloor, "no part")},
		{What: "bank after a payment, at least", After: amount(l.CashFloor)},
		{What: "net assets after a redemption, at least", After: amount(l.AssetsFloor)},
		{What: "the value of shares is fixed", After: year},
		{What: "shares that are redeemed bear", After: yes[l.BearsLoss]},
		{What: "later losses are taken from them for", After: days(l.Clawback)},
		{What: "what is paid in part is divided", After: order[l.ProRata]},
		{What: "what nobody claims goes to the reserve after", After: days(l.Unclaimed)},
	}
}
