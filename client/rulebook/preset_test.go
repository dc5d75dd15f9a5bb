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
	"github.com/rochdale-ledger/rochdale/state/amendment"
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
	if diff := cmp.Diff(amending(t, want), amending(t, got.Document)); diff != "" || got.Document.About != want.About {
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
			m := amending(t, p.Document)
			if err := m.Check(); err != nil {
				t.Fatal(err)
			}
			if err := (amendment.Amend{}).With(m).Stands(); err != nil {
				t.Fatal(err)
			}
			if err := amendment.RequireTime(p.Document); err != nil {
				t.Error(err)
			}
			if got, want := len(m.Grants), len(amending(t, standard).Grants); got < want {
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
			if diff := cmp.Diff(m, amending(t, again)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			found(t, p.Document)
		})
	}
}

// found founds a federation of one co-op by a charter.
func found(t *testing.T, d charter.Document) {
	t.Helper()
	l := statetest.New(t, statetest.Setup{Found: func(c *state.Ctx) error { return amendment.Found(c.In(2), d, rooms.Kinds) }})
	defer l.Close()
	v := l.Read()
	defer v.Close()
	whole, err := amendment.Whole(v.Of(2))
	if err != nil || len(whole.Grants) == 0 {
		t.Fatalf("%+v, %v", whole, err)
	}
	if err := amendment.CheckCharter(v.Of(2)); err != nil {
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

// No preset gives an office, or office holders together, an action that the standard
// charter does not give to one: of that, the tests of the application try what it could
// bend. And none lets one officer move more, or new members vote earlier.
func TestPresetsGiveOfficersNoMore(t *testing.T) {
	alone, together := officers(whole(t, rulebook.Standard))
	base := whole(t, rulebook.Standard).Policy[0]
	for _, name := range rulebook.Presets() {
		m := whole(t, name)
		a, b := officers(m)
		for what := range a {
			if !alone[what] {
				t.Errorf("%s: %s, which the standard charter does not grant so", name, what)
			}
		}
		for what := range b {
			if !together[what] {
				t.Errorf("%s: office holders together take %s, by the standard charter they do not", name, what)
			}
		}
		if p := m.Policy[0]; p.Alone == 0 || p.Alone > base.Alone || p.Waiting < base.Waiting || len(p.Overdrafts) > 0 {
			t.Errorf("%s: %+v", name, p)
		}
	}
}

// officers are what one officer takes, as "the chair: member.Admit", and what motions of
// office holders do.
func officers(m amendment.Amend) (alone, together map[string]bool) {
	alone, together = map[string]bool{}, map[string]bool{}
	held := map[charter.MotionKindID]bool{}
	for _, k := range m.Motions {
		held[k.ID] = k.Electorate.Sort == charter.Holders
	}
	for _, g := range m.Grants {
		name := state.Telling{Kinds: rooms.Kinds}.KindName(g.Kind)
		for _, o := range g.Offices {
			alone[fmt.Sprintf("the %v: %s", o, name)] = true
		}
		for _, id := range g.Motions {
			if held[id] {
				together[name] = true
			}
		}
	}
	return alone, together
}
