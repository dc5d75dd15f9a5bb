package tx

import (
	"slices"
	"testing"
)

// Points of small order in every encoding that ZIP-215 takes: the eight torsion
// points, and those of them that have a second form (y not below p, or a sign of
// zero). Source: RFC 8032, section 5.1.3, with the checks that ZIP-215 leaves out.
var smallOrder = []string{
	"0100000000000000000000000000000000000000000000000000000000000000", // order 1
	"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", // 2
	"0000000000000000000000000000000000000000000000000000000000000000", // 4
	"0000000000000000000000000000000000000000000000000000000000000080", // 4
	"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05", // 8
	"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85", // 8
	"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a", // 8
	"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa", // 8
	"0100000000000000000000000000000000000000000000000000000000000080", // 1, minus zero
	"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", // 2, minus zero
	"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", // 1, y = p+1
	"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", // 1, y = p+1, minus zero
	"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", // 4, y = p
	"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", // 4, y = p
}

// groupOrder is l = 2^252 + 27742317777372353535851937790883648493, little-endian:
// the least S that is not reduced.
const groupOrder = "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010"

// Signatures at the edges of the rules, which libraries judge differently, get
// the answer of ZIP-215, alone and in batches of any company: consensus stands on
// it, since a node verifies alone on arrival and in a batch in a block.
//
// Source: ZIP 215; the 196 pairs are those of zcash's test vectors.
func TestZIP215(t *testing.T) {
	type edge struct {
		name     string
		key      PublicKey
		msg, sig []byte
		want     bool
	}
	point := func(s string) []byte { return unhex(t, s) }
	var edges []edge
	for _, a := range smallOrder {
		for _, r := range smallOrder {
			sig := append(point(r), make([]byte, 32)...)
			edges = append(edges, edge{"A " + a + ", R " + r, append(PublicKey{algEd25519}, point(a)...), []byte("Zcash"), sig, true})
		}
	}
	key, msg := testKey(1), []byte("message")
	good := key.SignMessage(msg)
	unreduced := slices.Clone(good) // S + l, which RFC 8032 refuses too
	carry := 0
	for i, b := range unhex(t, groupOrder) {
		carry += int(good[32+i]) + int(b)
		unreduced[32+i] = byte(carry)
		carry >>= 8
	}
	edges = append(edges,
		edge{"good", key.Public(), msg, good, true},
		edge{"S not reduced", key.Public(), msg, unreduced, false},
		edge{"S = l", append(PublicKey{algEd25519}, point(smallOrder[0])...), msg, append(point(smallOrder[0]), point(groupOrder)...), false},
		edge{"R is no point", key.Public(), msg, append(point("0200000000000000000000000000000000000000000000000000000000000000"), good[32:]...), false},
		edge{"A is no point", append(PublicKey{algEd25519}, point("0200000000000000000000000000000000000000000000000000000000000000")...), msg, good, false},
		edge{"no signature", key.Public(), msg, nil, false},
		edge{"a byte too long", key.Public(), msg, append(slices.Clone(good), 0), false},
		edge{"no key", nil, msg, good, false},
	)
	// Batches of one; of the good ones alone, small and large, since the library
	// works differently from 95 on; and of all.
	batches := [][]edge{edges, slices.DeleteFunc(slices.Clone(edges), func(e edge) bool { return !e.want }), edges[:90]}
	for _, e := range edges {
		batches = append(batches, []edge{e})
	}
	// Keys that come for the first time, the second, when they are expanded, and later.
	forgetKeys()
	for round := range 3 {
		for _, e := range edges {
			if got := e.key.Verify(e.msg, e.sig); got != e.want {
				t.Errorf("%s: %v alone in round %d, want %v", e.name, got, round, e.want)
			}
		}
	}
	for n, batch := range batches {
		forgetKeys()
		for round := range 3 {
			var b Batch
			for _, e := range batch {
				b.Add(e.key, e.msg, e.sig)
			}
			for i, got := range b.Verify() {
				if got != batch[i].want {
					t.Errorf("%s: %v in batch %d, of %d, round %d, want %v", batch[i].name, got, n, len(batch), round, batch[i].want)
				}
			}
		}
	}
}
