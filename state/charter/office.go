package charter

import (
	"bytes"
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/words"
	"github.com/rochdale-ledger/rochdale/tx"
)

// Offices that charters name themselves, such as "board member" or "trustee", have numbers
// from FirstNamed to LastNamed.
const (
	FirstNamed Office = 16
	LastNamed  Office = 31
)

// numberedOffice is what a named office is called where its charter is not at hand.
const numberedOffice = "office "

// Possible says whether there can be such an office: a built-in one, or one that a charter
// names.
func (o Office) Possible() bool { return o.Known() || o >= FirstNamed && o <= LastNamed }

// An OfficeRule is what a charter says of an office, or of a board: a named office with
// several seats. In all three forms of a charter it is the same. Days are whole days UTC.
type OfficeRule struct {
	Office Office `cbor:"1,keyasint,omitempty" json:"office"`
	Name   string `cbor:"2,keyasint,omitempty" json:"name,omitempty"`              // of a named office, and of no other
	Seats  uint8  `cbor:"3,keyasint,omitempty" json:"seats,omitempty"`             // how many hold it at most; as many as can if zero
	Term   uint32 `cbor:"4,keyasint,omitempty" json:"term_days,omitempty"`         // longest for which one is elected; for good if zero
	Terms  uint8  `cbor:"5,keyasint,omitempty" json:"consecutive_terms,omitempty"` // one after the other, at most; no bound if zero
	Thirds bool   `cbor:"6,keyasint,omitempty" json:"thirds_retire,omitempty"`     // a third retires at a time
	// Classes bound how many holders are of a class of members; of one that is not named
	// any number can be.
	Classes []ClassSeats `cbor:"7,keyasint,omitempty" json:"classes,omitempty"`
	// Early is how many days before its term is over a holder can be elected again, Break after
	// how many days out of office terms are counted anew, and Apart how many days there are
	// between two times that a third retires: EarlyDays, BreakDays and ApartDays say what holds.
	Early uint32 `cbor:"8,keyasint,omitempty" json:"elected_early_days,omitempty"`
	Break uint32 `cbor:"9,keyasint,omitempty" json:"break_days,omitempty"`
	Apart uint32 `cbor:"10,keyasint,omitempty" json:"thirds_apart_days,omitempty"`
}

// EarlyDays is how many days before its term is over the holder of the office can be elected
// again: 92 where the charter says nothing.
func (r OfficeRule) EarlyDays() uint64 { return or(r.Early, 92) }

// BreakDays is after how many days out of office terms are counted anew: 300 where the
// charter says nothing.
func (r OfficeRule) BreakDays() uint64 { return or(r.Break, 300) }

// ApartDays is how many days there are between two times that a third retires: 300 where the
// charter says nothing.
func (r OfficeRule) ApartDays() uint64 { return or(r.Apart, 300) }

// ClassSeats are how many holders of an office are of a class, at most.
type ClassSeats struct {
	Class Class `cbor:"1,keyasint,omitempty" json:"class"`
	Most  uint8 `cbor:"2,keyasint,omitempty" json:"most"`
}

// Room says whether an office of which the charter says how many seats it has, has one left
// for a member of a class, beside holders of these classes.
func (r OfficeRule) Room(holders []Class, of Class) bool {
	if len(holders) >= int(r.Seats) {
		return false
	}
	for _, b := range r.Classes {
		n := 0
		for _, class := range holders {
			if class == b.Class {
				n++
			}
		}
		if b.Class == of && n >= int(b.Most) {
			return false
		}
	}
	return true
}

// Hard bounds of an OfficeRule.
const (
	MaxOfficeRules = 24
	MaxSeats       = 32
	MaxTerm        = 3660 // days
	MaxTerms       = 16
	MaxEarly       = 366  // days
	MinBreak       = 90   // days: a shorter one would make a bound of terms in a row void
	MaxBreak       = 3660 // days
	MinApart       = 180  // days: more often, thirds would be a way to empty a board
	MaxApart       = 1098 // days
)

// Same says whether two charters say the same on memberships and offices.
func (m Membership) Same(other Membership) bool { return bytes.Equal(tx.Encode(m), tx.Encode(other)) }

// Rule is what the charter says of an office, and whether it says anything.
func (m Membership) Rule(o Office) (OfficeRule, bool) {
	for _, r := range m.Offices {
		if r.Office == o {
			return r, true
		}
	}
	return OfficeRule{Office: o}, false
}

// Office names an office: "secretary", or what the charter calls it.
func (p Policy) Office(o Office) string {
	if r, ok := p.Membership.Rule(o); ok && r.Name != "" {
		return words.Plain(r.Name)
	}
	return o.String()
}

// OfficeName is Policy.Office of r's co-op.
func OfficeName(r state.Reader, o Office) string {
	if o.Known() {
		return o.String() // reads nothing: receipts hold what is read
	}
	p, err := PolicyOf(r)
	if err != nil {
		return o.String()
	}
	return p.Office(o)
}

// BuiltIn are the offices that every co-op has, by number.
func BuiltIn() (out []Office) {
	for o := Secretary; o.Known(); o++ {
		out = append(out, o)
	}
	return out
}

// OfficesOf are the offices that r's co-op has, by number: those built in and those that
// its charter names.
func OfficesOf(r state.Reader) ([]Office, error) {
	p, err := policies.Peek(r, 0)
	out := BuiltIn()
	if err != nil || p == nil {
		return out, err
	}
	for _, rule := range p.Membership.Offices {
		if rule.Office >= FirstNamed {
			out = append(out, rule.Office)
		}
	}
	return out, nil
}

// validOffices refuses rules of offices that there cannot be, or out of range.
func (m Membership) validOffices() error {
	if len(m.Offices) > MaxOfficeRules {
		return ErrBounds.With("rules of %d offices", len(m.Offices))
	}
	names := map[string]bool{}
	for i, r := range m.Offices {
		if !r.Office.Possible() || i > 0 && r.Office <= m.Offices[i-1].Office {
			return ErrBounds.With("a rule of %v: offices are 1 to %d and %d to %d, in ascending order", r.Office, Delegate, FirstNamed, LastNamed)
		}
		_, err := ParseOffice(r.Name)
		if named := r.Office >= FirstNamed; named != (r.Name != "") || named && (err == nil || len(r.Name) > MaxName || !words.IsPlain(r.Name) || names[words.Fold(r.Name)]) {
			return ErrBounds.With("%v is called %s: an office from %d on has a name of its own, of at most %d bytes", r.Office, words.Quote(r.Name), FirstNamed, MaxName)
		}
		names[words.Fold(r.Name)] = true
		if r.Seats > MaxSeats || r.Term > MaxTerm || r.Terms > MaxTerms || r.Terms > 0 && r.Term == 0 {
			return ErrBounds.With("%v: %d seats, terms of %d days, %d of them", r.Office, r.Seats, r.Term, r.Terms)
		}
		if err := r.validTimes(); err != nil {
			return err
		}
		for j, c := range r.Classes {
			if c.Class == 0 || c.Class > MaxClasses || j > 0 && c.Class <= r.Classes[j-1].Class {
				return ErrBounds.With("%v: seats of class %d", r.Office, c.Class)
			}
		}
	}
	return nil
}

// validTimes refuses times of an office that are out of range.
func (r OfficeRule) validTimes() error {
	switch {
	case r.Early > MaxEarly:
		return ErrBounds.With("%v: elected again %d days early, at most %d can be", r.Office, r.Early, MaxEarly)
	case r.Break != 0 && (r.Terms == 0 || r.Break < MinBreak || r.Break > MaxBreak):
		return ErrBounds.With("%v: a break of %d days after %d terms in a row, from %d to %d can be after a bound of terms", r.Office, r.Break, r.Terms, MinBreak, MaxBreak)
	case r.Apart != 0 && (!r.Thirds || r.Apart < MinApart || r.Apart > MaxApart):
		return ErrBounds.With("%v: %d days between thirds that retire, from %d to %d can be where a third retires at a time", r.Office, r.Apart, MinApart, MaxApart)
	}
	return nil
}

// officeFacts are the rules of offices, in full.
func (p Policy) officeFacts() (out []state.Clause) {
	for _, r := range p.Membership.Offices {
		var parts []string
		add := func(format string, args ...any) { parts = append(parts, fmt.Sprintf(format, args...)) }
		if r.Seats > 0 {
			add("%s", words.Plural(uint64(r.Seats), "seat"))
		}
		if r.Term > 0 {
			add("terms of %s at most", words.Plural(uint64(r.Term), "day"))
		}
		if r.Terms > 0 {
			add("%d in a row at most, and anew after %s", r.Terms, words.Plural(r.BreakDays(), "day"))
		}
		if r.Thirds {
			add("a third retires at a time, once in %s", words.Plural(r.ApartDays(), "day"))
		}
		if r.Early > 0 {
			add("elected again %s early at most", words.Plural(r.EarlyDays(), "day"))
		}
		for _, c := range r.Classes {
			add("at most %d of %s", c.Most, p.Class(c.Class))
		}
		if len(parts) == 0 {
			add("no bounds")
		}
		what := "office of " + p.Office(r.Office)
		if r.Office >= FirstNamed {
			what = fmt.Sprintf("office %d, %s", r.Office, p.Office(r.Office))
		}
		out = append(out, state.Fact(what, "%s", words.List(parts, "and")))
	}
	return out
}
