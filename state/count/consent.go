package count

import (
	"fmt"
	"math/big"
)

// A ConsentRule decides by consent: a question is carried if nobody objects, or
// no more than a few, and otherwise goes to a vote that only enough opposition
// can stop.
//
// Source: CoLab Cooperative bylaws (consensus minus one; a fallback vote passes
// unless opposed by more than the greater of 2 members and 25%); docs/rules.md,
// "Consent".
type ConsentRule struct {
	Minus     uint64   `json:"minus"`      // objections that do not stop consent
	Quorum    Fraction `json:"quorum"`     // of the electorate, that must take part
	QuorumMin uint64   `json:"quorum_min"` // papers, whatever the electorate

	// The fallback vote is lost if the noes are more than both AgainstMin and
	// Against of Base. Without Fallback an objection too many is the end.
	Fallback   bool     `json:"fallback"`
	AgainstMin uint64   `json:"against_min"`
	Against    Fraction `json:"against"`
	Base       Base     `json:"base"`
}

// CoLabConsent is consensus minus one with the fallback of 2 members and 25% of
// the votes cast.
var CoLabConsent = ConsentRule{Minus: 1, Quorum: Fraction{0, 1}, Fallback: true, AgainstMin: 2, Against: Fraction{1, 4}, Base: BaseCast}

// Valid returns ErrRule with the reason for a rule that no count can follow.
func (r ConsentRule) Valid() error {
	switch {
	case !r.Quorum.Valid():
		return fmt.Errorf("%w: quorum %v is no share of one", ErrRule, r.Quorum)
	case r.Fallback && !r.Against.Valid():
		return fmt.Errorf("%w: opposition %v is no share of one", ErrRule, r.Against)
	case r.Fallback && (r.Base < BaseCast || r.Base > BaseMembers):
		return fmt.Errorf("%w: unknown %v", ErrRule, r.Base)
	}
	return nil
}

// A ConsentTally is the answers to a call for consent.
type ConsentTally struct {
	Electorate uint64 `json:"electorate"`
	Consents   uint64 `json:"consents"`
	Objections uint64 `json:"objections"`
	StandAside uint64 `json:"stand_aside"` // neither consent nor objection; they take part
}

// Tally is the same answers as those to a yes or no question.
func (t ConsentTally) Tally() Tally {
	return Tally{Electorate: t.Electorate, Yes: t.Consents, No: t.Objections, Abstained: t.StandAside}
}

// A ConsentVerdict is the outcome of a call or a fallback vote, with the reason
// in numbers.
type ConsentVerdict struct {
	Outcome Outcome `json:"outcome"`
	ToVote  bool    `json:"to_vote"` // lost by consent: the fallback vote decides
	Reason  string  `json:"reason"`
}

// Decide counts a call for consent. Nobody consenting is lost, as nobody was in
// favour. It returns ErrRule or ErrTally for input it cannot count.
func (r ConsentRule) Decide(t ConsentTally) (ConsentVerdict, error) {
	if err := r.Valid(); err != nil {
		return ConsentVerdict{}, err
	}
	papers, err := t.Tally().Papers()
	switch {
	case err != nil:
		return ConsentVerdict{}, err
	case papers < r.QuorumMin || !AtLeast(papers, r.Quorum, t.Electorate):
		return r.inquorate(papers, t.Electorate), nil
	case t.Objections > r.Minus:
		return ConsentVerdict{Lost, r.Fallback, fmt.Sprintf("%d object, and consent bears %d", t.Objections, r.Minus)}, nil
	case t.Consents == 0:
		return ConsentVerdict{Lost, false, "nobody consents"}, nil
	}
	return ConsentVerdict{Carried, false, fmt.Sprintf("%d consent; %d object, and consent bears %d", t.Consents, t.Objections, r.Minus)}, nil
}

// Vote counts the fallback vote. It returns ErrRule if the rule has none, or
// ErrTally.
func (r ConsentRule) Vote(t Tally) (ConsentVerdict, error) {
	if err := r.Valid(); err != nil {
		return ConsentVerdict{}, err
	}
	if !r.Fallback {
		return ConsentVerdict{}, fmt.Errorf("%w: it has no fallback vote", ErrRule)
	}
	papers, err := t.Papers()
	if err != nil {
		return ConsentVerdict{}, err
	}
	if papers < r.QuorumMin || !AtLeast(papers, r.Quorum, t.Electorate) {
		return r.inquorate(papers, t.Electorate), nil
	}
	base := t.BaseOf(r.Base, papers)
	limit := new(big.Int).Mul(new(big.Int).SetUint64(r.Against.Num), new(big.Int).SetUint64(base))
	against := new(big.Int).Mul(new(big.Int).SetUint64(r.Against.Den), new(big.Int).SetUint64(t.No))
	why := fmt.Sprintf("%d against; it takes more than %d and more than %s of %d (%v) to stop it", t.No, r.AgainstMin, r.Against.Percent(), base, r.Base)
	switch {
	case t.No > r.AgainstMin && against.Cmp(limit) > 0:
		return ConsentVerdict{Lost, false, why}, nil
	case t.Yes == 0:
		return ConsentVerdict{Lost, false, "nobody is in favour"}, nil
	}
	return ConsentVerdict{Carried, false, why}, nil
}

func (r ConsentRule) inquorate(papers, electorate uint64) ConsentVerdict {
	return ConsentVerdict{Inquorate, false, fmt.Sprintf("%d of %d took part; the quorum is %d", papers, electorate, LeastPapers(r.Quorum, r.QuorumMin, electorate))}
}
