package method_test

import (
	"strings"
	"testing"

	"github.com/rochdale-ledger/rochdale/state/count/method"
)

func TestMethodList(t *testing.T) {
	seen := map[string]bool{}
	for _, m := range method.All() {
		for _, name := range append([]string{m.Name}, m.Aliases...) {
			if seen[name] {
				t.Errorf("two methods are called %s", name)
			}
			seen[name] = true
			if got, ok := method.Find(" " + strings.ToUpper(strings.ReplaceAll(name, "-", "_")) + " "); !ok || got.Name != m.Name {
				t.Errorf("%s finds %s", name, got.Name)
			}
		}
		if m.Summary == "" || m.Source == "" || m.When == "" || m.Input == "" {
			t.Errorf("%s lacks its summary, source, use or input", m.Name)
		}
	}
	for _, c := range [][2]string{{"stv", "scottish-stv"}, {"scottish", "scottish-stv"}, {"condorcet", "schulze"},
		{"tideman", "ranked-pairs"}, {"alternative-vote", "irv"}, {"meek-stv", "meek"}, {"wigm-stv", "wigm"}} {
		if m, _ := method.Find(c[0]); m.Name != c[1] {
			t.Errorf("%s is %q, want %s", c[0], m.Name, c[1])
		}
	}
}
