//go:build !js

package tx

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"errors"
	"fmt"
	"math/big"
)

// P-256 by the standard library. Programs for pages sign nothing and verify seldom: they
// have p256_page.go instead, since the library would make them a tenth larger.

// ErrSeed is returned for 32 bytes that are no private key of P-256: zero, or not below the
// order of its group. Of random ones that happens once in 2^32.
var ErrSeed = errors.New("not a private key of P-256")

// NewP256Key makes the P-256 key whose secret number is seed, 32 bytes, or returns ErrSeed.
func NewP256Key(seed []byte) (PrivateKey, error) {
	key, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), seed)
	if err != nil {
		return PrivateKey{}, fmt.Errorf("%w: %w", ErrSeed, err)
	}
	return PrivateKey{other: p256Secret{key}}, nil
}

// A p256Secret is a private key of P-256.
type p256Secret struct{ key *ecdsa.PrivateKey }

func (k p256Secret) public() PublicKey {
	whole, err := k.key.PublicKey.Bytes() // 04, x, y
	if err != nil {
		panic(fmt.Sprintf("tx: a key of P-256 that was read has no encoding: %v", err))
	}
	return append(PublicKey{algP256, 2 + whole[2*32]&1}, whole[1:1+32]...)
}

// pointOf reads a compressed point; false if it is none.
func pointOf(point []byte) (*ecdsa.PublicKey, bool) {
	x, y := elliptic.UnmarshalCompressed(elliptic.P256(), point)
	if x == nil {
		return nil, false
	}
	whole := make([]byte, 1+2*32)
	whole[0] = 4
	x.FillBytes(whole[1 : 1+32])
	y.FillBytes(whole[1+32:])
	key, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), whole)
	return key, err == nil
}

// verifyECDSA says whether r and s are ECDSA over a digest by the key with a compressed
// point.
func verifyECDSA(point, sum []byte, r, s *big.Int) bool {
	key, ok := pointOf(point)
	return ok && ecdsa.Verify(key, sum, r, s)
}

// sign signs msg, always alike (RFC 6979).
func (k p256Secret) sign(msg []byte) []byte {
	sum := sha256.Sum256(msg)
	der, err := k.key.Sign(nil, sum[:], crypto.SHA256)
	if err == nil {
		var sig []byte
		if sig, err = FromDER(der); err == nil {
			return sig
		}
	}
	panic(fmt.Sprintf("tx: signing by a key of P-256: %v", err))
}
