package statetest

import (
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/rochdale-ledger/rochdale/tx"
)

// A refusal is a kind of action, by its type's name without the package, and a code.
type refusal struct {
	action string
	code   uint32
}

// met are the refusals that ledgers of this process have answered with, by package.
var met = struct {
	sync.Mutex
	by map[string]map[refusal]bool
}{by: map[string]map[refusal]bool{}}

// meet notes what a transaction was answered with, and with Carried what it carries.
func (l *L) meet(raw []byte, code uint32) {
	signed, err := tx.Parse(raw)
	if err != nil || code == 0 {
		return
	}
	kind := signed.Body.Kind
	if kind == KindCarried {
		if carried, err := tx.Decode[Carried](signed.Body.Payload); err == nil {
			kind = carried.Kind
		}
	}
	for _, k := range l.kinds {
		if k.Number == kind {
			room, action, _ := strings.Cut(k.Type, ".")
			met.Lock()
			if met.by[room] == nil {
				met.by[room] = map[refusal]bool{}
			}
			met.by[room][refusal{action, code}] = true
			met.Unlock()
		}
	}
}

// EveryRefusal is a room's TestMain: it runs the tests and fails unless each action of the
// room was refused by each of the rejections that its code names, or a reason is given why
// no test meets it. Reasons are by "Action.ErrName". A reason for what is met, or for what
// the code does not name, fails too.
//
// What an action can be refused by is read from the source: the rejections named in its
// Check and Apply and in the functions of the package that these name, in turn. It runs
// only with all of the package's tests: -run, -skip and -list leave it out.
func EveryRefusal(m *testing.M, reasons map[string]string) {
	code := m.Run()
	for _, name := range []string{"test.run", "test.skip", "test.list", "test.bench", "test.fuzz", "test.fuzzworker"} {
		if f := flag.Lookup(name); f != nil && f.Value.String() != "" && f.Value.String() != "false" {
			os.Exit(code)
		}
	}
	if code == 0 {
		faults, err := unmet(".", reasons)
		if err != nil {
			faults = append(faults, err.Error())
		}
		for _, fault := range faults {
			fmt.Fprintln(os.Stderr, fault)
			code = 1
		}
	}
	os.Exit(code)
}

// unmet are the refusals of the package in a folder that no test of this process met, and
// reasons that are none.
func unmet(dir string, reasons map[string]string) ([]string, error) {
	s, err := readSource(dir)
	if err != nil {
		return nil, err
	}
	met.Lock()
	defer met.Unlock()
	var faults []string
	left := maps.Clone(reasons)
	for _, action := range s.actions() {
		for _, name := range s.refusals(action) {
			at := action + "." + name
			_, excused := reasons[at]
			delete(left, at)
			switch was := met.by[s.room][refusal{action, s.codes[name]}]; {
			case !was && !excused:
				faults = append(faults, fmt.Sprintf("no test has %s.%s refused by %s (%d)", s.room, action, name, s.codes[name]))
			case was && excused:
				faults = append(faults, fmt.Sprintf("a test has %s.%s refused by %s: it needs no reason", s.room, action, name))
			}
		}
	}
	for _, at := range slices.Sorted(maps.Keys(left)) {
		faults = append(faults, fmt.Sprintf("%s names no refusal of %s, and has a reason", at, s.room))
	}
	return faults, nil
}

// A source is what is read of a package: its rejections, and what its functions name.
type source struct {
	room  string
	codes map[string]uint32              // by name; those of other packages as "member.ErrX"
	named map[string]map[string]struct{} // names in a function, by "Name" or "Type.Name"
}

func readSource(dir string) (source, error) {
	s := source{codes: map[string]uint32{}, named: map[string]map[string]struct{}{}}
	files, err := parseDir(dir)
	if err != nil {
		return s, err
	}
	others := map[string]bool{}
	for _, f := range files {
		s.room = f.Name.Name
		for _, i := range f.Imports {
			if p, _ := strconv.Unquote(i.Path.Value); strings.Contains(p, "/rochdale/state/") {
				others[path.Base(p)] = true
			}
		}
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Body != nil {
				s.named[funcName(fn)] = names(fn.Body)
			}
		}
	}
	rejections(files, "", s.codes)
	for other := range others {
		files, err := parseDir(filepath.Join(dir, "..", other))
		if err != nil {
			return s, err
		}
		rejections(files, other+".", s.codes)
	}
	return s, nil
}

func parseDir(dir string) (files []*ast.File, err error) {
	paths, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return nil, err
	}
	for _, p := range paths {
		if strings.HasSuffix(p, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), p, nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	return files, nil
}

// rejections adds to codes what the files declare as state.Rejection.
func rejections(files []*ast.File, prefix string, codes map[string]uint32) {
	for _, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok || len(spec.Names) != len(spec.Values) {
				return true
			}
			for i, v := range spec.Values {
				ast.Inspect(v, func(n ast.Node) bool {
					kv, ok := n.(*ast.KeyValueExpr)
					if key, named := keyOf(kv, ok); named && key == "Code" {
						if lit, ok := kv.Value.(*ast.BasicLit); ok {
							code, _ := strconv.ParseUint(lit.Value, 10, 32)
							codes[prefix+spec.Names[i].Name] = uint32(code)
						}
					}
					return true
				})
			}
			return true
		})
	}
}

func keyOf(kv *ast.KeyValueExpr, ok bool) (string, bool) {
	if !ok {
		return "", false
	}
	id, ok := kv.Key.(*ast.Ident)
	if !ok {
		return "", false
	}
	return id.Name, true
}

// funcName is a function's name, with its receiver's type before it.
func funcName(fn *ast.FuncDecl) string {
	if fn.Recv == nil {
		return fn.Name.Name
	}
	t := fn.Recv.List[0].Type
	if star, ok := t.(*ast.StarExpr); ok {
		t = star.X
	}
	if id, ok := t.(*ast.Ident); ok {
		return id.Name + "." + fn.Name.Name
	}
	return fn.Name.Name
}

// names are those that a function's body names: x, .x of a value or a package, and p.x.
// What errors are compared with is not.
func names(body *ast.BlockStmt) map[string]struct{} {
	out := map[string]struct{}{}
	var visit func(n ast.Node) bool
	visit = func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BinaryExpr:
			return n.Op != token.EQL && n.Op != token.NEQ || calls(n)
		case *ast.CallExpr:
			sel, ok := n.Fun.(*ast.SelectorExpr)
			return !ok || sel.Sel.Name != "Is"
		case *ast.SelectorExpr:
			out["."+n.Sel.Name] = struct{}{}
			if id, ok := n.X.(*ast.Ident); ok {
				out[id.Name+"."+n.Sel.Name] = struct{}{}
			}
			ast.Inspect(n.X, visit)
			return false
		case *ast.Ident:
			out[n.Name] = struct{}{}
		}
		return true
	}
	ast.Inspect(body, visit)
	return out
}

// calls says whether something is called in a comparison.
func calls(n ast.Node) (found bool) {
	ast.Inspect(n, func(n ast.Node) bool {
		_, call := n.(*ast.CallExpr)
		found = found || call
		return true
	})
	return found
}

// actions are the types that have an Apply.
func (s source) actions() (out []string) {
	for name := range s.named {
		if action, method, ok := strings.Cut(name, "."); ok && method == "Apply" {
			out = append(out, action)
		}
	}
	slices.Sort(out)
	return out
}

// refusals are the names of the rejections that an action can be refused by.
func (s source) refusals(action string) []string {
	found, seen := map[string]bool{}, map[string]bool{}
	var follow func(fn string)
	follow = func(fn string) {
		if seen[fn] {
			return
		}
		seen[fn] = true
		for name := range s.named[fn] {
			if _, ok := s.codes[name]; ok {
				found[name] = true
			}
			if _, ok := s.named[name]; ok {
				follow(name)
			}
			if method, ok := strings.CutPrefix(name, "."); ok {
				for other := range s.named {
					of, what, is := strings.Cut(other, ".")
					if _, acts := s.named[of+".Apply"]; is && what == method && (!acts || of == action) {
						follow(other)
					}
				}
			}
		}
	}
	follow(action + ".Check")
	follow(action + ".Apply")
	return slices.Sorted(maps.Keys(found))
}
