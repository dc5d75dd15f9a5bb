package blt_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rochdale-ledger/rochdale/state/count/blt"
	"github.com/rochdale-ledger/rochdale/state/count/election"
	"github.com/rochdale-ledger/rochdale/state/count/input"
	"github.com/rochdale-ledger/rochdale/state/count/paper"
	"github.com/rochdale-ledger/rochdale/state/count/report"
	"github.com/rochdale-ledger/rochdale/state/statetest/counting"
)

const small = "3 1\n4 1 2 0\n2 3 0\n0\n\"A\"\n\"B\"\n\"C\"\n\"T\"\n"

func TestReadBLT(t *testing.T) {
	e, err := blt.Read("x.blt", strings.NewReader("\xef\xbb\xbf 4 2 # head\r\n-2 # gone\r\n\r\n[tie 4 3 2 1]\r\n"+
		"3 1 2=3 - 4 0 # row\r\n# between\r\n2 0\r\n1 1 2 = 3 - 4 0\r\n0 # end\r\n"+
		"\"Ada  Lovelace\" # one\r\nB\"o\"b\r\n\"Jack \"\"J\"\" Smith\"\r\nD d\r\n\"Title\"\r\n\"Source, 1999\"\r\nx\ty\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := &election.Election{
		Title: "Title", Seats: 2, TieOrder: []int{3, 2, 1, 0}, Remarks: []string{`"Source, 1999"`, "x y"},
		Candidates: []election.Candidate{{Name: "Ada Lovelace"}, {Name: `B"o"b`, Withdrawn: true}, {Name: `Jack "J" Smith`}, {Name: "D d"}},
		Papers: []election.Paper{
			{Weight: 4, Marks: []election.Mark{{Candidate: 0}, {Candidate: 1}, {Candidate: 2, Equal: true}, {Candidate: election.Skipped}, {Candidate: 3}}},
			{Weight: 2, Marks: nil},
		},
	}
	if diff := cmp.Diff(want, e); diff != "" {
		t.Errorf("(-want +read):\n%s", diff)
	}
	var b bytes.Buffer
	if err := blt.Write(&b, e); err != nil {
		t.Fatal(err)
	}
	again, err := blt.Read("again.blt", &b)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(e, again); diff != "" {
		t.Errorf("round trip (-first +again):\n%s", diff)
	}
}

func TestReadBLTExtensions(t *testing.T) {
	e, err := blt.Read("x.blt", strings.NewReader("3 2\n[nick a b c]\n5 a b=c 0\n2 b:3 c:1 0\n0\nA\nB\nC\nT"))
	if err != nil {
		t.Fatal(err)
	}
	want := []election.Paper{
		{Weight: 5, Marks: []election.Mark{{Candidate: 0}, {Candidate: 1}, {Candidate: 2, Equal: true}}},
		{Weight: 2, Marks: []election.Mark{{Candidate: 1, Points: 3}, {Candidate: 2, Points: 1}}},
	}
	if diff := cmp.Diff(want, e.Papers); diff != "" {
		t.Errorf("(-want +read):\n%s", diff)
	}
}

const (
	head  = "3 1\n"
	names = "0\nA\nB\nC\nT\n"
)

// Each row breaks one rule. Line and words are what the reader of the message
// has to go by.
var refused = []struct {
	name, file string
	line       int
	words      string
}{
	{"empty file", "", 1, "candidates and seats, found end of file"},
	{"no candidates", "0 0\n0\nT\n", 1, "1 to 1000 candidates"},
	{"too many candidates", "10000 1\n0\n", 1, "1 to 1000 candidates, found 10000"},
	{"more seats than candidates", "3 5\n" + names, 1, "1 to 3 seats for 3 candidates, found 5"},
	{"no seats", "3 0\n" + names, 1, "1 to 3 seats"},
	{"negative seats", "3 -1\n" + names, 1, "1 to 3 seats"},
	{"words for numbers", "three 1\n", 1, "two whole numbers"},
	{"one number", "3\n", 1, "two whole numbers"},
	{"ranks a stranger", head + "1 1 2 0\n1 4 0\n" + names, 3, "candidate 4, who does not stand"},
	{"ranks one twice", head + "1 1 2 1 0\n" + names, 2, "candidate 1 twice"},
	{"equal to itself", head + "1 1=1 0\n" + names, 2, "candidate 1 twice"},
	{"negative weight", head + "1 1 0\n-4 1 2 0\n" + names, 3, "a row of ballots"},
	{"negative first weight", head + "-4 1 2 0\n" + names, 2, "weight, 1 or more"},
	{"withdraws a stranger", head + "-9\n" + names, 2, "withdrawn candidates as -1 to -3"},
	{"weight of nothing", head + "0 1 2 0\n" + names, 2, "a weight from 1"},
	{"huge weight", head + "99999999999999999999999 1 0\n" + names, 2, "a weight from 1 to 1000000000"},
	{"weights that add up", head + "900000000 1 0\n900000000 2 0\n" + names, 3, "more than 1000000000 papers"},
	{"too fine a weight", head + "1.1234567 1 0\n" + names, 2, "at most 6 decimals"},
	{"no end of row", head + "1 1 2\n" + names, 2, "a 0 at the end of the row"},
	{"more after the row", head + "1 1 0 2 0\n" + names, 2, "the end of the line"},
	{"minus a preference", head + "1 1 -2 0\n" + names, 2, "a candidate's number"},
	{"equal to nothing", head + "1 1= 0\n" + names, 2, "a candidate after ="},
	{"nothing equal", head + "1 =1 0\n" + names, 2, "a candidate's number"},
	{"equal to a skip", head + "1 1 -=2 0\n" + names, 2, "a candidate"},
	{"skip after equal", head + "1 1=- 0\n" + names, 2, "a candidate"},
	{"no points", head + "1 1: 0\n" + names, 2, "points after the colon"},
	{"huge points", head + "1 1:9999999 0\n" + names, 2, "points after the colon"},
	{"ballot id", head + "(b1) 1 2 0\n" + names, 2, "a row of ballots"},
	{"unknown option", head + "[method meek]\n" + names, 2, "[withdrawn ...]"},
	{"open option", head + "[withdrawn 2\n" + names, 2, "[withdrawn ...]"},
	{"option of a stranger", head + "[withdrawn 7]\n" + names, 2, "candidates from 1 to 3"},
	{"short tie", head + "[tie 1 2]\n" + names, 2, "all 3 candidates"},
	{"short nicks", head + "[nick a b]\n" + names, 2, "3 short names"},
	{"nicks alike", head + "[nick a b a]\n" + names, 2, "short names that differ"},
	{"cut in the ballots", head + "1 1 2 0\n", 2, "the closing 0"},
	{"cut in the names", head + "0\nA\nB\n", 4, "the name of candidate 3 of 3"},
	{"cut before the title", head + "0\nA\nB\nC\n", 5, "the election's title"},
	{"cut in a name", head + "0\n\"A\n", 3, `a closing "`},
	{"names alike", head + "0\nA\nB\n\"A\"\nT\n", 5, `"A" for candidates 1 and 3`},
	{"empty name", head + "0\nA\n\"\"\nC\nT\n", 4, "a name, found an empty one"},
	{"bare name and comment", head + "0\nA # one\nB\nC\nT\n", 3, "a name in quotes before a comment"},
	{"quotes after a name", head + "0\n\"A\" # \"one\"\nB\nC\nT\n", 3, "no quotes in a comment"},
	{"long name", head + "0\n" + strings.Repeat("A", election.MaxName+1) + "\nB\nC\nT\n", 3, "longer than 400 bytes"},
	{"Latin-1 name", head + "0\nJos\xe9\nB\nC\nT\n", 3, "UTF-8"},
	{"Latin-1 comment", head + "# Jos\xe9\n" + names, 2, "UTF-8"},
	{"bare quote and number sign", head + "0\nA\"#1\nB\nC\nT\n", 3, "takes for a comment"},
	{"control character", head + "0\nA\x00\nB\nC\nT\n", 3, "control character"},
	{"long line", head + "# " + strings.Repeat("x", blt.MaxLine) + "\n" + names, 2, "a line of at most"},
	{"alternative of a stranger", head + "0\n# ALTERNATIVE NAME 4: X\nT\n", 3, "n from 1 to 3"},
	{"alternatives that lack one", head + "0\n# ALTERNATIVE NAME 1: X\n# ALTERNATIVE NAME 3: Z\nT\n", 5, "# ALTERNATIVE NAME 2"},
	{"alternatives alike", head + "0\n# ALTERNATIVE NAME 1: X\n# ALTERNATIVE NAME 2: Y\n# ALTERNATIVE NAME 3: X\nT\n", 6, `candidates 1 and 3 are both named "X"`},
	{"alternative that is no name", head + "0\n# ALTERNATIVE NAME 1: X\n# ALTERNATIVE NAME 2: Y\n# ALTERNATIVE NAME 3: \"#\nT\n", 6, "takes for a comment"},
	{"endless remarks", small + strings.Repeat("x\n", blt.MaxRemarks+1), 9 + blt.MaxRemarks, "at most 1000 lines"},
}

func TestReadBLTRefuses(t *testing.T) {
	for _, c := range refused {
		_, err := blt.Read("x.blt", strings.NewReader(c.file))
		var parse *input.ParseError
		if !errors.As(err, &parse) {
			t.Errorf("%s: error %v", c.name, err)
			continue
		}
		if parse.Line != c.line || !strings.Contains(err.Error(), c.words) || !strings.HasPrefix(err.Error(), fmt.Sprintf("x.blt:%d: expected ", c.line)) {
			t.Errorf("%s: %v; want line %d and %q", c.name, err, c.line, c.words)
		}
	}
}

// Every file cut short is refused, except where only the last newline is gone.
func TestTruncatedBLT(t *testing.T) {
	for i := range len(small) - 2 {
		e, err := blt.Read("x.blt", strings.NewReader(small[:i]))
		if err == nil {
			t.Errorf("%q is read as %v", small[:i], e)
		}
	}
	if _, err := blt.Read("x.blt", strings.NewReader(small[:len(small)-1])); err != nil {
		t.Error(err)
	}
}

// Ten million papers are read and counted when they are of few kinds. When they
// are all different TestReadingIsBounded sees them refused.
func TestTenMillionPapers(t *testing.T) {
	if testing.Short() {
		t.Skip("ten million papers skipped with -short")
	}
	few := &counting.Rows{Left: 10_000_000, Tail: "0\nA\nB\nC\nT\n",
		Row: func(i int) string { return [...]string{"1 1 2 0\n", "1 2 3 0\n", "1 2 1 0\n"}[i%3] }}
	e, err := blt.Read("few.blt", io.MultiReader(strings.NewReader("3 1\n"), few))
	if err != nil {
		t.Fatal(err)
	}
	if len(e.Papers) != 3 {
		t.Fatalf("%d kinds of paper", len(e.Papers))
	}
	r := counting.MustCount(t, "irv", e, election.Options{})
	if r.Winners[0] != "B" || r.Validity.Valid != 10_000_000 {
		t.Errorf("elected %v of %d papers", r.Winners, r.Validity.Valid)
	}
}

func TestReadBLTFault(t *testing.T) {
	_, err := blt.Read("x.blt", counting.Failing{R: strings.NewReader("3 1\n1 1 0\n")})
	var parse *input.ParseError
	if !errors.Is(err, counting.ErrBroken) || errors.As(err, &parse) {
		t.Errorf("error %v", err)
	}
}

func FuzzReadBLT(f *testing.F) {
	for _, s := range []string{
		small, "", "3 1\n", "\xef\xbb\xbf3 1\r\n-2 -3\r\n0\r\nA\r\nB\r\nC\r\nT\r\n",
		"3 2\n[nick a b c]\n[tie a b c]\n[withdrawn b]\n5 a b=c - 0\n0\nA\nB\nC\nT",
		"2 1\n1 1:3 2:1 0\n0\n# ALTERNATIVE NAME 1: X\n# ALTERNATIVE NAME 2: Y\n\"T\" # t\n",
		"2 1\n1 1=2 0\n0\n\"A \"a\" B\"\n\"C\"\n\"\"\nremark # 1\n",
		"2 1\n0\n# ALTERNATIVE NAME 1: 0\n# ALTERNATIVE NAME 2: \"#0", "1 1\n0\n\f", "2 1\n0\n0\n00000000000\"#0000\n0\n", "1 1\n999999999 1 0\n1 0\n0\n\"\\\"\nT\n", "2 1\n1 - - 1 - 0\n0\nA\nB\n\"T\n",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		e, err := blt.Read("fuzz.blt", bytes.NewReader(data))
		if err != nil {
			var parse *input.ParseError
			if !errors.As(err, &parse) || parse.Line < 1 || parse.Expected == "" {
				t.Fatalf("not a useful error: %v", err)
			}
			return
		}
		var b bytes.Buffer
		if err := blt.Write(&b, e); err != nil {
			t.Fatalf("what was read is not written: %v", err)
		}
		again, err := blt.Read("again.blt", bytes.NewReader(b.Bytes()))
		if err != nil {
			t.Fatalf("%v in\n%s", err, b.String())
		}
		if diff := cmp.Diff(e, again); diff != "" {
			t.Fatalf("round trip:\n%s", diff)
		}
		if len(e.Candidates) > 20 || len(e.Papers) > 50 {
			return
		}
		for _, m := range paper.Methods() {
			if _, err := paper.Count(m.Name, e, election.Options{}); err != nil {
				var tie *report.TieError
				var in *input.Error
				if !errors.As(err, &tie) && !errors.As(err, &in) {
					t.Fatalf("%s: %v", m.Name, err)
				}
			}
		}
	})
}
