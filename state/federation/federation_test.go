package federation_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/federation"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/statetest"
	"github.com/rochdale-ledger/rochdale/tx"
)

// The room's tables, opened again to set scenes and to break them.
var (
	coops   = state.NewTable[state.Coop, federation.Coop](0x60)
	queue   = state.NewTable[uint64, federation.Waiting](0x64)
	totals  = state.NewTable[uint8, federation.Totals](0x65)
	changes = state.NewTable[uint8, federation.Changes](0x66)
	peers   = state.NewTable[[20]byte, uint64](0x67)
)

// registered is how many of the co-ops are in the register; one more is not.
const registered = 6

var kinds = []state.Kind{
	state.KindOf[federation.Replace](federation.KindReplace, "federation.Replace"),
	state.KindOf[federation.Announce](federation.KindAnnounce, "federation.Announce"),
}

// key is the n-th validator key of a co-op.
func key(coop state.Coop, n int) tx.ValidatorKey { return secret(coop, n).Validator() }

func secret(coop state.Coop, n int) tx.PrivateKey {
	seed := sha256.Sum256(fmt.Append(nil, "validator ", coop, n))
	return tx.NewPrivateKey(seed[:])
}

func setup() statetest.Setup {
	return statetest.Setup{
		Coops: registered + 1, Kinds: kinds,
		Found: func(c *state.Ctx) error {
			if n := c.Coop(); n <= registered {
				return federation.Join(c, n, federation.Coop{Name: fmt.Sprint("co-op ", n), Validator: federation.Validator{Key: key(n, 0), Peer: "p", Address: "a"}})
			}
			return nil
		},
		Invariants: []func(state.Reader) error{federation.CheckCoops},
	}
}

func find(t *testing.T, l *statetest.L, n state.Coop) federation.Coop {
	t.Helper()
	v := l.Read()
	defer v.Close()
	c, err := federation.Find(v, n)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Rows follow the order of the checks; each breaks every later one it can.
func TestReplaceAndAnnounce(t *testing.T) {
	l := statetest.New(t, setup())
	defer l.Close()
	long := strings.Repeat("x", federation.MaxAddress+1)
	l.Run(t, []statetest.Row{
		statetest.Try("no key", 0, federation.Replace{Peer: long}, federation.ErrKey),
		statetest.Try("a byte short", 0, federation.Replace{Key: key(1, 0)[:31], Peer: long}, federation.ErrKey),
		statetest.Try("a byte long", 0, federation.Replace{Key: append(key(1, 0), 0), Peer: long}, federation.ErrKey),
		statetest.Try("long peer", 0, federation.Replace{Key: key(1, 0), Peer: long}, federation.ErrAddress),
		statetest.Try("long address", 0, federation.Replace{Key: key(1, 0), Address: long}, federation.ErrAddress),
		statetest.Try("no authority", 1, federation.Replace{Key: key(1, 0)}, state.ErrAuthority),
		statetest.Try("its own key", 0, federation.Replace{Key: key(1, 0)}, federation.ErrTaken),
		statetest.Try("another's key", 0, federation.Replace{Key: key(2, 0)}, federation.ErrTaken),
		statetest.Try("longest address", 0, federation.Replace{Key: key(1, 1), Peer: long[1:], Address: long[1:]}, nil),
		statetest.Try("the old key again", 0, federation.Replace{Key: key(1, 0)}, federation.ErrTaken),

		statetest.Try("announce a long peer", 0, federation.Announce{Peer: long}, federation.ErrAddress),
		statetest.Try("announce a long address", 0, federation.Announce{Address: long}, federation.ErrAddress),
		statetest.Try("announce without authority", 1, federation.Announce{}, state.ErrAuthority),
		statetest.Try("announce the longest", 0, federation.Announce{Peer: long[1:], Address: long[2:] + "y"}, nil),
		statetest.Try("announce", 0, federation.Announce{Peer: long[1:], Address: "b"}, nil),
	})
	want := federation.Coop{Name: "co-op 1", Validator: federation.Validator{Key: key(1, 1), Peer: long[1:], Address: "b"}}
	if diff := cmp.Diff(want, find(t, l, 1)); diff != "" {
		t.Errorf("co-op 1 (-want +got)\n%s", diff)
	}
	if diff := cmp.Diff(federation.Validator{Key: key(2, 0), Peer: "p", Address: "a"}, find(t, l, 2).Validator); diff != "" {
		t.Errorf("another co-op changed (-want +got)\n%s", diff)
	}
}

// A co-op that is not in the register has no validator to replace.
func TestStranger(t *testing.T) {
	l := statetest.New(t, setup())
	defer l.Close()
	for _, m := range []state.Action{federation.Replace{Key: key(7, 1)}, federation.Announce{Address: "b"}} {
		if got := l.MandateIn(registered+1, m).Code; got != federation.ErrUnknown.Code {
			t.Errorf("%T: code %d", m, got)
		}
	}
	l.Sound()
}

// In one block no more than a third of the validators are replaced; the next
// block starts its own count.
func TestTurnover(t *testing.T) {
	l := statetest.New(t, setup())
	defer l.Close()
	replace := func(coop state.Coop, n int) []byte {
		return l.Sign(coop, statetest.Secretary, statetest.Carried{Kind: federation.KindReplace, Payload: tx.Encode(federation.Replace{Key: key(coop, n)})})
	}
	codes := func(raw ...[]byte) (out []uint32) {
		for _, res := range l.Block(raw...) {
			out = append(out, res.Code)
		}
		l.Sound()
		return out
	}
	over := federation.ErrTurnover.Code
	// The third is one too many of six, whatever else is wrong with it; a refused
	// one does not count.
	got := codes(replace(1, 1), replace(2, 0), replace(2, 1), replace(3, 0), replace(7, 1), replace(4, 1))
	if diff := cmp.Diff([]uint32{0, federation.ErrTaken.Code, 0, over, over, over}, got); diff != "" {
		t.Errorf("first block (-want +got)\n%s", diff)
	}
	if diff := cmp.Diff([]uint32{0, 0}, codes(replace(3, 1), replace(4, 1))); diff != "" {
		t.Errorf("second block (-want +got)\n%s", diff)
	}
}

// One co-op of a few is always let through, since a third of two is none.
func TestTurnoverOfFew(t *testing.T) {
	s := setup()
	s.Coops = 2
	l := statetest.New(t, s)
	defer l.Close()
	var raw [][]byte
	for coop := state.Coop(1); coop <= 2; coop++ {
		raw = append(raw, l.Sign(coop, statetest.Secretary, statetest.Carried{Kind: federation.KindReplace, Payload: tx.Encode(federation.Replace{Key: key(coop, 1)})}))
	}
	if res := l.Block(raw...); res[0].Code != 0 || res[1].Code != federation.ErrTurnover.Code {
		t.Errorf("codes %d and %d", res[0].Code, res[1].Code)
	}
}

// validator is co-op n's, with the i-th validator key of a co-op.
func validator(of state.Coop, i int, n state.Coop) *federation.GenesisValidator {
	v := federation.ValidatorOf(secret(of, i), statetest.Chain, n)
	v.Peer, v.Address = "p", "a"
	return v
}

// genesis is a sound founding document of one co-op.
func genesis() federation.Genesis {
	d, err := charter.Preset("standard")
	if err != nil {
		panic(err)
	}
	d.Grants = []charter.NamedGrant{{Actions: []string{"charter.Amend"}, GrantText: charter.GrantText{Motions: []charter.MotionKindID{2}}}}
	return federation.Genesis{Version: 1, Federation: "Test", Coops: []federation.GenesisCoop{{
		Name: "One", Charter: d,
		Validator: validator(9, 0, 1),
		Members:   []federation.GenesisMember{federation.FounderOf(statetest.Key(9, 1), statetest.Chain, 1)},
	}}}
}

// weak are the keys of small order that tx publishes, and one that is no point.
func weak(t *testing.T) (keys []tx.ValidatorKey) {
	t.Helper()
	raw, err := os.ReadFile("../../tx/testdata/small-order.json")
	if err != nil {
		t.Fatal(err)
	}
	var rows []struct{ Encoding string }
	if err := json.Unmarshal(raw, &rows); err != nil || len(rows) != 14 {
		t.Fatalf("%d encodings, %v", len(rows), err)
	}
	for _, r := range append(rows, struct{ Encoding string }{"02" + strings.Repeat("00", 31)}) {
		key, err := hex.DecodeString(r.Encoding)
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, key)
	}
	return keys
}

// No key by which anyone could sign becomes a validator's, or a founder's.
func TestUnusableKeys(t *testing.T) {
	forged := make([]byte, tx.SignatureSize)
	forged[0] = 1
	l := statetest.New(t, setup())
	defer l.Close()
	for _, key := range weak(t) {
		l.Run(t, []statetest.Row{statetest.Try("replace", 0, federation.Replace{Key: key, Peer: strings.Repeat("x", federation.MaxAddress+1)}, federation.ErrUnusable)})
		v := validator(9, 0, 1)
		v.Key, v.Proof = key.String(), hex.EncodeToString(forged)
		g := genesis()
		g.Coops[0].Validator = v
		if err := foundBy(t, g); state.Rejected(err) != federation.ErrUnusable {
			t.Errorf("validator %s: %v", key, err)
		}
		if g.Coops[0].CheckKeys(statetest.Chain, 1) == nil {
			t.Errorf("validator %s passes in a statement", key)
		}
		g = genesis()
		g.Coops[0].Members[0].Key = append(tx.PublicKey{1}, key...).String()
		g.Coops[0].Members[0].Proof = hex.EncodeToString(forged)
		if err := foundBy(t, g); state.Rejected(err) != member.ErrUnusable {
			t.Errorf("founder %s: %v", key, err)
		}
		if g.Coops[0].CheckKeys(statetest.Chain, 1) == nil {
			t.Errorf("founder %s passes in a statement", key)
		}
	}
}

// foundBy is what founding by g comes to.
func foundBy(t *testing.T, g federation.Genesis) (got error) {
	s := setup()
	s.Coops = 3
	found := s.Found
	s.Found = func(c *state.Ctx) error {
		if err := found(c); err != nil || c.Coop() < 3 {
			return err
		}
		// Co-op 1 of the document goes where nothing has been founded yet.
		got = federation.Found(c, g, append([]state.Kind{state.KindOf[charter.Amend](charter.KindAmend, "charter.Amend")}, kinds...), func(_ *state.Ctx, gc federation.GenesisCoop) error {
			if gc.Name == "No books" {
				return fmt.Errorf("no books")
			}
			return nil
		})
		return nil
	}
	statetest.New(t, s).Close()
	return got
}

// What is wrong with a founding document is an error before the first block.
func TestFoundRefuses(t *testing.T) {
	long := strings.Repeat("x", federation.MaxAddress+1)
	for _, row := range []struct {
		name string
		edit func(g *federation.Genesis, c *federation.GenesisCoop)
		says string // nothing if it is sound
	}{
		{"sound", func(*federation.Genesis, *federation.GenesisCoop) {}, ""},
		{"no name of the federation", func(g *federation.Genesis, _ *federation.GenesisCoop) { g.Federation = "" }, "name is empty or too long: 0 bytes"},
		{"long name of the federation", func(g *federation.Genesis, _ *federation.GenesisCoop) { g.Federation = long[:federation.MaxName+1] }, "name is empty or too long: 101 bytes"},
		{"longest name of the federation", func(g *federation.Genesis, _ *federation.GenesisCoop) { g.Federation = long[:federation.MaxName] }, ""},
		{"no name", func(_ *federation.Genesis, c *federation.GenesisCoop) { c.Name = "" }, "co-op 1, : name is empty or too long: 0 bytes"},
		{"long name", func(_ *federation.Genesis, c *federation.GenesisCoop) { c.Name = long[:federation.MaxName+1] }, "name is empty or too long: 101 bytes"},
		{"longest name", func(_ *federation.Genesis, c *federation.GenesisCoop) { c.Name = long[:federation.MaxName] }, ""},
		{"no key at all", func(_ *federation.Genesis, c *federation.GenesisCoop) { c.Validator.Key = "xyz" }, "co-op 1, One: validator key: not a public key of a validator: it does not begin with rochdaleval1"},
		{"a key in hexadecimal", func(_ *federation.Genesis, c *federation.GenesisCoop) {
			c.Validator.Key = hex.EncodeToString(key(9, 0))
		}, "validator key: not a public key of a validator: it is in hexadecimal, as keys were written before; give it as programs print it now, beginning with rochdaleval1"},
		{"a member's key", func(_ *federation.Genesis, c *federation.GenesisCoop) { c.Validator.Key = c.Members[0].Key }, "it is that of a member"},
		{"no proof", func(_ *federation.Genesis, c *federation.GenesisCoop) { c.Validator.Proof = "" }, "validator: the proof is not that of key rochdaleval1"},
		{"another co-op's proof", func(_ *federation.Genesis, c *federation.GenesisCoop) { c.Validator.Proof = validator(9, 0, 2).Proof }, "validator: the proof is not that of key rochdaleval1"},
		{"another chain's proof", func(_ *federation.Genesis, c *federation.GenesisCoop) {
			c.Validator.Proof = federation.ValidatorOf(secret(9, 0), "test-2", 1).Proof
		}, "validator: the proof is not that of key rochdaleval1"},
		{"another key's proof", func(_ *federation.Genesis, c *federation.GenesisCoop) { c.Validator.Proof = validator(9, 1, 1).Proof }, "validator: the proof is not that of key rochdaleval1"},
		{"a member's proof of the same key", func(_ *federation.Genesis, c *federation.GenesisCoop) {
			c.Validator.Proof = federation.FounderOf(secret(9, 0), statetest.Chain, 1).Proof
		}, "validator: the proof is not that of key rochdaleval1"},
		{"a founder without proof", func(_ *federation.Genesis, c *federation.GenesisCoop) { c.Members[0].Proof = "" }, "proof of possession of the key does not verify: founder 1 has none"},
		{"a founder with another co-op's proof", func(_ *federation.Genesis, c *federation.GenesisCoop) {
			c.Members[0].Proof = federation.FounderOf(statetest.Key(9, 1), statetest.Chain, 2).Proof
		}, "proof of possession of the key does not verify: entry 1"},
		{"a founder with another chain's proof", func(_ *federation.Genesis, c *federation.GenesisCoop) {
			c.Members[0].Proof = federation.FounderOf(statetest.Key(9, 1), "test-2", 1).Proof
		}, "proof of possession of the key does not verify: entry 1"},
		{"no hexadecimal proof", func(_ *federation.Genesis, c *federation.GenesisCoop) { c.Members[0].Proof = "xyz" }, "member 1: proof: "},
		{"no key", func(_ *federation.Genesis, c *federation.GenesisCoop) {
			c.Validator = &federation.GenesisValidator{Peer: "p"}
		}, "not a public key of a validator"},
		{"no validator", func(_ *federation.Genesis, c *federation.GenesisCoop) { c.Validator = nil }, ""},
		{"short key", func(_ *federation.Genesis, c *federation.GenesisCoop) { c.Validator.Key = key(9, 0)[:31].String() }, "it has not the 32 bytes of one"},
		{"long address", func(_ *federation.Genesis, c *federation.GenesisCoop) { c.Validator.Address = long }, "address or peer id is too long"},
		{"another's key", func(_ *federation.Genesis, c *federation.GenesisCoop) {
			c.Validator = validator(3, 0, 1)
		}, "validator key serves or has served a co-op: co-op 3"},
		{"a charter out of bounds", func(_ *federation.Genesis, c *federation.GenesisCoop) { c.Charter.Policy.Allowance = 0 }, "charter breaks a hard bound: allowance of 0"},
		{"an action that is none", func(_ *federation.Genesis, c *federation.GenesisCoop) {
			c.Charter.Grants[0].Actions = []string{"charter.Mend"}
		}, `grants an unknown action "charter.Mend"`},
		{"a charter that is for ever", func(_ *federation.Genesis, c *federation.GenesisCoop) {
			c.Charter.Grants[0].Motions = nil
		}, "no way to amend the charter"},
		{"no member's key", func(_ *federation.Genesis, c *federation.GenesisCoop) { c.Members[0].Key = "ed25519" }, "member 1: "},
		{"no hexadecimal commitment", func(_ *federation.Genesis, c *federation.GenesisCoop) { c.Members[0].Commitment = "xyz" }, "member 1: commitment: "},
		{"half a commitment", func(_ *federation.Genesis, c *federation.GenesisCoop) { c.Members[0].Commitment = "00" }, "commitment is not 32 bytes: 1 bytes"},
		{"a class that is none", func(_ *federation.Genesis, c *federation.GenesisCoop) { c.Members[0].Class = 2 }, "the charter has no such class of members: 2 of 1"},
		{"one member twice", func(_ *federation.Genesis, c *federation.GenesisCoop) { c.Members = append(c.Members, c.Members[0]) }, "key is or was on this register: entries 1 and 2"},
		{"an office that is none", func(_ *federation.Genesis, c *federation.GenesisCoop) { c.Members[0].Offices = []charter.Office{99} }, "no such office: 99"},
		{"an office twice", func(_ *federation.Genesis, c *federation.GenesisCoop) {
			c.Members[0].Offices = []charter.Office{charter.Auditor, charter.Auditor}
		}, "member holds that office already"},
		{"no books", func(_ *federation.Genesis, c *federation.GenesisCoop) { c.Name = "No books" }, "co-op 1, No books: no books"},
	} {
		g := genesis()
		row.edit(&g, &g.Coops[0])
		got := foundBy(t, g)
		if row.says == "" && got != nil || row.says != "" && (got == nil || !strings.Contains(got.Error(), row.says)) {
			t.Errorf("%s: %v, want %q", row.name, got, row.says)
		}
	}
}

func TestParseGenesisRefuses(t *testing.T) {
	// document founds co-ops, the first of them with validators.
	document := func(coops, validators int) string {
		return `{"federation":"x","coops":[` + strings.TrimSuffix(strings.Repeat(`{"validator":{}},`, validators)+strings.Repeat("{},", coops-validators), ",") + `]}`
	}
	for _, row := range []struct{ name, text, says string }{
		{"nothing", "", "EOF"},
		{"a misspelt field", `{"federation":"x","coop":[{"validator":{}}]}`, `unknown field "coop"`},
		{"no co-ops", `{"federation":"x","coops":[]}`, "names 0 co-ops, from 1 to 100000 can be"},
		{"too many co-ops", document(federation.MaxCoops+1, 1), "names 100001 co-ops"},
		{"no validators", document(2, 0), "gives 0 co-ops a validator, from 1 to 128 can have one"},
		{"too many validators", document(federation.MaxValidators+1, federation.MaxValidators+1), "gives 129 co-ops a validator, from 1 to 128 can have one"},
		{"something after", document(1, 1) + " {}", "something after"},
	} {
		if _, err := federation.ParseGenesis([]byte(row.text)); err == nil || !strings.Contains(err.Error(), row.says) {
			t.Errorf("%s: %v, want %q", row.name, err, row.says)
		}
	}
	g, err := federation.ParseGenesis([]byte(document(federation.MaxCoops, federation.MaxValidators)))
	if err != nil || len(g.Coops) != federation.MaxCoops || g.Validators() != federation.MaxValidators {
		t.Errorf("as many as can be: %d, %v", len(g.Coops), err)
	}
}

// Replace and Announce say what they replace, before and after it was done.
func TestDescribe(t *testing.T) {
	l := statetest.New(t, setup())
	describe := func(a state.Action, result []byte) string {
		v := l.Read()
		defer v.Close()
		w := a.Describe(state.Telling{Reader: v.Of(1), CoopName: func(state.Coop) string { return "Bakers\n& Co" }, Result: result})
		lines := []string{w.Phrase}
		for _, c := range w.Clauses {
			lines = append(lines, c.String())
		}
		return strings.Join(lines, "\n")
	}
	replace := federation.Replace{Key: key(1, 7), Peer: "p7"}
	for _, row := range []struct {
		action state.Action
		want   string
	}{
		{federation.Announce{Peer: "p2", Address: "b"}, `announce that the node of co-op 1 (Bakers\n& Co) is dialled at b` + "\npeer id: p → p2\naddress: a → b"},
		{replace, fmt.Sprintf(`give co-op 1 (Bakers\n& Co) another validator, with key %s at no address`+"\nvalidator key: %s → %s\npeer id: p2 → p7\naddress: b → none", key(1, 7), key(1, 0), key(1, 7))},
	} {
		if got := describe(row.action, nil); got != row.want {
			t.Errorf("before: got %q, want %q", got, row.want)
		}
		res := l.Mandate(row.action)
		if res.Code != 0 {
			t.Fatal(res.Log)
		}
		if got := describe(row.action, res.Data); got != row.want {
			t.Errorf("after: got %q, want %q", got, row.want)
		}
	}
}
