package office_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/agenda"
	"github.com/rochdale-ledger/rochdale/state/amendment"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/office"
	"github.com/rochdale-ledger/rochdale/state/statetest"
)

const (
	members                = 40
	board   charter.Office = 16
	council charter.Office = 17

	officers charter.MotionKindID = 3
)

// What holds where a charter says nothing, in days.
const early, breaks = 92, 300

// rules are a board of nine, a third of whom retire each year, and a council without terms.
var rules = charter.Membership{Offices: []charter.OfficeRule{
	{Office: charter.Treasurer, Term: 365, Terms: 2},
	{Office: board, Name: "board member", Seats: 9, Term: 1100, Thirds: true, Classes: []charter.ClassSeats{{Class: 2, Most: 1}}},
	{Office: council, Name: "councillor"},
}}

func setup() statetest.Setup {
	return statetest.Setup{
		Members: members, Membership: rules,
		Kinds: append(append(state.KindList{}, member.Kinds...), office.Kinds...),
		Grants: []charter.NamedGrant{
			{Actions: []string{"member.Suspend"}, GrantText: charter.GrantText{Offices: []charter.Office{board}}},
		},
		EndBlock: []func(*state.Ctx) error{agenda.EndBlock(amendment.Agenda, member.KeyAgenda, member.SuspensionAgenda, member.LeavingAgenda, office.TermAgenda, office.RotationAgenda)},
		Invariants: []func(state.Reader) error{
			office.CheckOffices, agenda.CheckAgenda,
		},
	}
}

func must(t *testing.T, l *statetest.L, a state.Action) {
	t.Helper()
	if res := l.Mandate(a); res.Code != 0 {
		t.Fatalf("%T: %d %s", a, res.Code, res.Log)
	}
	l.Sound()
}

func elect(o charter.Office, until uint64, who ...state.Member) office.Elect {
	return office.Elect{Office: o, Members: who, Until: until}
}

func today(l *statetest.L) uint64 { return state.DayOf(l.Tip().Time) }

func holders(t *testing.T, l *statetest.L, o charter.Office) []state.Member {
	t.Helper()
	v := l.Read()
	defer v.Close()
	out, err := member.Holders(v.Of(1), o)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestElect(t *testing.T) {
	l := statetest.New(t, setup())
	now := today(l)
	many := make([]state.Member, office.MaxElected+1)
	for i := range many {
		many[i] = state.Member(i + 1)
	}
	addClass(t, l)
	must(t, l, member.Reclass{Member: 20, Class: 2})
	must(t, l, member.Reclass{Member: 21, Class: 2})
	leaves := func() { must(t, l, member.Resign{Member: 30}) }
	l.Run(t, []statetest.Row{
		statetest.Try("no office", 0, elect(7, 0), member.ErrOffice),
		statetest.Try("nobody", 0, elect(board, 0), office.ErrElected),
		statetest.Try("too many", 0, elect(board, 0, many...), office.ErrElected),
		statetest.Try("twice", 0, elect(board, 0, 5, 5), office.ErrElected),
		statetest.Try("an office that the charter does not name", 0, elect(18, now, 99), member.ErrOffice),
		statetest.Try("until today", 0, elect(board, now, 99), office.ErrPast),
		statetest.Try("a day too long", 0, elect(board, now+1102, 99), office.ErrTerm),
		statetest.Try("no such member", 0, elect(board, now+1101, 99), member.ErrUnknown),
		statetest.Try("has left", 0, elect(board, 0, 30), member.ErrStanding).After(leaves),
		statetest.Try("ten for nine seats", 0, elect(board, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10), office.ErrSeats),
		statetest.Try("two of a class with one seat", 0, elect(board, 0, 20, 21), office.ErrClass),
		statetest.Try("eight", 0, elect(board, 0, 1, 2, 3, 4, 5, 6, 7, 20), nil),
		statetest.Try("one who is on it", 0, elect(board, 0, 8, 20), member.ErrHolds),
		statetest.Try("another of the class", 0, elect(board, 0, 21), office.ErrClass),
		statetest.Try("the ninth, for a year", 0, elect(board, now+365, 8), nil),
		statetest.Try("a tenth", 0, elect(board, 0, 9), office.ErrSeats),
		statetest.Try("a council without terms", 0, elect(council, 0, 9, 10), nil),
		statetest.Try("a member of the board acts", 5, member.Suspend{Member: 33, Reason: "r"}, nil),
		statetest.Try("one of the council does not", 9, member.Suspend{Member: 34, Reason: "r"}, state.ErrAuthority),
	})
	l.Days(int64(now + 364 - today(l)))
	if got := holders(t, l, board); len(got) != 9 {
		t.Errorf("on the last day the board is %v", got)
	}
	l.Days(1)
	l.Sound()
	if got := holders(t, l, board); slices.Contains(got, 8) || len(got) != 8 {
		t.Errorf("when a term is over the board is %v", got)
	}
}

// A charter says how early a holder is elected again, after which break terms are counted
// anew, and how far apart thirds retire.
func TestTimesOfOffices(t *testing.T) {
	s := setup()
	s.Membership = charter.Membership{Offices: []charter.OfficeRule{
		{Office: charter.Treasurer, Term: 365, Terms: 1, Early: 30, Break: 730},
		{Office: board, Name: "board member", Thirds: true, Apart: 180},
	}}
	l := statetest.New(t, s)
	answer := func(a state.Action, want *state.Rejection) {
		t.Helper()
		if res := l.Mandate(a); res.Code != want.Code {
			t.Errorf("%+v: %d %s, want %d", a, res.Code, res.Log, want.Code)
		}
	}
	must(t, l, elect(charter.Treasurer, 0, 5))
	must(t, l, elect(board, 0, 4, 5, 6))
	l.Days(366 - 31)
	answer(elect(charter.Treasurer, 0, 5), member.ErrHolds)
	l.Days(1)
	answer(elect(charter.Treasurer, 0, 5), office.ErrInARow)
	l.Days(30 + 729)
	answer(elect(charter.Treasurer, 0, 5), office.ErrInARow)
	l.Days(1)
	must(t, l, elect(charter.Treasurer, 0, 5))

	now := today(l)
	must(t, l, office.Rotate{Office: board, Day: now + 30})
	draw(l)
	answer(office.Rotate{Office: board, Day: now + 30 + 180}, office.ErrRotated) // the third has not retired yet
	l.Days(30)
	answer(office.Rotate{Office: board, Day: now + 30 + 179}, office.ErrRotated)
	must(t, l, office.Rotate{Office: board, Day: now + 30 + 180})
	draw(l)

	for says, rule := range map[string]charter.OfficeRule{
		"elected again 367 days early":     {Office: board, Name: "b", Early: 367},
		"a break of 89 days after 2 terms": {Office: board, Name: "b", Term: 9, Terms: 2, Break: 89},
		"a break of 90 days after 0 terms": {Office: board, Name: "b", Term: 9, Break: 90},
		"179 days between thirds":          {Office: board, Name: "b", Thirds: true, Apart: 179},
		"180 days between thirds that":     {Office: board, Name: "b", Apart: 180},
	} {
		v := l.Read()
		policy, err := charter.PolicyOf(v.Of(1))
		v.Close()
		if err != nil {
			t.Fatal(err)
		}
		policy.Membership.Offices = []charter.OfficeRule{rule}
		err = amendment.Amend{Policy: []charter.PolicyEntry{charter.PolicyEntry(policy)}}.Check()
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%+v: %v, want %q", rule, err, says)
		}
	}
}

// addClass gives the charter a second class of members.
func addClass(t *testing.T, l *statetest.L) {
	t.Helper()
	v := l.Read()
	policy, err := charter.PolicyOf(v.Of(1))
	v.Close()
	if err != nil {
		t.Fatal(err)
	}
	policy.Classes = []string{"worker", "supporter"}
	must(t, l, amendment.Amend{Policy: []charter.PolicyEntry{charter.PolicyEntry(policy)}})
}

// Nobody is elected for more terms in a row than the charter allows; after a break, anew.
func TestTermsInARow(t *testing.T) {
	l := statetest.New(t, setup())
	must(t, l, elect(charter.Treasurer, 0, 5))
	if res := l.Mandate(elect(charter.Treasurer, 0, 5)); res.Code != member.ErrHolds.Code {
		t.Errorf("elected again on the first day: %d %s", res.Code, res.Log)
	}
	l.Days(366 - early)
	must(t, l, elect(charter.Treasurer, 0, 5))
	l.Days(366 - early)
	if res := l.Mandate(elect(charter.Treasurer, 0, 5)); res.Code != office.ErrInARow.Code {
		t.Errorf("a third term in a row: %d %s", res.Code, res.Log)
	}
	must(t, l, office.Dismiss{Member: 5, Office: charter.Treasurer}) // recalled, which is no way round it
	if res := l.Mandate(elect(charter.Treasurer, 0, 5)); res.Code != office.ErrInARow.Code {
		t.Errorf("a third term after a recall: %d %s", res.Code, res.Log)
	}
	l.Days(early + breaks)
	l.Sound()
	must(t, l, elect(charter.Treasurer, 0, 5))

	// Whoever is suspended when the term is over does not get the office back.
	l.Days(300)
	must(t, l, member.Suspend{Member: 5, Reason: "r"})
	l.Days(70)
	l.Sound()
	must(t, l, member.Reinstate{Member: 5})
	if got := holders(t, l, charter.Treasurer); slices.Contains(got, 5) {
		t.Errorf("treasurers are %v", got)
	}

	// An appointment without a term is not ended by the term of an earlier one.
	must(t, l, elect(council, today(l)+30, 6))
	must(t, l, office.Dismiss{Member: 6, Office: council})
	l.Days(1)
	must(t, l, office.Appoint{Member: 6, Office: council})
	l.Days(40)
	l.Sound()
	if got := holders(t, l, council); !slices.Contains(got, 6) {
		t.Errorf("the council is %v", got)
	}
	must(t, l, member.Resign{Member: 6})
}

// draw makes the blocks that give a lot its seed, and those in which it is drawn.
func draw(l *statetest.L) {
	for range state.SeedBlocks + 4 {
		l.Block()
	}
	l.Sound()
}

func TestRotate(t *testing.T) {
	l := statetest.New(t, setup())
	must(t, l, elect(board, 0, 1, 2, 3))
	l.Days(200)
	must(t, l, elect(board, 0, 4, 5, 6, 7, 8))
	rotate := func(o charter.Office, day uint64) office.Rotate { return office.Rotate{Office: o, Day: day} }
	now := today(l)
	l.Run(t, []statetest.Row{
		statetest.Try("no office", 0, rotate(7, 0), member.ErrOffice),
		statetest.Try("nobody retires by thirds", 0, rotate(council, 0), office.ErrNoThirds),
		statetest.Try("an office without a rule", 0, rotate(charter.Chair, 0), office.ErrNoThirds),
		statetest.Try("today", 0, rotate(board, now), office.ErrPast),
		statetest.Try("in a year and two days", 0, rotate(board, now+office.MaxAhead+1), office.ErrAhead),
		statetest.Try("in a month", 0, rotate(board, now+30), nil),
		statetest.Try("again in the same year", 0, rotate(board, now+30+breaks-1), office.ErrRotated).After(func() { draw(l) }),
	})
	v := l.Read()
	r, err := office.RotationOf(v.Of(1), board)
	v.Close()
	slices.Sort(r.Retire)
	if err != nil || !slices.Equal(r.Retire, []state.Member{1, 2, 3}) || len(r.Seed) != 32 {
		t.Errorf("of eight %v retire, by %x, %v", r.Retire, r.Seed, err)
	}
	l.Days(30)
	l.Sound()
	if got := holders(t, l, board); !slices.Equal(got, []state.Member{4, 5, 6, 7, 8}) {
		t.Errorf("the board is %v", got)
	}

	// Of five who were elected at one time two retire, by a lot that anyone can draw again.
	l.Days(breaks)
	must(t, l, rotate(board, today(l)+5))
	draw(l)
	v = l.Read()
	defer v.Close()
	r, err = office.RotationOf(v.Of(1), board)
	if err != nil || len(r.Retire) != 2 || r.Height < r.Called {
		t.Fatalf("%+v, %v", r, err)
	}
	if again := office.Lots(r.Seed, board, []state.Member{4, 5, 6, 7, 8}); !slices.Equal(again[:2], r.Retire) {
		t.Errorf("%v retire, drawn again %v", r.Retire, again)
	}
	for n, want := range []int{0, 0, 1, 1, 1, 2, 2, 2, 3, 3} {
		if got := office.Third(n); got != want {
			t.Errorf("of %d %d retire, want %d", n, got, want)
		}
	}
}

// The room's tables, opened again to break them.
var (
	terms     = state.NewTable[termKey, office.Term](0x80)
	rotations = state.NewTable[charter.Office, office.Rotation](0x81)
)

type termKey struct {
	Office charter.Office
	Member state.Member
}

// CheckOffices fails when a record is broken, and says which.
func TestCheckOfficesFails(t *testing.T) {
	scene := func(l *statetest.L) {
		must(t, l, elect(board, 0, 1, 2, 3))
		must(t, l, office.Rotate{Office: board, Day: today(l) + 9})
		draw(l)
	}
	term := func(m state.Member, change func(*office.Term)) func(*state.Ctx) {
		return func(c *state.Ctx) {
			k := termKey{board, m}
			got, err := terms.Get(c, k)
			if err != nil {
				panic(err)
			}
			change(&got)
			terms.Put(c, k, got)
		}
	}
	statetest.Spoiled(t, setup(), scene, []statetest.Spoil{
		{Name: "another day", Break: term(1, func(t *office.Term) { t.Until += 7 }), Says: "does not end on day"},
		{Name: "no day", Break: term(1, func(t *office.Term) { t.Until = 0 }), Says: "2 items of room 128 are due, 3 are on the agenda"},
		{Name: "no term", Break: term(1, func(t *office.Term) { t.InARow = 0 }), Says: "term 0 in a row"},
		{Name: "held later", Break: term(1, func(t *office.Term) { t.Since = t.Elected + 1 }), Says: "member 1 as office 16"},
		{Name: "no seed", Break: func(c *state.Ctx) {
			rotations.Put(c, board, office.Rotation{Day: 9, Called: 1, Height: 2, Seed: []byte{1}})
		}, Says: "was drawn by 01 of block 2"},
		{Name: "not drawn", Break: func(c *state.Ctx) { rotations.Put(c, board, office.Rotation{Day: 9, Called: 1}) }, Says: "1 items of room 129 are due, 0 are on the agenda"},
	})
}
