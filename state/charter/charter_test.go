package charter_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/state/statetest"
)

var half = count.Fraction{Num: 1, Den: 2}

// sound is a kind of motion within all bounds.
func sound() charter.MotionKind {
	return charter.MotionKind{
		Name: "sound", Electorate: charter.Electorate{Sort: charter.AllMembers}, Longest: 1, Closing: charter.AtDeadline,
		Rule: count.MajorityRule{Quorum: half, Threshold: half, Base: count.BaseCast},
	}
}

func policy() charter.Policy {
	return charter.Policy{Currency: "EUR", Digits: 2, Allowance: 100, Classes: []string{"member"}}
}

// with returns a sound kind of motion with one thing changed.
func with(change func(*charter.MotionKind)) []charter.MotionEntry {
	k := sound()
	change(&k)
	return []charter.MotionEntry{{ID: 9, Motion: k}}
}

func changed(change func(*charter.Policy)) []charter.Policy {
	p := policy()
	change(&p)
	return []charter.Policy{p}
}

// Rows are what no charter can hold, whatever the motion; then what this
// co-op's cannot, in the order of the checks.
func TestAmend(t *testing.T) {
	l := statetest.New(t, statetest.Setup{})
	long := strings.Repeat("x", charter.MaxName+1)
	nine := make([]charter.Office, charter.MaxOffices+1)
	amendBy := func(ids ...charter.MotionKindID) []charter.GrantEntry {
		return []charter.GrantEntry{{Kind: charter.KindAmend, Grant: charter.Grant{Offices: []charter.Office{charter.Chair}, Motions: ids}}}
	}
	try := func(name string, m charter.Amend, bad bool) statetest.Row {
		if bad {
			return statetest.Try(name, 0, m, charter.ErrBounds)
		}
		return statetest.Try(name, 0, m, nil)
	}
	var many []charter.MotionEntry
	for id := range charter.MotionKindID(charter.MaxMotionKinds) {
		many = append(many, charter.MotionEntry{ID: 100 + id, Motion: sound()})
	}
	l.Run(t, []statetest.Row{
		try("nothing", charter.Amend{}, true),
		try("two policies", charter.Amend{Policy: []charter.Policy{policy(), policy()}}, true),
		try("too many grants", charter.Amend{Grants: make([]charter.GrantEntry, charter.MaxGrants+1)}, true),
		try("unknown office", charter.Amend{Grants: []charter.GrantEntry{{Grant: charter.Grant{Offices: []charter.Office{99}}}}}, true),
		try("too many offices", charter.Amend{Grants: []charter.GrantEntry{{Grant: charter.Grant{Offices: nine}}}}, true),
		try("motion number zero", charter.Amend{Motions: []charter.MotionEntry{{Motion: sound()}}}, true),
		try("no name", charter.Amend{Motions: with(func(k *charter.MotionKind) { k.Name = "" })}, true),
		try("long name", charter.Amend{Motions: with(func(k *charter.MotionKind) { k.Name = long })}, true),
		try("no electorate", charter.Amend{Motions: with(func(k *charter.MotionKind) { k.Electorate.Sort = 4 })}, true),
		try("class zero", charter.Amend{Motions: with(func(k *charter.MotionKind) { k.Electorate.Sort = charter.OneClass })}, true),
		try("class beyond", charter.Amend{Motions: with(func(k *charter.MotionKind) {
			k.Electorate = charter.Electorate{Sort: charter.OneClass, Class: charter.MaxClasses + 1}
		})}, true),
		try("no holders", charter.Amend{Motions: with(func(k *charter.MotionKind) { k.Electorate.Sort = charter.Holders })}, true),
		try("rule of nothing", charter.Amend{Motions: with(func(k *charter.MotionKind) { k.Rule = count.MajorityRule{} })}, true),
		try("more than all", charter.Amend{Motions: with(func(k *charter.MotionKind) {
			k.Rule.Threshold, k.Rule.Strict = count.Fraction{Num: 1, Den: 1}, true
		})}, true),
		try("no length", charter.Amend{Motions: with(func(k *charter.MotionKind) { k.Longest = 0 })}, true),
		try("shortest over longest", charter.Amend{Motions: with(func(k *charter.MotionKind) { k.Shortest = 2 })}, true),
		try("too long", charter.Amend{Motions: with(func(k *charter.MotionKind) { k.Longest = charter.MaxMinutes + 1 })}, true),
		try("too long a notice", charter.Amend{Motions: with(func(k *charter.MotionKind) { k.Notice = charter.MaxMinutes + 1 })}, true),
		try("no closing", charter.Amend{Motions: with(func(k *charter.MotionKind) { k.Closing = 0 })}, true),
		try("unknown closing", charter.Amend{Motions: with(func(k *charter.MotionKind) { k.Closing = 4 })}, true),
		try("small letters", charter.Amend{Policy: changed(func(p *charter.Policy) { p.Currency = "eur" })}, true),
		try("four letters", charter.Amend{Policy: changed(func(p *charter.Policy) { p.Currency = "EURO" })}, true),
		try("five digits", charter.Amend{Policy: changed(func(p *charter.Policy) { p.Digits = 5 })}, true),
		try("no allowance", charter.Amend{Policy: changed(func(p *charter.Policy) { p.Allowance = 0 })}, true),
		try("boundless allowance", charter.Amend{Policy: changed(func(p *charter.Policy) { p.Allowance = charter.MaxAllowance + 1 })}, true),
		try("no classes", charter.Amend{Policy: changed(func(p *charter.Policy) { p.Classes = nil })}, true),
		try("too many classes", charter.Amend{Policy: changed(func(p *charter.Policy) { p.Classes = make([]string, charter.MaxClasses+1) })}, true),
		try("a class without a name", charter.Amend{Policy: changed(func(p *charter.Policy) { p.Classes = []string{"member", ""} })}, true),

		try("more kinds than can be", charter.Amend{Motions: many, Grants: amendBy(99)}, true),
		statetest.Try("by a motion that is none", 0, charter.Amend{Grants: append(amendBy(), amendBy(99)...), Policy: changed(func(p *charter.Policy) { p.Currency = "USD" })}, charter.ErrNoMotion),
		statetest.Try("by no motion", 0, charter.Amend{Grants: amendBy(), Policy: changed(func(p *charter.Policy) { p.Currency = "USD" })}, charter.ErrEntrenched),
		try("another currency", charter.Amend{Policy: changed(func(p *charter.Policy) { p.Currency = "USD" })}, true),
		try("other digits", charter.Amend{Policy: changed(func(p *charter.Policy) { p.Digits = 3 })}, true),
		try("a second class", charter.Amend{Policy: changed(func(p *charter.Policy) { p.Classes = []string{"member", "worker"} })}, false),
		try("a class fewer", charter.Amend{Policy: changed(func(*charter.Policy) {})}, true),
		try("a new motion to amend by", charter.Amend{Motions: with(func(*charter.MotionKind) {}), Grants: amendBy(1, 9)}, false),
		statetest.Try("by a member", 1, charter.Amend{Motions: with(func(*charter.MotionKind) {})}, state.ErrAuthority),
	})
}

// What an amendment does not name stays.
func TestAmendKeeps(t *testing.T) {
	l := statetest.New(t, statetest.Setup{})
	read := func() (grants map[string]charter.Grant, kinds map[charter.MotionKindID]charter.MotionKind) {
		v := l.Read()
		defer v.Close()
		grants, kinds = map[string]charter.Grant{}, map[charter.MotionKindID]charter.MotionKind{}
		g, err := charter.GrantOf(v.Of(1), charter.KindAmend)
		if err != nil {
			t.Fatal(err)
		}
		grants["amend"] = g
		err = charter.MotionKinds(v.Of(1), func(id charter.MotionKindID, k charter.MotionKind) (bool, error) {
			kinds[id] = k
			return true, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return grants, kinds
	}
	grants, kinds := read()
	if res := l.Mandate(charter.Amend{Motions: with(func(*charter.MotionKind) {})}); res.Code != 0 {
		t.Fatal(res.Log)
	}
	kinds[9] = sound()
	after, kindsAfter := read()
	if diff := cmp.Diff(grants, after) + cmp.Diff(kinds, kindsAfter); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// The preset reads as it is written, and says what it says after a round trip.
func TestPreset(t *testing.T) {
	d, err := charter.Preset("standard")
	if err != nil {
		t.Fatal(err)
	}
	raw, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	again, err := charter.ParseDocument(raw)
	if diff := cmp.Diff(d, again); err != nil || diff != "" {
		t.Errorf("%v (-want +got)\n%s", err, diff)
	}
	if _, err := charter.Preset("../standard"); err == nil {
		t.Error("a preset outside the presets")
	}
}

func TestParseDocumentRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"empty":          "",
		"unknown field":  `{"name":"x","quorum":1}`,
		"unknown office": `{"grants":[{"actions":["member.Admit"],"offices":["king"]}]}`,
		"unknown base":   `{"motions":[{"id":1,"rule":{"base":"whoever"}}]}`,
		"unknown sort":   `{"motions":[{"id":1,"electorate":{"sort":"nobody"}}]}`,
		"closing":        `{"motions":[{"id":1,"closing":"never"}]}`,
		"trailing":       `{"name":"x"} {"name":"y"}`,
	} {
		if _, err := charter.ParseDocument([]byte(text)); err == nil {
			t.Errorf("%s: read", name)
		}
	}
}

// FuzzDocument: a charter that is read can be written and read again as itself,
// and founding with it refuses or not, but never breaks.
func FuzzDocument(f *testing.F) {
	d, err := charter.Preset("standard")
	if err != nil {
		f.Fatal(err)
	}
	raw, err := json.Marshal(d)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(raw)
	f.Add([]byte(`{"policy":{"classes":[""]},"motions":[{"id":65535,"closing":"when decided"}]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		d, err := charter.ParseDocument(raw)
		if err != nil {
			return
		}
		if m, err := d.Amendment(nil); err == nil {
			_ = m.Check()
		}
		again, err := json.Marshal(d)
		if err != nil {
			return // an enumeration left out has no name
		}
		if _, err := charter.ParseDocument(again); err != nil && !strings.Contains(string(again), "unknown") &&
			!strings.Contains(string(again), "base 0") && !strings.Contains(string(again), "office 0") {
			t.Errorf("written as %s, which is not read: %v", again, err)
		}
	})
}
