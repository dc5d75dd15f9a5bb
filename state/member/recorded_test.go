package member_test

import (
	"strings"
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/statetest"
	"github.com/rochdale-ledger/rochdale/tx"
)

// newRecorders is a co-op of which two officers record resignations, with a notice of some
// days.
func newRecorders(t statetest.TB, notice uint32) *statetest.L {
	s := setup()
	s.Kinds = append(s.Kinds, state.KindOf[member.Stay](member.KindStay, "member.Stay"))
	s.Grants[0] = charter.NamedGrant{Actions: []string{"member.Resign", "member.Rekey", "member.Stay"}, GrantText: charter.GrantText{Concerned: true, Motions: []charter.MotionKindID{officers}}}
	s.Membership = charter.Membership{Resignation: notice}
	return statetest.New(t, s)
}

func recorded(m state.Member) statetest.Carried {
	return statetest.Carried{Kind: member.KindResign, Payload: tx.Encode(member.Resign{Member: m}), By: officers}
}

// A resignation that others record takes effect when members would have heard of it, and not
// if the member stays or signs anything.
func TestRecordedResignation(t *testing.T) {
	const m = 4
	for _, row := range []struct {
		name      string
		notice    uint32
		meanwhile func(*statetest.L)
		days      int64 // after which it ends; zero if it does not
		changes   int
	}{
		{"nothing happens", 0, func(*statetest.L) {}, 8, 3},
		{"a longer notice", 30, func(*statetest.L) {}, 31, 3},
		{"the member signs", 0, func(l *statetest.L) { l.Must(m, byOfficers(rekey(5, 1))) }, 0, 3},
		{"the member signs what is refused", 0, func(l *statetest.L) { l.Do(m, seat{Member: m, Office: charter.Chair}) }, 0, 3},
		{"the member stays", 0, func(l *statetest.L) { l.Must(m, member.Stay{Member: m}) }, 0, 3},
		{"others take it back", 0, func(l *statetest.L) {
			l.Must(1, statetest.Carried{Kind: member.KindStay, Payload: tx.Encode(member.Stay{Member: m}), By: officers})
		}, 0, 3},
		{"the member resigns itself", 0, func(l *statetest.L) { l.Must(m, member.Resign{Member: m}) }, 0, 4},
	} {
		t.Run(row.name, func(t *testing.T) {
			l := newRecorders(t, row.notice)
			res := l.Must(1, recorded(m))
			day, err := tx.Decode[uint64](res.Data)
			if rec := recordOf(t, l, m); err != nil || rec.Standing() != member.Active || rec.Leaves != day || !rec.Recorded() || rec.Notices() != 0 {
				t.Fatalf("at first %+v, leaves on %d, %v", rec, day, err)
			}
			if want := state.DayOf(l.Tip().Time) + uint64(row.days); row.days > 0 && day != want {
				t.Errorf("leaves on day %d, want %d", day, want)
			}
			l.Sound()
			row.meanwhile(l)
			l.Sound()
			l.Days(max(row.days, 9) + 1)
			rec := recordOf(t, l, m)
			last := rec.History[len(rec.History)-1]
			left := row.days > 0 || row.changes == 4
			if (rec.Standing() == member.Left) != left || len(rec.History) != row.changes || rec.Leaves != 0 {
				t.Errorf("%+v, want left %v", rec, left)
			}
			if own := row.changes == 4; left && last.Recorded == own {
				t.Errorf("left by %+v", last)
			}
			l.Sound()
		})
	}
}

// Others record few resignations at a time, and none twice; they use up none of the times
// that the member itself may give notice.
func TestRecordedResignationsFew(t *testing.T) {
	l := newRecorders(t, 0)
	l.Run(t, []statetest.Row{
		statetest.Try("one officer", 1, member.Resign{Member: 4}, state.ErrAuthority),
		statetest.Try("two", 1, recorded(4), nil),
		statetest.Try("twice", 1, recorded(4), member.ErrNotice),
		statetest.Try("of another too", 1, recorded(5), member.ErrMany),
		statetest.Try("of another, by all", 0, member.Resign{Member: 5}, nil),
	})
	if res := l.Do(1, recorded(3)); !strings.Contains(res.Log, "have a notice of resignation that others recorded") {
		t.Errorf("refused with %q", res.Log)
	}
	for range member.MaxNotices + 1 {
		l.Do(4, seat{Member: 4, Office: charter.Chair}) // takes it back, and is refused
		l.Must(1, recorded(4))
	}
	l.Sound()
}
