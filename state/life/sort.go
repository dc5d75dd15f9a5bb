package life

import (
	"fmt"
	"slices"
	"strings"
)

// A Sort is what a member is: a person, or a body that acts by whoever holds its key. It is
// said when the member applies, and does not change. Numbers are append-only.
type Sort uint8

// Sorts of members.
const (
	Person Sort = 0
	Coop   Sort = 1 // a co-operative, such as a member of a consortium
	Group  Sort = 2 // of persons, without a legal personality of its own
	Body   Sort = 3 // any other body, such as a company, a municipality or a charity
)

var sortNames = [...]string{"person", "co-op", "group", "body"}

func (s Sort) String() string {
	if int(s) >= len(sortNames) {
		return fmt.Sprintf("sort %d", uint8(s))
	}
	return sortNames[s]
}

// MarshalText writes the sort's name.
func (s Sort) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads a name; none is a person.
func (s *Sort) UnmarshalText(text []byte) error {
	at := slices.Index(sortNames[:], string(text))
	if at < 0 && len(text) > 0 {
		return fmt.Errorf("%q is no sort of member: %s", text, strings.Join(sortNames[:], ", "))
	}
	*s = Sort(max(at, 0))
	return nil
}

// Known says whether s is one of the sorts above.
func (s Sort) Known() bool { return s <= Body }

// Sorts are the names of the sorts of members, by number.
func Sorts() []string { return append([]string(nil), sortNames[:]...) }

// Fits says whether a membership of such a member can end so: persons die, bodies are
// dissolved.
func (s Sort) Fits(e Ending) bool {
	return e != Died && e != Dissolved || (s == Person) == (e == Died)
}
