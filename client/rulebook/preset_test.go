package rulebook_test

import (
	"bytes"
	"fmt"
	"os"
	"slices"
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

// sources are what is read where a clause is marked [V]: laws, statutes, model rules and
// the co-ops that publish theirs.
var sources = []string{
	"26 CFR", "C-67.2", "CoLab", "Co-operative Party", "Colorado", "Community Shares Handbook", "Dark Patterns", "Equal Care", "FCA",
	"FairShares", "GDPR", "ICA", "Law 47-1775", "Law 78-763", "Mondragon", "OCA/cooperative", "Resonate", "Rountons", "SCOP",
	"Stocksy", "Subchapter T", "UK, Co-operative and Community Benefit", "UK common-ownership", "UK model rules", "UK worker model", "UK,",
	"Vermont", "scopyleft",
}

// Every clause of a preset's file says where it comes from, in a comment of its own or, in a
// kind of motion, of its heading; and what was read names what was. So does every clause of
// the charter that is written with it.
func TestPresetsHaveSources(t *testing.T) {
	for _, name := range rulebook.Presets() {
		p, err := rulebook.Find(name, rooms.Kinds)
		if err != nil {
			t.Fatal(err)
		}
		for at, notes := range p.Notes {
			holdSource(t, name+": "+at, strings.Join(notes, " "), at == "")
		}
		raw, err := os.ReadFile("presets/" + name + ".toml")
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := p.Write(&b, in); err != nil {
			t.Fatal(err)
		}
		for _, bare := range slices.Concat(unsourced(string(raw)), unsourced(b.String())) {
			t.Errorf("%s.toml: %s has no source", name, bare)
		}
	}
	if got := unsourced("about = 1\n\n[motions.a]\nname = 1\n# [G] x\n[motions.b]\nname = 2\n[later]\n# [V] x\n\"a\" = 1\n\"b\" = 2\n"); !slices.Equal(got, []string{"about", "motions.a", "later.b"}) {
		t.Errorf("without a source are %q", got)
	}
}

// holdSource fails unless a note says whether its clause was read or is known, and what
// was read is among the sources. The head of a file says neither.
func holdSource(t *testing.T, where, note string, head bool) {
	t.Helper()
	if head {
		return
	}
	if !strings.Contains(note, "[V]") && !strings.Contains(note, "[G]") {
		t.Errorf("%s is said to be neither read nor known: %q", where, note)
	}
	if _, read, ok := strings.Cut(note, "[V]"); ok && !slices.ContainsFunc(sources, func(s string) bool { return strings.Contains(read, s) }) {
		t.Errorf("%s was read, and not said where: %q", where, note)
	}
}

// unsourced are the clauses of a file without a comment above them: of kinds of motion the
// headings, of all else each line. What a file is called and how it goes on is no clause.
func unsourced(file string) (out []string) {
	heading, noted := "", false
	for line := range strings.Lines(file) {
		line = strings.TrimSuffix(line, "\n")
		switch name, _, assigns := strings.Cut(line, " = "); {
		case strings.HasPrefix(line, "#"):
			noted = true
			continue
		case strings.HasPrefix(line, "["):
			heading = strings.Trim(line, "[]")
			if strings.HasPrefix(heading, "motions.") && !noted {
				out = append(out, heading)
			}
		case assigns && !strings.HasPrefix(line, " ") && name != "name" && !strings.HasPrefix(heading, "motions.") && !noted:
			out = append(out, strings.TrimPrefix(heading+"."+strings.Trim(name, `"`), "."))
		}
		noted = false
	}
	return out
}

// What the ledger does not obey yet of ballots and of surplus has a place in each preset,
// of one name in all, so that whoever builds it finds what each sort of co-op says.
func TestPresetsHavePlaces(t *testing.T) {
	for _, name := range rulebook.Presets() {
		p, err := rulebook.Find(name, rooms.Kinds)
		if err != nil {
			t.Fatal(err)
		}
		for _, place := range []string{"elections", "surplus"} {
			if has := slices.ContainsFunc(p.Document.Texts, func(is charter.Text) bool { return is.Name == place }); has == (name == rulebook.Standard) {
				t.Errorf("%s: %s is there: %v", name, place, has)
			}
		}
	}
}

// Figures of presets that a law, a model or a co-op has, where someone would look for
// them.
func TestPresetFigures(t *testing.T) {
	for _, row := range []struct{ preset, says string }{
		{"fr-scop", `quorum = "3/4"`},                              // scopyleft: extraordinary meeting
		{"fr-scop", `carried_by = "more than 1/2 of all members"`}, // first call
		{"fr-scop", `veto = { share = "3/4", strict = false }`},    // admitted by default
		{"fr-scop", "at least 25 % to all employees"},              // law 78-763, art. 33
		{"fr-scop", "at most 35 % of the votes, 49 % if they are co-ops"},
		{"fr-scic", `classes = ["worker", "beneficiary", "supporter", "local authority"]`}, // three categories at least
		{"fr-scic", "At least 57.5 %"},                                                     // 15 % and half of the rest
		{"fr-scic", "from 10 % to 50 %"},                                                   // art. 19 octies
		{"us-worker-t", "one fifth of each patronage dividend is money"},                   // 26 CFR 1.1388-1: 20 %
		{"us-worker-t", "eight and a half months"},
		{"us-worker-t", `hearing_clear = "15 days"`}, // Colorado
		{"uk-society", `carried_by = "at least 1/1 of all members"`},
		{"uk-society", `hearing_clear = "21 days"`},
		{"uk-society", `offices = [{ office = "office 16", name = "director", seats = 12, term = "1,096 days", thirds_retire = true }]`},
		{"uk-worker", "at most half of the profit"},
		{"mondragon", "45 % of the surplus go to reserves, 45 % to members' accounts, 10 % to education"},
		{"mondragon", "six times the lowest"},
		{"mondragon", "A quarter of a new member's entry fee"},
		{"quebec-solidarity", `seats = 9, classes = [{ class = 3, most = 3 }]`}, // a third
		{"quebec-solidarity", "There is no proxy."},
		{"fairshares", "35 % go to labour, 35 % to users and 30 % to investors"},
		{"fairshares", `then = ["labour-consents", "users-consent", "founders-consent", "investors-consent"]`},
		{"fairshares", `quorum = "2/5"`},
		{"platform", "5 % go to class A equally, 5 % to class B by years of work, 90 % to class C by sales"},
		{"association", `quorum = "1/20"`},
	} {
		p, err := rulebook.Find(row.preset, rooms.Kinds)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := p.Write(&b, in); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(b.String(), row.says) {
			t.Errorf("%s does not say %q:\n%s", row.preset, row.says, b.String())
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
