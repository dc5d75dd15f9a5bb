package tx

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"math/big"
)

// A key of P-256 (NIST, secp256r1) is the algorithm and the compressed point of SEC 1,
// section 2.3.3: 02 or 03, which says whether y is even or odd, and x. There is one such
// encoding of a point, and no other is read. A signature is r and s of ECDSA over the
// SHA-256 of what is signed, 32 bytes each, with the lower of the two values that s can
// have; so nobody but the holder makes another that verifies.
const (
	algP256   = 0x02
	pointSize = 1 + 32
)

// P256KeySize is the length of a P-256 PublicKey.
const P256KeySize = 1 + pointSize

// The curve P-256: y² = x³ - 3x + b over the field of a prime, and the order of its group
// (SEC 2, section 2.4.2).
var (
	p256Prime = hexNumber("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff")
	p256B     = hexNumber("5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b")
	p256Base  = p256Point([]byte("\x03\x6b\x17\xd1\xf2\xe1\x2c\x42\x47\xf8\xbc\xe6\xe5\x63\xa4\x40\xf2\x77\x03\x7d\x81\x2d\xeb\x33\xa0\xf4\xa1\x39\x45\xd8\x98\xc2\x96"))
	p256Order = hexNumber("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551")

	// p256Half is half of the order, rounded down: the greatest s of a signature.
	p256Half = new(big.Int).Rsh(p256Order, 1).FillBytes(make([]byte, 32))
)

func hexNumber(digits string) *big.Int {
	n, _ := new(big.Int).SetString(digits, 16)
	return n
}

// usableP256 returns ErrUnusable for what is no compressed point.
func usableP256(point []byte) error {
	if p256Point(point).y == nil {
		return fmt.Errorf("%w: it is no point of the curve P-256 in compressed form", ErrUnusable)
	}
	return nil
}

// verifyP256 says whether sig is r and s, with the lower s, over msg.
func verifyP256(point, msg, sig []byte) bool {
	if len(sig) != SignatureSize || bytes.Compare(sig[32:], p256Half) > 0 {
		return false
	}
	sum := sha256.Sum256(msg)
	return verifyECDSA(point, sum[:], new(big.Int).SetBytes(sig[:32]), new(big.Int).SetBytes(sig[32:]))
}

// ErrDER is returned for bytes that are no signature in the form of ASN.1.
var ErrDER = errors.New("not a signature of P-256 in DER")

// FromDER reads a signature of P-256 as authenticators and most libraries write it, in
// DER (SEC 1, section C.8), and returns it as transactions have it: r and the lower s, 32
// bytes each.
func FromDER(der []byte) ([]byte, error) {
	if len(der) < 2 || der[0] != 0x30 || int(der[1]) != len(der)-2 {
		return nil, fmt.Errorf("%w: it is no sequence of its length", ErrDER)
	}
	sig := make([]byte, SignatureSize)
	rest := der[2:]
	for _, part := range [][]byte{sig[:32], sig[32:]} {
		if len(rest) < 2 || rest[0] != 0x02 || rest[1] == 0 || int(rest[1]) > len(rest)-2 {
			return nil, fmt.Errorf("%w: a number is missing", ErrDER)
		}
		n := rest[2 : 2+rest[1]]
		rest = rest[2+len(n):]
		switch {
		case n[0]&0x80 != 0, len(n) > 1 && n[0] == 0 && n[1]&0x80 == 0:
			return nil, fmt.Errorf("%w: a number is negative or longer than need be", ErrDER)
		case n[0] == 0:
			n = n[1:]
		}
		if len(n) > len(part) {
			return nil, fmt.Errorf("%w: a number has %d bytes", ErrDER, len(n))
		}
		copy(part[len(part)-len(n):], n)
	}
	if len(rest) > 0 {
		return nil, fmt.Errorf("%w: %d bytes after its end", ErrDER, len(rest))
	}
	if bytes.Compare(sig[32:], p256Half) > 0 {
		s := new(big.Int).SetBytes(sig[32:])
		if s.Cmp(p256Order) >= 0 {
			return nil, fmt.Errorf("%w: a number is too great", ErrDER)
		}
		s.Sub(p256Order, s).FillBytes(sig[32:])
	}
	return sig, nil
}
