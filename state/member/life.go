package member

import "github.com/rochdale-ledger/rochdale/state/life"

// What one member's record says of any day is in package life; these are its types.
type (
	Record   = life.Record
	Change   = life.Change
	Standing = life.Standing
	Ending   = life.Ending
	Sort     = life.Sort
	Turn     = life.Turn
	Spent    = life.Spent
)

// Standings.
const (
	Candidate = life.Candidate
	Active    = life.Active
	Suspended = life.Suspended
	Left      = life.Left
)

// Endings.
const (
	Resigned  = life.Resigned
	Expelled  = life.Expelled
	StruckOff = life.StruckOff
	Died      = life.Died
	Refused   = life.Refused
	Dissolved = life.Dissolved
)

// Sorts of members.
const (
	Person = life.Person
	Coop   = life.Coop
	Group  = life.Group
	Body   = life.Body
)

// Never is the day from which on an entry without a key counts, if the charter does not
// count it.
const Never = life.Never

// Sorts are the names of the sorts of members, by number.
func Sorts() []string { return life.Sorts() }
