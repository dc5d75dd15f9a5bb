package document_test

import (
	"bytes"
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/behalf"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/document"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/statetest"
)

func newLedger(t *testing.T) *statetest.L {
	return statetest.New(t, statetest.Setup{
		Members: 5,
		Kinds:   append(document.Kinds[:len(document.Kinds):len(document.Kinds)], member.Kinds...),
		Grants: []charter.NamedGrant{
			{Actions: []string{"document.Accept"}, GrantText: charter.GrantText{Concerned: true, Offices: []charter.Office{charter.Secretary}}},
			{Actions: []string{"member.Resign"}, GrantText: charter.GrantText{Concerned: true}},
		},
		Invariants: []func(state.Reader) error{document.CheckDocuments},
		Indexes:    document.Indexes,
	})
}

const keyless = state.Member(6) // once it is imported

func digest(n byte) []byte { return bytes.Repeat([]byte{n}, 32) }

func day(l *statetest.L) uint64 { return state.DayOf(l.Tip().Time) }

// Rows are in the order of the checks; each breaks every later rule that it can.
func TestTexts(t *testing.T) {
	l := newLedger(t)
	today := day(l)
	l.Run(t, []statetest.Row{
		statetest.Try("no name", 0, document.Adopt{Digest: digest(1)[1:]}, document.ErrName),
		statetest.Try("a name for a version", 0, document.Adopt{Text: 1, Name: "x", Digest: digest(1)}, document.ErrName),
		statetest.Try("too long a name", 0, document.Adopt{Name: string(bytes.Repeat([]byte{'x'}, document.MaxName+1)), Digest: digest(1)}, document.ErrName),
		statetest.Try("a name of two lines", 0, document.Adopt{Name: "by\nlaws", Digest: digest(1)}, document.ErrName),
		statetest.Try("no digest", 0, document.Adopt{Name: "by-laws", From: 1}, document.ErrDigest),
		statetest.Try("no such text", 0, document.Adopt{Text: 1, Digest: digest(1), From: 1}, document.ErrUnknown),
		statetest.Try("yesterday", 0, document.Adopt{Name: "by-laws", Digest: digest(1), From: today - 1}, document.ErrPast),
		statetest.Try("too far ahead", 0, document.Adopt{Name: "by-laws", Digest: digest(1), From: today + document.MaxAhead + 1}, document.ErrPast),
		statetest.Try("by a member alone", 1, document.Adopt{Name: "by-laws", Digest: digest(1)}, state.ErrAuthority),
		statetest.Try("at once", 0, document.Adopt{Name: "by-laws", Digest: digest(1)}, nil),
		statetest.Try("another of that name", 0, document.Adopt{Name: "by-laws", Digest: digest(1), From: 1}, document.ErrExists),
		statetest.Try("as far ahead as can be", 0, document.Adopt{Name: "terms", Digest: digest(1), From: today + document.MaxAhead}, nil),
		statetest.Try("before an earlier version", 0, document.Adopt{Text: 2, Digest: digest(1), From: today + document.MaxAhead - 1}, document.ErrOrder),
		statetest.Try("the same text again", 0, document.Adopt{Text: 1, Digest: digest(1)}, document.ErrSame),
		statetest.Try("another version, to come", 0, document.Adopt{Text: 1, Digest: digest(2), From: today + 9}, nil),
		statetest.Try("no such member", 0, document.Accept{Member: 9, Text: 9}, member.ErrUnknown),
		statetest.Try("of no text", 3, document.Accept{Member: 3, Text: 9}, document.ErrUnknown),
		statetest.Try("of no version", 3, document.Accept{Member: 3, Text: 1, Version: 3}, document.ErrVersion),
		statetest.Try("for another", 3, document.Accept{Member: 4, Text: 1, Version: 1}, state.ErrAuthority),
		statetest.Try("what is in force", 3, document.Accept{Member: 3, Text: 1, Version: 1}, nil),
		statetest.Try("again", 3, document.Accept{Member: 3, Text: 1, Version: 1}, document.ErrAccepted),
		statetest.Try("what will be in force", 3, document.Accept{Member: 3, Text: 1, Version: 2}, nil),
		statetest.Try("no commitment", statetest.Secretary, document.Accept{Member: 9, Paper: digest(1)[1:]}, member.ErrCommitment),
		statetest.Try("by the secretary, for a member with a key", statetest.Secretary, document.Accept{Member: 4, Text: 9, Version: 1, Paper: digest(1)}, behalf.ErrKey),
		statetest.Try("for one without a key, on no paper", statetest.Secretary, document.Accept{Member: keyless, Text: 9, Version: 1}, behalf.ErrPaper).After(func() {
			l.Mandate(member.Import{Entries: []member.Entry{{Class: 1}}})
		}),
		statetest.Try("for one without a key", statetest.Secretary, document.Accept{Member: keyless, Text: 1, Version: 1, Paper: digest(1)}, nil),
		statetest.Try("no text to end", 0, document.Repeal{Text: 3}, document.ErrUnknown),
		statetest.Try("an end of yesterday", 0, document.Repeal{Text: 1, From: today - 1}, document.ErrPast),
		statetest.Try("an end too far ahead", 0, document.Repeal{Text: 1, From: today + document.MaxAhead + 1}, document.ErrPast),
		statetest.Try("an end before what is to come", 0, document.Repeal{Text: 1, From: today + 8}, document.ErrOrder),
		statetest.Try("an end", 0, document.Repeal{Text: 1, From: today + 20}, nil),
		statetest.Try("an end of what ends", 0, document.Repeal{Text: 1, From: today + 21}, document.ErrRepealed),
		statetest.Try("of the end", 3, document.Accept{Member: 3, Text: 1, Version: 3}, document.ErrRepealed),
	})
	l.Days(9)
	l.Run(t, []statetest.Row{
		statetest.Try("what is replaced", 5, document.Accept{Member: 5, Text: 1, Version: 1}, document.ErrReplaced),
		statetest.Try("what has replaced it", 5, document.Accept{Member: 5, Text: 1, Version: 2}, nil),
		statetest.Try("a member who leaves", 5, member.Resign{Member: 5}, nil),
		statetest.Try("who has left", statetest.Secretary, document.Accept{Member: 5, Text: 2, Version: 1}, member.ErrStanding),
	})
	v := l.Read()
	defer v.Close()
	for _, row := range []struct {
		day  uint64
		want uint32
	}{{today - 1, 0}, {today, 1}, {today + 8, 1}, {today + 9, 2}, {today + 19, 2}, {today + 20, 0}, {today + 999, 0}} {
		got, in, err := document.InForce(v.Of(1), 1, row.day)
		if err != nil || got != row.want || (got > 0) != (len(in.Digest) > 0) {
			t.Errorf("day %d: version %d, %+v, %v, want %d", row.day-today, got, in, err, row.want)
		}
	}
	second, err := document.VersionOf(v.Of(1), 1, 2)
	if err != nil || second.Accepted != 2 {
		t.Errorf("version 2 is accepted by %d, %v", second.Accepted, err)
	}
	a, ok, err := document.AcceptanceOf(v.Of(1), 1, 1, keyless)
	if want := (state.Actor{Coop: 1, Member: statetest.Secretary}); err != nil || !ok || a.By != want {
		t.Errorf("the member without a key accepted by %v, %v", a.By, err)
	}
}

// A co-op has at most so many texts, and a text so many versions.
func TestMany(t *testing.T) {
	l := newLedger(t)
	for n := range document.MaxTexts {
		if res := l.Mandate(document.Adopt{Name: string(rune('a'+n/26)) + string(rune('a'+n%26)), Digest: digest(1)}); res.Code != 0 {
			t.Fatal(res.Log)
		}
	}
	if res := l.Mandate(document.Adopt{Name: "one more", Digest: digest(1)}); res.Code != document.ErrMany.Code {
		t.Errorf("a text too many: %d %s", res.Code, res.Log)
	}
	l.Sound()
	versions := func(n uint32) func(*state.Ctx) {
		return func(c *state.Ctx) {
			state.NewTable[document.Number, document.Text](0x90).Put(c, 1, document.Text{Name: "aa", Versions: n})
			state.NewTable[document.VersionKey, document.Version](0x91).Put(c, document.VersionKey{Text: 1, Version: n}, document.Version{Digest: digest(1), From: 1, Adopted: 1})
		}
	}
	l.Write(versions(document.MaxVersions))
	for _, a := range []state.Action{document.Adopt{Text: 1, Digest: digest(1), From: 1}, document.Repeal{Text: 1, From: 1}} {
		if res := l.Mandate(a); res.Code != document.ErrMany.Code {
			t.Errorf("a version too many, %T: %d %s", a, res.Code, res.Log)
		}
	}
	l.Write(versions(document.MaxVersions - 1))
	if res := l.Mandate(document.Repeal{Text: 1}); res.Code != 0 {
		t.Errorf("the last version: %d %s", res.Code, res.Log)
	}
}

// Names that read the same are one name.
func TestNamesThatReadTheSame(t *testing.T) {
	l := newLedger(t)
	if res := l.Mandate(document.Adopt{Name: "by-laws", Digest: make([]byte, 32)}); res.Code != 0 {
		t.Fatal(res.Log)
	}
	for _, name := range []string{"By-Laws", "by-laws ", "by -laws", "by-laws"} {
		if res := l.Mandate(document.Adopt{Name: name, Digest: make([]byte, 32)}); res.Code != document.ErrExists.Code {
			t.Errorf("%q: %d %s", name, res.Code, res.Log)
		}
	}
}
