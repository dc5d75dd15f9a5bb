package ballot_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/office"
	"github.com/rochdale-ledger/rochdale/state/statetest"
	"github.com/rochdale-ledger/rochdale/tx"
)

const (
	elected  charter.MotionKindID = 30 // plurality among options, of at least 3 papers; opens at once, closes after 30
	called   charter.MotionKindID = 31 // the same, and may be declared closed after 5
	decisive charter.MotionKindID = 32 // the same, once nothing can change the outcome
)

// crown is an action of the tests: it makes the first winner of its motion the
// auditor and returns all of them.
type crown struct {
	Candidates []state.Member `cbor:"1,keyasint,omitempty"` // of option 1, 2, …
}

func (crown) Check() error { return nil }

func (crown) Describe(state.Telling) state.Words { return state.Words{Phrase: "crown the winner"} }

func (m crown) Apply(c *state.Ctx) error {
	won := c.Authority().Winners
	if len(won) == 0 {
		return member.ErrUnknown
	}
	if err := (office.Appoint{Member: m.Candidates[won[0]-1], Office: charter.Auditor}).Apply(c); err != nil {
		return err
	}
	c.Return(won)
	return nil
}

const kindCrown tx.Kind = 0x7f11

var counts = state.NewTable[ballot.Number, ballot.Count](0x48)

// electing is setup with the two kinds of motion above, written where no charter
// of the program could have them, and crown to be carried by them.
func electing() statetest.Setup {
	s := setup()
	s.Unamended = true
	busy := func(c *state.Ctx) error { c.Work(state.EndUnits); return nil } // a block then has one turn
	s.EndBlock = append([]func(*state.Ctx) error{busy}, s.EndBlock...)
	s.Kinds = append(s.Kinds, state.KindOf[crown](kindCrown, "ballot_test.crown"))
	found := s.Found
	s.Found = func(c *state.Ctx) error {
		if err := found(c); err != nil {
			return err
		}
		kinds := state.NewTable[charter.MotionKindID, charter.MotionKind](0x71)
		grants := state.NewTable[tx.Kind, charter.Grant](0x70)
		k := charter.MotionKind{
			Name: "elected", Electorate: charter.Electorate{Sort: charter.AllMembers}, Longest: 30, Closing: charter.AtDeadline,
			Method: charter.Method{Tag: ballot.Plurality, Body: tx.Encode(ballot.PluralityRule{Least: 3})},
		}
		kinds.Put(c, elected, k)
		k.Shortest, k.Closing = 5, charter.OnDeclaring
		kinds.Put(c, called, k)
		k.Closing = charter.OnDecided
		kinds.Put(c, decisive, k)
		grants.Put(c, kindCrown, charter.Grant{Motions: []charter.MotionKindID{elected, called, decisive}})
		return nil
	}
	return s
}

var three = []ballot.Option{{Text: "Ada", Member: 4}, {Member: 5}, {Text: "Nobody"}}

func election(kind charter.MotionKindID) ballot.Propose {
	return ballot.Propose{
		Kind: kind, Title: "Who audits?", Options: three,
		Action: carried(kindCrown, crown{Candidates: []state.Member{4, 5, 6}}),
	}
}

func choose(n ballot.Number, option byte) ballot.Cast {
	return ballot.Cast{Motion: n, Paper: []byte{option}}
}

// A charter names only methods that there are, and every one that it names.
func TestMethods(t *testing.T) {
	for tag := charter.MethodTag(1); tag < 1000; tag++ {
		if known := !strings.HasPrefix(tag.String(), "unknown"); known != ballot.Methods(tag) {
			t.Errorf("method %v: known to charters: %v, to motions: %v", tag, known, !known)
		}
	}
	if err := (charter.Method{Tag: ballot.Plurality}).Valid(); state.Rejected(err) != charter.ErrBounds {
		t.Errorf("a charter may have the method of the tests: %v", err)
	}
}

// Rows follow the order of the checks. Each breaks its own rule and every later
// one it can, so a reordered check fails here.
func TestOptions(t *testing.T) {
	l := statetest.New(t, electing())
	if res := l.Mandate(member.Suspend{Member: 6, Reason: "a test"}); res.Code != 0 {
		t.Fatal(res.Log)
	}
	with := func(options ...ballot.Option) ballot.Propose {
		return ballot.Propose{Kind: elected, Title: "T", Options: options, Action: []ballot.Carried{{Kind: 0x7fff}}}
	}
	text := func(s string) ballot.Option { return ballot.Option{Text: s} }
	many := make([]ballot.Option, ballot.MaxOptions+1)
	for i := range many {
		many[i].Text = strings.Repeat("x", i+1)
	}
	noKind := with(many[1:]...)
	noKind.Kind = 99
	beyond := with(many...)
	beyond.Kind = 99
	yesNo := with(text("A"), text("B"))
	yesNo.Kind = polled
	sound := with(three...)
	sound.Action = nil
	l.Run(t, []statetest.Row{
		statetest.Try("more than can be", 1, beyond, ballot.ErrOptions),
		statetest.Try("as many as can be, of no kind", 1, noKind, charter.ErrNoMotion),
		statetest.Try("an empty one", 1, with(text("A"), text("")), ballot.ErrOptions),
		statetest.Try("a long one", 1, with(text("A"), text(strings.Repeat("x", ballot.MaxOption+1))), ballot.ErrOptions),
		statetest.Try("two lines", 1, with(text("A"), text("B\nC")), ballot.ErrOptions),
		statetest.Try("the same twice", 1, with(text("A"), text("B"), text("A")), ballot.ErrOptions),
		statetest.Try("the same member twice", 1, with(three[1], three[1]), ballot.ErrOptions),
		statetest.Try("too few", 1, with(ballot.Option{Member: 99}), ballot.ErrOptions),
		statetest.Try("too many", 1, with(many[:10]...), ballot.ErrOptions),
		statetest.Try("of yes or no", 1, yesNo, ballot.ErrOptions),
		statetest.Try("no such member", 1, with(text("A"), ballot.Option{Member: 99}), member.ErrUnknown),
		statetest.Try("a suspended member", 1, with(text("A"), ballot.Option{Member: 6}), member.ErrStanding),
		statetest.Try("as many as the method takes, unknown action", 1, with(many[:9]...), state.ErrKind),
		statetest.Try("the longest", 1, with(text("A"), text(strings.Repeat("x", ballot.MaxOption))), state.ErrKind),
		statetest.Try("sound", 1, sound, nil),
		statetest.Try("a paper of no option", 2, choose(1, 0), ballot.ErrPaper),
		statetest.Try("a paper of an option that is not", 2, choose(1, 4), ballot.ErrPaper),
		statetest.Try("a paper of two bytes", 2, ballot.Cast{Motion: 1, Paper: []byte{1, 1}}, ballot.ErrPaper),
		statetest.Try("a paper of the last option", 2, choose(1, 3), nil),
	})
	m, p, tally := find(t, l, 1)
	if diff := cmp.Diff(three, m.Options); diff != "" || p.Options != 3 {
		t.Errorf("%d options (-want +got)\n%s", p.Options, diff)
	}
	if diff := cmp.Diff(count.Tally{Electorate: members - 1}, tally); diff != "" {
		t.Errorf("a tally is kept (-want +got)\n%s", diff)
	}
	l.Sound()
}

// Papers are counted over as many blocks as it takes, through a restart; nobody
// casts meanwhile, and what members become changes nothing. The winner reaches
// the action, and what the action gives is kept.
func TestCounting(t *testing.T) {
	l := statetest.New(t, electing())
	n := put(t, l, 1, election(elected))
	for m, option := range []byte{1, 2, 2, 3, 1, 2} {
		l.Must(state.Member(m+1), choose(n, option))
	}
	l.Must(1, choose(n, 2)) // another mind
	_, p, _ := find(t, l, n)
	at(t, l, p.Closes) // the first two papers
	wantStatus(t, l, n, ballot.Counting)
	kept := func() ballot.Votes {
		t.Helper()
		v := l.Read()
		defer v.Close()
		c, err := counts.Get(v.Of(1), n)
		if err != nil {
			t.Fatal(err)
		}
		votes, err := tx.Decode[ballot.Votes](c.Kept)
		if err != nil {
			t.Fatal(err)
		}
		return votes
	}
	if diff := cmp.Diff(ballot.Votes{Next: 3, Votes: []uint64{0, 2, 0}}, kept()); diff != "" {
		t.Errorf("after two papers (-want +got)\n%s", diff)
	}

	l.Restart()
	l.Sound()
	codes := at(t, l, p.Closes, l.Sign(1, 4, choose(n, 1)), l.Sign(1, statetest.Secretary, statetest.Carried{
		Kind: member.KindReclass, Payload: tx.Encode(member.Reclass{Member: 6, Class: 2})}))
	if codes[0] != ballot.ErrClosed.Code || codes[1] != 0 {
		t.Errorf("while papers are counted, a cast has code %d and another class %d", codes[0], codes[1])
	}
	wantStatus(t, l, n, ballot.Counting)
	if diff := cmp.Diff(ballot.Votes{Next: 5, Votes: []uint64{0, 3, 1}}, kept()); diff != "" {
		t.Errorf("after four papers (-want +got)\n%s", diff)
	}
	if res := l.Mandate(ballot.Declare{Motion: n}); res.Code != ballot.ErrClosed.Code { // a block more
		t.Errorf("declared while papers are counted: %d", res.Code)
	}
	wantStatus(t, l, n, ballot.Closed)
	m, _, _ := find(t, l, n)
	want := []ballot.Result{{
		Outcome: count.Carried, Tally: count.Tally{Electorate: members}, Height: l.Tip().Height,
		Winners: []uint16{2}, Gave: tx.Encode([]uint16{2}), Count: tx.Encode(ballot.Votes{Votes: []uint64{1, 4, 1}}),
	}}
	if diff := cmp.Diff(want, m.Result); diff != "" {
		t.Errorf("result (-want +got)\n%s", diff)
	}
	v := l.Read()
	defer v.Close()
	if who, err := member.Holders(v.Of(1), charter.Auditor); err != nil || len(who) != 1 || who[0] != 5 {
		t.Errorf("auditors %v, %v", who, err)
	}
	if left, err := counts.Has(v.Of(1), n); err != nil || left {
		t.Errorf("a count is left: %v, %v", left, err)
	}
	if totals, err := ballot.TotalsOf(v.Of(1)); err != nil || totals.Open != 0 {
		t.Errorf("%+v, %v", totals, err)
	}
}

// What a count comes to: rows are papers of members 1, 2, … A motion that is not
// carried has no winners, and its action is not taken.
func TestCountedOutcomes(t *testing.T) {
	for _, row := range []struct {
		name    string
		papers  []byte
		outcome count.Outcome
		winners []uint16
	}{
		{"nobody", nil, count.Inquorate, nil},
		{"too few", []byte{1, 1}, count.Inquorate, nil},
		{"enough", []byte{1, 1, 2}, count.Carried, []uint16{1}},
		{"a tie", []byte{1, 1, 2, 2}, count.Lost, nil},
		{"the last option", []byte{3, 3, 3}, count.Carried, []uint16{3}},
	} {
		l := statetest.New(t, electing())
		n := put(t, l, 1, election(called))
		for m, option := range row.papers {
			l.Must(state.Member(m+1), choose(n, option))
		}
		pass(t, l, 5)
		l.Must(1, ballot.Declare{Motion: n})
		for range len(row.papers) / ballot.PluralityPapers {
			l.Block()
		}
		wantStatus(t, l, n, ballot.Closed)
		m, _, _ := find(t, l, n)
		if len(m.Result) != 1 || m.Result[0].Outcome != row.outcome || cmp.Diff(row.winners, m.Result[0].Winners) != "" {
			t.Errorf("%s: result %+v, want %v of %v", row.name, m.Result, row.outcome, row.winners)
		}
		v := l.Read()
		who, err := member.Holders(v.Of(1), charter.Auditor)
		v.Close()
		if err != nil || len(who) != len(row.winners) {
			t.Errorf("%s: auditors %v, %v", row.name, who, err)
		}
	}
}

// What is counted at the end is decided by nothing before it, however many have cast.
func TestDeclareCounted(t *testing.T) {
	l := statetest.New(t, electing())
	n := put(t, l, 1, election(decisive))
	for m := state.Member(1); m <= members; m++ {
		l.Must(m, choose(n, 1))
	}
	if res := l.Do(1, ballot.Declare{Motion: n}); res.Code != ballot.ErrUndecided.Code {
		t.Errorf("declared with code %d", res.Code)
	}
}

// Several counts share what a block may do: together they take no more, and all
// come to an end.
func TestCountsShare(t *testing.T) {
	s := electing()
	s.EndBlock = s.EndBlock[1:] // no block is busy
	l := statetest.New(t, s)
	const motions = 4
	for range motions {
		n := put(t, l, 1, election(elected))
		for m := state.Member(1); m <= members; m++ {
			l.Must(m, choose(n, 1))
		}
	}
	_, p, _ := find(t, l, motions)
	status := func() (closed int) {
		for n := ballot.Number(1); n <= motions; n++ {
			if _, p, _ := find(t, l, n); p.Status == ballot.Closed {
				closed++
			}
		}
		l.Sound()
		return closed
	}
	blocks := 0
	for at(t, l, p.Closes); status() < motions; at(t, l, p.Closes) {
		if blocks++; blocks > 2*motions*4 {
			t.Fatal("some are never counted")
		}
	}
	// 24 papers at 128 units, of which a block has 2,000: one more block than the first.
	if atLeast := motions * members * ballot.CountAtOnce / ballot.PluralityPapers / state.EndUnits; atLeast == 0 || blocks < atLeast {
		t.Errorf("counted in %d blocks more, which is more than a block may do: at least %d", blocks, atLeast)
	}
}

// CheckMotions fails when a count is broken, and says how.
func TestCheckCountsFails(t *testing.T) {
	const closed, counting = 1, 2
	scene := func(l *statetest.L) {
		put(t, l, 1, election(called))
		put(t, l, 1, election(elected))
		for m := state.Member(1); m <= members; m++ {
			l.Must(m, choose(closed, 1))
			l.Must(m, choose(counting, 2))
		}
		l.Must(1, ballot.Declare{Motion: closed})
		for range members / ballot.PluralityPapers {
			l.Block()
		}
		_, p, _ := find(t, l, counting)
		at(t, l, p.Closes) // two papers, and two more in the block that breaks something
	}
	recount := func(change func(*ballot.Votes)) func(*state.Ctx) {
		return edit(counts, counting, func(c *ballot.Count) {
			v, err := tx.Decode[ballot.Votes](c.Kept)
			if err != nil {
				panic(err)
			}
			change(&v)
			c.Kept = tx.Encode(v)
		})
	}
	result := func(change func(*ballot.Result)) func(*state.Ctx) {
		return edit(motions, closed, func(m *ballot.Motion) { change(&m.Result[0]) })
	}
	statetest.Spoiled(t, electing(), scene, []statetest.Spoil{
		{Name: "a count erased", Break: func(c *state.Ctx) { counts.Delete(c, counting) }, Says: "motion 2: counting, without a count"},
		{Name: "a count of what is closed", Break: func(c *state.Ctx) { counts.Put(c, closed, ballot.Count{}) }, Says: "motion 1: closed, with a count under way"},
		{Name: "a paper passed over", Break: recount(func(v *ballot.Votes) { v.Next++ }), Says: "motion 2: the count under way comes to"},
		{Name: "a paper counted twice", Break: recount(func(v *ballot.Votes) { v.Votes[1]++ }), Says: "motion 2: the count under way comes to"},
		{Name: "never to go on", Break: edit(counts, counting, func(c *ballot.Count) { c.Due++ }), Says: "motion 2: counting, and not due at"},
		{Name: "a tally", Break: edit(tallies, counting, func(t *count.Tally) { t.Yes++ }), Says: "motion 2: tally is"},
		{Name: "a paper of no option", Break: func(c *state.Ctx) { casts.Put(c, castKey{counting, 1}, ballot.Paper{Marks: []byte{4}}) }, Says: "motion 2: member 1 cast 04: paper is"},
		{Name: "a result before the count", Break: edit(motions, counting, func(m *ballot.Motion) { m.Result = make([]ballot.Result, 1) }), Says: "motion 2: counting, with a result"},
		{Name: "another winner", Break: result(func(r *ballot.Result) { r.Winners = []uint16{2} }), Says: "motion 1: winners are [2]"},
		{Name: "another count", Break: result(func(r *ballot.Result) { r.Count = nil }), Says: "motion 1: winners are [1] by , the casts"},
		{Name: "a paper turned after the count", Break: func(c *state.Ctx) { casts.Put(c, castKey{closed, 1}, ballot.Paper{Marks: []byte{3}}) }, Says: "motion 1: winners are [1]"},
		{Name: "one under way too few", Break: edit(totals, 0, func(t *ballot.Totals) { t.Open-- }), Says: "2 motions, 1 under way; totals say 2 and 0"},
	})
}
