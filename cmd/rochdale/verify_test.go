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

// linked are those of format 4, made after two of four founding validators had been
// replaced.
const linked = "../../client/receipt/testdata/format4/"

// rochdale runs one command line in this process.
func rochdale(stdin string, args ...string) (code int, stdout, stderr string) {
	var out, errs bytes.Buffer
	code = run(args, strings.NewReader(stdin), &out, &errs)
	return code, out.String(), errs.String()
}

func TestVerify(t *testing.T) {
	const others = "rochdale: the words in the file are others. Nobody signed them: an"
	genesis := receipts + "genesis.json"
	code, out, errs := rochdale("", "verify", receipts+"absence.receipt", "--genesis", genesis)
	want := `Proved: in federation anytown-1, after block 12, it was so:
  Motion 1 of co-op 2, "Bakers & Co" is "Buy the mill & the <pond>".
  Member 5 has cast nothing on it.
  The motion is closed and was carried.
4 of 4 validators signed the block after it, on 2026-11-02 09:13 UTC.
They are the validators that you trust.
`
	if code != exitDone || out != want || !strings.HasPrefix(errs, others) { // the format is an early one
		t.Errorf("status %d, it said\n%s%s", code, out, errs)
	}

	// Without anyone named it says what it cannot prove, with a status of its own.
	raw, err := os.ReadFile(receipts + "holding.receipt")
	if err != nil {
		t.Fatal(err)
	}
	code, out, errs = rochdale(string(raw), "verify", "-")
	if code != exitUntied || !strings.HasPrefix(out, "Signed by validators you have not named:\nin federation anytown-1, after block 12,") || strings.Contains(out, "Proved") ||
		!strings.Contains(out, "\n  Member 4 of co-op 2, \"Bakers & Co\" holds 120 shares") || !strings.Contains(out, "\nTheir fingerprint is\n  ") ||
		!strings.Contains(errs, "\nrochdale: it is signed by validators you have not named") || !strings.Contains(errs, "rochdale: hint: give --genesis FILE") {
		t.Errorf("status %d, it said\n%s%s", code, out, errs)
	}
	_, fingerprint, _ := strings.Cut(strings.TrimSpace(out), "Their fingerprint is\n  ")
	code, out, _ = rochdale(string(raw), "verify", "-", "--json", "--fingerprint", fingerprint)
	var proof receipt.Proof
	if err := json.Unmarshal([]byte(out), &proof); code != exitDone || err != nil || !proof.Anchored || proof.Subject.Member != 4 {
		t.Errorf("status %d, %v, %+v", code, err, proof)
	}

	// Words in the file are not trusted, and it is said if they are others; all else is
	// refuted by name.
	changed := strings.Replace(string(raw), "holds 120", "holds 121", 1)
	code, out, errs = rochdale(changed, "verify", "-", "--genesis", genesis)
	if code != exitDone || changed == string(raw) || !strings.Contains(out, "holds 120 shares") || strings.Contains(out, "121") || !strings.Contains(errs, others) {
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
	if code != exitUntied || out != "" || !strings.Contains(errs, "cannot be tied to the validators that you trust") || strings.Contains(errs, "rejected") {
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
		{"verify", receipts + "cast.receipt", "--links", linked + "links.json"},
		{"verify", receipts + "cast.receipt", "--genesis", genesis, "--links", bad},
		{"verify", receipts + "cast.receipt", "--genesis", genesis, "--links", bad + ".none"},
		{"receipt", "links", "--node", "http://127.0.0.1:1"},
		{"receipt", "links", "--genesis", bad},
		{"federation", "fingerprint", "--node", "http://127.0.0.1:1"},
		{"verify", receipts + "cast.receipt", "--fingerprint", fingerprint, "--genesis", genesis},
		{"verify"},
		{"verify", "-"}, // nothing there
		{"receipt", "cast", "--coop", "1", "--member", "7"},
		{"receipt", "cast", "--member", "7", "--motion", "1", "--node", "http://127.0.0.1:1"},
		{"receipt", "member", "--coop", "1", "--member", "7", "--node", "http://127.0.0.1:1"},
		{"receipt", "member", "--coop", "1", "--member", "7", "--node", "ftp://x"},
	} {
		code, out, errs := rochdale("", args...)
		if code != exitFault || out != "" || !strings.Contains(errs, "rochdale: hint: ") {
			t.Errorf("%q: status %d, it said\n%s%s", args, code, out, errs)
		}
	}
	code, out, errs = rochdale("", "receipt", "cast", "--coop", "0", "--member", "7", "--motion", "1")
	if code != exitFault || out != "" || !strings.HasPrefix(errs, "rochdale: --coop 0 is no co-op: they are numbered from 1\nrochdale: hint: give the number of one, ") {
		t.Errorf("a co-op zero: status %d, it said\n%s%s", code, out, errs)
	}
}

// A receipt that carries links verifies against the genesis alone; one without them
// needs a file; and neither accuses whoever holds it.
func TestVerifyAfterChanges(t *testing.T) {
	genesis := linked + "genesis.json"
	code, out, errs := rochdale("", "verify", linked+"absence.receipt", "--genesis", genesis)
	want := `Proved: in federation anytown-1, after block 20, it was so:
  Motion 1 of co-op 2, "Bakers & Co" is "Buy the mill & the <pond>".
  Member 5 has cast nothing on it.
  The motion is closed and was carried.
4 of 4 validators signed the block after it, on 2026-11-02 09:20 UTC.
They follow those that you trust, by 2 changes of validators.
`
	if code != exitDone || out != want || errs != "" {
		t.Errorf("status %d, it said\n%s%s", code, out, errs)
	}
	bare := linked + "bare.receipt"
	code, out, errs = rochdale("", "verify", bare, "--genesis", genesis)
	want = `rochdale: this receipt is sound in itself, but it cannot be tied to the validators that you trust: 2 of the 4 validators that you trust signed, more than two thirds must, or links must lead to those who did
rochdale: That accuses nobody: co-ops may have replaced their validators since.
rochdale: hint: fetch the links from a node, rochdale receipt links -o links.json, and give --links links.json; or compare with other co-ops what rochdale federation fingerprint prints
`
	if code != exitUntied || out != "" || errs != want {
		t.Errorf("status %d, it said\n%s%s", code, out, errs)
	}
	code, out, errs = rochdale("", "verify", bare, "--genesis", genesis, "--links", linked+"links.json", "--json")
	var proof receipt.Proof
	if err := json.Unmarshal([]byte(out), &proof); code != exitDone || err != nil || errs != "" || !proof.Anchored || proof.Links != 2 || proof.Trusted != 4 {
		t.Errorf("status %d, %v, %+v, it said\n%s", code, err, proof, errs)
	}
	// The federation's first receipts are of the founders, with these links too.
	code, out, _ = rochdale("", "verify", "../../client/receipt/testdata/format3/cast.receipt", "--genesis", genesis, "--links", linked+"links.json")
	if code != exitDone || !strings.Contains(out, "\nThey are the validators that you trust.\n") {
		t.Errorf("status %d, it said\n%s", code, out)
	}

	// Links that do not serve, in plain words.
	raw, err := os.ReadFile(linked + "links.json")
	if err != nil {
		t.Fatal(err)
	}
	changed := filepath.Join(t.TempDir(), "links.json")
	give := func(text string) {
		t.Helper()
		if text == string(raw) {
			t.Fatal("nothing is changed")
		}
		if err := os.WriteFile(changed, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	give(strings.Replace(string(raw), `"round": 1`, `"round": 2`, 1))
	code, _, errs = rochdale("", "verify", bare, "--genesis", genesis, "--links", changed)
	if code != exitRejected || !strings.Contains(errs, "links.json proves nothing: link 1: commit: signature 1 is wrong") || !strings.Contains(errs, "hint: make them again") {
		t.Errorf("status %d, it said\n%s", code, errs)
	}
	code, _, errs = rochdale("", "verify", bare, "--fingerprint", strings.Repeat("0", 64), "--links", linked+"links.json")
	if code != exitUntied || !strings.Contains(errs, "are not among them") || !strings.Contains(errs, "hint: make them again") {
		t.Errorf("status %d, it said\n%s", code, errs)
	}
}
