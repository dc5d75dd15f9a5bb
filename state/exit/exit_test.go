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

const (
	ada, ben, eve, gil = state.Member(10), state.Member(11), state.Member(12), state.Member(13)
	stranger           = state.Member(99)
)

// Clear days exclude the day of the notice and that of the hearing: 21 of them lead to the
// 22nd day.
func TestSummon(t *testing.T) {
	l := newLedger(t, figures)
	now := today(l)
	leaves := func() { must(t, l, member.Resign{Member: eve}) }
	l.Run(t, []statetest.Row{
		statetest.Try("no reason", 0, exit.Summon{Member: stranger, Text: []byte{1}}, member.ErrReason),
		statetest.Try("too long a reason", 0, exit.Summon{Member: stranger, Reason: strings.Repeat("r", member.MaxReason+1)}, member.ErrReason),
		statetest.Try("no digest", 0, exit.Summon{Member: stranger, Reason: "r", Text: make([]byte, 31)}, exit.ErrText),
		statetest.Try("no such member", 0, summon(stranger, now), member.ErrUnknown),
		statetest.Try("has left", 0, summon(eve, now), member.ErrStanding).After(leaves),
		statetest.Try("21 days", 0, summon(ada, now+21), exit.ErrSoon),
		statetest.Try("in a year and two days", 0, summon(ada, now+exit.MaxAhead+1), exit.ErrLate),
		statetest.Try("21 clear days", 0, summon(ada, now+22), nil),
		statetest.Try("twice", 0, summon(ada, now+22), exit.ErrOpen),
		statetest.Try("by a member", gil, summon(ben, now+22), state.ErrAuthority),
	})
	p := last(t, l, ada)
	if p.Hearing != now+22 || p.Reason != "the till" || state.DayOf(p.Noticed) != now || p.Outcome != 0 {
		t.Errorf("the proceeding is %+v", p)
	}

	// A notice that nobody acts on is forgotten.
	l.Days(22 + charter.MaxNoticeGood)
	byTwo(t, l, summon(ada, today(l)+22), exit.ErrOpen)
	l.Days(1)
	byTwo(t, l, exit.Hear{Member: ada, Day: today(l)}, exit.ErrNotOpen)
	byTwo(t, l, summon(ada, today(l)+22), nil)
	v := l.Read()
	defer v.Close()
	if p, err := exit.Find(v.Of(1), 1); err != nil || p.Outcome != exit.Lapsed {
		t.Errorf("the first notice is %v, want lapsed: %v", p.Outcome, err)
	}

	// A charter may ask for less, not for less than the hard bound.
	short := newLedger(t, charter.Membership{})
	byTwo(t, short, summon(ada, today(short)+7), exit.ErrSoon)
	byTwo(t, short, summon(ada, today(short)+8), nil)
}

func TestHearAndDrop(t *testing.T) {
	l := newLedger(t, figures)
	day := today(l) + 22
	must(t, l, exit.Summon{Member: ada, Hearing: day, Reason: "r"})
	must(t, l, exit.Summon{Member: ben, Hearing: day, Reason: "r"})
	resigns := func() { l.Must(ben, member.Resign{Member: ben}) }
	l.Run(t, []statetest.Row{
		statetest.Try("no such member", 0, exit.Hear{Member: stranger}, member.ErrUnknown),
		statetest.Try("no proceeding", 0, exit.Hear{Member: gil}, exit.ErrNotOpen),
		statetest.Try("who has resigned meanwhile", 0, exit.Hear{Member: ben, Day: day}, exit.ErrNotOpen).After(resigns),
		statetest.Try("the day before", 0, exit.Hear{Member: ada, Day: day - 1}, exit.ErrEarly),
		statetest.Try("a day to come", 0, exit.Hear{Member: ada, Day: day}, exit.ErrFuture),
		statetest.Try("decided before the hearing", 0, exit.Expel{Member: ada}, exit.ErrForejudged),
		statetest.Try("decided without a hearing", 0, exit.Expel{Member: ada}, exit.ErrUnheard).After(func() { l.Days(22) }),
		statetest.Try("on the day", 0, exit.Hear{Member: ada, Day: day, Present: true}, nil),
		statetest.Try("twice", 0, exit.Hear{Member: ada, Day: day}, exit.ErrHeard),
		statetest.Try("dropped for too long a reason", 0, exit.Drop{Member: ada, Reason: strings.Repeat("r", member.MaxReason+1)}, member.ErrReason),
		statetest.Try("nothing to drop", 0, exit.Drop{Member: gil}, exit.ErrNotOpen),
		statetest.Try("dropped by fewer than gave notice", statetest.Secretary, statetest.Carried{Kind: exit.KindDrop, Payload: tx.Encode(exit.Drop{Member: ada}), By: 3}, exit.ErrAll),
		statetest.Try("dropped", 0, exit.Drop{Member: ada}, nil),
		statetest.Try("twice", 0, exit.Drop{Member: ada}, exit.ErrNotOpen),
		statetest.Try("expelled after all", 0, exit.Expel{Member: ada}, exit.ErrNotOpen),
	})
	if p := last(t, l, ada); p.Outcome != exit.Dropped || p.Held != day || !p.Present {
		t.Errorf("the proceeding is %+v", p)
	}
	must(t, l, exit.Summon{Member: ada, Hearing: today(l) + 22, Reason: "again"})
}

// Members vote on an expulsion from the day of the hearing on, and what was voted before
// expels nobody, though the hearing was held meanwhile.
func TestForejudged(t *testing.T) {
	l := newLedger(t, figures)
	heard(t, l, ada)
	l.Days(1) // 22:13 on the day after
	expels := func(hours int64) state.Action {
		return statetest.Carried{Kind: exit.KindExpel, Payload: tx.Encode(exit.Expel{Member: ada}), Ago: hours * 60 * 60}
	}
	l.Run(t, []statetest.Row{
		statetest.Try("opened the day before", statetest.Secretary, expels(47), exit.ErrForejudged),
		statetest.Try("opened on the day of the hearing", statetest.Secretary, expels(46), nil),
	})
}

// Officers drop what officers began until the member is heard; then members decide.
func TestDropByOfficers(t *testing.T) {
	l := newLedger(t, figures)
	byTwo(t, l, summon(ada, today(l)+22), nil)
	byTwo(t, l, exit.Drop{Member: ada}, nil)
	heard(t, l, ada)
	byTwo(t, l, exit.Drop{Member: ada}, exit.ErrAll)
	must(t, l, exit.Drop{Member: ada})
}

// heard leads to the decision: summoned, heard.
func heard(t *testing.T, l *statetest.L, who ...state.Member) {
	t.Helper()
	day := today(l) + 22
	for _, m := range who {
		byTwo(t, l, exit.Summon{Member: m, Hearing: day, Reason: "the till"}, nil)
	}
	l.Days(22)
	for _, m := range who {
		byTwo(t, l, exit.Hear{Member: m, Day: day}, nil)
	}
}

// Where an appeal stays the decision, the membership lasts until the time for one is over,
// and with an appeal until members had the charter's days to decide.
func TestExpelStayed(t *testing.T) {
	l := newLedger(t, figures)
	heard(t, l, ada, ben, eve, gil)
	byTwo(t, l, exit.Expel{Member: ada}, exit.ErrAll)
	l.Run(t, []statetest.Row{
		statetest.Try("no such member", 0, exit.Expel{Member: stranger}, member.ErrUnknown),
		statetest.Try("not under way", 0, exit.Expel{Member: 4}, exit.ErrNotOpen),
		statetest.Try("nothing to appeal against", ada, exit.Appeal{Member: ada}, exit.ErrNoAppeal),
		statetest.Try("expelled", 0, exit.Expel{Member: ada}, nil),
		statetest.Try("twice", 0, exit.Expel{Member: ada}, exit.ErrDecided),
		statetest.Try("dropped", 0, exit.Drop{Member: ada}, exit.ErrDecided),
	})
	decided := today(l)
	for _, m := range []state.Member{ben, eve, gil} {
		must(t, l, exit.Expel{Member: m})
	}
	l.Days(14)
	wantStays(t, l, ada)
	l.Run(t, []statetest.Row{
		statetest.Try("no such member", 4, exit.Appeal{Member: stranger}, member.ErrUnknown),
		statetest.Try("not expelled", 4, exit.Appeal{Member: 5}, exit.ErrNoAppeal),
		statetest.Try("her own", ben, exit.Appeal{Member: ben}, nil),
		statetest.Try("twice", ben, exit.Appeal{Member: ben}, exit.ErrSeconded),
		statetest.Try("allowed before it stands", 0, exit.AllowAppeal{Member: ben}, exit.ErrNotPending),
		statetest.Try("a first seconder", 4, exit.Appeal{Member: ben}, nil),
		statetest.Try("the same", 4, exit.Appeal{Member: ben}, exit.ErrSeconded),
		statetest.Try("a second one", 5, exit.Appeal{Member: ben}, nil),
		statetest.Try("a third one", 6, exit.Appeal{Member: ben}, exit.ErrAppealed),
		statetest.Try("seconded, and not by itself", 4, exit.Appeal{Member: eve}, nil),
		statetest.Try("and by another", 5, exit.Appeal{Member: eve}, nil),
		statetest.Try("allowed", 0, exit.AllowAppeal{Member: eve}, exit.ErrNotPending),
		statetest.Try("nobody to allow", 0, exit.AllowAppeal{Member: stranger}, member.ErrUnknown),
	})
	byTwo(t, l, exit.Appeal{Member: gil}, exit.ErrAll)
	byTwo(t, l, exit.AllowAppeal{Member: ben}, exit.ErrAll)
	must(t, l, exit.Appeal{Member: gil}) // members themselves ask
	appealed := today(l)
	l.Days(1)
	wantLeft(t, l, ada, member.Expelled, decided+15)
	wantLeft(t, l, eve, member.Expelled, decided+15)
	wantStays(t, l, ben)
	if res := l.Do(4, exit.Appeal{Member: eve}); res.Code != exit.ErrNoAppeal.Code {
		t.Errorf("too late: %d %s", res.Code, res.Log)
	}
	must(t, l, exit.AllowAppeal{Member: gil})
	if res := l.Mandate(exit.AllowAppeal{Member: gil}); res.Code != exit.ErrNotPending.Code {
		t.Errorf("twice: %d %s", res.Code, res.Log)
	}
	l.Days(59)
	wantStays(t, l, ben)
	l.Days(1)
	l.Sound()
	wantLeft(t, l, ben, member.Expelled, appealed+61)
	wantStays(t, l, gil)
	if p := last(t, l, gil); p.Outcome != exit.Allowed || p.Effect != 0 {
		t.Errorf("allowed: %+v", p)
	}
	if p := last(t, l, ben); p.Outcome != exit.Expelled || len(p.Seconders) != 2 {
		t.Errorf("expelled: %+v", p)
	}
}

// Where it does not stay the decision, members appeal for who is out, and bring it back
// under the same number and key.
func TestExpelAtOnce(t *testing.T) {
	at := figures
	at.AppealStays, at.Decide = false, 0
	l := newLedger(t, at)
	heard(t, l, ada, ben)
	must(t, l, exit.Expel{Member: ada})
	wantLeft(t, l, ada, member.Expelled, today(l))
	if res := l.Do(ada, exit.Appeal{Member: ada}); res.Code != state.ErrSigner.Code {
		t.Errorf("who is out signs: %d %s", res.Code, res.Log)
	}
	l.Must(4, exit.Appeal{Member: ada})
	l.Must(5, exit.Appeal{Member: ada})
	must(t, l, exit.AllowAppeal{Member: ada})
	wantStays(t, l, ada)
	l.Must(ada, exit.Nominate{Member: ada, Commitment: make([]byte, 32)})
	v := l.Read()
	n, _, err := member.Electors(v.Of(1), 0, l.Tip().Time)
	v.Close()
	if err != nil || n != members {
		t.Errorf("%d count, want %d, %v", n, members, err)
	}

	// Who resigns while an expulsion is under way is not expelled as well.
	l.Must(ben, member.Resign{Member: ben})
	if res := l.Mandate(exit.Expel{Member: ben}); res.Code != exit.ErrNotOpen.Code {
		t.Errorf("who has resigned: %d %s", res.Code, res.Log)
	}
	v = l.Read()
	defer v.Close()
	if rec, err := member.Find(v.Of(1), ben); err != nil || last(t, l, ben).Now(rec, today(l)) != exit.Moot {
		t.Errorf("the expulsion of who has resigned is %v, want moot: %v", last(t, l, ben).Now(rec, today(l)), err)
	}

	// Where nobody can appeal, it is for good; members can let the former member apply again.
	none := newLedger(t, charter.Membership{Hearing: 21})
	heard(t, none, ada)
	must(t, none, exit.Expel{Member: ada})
	wantLeft(t, none, ada, member.Expelled, today(none))
	if res := none.Do(4, exit.Appeal{Member: ada}); res.Code != exit.ErrNoAppeal.Code {
		t.Errorf("appealed: %d %s", res.Code, res.Log)
	}
	fresh := statetest.Key(7, 1)
	must(t, none, exit.Return{Member: ada, Key: fresh.Public(), Possession: fresh.Possession(statetest.Chain, 1)})
	must(t, none, member.Admit{Member: ada})
	wantStays(t, none, ada)
}

// Whoever leaves before an expulsion takes effect has left once.
func TestExpelMoot(t *testing.T) {
	l := newLedger(t, figures)
	heard(t, l, ada)
	must(t, l, exit.Expel{Member: ada})
	l.Must(ada, member.Resign{Member: ada})
	day := today(l)
	fresh := statetest.Key(7, 1)
	must(t, l, exit.Return{Member: ada, Key: fresh.Public(), Possession: fresh.Possession(statetest.Chain, 1)})
	must(t, l, member.Admit{Member: ada})
	l.Days(20)
	l.Sound()
	wantStays(t, l, ada)
	if p := last(t, l, ada); p.Outcome != exit.Moot {
		t.Errorf("on day %d: %+v", day, p)
	}
}
