// Package document reads JSON that people write: rules, charters, figures. It is
// strict: what it does not know is an error, so that a misspelt rule is never silently
// left out, and so is a field that is given twice. An error names the line, what stands
// there and what was expected; checks that come after the reading name theirs with At.
//
// A file may say only what is to differ from what is in force: Fill adds the rest, and
// Missing is what a file has to name where nothing is in force.
package document

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// Bounds of a file.
const (
	MaxBytes = 64 << 20
	MaxDepth = 32
)

// A File is a document that was read, and where its values stand.
type File struct {
	path  string
	raw   []byte
	root  *value
	lines Places // of what raw was made of; nil if it is the file itself
}

// Places says where in a file what begins at an offset of the JSON made of it stands: the
// line, from 1, and the clause, in the file's own words; it may be empty.
type Places func(offset int) (line int, clause string)

// An Error says what is wrong with a file, and in which line.
type Error struct {
	Path   string // may be empty, where the caller names the file
	Line   int    // from 1
	Clause string // "policy.waiting"; may be empty
	Err    error
}

func (e *Error) Error() string {
	text := fmt.Sprintf("line %d: ", e.Line)
	if e.Path != "" {
		text = e.Path + ", " + text
	}
	if e.Clause != "" {
		text += e.Clause + ": "
	}
	return text + e.Err.Error()
}
func (e *Error) Unwrap() error { return e.Err }

// Parse reads raw, the content of the file at path, into what into points to, which
// has the types of encoding/json. It returns an *Error if it cannot.
func Parse(path string, raw []byte, into any) (*File, error) { return ParseLines(path, raw, nil, into) }

// ParseLines is Parse of JSON that was made of the file at path: lines says where in it
// what begins at an offset of raw stands.
func ParseLines(path string, raw []byte, lines Places, into any) (*File, error) {
	f := &File{path: path, raw: raw, lines: lines}
	if err := f.parse(into); err != nil {
		return nil, err
	}
	return f, nil
}

func (f *File) parse(into any) error {
	if len(f.raw) > MaxBytes {
		return f.at(0, fmt.Errorf("the file has %d bytes, at most %d can be", len(f.raw), MaxBytes))
	}
	if i := invalid(f.raw); i >= 0 {
		return f.at(i, errors.New("this is not text in UTF-8; save it as that"))
	}
	f.raw = bytes.TrimPrefix(f.raw, []byte("\xef\xbb\xbf"))
	if len(bytes.TrimSpace(f.raw)) == 0 {
		return f.at(0, errors.New("the file is empty"))
	}
	var syntax *json.SyntaxError
	switch err := json.Unmarshal(f.raw, new(json.RawMessage)); {
	case errors.As(err, &syntax) && strings.HasPrefix(err.Error(), "unexpected end"):
		return f.at(len(bytes.TrimRight(f.raw, " \t\r\n")), errors.New("the file ends too early: a bracket, a brace or a quotation mark is not closed"))
	case errors.As(err, &syntax):
		return f.at(int(syntax.Offset)-1, err)
	case err != nil:
		return f.at(0, err)
	}
	w := walker{dec: json.NewDecoder(bytes.NewReader(f.raw)), raw: f.raw}
	root, err := w.value(0)
	if err != nil {
		return f.at(w.end, err)
	}
	f.root = root
	if bad := f.check(root, typeOf(into), ""); bad != nil {
		return bad
	}
	dec := json.NewDecoder(bytes.NewReader(f.raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(into); err != nil {
		return f.at(root.start, err) // check knows of no such
	}
	return nil
}

// At says that err is about the value that the steps lead to from the top: names of
// fields, and places in lists from 0. If there is no such value, it is about the last
// that there is.
func (f *File) At(err error, steps ...any) error {
	v := f.root
	for _, step := range steps {
		next := v.step(step)
		if next == nil {
			break
		}
		v = next
	}
	return f.at(v.start, err)
}

func (f *File) at(offset int, err error) error {
	offset = min(max(offset, 0), len(f.raw))
	if f.lines != nil {
		line, clause := f.lines(offset)
		return &Error{Path: f.path, Line: line, Clause: clause, Err: err}
	}
	return &Error{Path: f.path, Line: 1 + bytes.Count(f.raw[:offset], []byte("\n")), Err: err}
}

// invalid is where text stops being UTF-8, -1 if it does not.
func invalid(text []byte) int {
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return -1
}

// A value is where something stands in a file.
type value struct {
	start, end int // bytes of the file
	fields     []field
	items      []*value
}

type field struct {
	name  string
	start int
	value *value
}

func (v *value) step(step any) *value {
	switch s := step.(type) {
	case string:
		for _, f := range v.fields {
			if strings.EqualFold(f.name, s) {
				return f.value
			}
		}
	case int:
		if s >= 0 && s < len(v.items) {
			return v.items[s]
		}
	}
	return nil
}

// A walker finds the values of text that is valid JSON.
type walker struct {
	dec *json.Decoder
	raw []byte
	end int // of what was read
}

// next reads a token, and says where it begins.
func (w *walker) next() (token json.Token, start int, err error) {
	start = w.end
	for start < len(w.raw) && strings.IndexByte(" \t\r\n,:", w.raw[start]) >= 0 {
		start++
	}
	token, err = w.dec.Token()
	w.end = int(w.dec.InputOffset())
	return token, start, err
}

func (w *walker) value(depth int) (*value, error) {
	token, start, err := w.next()
	if err != nil {
		return nil, err
	}
	v := &value{start: start}
	if depth > MaxDepth {
		return nil, fmt.Errorf("lists and objects are more than %d deep", MaxDepth)
	}
	switch token {
	case json.Delim('{'):
		for w.dec.More() {
			name, at, err := w.next()
			if err != nil {
				return nil, err
			}
			inner, err := w.value(depth + 1)
			if err != nil {
				return nil, err
			}
			v.fields = append(v.fields, field{name.(string), at, inner})
		}
		_, _, err = w.next()
	case json.Delim('['):
		for w.dec.More() {
			inner, err := w.value(depth + 1)
			if err != nil {
				return nil, err
			}
			v.items = append(v.items, inner)
		}
		_, _, err = w.next()
	}
	v.end = w.end
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return v, err
}
