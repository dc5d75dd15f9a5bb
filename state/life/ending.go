package life

import "fmt"

// RefusedDays is for how many days after a refusal all members can still admit the member
// without another application. Bound of the machine: who applied years ago is not made a
// member.
const RefusedDays = 366

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

// Readmissible says whether all members can admit the member on a day, since 1970 UTC, although
// it was refused: it has not applied anew, and has the key with which it did.
func (r Record) Readmissible(day uint64) bool {
	last := r.History[len(r.History)-1]
	return r.Ended() == Refused && day <= last.From()+RefusedDays && len(r.Key) > 0 && r.Revoked == 0
}
