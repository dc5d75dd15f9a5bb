package tx

import (
	"bytes"
	"crypto/sha256"
	"math/big"
	"slices"
	"testing"
)

// Any bit of an assertion that is another makes it refused: authenticator's data and client
// data are signed, and a signature has one form.
func TestPasskeyBits(t *testing.T) {
	k, msg := p256Key(t, 7), []byte("a transaction")
	key := Passkey("coop.example", k.Public()[1:])
	good := assert(k, msg, nil)
	if !key.Verify(msg, good) {
		t.Fatal("the assertion does not verify")
	}
	for at := range 8 * len(good) {
		other := bytes.Clone(good)
		other[at/8] ^= 1 << (at % 8)
		if key.Verify(msg, other) {
			t.Errorf("with bit %d of byte %d another it verifies", at%8, at/8)
		}
	}
	for n := range len(good) {
		if key.Verify(msg, good[:n]) {
			t.Errorf("its first %d bytes verify", n)
		}
	}
	for at := range 8 * len(key) {
		other := bytes.Clone(key)
		other[at/8] ^= 1 << (at % 8)
		if PublicKey(other).Verify(msg, good) {
			t.Errorf("it verifies by the key with bit %d of byte %d another", at%8, at/8)
		}
	}
}

// Client data that parsers of JSON may read in several ways: what begins otherwise than a
// browser writes it is refused, whatever it means. What follows the origin is signed, and
// nothing here reads it.
func TestPasskeyClientData(t *testing.T) {
	k, msg := p256Key(t, 7), []byte("a transaction")
	key := Passkey("coop.example", k.Public()[1:])
	challenge, other := Challenge(msg), Challenge([]byte("another"))
	right, wrong := string(clientData(challenge[:])), string(clientData(other[:]))
	code := right[len(`{"type":"webauthn.get","challenge":"`) : len(right)-len(`","origin":"`)]
	for _, row := range []struct {
		name, client string
		want         bool
	}{
		{"as a browser writes it", right + `https://coop.example"}`, true},
		{"members that come later", right + `https://coop.example","crossOrigin":false,"other":"\u00e9"}`, true},
		{"the right challenge second", `{"type":"webauthn.get","challenge":"AA","challenge":"` + code + `","origin":"https://coop.example"}`, false},
		{"the right challenge after another's", wrong + `https://coop.example","challenge":"` + code + `"}`, false},
		{"an escaped challenge", `{"type":"webauthn.get","challenge":"\u00` + hexOf(code[0]) + code[1:] + `","origin":"https://coop.example"}`, false},
		{"an escaped name", `{"type":"webauthn.get","\u0063hallenge":"` + code + `","origin":"https://coop.example"}`, false},
		{"an escaped slash in front", `{"type":"webauthn.get","challenge":"\/` + code + `","origin":"https://coop.example"}`, false},
		{"a name in capitals", `{"Type":"webauthn.get","challenge":"` + code + `","origin":"https://coop.example"}`, false},
		{"a byte order mark", "\ufeff" + right + `https://coop.example"}`, false},
		{"a letter that looks alike", `{"type":"webauthn.gеt","challenge":"` + code + `","origin":"https://coop.example"}`, false},
		{"the type twice", `{"type":"webauthn.create","type":"webauthn.get","challenge":"` + code + `","origin":"https://coop.example"}`, false},
		{"another alphabet of base64", `{"type":"webauthn.get","challenge":"` + swapAlphabet(code) + `","origin":"https://coop.example"}`, false},
		{"a zero byte", "\x00" + right + `https://coop.example"}`, false},
		{"cut before the origin", right[:len(right)-1], false},
	} {
		sig := assert(k, msg, func(a *Assertion) { a.Client = []byte(row.client) })
		if got := key.Verify(msg, sig); got != row.want {
			t.Errorf("%s: verifies %v, want %v", row.name, got, row.want)
		}
	}
}

func hexOf(b byte) string { return string([]byte{"0123456789abcdef"[b>>4], "0123456789abcdef"[b&15]}) }

// swapAlphabet is a challenge with a letter of base64's other alphabet.
func swapAlphabet(code string) string {
	for i := range code {
		switch code[i] {
		case '-':
			return code[:i] + "+" + code[i+1:]
		case '_':
			return code[:i] + "/" + code[i+1:]
		}
	}
	return "+" + code[1:]
}

// A point that is none, or the one at infinity in whatever form, is no key and verifies
// nothing; neither do r and s that every such key would let pass.
func TestPasskeyPoints(t *testing.T) {
	k, msg := p256Key(t, 7), []byte("a transaction")
	x := k.Public()[2:]
	off := bytes.Clone(x)
	for p256Point(append([]byte{2}, off...)).y != nil {
		off[31]++
	}
	zero, one := make([]byte, 32), append(make([]byte, 31), 1)
	for name, point := range map[string][]byte{
		"off the curve":              append([]byte{2}, off...),
		"infinity":                   append([]byte{0}, zero...),
		"x of the prime":             append([]byte{2}, number(p256Prime)...),
		"x above the prime":          append([]byte{3}, bytes.Repeat([]byte{0xff}, 32)...),
		"an uncompressed beginning":  append([]byte{4}, x...),
		"a hybrid beginning":         append([]byte{6}, x...),
		"a beginning that is no y's": append([]byte{1}, x...),
	} {
		key := Passkey("coop.example", point)
		if key.Usable() == nil {
			t.Errorf("%s is a key", name)
		}
		for _, sig := range [][]byte{
			nil, slices.Concat(zero, zero), slices.Concat(one, one), slices.Concat(zero, one), slices.Concat(one, zero),
			slices.Concat(number(order()), one), slices.Concat(number(new(big.Int).Add(order(), big.NewInt(1))), one),
		} {
			if key.Verify(msg, assert(k, msg, func(a *Assertion) { a.Signature = sig })) {
				t.Errorf("%s: %x verifies", name, sig)
			}
		}
	}
}

// FuzzAssertion has an authenticator sign whatever stands in its data and in the client
// data. Only what names the relying party, has the user verified and begins as a browser
// writes it for this challenge is accepted, and by the right key alone.
func FuzzAssertion(f *testing.F) {
	k, msg := p256Key(f, 7), []byte("a transaction")
	key := Passkey("coop.example", k.Public()[1:])
	good := must(Decode[Assertion](assert(k, msg, nil)))
	flags := func(b byte) []byte { d := bytes.Clone(good.Authenticator); d[sha256.Size] = b; return d }
	f.Add(good.Authenticator, good.Client, byte(0), uint8(0))
	f.Add(good.Authenticator[:36], good.Client, byte(0), uint8(0))
	f.Add(flags(userPresent), good.Client, byte(0), uint8(0))
	f.Add(flags(0xff), good.Client, byte(0), uint8(0))
	f.Add(good.Authenticator, bytes.Replace(good.Client, []byte(`"type"`), []byte(`"\u0074ype"`), 1), byte(0), uint8(0))
	f.Add(good.Authenticator, good.Client, byte(1), uint8(63))
	f.Fuzz(func(t *testing.T, data, client []byte, change byte, at uint8) {
		a := Assertion{Authenticator: data, Client: client}
		of := sha256.Sum256(client)
		a.Signature = k.SignMessage(append(bytes.Clone(data), of[:]...))
		a.Signature[int(at)%len(a.Signature)] ^= change
		challenge, party := Challenge(msg), sha256.Sum256([]byte("coop.example"))
		want := change == 0 && len(data) >= MinAuthenticatorData && len(data) <= MaxAuthenticatorData && len(client) <= MaxClientData &&
			bytes.Equal(data[:sha256.Size], party[:]) && data[sha256.Size]&userPresent != 0 && data[sha256.Size]&userVerified != 0 &&
			bytes.HasPrefix(client, clientData(challenge[:]))
		sig := Encode(a)
		if got := key.Verify(msg, sig); got != (want && len(sig) <= MaxAssertion) {
			t.Fatalf("verifies %v: %x", got, sig)
		}
		if key.Verify([]byte("another"), sig) || Passkey("coop.example", p256Key(t, 8).Public()[1:]).Verify(msg, sig) {
			t.Fatalf("verifies another message, or by another key: %x", sig)
		}
	})
}

// FuzzDER: what FromDER reads has one form as a transaction has it, with the lower s, and
// comes from DER of the least length only.
func FuzzDER(f *testing.F) {
	sig := p256Key(f, 7).SignMessage([]byte("m"))
	high := number(new(big.Int).Sub(order(), new(big.Int).SetBytes(sig[32:])))
	for _, s := range [][]byte{der(sig[:32], sig[32:]), der(sig[:32], high), der(number(order()), sig[32:]), der(make([]byte, 32), make([]byte, 32)), {0x30, 0x81, 0x06}, nil} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		sig, err := FromDER(raw)
		if err != nil {
			return
		}
		if len(sig) != SignatureSize || bytes.Compare(sig[32:], p256Half) > 0 {
			t.Fatalf("%x reads as %x", raw, sig)
		}
		s := new(big.Int).SetBytes(sig[32:])
		other := number(new(big.Int).Mod(new(big.Int).Sub(order(), s), order()))
		if !bytes.Equal(der(sig[:32], sig[32:]), raw) && !bytes.Equal(der(sig[:32], other), raw) {
			t.Fatalf("%x reads as %x, of which it is not the form", raw, sig)
		}
	})
}

// der is r and s in DER.
func der(r, s []byte) []byte {
	integer := func(n []byte) []byte {
		n = bytes.TrimLeft(n, "\x00")
		if len(n) == 0 || n[0]&0x80 != 0 {
			n = append([]byte{0}, n...)
		}
		return append([]byte{2, byte(len(n))}, n...)
	}
	all := slices.Concat(integer(r), integer(s))
	return append([]byte{0x30, byte(len(all))}, all...)
}
