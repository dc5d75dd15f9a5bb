package apportion

import (
	"cmp"
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/rochdale-ledger/rochdale/state/count/report"
)

// remainders gives each party a seat for each whole quota of its votes, and the
// seats left, one each, to the largest remainders. Where whole quotas are more
// than the seats (which a rounded quota allows), those with the smallest
// remainders give one back. In a house so small that more seats are left than
// there are parties, or more to give back, the round is repeated.
func (a *apportionment) remainders() error {
	num, den := a.m.rule.quota(a.total, int64(a.want)) // the quota is num/den
	a.r.Quota = report.Ratio(big.NewInt(num), big.NewInt(den))
	if den == 1 {
		a.r.Quota = strconv.FormatInt(num, 10)
	}
	rest := make([]int64, len(a.p.Names)) // remainders, times den
	left := a.want
	for _, i := range a.in {
		a.seats[i] = a.p.Votes[i] * den / num
		rest[i] = a.p.Votes[i]*den - a.seats[i]*num
		left -= int(a.seats[i])
	}
	a.stage(fmt.Sprintf("Seats for whole quotas of %s.", a.r.Quota), nil, func(i int) string { return strconv.FormatInt(a.seats[i], 10) })
	order := slices.Clone(a.in)
	if left >= 0 {
		slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(rest[j], rest[i]) })
	} else {
		slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(rest[i], rest[j]) })
	}
	for left != 0 { // at most want rounds
		n := min(max(left, -left), len(order))
		if left < 0 {
			order = slices.DeleteFunc(order, func(i int) bool { return a.seats[i] == 0 })
			n = min(n, len(order))
		}
		some, err := a.firstOf(order, rest, n)
		if err != nil {
			return err
		}
		for _, i := range some {
			a.seats[i] += int64(sign(left))
		}
		a.roundStage(some, rest, den, left > 0)
		left -= n * sign(left)
	}
	for _, i := range a.in {
		for range a.seats[i] {
			a.r.Winners = append(a.r.Winners, a.p.Names[i])
		}
	}
	return nil
}

func sign(n int) int {
	switch {
	case n < 0:
		return -1
	case n > 0:
		return 1
	}
	return 0
}

// firstOf returns the first n of order, drawing lots among those level at the
// cut.
func (a *apportionment) firstOf(order []int, value []int64, n int) ([]int, error) {
	if n == len(order) || value[order[n-1]] != value[order[n]] {
		return order[:n], nil
	}
	cut := value[order[n]]
	from := slices.IndexFunc(order, func(i int) bool { return value[i] == cut })
	to := from
	for to < len(order) && value[order[to]] == cut {
		to++
	}
	drawn, err := a.pick(slices.Clone(order[from:to]), n-from, "a seat by remainder")
	if err != nil {
		return nil, err
	}
	return append(slices.Clone(order[:from]), drawn...), nil
}

func (a *apportionment) roundStage(some []int, rest []int64, den int64, up bool) {
	what := "One more seat for the largest remainders"
	if !up {
		what = "One seat back from the smallest remainders"
	}
	names := make([]string, len(some))
	for j, i := range some {
		names[j] = a.p.Names[i]
	}
	given := some
	if !up {
		given = nil
	}
	a.stage(what+": "+strings.Join(names, ", ")+".", given, func(i int) string {
		if den == 1 {
			return strconv.FormatInt(rest[i], 10)
		}
		return report.Ratio(big.NewInt(rest[i]), big.NewInt(den))
	})
}

// divisors gives seats one by one to the party with the most votes over the
// divisor for the seats it has. A divisor of 0 comes before all others, more
// votes first.
//
// Quotients are compared exactly: a/b > c/d as a×d > c×b, and square roots by
// their squares.
func (a *apportionment) divisors() error {
	long := a.want*len(a.p.Names) > maxRowCells
	num, den := make([]*big.Int, len(a.p.Names)), make([]*big.Int, len(a.p.Names)) // quotients
	for _, i := range a.in {
		num[i], den[i] = a.quotient(i)
	}
	settled := 0 // seats from here on for which the order of the tied does not matter
	for left := a.want; left > 0; {
		tied := a.first(num, den, a.want-left+1)
		n := min(len(tied), left)
		drawn := len(tied) > left
		if a.m.rule.within { // one at a time: one more seat may let others in
			n = 1
			if len(tied) > 1 && settled == 0 {
				settled = a.settle(left)
			}
			drawn = len(tied) > 1 && settled == 0
			settled = max(0, settled-1)
		}
		if drawn {
			var err error
			if tied, err = a.pick(tied, n, "the last seats"); err != nil {
				return err
			}
		}
		tied = tied[:n]
		for _, i := range tied {
			a.give(i)
			if !long {
				a.stage(fmt.Sprintf("Seat %d goes to %s.", len(a.r.Winners), a.p.Names[i]), []int{i}, func(j int) string {
					return a.show(j, num, den)
				})
			}
			left--
		}
		for _, i := range tied {
			num[i], den[i] = a.quotient(i)
		}
	}
	if long {
		a.r.Notes = append(a.r.Notes, fmt.Sprintf("No stage for each of %d seats among %d parties.", a.want, len(a.p.Names)))
	}
	return nil
}

// first are the parties with the highest quotient of those that may have the next
// seat, in a house of that many.
func (a *apportionment) first(num, den []*big.Int, house int) (tied []int) {
	for _, i := range a.in {
		if !a.eligible(i, house) {
			continue
		}
		if len(tied) == 0 {
			tied = []int{i}
			continue
		}
		switch compareRatios(num[i], den[i], num[tied[0]], den[tied[0]]) {
		case 1:
			tied = []int{i}
		case 0:
			tied = append(tied, i)
		}
	}
	return tied
}

// settle returns the number of seats after which all who are tied now, and who come
// to be tied with them, have theirs, in whatever order they are served: who is
// eligible remains so, and has a higher quotient than those served. It is zero if
// fewer than that are left, so that the order matters.
func (a *apportionment) settle(left int) int {
	seats := slices.Clone(a.seats)
	defer func() { a.seats = seats }()
	a.seats = slices.Clone(seats)
	num, den := make([]*big.Int, len(a.p.Names)), make([]*big.Int, len(a.p.Names))
	for _, i := range a.in {
		num[i], den[i] = a.quotient(i)
	}
	waiting := map[int]bool{}
	for n := 1; n <= left; n++ {
		tied := a.first(num, den, a.want-left+n)
		i := tied[0]
		for _, j := range tied[1:] {
			waiting[j] = true
		}
		if delete(waiting, i); len(waiting) == 0 {
			return n
		}
		a.seats[i]++
		num[i], den[i] = a.quotient(i)
	}
	return 0
}

// eligible says whether party i may have one more seat in a house of that many:
// always, or while it has less than its exact share of them. Somebody always
// may, because all shares together are the house.
func (a *apportionment) eligible(i, house int) bool {
	if !a.m.rule.within {
		return true
	}
	has := new(big.Int).Mul(big.NewInt(a.seats[i]), big.NewInt(a.total))
	return has.Cmp(new(big.Int).Mul(big.NewInt(a.p.Votes[i]), big.NewInt(int64(house)))) < 0
}

// quotient is a party's votes over its next divisor, squared if the divisors
// are: a fraction whose denominator may be 0.
func (a *apportionment) quotient(i int) (num, den *big.Int) {
	dn, dd := a.m.rule.divisor(a.seats[i])
	v := big.NewInt(a.p.Votes[i])
	num = new(big.Int).Mul(v, dd)
	if a.m.rule.squares {
		num.Mul(num, v)
	}
	return num, dn
}

// compareRatios compares fractions; one over 0 is more than any other, and two
// of them compare by what is over it.
func compareRatios(an, ad, bn, bd *big.Int) int {
	switch {
	case ad.Sign() == 0 && bd.Sign() == 0:
		return an.Cmp(bn)
	case ad.Sign() == 0:
		return 1
	case bd.Sign() == 0:
		return -1
	}
	return new(big.Int).Mul(an, bd).Cmp(new(big.Int).Mul(bn, ad))
}

// show prints a quotient, rounded down; of squares, its root.
func (a *apportionment) show(i int, num, den []*big.Int) string {
	switch {
	case num[i] == nil:
		return "0"
	case den[i].Sign() == 0:
		return "first"
	case !a.m.rule.squares:
		return report.Ratio(num[i], den[i])
	}
	scale := report.Pow10(report.RatioDecimals)
	n := new(big.Int).Mul(num[i], big.NewInt(scale))
	n.Mul(n, big.NewInt(scale)).Quo(n, den[i]).Sqrt(n)
	return report.Ratio(n, big.NewInt(scale))
}
