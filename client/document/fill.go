package document

import (
	"reflect"
	"slices"
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

// Faults are all that check finds wrong with the object that the steps lead to, each at
// the field that it is about. into is what the object was read into; by points to one of
// its struct with which nothing is wrong. Beginning with it, the fields of into are put in
// one by one, or two that only go together, as long as check lets them; those that it does
// not let are wrong. A field called inner is not put in whole, if it is a struct, but its
// fields are. Afterwards what was wrong in into is as in by.
func (f *File) Faults(into, by any, inner string, check func() error, steps ...any) (out []error) {
	leaves := f.leaves(reflect.ValueOf(into).Elem(), reflect.ValueOf(by).Elem(), inner, steps)
	for _, l := range leaves {
		l.to.Set(l.sound)
	}
	refused := func(l leaf) bool {
		l.to.Set(l.given)
		if check() == nil {
			return false
		}
		l.to.Set(l.sound)
		return true
	}
	left := leaves
	for before := len(left) + 1; len(left) < before; {
		before = len(left)
		rest := slices.DeleteFunc(slices.Clone(left), func(l leaf) bool { return !refused(l) })
		if left = rest; len(left) == before {
			left = withoutPair(left, check)
		}
	}
	named := slices.ContainsFunc(left, func(l leaf) bool { return len(l.at) > len(steps) })
	for _, l := range left {
		if named && len(l.at) == len(steps) {
			continue // what is in force, and does not go with what is named
		}
		l.to.Set(l.given)
		out = append(out, f.At(check(), l.at...))
		l.to.Set(l.sound)
	}
	return out
}

// A leaf is a field of an object.
type leaf struct {
	at           []any // the steps to it; to the object if the file does not name it
	to           reflect.Value
	given, sound reflect.Value
}

// leaves are the fields of an object, those first that the file does not name.
func (f *File) leaves(to, from reflect.Value, inner string, steps []any) (out []leaf) {
	var named []leaf
	var add func(to, from reflect.Value, at []any)
	add = func(to, from reflect.Value, at []any) {
		for _, known := range fieldsOf(to.Type()) {
			here := append(at[:len(at):len(at)], known.name)
			to, from := to.FieldByIndex(known.at), from.FieldByIndex(known.at)
			if known.name == inner && to.Kind() == reflect.Pointer && !to.IsNil() && !from.IsNil() {
				to, from = to.Elem(), from.Elem()
			}
			if known.name == inner && to.Kind() == reflect.Struct {
				add(to, from, here)
				continue
			}
			given := reflect.New(to.Type()).Elem()
			given.Set(to)
			if f.Names(here...) {
				named = append(named, leaf{here, to, given, from})
			} else {
				out = append(out, leaf{steps, to, given, from})
			}
		}
	}
	add(to, from, steps)
	return append(out, named...)
}

// withoutPair puts the first two fields in that check lets in together, and returns the
// others.
func withoutPair(left []leaf, check func() error) []leaf {
	for i, a := range left {
		a.to.Set(a.given)
		for j, b := range left[i+1:] {
			b.to.Set(b.given)
			if check() == nil {
				return slices.Delete(slices.Delete(slices.Clone(left), i+1+j, i+2+j), i, i+1)
			}
			b.to.Set(b.sound)
		}
		a.to.Set(a.sound)
	}
	return left
}
