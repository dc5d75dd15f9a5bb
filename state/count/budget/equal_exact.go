package budget

import (
	"math"
	"math/big"
	"math/bits"
)

// What bounds say of whether a project can be paid for.
type payable uint8

const (
	cannotPay payable = iota
	mayPay            // too close for the bounds
	canPay
)

// estimate bounds the price of a unit of weight at which the supporters of p,
// each paying price × weight or all they have left, raise its cost.
//
// It starts with everyone able to pay and sets aside those who are not, until
// nobody is; setting one aside only raises the price, so those stay aside.
func (r *sharesRun) estimate(p int) (lo, hi uint64, can payable) {
	rest := uint64(r.es.cost[p]) << r.frac // to be raised by those not set aside
	var weight, poor uint64                // theirs; voters set aside
	active := r.active[:0]
	for _, s := range r.es.supporters[p] {
		if !r.dry[s.group] {
			active = append(active, s)
			weight += uint64(s.voters * s.weight)
		}
	}
	r.active = active
	for weight > 0 {
		kept := active[:0]
		was, total := rest, weight
		price := ceilDiv(was, total)
		for _, s := range active {
			low := r.low[s.group]
			short := low < price
			if s.weight != 1 {
				short = lessProduct(low, total, was, uint64(s.weight))
			}
			if short {
				rest -= uint64(s.voters) * low
				weight -= uint64(s.voters * s.weight)
				poor += uint64(s.voters)
			} else {
				kept = append(kept, s)
			}
		}
		if len(kept) == len(active) {
			break
		}
		active = kept
	}
	// Those set aside may hold up to err more than their bound.
	more, slack := bits.Mul64(r.err, poor)
	if weight == 0 {
		if rest == 0 || more != 0 || slack >= rest {
			return 0, math.MaxUint64, mayPay
		}
		return 0, 0, cannotPay
	}
	lo, hi = rest/weight, ceilDiv(rest, weight)
	if more != 0 || ceilDiv(slack, weight) > lo {
		return 0, hi, canPay
	}
	return lo - ceilDiv(slack, weight), hi, canPay
}

func ceilDiv(a, b uint64) uint64 {
	q := a / b
	if a%b != 0 {
		q++
	}
	return q
}

// lessProduct says whether a×b < c×d.
func lessProduct(a, b, c, d uint64) bool {
	hi1, lo1 := bits.Mul64(a, b)
	hi2, lo2 := bits.Mul64(c, d)
	return hi1 < hi2 || (hi1 == hi2 && lo1 < lo2)
}

// balance is what a voter of group g holds, times den. The group is not dry.
func (r *sharesRun) balance(g int32) *big.Int {
	sum := new(big.Int).Set(r.share)
	for _, m := range r.es.groups[g].marks {
		if at := r.round[m.project]; at >= 0 {
			sum.Sub(sum, new(big.Int).Mul(r.price[at], big.NewInt(m.weight)))
		}
	}
	return sum
}

// balances is what these supporters hold together, times den. None is dry.
func (r *sharesRun) balances(ss []supporter) *big.Int {
	counts := append(r.counts[:0], make([]int64, len(r.price))...)
	r.counts = counts
	var voters int64
	for _, s := range ss {
		voters += s.voters
		for _, m := range r.es.groups[s.group].marks {
			if at := r.round[m.project]; at >= 0 {
				counts[at] += s.voters * m.weight
			}
		}
	}
	sum := new(big.Int).Mul(r.share, big.NewInt(voters))
	var part, n big.Int
	for at, c := range counts {
		if c != 0 {
			sum.Sub(sum, part.Mul(r.price[at], n.SetInt64(c)))
		}
	}
	return sum
}

// affordable says exactly whether the supporters of p hold its cost.
func (r *sharesRun) affordable(p int) bool {
	cost := new(big.Int).Mul(r.den, big.NewInt(r.es.cost[p]))
	return r.balances(r.solvent(p)).Cmp(cost) >= 0
}

// solvent are the supporters of p who are not dry.
func (r *sharesRun) solvent(p int) []supporter {
	var ss []supporter
	for _, s := range r.es.supporters[p] {
		if !r.dry[s.group] {
			ss = append(ss, s)
		}
	}
	return ss
}

// exact is the price that estimate bounds: x/(den × w). p is affordable.
//
// Supporters whom the bounds do not place are tried exactly. The last one who
// can pay is never set aside, because p is affordable, so w is more than 0.
func (r *sharesRun) exact(p int) (x *big.Int, w int64) {
	lo, hi, can := r.estimate(p)
	if can != canPay {
		lo, hi = 0, math.MaxUint64
	}
	var aside, open []supporter
	for _, s := range r.solvent(p) {
		low := r.low[s.group]
		switch r.against(low, lo, hi, s.weight) {
		case -1:
			aside = append(aside, s)
		case 0:
			open = append(open, s)
			w += s.voters * s.weight
		default:
			w += s.voters * s.weight
		}
	}
	cost := new(big.Int).Mul(r.den, big.NewInt(r.es.cost[p]))
	for {
		x = new(big.Int).Sub(cost, r.balances(aside))
		kept := open[:0]
		was := w
		for _, s := range open {
			have := r.balance(s.group)
			if have.Mul(have, big.NewInt(was)).Cmp(new(big.Int).Mul(x, big.NewInt(s.weight))) < 0 {
				aside = append(aside, s)
				w -= s.voters * s.weight
			} else {
				kept = append(kept, s)
			}
		}
		if open = kept; w == was {
			return x, w
		}
	}
}

// against compares a balance with price × weight by their bounds: -1 if it is
// surely less, 1 if it is surely as much or more, 0 if they do not say.
func (r *sharesRun) against(low, loPrice, hiPrice uint64, weight int64) int {
	over, need := bits.Mul64(hiPrice, uint64(weight))
	if over == 0 && low >= need {
		return 1
	}
	over, need = bits.Mul64(loPrice, uint64(weight))
	if most, carry := bits.Add64(low, r.err, 0); over != 0 || (carry == 0 && most < need) {
		return -1
	}
	return 0
}

// fund lets the supporters of p pay x/(den × w) a unit of weight, or what they
// have.
func (r *sharesRun) fund(p int, x *big.Int, w int64) {
	// Put the price over the common denominator, which grows by as little as
	// it can.
	part := gcd(w, new(big.Int).Mod(x, big.NewInt(w)).Int64())
	price := new(big.Int).Quo(x, big.NewInt(part))
	if factor := big.NewInt(w / part); w != part {
		r.den.Mul(r.den, factor)
		r.share.Mul(r.share, factor)
		for _, q := range r.price {
			q.Mul(q, factor)
		}
	}
	lo, rest := new(big.Int).QuoRem(new(big.Int).Lsh(price, r.frac), r.den, new(big.Int))
	floor := lo.Uint64()
	ceil := floor
	if rest.Sign() != 0 {
		ceil++
	}
	for _, s := range r.solvent(p) {
		low := r.low[s.group]
		at := r.against(low, floor, ceil, s.weight)
		if at == 0 {
			at = r.balance(s.group).Cmp(new(big.Int).Mul(price, big.NewInt(s.weight)))
		}
		if at <= 0 {
			r.dry[s.group], r.low[s.group] = true, 0
			continue
		}
		over, pay := bits.Mul64(ceil, uint64(s.weight))
		if over != 0 || pay > low {
			pay = low
		}
		r.low[s.group] = low - pay
	}
	r.err += (ceil - floor) * uint64(r.es.maxWeight[p])
	r.round[p] = int32(len(r.price))
	r.price = append(r.price, price)
	r.funded = append(r.funded, p)
	r.spent += r.es.cost[p]
	for i, q := range r.alive {
		if q == p {
			r.alive = append(r.alive[:i], r.alive[i+1:]...)
			break
		}
	}
}
