package membership

import (
	"errors"
	"fmt"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/rochdale-ledger/rochdale/client/sealed"
)

func link(chain string, coop uint32, member uint64) Link {
	return Link{Chain: chain, Coop: coop, Name: "Mill", Member: member, Node: "http://127.0.0.1:26657", Validators: "ab", Height: 7}
}

// A list is what was put into it, each co-op once and in order, and is read again the same,
// with its own secret only.
func TestLinks(t *testing.T) {
	path := Path(filepath.Join(t.TempDir(), "ada.key"))
	if filepath.Base(path) != "ada.coops" {
		t.Errorf("%s", path)
	}
	if l, err := Load(path, "secret"); err != nil || len(l) != 0 {
		t.Errorf("no list: %v, %v", l, err)
	}
	var l Links
	for _, row := range []struct {
		link     Link
		replaced bool
	}{{link("b-1", 2, 4), false}, {link("b-1", 1, 4), false}, {link("a-1", 9, 1), false}, {link("b-1", 2, 5), true}} {
		var replaced bool
		if l, replaced = l.With(row.link); replaced != row.replaced {
			t.Errorf("%+v: replaced %v", row.link, replaced)
		}
	}
	want := Links{link("a-1", 9, 1), link("b-1", 1, 4), link("b-1", 2, 5)}
	if !reflect.DeepEqual(l, want) {
		t.Fatalf("%+v", l)
	}
	if err := l.Save(path, "secret"); err != nil {
		t.Fatal(err)
	}
	if got, err := Load(path, "secret"); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := Load(path, "another"); !errors.Is(err, ErrSecret) {
		t.Errorf("another secret: %v", err)
	}
	less := l.Without(func(l Link) bool { return l.Chain == "b-1" && l.Coop == 1 })
	if len(less) != 2 || len(l) != 3 {
		t.Errorf("%+v of %+v", less, l)
	}
}

// What is out of order is neither written nor read.
func TestBadLinks(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ada.coops")
	many := Links{}
	for i := range uint32(MaxLinks + 1) {
		many, _ = many.With(link("a", i+1, 1))
	}
	for name, bad := range map[string]Links{
		"no co-op": {link("a", 0, 1)}, "no member": {link("a", 1, 0)}, "no chain": {link("", 1, 1)}, "twice": {link("a", 1, 1), link("a", 1, 2)},
		"long": {link(strings.Repeat("x", maxText+1), 1, 1)}, "descending": {link("b", 1, 1), link("a", 2, 1)}, "too many": many,
	} {
		if err := bad.Save(path, "secret"); !errors.Is(err, ErrLink) && !errors.Is(err, ErrMany) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := many[1:].Save(path, "secret"); err != nil {
		t.Errorf("as many as can be: %v", err)
	}
	one := `{"chain_id":"a","coop":1,"coop_name":"","member":1,"node":"","validators":"","height":0}`
	for text, want := range map[string]error{
		"": ErrDamaged, "[]": ErrDamaged, `{"version":0,"links":[]}`: ErrDamaged, `{"version":2,"links":[]}`: ErrVersion,
		`{"version":1,"links":[],"more":1}`: ErrDamaged, `{"version":1,"links":[]} x`: ErrDamaged,
		fmt.Sprintf(`{"version":1,"links":[%s,%s]}`, one, one): ErrDamaged, fmt.Sprintf(`{"version":1,"links":[%s]}`, one): nil,
	} {
		if err := sealed.Write(path, "secret", []byte(text)); err != nil {
			t.Fatal(err)
		}
		if _, err := Load(path, "secret"); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", text, err, want)
		}
	}
}
