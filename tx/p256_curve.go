package tx

import "math/big"

// The arithmetic of P-256 in the schoolbook's way, on public values only: it is slow and
// its time tells what it computes. It says what is a point of the curve and, in pages,
// whether a signature verifies; nothing here signs.

// A p256 is a point of the curve; y is nil for no point, and x as well for the one at
// infinity.
type p256 struct{ x, y *big.Int }

// p256Point reads a compressed point. There is none if y of the result is nil.
func p256Point(point []byte) p256 {
	x := new(big.Int).SetBytes(point[1:])
	if point[0]&^1 != 2 || x.Cmp(p256Prime) >= 0 {
		return p256{}
	}
	right := new(big.Int).Exp(x, big.NewInt(3), nil)
	right.Sub(right, new(big.Int).Mul(x, big.NewInt(3)))
	right.Mod(right.Add(right, p256B), p256Prime)
	y := new(big.Int).ModSqrt(right, p256Prime)
	if y == nil {
		return p256{}
	}
	if byte(y.Bit(0)) != point[0]&1 { // y is never zero: the order is odd
		y.Sub(p256Prime, y)
	}
	return p256{x, y}
}

// plus adds two points of the curve.
func (a p256) plus(b p256) p256 {
	var top, bottom *big.Int
	switch {
	case a.y == nil:
		return b
	case b.y == nil:
		return a
	case a.x.Cmp(b.x) != 0:
		top, bottom = new(big.Int).Sub(b.y, a.y), new(big.Int).Sub(b.x, a.x)
	case a.y.Cmp(b.y) != 0:
		return p256{}
	default:
		top = new(big.Int).Mul(a.x, a.x)
		top.Sub(top.Mul(top, big.NewInt(3)), big.NewInt(3))
		bottom = new(big.Int).Lsh(a.y, 1)
	}
	slope := new(big.Int).ModInverse(bottom.Mod(bottom, p256Prime), p256Prime)
	slope.Mod(slope.Mul(slope, top), p256Prime)
	x := new(big.Int).Mul(slope, slope)
	x.Mod(x.Sub(x.Sub(x, a.x), b.x), p256Prime)
	y := new(big.Int).Sub(a.x, x)
	y.Mod(y.Sub(y.Mul(y, slope), a.y), p256Prime)
	return p256{x, y}
}

// times adds a to itself, n times in all.
func (a p256) times(n *big.Int) (sum p256) {
	for i := n.BitLen() - 1; i >= 0; i-- {
		if sum = sum.plus(sum); n.Bit(i) == 1 {
			sum = sum.plus(a)
		}
	}
	return sum
}

// verifySlowly is ECDSA's verification (SEC 1, section 4.1.4) over a digest of 32 bytes.
func verifySlowly(point, sum []byte, r, s *big.Int) bool {
	key := p256Point(point)
	inRange := func(n *big.Int) bool { return n.Sign() > 0 && n.Cmp(p256Order) < 0 }
	if key.y == nil || !inRange(r) || !inRange(s) {
		return false
	}
	inverse := new(big.Int).ModInverse(s, p256Order)
	u := new(big.Int).SetBytes(sum)
	u.Mod(u.Mul(u, inverse), p256Order)
	v := new(big.Int).Mul(r, inverse)
	v.Mod(v, p256Order)
	got := p256Base.times(u).plus(key.times(v))
	return got.y != nil && new(big.Int).Mod(got.x, p256Order).Cmp(r) == 0
}
