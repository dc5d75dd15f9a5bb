package rulebook

import (
	"reflect"
	"strings"
	"testing"

	"github.com/rochdale-ledger/rochdale/state/charter"
)

// Each span is a figure of a charter whose bounds are the ledger's: one day more or less is
// refused, and no time at all is refused when the file is read.
func TestSpans(t *testing.T) {
	for name, s := range spans {
		if s.otherwise < s.least || s.otherwise > s.most {
			t.Errorf("%s: %d days, from %d to %d", name, s.otherwise, s.least, s.most)
		}
		for _, row := range []struct {
			days uint64
			ok   bool
		}{{s.least, true}, {s.most, true}, {s.least - 1, s.least == 1}, {s.most + 1, false}} {
			if err := with(t, name, row.days).Valid(); (err == nil) != row.ok {
				t.Errorf("%s of %d days: %v", name, row.days, err)
			}
		}
		under := "[policy]\n"
		switch reflect.TypeFor[charter.PolicyText]() {
		case owner(name):
		default:
			under = "[policy.membership]\n"
		}
		if owner(name) == reflect.TypeFor[charter.OfficeRule]() {
			under = "[[policy.membership.offices]]\noffice = \"chair\"\n"
		}
		_, err := Translate("c.toml", []byte(under+stem(name)+` = "none"`), Context{Digits: 2})
		if err == nil || !strings.Contains(err.Error(), stem(name)+`: "none" cannot be: from `) {
			t.Errorf("%s: none is read: %v", name, err)
		}
	}
	for _, file := range []string{"[policy.membership]\nresignation = \"none\"", "[policy.membership]\nsilent = \"none\"", "[policy]\nwaiting = \"8 days\""} {
		if _, err := Translate("c.toml", []byte(file), Context{Digits: 2}); err != nil {
			t.Error(err)
		}
	}
}

// owner is the struct that has the field.
func owner(name string) reflect.Type {
	for _, of := range []reflect.Type{reflect.TypeFor[charter.PolicyText](), reflect.TypeFor[charter.Membership](), reflect.TypeFor[charter.OfficeRule]()} {
		for _, k := range fieldsOf(of) {
			if k.name == name {
				return of
			}
		}
	}
	return nil
}

// with is a policy in which the field that JSON calls so is of so many days.
func with(t *testing.T, name string, days uint64) charter.Policy {
	p := charter.PolicyText{Currency: "EUR", Allowance: 1, Classes: []string{"member"}, Membership: charter.Membership{
		Appeal: 1, Offices: []charter.OfficeRule{{Office: charter.Chair, Term: 10, Terms: 1, Thirds: true}},
	}}
	for _, of := range []any{&p, &p.Membership, &p.Membership.Offices[0]} {
		v := reflect.ValueOf(of).Elem()
		for _, k := range fieldsOf(v.Type()) {
			if k.name == name {
				v.FieldByIndex(k.at).SetUint(days)
				return charter.Policy(p)
			}
		}
	}
	t.Fatalf("no field is called %s", name)
	return charter.Policy{}
}
