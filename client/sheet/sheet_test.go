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

var columns = []sheet.Column{{Name: "member"}, {Name: "quantity", Figure: true}, {Name: "note", Optional: true}}

func parse(f sheet.File, text string) (string, error) {
	f.Path, f.Columns = "t.csv", columns
	var rows []string
	err := f.Parse([]byte(text), func(r sheet.Row) error {
		if _, err := figure.Money(r.Cell("quantity"), 2); err != nil {
			return err
		}
		rows = append(rows, fmt.Sprintf("%d:%s/%s/%s", r.Line, r.Cell("member"), r.Cell("quantity"), r.Cell("note")))
		return nil
	})
	return strings.Join(rows, " "), err
}

func TestForms(t *testing.T) {
	for _, c := range []struct {
		text, want string
		file       sheet.File
	}{
		{text: "1,5\n2,6,x\n", want: "1:1/5/ 2:2/6/x"},
		{text: "\xef\xbb\xbfMEMBER;Quantity\r\n1;\"1,234.50\"\r\n\r\n# gone\r\n2;6;\r\n", want: "2:1/1,234.50/ 5:2/6/"},
		{text: "1;1,234.00\n", want: "1:1/1,234.00/"},
		{text: "1\t1,234.00\ta;b\n", want: "1:1/1,234.00/a;b"},
		{text: "sep=,\nquantity,member\n5,1\n", want: "3:1/5/"},
		{text: "\"sep=;\"\r\n1;5\r\n", want: "2:1/5/"},
		{text: "sep=\t\n1\t5\n", want: "2:1/5/"},
		{text: "\n# a;b\n1,5\n", want: "3:1/5/"},
		{text: "\"a;b\",quantity,member\nx,5,1\n", want: "2:1/5/", file: sheet.File{Ignore: []string{"A;B"}}},
		{text: "member,,quantity,\n1,,5,\n", want: "2:1/5/"},
		{text: "note\tquantity\tmember\n\t5\t1\n", want: "2:1/5/"},
		{text: "1;1.234,50\n2;7\n", want: "1:1/1,234.50/ 2:2/7/", file: sheet.File{DecimalComma: true}},
		{text: ";;\nmember;quantity\n;\n1;5\n", want: "4:1/5/"},
		{text: "", want: ""},
	} {
		if got, err := parse(c.file, c.text); got != c.want || err != nil {
			t.Errorf("%q: %q, %v; want %q", c.text, got, err, c.want)
		}
	}
}

func TestRefusals(t *testing.T) {
	for _, c := range []struct {
		text, want string
		file       sheet.File
	}{
		{text: "1,1,234.50,x\n", want: "t.csv, line 1: it has 4 cells, and 3 can be"},
		{text: "member,quantity\n1,5\n1,1,234.50\n", want: "t.csv, line 3: it has 3 cells, and 2 can be"},
		{text: "1;1,5\n", want: `t.csv, line 1: "1,5" is not an amount: its commas do not stand at thousands; decimals stand behind a point`},
		{text: "member,quantity,name\n1,5,Ada\n", want: `t.csv, line 1: a column "name" is not expected; the columns are member, quantity and note`},
		{text: "member,x,quantity,\"y z\"\n1,5\n", want: `t.csv, line 1: columns "x" and "y z" are not expected; the columns are member, quantity and note`},
		{text: "member,member,quantity\n", want: `t.csv, line 1: there are two columns "member"`},
		{text: "member,quantity\n1,5\n", want: `t.csv, line 1: the column "member" is needed`, file: sheet.File{Ignore: []string{"member"}}},
		{text: "member,note\n", want: `t.csv, line 1: there is no column "quantity"`},
		{text: "membre;quantite\n1;5\n", want: `t.csv, line 1: it names none of the columns member, quantity and note: "membre,quantite"`},
		{text: "1,5\n", want: "t.csv, line 1: the line does not name the columns, so none can be ignored by name", file: sheet.File{Ignore: []string{"name"}}},
		{text: "member,quantity\n", want: `t.csv, line 1: there is no column "name" to ignore`, file: sheet.File{Ignore: []string{"name"}}},
		{text: "sep=;\n1;\"5\n", want: "t.csv, line 2: a quotation mark stands where none can"},
		{text: "1,5\n2,\xff\n", want: "t.csv, line 2: a character is not UTF-8"},
		{text: "m\x00,\x001\x00\n\x00", want: "t.csv is text in UTF-16"},
		{text: "\xff\xfe1\x00", want: "t.csv is text in UTF-16"},
		{text: "1,\n", want: `t.csv, line 1: "" is not an amount: it is empty`},
		{text: "1;1,234.50\n", want: `t.csv, line 1: "1,234.50" is not an amount: only digits, with a point at thousands and one comma, are allowed`, file: sheet.File{DecimalComma: true}},
	} {
		_, err := parse(c.file, c.text)
		var e *sheet.Error
		if !errors.As(err, &e) || err.Error() != c.want || e.Hint == "" {
			t.Errorf("%q: %v; want %q and a hint", c.text, err, c.want)
		}
	}
}

// A refused number that is one in the other way of writing names the option for it.
func TestCommaOption(t *testing.T) {
	const other = "; if a comma stands before decimals in the file, give --comma"
	for _, c := range []struct {
		file       sheet.File
		text, want string
	}{
		{sheet.File{CommaOption: "--comma"}, "1;1.234,5\n", "write it like 1,234.00" + other},
		{sheet.File{CommaOption: "--comma"}, "1;12,5\n", "write it like 1,234.00" + other},
		{sheet.File{CommaOption: "--comma"}, "1;ten\n", "write it like 1,234.00"},
		{sheet.File{}, "1;12,5\n", "write it like 1,234.00"},
		{sheet.File{CommaOption: "--comma", DecimalComma: true}, "1;12.5\n", "write it like 1.234,00; if a point stands before decimals in the file, leave out --comma"},
		{sheet.File{DecimalComma: true}, "1;12.5\n", "write it like 1.234,00"},
	} {
		_, err := parse(c.file, c.text)
		var e *sheet.Error
		if !errors.As(err, &e) || e.Hint != c.want {
			t.Errorf("%q: %+v, want the hint %q", c.text, e, c.want)
		}
	}
}

// A column that has to be named is none of a table without a heading, where a figure
// with a comma would else fill it.
func TestNamed(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"a,1\n", "a/1/ false"}, {"won,votes,party\n2,1,a\n", "a/1/2 true"}, {"party,votes\na,1\n", "a/1/ false"},
		{"a,1,030\n", "t.csv, line 1: it has 3 cells, and 2 can be"},
	} {
		got := ""
		f := sheet.File{Path: "t.csv", Columns: []sheet.Column{{Name: "party"}, {Name: "votes"}, {Name: "won", Optional: true, Named: true}}}
		err := f.Parse([]byte(c.text), func(r sheet.Row) error {
			got += fmt.Sprintf("%s/%s/%s %t", r.Cell("party"), r.Cell("votes"), r.Cell("won"), r.Has("won"))
			return nil
		})
		if err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%q: %s; want %s", c.text, got, c.want)
		}
	}
}

// Where a column is missing, one that is not expected may be meant for it.
func TestMeant(t *testing.T) {
	for text, want := range map[string]string{
		"member;hours\n1;5\n":            `write "quantity" over the column that is meant; to leave it out: --ignore "hours"`,
		"member;quantity;hours\n1;5;6\n": `to leave it out: --ignore "hours"`,
	} {
		_, err := parse(sheet.File{}, text)
		var e *sheet.Error
		if !errors.As(err, &e) || e.Hint != want {
			t.Errorf("%q: %+v, want the hint %q", text, e, want)
		}
	}
}

func TestStops(t *testing.T) {
	stop := errors.New("stop")
	var seen []int
	f := sheet.File{Path: "t.csv", Columns: columns}
	err := f.Parse([]byte("1,5\n2,6\n3,7\n"), func(r sheet.Row) error {
		if seen = append(seen, r.Line); r.Line == 2 {
			return stop
		}
		return nil
	})
	if !errors.Is(err, stop) || !slices.Equal(seen, []int{1, 2}) {
		t.Errorf("%v after lines %d", err, seen)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("sep=;\nmember;quantity\n1;5\n"))
	f.Add([]byte("\"\n,;\t\xff#"))
	f.Fuzz(func(_ *testing.T, text []byte) {
		file := sheet.File{Path: "t.csv", Columns: columns, Ignore: []string{"x"}, DecimalComma: true}
		_ = file.Parse(text, func(sheet.Row) error { return nil })
	})
}

// A cell says where it begins, as the file has it.
func TestColumn(t *testing.T) {
	f := sheet.File{Path: "t.csv", Columns: []sheet.Column{{Name: "number"}, {Name: "day"}, {Name: "note", Optional: true}}}
	var got [][4]int
	err := f.Parse([]byte("day;number\n\"2026-01-01\"; 17\n\n x ;4\n"), func(r sheet.Row) error {
		got = append(got, [4]int{r.Line, r.Column("day"), r.Column("number"), r.Column("note")})
		return nil
	})
	if want := [][4]int{{2, 1, 15, 1}, {4, 2, 5, 1}}; err != nil || !slices.Equal(got, want) {
		t.Errorf("%v, %v, want %v", got, err, want)
	}
}
