package document_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rochdale-ledger/rochdale/client/document"
	"github.com/rochdale-ledger/rochdale/state/charter"
)

type inner struct {
	Office charter.Office `json:"office"`
	Small  uint8          `json:"small"`
}

type sample struct {
	inner
	Name  string         `json:"name"`
	On    bool           `json:"on"`
	List  []inner        `json:"list"`
	Many  map[string]int `json:"many"`
	Maybe *inner         `json:"maybe,omitempty"`
	Skip  string         `json:"-"`
}

// What is wrong is said with its line, and with what was expected.
func TestParseRefuses(t *testing.T) {
	for _, row := range []struct{ text, want string }{
		{"", "f, line 1: the file is empty"},
		{"\n \n", "f, line 1: the file is empty"},
		{"{\n\"name\": \"a\"\n", "f, line 2: the file ends too early: "},
		{"{\n\"name\": \"a\",\n}", "f, line 3: invalid character '}'"},
		{"{}\n\n{}", "f, line 3: invalid character '{' after top-level value"},
		{"{\"name\":\n\"\xff\"}", "f, line 2: this is not text in UTF-8"},
		{"[]", "f, line 1: a list [ … ] cannot be; give an object { … }"},
		{"{\"name\":\n 3}", `f, line 2: "name": 3 cannot be; give text in quotation marks`},
		{"{\n\"Skip\": \"x\"}", `f, line 2: there is no field "Skip" here; there are office, small, name, on, list, many and maybe`},
		{"{\"name\": \"a\",\n\"NAME\": \"b\"}", `f, line 2: "name" is given twice`},
		{"{\"small\":\n256}", `f, line 2: "small": 256 cannot be; give a whole number from 0 to 255`},
		{"{\"small\": 1.5}", `f, line 1: "small": 1.5 cannot be; give a whole number from 0 to 255`},
		{"{\"on\": \"yes\"}", `f, line 1: "on": "yes" cannot be; give true or false`},
		{"{\"list\": [\n{},\n{\"small\": []}]}", `f, line 3: "small": a list [ … ] cannot be; give a whole number from 0 to 255`},
		{"{\"list\": {}}", `f, line 1: "list": an object { … } cannot be; give a list [ … ]`},
		{"{\"list\": [\n{\"office\":\n\"captain\"}]}", `f, line 3: "office": no office is called "captain"`},
		{"{\"office\": 1}", `f, line 1: "office": 1 cannot be; give a word in quotation marks`},
		{"{\"many\": {\"a\": 1,\n\"b\": \"x\"}}", `f, line 2: "b": "x" cannot be; give a whole number`},
		{"{\"maybe\": {\n\"smal\": 1}}", `f, line 2: there is no field "smal" here; there are office and small`},
		{"{\"name\": [\"" + strings.Repeat("x", 99) + "\"]}", `"name": a list [ … ] cannot be`},
		{"{\"small\": \"" + strings.Repeat("x", 99) + "\"}", `"small": "` + strings.Repeat("x", 39) + " … cannot be"},
		{strings.Repeat("[", document.MaxDepth+2) + strings.Repeat("]", document.MaxDepth+2), "lists and objects are more than 32 deep"},
	} {
		_, err := document.Parse("f", []byte(row.text), new(sample))
		if err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%q: %v, want %q", row.text, err, row.want)
		}
	}
}

// What is right is read as encoding/json reads it, and every value has its line.
func TestParse(t *testing.T) {
	text := "\ufeff{ \"name\" : \"a\\\"[,\" ,\n\"small\": 7, \"maybe\": null,\r\n\"list\": [ {},\n {\"office\": \"chair\",\n \"small\": 2}\n]}\n"
	var s sample
	f, err := document.Parse("f", []byte(text), &s)
	if err != nil {
		t.Fatal(err)
	}
	if s.Name != `a"[,` || s.Small != 7 || s.Maybe != nil || len(s.List) != 2 || s.List[1] != (inner{charter.Chair, 2}) {
		t.Errorf("%+v", s)
	}
	cause := errors.New("no")
	for _, row := range []struct {
		at   []any
		line int
	}{
		{nil, 1}, {[]any{"name"}, 1}, {[]any{"small"}, 2}, {[]any{"list"}, 3}, {[]any{"list", 0}, 3}, {[]any{"list", 1}, 4},
		{[]any{"list", 1, "small"}, 5}, {[]any{"list", 1, "none"}, 4}, {[]any{"list", 2}, 3}, {[]any{"list", -1}, 3}, {[]any{1}, 1}, {[]any{"list", ""}, 3},
	} {
		var e *document.Error
		if err := f.At(cause, row.at...); !errors.As(err, &e) || e.Line != row.line || !errors.Is(err, cause) {
			t.Errorf("%v: %v, want line %d", row.at, err, row.line)
		}
	}
}

// What a file leaves out is as it is in force; what it names is as the file has it, whole.
func TestFill(t *testing.T) {
	type part struct {
		inner
		List  []inner `json:"list"`
		Maybe *inner  `json:"maybe,omitempty"`
		note  int
	}
	var doc struct {
		Parts []part `json:"parts"`
		On    *bool  `json:"on"`
	}
	text := `{"parts": [{"list": [{"small": 9}], "Small": 0}, {"office": "chair", "list": null}, {}], "on": null}`
	f, err := document.Parse("f", []byte(text), &doc)
	if err != nil {
		t.Fatal(err)
	}
	force := part{inner{charter.Auditor, 7}, []inner{{charter.Delegate, 1}, {charter.Delegate, 2}}, &inner{Small: 3}, 1}
	for i := range doc.Parts {
		f.Fill(&doc.Parts[i], &force, "parts", i)
	}
	want := []part{
		{inner{charter.Auditor, 0}, []inner{{Small: 9}}, force.Maybe, 0},
		{inner{charter.Chair, 7}, force.List, force.Maybe, 0},
		{inner{charter.Auditor, 7}, force.List, force.Maybe, 0},
	}
	if diff := cmp.Diff(want, doc.Parts, cmp.AllowUnexported(part{}, inner{})); diff != "" {
		t.Error(diff)
	}
	if force.List[0] != (inner{charter.Delegate, 1}) {
		t.Errorf("what is in force became %v", force.List)
	}
	for _, row := range []struct {
		steps []any
		named bool
		want  string
	}{
		{[]any{"parts", 0}, true, "office"},
		{[]any{"parts", 1}, true, "small list"},
		{[]any{"parts", 2}, true, "office small list"},
		{[]any{"parts", 3}, false, "office small list"},
		{[]any{"on"}, false, "office small list"},
	} {
		if got := strings.Join(f.Missing(&force, row.steps...), " "); got != row.want || f.Names(row.steps...) != row.named {
			t.Errorf("%v: missing %q, want %q; named %t", row.steps, got, row.want, f.Names(row.steps...))
		}
	}
}

// No text makes it panic, and an error names a line that the text has.
func TestParseNeverPanics(t *testing.T) {
	pieces := []string{"{", "}", "[", "]", ":", ",", "\n", `"name"`, `"list"`, `"office"`, `"chair"`, `"small"`, "3", "-1", "1e9", "null", "true", " ", "\xff", `"`}
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 24).Draw(t, "text"), "")
		_, err := document.Parse("f", []byte(text), new(sample))
		var e *document.Error
		if err != nil && (!errors.As(err, &e) || e.Line < 1 || e.Line > 1+strings.Count(text, "\n")) {
			t.Fatalf("%q: %v", text, err)
		}
	})
}
