package rulebook_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/rochdale-ledger/rochdale/app/rooms"
	"github.com/rochdale-ledger/rochdale/client/rulebook"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/amendment"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/state/exit"
)

// whole is the charter of a preset.
func whole(t *testing.T, name string) amendment.Amend {
	t.Helper()
	p, err := rulebook.Find(name, rooms.Kinds)
	if err != nil {
		t.Fatal(err)
	}
	return amendment.Amend{}.With(amending(t, p.Document))
}

// Every preset can be in force, outside of trials too, leaves to nobody only what no charter
// needs, and has no kind of motion that carries nothing.
func TestLintOfPresets(t *testing.T) {
	for _, name := range rulebook.Presets() {
		r := rulebook.Lint(whole(t, name), rooms.Kinds)
		if len(r.Errors)+len(r.ForTrial)+len(r.Unused) > 0 {
			t.Errorf("%s: %q, %q, %q", name, r.Errors, r.ForTrial, r.Unused)
		}
		if !slices.Equal(r.Nobody, rulebook.Lint(whole(t, rulebook.Standard), rooms.Kinds).Nobody) {
			t.Errorf("%s: nobody may %q", name, r.Nobody)
		}
		said := slices.Clone(r.Nobody)
		for _, a := range r.Allows {
			if len(a.Says) == 0 {
				t.Errorf("%s: nothing about %q", name, a.Question)
			}
			said = append(said, a.Says...)
		}
		for _, w := range r.Warnings {
			plain, mend, ok := strings.Cut(w, ": ")
			if !ok || len(mend) < 15 {
				t.Errorf("%s: %q does not say what to change", name, w)
			}
			said = append(said, plain)
		}
		holdPlain(t, name, said)
	}
}

// By every preset some kind of motion carries a payment above every figure, and no officer
// alone moves more than a motion that others decide with him.
func TestFiguresOfPresets(t *testing.T) {
	for _, name := range rulebook.Presets() {
		for _, w := range rulebook.Lint(whole(t, name), rooms.Kinds).Warnings {
			if strings.Contains(w, "nobody may ") || strings.Contains(w, "one officer moves more alone") {
				t.Errorf("%s: %q", name, w)
			}
		}
	}
}

// Every clause is named where all are asked for.
func TestLintFull(t *testing.T) {
	m := whole(t, rulebook.Standard)
	for _, row := range []struct {
		r    rulebook.Report
		more bool
	}{{rulebook.Lint(m, rooms.Kinds), true}, {rulebook.LintFull(m, rooms.Kinds), false}} {
		says := strings.Join(row.r.Allows[len(row.r.Allows)-1].Says, "\n")
		if strings.Contains(says, " more)") != row.more || strings.Contains(says, "who may pay back a subscription") == row.more {
			t.Errorf("more %v: %q", row.more, says)
		}
	}
}

// holdPlain fails where a sentence has an action's or a kind of motion's name in code.
func holdPlain(t *testing.T, name string, said []string) {
	t.Helper()
	for _, s := range said {
		for _, k := range rooms.Kinds {
			if strings.Contains(s, k.Name) {
				t.Errorf("%s: %q says %s", name, s, k.Name)
			}
		}
		if strings.Contains(s, "motion 1 ") || strings.Contains(s, "unknown") {
			t.Errorf("%s: %q", name, s)
		}
	}
}

// Two kinds of motion of one name are told apart by their numbers.
func TestLintOfTwins(t *testing.T) {
	m := whole(t, rulebook.Standard)
	m.Motions[3].Name = "Special Resolution"
	says := rulebook.Lint(m, rooms.Kinds).Allows[0].Says[0]
	if want := "by ordinary resolution, two officers or motion 4 (Special Resolution)"; !strings.Contains(says, want) {
		t.Errorf("%q, want %q", says, want)
	}
}

// What a secretary reads first: who lets in members, who pays, what one person does alone.
func TestLintSays(t *testing.T) {
	r := rulebook.Lint(whole(t, "uk-society"), rooms.Kinds)
	var said []string
	for _, a := range r.Allows {
		for _, s := range a.Says {
			said = append(said, a.Question+" | "+s)
		}
	}
	for _, want := range []string{
		"who lets in members | to admit an applicant as a member: by ordinary resolution, two officers or written resolution",
		"who moves money | to pay for redeemed shares: the treasurer, or by ordinary resolution or two officers",
		"who moves money | to confirm another's payment of a circle: any active member",
		"what one person does alone | the returning officer may declare a poll closed, once nothing can change its outcome",
		"what one person does alone | of money, an officer moves alone at most 10,000.00 GBP a day",
		"what others than all members are held to | a suspension ends by itself after 90 days, and for 366 days more only all members suspend the member",
		"what others than all members are held to | they let in one in 3 of those who count within 90 days, or 5 in a small co-op",
		"how motions are decided | all members: cast by every active member; opens 22 days after it is proposed; carried by at least all of all members, if at least 2 members took part",
		`what it takes to change it | 2 principle clauses (how all members decides and the rule "asset-lock"): all members`,
	} {
		if !slices.Contains(said, want) {
			t.Errorf("%q is not said; said is\n%s", want, strings.Join(said, "\n"))
		}
	}
}

// Each row changes one thing of the standard charter, and Lint says it.
func TestLint(t *testing.T) {
	motion := func(m *amendment.Amend, id charter.MotionKindID, change func(*charter.MotionEntry, *count.MajorityRule)) {
		for i := range m.Motions {
			if k := &m.Motions[i]; k.ID == id {
				rule, err := k.Method.Majority()
				if err != nil {
					t.Fatal(err)
				}
				change(k, &rule)
				k.Method = charter.ByMajority(rule)
			}
		}
	}
	principle := func(m *amendment.Amend, num, den uint64) {
		k := m.Motions[1]
		k.ID, k.Name, k.Method = 5, "principles", charter.ByMajority(count.MajorityRule{
			Quorum: count.Fraction{Num: 1, Den: 10}, QuorumMin: 2, Threshold: count.Fraction{Num: num, Den: den}, Base: count.BaseCast, Strict: true,
		})
		m.Motions = append(m.Motions, k)
		*m = m.With(amendment.Amend{Grants: []charter.GrantEntry{{Kind: amendment.KindAmend, Motions: []charter.MotionKindID{2, 5}}}})
		m.Policy[0].Principle = []charter.MotionKindID{5}
		m.Policy[0].Levels = []charter.ClauseLevel{{Figure: charter.FigureWaiting, Level: charter.LevelPrinciple}}
	}
	for _, row := range []struct {
		name   string
		change func(*amendment.Amend)
		of     func(rulebook.Report) []string
		says   string
	}{
		{"no figure alone", func(m *amendment.Amend) { m.Policy[0].Alone = 0 }, warnings, "one officer moves any amount alone: write a figure"},
		{"less by a motion than alone", func(m *amendment.Amend) {
			motion(m, 3, func(k *charter.MotionEntry, _ *count.MajorityRule) { k.Most = 500_000 })
		}, warnings, "one officer moves more alone in a day than two officers by motions: write a lower alone"},
		{"nothing above a figure", func(m *amendment.Amend) {
			motion(m, 3, func(k *charter.MotionEntry, _ *count.MajorityRule) { k.Most = 2_000_000 })
		}, warnings, "nobody may post an entry in the books of more than 20,000.00 EUR at a time: name a kind of motion"},
		{"at most in a day", func(m *amendment.Amend) {
			motion(m, 3, func(k *charter.MotionEntry, _ *count.MajorityRule) { k.Most = 2_000_000 })
		}, func(r rulebook.Report) []string { return r.Allows[3].Says }, "move at most 20,000.00 EUR a day, by all motions of the kind together"},
		{"the secretary records deaths", func(m *amendment.Amend) {
			*m = m.With(amendment.Amend{Grants: []charter.GrantEntry{{Kind: 0x1023, Offices: []charter.Office{charter.Secretary}}}})
		}, warnings, "the secretary alone ends the membership of who does not look for the waiting time: to have another"},
		{"the secretary replaces keys", func(m *amendment.Amend) {
			*m = m.With(amendment.Amend{Grants: []charter.GrantEntry{{Kind: 0x1007, Concerned: true, Offices: []charter.Office{charter.Secretary}}}})
		}, func(r rulebook.Report) []string { return r.Allows[5].Says }, "replace another's keys that are lost"},
		{"a notice for less than a motion takes", func(m *amendment.Amend) {
			m.Policy[0].Membership.NoticeGood = 28
			m.Motions[1].Notice = 40 * 24 * 60
		}, warnings, "a notice of expulsion counts for 28 days, and no motion that decides it is over sooner than"},
		{"an appeal for less than a motion takes", func(m *amendment.Amend) {
			m.Policy[0].Membership.Decide = 20
			for i := range m.Motions {
				m.Motions[i].Notice = 21 * 24 * 60
			}
		}, warnings, "write more as appeal_decided under [policy.membership]"},
		{"members without keys", func(m *amendment.Amend) { m.Policy[0].Membership.Unclaimed = true }, warnings, "so that a quorum of more than half may not be reached: leave unclaimed_count out"},
		{"no quorum", func(m *amendment.Amend) {
			motion(m, 1, func(_ *charter.MotionEntry, r *count.MajorityRule) { r.Quorum, r.QuorumMin = count.Fraction{Den: 1}, 0 })
		}, warnings, "ordinary resolution has no quorum, and one member decides if nobody else casts: write one"},
		{"a quorum of three", func(m *amendment.Amend) {
			motion(m, 1, func(_ *charter.MotionEntry, r *count.MajorityRule) { r.Quorum, r.QuorumMin = count.Fraction{Den: 1}, 3 })
		}, warnings, "ordinary resolution has no quorum, and 3 members decide if nobody else casts: write one"},
		{"a quorum of many", func(m *amendment.Amend) {
			motion(m, 1, func(_ *charter.MotionEntry, r *count.MajorityRule) { r.QuorumMin = 4 })
		}, warnings, "ordinary resolution needs 4 members to take part, and in a co-op of fewer it carries nothing: a lower quorum_min"},
		{"an entrenched quorum of many", func(m *amendment.Amend) {
			motion(m, 2, func(_ *charter.MotionEntry, r *count.MajorityRule) { r.QuorumMin = 40 })
		}, warnings, "special resolution needs 40 members to take part, and in a co-op of fewer all of them have to: a lower quorum_min"},
		{"proposed by one office", func(m *amendment.Amend) {
			motion(m, 1, func(k *charter.MotionEntry, _ *count.MajorityRule) { k.Proposers = []charter.Office{charter.Auditor} })
		}, warnings, "ordinary resolution is proposed by the auditor alone, and while there is none by nobody: leave proposers out"},
		{"summoned by the chair", func(m *amendment.Amend) {
			*m = m.With(amendment.Amend{Grants: []charter.GrantEntry{{Kind: exit.KindSummon, Offices: []charter.Office{charter.Chair}}}})
		}, warnings, `the chair alone begins another's expulsion: to have another decide too, leave "chair" out of "exit.Summon" under [grants]`},
		{"summoned by the chair, with the shortest hearing", func(m *amendment.Amend) {
			m.Policy[0].Membership.Hearing = 0
			*m = m.With(amendment.Amend{Grants: []charter.GrantEntry{{Kind: exit.KindSummon, Offices: []charter.Office{charter.Chair}}}})
		}, warnings, "the hearing before an expulsion is after "},
		{"expelled by the chair", func(m *amendment.Amend) {
			*m = m.With(amendment.Amend{Grants: []charter.GrantEntry{{Kind: exit.KindExpel, Offices: []charter.Office{charter.Chair}}}})
		}, warnings, `nobody may expel a member: only all members do, and the charter names the chair: name a kind of motion`},
		{"a class of one", func(m *amendment.Amend) {
			motion(m, 1, func(k *charter.MotionEntry, r *count.MajorityRule) {
				k.Electorate = charter.ElectorateEntry{Sort: charter.OneClass, Class: 1}
				r.Quorum, r.QuorumMin = count.Fraction{Den: 1}, 1
			})
		}, warnings, "ordinary resolution may be decided by one member of the class, having no quorum: write one"},
		{"all", func(m *amendment.Amend) {
			motion(m, 2, func(_ *charter.MotionEntry, r *count.MajorityRule) {
				r.Base, r.Threshold, r.Strict = count.BaseMembers, count.Fraction{Num: 1, Den: 1}, false
			})
		}, warnings, "special resolution needs a yes of everyone, and one who keeps silent or has lost a key stops it: carried_by"},
		{"at once", func(m *amendment.Amend) {
			motion(m, 1, func(k *charter.MotionEntry, _ *count.MajorityRule) { k.Notice = 0 })
		}, warnings, "ordinary resolution opens at once and counts only who casts, so that who does not look for 1 hour is not heard: give it a notice"},
		{"closed at any moment", func(m *amendment.Amend) {
			motion(m, 1, func(k *charter.MotionEntry, _ *count.MajorityRule) { k.Closing = charter.OnDeclaring })
		}, warnings, "closed at whatever moment the returning officer declares: write closing"},
		{"a veto", func(m *amendment.Amend) {
			m.Motions[0].Method = charter.ByVeto(count.VetoRule{Share: count.Fraction{Num: 1, Den: 10}})
		}, warnings, "ordinary resolution is carried by silence, unless at least 10% of the electorate object by casting no: where that is too little, give it carried_by"},
		{"a level below the least", func(m *amendment.Amend) {
			m.Policy[0].Levels = []charter.ClauseLevel{{Grant: 0x1002, Level: charter.LevelSpecial}}
		}, warnings, "who may take member.Admit is entrenched at least, so that to call it special changes nothing"},
		{"easy principles", func(m *amendment.Amend) { principle(m, 1, 2) }, warnings, ": raise carried_by of principles"},
		{"another co-op's officer", func(m *amendment.Amend) {
			*m = m.With(amendment.Amend{Grants: []charter.GrantEntry{{Kind: account.KindPost, Others: []charter.OtherEntry{{Coop: 9, Office: charter.Auditor}}}}})
		}, warnings, `the auditor of co-op 9, which this co-op does not elect, may post an entry in the books: leave it out of "account.Post" under [grants]`},
		{"an expulsion by officers", func(m *amendment.Amend) {
			*m = m.With(amendment.Amend{Grants: []charter.GrantEntry{{Kind: exit.KindExpel, Motions: []charter.MotionKindID{3}}}})
		}, warnings, `nobody may expel a member: only all members do, and the charter names two officers: name a kind of motion that is put to all members in "exit.Expel" under [grants]`},
		{"an expulsion by officers too", func(m *amendment.Amend) {
			*m = m.With(amendment.Amend{Grants: []charter.GrantEntry{{Kind: exit.KindExpel, Motions: []charter.MotionKindID{2, 3}}}})
		}, warnings, `only all members may expel a member, and to name two officers has no effect: name only kinds of motion that are put to all members in "exit.Expel" under [grants]`},
		{"an expulsion by officers is by nobody", func(m *amendment.Amend) {
			*m = m.With(amendment.Amend{Grants: []charter.GrantEntry{{Kind: exit.KindExpel, Motions: []charter.MotionKindID{3}}}})
		}, func(r rulebook.Report) []string { return slices.Concat(r.Allows[1].Says, r.Nobody) }, "to expel a member: nobody"},
		{"to nobody", func(m *amendment.Amend) {
			*m = m.With(amendment.Amend{Grants: []charter.GrantEntry{{Kind: account.KindPost}}})
		}, func(r rulebook.Report) []string { return r.Nobody }, "post an entry in the books"},
		{"carries nothing", func(m *amendment.Amend) {
			k := m.Motions[0]
			k.ID, k.Name = 7, "idle"
			m.Motions = append(m.Motions, k)
		}, func(r rulebook.Report) []string { return r.Unused }, "idle"},
		{"no way to amend", func(m *amendment.Amend) {
			*m = m.With(amendment.Amend{Grants: []charter.GrantEntry{{Kind: amendment.KindAmend}}})
		}, func(r rulebook.Report) []string { return r.Errors }, "no way to amend the charter"},
		{"beyond a bound", func(m *amendment.Amend) { m.Policy[0].Allowance = 0 }, func(r rulebook.Report) []string { return r.Errors }, "allowance of 0"},
		{"in a hurry", func(m *amendment.Amend) {
			motion(m, 2, func(k *charter.MotionEntry, _ *count.MajorityRule) { k.Shortest = 1 })
		}, func(r rulebook.Report) []string { return r.ForTrial }, "a poll of 1 minute"},
		{"what changes principles", func(m *amendment.Amend) { principle(m, 9, 10) }, func(r rulebook.Report) []string {
			return r.Allows[len(r.Allows)-1].Says
		}, "2 principle clauses (how principles decides and the figure waiting): principles"},
		{"in words", func(m *amendment.Amend) { m.Texts = []charter.Text{{Name: "a", Words: "b"}} }, func(r rulebook.Report) []string { return r.Later }, "a: b"},
	} {
		m := whole(t, rulebook.Standard)
		if says := row.of(rulebook.Lint(m, rooms.Kinds)); slices.ContainsFunc(says, func(s string) bool { return strings.Contains(s, row.says) }) {
			t.Errorf("%s: said of the standard charter: %q", row.name, says)
		}
		row.change(&m)
		if says := row.of(rulebook.Lint(m, rooms.Kinds)); !slices.ContainsFunc(says, func(s string) bool { return strings.Contains(s, row.says) }) {
			t.Errorf("%s: %q, want %q", row.name, says, row.says)
		}
	}
}

func warnings(r rulebook.Report) []string { return r.Warnings }

// Idle says only what comes to nothing, and Lint warns of all of it.
func TestIdle(t *testing.T) {
	for _, name := range rulebook.Presets() {
		m := whole(t, name)
		for _, alone := range []uint64{m.Policy[0].Alone, 1, 0} { // charter new asks for it
			m.Policy[0].Alone = alone
			if said := rulebook.Idle(m, rooms.Kinds); len(said) > 0 {
				t.Errorf("%s, alone %d: %q", name, alone, said)
			}
		}
	}
	m := whole(t, rulebook.Standard).With(amendment.Amend{Grants: []charter.GrantEntry{{Kind: exit.KindExpel, Motions: []charter.MotionKindID{3}}}})
	m.Motions[2].Most = 500_000
	m.Policy[0].Alone = 500_000
	said := rulebook.Idle(m, rooms.Kinds)
	for _, want := range []string{"nobody may expel a member", "nobody may post an entry in the books of more than 5,000.00 EUR at a time"} {
		if !slices.ContainsFunc(said, func(s string) bool { return strings.HasPrefix(s, want) }) {
			t.Errorf("%q is not said: %q", want, said)
		}
	}
	for _, s := range said {
		if !slices.Contains(rulebook.Lint(m, rooms.Kinds).Warnings, s) {
			t.Errorf("Lint does not warn: %s", s)
		}
	}
}
