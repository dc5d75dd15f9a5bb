package document

import (
	"encoding"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"

	"github.com/rochdale-ledger/rochdale/state/words"
)

var (
	ofJSON = reflect.TypeFor[json.Unmarshaler]()
	ofText = reflect.TypeFor[encoding.TextUnmarshaler]()
)

func typeOf(into any) reflect.Type { return reflect.TypeOf(into).Elem() }

// check finds the first value that does not fit its type. name is what the value is
// called, with a colon, or nothing.
func (f *File) check(v *value, t reflect.Type, name string) error {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	text := string(f.raw[v.start:v.end])
	own := reflect.PointerTo(t).Implements(ofJSON) || reflect.PointerTo(t).Implements(ofText)
	switch {
	case text == "null":
		return nil // as if it were left out
	case own:
	case t.Kind() == reflect.Struct && text[0] == '{':
		return f.checkFields(v, t)
	case t.Kind() == reflect.Map && text[0] == '{':
		for _, inner := range v.fields {
			if err := f.check(inner.value, t.Elem(), words.Quote(inner.name)+": "); err != nil {
				return err
			}
		}
		return nil
	case (t.Kind() == reflect.Slice || t.Kind() == reflect.Array) && text[0] == '[':
		for _, inner := range v.items {
			if err := f.check(inner, t.Elem(), name); err != nil {
				return err
			}
		}
		return nil
	}
	err := json.Unmarshal(f.raw[v.start:v.end], reflect.New(t).Interface())
	if err == nil {
		return nil
	}
	if own && text[0] == '"' {
		return f.at(v.start, fmt.Errorf("%s%w", name, err))
	}
	return f.at(v.start, fmt.Errorf("%s%s cannot be; give %s", name, found(text), wanted(t)))
}

func (f *File) checkFields(v *value, t reflect.Type) error {
	fields := fieldsOf(t)
	seen := map[string]bool{}
	for _, given := range v.fields {
		var names []string
		var its reflect.Type
		called := given.name
		for _, known := range fields {
			names = append(names, known.name)
			if strings.EqualFold(known.name, given.name) {
				its, called = known.of, known.name
			}
		}
		if its == nil {
			return f.at(given.start, fmt.Errorf("there is no field %s here; there are %s", words.Quote(given.name), words.List(names, "and")))
		}
		if seen[called] {
			return f.at(given.start, fmt.Errorf("%s is given twice", words.Quote(called)))
		}
		seen[called] = true
		if err := f.check(given.value, its, words.Quote(called)+": "); err != nil {
			return err
		}
	}
	return nil
}

type known struct {
	name     string
	of       reflect.Type
	at       []int // in the struct, as reflect counts
	optional bool  // can be left out
}

// fieldsOf are the fields that encoding/json gives a struct: one of an embedded struct is
// hidden by an own one of its name.
func fieldsOf(t reflect.Type) []known {
	all := allFields(t)
	return slices.DeleteFunc(slices.Clone(all), func(k known) bool {
		return slices.ContainsFunc(all, func(other known) bool { return other.name == k.name && len(other.at) < len(k.at) })
	})
}

func allFields(t reflect.Type) (out []known) {
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		optional := strings.Contains(options, "omitempty")
		switch {
		case name == "-" || (!f.IsExported() && !f.Anonymous):
		case f.Anonymous && name == "" && f.Type.Kind() == reflect.Struct:
			for _, inner := range allFields(f.Type) {
				inner.at = append([]int{i}, inner.at...)
				out = append(out, inner)
			}
		case name == "":
			out = append(out, known{f.Name, f.Type, []int{i}, optional})
		default:
			out = append(out, known{name, f.Type, []int{i}, optional})
		}
	}
	return out
}

// found is what stands in a file, shortened.
func found(text string) string {
	const most = 40
	switch {
	case text[0] == '{':
		return "an object { … }"
	case text[0] == '[':
		return "a list [ … ]"
	case len(text) > most:
		return words.Plain(strings.ToValidUTF8(text[:most], "")) + " …"
	}
	return words.Plain(text)
}

// wanted is what a type takes, as people write it.
func wanted(t reflect.Type) string {
	switch {
	case reflect.PointerTo(t).Implements(ofText):
		return "a word in quotation marks"
	case t.Kind() == reflect.String:
		return `text in quotation marks`
	case t.Kind() == reflect.Bool:
		return "true or false"
	case t.Kind() == reflect.Slice || t.Kind() == reflect.Array:
		return "a list [ … ]"
	case t.Kind() == reflect.Struct || t.Kind() == reflect.Map:
		return "an object { … }"
	case t.Kind() >= reflect.Uint && t.Kind() <= reflect.Uint64:
		return "a whole number from 0 to " + words.Count(math.MaxUint64>>(64-t.Bits()))
	case t.Kind() >= reflect.Int && t.Kind() <= reflect.Int64:
		return "a whole number"
	}
	return "another value"
}
