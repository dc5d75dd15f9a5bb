package light

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	cmtjson "github.com/cometbft/cometbft/libs/json"
	"github.com/cometbft/cometbft/types"
)

// What the engine writes is read and written again, byte for byte.
func TestJSON(t *testing.T) {
	for seed := range uint64(200) {
		c := newChance(seed)
		h := c.header()
		want, err := cmtjson.Marshal(engineHeader(h))
		if err != nil {
			t.Fatal(err)
		}
		var got Header
		if err := got.UnmarshalJSON(want); err != nil {
			t.Fatalf("seed %d: %v\n%s", seed, err, want)
		}
		again, err := got.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		same(t, "header", string(again), string(want))
		sameBytes(t, "hash", got.Hash(), h.Hash())

		f := newFederation(t, 0, 4, equalPower)
		at := c.time()
		if at.Year() == 9999 {
			at = at.AddDate(-1, 0, 0) // later entries have later times
		}
		commit := f.commit("anytown-1", c.number(), int32(c.IntN(9)), c.id(), f.flags(c), at)
		if seed%20 == 0 {
			commit.Signatures = nil
		}
		if want, err = cmtjson.Marshal(engineCommit(commit)); err != nil {
			t.Fatal(err)
		}
		var read Commit
		if err := read.UnmarshalJSON(want); err != nil {
			t.Fatalf("seed %d: %v\n%s", seed, err, want)
		}
		if again, err = read.MarshalJSON(); err != nil {
			t.Fatal(err)
		}
		same(t, "commit", string(again), string(want))
	}
}

// receipts are the kept files of the client.
func receipts(t testing.TB) map[string]receipt {
	t.Helper()
	names, err := filepath.Glob("../receipt/testdata/format2/*.receipt")
	if err != nil || len(names) == 0 {
		t.Fatal("no receipts", err)
	}
	out := map[string]receipt{}
	for _, name := range names {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var r receipt
		if err := json.Unmarshal(raw, &r); err != nil {
			t.Fatal(err)
		}
		out[filepath.Base(name)] = r
	}
	return out
}

type receipt struct {
	Records []struct {
		Key   Hex    `json:"key"`
		Value []byte `json:"value"`
		Proof []byte `json:"proof"`
	} `json:"records"`
	Header     json.RawMessage `json:"header"`
	Commit     json.RawMessage `json:"commit"`
	Validators []struct {
		Key []byte `json:"key"`
	} `json:"validators"`
}

// Every kept receipt is verified, by the founders in the kept genesis file, and
// no byte of its header, commit or proofs can be another one.
func TestReceipts(t *testing.T) {
	raw, err := os.ReadFile("../receipt/testdata/format2/genesis.json")
	if err != nil {
		t.Fatal(err)
	}
	g, err := ReadGenesis(raw)
	if err != nil {
		t.Fatal(err)
	}
	for name, r := range receipts(t) {
		var b Block
		if err := json.Unmarshal(r.Header, &b.Header); err != nil {
			t.Fatal(name, err)
		}
		if err := json.Unmarshal(r.Commit, &b.Commit); err != nil {
			t.Fatal(name, err)
		}
		var validators []Validator
		for _, v := range r.Validators {
			validators = append(validators, Validator{v.Key, 3})
		}
		if b.Validators, err = NewSet(validators); err != nil {
			t.Fatal(name, err)
		}
		if err := b.Verify(); err != nil {
			t.Error(name, err)
		}
		if _, err := g.Validators.Trusts(g.Chain, b.Commit, TwoThirds); err != nil {
			t.Error(name, err)
		}
		for i, rec := range r.Records {
			if err := VerifyLeaf(b.Header.AppHash, rec.Key, rec.Value, rec.Proof); err != nil {
				t.Errorf("%s: record %d: %v", name, i+1, err)
			}
		}
		spoilJSON(t, name+": header", r.Header, func(raw []byte) bool {
			c := b
			return json.Unmarshal(raw, &c.Header) == nil && c.Verify() == nil
		})
		spoilJSON(t, name+": commit", r.Commit, func(raw []byte) bool {
			c := b
			c.Commit = Commit{}
			return json.Unmarshal(raw, &c.Commit) == nil && c.Verify() == nil
		})
	}
}

// spoilJSON changes each byte that is no white space and wants a refusal.
func spoilJSON(t *testing.T, what string, raw []byte, accepts func([]byte) bool) {
	t.Helper()
	if !accepts(raw) {
		t.Errorf("%s is refused as it is", what)
	}
	var tight bytes.Buffer
	if err := json.Compact(&tight, raw); err != nil {
		t.Fatal(err)
	}
	for i := range tight.Len() {
		for _, flip := range []byte{1, 0x20, 0x80} {
			bad := bytes.Clone(tight.Bytes())
			bad[i] ^= flip
			if accepts(bad) {
				t.Fatalf("%s: byte %d changed by %x is accepted", what, i, flip)
			}
		}
	}
}

func TestJSONRefuses(t *testing.T) {
	h := newChance(3).header()
	h.Version = Version{11, 1}
	good, err := h.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct{ name, old, new string }{
		{"nothing", string(good), ""},
		{"null", string(good), "null"},
		{"a list", string(good), "[]"},
		{"two", "}", "}}"},
		{"huge", "{", "{" + strings.Repeat(" ", maxHeaderJSON)},
		{"another name", `"height"`, `"Height"`},
		{"another field", `{"version"`, `{"a":1,"version"`},
		{"a field twice", `{"version"`, `{"height":"1","version"`},
		{"a number without quotes", `"app":"1"`, `"app":1`},
		{"a zero before", `"app":"1"`, `"app":"01"`},
		{"an explicit zero", `"app":"1"`, `"app":"0"`},
		{"lower case", string(h.DataHash.String()[:9]), strings.ToLower(h.DataHash.String()[:9]) + ""},
		{"time of a zone", `Z","last`, `+00:00","last`},
		{"null for none", `"` + h.AppHash.String() + `"`, "null"},
	} {
		bad := strings.Replace(string(good), row.old, row.new, 1)
		if bad == string(good) {
			t.Fatalf("%s changes nothing in %s", row.name, good)
		}
		var read Header
		if err := read.UnmarshalJSON([]byte(bad)); err == nil {
			t.Errorf("%s is read: %s", row.name, bad)
		}
	}
	c := `{"height":"1","round":0,"block_id":{"hash":"","parts":{"total":0,"hash":""}},"signatures":%}`
	absent := `{"block_id_flag":1,"validator_address":"","timestamp":"0001-01-01T00:00:00Z","signature":%}`
	for _, row := range []struct {
		sigs string
		ok   bool
	}{
		{"null", true},
		{"[]", false},
		{"[" + strings.Replace(absent, "%", "null", 1) + "]", true},
		{"[" + strings.Replace(absent, "%", `""`, 1) + "]", false},
		{"[" + strings.Replace(absent, "%", "[1]", 1) + "]", false},
		{"[null]", false},
		{strings.Repeat(" ", maxCommitJSON) + "null", false},
	} {
		var read Commit
		raw := []byte(strings.Replace(c, "%", row.sigs, 1))
		if err := read.UnmarshalJSON(raw); (err == nil) != row.ok {
			t.Errorf("signatures %.80q: %v", row.sigs, err)
		}
		if err := cmtjson.Unmarshal(raw, new(types.Commit)); row.ok && err != nil {
			t.Errorf("the engine does not read %.80q: %v", row.sigs, err)
		}
	}
}
