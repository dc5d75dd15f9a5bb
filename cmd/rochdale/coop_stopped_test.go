package main

import (
	"bufio"
	"bytes"
	"crypto/ed25519"
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rochdale-ledger/rochdale/testnet"
	"github.com/rochdale-ledger/rochdale/tx"
)

// TestMovingStopped: a co-op of 1,500 members, or 100,000 with ROCHDALE_LONG, moves into a
// federation of four nodes, each in a process of its own. The command that loads its parts is
// killed in the middle, with a transaction signed and perhaps on its way; the same command
// brings in the rest, and everyone once.
func TestMovingStopped(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: starts four nodes and kills a command while it loads")
	}
	members := 1500
	if os.Getenv("ROCHDALE_LONG") != "" {
		members = 100_000
	}
	work := t.TempDir()
	dir := filepath.Join(work, "net")
	env := append(os.Environ(), envHome+"="+dir, envPassphrase+"=trial-federation", "ROCHDALE_COOP=1")
	command := func(args ...string) *exec.Cmd {
		cmd := selfCommand(t.Context(), t, args...)
		cmd.Dir, cmd.Env = work, env
		return cmd
	}
	var log bytes.Buffer // what the last command said
	do := func(args ...string) string {
		t.Helper()
		began := time.Now()
		log.Reset()
		cmd := command(args...)
		cmd.Stderr = &log
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("%v: %v\n%s%s", args, err, out, log.String())
		}
		t.Logf("%.1f s: %s\n%s", time.Since(began).Seconds(), strings.Join(args, " "), log.String())
		return string(out)
	}
	do("testnet", "start", "-n", "4", "--preset", "standard", "--seed", "7", "--dir", dir)
	net, err := testnet.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := net.Stop(); err != nil {
			t.Error(err)
		}
	})
	nodes, err := net.Status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	env = append(env, envNode+"="+nodes[0].RPC)
	writeMoving(t, filepath.Join(work, "ours"), members)

	do("coop", "import", "ours", "--day", "2026-01-01", "--check")
	do("coop", "import", "ours", "--day", "2026-01-01", "--propose", "2", "--title", "We move in", "--key", "ada", "--yes")
	do("dev", "advance", "22d", "--key", "ada", "--yes")
	for _, who := range []string{"ada", "ben", "cleo", "dan"} {
		do("motion", "cast", "1", "yes", "--key", who, "--yes")
	}
	do("dev", "advance", "1h", "--key", "ada", "--yes")
	do("motion", "declare", "1", "--key", "ada", "--yes")

	load := []string{"coop", "import", "ours", "--day", "2026-01-01", "--key", "ben", "--yes"}
	killIn(t, command(load...), "rochdale: bringing members in: ", filepath.Join(dir, "outbox"))
	if kept := keptIn(t, filepath.Join(dir, "outbox")); len(kept) == 0 {
		t.Errorf("nothing was on its way")
	}
	out := do(load...)
	if !strings.Contains(log.String(), " loaded already\n") || !strings.Contains(out, fmt.Sprintf(" to %d\n", members+4)) {
		t.Errorf("the rest was not loaded: %s%s", log.String(), out)
	}
	if kept := keptIn(t, filepath.Join(dir, "outbox")); len(kept) != 0 {
		t.Errorf("kept afterwards: %v", kept)
	}
	if out := do(load...); out != "" || !strings.Contains(log.String(), fmt.Sprintf("all of it is loaded: members 5 to %d\n", members+4)) {
		t.Errorf("again: %s%s", log.String(), out)
	}
	if out := do("member", "show", fmt.Sprint(members+4)); !strings.Contains(out, fmt.Sprintf("number before  %d\n", members)) {
		t.Errorf("the last member: %s", out)
	}
	if out, want := do("account", "trial-balance"), "3000 share capital   "; !strings.Contains(out, want) || !strings.Contains(out, formatCount(int64(members)*10)+".00\n") {
		t.Errorf("the books do not have ten euros a member: %s", out)
	}
}

// killIn starts a command and kills it when it has said how far it is for the first time, and
// keeps a transaction that it has signed since in the outbox.
func killIn(t *testing.T, cmd *exec.Cmd, sign, outbox string) {
	t.Helper()
	stderr, err := cmd.StderrPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	var log strings.Builder
	for lines := bufio.NewScanner(stderr); lines.Scan(); {
		log.WriteString(lines.Text() + "\n")
		if strings.HasPrefix(lines.Text(), sign) && strings.Contains(lines.Text(), "%, ") {
			for began := time.Now(); time.Since(began) < 10*time.Second; {
				if len(keptIn(t, outbox)) > 0 {
					break
				}
			}
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			break
		}
	}
	if err := cmd.Wait(); err == nil || cmd.ProcessState.Exited() {
		t.Fatalf("it was not killed: %v\n%s", err, log.String())
	}
}

// keptIn are the signed transactions in an outbox.
func keptIn(t *testing.T, outbox string) []string {
	t.Helper()
	kept, err := filepath.Glob(filepath.Join(outbox, "*"+txExt))
	if err != nil {
		t.Fatal(err)
	}
	return kept
}

// TestKeptWhole: what a command wrote halfway when it was killed is neither sent nor in the
// way, and goes when it is a minute old; one that another command may be writing stays.
func TestKeptWhole(t *testing.T) {
	d := delivery{home: t.TempDir()}
	old, young := d.outbox("A")+newExt, d.outbox("B")+newExt
	if err := os.MkdirAll(filepath.Dir(old), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{old, young} {
		if err := os.WriteFile(path, []byte{1}, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	ago := time.Now().Add(-2 * time.Minute)
	if err := os.Chtimes(old, ago, ago); err != nil {
		t.Fatal(err)
	}
	if err := d.keep("C", []byte{2}); err != nil {
		t.Fatal(err)
	}
	there, err := filepath.Glob(filepath.Join(d.home, "outbox", "*"))
	if want := []string{young, d.outbox("C")}; err != nil || !slices.Equal(there, want) {
		t.Errorf("in the outbox: %v, %v; want %v", there, err, want)
	}
	if left, err := d.left(func(tx.Body) bool { return true }); err != nil || len(left) != 0 {
		t.Errorf("left to send: %v, %v", left, err)
	}
}

// writeMoving writes the tables of a co-op of so many members, with a key and a share of
// 10.00 each.
func writeMoving(t *testing.T, dir string, members int) {
	t.Helper()
	var people, holdings strings.Builder
	people.WriteString("number,key,joined\n")
	holdings.WriteString("number,units,since\n")
	for i := 1; i <= members; i++ {
		seed := make([]byte, ed25519.SeedSize)
		binary.BigEndian.PutUint64(seed, uint64(i))
		key := tx.Ed25519Key(ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey))
		fmt.Fprintf(&people, "%d,%s,2019-03-01\n", i, key)
		fmt.Fprintf(&holdings, "%d,1,2019-03-01\n", i)
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		membersTable: people.String(), holdingsTable: holdings.String(),
		balancesTable: fmt.Sprintf("account,debit,credit\n1000,%d.00,\n3000,,%d.00\n", members*10, members*10),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
