package tx

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/oasisprotocol/curve25519-voi/curve"
	"pgregory.net/rapid"
)

// The vectors that BIP-350 publishes for Bech32m. Keys are written in small letters
// only, so a vector in capitals is read when it is written small.
var (
	bip350Valid = []string{
		"A1LQFN3A", "a1lqfn3a",
		"an83characterlonghumanreadablepartthatcontainsthetheexcludedcharactersbioandnumber11sg7hg6",
		"abcdef1l7aum6echk45nj3s0wdvt2fg8x9yrzpqzd3ryx",
		"11llllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllludsr8",
		"split1checkupstagehandshakeupstreamerranterredcaperredlc445v",
		"?1v759aa",
	}
	bip350Invalid = []string{
		"\x201xj0phk", "\x7f1g6xzxy", "\x801vctc34",
		"an84characterslonghumanreadablepartthatcontainsthetheexcludedcharactersbioandnumber11d6pts4",
		"qyrz8wqd2c9m", "1qyrz8wqd2c9m", "y1b0jsk6g", "lt1igcx5c0", "in1muywd", "mm1crxm3i", "au1s5cgom",
		"M1VUXWEZ", "16plkw9", "1p2gdwpf",
	}
)

func TestBIP350(t *testing.T) {
	for _, text := range bip350Valid {
		small := strings.ToLower(text)
		human, groups, err := readGroups(small)
		if err != nil {
			t.Errorf("%q: %v", small, err)
		} else if got := spellGroups(human, groups); got != small {
			t.Errorf("%q is spelled %q", small, got)
		}
		if _, _, err := readGroups(text); (err == nil) != (text == small) {
			t.Errorf("%q: %v", text, err)
		}
	}
	for _, text := range bip350Invalid {
		if human, groups, err := readGroups(text); err == nil {
			t.Errorf("%q is read as %q and %x", text, human, groups)
		}
		if _, _, err := readGroups(strings.ToLower(text)); err == nil && text != "M1VUXWEZ" {
			t.Errorf("%q in small letters is read", text)
		}
	}
	// The same text with the checksum of BIP-173, which has another constant.
	if _, _, err := readGroups("a12uel5l"); err == nil {
		t.Error("the checksum of Bech32 is taken for that of Bech32m")
	}
}

// Every spelling has its own beginning, and is read back by its own function alone.
func TestSpelling(t *testing.T) {
	key := testKey(1)
	member, validator := key.Public().String(), key.Validator().String()
	if want := "rochdale1qx9g3c7awsylr90a2tdj6096t4ev5ecfhuwegysm7d6gsqd5pah4ckf836u"; member != want {
		t.Errorf("a member's key is %s, want %s", member, want)
	}
	if want := "rochdaleval132yw8ht5p8cetl2jmvknewjawt9xwzdlrk2pyxlnwjyqrdq0dawqlece84"; validator != want {
		t.Errorf("a validator's key is %s, want %s", validator, want)
	}
	if got, err := ParsePublicKey(member); err != nil || !got.Equal(key.Public()) {
		t.Errorf("%s: %x, %v", member, got, err)
	}
	if got, err := ParseValidatorKey(validator); err != nil || !bytes.Equal(got, key.Validator()) {
		t.Errorf("%s: %x, %v", validator, got, err)
	}
	out, err := json.Marshal(struct {
		A PublicKey
		B ValidatorKey
	}{key.Public(), key.Validator()})
	if want := `{"A":"` + member + `","B":"` + validator + `"}`; err != nil || string(out) != want {
		t.Errorf("JSON %s, %v", out, err)
	}
	if got := ValidatorKey(nil).String(); got != "" {
		t.Errorf("no key is %q", got)
	}
}

func TestSpellingRefused(t *testing.T) {
	good := testKey(1).Public().String()
	swapped := []byte(good)
	swapped[20], swapped[21] = swapped[21], swapped[20]
	if swapped[20] == swapped[21] {
		t.Fatal("swaps nothing")
	}
	other := map[bool]string{true: "p", false: "q"}[good[30] != 'p']
	for _, row := range []struct{ what, text, says string }{
		{"nothing", "", "it does not begin with rochdale1"},
		{"one wrong letter", good[:30] + other + good[31:], "its checksum is wrong: a character is another, missing or misplaced"},
		{"a wrong checksum", good[:67] + map[bool]string{true: "p", false: "q"}[good[67] != 'p'], "its checksum is wrong: a character is another, missing or misplaced"},
		{"two letters swapped", string(swapped), "its checksum is wrong: a character is another, missing or misplaced"},
		{"cut short", good[:40], "its checksum is wrong: a character is another, missing or misplaced"},
		{"cut to its beginning", "rochdale1", "it does not begin as a key does, with letters and the digit 1, or is cut short"},
		{"a letter of no key", good[:30] + "b" + good[31:], `no key has 'b' in it, which is its character 31`},
		{"in capitals", strings.ToUpper(good), "keys are written in small letters, character 1 of it is a capital"},
		{"one capital", good[:9] + strings.ToUpper(good[9:]), "keys are written in small letters, character 10 of it is a capital"},
		{"with a space", good + " ", "character 69 of it is in no key"},
		{"of a validator", testKey(1).Validator().String(), "it is that of a validator; one of a member begins with rochdale1"},
		{"in hexadecimal", hex.EncodeToString(testKey(1).Public()), "it is in hexadecimal, as keys were written before; give it as programs print it now, beginning with rochdale1"},
		{"in hexadecimal, without its algorithm", hex.EncodeToString(testKey(1).Validator()), "it is in hexadecimal, as keys were written before; give it as programs print it now, beginning with rochdale1"},
		{"too short by a byte", spell(memberPart, testKey(1).Public()[:32]), "it has not the 33 bytes of one"},
		{"bits left over", spellGroups(memberPart, append(bytes.Repeat([]byte{0}, 52), 1)), "it has not the 33 bytes of one"},
		{"a group too many", spellGroups(memberPart, bytes.Repeat([]byte{0}, 54)), "it has not the 33 bytes of one"},
		{"too long", good + strings.Repeat("q", 30), "it has 98 characters, more than any key"},
	} {
		_, err := ParsePublicKey(row.text)
		if want := "not a public key of a member: " + row.says; !errors.Is(err, ErrKey) || err.Error() != want {
			t.Errorf("%s: %v, want %s", row.what, err, want)
		}
	}
	_, err := ParseValidatorKey(good)
	if want := "not a public key of a validator: it is that of a member; one of a validator begins with rochdaleval1"; err == nil || err.Error() != want {
		t.Errorf("a member's for a validator's: %v", err)
	}
}

// Any change of up to four characters is found.
func TestSpellingChecksum(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		raw := append([]byte{algEd25519}, rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "key")...)
		good := PublicKey(raw).String()
		if got, err := ParsePublicKey(good); err != nil || !bytes.Equal(got, raw) {
			t.Fatalf("%s: %x, %v", good, got, err)
		}
		bad := []byte(good)
		for range rapid.IntRange(1, 4).Draw(t, "changes") {
			bad[rapid.IntRange(9, len(bad)-1).Draw(t, "at")] = charset[rapid.IntRange(0, 31).Draw(t, "to")]
		}
		if _, err := ParsePublicKey(string(bad)); (err == nil) != (string(bad) == good) {
			t.Fatalf("%s for %s: %v", bad, good, err)
		}
	})
}

// smallOrderFile are the published encodings of points of small order.
func smallOrderFile(t *testing.T) (out [][]byte) {
	t.Helper()
	raw, err := os.ReadFile("testdata/small-order.json")
	if err != nil {
		t.Fatal(err)
	}
	var rows []struct {
		Encoding  string
		Order     int
		Canonical bool
	}
	if err := json.Unmarshal(raw, &rows); err != nil {
		t.Fatal(err)
	}
	canonical := map[string]bool{}
	for _, p := range curve.EIGHT_TORSION {
		var y curve.CompressedEdwardsY
		y.SetEdwardsPoint(p)
		canonical[string(y[:])] = true
	}
	seen := map[string]bool{}
	for _, r := range rows {
		if !slices.Contains(smallOrder, r.Encoding) {
			t.Errorf("%s is not among those that ZIP-215 takes", r.Encoding)
		}
		key := unhex(t, r.Encoding)
		var y curve.CompressedEdwardsY
		var p, sum curve.EdwardsPoint
		if _, err := y.SetBytes(key); err != nil {
			t.Fatal(err)
		}
		if _, err := p.SetCompressedY(&y); err != nil {
			t.Fatalf("%s is no point: %v", r.Encoding, err)
		}
		order := 1
		for sum.Set(&p); !sum.IsIdentity(); order++ {
			sum.Add(&sum, &p)
		}
		if order != r.Order || canonical[string(key)] != r.Canonical || seen[string(key)] {
			t.Errorf("%s has order %d, canonical: %t, seen before: %t; the file says %+v", r.Encoding, order, canonical[string(key)], seen[string(key)], r)
		}
		seen[string(key)] = true
		out = append(out, key)
	}
	if len(out) != 14 || len(canonical) != 8 {
		t.Errorf("%d encodings, of %d points", len(out), len(canonical))
	}
	return out
}

func TestUsable(t *testing.T) {
	for i := range byte(20) {
		if err := testKey(i).Public().Usable(); err != nil {
			t.Errorf("key %d: %v", i, err)
		}
		if err := testKey(i).Validator().Usable(); err != nil {
			t.Errorf("validator key %d: %v", i, err)
		}
	}
	for _, key := range smallOrderFile(t) {
		// A signature over anything: the identity as R, and s = 0, verify by a key of
		// small order as far as the rules of ZIP-215 go.
		forged := make([]byte, SignatureSize)
		forged[0] = 1
		k := append(PublicKey{algEd25519}, key...)
		if !k.Verify([]byte("anything"), forged) {
			t.Errorf("%x: the constant signature no longer verifies, so this test shows nothing", key)
		}
		if err := k.Usable(); !errors.Is(err, ErrUnusable) {
			t.Errorf("%x: %v", key, err)
		}
		if err := ValidatorKey(key).Usable(); !errors.Is(err, ErrUnusable) {
			t.Errorf("%x of a validator: %v", key, err)
		}
		if k.VerifyPossession("chain-a", 4, forged) || ValidatorKey(key).VerifyPossession("chain-a", 4, forged) {
			t.Errorf("%x: the constant signature is a proof of possession", key)
		}
	}
}

// No y of p or more is a usable key, whatever the point.
func TestUsableCanonical(t *testing.T) {
	points, whole := 0, 0
	for low := 0xed; low <= 0xff; low++ {
		for _, top := range []byte{0x7f, 0xff} {
			key := append([]byte{byte(low)}, bytes.Repeat([]byte{0xff}, 31)...)
			key[31] = top
			var y curve.CompressedEdwardsY
			var p curve.EdwardsPoint
			if _, err := y.SetBytes(key); err != nil {
				t.Fatal(err)
			}
			if _, err := p.SetCompressedY(&y); err == nil {
				points++
				if !p.IsSmallOrder() {
					whole++
				}
			}
			if err := ValidatorKey(key).Usable(); !errors.Is(err, ErrUnusable) {
				t.Errorf("%x: %v", key, err)
			}
		}
	}
	if points == 0 || whole == 0 {
		t.Errorf("%d points, %d of them not of small order: the test shows nothing", points, whole)
	}
	off := make([]byte, 32)
	off[0] = 2 // no x has y = 2
	if err := ValidatorKey(off).Usable(); err == nil || err.Error() != "not a usable public key: it is no point of the curve" {
		t.Errorf("no point: %v", err)
	}
	if err := ValidatorKey(off[:31]).Usable(); !errors.Is(err, ErrKey) {
		t.Errorf("31 bytes: %v", err)
	}
	if err := (PublicKey{9}).Usable(); !errors.Is(err, ErrKey) {
		t.Errorf("of another algorithm: %v", err)
	}
}

// What is read as a key is printed the same, and nothing panics.
func FuzzSpelling(f *testing.F) {
	f.Add(testKey(1).Public().String())
	f.Add(testKey(1).Validator().String())
	f.Add(hex.EncodeToString(testKey(1).Public()))
	f.Add("rochdale1")
	f.Add("rochdaleval1" + strings.Repeat("q", 58))
	f.Fuzz(func(t *testing.T, text string) {
		if k, err := ParsePublicKey(text); err == nil && k.String() != text {
			t.Errorf("%q is printed %q", text, k)
		}
		if k, err := ParseValidatorKey(text); err == nil && k.String() != text {
			t.Errorf("%q is printed %q", text, k)
		}
		if utf8.ValidString(text) { // and a refusal can be shown
			if _, err := ParsePublicKey(text); err != nil && !utf8.ValidString(err.Error()) {
				t.Errorf("%q: %q", text, err)
			}
		}
	})
}
