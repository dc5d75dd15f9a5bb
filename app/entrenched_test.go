package app

import (
	"slices"
	"strings"
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/amendment"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/office"
	"github.com/rochdale-ledger/rochdale/state/payout"
	"github.com/rochdale-ledger/rochdale/state/surplus"
	"github.com/rochdale-ledger/rochdale/tx"
)

// free are the actions of which any kind of motion that amends the charter changes who
// may take them, and why: whoever may take one bends nothing that members decide by it
// and takes no money out, alone or with a friend.
var free = map[string]string{
	"member.Stay":         "takes back what the member itself gave notice of",
	"dues.Declare":        "says what a member owes, by itself or on what it signed, and takes nothing",
	"lot.Decline":         "gives up a member's own place, or that of one who has left, which the lot fills again",
	"exit.Contact":        "keeps a silent member on the register, and no one off it",
	"share.Subscribe":     "asks for shares that nobody has paid",
	"share.Cancel":        "ends a subscription that nobody has paid",
	"share.Issue":         "turns what was paid into shares, no more",
	"share.Call":          "says when a part of what was subscribed is due, and moves nothing",
	"withdrawal.Cancel":   "leaves a member the shares that it has",
	"account.Open":        "names an account and moves nothing",
	"ballot.Withdraw":     "only its proposer withdraws a motion, whatever is granted",
	"surplus.OpenPeriod":  "names the period to come",
	"surplus.Declare":     "says what the books say, which members then divide",
	"identity.Commit":     "says who a member is, and gives or takes nothing",
	"identity.Erase":      "takes the proof of who a member is, and nothing of what it has",
	"takeover.Load":       "loads what members have adopted, by its digest",
	"document.Accept":     "says who has read a text, and gives or takes nothing",
	"federation.Announce": "says where the co-op's node is dialled",
	"federation.Confirm":  "is decided by the keys of the node that the co-op chose",
	"federation.Advance":  "is refused outside of trials",
}

// The numbers that the charter entrenches are those of the actions meant, and of every
// action it is said whether it is entrenched.
func TestEntrenchedKinds(t *testing.T) {
	entrenched := charter.Entrenched()
	for _, k := range Kinds {
		name, ok := entrenched[k.Number]
		delete(entrenched, k.Number)
		if ok && name != k.Name {
			t.Errorf("kind %04x is entrenched as %s and is %s", uint16(k.Number), name, k.Name)
		}
		if _, why := free[k.Name]; ok == why {
			t.Errorf("%s: entrenched %v, free for a reason %v", k.Name, ok, why)
		}
	}
	for kind, name := range entrenched {
		t.Errorf("kind %04x, entrenched as %s, is no action", uint16(kind), name)
	}
	if got, want := charter.Collective(), []tx.Kind{member.KindAdmit, member.KindImport, surplus.KindAllocate}; !slices.Equal(got, want) {
		t.Errorf("collective are %x, want %x", got, want)
	}
}

// No amendment lets only an office propose, which then nobody might hold: it is refused
// before members are asked.
func TestMembersPropose(t *testing.T) {
	f := newFed(t, 1, Options{})
	p := f.motionOf(2, amendment.Amend{Grants: []charter.GrantEntry{{Kind: ballot.KindPropose, Offices: []charter.Office{charter.Auditor}}}})
	p.Anyway = true
	if r := f.block(f.sign(1, 2, p)).TxResults[0]; r.Code != amendment.ErrEntrenched.Code {
		t.Errorf("%d %s", r.Code, r.Log)
	}
	f.must(f.sign(1, 4, ballot.Propose{Kind: 2, Title: "As before"}))
}

// Where an ordinary resolution may amend what is not entrenched, three of five change
// nothing by which one officer would choose who decides, or what is owed to whom.
func TestEntrenchedInEffect(t *testing.T) {
	f := newFed(t, 1, Options{})
	f.carry(1, 2, amendment.Amend{Grants: []charter.GrantEntry{{Kind: amendment.KindAmend, Motions: []charter.MotionKindID{1, 2}}}})
	n := ballot.Number(1)
	by := func(kind charter.MotionKindID, a amendment.Amend) ballot.Result {
		t.Helper()
		n++
		p := f.motionOf(kind, a)
		p.Anyway = true
		f.must(f.sign(1, 1, p))
		for m := state.Member(1); m <= 3; m++ {
			f.must(f.sign(1, m, ballot.Cast{Motion: n, Paper: ballot.Yes.Paper()}))
		}
		for m := state.Member(4); m <= 5; m++ {
			f.must(f.sign(1, m, ballot.Cast{Motion: n, Paper: ballot.No.Paper()}))
		}
		f.must(f.sign(1, 1, ballot.Declare{Motion: n}))
		return f.result(n)
	}
	secretary, treasurer := []charter.Office{charter.Secretary}, []charter.Office{charter.Treasurer}
	for _, g := range []charter.GrantEntry{
		{Kind: office.KindAppoint, Offices: secretary},
		{Kind: office.KindDismiss, Offices: secretary},
		{Kind: member.KindResign, Concerned: true, Motions: []charter.MotionKindID{3}},
		{Kind: payout.KindSettle, Offices: treasurer},
		{Kind: surplus.KindReopen, Offices: treasurer},
		{Kind: ballot.KindPropose, Members: true, Others: []charter.OtherEntry{{Coop: 2, Office: charter.Chair}}},
		{Kind: ballot.KindDeclare, Offices: secretary},
	} {
		if r := by(1, amendment.Amend{Grants: []charter.GrantEntry{g}}); r.Outcome != count.Carried || r.Refused != amendment.ErrProtected.Code {
			t.Errorf("three of five changed who may take %04x: %+v", uint16(g.Kind), r)
		}
	}
	// The kinds of motion by which those are taken are entrenched with them.
	easier := f.kind(4, func(k *charter.MotionEntry) {
		k.Method = charter.ByMajority(count.MajorityRule{Quorum: count.Fraction{Den: 1}, QuorumMin: 1, Threshold: count.Fraction{Num: 1, Den: 10}, Base: count.BaseCast})
	})
	if r := by(1, amendment.Amend{Motions: []charter.MotionEntry{easier}}); r.Outcome != count.Carried || r.Refused != amendment.ErrProtected.Code {
		t.Errorf("three of five made it easier to appoint: %+v", r)
	}
	if r := by(2, amendment.Amend{Motions: []charter.MotionEntry{easier}}); r.Outcome != count.Lost {
		t.Errorf("three of five by a special resolution: %+v", r)
	}
	if r := by(1, amendment.Amend{Grants: []charter.GrantEntry{{Kind: surplus.KindOpenPeriod, Offices: secretary}}}); r.Outcome != count.Carried || r.Refused != 0 {
		t.Errorf("who opens a period: %+v", r)
	}
	if r := f.block(f.sign(1, 1, office.Dismiss{Member: 2, Office: charter.Chair})).TxResults[0]; r.Code != state.ErrAuthority.Code {
		t.Errorf("the secretary alone dismisses the chair: %d %s", r.Code, r.Log)
	}
	f.must(f.sign(1, 4, ballot.Propose{Kind: 2, Title: "Undo it"}))
	f.sound()
}

// The entrenched kind of motion is made no weaker than the hard bounds, not even by
// itself: one of which members do not hear, or that one of them decides alone.
func TestEntrenchedKindKeepsBounds(t *testing.T) {
	f := newFed(t, 1, Options{})
	weak := func(change func(*charter.MotionEntry, *count.MajorityRule)) amendment.Amend {
		return amendment.Amend{Motions: []charter.MotionEntry{f.kind(2, func(k *charter.MotionEntry) {
			rule := count.MajorityRule{Quorum: count.Fraction{Num: 1, Den: 20}, QuorumMin: 2, Threshold: count.Fraction{Num: 1, Den: 2}, Base: count.BaseCast, Strict: true}
			k.Notice, k.Shortest = 7*24*60, 60
			change(k, &rule)
			k.Method = charter.ByMajority(rule)
		})}}
	}
	n := ballot.Number(0)
	for _, row := range []struct {
		name    string
		amends  amendment.Amend
		refused uint32
		says    string
	}{
		{"a quorum of one in 10^18", weak(func(_ *charter.MotionEntry, r *count.MajorityRule) { r.Quorum.Den = 1e18 }), amendment.ErrWeak.Code, "where 1 in 20 is the least"},
		{"one member", weak(func(_ *charter.MotionEntry, r *count.MajorityRule) { r.QuorumMin = 1 }), amendment.ErrWeak.Code, "could be decided by one member"},
		{"at once", weak(func(k *charter.MotionEntry, _ *count.MajorityRule) { k.Notice = 0 }), amendment.ErrWeak.Code, "a notice of 0 minutes, where 7 days is the least"},
		{"in a minute", weak(func(k *charter.MotionEntry, _ *count.MajorityRule) { k.Shortest, k.Longest = 0, 1 }), amendment.ErrWeak.Code, "a poll of 0 minutes at least, where 1 hour is the least"},
		{"the least", weak(func(*charter.MotionEntry, *count.MajorityRule) {}), 0, ""},
	} {
		p := f.motionOf(2, row.amends)
		if row.refused != 0 {
			got := f.block(f.sign(1, 1, p)).TxResults[0]
			if got.Code != ballot.ErrTried.Code || !strings.Contains(got.Log, row.says) {
				t.Errorf("%s: proposed, it is answered %d %s", row.name, got.Code, got.Log)
			}
		}
		p.Anyway = true
		f.must(f.sign(1, 1, p))
		n++
		f.castAll(n, ballot.Yes)
		f.must(f.sign(1, 1, ballot.Declare{Motion: n}))
		if r := f.result(n); r.Outcome != count.Carried || r.Refused != row.refused {
			t.Errorf("%s: %+v", row.name, r)
		}
	}
	f.sound()
}
