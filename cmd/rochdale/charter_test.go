package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rochdale-ledger/rochdale/app"
	"github.com/rochdale-ledger/rochdale/state/amendment"
	"github.com/rochdale-ledger/rochdale/state/charter"
)

// What charter show prints of a co-op founds another one by the same charter.
func TestFoundingCharter(t *testing.T) {
	for _, name := range charter.Presets() {
		doc, err := charter.Preset(name)
		if err != nil {
			t.Fatal(err)
		}
		c := charterFile{Coop: 7, Name: doc.Name, Policy: policyOf(charter.Policy(doc.Policy)), Motions: doc.Motions, Grants: doc.Grants}
		doc.Policy.Overdrafts = []charter.Overdraft{{Account: 1000, Amount: 50000}, {Account: 3200, Amount: 7}}
		c.Policy.Overdrafts = []overdraftFile{{Account: 1000, Amount: "500.00"}, {Account: 3200, Minor: 7}}
		raw, err := json.MarshalIndent(c, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "c.json")
		if err := os.WriteFile(path, raw, 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := readFoundingCharter(path)
		if err != nil {
			t.Fatal(err)
		}
		want, err := amendment.Founding(doc, app.Kinds)
		if err != nil {
			t.Fatal(err)
		}
		if m, err := amendment.Founding(got, app.Kinds); err != nil || cmp.Diff(want, m) != "" {
			t.Errorf("%s: %v\n%s", name, err, cmp.Diff(want, m))
		}
	}
}
