package statetest

import (
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/amendment"
	"github.com/rochdale-ledger/rochdale/state/charter"
)

// Bound has the charter let one officer alone move most in a day, and a motion of kind 1
// at a time, in minor units.
func (l *L) Bound(most uint64) {
	l.t.Helper()
	v := l.Read()
	p, err := charter.PolicyOf(v.Of(1))
	if err != nil {
		l.t.Fatalf("%v", err)
	}
	k, err := charter.MotionKindOf(v.Of(1), 1)
	v.Close()
	if err != nil {
		l.t.Fatalf("%v", err)
	}
	p.Alone, k.Most = most, most
	if res := l.Mandate(amendment.Amend{Policy: []charter.PolicyEntry{charter.PolicyEntry(p)}, Motions: []charter.MotionEntry{k.Entry(1)}}); res.Code != 0 {
		l.t.Fatalf("bounding what is moved: %s", res.Log)
	}
}

// Bounded holds that an action which moves an amount, in minor units, is refused to the
// treasurer alone and to a motion where the charter lets them move one unit less, and
// accepted where it lets them move exactly that. found makes a ledger on which it can be
// taken, whose charter grants it to the treasurer.
func Bounded(t *testing.T, found func() *L, a state.Action, amount uint64) {
	t.Helper()
	l := found()
	l.Bound(amount - 1)
	l.Run(t, []Row{
		Try("a unit more than one may move alone", Treasurer, a, charter.ErrAlone),
		Try("a unit more than a motion may move", 0, a, charter.ErrMost),
	})
	l.Bound(amount)
	l.Run(t, []Row{Try("exactly what one may move alone", Treasurer, a, nil)})
	l.Close()
	l = found()
	l.Bound(amount)
	l.Run(t, []Row{Try("exactly what a motion may move", 0, a, nil)})
	l.Close()
}
