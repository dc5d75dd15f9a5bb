package exit_test

import (
	"strings"
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/exit"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/statetest"
	"github.com/rochdale-ledger/rochdale/tx"
)

// ofTen is a co-op of ten members.
func ofTen(t *testing.T, m charter.Membership) *statetest.L {
	t.Helper()
	s := setup(m)
	s.Members = 10
	return statetest.New(t, s)
}

// apply is the n-th application.
func apply(n state.Member) member.Apply {
	k := statetest.Key(1, 1000+n)
	return member.Apply{Entry: member.Entry{Key: k.Public(), Class: 1}, Possession: possession(k)}
}

func possession(k tx.PrivateKey) []byte { return k.Possession(statetest.Chain, 1) }

// electors are how many count in what is proposed so many days from now.
func electors(t *testing.T, l *statetest.L, days int64) uint64 {
	t.Helper()
	v := l.Read()
	defer v.Close()
	n, _, err := member.Electors(v.Of(1), 0, l.Tip().Time+days*24*60*60)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// recordOf is a member's record.
func recordOf(t *testing.T, l *statetest.L, m state.Member) member.Record {
	t.Helper()
	v := l.Read()
	defer v.Close()
	rec, err := member.Find(v.Of(1), m)
	if err != nil {
		t.Fatal(err)
	}
	return rec
}

// Rows follow the order of the checks.

func TestRefuse(t *testing.T) {
	l := ofTen(t, charter.Membership{ProbationLeast: 30, ProbationMost: 90, ProbationVotes: true})
	for n := range state.Member(4) {
		must(t, l, apply(n))
	}
	byTwo(t, l, member.Admit{Member: 12, Probation: 60}, nil)
	byTwo(t, l, member.Admit{Member: 13, Probation: 60}, nil)
	leaves := func() { must(t, l, member.Resign{Member: 10}) }
	refuse := func(m state.Member) exit.Refuse { return exit.Refuse{Member: m, Reason: "no work for more"} }
	l.Run(t, []statetest.Row{
		statetest.Try("no reason", 0, exit.Refuse{Member: 99}, member.ErrReason),
		statetest.Try("too long a reason", 0, exit.Refuse{Member: 99, Reason: strings.Repeat("r", member.MaxReason+1)}, member.ErrReason),
		statetest.Try("no such member", 0, refuse(99), member.ErrUnknown),
		statetest.Try("has left", 0, refuse(10), member.ErrStanding).After(leaves),
		statetest.Try("a full member", 0, refuse(4), member.ErrProbation),
		statetest.Try("a candidate", 0, refuse(11), nil),
		statetest.Try("twice", 0, refuse(11), member.ErrStanding),
	})
	byTwo(t, l, refuse(13), nil) // it has no vote yet
	l.Days(8)
	if n := electors(t, l, 0); n != 10 {
		t.Errorf("%d count with one on probation, want 10", n)
	}
	byTwo(t, l, refuse(12), exit.ErrVote)
	must(t, l, refuse(12))
	rec := recordOf(t, l, 12)
	if rec.Standing() != member.Left || rec.Ended() != member.Refused || rec.ProbationOver() != 0 {
		t.Errorf("who was refused is %v (%v), on probation until day %d", rec.Standing(), rec.Ended(), rec.ProbationOver())
	}
	l.Days(60)
	l.Sound()
}

// Who comes back has its earlier days, and waits like one who is new. Rows follow the order
// of the checks.
func TestReturn(t *testing.T) {
	l := ofTen(t, charter.Membership{})
	fresh, other := statetest.Key(2, 1), statetest.Key(2, 2)
	back := func(m state.Member) exit.Return {
		return exit.Return{Member: m, Key: fresh.Public(), Possession: possession(fresh)}
	}
	byTwo(t, l, member.Suspend{Member: 9, Reason: "r"}, nil)
	l.Days(20)
	byTwo(t, l, member.Reinstate{Member: 9}, nil)
	l.Days(1)
	must(t, l, member.Resign{Member: 9})
	l.Days(3)
	old := statetest.Key(1, 9)
	l.Run(t, []statetest.Row{
		statetest.Try("no key", 0, exit.Return{Member: 99}, member.ErrKey),
		statetest.Try("no such member", 0, exit.Return{Member: 99, Key: fresh.Public()}, member.ErrUnknown),
		statetest.Try("still a member", 0, exit.Return{Member: 4, Key: fresh.Public()}, member.ErrStanding),
		statetest.Try("another's proof", 0, exit.Return{Member: 9, Key: fresh.Public(), Possession: possession(other)}, member.ErrPossession),
		statetest.Try("the old key", 0, exit.Return{Member: 9, Key: old.Public(), Possession: possession(old)}, member.ErrKeyTaken),
		statetest.Try("sound", 0, back(9), nil),
		statetest.Try("twice", 0, back(9), member.ErrStanding),
	})
	byTwo(t, l, member.Admit{Member: 9}, nil)
	rec, today := recordOf(t, l, 9), today(l)
	if rec.Standing() != member.Active || !rec.Key.Equal(fresh.Public()) {
		t.Errorf("who came back is %v with key %v", rec.Standing(), rec.Key)
	}
	for _, row := range []struct {
		days int64
		want uint64
	}{{-30, 9}, {-3, 9}, {0, 9}, {7, 9}, {8, 10}, {100, 10}} {
		if got := electors(t, l, row.days); got != row.want {
			t.Errorf("after %d days %d count, want %d", row.days, got, row.want)
		}
	}
	// What was so before it left is as it was.
	left := rec.History[len(rec.History)-3].Operation
	for _, row := range []struct {
		day, op uint64
		want    bool
	}{{today - 24, left - 1, true}, {today - 24, ^uint64(0), false}, {today, ^uint64(0), false}, {today + 8, ^uint64(0), true}} {
		if got := rec.HasVote(int64(row.day)*24*60*60, row.op); got != row.want {
			t.Errorf("on day %d, by operation %d, it has a vote: %v", int64(row.day)-int64(today), row.op, got)
		}
	}
	l.Days(367) // others suspend nobody twice in that time
	byTwo(t, l, member.Suspend{Member: 9, Reason: "r"}, nil)
	l.Days(100)
	l.Sound()
}

// Who records that an expelled member applies again does not end its appeal by it: not while
// one can be made, nor while one waits to be decided.
func TestReturnWaitsForAppeal(t *testing.T) {
	at := figures
	at.AppealStays, at.Decide = false, 0
	l := newLedger(t, at)
	heard(t, l, 7, 8)
	must(t, l, exit.Expel{Member: 7})
	must(t, l, exit.Expel{Member: 8})
	fresh := statetest.Key(2, 1)
	back := func(m state.Member, want *state.Rejection) {
		t.Helper()
		code := uint32(0)
		if want != nil {
			code = want.Code
		}
		if res := l.Mandate(exit.Return{Member: m, Key: fresh.Public(), Possession: possession(fresh)}); res.Code != code {
			t.Errorf("on day %d: %d %s, want %d", today(l), res.Code, res.Log, code)
		}
		l.Sound()
	}
	back(7, exit.ErrStands)
	l.Days(14)
	l.Must(4, exit.Appeal{Member: 7})
	l.Must(5, exit.Appeal{Member: 7})
	back(8, exit.ErrStands) // the last day
	l.Days(1)
	back(7, exit.ErrStands)
	back(8, nil)
	must(t, l, exit.AllowAppeal{Member: 7})
	wantStays(t, l, 7)
}

// Two who second keep an expelled member from applying again for as long as the charter gives
// members to decide the appeal, or 90 days, and no longer.
func TestReturnAfterAppeal(t *testing.T) {
	for decide, days := range map[uint32]int64{0: 90, 45: 45} {
		at := figures
		at.AppealStays, at.Decide = false, decide
		l := newLedger(t, at)
		heard(t, l, 7)
		must(t, l, exit.Expel{Member: 7})
		l.Must(4, exit.Appeal{Member: 7})
		l.Must(5, exit.Appeal{Member: 7})
		fresh := statetest.Key(2, 1)
		back := exit.Return{Member: 7, Key: fresh.Public(), Possession: possession(fresh)}
		l.Days(days)
		if res := l.Mandate(back); res.Code != exit.ErrStands.Code {
			t.Errorf("%d days to decide: on the last, %d %s", decide, res.Code, res.Log)
		}
		l.Days(1)
		must(t, l, back)
	}
}

// A charter says for how long a notice counts, after the hearing and after the clear days of
// striking off; the longest notices leave a day for what they announce.
func TestNoticeGood(t *testing.T) {
	at := figures
	at.NoticeGood, at.SilentNotice = 40, 366
	l := newLedger(t, at)
	byTwo(t, l, summon(ada, today(l)+22), nil)
	l.Days(22 + 40)
	byTwo(t, l, exit.Hear{Member: ada, Day: today(l)}, nil)
	l.Days(1)
	if res := l.Mandate(exit.Expel{Member: ada}); res.Code != exit.ErrNotOpen.Code {
		t.Errorf("decided after 40 days: %d %s", res.Code, res.Log)
	}
	l.Days(1000)
	byTwo(t, l, exit.WarnSilent{Members: of(15, 16)}, nil)
	l.Days(366)
	byTwo(t, l, exit.StrikeOff{Members: of(15)}, exit.ErrSoon)
	l.Days(40)
	byTwo(t, l, exit.StrikeOff{Members: of(15)}, nil)
	l.Days(1)
	byTwo(t, l, exit.StrikeOff{Members: of(16)}, exit.ErrUnwarned)

	long := newLedger(t, charter.Membership{Hearing: charter.MaxHearing})
	byTwo(t, long, summon(ada, today(long)+366), exit.ErrSoon)
	byTwo(t, long, summon(ada, today(long)+368), exit.ErrLate)
	byTwo(t, long, summon(ada, today(long)+367), nil)
}
