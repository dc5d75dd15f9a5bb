package load

import (
	"fmt"
	"strconv"
	"strings"
)

// A Kind is a kind of transaction that a run sends.
type Kind uint8

const (
	// Casts are members' answers to a motion, each member's again and again: a
	// later one replaces an earlier one.
	Casts Kind = iota
	// Figures are records by the treasurer, each of what figuresEach members did in
	// a period.
	Figures
	// Admissions are applications for membership that the secretary enters, each
	// with the proof that its key is held. The decision on each is not part of it.
	Admissions
	// Pairs are a key and its value, unsigned, for the engine's example.
	Pairs
)

var kindNames = [...]string{Casts: "casts", Figures: "figures", Admissions: "admissions", Pairs: "pairs"}

func (k Kind) String() string { return kindNames[k] }

// MarshalText is the name of the kind.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads the name of a kind.
func (k *Kind) UnmarshalText(text []byte) error {
	for i, name := range kindNames {
		if name == string(text) {
			*k = Kind(i)
			return nil
		}
	}
	return fmt.Errorf("%q is no kind of transaction", text)
}

// A Mix is what a run of the ledger sends, in per cent. The parts sum to 100.
type Mix struct {
	Casts      int `json:"casts"`
	Figures    int `json:"figures"`
	Admissions int `json:"admissions"`
}

// part is the part of a kind.
func (m *Mix) part(k Kind) *int {
	return [...]*int{Casts: &m.Casts, Figures: &m.Figures, Admissions: &m.Admissions}[k]
}

// ParseMix reads a mix as casts=90,figures=5,admissions=5. Kinds that are not named
// have no part.
func ParseMix(text string) (Mix, error) {
	var m Mix
	named := map[Kind]bool{}
	for field := range strings.SplitSeq(text, ",") {
		name, number, ok := strings.Cut(strings.TrimSpace(field), "=")
		if !ok {
			return Mix{}, fmt.Errorf("%q in the mix is not KIND=PERCENT", field)
		}
		var k Kind
		if err := k.UnmarshalText([]byte(name)); err != nil || k > Admissions {
			return Mix{}, fmt.Errorf("%q in the mix is no kind: there are casts, figures and admissions", name)
		}
		if named[k] {
			return Mix{}, fmt.Errorf("the mix has %s twice", k)
		}
		named[k] = true
		n, err := strconv.Atoi(number)
		if err != nil {
			return Mix{}, fmt.Errorf("%q in the mix is no whole number of per cent", number)
		}
		*m.part(k) = n
	}
	return m, m.check()
}

// check refuses parts out of range. The zero value is fine.
func (m Mix) check() error {
	if m == (Mix{}) {
		return nil
	}
	sum := 0
	for k := Casts; k <= Admissions; k++ {
		n := *m.part(k)
		if n < 0 || n > 100 {
			return fmt.Errorf("%d per cent of %s cannot be sent: use 0 to 100", n, k)
		}
		sum += n
	}
	if sum != 100 {
		return fmt.Errorf("the parts of the mix sum to %d, not 100", sum)
	}
	return nil
}

func (m Mix) String() string {
	var parts []string
	for k := Casts; k <= Admissions; k++ {
		if n := *m.part(k); n > 0 {
			parts = append(parts, fmt.Sprintf("%s %d%%", k, n))
		}
	}
	return strings.Join(parts, ", ")
}

// kinds are the kinds of n transactions in the order of sending. Of any hundred in a
// row each kind has its part, as evenly spread as whole transactions can be.
func (m Mix) kinds(n int) []Kind {
	out := make([]Kind, n)
	var credit [Admissions + 1]int
	for i := range out {
		next := Casts
		for k := range credit {
			credit[k] += *m.part(Kind(k))
			if credit[k] > credit[next] {
				next = Kind(k)
			}
		}
		credit[next] -= 100
		out[i] = next
	}
	return out
}
