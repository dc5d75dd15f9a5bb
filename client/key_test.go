package client

import (
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/rochdale-ledger/rochdale/tx"
)

func seedOf(t *testing.T, text string) (seed [ed25519.SeedSize]byte) {
	t.Helper()
	b, err := hex.DecodeString(text)
	if err != nil || len(b) != len(seed) {
		t.Fatalf("bad seed %q in the test", text)
	}
	copy(seed[:], b)
	return seed
}

// wordVectors are the 256-bit rows of BIP-39's published English vectors
// (trezor/python-mnemonic, vectors.json).
var wordVectors = []struct{ entropy, words string }{
	{strings.Repeat("00", 32), strings.Repeat("abandon ", 23) + "art"},
	{strings.Repeat("7f", 32), strings.Repeat("legal winner thank year wave sausage worth useful ", 2) + "legal winner thank year wave sausage worth title"},
	{strings.Repeat("80", 32), strings.Repeat("letter advice cage absurd amount doctor acoustic avoid ", 2) + "letter advice cage absurd amount doctor acoustic bless"},
	{strings.Repeat("ff", 32), strings.Repeat("zoo ", 23) + "vote"},
	{"68a79eaca2324873eacc50cb9c6eca8cc68ea5d936f98787c60c7ebc74e6ce7c", "hamster diagram private dutch cause delay private meat slide toddler razor book happy fancy gospel tennis maple dilemma loan word shrug inflict delay length"},
	{"9f6a2878b2520799a44ef18bc7df394e7061a224d2c33cd015b157d746869863", "panda eyebrow bullet gorilla call smoke muffin taste mesh discover soft ostrich alcohol speed nation flash devote level hobby quick inner drive ghost inside"},
	{"066dca1a2bb7e8a1db2832148ce9933eea0f3ac9548d793112d9a95c9407efad", "all hour make first leader extend hole alien behind guard gospel lava path output census museum junior mass reopen famous sing advance salt reform"},
	{"f585c11aec520db57dd353c69554b21a89b20fb0650966fa0a9d6f74fd989d8f", "void come effort suffer camp survey warrior heavy shoot primary clutch crush open amazing screen patrol group space point ten exist slush involve unfold"},
}

func TestWordsPublished(t *testing.T) {
	for _, v := range wordVectors {
		key := KeyFromSeed(seedOf(t, v.entropy))
		if got := key.Words(); got != v.words {
			t.Errorf("words of %s:\n got %s\nwant %s", v.entropy, got, v.words)
		}
		back, err := KeyFromWords(v.words)
		if err != nil || back != key {
			t.Errorf("key of %q: %v, %v; want %v", v.words, back, err, key)
		}
	}
}

// TestPublicPublished pins seed → public key to RFC 8032, section 7.1, tests 1
// and 2, so that words on paper mean the same key for ever.
func TestPublicPublished(t *testing.T) {
	for seed, public := range map[string]string{
		"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60": "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
		"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb": "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
	} {
		key := KeyFromSeed(seedOf(t, seed))
		if got := hex.EncodeToString(key.Public()); got != public {
			t.Errorf("public key of %s = %s, want %s", seed, got, public)
		}
		message := []byte("message")
		if !ed25519.Verify(key.Public(), message, ed25519.Sign(key.Private(), message)) {
			t.Errorf("signature of %s does not verify", seed)
		}
	}
}

func TestWordsAnySeed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		random := rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "random")
		key, err := NewKey(bytes.NewReader(random))
		if err != nil {
			t.Fatal(err)
		}
		if got := [32]byte(random); key.seed != got {
			t.Fatalf("seed %x is not the random bytes %x", key.seed, got)
		}
		back, err := KeyFromWords(key.Words())
		if err != nil || back != key {
			t.Fatalf("%v came back as %v, %v", key, back, err)
		}
	})
}

func TestNewKeyShortRandom(t *testing.T) {
	if _, err := NewKey(strings.NewReader("too short")); err == nil {
		t.Fatal("a key was made of 9 random bytes")
	}
}

func TestKeyFromWordsAsPrinted(t *testing.T) {
	want := KeyFromSeed(seedOf(t, wordVectors[4].entropy))
	words := strings.Fields(wordVectors[4].words)
	var dots, bare strings.Builder
	for i, w := range words {
		fmt.Fprintf(&dots, "  %2d. %s\r\n", i+1, strings.ToUpper(w))
		fmt.Fprintf(&bare, "%d\t%s ", i+1, w)
	}
	for _, text := range []string{dots.String(), bare.String(), "\n\n" + strings.Join(words, "   ")} {
		if got, err := KeyFromWords(text); err != nil || got != want {
			t.Errorf("key of %q: %v, %v", text, got, err)
		}
	}
}

// Rows follow the order of the checks; each breaks its own and the later ones.
func TestKeyFromWordsRefuses(t *testing.T) {
	good := strings.Fields(wordVectors[4].words)
	with := func(i int, w string) string {
		changed := append([]string(nil), good...)
		changed[i] = w
		return strings.Join(changed, " ")
	}
	swapped := append([]string(nil), good...)
	swapped[0], swapped[1] = swapped[1], swapped[0]

	for _, c := range []struct {
		name, text string
		want       error
		position   int
	}{
		{"too long a text", strings.Repeat("zoom ", 1000), ErrWordsCount, 0},
		{"unknown and too few", "zoo zoom", nil, 2},
		{"first unknown", with(0, "hamstr"), nil, 1},
		{"last unknown", with(23, "lengthy"), nil, 24},
		{"empty", "", ErrWordsCount, 0},
		{"23 words", strings.Join(good[:23], " "), ErrWordsCount, 0},
		{"25 words", strings.Join(good, " ") + " zoo", ErrWordsCount, 0},
		{"a good mnemonic of 12", strings.Repeat("abandon ", 11) + "about", ErrWordsCount, 0},
		{"one other word", with(5, "zone"), ErrWordsChecksum, 0},
		{"two swapped", strings.Join(swapped, " "), ErrWordsChecksum, 0},
	} {
		_, err := KeyFromWords(c.text)
		var word *WordError
		switch {
		case c.position > 0 && (!errors.As(err, &word) || word.Position != c.position):
			t.Errorf("%s: %v, want word %d named", c.name, err, c.position)
		case c.position == 0 && !errors.Is(err, c.want):
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
}

func TestKeyPrintsNoSeed(t *testing.T) {
	key := KeyFromSeed(seedOf(t, wordVectors[4].entropy))
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		for _, value := range []any{key, &key} {
			if got := fmt.Sprintf(verb, value); got != key.Signing().Public().String() {
				t.Errorf("%s of %T prints %q", verb, value, got)
			}
		}
	}
}

func TestWordListIsACopy(t *testing.T) {
	list := WordList()
	if len(list) != 2048 {
		t.Fatalf("the list has %d words", len(list))
	}
	list[0] = "changed"
	if WordList()[0] != "abandon" {
		t.Fatal("changing the list changed the package's own")
	}
}

// A key of P-256 has words and a file like one of ed25519, and is another key.
func TestP256Key(t *testing.T) {
	key := KeyFromSeed(seedOf(t, wordVectors[4].entropy))
	p256, err := key.As(P256)
	if err != nil || p256.Algorithm() != P256 || p256.Words() != key.Words() || p256.String() == key.String() {
		t.Fatalf("%v, %v beside %v", p256, err, key)
	}
	back, err := decodeRecord(encodeRecord(p256))
	if err != nil || back != p256 {
		t.Errorf("read back as %v, %v", back, err)
	}
	if again, err := p256.As(Ed25519); err != nil || again != key {
		t.Errorf("and back: %v, %v", again, err)
	}
	msg := []byte("m")
	if signing := p256.Signing(); !signing.Public().Verify(msg, signing.SignMessage(msg)) || signing.Public().Algorithm() != "P-256" {
		t.Error("what it signs does not verify")
	}
	if _, err := key.As("rsa"); !errors.Is(err, ErrAlgorithm) {
		t.Errorf("rsa: %v", err)
	}
	if _, err := KeyFromSeed([32]byte{}).As(P256); !errors.Is(err, tx.ErrSeed) {
		t.Errorf("zero: %v", err)
	}
	zero := bytes.Replace(encodeRecord(KeyFromSeed([32]byte{})), []byte(Ed25519), []byte(P256), 1)
	if _, err := decodeRecord(zero); !errors.Is(err, ErrKeyDamaged) {
		t.Errorf("a file with a seed of zero: %v", err)
	}
}
