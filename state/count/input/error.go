package input

import "fmt"

// An Error says that what was given cannot be counted, why, and what to do about
// it.
type Error struct {
	Reason string
	Hint   string

	Drawn int // the place in the lot of what is wrong, from 1; 0 if it is not the lot
}

func (e *Error) Error() string { return "count: " + e.Reason + "; " + e.Hint }

// Errorf makes an *Error; reason is a format of args.
func Errorf(hint, reason string, args ...any) error {
	return &Error{Reason: fmt.Sprintf(reason, args...), Hint: hint}
}

// drawn is Errorf for what stands at a place of the lot, from 1.
func drawn(place int, hint, reason string, args ...any) error {
	return &Error{Reason: fmt.Sprintf(reason, args...), Hint: hint, Drawn: place}
}

// NoMethod is the *Error for a name that no method for input has; input is one
// of the kinds.
func NoMethod(name, input string) error {
	return Errorf("list the methods and choose one of them", "no method for %s is called %q", kinds[input], Short(name))
}
