package amendment_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/amendment"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/statetest"
)

func setting(list ...charter.Text) amendment.Amend { return amendment.Amend{Texts: list} }

// Rows are what no text can be, in the order of the checks.
func TestTextBounds(t *testing.T) {
	long := strings.Repeat("x", charter.MaxText+1)
	for _, row := range []struct {
		name string
		text charter.Text
		says string
	}{
		{"no name", charter.Text{Words: long}, "a name of 0 bytes"},
		{"a long name", charter.Text{Name: long[:charter.MaxName+1], Words: long}, "a name of 65 bytes"},
		{"a name on two lines", charter.Text{Name: "a\nb", Words: "x"}, "not plain"},
		{"too many words", charter.Text{Name: "a", Words: long}, `the text "a" has 2001 bytes`},
		{"as many words as can be", charter.Text{Name: "a", Words: long[1:]}, ""},
		{"none", charter.Text{Name: "a"}, ""},
	} {
		err := setting(row.text).Check()
		if row.says == "" && err != nil || row.says != "" && (state.Rejected(err) != charter.ErrBounds || !strings.Contains(err.Error(), row.says)) {
			t.Errorf("%s: %v, want %q", row.name, err, row.says)
		}
	}
	if err := (amendment.Amend{Texts: make([]charter.Text, charter.MaxTexts+1)}).Check(); state.Rejected(err) != charter.ErrBounds {
		t.Errorf("too many: %v", err)
	}
}

// Texts are set, replaced and repealed, and those of any day are known.
func TestTexts(t *testing.T) {
	l := statetest.New(t, statetest.Setup{})
	first := today(l)
	laws, conduct := charter.Text{Name: "by-laws", Words: "1"}, charter.Text{Name: "conduct", Words: "Be kind."}
	amended(t, l, setting(conduct, laws))
	l.Days(1)
	second := laws
	second.Words = "2"
	amended(t, l, setting(charter.Text{Name: "conduct"}, second))
	l.Days(1)
	amended(t, l, setting(charter.Text{Name: "nothing"}))
	for day, want := range map[uint64][]charter.Text{first: {laws, conduct}, first + 1: {second}, first + 2: {second}} {
		if diff := cmp.Diff(want, at(t, l, day).Texts); diff != "" {
			t.Errorf("day %d (-want +got)\n%s", day-first, diff)
		}
	}
	v := l.Read()
	defer v.Close()
	if err := l.CheckInvariants(v); err != nil {
		t.Error(err)
	}
	if _, err := charter.TextOf(v.Of(1), "conduct"); state.Rejected(err) != charter.ErrNoText {
		t.Errorf("a text that was repealed: %v", err)
	}
	does := setting(conduct, charter.Text{Name: "by-laws"}).Describe(state.Telling{Reader: v.Of(1)})
	want := []string{`not obeyed by the ledger yet, "conduct": Be kind.`, `not obeyed by the ledger yet, "by-laws": 2 → nothing`}
	if len(does.Clauses) != 2 || does.Clauses[0].String() != want[0] || does.Clauses[1].String() != want[1] || does.Phrase != "amend the charter: 2 rules in words" {
		t.Errorf("%+v, want %q", does, want)
	}
}

// There are only so many texts, and one that is raised is changed as its level says.
func TestTextLevels(t *testing.T) {
	l := leveled(t)
	var many []charter.Text
	for i := range charter.MaxTexts {
		many = append(many, charter.Text{Name: strings.Repeat("x", i+1), Words: "y"})
	}
	raise := amendment.Amend{Policy: figures(l, func(p *charter.PolicyEntry) {
		p.Levels = append(p.Levels, charter.ClauseLevel{Text: "x", Level: charter.LevelPrinciple})
	})}
	for _, row := range []struct {
		name   string
		by     charter.MotionKindID
		amends amendment.Amend
		want   *state.Rejection
	}{
		{"by any kind of motion", weak, setting(many...), nil},
		{"one more", weak, setting(charter.Text{Name: "y", Words: "y"}), charter.ErrBounds},
		{"one for another", weak, setting(charter.Text{Name: "xx"}, charter.Text{Name: "y", Words: "y"}), nil},
		{"raised", principle, raise, nil},
		{"a principle", strong, setting(charter.Text{Name: "x", Words: "z"}), amendment.ErrLevel},
		{"repealed", strong, setting(charter.Text{Name: "x"}), amendment.ErrLevel},
		{"by its kind", principle, setting(charter.Text{Name: "x", Words: "z"}), nil},
	} {
		res := l.Do(statetest.Secretary, by(row.by, row.amends))
		if row.want == nil && res.Code != 0 || row.want != nil && res.Code != row.want.Code {
			t.Errorf("%s: %d %s", row.name, res.Code, res.Log)
		}
	}
}

// Two amendments of one text clash.
func TestTextClash(t *testing.T) {
	l := statetest.New(t, statetest.Setup{})
	late := setting(charter.Text{Name: "a", Words: "late"})
	late.From = today(l) + 2
	n := amended(t, l, late)
	amended(t, l, setting(charter.Text{Name: "a", Words: "now"}))
	l.Days(3)
	wantAmendment(t, l, n, amendment.AmendmentLapsed, amendment.ErrChanged)
}
