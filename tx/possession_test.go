package tx

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// A batch of proofs of possession answers entry by entry what each alone is answered,
// whatever is wrong with a key or a proof, in small batches and in those above the 94 from
// which the library works differently.
func TestPossessionBatchAgrees(t *testing.T) {
	unusable := smallOrderFile(t)
	for low := 0xed; low <= 0xff; low++ { // y of p or more, and some that are no point
		key := append([]byte{byte(low)}, bytes.Repeat([]byte{0xff}, 31)...)
		key[31] = 0x7f
		unusable = append(unusable, key)
	}
	forged := make([]byte, SignatureSize) // a signature over anything by a key of small order
	forged[0] = 1
	answers := map[bool]int{}
	rapid.Check(t, func(t *rapid.T) {
		const chain, coop = "chain-a", 4
		n := rapid.SampledFrom([]int{1, 5, 12, 94, 95, 130}).Draw(t, "n")
		sound := rapid.Bool().Draw(t, "nothing is wrong")
		var b Batch
		var want []bool
		for i := range n {
			private := testKey(byte(i))
			key, proof := private.Public(), private.Possession(chain, coop)
			how := "good"
			if !sound {
				how = rapid.SampledFrom([]string{"good", "good", "good", "bit", "chain", "co-op", "other", "validator", "missing", "short", "long", "no key", "alg", "unusable"}).Draw(t, "how")
			}
			switch how {
			case "bit":
				proof[rapid.IntRange(0, 63).Draw(t, "at")] ^= 1
			case "chain":
				proof = private.Possession("chain-b", coop)
			case "co-op":
				proof = private.Possession(chain, coop+1)
			case "other":
				proof = testKey(byte(i+1)).Possession(chain, coop)
			case "validator":
				proof = private.ValidatorPossession(chain, coop)
			case "missing":
				proof = nil
			case "short":
				proof = proof[:63]
			case "long":
				proof = append(proof, 0)
			case "no key":
				key = nil
			case "alg":
				key[0] = 9
			case "unusable":
				key, proof = append(PublicKey{algEd25519}, rapid.SampledFrom(unusable).Draw(t, "key")...), forged
			}
			b.AddPossession(key, chain, coop, proof)
			alone := key.VerifyPossession(chain, coop, proof)
			if alone != (how == "good") {
				t.Fatalf("%s: alone %t", how, alone)
			}
			answers[alone]++
			want = append(want, alone)
		}
		if diff := cmp.Diff(want, b.Verify()); diff != "" {
			t.Fatalf("batch and single differ (-single +batch)\n%s", diff)
		}
	})
	if answers[true] == 0 || answers[false] == 0 {
		t.Errorf("answers %v: the test shows nothing", answers)
	}
}

// A batch may hold both signatures and proofs of possession, each judged by its own rules:
// a key of small order signs anything and proves nothing.
func TestBatchOfBoth(t *testing.T) {
	key := append(PublicKey{algEd25519}, unhex(t, smallOrder[0])...)
	forged := make([]byte, SignatureSize)
	forged[0] = 1
	good := testKey(1)
	var b Batch
	b.Add(key, []byte("anything"), forged)
	b.AddPossession(key, "chain-a", 4, forged)
	b.AddPossession(good.Public(), "chain-a", 4, good.Possession("chain-a", 4))
	b.Add(good.Public(), []byte("x"), good.SignMessage([]byte("x")))
	if diff := cmp.Diff([]bool{true, false, true, true}, b.Verify()); diff != "" {
		t.Error(diff)
	}
}

// BenchmarkPossessions compares 500 proofs in one batch with as many verified alone.
func BenchmarkPossessions(b *testing.B) {
	const n = 500
	var keys []PublicKey
	var proofs [][]byte
	for i := range n {
		k := NewPrivateKey(append(bytes.Repeat([]byte{2}, 30), byte(i>>8), byte(i)))
		keys, proofs = append(keys, k.Public()), append(proofs, k.Possession("chain-a", 4))
	}
	b.Run("alone", func(b *testing.B) {
		for b.Loop() {
			for i, k := range keys {
				if !k.VerifyPossession("chain-a", 4, proofs[i]) {
					b.Fatal("bad proof")
				}
			}
		}
	})
	b.Run("batch", func(b *testing.B) {
		for b.Loop() {
			var batch Batch
			for i, k := range keys {
				batch.AddPossession(k, "chain-a", 4, proofs[i])
			}
			for _, good := range batch.Verify() {
				if !good {
					b.Fatal("bad proof")
				}
			}
		}
	})
}
