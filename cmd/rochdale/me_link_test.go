package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rochdale-ledger/rochdale/node"
	"github.com/rochdale-ledger/rochdale/testnet"
)

// TestLinkedCoops links two co-ops of a running federation to one key, each proved, shows
// both, takes one out, and says what cannot be shown once the nodes are gone.
func TestLinkedCoops(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: starts four nodes")
	}
	dir := filepath.Join(t.TempDir(), "net")
	rpc, stop := startDev(t, dir)
	t.Setenv(envPassphrase, trialPassphrase)
	as := func(who string, args ...string) (int, string, string) {
		return rochdale("", append(args, "--node", rpc, "--home", dir, "--key", who)...)
	}
	must := func(says string, code int, out, errs string) string {
		t.Helper()
		if code != exitDone || !strings.Contains(out+errs, says) {
			t.Fatalf("status %d, it does not say %q but\n%s%s", code, says, out, errs)
		}
		return out
	}
	refuses := func(says string, code int, out, errs string) {
		t.Helper()
		if code != exitFault || out != "" || !strings.Contains(errs, says) {
			t.Errorf("status %d, it does not say %q but\n%s%s", code, says, out, errs)
		}
	}
	call := func(says string) func(code int, out, errs string) string {
		return func(code int, out, errs string) string { t.Helper(); return must(says, code, out, errs) }
	}
	no := func(says string) func(code int, out, errs string) {
		return func(code int, out, errs string) { t.Helper(); refuses(says, code, out, errs) }
	}

	// One key in two co-ops: signatures and proofs are for one of them each.
	no("is not on the register of co-op 2")(as("ada", "me", "link", "--coop", "2"))
	var proof struct{ Proof, Public_key string }
	if err := json.Unmarshal([]byte(call("proof")(as("ada", "key", "prove", "--coop", "2", "--chain", testnet.DefaultChainID, "--json"))), &proof); err != nil {
		t.Fatal(err)
	}
	call("record the application")(as("eve", "member", "apply", proof.Public_key, "--proof", proof.Proof, "--coop", "2", "--yes"))
	net, err := testnet.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	m, err := net.Manifest()
	if err != nil {
		t.Fatal(err)
	}
	genesis := node.GenesisFile(m.Nodes[0].Home)
	if code, out, errs := as("ada", "me", "link", "--coop", "2", "--fingerprint", strings.Repeat("ab", 32)); code != exitUntied || out != "" || !strings.Contains(errs, "it cannot be tied") {
		t.Errorf("by other validators: status %d, it said\n%s%s", code, out, errs)
	}
	call("linked")(as("ada", "me", "link", "--coop", "2", "--genesis", genesis))
	call("linked again")(as("ada", "me", "link", "--coop", "2"))
	file := filepath.Join(dir, "keys", "ada.coops")
	if raw, err := os.ReadFile(file); err != nil || strings.Contains(string(raw), testnet.DefaultChainID) {
		t.Errorf("the list stands in the clear, %v", err)
	}

	// Both are shown, the one that is not linked first; --coop shows one.
	of := func(out string) (coops []int) {
		t.Helper()
		var list []struct{ Coop int }
		if err := json.Unmarshal([]byte(out), &list); err != nil {
			t.Fatalf("%v of %s", err, out)
		}
		for _, c := range list {
			coops = append(coops, c.Coop)
		}
		return coops
	}
	if got := of(call("")(as("ada", "me", "show", "--json"))); !slices.Equal(got, []int{1, 2}) {
		t.Errorf("shown are %v", got)
	}
	out := call("candidate since")(as("ada", "me", "show"))
	if strings.Count(out, "standing ") != 2 || strings.Count(out, strings.Repeat("-", pageWidth)) != 1 {
		t.Errorf("it shows\n%s", out)
	}
	if out := call("of co-op 2")(as("ada", "me", "show", "--coop", "2")); strings.Contains(out, "of co-op 1") {
		t.Errorf("--coop 2 shows\n%s", out)
	}
	no("was made with another key")(as(copied(t, dir, file), "me", "links"))
	call("Lantern")(as("ada", "me", "links"))
	stop()

	// What cannot be reached is said, and what can be done about it.
	no("1 linked co-op could not be shown")(as("ada", "me", "show"))
	no("co-op 3 is not linked")(as("ada", "me", "unlink", "--coop", "3"))
	call("still linked  0")(as("ada", "me", "unlink", "--coop", "2"))
	no("node")(as("ada", "me", "show"))
}

// copied is the key of eve beside a list of ada's.
func copied(t *testing.T, dir, list string) string {
	t.Helper()
	to := t.TempDir()
	for from, name := range map[string]string{filepath.Join(dir, "keys", "eve.key"): "eve.key", list: "eve.coops"} {
		raw, err := os.ReadFile(from)
		if err == nil {
			err = os.WriteFile(filepath.Join(to, name), raw, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(to, "eve.key")
}
