package charter

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/rochdale-ledger/rochdale/state/words"
	"github.com/rochdale-ledger/rochdale/tx"
)

// A Level says how strongly a clause of a charter is protected: which kinds of motion
// change it. Numbers are append-only.
//
// Every clause has a level that is built in, the least that it can have. A charter raises
// it (Policy.Levels), and lowers it to that again; either takes a motion of the higher of
// the two. What further consent a level takes, such as a second meeting or that of each
// class, its kinds of motion say.
type Level uint8

// Levels, each above the one before: a kind of motion that changes clauses of one changes
// those of all below.
const (
	LevelOrdinary   Level = 1 // any kind of motion that amends the charter changes it
	LevelSpecial    Level = 2 // Policy.Special
	LevelEntrenched Level = 3 // Policy.Entrenched
	LevelPrinciple  Level = 4 // Policy.Principle; the entrenched one where it names none
)

var levelNames = Names{"", "ordinary", "special", "entrenched", "principle"}

func (l Level) String() string { return levelNames.Of(int(l)) }

// MarshalText writes the level's name.
func (l Level) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// UnmarshalText reads the level's name.
func (l *Level) UnmarshalText(b []byte) error {
	n, err := levelNames.Number(string(b))
	*l = Level(n)
	return err
}

// A Figure is one of a charter's figures, by the number of its field in PolicyEntry.
type Figure uint8

// Figures that this package knows.
const (
	FigureCurrency   Figure = 1
	FigureDigits     Figure = 2
	FigureAllowance  Figure = 3
	FigureClasses    Figure = 4
	FigureEntrenched Figure = 5
	FigureWaiting    Figure = 6
	FigureAlone      Figure = 7
	FigureOverdrafts Figure = 8
	FigureSpecial    Figure = 9
	FigurePrinciple  Figure = 10
	FigureMembership Figure = 12
)

var figureNames = Names{"", "currency", "digits", "allowance", "classes", "entrenched", "waiting", "alone", "overdrafts", "special", "principle", "levels", "membership"}

// numberedFigure is what a figure is called that has no name here.
const numberedFigure = "figure "

func (f Figure) String() string {
	if f < 1 || int(f) >= len(figureNames) {
		return fmt.Sprint(numberedFigure, uint8(f))
	}
	return figureNames[f]
}

// MarshalText writes the figure's name.
func (f Figure) MarshalText() ([]byte, error) { return []byte(f.String()), nil }

// UnmarshalText reads the figure's name.
func (f *Figure) UnmarshalText(b []byte) error {
	if rest, ok := strings.CutPrefix(string(b), numberedFigure); ok {
		n, err := strconv.ParseUint(rest, 10, 8)
		*f = Figure(n)
		return err
	}
	n, err := figureNames.Number(string(b))
	*f = Figure(n)
	return err
}

// A ClauseLevel raises the level of one clause: who may take an action, a kind of motion,
// a figure or a text. In all three forms of a charter it is the same numbers.
type ClauseLevel struct {
	Grant  tx.Kind      `cbor:"1,keyasint,omitempty" json:"grant,omitempty"`
	Motion MotionKindID `cbor:"2,keyasint,omitempty" json:"motion,omitempty"`
	Figure Figure       `cbor:"3,keyasint,omitempty" json:"figure,omitempty"`
	Text   string       `cbor:"4,keyasint,omitempty" json:"text,omitempty"`
	Level  Level        `cbor:"5,keyasint,omitempty" json:"level"`
}

// Clause is what the level is of.
func (l ClauseLevel) Clause() ClauseLevel {
	l.Level = 0
	return l
}

// order puts levels in one order: grants, kinds of motion, figures, each by number, and
// texts.
func (l ClauseLevel) order() uint32 {
	switch {
	case l.Grant != 0:
		return uint32(l.Grant)
	case l.Motion != 0:
		return 1<<16 | uint32(l.Motion)
	}
	if l.Figure != 0 {
		return 2<<16 | uint32(l.Figure)
	}
	return 3 << 16 // and by name
}

// CompareLevels compares the clauses of two levels by the order in which charters have
// them.
func CompareLevels(a, b ClauseLevel) int {
	return cmp.Or(cmp.Compare(a.order(), b.order()), cmp.Compare(a.Text, b.Text))
}

// valid refuses a level that is of no clause, or of two.
func (l ClauseLevel) valid() error {
	named := 0
	for _, is := range []bool{l.Grant != 0, l.Motion != 0, l.Figure != 0, l.Text != ""} {
		if is {
			named++
		}
	}
	if named != 1 {
		return ErrBounds.With("a level of %d clauses at once", named)
	}
	if len(l.Text) > MaxName || !words.IsPlain(l.Text) {
		return ErrBounds.With("a level of a text with a name of %d bytes, or one that is not plain", len(l.Text))
	}
	if l.Level <= LevelOrdinary || l.Level > LevelPrinciple {
		return ErrBounds.With("a clause is raised to %v", l.Level)
	}
	return nil
}

// ActionName names an action, also one of a room that kindName does not know.
func ActionName(kind tx.Kind, kindName func(tx.Kind) string) string {
	if name, ok := isEntrenched(kind); ok {
		return name
	}
	return kindName(kind)
}

// Words name the clause.
func (l ClauseLevel) Words(kindName func(tx.Kind) string) string {
	switch {
	case l.Grant != 0:
		return GrantWords(ActionName(l.Grant, kindName))
	case l.Motion != 0:
		return fmt.Sprintf("motions of kind %d", l.Motion)
	}
	if l.Text != "" {
		return "the text " + words.Quote(l.Text)
	}
	return "the figure " + l.Figure.String()
}

// LevelOf is the level of the clauses that a kind of motion changes, provided that it
// amends the charter.
func (p Policy) LevelOf(kind MotionKindID) Level {
	switch {
	case slices.Contains(p.Principle, kind), kind == p.Entrenched && len(p.Principle) == 0:
		return LevelPrinciple
	case kind == p.Entrenched:
		return LevelEntrenched
	case slices.Contains(p.Special, kind):
		return LevelSpecial
	}
	return LevelOrdinary
}

// Protecting are the kinds of motion that are within the hard bounds: the entrenched one
// first, then those of principles.
func (p Policy) Protecting() []MotionKindID {
	out := []MotionKindID{p.Entrenched}
	for _, id := range p.Principle {
		if id != p.Entrenched {
			out = append(out, id)
		}
	}
	return out
}

// KindsOf says which kinds of motion a level names.
func (p Policy) KindsOf(l Level) string {
	ids := []MotionKindID{p.Entrenched}
	if l == LevelSpecial && len(p.Special) > 0 {
		ids = p.Special
	}
	if l == LevelPrinciple && len(p.Principle) > 0 {
		ids = p.Principle
	}
	return kindWords(ids)
}

// kindWords name kinds of motion by number: "kind 2 or 5".
func kindWords(ids []MotionKindID) string {
	var list []string
	for _, id := range ids {
		list = append(list, fmt.Sprint(id))
	}
	return "kind " + words.List(list, "or")
}

// Raised is the level to which the charter raises a clause, zero if it does not.
func (p Policy) Raised(clause ClauseLevel) Level {
	for _, l := range p.Levels {
		if l.Clause() == clause {
			return l.Level
		}
	}
	return 0
}

// GrantLevel is the level of who may take actions of a kind.
func (p Policy) GrantLevel(kind tx.Kind) Level {
	least := LevelOrdinary
	if _, ok := isEntrenched(kind); ok {
		least = LevelEntrenched
	}
	return max(least, p.Raised(ClauseLevel{Grant: kind}))
}
