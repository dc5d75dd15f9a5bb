package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rochdale-ledger/rochdale/client/receipt"
	"github.com/rochdale-ledger/rochdale/node"
	"github.com/rochdale-ledger/rochdale/testnet"
	"github.com/rochdale-ledger/rochdale/tx"
)

// TestLinksOfRealNodes replaces a validator of a running federation. A receipt made
// after it verifies against the genesis, as it is and with a file of links.
func TestLinksOfRealNodes(t *testing.T) {
	if testing.Short() {
		t.Skip("starts nodes")
	}
	dir := filepath.Join(t.TempDir(), "net")
	rpc, stop := startDev(t, dir)
	t.Setenv(envPassphrase, trialPassphrase)
	net, err := testnet.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	m, err := net.Manifest()
	if err != nil {
		t.Fatal(err)
	}
	genesis := node.GenesisFile(m.Nodes[0].Home)
	do := func(want int, args ...string) (out, errs string) {
		t.Helper()
		code, out, errs := rochdale("", append(args, "--node", rpc)...)
		if code != want {
			t.Fatalf("%q: status %d, it said\n%s%s", args, code, out, errs)
		}
		return out, errs
	}
	as := func(who string, args ...string) {
		t.Helper()
		do(exitDone, append(args, "--key", filepath.Join(dir, "keys", who+".key"), "--yes")...)
	}
	links := filepath.Join(t.TempDir(), "none.json")
	out, _ := do(exitDone, "receipt", "links", "--genesis", genesis, "-o", links)
	if out != "No validator has been replaced: the file has no links, and none are needed.\n" {
		t.Errorf("before: it said\n%s", out)
	}
	if out, _ := do(exitDone, "federation", "fingerprint", "--genesis", genesis, "--links", links); !strings.Contains(out, "They are tied to those that you trust.") {
		t.Errorf("before: it said\n%s", out)
	}

	// The new key's node is not there, and three of four are enough: another node's
	// last block stands for the one that it would have.
	home := filepath.Join(t.TempDir(), "new")
	do(exitDone, "node", "init", "--home", home, "--rpc", strings.TrimPrefix(rpc, "http://"), "--metrics", "off")
	id, err := node.LoadIdentity(home)
	if err != nil {
		t.Fatal(err)
	}
	as("ada", "federation", "replace-validator", tx.ValidatorKey(id.PubKey).String(), id.PeerID, "127.0.0.1:26656", "--propose", "two officers", "--title", "Another key")
	as("ada", "motion", "cast", "1", "yes")
	as("ben", "motion", "cast", "1", "yes")
	as("dan", "federation", "confirm-validator", "--home", home)
	var print struct {
		Height     uint64
		Block      string `json:"block_hash"`
		Validators string `json:"validators_hash"`
		Of         int    `json:"validators"`
		Genesis    string `json:"genesis_sha256"`
		Founders   string `json:"founders_hash"`
	}
	for began := time.Now(); print.Validators == print.Founders; {
		if time.Since(began) > time.Minute {
			t.Fatalf("no validator is replaced: %+v", print)
		}
		as("dan", "share", "subscribe", "1") // the engine needs two blocks more
		out, _ := do(exitDone, "federation", "fingerprint", "--genesis", genesis, "--json")
		if err := json.Unmarshal([]byte(out), &print); err != nil {
			t.Fatal(err)
		}
	}
	raw, err := os.ReadFile(genesis)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(raw)
	if print.Of != 4 || print.Genesis != hex.EncodeToString(sum[:]) || len(print.Founders) != 64 {
		t.Errorf("%+v", print)
	}
	out, _ = do(exitDone, "federation", "fingerprint", "--height", strconv.FormatUint(print.Height, 10))
	for _, want := range []string{"\nblock hash  " + print.Block + "\n", "\nvalidators  " + print.Validators + "\n", "It is what one node says."} {
		if !strings.Contains(out, want) {
			t.Errorf("it lacks %q:\n%s", want, out)
		}
	}

	file := filepath.Join(t.TempDir(), "ada.receipt")
	do(exitDone, "receipt", "member", "--coop", "1", "--member", "1", "-o", file)
	links = filepath.Join(t.TempDir(), "links.json")
	out, _ = do(exitDone, "receipt", "links", "--genesis", genesis, "-o", links, "--json")
	var info struct {
		Links    int
		Heights  []uint64
		From, To string
	}
	if err := json.Unmarshal([]byte(out), &info); err != nil || info.Links != 1 || len(info.Heights) != 1 || info.From != print.Founders || info.To != print.Validators {
		t.Errorf("%v, %+v", err, info)
	}
	again, _ := do(exitDone, "receipt", "links", "--genesis", genesis, "--links", links)
	if kept, err := os.ReadFile(links); err != nil || again != string(kept) {
		t.Errorf("links that were kept and nothing after them: %v, %d bytes, were %d", err, len(again), len(kept))
	}
	stop()

	code, out, errs := rochdale("", "verify", file, "--genesis", genesis)
	if code != exitDone || !strings.HasPrefix(errs, "rochdale: it is of a trial: ") || !strings.Contains(out, "\n3 of 4 validators signed") || !strings.Contains(out, "They follow those that you trust, by 1 change of validators.\n") {
		t.Errorf("status %d, it said\n%s%s", code, out, errs)
	}
	code, out, errs = rochdale("", "verify", file, "--genesis", genesis, "--links", links, "--json")
	var proof receipt.Proof
	if err := json.Unmarshal([]byte(out), &proof); code != exitDone || err != nil || !proof.Anchored || proof.Links != 1 || proof.Format != receipt.FormatLinked {
		t.Errorf("status %d, %v, %+v, it said\n%s", code, err, proof, errs)
	}
}
