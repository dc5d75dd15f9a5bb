package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/rochdale-ledger/rochdale/state/amendment"
)

// Each row breaks a charter that charter new writes; every error names the file, the line that
// was changed and its clause.
func TestFoundingNamesLines(t *testing.T) {
	a := newCharter{preset: "standard", output: "c.toml"}
	written, err := a.write()
	if err != nil {
		t.Fatal(err)
	}
	type change struct{ under, name, is, clause, says string }
	for _, row := range []struct {
		name    string
		changes []change
	}{
		{"nobody amends", []change{
			{"[grants]", `"charter.Amend"`, `[]`, "grants.charter.Amend", "there would be no way to amend the charter: the entrenched kind of motion, 2, could not carry it"},
		}},
		{"entrenched is what cannot amend", []change{
			{"[policy]", "entrenched", `"two-officers"`, "policy.entrenched", "there would be no way to amend the charter: the entrenched kind of motion, 3"},
		}},
		{"half, and one member", []change{
			{"[motions.special-resolution]", "carried_by", `"at least 1/2 of votes cast"`, "motions.special-resolution.carried_by", "special resolution can be carried by half"},
			{"[motions.special-resolution]", "quorum_min", "1", "motions.special-resolution.quorum_min", "special resolution could be decided by one member"},
		}},
		{"few hear of it", []change{
			{"[motions.special-resolution]", "quorum", `"1/100"`, "motions.special-resolution.quorum", "special resolution has a quorum of 1% of the members"},
			{"[motions.special-resolution]", "notice", `"8 days"`, "motions.special-resolution.notice", "special resolution has a notice of 8 days, kind 1 has 15 days"},
		}},
		{"a class decides", []change{
			{"[motions.special-resolution]", "electorate", "{class = 1}", "motions.special-resolution.electorate", "special resolution is not put to all members"},
		}},
		{"no such class", []change{
			{"[motions.ordinary-resolution]", "electorate", "{class = 7}", "motions.ordinary-resolution.electorate", "ordinary resolution: an electorate of class 7 of 1"},
			{"[motions.two-officers]", "electorate", "{class = 8}", "motions.two-officers.electorate", "two officers: an electorate of class 8 of 1"},
		}},
		{"officers alone suspend", []change{
			{"[grants]", `"member.Suspend"`, `["chair"]`, "grants.member.Suspend", "no kind of motion that is put to all members suspends"},
		}},
		{"officers alone cast", []change{
			{"[grants]", `"ballot.Cast"`, `["chair"]`, "grants.ballot.Cast", "not every member could cast"},
		}},
	} {
		lines := strings.Split(string(written), "\n")
		var want []string
		for _, c := range row.changes {
			at := slices.Index(lines, c.under)
			for ; !strings.HasPrefix(lines[at], c.name+" = "); at++ {
			}
			lines[at] = c.name + " = " + c.is
			want = append(want, fmt.Sprintf("c.toml, line %d: %s: ", at+1, c.clause))
		}
		c, m, err := wholeCharter("c.toml", []byte(strings.Join(lines, "\n")))
		if err == nil {
			err = c.requireFounding(m)
		}
		if err == nil {
			t.Errorf("%s: it could found a co-op", row.name)
			continue
		}
		said := strings.Split(err.Error(), "\n")
		for i, w := range want {
			if !slices.ContainsFunc(said, func(s string) bool { return strings.HasPrefix(s, w) && strings.Contains(s, row.changes[i].says) }) {
				t.Errorf("%s: said is\n%s\nwant %s%s", row.name, err, w, row.changes[i].says)
			}
		}
		if len(said) != len(want) {
			t.Errorf("%s: %d errors, want %d:\n%s", row.name, len(said), len(want), err)
		}
	}
}

// An amendment that fails only together with the charter in force is refused at its line, and
// so is one after which members would not hear of the next.
func TestAmendmentNamesLines(t *testing.T) {
	a := newCharter{preset: "standard", output: "c.toml"}
	written, err := a.write()
	if err != nil {
		t.Fatal(err)
	}
	_, m, err := wholeCharter("c.toml", written)
	if err != nil {
		t.Fatal(err)
	}
	force := amendment.Amend{}.With(m)
	text := strings.Replace(string(written), "\nnumber = 2\n", "\nnumber = 2\n# of all members\n", 1)
	text = strings.Replace(text, `shortest = "1 hour"`, `shortest = "1 minute"`, 2) // of ordinary and special resolutions
	c, m, err := wholeCharter("a.toml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	at := strings.Count(text[:strings.LastIndex(text, `shortest = "1 minute"`)], "\n") + 1
	want := fmt.Sprintf("a.toml, line %d: motions.special-resolution.shortest: there would be too easy a way to amend the charter: special resolution has a poll of 1 minute at least", at)
	if err := c.requireStands(m, force); err == nil || !strings.HasPrefix(err.Error(), want) || strings.Contains(err.Error(), "\n") {
		t.Errorf("%v, want %s", err, want)
	}
	if err := c.requireStands(m, amendment.Amend{}.With(m)); err != nil {
		t.Errorf("in a trial that is hasty already: %v", err)
	}
}
