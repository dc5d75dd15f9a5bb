package ballot_test

import (
	"strings"
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/amendment"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/statetest"
)

// Each row is a charter by which members could be locked out of it: it is refused, or it
// can still be amended by all six of them.
func TestNobodyIsLockedOut(t *testing.T) {
	const amends, second charter.MotionKindID = 50, 51
	kind := func(id charter.MotionKindID, change func(*charter.MotionEntry, *count.MajorityRule)) charter.MotionEntry {
		r := count.MajorityRule{Quorum: count.Fraction{Num: 1, Den: 20}, QuorumMin: 2, Threshold: count.Fraction{Num: 3, Den: 4}, Base: count.BaseCast}
		k := charter.MotionEntry{ID: id, Name: "the rules", Electorate: everyone, Notice: 40_000, Shortest: 60, Longest: 600, Closing: charter.AtDeadline}
		change(&k, &r)
		k.Method = charter.ByMajority(r)
		return k
	}
	same := func(*charter.MotionEntry, *count.MajorityRule) {}
	class := func(c charter.Class, papers uint64) func(*charter.MotionEntry, *count.MajorityRule) {
		return func(k *charter.MotionEntry, r *count.MajorityRule) {
			k.Electorate, r.QuorumMin = charter.ElectorateEntry{Sort: charter.OneClass, Class: c}, papers
		}
	}
	confirmed := func(k *charter.MotionEntry, _ *count.MajorityRule) { k.Then = []charter.MotionKindID{second} }
	for _, row := range []struct {
		name    string
		motions []charter.MotionEntry
		refused string // "" if it can be amended
	}{
		{"a quorum above the membership", []charter.MotionEntry{kind(amends, func(_ *charter.MotionEntry, r *count.MajorityRule) { r.QuorumMin = 1000 })}, ""},
		{"also where all members are counted", []charter.MotionEntry{kind(amends, func(_ *charter.MotionEntry, r *count.MajorityRule) { r.QuorumMin, r.Base = 1000, count.BaseMembers })}, ""},
		{"the consent of a class with no members", []charter.MotionEntry{kind(amends, confirmed), kind(second, class(2, 2))}, ""},
		{"of a class with fewer than its quorum", []charter.MotionEntry{kind(amends, confirmed), kind(second, class(1, 1000))}, ""},
		{"a second meeting with a quorum above the membership", []charter.MotionEntry{kind(amends, confirmed), kind(second, func(_ *charter.MotionEntry, r *count.MajorityRule) { r.QuorumMin = 1000 })}, ""},
		{"a second meeting of offices that nobody holds", []charter.MotionEntry{kind(amends, confirmed), kind(second, func(k *charter.MotionEntry, _ *count.MajorityRule) {
			k.Electorate = charter.ElectorateEntry{Sort: charter.Holders, Offices: []charter.Office{charter.Auditor}}
		})}, "is confirmed by the rules, which office holders decide"},
		{"confirmed by one that is confirmed itself", []charter.MotionEntry{kind(amends, confirmed), kind(second, func(k *charter.MotionEntry, _ *count.MajorityRule) { k.Then = []charter.MotionKindID{1} })}, "has to be confirmed itself"},
		{"put to a class with no members", []charter.MotionEntry{kind(amends, class(2, 2))}, "is not put to all members"},
		{"put to an office that nobody holds", []charter.MotionEntry{kind(amends, func(k *charter.MotionEntry, _ *count.MajorityRule) {
			k.Electorate = charter.ElectorateEntry{Sort: charter.Holders, Offices: []charter.Office{charter.Auditor}}
		})}, "is not put to all members"},
		{"proposed by an office that nobody holds", []charter.MotionEntry{kind(amends, func(k *charter.MotionEntry, _ *count.MajorityRule) { k.Proposers = []charter.Office{charter.Auditor} })}, "is proposed by some alone"},
		{"proposed by a class with no members", []charter.MotionEntry{kind(amends, func(k *charter.MotionEntry, _ *count.MajorityRule) { k.ProposerClass = 2 })}, "is proposed by some alone"},
		{"more than all in favour", []charter.MotionEntry{kind(amends, func(_ *charter.MotionEntry, r *count.MajorityRule) {
			r.Threshold, r.Strict = count.Fraction{Num: 1, Den: 1}, true
		})}, "more than all can never be in favour"},
		{"all of all members", []charter.MotionEntry{kind(amends, func(_ *charter.MotionEntry, r *count.MajorityRule) {
			r.Threshold, r.Base, r.Quorum = count.Fraction{Num: 1, Den: 1}, count.BaseMembers, count.Fraction{Num: 1, Den: 1}
		})}, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			l := newLedger(t)
			res := l.Mandate(amendment.Amend{
				Motions: row.motions,
				Grants:  []charter.GrantEntry{{Kind: amendment.KindAmend, Motions: []charter.MotionKindID{amends}}},
				Policy:  []charter.PolicyEntry{{Currency: "EUR", Digits: 2, Allowance: charter.MaxAllowance, Classes: []string{"member", "worker"}, Entrenched: amends}},
			})
			if row.refused != "" {
				if res.Code == 0 || !strings.Contains(res.Log, row.refused) {
					t.Fatalf("%d %s, want %q", res.Code, res.Log, row.refused)
				}
				return
			}
			if res.Code != 0 {
				t.Fatal(res.Log)
			}
			change := amendment.Amend{Motions: []charter.MotionEntry{kind(amends, same)}}
			last := put(t, l, 1, ballot.Propose{Kind: amends, Title: "mend", Action: carried(amendment.KindAmend, change)})
			vote := func(n ballot.Number) {
				l.Days(28)
				for m := state.Member(1); m <= members; m++ {
					l.Must(m, yes(n))
				}
				l.Days(1)
			}
			vote(last)
			if _, p, _ := find(t, l, last); len(p.Confirmations) > 0 {
				vote(p.Confirmations[0])
			}
			if m, p, _ := find(t, l, last); len(m.Result) == 0 || m.Result[0].Outcome != count.Carried || m.Result[0].Refused != 0 {
				t.Errorf("%+v %+v", m, p)
			}
			l.Sound()
		})
	}
}

// The only member of a class consents by itself, whoever of another class is suspended; it
// does not while all members suspend another of its class. Who was let in since the motion
// was proposed has no consent to give, and holds up none.
func TestConsentOfOne(t *testing.T) {
	const amends, second charter.MotionKindID = 50, 51
	for _, row := range []struct {
		name      string
		suspended state.Member
		want      count.Outcome
	}{{"of another class", 5, count.Carried}, {"of the same class", 4, count.Inquorate}, {"let in since", 0, count.Carried}} {
		t.Run(row.name, func(t *testing.T) {
			l := newLedger(t)
			for _, m := range []state.Member{4, 6} {
				if m == row.suspended || m == 6 {
					if res := l.Mandate(member.Reclass{Member: m, Class: 2}); res.Code != 0 {
						t.Fatal(res.Log)
					}
				}
			}
			r := count.MajorityRule{Quorum: count.Fraction{Num: 1, Den: 20}, QuorumMin: 2, Threshold: count.Fraction{Num: 3, Den: 4}, Base: count.BaseCast}
			k := charter.MotionEntry{ID: amends, Name: "the rules", Electorate: everyone, Notice: 40_000, Shortest: 60, Longest: 600, Closing: charter.AtDeadline, Method: charter.ByMajority(r), Then: []charter.MotionKindID{second}}
			r.QuorumMin = 1000
			of := charter.MotionEntry{ID: second, Name: "consent", Electorate: charter.ElectorateEntry{Sort: charter.OneClass, Class: 2}, Notice: 40_000, Shortest: 60, Longest: 600, Closing: charter.AtDeadline, Method: charter.ByMajority(r)}
			if res := l.Mandate(amendment.Amend{
				Motions: []charter.MotionEntry{k, of},
				Grants:  []charter.GrantEntry{{Kind: member.KindSuspend, Motions: []charter.MotionKindID{1, 3}}, {Kind: amendment.KindAmend, Motions: []charter.MotionKindID{amends}}},
				Policy:  []charter.PolicyEntry{{Currency: "EUR", Digits: 2, Allowance: charter.MaxAllowance, Classes: []string{"member", "worker"}, Entrenched: amends}},
			}); res.Code != 0 {
				t.Fatal(res.Log)
			}
			k.Then = nil
			n := put(t, l, 1, ballot.Propose{Kind: amends, Title: "mend", Action: carried(amendment.KindAmend, amendment.Amend{Motions: []charter.MotionEntry{k}})})
			l.Days(28)
			for m := state.Member(1); m <= members; m++ {
				l.Must(m, yes(n))
			}
			l.Days(1)
			_, p, _ := find(t, l, n)
			if len(p.Confirmations) != 1 {
				t.Fatalf("%+v", p)
			}
			suspend := l.Mandate
			if row.want == count.Carried { // by two officers, which keep nobody from consenting
				suspend = func(a state.Action) state.Result { return l.MandateBy(3, a) }
			}
			var change state.Action = member.Suspend{Member: row.suspended, Reason: "r"}
			if row.suspended == 0 {
				change = member.Import{Entries: []member.Entry{statetest.Entry(1, members+1, 2)}}
				suspend = l.Mandate
			}
			if res := suspend(change); res.Code != 0 {
				t.Fatal(res.Log)
			}
			l.Days(28)
			l.Must(6, yes(p.Confirmations[0]))
			l.Days(1)
			if m, _, _ := find(t, l, p.Confirmations[0]); len(m.Result) == 0 || m.Result[0].Outcome != row.want {
				t.Errorf("%+v, want %v", m, row.want)
			}
			l.Sound()
		})
	}
}
