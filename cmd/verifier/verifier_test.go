package main_test

import (
	"bytes"
	"compress/gzip"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rochdale-ledger/rochdale/client/receipt"
)

// maxCompressed is how large the program can be with gzip -9, in bytes, so that a
// phone loads it on demand.
const maxCompressed = 3_200_000

// kept has the receipts that package receipt keeps, by format.
const kept = "../../client/receipt/testdata"

// heavy are what a verifier must not bring along.
var heavy = []string{
	"github.com/cometbft", "github.com/cockroachdb", "github.com/cosmos", "google.golang.org", "net/http", "net", "crypto/tls",
}

func goFor(t *testing.T, args ...string) []byte {
	t.Helper()
	cmd := exec.Command("go", args...)
	cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, stderr.String())
	}
	return out
}

func TestImports(t *testing.T) {
	packages := strings.Fields(string(goFor(t, "list", "-deps", ".")))
	if !slices.Contains(packages, "github.com/rochdale-ledger/rochdale/client/receipt") {
		t.Fatalf("%d packages, and package receipt is not among them", len(packages))
	}
	for _, p := range packages {
		for _, h := range heavy {
			if p == h || strings.HasPrefix(p, h+"/") && h != "net" {
				t.Errorf("it imports %s", p)
			}
		}
	}
	t.Logf("%d packages", len(packages))
}

// answer is what the program says about one receipt.
type answer struct {
	OK    bool   `json:"ok"`
	Part  string `json:"part"`
	Error string `json:"error"`
	receipt.Proof
}

// TestInNode builds the program and runs it in Node, on receipts of every format
// as they are and changed: it says what the same code says here.
func TestInNode(t *testing.T) {
	program := filepath.Join(t.TempDir(), "verifier.wasm")
	goFor(t, "build", "-trimpath", "-ldflags=-s -w", "-o", program, ".")
	checkSize(t, program)
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("NOT RUN: Node (the Debian package nodejs) is not on this machine; only the size was checked")
	}

	type call []any // bytes of a receipt, trust, perhaps bytes of links
	var calls []call
	var check []func(a answer)
	try := func(what string, raw []byte, trust string, want func(a answer) bool) {
		calls = append(calls, call{raw, trust})
		check = append(check, func(a answer) {
			if !want(a) {
				t.Errorf("%s: %+v", what, a)
			}
		})
	}
	refusedAs := func(part, says string) func(answer) bool {
		return func(a answer) bool {
			return !a.OK && a.Part == part && strings.Contains(a.Error, says) && len(a.Statement) == 0
		}
	}
	for _, format := range []string{"format1", "format2", "format3", "format4"} {
		genesis := string(readFile(t, filepath.Join(kept, format, "genesis.json")))
		trust, err := receipt.TrustGenesis([]byte(genesis))
		if err != nil {
			t.Fatal(err)
		}
		fingerprint := hex.EncodeToString(trust.Fingerprint)
		for _, name := range []string{"member", "holding", "cast", "absence", "decision"} {
			raw := readFile(t, filepath.Join(kept, format, name+".receipt"))
			here, err := receipt.Verify(raw, trust)
			if err != nil {
				t.Fatal(err)
			}
			holds := func(a answer) bool {
				return a.OK && a.Anchored && a.Format == here.Format && a.Subject == here.Subject && a.Height == here.Height &&
					a.Signed == 4 && len(a.Statement) > 0 && slices.Equal(a.Statement, here.Statement)
			}
			try(format+" "+name+", genesis", raw, genesis, holds)
			try(format+" "+name+", fingerprint", raw, " "+fingerprint+"\n", holds)
			try(format+" "+name+", no trust", raw, "", func(a answer) bool {
				return a.OK && !a.Anchored && (a.Fingerprint == fingerprint) == (here.Links == 0)
			})
			try(format+" "+name+", other validators", raw, strings.Repeat("0", 64), refusedAs("untied", "the one you trust is"))
			try(format+" "+name+", cut", raw[:len(raw)/2], genesis, refusedAs("", "cut short"))
			swap := func(old, with string) []byte {
				changed := bytes.Replace(raw, []byte(old), []byte(with), 1)
				if bytes.Equal(changed, raw) {
					t.Fatalf("%s/%s has no %s", format, name, old)
				}
				return changed
			}
			try(format+" "+name+", changed words", swap("co-op 2", "co-op 1"), genesis, holds)
			try(format+" "+name+", co-op", swap(`"coop": 2`, `"coop": 1`), genesis, func(a answer) bool {
				return !a.OK && strings.HasPrefix(a.Part, "record ")
			})
			digits := fmt.Sprint(here.Height)
			try(format+" "+name+", height", swap(`"height": `+digits, `"height": 9`+digits), genesis, refusedAs("height", "it says 9"+digits))
			try(format+" "+name+", commit", swap(`"round": 1`, `"round": 2`), genesis, refusedAs("commit", "signature 1 is wrong"))
			try(format+" "+name+", format", swap("rochdale-receipt-", "rochdale-receipt-9"), genesis, refusedAs("", "that this program can read"))
		}
	}
	bare, genesis := readFile(t, filepath.Join(kept, "format4", "bare.receipt")), string(readFile(t, filepath.Join(kept, "format4", "genesis.json")))
	links := readFile(t, filepath.Join(kept, "format4", "links.json"))
	calls = append(calls, call{bare, genesis, links}, call{bare, genesis, links[:len(links)/2]})
	check = append(check, func(a answer) {
		if !a.OK || !a.Anchored || a.Links != 2 {
			t.Errorf("with links: %+v", a)
		}
	}, func(a answer) {
		if !refusedAs("", "not a file of links")(a) {
			t.Errorf("with half of the links: %+v", a)
		}
	})
	try("without links", bare, genesis, refusedAs("untied", "more than two thirds must"))
	try("no receipt", []byte("Dear member"), "", refusedAs("", "not a receipt"))
	try("no genesis", []byte("{}"), "{}", refusedAs("", "not a genesis file"))
	try("no fingerprint", []byte("{}"), "12", refusedAs("", "64 hexadecimal digits"))
	check = append(check, func(a answer) {
		if !refusedAs("", "want the bytes")(a) {
			t.Errorf("text for a receipt: %+v", a)
		}
	})

	input, err := json.Marshal(calls)
	if err != nil {
		t.Fatal(err)
	}
	support := filepath.Join(strings.TrimSpace(string(goFor(t, "env", "GOROOT"))), "lib", "wasm", "wasm_exec.js")
	cmd := exec.Command(node, "testdata/run.mjs", support, program)
	cmd.Stdin = bytes.NewReader(input)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, stderr.String())
	}
	var answers []answer
	if err := json.Unmarshal(out, &answers); err != nil || len(answers) != len(check) {
		t.Fatalf("%d answers to %d calls, %v", len(answers), len(check), err)
	}
	for i, a := range answers {
		check[i](a)
	}
	t.Logf("%d calls", len(answers))
}

func checkSize(t *testing.T, program string) {
	t.Helper()
	raw := readFile(t, program)
	var out bytes.Buffer
	z, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := z.Write(raw); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if out.Len() > maxCompressed {
		t.Errorf("compressed it has %d bytes, at most %d can be", out.Len(), maxCompressed)
	}
	t.Logf("%d bytes, compressed %d", len(raw), out.Len())
}

func readFile(t *testing.T, path string) []byte {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}
