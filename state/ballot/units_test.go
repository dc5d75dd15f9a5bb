package ballot_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/agenda"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/office"
	"github.com/rochdale-ledger/rochdale/state/statetest"
	"github.com/rochdale-ledger/rochdale/tx"
)

// An open motion is due when its poll ends and, if it closes when decided, when
// its shortest time is over; one that is noticed, when it opens. Each further time
// would cost a turn that does nothing.
func TestDue(t *testing.T) {
	for kind, minutes := range map[charter.MotionKindID][]int64{
		polled: {30}, atOnce: {100}, slow: {10, 100}, meeting: {60},
	} {
		l := newLedger(t)
		put(t, l, 1, ballot.Propose{Kind: kind, Title: "T"})
		var got, want []int64
		v := l.Read()
		err := agenda.Range(v.Of(1), func(at int64, _ agenda.Room, _ uint64) (bool, error) {
			got = append(got, at-v.Time())
			return true, nil
		})
		v.Close()
		for _, m := range minutes {
			want = append(want, m*60)
		}
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("kind %d, %v (-want +got)\n%s", kind, err, diff)
		}
	}
	// It is due at its deadline alone once it has opened.
	l := newLedger(t)
	n := put(t, l, 1, ballot.Propose{Kind: meeting, Title: "T"})
	pass(t, l, 60)
	_, p, _ := find(t, l, n)
	v := l.Read()
	defer v.Close()
	err := agenda.Range(v.Of(1), func(at int64, _ agenda.Room, _ uint64) (bool, error) {
		if at != p.Closes {
			t.Errorf("due at %d, the poll ends at %d", at, p.Closes)
		}
		return true, nil
	})
	if err != nil {
		t.Error(err)
	}
}

// Of two motions that are due, the second waits for the next block if it needs
// one unit more than the first has left, and not if it needs just that. Units are
// of admission to the agenda (2), of opening (6), of closing (8), and of an action
// that is carried (4).
func TestUnitsOfATurn(t *testing.T) {
	appoint := func(m state.Member) []ballot.Carried {
		return carried(office.KindAppoint, office.Appoint{Member: m, Office: charter.Auditor})
	}
	for _, row := range []struct {
		name          string
		kind          charter.MotionKindID
		action, yes   bool
		units         int
		before, after ballot.Status
	}{
		{"opening", meeting, false, false, 6, ballot.Noticed, ballot.Open},
		{"closing", polled, false, false, 8, ballot.Open, ballot.Closed},
		{"closing, and the action is not carried", polled, true, false, 8, ballot.Open, ballot.Closed},
		{"closing, and the action is carried", polled, true, true, 12, ballot.Open, ballot.Closed},
		{"closing after a count", elected, false, false, 8, ballot.Open, ballot.Closed},
	} {
		for short := range 2 {
			s := electing()
			s.EndBlock = s.EndBlock[1:]
			left := state.EndUnits
			s.EndBlock = append([]func(*state.Ctx) error{func(c *state.Ctx) error {
				c.Work(state.EndUnits - left)
				return nil
			}}, s.EndBlock...)
			found := s.Found
			s.Found = func(c *state.Ctx) error {
				if err := found(c); err != nil {
					return err
				}
				grants := state.NewTable[tx.Kind, charter.Grant](0x70)
				grants.Put(c, office.KindAppoint, charter.Grant{Motions: []charter.MotionKindID{polled}})
				return nil
			}
			l := statetest.New(t, s)
			var due int64
			for i := range 2 {
				m := ballot.Propose{Kind: row.kind, Title: "T"}
				if row.kind == elected {
					m.Options = three
				}
				if row.action {
					m.Action = appoint(state.Member(5 + i))
				}
				n := put(t, l, 1, m)
				if row.yes {
					l.Must(1, yes(n))
				}
				_, p, _ := find(t, l, n)
				due = p.Closes
				if p.Status == ballot.Noticed {
					due = p.Opens
				}
			}
			left = 2 + 2*row.units - short
			at(t, l, due)
			want := [2]ballot.Status{row.after, row.after}
			if short > 0 {
				want[1] = row.before
			}
			for range 1 + short {
				_, first, _ := find(t, l, 1)
				_, second, _ := find(t, l, 2)
				if got := [2]ballot.Status{first.Status, second.Status}; got != want {
					t.Errorf("%s, %d units short: motions are %v, want %v", row.name, short, got, want)
				}
				l.Sound()
				at(t, l, due)
				want[1] = row.after
			}
		}
	}
}

// Who was not active when a motion of its class opened is not in its electorate,
// whatever it has become since.
func TestClassOfTheSuspended(t *testing.T) {
	l := newLedger(t)
	const suspended, active = members + 1, members + 2
	for _, a := range []state.Action{
		member.Import{Entries: []member.Entry{
			statetest.Entry(1, suspended, 2), statetest.Entry(1, active, 2),
		}},
		member.Suspend{Member: suspended, Reason: "a test"},
	} {
		if res := l.Mandate(a); res.Code != 0 {
			t.Fatal(res.Log)
		}
	}
	n := put(t, l, 1, ballot.Propose{Kind: class2, Title: "T"})
	l.Run(t, []statetest.Row{
		statetest.Try("reinstated", 0, member.Reinstate{Member: suspended}, nil),
		statetest.Try("reinstated after it opened", suspended, yes(n), ballot.ErrEntitled),
		statetest.Try("active when it opened", active, yes(n), nil),
	})
}

// A number that has no name, in a record of a later version, is shown as such; a
// paper is an answer where the question is yes or no, and bytes elsewhere.
func TestNameless(t *testing.T) {
	by := func(tag charter.MethodTag) ballot.Poll {
		return ballot.Poll{Rules: charter.MotionKind{Method: charter.Method{Tag: tag}}}
	}
	for _, row := range [][2]string{
		{ballot.Status(0).String(), "status 0"}, {ballot.Noticed.String(), "noticed"},
		{ballot.Confirming.String(), "confirming"}, {(ballot.Confirming + 1).String(), "status 7"},
		{ballot.Choice(0).String(), "choice 0"}, {ballot.Yes.String(), "yes"},
		{ballot.Abstain.String(), "abstain"}, {(ballot.Abstain + 1).String(), "choice 4"},
		{by(charter.Majority).Answer([]byte{2}), "no"}, {by(charter.Majority).Answer([]byte{2, 1}), "0201"},
		{by(charter.Veto).Answer([]byte{2}), "no"}, {by(ballot.Plurality).Answer([]byte{2}), "02"},
	} {
		if row[0] != row[1] {
			t.Errorf("%q, want %q", row[0], row[1])
		}
	}
}
