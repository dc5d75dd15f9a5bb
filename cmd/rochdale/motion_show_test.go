package main

import (
	"strings"
	"testing"

	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/count"
)

// A motion with options shows them, with the members who stand and what won.
func TestShowOptions(t *testing.T) {
	m := ballot.Motion{
		Title: "Who audits?", Options: []ballot.Option{{Text: "Ada", Member: 4}, {Text: "Nobody"}},
		Result: []ballot.Result{{Outcome: count.Carried, Winners: []uint16{2}}},
	}
	p := ballot.Poll{Status: ballot.Closed, Options: 2, Rules: charter.MotionKind{Name: "elected", Method: charter.Method{Tag: 9}}}
	info, err := withoutNode("anytown-1", 1).motionInfo(1, m, p)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	writeMotion(&out, info)
	var rows []string
	for line := range strings.Lines(out.String()) {
		rows = append(rows, strings.Join(strings.Fields(line), " "))
	}
	text := strings.Join(rows, "\n")
	for _, want := range []string{"is carried by a method that this program does not know", "1 4 Ada", "2 Nobody won"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
	if strings.Contains(text, "abstain") {
		t.Errorf("it is shown as a question of yes or no:\n%s", text)
	}
}
