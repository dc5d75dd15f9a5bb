package count

import "fmt"

// A VetoRule says when objections stop what takes effect without them. An objection is
// a paper that says no; one that says yes or abstains does not object.
type VetoRule struct {
	Share  Fraction `cbor:"1,keyasint,omitempty" json:"share"`  // of the electorate, that has to object
	Strict bool     `cbor:"2,keyasint,omitempty" json:"strict"` // more than Share, not just as much
}

// Valid returns ErrRule with the reason unless some number of objections stops a motion
// and no objection does not.
func (r VetoRule) Valid() error {
	switch {
	case !r.Share.Valid():
		return fmt.Errorf("%w: a veto by %v, which is no share of one", ErrRule, r.Share)
	case r.Strict && r.Share.Num == r.Share.Den:
		return fmt.Errorf("%w: more than all can never object", ErrRule)
	}
	return nil
}

// Decide counts objections: Lost if they are enough, otherwise Carried, also if nobody
// took part. At least one is needed.
//
// It returns ErrRule or ErrTally, with the reason, for input it cannot count.
//
// Source: the veto of owners in Loconomics' by-laws, and decisions without objection;
// docs/rules.md, "Veto".
func (r VetoRule) Decide(t Tally) (Outcome, error) {
	if err := r.Valid(); err != nil {
		return 0, err
	}
	if _, err := t.Papers(); err != nil {
		return 0, err
	}
	if t.No > 0 && r.stops(t.No, t.Electorate) {
		return Lost, nil
	}
	return Carried, nil
}

// stops says whether so many of an electorate are enough.
func (r VetoRule) stops(no, of uint64) bool {
	if r.Strict {
		return !AtLeast(of-no, Fraction{r.Share.Den - r.Share.Num, r.Share.Den}, of)
	}
	return AtLeast(no, r.Share, of)
}

// Decided says whether those who have not taken part can no longer change the outcome.
// Papers already cast are taken as final.
func (r VetoRule) Decided(t Tally) (Outcome, bool, error) {
	papers, err := t.Papers()
	if err != nil {
		return 0, false, err
	}
	all := t
	all.No += t.Electorate - papers
	worst, err := r.Decide(all)
	if err != nil {
		return 0, false, err
	}
	now, err := r.Decide(t)
	return now, now == worst || now == Lost, err
}
