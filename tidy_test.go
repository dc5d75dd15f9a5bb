package rochdale

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	pathpkg "path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/rochdale-ledger/rochdale"

// floors ranks the packages of the module: one may import another only if that
// one's floor is lower. A folder that ends in "/" stands for all below it.
var floors = map[string]int{
	"":              0, // the map of the project
	"tx":            -1,
	"state/money":   -1, // below words, which writes amounts
	"client/light":  0,  // verifies, and makes the proofs that it verifies
	"state/count":   1,
	"state/words":   0,
	"client/figure": 2, // reads what words writes
	"client/sheet":  3,
	"client/sealed": 0, "client/names": 1, "client/membership": 1, // private files of who holds a key
	"client/document": 3, // JSON that people write
	"state/count/":    2, // counts of files: by what they take in, over what they share
	"state":           1,
	"state/agenda":    2,
	"state/charter":   3,
	"state/amendment": 4, // amendments that wait for their day are on the agenda
	"state/life":      4, "state/intake": 4,
	"state/member":  5,
	"state/hold":    5,
	"state/keyring": 6, "state/behalf": 6,
	"state/account": 6, "state/exit": 7, "state/office": 6, "state/lot": 6, "state/dues": 7,
	"state/document": 7, "state/identity": 7, "state/takeover": 9,
	"state/shareclass": 6,
	"state/circle":     8, // draws by lot, posts to the books
	"state/share":      7, // posts to the books
	"state/withdrawal": 8, // redeems shares
	"state/holding":    8, // moves shares
	"state/call":       8, // asks for what shares cost
	"state/ballot":     8,
	"state/surplus":    9,
	"state/payout":     10, // writes what becomes of parts
	"state/federation": 10,
	"state/store":      11, // above the rooms, which know no database
	"app/rooms":        11, // the list of the rooms, without the database and the engine
	"state/statetest":  12,
	"state/statetest/": 13, // may found what statetest does
	"client/wording":   12,
	"client/rulebook":  13, // a charter as TOML
	"client/receipt":   13,
	"app/pool":         0, // knows no rules
	"app":              13,
	"client":           14, // types of the rooms, nothing of the database, app or node
	"node/":            14,
	"testnet/":         15,
	"cmd/":             16,
}

// only says in which packages a library may be imported outside tests.
var only = []struct {
	library string // the import path and all below it
	in      []string
}{
	{"github.com/cometbft", []string{"app", "node", "client", "testnet"}},
	{"github.com/spf13/cobra", []string{"cmd"}},
	{"github.com/spf13/viper", []string{"node"}},
	{"github.com/pelletier/go-toml", []string{"client/rulebook"}},
	{"github.com/cosmos/iavl", []string{"state/store"}},
	{"github.com/cockroachdb/pebble", []string{"state/store", "state/statetest", "app", "testnet/sim"}},
}

// slim are packages that must stay small, with all that they may import outside
// the standard library and outside tests.
var slim = map[string][]string{
	"client/light": {module + "/tx", "github.com/oasisprotocol/curve25519-voi"},
	"client/receipt": { // what that brings along is held by the tests of cmd/verifier
		module + "/tx", module + "/state", module + "/app/rooms", module + "/client/light", module + "/client/wording",
	},
}

// statetest, with what is below it, is all that tests on lower floors may import,
// and all under state/ that is not part of the machine.
const statetest = "state/statetest"

// unfit are packages that make the machine depend on more than its input. Those
// of Unicode's tables grow with Go's version; unicode/utf8 has none.
var unfit = []string{
	"time", "os", "io/fs", "io/ioutil", "path/filepath", "net", "syscall", "runtime", "plugin",
	"log", "math/rand", "crypto/rand", "math/cmplx", "database/sql", "unicode",
}

const (
	maxFileLines = 500 // unless a comment before the package clause says why, with the words "500 lines"
	maxFuncLines = 70
)

// A source is a package to be checked: from the module, or made up by a test.
type source struct {
	path  string            // below the module, "" for its root
	files map[string]string // name → text
}

func TestTidy(t *testing.T) {
	sources := readModule(t)
	imp := machineImporter(t)
	for _, s := range sources {
		for _, breach := range check(s, imp) {
			t.Error(breach)
		}
	}
	mod := goCommand(t, "mod", "edit", "-json")
	doc, err := os.ReadFile("docs/dependencies.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, breach := range checkDependencies(mod, string(doc), sources) {
		t.Error(breach)
	}
}

// readModule returns every package of the module with its tests, whatever the
// build tags of its files.
func readModule(t *testing.T) []source {
	t.Helper()
	byFolder := map[string]source{}
	err := filepath.WalkDir(".", func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() && path != "." && (name[0] == '.' || name[0] == '_' || name == "testdata") {
			return filepath.SkipDir
		}
		if d.IsDir() || filepath.Ext(name) != ".go" {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		folder := filepath.ToSlash(filepath.Dir(path))
		if folder == "." {
			folder = ""
		}
		s, ok := byFolder[folder]
		if !ok {
			s = source{folder, map[string]string{}}
			byFolder[folder] = s
		}
		s.files[name] = string(text)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var out []source
	for _, s := range byFolder {
		out = append(out, s)
	}
	slices.SortFunc(out, func(a, b source) int { return strings.Compare(a.path, b.path) })
	return out
}

// machineImporter imports what packages under state/ may import, and what the
// seeded breaches do, from the compiler's export data.
func machineImporter(t *testing.T) types.Importer {
	t.Helper()
	out := goCommand(t, "list", "-export", "-deps", "-json=ImportPath,Export", "./state/...", "./client/light",
		"maps", "slices", "time", "math/rand/v2", "os", "net/http", "sync")
	exports := map[string]string{}
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p struct{ ImportPath, Export string }
		if err := dec.Decode(&p); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		exports[p.ImportPath] = p.Export
	}
	return importer.ForCompiler(token.NewFileSet(), "gc", func(path string) (io.ReadCloser, error) {
		if exports[path] == "" {
			return nil, fmt.Errorf("no export data for %q", path)
		}
		return os.Open(exports[path])
	})
}

// check returns every breach of the structure in s.
func check(s source, imp types.Importer) []string {
	fset := token.NewFileSet()
	var breaches []string
	report := func(at token.Pos, format string, args ...any) {
		where := fset.Position(at)
		where.Filename = filepath.Join(filepath.FromSlash(s.path), where.Filename)
		breaches = append(breaches, fmt.Sprintf("%s:%d: %s", where.Filename, where.Line, fmt.Sprintf(format, args...)))
	}
	if _, ok := floorOf(s.path); !ok {
		breaches = append(breaches, fmt.Sprintf("package %q has no floor: give it one in tidy_test.go", s.path))
	}
	names := make([]string, 0, len(s.files))
	for name := range s.files {
		names = append(names, name)
	}
	slices.Sort(names)
	var machine []*ast.File
	for _, name := range names {
		f, err := parser.ParseFile(fset, name, s.files[name], parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			breaches = append(breaches, err.Error())
			continue
		}
		test := strings.HasSuffix(name, "_test.go")
		checkImports(s.path, f, test, report)
		checkLengths(fset, f, s.files[name], test, report)
		if !test && isMachine(s.path) {
			machine = append(machine, f)
		}
	}
	if len(machine) > 0 {
		checkMachine(s.path, fset, machine, imp, report)
	}
	return breaches
}

type reporter func(at token.Pos, format string, args ...any)

// floorOf returns the floor of a package, by its own entry or its folder's.
func floorOf(path string) (int, bool) {
	if n, ok := floors[path]; ok {
		return n, true
	}
	n, ok := floors[treeOf(path)]
	return n, ok
}

// treeOf returns the innermost folder with one floor that path lies under, or
// is, as floors has it; "/" if there is none.
func treeOf(path string) string {
	for folder := path; folder != "."; folder = pathpkg.Dir(folder) {
		if _, ok := floors[folder+"/"]; ok {
			return folder + "/"
		}
	}
	return "/"
}

// isMachine says whether a package must be deterministic.
func isMachine(path string) bool {
	return (path == "state" || strings.HasPrefix(path, "state/")) && !within(path, statetest)
}

// within says whether path is root or below it.
func within(path, root string) bool { return path == root || strings.HasPrefix(path, root+"/") }

func checkImports(pkg string, f *ast.File, test bool, report reporter) {
	floor, _ := floorOf(pkg)
	for _, spec := range f.Imports {
		path, _ := strconv.Unquote(spec.Path.Value)
		if within(path, module) {
			to := strings.TrimPrefix(strings.TrimPrefix(path, module), "/")
			other, ok := floorOf(to)
			same := to == pkg || sameTree(pkg, to)
			switch {
			case !ok:
				report(spec.Pos(), "import of %q, which has no floor", to)
			case test && (within(to, statetest) || other <= floor):
			case test && pkg == "client" && (to == "node" || to == "testnet"): // it is tried against real nodes
			case !same && other >= floor:
				report(spec.Pos(), "%s may not import %s: imports go down only", pkg, to)
			case pkg == "client" && !within(to, "tx") && !within(to, "state") && !slices.Contains([]string{"client/light", "client/receipt", "client/wording", "app/rooms"}, to):
				report(spec.Pos(), "client may import tx, state, the list of rooms and what is below client, not %s", to)
			case !test:
				checkSlim(pkg, path, spec.Pos(), report)
			}
			continue
		}
		if test {
			continue
		}
		checkSlim(pkg, path, spec.Pos(), report)
		for _, rule := range only {
			if within(path, rule.library) && !slices.ContainsFunc(rule.in, func(in string) bool { return within(pkg, in) }) {
				report(spec.Pos(), "%s may be imported in %s only", path, strings.Join(rule.in, ", "))
			}
		}
		if isMachine(pkg) && slices.ContainsFunc(unfit, func(u string) bool { return within(path, u) && path != "unicode/utf8" }) {
			report(spec.Pos(), "the machine may not import %s", path)
		}
	}
}

// checkSlim reports an import of another module, or of another package of this
// one, that a slim package has no leave for.
func checkSlim(pkg, path string, at token.Pos, report reporter) {
	may, ok := slim[pkg]
	first, _, _ := strings.Cut(path, "/")
	if ok && strings.Contains(first, ".") && !slices.ContainsFunc(may, func(m string) bool { return within(path, m) }) {
		report(at, "%s must stay small and may not import %s", pkg, path)
	}
}

// sameTree says whether two packages lie under one folder that has one floor.
func sameTree(a, b string) bool {
	_, own := floors[a] // such a package is not one of the folder's
	_, other := floors[b]
	return !own && !other && treeOf(a) != "/" && treeOf(a) == treeOf(b)
}

func checkLengths(fset *token.FileSet, f *ast.File, text string, test bool, report reporter) {
	if n := strings.Count(text, "\n"); n > maxFileLines {
		reason := slices.ContainsFunc(f.Comments, func(c *ast.CommentGroup) bool {
			return c.Pos() < f.Package && strings.Contains(strings.Join(strings.Fields(c.Text()), " "), "500 lines")
		})
		if !reason {
			report(f.Package, "%d lines, over %d, and no reason in the head comment", n, maxFileLines)
		}
	}
	if test {
		return
	}
	for _, d := range f.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok {
			if n := fset.Position(fn.End()).Line - fset.Position(fn.Pos()).Line + 1; n > maxFuncLines {
				report(fn.Pos(), "%s has %d lines, over %d", fn.Name.Name, n, maxFuncLines)
			}
		}
	}
}

// checkMachine reports the constructs that two nodes may execute differently.
func checkMachine(path string, fset *token.FileSet, files []*ast.File, imp types.Importer, report reporter) {
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Uses: map[*ast.Ident]types.Object{}}
	conf := types.Config{Importer: imp, Error: func(err error) {
		if e, ok := err.(types.Error); ok && !e.Soft {
			report(e.Pos, "%s", e.Msg)
		}
	}}
	_, _ = conf.Check(module+"/"+path, fset, files, info) // errors go to conf.Error
	for _, f := range files {
		sorted := map[ast.Expr]bool{} // calls whose result is sorted at once
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.GoStmt:
				report(n.Pos(), "a goroutine in the machine")
			case *ast.SelectStmt:
				report(n.Pos(), "a select in the machine")
			case *ast.ChanType:
				report(n.Pos(), "a channel in the machine")
			case *ast.RangeStmt:
				if _, ok := coreType(info.TypeOf(n.X)).(*types.Map); ok {
					report(n.Pos(), "a range over a map in the machine")
				}
			case *ast.CallExpr:
				if fn := calledFunc(info, n); fn != nil && fn.Pkg() != nil {
					checkMapWalk(n, fn, sorted, report)
				}
			}
			if e, ok := n.(ast.Expr); ok {
				if b, ok := coreType(info.TypeOf(e)).(*types.Basic); ok && b.Info()&(types.IsFloat|types.IsComplex) != 0 {
					report(e.Pos(), "a %s in the machine", b.Name())
					return false
				}
			}
			return true
		})
	}
}

// checkMapWalk lets a walk of a map in package maps pass only as the argument
// of a sort. Inspect meets the sort before its argument.
func checkMapWalk(call *ast.CallExpr, fn *types.Func, sorted map[ast.Expr]bool, report reporter) {
	name := fn.Pkg().Path() + "." + fn.Name()
	switch name {
	case "slices.Sorted", "slices.SortedFunc", "slices.SortedStableFunc":
		sorted[call.Args[0]] = true
	case "maps.Keys", "maps.Values", "maps.All":
		if !sorted[call] {
			report(call.Pos(), "%s outside slices.Sorted walks a map in its own order", name)
		}
	case "reflect.MapKeys", "reflect.MapRange", "maps.DeleteFunc":
		report(call.Pos(), "%s walks a map in its own order", name)
	}
}

func calledFunc(info *types.Info, call *ast.CallExpr) *types.Func {
	fun := call.Fun
	switch f := fun.(type) {
	case *ast.IndexExpr:
		fun = f.X
	case *ast.IndexListExpr:
		fun = f.X
	}
	switch f := fun.(type) {
	case *ast.SelectorExpr:
		fn, _ := info.Uses[f.Sel].(*types.Func)
		return fn
	case *ast.Ident:
		fn, _ := info.Uses[f].(*types.Func)
		return fn
	}
	return nil
}

// coreType looks through names and through the constraint of a type parameter.
func coreType(t types.Type) types.Type {
	if t == nil {
		return nil
	}
	if p, ok := types.Unalias(t).(*types.TypeParam); ok {
		if u, ok := p.Constraint().Underlying().(*types.Interface); ok {
			for i := range u.NumEmbeddeds() {
				if un, ok := u.EmbeddedType(i).(*types.Union); ok && un.Len() > 0 {
					return un.Term(0).Type().Underlying()
				}
				if e := u.EmbeddedType(i).Underlying(); e != nil {
					return e
				}
			}
		}
	}
	return t.Underlying()
}

// checkDependencies compares docs/dependencies.md with go.mod and with the
// imports that there are: a row names its module in backquotes, in its first
// column.
func checkDependencies(goMod []byte, doc string, sources []source) []string {
	var mod struct {
		Require []struct {
			Path     string
			Indirect bool
		}
		Tool []struct{ Path string }
	}
	if err := json.Unmarshal(goMod, &mod); err != nil {
		return []string{err.Error()}
	}
	var rows, breaches []string
	for line := range strings.Lines(doc) {
		if rest, ok := strings.CutPrefix(line, "| `"); ok {
			name, rest, _ := strings.Cut(rest, "`")
			rows = append(rows, name)
			if cells := strings.Split(rest, "|"); len(cells) < 3 || strings.TrimSpace(cells[len(cells)-2]) == "" {
				breaches = append(breaches, "docs/dependencies.md gives no reason for "+name)
			}
		}
	}
	named := func(path string) bool {
		return slices.ContainsFunc(rows, func(row string) bool { return within(path, row) })
	}
	required := map[string]bool{}
	for _, r := range mod.Require {
		required[r.Path] = true
		if !r.Indirect && !named(r.Path) {
			breaches = append(breaches, "docs/dependencies.md does not say why go.mod requires "+r.Path)
		}
	}
	for _, tool := range mod.Tool {
		if !named(tool.Path) {
			breaches = append(breaches, "docs/dependencies.md does not say why go.mod has the tool "+tool.Path)
		}
	}
	for _, row := range rows {
		if !required[row] {
			breaches = append(breaches, "docs/dependencies.md names "+row+", which go.mod does not require")
		}
	}
	for _, s := range sources {
		for name, text := range s.files {
			f, err := parser.ParseFile(token.NewFileSet(), name, text, parser.ImportsOnly)
			if err != nil {
				continue // check has reported it
			}
			for _, spec := range f.Imports {
				path, _ := strconv.Unquote(spec.Path.Value)
				first, _, _ := strings.Cut(path, "/")
				if strings.Contains(first, ".") && !within(path, module) && !named(path) {
					breaches = append(breaches, fmt.Sprintf("%s/%s imports %s, which docs/dependencies.md does not name", s.path, name, path))
				}
			}
		}
	}
	return breaches
}
