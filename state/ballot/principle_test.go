package ballot_test

import (
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/amendment"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/state/office"
	"github.com/rochdale-ledger/rochdale/state/statetest"
)

// A principle that nine tenths of votes cast change stands at 1,979 of 2,200 and falls at
// 1,980; the entrenched kind of motion does not change it with all of them.
func TestPrincipleOfNineTenths(t *testing.T) {
	const (
		voters = 2200
		ninth  = charter.MotionKindID(9)
	)
	s := setup()
	s.Members = voters
	s.Found = nil
	l := statetest.New(t, s)
	kind := func(id charter.MotionKindID, num, den uint64) charter.MotionEntry {
		return charter.MotionEntry{
			ID: id, Name: "nine tenths", Electorate: everyone, Notice: 40_000, Shortest: 60, Longest: 600, Closing: charter.AtDeadline,
			Method: charter.ByMajority(count.MajorityRule{
				Quorum: count.Fraction{Num: 1, Den: 20}, QuorumMin: 2, Threshold: count.Fraction{Num: num, Den: den}, Base: count.BaseCast,
			}),
		}
	}
	grant := charter.GrantEntry{Kind: amendment.KindAmend, Motions: []charter.MotionKindID{1, ninth}}
	if res := l.Mandate(amendment.Amend{
		Motions: []charter.MotionEntry{kind(ninth, 9, 10)}, Grants: []charter.GrantEntry{grant},
		Policy: []charter.PolicyEntry{{
			Currency: "EUR", Digits: 2, Allowance: charter.MaxAllowance, Classes: []string{"member"}, Entrenched: 1,
			Principle: []charter.MotionKindID{ninth},
			Levels:    []charter.ClauseLevel{{Grant: office.KindAppoint, Level: charter.LevelPrinciple}},
		}},
	}); res.Code != 0 {
		t.Fatal(res.Log)
	}
	change := amendment.Amend{Grants: []charter.GrantEntry{{Kind: office.KindAppoint, Motions: []charter.MotionKindID{1, 4}}}}
	ask := func(by charter.MotionKindID, ayes int) (count.Outcome, uint32) {
		n := put(t, l, 1, ballot.Propose{Kind: by, Title: "who appoints", Action: carried(amendment.KindAmend, change), Anyway: true})
		l.Days(28)
		var raws [][]byte
		for m := state.Member(1); m <= voters; m++ {
			paper := yes(n)
			if int(m) > ayes {
				paper = no(n)
			}
			raws = append(raws, l.Sign(1, m, paper))
		}
		for i, res := range l.Block(raws...) {
			if res.Code != 0 {
				t.Fatalf("cast %d: %d %s", i, res.Code, res.Log)
			}
		}
		l.Days(30)
		motion, _, tally := find(t, l, n)
		if len(motion.Result) != 1 || tally.Yes != uint64(ayes) || tally.No != uint64(voters-ayes) {
			t.Fatalf("%+v by %+v", motion.Result, tally)
		}
		return motion.Result[0].Outcome, motion.Result[0].Refused
	}
	if got, _ := ask(ninth, 1979); got != count.Lost {
		t.Errorf("1,979 of 2,200: %v", got)
	}
	if got, refused := ask(1, voters); got != count.Carried || refused != amendment.ErrLevel.Code {
		t.Errorf("all, by the entrenched kind: %v, refused by %d", got, refused)
	}
	if got, refused := ask(ninth, 1980); got != count.Carried || refused != 0 {
		t.Errorf("1,980 of 2,200: %v, refused by %d", got, refused)
	}
	v := l.Read()
	defer v.Close()
	if g, err := charter.GrantOf(v.Of(1), office.KindAppoint); err != nil || len(g.Motions) != 2 {
		t.Errorf("%+v, %v", g, err)
	}
	l.Sound()
}
