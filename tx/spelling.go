package tx

import (
	"fmt"
	"slices"
	"strings"
)

// Keys are written in Bech32m (BIP-350): a human part that says whose key it is, the
// digit 1, the bytes in letters and digits that are not easily confused, and a checksum
// of six. The checksum finds every change of up to four characters, in the long spelling
// of a passkey of up to three, and of longer ones all but one in 2^30. There is one spelling of each key, in small letters.
const (
	memberPart    = "rochdale"    // of a PublicKey, with its algorithm byte: 68, 70 or 121 characters
	validatorPart = "rochdaleval" // of a ValidatorKey
)

const (
	charset      = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
	checksumSize = 6
	maxSpelling  = 90                                                       // characters, the bound of BIP-350, up to which four changes are found
	longSpelling = len(memberPart) + 1 + (8*PasskeySize+4)/5 + checksumSize // of a passkey's key, the only longer one
	bech32mFinal = 0x2bc830a3
)

// polymod is the checksum of BIP-173 over groups of five bits.
func polymod(human string, groups []byte) uint32 {
	sum := uint32(1)
	add := func(group byte) {
		top := sum >> 25
		sum = sum&0x1ffffff<<5 ^ uint32(group)
		for i, generator := range [...]uint32{0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3} {
			if top>>i&1 == 1 {
				sum ^= generator
			}
		}
	}
	for i := range len(human) {
		add(human[i] >> 5)
	}
	add(0)
	for i := range len(human) {
		add(human[i] & 31)
	}
	for _, g := range groups {
		add(g)
	}
	return sum
}

// spellGroups writes groups of five bits under a human part.
func spellGroups(human string, groups []byte) string {
	sum := polymod(human, append(append([]byte{}, groups...), make([]byte, checksumSize)...)) ^ bech32mFinal
	var b strings.Builder
	b.WriteString(human + "1")
	for _, g := range groups {
		b.WriteByte(charset[g])
	}
	for i := range checksumSize {
		b.WriteByte(charset[sum>>(5*(checksumSize-1-i))&31])
	}
	return b.String()
}

// readGroups is the inverse of spellGroups.
func readGroups(text string) (human string, groups []byte, err error) {
	if len(text) > maxSpelling && len(text) != longSpelling {
		return "", nil, fmt.Errorf("it has %d characters, more than any key", len(text))
	}
	for i := range len(text) {
		switch c := text[i]; {
		case c < 33 || c > 126:
			return "", nil, fmt.Errorf("character %d of it is in no key", i+1)
		case 'A' <= c && c <= 'Z':
			return "", nil, fmt.Errorf("keys are written in small letters, character %d of it is a capital", i+1)
		}
	}
	at := strings.LastIndexByte(text, '1')
	if at < 1 || len(text)-at-1 < checksumSize {
		return "", nil, fmt.Errorf("it does not begin as a key does, with letters and the digit 1, or is cut short")
	}
	human = text[:at]
	for i := at + 1; i < len(text); i++ {
		g := strings.IndexByte(charset, text[i])
		if g < 0 {
			return "", nil, fmt.Errorf("no key has %q in it, which is its character %d", text[i], i+1)
		}
		groups = append(groups, byte(g))
	}
	if polymod(human, groups) != bech32mFinal {
		return "", nil, fmt.Errorf("its checksum is wrong: a character is another, missing or misplaced")
	}
	return human, groups[:len(groups)-checksumSize], nil
}

// spell writes bytes under a human part.
func spell(human string, raw []byte) string {
	var groups []byte
	bits, n := uint32(0), 0
	for _, b := range raw {
		bits, n = bits<<8|uint32(b), n+8
		for n >= 5 {
			n -= 5
			groups = append(groups, byte(bits>>n&31))
		}
	}
	if n > 0 {
		groups = append(groups, byte(bits<<(5-n)&31))
	}
	return spellGroups(human, groups)
}

// readSpelling is the inverse of spell, for one of some sizes in bytes. whose says what keys of that
// human part are. Its errors wrap ErrKey.
func readSpelling(text, human, whose string, sizes ...int) ([]byte, error) {
	refuse := func(format string, args ...any) ([]byte, error) {
		return nil, fmt.Errorf("%w of %s: %s", ErrKey, whose, fmt.Sprintf(format, args...))
	}
	if isHex(text) {
		return refuse("it is in hexadecimal, as keys were written before; give it as programs print it now, beginning with %s1", human)
	}
	if !strings.HasPrefix(text, human+"1") && !strings.HasPrefix(strings.ToLower(text), human+"1") {
		switch {
		case strings.HasPrefix(text, memberPart+"1"):
			return refuse("it is that of a member; one of %s begins with %s1", whose, human)
		case strings.HasPrefix(text, validatorPart+"1"):
			return refuse("it is that of a validator; one of %s begins with %s1", whose, human)
		}
		return refuse("it does not begin with %s1", human)
	}
	_, groups, err := readGroups(text)
	if err != nil {
		return refuse("%v", err)
	}
	var raw []byte
	bits, n := uint32(0), 0
	for _, g := range groups {
		bits, n = bits<<5|uint32(g), n+5
		if n >= 8 {
			n -= 8
			raw = append(raw, byte(bits>>n))
		}
	}
	if n >= 5 || bits&(1<<n-1) != 0 || !slices.Contains(sizes, len(raw)) {
		return refuse("it has not the %d bytes of one", sizes[0])
	}
	return raw, nil
}

// isHex says whether a text is a key in the older spelling, with or without its
// algorithm.
func isHex(text string) bool {
	return (len(text) == 64 || len(text) == 66) && strings.Trim(strings.ToLower(text), "0123456789abcdef") == ""
}
