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

// An Untied says that a block, sound in itself, cannot be tied to the validators that
// the reader trusts: they may have been replaced since, or it is of strangers. What
// the reader knows does not decide which.
type Untied struct {
	Why string
}

func (u *Untied) Error() string {
	return "it cannot be tied to the validators that you trust: " + u.Why
}

func untied(format string, args ...any) error {
	return &Untied{fmt.Sprintf(format, args...)}
}
