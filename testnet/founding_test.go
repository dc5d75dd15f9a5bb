package testnet_test

import (
	"encoding/json"
	"errors"
	"net"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rochdale-ledger/rochdale/app"
	"github.com/rochdale-ledger/rochdale/client/rulebook"
	"github.com/rochdale-ledger/rochdale/node"
	"github.com/rochdale-ledger/rochdale/state/amendment"
	"github.com/rochdale-ledger/rochdale/state/federation"
	"github.com/rochdale-ledger/rochdale/testnet"
)

// The same seed gives the same names and keys, another one others; no two founders
// have the same name, and those with offices have the names that the documents use.
func TestFoundersOfASeed(t *testing.T) {
	const coops, members = 5, 60
	one := testnet.Founding{People: testnet.SeededPeople(7), Members: members}
	again := testnet.Founding{People: testnet.SeededPeople(7), Members: members}
	other := testnet.Founding{People: testnet.SeededPeople(8), Members: members}
	names := map[string]bool{}
	differ := 0
	for i, f := range one.Founders(coops) {
		a, o := again.Founders(coops)[i], other.Founders(coops)[i]
		if f.Name != a.Name || one.People.Seed(f.Coop, f.Member) != again.People.Seed(a.Coop, a.Member) {
			t.Fatalf("founder %d is %+v and then %+v", i, f, a)
		}
		if one.People.Seed(f.Coop, f.Member) == other.People.Seed(o.Coop, o.Member) {
			t.Errorf("founder %d has one key of two seeds", i)
		}
		if f.Name != o.Name {
			differ++
		}
		if names[f.Name] || strings.ToLower(f.Name) != f.Name {
			t.Errorf("%s is there twice, or not in small letters", f.Name)
		}
		names[f.Name] = true
		if officer := f.Member <= 4; officer != (len(f.Offices) > 0) {
			t.Errorf("member %d of co-op %d holds %v", f.Member, f.Coop, f.Offices)
		}
	}
	if len(names) != coops*members || !names["ada"] || !names["pia"] || !names["ada5"] || differ < 200 {
		t.Errorf("%d names, %d of them others with another seed", len(names), differ)
	}
}

// A founding with each charter is one that a ledger takes, and a trial.
func TestFoundingByCharter(t *testing.T) {
	if want := append([]string{"trial"}, rulebook.Presets()...); !slices.Equal(testnet.Charters(), want) {
		t.Fatalf("charters %q, want %q", testnet.Charters(), want)
	}
	for _, name := range append(testnet.Charters(), "") {
		dir := filepath.Join(t.TempDir(), "net")
		f := testnet.Founding{People: testnet.SeededPeople(1), Members: 6, Charter: name}
		n, err := testnet.Make(dir, 2, testnet.Options{Founding: &f}, f.Genesis)
		if err != nil {
			t.Fatal(err)
		}
		m, err := n.Manifest()
		if err != nil || m.Members != 6 || (name != "" && m.Charter != name) {
			t.Errorf("%q: the manifest says %d members by %q, %v", name, m.Members, m.Charter, err)
		}
		raw, err := f.Genesis([]testnet.Validator{{PubKey: make([]byte, 32)}})
		if err != nil {
			t.Fatal(err)
		}
		g, err := federation.ParseGenesis(raw)
		if err != nil || !g.Trial || len(g.Coops[0].Members) != 6 {
			t.Errorf("%q: trial %v, %d members, %v", name, g.Trial, len(g.Coops[0].Members), err)
		}
		if _, err := amendment.Founding(g.Coops[0].Charter, app.Kinds); err != nil {
			t.Errorf("%q: %v", name, err)
		}
		if name == "standard" && g.Coops[0].Charter.Motions[0].Notice != 15*24*60 {
			t.Errorf("standard has a notice of %d minutes", g.Coops[0].Charter.Motions[0].Notice)
		}
	}
}

// What cannot be founded leaves nothing.
func TestFoundingRefused(t *testing.T) {
	for _, f := range []testnet.Founding{{Members: 3}, {Members: testnet.MaxMembers + 1}, {Charter: "anarchy"}, {Charter: "../standard"}} {
		dir := filepath.Join(t.TempDir(), "net")
		if _, err := testnet.Make(dir, 1, testnet.Options{Founding: &f}, f.Genesis); !errors.Is(err, node.ErrConfig) {
			t.Errorf("%+v: %v", f, err)
		}
		if left, err := filepath.Glob(dir + "*"); err != nil || len(left) > 0 {
			t.Errorf("%+v left %q, %v", f, left, err)
		}
	}
}

// The first node answers where it is wanted if that is free, and elsewhere if not.
func TestFirstAddress(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	want := l.Addr().String()
	first := func() string {
		t.Helper()
		n, err := testnet.Make(filepath.Join(t.TempDir(), "net"), 2, testnet.Options{First: want}, func([]testnet.Validator) (json.RawMessage, error) { return json.RawMessage("{}"), nil })
		if err != nil {
			t.Fatal(err)
		}
		m, err := n.Manifest()
		if err != nil || m.Nodes[1].RPC == want {
			t.Fatalf("the second is at %s, %v", m.Nodes[1].RPC, err)
		}
		return m.Nodes[0].RPC
	}
	if got := first(); got == want {
		t.Errorf("it was given %s, which is taken", got)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if got := first(); got != want {
		t.Errorf("it was given %s, and %s is free", got, want)
	}
}
