package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestDevUntilInterrupted: dev is ready in ten seconds, leaves nothing behind,
// and an interrupt is no fault.
func TestDevUntilInterrupted(t *testing.T) {
	if testing.Short() {
		t.Skip("starts nodes")
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	temp := t.TempDir()
	cmd := exec.Command(self, "dev", "--json")
	cmd.Args[0] = "rochdale"
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
