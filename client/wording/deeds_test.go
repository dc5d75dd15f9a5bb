package wording

import (
	"os"
	"strings"
	"testing"
	"unicode"

	"github.com/rochdale-ledger/rochdale/app/rooms"
	"github.com/rochdale-ledger/rochdale/state/charter"
)

// Every kind of action has words of its own, and no words are of none.
func TestDeeds(t *testing.T) {
	said := map[string]string{}
	for _, k := range rooms.Kinds {
		deed, ok := deeds[k.Name]
		if !ok {
			t.Errorf("%s has no words in deeds.go", k.Name)
			continue
		}
		if other := said[deed]; other != "" || len(deed) > 60 || !unicode.IsLower(rune(deed[0])) || strings.ContainsAny(deed, ".;:,") {
			t.Errorf("%s: %q, which %q is too", k.Name, deed, other)
		}
		said[deed] = k.Name
	}
	if len(said) != len(deeds) {
		t.Errorf("%d kinds have words, of %d", len(said), len(deeds))
	}
	if got := Deed("nothing.Known"); got != "nothing.Known" {
		t.Errorf("%q", got)
	}
}

// docs/rules.md names each action that the charter entrenches, in the words of deeds.go,
// and no other.
func TestRulesNameWhatIsEntrenched(t *testing.T) {
	raw, err := os.ReadFile("../../docs/rules.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(raw), "- Entrenched is who may: ")
	list, _, end := strings.Cut(rest, ".\n")
	if !ok || !end {
		t.Fatal("docs/rules.md has no list of who may do what is entrenched")
	}
	named := map[string]bool{}
	for _, deed := range strings.Split(list, "; ") {
		named[deed] = true
	}
	var want []string
	for _, k := range rooms.Kinds {
		_, entrenched := charter.Entrenched()[k.Number]
		if entrenched {
			want = append(want, Deed(k.Name))
		}
		if entrenched != named[Deed(k.Name)] {
			t.Errorf("%s: entrenched %v, named in docs/rules.md %v", k.Name, entrenched, named[Deed(k.Name)])
		}
		delete(named, Deed(k.Name))
	}
	if len(named) > 0 || t.Failed() {
		t.Errorf("no actions are %v; the list is to be:\n- Entrenched is who may: %s.", named, strings.Join(want, "; "))
	}
}
