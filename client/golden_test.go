package client

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/cometbft/cometbft/types"

	"github.com/rochdale-ledger/rochdale/client/receipt"
)

var update = flag.Bool("update", false, "rewrite the kept receipts of the last formats; only while it is not published")

// kept are the receipts of the last two formats that package receipt keeps and reads
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

// TestKeptReceipts makes the kept receipts again: they say the same. Those of format 4
// are made after two of the four founding validators have been replaced; the files
// "bare" and "links" beside them are a receipt without its links, and these.
func TestKeptReceipts(t *testing.T) {
	r := decided(t)
	remake(t, r, "format3", receipt.Format)
	r.replace(0, 10)
	r.replace(1, 11)
	dir := remake(t, r, "format4", receipt.FormatLinked)
	if *update {
		k := kept["cast"]
		block, prove := provedBy(t, r.dial(), 0)
		bare, err := receipt.Make(k.kind, k.subject, block, prove)
		check(t, err)
		links, err := r.dial().Links(t.Context(), receipt.Trust{}, 0)
		check(t, err)
		raw, err := receipt.WriteLinks(rigChain, links)
		check(t, err)
		check(t, errors.Join(os.WriteFile(filepath.Join(dir, "bare.receipt"), bare, 0o644), os.WriteFile(filepath.Join(dir, "links.json"), raw, 0o644)))
	}
}

func remake(t *testing.T, r *rig, folder, format string) (dir string) {
	dir = filepath.Join("receipt", "testdata", folder)
	for name, k := range kept {
		raw, made, err := r.dial().Receipt(t.Context(), k.kind, k.subject, 0, receipt.Trust{})
		check(t, err)
		same(t, "format", made.Format, format)
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
	return dir
}
