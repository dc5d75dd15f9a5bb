package client

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/crypto/scrypt"

	"github.com/rochdale-ledger/rochdale/tx"
)

// An invitation code is what a co-op gives to one of its members, on paper or in a message:
// 12 digits of Crockford's base 32, 60 random bits, and 2 that check them. The key on the
// register is made of it, so that nobody who reads the register finds the code; it is good
// for one co-op of one federation, since both go into the key.
//
// To try a code costs the work of scrypt, some 20 milliseconds. All codes of a co-op would
// take one processor a billion years.
const (
	codeDigits = 12
	codeChecks = 2
	codeGroup  = 4 // digits between hyphens

	codeWork = 1 << 13 // scrypt's N, with r 8 and p 1: 8 MiB
)

// crockford are the digits: those that are not taken for one another.
const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// ErrCode is returned for text that is no invitation code.
var ErrCode = errors.New("not an invitation code")

// A Code is an invitation code, in one spelling.
type Code struct{ digits string }

// NewCode makes a code from random, which is crypto/rand.Reader outside of tests.
func NewCode(random io.Reader) (Code, error) {
	raw := make([]byte, codeDigits)
	if _, err := io.ReadFull(random, raw); err != nil {
		return Code{}, fmt.Errorf("reading random bytes for a code: %w", err)
	}
	var digits strings.Builder
	for _, b := range raw {
		digits.WriteByte(crockford[b&31])
	}
	return Code{digits.String()}, nil
}

// checks are the digits that check the others: the first ten bits of their SHA-256.
func (c Code) checks() string {
	sum := sha256.Sum256([]byte(c.digits))
	return string([]byte{crockford[sum[0]>>3], crockford[sum[0]&7<<2|sum[1]>>6]})
}

// String writes the code in groups, such as 7KQ2-9D4M-ZX0P-PY.
func (c Code) String() string {
	text := c.digits + c.checks()
	var groups []string
	for len(text) > 0 {
		n := min(codeGroup, len(text))
		groups, text = append(groups, text[:n]), text[n:]
	}
	return strings.Join(groups, "-")
}

// ParseCode reads what String writes, in letters of any size, with or without hyphens and
// spaces, and with O, I and L for the digits that they are taken for. A wrong digit is
// found, all but one in a thousand. Its errors wrap ErrCode.
func ParseCode(text string) (Code, error) {
	if len(text) > 64 {
		return Code{}, fmt.Errorf("%w: it has %d characters", ErrCode, len(text))
	}
	plain := strings.NewReplacer("-", "", " ", "", "O", "0", "I", "1", "L", "1").Replace(strings.ToUpper(strings.TrimSpace(text)))
	for _, r := range plain {
		if !strings.ContainsRune(crockford, r) {
			return Code{}, fmt.Errorf("%w: %q is in none", ErrCode, r)
		}
	}
	if len(plain) != codeDigits+codeChecks {
		return Code{}, fmt.Errorf("%w: it has %d digits, not %d", ErrCode, len(plain), codeDigits+codeChecks)
	}
	c := Code{plain[:codeDigits]}
	if c.checks() != plain[codeDigits:] {
		return Code{}, fmt.Errorf("%w: a digit is wrong, or two are exchanged", ErrCode)
	}
	return c, nil
}

// Key is the invitation key that the code stands for, in one co-op of a federation.
func (c Code) Key(chain string, coop uint32) tx.PrivateKey {
	salt := fmt.Appendf(nil, "rochdale invitation\n%s\n%d\n", chain, coop)
	seed, err := scrypt.Key([]byte(c.digits), salt, codeWork, 8, 1, tx.SeedSize)
	if err != nil {
		panic(fmt.Sprintf("client: scrypt refused constants: %v", err))
	}
	return tx.NewPrivateKey(seed)
}
