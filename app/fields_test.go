package app

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// A field of a message or record stands for the same for ever: its number, its
// name and its type are published, and more may follow. Messages are what kinds
// of action decode, records what tables hold, with every struct that they have.
func TestPublishedFields(t *testing.T) {
	w := readWire(t)
	names := []string{"tx.Body", "tx.envelope"}
	for _, k := range Kinds {
		names = append(names, k.Name)
	}
	names = append(names, recordTypes(t)...)
	names = append(names, "count.MajorityRule") // the body of a method
	var lines []string
	for done := 0; done < len(names); done++ {
		got, nested, err := w.published(names[done])
		if err != nil {
			t.Error(err)
		}
		lines = append(lines, got...)
		for _, n := range nested {
			if !slices.Contains(names, n) {
				names = append(names, n)
			}
		}
	}
	if len(lines) < 200 {
		t.Fatalf("found %d fields only: the search is broken", len(lines))
	}
	slices.Sort(lines)
	appendOnly(t, "fields.golden", lines)
}

// recordTypes are the types of the tables' values.
func recordTypes(t *testing.T) (names []string) {
	t.Helper()
	for path, text := range stateSources(t) {
		for _, m := range table.FindAllStringSubmatch(text, -1) {
			name := m[1]
			if !strings.Contains(name, ".") {
				name = filepath.Base(filepath.Dir(path)) + "." + name
			}
			names = append(names, publishedAs(name))
		}
	}
	return names
}

// published are a type's fields as lines, and the types that they have. A type
// that is no struct has none. An error names a field that cannot be published:
// one without a number, whose zero is not left out, or out of order.
func (w *wire) published(name string) (lines, nested []string, err error) {
	room, _, _ := strings.Cut(name, ".")
	st, ok := w.specs[name].(*ast.StructType)
	if !ok {
		return nil, nil, nil
	}
	last := 0
	for _, f := range st.Fields.List {
		if len(f.Names) != 1 || f.Tag == nil {
			return nil, nil, fmt.Errorf("%s has a field without a name or a number of its own", name)
		}
		tag, err := strconv.Unquote(f.Tag.Value)
		if err != nil {
			return nil, nil, err
		}
		key, how, _ := strings.Cut(reflect.StructTag(tag).Get("cbor"), ",")
		number, err := strconv.Atoi(key)
		if err != nil || how != "keyasint,omitempty" || number <= last {
			return nil, nil, fmt.Errorf("%s.%s: %q after field %d: fields ascend and are tagged keyasint,omitempty", name, f.Names[0].Name, tag, last)
		}
		last = number
		form := qualified(room, f.Type)
		lines = append(lines, fmt.Sprintf("%s %02d %s %s", name, number, f.Names[0].Name, form))
		nested = append(nested, strings.TrimLeft(form, "[]"))
	}
	return lines, nested, nil
}

// qualified is a type as other packages write it.
func qualified(room string, e ast.Expr) string {
	if a, ok := e.(*ast.ArrayType); ok && a.Len == nil {
		return "[]" + qualified(room, a.Elt)
	}
	if id, ok := e.(*ast.Ident); ok && types.Universe.Lookup(id.Name) == nil {
		return publishedAs(room + "." + id.Name)
	}
	return publishedAs(types.ExprString(e))
}

// What is done to a published type is found.
func TestPublishedFieldsAreHeld(t *testing.T) {
	const head = "package r\ntype R struct {\n"
	a, b := "A uint64 `cbor:\"1,keyasint,omitempty\"`\n", "B []Thing `cbor:\"2,keyasint,omitempty\"`\n"
	before := []string{"r.R 01 A uint64", "r.R 02 B []r.Thing"}
	for _, row := range []struct {
		name, fields string
		missing      int // of the published lines
		refused      bool
	}{
		{"as published", a + b, 0, false},
		{"a field more", a + b + "C string `cbor:\"3,keyasint,omitempty\"`\n", 0, false},
		{"one removed", a, 1, false},
		{"one renumbered", a + strings.Replace(b, "2,", "3,", 1), 1, false},
		{"one renamed", strings.Replace(a, "A ", "Z ", 1) + b, 1, false},
		{"one of another type", strings.Replace(a, "uint64", "int64", 1) + b, 1, false},
		{"numbers exchanged", strings.Replace(a, "1,", "2,", 1) + strings.Replace(b, "2,", "1,", 1), 0, true},
		{"reordered", b + a, 0, true},
		{"a number twice", a + strings.Replace(b, "2,", "1,", 1), 0, true},
		{"a zero that is written", a + strings.Replace(b, ",omitempty", "", 1), 0, true},
		{"no number", a + "B []Thing\n", 0, true},
	} {
		f, err := parser.ParseFile(token.NewFileSet(), "r.go", head+row.fields+"}", 0)
		if err != nil {
			t.Fatal(err)
		}
		w := &wire{specs: map[string]ast.Expr{}, docs: map[string]string{}, values: map[string][]string{}}
		w.declare("r", f.Decls[0].(*ast.GenDecl))
		got, _, err := w.published("r.R")
		if (err != nil) != row.refused {
			t.Errorf("%s: %v", row.name, err)
		}
		missing := 0
		for _, line := range before {
			if !slices.Contains(got, line) {
				missing++
			}
		}
		if !row.refused && missing != row.missing {
			t.Errorf("%s: %d of the published fields are missing in %q, want %d", row.name, missing, got, row.missing)
		}
	}
}
