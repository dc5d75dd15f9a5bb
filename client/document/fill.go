package document

import (
	"reflect"
)

// Names says whether the file names the value that the steps lead to. One that is null is
// not named.
func (f *File) Names(steps ...any) bool {
	v := f.root
	for _, step := range steps {
		if v = v.step(step); v == nil {
			return false
		}
	}
	return string(f.raw[v.start:v.end]) != "null"
}

// Fill sets what the file leaves out of the object that the steps lead to: each field
// that is not named there becomes what it is in force. into and force point to two of the
// struct that the object was read into. A field that is named is as the file has it,
// whole.
func (f *File) Fill(into, force any, steps ...any) {
	to, from := reflect.ValueOf(into).Elem(), reflect.ValueOf(force).Elem()
	for _, known := range fieldsOf(to.Type()) {
		if !f.Names(append(steps[:len(steps):len(steps)], known.name)...) {
			to.FieldByIndex(known.at).Set(from.FieldByIndex(known.at))
		}
	}
}

// Missing are the fields that the object the steps lead to does not name and has to: those
// of the struct that of points to but for the ones with omitempty. They are in the struct's
// order.
func (f *File) Missing(of any, steps ...any) (names []string) {
	for _, known := range fieldsOf(typeOf(of)) {
		if !known.optional && !f.Names(append(steps[:len(steps):len(steps)], known.name)...) {
			names = append(names, known.name)
		}
	}
	return names
}
