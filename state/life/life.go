// Package life is the life of one membership: a record with its dated history, and what it
// says of any day, such as who had a vote. It reads and writes nothing; package member, the
// register, keeps the records, and names these types as its own.
//
// Rule: docs/rules.md, "The life of a membership".
package life

import "fmt"

// A Standing is a member's status in the co-op. Numbers are append-only.
type Standing uint8

// Standings.
const (
	Candidate Standing = 1 // has applied
	Active    Standing = 2
	Suspended Standing = 3 // on the register, without offices, and after a time without a vote
	Left      Standing = 4
)

var standingNames = [...]string{"", "candidate", "active", "suspended", "left"}

func (s Standing) String() string {
	if s < Candidate || s > Left {
		return fmt.Sprintf("standing %d", uint8(s))
	}
	return standingNames[s]
}

// Is says it of a member: "is active", "has left".
func (s Standing) Is() string {
	switch s {
	case Candidate:
		return "is a candidate"
	case Left:
		return "has left"
	}
	return "is " + s.String()
}

// MarshalText writes the standing's name.
func (s Standing) MarshalText() ([]byte, error) { return []byte(s.String()), nil }
