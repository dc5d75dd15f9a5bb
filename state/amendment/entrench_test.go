package amendment_test

import (
	"math"
	"strings"
	"testing"

	"github.com/rochdale-ledger/rochdale/state/amendment"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/state/statetest"
	"github.com/rochdale-ledger/rochdale/tx"
)

// The kinds of motion of statetest's charter: all of them may carry an amendment
// here, and the first is entrenched.
const (
	strong   charter.MotionKindID = 1
	weak     charter.MotionKindID = 3
	ordinary charter.MotionKindID = 7 // that no entrenched grant names
)

// Kinds of action of rooms above this one.
const (
	apply     tx.Kind = 0x1001
	admit     tx.Kind = 0x1002
	imports   tx.Kind = 0x1003
	suspend   tx.Kind = 0x1004
	reinstate tx.Kind = 0x1005
	rekey     tx.Kind = 0x1007
	appoint   tx.Kind = 0x1008
	openClass tx.Kind = 0x2001
	propose   tx.Kind = 0x4001
	allocate  tx.Kind = 0x5005

	openAccount tx.Kind = 0x3001 // that nothing entrenches
)

// classy is a kind of motion of class 1.
const classy charter.MotionKindID = 77

func ofClass(class charter.Class) []charter.MotionEntry {
	k := sound()
	k.Electorate = charter.Electorate{Sort: charter.OneClass, Class: class}
	return []charter.MotionEntry{k.Entry(classy)}
}

// secretaries gives a kind of action to the secretary alone.
func secretaries(kinds ...tx.Kind) amendment.Amend {
	m := amendment.Amend{}
	for _, k := range kinds {
		m.Grants = append(m.Grants, charter.GrantEntry{Kind: k, Offices: []charter.Office{charter.Secretary}})
	}
	return m
}

// resolved gives a kind of action to a kind of motion.
func resolved(kind tx.Kind) amendment.Amend {
	return amendment.Amend{Grants: []charter.GrantEntry{{Kind: kind, Motions: []charter.MotionKindID{strong}}}}
}

// Nobody enters members or divides a surplus alone, by no charter.
func TestCollective(t *testing.T) {
	l := statetest.New(t, statetest.Setup{})
	for _, kind := range []tx.Kind{admit, imports, allocate} {
		for name, g := range map[string]charter.GrantEntry{
			"an officer":            {Offices: []charter.Office{charter.Secretary}},
			"any member":            {Members: true},
			"the member concerned":  {Concerned: true},
			"another co-op":         {Others: []charter.OtherEntry{{Coop: 2, Office: charter.Secretary}}},
			"an officer or motions": {Offices: []charter.Office{charter.Secretary}, Motions: []charter.MotionKindID{ordinary}},
		} {
			g.Kind = kind
			if res := l.Mandate(amendment.Amend{Grants: []charter.GrantEntry{g}}); res.Code != charter.ErrBounds.Code || !strings.Contains(res.Log, "enters votes") {
				t.Errorf("kind %04x to %s: %d %s", kind, name, res.Code, res.Log)
			}
		}
		if res := l.Mandate(resolved(kind)); res.Code != 0 {
			t.Errorf("kind %04x to a motion: %d %s", kind, res.Code, res.Log)
		}
	}
}

// Only the entrenched kind of motion changes how the charter is changed, who enters
// members, takes their vote or key and divides the surplus, and the motions that may.
func TestEntrenched(t *testing.T) {
	l := statetest.New(t, statetest.Setup{})
	amending := charter.GrantEntry{Kind: amendment.KindAmend, Motions: []charter.MotionKindID{strong, weak}}
	if res := l.Mandate(amendment.Amend{Grants: []charter.GrantEntry{amending}, Motions: append(ofClass(1), sound().Entry(ordinary))}); res.Code != 0 {
		t.Fatal(res.Log)
	}
	named := func(id charter.MotionKindID) amendment.Amend {
		v := l.Read()
		defer v.Close()
		k, err := charter.MotionKindOf(v.Of(1), id)
		if err != nil {
			t.Fatal(err)
		}
		k.Name = "another name"
		return amendment.Amend{Motions: []charter.MotionEntry{k.Entry(id)}}
	}
	figures := func(change func(*charter.PolicyEntry)) amendment.Amend {
		return amendment.Amend{Policy: changed(func(p *charter.PolicyEntry) {
			p.Allowance = charter.MaxAllowance
			change(p)
		})}
	}
	for _, row := range []struct {
		name   string
		amends amendment.Amend
		says   string // what only the entrenched kind changes; nothing if any may
	}{
		{"how it is amended", amendment.Amend{Grants: []charter.GrantEntry{amending}}, "who may take charter.Amend"},
		{"who applies", secretaries(apply), "who may take member.Apply"},
		{"who admits", resolved(admit), "who may take member.Admit"},
		{"who imports", resolved(imports), "who may take member.Import"},
		{"who suspends", secretaries(suspend), "who may take member.Suspend"},
		{"who reinstates", secretaries(reinstate), "who may take member.Reinstate"},
		{"who replaces keys", secretaries(rekey), "who may take member.Rekey"},
		{"who allocates", resolved(allocate), "who may take surplus.Allocate"},
		{"one of two grants", secretaries(openAccount, suspend), "who may take member.Suspend"},
		{"the entrenched motion", named(strong), "motions of kind 1"},
		{"a motion that may carry it", named(weak), "motions of kind 3"},
		{"the name of a class", figures(func(p *charter.PolicyEntry) { p.Classes = []string{"other"} }), "the classes that members are in"},
		{"how long new members wait", figures(func(p *charter.PolicyEntry) { p.Waiting = 8 }), "for how long new members wait"},
		{"the waiting time by its name only", figures(func(p *charter.PolicyEntry) { p.Waiting = charter.MinWaiting }), ""},
		{"what one officer moves alone", figures(func(p *charter.PolicyEntry) { p.Alone = 1 }), "how much one officer moves alone"},
		{"a motion of a class", amendment.Amend{Motions: ofClass(1)}, "the motions of a class"},
		{"a motion that was of a class", named(classy), "the motions of a class"},
		{"who opens classes of shares", resolved(openClass), "who may take share.OpenClass"},
		{"which is entrenched", figures(func(p *charter.PolicyEntry) { p.Entrenched = 2 }), "which kind of motion is entrenched"},

		{"who appoints", resolved(appoint), "who may take member.Appoint"},
		{"who proposes", amendment.Amend{Grants: []charter.GrantEntry{{Kind: propose, Members: true, Offices: []charter.Office{charter.Auditor}}}}, "who may take ballot.Propose"},
		{"fewer transactions a day", figures(func(p *charter.PolicyEntry) { p.Allowance-- }), "how few transactions a member may sign in a day"},
		{"who opens accounts", secretaries(openAccount), ""},
		{"another motion", named(ordinary), ""},
		{"a class more", figures(func(p *charter.PolicyEntry) { p.Classes = append(p.Classes, "other") }), ""},
	} {
		res := l.Do(statetest.Secretary, by(weak, row.amends))
		switch {
		case row.says == "" && res.Code != 0:
			t.Errorf("%s: %d %s", row.name, res.Code, res.Log)
		case row.says != "" && (res.Code != amendment.ErrProtected.Code || !strings.Contains(res.Log, row.says+", carried by kind 3, entrenched is kind 1")):
			t.Errorf("%s: %d %s, want %q", row.name, res.Code, res.Log, row.says)
		}
	}
	fewer, more := figures(func(p *charter.PolicyEntry) { p.Allowance = 7000; p.Classes = append(p.Classes, "other") }), figures(func(p *charter.PolicyEntry) { p.Classes = append(p.Classes, "other") })
	if res := l.Do(statetest.Secretary, by(strong, fewer)); res.Code != 0 {
		t.Errorf("fewer transactions a day by the entrenched kind: %d %s", res.Code, res.Log)
	}
	if res := l.Do(statetest.Secretary, by(weak, more)); res.Code != 0 {
		t.Errorf("more transactions a day: %d %s", res.Code, res.Log)
	}
	late := by(strong, secretaries(suspend))
	late.Late = true
	if res := l.Do(statetest.Secretary, late); res.Code != amendment.ErrProtected.Code || !strings.Contains(res.Log, "which was not the entrenched one when the motion was proposed") {
		t.Errorf("carried by what became the entrenched kind later: %d %s", res.Code, res.Log)
	}
	if res := l.Do(statetest.Secretary, by(strong, secretaries(suspend, reinstate))); res.Code != 0 {
		t.Errorf("carried by the entrenched kind: %d %s", res.Code, res.Log)
	}
}

// by carries an amendment by a motion of that kind.
func by(kind charter.MotionKindID, a amendment.Amend) statetest.Carried {
	return statetest.Carried{Kind: amendment.KindAmend, Payload: tx.Encode(a), By: kind}
}

// No amendment, the entrenched kind's own included, leaves an entrenched kind that is
// weaker than the hard bounds.
func TestEntrenchedBounds(t *testing.T) {
	l := statetest.New(t, statetest.Setup{})
	const notice = 31_680 // of the preset's special resolution, the longest
	kind := func(change func(*charter.MotionKind, *count.MajorityRule)) amendment.Amend {
		k, r := sound(), rule()
		k.Notice, k.Shortest, k.Longest = notice, 60, 60
		r.QuorumMin, r.Strict = 2, true
		change(&k, &r)
		k.Method = charter.ByMajority(r)
		return amendment.Amend{Motions: []charter.MotionEntry{k.Entry(strong)}}
	}
	method := func(change func(*count.MajorityRule)) amendment.Amend {
		return kind(func(_ *charter.MotionKind, r *count.MajorityRule) { change(r) })
	}
	fraction := func(num, den uint64) count.Fraction { return count.Fraction{Num: num, Den: den} }
	grant := func(g charter.Grant) amendment.Amend {
		return amendment.Amend{Grants: []charter.GrantEntry{g.Entry(amendment.KindAmend)}}
	}
	own := []charter.MotionKindID{strong}
	longer := sound()
	longer.Notice = notice + 1
	const weekLess = 7*24*60 - 1
	hurried := func(notice uint32) amendment.Amend { // all kinds with a long notice, shortened
		second := sound()
		return amendment.Amend{Motions: append(kind(func(k *charter.MotionKind, _ *count.MajorityRule) { k.Notice = notice }).Motions, second.Entry(2))}
	}
	brief := kind(func(k *charter.MotionKind, _ *count.MajorityRule) { k.Name, k.Shortest = "strong at once", 1 })
	brief.Motions[0].ID = 12
	brief.Grants = grant(charter.Grant{Motions: []charter.MotionKindID{strong, 12}}).Grants
	brief.Policy = changed(func(p *charter.PolicyEntry) { p.Entrenched, p.Allowance = 12, charter.MaxAllowance })
	for _, row := range []struct {
		name   string
		amends amendment.Amend
		says   string // of ErrWeak, unless it is about the kind's existence or grant
	}{
		{"none", amendment.Amend{Policy: changed(func(p *charter.PolicyEntry) { p.Entrenched = 0 })}, "motion, 0, does not exist"},
		{"one that does not exist", amendment.Amend{Policy: changed(func(p *charter.PolicyEntry) { p.Entrenched = 60 })}, "motion, 60, does not exist"},
		{"one that could not amend", amendment.Amend{Policy: changed(func(p *charter.PolicyEntry) { p.Entrenched = 2 })}, "motion, 2, could not carry it"},
		{"amendments by another", grant(charter.Grant{Motions: []charter.MotionKindID{2}}), "motion, 1, could not carry it"},
		{"by an office", grant(charter.Grant{Motions: own, Offices: []charter.Office{charter.Chair}}), "without a motion"},
		{"by an office elsewhere", grant(charter.Grant{Motions: own, Others: []charter.CoopOffice{{Coop: 2, Office: charter.Chair}}}), "without a motion"},
		{"by a member", grant(charter.Grant{Motions: own, Members: true}), "without a motion"},
		{"by someone concerned", grant(charter.Grant{Motions: own, Concerned: true}), "without a motion"},
		{"shorter notice", kind(func(k *charter.MotionKind, _ *count.MajorityRule) { k.Notice-- }), "a notice of 31,679 minutes, kind 2 has 22 days"},
		{"proposed by an office alone", kind(func(k *charter.MotionKind, _ *count.MajorityRule) { k.Proposers = []charter.Office{charter.Chair} }), "is proposed by some alone"},
		{"proposed by a class alone", kind(func(k *charter.MotionKind, _ *count.MajorityRule) { k.ProposerClass = 1 }), "is proposed by some alone"},
		{"longer notice of another", amendment.Amend{Motions: []charter.MotionEntry{longer.Entry(9)}}, "a notice of 22 days, kind 9 has 31,681 minutes"},
		{"a class", kind(func(k *charter.MotionKind, _ *count.MajorityRule) {
			k.Electorate = charter.Electorate{Sort: charter.OneClass, Class: 1}
		}), "not put to all members"},
		{"half", method(func(r *count.MajorityRule) { r.Strict = false }), "can be carried by half"},
		{"less than half", method(func(r *count.MajorityRule) { r.Threshold = fraction(49, 100) }), "can be carried by half"},
		{"no quorum", method(func(r *count.MajorityRule) { r.Quorum = fraction(0, 1) }), "a quorum of 0% of the members, where 1 in 20 is the least"},
		{"a quorum of nothing", method(func(r *count.MajorityRule) { r.Quorum = fraction(1, 1e18) }), "where 1 in 20 is the least"},
		{"a quorum of less than one in twenty", method(func(r *count.MajorityRule) { r.Quorum = fraction(1, 21) }), "a quorum of 1 in 21 of the members, where 1 in 20 is the least"},
		{"the same of a great whole", method(func(r *count.MajorityRule) { r.Quorum = fraction(1<<59, math.MaxUint64) }), "where 1 in 20 is the least"},
		{"one member", method(func(r *count.MajorityRule) { r.QuorumMin = 1 }), "could be decided by one member; its quorum_min has to be 2 at least"},
		{"a poll of less than an hour", kind(func(k *charter.MotionKind, _ *count.MajorityRule) { k.Shortest-- }), "a poll of 59 minutes at least, where 1 hour is the least"},
		{"closed at any moment", kind(func(k *charter.MotionKind, _ *count.MajorityRule) { k.Closing = charter.OnDeclaring }), "at whatever moment the returning officer declares"},
		{"less than a week, as all others", hurried(weekLess), "a notice of 10,079 minutes, where 7 days is the least"},
		{"another, with a short poll", brief, "strong at once has a poll of 1 minute at least"},

		{"one in twenty", method(func(r *count.MajorityRule) { r.Quorum = fraction(1, 20) }), ""},
		{"one in twenty of a great whole", method(func(r *count.MajorityRule) { r.Quorum = fraction(math.MaxUint64/20+1, math.MaxUint64) }), ""},
		{"a week, as all others", hurried(weekLess + 1), ""},
		{"the long notice again", kind(func(*charter.MotionKind, *count.MajorityRule) {}), ""},
		{"more than half", kind(func(*charter.MotionKind, *count.MajorityRule) {}), ""},
		{"at least 51 in 100", method(func(r *count.MajorityRule) { r.Threshold, r.Strict = fraction(51, 100), false }), ""},
		{"three quarters", method(func(r *count.MajorityRule) { r.Threshold, r.Strict = fraction(3, 4), false }), ""},
		{"of all members, who are the quorum", method(func(r *count.MajorityRule) { r.Quorum, r.QuorumMin, r.Base = fraction(0, 1), 0, count.BaseMembers }), ""},
		{"the notice of both", amendment.Amend{Motions: []charter.MotionEntry{longer.Entry(9), kind(func(k *charter.MotionKind, _ *count.MajorityRule) { k.Notice++ }).Motions[0]}}, ""},
	} {
		res := l.Mandate(row.amends)
		want := amendment.ErrWeak.Code
		if strings.HasPrefix(row.says, "motion, ") {
			want = amendment.ErrEntrenched.Code
		}
		if row.says == "" && res.Code != 0 || row.says != "" && (res.Code != want || !strings.Contains(res.Log, row.says)) {
			t.Errorf("%s: %d %s, want %q", row.name, res.Code, res.Log, row.says)
		}
	}
}

// What confirms a protecting kind of motion leaves those whom it is put to the time to hear of
// it and to cast; whoever declares polls closed stops no amendment by it.
func TestConfirmableInTime(t *testing.T) {
	l := statetest.New(t, statetest.Setup{})
	const notice, week = 31_680, 7 * 24 * 60
	confirmed := func(allowance uint32, by ...func(*charter.MotionKind)) (m amendment.Amend) {
		k, r := sound(), rule()
		k.Name, k.Notice, k.Shortest, k.Longest, r.QuorumMin, r.Strict = "the rules", notice, 60, 60, 2, true
		k.Method = charter.ByMajority(r)
		for i, change := range by {
			id := charter.MotionKindID(40 + i)
			k.Then = append(k.Then, id)
			second := sound()
			second.Name, second.Notice, second.Shortest, second.Longest = "second", week, 0, 60
			change(&second)
			m.Motions = append(m.Motions, second.Entry(id))
		}
		m.Motions = append(m.Motions, k.Entry(strong))
		m.Policy = changed(func(p *charter.PolicyEntry) { p.Allowance = allowance })
		return m
	}
	as := func(notice, longest uint32) func(*charter.MotionKind) {
		return func(k *charter.MotionKind) { k.Notice, k.Longest = notice, longest }
	}
	for _, row := range []struct {
		name   string
		amends amendment.Amend
		says   string
	}{
		{"two at once, and one cast a day", confirmed(1, as(week, 60), as(week, 60)), "is confirmed by 2 kinds of motion at once, and a member casts on 1 a day"},
		{"one minute, at once", confirmed(2, as(0, 1)), "with a notice of 0 minutes and open for 1 minute at most"},
		{"less than an hour", confirmed(2, as(week, 59)), "open for 59 minutes at most"},
		{"less than a week in all", confirmed(2, as(week-61, 60)), "with a notice of 10,019 minutes and open for 1 hour at most"},
		{"closed by the returning officer", confirmed(2, func(k *charter.MotionKind) { k.Longest, k.Closing = week, charter.OnDeclaring }), "is closed at whatever moment the returning officer declares"},
		{"the second of two", confirmed(2, as(week, 60), as(0, 1)), "with a notice of 0 minutes"},
		{"a week in all", confirmed(2, as(week-60, 60), as(0, week)), ""},
		{"what confirms it is hurried later", amendment.Amend{Motions: []charter.MotionEntry{func() charter.MotionEntry {
			k := sound()
			k.Name, k.Notice, k.Shortest, k.Longest = "second", 0, 0, 60
			return k.Entry(40)
		}()}}, "open for 1 hour at most"},
		{"the allowance becomes one", amendment.Amend{Policy: changed(func(p *charter.PolicyEntry) { p.Allowance = 1 })}, "a member casts on 1 a day"},
		{"what confirms something else is hurried", amendment.Amend{Motions: []charter.MotionEntry{func() charter.MotionEntry {
			k := sound()
			k.Notice, k.Shortest, k.Longest = 0, 0, 1
			return k.Entry(50)
		}()}}, ""},
	} {
		l.Days(1) // another day's allowance
		res := l.Mandate(row.amends)
		if row.says == "" && res.Code != 0 || row.says != "" && (res.Code != amendment.ErrConsent.Code || !strings.Contains(res.Log, row.says)) {
			t.Errorf("%s: %d %s, want %q", row.name, res.Code, res.Log, row.says)
		}
	}
}
