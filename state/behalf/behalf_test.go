package behalf_test

import (
	"bytes"
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/behalf"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/statetest"
	"github.com/rochdale-ledger/rochdale/tx"
)

// A service is an action about a member that does nothing but stand on its list.
type service struct {
	Member state.Member `cbor:"1,keyasint,omitempty"`
	Paper  []byte       `cbor:"2,keyasint,omitempty"`
}

const kind tx.Kind = 0x7f40

func (m service) Concerns() state.Member           { return m.Member }
func (m service) Check() error                     { return behalf.CheckPaper(m.Paper) }
func (service) Describe(state.Telling) state.Words { return state.Words{Phrase: "serve"} }

func (m service) Apply(c *state.Ctx) error {
	rec, err := member.Find(c, m.Member)
	if err != nil {
		return err
	}
	if err := behalf.Require(c, kind, m.Member, rec, m.Paper); err != nil {
		return err
	}
	behalf.Record(c, kind, m.Member, m.Paper, 0)
	return nil
}

const keyless, secretary = state.Member(7), statetest.Secretary

var paper = bytes.Repeat([]byte{7}, 32)

func setup() statetest.Setup {
	return statetest.Setup{
		Members: 6,
		Kinds:   append(append(state.KindList{}, member.Kinds...), state.KindOf[service](kind, "behalf_test.service")),
		Grants: []charter.NamedGrant{{Actions: []string{"behalf_test.service"}, GrantText: charter.GrantText{
			Concerned: true, Members: true, Offices: []charter.Office{charter.Secretary}, Motions: []charter.MotionKindID{3},
		}}},
		Invariants: []func(state.Reader) error{behalf.CheckActs},
	}
}

func scene(t *testing.T) func(l *statetest.L) {
	return func(l *statetest.L) {
		t.Helper()
		if res := l.Mandate(member.Import{Entries: []member.Entry{{Class: 1}, {Class: 1}}}); res.Code != 0 {
			t.Fatalf("%d %s", res.Code, res.Log)
		}
		l.Must(secretary, service{keyless, paper})
		l.Must(secretary, service{keyless, paper})
	}
}

// Rows follow the order of the checks.
func TestRequire(t *testing.T) {
	l := statetest.New(t, setup())
	scene(t)(l)
	l.Run(t, []statetest.Row{
		statetest.Try("itself, on a paper", 4, service{4, paper}, behalf.ErrPaper),
		statetest.Try("a member who holds no office", 5, service{4, nil}, behalf.ErrOfficer),
		statetest.Try("an officer of another office", statetest.Treasurer, service{4, nil}, behalf.ErrOfficer),
		statetest.Try("for one with a key", secretary, service{4, nil}, behalf.ErrKey),
		statetest.Try("on no paper", secretary, service{keyless, nil}, behalf.ErrPaper),
		statetest.Try("by the officer", secretary, service{keyless, paper}, nil),
		statetest.Try("by a motion of all, for one with a key", 0, service{4, paper}, behalf.ErrKey),
		statetest.Try("by a motion of all, on no paper", 0, service{keyless, nil}, behalf.ErrPaper),
	})
	if res := l.MandateBy(3, service{keyless, paper}); res.Code != 0 {
		t.Errorf("two officers: %d %s", res.Code, res.Log)
	}
	l.Must(4, service{4, nil})
	l.Sound()
	v := l.Read()
	defer v.Close()
	for m, want := range map[state.Member]uint64{4: 0, keyless: 4} {
		n := uint64(0)
		err := behalf.Acts(v.Of(1), m, func(uint64, behalf.Act) (bool, error) { n++; return true, nil })
		if err != nil || n != want {
			t.Errorf("%d acts for member %d, want %d, %v", n, m, want, err)
		}
	}
}

// The tables, opened again to break them.
var (
	acts = state.NewTable[struct {
		Member state.Member
		Number uint64
	}, behalf.Act](0xaf)
	counts = state.NewTable[state.Member, uint64](0xb0)
)

// CheckActs fails when a record is broken, and says which.
func TestCheckActsFails(t *testing.T) {
	key := func(n uint64) struct {
		Member state.Member
		Number uint64
	} {
		return struct {
			Member state.Member
			Number uint64
		}{keyless, n}
	}
	change := func(change func(*behalf.Act)) func(*state.Ctx) {
		return func(c *state.Ctx) {
			a, err := acts.Get(c, key(2))
			if err != nil {
				panic(err)
			}
			change(&a)
			acts.Put(c, key(2), a)
		}
	}
	statetest.Spoiled(t, setup(), scene(t), []statetest.Spoil{
		{Name: "the first erased", Break: func(c *state.Ctx) { acts.Delete(c, key(1)) }, Says: "act 2 for member 7 follows 0"},
		{Name: "the last erased", Break: func(c *state.Ctx) { acts.Delete(c, key(2)) }, Says: "member 7 has 1 acts by others, its record says 2"},
		{Name: "by nobody", Break: change(func(a *behalf.Act) { a.By, a.Paper = state.Actor{}, nil }), Says: "act 2 for member 7 is"},
		{Name: "by itself", Break: change(func(a *behalf.Act) { a.By.Member = keyless }), Says: "act 2 for member 7 is"},
		{Name: "on no paper", Break: change(func(a *behalf.Act) { a.Paper = nil }), Says: "act 2 for member 7 is"},
		{Name: "of no kind", Break: change(func(a *behalf.Act) { a.Kind = 0 }), Says: "act 2 for member 7 is"},
		{Name: "not counted", Break: func(c *state.Ctx) { counts.Delete(c, keyless) }, Says: "others acted for 1 members, records are of 0"},
		{Name: "of none", Break: func(c *state.Ctx) { counts.Put(c, keyless+1, 1) }, Says: "member 8 has 0 acts by others, its record says 1"},
	})
}
