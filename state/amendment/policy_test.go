package amendment

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/tx"
)

// filled is v with another value, however its fields are.
func filled(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			filled(v.Field(i))
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		filled(v.Index(0))
	case reflect.String:
		v.SetString("x")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(99)
	default:
		panic("a figure of kind " + v.Kind().String())
	}
}

// Every figure of a charter has a name, a level that protects it and a clause by which two
// amendments of it clash: a new one is in all three lists, or this test fails.
func TestEveryFigure(t *testing.T) {
	kept := map[string]bool{"Currency": true, "Digits": true} // which never change
	kindName := func(tx.Kind) string { return "" }
	for i := range reflect.TypeFor[charter.PolicyEntry]().NumField() {
		f := reflect.TypeFor[charter.PolicyEntry]().Field(i)
		var is charter.PolicyEntry
		filled(reflect.ValueOf(&is).Elem().Field(i))
		number, _, _ := strings.Cut(f.Tag.Get("cbor"), ",")
		var figure charter.Figure
		if _, err := fmt.Sscan(number, &figure); err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(figure.String(), "figure ") {
			t.Errorf("%s: figure %d has no name", f.Name, figure)
		}
		if f.Type.Kind() == reflect.Struct || f.Type.Kind() == reflect.Slice {
			if got := reflect.TypeFor[charter.Policy]().Field(i).Type; got != f.Type {
				t.Errorf("%s is a %v in records and a %v in messages", f.Name, got, f.Type)
			}
		}
		before := Amend{Policy: []charter.PolicyEntry{{}}}
		if touched := (Amend{Policy: []charter.PolicyEntry{is}}).touches(before, kindName); len(touched) == 0 && !kept[f.Name] {
			t.Errorf("%s: an amendment of it touches nothing", f.Name)
		}
		var at clash
		if got := at.policy(charter.PolicyEntry{}, is, charter.PolicyEntry{}); !reflect.DeepEqual(got, is) || len(at) > 0 {
			t.Errorf("%s: amended, it is %+v, %q", f.Name, got, at)
		}
		if got := at.policy(charter.PolicyEntry{}, charter.PolicyEntry{}, is); !reflect.DeepEqual(got, is) || len(at) > 0 {
			t.Errorf("%s: left, it is %+v, %q", f.Name, got, at)
		}
	}
}

// The same of every field of a kind of motion.
func TestEveryFieldOfAMotion(t *testing.T) {
	for i := range reflect.TypeFor[charter.MotionEntry]().NumField() {
		f := reflect.TypeFor[charter.MotionEntry]().Field(i)
		if f.Name == "ID" {
			continue
		}
		var is charter.MotionEntry
		filled(reflect.ValueOf(&is).Elem().Field(i))
		var at clash
		if got := at.motion(0, charter.MotionEntry{}, is, charter.MotionEntry{}); !reflect.DeepEqual(got, is) || len(at) > 0 {
			t.Errorf("%s: amended, it is %+v, %q", f.Name, got, at)
		}
		if got := at.motion(0, charter.MotionEntry{}, charter.MotionEntry{}, is); !reflect.DeepEqual(got, is) || len(at) > 0 {
			t.Errorf("%s: left, it is %+v, %q", f.Name, got, at)
		}
	}
}
