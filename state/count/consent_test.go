package count

import (
	"errors"
	"testing"
)

func TestConsent(t *testing.T) {
	none := ConsentRule{Quorum: Fraction{1, 2}, QuorumMin: 3}
	for _, c := range []struct {
		name   string
		rule   ConsentRule
		tally  ConsentTally
		want   Outcome
		toVote bool
	}{
		{"all consent", CoLabConsent, ConsentTally{10, 10, 0, 0}, Carried, false},
		{"minus one", CoLabConsent, ConsentTally{10, 8, 1, 1}, Carried, false},
		{"minus two", CoLabConsent, ConsentTally{10, 8, 2, 0}, Lost, true},
		{"nobody consents", CoLabConsent, ConsentTally{10, 0, 0, 10}, Lost, false},
		{"one objects to full consensus", none, ConsentTally{10, 9, 1, 0}, Lost, false},
		{"half take part", none, ConsentTally{10, 5, 0, 0}, Carried, false},
		{"fewer than half", none, ConsentTally{10, 4, 0, 0}, Inquorate, false},
		{"fewer than three", none, ConsentTally{4, 2, 0, 0}, Inquorate, false},
	} {
		got, err := c.rule.Decide(c.tally)
		if err != nil || got.Outcome != c.want || got.ToVote != c.toVote || got.Reason == "" {
			t.Errorf("%s: got %+v, %v; want %v, to vote %v", c.name, got, err, c.want, c.toVote)
		}
	}
	if _, err := none.Decide(ConsentTally{2, 2, 1, 0}); !errors.Is(err, ErrTally) {
		t.Errorf("more papers than electors: %v", err)
	}
}

// The greater of 2 members and 25%: up to 11 votes two may oppose, from 12 on
// a quarter.
func TestConsentFallback(t *testing.T) {
	for _, c := range []struct {
		name  string
		rule  ConsentRule
		tally Tally
		want  Outcome
	}{
		{"two of three oppose", CoLabConsent, Tally{Electorate: 20, Yes: 1, No: 2}, Carried},
		{"three of eight oppose", CoLabConsent, Tally{Electorate: 20, Yes: 5, No: 3}, Lost},
		{"exactly a quarter", CoLabConsent, Tally{Electorate: 20, Yes: 9, No: 3}, Carried},
		{"more than a quarter", CoLabConsent, Tally{Electorate: 20, Yes: 11, No: 4}, Lost},
		{"nobody in favour", CoLabConsent, Tally{Electorate: 20, No: 2}, Lost},
		{"of all members", ConsentRule{Quorum: Fraction{0, 1}, Fallback: true, AgainstMin: 2, Against: Fraction{1, 4}, Base: BaseMembers},
			Tally{Electorate: 20, Yes: 1, No: 5}, Carried},
		{"of those present", ConsentRule{Quorum: Fraction{0, 1}, Fallback: true, AgainstMin: 2, Against: Fraction{1, 4}, Base: BasePresent},
			Tally{Electorate: 20, Yes: 1, No: 3, Abstained: 8}, Carried},
		{"no quorum", ConsentRule{Quorum: Fraction{1, 2}, Fallback: true, Against: Fraction{1, 4}, Base: BaseCast},
			Tally{Electorate: 20, Yes: 9}, Inquorate},
	} {
		got, err := c.rule.Vote(c.tally)
		if err != nil || got.Outcome != c.want || got.Reason == "" {
			t.Errorf("%s: got %+v, %v; want %v", c.name, got, err, c.want)
		}
	}
	if _, err := (ConsentRule{Quorum: Fraction{0, 1}}).Vote(Tally{}); !errors.Is(err, ErrRule) {
		t.Errorf("a vote without a fallback: %v", err)
	}
	if _, err := CoLabConsent.Vote(Tally{Electorate: 1, Yes: 2}); !errors.Is(err, ErrTally) {
		t.Errorf("more papers than electors: %v", err)
	}
	bad := CoLabConsent
	bad.Against = Fraction{5, 4}
	if _, err := bad.Decide(ConsentTally{Electorate: 1}); !errors.Is(err, ErrRule) {
		t.Errorf("more than all: %v", err)
	}
	bad = CoLabConsent
	bad.Base = 9
	if bad.Valid() == nil {
		t.Error("an unknown base is valid")
	}
	bad = CoLabConsent
	bad.Quorum = Fraction{}
	if bad.Valid() == nil {
		t.Error("a quorum of nothing over nothing is valid")
	}
}
