package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rochdale-ledger/rochdale/app"
)

// TestEveryKindHasItsCommand: whatever the ledger can do, the command line can,
// with a preview, a dry run, a file and a result as JSON; and a script does it.
func TestEveryKindHasItsCommand(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(*scripts, "*.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		text.Write(raw)
	}
	root := newRootCmd()
	for _, k := range app.Kinds {
		path := commandOf(k.Name)
		cmd, _, err := root.Find(strings.Fields(path))
		if err != nil || cmd.CommandPath() != "rochdale "+path {
			t.Errorf("%s: there is no rochdale %s", k.Name, path)
			continue
		}
		for _, flag := range []string{"dry-run", "yes", "output", "no-wait", "timeout", "json"} {
			if f := cmd.Flag(flag); f == nil || f.Hidden {
				t.Errorf("rochdale %s has no --%s", path, flag)
			}
		}
		if !strings.Contains(text.String(), "\nexec rochdale "+path+" ") {
			t.Errorf("%s: no script has rochdale %s done", k.Name, path)
		}
	}
}
