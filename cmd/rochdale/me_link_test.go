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
	do := func(want int, says, who string, args ...string) (out string) {
		t.Helper()
		code, out, errs := rochdale("", append(args, "--node", rpc, "--home", dir, "--key", who)...)
		if code != want || !strings.Contains(out+errs, says) || want != exitDone && out != "" {
			t.Fatalf("%q: status %d, it does not say %q but\n%s%s", args, code, says, out, errs)
		}
		return out
	}

	// One key in two co-ops: signatures and proofs are for one of them each.
	do(exitFault, "is not on the register of co-op 2", "ada", "me", "link", "--coop", "2")
	var proof struct{ Proof, Public_key string }
	if err := json.Unmarshal([]byte(do(exitDone, "proof", "ada", "key", "prove", "--coop", "2", "--chain", testnet.DefaultChainID, "--json")), &proof); err != nil {
		t.Fatal(err)
	}
	do(exitDone, "record the application", "eve", "member", "apply", proof.Public_key, "--proof", proof.Proof, "--coop", "2", "--yes")
	net, err := testnet.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	m, err := net.Manifest()
	if err != nil {
		t.Fatal(err)
	}
	genesis := node.GenesisFile(m.Nodes[0].Home)
	do(exitUntied, "it cannot be tied", "ada", "me", "link", "--coop", "2", "--fingerprint", strings.Repeat("ab", 32))
	do(exitDone, "linked", "ada", "me", "link", "--coop", "2", "--genesis", genesis)
	do(exitDone, "linked again", "ada", "me", "link", "--coop", "2")
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
	if got := of(do(exitDone, "", "ada", "me", "show", "--json")); !slices.Equal(got, []int{1, 2}) {
		t.Errorf("shown are %v", got)
	}
	out := do(exitDone, "candidate since", "ada", "me", "show")
	if strings.Count(out, "standing ") != 2 || strings.Count(out, strings.Repeat("-", pageWidth)) != 1 {
		t.Errorf("it shows\n%s", out)
	}
	if out := do(exitDone, "of co-op 2", "ada", "me", "show", "--coop", "2"); strings.Contains(out, "of co-op 1") {
		t.Errorf("--coop 2 shows\n%s", out)
	}
	do(exitFault, "was made with another key", copied(t, dir, file), "me", "links")
	do(exitDone, "Lantern", "ada", "me", "links")
	stop()

	// What cannot be reached is said, and what can be done about it.
	do(exitFault, "1 linked co-op could not be shown", "ada", "me", "show")
	do(exitFault, "co-op 3 is not linked", "ada", "me", "unlink", "--coop", "3")
	do(exitDone, "still linked  0", "ada", "me", "unlink", "--coop", "2")
	do(exitFault, "node", "ada", "me", "show")
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
