package shareclass

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// Stakes are what members have of the co-op's classes, as the register is when an action is
// done: neither the order of what is moved counts nor what only moves between members.
type Stakes struct {
	r       state.Reader
	own     func(Number, state.Member) (uint64, error)
	all     func(Number) (uint64, error)
	most    money.Rate       // of the capital
	rules   map[Number]Rules // read so far
	classes []Number
	terms   []Terms // of classes, which are all of the co-op's
	capital money.Amount
}

// NewStakes are those of a register that says how many units of a class a member has, and how
// many there are. moved says that what the members have of all classes changes.
func NewStakes(r state.Reader, moved bool, own func(Number, state.Member) (uint64, error), all func(Number) (uint64, error)) (*Stakes, error) {
	x := &Stakes{r: r, own: own, all: all, rules: map[Number]Rules{}}
	limits, err := LimitsOf(r)
	if err != nil || !moved || limits.MostOf.Den == 0 && limits.MostMoney == 0 {
		return x, err
	}
	x.most = limits.MostOf
	err = Range(r, func(k Number, terms Terms) (bool, error) {
		x.classes, x.terms = append(x.classes, k), append(x.terms, terms)
		units, err := all(k)
		if err == nil {
			x.capital, err = terms.add(x.capital, units)
		}
		return err == nil, err
	})
	return x, err
}

// Beyond says, in words, that a member has more of a class, or of the capital, than rules and
// limits of the day allow; the minimum of a class it may always have. It is empty if not so.
func (x *Stakes) Beyond(class Number, m state.Member) (why string, err error) {
	rules, known := x.rules[class]
	if !known {
		if rules, err = RulesOf(x.r, class); err != nil {
			return "", err
		}
		x.rules[class] = rules
	}
	have, err := x.own(class, m)
	if err != nil || have <= rules.MinHolding {
		return "", err
	}
	if rules.MostOf.Den != 0 {
		all, err := x.all(class)
		if err != nil {
			return "", err
		}
		if !within(rules.MostOf, have, all) {
			return fmt.Sprintf("member %d would hold %d of %d, at most %s can", m, have, all, words.Rate(rules.MostOf)), nil
		}
	}
	if x.most.Den == 0 {
		return "", nil
	}
	own, err := x.Worth(m)
	if err == nil && !within(x.most, uint64(own), uint64(x.capital)) {
		why = fmt.Sprintf("member %d would hold %s of a capital of %s, at most %s can", m, charter.Money(x.r, own), charter.Money(x.r, x.capital), words.Rate(x.most))
	}
	return why, err
}

// Worth is what a member's shares of all classes are worth, where the register has limits
// of that.
func (x *Stakes) Worth(m state.Member) (sum money.Amount, err error) {
	for i, k := range x.classes {
		units, err := x.own(k, m)
		if err != nil {
			return 0, err
		}
		if sum, err = x.terms[i].add(sum, units); err != nil {
			return 0, err
		}
	}
	return sum, nil
}

// add adds what units are worth to a sum, or returns an error if it is out of range.
func (t Terms) add(sum money.Amount, units uint64) (money.Amount, error) {
	value, err := money.Times(units, t.Value())
	if err != nil {
		return 0, err
	}
	return money.Add(sum, value)
}

// within says whether a part is at most that rate of all. Rates are checked when they
// are set, so that their numbers are small.
func within(rate money.Rate, part, all uint64) bool {
	most, err := rate.Of(money.Amount(min(all, uint64(money.Max))))
	return err == nil && part <= uint64(most)
}
