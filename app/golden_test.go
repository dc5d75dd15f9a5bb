package app

import (
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "add new lines to testdata/*.golden")

// appendOnly compares what the code has with what was published. A line that
// was published stays for ever; a new one is added by -update.
func appendOnly(t *testing.T, file string, got []string) {
	t.Helper()
	path := filepath.Join("testdata", file)
	raw, err := os.ReadFile(path)
	if err != nil && !*update {
		t.Fatal(err)
	}
	var published []string
	if text := strings.TrimSpace(string(raw)); text != "" {
		published = strings.Split(text, "\n")
	}
	for _, line := range published {
		if !slices.Contains(got, line) {
			t.Errorf("%s: %q was published and is gone or changed", file, line)
		}
	}
	fresh := 0
	for _, line := range got {
		if !slices.Contains(published, line) {
			fresh++
			if !*update {
				t.Errorf("%s: %q is new: go test ./app -run Golden -update", file, line)
			}
		}
	}
	if *update && fresh > 0 && !t.Failed() {
		if err := os.WriteFile(path, []byte(strings.Join(got, "\n")+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// moved are the types of records, and the tables, that are in another room than the one
// under whose name they were published. A kind of action knows both by itself.
var moved = map[string]string{
	"life.Record": "member.Record", "life.Change": "member.Change", "life.Standing": "member.Standing",
	"life.Ending": "member.Ending", "life.Sort": "member.Sort", "life.Turn": "member.Turn", "life.Spent": "member.Spent",
	"amendment.Amendment": "charter.Amendment", "amendment.Amendments": "charter.Amendments", "amendment.AmendmentStatus": "charter.AmendmentStatus",
	"amendment.Amend": "charter.Amend", "amendment.amendments": "charter.amendments", "amendment.amendmentTotals": "charter.amendmentTotals",
	"shareclass.Number": "share.Class", "share.Number": "share.Class", // as another room and its own write it
	"shareclass.Terms": "share.Terms", "shareclass.Rules": "share.Rules", "shareclass.Limits": "share.Limits",
	"shareclass.RulesEntry": "share.RulesEntry", "shareclass.LimitsEntry": "share.LimitsEntry", "shareclass.Version": "share.Version", "shareclass.Rulebook": "share.Rulebook",
	"shareclass.classes": "share.classes", "shareclass.versions": "share.versions", "shareclass.rulebooks": "share.rulebooks",
	"call.Demand": "share.Demand", "call.demands": "share.demands",
	"exit.Nomination": "member.Nomination", "exit.nominations": "member.nominations", "intake.intakes": "member.intakes",
}

// publishedAs is the name under which something was published.
func publishedAs(name string) string {
	if was, ok := moved[name]; ok {
		return was
	}
	return name
}

// A number that stands for something on the ledger stands for it for ever.
func TestGoldenKinds(t *testing.T) {
	var lines []string
	for _, k := range Kinds {
		lines = append(lines, fmt.Sprintf("%04x %s", uint16(k.Number), k.Name))
	}
	requireUnique(t, "kind", lines)
	slices.Sort(lines)
	appendOnly(t, "kinds.golden", lines)
}

func TestGoldenCodes(t *testing.T) {
	var lines []string
	inspect(t, func(room string, n ast.Node) {
		lit, ok := n.(*ast.CompositeLit)
		if !ok || !named(lit.Type, "Rejection") || len(lit.Elts) != 2 {
			return
		}
		code, reason := literal(t, lit.Elts[0]), literal(t, lit.Elts[1])
		number, err := strconv.Atoi(code)
		if err != nil {
			t.Fatalf("%s: code %s: %v", room, code, err)
		}
		text, err := strconv.Unquote(reason)
		if err != nil {
			t.Fatalf("%s: reason %s: %v", room, reason, err)
		}
		if first, owned := hundreds[room]; !owned || number < first || number > first+99 {
			t.Errorf("code %d is outside the hundred of %s", number, room)
		}
		lines = append(lines, fmt.Sprintf("%03d %s", number, text))
	})
	requireUnique(t, "code", lines)
	slices.Sort(lines)
	appendOnly(t, "codes.golden", lines)
}

// hundreds says which codes belong to which room.
var hundreds = map[string]int{
	"state": 1, "member": 100, "keyring": 100, "behalf": 100, "share": 200, "shareclass": 200, "call": 200, "holding": 200, "account": 300, "ballot": 400,
	"surplus": 500, "payout": 500, "federation": 600, "charter": 700, "amendment": 700,
	"document": 900, "takeover": 1000, "identity": 900, "withdrawal": 200, "exit": 100, "office": 800, "lot": 800, "dues": 800, "circle": 1100,
}

func TestGoldenPrefixes(t *testing.T) {
	var lines []string
	inspect(t, func(room string, n ast.Node) {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return
		}
		for i, v := range spec.Values {
			call, ok := v.(*ast.CallExpr)
			if !ok || len(call.Args) != 1 {
				continue
			}
			if index, ok := call.Fun.(*ast.IndexListExpr); ok && (named(index.X, "NewTable") || named(index.X, "NewPagedTable")) {
				shape := "leaf"
				if named(index.X, "NewPagedTable") {
					shape = "page"
				}
				prefix, err := strconv.ParseUint(literal(t, call.Args[0]), 0, 8)
				if err != nil {
					t.Fatal(err)
				}
				lines = append(lines, fmt.Sprintf("%02x %s %s", prefix, publishedAs(room+"."+spec.Names[i].Name), shape))
			}
		}
	})
	requireUnique(t, "prefix", lines)
	slices.Sort(lines)
	appendOnly(t, "prefixes.golden", lines)
}

func requireUnique(t *testing.T, what string, lines []string) {
	t.Helper()
	if len(lines) < 20 {
		t.Fatalf("found %d only: the search is broken", len(lines))
	}
	seen := map[string]string{}
	for _, line := range lines {
		number, _, _ := strings.Cut(line, " ")
		if other, ok := seen[number]; ok {
			t.Errorf("%s %s is both %q and %q", what, number, other, line)
		}
		seen[number] = line
	}
}

// inspect calls fn for every node of the rooms' code, tests left out.
func inspect(t *testing.T, fn func(room string, n ast.Node)) {
	t.Helper()
	err := filepath.WalkDir("../state", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		room := filepath.Base(filepath.Dir(path))
		if room == "statetest" {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if n != nil {
				fn(room, n)
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// named says whether an expression is name, or name of some package.
func named(e ast.Expr, name string) bool {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name == name
	case *ast.SelectorExpr:
		return e.Sel.Name == name
	}
	return false
}

func literal(t *testing.T, e ast.Expr) string {
	t.Helper()
	if kv, ok := e.(*ast.KeyValueExpr); ok {
		e = kv.Value
	}
	lit, ok := e.(*ast.BasicLit)
	if !ok {
		t.Fatalf("%T where a literal should stand", e)
	}
	return lit.Value
}
