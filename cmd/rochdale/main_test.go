package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/rochdale-ledger/rochdale/client/names"
	"github.com/rochdale-ledger/rochdale/cmd/rochdale/script"
)

// TestMain makes this binary answer to the name rochdale inside the scripts, and to
// rochdale-lines inside those of package live.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"rochdale": func() {
		if os.Getenv(envAnswer) != "" {
			os.Args = answered(os.Args)
		}
		firstRPC = "" // trials that begin at once would all want the usual port
		os.Exit(runNarrow(os.Args[1:]))
	}, "rochdale-lines": runLines})
}

// runLines runs the command lines that are in a JSON list on standard input, in this one
// process, until one fails, and prints what each printed as another list.
func runLines() {
	var lines [][]string
	if err := json.NewDecoder(os.Stdin).Decode(&lines); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(exitFault)
	}
	printed := []string{}
	for _, args := range lines {
		var out bytes.Buffer
		if code := run(args, strings.NewReader(""), &out, &out); code != exitDone {
			fmt.Fprintf(os.Stderr, "%q: %s", args, out.String())
			os.Exit(code)
		}
		printed = append(printed, out.String())
	}
	if err := json.NewEncoder(os.Stdout).Encode(printed); err != nil {
		os.Exit(exitFault)
	}
}

// exitWide is the status of a command whose result is too wide for a terminal: no
// script expects it.
const exitWide = 80

// runNarrow runs a command and fails it if a line of its result is too wide. Results
// for programs and pages may be: --json, --csv, --html.
func runNarrow(args []string) int {
	if len(args) > 1 && args[1] == "hold" {
		return run(args, os.Stdin, os.Stdout, os.Stderr) // it closes its output
	}
	var out bytes.Buffer
	code := run(args, os.Stdin, io.MultiWriter(os.Stdout, &out), os.Stderr)
	for _, flag := range []string{"--json", "--csv", "--html"} {
		if slices.Contains(args, flag) {
			return code
		}
	}
	line := tooWide(out.String())
	if line == "" && code == exitDone {
		line = tooWide(withLongNames(args))
	}
	if line != "" {
		fmt.Fprintf(os.Stderr, "TOO WIDE: %s\n", line)
		return exitWide
	}
	return code
}

// withLongNames is the result of a command that only reads, given again with a directory at
// hand in which all names are long; "" of one that does not.
func withLongNames(args []string) string {
	cmd, _, err := newRootCmd().Find(args)
	if err != nil || (cmd.Flags().Lookup("height") == nil && cmd.CommandPath() != "rochdale me show" && cmd.CommandPath() != "rochdale me history") {
		return ""
	}
	var out bytes.Buffer
	ctx := context.WithValue(context.Background(), deskKey{}, &desk{book: longNames(fakeChain, 1)})
	runWith(ctx, args, strings.NewReader(""), &out, io.Discard)
	return out.String()
}

// longNames is a directory of which all members have names of some 30 characters.
func longNames(chain string, coop uint32) *names.Book {
	b := &names.Book{Chain: chain, Coop: coop}
	for m := range uint64(300) {
		b.People = append(b.People, names.Person{Member: m + 1, Fields: []names.Field{
			{Name: names.NameField, Value: fmt.Sprintf("Maria-Theodora of the Mill %d", m+1)}}})
	}
	return b
}

// envAnswer is set in scripts that say yes where a person would be asked at a
// terminal, as most do; scripts of what happens without an answer unset it.
const envAnswer = "SCRIPT_SAYS_YES"

// answered adds --yes to a command line whose command asks.
func answered(args []string) []string {
	cmd, _, err := newRootCmd().Find(args[1:])
	if err != nil || slices.Contains(args, "--yes") {
		return args
	}
	if f := cmd.Flags().Lookup("yes"); f == nil || f.Hidden { // it asks nothing
		return args
	}
	at := slices.Index(args, "--")
	if at < 0 {
		at = len(args)
	}
	return slices.Insert(slices.Clone(args), at, "--yes")
}

var scripts = flag.String("scripts", "testdata", "folder of the scripts")

var update = flag.Bool("update", false, "write what the scripts' cmp commands should have found")

// TestScripts runs every *.txtar of the folder of scripts with a home of its own and none of
// the caller's environment. To run one: go test -run TestScripts/key-new.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"wordsof": cmdWordsOf, "flip": cmdFlip, "spoilindex": cmdSpoilIndex,
			"ledger": cmdLedger, "advance": cmdAdvance, "keys": cmdKeys, "proofof": script.ProofOf, "passkey": cmdPasskey, "codeof": script.CodeOf, "idof": script.IDOf, "nodeid": script.NodeID,
			"strike": cmdStrike, "standstill": cmdStandstill,
			"unreachable": cmdUnreachable(true), "reachable": cmdUnreachable(false), "foreign": cmdForeign,
			"founder": cmdFounder, "signed": cmdSigned, "draft": cmdDraft, "replace": cmdReplace,
		},
		Dir:                 *scripts,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       *update,
		Setup: func(env *testscript.Env) error {
			env.Setenv(envHome, filepath.Join(env.WorkDir, "home"))
			env.Setenv(envAnswer, "1")
			return nil
		},
	})
}

// numbered finds the recovery words in what key new prints.
var numbered = regexp.MustCompile(`\b(\d+)\. ([a-z]+)`)

// cmdWordsOf is "wordsof FILE": it writes the 24 words that the last command
// printed on standard error to FILE, in one line and in their order.
func cmdWordsOf(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: wordsof FILE")
	}
	var words [24]string
	for _, m := range numbered.FindAllStringSubmatch(ts.ReadFile("stderr"), -1) {
		n, err := strconv.Atoi(m[1])
		ts.Check(err)
		if n < 1 || n > len(words) || words[n-1] != "" {
			ts.Fatalf("word %d is printed twice or is out of range", n)
		}
		words[n-1] = m[2]
	}
	if words[0] == "" || words[23] == "" {
		ts.Fatalf("there are no 24 words on standard error")
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.Join(words[:], " ")+"\n"), 0o600))
}

// cmdFlip is "flip FILE OFFSET": it changes one bit of the byte at OFFSET,
// counted from the end of the file if negative.
func cmdFlip(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: flip FILE OFFSET")
	}
	path := ts.MkAbs(args[0])
	content, err := os.ReadFile(path)
	ts.Check(err)
	at, err := strconv.Atoi(args[1])
	ts.Check(err)
	if at < 0 {
		at += len(content)
	}
	content[at] ^= 1
	ts.Check(os.WriteFile(path, content, 0o600))
}

// selfCommand is rochdale in a process of its own, which is this binary by that name; it is
// killed when ctx ends. A test's own ends before its cleanups, so what they stop takes another.
func selfCommand(ctx context.Context, t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(ctx, self, args...)
	cmd.Args[0] = "rochdale"
	return cmd
}

// waitFor fails the test if ok does not come true within a time that is far
// longer than it can need.
func waitFor(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(2 * time.Minute); !ok(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain until %s", what)
		}
	}
}
