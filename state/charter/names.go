package charter

import "fmt"

// Enumerations are numbers on the ledger and names in a charter people read.

func (o Office) MarshalText() ([]byte, error) { return []byte(o.String()), nil }
func (o *Office) UnmarshalText(b []byte) (err error) {
	*o, err = ParseOffice(string(b))
	return err
}

var sortNames = []string{"", "all members", "one class", "office holders"}

func (s ElectorateSort) String() string               { return nameOf(sortNames, int(s)) }
func (s ElectorateSort) MarshalText() ([]byte, error) { return []byte(s.String()), nil }
func (s *ElectorateSort) UnmarshalText(b []byte) error {
	n, err := numberOf(sortNames, string(b))
	*s = ElectorateSort(n)
	return err
}

var closingNames = []string{"", "at deadline", "when decided", "on declaring"}

func (k Closing) String() string               { return nameOf(closingNames, int(k)) }
func (k Closing) MarshalText() ([]byte, error) { return []byte(k.String()), nil }
func (k *Closing) UnmarshalText(b []byte) error {
	n, err := numberOf(closingNames, string(b))
	*k = Closing(n)
	return err
}

func nameOf(names []string, n int) string {
	if n < 1 || n >= len(names) {
		return fmt.Sprintf("unknown (%d)", n)
	}
	return names[n]
}

func numberOf(names []string, name string) (int, error) {
	for n, known := range names[1:] {
		if known == name {
			return n + 1, nil
		}
	}
	return 0, fmt.Errorf("%q is none of %q", name, names[1:])
}
