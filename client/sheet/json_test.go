package sheet_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/rochdale-ledger/rochdale/client/figure"
	"github.com/rochdale-ledger/rochdale/client/sheet"
)

func parseJSON(f sheet.File, text string) (string, error) {
	f.Path, f.Columns = "t.json", columns
	var rows []string
	err := f.Parse([]byte(text), func(r sheet.Row) error {
		if _, err := figure.Money(r.Cell("quantity"), 2); err != nil {
			return err
		}
		rows = append(rows, fmt.Sprintf("%d:%d:%s/%s/%s", r.Line, r.Column("quantity"), r.Cell("member"), r.Cell("quantity"), r.Cell("note")))
		return nil
	})
	return strings.Join(rows, " "), err
}

func TestJSONForms(t *testing.T) {
	for _, c := range []struct {
		text, want string
		file       sheet.File
	}{
		{text: `[]`, want: ""},
		{text: "\xef\xbb\xbf[\r\n{\"member\":\"1\",\"quantity\":\"5\"},\r\n{\"quantity\":6.50,\"Member\":2,\"note\":null}\r\n]\r\n", want: "2:26:1/5/ 3:13:2/6.50/"},
		{text: "[{\n \"member\": \" 1 \",\n \"quantity\": 5, \"note\": \"x,\\\"y\"}]", want: `1:1:1/5/x,"y`},
		{text: `[{"member":1,"quantity":5,"X":[]}]`, file: sheet.File{Ignore: []string{"x"}}, want: "error"},
		{text: `[{"member":1,"quantity":5,"X":"7"}]`, file: sheet.File{Ignore: []string{"x"}}, want: "1:25:1/5/"},
		{text: `[{"member":1,"quantity":1234.5},{"member":2,"quantity":"1.234,5"}]`, file: sheet.File{DecimalComma: true}, want: "1:25:1/1234.5/ 1:56:2/1,234.5/"},
	} {
		got, err := parseJSON(c.file, c.text)
		if c.want == "error" {
			if err == nil {
				t.Errorf("%q: no error", c.text)
			}
		} else if got != c.want || err != nil {
			t.Errorf("%q: %q, %v; want %q", c.text, got, err, c.want)
		}
	}
}

func TestJSONRefusals(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", "t.json, line 1: it cannot be read as JSON: it is cut short"},
		{"member,quantity\n1,5\n", "t.json, line 1: it cannot be read as JSON: invalid character 'm' looking for beginning of value"},
		{`{"member":1}`, "t.json, line 1: it cannot be read as JSON: it does not begin with ["},
		{"[\n5]", "t.json, line 2: it cannot be read as JSON: a row is an object"},
		{"[\n{\"member\":1,\"quantity\":[5]}]", `t.json, line 2: it cannot be read as JSON: "quantity" is neither a text nor a figure`},
		{"[\n{\"member\":1,\"quantity\":true}]", `t.json, line 2: it cannot be read as JSON: "quantity" is neither a text nor a figure`},
		{"[{\"member\":1,\"quantity\":5}\n", "t.json, line 1: it cannot be read as JSON: it is cut short"},
		{"[{\"member\":1,\"quantity\":5}]\n[]", "t.json, line 2: it cannot be read as JSON: there is something after it"},
		{`[{"member":1,"member":2,"quantity":5}]`, `t.json, line 1: there are two cells "member"`},
		{`[{"member":1,"quantity":5,"name":"Ada"}]`, `t.json, line 1: a column "name" is not expected; the columns are member, quantity and note`},
		{`[{"quantity":5}]`, `t.json, line 1: there is no "member"`},
		{`[{"member":1,"quantity":"five"}]`, `t.json, line 1: "five" is not an amount: only digits, with a comma at thousands and one point, are allowed`},
	} {
		_, err := parseJSON(sheet.File{}, c.text)
		var e *sheet.Error
		if !errors.As(err, &e) || err.Error() != c.want || e.Hint == "" {
			t.Errorf("%q: %v; want %q and a hint", c.text, err, c.want)
		}
	}
}

// With Wrong, every line that is wrong is said, and the others are read.
func TestEveryWrongLine(t *testing.T) {
	for _, c := range []struct{ path, text string }{
		{"t.csv", "member,quantity\n1,5\n1,2,3\n2,6\n3,\"7\"8\n4,8\n"},
		{"t.json", "[\n{\"member\":1,\"quantity\":5},\n{\"member\":1},\n{\"member\":2,\"quantity\":6},\n{\"x\":7},\n{\"member\":4,\"quantity\":8}]"},
	} {
		var wrong []int
		var read []string
		f := sheet.File{Path: c.path, Columns: columns, Wrong: func(e *sheet.Error) { wrong = append(wrong, e.Line) }}
		err := f.Parse([]byte(c.text), func(r sheet.Row) error { read = append(read, r.Cell("quantity")); return nil })
		if err != nil || !slices.Equal(wrong, []int{3, 5}) || !slices.Equal(read, []string{"5", "6", "8"}) {
			t.Errorf("%s: %v, wrong are %v, read %v", c.path, err, wrong, read)
		}
	}
}

func FuzzParseJSON(f *testing.F) {
	f.Add([]byte("[{\"member\":1,\"quantity\":\"5\"}]"))
	f.Add([]byte("[{\"a\":{}}, 5"))
	f.Fuzz(func(_ *testing.T, text []byte) {
		file := sheet.File{Path: "t.json", Columns: columns, Ignore: []string{"x"}, DecimalComma: true, Wrong: func(*sheet.Error) {}}
		_ = file.Parse(text, func(sheet.Row) error { return nil })
	})
}
