package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rochdale-ledger/rochdale/app"
	"github.com/rochdale-ledger/rochdale/node"
	"github.com/rochdale-ledger/rochdale/node/founding"
	"github.com/rochdale-ledger/rochdale/testnet"
)

// TestDevUntilInterrupted: dev is ready in ten seconds, leaves nothing behind,
// and an interrupt is no fault.
func TestDevUntilInterrupted(t *testing.T) {
	if testing.Short() {
		t.Skip("starts nodes")
	}
	temp := t.TempDir()
	cmd := selfCommand(context.Background(), t, "dev", "--json")
	cmd.Env = append(os.Environ(), "TMPDIR="+temp, envHome+"="+t.TempDir())
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	guard := time.AfterFunc(40*time.Second, func() { _ = cmd.Process.Kill() })
	defer guard.Stop()

	var info devInfo
	if err := json.NewDecoder(stdout).Decode(&info); err != nil {
		_ = cmd.Wait()
		t.Fatalf("%v; it said:\n%s", err, stderr.String())
	}
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("ready only after %s", took)
	} else {
		t.Logf("ready after %s", took.Round(time.Millisecond))
	}
	if len(info.Nodes) != 4 || info.Nodes[3].Height < 1 {
		t.Errorf("%+v", info)
	}
	began = time.Now()
	_ = cmd.Process.Signal(syscall.SIGINT)
	if err := cmd.Wait(); err != nil {
		t.Errorf("%v; it said:\n%s", err, stderr.String())
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("stopped only after %s", took)
	}
	if !strings.Contains(stderr.String(), "rochdale: ready after ") {
		t.Errorf("it said:\n%s", stderr.String())
	}
	if left, _ := os.ReadDir(temp); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// TestConsensusFailure: a validator that was given another founding state than
// the others meets a block that contradicts its own, says so, and ends with
// status 1 within five seconds; the others go on.
func TestConsensusFailure(t *testing.T) {
	if testing.Short() {
		t.Skip("starts nodes")
	}
	net, err := newTestnet(filepath.Join(t.TempDir(), "net"), 4, testnet.Options{}, testnet.Founding{})
	if err != nil {
		t.Fatal(err)
	}
	net.Command = func(home string) *exec.Cmd {
		return selfCommand(context.Background(), t, "node", "start", "--home", home)
	}
	t.Cleanup(func() {
		if _, err := net.Stop(); err != nil {
			t.Error(err)
		}
	})
	m, err := net.Manifest()
	if err != nil {
		t.Fatal(err)
	}
	last := m.Nodes[3].Home
	genesis, err := os.ReadFile(node.GenesisFile(last))
	if err != nil {
		t.Fatal(err)
	}
	other := bytes.Replace(genesis, []byte("Trial federation"), []byte("Other federation"), 1)
	if bytes.Equal(genesis, other) {
		t.Fatal("the genesis has another form")
	}
	reseal(t, m, last, other)

	cmd := net.Command(last)
	log, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	guard := time.AfterFunc(60*time.Second, func() { _ = cmd.Process.Kill() })
	defer guard.Stop()
	var said []string
	var failed time.Time
	var reading sync.WaitGroup
	reading.Go(func() {
		for lines := bufio.NewScanner(log); lines.Scan(); {
			if strings.Contains(lines.Text(), "CONSENSUS FAILURE") && failed.IsZero() {
				failed = time.Now()
			}
			if strings.HasPrefix(lines.Text(), "rochdale: ") {
				said = append(said, lines.Text())
			}
		}
	})
	for i := range 3 {
		if err := net.StartNode(t.Context(), i); err != nil {
			t.Fatal(err)
		}
	}
	reading.Wait()
	_ = cmd.Wait()
	took := time.Since(failed)
	if failed.IsZero() || took > 5*time.Second || cmd.ProcessState.ExitCode() != exitFault {
		t.Errorf("status %d, %s after the failure (%v); it said %q", cmd.ProcessState.ExitCode(), took, failed, said)
	}
	if len(said) != 2 || !strings.HasPrefix(said[0], "rochdale: consensus failure: ") || !strings.HasPrefix(said[1], "rochdale: hint: keep the home as it is") {
		t.Errorf("it said %q", said)
	}
	t.Logf("ended %s after the failure", took.Round(time.Millisecond))
	if err := net.WaitHeight(t.Context(), 2, 0, 1, 2); err != nil {
		t.Error(err)
	}
}

// reseal gives a home another genesis, which every founder of a testnet signs: only
// then does a node start on it.
func reseal(t *testing.T, m testnet.Manifest, home string, genesis []byte) {
	t.Helper()
	founded, err := node.CheckGenesis(genesis, "the other genesis", app.CheckGenesis)
	if err != nil {
		t.Fatal(err)
	}
	var seals []founding.Seal
	for _, n := range m.Nodes {
		key, err := node.NodeKey(n.Home)
		if err != nil {
			t.Fatal(err)
		}
		seal, err := founded.Seal(key)
		if err != nil {
			t.Fatal(err)
		}
		seals = append(seals, seal)
	}
	if err := os.Remove(node.GenesisFile(home)); err != nil {
		t.Fatal(err)
	}
	if err := node.KeepFounding(home, genesis, seals); err != nil {
		t.Fatal(err)
	}
}
