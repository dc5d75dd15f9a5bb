package rochdale

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// ofDays are constants that count days, or happenings of a day, by what they are called or
// what is said of them.
var ofDays = regexp.MustCompile(`Days|Ahead|\bdays?\b|\b36[56]\b|\b73[0-2]\b`)

// said is what an exported constant of days has to say of itself.
var said = regexp.MustCompile(`(?i)bound\s+of\s+the\s+machine|charter`)

// Every number of a co-op's life is a rule of its charter, with the day from which on it
// holds. What is a constant outside the charter's room bounds a rule of the charter, or the
// machine, and says which.
func TestTidyDays(t *testing.T) {
	seen := 0
	err := filepath.WalkDir("state", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || within(path, "state/charter") || within(path, "state/statetest") {
			return err
		}
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, path, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		for name, text := range constants(f) {
			if !ofDays.MatchString(name + " " + text) {
				continue
			}
			if seen++; !said.MatchString(text) {
				t.Errorf("%s: %s counts days and says neither which rule of the charter it bounds nor that it is a bound of the machine, and why: %q", path, name, text)
			}
		}
		return nil
	})
	if err != nil || seen < 15 {
		t.Errorf("%d constants of days, at least 15 are there: %v", seen, err)
	}
}

// constants are a file's exported constants that are literals, with their value and what is
// said of each.
func constants(f *ast.File) map[string]string {
	out := map[string]string{}
	for _, d := range f.Decls {
		decl, ok := d.(*ast.GenDecl)
		if !ok || decl.Tok != token.CONST {
			continue
		}
		for _, s := range decl.Specs {
			spec := s.(*ast.ValueSpec)
			text := spec.Doc.Text() + spec.Comment.Text()
			if !decl.Lparen.IsValid() {
				text += decl.Doc.Text()
			}
			for i, name := range spec.Names {
				if i >= len(spec.Values) || spec.Type != nil || !name.IsExported() {
					continue
				}
				ast.Inspect(spec.Values[i], func(n ast.Node) bool {
					if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.INT {
						text += " " + lit.Value
					}
					return true
				})
				out[name.Name] = text
			}
		}
	}
	return out
}
