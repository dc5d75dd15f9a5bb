package office_test

import (
	"slices"
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/office"
	"github.com/rochdale-ledger/rochdale/state/statetest"
)

// twoSuspend is a co-op in which two officers suspend, and elect.
func twoSuspend() statetest.Setup {
	s := setup()
	s.Grants = []charter.NamedGrant{{Actions: []string{"member.Suspend", "office.Elect"}, GrantText: charter.GrantText{Motions: []charter.MotionKindID{officers}}}}
	return s
}

func by(t *testing.T, l *statetest.L, a state.Action) {
	t.Helper()
	if res := l.MandateBy(officers, a); res.Code != 0 {
		t.Fatalf("%T by two: %d %s", a, res.Code, res.Log)
	}
}

func are(t *testing.T, l *statetest.L, o charter.Office, want ...state.Member) {
	t.Helper()
	if got := holders(t, l, o); !slices.Equal(got, want) {
		t.Errorf("%v is held by %v, want %v", o, got, want)
	}
}

// Two who suspend a candidate, and a candidate who leaves, do not void the election of the
// others: the first has the office when the suspension ends.
func TestElectionIsNotVoided(t *testing.T) {
	l := statetest.New(t, twoSuspend())
	by(t, l, member.Suspend{Member: 7, Reason: "before the poll closes"})
	must(t, l, member.Resign{Member: 8})
	if res := l.MandateBy(officers, elect(board, 0, 5, 7)); res.Code != member.ErrStanding.Code {
		t.Errorf("two elect who is suspended: %d %s", res.Code, res.Log)
	}
	must(t, l, elect(board, 0, 5, 6, 7, 8))
	are(t, l, board, 5, 6)
	now := today(l)
	l.Days(91) // it lapses
	are(t, l, board, 5, 6, 7)
	l.Sound()
	v := l.Read()
	term, err := office.TermOf(v.Of(1), board, 7)
	v.Close()
	if err != nil || term.Until != now+1+1100 || state.DayOf(term.Since) != now {
		t.Errorf("term %+v, %v; want until day %d", term, err, now+1+1100)
	}
	l.Days(1100)
	are(t, l, board)
	l.Sound()
	if res := l.Mandate(elect(board, 0, 8)); res.Code != member.ErrStanding.Code {
		t.Errorf("nobody is left: %d %s", res.Code, res.Log)
	}
}

// A place that waits is not lost to a later election while a seat is left for it.
func TestWaitingPlace(t *testing.T) {
	l := statetest.New(t, twoSuspend())
	by(t, l, member.Suspend{Member: 7, Reason: "r"})
	must(t, l, elect(board, 0, 5, 7))
	l.Days(1)
	must(t, l, elect(board, 0, 9))
	l.Days(91)
	are(t, l, board, 5, 7, 9)
	by(t, l, member.Suspend{Member: 6, Reason: "r"})
	must(t, l, elect(board, 0, 6))
	must(t, l, elect(board, 0, 10, 11, 12, 13, 14, 15)) // nine
	l.Days(91)
	are(t, l, board, 5, 7, 9, 10, 11, 12, 13, 14, 15)
	l.Sound()
}

// A holder whom two suspend before it is elected again has the new term.
func TestElectedAgainSuspended(t *testing.T) {
	l := statetest.New(t, twoSuspend())
	now := today(l)
	must(t, l, elect(charter.Treasurer, now+100, 5))
	l.Days(20)
	by(t, l, member.Suspend{Member: 5, Reason: "r"})
	must(t, l, elect(charter.Treasurer, now+300, 5))
	l.Sound()
	l.Days(91)
	are(t, l, charter.Treasurer, 2, 5)
	v := l.Read()
	term, err := office.TermOf(v.Of(1), charter.Treasurer, 5)
	v.Close()
	if err != nil || term.Until != now+300 || term.InARow != 2 {
		t.Errorf("%+v, %v", term, err)
	}
	l.Sound()
}

// All members give a term to a holder whom fewer elected, or who has none, as founders have:
// fewer do not.
func TestElectTakesOver(t *testing.T) {
	l := statetest.New(t, twoSuspend())
	now := today(l)
	by(t, l, elect(board, now+200, 5))
	if res := l.MandateBy(officers, elect(charter.Treasurer, now+5, 2)); res.Code != member.ErrHolds.Code {
		t.Errorf("two end a founder's office by a short term: %d %s", res.Code, res.Log)
	}
	must(t, l, elect(board, now+500, 5, 6))
	must(t, l, elect(charter.Treasurer, now+300, 2))
	for o, m := range map[charter.Office]state.Member{board: 5, charter.Treasurer: 2} {
		v := l.Read()
		term, err := office.TermOf(v.Of(1), o, m)
		v.Close()
		if err != nil || term.InARow != 1 || !term.All {
			t.Errorf("member %d as %v: %+v, %v", m, o, term, err)
		}
	}
	if res := l.Mandate(elect(board, 0, 5)); res.Code != member.ErrHolds.Code {
		t.Errorf("all elected 5 already: %d %s", res.Code, res.Log)
	}
	l.Days(299)
	are(t, l, charter.Treasurer, 2)
	are(t, l, board, 5, 6)
	l.Days(1)
	are(t, l, charter.Treasurer)
	l.Sound()
}

// A rotation is not replaced by another before its day: those whom the lot drew retire.
func TestRotateOnce(t *testing.T) {
	l := statetest.New(t, setup())
	must(t, l, elect(board, 0, 5, 6, 7, 8, 9, 10))
	now := today(l)
	must(t, l, office.Rotate{Office: board, Day: now + 30})
	for range 2 { // before the lot is drawn, and after
		if res := l.Mandate(office.Rotate{Office: board, Day: now + 335}); res.Code != office.ErrRotated.Code {
			t.Errorf("another in 335 days: %d %s", res.Code, res.Log)
		}
		draw(l)
	}
	l.Days(31)
	if got := holders(t, l, board); len(got) != 4 {
		t.Errorf("after the day the board is %v, want four", got)
	}
	l.Sound()
}

// Who was dismissed and appointed anew without a term retires on the day, whatever became of
// the term that it had.
func TestRotateAppointedAnew(t *testing.T) {
	const trustee charter.Office = 18
	s := setup()
	s.Membership.Offices = append(slices.Clone(s.Membership.Offices), charter.OfficeRule{Office: trustee, Name: "trustee", Thirds: true})
	l := statetest.New(t, s)
	now := today(l)
	for m := state.Member(5); m < 8; m++ {
		must(t, l, elect(trustee, now+100, m))
		must(t, l, office.Dismiss{Member: m, Office: trustee})
		must(t, l, office.Appoint{Member: m, Office: trustee})
	}
	must(t, l, office.Rotate{Office: trustee, Day: now + 150})
	draw(l)
	l.Sound()
	l.Days(149)
	are(t, l, trustee, 5, 6, 7)
	l.Days(1)
	if got := holders(t, l, trustee); len(got) != 2 {
		t.Errorf("after the day they are %v, want two", got)
	}
	l.Sound()
}

// Who was elected together with one for whom the office waits does not fill its place, also
// where the charter says no number of seats; who is elected later does.
func TestElectedTogether(t *testing.T) {
	l := statetest.New(t, twoSuspend())
	by(t, l, member.Suspend{Member: 7, Reason: "r"})
	by(t, l, member.Suspend{Member: 8, Reason: "r"})
	must(t, l, elect(charter.Treasurer, 0, 6, 7))
	must(t, l, elect(council, 0, 8))
	l.Days(1)
	must(t, l, elect(council, 0, 9))
	l.Days(91)
	are(t, l, charter.Treasurer, 2, 6, 7)
	are(t, l, council, 9)
	l.Sound()
}
