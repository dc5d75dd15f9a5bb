package life

import "fmt"

// An Ending is why a membership ended. Numbers are append-only.
type Ending uint8

// Endings. One that was recorded before there were any is zero: a resignation.
const (
	Resigned  Ending = 1
	Expelled  Ending = 2
	StruckOff Ending = 3 // after long silence, and notice
	Died      Ending = 4
	Refused   Ending = 5 // as a candidate, or on probation
	Dissolved Ending = 6 // of a body
)

var endingNames = [...]string{"", "resigned", "expelled", "struck off", "died", "refused", "dissolved"}

func (e Ending) String() string {
	if int(e) >= len(endingNames) {
		return fmt.Sprintf("ending %d", uint8(e))
	}
	return endingNames[e]
}

// MarshalText writes the ending's name.
func (e Ending) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// Known says whether e is one of the endings above.
func (e Ending) Known() bool { return e >= Resigned && e <= Dissolved }

// Final says whether nobody comes back after it.
func (e Ending) Final() bool { return e == Died || e == Dissolved }
