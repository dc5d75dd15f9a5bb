package state

import (
	"bytes"
	"reflect"
)

// A memo is a read cache over Leaves that do not change while a block executes: many
// transactions read the same few records, and each reads its signer's several times. It
// lives as long as its block.
type memo struct {
	Leaves
	read    map[string]*Kept
	shared  Keeper // of Leaves, nil if they keep nothing
	scanned uint64 // leaves that scans met
	forget  bool   // keeps no decoded record: see Machine.Forget
}

func newMemo(l Leaves, forget bool) *memo {
	m := &memo{Leaves: l, read: map[string]*Kept{}, forget: forget}
	if !forget {
		m.shared, _ = l.(Keeper)
	}
	return m
}

// reads is how many leaves were read from below, by key or in scans.
func (m *memo) reads() uint64 { return uint64(len(m.read)) + m.scanned }

// Each calls fn for the leaves below and counts them.
func (m *memo) Each(start, end []byte, fn func(key, value []byte) (bool, error)) error {
	return m.Leaves.Each(start, end, func(key, value []byte) (bool, error) {
		m.scanned++
		return fn(key, value)
	})
}

// Leaf returns the value under key, from memory if it was read before.
func (m *memo) Leaf(key []byte) ([]byte, error) {
	k, err := m.kept(key)
	if err != nil {
		return nil, err
	}
	return k.raw, nil
}

func (m *memo) kept(key []byte) (k *Kept, err error) {
	if k, ok := m.read[string(key)]; ok {
		return k, nil
	}
	if m.shared != nil {
		k, err = m.shared.Kept(key)
	} else {
		k = &Kept{}
		k.raw, err = m.Leaves.Leaf(key)
	}
	if err != nil {
		return nil, err
	}
	m.read[string(key)] = k
	return k, nil
}

// A cloner replaces what a value refers to by copies of it.
type cloner func(v reflect.Value)

// clonerOf returns the cloner of a type, nil for one without references, whose values an
// assignment copies whole; ok is false for a type with references other than lists and
// strings, of which it knows no copy.
func clonerOf(t reflect.Type) (c cloner, ok bool) {
	switch t.Kind() {
	case reflect.Slice:
		return sliceCloner(t)
	case reflect.Struct:
		return structCloner(t)
	case reflect.Array:
		inner, ok := clonerOf(t.Elem())
		if inner == nil {
			return nil, ok
		}
		return func(v reflect.Value) {
			for i := range v.Len() {
				inner(v.Index(i))
			}
		}, true
	case reflect.Pointer, reflect.Map, reflect.Interface, reflect.Func, reflect.Chan, reflect.UnsafePointer:
		return nil, false
	}
	return nil, true
}

func sliceCloner(t reflect.Type) (cloner, bool) {
	inner, ok := clonerOf(t.Elem())
	if t.Elem().Kind() == reflect.Uint8 {
		return func(v reflect.Value) { v.SetBytes(bytes.Clone(v.Bytes())) }, true
	}
	return func(v reflect.Value) {
		if v.IsNil() {
			return
		}
		list := reflect.MakeSlice(t, v.Len(), v.Len())
		reflect.Copy(list, v)
		if inner != nil {
			for i := range list.Len() {
				inner(list.Index(i))
			}
		}
		v.Set(list)
	}, ok
}

func structCloner(t reflect.Type) (cloner, bool) {
	type part struct {
		field int
		clone cloner
	}
	var parts []part
	for i := range t.NumField() {
		inner, ok := clonerOf(t.Field(i).Type)
		if !ok || inner != nil && !t.Field(i).IsExported() {
			return nil, false
		}
		if inner != nil {
			parts = append(parts, part{i, inner})
		}
	}
	if parts == nil {
		return nil, true
	}
	return func(v reflect.Value) {
		for _, p := range parts {
			p.clone(v.Field(p.field))
		}
	}, true
}
