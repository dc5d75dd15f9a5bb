package rulebook_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rochdale-ledger/rochdale/app/rooms"
	"github.com/rochdale-ledger/rochdale/client/rulebook"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/statetest"
)

// The standard charter's file says nothing otherwise.
func TestStandard(t *testing.T) {
	want, err := charter.Preset(rulebook.Standard)
	if err != nil {
		t.Fatal(err)
	}
	got, err := rulebook.Find(rulebook.Standard, rooms.Kinds)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(amendment(t, want), amendment(t, got.Document)); diff != "" || got.Document.About != want.About {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if _, err := rulebook.Find("nowhere", rooms.Kinds); err == nil {
		t.Error("a preset that is none")
	}
}

// Each preset founds a co-op, takes the time that a real federation asks for, and grants
// every action that the standard charter grants; written with its notes, it is read as the
// same charter.
func TestPresetsFound(t *testing.T) {
	if n := len(rulebook.Presets()); n < 13 {
		t.Fatalf("%d presets", n)
	}
	standard, err := charter.Preset(rulebook.Standard)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range rulebook.Presets() {
		t.Run(name, func(t *testing.T) {
			p, err := rulebook.Find(name, rooms.Kinds)
			if err != nil {
				t.Fatal(err)
			}
			m := amendment(t, p.Document)
			if err := m.Check(); err != nil {
				t.Fatal(err)
			}
			if err := (charter.Amend{}).With(m).Stands(); err != nil {
				t.Fatal(err)
			}
			if err := p.Document.TakesTime(); err != nil {
				t.Error(err)
			}
			if got, want := len(m.Grants), len(amendment(t, standard).Grants); got < want {
				t.Errorf("%d actions are granted, %d by the standard charter", got, want)
			}
			var b bytes.Buffer
			if err := p.Write(&b, in); err != nil {
				t.Fatal(err)
			}
			again, err := rulebook.Read(name+".toml", b.Bytes(), in)
			if err != nil {
				t.Fatalf("%v\n%s", err, b.String())
			}
			if diff := cmp.Diff(m, amendment(t, again)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			found(t, p.Document)
		})
	}
}

// found founds a federation of one co-op by a charter.
func found(t *testing.T, d charter.Document) {
	t.Helper()
	l := statetest.New(t, statetest.Setup{Found: func(c *state.Ctx) error { return charter.Found(c.In(2), d, rooms.Kinds) }})
	defer l.Close()
	v := l.Read()
	defer v.Close()
	whole, err := charter.Whole(v.Of(2))
	if err != nil || len(whole.Grants) == 0 {
		t.Fatalf("%+v, %v", whole, err)
	}
	if err := charter.CheckCharter(v.Of(2)); err != nil {
		t.Error(err)
	}
}

// Every clause that a preset's file has of its own says where it comes from.
func TestPresetsHaveSources(t *testing.T) {
	for _, name := range rulebook.Presets() {
		p, err := rulebook.Find(name, rooms.Kinds)
		if err != nil {
			t.Fatal(err)
		}
		for at, notes := range p.Notes {
			if all := strings.Join(notes, " "); at != "" && !strings.Contains(all, "[V]") && !strings.Contains(all, "[G]") {
				t.Errorf("%s: %s is said to be neither read nor known: %q", name, at, all)
			}
		}
		for _, text := range p.Document.Texts {
			if at := "later." + text.Name; len(p.Notes[at]) == 0 {
				t.Errorf("%s: %s has no source", name, at)
			}
		}
		for _, k := range p.Document.Motions {
			at := fmt.Sprintf("motions.%s", rulebook.Key(k.Name))
			if len(p.Notes[at]) == 0 {
				t.Errorf("%s: %s has no source", name, at)
			}
		}
		if len(p.Notes[""]) == 0 || len(p.Notes["about"]) == 0 {
			t.Errorf("%s: nothing at its head", name)
		}
	}
}
