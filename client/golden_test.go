package client

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/cometbft/cometbft/types"

	"github.com/rochdale-ledger/rochdale/client/receipt"
)

var update = flag.Bool("update", false, "rewrite the kept receipts of the last format; only while it is not published")

// kept are the receipts of the last format that package receipt keeps and reads
// in its tests, by the names of their files.
var kept = map[string]struct {
	kind    string
	subject receipt.Subject
}{
	"member":    {"member", receipt.Subject{Coop: 2, Member: 3}},
	"holding":   {"holding", receipt.Subject{Coop: 2, Member: 4, Class: 1}},
	"cast":      {"cast", receipt.Subject{Coop: 2, Member: 4, Motion: 1}},
	"absence":   {"cast", receipt.Subject{Coop: 2, Member: 5, Motion: 1}},
	"decision":  {"decision", receipt.Subject{Coop: 2, Motion: 1}},
	"appointed": {"decision", receipt.Subject{Coop: 2, Motion: 3}},
}

// TestKeptReceipts makes the kept receipts again: they say the same.
func TestKeptReceipts(t *testing.T) {
	dir := filepath.Join("receipt", "testdata", "format3")
	r := decided(t)
	for name, k := range kept {
		raw, made, err := r.dial().Receipt(t.Context(), k.kind, k.subject, 0, receipt.Trust{})
		check(t, err)
		file := filepath.Join(dir, name+".receipt")
		if *update {
			check(t, os.WriteFile(file, raw, 0o644))
		}
		old, err := receipt.Verify(readFile(t, file), genesisTrust(t, r))
		check(t, err)
		same(t, name, made.Statement, old.Statement)
	}
	if *update {
		// Who verifies needs the chain id and the validators of a genesis file only.
		doc, err := types.GenesisDocFromJSON(r.genesis)
		check(t, err)
		doc.AppState = []byte("{}")
		check(t, doc.SaveAs(filepath.Join(dir, "genesis.json")))
	}
}
