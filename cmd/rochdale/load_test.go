package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rochdale-ledger/rochdale/testnet"
	"github.com/rochdale-ledger/rochdale/testnet/load"
)

// TestLoadDisturbed: a load test continues when a node is killed, with every cast
// in the ledger once, and an interrupt still gets a report of what was sent.
func TestLoadDisturbed(t *testing.T) {
	if testing.Short() {
		t.Skip("starts nodes")
	}
	dir := filepath.Join(t.TempDir(), "net")
	rochdale := func(args ...string) *exec.Cmd {
		cmd := selfCommand(t.Context(), t, append(args, "--dir", dir)...)
		cmd.Env = append(os.Environ(), envHome+"="+t.TempDir())
		return cmd
	}
	if out, err := rochdale("testnet", "start", "-n", "4").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	t.Cleanup(func() {
		if net, err := testnet.Open(dir); err == nil {
			_, err = net.Stop()
			if err != nil {
				t.Error(err)
			}
		}
	})
	net, err := testnet.Open(dir)
	if err != nil {
		t.Fatal(err)
	}

	// disturbed runs a load and disturbs it once casts are under way.
	// There are enough members for one cast each, so that none waits for another.
	disturbed := func(disturb func(cmd *exec.Cmd), flags ...string) (rep load.Report, said string, status int) {
		t.Helper()
		cmd := rochdale(append([]string{"testnet", "load", "--members", "1600", "--json"}, flags...)...)
		var stdout, log bytes.Buffer
		cmd.Stdout = &stdout
		stderr, err := cmd.StderrPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		disturbed := false
		for lines := bufio.NewScanner(stderr); lines.Scan(); {
			log.WriteString(lines.Text() + "\n")
			if !disturbed && strings.HasPrefix(lines.Text(), "rochdale: seconds of casting: ") && strings.Contains(lines.Text(), "%,") {
				disturbed = true
				disturb(cmd)
			}
		}
		var exit *exec.ExitError
		if err := cmd.Wait(); err != nil && !errors.As(err, &exit) {
			t.Fatal(err)
		}
		if err := json.Unmarshal(stdout.Bytes(), &rep); err != nil {
			t.Fatalf("%v; it said:\n%s", err, log.String())
		}
		return rep, log.String(), cmd.ProcessState.ExitCode()
	}

	rep, said, status := disturbed(func(*exec.Cmd) {
		if err := net.Kill(0); err != nil { // the one whose blocks are watched
			t.Error(err)
		}
	}, "--rate", "200", "--for", "8s")
	if status != 0 || rep.Sent != 1600 || rep.Committed != 1600 || rep.Lost+rep.Refused != 0 || !rep.Sound || rep.Silent != 1 || len(rep.SilentOnes) != 1 {
		t.Errorf("status %d, %+v; it said:\n%s", status, rep, said)
	}

	began := time.Now()
	rep, said, status = disturbed(func(cmd *exec.Cmd) { _ = cmd.Process.Signal(syscall.SIGINT) }, "--rate", "50", "--for", "60s")
	if status != exitFault || !rep.Cut || rep.Sent == 0 || rep.Sent >= 3000 || rep.Committed != rep.Sent || !rep.Sound || !strings.Contains(said, "rochdale: interrupted\n") {
		t.Errorf("status %d, %+v; it said:\n%s", status, rep, said)
	}
	if took := time.Since(began); took > 50*time.Second {
		t.Errorf("it ended after %s", took)
	}
}
