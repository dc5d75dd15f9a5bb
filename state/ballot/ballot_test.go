package ballot_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/amendment"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/office"
	"github.com/rochdale-ledger/rochdale/state/statetest"
)

// Rows follow the order of the checks. Each breaks its own rule and every later
// one it can, so a reordered check fails here.
func TestPropose(t *testing.T) {
	l := newLedger(t)
	big := ballot.Carried{Kind: 0x7fff, Payload: make([]byte, ballot.MaxPayload+1)}
	short := make([]byte, 31)
	l.Run(t, []statetest.Row{
		statetest.Try("no title", 1, ballot.Propose{Statement: short, Action: []ballot.Carried{big}}, ballot.ErrTitle),
		statetest.Try("long title", 1, ballot.Propose{Title: strings.Repeat("x", ballot.MaxTitle+1), Statement: short}, ballot.ErrTitle),
		statetest.Try("two lines", 1, ballot.Propose{Title: "one\ntwo", Statement: short}, ballot.ErrTitle),
		statetest.Try("turned text", 1, ballot.Propose{Title: "for\u202etsniaga", Statement: short}, ballot.ErrTitle),
		statetest.Try("statement", 1, ballot.Propose{Title: "T", Statement: short, Action: []ballot.Carried{big}}, ballot.ErrStatement),
		statetest.Try("two actions", 1, ballot.Propose{Title: "T", Action: []ballot.Carried{{}, {}}}, ballot.ErrAction),
		statetest.Try("large action", 1, ballot.Propose{Title: "T", Action: []ballot.Carried{big}}, ballot.ErrAction),
		statetest.Try("the largest action", 1, ballot.Propose{Kind: class2, Title: "T", Action: []ballot.Carried{{Kind: 0x7fff, Payload: big.Payload[1:]}}}, state.ErrKind),
		statetest.Try("no such kind", 1, ballot.Propose{Kind: 60, Title: "T", Minutes: 1 << 30, Action: []ballot.Carried{{Kind: 0x7fff}}}, charter.ErrNoMotion),
		statetest.Try("too long", 1, ballot.Propose{Kind: meeting, Title: "T", Minutes: 101, Action: []ballot.Carried{{Kind: 0x7fff}}}, ballot.ErrDuration),
		statetest.Try("too short", 1, ballot.Propose{Kind: meeting, Title: "T", Minutes: 4, Action: []ballot.Carried{{Kind: 0x7fff}}}, ballot.ErrDuration),
		statetest.Try("unknown action", 1, ballot.Propose{Kind: class2, Title: "T", Action: []ballot.Carried{{Kind: 0x7fff}}}, state.ErrKind),
		statetest.Try("malformed action", 1, ballot.Propose{Kind: class2, Title: "T", Action: []ballot.Carried{{Kind: member.KindAdmit, Payload: []byte{0xff}}}}, state.ErrPayload),
		statetest.Try("action out of bounds", 1, ballot.Propose{Kind: class2, Title: "T", Action: carried(amendment.KindAmend, amendment.Amend{})}, charter.ErrBounds),
		statetest.Try("not by this kind", 1, ballot.Propose{Kind: class2, Title: "T", Action: carried(member.KindAdmit, member.Admit{Member: 1})}, ballot.ErrCarry),
		statetest.Try("no electors", 1, ballot.Propose{Kind: class2, Title: "T"}, ballot.ErrElectors),
		statetest.Try("no electors yet", 1, ballot.Propose{Kind: later, Title: "T"}, nil),
		statetest.Try("longest title", 1, ballot.Propose{Kind: meeting, Title: strings.Repeat("x", ballot.MaxTitle), Minutes: 5}, nil),
		statetest.Try("exactly the bounds", 1, ballot.Propose{Kind: meeting, Title: "T", Minutes: 100, Statement: make([]byte, 32)}, nil),
		statetest.Try("by a motion", 0, ballot.Propose{Kind: meeting, Title: "T"}, nil),
	})
}

func TestTitleIsText(t *testing.T) {
	if r := state.Rejected(ballot.Propose{Title: "T\xff"}.Check()); r != ballot.ErrTitle {
		t.Errorf("a title that is no UTF-8: %v", r)
	}
}

func TestParseChoice(t *testing.T) {
	for _, c := range []ballot.Choice{ballot.Yes, ballot.No, ballot.Abstain} {
		if got, err := ballot.ParseChoice(c.String()); got != c || err != nil {
			t.Errorf("%v reads as %v, %v", c, got, err)
		}
	}
	if c, err := ballot.ParseChoice("maybe"); err == nil {
		t.Errorf("maybe reads as %v", c)
	}
}

// As many motions may be under way as the limit, and no more, whether or not
// anyone may cast on them.
func TestProposeMany(t *testing.T) {
	const proposers = ballot.MaxOpen / ballot.MaxOpenOwn
	s := setup()
	s.Members = proposers + 1
	const admission, opening = 2, 6
	l := statetest.New(t, busy(s, admission+64*opening))
	var raw [][]byte
	for i := range ballot.MaxOpen {
		raw = append(raw, l.Sign(1, state.Member(1+i/ballot.MaxOpenOwn), ballot.Propose{Kind: meeting, Title: "One of many"}))
	}
	for i, res := range l.Block(raw...) {
		if res.Code != 0 {
			t.Fatalf("motion %d: %d %s", i+1, res.Code, res.Log)
		}
	}
	l.Run(t, []statetest.Row{statetest.Try("one over", proposers+1, ballot.Propose{Kind: class2, Title: "T"}, ballot.ErrOpen)})
	l.Must(1, ballot.Withdraw{Motion: 7})
	l.Must(proposers+1, ballot.Propose{Kind: meeting, Title: "In its place"})
	// All fall due at once; a block opens as many as it has units for, the earliest first.
	pass(t, l, 60)
	wantStatus(t, l, 1, ballot.Open)
	wantStatus(t, l, 65, ballot.Open) // the 64th: the seventh is withdrawn
	wantStatus(t, l, 66, ballot.Noticed)
	for range 5 {
		pass(t, l, 1)
	}
	wantStatus(t, l, 256, ballot.Open)
}

// One member may have a share of the motions under way, so that it takes many to
// keep everyone else from proposing. What is withdrawn or closed makes room.
func TestProposeOwn(t *testing.T) {
	l := newLedger(t)
	one := func(kind charter.MotionKindID) ballot.Propose {
		return ballot.Propose{Kind: kind, Title: "One of many"}
	}
	raw := [][]byte{l.Sign(1, 1, one(polled))}
	for range ballot.MaxOpenOwn - 1 {
		raw = append(raw, l.Sign(1, 1, one(meeting)))
	}
	l.Block(raw...)
	l.Run(t, []statetest.Row{
		statetest.Try("one over", 1, one(class2), ballot.ErrOpen),
		statetest.Try("another's", 2, one(meeting), nil),
		statetest.Try("a motion's", 0, one(meeting), nil),
		statetest.Try("in the place of one withdrawn", 1, one(meeting), nil).After(func() { l.Must(1, ballot.Withdraw{Motion: 2}) }),
		statetest.Try("one over again", 1, one(class2), ballot.ErrOpen),
		statetest.Try("in the place of one closed", 1, one(meeting), nil).After(func() { pass(t, l, 30) }),
		statetest.Try("and one over", 1, one(class2), ballot.ErrOpen),
	})
}

func TestCast(t *testing.T) {
	l := newLedger(t)
	soon := put(t, l, 1, ballot.Propose{Kind: meeting, Title: "Soon"})
	open := put(t, l, 1, ballot.Propose{Kind: polled, Title: "Open"})
	over := put(t, l, 1, ballot.Propose{Kind: atOnce, Title: "Over"})
	for m := state.Member(1); m <= 4; m++ {
		l.Must(m, yes(over))
	}
	few := put(t, l, 1, ballot.Propose{Kind: holders, Title: "Few"})
	const suspended, late = 5, members + 1
	if res := l.Mandate(member.Suspend{Member: suspended, Reason: "a test"}); res.Code != 0 {
		t.Fatal(res.Log)
	}
	if res := l.Mandate(member.Import{Entries: []member.Entry{statetest.Entry(1, late, 1)}}); res.Code != 0 {
		t.Fatal(res.Log)
	}
	l.Run(t, []statetest.Row{
		statetest.Try("no paper", suspended, ballot.Cast{Motion: 99}, ballot.ErrPaper),
		statetest.Try("too large a paper", late, ballot.Cast{Motion: 99, Paper: make([]byte, ballot.MaxPaper+1)}, ballot.ErrPaper),
		statetest.Try("by a motion", 0, yes(99), ballot.ErrInPerson),
		statetest.Try("no such motion", late, yes(99), ballot.ErrUnknown),
		statetest.Try("before it opens", late, yes(soon), ballot.ErrNotOpen),
		statetest.Try("after it closed", late, yes(over), ballot.ErrClosed),
		statetest.Try("suspended by all members", suspended, ballot.Cast{Motion: few, Paper: []byte{4}}, member.ErrStanding),
		statetest.Try("registered later", late, ballot.Cast{Motion: open, Paper: []byte{4}}, ballot.ErrEntitled),
		statetest.Try("no holder", 2, yes(few), ballot.ErrEntitled),
		statetest.Try("no choice", 2, ballot.Cast{Motion: open, Paper: []byte{0}}, ballot.ErrChoice),
		statetest.Try("unknown choice", 2, ballot.Cast{Motion: open, Paper: []byte{4}}, ballot.ErrChoice),
		statetest.Try("two choices", 2, ballot.Cast{Motion: open, Paper: []byte{1, 1}}, ballot.ErrChoice),
		statetest.Try("the largest paper", 2, ballot.Cast{Motion: open, Paper: make([]byte, ballot.MaxPaper)}, ballot.ErrChoice),
		statetest.Try("holder", statetest.Chair, yes(few), nil),
		statetest.Try("entitled", 2, yes(open), nil),
		statetest.Try("other mind", 2, no(open), nil),
	})
	_, _, tally := find(t, l, open)
	if diff := cmp.Diff(count.Tally{Electorate: members, No: 1}, tally); diff != "" {
		t.Errorf("tally (-want +got)\n%s", diff)
	}
}

// The deadline is the first moment at which a cast is late.
func TestDeadline(t *testing.T) {
	l := newLedger(t)
	n := put(t, l, 1, ballot.Propose{Kind: polled, Title: "T"})
	_, p, _ := find(t, l, n)
	if got := at(t, l, p.Closes-1, l.Sign(1, 2, yes(n))); got[0] != 0 {
		t.Errorf("a second before: %d", got)
	}
	if got := at(t, l, p.Closes, l.Sign(1, 3, yes(n))); got[0] != ballot.ErrClosed.Code {
		t.Errorf("at the deadline: %d", got)
	}
	m, _, _ := find(t, l, n)
	if len(m.Result) != 1 || m.Result[0].Outcome != count.Carried || m.Result[0].Tally.Yes != 1 {
		t.Errorf("result %+v", m.Result)
	}
	l.Sound()
}

// A motion that closes when it is decided closes no sooner than the charter's
// shortest time, and then without another cast.
func TestDecidedBeforeShortest(t *testing.T) {
	l := newLedger(t)
	n := put(t, l, 1, ballot.Propose{Kind: slow, Title: "T"})
	_, p, _ := find(t, l, n)
	for m := state.Member(1); m <= members; m++ {
		l.Must(m, yes(n))
	}
	shortest := p.Opens + 10*60
	at(t, l, shortest-1)
	wantStatus(t, l, n, ballot.Open)
	at(t, l, shortest)
	wantStatus(t, l, n, ballot.Closed)

	// Not decided by then: the deciding cast closes it, at that moment or later.
	n = put(t, l, 1, ballot.Propose{Kind: slow, Title: "T"})
	for m := state.Member(1); m <= 3; m++ {
		l.Must(m, yes(n))
	}
	_, p, _ = find(t, l, n)
	at(t, l, p.Opens+10*60, l.Sign(1, 4, no(n)))
	wantStatus(t, l, n, ballot.Open)
	l.Must(4, yes(n))
	wantStatus(t, l, n, ballot.Closed)

	// Decided by the first cast at which it may be.
	n = put(t, l, 1, ballot.Propose{Kind: slow, Title: "T"})
	for m := state.Member(1); m <= 3; m++ {
		l.Must(m, yes(n))
	}
	_, p, _ = find(t, l, n)
	at(t, l, p.Opens+10*60, l.Sign(1, 4, yes(n)))
	wantStatus(t, l, n, ballot.Closed)
}

// A member who, in the block that decides, thinks better of it is too late, whatever the
// order of a block's transactions is chosen for.
func TestDecidedInBlock(t *testing.T) {
	l := newLedger(t)
	n := put(t, l, 1, ballot.Propose{Kind: atOnce, Title: "T"})
	for m := state.Member(1); m <= 3; m++ {
		l.Must(m, yes(n))
	}
	l.Must(3, no(n))
	l.Must(3, yes(n)) // not decided: it can be changed
	res := l.Block(l.Sign(1, 4, yes(n)), l.Sign(1, 4, no(n)), l.Sign(1, 5, no(n)))
	if res[0].Code != 0 || res[1].Code != ballot.ErrStands.Code || res[2].Code != 0 {
		t.Errorf("codes %d, %d, %d", res[0].Code, res[1].Code, res[2].Code)
	}
	wantStatus(t, l, n, ballot.Closed)
	m, _, _ := find(t, l, n)
	if r := m.Result[0]; r.Outcome != count.Carried || r.Tally.Yes != 4 || r.Tally.No != 1 {
		t.Errorf("result %+v", r)
	}
}

// More motions fall due than a block has units for, one of them twice before its
// turn comes: it is counted once.
func TestDueTwice(t *testing.T) {
	const admission, look = 2, 1
	l := statetest.New(t, busy(setup(), admission+64*look))
	var raw [][]byte
	for i := range 65 {
		raw = append(raw, l.Sign(1, state.Member(1+i/ballot.MaxOpenOwn), ballot.Propose{Kind: slow, Title: "One of many"}))
	}
	l.Block(raw...)
	_, p, _ := find(t, l, 65)
	raw = nil
	for m := state.Member(1); m <= 4; m++ {
		raw = append(raw, l.Sign(1, m, yes(65)))
	}
	at(t, l, p.Opens+10*60+30, raw...) // the decided one is due from then and from its shortest time
	wantStatus(t, l, 65, ballot.Open)
	pass(t, l, 1)
	wantStatus(t, l, 65, ballot.Closed)
}

// One co-op's many motions, closed early and with one deadline, do not hold up
// another's when that deadline comes.
func TestOtherCoopsDues(t *testing.T) {
	s := setup()
	s.Coops = 2
	l := statetest.New(t, s)
	var raw [][]byte
	for i := range 3 * 64 {
		raw = append(raw, l.Sign(1, state.Member(1+i/ballot.MaxOpenOwn), ballot.Propose{Kind: slow, Title: "One of many", Minutes: 60}))
	}
	l.Block(raw...)
	raw = nil
	for n := range ballot.Number(3 * 64) {
		for m := state.Member(1); m <= 4; m++ {
			raw = append(raw, l.Sign(1, m, yes(n+1)))
		}
	}
	l.Block(raw...)
	res := l.DoIn(2, 1, ballot.Propose{Kind: slow, Title: "Theirs", Minutes: 60})
	if res.Code != 0 {
		t.Fatal(res.Log)
	}
	theirs := func() (p ballot.Poll) {
		v := l.Read()
		defer v.Close()
		_, p, err := ballot.Find(v.Of(2), 1)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	for range 15 { // all of co-op 1's are decided and closed, 64 a block
		pass(t, l, 1)
	}
	wantStatus(t, l, 3*64, ballot.Closed)
	at(t, l, theirs().Closes)
	if p := theirs(); p.Status != ballot.Closed {
		t.Errorf("the other co-op's motion is %v at its deadline", p.Status)
	}
	l.Sound()
}

// The electorate of a class is those of it who were active when the motion
// opened.
func TestClassElectorate(t *testing.T) {
	l := newLedger(t)
	const worker, comes = members + 1, members + 2
	enter := func(n state.Member, class charter.Class) member.Import {
		return member.Import{Entries: []member.Entry{statetest.Entry(1, n, class)}}
	}
	if res := l.Mandate(enter(worker, 2)); res.Code != 0 {
		t.Fatal(res.Log)
	}
	n := put(t, l, 1, ballot.Propose{Kind: class2, Title: "T"})
	l.Mandate(enter(comes, 2))
	l.Run(t, []statetest.Row{
		statetest.Try("of another class", 1, yes(n), ballot.ErrEntitled),
		statetest.Try("of the class, later", comes, yes(n), ballot.ErrEntitled),
		statetest.Try("of the class", worker, yes(n), nil),
	})
	if _, p, tally := find(t, l, n); p.Electorate != 1 || tally.Electorate != 1 {
		t.Errorf("electorate of %d, tally's %d", p.Electorate, tally.Electorate)
	}
}

func TestWithdraw(t *testing.T) {
	l := newLedger(t)
	n := put(t, l, 2, ballot.Propose{Kind: meeting, Title: "T"})
	open := put(t, l, 2, ballot.Propose{Kind: polled, Title: "T"})
	l.Run(t, []statetest.Row{
		statetest.Try("with a book", 1, ballot.Withdraw{Motion: 99, Reason: strings.Repeat("x", member.MaxReason+1)}, member.ErrReason),
		statetest.Try("no such motion", 1, ballot.Withdraw{Motion: 99}, ballot.ErrUnknown),
		statetest.Try("another's, and open", 1, ballot.Withdraw{Motion: open}, ballot.ErrProposer),
		statetest.Try("by a motion", 0, ballot.Withdraw{Motion: n}, ballot.ErrProposer),
		statetest.Try("open", 2, ballot.Withdraw{Motion: open}, ballot.ErrStarted),
		statetest.Try("in time", 2, ballot.Withdraw{Motion: n}, nil),
		statetest.Try("twice", 2, ballot.Withdraw{Motion: n}, ballot.ErrStarted),
	})
	pass(t, l, 200)
	wantStatus(t, l, n, ballot.Withdrawn)
	l.Run(t, []statetest.Row{statetest.Try("cast on it", 1, yes(n), ballot.ErrClosed)})
}

// Who may cast is settled when the motion opens: whoever comes or goes later
// changes neither the electorate nor its count.
func TestFrozenElectorate(t *testing.T) {
	l := newLedger(t)
	n := put(t, l, 1, ballot.Propose{Kind: polled, Title: "T"})
	notYet := put(t, l, 1, ballot.Propose{Kind: meeting, Title: "T"})
	const goes, back, comes = 4, 5, members + 1
	for _, a := range []state.Action{
		member.Suspend{Member: goes, Reason: "a test"}, member.Suspend{Member: back, Reason: "a test"}, member.Reinstate{Member: back},
		member.Import{Entries: []member.Entry{statetest.Entry(1, comes, 1)}},
	} {
		if res := l.Mandate(a); res.Code != 0 {
			t.Fatal(res.Log)
		}
	}
	l.Run(t, []statetest.Row{
		statetest.Try("left the electorate's standing", goes, yes(n), member.ErrStanding),
		statetest.Try("came back", back, yes(n), nil),
		statetest.Try("came later", comes, yes(n), ballot.ErrEntitled),
		statetest.Try("came before the other opened", comes, yes(notYet), nil).After(func() { pass(t, l, 60) }),
	})
	if _, p, tally := find(t, l, n); p.Electorate != members || tally.Electorate != members {
		t.Errorf("electorate of %d, tally's %d, want %d", p.Electorate, tally.Electorate, members)
	}
	if _, p, _ := find(t, l, notYet); p.Electorate != members {
		t.Errorf("the other's electorate is %d: one was suspended, one came", p.Electorate)
	}
}

// Holders of office are frozen by name: who takes office later does not cast.
func TestFrozenHolders(t *testing.T) {
	l := newLedger(t)
	n := put(t, l, 1, ballot.Propose{Kind: holders, Title: "T"})
	if res := l.Mandate(office.Appoint{Member: 5, Office: charter.Chair}); res.Code != 0 {
		t.Fatal(res.Log)
	}
	_, p, _ := find(t, l, n)
	if diff := cmp.Diff([]state.Member{statetest.Secretary, statetest.Chair}, p.Holders); diff != "" {
		t.Errorf("holders (-want +got)\n%s", diff)
	}
	l.Run(t, []statetest.Row{statetest.Try("took office later", 5, yes(n), ballot.ErrEntitled)})
}

// What a carried motion does takes effect with the motion as its authority, in
// the block in which it was decided; what is refused then is recorded with it.
func TestCarriedAction(t *testing.T) {
	l := newLedger(t)
	appoint := office.Appoint{Member: 6, Office: charter.Auditor}
	for _, row := range []struct {
		name    string
		refused uint32
	}{{"done", 0}, {"refused", member.ErrHolds.Code}} {
		n := put(t, l, 1, ballot.Propose{Kind: atOnce, Title: "An auditor", Action: carried(office.KindAppoint, appoint), Anyway: true})
		for m := state.Member(1); m <= 3; m++ {
			l.Must(m, yes(n))
			wantStatus(t, l, n, ballot.Open)
		}
		l.Must(4, yes(n))
		wantStatus(t, l, n, ballot.Closed)
		m, _, _ := find(t, l, n)
		want := []ballot.Result{{Outcome: count.Carried, Tally: count.Tally{Electorate: members, Yes: 4}, Height: l.Tip().Height, Refused: row.refused}}
		if diff := cmp.Diff(want, m.Result); diff != "" {
			t.Errorf("%s (-want +got)\n%s", row.name, diff)
		}
	}
	v := l.Read()
	defer v.Close()
	if who, err := member.Holders(v.Of(1), charter.Auditor); err != nil || len(who) != 1 || who[0] != 6 {
		t.Errorf("auditors %v, %v", who, err)
	}
}

// Lost, nothing is done.
func TestLostAction(t *testing.T) {
	l := newLedger(t)
	n := put(t, l, 1, ballot.Propose{Kind: atOnce, Title: "T", Action: carried(office.KindAppoint, office.Appoint{Member: 6, Office: charter.Auditor})})
	for m := state.Member(1); m <= 3; m++ {
		l.Must(m, no(n))
	}
	m, _, _ := find(t, l, n)
	if len(m.Result) != 1 || m.Result[0].Outcome != count.Lost {
		t.Errorf("result %+v: half can no longer be more than half", m.Result)
	}
	v := l.Read()
	defer v.Close()
	if who, err := member.Holders(v.Of(1), charter.Auditor); err != nil || len(who) != 0 {
		t.Errorf("auditors %v, %v", who, err)
	}
}

// The rule is frozen when a motion is proposed: an amendment changes those to
// come, not those under way.
func TestRuleFrozen(t *testing.T) {
	l := newLedger(t)
	n := put(t, l, 1, ballot.Propose{Kind: polled, Title: "T"})
	_, before, _ := find(t, l, n)
	changed := kinds.Motions[4]
	strict := majority(count.BaseCast)
	strict.QuorumMin = 5
	changed.Method, changed.Longest = charter.ByMajority(strict), 60
	if res := l.Mandate(amendment.Amend{Motions: []charter.MotionEntry{changed}}); res.Code != 0 {
		t.Fatal(res.Log)
	}
	_, after, _ := find(t, l, n)
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("poll (-before +after)\n%s", diff)
	}
	l.Must(2, yes(n))
	pass(t, l, 40)
	if m, _, _ := find(t, l, n); len(m.Result) != 1 || m.Result[0].Outcome != count.Carried {
		t.Errorf("result %+v", m.Result)
	}
}
