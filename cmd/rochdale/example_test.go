package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/app"
	"github.com/rochdale-ledger/rochdale/state/charter"
)

// TestExamplesAreGranted: whoever copies an example with --propose from the help is not
// refused by the standard charter: its grant names that kind of motion.
func TestExamplesAreGranted(t *testing.T) {
	preset, err := charter.Preset("standard")
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]string{} // of action, by command
	for _, k := range app.Kinds {
		kinds[commandOf(k.Name)] = k.Name
	}
	kinds["coop import"] = "takeover.Adopt"
	seen := 0
	var read func(cmd *cobra.Command)
	read = func(cmd *cobra.Command) {
		for _, c := range cmd.Commands() {
			read(c)
		}
		for line := range strings.Lines(strings.ReplaceAll(cmd.Example, "\\\n", " ")) {
			before, wish, has := strings.Cut(line, " --propose ")
			if !has {
				continue
			}
			wish = strings.TrimSpace(wish)
			if quoted, _, is := strings.Cut(strings.TrimPrefix(wish, `"`), `"`); is && strings.HasPrefix(wish, `"`) {
				wish = quoted
			} else {
				wish = strings.Fields(wish)[0]
			}
			line := strings.Fields(before)
			kind := kinds[line[1]+" "+line[2]]
			if kind == "member.Invite" && slices.Contains(line, "--csv") { // whom a file brings in
				kind = "member.Import"
			}
			number := charter.MotionKindID(0)
			for _, m := range preset.Motions {
				if m.Name == wish || wish == fmt.Sprint(m.ID) {
					number = m.ID
				}
			}
			granted := slices.ContainsFunc(preset.Grants, func(g charter.NamedGrant) bool {
				return slices.Contains(g.Actions, kind) && slices.Contains(g.Motions, number)
			})
			if kind == "" || !granted {
				t.Errorf("the help of %s has %q: the standard charter has no grant of %q to the kind of motion %s", cmd.CommandPath(), strings.Join(line, " "), kind, wish)
			}
			seen++
		}
	}
	read(newRootCmd())
	if seen < 60 {
		t.Errorf("only %d examples propose something", seen)
	}
}
