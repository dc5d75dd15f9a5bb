package main

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/rochdale-ledger/rochdale/app"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/tx"
)

// A stamp is a moment in seconds since 1970 UTC; zero is none. People read
// "2026-01-15 09:30 UTC", programs "2026-01-15T09:30:00Z".
type stamp int64

func (t stamp) String() string {
	if t == 0 {
		return ""
	}
	moment := time.Unix(int64(t), 0).UTC()
	if moment.Second() == 0 {
		return moment.Format("2006-01-02 15:04 UTC")
	}
	return moment.Format("2006-01-02 15:04:05 UTC")
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

// inMinutes says a number of minutes as people do: 20160 is "14 days".
func inMinutes(n uint32) string {
	for _, unit := range []struct {
		minutes uint32
		name    string
	}{{24 * 60, "day"}, {60, "hour"}} {
		if n > 0 && n%unit.minutes == 0 {
			return plural(uint64(n/unit.minutes), unit.name)
		}
	}
	return plural(uint64(n), "minute")
}

// plural is "1 member", "1,650 members".
func plural(n uint64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return formatCount(int64(n)) + " " + noun + "s"
}

// agree is the form of a verb or noun that goes with a number of things.
func agree(n uint64, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// list is "a", "a or b", "a, b or c".
func list(words []string, join string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " " + join + " " + words[last]
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

// parseKey reads a member's public key: the 64 digits that key show prints, or
// the 66 of the register, which say the algorithm first.
func parseKey(text string) (tx.PublicKey, error) {
	const ed25519 = "01"
	if len(text) == 64 {
		text = ed25519 + text
	}
	key, err := tx.ParsePublicKey(strings.ToLower(text))
	if err != nil {
		return nil, withHint(fault("%q: %w", text, err), "give the public key that this prints: rochdale key show")
	}
	return key, nil
}

// keyText is a public key as key show prints it.
func keyText(k tx.PublicKey) string {
	if k.Valid() == nil {
		return hex.EncodeToString(k[1:])
	}
	return k.String()
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

// kindName is an action's name in code, which charters use: "member.Admit".
func kindName(n tx.Kind) string {
	for _, k := range app.Kinds {
		if k.Number == n {
			return k.Name
		}
	}
	return fmt.Sprintf("action %04x", uint16(n))
}

// decodeAction reads an action's payload by the list of kinds.
func decodeAction(n tx.Kind, payload []byte) (state.Action, error) {
	for _, k := range app.Kinds {
		if k.Number == n {
			return k.Decode(payload)
		}
	}
	return nil, state.ErrKind.With("%04x", uint16(n))
}

// fractionWords says a share of one as people do.
func fractionWords(f count.Fraction) string {
	switch {
	case f.Num == f.Den:
		return "all"
	case f.Num*2 == f.Den:
		return "half"
	case f.Num*3 == f.Den*2:
		return "two thirds"
	case f.Num*4 == f.Den*3:
		return "three quarters"
	case 100%f.Den == 0:
		return fmt.Sprintf("%d%%", f.Num*(100/f.Den))
	}
	return fmt.Sprintf("%d in %d", f.Num, f.Den)
}

// rateWords says a rate: 1/5 is "20%".
func rateWords(r money.Rate) string {
	if r.Den > 0 && (r.Num*10000)%r.Den == 0 {
		hundredths := r.Num * 10000 / r.Den
		text := fmt.Sprintf("%d.%02d", hundredths/100, hundredths%100)
		return strings.TrimRight(strings.TrimRight(text, "0"), ".") + "%"
	}
	return fmt.Sprintf("%d in %d", r.Num, r.Den)
}
