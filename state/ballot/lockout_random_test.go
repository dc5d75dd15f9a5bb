package ballot_test

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/amendment"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/statetest"
)

// Whatever amendment is accepted, members who look once a day and come when a poll opens of
// which they have read amend the charter again, if all of them say yes: also where some are
// suspended or of a class of their own, nobody holds an office, and whoever may declare
// polls closed does so as soon as it can.
func TestRandomChartersCanBeAmended(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: a ledger for each of a hundred charters")
	}
	accepted, confirmed := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		l := newLedger(t)
		defer l.Close()
		active := rapid.IntRange(3, members).Draw(t, "active") // the others are suspended, by all members
		// Where of a class all but one are suspended, these are reinstated first: so two of the
		// class that the suspended are of are active.
		for m := state.Member(3); m <= state.Member(active); m++ {
			if rapid.Bool().Draw(t, "worker") {
				must(t, l.Mandate(member.Reclass{Member: m, Class: 2}))
			}
		}
		must(t, l.Mandate(amendment.Amend{Grants: []charter.GrantEntry{{Kind: member.KindSuspend, Motions: []charter.MotionKindID{1}}}}))
		for m := state.Member(members); m > state.Member(active); m-- {
			must(t, l.Mandate(member.Suspend{Member: m, Reason: "r"}))
		}
		change := drawCharter(t)
		if res := l.Mandate(change); res.Code != 0 {
			return
		}
		accepted++
		if len(change.Motions[0].Then) > 0 {
			confirmed++
		}
		l.Days(1) // another day's allowance
		mend := change.Motions[0]
		mend.Then, mend.Name = nil, "mended"
		n := put(t, l, 1, ballot.Propose{Kind: mend.ID, Title: "mend", Action: carried(amendment.KindAmend, amendment.Amend{Motions: []charter.MotionEntry{mend}})})
		attend(t, l, n, active, change.Policy[0].Allowance > members)
		if m, p, _ := find(t, l, n); len(m.Result) == 0 || m.Result[0].Outcome != count.Carried || m.Result[0].Refused != 0 {
			t.Fatalf("%d active members say yes to %+v, and it comes to %+v, %+v", active, change, m.Result, p)
		}
		l.Sound()
	})
	if accepted < 20 || confirmed < 5 {
		t.Errorf("%d charters were accepted, %d with confirmations", accepted, confirmed)
	}
}

func must(t statetest.TB, res state.Result) {
	t.Helper()
	if res.Code != 0 {
		t.Fatalf("%d %s", res.Code, res.Log)
	}
}

// attend has members cast yes on motion n and what confirms it, until it is over. If declared,
// one of them has polls closed before the others look.
func attend(t *rapid.T, l *statetest.L, n ballot.Number, active int, declared bool) {
	cast := map[string]bool{}
	last := n
	for range 3 * 366 {
		next := l.Tip().Time + 24*60*60
		if _, p, _ := find(t, l, n); !p.Status.UnderWay() {
			return
		} else if len(p.Confirmations) > 0 {
			last = p.Confirmations[len(p.Confirmations)-1]
		}
		for at := n; at <= last; at++ {
			_, p, _ := find(t, l, at)
			if p.Status == ballot.Noticed {
				next = min(next, p.Opens)
			}
			if p.Status != ballot.Open {
				continue
			}
			if declared {
				l.Do(state.Member(active), ballot.Declare{Motion: at})
			}
			for m := state.Member(1); m <= state.Member(active); m++ {
				if who := fmt.Sprint(at, m); !cast[who] {
					cast[who] = l.Do(m, yes(at)).Code == 0
				}
			}
		}
		at60(t, l, next)
	}
	t.Fatalf("motion %d is not over after three years", n)
}

// at60 makes an empty block of that time, or of a minute later if that is past.
func at60(t statetest.TB, l *statetest.L, time int64) {
	t.Helper()
	at(t, l, max(time, l.Tip().Time+1))
}

// drawCharter draws an amendment that makes kind 50 the entrenched one, with up to two kinds
// that confirm it.
func drawCharter(t *rapid.T) amendment.Amend {
	const amends charter.MotionKindID = 50
	out := amendment.Amend{
		Grants: []charter.GrantEntry{{Kind: amendment.KindAmend, Motions: []charter.MotionKindID{amends}}},
		Policy: []charter.PolicyEntry{{
			Currency: "EUR", Digits: 2, Allowance: rapid.SampledFrom([]uint32{1, 2, 3, 100}).Draw(t, "allowance"), Classes: []string{"member", "worker", "nobody"},
			Entrenched: amends, Waiting: rapid.SampledFrom([]uint32{0, 7, 366}).Draw(t, "waiting"),
		}},
	}
	first := drawKind(t, amends)
	if rapid.IntRange(0, 9).Draw(t, "any electorate") > 0 {
		first.Electorate, first.Notice, first.Shortest, first.Closing = everyone, max(first.Notice, 40_000), max(first.Shortest, 60), charter.AtDeadline
		first.Longest = max(first.Longest, first.Shortest)
		first.Method = charter.ByMajority(count.MajorityRule{
			Quorum: rapid.SampledFrom([]count.Fraction{{Num: 1, Den: 20}, {Num: 1, Den: 2}, {Num: 1, Den: 1}}).Draw(t, "quorum of the first"), QuorumMin: rapid.SampledFrom([]uint64{2, 7, 1000}).Draw(t, "papers of the first"),
			Threshold: rapid.SampledFrom([]count.Fraction{{Num: 2, Den: 3}, {Num: 9, Den: 10}, {Num: 1, Den: 1}}).Draw(t, "threshold of the first"), Base: count.Base(rapid.IntRange(1, 3).Draw(t, "base of the first")),
		})
	}
	for id := amends + 1; id <= amends+charter.MotionKindID(rapid.IntRange(0, 3).Draw(t, "then")); id++ {
		first.Then = append(first.Then, id)
	}
	out.Motions = append(out.Motions, first)
	for _, id := range first.Then {
		out.Motions = append(out.Motions, drawKind(t, id))
	}
	if rapid.Bool().Draw(t, "principle") {
		out.Policy[0].Principle = []charter.MotionKindID{amends}
		out.Policy[0].Levels = []charter.ClauseLevel{{Grant: amendment.KindAmend, Level: charter.LevelPrinciple}}
	}
	return out
}

func drawKind(t *rapid.T, id charter.MotionKindID) charter.MotionEntry {
	minutes := func(name string) uint32 {
		return rapid.SampledFrom([]uint32{0, 1, 60, 24 * 60, 7 * 24 * 60, 7 * 24 * 60, 14 * 24 * 60, 40_000}).Draw(t, name)
	}
	k := charter.MotionEntry{
		ID: id, Name: "kind", Electorate: everyone, Notice: minutes("notice"), Shortest: minutes("shortest"),
		Closing: charter.Closing(rapid.IntRange(1, 4).Draw(t, "closing")),
	}
	k.Longest = max(k.Shortest, minutes("longest"), 1)
	switch rapid.IntRange(0, 5).Draw(t, "electorate") {
	case 0:
		k.Electorate = charter.ElectorateEntry{Sort: charter.OneClass, Class: charter.Class(rapid.IntRange(1, 3).Draw(t, "class"))}
	case 1:
		k.Electorate = charter.ElectorateEntry{Sort: charter.Holders, Offices: []charter.Office{charter.Auditor}}
	}
	if rapid.IntRange(0, 5).Draw(t, "sort") == 0 {
		k.Method = charter.ByVeto(count.VetoRule{Share: count.Fraction{Num: rapid.Uint64Range(0, 3).Draw(t, "share"), Den: 3}})
		return k
	}
	share := func(name string) count.Fraction {
		return rapid.SampledFrom([]count.Fraction{{Num: 0, Den: 1}, {Num: 1, Den: 20}, {Num: 1, Den: 2}, {Num: 3, Den: 4}, {Num: 1, Den: 1}}).Draw(t, name)
	}
	rule := count.MajorityRule{
		Quorum: share("quorum"), QuorumMin: rapid.SampledFrom([]uint64{0, 2, 5, 1000}).Draw(t, "papers"), Threshold: share("threshold"),
		Base: count.Base(rapid.IntRange(1, 3).Draw(t, "base")), Strict: rapid.Bool().Draw(t, "strict"),
	}
	k.Method = charter.ByMajority(rule)
	return k
}
