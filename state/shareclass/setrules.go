package shareclass

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// SetRules sets what the shares of a class are bound by, or for class 0 the whole
// register, from a day on: all of it, so that what is not named is no limit and no
// leave. Whoever has more, or less, than new bounds allow keeps it. The result is the
// number of the version.
type SetRules struct {
	Class  Number      `cbor:"1,keyasint,omitempty"` // zero: the register
	From   uint64      `cbor:"2,keyasint,omitempty"` // day, days since 1970; zero for that of the block
	Rules  RulesEntry  `cbor:"3,keyasint,omitempty"` // of a class
	Limits LimitsEntry `cbor:"4,keyasint,omitempty"` // of the register
}

// A RulesEntry is Rules as a message has them.
type RulesEntry struct {
	MinHolding    uint64          `cbor:"1,keyasint,omitempty" json:"min_holding"`
	MaxHolding    uint64          `cbor:"2,keyasint,omitempty" json:"max_holding"`
	MostOf        money.Rate      `cbor:"3,keyasint,omitempty" json:"most_of_class"`
	Interest      money.Rate      `cbor:"4,keyasint,omitempty" json:"interest_cap"`
	InterestAfter uint32          `cbor:"5,keyasint,omitempty" json:"interest_after_days"`
	Redeemable    bool            `cbor:"6,keyasint,omitempty" json:"redeemable"`
	Notice        uint32          `cbor:"7,keyasint,omitempty" json:"notice_days"`
	Needed        []charter.Class `cbor:"8,keyasint,omitempty" json:"needed,omitempty"`
	Transferable  bool            `cbor:"9,keyasint,omitempty" json:"transferable"`
	Into          []Number        `cbor:"10,keyasint,omitempty" json:"convertible_to,omitempty"`
	Parts         uint32          `cbor:"11,keyasint,omitempty" json:"part_payments,omitempty"`
	Spread        uint32          `cbor:"12,keyasint,omitempty" json:"repaid_in_days,omitempty"`
	Target        uint64          `cbor:"13,keyasint,omitempty" json:"target,omitempty"`
	OfDividend    money.Rate      `cbor:"14,keyasint,omitempty" json:"of_dividends,omitzero"`
	OfPay         money.Rate      `cbor:"15,keyasint,omitempty" json:"of_pay,omitzero"`
}

// A LimitsEntry is Limits as a message has them.
type LimitsEntry struct {
	MostMoney    money.Amount `cbor:"1,keyasint,omitempty" json:"most_money"`
	MostOf       money.Rate   `cbor:"2,keyasint,omitempty" json:"most_of_capital"`
	CapitalFloor money.Rate   `cbor:"3,keyasint,omitempty" json:"capital_floor"`
	CashFloor    money.Amount `cbor:"4,keyasint,omitempty" json:"cash_floor"`
	AssetsFloor  money.Amount `cbor:"5,keyasint,omitempty" json:"net_assets_floor"`
	YearEnd      uint32       `cbor:"6,keyasint,omitempty" json:"year_end"`
	BearsLoss    bool         `cbor:"7,keyasint,omitempty" json:"bears_loss"`
	Clawback     uint32       `cbor:"8,keyasint,omitempty" json:"clawback_days"`
	Unclaimed    uint32       `cbor:"9,keyasint,omitempty" json:"unclaimed_days"`
	ProRata      bool         `cbor:"10,keyasint,omitempty" json:"pro_rata"`
}

// RulesSet reports that a class, or with class 0 the register, has other rules.
type RulesSet struct {
	Class   Number `json:"class"`
	Version uint32 `json:"version"`
	From    uint64 `json:"from"`
}

func (RulesSet) Event() string { return "share.RulesSet" }

// Check refuses rules out of bounds, and those of a class together with those of the
// register.
func (m SetRules) Check() error {
	if m.Class == 0 {
		if !m.Rules.empty() {
			return ErrTerms.With("rules of a class without its number")
		}
		return Limits(m.Limits).check()
	}
	if m.Limits != (LimitsEntry{}) {
		return ErrTerms.With("limits of the register, of class %d", m.Class)
	}
	for _, k := range m.Rules.Into {
		if k == m.Class {
			return ErrTerms.With("class %d converted to itself", k)
		}
	}
	return Rules(m.Rules).check()
}

func (r RulesEntry) empty() bool {
	return r.MinHolding+r.MaxHolding+r.Target == 0 && r.OfDividend == (money.Rate{}) && r.OfPay == (money.Rate{}) && r.MostOf == (money.Rate{}) && r.Interest == (money.Rate{}) && !r.Redeemable && !r.Transferable &&
		len(r.Needed)+len(r.Into) == 0 && r.InterestAfter+r.Notice+r.Parts+r.Spread == 0
}

// Apply sets the rules.
func (m SetRules) Apply(c *state.Ctx) error {
	version, was, err := m.set(c)
	if err == nil {
		c.Return([]uint32{version, was})
	}
	return err
}

// FoundRules sets what the shares of a co-op's first classes are bound by from its founding on.
func FoundRules(c *state.Ctx, first []SetRules) error {
	for _, m := range first {
		err := m.Check()
		if err == nil {
			_, _, err = m.set(c)
		}
		if err != nil {
			return fmt.Errorf("founding the rules of share class %d: %w", m.Class, err)
		}
	}
	return nil
}

// set sets the rules, and returns their version and the one that held before. A version
// whose day has not come is dropped.
func (m SetRules) set(c *state.Ctx) (version, was uint32, err error) {
	if m.Class != 0 {
		terms, err := TermsOf(c, m.Class)
		if err != nil {
			return 0, 0, err
		}
		if _, err := money.Times(m.Rules.MaxHolding, terms.Par); err != nil {
			return 0, 0, ErrTerms.With("the most that a member may hold, %s at par, is more than an account holds", words.Plural(m.Rules.MaxHolding, "share"))
		}
	}
	today, from := c.Day(), m.From
	if from == 0 {
		from = today
	}
	if from < today {
		return 0, 0, ErrPast.With("%s, today is %s", words.Day(from), words.Day(today))
	}
	if from > today+MaxAhead {
		return 0, 0, ErrTerms.With("from %s on, at most %d days ahead can be", words.Day(from), MaxAhead)
	}
	book, err := rulebooks.Get(c, m.Class)
	if err != nil {
		return 0, 0, err
	}
	if book.Last >= MaxVersions {
		return 0, 0, ErrTerms.With("there are %d versions of these rules, and can be no more", book.Last)
	}
	var dropped Version
	drop := book.Next != 0 && book.on(today) != book.Next
	if drop {
		if dropped, err = versions.Get(c, versionKey{m.Class, book.Next}); err != nil {
			return 0, 0, err
		}
	}

	// Past this line nothing fails.
	if drop {
		dropped.Dropped = true
		versions.Put(c, versionKey{m.Class, book.Next}, dropped)
	}
	was = book.on(today)
	book.Last++
	book = Rulebook{Last: book.Last, Now: was, Next: book.Last, From: from}
	rulebooks.Put(c, m.Class, book)
	versions.Put(c, versionKey{m.Class, book.Last}, Version{
		From: from, Rules: Rules(m.Rules), Limits: Limits(m.Limits), Time: c.Time(), By: c.Actor(),
	})
	c.Emit(RulesSet{m.Class, book.Last, from})
	return book.Last, was, nil
}

// Describe says every rule as it was and as it becomes.
func (m SetRules) Describe(t state.Telling) state.Words {
	what, before := "the register of shares", []state.Clause(nil)
	after := Limits(m.Limits).Facts(t)
	if m.Class != 0 {
		what, after = Named(t, m.Class), Rules(m.Rules).Facts(t)
	}
	was, known := m.was(t)
	if known && m.Class == 0 {
		before = was.Limits.Facts(t)
	} else if known {
		before = was.Rules.Facts(t)
	}
	w := state.Words{Phrase: "set the rules of " + what}
	if m.From != 0 {
		w.Phrase += " from " + words.Day(m.From) + " on"
	}
	for i, f := range after {
		if known {
			f.Before = before[i].After
		}
		if f.Before != f.After {
			w.Clauses = append(w.Clauses, f)
		}
	}
	if len(w.Clauses) == 0 {
		w.Clauses = []state.Clause{state.Fact("rules", "all stay as they are")}
	}
	return w
}

// was is the version that held before, and whether that can be told.
func (m SetRules) was(t state.Telling) (v Version, ok bool) {
	number, known := uint32(0), false
	if numbers, done := state.Was[[]uint32](t); done && len(numbers) == 2 {
		number, known = numbers[1], true
	} else if t.Result == nil {
		book, err := rulebooks.Get(t, m.Class)
		number, known = book.on(state.DayOf(t.Time())), err == nil
	}
	if !known {
		return v, false
	}
	if number != 0 {
		v, found, err := versions.Find(t, versionKey{m.Class, number})
		return v, found && err == nil
	}
	if m.Class == 0 {
		return v, true
	}
	terms, err := TermsOf(t, m.Class)
	v.Rules = Rules{MinHolding: terms.MinHolding, MaxHolding: terms.MaxHolding}
	return v, err == nil
}

var _ = Kinds.Add(state.KindOf[SetRules](KindSetRules, "share.SetRules"))
