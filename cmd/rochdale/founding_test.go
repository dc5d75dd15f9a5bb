package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/rochdale-ledger/rochdale/client"
)

// cmdFounder is "founder COOP NAME": it makes the key NAME in the script's home, and
// NAME.csv, the table of founders of that co-op with this one; founders.COOP.csv is that of all.
// "founder COOP NAME other" is one without an office.
func cmdFounder(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: founder COOP NAME [other]")
	}
	offices := "secretary treasurer chair returning-officer"
	var coop uint32
	_, err := fmt.Sscan(args[0], &coop)
	ts.Check(err)
	seed := [32]byte{byte(coop), 7}
	if len(args) > 2 {
		seed[1], offices = 8, ""
	}
	key := client.KeyFromSeed(seed)
	path := filepath.Join(keyDir(ts.Getenv(envHome)), args[1]+keyExt)
	ts.Check(client.SaveKey(path, "founding", key, client.MinWork))
	signing := key.Signing()
	const heading = "key,proof,offices,class,sort\n"
	line := fmt.Sprintf("%s,%x,%s,1,co-op\n", signing.Public(), signing.Possession("anytown-1", coop), offices)
	ts.Check(os.WriteFile(ts.MkAbs(args[1]+".csv"), []byte(heading+line), 0o600))
	all := ts.MkAbs("founders." + args[0] + ".csv")
	had, err := os.ReadFile(all)
	if err != nil {
		had = []byte(heading)
	}
	ts.Check(os.WriteFile(all, append(had, line...), 0o600))
}

// cmdSigned is "signed ALL": it appends to the table ALL of signatures what key prove --json
// printed last.
func cmdSigned(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: signed ALL")
	}
	keepSignature(ts, ts.ReadFile("stdout"), args[0])
}

func keepSignature(ts *testscript.TestScript, printed, table string) {
	var proof struct {
		Key    string `json:"public_key"`
		Adopts string
	}
	ts.Check(json.Unmarshal([]byte(printed), &proof))
	all, err := os.ReadFile(ts.MkAbs(table))
	if err != nil {
		all = []byte("key,adopts\n")
	}
	ts.Check(os.WriteFile(ts.MkAbs(table), fmt.Appendf(all, "%s,%s\n", proof.Key, proof.Adopts), 0o600))
}

// cmdDraft is "draft INVITATION COOP NAME [FLAG...]": it writes NAME.json, what the founder of
// NAME.csv founds that co-op with, and NAME.signed.csv, with that founder's signature.
func cmdDraft(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: draft INVITATION COOP NAME [FLAG...]")
	}
	name := args[2]
	for _, file := range []string{name + ".json", name + ".signed.csv"} {
		ts.Check(os.RemoveAll(ts.MkAbs(file)))
	}
	ts.Check(ts.Exec("rochdale", append([]string{"federation", "accept", args[0], "--coop", args[1], "--founders", name + ".csv", "--draft", name + ".json"}, args[3:]...)...))
	ts.Check(ts.Exec("rochdale", "key", "prove", name, "--adopts", name+".json", "--json"))
	keepSignature(ts, ts.ReadFile("stdout"), name+".signed.csv")
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
