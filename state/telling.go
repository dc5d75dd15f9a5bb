package state

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state/words"
	"github.com/rochdale-ledger/rochdale/tx"
)

// A Telling is the input of Describe, which says in words what an action does.
// Reader is of the co-op acted on. Describe reads single records and no range, so
// that a receipt can prove each. If a record cannot be read, Describe gives the
// number instead of the name; a caller to whom errors matter must record them in its
// Reader.
type Telling struct {
	Reader
	Kinds    []Kind            // to name other actions and to read carried ones
	CoopName func(Coop) string // the name of a co-op, "" if it is not known; may be nil
	// Result is what the action returned if it was done, else nil. The records then
	// hold what it wrote, and what they held before is in the result, if it matters.
	Result []byte
	// Was is what the action replaced, as its motion keeps it: when it was carried or,
	// if it was not, as it would have been when it was proposed. Nil if that is not known.
	Was []byte
	// Now says that the action is not proposed or taken yet: what it would replace is
	// read from the records. No receipt is made of that.
	Now bool
}

// Words are what an action does, as people read it. Text of the ledger in them is
// plain: see package words.
type Words struct {
	Phrase  string   `json:"phrase"`  // follows "to": "admit member 3"
	Clauses []Clause `json:"clauses"` // its contents in full, nothing abbreviated
}

// A Clause is one line of what an action does. Before is what it replaces; it is
// empty where nothing was before. After is empty where it takes something away.
type Clause struct {
	What   string `json:"what"`
	Before string `json:"before,omitempty"`
	After  string `json:"after,omitempty"`
}

// String is a clause on one line: "notice: 14 days → 7 days".
func (c Clause) String() string {
	switch {
	case c.After == "":
		return c.What + ": " + c.Before + " → nothing"
	case c.Before == "":
		return c.What + ": " + c.After
	case c.Before == c.After:
		return c.What + ": " + c.After + ", as before"
	}
	return c.What + ": " + c.Before + " → " + c.After
}

// Fact is a clause that replaces nothing.
func Fact(what, format string, args ...any) Clause {
	return Clause{What: what, After: fmt.Sprintf(format, args...)}
}

// NameOf names a co-op by number and, if it is known, name: "co-op 2 (Millbrook
// Housing)".
func (t Telling) NameOf(n Coop) string {
	if t.CoopName != nil {
		if name := t.CoopName(n); name != "" {
			return fmt.Sprintf("co-op %d (%s)", n, words.Plain(name))
		}
	}
	return fmt.Sprintf("co-op %d", n)
}

// KindName is a kind's name in code, which charters use: "member.Admit".
func (t Telling) KindName(n tx.Kind) string {
	for _, k := range t.Kinds {
		if k.Number == n {
			return k.Name
		}
	}
	return fmt.Sprintf("action %04x", uint16(n))
}

// Carried describes an action that is part of something else, such as a motion.
// result is what it returned if it was done, else nil.
func (t Telling) Carried(kind tx.Kind, payload, result []byte) Words {
	t.Result = result
	for _, k := range t.Kinds {
		if k.Number != kind {
			continue
		}
		if a, err := k.Read(payload); err == nil {
			return a.Describe(t)
		}
	}
	return Words{
		Phrase:  fmt.Sprintf("take an action that this program does not know (%s)", t.KindName(kind)),
		Clauses: []Clause{Fact("payload", "%x", payload)},
	}
}

// Given adds what the action gave a number to, such as a member, if it was done.
func (t Telling) Given(w Words, what string) Words {
	if n, ok := Was[uint64](t); ok {
		w.Clauses = append(w.Clauses, Fact(what, "%d", n))
	}
	return w
}

// Replaced reads what the action replaced, if its motion keeps it.
func Replaced[V any](t Telling) (v V, ok bool) {
	if t.Was == nil {
		return v, false
	}
	v, err := tx.DecodeLenient[V](t.Was)
	return v, err == nil
}

// Was reads the result of an action that was done, which holds what it replaced.
// ok is false if it was not done, or if the result says something else.
func Was[V any](t Telling) (v V, ok bool) {
	if t.Result == nil {
		return v, false
	}
	v, err := tx.DecodeLenient[V](t.Result)
	return v, err == nil
}
