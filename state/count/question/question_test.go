package question_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/state/count/input"
	"github.com/rochdale-ledger/rochdale/state/count/question"
	"github.com/rochdale-ledger/rochdale/state/statetest/counting"
)

func TestReadTally(t *testing.T) {
	want := count.Tally{Electorate: 100, Yes: 30, No: 15, Abstained: 10, Blank: 3, Spoiled: 2}
	for _, text := range []string{
		"key,value\nelectorate,100\nyes,30\nno,15\nabstained,10\nblank,3\nspoiled,2\n",
		"\xef\xbb\xbfspoiled,2\r\nno , 15\r\n\r\nyes,30\r\nblank,3\r\nabstained,10\r\nelectorate,100",
	} {
		got, err := question.ReadTally("x.csv", strings.NewReader(text))
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%q: %v\n%s", text, err, diff)
		}
	}
	if got, err := question.ReadTally("x.csv", strings.NewReader("electorate,3\nyes,1\nno,0\n")); err != nil || got != (count.Tally{Electorate: 3, Yes: 1}) {
		t.Errorf("keys left out: %+v, %v", got, err)
	}
	call, vote, err := question.ReadConsent("x.csv", strings.NewReader("electorate,12\nconsents,8\nobjections,2\nstand_aside,1\n"))
	if err != nil || vote != nil || call != (count.ConsentTally{Electorate: 12, Consents: 8, Objections: 2, StandAside: 1}) {
		t.Errorf("a call alone: %+v, %+v, %v", call, vote, err)
	}
	call, vote, err = question.ReadConsent("x.csv", strings.NewReader("electorate,12\nconsents,8\nobjections,2\nyes,9\nno,3\n"))
	if err != nil || vote == nil || *vote != (count.Tally{Electorate: 12, Yes: 9, No: 3}) || call != (count.ConsentTally{Electorate: 12, Consents: 8, Objections: 2, StandAside: 0}) {
		t.Errorf("a call and its vote: %+v, %+v, %v", call, vote, err)
	}
}

func TestReadTallyRefuses(t *testing.T) {
	for _, c := range []struct {
		name, text string
		line       int
		words      string
	}{
		{"empty", "", 1, "a line electorate,number, found the end of the file"},
		{"cut short", "electorate,3\nyes,1\n", 3, "a line no,number"},
		{"unknown key", "electorate,3\nmaybe,1\n", 2, `one of electorate, yes, no, abstained, blank, spoiled, found "maybe,1"`},
		{"one column", "electorate\n", 1, "key,value"},
		{"three columns", "electorate,3,4\n", 1, "key,value"},
		{"negative", "electorate,-3\n", 1, "a whole number from 0"},
		{"fraction", "electorate,3.5\n", 1, "a whole number from 0"},
		{"past the limit", fmt.Sprintf("electorate,%d\n", question.MaxElectorate+1), 1, "a whole number from 0 to 1000000000000"},
		{"twice", "electorate,3\nyes,1\nyes,1\n", 3, "each key once, found yes again"},
		{"Latin-1", "electorate,3\ny\xe9s,1\n", 2, "UTF-8"},
		{"a second heading", "electorate,3\nkey,value\n", 2, "one of electorate"},
	} {
		_, err := question.ReadTally("x.csv", strings.NewReader(c.text))
		var bad *input.ParseError
		if !errors.As(err, &bad) || bad.Line != c.line || !strings.Contains(err.Error(), c.words) {
			t.Errorf("%s: %v; want line %d and %q", c.name, err, c.line, c.words)
		}
	}
	if _, _, err := question.ReadConsent("x.csv", strings.NewReader("electorate,3\nyes,1\nno,1\n")); err == nil || !strings.Contains(err.Error(), "consents,number") {
		t.Errorf("a vote without its call: %v", err)
	}
	if _, err := question.ReadTally("x.csv", counting.Failing{R: strings.NewReader("electorate,3\n")}); !errors.Is(err, counting.ErrBroken) {
		t.Errorf("a fault of the reader: %v", err)
	}
}

func TestCountConsent(t *testing.T) {
	colab := count.CoLabConsent
	alone := count.ConsentRule{Quorum: count.Fraction{Num: 1, Den: 2}}
	for _, c := range []struct {
		name    string
		rule    count.ConsentRule
		call    count.ConsentTally
		vote    *count.Tally
		outcome string
		stages  int
		note    string
	}{
		{"consent", colab, count.ConsentTally{Electorate: 10, Consents: 8, Objections: 1, StandAside: 1}, nil, "carried", 1, ""},
		{"to the vote", colab, count.ConsentTally{Electorate: 10, Consents: 8, Objections: 2, StandAside: 0}, nil, "to vote", 1, "add its yes and no"},
		{"carried by the vote", colab, count.ConsentTally{Electorate: 20, Consents: 8, Objections: 2, StandAside: 0}, &count.Tally{Electorate: 20, Yes: 9, No: 3}, "carried", 2, ""},
		{"lost in the vote", colab, count.ConsentTally{Electorate: 20, Consents: 8, Objections: 2, StandAside: 0}, &count.Tally{Electorate: 20, Yes: 5, No: 3}, "lost", 2, ""},
		{"a vote too many", colab, count.ConsentTally{Electorate: 20, Consents: 8, Objections: 1, StandAside: 0}, &count.Tally{Electorate: 20, Yes: 5, No: 3}, "carried", 1, "The call settled it"},
		{"a vote of no rule", alone, count.ConsentTally{Electorate: 10, Consents: 8, Objections: 1, StandAside: 0}, &count.Tally{Electorate: 10, Yes: 9}, "lost", 1, "has no vote after the call"},
		{"no quorum", alone, count.ConsentTally{Electorate: 10, Consents: 4, Objections: 0, StandAside: 0}, nil, "inquorate", 1, ""},
	} {
		r, err := question.Consent(c.rule, c.call, c.vote)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if r.Outcome != c.outcome || len(r.Stages) != c.stages || (len(r.Winners) == 1) != (c.outcome == "carried") {
			t.Errorf("%s: %s, %d stages, winners %v; want %s, %d", c.name, r.Outcome, len(r.Stages), r.Winners, c.outcome, c.stages)
		}
		if notes := strings.Join(r.Notes, " "); !strings.Contains(notes, c.note) || (c.note == "") != (notes == "") {
			t.Errorf("%s: notes %q, want %q", c.name, notes, c.note)
		}
	}
	for name, err := range map[string]error{
		"rule": func() error { _, err := question.Consent(count.ConsentRule{}, count.ConsentTally{}, nil); return err }(),
		"call": func() error {
			_, err := question.Consent(alone, count.ConsentTally{Electorate: 1, Consents: 1, Objections: 1, StandAside: 0}, nil)
			return err
		}(),
		"vote": func() error {
			_, err := question.Consent(colab, count.ConsentTally{Electorate: 9, Consents: 1, Objections: 2, StandAside: 0}, &count.Tally{Electorate: 1, Yes: 2})
			return err
		}(),
		"electorate": func() error {
			_, err := question.Consent(alone, count.ConsentTally{Electorate: question.MaxElectorate + 1}, nil)
			return err
		}(),
	} {
		if !errors.Is(err, count.ErrRule) && !errors.Is(err, count.ErrTally) {
			t.Errorf("a %s that cannot be counted: %v", name, err)
		}
	}
}

func FuzzReadTally(f *testing.F) {
	f.Add("key,value\nelectorate,100\nyes,30\nno,15\nabstained,10\nblank,3\nspoiled,2\n")
	f.Add("electorate,12\nconsents,8\nobjections,2\nstand_aside,1\nyes,9\nno,3\n")
	f.Add("\"electorate\n\",1\n")
	f.Fuzz(func(t *testing.T, text string) {
		if tally, err := question.ReadTally("f", strings.NewReader(text)); err == nil {
			if r, err := question.Majority(count.MajorityRule{Quorum: count.Fraction{Num: 0, Den: 1}, Threshold: count.Fraction{Num: 1, Den: 2}, Base: count.BaseCast, Strict: true}, tally); (err == nil) != (r != nil) {
				t.Fatalf("%v, %v", r, err)
			}
		}
		if call, vote, err := question.ReadConsent("f", strings.NewReader(text)); err == nil {
			if r, err := question.Consent(count.CoLabConsent, call, vote); (err == nil) != (r != nil) {
				t.Fatalf("%v, %v", r, err)
			}
		}
	})
}
