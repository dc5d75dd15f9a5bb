package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// shown is a command of the guide with the report under it.
var shown = regexp.MustCompile("`rochdale (count [^`]*)`:\n\n```\n((?s:.*?))```\n")

// TestGuideCommands runs each command of docs/counting.md under which a report
// is shown, and compares.
func TestGuideCommands(t *testing.T) {
	guide, err := os.ReadFile(filepath.Join("..", "..", "docs", "counting.md"))
	if err != nil {
		t.Fatal(err)
	}
	found := shown.FindAllStringSubmatch(string(guide), -1)
	if len(found) < 15 {
		t.Errorf("only %d commands found", len(found))
	}
	for _, m := range found {
		args := fields(m[1])
		args[1] = filepath.Join("..", "..", "state", "count", "method", "testdata", args[1])
		var out, errs bytes.Buffer
		if code := run(args, strings.NewReader(""), &out, &errs); code != exitDone || errs.Len() > 0 {
			t.Errorf("%s: exit %d: %s", m[1], code, errs.String())
		}
		if diff := cmp.Diff(m[2], out.String()); diff != "" {
			t.Errorf("%s: the guide (-) and the command (+) differ:\n%s", m[1], diff)
		}
	}
}

// fields splits a command as a shell does, double quotes holding words together.
func fields(s string) []string {
	var out []string
	for i, part := range strings.Split(s, `"`) {
		if i%2 == 1 {
			out = append(out, part)
			continue
		}
		out = append(out, strings.Fields(part)...)
	}
	return out
}
