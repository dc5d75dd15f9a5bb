package live

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/rochdale-ledger/rochdale/client"
	"github.com/rochdale-ledger/rochdale/client/figure"
	"github.com/rochdale-ledger/rochdale/client/rulebook"
	"github.com/rochdale-ledger/rochdale/cmd/rochdale/script"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/testnet"
)

// TestPresets runs the founding and the first years of a co-op of each preset, as the
// scripts of testdata/presets tell them, on a validator of its own each.
func TestPresets(t *testing.T) {
	t.Parallel()
	for _, name := range rulebook.Presets() {
		if _, err := os.Stat(filepath.Join("testdata", "presets", name+".txtar")); err != nil {
			t.Errorf("preset %s has no script: %v", name, err)
		}
	}
	examples(t, "presets")
}

// TestScenarios runs what known co-ops do or wished to do, as the scripts of
// testdata/scenarios tell it.
func TestScenarios(t *testing.T) {
	t.Parallel()
	examples(t, "scenarios")
}

func examples(t *testing.T, folder string) {
	program(t, "each script runs a validator of its own")
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", folder),
		RequireExplicitExec: true,
		UpdateScripts:       *update,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"ready": cmdReady, "given": cmdGiven, "codeof": script.CodeOf, "day": cmdDay,
			"people": cmdPeople, "each": cmdEach, "drawn": cmdDrawn,
		},
		Setup: func(env *testscript.Env) error {
			env.Setenv(envAnswer, "1") // the reader is asked, and says so
			return nil
		},
	})
}

// cmdDay is "day NAME LENGTH": it sets the variable NAME to the day that is so long after
// what the ledger's clock says, as a reader would with a calendar.
func cmdDay(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: day NAME LENGTH")
	}
	length, err := figure.Span(args[1])
	ts.Check(err)
	out, err := said(ts, "federation", "show", "--json")
	ts.Check(err)
	var shown struct{ Time time.Time }
	ts.Check(json.Unmarshal([]byte(out), &shown))
	ts.Setenv(args[0], shown.Time.Add(time.Duration(length)*time.Second).UTC().Format(time.DateOnly))
}

// cmdPeople is "people N FILE": it writes the register of N members who come to the co-op
// of the trial in net, with numbers of their own, joining dates and keys; each key is
// in the trial's folder.
func cmdPeople(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: people N FILE")
	}
	n, err := strconv.Atoi(args[0])
	ts.Check(err)
	people, err := testnet.OpenPeople(ts.MkAbs("net"))
	ts.Check(err)
	table := []byte("number,joined,key\n")
	for i := range n {
		number := state.Member(testnet.MinMembers + 1 + i)
		key := client.KeyFromSeed(people.Seed(1, number))
		ts.Check(client.SaveKey(comer(ts, number), trialPassphrase, key, client.MinWork))
		table = fmt.Appendf(table, "D%d,%d-03-01,%s\n", i+1, 2015+i%10, key.Signing().Public())
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), table, 0o600))
}

// comer is the key file of a member who came by cmdPeople.
func comer(ts *testscript.TestScript, n state.Member) string {
	return filepath.Join(testnet.KeyDir(ts.MkAbs("net")), fmt.Sprintf("m%d.key", n))
}

// cmdEach is "each FROM TO COMMAND…": members with these numbers give a command each, many
// in a block, as in a hall; all of them took effect when it returns.
func cmdEach(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: each FROM TO COMMAND…")
	}
	from, err := strconv.Atoi(args[0])
	ts.Check(err)
	to, err := strconv.Atoi(args[1])
	ts.Check(err)
	net, err := testnet.Open(ts.MkAbs("net"))
	ts.Check(err)
	m, err := net.Manifest()
	ts.Check(err)
	people, err := testnet.OpenPeople(net.Dir)
	ts.Check(err)
	founders := people.Founders(1, m.Members)
	secret := filepath.Join(net.Dir, "passphrase")
	ts.Check(os.WriteFile(secret, []byte(trialPassphrase+"\n"), 0o600))
	var lines [][]string
	for n := from; n <= to; n++ {
		key := comer(ts, state.Member(n))
		if n <= len(founders) {
			key = filepath.Join(testnet.KeyDir(net.Dir), founders[n-1].Name+".key")
		}
		lines = append(lines, append(slices.Clone(args[2:]), "--key", key, "--as", strconv.Itoa(n), "--coop", "1", "--home", net.Dir, "--node", ts.Getenv(envNode),
			"--passphrase-file", secret, "--no-wait", "--yes"))
	}
	var waits [][]string
	for _, printed := range inOne(ts, lines) {
		id := regexp.MustCompile(`[0-9A-F]{64}`).FindString(printed)
		waits = append(waits, []string{"tx", "wait", id, "--node", ts.Getenv(envNode)})
	}
	inOne(ts, waits)
}

// cmdDrawn is "drawn NAME…": it sets the variables to the keys of the first members of the
// circle that the last command showed as JSON.
func cmdDrawn(ts *testscript.TestScript, neg bool, args []string) {
	var circle struct{ Members []state.Member }
	ts.Check(json.Unmarshal([]byte(ts.ReadFile("stdout")), &circle))
	if neg || len(circle.Members) < len(args) {
		ts.Fatalf("the circle has members %v", circle.Members)
	}
	people, err := testnet.OpenPeople(ts.MkAbs("net"))
	ts.Check(err)
	for i, name := range args {
		n := circle.Members[i]
		ts.Setenv(name, people.Founders(1, int(n))[n-1].Name)
	}
}
