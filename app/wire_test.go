package app

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"go/types"
	"iter"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
)

// wireDoc tells programs in other languages what travels. What stands between
// its markers is made from the code by this test.
const wireDoc = "../docs/tx.md"

// TestWireDoc holds docs/tx.md to the code: every kind of action with its
// fields, every table with its records' fields, every type that a field has,
// every limit, every rejection, the form of receipts. -update rewrites it.
func TestWireDoc(t *testing.T) {
	raw, err := os.ReadFile(wireDoc)
	if err != nil {
		t.Fatal(err)
	}
	w := readWire(t)
	text := string(raw)
	text = between(t, text, "kinds", w.kinds(t))
	text = between(t, text, "records", w.records(t))
	text = between(t, text, "types", w.types(t)) // what kinds and records were found to need
	text = between(t, text, "limits", w.limits(t))
	text = between(t, text, "rejections", w.rejections(t))
	text = between(t, text, "indexes", indexTable())
	text = between(t, text, "receipts", receiptDoc(t))
	if text == string(raw) {
		return
	}
	if !*update {
		t.Fatalf("%s is not what the code says: go test ./app -run TestWireDoc -update", wireDoc)
	}
	if err := os.WriteFile(wireDoc, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// between replaces what stands between a marker and its end.
func between(t *testing.T, text, name, with string) string {
	t.Helper()
	before, rest, ok := strings.Cut(text, "<!-- made: "+name+" -->\n")
	_, after, ended := strings.Cut(rest, "<!-- end -->")
	if !ok || !ended {
		t.Fatalf("%s has no markers for %s", wireDoc, name)
	}
	return before + "<!-- made: " + name + " -->\n\n" + with + "\n<!-- end -->" + after
}

// A wire is what the rooms' sources declare, by "room.Name".
type wire struct {
	specs  map[string]ast.Expr
	docs   map[string]string   // first sentence of a type's comment
	values map[string][]string // constants of an enumeration: "1 Secretary"
	needed []string            // types that a payload or a record was found to have
	bounds []bound
}

// A bound is a named maximum.
type bound struct {
	name    string // "share.MaxBatch"
	value   ast.Expr
	comment string
}

func readWire(t *testing.T) *wire {
	t.Helper()
	w := &wire{specs: map[string]ast.Expr{}, docs: map[string]string{}, values: map[string][]string{}}
	for _, glob := range []string{"../state/*.go", "../state/*/*.go", "../tx/*.go"} {
		files, err := filepath.Glob(glob)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: no files (%v)", glob, err)
		}
		for _, path := range files {
			if strings.HasSuffix(path, "_test.go") {
				continue
			}
			f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments)
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range f.Decls {
				if g, ok := d.(*ast.GenDecl); ok {
					w.declare(f.Name.Name, g)
				}
			}
		}
	}
	for _, k := range Kinds {
		w.publish(k.Name, k.Type)
	}
	for is, was := range moved {
		w.publish(was, is)
	}
	return w
}

// publish has a type that is declared elsewhere be found under the name by which it was
// published.
func (w *wire) publish(name, declared string) {
	if spec, ok := w.specs[declared]; ok && name != declared {
		w.specs[name], w.docs[name], w.values[name] = spec, w.docs[declared], w.values[declared]
	}
}

func (w *wire) declare(room string, g *ast.GenDecl) {
	for _, s := range g.Specs {
		switch s := s.(type) {
		case *ast.TypeSpec:
			name := room + "." + s.Name.Name
			doc := s.Doc
			if doc == nil {
				doc = g.Doc
			}
			w.specs[name], w.docs[name] = s.Type, sentence(doc.Text())
		case *ast.ValueSpec:
			if g.Tok == token.CONST && len(s.Values) == 1 && strings.HasPrefix(s.Names[0].Name, "Max") {
				w.bounds = append(w.bounds, bound{room + "." + s.Names[0].Name, s.Values[0], cell(s.Comment.Text())})
			}
			id, ok := s.Type.(*ast.Ident)
			if !ok || g.Tok != token.CONST || len(s.Values) != 1 {
				continue
			}
			lit, ok := s.Values[0].(*ast.BasicLit)
			if ok && lit.Kind == token.INT && !strings.HasPrefix(s.Names[0].Name, "Max") {
				name := room + "." + id.Name
				w.values[name] = append(w.values[name], lit.Value+" "+s.Names[0].Name)
			}
		}
	}
}

// sentence is a comment's first, without a full stop, as a cell of a table.
func sentence(comment string) string {
	first, _, _ := strings.Cut(cell(comment), ". ")
	return strings.TrimSuffix(first, ".")
}

// cell is a comment in one line of a table.
func cell(comment string) string {
	return strings.ReplaceAll(strings.Join(strings.Fields(comment), " "), "|", "\\|")
}

// limits are the named maxima of the rooms and of the envelope.
func (w *wire) limits(t *testing.T) string {
	t.Helper()
	var rows []string
	for _, b := range w.bounds {
		if strings.HasPrefix(b.name, "count.") {
			continue // of files to be counted, which do not travel
		}
		v, err := types.Eval(token.NewFileSet(), nil, token.NoPos, types.ExprString(b.value))
		if err != nil {
			t.Fatalf("%s: %v", b.name, err)
		}
		rows = append(rows, fmt.Sprintf("| %s | %s | %s |\n", b.name, constant.ToInt(v.Value).ExactString(), b.comment))
	}
	slices.Sort(rows)
	return "| limit | | of |\n|---|---|---|\n" + strings.Join(rows, "")
}

func (w *wire) kinds(t *testing.T) string {
	var out strings.Builder
	kinds := slices.Clone(Kinds)
	slices.SortFunc(kinds, func(a, b state.Kind) int { return int(a.Number) - int(b.Number) })
	for _, k := range kinds {
		fmt.Fprintf(&out, "### 0x%04x %s\n\n", uint16(k.Number), k.Name)
		if doc := w.docs[k.Name]; doc != "" {
			_, does, _ := strings.Cut(doc, " ") // without the name it begins with
			fmt.Fprintf(&out, "%s%s.\n\n", strings.ToUpper(does[:1]), does[1:])
		}
		out.WriteString(w.fields(t, k.Name))
	}
	return out.String()
}

// fields is the table of a struct's fields.
func (w *wire) fields(t *testing.T, name string) string {
	t.Helper()
	room, _, _ := strings.Cut(name, ".")
	st, ok := w.specs[name].(*ast.StructType)
	if !ok {
		t.Fatalf("%s is %T, not a struct", name, w.specs[name])
	}
	var out strings.Builder
	out.WriteString("| key | field | form | |\n|---|---|---|---|\n")
	for _, f := range st.Fields.List {
		if len(f.Names) == 0 || f.Tag == nil {
			t.Fatalf("%s has a field that does not say its key", name)
		}
		tag, err := strconv.Unquote(f.Tag.Value)
		if err != nil {
			t.Fatal(err)
		}
		key, how, _ := strings.Cut(reflect.StructTag(tag).Get("cbor"), ",")
		if _, err := strconv.Atoi(key); err != nil || how != "keyasint,omitempty" {
			t.Fatalf("%s.%s: %q is no integer key", name, f.Names[0].Name, tag)
		}
		fmt.Fprintf(&out, "| %s | %s | %s | %s |\n", key, f.Names[0].Name, w.form(t, room, f.Type), cell(f.Comment.Text()))
	}
	return out.String() + "\n"
}

// form is a type's form in CBOR. Types with a description of their own are
// noted as needed.
func (w *wire) form(t *testing.T, room string, e ast.Expr) string {
	t.Helper()
	switch e := e.(type) {
	case *ast.ArrayType:
		if id, ok := e.Elt.(*ast.Ident); ok && id.Name == "byte" {
			return "bytes"
		}
		return "array of " + w.form(t, room, e.Elt)
	case *ast.SelectorExpr:
		return w.named(t, e.X.(*ast.Ident).Name+"."+e.Sel.Name)
	case *ast.Ident:
		switch e.Name {
		case "string":
			return "text"
		case "bool":
			return "true or false"
		case "int64":
			return "integer"
		case "uint8", "uint16", "uint32", "uint64":
			return "unsigned, below 2^" + e.Name[4:]
		}
		return w.named(t, room+"."+e.Name)
	}
	t.Fatalf("%T in a message: no form is known for it", e)
	return ""
}

func (w *wire) named(t *testing.T, name string) string {
	t.Helper()
	name = publishedAs(name)
	e, ok := w.specs[name]
	if !ok {
		t.Fatalf("no declaration of %s was found", name)
	}
	st, isStruct := e.(*ast.StructType)
	if isStruct && len(st.Fields.List) == 0 {
		return "an empty map"
	}
	if isStruct || len(w.values[name]) > 0 {
		if !slices.Contains(w.needed, name) {
			w.needed = append(w.needed, name)
		}
		return "[" + name + "](#" + strings.ToLower(strings.ReplaceAll(name, ".", "")) + ")"
	}
	room, _, _ := strings.Cut(name, ".")
	return w.form(t, room, e) + " (" + name + ")"
}

// types describes what kinds has found to be needed, and what that needs.
func (w *wire) types(t *testing.T) string {
	t.Helper()
	text := map[string]string{}
	w.needed = append(w.needed, "ballot.Choice", "count.MajorityRule") // what papers and the rules of methods are made of
	for i := 0; i < len(w.needed); i++ {
		name := w.needed[i]
		part := fmt.Sprintf("### %s\n\n", name)
		if doc := w.docs[name]; doc != "" {
			part += doc + ".\n\n"
		}
		if values := w.values[name]; len(values) > 0 {
			room, _, _ := strings.Cut(name, ".")
			part += w.form(t, room, w.specs[name]) + ": " + strings.Join(values, ", ") + ".\n\n"
		} else {
			part += w.fields(t, name)
		}
		text[name] = part
	}
	names := slices.Clone(w.needed)
	slices.Sort(names)
	var out strings.Builder
	for _, name := range names {
		out.WriteString(text[name])
	}
	return out.String()
}

// layout is how a table's comment says where its records lie:
// "0x10 ‖ co-op (4) ‖ member (8) → Record".
var layout = regexp.MustCompile(`//\s+(0x([0-9a-f]{2}) ‖ [^\n→]*)→ ([^\n]*)`)

// table is a table's declaration: name, type of its values, prefix.
var table = regexp.MustCompile(`= (?:state\.)?New(?:Paged)?Table\[[^,]+, ([A-Za-z0-9.]+)\]\(0x([0-9a-f]{2})\)`)

// records are the tables' own comments and the form of their values, one for
// each published prefix.
func (w *wire) records(t *testing.T) string {
	t.Helper()
	published, err := os.ReadFile("testdata/prefixes.golden")
	if err != nil {
		t.Fatal(err)
	}
	said, value := map[string][]string{}, map[string]string{}
	for path, text := range stateSources(t) {
		for _, m := range layout.FindAllStringSubmatch(text, -1) {
			what, _, _ := strings.Cut(m[3], ":")
			what, _, _ = strings.Cut(what, ",")
			said[m[2]] = []string{strings.TrimSpace(m[1]), strings.TrimSuffix(what, ".")}
		}
		for _, m := range table.FindAllStringSubmatch(text, -1) {
			e, err := parser.ParseExpr(m[1])
			if err != nil {
				t.Fatal(err)
			}
			value[m[2]] = w.form(t, filepath.Base(filepath.Dir(path)), e)
		}
	}
	var out strings.Builder
	out.WriteString("| table | key | leaf | record |\n|---|---|---|---|\n")
	for line := range strings.Lines(string(published)) {
		f := strings.Fields(line) // "14 member.spent page"
		if said[f[0]] == nil || value[f[0]] == "" {
			t.Errorf("table %s does not say where its records lie, or of what type they are", f[1])
			continue
		}
		fmt.Fprintf(&out, "| %s | %s | %s | %s |\n", f[1], said[f[0]][0], said[f[0]][1], value[f[0]])
	}
	return out.String()
}

func (w *wire) rejections(t *testing.T) string {
	t.Helper()
	var rows []string
	inspect(t, func(room string, n ast.Node) {
		if lit, ok := n.(*ast.CompositeLit); ok && named(lit.Type, "Rejection") && len(lit.Elts) == 2 {
			code, err := strconv.Atoi(literal(t, lit.Elts[0]))
			if err != nil {
				t.Fatal(err)
			}
			reason, err := strconv.Unquote(literal(t, lit.Elts[1]))
			if err != nil {
				t.Fatal(err)
			}
			rows = append(rows, fmt.Sprintf("| %3d | %s | %s |\n", code, room, reason))
		}
	})
	if len(rows) < 50 {
		t.Fatalf("found %d rejections only: the search is broken", len(rows))
	}
	slices.Sort(rows)
	return "| code | room | reason |\n|---|---|---|\n" + strings.Join(rows, "")
}

// stateSources are the files of package state and of the rooms, without tests, by
// their paths.
func stateSources(t *testing.T) iter.Seq2[string, string] {
	t.Helper()
	contract, err := filepath.Glob("../state/*.go")
	if err != nil {
		t.Fatal(err)
	}
	rooms, err := filepath.Glob("../state/*/*.go")
	if err != nil {
		t.Fatal(err)
	}
	return func(yield func(path, text string) bool) {
		for _, path := range append(contract, rooms...) {
			if strings.HasSuffix(path, "_test.go") {
				continue
			}
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if !yield(path, string(text)) {
				return
			}
		}
	}
}
