package ballot_test

import (
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/agenda"
	"github.com/rochdale-ledger/rochdale/state/amendment"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/office"
	"github.com/rochdale-ledger/rochdale/state/statetest"
	"github.com/rochdale-ledger/rochdale/tx"
)

// Kinds of motion beside the standard charter's. Times are in minutes, and
// every block of statetest is a minute after the last.
const (
	atOnce  charter.MotionKindID = 20 // opens at once, closes when decided: a majority of all members
	meeting charter.MotionKindID = 21 // notice 60, declared after 5, closes after 100
	class2  charter.MotionKindID = 22 // an electorate that may be empty
	holders charter.MotionKindID = 23 // those who hold an office
	polled  charter.MotionKindID = 24 // opens at once, closes after 30
	later   charter.MotionKindID = 25 // class 2, after a notice of 2
	slow    charter.MotionKindID = 26 // as atOnce, but not within its first 10 minutes
	settled charter.MotionKindID = 27 // opens at once, declared after 5 if decided, closes after 100
	freely  charter.MotionKindID = 28 // as settled, declared at any moment after 5
	beyond  charter.MotionKindID = 29 // as settled, with a quorum that there are too few for
)

const members = 6

func rule(base count.Base) charter.Method { return charter.ByMajority(majority(base)) }

func majority(base count.Base) count.MajorityRule {
	return count.MajorityRule{
		Quorum: count.Fraction{Num: 0, Den: 1}, QuorumMin: 1, Threshold: count.Fraction{Num: 1, Den: 2}, Base: base, Strict: true,
	}
}

// quorumOf is majority with a quorum of so many papers.
func quorumOf(papers uint64) count.MajorityRule {
	r := majority(count.BaseCast)
	r.QuorumMin = papers
	return r
}

var everyone = charter.ElectorateEntry{Sort: charter.AllMembers}

var kinds = amendment.Amend{Motions: []charter.MotionEntry{
	{ID: atOnce, Name: "at once", Electorate: everyone, Method: rule(count.BaseMembers), Longest: 100, Closing: charter.WhenDecided},
	{ID: meeting, Name: "meeting", Electorate: everyone, Method: rule(count.BaseCast), Notice: 60, Shortest: 5, Longest: 100, Closing: charter.OnDeclaring},
	{ID: class2, Name: "class", Electorate: charter.ElectorateEntry{Sort: charter.OneClass, Class: 2}, Method: rule(count.BaseCast), Longest: 30, Closing: charter.AtDeadline},
	{ID: holders, Name: "holders", Electorate: charter.ElectorateEntry{Sort: charter.Holders, Offices: []charter.Office{charter.Secretary, charter.Chair}}, Method: rule(count.BaseMembers), Longest: 30, Closing: charter.AtDeadline},
	{ID: polled, Name: "polled", Electorate: everyone, Method: rule(count.BaseCast), Longest: 30, Closing: charter.AtDeadline},
	{ID: later, Name: "later", Electorate: charter.ElectorateEntry{Sort: charter.OneClass, Class: 2}, Method: rule(count.BaseCast), Notice: 2, Longest: 30, Closing: charter.AtDeadline},
	{ID: slow, Name: "slow", Electorate: everyone, Method: rule(count.BaseMembers), Shortest: 10, Longest: 100, Closing: charter.WhenDecided},
	{ID: settled, Name: "settled", Electorate: everyone, Method: rule(count.BaseCast), Shortest: 5, Longest: 100, Closing: charter.OnDecided},
	{ID: freely, Name: "freely", Electorate: everyone, Method: rule(count.BaseCast), Shortest: 5, Longest: 100, Closing: charter.OnDeclaring},
	{ID: beyond, Name: "beyond", Electorate: everyone, Method: charter.ByMajority(quorumOf(99)), Shortest: 5, Longest: 100, Closing: charter.OnDecided},
}, Policy: []charter.PolicyEntry{
	{Currency: "EUR", Digits: 2, Allowance: charter.MaxAllowance, Classes: []string{"member", "worker"}, Entrenched: 1},
}, Grants: []charter.GrantEntry{
	{Kind: office.KindAppoint, Motions: []charter.MotionKindID{1, atOnce}},
}}

// newLedger founds a co-op of six whose members may all propose, cast, declare
// and withdraw.
func newLedger(t statetest.TB) *statetest.L { return statetest.New(t, setup()) }

func setup() statetest.Setup {
	return statetest.Setup{
		Members: members,
		Kinds: []state.Kind{
			state.KindOf[ballot.Propose](ballot.KindPropose, "ballot.Propose"),
			state.KindOf[ballot.Cast](ballot.KindCast, "ballot.Cast"),
			state.KindOf[ballot.Declare](ballot.KindDeclare, "ballot.Declare"),
			state.KindOf[ballot.Withdraw](ballot.KindWithdraw, "ballot.Withdraw"),
			state.KindOf[member.Import](member.KindImport, "member.Import"),
			state.KindOf[member.Suspend](member.KindSuspend, "member.Suspend"),
			state.KindOf[member.Reinstate](member.KindReinstate, "member.Reinstate"),
			state.KindOf[office.Appoint](office.KindAppoint, "member.Appoint"),
		},
		Grants: []charter.NamedGrant{
			{Actions: []string{"ballot.Propose", "ballot.Cast", "ballot.Declare", "ballot.Withdraw"}, GrantText: charter.GrantText{Members: true}},
		},
		Found:      func(c *state.Ctx) error { return kinds.Apply(c) },
		EndBlock:   dated(),
		Invariants: []func(state.Reader) error{agenda.CheckAgenda, agenda.CheckQueues, ballot.CheckMotions},
		Indexes:    ballot.Indexes,
	}
}

// dated is what is due at the end of a block.
func dated() []func(*state.Ctx) error {
	return []func(*state.Ctx) error{agenda.EndBlock(amendment.Agenda, member.KeyAgenda, member.SuspensionAgenda, member.LeavingAgenda, ballot.Agenda)}
}

// put proposes a motion and returns its number.
func put(t statetest.TB, l *statetest.L, by state.Member, m ballot.Propose) ballot.Number {
	t.Helper()
	n, err := tx.Decode[uint64](l.Must(by, m).Data)
	if err != nil {
		t.Fatalf("result of a proposal: %v", err)
	}
	return ballot.Number(n)
}

// pass lets minutes go by in one block.
func pass(t statetest.TB, l *statetest.L, minutes int64) {
	t.Helper()
	at(t, l, l.Tip().Time+minutes*60)
}

// at delivers transactions in a block of that time and returns their codes.
func at(t statetest.TB, l *statetest.L, time int64, raw ...[]byte) []uint32 {
	t.Helper()
	l.Begin(l.Tip().Height+1, time)
	codes := make([]uint32, len(raw))
	for i, tx := range raw {
		res, err := l.Deliver(tx)
		if err != nil {
			t.Fatalf("delivering: %v", err)
		}
		codes[i] = res.Code
	}
	if _, _, err := l.End(); err != nil {
		t.Fatalf("ending a block: %v", err)
	}
	if err := l.Commit(); err != nil {
		t.Fatalf("committing a block: %v", err)
	}
	return codes
}

func find(t statetest.TB, l *statetest.L, n ballot.Number) (ballot.Motion, ballot.Poll, count.Tally) {
	t.Helper()
	v := l.Read()
	defer v.Close()
	m, p, err := ballot.Find(v.Of(1), n)
	if err != nil {
		t.Fatalf("motion %d: %v", n, err)
	}
	tally, err := ballot.TallyOf(v.Of(1), n)
	if err != nil {
		t.Fatalf("tally of motion %d: %v", n, err)
	}
	return m, p, tally
}

func wantStatus(t *testing.T, l *statetest.L, n ballot.Number, want ballot.Status) {
	t.Helper()
	if _, p, _ := find(t, l, n); p.Status != want {
		t.Errorf("motion %d is %v, want %v", n, p.Status, want)
	}
	l.Sound()
}

func yes(n ballot.Number) ballot.Cast { return ballot.Cast{Motion: n, Paper: ballot.Yes.Paper()} }
func no(n ballot.Number) ballot.Cast  { return ballot.Cast{Motion: n, Paper: ballot.No.Paper()} }

func carried(kind tx.Kind, a state.Action) []ballot.Carried {
	return []ballot.Carried{{Kind: kind, Payload: tx.Encode(a)}}
}

// busy makes the setup's blocks have no more than that many units for what is due.
func busy(s statetest.Setup, left int) statetest.Setup {
	s.EndBlock = append([]func(*state.Ctx) error{func(c *state.Ctx) error {
		c.Work(state.EndUnits - left)
		return nil
	}}, s.EndBlock...)
	return s
}
