package client

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/cometbft/cometbft/types"
)

var update = flag.Bool("update", false, "write testdata/receipts anew; only with a new receiptFormat")

// golden are receipts as they were once written. A receipt lies in a drawer for
// years: programs of later versions must read it and find the same words.
var golden = map[string]struct {
	kind    string
	subject Subject
}{
	"member":   {"member", Subject{Coop: 2, Member: 3}},
	"holding":  {"holding", Subject{Coop: 2, Member: 4, Class: 1}},
	"cast":     {"cast", Subject{Coop: 2, Member: 4, Motion: 1}},
	"absence":  {"cast", Subject{Coop: 2, Member: 5, Motion: 1}},
	"decision": {"decision", Subject{Coop: 2, Motion: 1}},
}

func TestOldReceiptsStillHold(t *testing.T) {
	dir := filepath.Join("testdata", "receipts")
	if *update {
		writeGolden(t, dir)
	}
	trust, err := TrustGenesis(readFile(t, filepath.Join(dir, "genesis.json")))
	check(t, err)
	for name, g := range golden {
		proof, err := Verify(readFile(t, filepath.Join(dir, name+".receipt")), trust)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if proof.Kind != g.kind || proof.Subject != g.subject || !proof.Anchored {
			t.Errorf("%s: %+v", name, proof)
		}
	}
}

func writeGolden(t *testing.T, dir string) {
	t.Helper()
	r := decided(t)
	for name, g := range golden {
		raw, _, err := r.dial().Receipt(t.Context(), g.kind, g.subject, 0, Trust{})
		check(t, err)
		check(t, os.WriteFile(filepath.Join(dir, name+".receipt"), raw, 0o644))
	}
	// Who verifies needs the chain id and the validators of a genesis file only.
	doc, err := types.GenesisDocFromJSON(r.genesis)
	check(t, err)
	doc.AppState = []byte("{}")
	check(t, doc.SaveAs(filepath.Join(dir, "genesis.json")))
}

// FuzzVerify feeds a verifier what is no receipt. Nothing but the receipts
// themselves may be found to prove anything.
func FuzzVerify(f *testing.F) {
	var known [][]byte
	for name := range golden {
		raw := readFile(f, filepath.Join("testdata", "receipts", name+".receipt"))
		known = append(known, raw)
		f.Add(raw)
	}
	trust, err := TrustGenesis(readFile(f, filepath.Join("testdata", "receipts", "genesis.json")))
	check(f, err)
	f.Fuzz(func(t *testing.T, raw []byte) {
		if _, err := Verify(raw, trust); err != nil {
			return
		}
		for _, k := range known {
			if bytes.Equal(k, raw) {
				return
			}
		}
		t.Errorf("proved by %d bytes that no federation gave", len(raw))
	})
}
