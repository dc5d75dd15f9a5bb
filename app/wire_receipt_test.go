package app

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/rochdale-ledger/rochdale/client/receipt"
)

// receiptDoc is the form of receipts: their formats, fields and kinds.
func receiptDoc(t *testing.T) string {
	t.Helper()
	var out strings.Builder
	fmt.Fprintf(&out, "`format` is `%s`, or `%s` if there are links, from 1 to %d; at most %d bytes.\nFiles of formats `%s` and `%s` stay readable: their fields are\n`format`, `kind`, `chain`, `height`, `subject`, `statement` (the words), `records`, `header`,\n`commit`, `validators`, and no Head is among their records.\n\n",
		receipt.Format, receipt.FormatLinked, receipt.MaxCarried, receipt.MaxSize, receipt.Format1, receipt.Format2)
	types := map[string]*ast.StructType{}
	for _, name := range []string{"receipt.go", "statement.go", "links.go"} {
		f, err := parser.ParseFile(token.NewFileSet(), "../client/receipt/"+name, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if s, ok := n.(*ast.TypeSpec); ok {
				if st, ok := s.Type.(*ast.StructType); ok {
					types[s.Name.Name] = st
				}
			}
			return true
		})
	}
	out.WriteString("| field | form | |\n|---|---|---|\n")
	receiptFields(t, &out, types, "", "file")
	out.WriteString("\n| kind | of | subject, beside `coop` |\n|---|---|---|\n")
	for _, st := range receipt.Statements() {
		fmt.Fprintf(&out, "| `%s` | %s | %s |\n", st.Kind, st.About, "`"+strings.Join(st.Needs, "`, `")+"`")
	}
	fmt.Fprintf(&out, "\nA file of links has `format` `%s`, at most %d links and %d bytes.\n\n| field | form | |\n|---|---|---|\n",
		receipt.FormatLinks, receipt.MaxLinks, receipt.MaxLinksSize)
	receiptFields(t, &out, types, "", "linksFile")
	return out.String()
}

// receiptFields are the rows of a type's fields and, below each, those of its own.
func receiptFields(t *testing.T, out *strings.Builder, types map[string]*ast.StructType, under, name string) {
	t.Helper()
	if types[name] == nil {
		t.Fatalf("package receipt has no type %s", name)
	}
	for _, f := range types[name].Fields.List {
		tag, err := strconv.Unquote(f.Tag.Value)
		if err != nil {
			t.Fatal(err)
		}
		key, how, _ := strings.Cut(reflect.StructTag(tag).Get("json"), ",")
		element, list := f.Type, ""
		if a, ok := f.Type.(*ast.ArrayType); ok {
			element, list = a.Elt, "array of "
		}
		inner := ""
		if id, ok := element.(*ast.Ident); ok && types[id.Name] != nil {
			inner = id.Name
		}
		form := receiptForm(t, element, list, inner)
		comment := cell(f.Comment.Text())
		if how == "omitempty" {
			form += ", left out if empty"
		}
		fmt.Fprintf(out, "| `%s%s` | %s | %s |\n", under, key, form, comment)
		if inner != "" {
			receiptFields(t, out, types, under+key+".", inner)
		}
	}
}

// receiptForm is a field's form in JSON.
func receiptForm(t *testing.T, e ast.Expr, list, inner string) string {
	t.Helper()
	if inner != "" {
		return list + "object" + strings.Repeat("s", len(list)/len("array of "))
	}
	if id, ok := e.(*ast.Ident); ok {
		switch id.Name {
		case "byte":
			return "base64"
		case "string":
			return "text"
		case "uint64":
			return "number"
		}
	}
	if s, ok := e.(*ast.SelectorExpr); ok {
		switch s.X.(*ast.Ident).Name + "." + s.Sel.Name {
		case "json.RawMessage":
			return "array of texts"
		case "light.Header", "light.Commit":
			return "CometBFT's JSON"
		case "state.Coop", "state.Member", "ballot.Number", "shareclass.Number", "surplus.Period":
			return "number"
		}
	}
	t.Fatalf("%T in a receipt: no form is known for it", e)
	return ""
}
