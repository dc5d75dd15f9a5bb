package app

import (
	"testing"
	"time"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/amendment"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/state/member"
)

// unlessRejected admits by silence: candidates are members after three weeks unless three
// quarters of the members object.
const unlessRejected charter.MotionKindID = 9

// A candidate is admitted by default, as in a SCOP, unless members reject it; and nobody lets
// in a crowd so.
func TestAdmittedByDefault(t *testing.T) {
	f := newFed(t, 1, Options{})
	f.carry(1, 2, amendment.Amend{
		Motions: []charter.MotionEntry{f.kind(2, func(k *charter.MotionEntry) {
			k.ID, k.Name, k.Method = unlessRejected, "admission unless rejected", charter.ByVeto(count.VetoRule{Share: count.Fraction{Num: 3, Den: 4}})
			k.Notice, k.Shortest, k.Longest, k.Closing = 0, 21*24*60, 21*24*60, charter.AtDeadline
		})},
		Grants: []charter.GrantEntry{{Kind: member.KindAdmit, Motions: []charter.MotionKindID{1, unlessRejected}}},
	})
	f.wantEnded(1, nil)
	const first = state.Member(6)
	for n := range state.Member(3) {
		key := evilKey(int(n))
		f.must(f.sign(1, 1, member.Apply{Entry: member.Entry{Key: key.Public(), Class: 1}, Possession: key.Possession(fedChain, 1)}))
		p := f.motionOf(unlessRejected, member.Admit{Member: first + n})
		p.Kind = unlessRejected
		f.must(f.sign(1, 4, p))
	}
	for m := state.Member(1); m <= 4; m++ { // of five, four reject the second
		f.must(f.sign(1, m, ballot.Cast{Motion: 3, Paper: ballot.No.Paper()}))
	}
	for m := state.Member(1); m <= 3; m++ { // three are less than three quarters
		f.must(f.sign(1, m, ballot.Cast{Motion: 2, Paper: ballot.No.Paper()}))
	}
	f.now = f.now.Add(20 * 24 * time.Hour)
	f.block()
	f.wantStands(first, member.Candidate)
	f.now = f.now.Add(24*time.Hour + time.Minute)
	f.block()
	f.block()
	f.wantEnded(2, nil)
	if r := f.result(3); r.Outcome != count.Lost {
		t.Errorf("rejected by four of five: %v", r.Outcome)
	}
	f.wantEnded(4, member.ErrMany) // others than all let one in, where five count
	for m, want := range map[state.Member]member.Standing{first: member.Active, first + 1: member.Candidate, first + 2: member.Candidate} {
		f.wantStands(m, want)
	}
	f.sound()
}

// wantStands fails the test unless a member has a standing.
func (f *fed) wantStands(m state.Member, want member.Standing) {
	f.t.Helper()
	v := f.view()
	defer v.Close()
	rec, err := member.Find(v.Of(1), m)
	if err != nil || rec.Standing() != want {
		f.t.Errorf("member %d is %v, want %v, %v", m, rec.Standing(), want, err)
	}
}
