package light

import "fmt"

// A Refuted says that something which was to be proved is not: which part did
// not match, and what was found.
type Refuted struct {
	Part string // "header", "commit", "validators", "record", "range" …
	Why  string
}

func (r *Refuted) Error() string { return r.Part + ": " + r.Why }

func refute(part, format string, args ...any) error {
	return &Refuted{part, fmt.Sprintf(format, args...)}
}
