package rulebook

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"

	"github.com/rochdale-ledger/rochdale/client/document"
)

// A value is what a file holds: a table, a list, or one of text, number and truth.
type value struct {
	line   int
	fields []field  // of a table, in the order of the file
	items  []*value // of a list
	sort   sort
	text   string // of text; of anything else but a table and a list its JSON
	called string // what an item of a list is called in the file, if it has a name there
}

type sort uint8

const (
	table sort = iota + 1
	list
	text
	number // whole
	truth
	other // a float or a time
)

type field struct {
	name  string
	line  int
	value *value
}

// of is the value under a name, nil if there is none.
func (v *value) of(name string) *value {
	for _, f := range v.fields {
		if f.name == name {
			return f.value
		}
	}
	return nil
}

// take is of, and takes it out.
func (v *value) take(name string) *value {
	for i, f := range v.fields {
		if f.name == name {
			v.fields = append(v.fields[:i:i], v.fields[i+1:]...)
			return f.value
		}
	}
	return nil
}

// set adds a field.
func (v *value) set(name string, line int, to *value) {
	v.fields = append(v.fields, field{name, line, to})
}

func textOf(line int, s string) *value { return &value{line: line, sort: text, text: s} }

func wholeOf(line int, n uint64) *value {
	return &value{line: line, sort: number, text: strconv.FormatUint(n, 10)}
}

func truthOf(line int, is bool) *value {
	return &value{line: line, sort: truth, text: strconv.FormatBool(is)}
}

// parse reads TOML. What is given twice, and what is no TOML, is an error with its line.
func parse(path string, raw []byte) (*value, error) {
	if len(raw) > document.MaxBytes {
		return nil, &document.Error{Path: path, Line: 1, Err: fmt.Errorf("the file has %d bytes, at most %d can be", len(raw), document.MaxBytes)}
	}
	if err := toml.Unmarshal(raw, &map[string]any{}); err != nil {
		line := 1
		var at *toml.DecodeError
		if errors.As(err, &at) {
			line, _ = at.Position()
		}
		return nil, &document.Error{Path: path, Line: line, Err: errors.New(strings.TrimPrefix(err.Error(), "toml: "))}
	}
	p := &unstable.Parser{}
	p.Reset(raw)
	root := &value{line: 1, sort: table}
	at := root
	for p.NextExpression() {
		e := p.Expression()
		switch e.Kind {
		case unstable.Table:
			at = open(p, root, e.Key(), false)
		case unstable.ArrayTable:
			at = open(p, root, e.Key(), true)
		case unstable.KeyValue:
			assign(p, at, e)
		}
	}
	if len(root.fields) == 0 && p.Error() == nil {
		return nil, &document.Error{Path: path, Line: 1, Err: errors.New("the file is empty, or all of it is remarks")}
	}
	return root, p.Error()
}

// lineOf is where a node begins.
func lineOf(p *unstable.Parser, n *unstable.Node) int { return p.Shape(n.Raw).Start.Line }

// open is the table that a heading names.
func open(p *unstable.Parser, root *value, key unstable.Iterator, listed bool) *value {
	at := root
	for key.Next() {
		n := key.Node()
		at = at.step(string(n.Data), lineOf(p, n), listed && key.IsLast())
	}
	return at
}

// step is the table under a name, a new one if there is none. Of a list of tables it is
// the last one, or a new one if one is listed.
func (v *value) step(name string, line int, listed bool) *value {
	in := v.of(name)
	if in == nil {
		in = &value{line: line, sort: table}
		if listed {
			in = &value{line: line, sort: list}
		}
		v.set(name, line, in)
	}
	if in.sort != list {
		return in
	}
	if listed {
		in.items = append(in.items, &value{line: line, sort: table})
	}
	return in.items[len(in.items)-1]
}

// assign puts a value into a table, under a name that may have points in it.
func assign(p *unstable.Parser, at *value, e *unstable.Node) {
	key := e.Key()
	for key.Next() {
		n := key.Node()
		if key.IsLast() {
			line := lineOf(p, n)
			at.set(string(n.Data), line, read(p, e.Value(), line))
			return
		}
		at = at.step(string(n.Data), lineOf(p, n), false)
	}
}

// read is a value; line is where what it is part of begins.
func read(p *unstable.Parser, n *unstable.Node, line int) *value {
	if n.Raw.Length > 0 {
		line = lineOf(p, n)
	}
	v := &value{line: line}
	switch n.Kind {
	case unstable.InlineTable:
		v.sort = table
		for it := n.Children(); it.Next(); {
			assign(p, v, it.Node())
		}
	case unstable.Array:
		v.sort = list
		for it := n.Children(); it.Next(); {
			if it.Node().Kind != unstable.Comment {
				v.items = append(v.items, read(p, it.Node(), line))
			}
		}
	case unstable.String:
		v.sort, v.text = text, string(n.Data)
	case unstable.LocalDate:
		v.sort, v.text = text, string(n.Data) // a day is written like text
	case unstable.Bool:
		v.sort, v.text = truth, string(n.Data)
	case unstable.Integer:
		v.sort = number
		whole, err := strconv.ParseInt(strings.ReplaceAll(string(n.Data), "_", ""), 0, 64)
		if err != nil {
			v.sort = other
		}
		v.text = strconv.FormatInt(whole, 10)
	default:
		v.sort, v.text = other, quoted(string(n.Data))
	}
	return v
}

// quoted is text as JSON and TOML both write it.
func quoted(s string) string {
	out, err := json.Marshal(s)
	if err != nil {
		panic(err) // text always has a JSON
	}
	return strings.ReplaceAll(string(out), "\x7f", `\u007f`)
}
