package tx

import (
	"bytes"
	"crypto/elliptic"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"math/big"
	"os"
	"slices"
	"strings"
	"testing"
)

// p256Key is a key of P-256 of a test.
func p256Key(t testing.TB, seed byte) PrivateKey {
	t.Helper()
	k, err := NewP256Key(bytes.Repeat([]byte{seed}, SeedSize))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func order() *big.Int { return elliptic.P256().Params().N }

// number is a big-endian number of 32 bytes.
func number(n *big.Int) []byte { return n.FillBytes(make([]byte, 32)) }

// The examples of RFC 6979, A.2.5. That of "sample" has the greater s, which is refused; the
// key signs with the other.
func TestP256Published(t *testing.T) {
	seed := unhex(t, "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721")
	k, err := NewP256Key(seed)
	if err != nil {
		t.Fatal(err)
	}
	const point = "0360fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
	if got := hex.EncodeToString(k.Public()); got != "02"+point {
		t.Errorf("the key is %s, want 02%s", got, point)
	}
	for _, row := range []struct{ message, r, s string }{
		{"sample", "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716", "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8"},
		{"test", "f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367", "019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083"},
	} {
		published := unhex(t, row.r+row.s)
		s := new(big.Int).SetBytes(published[32:])
		high := bytes.Compare(published[32:], p256Half) > 0
		if k.Public().Verify([]byte(row.message), published) == high {
			t.Errorf("%q: as published it verifies: %v, with a high s: %v", row.message, !high, high)
		}
		if high {
			s.Sub(order(), s)
		}
		want := slices.Concat(published[:32], number(s))
		sum := sha256.Sum256([]byte(row.message))
		if r := new(big.Int).SetBytes(published[:32]); !verifySlowly(k.Public()[1:], sum[:], r, s) || verifySlowly(k.Public()[1:], sum[1:], r, s) {
			t.Errorf("%q: in pages it does not verify, or another does", row.message)
		}
		if got := k.SignMessage([]byte(row.message)); !bytes.Equal(got, want) {
			t.Errorf("%q: signed %x, want %x", row.message, got, want)
		}
		if !k.Public().Verify([]byte(row.message), want) {
			t.Errorf("%q: what is signed does not verify", row.message)
		}
	}
}

// What pages verify with gives the library's answers, also at the edges.
func TestP256InPages(t *testing.T) {
	if err := usableP256(append([]byte{3}, number(p256Base.x)...)); err != nil || p256Base.y.Cmp(elliptic.P256().Params().Gy) != 0 {
		t.Errorf("the base point has y %x, %v", p256Base.y, err)
	}
	if p256Prime.Cmp(elliptic.P256().Params().P) != 0 || p256B.Cmp(elliptic.P256().Params().B) != 0 || p256Order.Cmp(order()) != 0 {
		t.Error("the curve is another")
	}
	k := p256Key(t, 7)
	point := k.Public()[1:]
	numbers := []*big.Int{big.NewInt(0), big.NewInt(1), new(big.Int).Sub(order(), big.NewInt(1)), order(), p256Base.x}
	for i := range 6 {
		sum := sha256.Sum256([]byte{byte(i)})
		sig := k.SignMessage([]byte{byte(i)})
		r, s := new(big.Int).SetBytes(sig[:32]), new(big.Int).SetBytes(sig[32:])
		if !verifySlowly(point, sum[:], r, s) {
			t.Errorf("signature %d does not verify", i)
		}
		for _, r := range append(numbers, r) {
			for _, s := range append(numbers, s, new(big.Int).Sub(order(), s)) {
				if got, want := verifySlowly(point, sum[:], r, s), verifyECDSA(point, sum[:], r, s); got != want {
					t.Errorf("r %x, s %x: %v, the library says %v", r, s, got, want)
				}
			}
		}
	}
}

// Signatures at the edges.
func TestP256Refuses(t *testing.T) {
	k, msg := p256Key(t, 7), []byte("a message")
	good := k.SignMessage(msg)
	r, s := good[:32], new(big.Int).SetBytes(good[32:])
	zero, one := make([]byte, 32), number(big.NewInt(1))
	for _, row := range []struct {
		name string
		sig  []byte
	}{
		{"empty", nil},
		{"63 bytes", good[:63]},
		{"65 bytes", append(bytes.Clone(good), 0)},
		{"the greater s", slices.Concat(r, number(new(big.Int).Sub(order(), s)))},
		{"s is zero", slices.Concat(r, zero)},
		{"r is zero", slices.Concat(zero, good[32:])},
		{"both are zero", slices.Concat(zero, zero)},
		{"both are one", slices.Concat(one, one)},
		{"r is the order", slices.Concat(number(order()), good[32:])},
		{"s is the order", slices.Concat(r, number(order()))},
		{"s is half the order", slices.Concat(r, p256Half)},
		{"s is over half", slices.Concat(r, number(new(big.Int).Add(new(big.Int).SetBytes(p256Half), big.NewInt(1))))},
		{"all ones", bytes.Repeat([]byte{0xff}, 64)},
		{"s and r exchanged", slices.Concat(good[32:], r)},
		{"a bit changed", append([]byte{good[0] ^ 1}, good[1:]...)},
	} {
		if k.Public().Verify(msg, row.sig) {
			t.Errorf("%s: it verifies", row.name)
		}
	}
	if !k.Public().Verify(msg, good) || k.Public().Verify([]byte("another"), good) || p256Key(t, 8).Public().Verify(msg, good) {
		t.Error("the signature is not of this key and message alone")
	}
	for _, seed := range [][]byte{zero, number(order()), bytes.Repeat([]byte{0xff}, 32), one[:31]} {
		if _, err := NewP256Key(seed); !errors.Is(err, ErrSeed) {
			t.Errorf("seed %x: %v", seed, err)
		}
	}
	if _, err := NewP256Key(number(new(big.Int).Sub(order(), big.NewInt(1)))); err != nil {
		t.Errorf("the greatest seed: %v", err)
	}
}

// A key is the compressed encoding of a point of the curve, and nothing else.
func TestP256Usable(t *testing.T) {
	k := p256Key(t, 7).Public()
	prime := number(elliptic.P256().Params().P)
	change := func(at int, to byte) PublicKey {
		out := bytes.Clone(k)
		out[at] = to
		return out
	}
	for _, row := range []struct {
		name string
		key  PublicKey
		want error
	}{
		{"good", k, nil},
		{"the other y", change(1, k[1]^1), nil},
		{"x is zero", append(PublicKey{algP256, 2}, make([]byte, 32)...), nil}, // a square root of the curve's b
		{"no point has that x", append(PublicKey{algP256, 2}, number(big.NewInt(1))...), ErrUnusable},
		{"x is the prime", append(PublicKey{algP256, 2}, prime...), ErrUnusable},
		{"x is over the prime", append(PublicKey{algP256, 2}, bytes.Repeat([]byte{0xff}, 32)...), ErrUnusable},
		{"no sign", change(1, 0), ErrUnusable},
		{"uncompressed", change(1, 4), ErrUnusable},
		{"hybrid", change(1, 6), ErrUnusable},
		{"no algorithm", change(0, 0), ErrKey},
		{"an unknown algorithm", change(0, 4), ErrKey},
		{"as ed25519", change(0, algEd25519), ErrKey},
		{"as a passkey", change(0, algPasskey), ErrKey},
		{"short", k[:33], ErrKey},
		{"long", append(bytes.Clone(k), 0), ErrKey},
		{"empty", nil, ErrKey},
		{"a passkey", Passkey("coop.example", k[1:]), nil},
		{"a passkey of no point", Passkey("coop.example", append([]byte{2}, number(big.NewInt(1))...)), ErrUnusable},
	} {
		if err := row.key.Usable(); !errors.Is(err, row.want) {
			t.Errorf("%s: %v, want %v", row.name, err, row.want)
		}
		if row.key.Algorithm() == "P-256" {
			if _, ok := pointOf(row.key[1:]); ok != (row.want == nil) {
				t.Errorf("%s: the library reads it: %v", row.name, ok)
			}
		}
		if row.want != nil && row.key.VerifyPossession("c", 1, make([]byte, 64)) {
			t.Errorf("%s: possession is proved", row.name)
		}
	}
	for _, key := range []PublicKey{k, Passkey("coop.example", k[1:])} {
		spelled := key.String()
		back, err := ParsePublicKey(spelled)
		if err != nil || !back.Equal(key) || !strings.HasPrefix(spelled, "rochdale1") {
			t.Errorf("%s reads as %x, %v", spelled, back, err)
		}
		for at := len("rochdale1"); at < len(spelled); at++ {
			changed := spelled[:at] + "q" + spelled[at+1:]
			if _, err := ParsePublicKey(changed); changed != spelled && !errors.Is(err, ErrKey) {
				t.Errorf("with character %d changed it reads: %v", at, err)
			}
		}
	}
}

// Signatures in DER become what transactions have, or are refused.
func TestFromDER(t *testing.T) {
	short, long := []byte{2, 1, 5}, append([]byte{2, 33, 0}, bytes.Repeat([]byte{0xff}, 32)...)
	seq := func(parts ...[]byte) []byte {
		all := slices.Concat(parts...)
		return append([]byte{0x30, byte(len(all))}, all...)
	}
	for _, row := range []struct {
		name string
		der  []byte
		want string // of the error; "" if it is read
	}{
		{"small numbers", seq(short, short), ""},
		{"empty", nil, "no sequence"},
		{"another length", append(seq(short, short), 0), "no sequence"},
		{"one number", seq(short), "a number is missing"},
		{"three numbers", seq(short, short, short), "after its end"},
		{"no integer", seq(short, []byte{4, 1, 5}), "a number is missing"},
		{"an empty number", seq(short, []byte{2, 0}), "a number is missing"},
		{"torn", seq(short, []byte{2, 9, 5}), "a number is missing"},
		{"negative", seq(short, []byte{2, 1, 0x80}), "negative"},
		{"longer than need be", seq(short, []byte{2, 2, 0, 5}), "longer than need be"},
		{"34 bytes", seq(short, append([]byte{2, 34, 1}, make([]byte, 33)...)), "34 bytes"},
		{"s over the order", seq(short, long), "too great"},
	} {
		sig, err := FromDER(row.der)
		if row.want == "" && (err != nil || len(sig) != 64 || sig[31] != 5 || sig[63] != 5) {
			t.Errorf("%s: %x, %v", row.name, sig, err)
		}
		if row.want != "" && (!errors.Is(err, ErrDER) || !strings.Contains(err.Error(), row.want)) {
			t.Errorf("%s: %v, want %q", row.name, err, row.want)
		}
	}
}

// A specified is an assertion that the specification of WebAuthn publishes.
type specified struct {
	Name          string `json:"name"`
	X             string `json:"x"`
	Y             string `json:"y"`
	Challenge     string `json:"challenge"`
	Authenticator string `json:"authenticator_data"`
	Client        string `json:"client_data"`
	Signature     string `json:"signature_der"`
}

// The assertions that Web Authentication Level 3 publishes, in its section of test vectors:
// those whose user was verified are the passkey's answers to their challenges.
func TestAssertionsPublished(t *testing.T) {
	raw, err := os.ReadFile("testdata/assertions.json")
	if err != nil {
		t.Fatal(err)
	}
	var published []specified
	if err := json.Unmarshal(raw, &published); err != nil || len(published) < 10 {
		t.Fatalf("%d assertions, %v", len(published), err)
	}
	verified, high := 0, 0
	for _, v := range published {
		y := unhex(t, v.Y)
		point := append([]byte{2 + y[31]&1}, unhex(t, v.X)...)
		key := Passkey("example.org", point)
		sig, err := FromDER(unhex(t, v.Signature))
		if err != nil || key.Usable() != nil {
			t.Fatalf("%s: %v, %v", v.Name, err, key.Usable())
		}
		if !bytes.Contains(unhex(t, v.Signature), sig[32:]) {
			high++
		}
		a := Assertion{unhex(t, v.Authenticator), unhex(t, v.Client), sig}
		uv := a.Authenticator[sha256.Size]&userVerified != 0
		if uv {
			verified++
		}
		challenge := unhex(t, v.Challenge)
		if got := a.answers(key[1:], challenge); got != uv {
			t.Errorf("%s: answers %v, the user was verified: %v", v.Name, got, uv)
		}
		challenge[0] ^= 1
		if a.answers(key[1:], challenge) {
			t.Errorf("%s: answers another challenge", v.Name)
		}
		if a.answers(Passkey("example.com", point)[1:], unhex(t, v.Challenge)) {
			t.Errorf("%s: answers for another relying party", v.Name)
		}
	}
	if verified < 4 || high < 2 {
		t.Errorf("%d with the user verified, %d with a high s", verified, high)
	}
}

// assert is what an authenticator with a key of P-256 answers for coop.example.
func assert(k PrivateKey, msg []byte, change func(*Assertion)) []byte {
	party := sha256.Sum256([]byte("coop.example"))
	challenge := Challenge(msg)
	a := Assertion{
		Authenticator: append(party[:], userPresent|userVerified, 0, 0, 0, 9),
		Client:        append(clientData(challenge[:]), `https://coop.example","crossOrigin":false}`...),
	}
	if change != nil {
		change(&a)
	}
	if a.Signature == nil {
		of := sha256.Sum256(a.Client)
		a.Signature = k.SignMessage(append(bytes.Clone(a.Authenticator), of[:]...))
	}
	return Encode(a)
}

func TestPasskey(t *testing.T) {
	k, msg := p256Key(t, 7), []byte("a transaction")
	key := Passkey("coop.example", k.Public()[1:])
	replace := func(old, now string) func(*Assertion) {
		return func(a *Assertion) { a.Client = bytes.Replace(a.Client, []byte(old), []byte(now), 1) }
	}
	for _, row := range []struct {
		name   string
		change func(*Assertion)
		want   bool
	}{
		{"good", nil, true},
		{"with extensions", func(a *Assertion) { a.Authenticator = append(a.Authenticator, 0xa0) }, true},
		{"another counter", func(a *Assertion) { a.Authenticator[36] = 1 }, true},
		{"the longest", func(a *Assertion) {
			a.Authenticator = append(a.Authenticator, make([]byte, MaxAuthenticatorData-len(a.Authenticator))...)
			a.Client = append(a.Client, bytes.Repeat([]byte{' '}, MaxClientData-len(a.Client))...)
		}, true},
		{"authenticator's data too short", func(a *Assertion) { a.Authenticator = a.Authenticator[:36] }, false},
		{"authenticator's data too long", func(a *Assertion) { a.Authenticator = append(a.Authenticator, make([]byte, MaxAuthenticatorData)...) }, false},
		{"client data too long", func(a *Assertion) { a.Client = append(a.Client, make([]byte, MaxClientData)...) }, false},
		{"another relying party", func(a *Assertion) { a.Authenticator[0] ^= 1 }, false},
		{"the user is not there", func(a *Assertion) { a.Authenticator[32] = userVerified }, false},
		{"the user is not verified", func(a *Assertion) { a.Authenticator[32] = userPresent }, false},
		{"a registration", replace("webauthn.get", "webauthn.create"), false},
		{"a space", replace(`{"type"`, `{ "type"`), false},
		{"fields in another order", replace(`{"type":"webauthn.get",`, `{`), false},
		{"another challenge", replace(`"challenge":"`, `"challenge":"A`), false},
		{"a challenge with padding", replace(`","origin"`, `=","origin"`), false},
		{"no origin", replace(`,"origin"`, `,"top"`), false},
		{"the greater s", func(a *Assertion) {
			of := sha256.Sum256(a.Client)
			sig := k.SignMessage(append(bytes.Clone(a.Authenticator), of[:]...))
			a.Signature = slices.Concat(sig[:32], number(new(big.Int).Sub(order(), new(big.Int).SetBytes(sig[32:]))))
		}, false},
		{"signed as a message", func(a *Assertion) { a.Signature = k.SignMessage(msg) }, false},
		{"no client data", func(a *Assertion) { a.Client = nil }, false},
	} {
		if got := key.Verify(msg, assert(k, msg, row.change)); got != row.want {
			t.Errorf("%s: verifies %v, want %v", row.name, got, row.want)
		}
	}
	good := assert(k, msg, nil)
	for name, sig := range map[string][]byte{
		"trailing bytes": append(bytes.Clone(good), 0), "nothing": nil, "a plain signature": k.SignMessage(msg),
		"another form": append([]byte{0xb8, 3}, good[1:]...), "too long": append(bytes.Clone(good), make([]byte, MaxAssertion)...),
	} {
		if key.Verify(msg, sig) {
			t.Errorf("%s: verifies", name)
		}
	}
	if key.Verify([]byte("another"), good) || k.Public().Verify(msg, good) {
		t.Error("the assertion is not of this key and message alone")
	}
	// A statement of possession is signed in the same way.
	if !key.VerifyPossession("c", 1, assert(k, key.PossessionMessage("c", 1), nil)) || key.VerifyPossession("c", 2, assert(k, key.PossessionMessage("c", 1), nil)) {
		t.Error("possession of a passkey")
	}
	if len(good) > MaxAssertion || key.MaxSignature() != MaxAssertion || key.Algorithm() != "passkey" {
		t.Errorf("%d bytes, at most %d, %s", len(good), key.MaxSignature(), key.Algorithm())
	}
}

// A batch of all algorithms answers as each alone, however it is divided.
func TestMixedBatch(t *testing.T) {
	var b Batch
	var want []bool
	for i := range 3000 {
		msg := []byte{byte(i), byte(i >> 8)}
		var key PublicKey
		var sig []byte
		switch i % 3 {
		case 0:
			k := NewPrivateKey(bytes.Repeat([]byte{byte(i%7 + 1)}, SeedSize))
			key, sig = k.Public(), k.SignMessage(msg)
		case 1:
			k := p256Key(t, byte(i%5+1))
			key, sig = k.Public(), k.SignMessage(msg)
		default:
			k := p256Key(t, byte(i%5+1))
			key, sig = Passkey("coop.example", k.Public()[1:]), assert(k, msg, nil)
		}
		good := i%11 != 0
		if !good {
			sig[len(sig)-1] ^= 1
		}
		if i%17 == 0 {
			key, good = key[:20], false
		}
		b.Add(key, msg, sig)
		want = append(want, good)
	}
	k := p256Key(t, 3)
	b.AddPossession(k.Public(), "c", 1, k.Possession("c", 1))
	b.AddPossession(k.Public(), "c", 2, k.Possession("c", 1))
	want = append(want, true, false)
	if got := b.Verify(); !slices.Equal(got, want) {
		t.Errorf("%d answers differ", len(got))
	}
}

// Whatever stands in a signature's place is refused or decoded, and never panics.
func FuzzPasskey(f *testing.F) {
	k, msg := p256Key(f, 7), []byte("a transaction")
	good := assert(k, msg, nil)
	f.Add(good)
	f.Add(good[:len(good)-1])
	f.Add(assert(k, msg, func(a *Assertion) { a.Client = nil }))
	key := Passkey("coop.example", k.Public()[1:])
	f.Fuzz(func(t *testing.T, sig []byte) {
		if key.Verify(msg, sig) && !bytes.Equal(Encode(must(Decode[Assertion](sig))), sig) {
			t.Errorf("%x verifies in two encodings", sig)
		}
	})
}
