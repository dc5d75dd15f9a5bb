package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rochdale-ledger/rochdale/client/receipt"
)

// receipts are those of format 2 that package receipt keeps.
const receipts = "../../client/receipt/testdata/format2/"

// rochdale runs one command line in this process.
func rochdale(stdin string, args ...string) (code int, stdout, stderr string) {
	var out, errs bytes.Buffer
	code = run(args, strings.NewReader(stdin), &out, &errs)
	return code, out.String(), errs.String()
}

func TestVerify(t *testing.T) {
	genesis := receipts + "genesis.json"
	code, out, errs := rochdale("", "verify", receipts+"absence.receipt", "--genesis", genesis)
	want := `Proved: in federation anytown-1, after block 12, it was so:
  Motion 1 of co-op 2, "Bakers & Co" is "Buy the mill & the <pond>".
  Member 5 has cast nothing on it.
  The motion is closed and was carried.
4 of 4 validators signed the block after it, on 2026-11-02 09:13 UTC.
They are the validators that you trust.
`
	if code != exitDone || out != want || errs != "" {
		t.Errorf("status %d, it said\n%s%s", code, out, errs)
	}

	// Without a genesis file it holds, and says what it does not show.
	raw, err := os.ReadFile(receipts + "holding.receipt")
	if err != nil {
		t.Fatal(err)
	}
	code, out, errs = rochdale(string(raw), "verify", "-")
	if code != exitDone || !strings.Contains(out, "\n  Member 4 of co-op 2, \"Bakers & Co\" holds 120 shares") ||
		!strings.Contains(out, "\nTheir fingerprint is ") || !strings.Contains(errs, "rochdale: hint: compare the fingerprint") {
		t.Errorf("status %d, it said\n%s%s", code, out, errs)
	}
	_, fingerprint, _ := strings.Cut(strings.TrimSpace(out), "Their fingerprint is ")
	fingerprint = strings.TrimSuffix(fingerprint, ".")
	code, out, _ = rochdale(string(raw), "verify", "-", "--json", "--fingerprint", fingerprint)
	var proof receipt.Proof
	if err := json.Unmarshal([]byte(out), &proof); code != exitDone || err != nil || !proof.Anchored || proof.Subject.Member != 4 {
		t.Errorf("status %d, %v, %+v", code, err, proof)
	}

	// Words in the file are not looked at; all else is refuted by name.
	changed := strings.Replace(string(raw), "holds 120", "holds 121", 1)
	code, out, errs = rochdale(changed, "verify", "-", "--genesis", genesis)
	if code != exitDone || changed == string(raw) || !strings.Contains(out, "holds 120 shares") || strings.Contains(out, "121") {
		t.Errorf("changed words: status %d, it said\n%s%s", code, out, errs)
	}
	changed = strings.Replace(string(raw), `"member": 4`, `"member": 5`, 1)
	code, out, errs = rochdale(changed, "verify", "-", "--genesis", genesis)
	if code != exitRejected || out != "" || !strings.HasPrefix(errs, "rochdale: rejected: this receipt proves nothing: record 4: ") {
		t.Errorf("another member: status %d, it said\n%s%s", code, out, errs)
	}
	changed = strings.Replace(string(raw), "rochdale-receipt-2", "rochdale-receipt-9", 1)
	code, out, errs = rochdale(changed, "verify", "-", "--genesis", genesis)
	if code != exitFault || out != "" || !strings.Contains(errs, `not a receipt that this program can read: its format is "rochdale-receipt-9"`) || !strings.Contains(errs, "if a later program made it") {
		t.Errorf("a format that does not exist: status %d, it said\n%s%s", code, out, errs)
	}
	code, out, errs = rochdale(string(raw), "verify", "-", "--fingerprint", strings.Repeat("0", 64))
	if code != exitRejected || out != "" || !strings.Contains(errs, "validators: ") {
		t.Errorf("other validators: status %d, it said\n%s%s", code, out, errs)
	}

	// Unreadable, or wrong usage.
	bad := filepath.Join(t.TempDir(), "bad.json")
	if err := os.WriteFile(bad, []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"verify", bad},
		{"verify", bad + ".none"},
		{"verify", receipts + "cast.receipt", "--genesis", bad},
		{"verify", receipts + "cast.receipt", "--fingerprint", "12"},
		{"verify", receipts + "cast.receipt", "--fingerprint", fingerprint, "--genesis", genesis},
		{"verify"},
		{"verify", "-"}, // nothing there
		{"receipt", "cast", "--coop", "1", "--member", "7"},
		{"receipt", "cast", "--member", "7", "--motion", "1", "--node", "http://127.0.0.1:1"},
		{"receipt", "cast", "--coop", "0", "--member", "7", "--motion", "1"},
		{"receipt", "member", "--coop", "1", "--member", "7", "--node", "http://127.0.0.1:1"},
		{"receipt", "member", "--coop", "1", "--member", "7", "--node", "ftp://x"},
	} {
		code, out, errs := rochdale("", args...)
		if code != exitFault || out != "" || !strings.Contains(errs, "rochdale: hint: ") {
			t.Errorf("%q: status %d, it said\n%s%s", args, code, out, errs)
		}
	}
}
