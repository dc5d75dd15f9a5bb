package light

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"

	cmtjson "github.com/cometbft/cometbft/libs/json"
	"github.com/cometbft/cometbft/types"

	"github.com/rochdale-ledger/rochdale/tx"
)

// What our reader takes, the engine's takes too, and writes again as it was.
func FuzzHeader(f *testing.F) {
	for _, r := range receipts(f) {
		f.Add([]byte(r.Header))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		var h Header
		if h.UnmarshalJSON(raw) != nil {
			return
		}
		var theirs types.Header
		if err := cmtjson.Unmarshal(raw, &theirs); err != nil {
			t.Fatal(err)
		}
		sameJSON(t, raw, &theirs)
		sameBytes(t, "hash", h.Hash(), theirs.Hash())
		if err := theirs.ValidateBasic(); h.Check() == nil && err != nil {
			t.Error(err)
		}
	})
}

func FuzzCommit(f *testing.F) {
	for _, r := range receipts(f) {
		f.Add([]byte(r.Commit))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		var c Commit
		if c.UnmarshalJSON(raw) != nil {
			return
		}
		var theirs types.Commit
		if err := cmtjson.Unmarshal(raw, &theirs); err != nil {
			t.Fatal(err)
		}
		sameJSON(t, raw, &theirs)
		if c.Check() != nil {
			return
		}
		if err := theirs.ValidateBasic(); err != nil {
			t.Fatal(err)
		}
		for i, sig := range c.Signatures {
			if sig.Flag != Absent {
				sameBytes(t, "signed bytes", c.signBytes("c", i), theirs.VoteSignBytes("c", int32(i)))
			}
		}
	})
}

func sameJSON(t *testing.T, raw []byte, v any) {
	t.Helper()
	var tight bytes.Buffer
	if err := json.Compact(&tight, raw); err != nil {
		t.Fatal(err)
	}
	again, err := cmtjson.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "the engine's form", string(again), tight.String())
}

func FuzzGenesis(f *testing.F) {
	raw, err := os.ReadFile("../receipt/testdata/format2/genesis.json")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(raw)
	f.Fuzz(func(t *testing.T, raw []byte) {
		g, err := ReadGenesis(raw)
		if err != nil {
			return
		}
		doc, err := engineGenesis(raw)
		if err != nil {
			return // what is not looked at
		}
		same(t, "chain", g.Chain, doc.ChainID)
		sameBytes(t, "fingerprint", g.Validators.Hash(), doc.ValidatorHash())
	})
}

// What our reader takes has one form, and proves what ICS-23 says that it does.
func FuzzLeaf(f *testing.F) {
	c := newChance(5)
	g := newGrove(f, c, 40)
	for _, key := range g.probes(c, 3) {
		value, proof := g.prove(f, key)
		f.Add(key, value, proof)
	}
	root := g.Hash()
	f.Fuzz(func(t *testing.T, key, value, proof []byte) {
		agree(t, root, key, value, proof)
		if e, err := readProof(proof); err == nil {
			if err := oracle(e.root(), e.key, e.value, proof); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// A proof of a range that is accepted is of just the leaves that there are.
func FuzzRange(f *testing.F) {
	g := newGrove(f, newChance(2), 30)
	for _, r := range [][2][]byte{{g.keys[7], g.keys[12]}, {nil, g.keys[3]}, {g.keys[20], nil}, {g.keys[4], append(bytes.Clone(g.keys[4]), 0)}} {
		_, proof, err := MakeRange(g.Hash(), r[0], r[1], g.proofsOf(f, r[0], r[1]))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(r[0], r[1], uint8(0), proof)
		f.Add(r[0], r[1], uint8(1), proof)
	}
	f.Fuzz(func(t *testing.T, start, end []byte, drop uint8, proof []byte) {
		leaves := g.want(t, start, end)
		complete := leaves
		if n := int(drop); n > 0 && n <= len(leaves) {
			leaves = append(append([]Leaf{}, leaves[:n-1]...), leaves[n:]...)
		}
		if VerifyRange(g.Hash(), start, end, leaves, proof) != nil {
			return
		}
		if len(leaves) != len(complete) {
			t.Fatal("a leaf is missing")
		}
		_, one, err := MakeRange(g.Hash(), start, end, g.proofsOf(t, start, end))
		if err != nil {
			t.Fatal(err)
		}
		sameBytes(t, "the one proof", proof, one)
		if _, err := tx.Decode[rangeProof](proof); err != nil {
			t.Fatal(err)
		}
	})
}
