package tx

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var update = flag.Bool("update", false, "rewrite testdata/vectors.json and bundles.json")

// A vector is a published encoding for programs in other languages.
type vector struct {
	Name      string `json:"name"`
	Algorithm string `json:"algorithm,omitempty"` // P-256; ed25519 if it is left out
	Seed      string `json:"seed"`                // of the key, hex; of P-256 the secret number
	PublicKey string `json:"public_key"`
	Chain     string `json:"chain"`
	Coop      uint32 `json:"coop"`
	Signer    uint64 `json:"signer"`
	Sequence  uint64 `json:"sequence"`
	Expiry    uint64 `json:"expiry"`
	Kind      Kind   `json:"kind"`
	Payload   string `json:"payload"` // CBOR, hex
	On        uint32 `json:"on,omitempty"`
	Key       uint32 `json:"key,omitempty"`
	Tx        string `json:"tx"` // the whole transaction, hex
	ID        string `json:"id"`

	Possession string `json:"possession"` // of the key, for the chain and co-op, hex
}

func (v vector) key(t *testing.T) PrivateKey {
	if v.Algorithm == "" {
		return NewPrivateKey(unhex(t, v.Seed))
	}
	key, err := NewP256Key(unhex(t, v.Seed))
	if err != nil || key.Public().Algorithm() != v.Algorithm {
		t.Fatalf("%s: %v", v.Name, err)
	}
	return key
}

func (v vector) body(t *testing.T) Body {
	return Body{v.Chain, v.Coop, v.Signer, v.Sequence, v.Expiry, v.Kind, unhex(t, v.Payload), v.On, v.Key}
}

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestVectors(t *testing.T) {
	const file = "testdata/vectors.json"
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var vectors []vector
	if err := json.Unmarshal(data, &vectors); err != nil {
		t.Fatal(err)
	}
	if len(vectors) < 3 {
		t.Fatalf("%d vectors, want at least 3", len(vectors))
	}
	for i, v := range vectors {
		key := v.key(t)
		raw := Sign(key, v.body(t))
		id, possession := ID(raw), hex.EncodeToString(key.Possession(v.Chain, v.Coop))
		if *update {
			vectors[i].PublicKey, vectors[i].Tx, vectors[i].ID = key.Public().String(), hex.EncodeToString(raw), hex.EncodeToString(id[:])
			vectors[i].Possession = possession
			continue
		}
		if possession != v.Possession {
			t.Errorf("%s: possession %s, want %s", v.Name, possession, v.Possession)
		}
		if got := hex.EncodeToString(raw); got != v.Tx {
			t.Errorf("%s: signed\n got %s\nwant %s", v.Name, got, v.Tx)
		}
		if got := hex.EncodeToString(id[:]); got != v.ID {
			t.Errorf("%s: id %s, want %s", v.Name, got, v.ID)
		}
		s, err := Parse(unhex(t, v.Tx))
		if err != nil {
			t.Fatalf("%s: %v", v.Name, err)
		}
		if diff := cmp.Diff(v.body(t), s.Body); diff != "" {
			t.Errorf("%s: body (-want +got)\n%s", v.Name, diff)
		}
		pub, err := ParsePublicKey(v.PublicKey)
		if err != nil || !pub.Verify(s.Bytes, s.Signature) {
			t.Errorf("%s: signature does not verify (%v)", v.Name, err)
		}
	}
	if *update {
		out, _ := json.MarshalIndent(vectors, "", "  ")
		if err := os.WriteFile(file, append(out, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// Of the transactions that app publishes with a ledger's answers, those of codes 1
// and 2 do not decode, those of code 8 are not their signer's, and the rest are.
func TestDoorVectors(t *testing.T) {
	data, err := os.ReadFile("testdata/door.json")
	if err != nil {
		t.Fatal(err)
	}
	var published struct {
		Members []struct {
			Member uint64
			Seed   string
		}
		Vectors []struct {
			Name, Tx string
			Zeros    int
			Code     uint32
		}
	}
	if err := json.Unmarshal(data, &published); err != nil {
		t.Fatal(err)
	}
	keys := map[uint64]PublicKey{}
	for _, m := range published.Members {
		keys[m.Member] = NewPrivateKey(unhex(t, m.Seed)).Public()
	}
	for _, v := range published.Vectors {
		s, err := Parse(append(unhex(t, v.Tx), make([]byte, v.Zeros)...))
		switch v.Code {
		case 1:
			if !errors.Is(err, ErrSize) {
				t.Errorf("%s: %v", v.Name, err)
			}
		case 2:
			if !errors.Is(err, ErrEnvelope) && !errors.Is(err, ErrBody) {
				t.Errorf("%s: %v", v.Name, err)
			}
		default:
			if err != nil {
				t.Errorf("%s: %v", v.Name, err)
			}
			if key, ok := keys[s.Body.Signer]; ok && key.Verify(s.Bytes, s.Signature) != (v.Code != 8) {
				t.Errorf("%s: code %d, and the signature verifies: %v", v.Name, v.Code, v.Code == 8)
			}
		}
	}
	if len(published.Vectors) < 50 {
		t.Errorf("%d vectors", len(published.Vectors))
	}
}

func testKey(b byte) PrivateKey { return NewPrivateKey(bytes.Repeat([]byte{b}, SeedSize)) }

func testBody() Body {
	return Body{"test-1", 1, 7, 1, 100, 0x4002, Encode(map[int]int{1: 2}), 0, 0}
}

// Rows break one rule each; every layer must refuse by its own error.
func TestParseRefuses(t *testing.T) {
	good := Sign(testKey(1), testBody())
	if _, err := Parse(good); err != nil {
		t.Fatalf("the good transaction: %v", err)
	}
	env := func(body []byte) []byte { return Encode(envelope{body, make([]byte, 64)}) }
	deep := append(bytes.Repeat([]byte{0x81}, MaxDepth+1), 0x00)
	nested := testBody()
	nested.Payload = deep
	long := testBody()
	long.Chain = string(bytes.Repeat([]byte{'x'}, MaxChain+1))
	explicit := Encode(map[int]any{1: "test-1", 2: 1, 3: 7, 4: 1, 5: 100, 6: 0x4002, 7: 0, 8: 0})
	own := testBody()
	own.On = own.Coop
	extra := Encode(map[int]any{1: "test-1", 2: 1, 3: 7, 4: 1, 5: 100, 6: 0x4002, 7: 0, 9: 1})
	// {1: …, 1: …}: the same key twice.
	twice := append([]byte{0xa2, 0x01, 0x40, 0x01}, 0x40)
	// {1: "" as an integer of two bytes}: longer than need be.
	loose := append([]byte{0xa2, 0x18, 0x01, 0x40, 0x02}, 0x40)
	for _, row := range []struct {
		name string
		raw  []byte
		want error
	}{
		{"oversized", make([]byte, MaxSize+1), ErrSize},
		{"empty", nil, ErrEnvelope},
		{"trailing byte", append(bytes.Clone(good), 0), ErrEnvelope},
		{"truncated", good[:len(good)-1], ErrEnvelope},
		{"deeply nested", deep, ErrEnvelope},
		{"repeated key", twice, ErrEnvelope},
		{"long form integer", loose, ErrEnvelope},
		{"indefinite length", []byte{0xbf, 0x01, 0x40, 0x02, 0x40, 0xff}, ErrEnvelope},
		{"tagged", append([]byte{0xc1}, good...), ErrEnvelope},
		{"an array", []byte{0x82, 0x40, 0x40}, ErrEnvelope},
		{"body empty", env(nil), ErrBody},
		{"body trailing byte", env(append(Encode(testBody()), 0)), ErrBody},
		{"body deeply nested", env(Encode(nested)), ErrBody},
		{"body with an explicit zero", env(explicit), ErrBody},
		{"body whose target is the signer's own co-op", env(Encode(own)), ErrBody},
		{"body has an unknown field", env(extra), ErrBody},
		{"chain id too long", env(Encode(long)), ErrBody},
	} {
		if _, err := Parse(row.raw); !errors.Is(err, row.want) {
			t.Errorf("%s: got %v, want %v", row.name, err, row.want)
		}
	}
}

// The largest transaction is read, and so is one that acts on another co-op than
// its signer's.
func TestParseAtTheBounds(t *testing.T) {
	sized := func(n int) []byte {
		body := testBody()
		body.Payload = Encode(make([]byte, n))
		return Sign(testKey(1), body)
	}
	over := len(sized(MaxSize/2)) - MaxSize/2
	if raw := sized(MaxSize - over); len(raw) != MaxSize {
		t.Errorf("%d bytes, want %d", len(raw), MaxSize)
	} else if _, err := Parse(raw); err != nil {
		t.Errorf("the largest transaction: %v", err)
	}
	if _, err := Parse(sized(MaxSize - over + 1)); !errors.Is(err, ErrSize) {
		t.Errorf("a byte more: %v", err)
	}
	body := testBody()
	if got := body.Target(); got != body.Coop {
		t.Errorf("acts on co-op %d, want the signer's own, %d", got, body.Coop)
	}
	body.On = body.Coop + 1
	if got, err := Parse(Sign(testKey(1), body)); err != nil || got.Body.On != body.On || got.Body.Target() != body.On {
		t.Errorf("on another co-op: %+v, %v", got.Body, err)
	}
}

// Rows break one rule each; the last breaks none.
func TestPublicKeyValid(t *testing.T) {
	good := testKey(1).Public()
	other := bytes.Clone(good)
	other[0]++
	for name, k := range map[string]PublicKey{
		"none": nil, "a byte short": good[:KeySize-1], "a byte long": append(bytes.Clone(good), 0), "of another algorithm": other,
	} {
		if err := k.Valid(); !errors.Is(err, ErrKey) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := ParsePublicKey(k.String()); !errors.Is(err, ErrKey) {
			t.Errorf("%s, read: %v", name, err)
		}
	}
	if got, err := ParsePublicKey(good.String()); err != nil || !got.Equal(good) {
		t.Errorf("%v, %v", got, err)
	}
}

// Any change of any byte is refused or breaks the signature.
func TestTamper(t *testing.T) {
	key := testKey(1)
	good := Sign(key, testBody())
	for i := range good {
		for bit := range 8 {
			bad := bytes.Clone(good)
			bad[i] ^= 1 << bit
			if s, err := Parse(bad); err == nil && key.Public().Verify(s.Bytes, s.Signature) {
				t.Fatalf("byte %d bit %d changed and nobody noticed", i, bit)
			}
		}
	}
}

// A batch answers entry by entry what single verification answers.
func TestBatchAgrees(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var b Batch
		var want []bool
		forgetKeys()
		for i := range rapid.IntRange(1, 12).Draw(t, "n") {
			key := testKey(byte(i))
			for range rapid.IntRange(0, 2).Draw(t, "came before") {
				expanded.of(key.Public()[1:])
			}
			msg := rapid.SliceOf(rapid.Byte()).Draw(t, "msg")
			sig := key.SignMessage(msg)
			pub := key.Public()
			switch rapid.SampledFrom([]string{"good", "good", "sig", "key", "short", "alg"}).Draw(t, "how") {
			case "sig":
				sig[rapid.IntRange(0, 63).Draw(t, "at")] ^= 1
			case "key":
				pub = testKey(byte(i + 1)).Public()
			case "short":
				sig = sig[:63]
			case "alg":
				pub[0] = 9
			}
			b.Add(pub, msg, sig)
			want = append(want, pub.verifyOnce(msg, sig))
			if got := pub.Verify(msg, sig); got != want[i] {
				t.Fatalf("alone: %v, without what is kept of keys %v", got, want[i])
			}
		}
		if diff := cmp.Diff(want, b.Verify()); diff != "" {
			t.Fatalf("batch and single differ (-single +batch)\n%s", diff)
		}
	})
}

func TestPossession(t *testing.T) {
	key := testKey(3)
	sig := key.Possession("chain-a", 4)
	if !key.Public().VerifyPossession("chain-a", 4, sig) {
		t.Fatal("own proof does not verify")
	}
	if key.Public().VerifyPossession("chain-b", 4, sig) || key.Public().VerifyPossession("chain-a", 5, sig) ||
		testKey(4).Public().VerifyPossession("chain-a", 4, sig) {
		t.Error("a proof verifies for another chain, co-op or key")
	}
	proof := key.ValidatorPossession("chain-a", 4)
	if !key.Validator().VerifyPossession("chain-a", 4, proof) {
		t.Fatal("own proof of a validator does not verify")
	}
	if key.Validator().VerifyPossession("chain-b", 4, proof) || key.Validator().VerifyPossession("chain-a", 5, proof) ||
		testKey(4).Validator().VerifyPossession("chain-a", 4, proof) {
		t.Error("a validator's proof verifies for another chain, co-op or key")
	}
	if key.Validator().VerifyPossession("chain-a", 4, sig) || key.Public().VerifyPossession("chain-a", 4, proof) {
		t.Error("a member's proof is a validator's, or the other way round")
	}
}

func FuzzParse(f *testing.F) {
	f.Add(Sign(testKey(1), testBody()))
	f.Add([]byte{0xa2, 0x01, 0x40, 0x02, 0x40})
	f.Fuzz(func(t *testing.T, raw []byte) {
		s, err := Parse(raw)
		if err != nil {
			return
		}
		again := Encode(envelope{Encode(s.Body), s.Signature})
		if !bytes.Equal(again, raw) {
			t.Fatalf("accepted %x, which is %x in canonical form", raw, again)
		}
	})
}

func BenchmarkVerify(b *testing.B) {
	const n = 1000
	var raws [][]byte
	var keys []PublicKey
	for i := range n {
		k := NewPrivateKey(append(bytes.Repeat([]byte{1}, 30), byte(i>>8), byte(i)))
		body := testBody()
		body.Signer = uint64(i)
		raws, keys = append(raws, Sign(k, body)), append(keys, k.Public())
	}
	parsed := make([]Signed, n)
	for i, raw := range raws {
		parsed[i], _ = Parse(raw)
	}
	b.Run("ed25519 alone", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			if !keys[i%n].Verify(parsed[i%n].Bytes, parsed[i%n].Signature) {
				b.Fatal("bad signature")
			}
		}
	})
	b.Run("parse", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			if _, err := Parse(raws[i%n]); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("parse and verify", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			s, err := Parse(raws[i%n])
			if err != nil || !keys[i%n].Verify(s.Bytes, s.Signature) {
				b.Fatal("bad transaction")
			}
		}
	})
	verify := func(b *testing.B, from, to int) {
		var batch Batch
		for i := from; i < to; i++ {
			batch.Add(keys[i], parsed[i].Bytes, parsed[i].Signature)
		}
		for _, ok := range batch.Verify() {
			if !ok {
				b.Fatal("bad signature")
			}
		}
	}
	// Each of the batches by keys that come for the first time, and again by the same keys
	// when they are expanded, in turns; divide by the size for one signature.
	for _, size := range []int{1, 8, 64, n} {
		b.Run(fmt.Sprintf("batch of %d", size), func(b *testing.B) {
			var first, again time.Duration
			for at := 0; b.Loop(); at = (at + size) % (n - size + 1) {
				forgetKeys()
				first += timed(func() { verify(b, at, at+size) })
				verify(b, at, at+size)
				again += timed(func() { verify(b, at, at+size) })
			}
			each := float64(b.N * size * 1000)
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(float64(first.Nanoseconds())/each, "µs/first")
			b.ReportMetric(float64(again.Nanoseconds())/each, "µs/again")
			b.ReportMetric(float64(again)/float64(first), "again/first")
		})
	}
}

func timed(f func()) time.Duration {
	start := time.Now()
	f()
	return time.Since(start)
}
