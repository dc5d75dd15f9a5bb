package main

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/rochdale-ledger/rochdale/app"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/state/federation"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/surplus"
)

// rejectionCodes finds every rejection that a room declares, by its source.
func rejectionCodes(t *testing.T, dir string) map[uint32]string {
	t.Helper()
	codes := map[uint32]string{}
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no files in %s: %v", dir, err)
	}
	for _, path := range files {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			lit, ok := n.(*ast.CompositeLit)
			if !ok || !strings.HasSuffix(typeName(lit.Type), "Rejection") || len(lit.Elts) == 0 {
				return true
			}
			first := lit.Elts[0]
			if kv, ok := first.(*ast.KeyValueExpr); ok {
				first = kv.Value
			}
			if code, ok := first.(*ast.BasicLit); ok {
				n, err := strconv.ParseUint(code.Value, 10, 32)
				if err != nil {
					t.Fatal(err)
				}
				codes[uint32(n)] = path
			}
			return true
		})
	}
	return codes
}

func typeName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	}
	return ""
}

// TestEveryRejectionHasItsNextStep: what the rules refuse comes with what to do,
// and a command that a hint names exists.
func TestEveryRejectionHasItsNextStep(t *testing.T) {
	root := newRootCmd()
	rooms, err := filepath.Glob("../../state/*")
	if err != nil {
		t.Fatal(err)
	}
	total := 0
	for _, dir := range append(rooms, "../../state") {
		if info, err := os.Stat(dir); err != nil || !info.IsDir() {
			continue
		}
		if files, _ := filepath.Glob(filepath.Join(dir, "*.go")); len(files) == 0 {
			continue
		}
		for code, file := range rejectionCodes(t, dir) {
			total++
			if nextAfter[code] == "" || reasons[code] == "" {
				t.Errorf("rejection %d of %s has no next step", code, file)
			}
		}
	}
	if total != len(nexts) || total < 100 {
		t.Errorf("the rooms have %d rejections, %d are listed", total, len(nexts))
	}
	for _, n := range nexts {
		for _, named := range strings.Split(n.hint, "rochdale ")[1:] {
			words := strings.FieldsFunc(named, func(r rune) bool { return r == ' ' || r == ';' || r == ':' || r == ',' })
			noun, _, err := root.Find(words[:1])
			if err != nil || noun == root {
				continue // "this version of rochdale"
			}
			if !noun.HasSubCommands() {
				continue
			}
			if verb, _, err := root.Find(words[:min(2, len(words))]); err != nil || verb == noun {
				t.Errorf("rejection %d: there is no command %q", n.after.Code, strings.Join(words[:min(2, len(words))], " "))
			}
		}
	}
}

// TestEveryActionHasItsWords: nobody signs what is not told in plain words.
func TestEveryActionHasItsWords(t *testing.T) {
	actions := []state.Action{
		member.Apply{}, member.Admit{}, member.Import{}, member.Suspend{}, member.Reinstate{}, member.Resign{}, member.Rekey{}, member.Appoint{}, member.Dismiss{},
		share.OpenClass{}, share.Subscribe{}, share.ConfirmPayment{}, share.Issue{}, share.Cancel{},
		account.Open{}, account.Post{}, account.Reverse{},
		ballot.Propose{}, ballot.Cast{}, ballot.Declare{}, ballot.Withdraw{},
		surplus.OpenPeriod{}, surplus.Record{}, surplus.Correct{}, surplus.Declare{}, surplus.Allocate{}, surplus.Pay{},
		federation.Replace{}, federation.Announce{}, charter.Amend{},
	}
	named := map[string]bool{}
	r := withoutNode("anytown-1", 1)
	for _, a := range actions {
		typ := reflect.TypeOf(a)
		named[filepath.Base(typ.PkgPath())+"."+typ.Name()] = true
		words := r.describe(a)
		if strings.HasPrefix(words, "take the action") || words == "" || words[:1] != strings.ToLower(words[:1]) {
			t.Errorf("%T is described as %q", a, words)
		}
	}
	for _, k := range app.Kinds {
		if !named[k.Name] {
			t.Errorf("%s is not described: add it to this test and to describe.go", k.Name)
		}
	}
}

func TestPlainWords(t *testing.T) {
	for got, want := range map[string]string{
		inMinutes(20160):                                "14 days",
		inMinutes(60):                                   "1 hour",
		inMinutes(90):                                   "90 minutes",
		inMinutes(0):                                    "0 minutes",
		plural(1, "member"):                             "1 member",
		plural(1650, "member"):                          "1,650 members",
		list(nil, "or"):                                 "",
		list([]string{"a"}, "or"):                       "a",
		list([]string{"a", "b", "c"}, "and"):            "a, b and c",
		rateWords(money.Rate{Num: 15, Den: 100}):        "15%",
		rateWords(money.Rate{Num: 1, Den: 8}):           "12.5%",
		rateWords(money.Rate{Num: 1, Den: 6}):           "1 in 6",
		rateWords(money.Rate{Num: 1, Den: 1}):           "100%",
		rateWords(money.Rate{Num: 1, Den: 2000}):        "0.05%",
		fractionWords(count.Fraction{Num: 3, Den: 4}):   "three quarters",
		fractionWords(count.Fraction{Num: 1, Den: 10}):  "10%",
		fractionWords(count.Fraction{Num: 1, Den: 3}):   "1 in 3",
		fractionWords(count.Fraction{Num: 66, Den: 99}): "two thirds",
		stamp(0).String():                               "",
		stamp(1767258000).String():                      "2026-01-01 09:00 UTC",
		stamp(1767258001).String():                      "2026-01-01 09:00:01 UTC",
		subscriptionWords([]uint64{4}):                  "subscription 4",
		subscriptionWords([]uint64{4, 5, 6}):            "subscriptions 4 to 6",
		subscriptionWords([]uint64{4, 6}):               "subscriptions 4 and 6",
		memberNumbers([]state.Member{2, 4}):             "members 2 and 4",
		snake("MaxHolding"):                             "max_holding",
		snake("ID"):                                     "id",
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
		{refused(member.ErrStanding), member.ErrStanding.Reason, nextAfter[member.ErrStanding.Code]},
		{refusedBy(9999, ""), "by rule 9999", "this version of rochdale does not know rejection 9999: see rochdale version"},
		{errors.New("broken"), "broken", ""},
	} {
		err := a.explain(c.err)
		if err.Error() != c.text || hintOf(err) != c.hint {
			t.Errorf("%v: got %q with hint %q", c.err, err, hintOf(err))
		}
	}
}

func TestPlainJSON(t *testing.T) {
	got := plainJSON(reflect.ValueOf(member.Apply{Entry: member.Entry{Key: []byte{1, 2}, Class: 3}, Possession: []byte{0xff}}))
	want := map[string]any{"entry": map[string]any{"key": "0102", "class": charter.Class(3), "commitment": ""}, "possession": "ff"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v", got)
	}
}
