package count_test

import (
	"errors"
	"testing"

	"github.com/rochdale-ledger/rochdale/state/count"
)

func TestConsent(t *testing.T) {
	none := count.ConsentRule{Quorum: count.Fraction{Num: 1, Den: 2}, QuorumMin: 3}
	for _, c := range []struct {
		name   string
		rule   count.ConsentRule
		tally  count.ConsentTally
		want   count.Outcome
		toVote bool
	}{
		{"all consent", count.CoLabConsent, count.ConsentTally{Electorate: 10, Consents: 10, Objections: 0, StandAside: 0}, count.Carried, false},
		{"minus one", count.CoLabConsent, count.ConsentTally{Electorate: 10, Consents: 8, Objections: 1, StandAside: 1}, count.Carried, false},
		{"minus two", count.CoLabConsent, count.ConsentTally{Electorate: 10, Consents: 8, Objections: 2, StandAside: 0}, count.Lost, true},
		{"nobody consents", count.CoLabConsent, count.ConsentTally{Electorate: 10, Consents: 0, Objections: 0, StandAside: 10}, count.Lost, false},
		{"one objects to full consensus", none, count.ConsentTally{Electorate: 10, Consents: 9, Objections: 1, StandAside: 0}, count.Lost, false},
		{"half take part", none, count.ConsentTally{Electorate: 10, Consents: 5, Objections: 0, StandAside: 0}, count.Carried, false},
		{"fewer than half", none, count.ConsentTally{Electorate: 10, Consents: 4, Objections: 0, StandAside: 0}, count.Inquorate, false},
		{"fewer than three", none, count.ConsentTally{Electorate: 4, Consents: 2, Objections: 0, StandAside: 0}, count.Inquorate, false},
	} {
		got, err := c.rule.Decide(c.tally)
		if err != nil || got.Outcome != c.want || got.ToVote != c.toVote || got.Reason == "" {
			t.Errorf("%s: got %+v, %v; want %v, to vote %v", c.name, got, err, c.want, c.toVote)
		}
	}
	if _, err := none.Decide(count.ConsentTally{Electorate: 2, Consents: 2, Objections: 1, StandAside: 0}); !errors.Is(err, count.ErrTally) {
		t.Errorf("more papers than electors: %v", err)
	}
}

// The greater of 2 members and 25%: up to 11 votes two may oppose, from 12 on
// a quarter.
func TestConsentFallback(t *testing.T) {
	for _, c := range []struct {
		name  string
		rule  count.ConsentRule
		tally count.Tally
		want  count.Outcome
	}{
		{"two of three oppose", count.CoLabConsent, count.Tally{Electorate: 20, Yes: 1, No: 2}, count.Carried},
		{"three of eight oppose", count.CoLabConsent, count.Tally{Electorate: 20, Yes: 5, No: 3}, count.Lost},
		{"exactly a quarter", count.CoLabConsent, count.Tally{Electorate: 20, Yes: 9, No: 3}, count.Carried},
		{"more than a quarter", count.CoLabConsent, count.Tally{Electorate: 20, Yes: 11, No: 4}, count.Lost},
		{"nobody in favour", count.CoLabConsent, count.Tally{Electorate: 20, No: 2}, count.Lost},
		{"of all members", count.ConsentRule{Quorum: count.Fraction{Num: 0, Den: 1}, Fallback: true, AgainstMin: 2, Against: count.Fraction{Num: 1, Den: 4}, Base: count.BaseMembers},
			count.Tally{Electorate: 20, Yes: 1, No: 5}, count.Carried},
		{"of those present", count.ConsentRule{Quorum: count.Fraction{Num: 0, Den: 1}, Fallback: true, AgainstMin: 2, Against: count.Fraction{Num: 1, Den: 4}, Base: count.BasePresent},
			count.Tally{Electorate: 20, Yes: 1, No: 3, Abstained: 8}, count.Carried},
		{"no quorum", count.ConsentRule{Quorum: count.Fraction{Num: 1, Den: 2}, Fallback: true, Against: count.Fraction{Num: 1, Den: 4}, Base: count.BaseCast},
			count.Tally{Electorate: 20, Yes: 9}, count.Inquorate},
	} {
		got, err := c.rule.Vote(c.tally)
		if err != nil || got.Outcome != c.want || got.Reason == "" {
			t.Errorf("%s: got %+v, %v; want %v", c.name, got, err, c.want)
		}
	}
	if _, err := (count.ConsentRule{Quorum: count.Fraction{Num: 0, Den: 1}}).Vote(count.Tally{}); !errors.Is(err, count.ErrRule) {
		t.Errorf("a vote without a fallback: %v", err)
	}
	if _, err := count.CoLabConsent.Vote(count.Tally{Electorate: 1, Yes: 2}); !errors.Is(err, count.ErrTally) {
		t.Errorf("more papers than electors: %v", err)
	}
	bad := count.CoLabConsent
	bad.Against = count.Fraction{Num: 5, Den: 4}
	if _, err := bad.Decide(count.ConsentTally{Electorate: 1}); !errors.Is(err, count.ErrRule) {
		t.Errorf("more than all: %v", err)
	}
	bad = count.CoLabConsent
	bad.Base = 9
	if bad.Valid() == nil {
		t.Error("an unknown base is valid")
	}
	bad = count.CoLabConsent
	bad.Quorum = count.Fraction{}
	if bad.Valid() == nil {
		t.Error("a quorum of nothing over nothing is valid")
	}
}
