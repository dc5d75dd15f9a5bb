package main

import (
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rochdale-ledger/rochdale/app/rooms"
	"github.com/rochdale-ledger/rochdale/client/wording"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/exit"
	"github.com/rochdale-ledger/rochdale/state/federation"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/office"
)

// TestHintsNameCommands: a command that a hint names exists.
func TestHintsNameCommands(t *testing.T) {
	root := newRootCmd()
	named := 0
	for after, hint := range rooms.Hints {
		for _, text := range strings.Split(hint, "rochdale ")[1:] {
			named++
			words := strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == ';' || r == ':' || r == ',' })
			noun, _, err := root.Find(words[:1])
			if err != nil || noun == root {
				continue // "this version of rochdale"
			}
			if !noun.HasSubCommands() {
				continue
			}
			if verb, _, err := root.Find(words[:min(2, len(words))]); err != nil || (verb == noun && !noun.Runnable()) {
				t.Errorf("rejection %d: there is no command %q", after.Code, strings.Join(words[:min(2, len(words))], " "))
			}
		}
	}
	if named < 50 {
		t.Errorf("%d commands: the search is broken", named)
	}
}

func TestPlainWords(t *testing.T) {
	for got, want := range map[string]string{
		stamp(0).String():                   "",
		stamp(1767258000).String():          "2026-01-01 09:00 UTC",
		stamp(1767258001).String():          "2026-01-01 09:00:01 UTC",
		memberNumbers([]state.Member{2, 4}): "members 2 and 4",
		snake("MaxHolding"):                 "max_holding",
		snake("ID"):                         "id",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestParseShareOfOne(t *testing.T) {
	for text, want := range map[string]money.Rate{
		"15%": {Num: 15, Den: 100}, "12.5%": {Num: 125, Den: 1000}, "1/6": {Num: 1, Den: 6}, "100%": {Num: 100, Den: 100}, "0%": {Num: 0, Den: 100},
	} {
		if got, err := parseShareOfOne(text); err != nil || got != want {
			t.Errorf("parseShareOfOne(%q) = %v, %v; want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "15", "%", ".5%", "-1%", "101%", "100.1%", "7/6", "1/0", "1/", "a%", "1e2%", "0.1234567%", "1/6%"} {
		if got, err := parseShareOfOne(text); err == nil {
			t.Errorf("parseShareOfOne(%q) = %v", text, got)
		}
	}
}

func TestParseNumbers(t *testing.T) {
	for text, want := range map[string][]uint64{"4": {4}, "4,7,10-12": {4, 7, 10, 11, 12}, "3,1-2": {1, 2, 3}, "5-5": {5}} {
		if got, err := parseNumbers("subscription", text, 5); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("parseNumbers(%q) = %v, %v; want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "0", "1,", "a", "2-1", "1-6", "1,2-6", "1-2,2-3", "1,1", "-1", "1-18446744073709551615"} {
		if got, err := parseNumbers("subscription", text, 5); err == nil {
			t.Errorf("parseNumbers(%q) = %v", text, got)
		}
	}
}

// TestExplain: a hint gets the number of what it is about, and only a rejection
// is explained by its code.
func TestExplain(t *testing.T) {
	a := act{subject: "motion show 4", because: map[uint32]string{ballot.ErrNotOpen.Code: "it opens tomorrow"}}
	for _, c := range []struct {
		err        error
		text, hint string
	}{
		{refused(ballot.ErrClosed.With("motion 4")), "motion is closed: motion 4", "see what was decided: rochdale motion show 4"},
		{refused(ballot.ErrNotOpen.With("at 1")), "motion is not open yet", "it opens tomorrow"},
		{refused(member.ErrStanding), member.ErrStanding.Reason, wording.Hint(member.ErrStanding.Code) + " MEMBER"},
		{refusedBy(9999, ""), "by rule 9999", "this version of rochdale does not know rejection 9999: see rochdale version"},
		{errors.New("broken"), "broken", ""},
		{refused(ballot.ErrTried.With("no such member: number 77 of co-op 1")), "what the motion carries would be refused today: no such member: number 77 of co-op 1", wording.Hint(member.ErrUnknown.Code)},
		{refused(ballot.ErrTried.With("%s", member.ErrStanding.Reason)), "what the motion carries would be refused today: " + member.ErrStanding.Reason,
			wording.Hint(member.ErrStanding.Code) + " MEMBER; or, if it can be done by the time that the motion is carried, add --anyway"},
		{refused(ballot.ErrTried.With("%s: member 4 has left", member.ErrStanding.Reason)), "what the motion carries would be refused today: " + member.ErrStanding.Reason + ": member 4 has left",
			wording.Hint(member.ErrStanding.Code) + " 4"},
		{refused(ballot.ErrTried.With("%s: entry 2 by entry 3", account.ErrReversed.Reason)), "what the motion carries would be refused today: entry has been reversed already: entry 2 by entry 3",
			wording.Hint(account.ErrReversed.Code)},
		{refused(ballot.ErrTried.With("%s: hearing on 2026-01-02, 14 clear days from today lead to 2026-01-23", exit.ErrSoon.Reason)), "what the motion carries would be refused today: notice is too short: hearing on 2026-01-02, 14 clear days from today lead to 2026-01-23",
			wording.Hint(exit.ErrSoon.Code)},
		{refused(ballot.ErrTried.With("%s: 2026-01-01", office.ErrPast.Reason)), "what the motion carries would be refused today: " + office.ErrPast.Reason + ": 2026-01-01", wording.Hint(office.ErrPast.Code)},
		{refused(ballot.ErrTried), ballot.ErrTried.Reason, wording.Hint(ballot.ErrTried.Code)},
	} {
		err := a.explain(c.err)
		if err.Error() != c.text || hintOf(err) != c.hint {
			t.Errorf("%v: got %q with hint %q", c.err, err, hintOf(err))
		}
	}
}

func TestPlainJSON(t *testing.T) {
	key := fakeKey("ada").Signing()
	for _, row := range []struct{ action, want any }{
		{member.Apply{Entry: member.Entry{Key: key.Public(), Class: 3}, Possession: []byte{0xff}},
			map[string]any{"entry": map[string]any{"key": key.Public(), "class": charter.Class(3), "commitment": "", "proof": "", "sort": member.Sort(0), "until": uint64(0)}, "possession": "ff"}},
		{federation.Replace{Key: key.Validator(), Peer: "p"}, map[string]any{"key": key.Validator().String(), "peer": "p", "address": ""}},
	} {
		if got := plainJSON(reflect.ValueOf(row.action)); !reflect.DeepEqual(got, row.want) {
			t.Errorf("got %v, want %v", got, row.want)
		}
	}
}

// TestClauseLines: clauses fit on a page, and what was and what becomes stand below
// each other where they do not fit on one line.
func TestClauseLines(t *testing.T) {
	long := strings.TrimSpace(strings.Repeat("every active member ", 8))
	key := strings.Repeat("5f", 32)
	got := clauseLines([]state.Clause{
		{What: "notice", Before: "15 days", After: "7 days"},
		{What: "office", Before: "auditor"},
		{What: "who may cast", Before: "nobody", After: long},
		{What: "closes", Before: long, After: long},
		{What: "key of member 4", Before: key, After: key[2:]},
		{What: "rule", Before: long},
	}, 68)
	want := []string{
		"notice: 15 days → 7 days",
		"office: auditor → nothing",
		"who may cast:",
		"  was     nobody",
		"  becomes every active member every active member every active",
		"          member every active member every active member every",
		"          active member every active member every active member",
		"closes: every active member every active member every active member",
		"    every active member every active member every active member",
		"    every active member every active member, as before",
		"key of member 4:",
		"  was     " + key,
		"  becomes " + key[2:],
		"rule:",
		"  was     every active member every active member every active",
		"          member every active member every active member every",
		"          active member every active member every active member",
		"  becomes nothing",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%s", strings.Join(got, "\n"))
	}
}

// Beside a moment in UTC stands that of the reader's own clock, unless it is UTC too;
// a fact has it, a program's result has not.
func TestLocalTime(t *testing.T) {
	before := time.Local
	defer func() { time.Local = before }()
	const at = stamp(1_767_258_000) // 2026-01-01 09:00 UTC
	facts := func() string {
		var out strings.Builder
		writeFacts(&out, fact{"closes", at}, fact{"none", stamp(0)})
		return out.String()
	}
	time.Local = time.FixedZone("CET", 3600)
	if got, want := facts(), "closes  2026-01-01 09:00 UTC (Thu 1 Jan, 10:00 CET)\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if raw, err := json.Marshal(at); err != nil || string(raw) != `"2026-01-01T09:00:00Z"` {
		t.Errorf("%s, %v", raw, err)
	}
	time.Local = time.UTC
	if got, want := facts(), "closes  2026-01-01 09:00 UTC\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// What carry and numbered look for stands in hints: who rewords one of these rewords what
// finds it.
func TestHintsAreFound(t *testing.T) {
	said := hintsSaid(t)
	for _, says := range forOthersSay {
		found := regexp.MustCompile(`(?i)\b` + says + `: rochdale [a-z]`)
		if !slices.ContainsFunc(said, found.MatchString) {
			t.Errorf("no hint says %q before a command", says)
		}
	}
	for _, command := range numbersOf {
		found := func(text string) bool {
			for _, m := range hinted.FindAllStringSubmatch(text, -1) {
				if m[1] == command {
					return true
				}
			}
			return false
		}
		if !slices.ContainsFunc(slices.Collect(maps.Values(rooms.Hints)), found) {
			t.Errorf("no room's hint names %q without a number", command)
		}
	}
}

// hintsSaid are the hints of the rooms, and the texts of this package in which a hint could
// be, with a number where one is filled in.
func hintsSaid(t *testing.T) []string {
	t.Helper()
	said := slices.Collect(maps.Values(rooms.Hints))
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") || name == "carry.go" {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				text, err := strconv.Unquote(lit.Value)
				if err != nil {
					t.Fatal(err)
				}
				said = append(said, strings.ReplaceAll(text, "%d", "7"))
			}
			return true
		})
	}
	return said
}
