package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rochdale-ledger/rochdale/client/receipt"
	"github.com/rochdale-ledger/rochdale/node"
	"github.com/rochdale-ledger/rochdale/testnet"
)

// TestReceiptFromRealNodes makes a receipt of a running federation and checks
// it once the federation is gone.
func TestReceiptFromRealNodes(t *testing.T) {
	if testing.Short() {
		t.Skip("starts nodes")
	}
	dir := filepath.Join(t.TempDir(), "net")
	rpc, stop := startDev(t, dir)
	file := filepath.Join(t.TempDir(), "ada.receipt")
	args := []string{"receipt", "member", "--coop", "1", "--member", "1", "--node", rpc}
	code, out, errs := rochdale("", append(args, "-o", file, "--json")...)
	var info receiptInfo
	if err := json.Unmarshal([]byte(out), &info); code != exitDone || err != nil || info.File != file || info.Validators != 4 {
		t.Fatalf("status %d, %v, it said\n%s%s", code, err, out, errs)
	}
	if code, out, errs := rochdale("", append(args, "-o", file)...); code != exitFault || out != "" || !strings.Contains(errs, "is there already") {
		t.Errorf("writing over a receipt: status %d, it said\n%s%s", code, out, errs)
	}
	code, absent, errs := rochdale("", "receipt", "holding", "--coop", "1", "--member", "2", "--class", "1", "--node", rpc)
	if code != exitDone || errs != "" {
		t.Errorf("to standard output: status %d, it said\n%s", code, errs)
	}
	if code, _, errs := rochdale("", "receipt", "member", "--coop", "9", "--member", "1", "--node", rpc); code != exitFault || !strings.Contains(errs, "no such co-op") {
		t.Errorf("of a co-op that there is not: status %d, it said\n%s", code, errs)
	}
	net, err := testnet.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	m, err := net.Manifest()
	if err != nil {
		t.Fatal(err)
	}
	genesis := node.GenesisFile(m.Nodes[0].Home)
	stop()

	code, out, errs = rochdale("", "verify", file, "--genesis", genesis)
	if code != exitDone || errs != saysTrial || !strings.Contains(out, "\n  Member 1 of co-op 1, \"Fieldside Taxis\" is an active member, in class 1\n    (member).\n") {
		t.Errorf("status %d, it said\n%s%s", code, out, errs)
	}
	code, out, errs = rochdale(absent, "verify", "-", "--genesis", genesis)
	if code != exitDone || errs != saysTrial || !strings.HasPrefix(out, "Proved: in the trial federation ") || !strings.Contains(out, "\n  Member 2 of co-op 1, \"Fieldside Taxis\" holds no shares of class 1") {
		t.Errorf("status %d, it said\n%s%s", code, out, errs)
	}
	// The receipt of another federation.
	code, _, errs = rochdale("", "verify", receipts+"cast.receipt", "--genesis", genesis)
	if code != exitRejected || !strings.Contains(errs, "chain: ") || !strings.Contains(errs, "ask for a receipt of ") {
		t.Errorf("of another federation: status %d, it said\n%s", code, errs)
	}
	if raw, err := os.ReadFile(file); err != nil || len(raw) > receipt.MaxSize {
		t.Errorf("%d bytes, %v", len(raw), err)
	}
}

// saysTrial is what verify says of each receipt of a trial, beside its first sentence.
const saysTrial = "rochdale: it is of a trial: the dates in it are those of a clock that anyone there sets\n"

// startDev runs "rochdale dev" in a process of its own until stop is called. It
// returns the address of a node.
func startDev(t *testing.T, dir string) (rpc string, stop func()) {
	t.Helper()
	cmd := selfCommand(context.Background(), t, "dev", "--json", "--dir", dir)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	guard := time.AfterFunc(time.Minute, func() { _ = cmd.Process.Kill() })
	done := false
	stop = func() {
		if done {
			return
		}
		done = true
		guard.Stop()
		_ = cmd.Process.Signal(syscall.SIGINT)
		if err := cmd.Wait(); err != nil {
			t.Errorf("%v; it said:\n%s", err, stderr.String())
		}
	}
	t.Cleanup(stop)
	var info devInfo
	if err := json.NewDecoder(stdout).Decode(&info); err != nil {
		t.Fatalf("%v; it said:\n%s", err, stderr.String())
	}
	return info.Nodes[0].RPC, stop
}
