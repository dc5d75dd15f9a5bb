package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/rochdale-ledger/rochdale/client/figure"
	"github.com/rochdale-ledger/rochdale/client/rulebook"
)

// TestPresets runs the founding and the first years of a co-op of each preset, as the
// scripts of testdata/presets tell them, on a validator of its own each.
func TestPresets(t *testing.T) {
	for _, name := range rulebook.Presets() {
		if _, err := os.Stat(filepath.Join("testdata", "presets", name+".txtar")); err != nil {
			t.Errorf("preset %s has no script: %v", name, err)
		}
	}
	examples(t, "presets")
}

// TestScenarios runs what known co-ops do or wished to do, as the scripts of
// testdata/scenarios tell it.
func TestScenarios(t *testing.T) { examples(t, "scenarios") }

func examples(t *testing.T, folder string) {
	if testing.Short() {
		t.Skip("each starts a validator")
	}
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", folder),
		RequireExplicitExec: true,
		UpdateScripts:       *update,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"ready": cmdReady, "given": cmdGiven, "codeof": cmdCodeOf, "day": cmdDay,
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
	var out, trouble bytes.Buffer
	if run([]string{"federation", "show", "--json", "--node", ts.Getenv(envNode)}, strings.NewReader(""), &out, &trouble) != exitDone {
		ts.Fatalf("no clock: %s", trouble.String())
	}
	var shown struct{ Time time.Time }
	ts.Check(json.Unmarshal(out.Bytes(), &shown))
	ts.Setenv(args[0], shown.Time.Add(time.Duration(length)*time.Second).UTC().Format(time.DateOnly))
}
