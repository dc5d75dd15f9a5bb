package count

import (
	"errors"
	"fmt"
)

// A Fraction is an exact share of a whole. Num is at most Den, Den at least 1.
type Fraction struct {
	Num uint64 `cbor:"1,keyasint,omitempty" json:"num"`
	Den uint64 `cbor:"2,keyasint,omitempty" json:"den"`
}

// Valid says whether f is a fraction of one.
func (f Fraction) Valid() bool { return f.Den > 0 && f.Num <= f.Den }

func (f Fraction) String() string { return fmt.Sprintf("%d/%d", f.Num, f.Den) }

// A Base says of what a threshold is a share.
type Base uint8

// Bases. Numbers are append-only: charters store them.
const (
	BaseCast    Base = 1 // of yes and no: abstentions leave the share alone
	BasePresent Base = 2 // of all papers, abstained, blank and spoiled counted
	BaseMembers Base = 3 // of the whole electorate, whether or not it cast
)

var baseNames = [...]string{BaseCast: "votes cast", BasePresent: "those present", BaseMembers: "all members"}

func (b Base) String() string {
	if b < BaseCast || b > BaseMembers {
		return fmt.Sprintf("base %d", uint8(b))
	}
	return baseNames[b]
}

// A MajorityRule says when a yes/no question is carried.
type MajorityRule struct {
	Quorum    Fraction `cbor:"1,keyasint,omitempty" json:"quorum"`     // of the electorate, that must take part
	QuorumMin uint64   `cbor:"2,keyasint,omitempty" json:"quorum_min"` // papers, whatever the electorate
	Threshold Fraction `cbor:"3,keyasint,omitempty" json:"threshold"`  // of Base, in favour
	Base      Base     `cbor:"4,keyasint,omitempty" json:"base"`
	Strict    bool     `cbor:"5,keyasint,omitempty" json:"strict"` // more than Threshold, not just as much
}

// ErrRule is returned for a rule that no count can follow.
var ErrRule = errors.New("majority rule is not valid")

// Valid returns ErrRule with the reason unless both fractions are shares of one
// and the base is known. A strict threshold of one could never be passed.
func (r MajorityRule) Valid() error {
	switch {
	case !r.Quorum.Valid():
		return fmt.Errorf("%w: quorum %v is no share of one", ErrRule, r.Quorum)
	case !r.Threshold.Valid():
		return fmt.Errorf("%w: threshold %v is no share of one", ErrRule, r.Threshold)
	case r.Base < BaseCast || r.Base > BaseMembers:
		return fmt.Errorf("%w: unknown %v", ErrRule, r.Base)
	case r.Strict && r.Threshold.Num == r.Threshold.Den:
		return fmt.Errorf("%w: more than all can never be in favour", ErrRule)
	}
	return nil
}

// A Tally is what came out of the box. Abstained, blank and spoiled papers take
// part, so they count for the quorum; they are kept apart because they are four
// different things to the people who cast them.
type Tally struct {
	Electorate uint64 `cbor:"1,keyasint,omitempty" json:"electorate"`
	Yes        uint64 `cbor:"2,keyasint,omitempty" json:"yes"`
	No         uint64 `cbor:"3,keyasint,omitempty" json:"no"`
	Abstained  uint64 `cbor:"4,keyasint,omitempty" json:"abstained"`
	Blank      uint64 `cbor:"5,keyasint,omitempty" json:"blank"`
	Spoiled    uint64 `cbor:"6,keyasint,omitempty" json:"spoiled"`
}

// ErrTally is returned for more papers than electors.
var ErrTally = errors.New("more papers than electors")

// Papers is how many took part. It returns ErrTally if that is more than the
// electorate, which also rules out overflow.
func (t Tally) Papers() (uint64, error) {
	var n uint64
	for _, part := range [...]uint64{t.Yes, t.No, t.Abstained, t.Blank, t.Spoiled} {
		if part > t.Electorate-n {
			return 0, fmt.Errorf("%w: of %d", ErrTally, t.Electorate)
		}
		n += part
	}
	return n, nil
}

// BaseOf is the number of which a share is taken, of a tally with so many papers.
func (t Tally) BaseOf(b Base, papers uint64) uint64 {
	switch b {
	case BasePresent:
		return papers
	case BaseMembers:
		return t.Electorate
	}
	return t.Yes + t.No
}

// An Outcome is what a count decides.
type Outcome uint8

// Outcomes. Numbers are append-only: motions store them.
const (
	Carried   Outcome = 1
	Lost      Outcome = 2
	Inquorate Outcome = 3 // too few took part for either
	// Unconfirmed is carried, and not confirmed by the motions that had to confirm it.
	Unconfirmed Outcome = 4
)

func (o Outcome) String() string {
	switch o {
	case Carried:
		return "carried"
	case Lost:
		return "lost"
	case Inquorate:
		return "inquorate"
	case Unconfirmed:
		return "carried but not confirmed"
	}
	return fmt.Sprintf("outcome %d", uint8(o))
}

// Decide counts a closed question. A threshold of nothing (no yes and no no)
// is lost: nobody was in favour.
//
// It returns ErrRule or ErrTally, with the reason, for input it cannot count.
//
// Source: the common rule of meetings: quorum of the entitled, then a share of
// the base; docs/rules.md, "Majorities".
func (r MajorityRule) Decide(t Tally) (Outcome, error) {
	if err := r.Valid(); err != nil {
		return 0, err
	}
	papers, err := t.Papers()
	if err != nil {
		return 0, err
	}
	if papers < r.QuorumMin || !AtLeast(papers, r.Quorum, t.Electorate) {
		return Inquorate, nil
	}
	base := t.BaseOf(r.Base, papers)
	passes := AtLeast(t.Yes, r.Threshold, base)
	if r.Strict {
		passes = !AtLeast(base-t.Yes, Fraction{r.Threshold.Den - r.Threshold.Num, r.Threshold.Den}, base)
	}
	if t.Yes == 0 || !passes {
		return Lost, nil
	}
	return Carried, nil
}

// Decided says whether the outcome can no longer change, whatever those who
// have not taken part do and however those who have change their minds to
// abstain or not: it holds only if the question is carried even when every
// remaining elector says no, or lost even when every one says yes. Papers
// already cast are taken as final; a caller that lets members change their
// minds must close the question when it acts on the answer.
func (r MajorityRule) Decided(t Tally) (Outcome, bool, error) {
	papers, err := t.Papers()
	if err != nil {
		return 0, false, err
	}
	rest := t.Electorate - papers
	against, favour := t, t
	against.No += rest
	favour.Yes += rest
	worst, err := r.Decide(against)
	if err != nil {
		return 0, false, err
	}
	best, err := r.Decide(favour)
	if err != nil {
		return 0, false, err
	}
	now, err := r.Decide(t)
	if err != nil {
		return 0, false, err
	}
	return now, now == worst && now == best, nil
}

// MarshalText writes a base by the name that String gives it.
func (b Base) MarshalText() ([]byte, error) { return []byte(b.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (b *Base) UnmarshalText(text []byte) error {
	for known := BaseCast; known <= BaseMembers; known++ {
		if known.String() == string(text) {
			*b = known
			return nil
		}
	}
	return fmt.Errorf("%w: base %q is none of %q", ErrRule, text, baseNames[1:])
}
