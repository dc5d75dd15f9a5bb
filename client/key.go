package client

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/cosmos/go-bip39"

	"github.com/rochdale-ledger/rochdale/tx"
)

// Bounds of what a key carries beside its seed, in bytes.
const (
	MaxLabel     = 64
	MaxChainID   = 50 // CometBFT's own bound
	MaxCreatedBy = 64
)

// RecoveryWords is how many words a key is written down as: 256 bits of seed
// and 8 of checksum, 11 bits a word.
const RecoveryWords = 24

// maxWordsText bounds the text KeyFromWords reads, in bytes: 24 words of at most
// 8 letters fit many times over, with any spacing and numbering.
const maxWordsText = 4096

// A Key is one member's signing key and the notes kept with it. The notes are
// the holder's own: the ledger knows only the public key.
//
// Printing a Key with any verb of fmt shows its public key, never the seed.
type Key struct {
	seed [ed25519.SeedSize]byte
	p256 bool // of P-256, else of ed25519

	Label     string // the holder's name for it, at most MaxLabel bytes of printable text
	ChainID   string // the federation it is meant for; empty if it is for any
	Coop      uint32 // co-op number; 0 if not yet known
	Member    uint64 // member number; 0 if not yet known
	CreatedBy string // version of the program that made it
}

// NewKey makes a key from 32 bytes of random, which is crypto/rand.Reader
// outside of tests.
func NewKey(random io.Reader) (Key, error) {
	var k Key
	if _, err := io.ReadFull(random, k.seed[:]); err != nil {
		return Key{}, fmt.Errorf("reading random bytes for a new key: %w", err)
	}
	return k, nil
}

// Algorithms of a key.
const (
	Ed25519 = "ed25519"
	P256    = "p256"
)

// Algorithm is Ed25519 or P256.
func (k Key) Algorithm() string {
	if k.p256 {
		return P256
	}
	return Ed25519
}

// ErrAlgorithm is returned for the name of no algorithm.
var ErrAlgorithm = errors.New("no such algorithm of keys")

// As is the key with the same seed of another algorithm: recovery words say the seed and
// not what it is of. It returns ErrAlgorithm, or tx.ErrSeed for the one seed in 2^32 that is
// no key of P-256.
func (k Key) As(algorithm string) (Key, error) {
	switch algorithm {
	case Ed25519:
		k.p256 = false
	case P256:
		if _, err := tx.NewP256Key(k.seed[:]); err != nil {
			return Key{}, err
		}
		k.p256 = true
	default:
		return Key{}, fmt.Errorf("%w: %q, there are %s and %s", ErrAlgorithm, algorithm, Ed25519, P256)
	}
	return k, nil
}

// KeyFromSeed makes the key of an ed25519 seed (RFC 8032, section 5.1.5).
func KeyFromSeed(seed [ed25519.SeedSize]byte) Key { return Key{seed: seed} }

// Private returns the key of ed25519 for signing. The caller gets a copy.
func (k Key) Private() ed25519.PrivateKey { return ed25519.NewKeyFromSeed(k.seed[:]) }

// Public returns the 32 bytes of the public key of ed25519; on the ledger the algorithm's
// number stands before them.
func (k Key) Public() ed25519.PublicKey {
	return ed25519.PublicKey(k.Private()[ed25519.SeedSize:])
}

// String shows the public key, so that a key printed by mistake gives nothing
// away.
func (k Key) String() string { return k.Signing().Public().String() }

// GoString is String, for %#v.
func (k Key) GoString() string { return k.String() }

// Check checks the bounds of the notes, before they are written and after they are
// read. Its error is ErrKeyNotes.
func (k Key) Check() error {
	for _, f := range []struct {
		name, value string
		limit       int
	}{
		{"label", k.Label, MaxLabel},
		{"chain id", k.ChainID, MaxChainID},
		{"creating version", k.CreatedBy, MaxCreatedBy},
	} {
		if len(f.value) > f.limit {
			return fmt.Errorf("%w: the %s has %d bytes, at most %d are allowed", ErrKeyNotes, f.name, len(f.value), f.limit)
		}
		if !utf8.ValidString(f.value) || strings.ContainsFunc(f.value, func(r rune) bool { return !unicode.IsPrint(r) }) {
			return fmt.Errorf("%w: the %s %q is not printable text", ErrKeyNotes, f.name, f.value)
		}
	}
	return nil
}

// What can be wrong with recovery words and notes. A word that is not on the
// list is a *WordError.
var (
	ErrKeyNotes      = errors.New("key notes out of bounds")
	ErrWordsCount    = fmt.Errorf("a key has %d recovery words", RecoveryWords)
	ErrWordsChecksum = errors.New("the recovery words are all on the list but do not belong together (checksum): one is wrong or two are swapped")
)

// WordError names the recovery word that is not on the list.
type WordError struct {
	Position int // counted from 1, as the words are printed
	Word     string
}

func (e *WordError) Error() string {
	return fmt.Sprintf("recovery word %d, %q, is not on the BIP-39 English list", e.Position, e.Word)
}

// Words returns the 24 recovery words, separated by single spaces.
//
// The derivation is the shortest there is: the seed itself is the entropy of a
// BIP-39 English mnemonic. There is no passphrase, no PBKDF2 and no derivation
// path, so the words alone give back the same key, by hand if need be, and a
// wallet that derives keys in the BIP-32 way will show another key for them.
//
// Source: BIP-39, "Generating the mnemonic".
func (k Key) Words() string {
	words, err := bip39.NewMnemonic(k.seed[:])
	if err != nil {
		panic(fmt.Sprintf("client: BIP-39 refused 32 bytes of entropy: %v", err))
	}
	return words
}

// KeyFromWords gives back the key that Words wrote down. Case, spacing and the
// numbers that a printed list has ("7." or "7") do not matter.
//
// It returns ErrWordsCount, a *WordError or ErrWordsChecksum. Words are looked
// up before they are counted: the misspelt word is the better thing to name.
// The checksum has 8 bits, so about one wrong list in 256 passes and gives some
// other key; only the public key tells.
func KeyFromWords(text string) (Key, error) {
	if len(text) > maxWordsText {
		return Key{}, fmt.Errorf("%w; this text has %d bytes", ErrWordsCount, len(text))
	}
	words := SplitWords(text)
	for i, w := range words {
		if _, known := bip39.ReverseWordMap[w]; !known {
			return Key{}, &WordError{Position: i + 1, Word: w}
		}
	}
	if len(words) != RecoveryWords {
		return Key{}, fmt.Errorf("%w; got %d", ErrWordsCount, len(words))
	}
	// Count and words are checked, so all that can still be wrong is the
	// checksum. The library returns the entropy with the checksum byte behind.
	entropy, err := bip39.MnemonicToByteArray(strings.Join(words, " "))
	if err != nil {
		return Key{}, ErrWordsChecksum
	}
	return Key{seed: [ed25519.SeedSize]byte(entropy)}, nil
}

// SplitWords cuts text into lower-case words and drops the numbers of a
// numbered list. It does not look the words up.
func SplitWords(text string) []string {
	return slices.DeleteFunc(strings.Fields(strings.ToLower(text)), func(w string) bool {
		return strings.Trim(strings.TrimRight(w, ".):"), "0123456789") == ""
	})
}

// WordList returns the 2,048 words of the BIP-39 English list, for spelling
// suggestions. The caller owns the slice.
func WordList() []string { return slices.Clone(bip39.WordList) }
