package rulebook_test

import (
	"bytes"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rochdale-ledger/rochdale/app/rooms"
	"github.com/rochdale-ledger/rochdale/client/rulebook"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/amendment"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/tx"
)

var in = rulebook.Context{Kinds: rooms.Kinds}

// again is a charter after it was written and read.
func again(t interface {
	Helper()
	Fatalf(string, ...any)
}, d charter.Document) charter.Document {
	t.Helper()
	var b bytes.Buffer
	if err := rulebook.Write(&b, d, in); err != nil {
		t.Fatalf("%v", err)
	}
	got, err := rulebook.Read("charter.toml", b.Bytes(), in)
	if err != nil {
		t.Fatalf("%v\n%s", err, b.String())
	}
	return got
}

// amending is what a charter founds.
func amending(t interface {
	Helper()
	Fatalf(string, ...any)
}, d charter.Document) amendment.Amend {
	t.Helper()
	m, err := amendment.Founding(d, rooms.Kinds)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return m
}

// Each preset, written and read, founds the same co-op.
func TestRoundTripOfPresets(t *testing.T) {
	for _, name := range charter.Presets() {
		d, err := charter.Preset(name)
		if err != nil {
			t.Fatal(err)
		}
		got := again(t, d)
		if diff := cmp.Diff(amending(t, d), amending(t, got)); diff != "" || got.Name != d.Name || got.About != d.About {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
	}
}

// Charters made by chance, written and read, are the same.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		d := drawn(rt)
		got := again(rt, d)
		if diff := cmp.Diff(amending(rt, d), amending(rt, got)); diff != "" {
			rt.Fatalf("(-want +got)\n%s", diff)
		}
	})
}

// drawn is a charter, bounds aside: names that give the same key or none, kinds of motion
// in any order, all sorts of grants, figures of all sizes.
func drawn(t *rapid.T) (d charter.Document) {
	name := rapid.OneOf(rapid.SampledFrom([]string{"chair", "Chair", "motion-3", "two officers", "Two  Officers", "été", "9", "", `a "b" \c`, "\x7f\n\t"}), rapid.String())
	id := func() charter.MotionKindID { return charter.MotionKindID(rapid.Uint16Range(1, 9).Draw(t, "kind")) }
	ids := func() []charter.MotionKindID {
		return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) charter.MotionKindID {
			return charter.MotionKindID(rapid.Uint16Range(1, 9).Draw(t, "kind"))
		}), 1, 3).Draw(t, "kinds")
	}
	offices := func() []charter.Office {
		return rapid.SliceOfN(rapid.Map(rapid.Uint8Range(1, 6), func(n uint8) charter.Office { return charter.Office(n) }), 1, 3).Draw(t, "offices")
	}
	minutes := func() uint32 {
		return rapid.OneOf(rapid.Uint32(), rapid.SampledFrom([]uint32{0, 1, 60, 90, 1440, 20160})).Draw(t, "minutes")
	}
	share := func() count.Fraction {
		return count.Fraction{Num: rapid.Uint64().Draw(t, "num"), Den: rapid.Uint64().Draw(t, "den")}
	}
	d.Name, d.About = name.Draw(t, "name"), name.Draw(t, "about")
	digits := uint8(rapid.IntRange(0, 4).Draw(t, "digits"))
	most := uint64(1_000_000_000_000_000_000)
	d.Policy = charter.PolicyText{
		Currency: "EUR", Digits: digits, Allowance: rapid.Uint32().Draw(t, "allowance"), Classes: rapid.SliceOfN(name, 1, 3).Draw(t, "classes"),
		Entrenched: id(), Waiting: rapid.Uint32Range(0, 400).Draw(t, "waiting"), Alone: rapid.Uint64Range(0, most).Draw(t, "alone"),
	}
	if rapid.Bool().Draw(t, "overdrafts") {
		d.Policy.Overdrafts = []charter.Overdraft{{Account: 1000, Amount: rapid.Uint64Range(1, most).Draw(t, "overdraft")}, {Account: 2000, Amount: 1}}
	}
	if rapid.Bool().Draw(t, "membership") {
		fill(t, reflect.ValueOf(&d.Policy.Membership).Elem())
	}
	if rapid.Bool().Draw(t, "levels") {
		d.Policy.Special, d.Policy.Principle = ids(), ids()
		level := func() charter.Level { return charter.Level(rapid.IntRange(2, 4).Draw(t, "level")) }
		d.Policy.Levels = []charter.ClauseLevel{{Grant: rooms.Kinds[3].Number, Level: level()}, {Motion: id(), Level: level()}, {Figure: 6, Level: level()}, {Figure: 200, Level: level()}, {Text: "by-laws", Level: level()}}
	}
	for n := range charter.MotionKindID(rapid.IntRange(0, 9).Draw(t, "motions")) {
		k := charter.NamedMotion{ID: 9 - n, MotionText: charter.MotionText{
			Name: name.Draw(t, "motion"), Notice: minutes(), Shortest: minutes(), Longest: minutes(), Closing: charter.Closing(rapid.IntRange(1, 4).Draw(t, "closing")),
			Rule: &charter.RuleText{Quorum: share(), QuorumMin: rapid.Uint64Range(0, 1<<62).Draw(t, "least"), Threshold: share(), Base: count.Base(rapid.IntRange(1, 3).Draw(t, "base")), Strict: rapid.Bool().Draw(t, "strict")},
		}}
		k.Electorate.Sort = charter.ElectorateSort(rapid.IntRange(1, 3).Draw(t, "sort"))
		if rapid.Bool().Draw(t, "offices") {
			k.Electorate.Offices = offices()
		}
		if rapid.Bool().Draw(t, "veto") {
			k.Rule, k.Veto = nil, &charter.VetoText{Share: share(), Strict: rapid.Bool().Draw(t, "strict")}
		}
		if rapid.Bool().Draw(t, "then") {
			k.Proposers, k.ProposerClass, k.Then, k.Most = offices(), charter.Class(rapid.IntRange(0, 2).Draw(t, "proposers")), ids(), rapid.Uint64Range(0, most).Draw(t, "most")
		}
		k.Electorate.Class = charter.Class(rapid.IntRange(0, 2).Draw(t, "class"))
		d.Motions = append(d.Motions, k)
	}
	for i := range rapid.IntRange(0, 5).Draw(t, "grants") {
		g := charter.NamedGrant{Actions: []string{rooms.Kinds[i].Name, rooms.Kinds[len(rooms.Kinds)-1-i].Name}}
		g.Concerned, g.Members = rapid.Bool().Draw(t, "concerned"), rapid.Bool().Draw(t, "members")
		if rapid.Bool().Draw(t, "ways") {
			g.Offices, g.Motions = offices(), ids()
			g.Others = []charter.OtherText{{Coop: state.Coop(rapid.Uint32().Draw(t, "coop")), Office: offices()[0]}}
		}
		d.Grants = append(d.Grants, g)
	}
	for i := range rapid.IntRange(0, 4).Draw(t, "texts") {
		text := charter.Text{Name: fmt.Sprint(i, name.Draw(t, "text")), Words: "x" + name.Draw(t, "words")}
		d.Texts = append(d.Texts, text)
	}
	return d
}

// fill draws the figures of a struct, also of fields that this test does not know.
func fill(t *rapid.T, v reflect.Value) {
	for i := range v.NumField() {
		switch f := v.Field(i); f.Kind() {
		case reflect.Struct:
			fill(t, f)
		case reflect.Bool:
			f.SetBool(rapid.Bool().Draw(t, "figure"))
		case reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
			f.SetUint(rapid.Uint64Range(0, 100).Draw(t, "figure"))
		}
	}
}

// What is wrong in a file is said with its line and its clause.
func TestRefuses(t *testing.T) {
	for _, row := range []struct{ file, says string }{
		{"name = ", "c.toml, line 1: "},
		{"name = \"a\"\nname = \"b\"", "c.toml, line 2: "},
		{"[policy]\nallowance = 1000\nquorum = 3", `c.toml, line 3: policy: there is no "quorum" here; there are currency, digits, allowance, classes, entrenched, waiting, alone,`},
		{"bylaws = 3", `c.toml, line 1: there is no "bylaws" here; there are coop, from, name, about, policy, motions, grants, levels and later`},
		{"[policy]\n\nwaiting = \"two weeks\"", `c.toml, line 3: policy.waiting: "two weeks" is no length of time; write it like "14 days"`},
		{"[policy]\nwaiting = \"36 hours\"", `c.toml, line 2: policy.waiting: "36 hours" is not in whole days`},
		{"[policy]\nalone = \"1.000,00\"", `c.toml, line 2: policy.alone: "1.000,00" is not an amount`},
		{"[policy]\nalone = \"-5\"", `c.toml, line 2: policy.alone: "-5" is below zero`},
		{"[policy]\ndigits = 2.5", `c.toml, line 2: policy.digits: "2.5" cannot be; give a whole number from 0 to 255`},
		{"[policy]\ndigits = \"two\"", `c.toml, line 2: policy.digits: "two" cannot be; give a whole number from 0 to 255`},
		{"[policy]\nentrenched = \"general-meeting\"", `c.toml, line 2: policy.entrenched: there is no kind of motion "general-meeting"; there are `},
		{"motions = 3", "c.toml, line 1: motions: write each kind of motion under a heading"},
		{"[motions]\nmeeting = 3", "c.toml, line 2: motions.meeting: a kind of motion is a heading, like [motions.meeting]"},
		{"[motions.meeting]\n\ncarried_by = \"many\"", `c.toml, line 3: motions.meeting.carried_by: "many" is no majority; write it like`},
		{"[motions.meeting]\ncarried_by = \"silence, unless at least 10% of the electorate object by casting no\"", `c.toml, line 2: motions.meeting.carried_by: "silence, unless at least 10% of the electorate object by casting no" is no majority; write veto = { share = "1/4", strict = false } in the place of carried_by: silence carries it, unless at least 1/4 object`},
		{"[motions.meeting]\nquorum = \"some\"", `c.toml, line 2: motions.meeting.quorum: "some" is no share`},
		{"[motions.meeting]\nlength = \"1 hour\"", `c.toml, line 2: motions.meeting: there is no "length" here; there are number, name, electorate, carried_by, quorum, quorum_min, veto, notice, shortest, longest`},
		{"[grants]\n\"member.Admit\" = { chair = 1 }", `c.toml, line 2: grants.member.Admit: who may is a list`},
		{"[grants]\n\"member.Admit\" = [\n  \"chair\",\n  \"captain\"]", `c.toml, line 4: grants.member.Admit: "captain" is neither "the member concerned", "any member", an office nor the key of a kind of motion`},
		{"[grants]\n\"member.Admit\" = [3]", "c.toml, line 2: grants.member.Admit: who may take an action is a word in quotation marks"},
		{"[levels]\nsacred = []", `c.toml, line 2: levels.sacred: write special, entrenched or principle`},
		{"[levels]\nprinciple = [\"member.Adm\"]", `c.toml, line 2: levels.principle: there is no action "member.Adm"`},
		{"[levels]\nprinciple = [\"figure height\"]", `c.toml, line 2: levels.principle: "height" is none of`},
		{"[levels]\nprinciple = [\"motion of-the-heart\"]", `c.toml, line 2: levels.principle: there is no kind of motion "of-the-heart"; there are none`},
		{"[levels]\nspecial = [\"member.Apply\"]\nprinciple = [\"member.Apply\"]", "c.toml, line 3: levels: the level of who may take member.Apply is given twice"},
		{"[policy]\nlevels = [\"member.Admit\"]", "c.toml, line 2: policy: levels are a heading of their own: [levels], and below it"},
		{"", "c.toml, line 1: the file is empty, or all of it is remarks"},
		{"\n# later\n", "c.toml, line 1: the file is empty, or all of it is remarks"},
		{"name = \"a\"\n[later]", "c.toml, line 2: later: there is no rule below this heading: write one as NAME = \"its words\"; what is to change on a later day has from ="},
		{"later = 3", "c.toml, line 1: later: write a heading, [later]"},
		{"[later]\n\nquorum = 3", "c.toml, line 3: later.quorum: a rule is its words"},
		{"[levels]\nprinciple = [3]", "c.toml, line 2: levels.principle: a clause is a word in quotation marks"},
	} {
		_, err := rulebook.Read("c.toml", []byte(row.file), in)
		if err == nil || !strings.Contains(err.Error(), row.says) {
			t.Errorf("%q: %v, want %q", row.file, err, row.says)
		}
	}
}

// What may be written in several ways means the same.
func TestWays(t *testing.T) {
	d, err := rulebook.Read("c.toml", []byte(`
from = 2027-01-01
[policy]
currency = "EUR"
digits = 2
allowance = 1_000
waiting = "2 weeks"
alone_minor_units = 5
overdrafts = [{ account = 1000, amount = "500.00" }]
entrenched = "special-resolution"

[motions.special-resolution]
electorate = "all members"
carried_by = "at least three quarters of votes cast"
quorum = "10%"
notice = "1 week"
shortest = "none"
longest = "1 hour"
closing = "at deadline"

[motions.users]
number = 1
electorate = { class = 2 }
carried_by = "more than half of all members"

[grants]
"charter.Amend" = "special-resolution"
"member.Suspend" = ["chair", "auditor of co-op 7", "users", "motion-2"]
`), in)
	if err != nil {
		t.Fatal(err)
	}
	special, users := d.Motions[0], d.Motions[1]
	for what, ok := range map[string]bool{
		"waiting":   d.Policy.Waiting == 14,
		"alone":     d.Policy.Alone == 5,
		"overdraft": d.Policy.Overdrafts[0].Amount == 50_000,
		"numbers":   special.ID == 2 && users.ID == 1 && d.Policy.Entrenched == 2,
		"name":      special.Name == "special resolution",
		"rule":      special.Rule.Threshold == (count.Fraction{Num: 3, Den: 4}) && special.Rule.Quorum == (count.Fraction{Num: 10, Den: 100}) && !special.Rule.Strict,
		"times":     special.Notice == 7*24*60 && special.Shortest == 0 && special.Longest == 60,
		"half":      users.Rule.Strict && users.Rule.Base == count.BaseMembers && users.Electorate.Sort == charter.OneClass,
		"grants":    fmt.Sprint(d.Grants[1].Offices, d.Grants[1].Motions, d.Grants[1].Others) == "[chair] [1 2] [{7 auditor}]",
		"one way":   d.Grants[0].Motions[0] == 2,
	} {
		if !ok {
			t.Errorf("%s: %+v", what, d)
		}
	}
}

// FuzzRead: whatever a file holds is read or refused, and what a ledger would take,
// written and read again, is the same.
func FuzzRead(f *testing.F) {
	for _, name := range rulebook.Presets() {
		p, err := rulebook.Find(name, rooms.Kinds)
		if err != nil {
			f.Fatal(err)
		}
		var b bytes.Buffer
		if err := p.Write(&b, in); err != nil {
			f.Fatal(err)
		}
		f.Add(b.Bytes())
	}
	f.Add([]byte("[[motions]]\nid = 1\n[grants.x]\n[levels]\n[policy.levels]\n[motions.a.b]"))
	f.Add([]byte(manyWrong))
	f.Add([]byte("[later]"))
	f.Add([]byte("[motions.a]\nrule = 3\nquorum = {num = 1}\n[motions.b]\nveto = [[]]\n[[grants]]\nactions = [1979-05-27T07:32:00Z]"))
	f.Add([]byte("[policy]\nalone = \"1.00\"\nalone_minor_units = 100\ndigits = inf\nlevels = \"\""))
	f.Fuzz(func(t *testing.T, raw []byte) {
		d, err := rulebook.Read("c.toml", raw, in)
		if err != nil {
			return
		}
		m, err := amendment.Founding(d, rooms.Kinds)
		if err != nil || m.Check() != nil {
			return
		}
		got := again(t, d)
		if was, is := m, amending(t, got); !bytes.Equal(tx.Encode(was), tx.Encode(is)) || got.Name != d.Name || got.About != d.About {
			t.Errorf("%q, %q (-want +got)\n%s", d.Name, d.About, cmp.Diff(was, is))
		}
	})
}
