package load

import (
	"strings"
	"testing"
)

func TestParseMix(t *testing.T) {
	for _, row := range []struct {
		text string
		want Mix
		err  string // "" if it is fine
	}{
		{"casts=100", Mix{Casts: 100}, ""},
		{"casts=90,figures=5,admissions=5", Mix{90, 5, 5}, ""},
		{"admissions=1, casts=99", Mix{99, 0, 1}, ""},
		{"casts=0,figures=100", Mix{0, 100, 0}, ""},

		{"", Mix{}, "is not KIND=PERCENT"},
		{"casts", Mix{}, `"casts" in the mix is not KIND=PERCENT`},
		{"votes=100", Mix{}, `"votes" in the mix is no kind: there are casts, figures and admissions`},
		{"pairs=100", Mix{}, `"pairs" in the mix is no kind`},
		{"casts=50,casts=50", Mix{}, "the mix has casts twice"},
		{"casts=1e2", Mix{}, `"1e2" in the mix is no whole number of per cent`},
		{"casts=101,figures=-1", Mix{}, "101 per cent of casts cannot be sent: use 0 to 100"},
		{"casts=100,figures=-1", Mix{}, "-1 per cent of figures cannot be sent: use 0 to 100"},
		{"casts=90,figures=5", Mix{}, "the parts of the mix sum to 95, not 100"},
		{"casts=90,figures=6,admissions=5", Mix{}, "the parts of the mix sum to 101, not 100"},
	} {
		got, err := ParseMix(row.text)
		switch {
		case row.err == "" && (err != nil || got != row.want):
			t.Errorf("%q: got %+v, %v", row.text, got, err)
		case row.err != "" && (err == nil || !strings.Contains(err.Error(), row.err)):
			t.Errorf("%q: got %v, want %s", row.text, err, row.err)
		}
	}
	if got := (Mix{90, 0, 10}).String(); got != "casts 90%, admissions 10%" {
		t.Errorf("in words: %s", got)
	}
}

// TestKinds: any hundred in a row have the mix, and no kind comes all at once.
func TestKinds(t *testing.T) {
	for _, m := range []Mix{{100, 0, 0}, {90, 5, 5}, {34, 33, 33}, {1, 0, 99}, {0, 50, 50}} {
		all := m.kinds(350)
		for from := 0; from+100 <= len(all); from++ {
			var got Mix
			for _, k := range all[from : from+100] {
				*got.part(k)++
			}
			if got != m {
				t.Fatalf("from %d: got %+v, want %+v", from, got, m)
			}
		}
	}
	figures := 0
	for _, k := range (Mix{90, 5, 5}).kinds(20) {
		if k == Figures {
			figures++
		}
	}
	if figures != 1 {
		t.Errorf("%d figures among 20, which should be 1", figures)
	}
}
