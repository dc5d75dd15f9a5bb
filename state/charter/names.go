package charter

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state/words"
)

// Enumerations are numbers on the ledger and names in a charter people read.

func (o Office) MarshalText() ([]byte, error) { return []byte(o.String()), nil }
func (o *Office) UnmarshalText(b []byte) (err error) {
	*o, err = ParseOffice(string(b))
	return err
}

var sortNames = Names{"", "all members", "one class", "office holders"}

func (s ElectorateSort) String() string               { return sortNames.Of(int(s)) }
func (s ElectorateSort) MarshalText() ([]byte, error) { return []byte(s.String()), nil }
func (s *ElectorateSort) UnmarshalText(b []byte) error {
	n, err := sortNames.Number(string(b))
	*s = ElectorateSort(n)
	return err
}

var closingNames = Names{"", "at deadline", "when decided", "on declaring", "on declaring what is decided"}

func (k Closing) String() string               { return closingNames.Of(int(k)) }
func (k Closing) MarshalText() ([]byte, error) { return []byte(k.String()), nil }
func (k *Closing) UnmarshalText(b []byte) error {
	n, err := closingNames.Number(string(b))
	*k = Closing(n)
	return err
}

// Names are the words for an enumeration, by number; the first, for zero, is
// empty, because no number on the ledger is zero.
type Names []string

// Of returns the word for n, or says that there is none.
func (names Names) Of(n int) string {
	if n < 1 || n >= len(names) {
		return fmt.Sprintf("unknown (%d)", n)
	}
	return names[n]
}

// Number returns the number of a word.
func (names Names) Number(word string) (int, error) {
	for n, known := range names[1:] {
		if known == word {
			return n + 1, nil
		}
	}
	quoted := make([]string, len(names)-1)
	for i, known := range names[1:] {
		quoted[i] = words.Quote(known)
	}
	return 0, fmt.Errorf("%s is none of %s", words.Quote(word), words.List(quoted, "and"))
}
