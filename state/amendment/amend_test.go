package amendment_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/amendment"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/statetest"
	"github.com/rochdale-ledger/rochdale/tx"
)

var half = count.Fraction{Num: 1, Den: 2}

// sound is a kind of motion within all bounds.
func sound() charter.MotionKind {
	return charter.MotionKind{
		Name: "sound", Electorate: charter.Electorate{Sort: charter.AllMembers}, Longest: 1, Closing: charter.AtDeadline,
		Method: charter.ByMajority(rule()),
	}
}

// chained is the standard charter's ordinary resolution, to be confirmed by two officers.
func chained() charter.MotionEntry {
	k := sound()
	k.Then = []charter.MotionKindID{3}
	return k.Entry(1)
}

func rule() count.MajorityRule {
	return count.MajorityRule{Quorum: half, Threshold: half, Base: count.BaseCast}
}

func policy() charter.PolicyEntry {
	return charter.PolicyEntry{Currency: "EUR", Digits: 2, Allowance: 100, Classes: []string{"member"}, Entrenched: 1}
}

// with returns a sound kind of motion with one thing changed.
func with(change func(*charter.MotionKind)) []charter.MotionEntry {
	k := sound()
	change(&k)
	return []charter.MotionEntry{k.Entry(9)}
}

func changed(change func(*charter.PolicyEntry)) []charter.PolicyEntry {
	p := policy()
	change(&p)
	return []charter.PolicyEntry{p}
}

// Rows are what no charter can hold, whatever the state, in the order of the
// checks; each breaks every later rule that it can. Says is nothing for what is
// just within its bound.
func TestBounds(t *testing.T) {
	long := strings.Repeat("x", charter.MaxName+1)
	nine := slices.Repeat([]charter.Office{charter.Chair}, charter.MaxOffices+1)
	others := slices.Repeat([]charter.CoopOffice{{Coop: 2, Office: charter.Delegate}}, charter.MaxOffices)
	ids := make([]charter.MotionKindID, charter.MaxMotionKinds+1)
	vetoed := func(change func(*charter.MotionKind)) amendment.Amend {
		k := sound()
		k.Method, k.Shortest, k.Longest = charter.ByVeto(count.VetoRule{Share: half}), charter.MinVeto, charter.MinVeto
		change(&k)
		return amendment.Amend{Motions: []charter.MotionEntry{k.Entry(9)}}
	}
	grant := func(g charter.Grant) amendment.Amend {
		return amendment.Amend{Grants: []charter.GrantEntry{g.Entry(0)}, Motions: []charter.MotionEntry{{}}}
	}
	grants := func(g charter.Grant) amendment.Amend {
		return amendment.Amend{Grants: []charter.GrantEntry{g.Entry(0)}}
	}
	kind := func(change func(*charter.MotionKind)) amendment.Amend { return amendment.Amend{Motions: with(change)} }
	electorate := func(e charter.Electorate) amendment.Amend {
		return kind(func(k *charter.MotionKind) { k.Electorate = e })
	}
	method := func(m charter.Method) amendment.Amend {
		return kind(func(k *charter.MotionKind) { k.Method, k.Longest = m, 0 })
	}
	figure := func(change func(*charter.PolicyEntry)) amendment.Amend {
		return amendment.Amend{Policy: changed(change)}
	}
	classes := func(names ...string) amendment.Amend {
		return figure(func(p *charter.PolicyEntry) { p.Classes = names })
	}
	var sounds []charter.MotionEntry
	for id := range charter.MotionKindID(charter.MaxMotionKinds + 1) {
		sounds = append(sounds, sound().Entry(9+id))
	}
	var apart []charter.GrantEntry
	for kind := range tx.Kind(charter.MaxGrants) {
		apart = append(apart, charter.GrantEntry{Kind: kind})
	}
	officers := func(least uint64, offices []charter.Office) amendment.Amend {
		return kind(func(k *charter.MotionKind) {
			r := rule()
			r.QuorumMin = least
			k.Method = charter.ByMajority(r)
			k.Electorate = charter.Electorate{Sort: charter.Holders, Offices: offices}
		})
	}
	for _, row := range []struct {
		name   string
		amends amendment.Amend
		says   string
	}{
		{"nothing", amendment.Amend{}, "amends nothing"},
		{"two policies", amendment.Amend{Grants: grant(charter.Grant{Offices: nine}).Grants, Policy: []charter.PolicyEntry{policy(), policy()}}, "2 policies"},
		{"too many grants", amendment.Amend{Grants: make([]charter.GrantEntry, charter.MaxGrants+1)}, "an amendment of 257 grants"},
		{"as many grants as can be", amendment.Amend{Grants: apart}, ""},
		{"one grant twice", amendment.Amend{Grants: append(apart[1:3:3], apart[1])}, "who may take actions of kind 0001, twice"},
		{"too many motions", amendment.Amend{Motions: sounds}, "65 motions"},
		{"as many motions as can be", amendment.Amend{Motions: sounds[1:]}, ""},
		{"one kind of motion twice", amendment.Amend{Motions: append(sounds[1:3:3], sounds[1])}, "kind of motion 10, twice"},
		{"one rule twice", setting(charter.Text{Name: "by-laws", Words: "1"}, charter.Text{Name: "by-laws", Words: "2"}), `the rule "by-laws", twice`},
		{"too many offices", grant(charter.Grant{Offices: append(nine, 99)}), "too many offices or motions"},
		{"as many offices as can be", grants(charter.Grant{Offices: nine[1:]}), ""},
		{"to too many motions", grant(charter.Grant{Motions: ids}), "too many offices or motions"},
		{"to as many motions as can be", grants(charter.Grant{Motions: ids[1:]}), ""},
		{"to too many officers of others", grant(charter.Grant{Others: append(others, charter.CoopOffice{})}), "too many officers of other co-ops"},
		{"to as many officers of others as can be", grants(charter.Grant{Others: others}), ""},
		{"officers of co-op zero", grant(charter.Grant{Others: []charter.CoopOffice{{Coop: 0, Office: charter.Chair}}, Offices: []charter.Office{99}}), "a grant to chair of co-op 0"},
		{"unknown officers of another co-op", grant(charter.Grant{Others: []charter.CoopOffice{{Coop: 2, Office: 99}}, Offices: []charter.Office{98}}), "a grant to office 99 of co-op 2"},
		{"unknown office", grant(charter.Grant{Offices: []charter.Office{charter.Delegate, charter.Delegate + 1}}), "unknown office 7"},
		{"office zero", grant(charter.Grant{Offices: []charter.Office{0}}), "unknown office 0"},
		{"last office", grants(charter.Grant{Offices: []charter.Office{charter.Secretary, charter.Delegate}}), ""},
		{"motion number zero", amendment.Amend{Motions: []charter.MotionEntry{{}}, Policy: []charter.PolicyEntry{{}}}, "kind of motion 0"},

		{"no name", kind(func(k *charter.MotionKind) { k.Name, k.Electorate.Sort = "", 4 }), "a name of 0 bytes"},
		{"long name", kind(func(k *charter.MotionKind) { k.Name, k.Electorate.Sort = long, 4 }), "a name of 65 bytes"},
		{"longest name", kind(func(k *charter.MotionKind) { k.Name = long[1:] }), ""},
		{"no electorate", electorate(charter.Electorate{}), "unknown sort of electorate 0"},
		{"unknown electorate", electorate(charter.Electorate{Sort: charter.Holders + 1}), "unknown sort of electorate 4"},
		{"class zero", electorate(charter.Electorate{Sort: charter.OneClass}), "an electorate of class 0"},
		{"class beyond", electorate(charter.Electorate{Sort: charter.OneClass, Class: charter.MaxClasses + 1}), "an electorate of class 9"},
		{"last class", electorate(charter.Electorate{Sort: charter.OneClass, Class: charter.MaxClasses}), ""},
		{"no holders", electorate(charter.Electorate{Sort: charter.Holders}), "an electorate of 0 offices"},
		{"holders of too many offices", electorate(charter.Electorate{Sort: charter.Holders, Offices: append(nine, 99)}), "an electorate of 10 offices"},
		{"holders of as many as can be", officers(2, nine[1:]), ""},
		{"holders, of whom one could decide", officers(1, nine[1:]), "it could be decided by one officer"},
		{"holders of no office", electorate(charter.Electorate{Sort: charter.Holders, Offices: []charter.Office{99}}), "unknown office 99"},
		{"no method", method(charter.Method{}), "method of counting: unknown (0)"},
		{"unknown method", method(charter.Method{Tag: charter.Veto + 1, Body: tx.Encode(rule())}), "method of counting: unknown (3)"},
		{"too large a rule", method(charter.Method{Tag: 99, Body: make([]byte, charter.MaxMethod+1)}), "a method's rule of 1025 bytes"},
		{"as large a rule as can be, and none", method(charter.Method{Tag: charter.Majority, Body: make([]byte, charter.MaxMethod)}), "majority: cbor"},
		{"no rule", method(charter.Method{Tag: charter.Majority}), "majority: EOF"},
		{"something after the rule", method(charter.Method{Tag: charter.Majority, Body: append(tx.Encode(rule()), 0)}), "majority: cbor"},
		{"a rule with a field too many", method(charter.Method{Tag: charter.Majority, Body: tx.Encode(map[int]int{9: 1})}), "majority: cbor"},
		{"a rule with an explicit zero", method(charter.Method{Tag: charter.Majority, Body: tx.Encode(map[int]int{2: 0})}), "majority: not in canonical CBOR form"},
		{"rule of nothing", method(charter.ByMajority(count.MajorityRule{})), "majority: majority rule is not valid"},
		{"more than all", method(charter.ByMajority(count.MajorityRule{Quorum: half, Threshold: count.Fraction{Num: 1, Den: 1}, Base: count.BaseCast, Strict: true})), "more than all can never be in favour"},
		{"a veto by a rule of another method", method(charter.Method{Tag: charter.Veto, Body: tx.Encode(rule())}), "veto: cbor"},
		{"a veto of more than all", vetoed(func(k *charter.MotionKind) {
			k.Method = charter.ByVeto(count.VetoRule{Share: count.Fraction{Num: 1, Den: 1}, Strict: true})
		}), "more than all can never object"},
		{"a veto by no share of one", vetoed(func(k *charter.MotionKind) {
			k.Method = charter.ByVeto(count.VetoRule{Share: count.Fraction{Num: 2, Den: 1}})
		}), "a veto by 2/1, which is no share of one"},
		{"a veto of officers", vetoed(func(k *charter.MotionKind) {
			k.Electorate = charter.Electorate{Sort: charter.Holders, Offices: nine[1:]}
		}), "only office holders could object"},
		{"too short a time to object", vetoed(func(k *charter.MotionKind) { k.Shortest = charter.MinVeto - 1 }), "10,079 minutes, 7 days is the least"},
		{"a veto that is declared over", vetoed(func(k *charter.MotionKind) { k.Closing = charter.OnDeclaring }), "would end the time to object"},
		{"a sound veto", vetoed(func(*charter.MotionKind) {}), ""},
		{"proposed by too many offices", kind(func(k *charter.MotionKind) { k.Proposers = nine }), "proposed by too many offices"},
		{"proposed by a class beyond", kind(func(k *charter.MotionKind) { k.ProposerClass = charter.MaxClasses + 1 }), "by class 9"},
		{"confirmed by too many", kind(func(k *charter.MotionKind) { k.Then = ids[:charter.MaxThen+1] }), "too many kinds of motion"},
		{"proposed by no office", kind(func(k *charter.MotionKind) { k.Proposers = []charter.Office{99} }), "unknown office 99"},
		{"confirmed by kind zero", kind(func(k *charter.MotionKind) { k.Then = ids[:1] }), "do not ascend"},
		{"confirmed twice by one", kind(func(k *charter.MotionKind) { k.Then = []charter.MotionKindID{3, 3} }), "do not ascend"},
		{"moves more than there can be", kind(func(k *charter.MotionKind) { k.Most = uint64(money.Max) + 1 }), "more than there can be"},
		{"moves as much as there can be", kind(func(k *charter.MotionKind) { k.Most = uint64(money.Max) }), ""},
		{"no length", kind(func(k *charter.MotionKind) { k.Longest, k.Closing = 0, 0 }), "a poll of 0 minutes to 0 minutes"},
		{"shortest over longest", kind(func(k *charter.MotionKind) { k.Shortest, k.Closing = 2, 0 }), "a poll of 2 minutes to 1 minute"},
		{"shortest as longest", kind(func(k *charter.MotionKind) { k.Shortest = 1 }), ""},
		{"too long", kind(func(k *charter.MotionKind) { k.Longest, k.Closing = charter.MaxMinutes+1, 0 }), "a poll of 0 minutes to 1,054,081 minutes"},
		{"longest", kind(func(k *charter.MotionKind) { k.Longest = charter.MaxMinutes }), ""},
		{"too long a notice", kind(func(k *charter.MotionKind) { k.Notice, k.Closing = charter.MaxMinutes+1, 0 }), "a notice of 1,054,081 minutes"},
		{"longest notice", kind(func(k *charter.MotionKind) { k.Notice = charter.MaxMinutes }), ""},
		{"no closing", kind(func(k *charter.MotionKind) { k.Closing = 0 }), "unknown closing 0"},
		{"unknown closing", kind(func(k *charter.MotionKind) { k.Closing = charter.OnDecided + 1 }), "unknown closing 5"},
		{"last closing", kind(func(k *charter.MotionKind) { k.Closing = charter.OnDecided }), ""},

		{"four letters", figure(func(p *charter.PolicyEntry) { p.Currency, p.Allowance = "EURo", 0 }), `currency "EURo" with 2 digits`},
		{"two letters", figure(func(p *charter.PolicyEntry) { p.Currency = "EU" }), `currency "EU" with 2 digits`},
		{"five digits", figure(func(p *charter.PolicyEntry) { p.Digits, p.Allowance = 5, 0 }), "with 5 digits"},
		{"four digits", figure(func(p *charter.PolicyEntry) { p.Digits = 4 }), ""},
		{"small letters", figure(func(p *charter.PolicyEntry) { p.Currency, p.Allowance = "EuR", 0 }), "not three capitals"},
		{"before A", figure(func(p *charter.PolicyEntry) { p.Currency = "E@R" }), "not three capitals"},
		{"after Z", figure(func(p *charter.PolicyEntry) { p.Currency = "E[R" }), "not three capitals"},
		{"A and Z", figure(func(p *charter.PolicyEntry) { p.Currency = "ZAR" }), ""},
		{"no allowance", figure(func(p *charter.PolicyEntry) { p.Allowance, p.Classes = 0, nil }), "allowance of 0"},
		{"least allowance", figure(func(p *charter.PolicyEntry) { p.Allowance = 1 }), ""},
		{"boundless allowance", figure(func(p *charter.PolicyEntry) { p.Allowance, p.Classes = charter.MaxAllowance+1, nil }), "allowance of 100001"},
		{"largest allowance", figure(func(p *charter.PolicyEntry) { p.Allowance = charter.MaxAllowance }), ""},
		{"no waiting is named", figure(func(p *charter.PolicyEntry) { p.Waiting = 0 }), ""},
		{"too short a waiting time", figure(func(p *charter.PolicyEntry) { p.Waiting = charter.MinWaiting - 1 }), "a waiting time of 6 days"},
		{"the shortest waiting time", figure(func(p *charter.PolicyEntry) { p.Waiting = charter.MinWaiting }), ""},
		{"the longest waiting time", figure(func(p *charter.PolicyEntry) { p.Waiting = charter.MaxWaiting }), ""},
		{"too long a waiting time", figure(func(p *charter.PolicyEntry) { p.Waiting = charter.MaxWaiting + 1 }), "a waiting time of 367 days"},
		{"the most that one officer moves", figure(func(p *charter.PolicyEntry) { p.Alone = uint64(money.Max) }), ""},
		{"more than the ledger holds", figure(func(p *charter.PolicyEntry) { p.Alone = uint64(money.Max) + 1 }), "one officer moves 10,000,000,000,000,000.01 EUR alone, at most 10,000,000,000,000,000.00 EUR can be"},
		{"no classes", classes(), "0 classes of members"},
		{"too many classes", classes(strings.Split("a,b,c,d,e,f,g,h,", ",")...), "9 classes of members"},
		{"as many classes as can be", classes(strings.Split("a,b,c,d,e,f,g,h", ",")...), ""},
		{"a class without a name", classes("member", ""), "a class has a name of 0 bytes"},
		{"a class with a long name", classes("member", long), "a class has a name of 65 bytes"},
		{"a class with the longest name", classes(long[1:]), ""},
	} {
		err := row.amends.Check()
		if row.says == "" && err != nil || row.says != "" && (state.Rejected(err) != charter.ErrBounds || !strings.Contains(err.Error(), row.says)) {
			t.Errorf("%s: %v, want %q", row.name, err, row.says)
		}
	}
}

// Rows are what this co-op's charter cannot become, in the order of the checks.
func TestAmend(t *testing.T) {
	l := statetest.New(t, statetest.Setup{})
	amendBy := func(ids ...charter.MotionKindID) []charter.GrantEntry {
		return []charter.GrantEntry{{Kind: amendment.KindAmend, Motions: ids}}
	}
	var many []charter.MotionEntry // the preset has 4
	for id := range charter.MotionKindID(charter.MaxMotionKinds - 4) {
		many = append(many, sound().Entry(100+id))
	}
	dollars := changed(func(p *charter.PolicyEntry) { p.Currency = "USD" })
	classes := func(names ...string) []charter.PolicyEntry {
		return changed(func(p *charter.PolicyEntry) { p.Classes = names })
	}
	ofClass := func(class charter.Class) []charter.MotionEntry {
		return with(func(k *charter.MotionKind) {
			k.Electorate = charter.Electorate{Sort: charter.OneClass, Class: class}
		})
	}
	l.Run(t, []statetest.Row{
		statetest.Try("by a member", 1, amendment.Amend{Motions: with(func(*charter.MotionKind) {})}, state.ErrAuthority),
		statetest.Try("more kinds than can be", 0, amendment.Amend{Motions: append(many, with(func(*charter.MotionKind) {})...), Grants: amendBy(99)}, charter.ErrBounds),
		statetest.Try("by a motion that is none", 0, amendment.Amend{Grants: amendBy(99), Policy: dollars}, charter.ErrNoMotion),
		statetest.Try("by no motion", 0, amendment.Amend{Grants: amendBy(), Policy: dollars}, amendment.ErrEntrenched),
		statetest.Try("another currency", 0, amendment.Amend{Policy: dollars}, charter.ErrBounds),
		statetest.Try("other digits", 0, amendment.Amend{Policy: changed(func(p *charter.PolicyEntry) { p.Digits = 3 })}, charter.ErrBounds),
		statetest.Try("a poll of a class that is none", 0, amendment.Amend{Motions: ofClass(2)}, charter.ErrBounds),
		statetest.Try("a second class", 0, amendment.Amend{Policy: classes("member", "worker"), Motions: ofClass(2)}, nil),
		statetest.Try("a poll of the class beside it", 0, amendment.Amend{Motions: ofClass(1)}, nil),
		statetest.Try("a poll of all, whatever the class", 0, amendment.Amend{Motions: with(func(k *charter.MotionKind) { k.Electorate.Class = 3 })}, nil),
		statetest.Try("a poll of a third class", 0, amendment.Amend{Motions: ofClass(3)}, charter.ErrBounds),
		statetest.Try("proposed by a third class", 0, amendment.Amend{Motions: with(func(k *charter.MotionKind) { k.ProposerClass = 3 })}, charter.ErrBounds),
		statetest.Try("confirmed by none that there is", 0, amendment.Amend{Motions: with(func(k *charter.MotionKind) { k.Then = []charter.MotionKindID{8} })}, charter.ErrNoMotion),
		statetest.Try("confirmed by itself", 0, amendment.Amend{Motions: with(func(k *charter.MotionKind) { k.Then = []charter.MotionKindID{9} })}, charter.ErrBounds),
		statetest.Try("confirmed by another", 0, amendment.Amend{Motions: with(func(k *charter.MotionKind) { k.Then = []charter.MotionKindID{1} })}, nil),
		statetest.Try("what confirms is to be confirmed", 0, amendment.Amend{Motions: []charter.MotionEntry{chained()}}, charter.ErrBounds),
		statetest.Try("a class fewer", 0, amendment.Amend{Policy: classes("member")}, charter.ErrBounds),
		statetest.Try("classes renamed", 0, amendment.Amend{Policy: classes("user", "worker")}, nil),
		statetest.Try("a new motion to amend by", 0, amendment.Amend{Motions: with(func(*charter.MotionKind) {}), Grants: amendBy(1, 9)}, nil),
		statetest.Try("as many kinds as can be", 0, amendment.Amend{Motions: many[1:]}, nil),
		statetest.Try("one kind in the place of another", 0, amendment.Amend{Motions: with(func(k *charter.MotionKind) { k.Name = "other" })}, nil),
	})
}

// What a charter does not have is a refusal, not a zero.
func TestReadRefuses(t *testing.T) {
	l := statetest.New(t, statetest.Setup{})
	v := l.Read()
	defer v.Close()
	if _, err := charter.MotionKindOf(v.Of(1), 60); state.Rejected(err) != charter.ErrNoMotion {
		t.Errorf("kind of motion 60: %v", err)
	}
	if k, err := charter.MotionKindOf(v.Of(1), 2); err != nil || k.Name != "special resolution" {
		t.Errorf("kind of motion 2: %+v, %v", k, err)
	}
	if _, err := charter.PolicyOf(v.Of(99)); state.Rejected(err) != charter.ErrNoCharter {
		t.Errorf("policy of co-op 99: %v", err)
	}
}

// A number that has no name, in a record of a later version, is shown as such.
func TestNameless(t *testing.T) {
	for got, want := range map[string]string{
		charter.Closing(0).String():          "unknown (0)",
		(charter.OnDecided + 1).String():     "unknown (5)",
		charter.OnDecided.String():           "on declaring what is decided",
		charter.OnDeclaring.String():         "on declaring",
		charter.ElectorateSort(200).String(): "unknown (200)",
		charter.AllMembers.String():          "all members",
		charter.Office(0).String():           "office 0",
		(charter.Delegate + 1).String():      "office 7",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// What an amendment does not name stays.
func TestAmendKeeps(t *testing.T) {
	l := statetest.New(t, statetest.Setup{})
	read := func() (grants map[string]charter.Grant, kinds map[charter.MotionKindID]charter.MotionKind) {
		v := l.Read()
		defer v.Close()
		grants, kinds = map[string]charter.Grant{}, map[charter.MotionKindID]charter.MotionKind{}
		g, err := charter.GrantOf(v.Of(1), amendment.KindAmend)
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
	if res := l.Mandate(amendment.Amend{Motions: with(func(*charter.MotionKind) {})}); res.Code != 0 {
		t.Fatal(res.Log)
	}
	kinds[9] = sound()
	after, kindsAfter := read()
	if diff := cmp.Diff(grants, after) + cmp.Diff(kinds, kindsAfter); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// The result of an amendment is what it replaces: each thing once, in the place
// where it is named last, and nothing for what there was not.
func TestAmendReturns(t *testing.T) {
	l := statetest.New(t, statetest.Setup{})
	amend := func(m amendment.Amend) (old amendment.Amend, told amendment.Amended) {
		t.Helper()
		res := l.Mandate(m)
		if res.Code != 0 || len(res.Events) != 1 {
			t.Fatalf("code %d %s, events %v", res.Code, res.Log, res.Events)
		}
		old, err := tx.Decode[amendment.Amend](res.Data)
		if err != nil {
			t.Fatal(err)
		}
		return old, res.Events[0].(amendment.Amended)
	}
	named := func(id charter.MotionKindID, name string) charter.MotionEntry {
		k := sound()
		k.Name = name
		return k.Entry(id)
	}
	chair := func(kind tx.Kind) charter.GrantEntry {
		return charter.GrantEntry{Kind: kind, Offices: []charter.Office{charter.Chair}}
	}
	policies := func(allowance uint32) []charter.PolicyEntry {
		return changed(func(p *charter.PolicyEntry) { p.Allowance = allowance })
	}
	const none, other tx.Kind = 0x7ff0, 0x7ff1
	for i, row := range []struct {
		m, want amendment.Amend
		policy  bool
	}{
		{m: amendment.Amend{
			Motions: []charter.MotionEntry{named(8, "second"), named(9, "third")},
			Grants:  []charter.GrantEntry{chair(none)},
		}},
		{
			m: amendment.Amend{
				Motions: []charter.MotionEntry{named(8, "fifth"), named(9, "sixth"), named(7, "new")},
				Grants:  []charter.GrantEntry{chair(other), {Kind: none, Members: true}},
				Policy:  policies(50),
			},
			want: amendment.Amend{
				Motions: []charter.MotionEntry{named(8, "second"), named(9, "third")},
				Grants:  []charter.GrantEntry{chair(none)},
				Policy:  policies(charter.MaxAllowance), // as statetest founds it
			},
			policy: true,
		},
		{m: amendment.Amend{Policy: policies(60)}, want: amendment.Amend{Policy: policies(50)}, policy: true},
	} {
		old, told := amend(row.m)
		if diff := cmp.Diff(row.want, old); diff != "" {
			t.Errorf("amendment %d (-want +got)\n%s", i, diff)
		}
		if want := (amendment.Amended{Amendment: amendment.AmendmentNumber(i + 2), Grants: len(row.m.Grants), Motions: len(row.m.Motions), Policy: row.policy}); told != want {
			t.Errorf("amendment %d: %+v, want %+v", i, told, want)
		}
	}
}

// An action that is none is granted by no document.
func TestFoundingRefuses(t *testing.T) {
	d := charter.Document{Name: "x", Grants: []charter.NamedGrant{{Actions: []string{"charter.Mend"}}}}
	if _, err := amendment.Founding(d, nil); err == nil {
		t.Error("an action that is none was granted")
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
		if m, err := amendment.Founding(d, nil); err == nil {
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
