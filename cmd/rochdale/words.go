package main

import (
	"encoding/hex"
	"encoding/json"
	"strings"
	"time"

	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/words"
	"github.com/rochdale-ledger/rochdale/tx"
)

// A stamp is a moment in seconds since 1970 UTC; zero is none. People read
// "2026-01-15 09:30 UTC", programs "2026-01-15T09:30:00Z".
type stamp int64

func (t stamp) String() string { return words.Time(int64(t)) }

// here is the moment with that of the reader's own clock beside it, if that is another:
// "2026-02-13 09:00 UTC (Fri 13 Feb, 10:00 CET)". Where a person has to be on time, and
// a table has no room, it is this.
func (t stamp) here() string {
	at := time.Unix(int64(t), 0).In(time.Local)
	if _, offset := at.Zone(); t == 0 || offset == 0 {
		return t.String()
	}
	return t.String() + at.Format(" (Mon 2 Jan, 15:04 MST)")
}

// MarshalJSON writes RFC 3339, or null for none.
func (t stamp) MarshalJSON() ([]byte, error) {
	if t == 0 {
		return []byte("null"), nil
	}
	return json.Marshal(time.Unix(int64(t), 0).UTC().Format(time.RFC3339))
}

// hexBytes are bytes that results show in lower-case hexadecimal.
type hexBytes []byte

func (b hexBytes) String() string               { return hex.EncodeToString(b) }
func (b hexBytes) MarshalText() ([]byte, error) { return []byte(b.String()), nil }

// Figures are written as every program writes them.
var (
	plural    = words.Plural
	agree     = words.Agree
	list      = words.List
	rateWords = words.Rate
	// formatCount is a number with separators at thousands: 1,650.
	formatCount = words.Signed
)

// titled is a motion's title between quotation marks: round ones if it has straight ones.
func titled(title string) string {
	if strings.Contains(title, `"`) && !strings.ContainsAny(title, `\“”`) {
		return "“" + words.Plain(title) + "”"
	}
	return words.Quote(title)
}

// officeNames are the offices as the command line takes them: a space in a name
// may be written as a hyphen.
func officeNames() []string {
	var names []string
	for o := charter.Secretary; o.Known(); o++ {
		names = append(names, strings.ReplaceAll(o.String(), " ", "-"))
	}
	return names
}

// parseOffice reads an office's name with spaces or hyphens.
func parseOffice(text string) (charter.Office, error) {
	office, err := charter.ParseOffice(strings.ReplaceAll(strings.ToLower(text), "-", " "))
	if err == nil {
		return office, nil
	}
	err = fault("%w", err)
	if near := nearest(text, officeNames()); near != "" {
		return 0, withHint(err, "did you mean: %s", near)
	}
	return 0, withHint(err, "the offices are: %s", strings.Join(officeNames(), ", "))
}

// parseKey reads a member's public key, of a usable point.
func parseKey(text string) (tx.PublicKey, error) {
	key, err := tx.ParsePublicKey(text)
	if err == nil {
		err = key.Usable()
	}
	if err != nil {
		return nil, withHint(fault("%q: %w", text, err), "give the public key that this prints, rochdale1…: rochdale key show")
	}
	return key, nil
}

// parseValidatorKey reads the key that a node signs blocks with.
func parseValidatorKey(text string) (tx.ValidatorKey, error) {
	key, err := tx.ParseValidatorKey(text)
	if err == nil {
		err = key.Usable()
	}
	if err != nil {
		return nil, withHint(fault("%q: %w", text, err), "give the key that this prints, rochdaleval1…: rochdale node show-id")
	}
	return key, nil
}

// parseHex reads bytes, of a given number unless it is zero. what names them.
func parseHex(what, text string, size int) ([]byte, error) {
	b, err := hex.DecodeString(strings.TrimPrefix(text, "0x"))
	if err != nil {
		return nil, withHint(fault("%s %q is not hexadecimal", what, text), "copy it again, whole and without spaces")
	}
	if size > 0 && len(b) != size {
		return nil, withHint(fault("%s has %d bytes, it must have %d", what, len(b), size), "copy it again, whole: %d hexadecimal digits", 2*size)
	}
	return b, nil
}

// lasting writes a length of time in words, "36 hours"; parts of a second as Go has
// them.
func lasting(d time.Duration) string {
	if d <= 0 || d%time.Second != 0 {
		return d.String()
	}
	return words.Span(uint64(d / time.Second))
}
