package main

import (
	"bytes"
	"slices"
	"testing"

	"github.com/spf13/cobra"
)

// What is said of a file that is not what it should be: each line that is changed, added or
// missing, once.
func TestDifferences(t *testing.T) {
	const should = "number,units\n1,5\n1,7\n2,6\n3,7\n"
	for _, row := range []struct {
		name, has string
		want      []string
	}{
		{"the same", should, nil},
		{"a cell", "number,units\n1,5\n1,7\n2,60\n3,7\n", []string{`t:4: it says "2,60", the ledger held "2,6"`}},
		{"one of two lines of a number", "number,units\n1,5\n1,8\n2,6\n3,7\n", []string{`t:3: it says "1,8", the ledger held "1,7"`}},
		{"a line more", "number,units\n1,5\n1,7\n2,6\n3,7\n4,1\n", []string{`t:6: the ledger held no "4,1"`}},
		{"a line twice", "number,units\n1,5\n1,7\n2,6\n2,6\n3,7\n", []string{`t:5: the ledger held no "2,6"`}},
		{"a line less", "number,units\n1,5\n1,7\n3,7\n", []string{`t: "2,6" is missing, which the ledger held`}},
		{"another number", "number,units\n1,5\n1,7\n9,6\n3,7\n", []string{`t:4: the ledger held no "9,6"`, `t: "2,6" is missing, which the ledger held`}},
		{"another order", "number,units\n1,7\n1,5\n2,6\n3,7\n", []string{"t: its lines are in another order than the ledger held"}},
		{"CR LF", "number,units\r\n1,5\n1,7\n2,6\n3,7\n", []string{`t:1: it says "number,units\r", the ledger held "number,units"`}},
		{"no last line feed", "number,units\n1,5\n1,7\n2,6\n3,7", []string{`t: "" is missing, which the ledger held`}},
		{"nothing", "", []string{`t: "1,5" is missing, which the ledger held`, `t: "1,7" is missing, which the ledger held`, `t: "2,6" is missing, which the ledger held`, `t: "3,7" is missing, which the ledger held`, `t: "number,units" is missing, which the ledger held`}},
	} {
		if got := differences("t", row.has, should); !slices.Equal(got, row.want) {
			t.Errorf("%s:\n%q\nwant\n%q", row.name, got, row.want)
		}
	}
}

// What an export says of its tables is said to who makes it, and not again to who verifies it.
func TestExportSaysOnce(t *testing.T) {
	var said bytes.Buffer
	cmd := &cobra.Command{}
	cmd.SetErr(&said)
	(&exportInfo{made: map[string][]byte{}}).note(cmd, "of %d members", 3)
	if said.Len() > 0 {
		t.Errorf("who verifies is told %q", said.String())
	}
	(&exportInfo{}).note(cmd, "of %d members", 3)
	if said.String() != "rochdale: of 3 members\n" {
		t.Errorf("who exports is told %q", said.String())
	}
}
