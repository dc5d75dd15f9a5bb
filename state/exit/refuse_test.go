package exit_test

import (
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/exit"
	"github.com/rochdale-ledger/rochdale/state/life"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/statetest"
)

// Two officers who refuse an applicant while all members vote on admitting it void nothing: all
// members admit also one who was refused, with the key with which it applied, and it waits like
// everyone.
func TestRefusedAndAdmitted(t *testing.T) {
	l := ofTen(t, charter.Membership{ProbationLeast: 30, ProbationMost: 90})
	refuse := func(m int) exit.Refuse { return exit.Refuse{Member: 10 + state.Member(m), Reason: "no friend of ours"} }
	for n := range state.Member(4) {
		must(t, l, apply(n))
	}
	byTwo(t, l, member.Admit{Member: 12, Probation: 60}, nil)
	for _, n := range []int{1, 2, 3, 4} {
		byTwo(t, l, refuse(n), nil)
	}
	byTwo(t, l, member.Admit{Member: 11, Probation: 60}, member.ErrStanding)
	must(t, l, member.Admit{Member: 11})
	must(t, l, member.Admit{Member: 12, Probation: 40})
	wantStays(t, l, 11)
	if rec := recordOf(t, l, 12); rec.ProbationOver() != today(l)+41 || !rec.OnProbation(today(l)) {
		t.Errorf("on probation until day %d, want %d", rec.ProbationOver(), today(l)+41)
	}
	byTwo(t, l, refuse(1), member.ErrProbation)
	byTwo(t, l, refuse(2), nil)
	must(t, l, member.Admit{Member: 12}) // once more, and without probation
	byTwo(t, l, refuse(2), member.ErrProbation)
	if rec := recordOf(t, l, 12); rec.ProbationOver() != 0 {
		t.Errorf("admitted without probation, and on it until day %d", rec.ProbationOver())
	}
	for days, want := range map[int64]uint64{7: 10, 8: 12} {
		if got := electors(t, l, days); got != want {
			t.Errorf("after %d days %d count, want %d", days, got, want)
		}
	}

	// Whoever left otherwise, or was refused long ago, applies anew.
	must(t, l, member.Resign{Member: 11})
	l.Run(t, []statetest.Row{statetest.Try("who resigned", 0, member.Admit{Member: 11}, member.ErrStanding)})
	l.Days(life.RefusedDays)
	must(t, l, member.Admit{Member: 13})
	l.Days(1)
	l.Run(t, []statetest.Row{statetest.Try("refused a year and a day ago", 0, member.Admit{Member: 14}, member.ErrStanding)})
	l.Sound()
}

// Whom an expulsion put out and an appeal brings back is on probation as before.
func TestProbationOutlastsAppeal(t *testing.T) {
	at := figures
	at.AppealStays, at.Decide, at.ProbationLeast, at.ProbationMost = false, 0, 30, 700
	l := newLedger(t, at)
	const newest = members + 1
	must(t, l, apply(1))
	byTwo(t, l, member.Admit{Member: newest, Probation: 700}, nil)
	over := recordOf(t, l, newest).ProbationOver()
	heard(t, l, newest)
	must(t, l, exit.Expel{Member: newest})
	if rec := recordOf(t, l, newest); rec.ProbationOver() != 0 {
		t.Errorf("who is out is on probation until day %d", rec.ProbationOver())
	}
	l.Must(4, exit.Appeal{Member: newest})
	l.Must(5, exit.Appeal{Member: newest})
	must(t, l, exit.AllowAppeal{Member: newest})
	if rec := recordOf(t, l, newest); rec.ProbationOver() != over || !rec.OnProbation(today(l)) {
		t.Errorf("on probation until day %d, want %d", rec.ProbationOver(), over)
	}
	must(t, l, member.EndProbation{Member: newest})
	if got := electors(t, l, 8); got != members+1 {
		t.Errorf("%d count, want %d", got, members+1)
	}
}
