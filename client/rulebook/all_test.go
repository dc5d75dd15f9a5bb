package rulebook

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// refusesOthers says whether a statement refuses whatever not all members decided.
func refusesOthers(s ast.Stmt, raw string) bool {
	is, ok := s.(*ast.IfStmt)
	if !ok {
		return false
	}
	text := raw[is.Pos()-1 : is.Body.Lbrace-1]
	return text == "if !c.Authority().All " || strings.Contains(text, "requireAll(c)")
}

// The list is what the code refuses: each action whose Apply refuses, under no condition, what
// others than all members decide.
func TestOfAllIsWhatTheCodeRefuses(t *testing.T) {
	paths, err := filepath.Glob("../../state/*/*.go")
	if err != nil || len(paths) == 0 {
		t.Fatal(paths, err)
	}
	var found []string
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		raw := string(data)
		f, err := parser.ParseFile(token.NewFileSet(), path, raw, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Recv == nil || fn.Name.Name != "Apply" {
				continue
			}
			if of, ok := fn.Recv.List[0].Type.(*ast.Ident); ok && slices.ContainsFunc(fn.Body.List, func(s ast.Stmt) bool { return refusesOthers(s, raw) }) {
				found = append(found, f.Name.Name+"."+of.Name)
			}
		}
	}
	slices.Sort(found)
	if listed := slices.Sorted(slices.Values(ofAll)); !slices.Equal(found, listed) {
		t.Errorf("the code refuses others than all members %q, listed are %q", found, listed)
	}
}
