package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/rochdale-ledger/rochdale/client"
)

// cmdFounder is "founder COOP NAME": it makes the key NAME in the script's home, and
// NAME.csv, the table of founders of that co-op with this one.
func cmdFounder(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: founder COOP NAME")
	}
	var coop uint32
	_, err := fmt.Sscan(args[0], &coop)
	ts.Check(err)
	key := client.KeyFromSeed([32]byte{byte(coop), 7})
	path := filepath.Join(keyDir(ts.Getenv(envHome)), args[1]+keyExt)
	ts.Check(client.SaveKey(path, "founding", key, client.MinWork))
	signing := key.Signing()
	line := fmt.Sprintf("key,proof,offices,class\n%s,%x,secretary treasurer chair returning-officer,1\n",
		signing.Public(), signing.Possession("anytown-1", coop))
	ts.Check(os.WriteFile(ts.MkAbs(args[1]+".csv"), []byte(line), 0o600))
}

// cmdReplace is "replace FILE OLD NEW": it replaces the first OLD in FILE.
func cmdReplace(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: replace FILE OLD NEW")
	}
	path := ts.MkAbs(args[0])
	old, err := os.ReadFile(path)
	ts.Check(err)
	changed := bytes.Replace(old, []byte(args[1]), []byte(args[2]), 1)
	if bytes.Equal(changed, old) {
		ts.Fatalf("%s has no %s", args[0], args[1])
	}
	ts.Check(os.WriteFile(path, changed, 0o600))
}

// Nodes talk over UDP: every page and every help text that names their port or
// address says so.
func TestPagesSayUDP(t *testing.T) {
	pages, err := filepath.Glob(filepath.Join("..", "..", "docs", "*.md"))
	if err != nil || len(pages) == 0 {
		t.Fatal(err)
	}
	found := 0
	for _, path := range append(pages, filepath.Join("..", "..", "README.md")) {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), "26656") || strings.Contains(string(text), "firewall") {
			found++
			if !strings.Contains(string(text), "UDP") {
				t.Errorf("%s does not say UDP", path)
			}
		}
	}
	for _, args := range [][]string{{"federation", "announce"}, {"federation", "replace-validator"}, {"federation", "accept"}, {"node", "init"}} {
		var out bytes.Buffer
		run(append(args, "--help"), strings.NewReader(""), &out, &out)
		found++
		if !strings.Contains(out.String(), "UDP") {
			t.Errorf("the help of %s does not say UDP", strings.Join(args, " "))
		}
	}
	if found < 6 {
		t.Errorf("only %d pages and help texts name the nodes' port", found)
	}
}
