package federation_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/amendment"
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
	state.KindOf[federation.Confirm](federation.KindConfirm, "federation.Confirm"),
}

// key is the n-th validator key of a co-op.
func key(coop state.Coop, n int) tx.ValidatorKey { return statetest.NodeOf(coop, n).Key() }

func secret(coop state.Coop, n int) tx.PrivateKey { return statetest.NodeOf(coop, n).Validator }

// replace makes the n-th validator of a co-op the coming one.
func replace(coop state.Coop, n int) federation.Replace {
	return federation.Replace{Key: key(coop, n), Peer: statetest.NodeOf(coop, n).ID(), Address: fmt.Sprintf("node%d.example:%d", coop, 1+n)}
}

// confirm gives the n-th validator of a co-op its power, by the last block.
func confirm(l *statetest.L, coop state.Coop, n int) federation.Confirm {
	return prove(coop, n, l.Tip().Height, l.Tip().Hash)
}

func prove(coop state.Coop, n int, height uint64, hash []byte) federation.Confirm {
	node := statetest.NodeOf(coop, n)
	return federation.Prove(statetest.Chain, coop, height, hash, node.Peer, node.Validator)
}

// must has a co-op take actions, as motions would carry them, each in a block.
func must(t *testing.T, l *statetest.L, coop state.Coop, actions ...func() state.Action) {
	t.Helper()
	for _, a := range actions {
		m := a()
		if res := l.MandateIn(coop, m); res.Code != 0 {
			t.Fatalf("%T: %d %s", m, res.Code, res.Log)
		}
		l.Sound()
	}
}

// replaced gives a co-op its n-th validator, with power.
func replaced(t *testing.T, l *statetest.L, coop state.Coop, n int) {
	t.Helper()
	must(t, l, coop, func() state.Action { return replace(coop, n) }, func() state.Action { return confirm(l, coop, n) })
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
	node := statetest.NodeOf(1, 1)
	farthest := strings.Repeat("a", federation.MaxAddress-6) + ":65535"
	l.Run(t, []statetest.Row{
		statetest.Try("no key", 0, federation.Replace{Peer: long}, federation.ErrKey),
		statetest.Try("a byte short", 0, federation.Replace{Key: key(1, 0)[:31], Peer: long}, federation.ErrKey),
		statetest.Try("a byte long", 0, federation.Replace{Key: append(key(1, 0), 0), Peer: long}, federation.ErrKey),
		statetest.Try("long peer", 0, federation.Replace{Key: key(1, 0), Peer: long}, federation.ErrAddress),
		statetest.Try("long address", 0, federation.Replace{Key: key(1, 0), Address: long}, federation.ErrAddress),
		statetest.Try("no peer", 0, federation.Replace{Key: key(1, 0)}, federation.ErrPeer),
		statetest.Try("no peer id", 0, federation.Replace{Key: key(1, 0), Peer: "peer9"}, federation.ErrPeer),
		statetest.Try("no address", 0, federation.Replace{Key: key(1, 0), Peer: node.ID(), Address: "nowhere"}, federation.ErrPeer),
		statetest.Try("no authority", 1, federation.Replace{Key: key(1, 0), Peer: node.ID()}, state.ErrAuthority),
		statetest.Try("its own key", 0, federation.Replace{Key: key(1, 0), Peer: node.ID()}, federation.ErrTaken),
		statetest.Try("another's key", 0, federation.Replace{Key: key(2, 0), Peer: node.ID()}, federation.ErrTaken),
		statetest.Try("longest address", 0, federation.Replace{Key: key(1, 1), Peer: node.ID(), Address: farthest}, nil),
		statetest.Try("the same again", 0, federation.Replace{Key: key(1, 1), Peer: node.ID(), Address: "b:1"}, nil),

		statetest.Try("announce a long peer", 0, federation.Announce{Peer: long}, federation.ErrAddress),
		statetest.Try("announce a long address", 0, federation.Announce{Address: long}, federation.ErrAddress),
		statetest.Try("announce no peer id", 0, federation.Announce{Peer: "p"}, federation.ErrPeer),
		statetest.Try("announce no address", 0, federation.Announce{Address: "b"}, federation.ErrPeer),
		statetest.Try("announce without authority", 1, federation.Announce{}, state.ErrAuthority),
		statetest.Try("announce a classic id", 0, federation.Announce{Peer: strings.Repeat("0a", 20), Address: farthest}, nil),
		statetest.Try("announce", 0, federation.Announce{Peer: statetest.NodeOf(1, 0).ID(), Address: "b:2"}, nil),
		statetest.Try("announce where the coming one is", 0, federation.Announce{Peer: node.ID(), Address: "c:3"}, nil),
	})
	want := federation.Coop{
		Name: "co-op 1", Validator: federation.Validator{Key: key(1, 0), Peer: statetest.NodeOf(1, 0).ID(), Address: "b:2"},
		Next: federation.Coming{Key: key(1, 1), Peer: node.ID(), Address: "c:3", All: true}, // a motion of all members
	}
	got := find(t, l, 1)
	if want.Next.Since = got.Next.Since; want.Next.Since == 0 {
		t.Error("nothing says since when it comes")
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("co-op 1 (-want +got)\n%s", diff)
	}
	nodes := []federation.Validator{want.Validator, {Peer: node.ID(), Address: "c:3"}}
	if diff := cmp.Diff(nodes, got.Nodes()); diff != "" {
		t.Errorf("its nodes (-want +got)\n%s", diff)
	}
	if diff := cmp.Diff(federation.Validator{Key: key(2, 0), Peer: "p", Address: "a"}, find(t, l, 2).Validator); diff != "" {
		t.Errorf("another co-op changed (-want +got)\n%s", diff)
	}
}

// A co-op that is not in the register has no validator to replace.
func TestStranger(t *testing.T) {
	l := statetest.New(t, setup())
	defer l.Close()
	for _, m := range []state.Action{replace(7, 1), federation.Announce{Address: "b:1"}, prove(7, 1, 1, make([]byte, 32))} {
		if got := l.MandateIn(registered+1, m).Code; got != federation.ErrUnknown.Code {
			t.Errorf("%T: code %d", m, got)
		}
	}
	l.Sound()
}

// In one block no more than a third of the validators get their power; the next block
// starts its own count.
func TestTurnover(t *testing.T) {
	l := statetest.New(t, setup())
	defer l.Close()
	for n := state.Coop(1); n <= 4; n++ {
		must(t, l, n, func() state.Action { return replace(n, 1) })
	}
	signed := func(coop state.Coop, n int) []byte {
		return l.Sign(coop, statetest.Secretary, statetest.Carried{Kind: federation.KindConfirm, Payload: tx.Encode(confirm(l, coop, n))})
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
	got := codes(signed(1, 1), signed(2, 0), signed(2, 1), signed(3, 0), signed(7, 1), signed(4, 1))
	if diff := cmp.Diff([]uint32{0, federation.ErrProof.Code, 0, over, federation.ErrUnknown.Code, over}, got); diff != "" {
		t.Errorf("first block (-want +got)\n%s", diff)
	}
	if diff := cmp.Diff([]uint32{0, 0}, codes(signed(3, 1), signed(4, 1))); diff != "" {
		t.Errorf("second block (-want +got)\n%s", diff)
	}
}

// One co-op of a few is always let through, since a third of two is none.
func TestTurnoverOfFew(t *testing.T) {
	s := setup()
	s.Coops = 2
	l := statetest.New(t, s)
	defer l.Close()
	for coop := state.Coop(1); coop <= 2; coop++ {
		must(t, l, coop, func() state.Action { return replace(coop, 1) })
	}
	var raw [][]byte
	for coop := state.Coop(1); coop <= 2; coop++ {
		raw = append(raw, l.Sign(coop, statetest.Secretary, statetest.Carried{Kind: federation.KindConfirm, Payload: tx.Encode(confirm(l, coop, 1))}))
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

// No key by which anyone could sign becomes a validator's, or a founder's.
func TestUnusableKeys(t *testing.T) {
	points, forged := statetest.UnusableKeys(t)
	l := statetest.New(t, setup())
	defer l.Close()
	for _, point := range points {
		key := tx.ValidatorKey(point)
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
		got = federation.Found(c, g, append([]state.Kind{state.KindOf[amendment.Amend](amendment.KindAmend, "charter.Amend")}, kinds...), func(_ *state.Ctx, gc federation.GenesisCoop) error {
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

// A founder may be a body, which the document says by name.
func TestFounderIsBody(t *testing.T) {
	for text, want := range map[string]member.Sort{`{}`: member.Person, `{"sort": "person"}`: member.Person, `{"sort": "co-op"}`: member.Coop, `{"sort": "body"}`: member.Body} {
		var said federation.GenesisMember
		if err := json.Unmarshal([]byte(text), &said); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		g := genesis()
		g.Coops[0].Members[0].Sort = said.Sort
		s := setup()
		s.Coops = 3
		found := s.Found
		s.Found = func(c *state.Ctx) error {
			if err := found(c); err != nil || c.Coop() < 3 {
				return err
			}
			if err := federation.Found(c, g, append([]state.Kind{state.KindOf[amendment.Amend](amendment.KindAmend, "charter.Amend")}, kinds...), func(*state.Ctx, federation.GenesisCoop) error { return nil }); err != nil {
				return err
			}
			m, err := member.ByKey(c.In(1), statetest.Key(9, 1).Public())
			if err != nil {
				return err
			}
			rec, err := member.Find(c.In(1), m)
			if rec.Sort != want {
				t.Errorf("%s: the founder is a %v", text, rec.Sort)
			}
			return err
		}
		statetest.New(t, s).Close()
	}
	var said federation.GenesisMember
	if json.Unmarshal([]byte(`{"sort": "town"}`), &said) == nil {
		t.Errorf("a town is a %v", said.Sort)
	}
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
	p2, p7 := statetest.NodeOf(1, 2).ID(), statetest.NodeOf(1, 7).ID()
	coming := federation.Replace{Key: key(1, 7), Peer: p7}
	const name = `co-op 1 (Bakers\n& Co)`
	for _, row := range []struct {
		action       func() state.Action
		before, also string // what is said only before
	}{
		{func() state.Action { return federation.Announce{Peer: p2, Address: "b:2"} },
			"announce that the node of " + name + " is dialled at b:2\npeer id: p → " + p2 + "\naddress: a → b:2", ""},
		{func() state.Action { return coming },
			fmt.Sprintf("give %s another validator, with key %s at no address\nvalidator key: %s → %s\npeer id: %s → %s\naddress: b:2 → none\n"+
				"power: when its node has shown that it follows the chain, not before", name, key(1, 7), key(1, 0), key(1, 7), p2, p7), ""},
		{func() state.Action { return replace(1, 3) },
			fmt.Sprintf("give %s another validator, with key %s at node1.example:4\nvalidator key: %s → %s\npeer id: %s → %s\naddress: b:2 → node1.example:4\n"+
				"power: when its node has shown that it follows the chain, not before", name, key(1, 3), key(1, 0), key(1, 3), p2, statetest.NodeOf(1, 3).ID()),
			fmt.Sprintf("the one that waits: %s → nothing\nwho may replace it: all members only, since they decided on the one that waits\n", key(1, 7))},
		{func() state.Action {
			m := confirm(l, 1, 3)
			m.Hash = bytes.Clone(m.Hash)
			return m
		},
			fmt.Sprintf("give power to the validator that %s decided on\nvalidator key: %s → %s\npeer id: %s → %s\naddress: b:2 → node1.example:4\n"+
				"shown by: the node's two keys, which signed the ledger's hash after block 4\nhash: HASH\nold key: loses its power at once, and never serves again",
				name, key(1, 0), key(1, 3), p2, statetest.NodeOf(1, 3).ID()), ""},
	} {
		action := row.action()
		if m, ok := action.(federation.Confirm); ok {
			row.before = strings.Replace(row.before, "HASH", fmt.Sprintf("%X", m.Hash), 1)
		}
		if got := strings.Replace(describe(action, nil), row.also, "", 1); got != row.before {
			t.Errorf("before: got %q, want %q", got, row.before)
		}
		res := l.Mandate(action)
		if res.Code != 0 {
			t.Fatal(res.Log)
		}
		if got := describe(action, res.Data); got != row.before {
			t.Errorf("after: got %q, want %q", got, row.before)
		}
	}
}
