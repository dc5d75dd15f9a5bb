package pabulib_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rochdale-ledger/rochdale/state/count/budget"
	"github.com/rochdale-ledger/rochdale/state/count/input"
	"github.com/rochdale-ledger/rochdale/state/count/pabulib"
	"github.com/rochdale-ledger/rochdale/state/statetest/counting"
)

const smallPB = `META
key;value
description;Test
num_projects;2
num_votes;2
budget;100
vote_type;approval
PROJECTS
project_id;cost;name
a;60;"Roof; new"
b;50;"The ""old"" barn"
VOTES
voter_id;vote;age
1;a,b;34
2;b;
`

func TestReadPabulib(t *testing.T) {
	b := counting.Budget(t, smallPB)
	if b.Title() != "Test" || b.Limit != 100 || b.Projects[0].Name != "Roof; new" || b.Projects[1].Name != `The "old" barn` {
		t.Errorf("read %+v", b)
	}
	if diff := cmp.Diff([]int32{0, 1}, b.Votes[0].Projects); diff != "" {
		t.Error(diff)
	}
	var out bytes.Buffer
	if err := pabulib.Write(&out, b); err != nil || out.String() != smallPB {
		t.Errorf("wrote\n%s\n%v", out.String(), err)
	}

	// The same budget, written in ways that the format allows.
	for name, text := range map[string]string{
		"byte order mark":      "\ufeff" + smallPB,
		"line ends of Windows": strings.ReplaceAll(smallPB, "\n", "\r\n"),
		"empty lines":          strings.ReplaceAll(smallPB, "PROJECTS", "\n\nPROJECTS"),
		"spaces":               strings.ReplaceAll(smallPB, ";", " ; "),
		"no last line end":     strings.TrimSuffix(smallPB, "\n"),
	} {
		if name == "spaces" {
			text = strings.ReplaceAll(text, "Roof ;  new", "Roof; new")
		}
		if diff := cmp.Diff(b, counting.Budget(t, text)); diff != "" {
			t.Errorf("%s: read otherwise:\n%s", name, diff)
		}
	}
}

func TestReadPabulibAmounts(t *testing.T) {
	text := strings.NewReplacer("budget;100", "budget;100,5", "a;60", "a;60.25", "b;50", "b;50.0").Replace(smallPB)
	b := counting.Budget(t, text)
	if b.Decimals != 2 || b.Limit != 10050 || b.Projects[0].Cost != 6025 || b.Projects[1].Cost != 5000 {
		t.Errorf("read %d decimals, budget %d, costs %d and %d", b.Decimals, b.Limit, b.Projects[0].Cost, b.Projects[1].Cost)
	}
	// Points get smaller units as the file needs them, earlier votes too.
	b = counting.Budget(t, counting.Pabulib(100, "cumulative", "a 60", "b 50")("a,b 3,1", "a,b 2,0.25"))
	if diff := cmp.Diff([]int64{300, 100}, b.Votes[0].Points); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]int64{200, 25}, b.Votes[1].Points); diff != "" {
		t.Error(diff)
	}
}

func TestReadPabulibRemarks(t *testing.T) {
	b := counting.Budget(t, strings.Replace(smallPB, "1;a,b", "1;a,b,a", 1))
	if len(b.Remarks) != 1 || len(b.Votes[0].Projects) != 2 {
		t.Errorf("remarks %q, first vote %v", b.Remarks, b.Votes[0].Projects)
	}
	b = counting.Budget(t, strings.Replace(smallPB, "budget;100", "budget;100\nmax_sum_cost;80", 1))
	if len(b.Remarks) != 1 {
		t.Errorf("remarks %q", b.Remarks)
	}
}

// A withdrawn project stays on the ballot and is never funded.
func TestWithdrawnProject(t *testing.T) {
	for _, m := range budget.Methods() {
		for _, cost := range []string{"999999999", "0", "0.00"} {
			b := counting.Budget(t, strings.Replace(smallPB, "a;60", "a;"+cost, 1))
			r, err := budget.Count(m.Name, b, budget.Options{})
			if err != nil || len(r.Winners) != 1 || r.Winners[0] != "b" {
				t.Errorf("%s, cost %s: %+v, %v", m.Name, cost, r, err)
			}
			const says = "Projects withdrawn after they were printed on the ballot (cost 0 or 999999999): 1; they are never funded."
			if len(b.Remarks) != 1 || b.Remarks[0] != says {
				t.Errorf("cost %s: remarks %q", cost, b.Remarks)
			}
		}
	}
}

// Files are published in these forms too; they say the same as the one that keeps to
// the format.
func TestOtherForms(t *testing.T) {
	want := counting.Budget(t, smallPB)
	for _, row := range []struct {
		name  string
		pairs []string
	}{
		{"no heading of META", []string{"key;value\n", ""}},
		{"its heading in capitals", []string{"key;value", "Key;VALUE"}},
		{"sections with empty fields", []string{"META\n", "META;\n", "PROJECTS\n", "PROJECTS;;\n", "VOTES\n", "VOTES;\n"}},
		{"sections in other letters", []string{"META\n", "Meta\n", "PROJECTS\n", "projects\n", "VOTES\n", "Votes\n"}},
		{"columns and keys in other letters", []string{"project_id;cost", "PROJECT_ID;Cost", "voter_id;vote", "Voter_ID;VOTE", "budget;", "BUDGET;", "vote_type;", "Vote_type;", "num_votes;", "NUM_votes;"}},
	} {
		got := counting.Budget(t, strings.NewReplacer(row.pairs...).Replace(smallPB))
		if got.Limit != want.Limit || got.Type != want.Type || len(got.Projects) != len(want.Projects) || len(got.Votes) != len(want.Votes) {
			t.Fatalf("%s: %+v", row.name, got)
		}
		for i, p := range got.Projects {
			if p.ID != want.Projects[i].ID || p.Cost != want.Projects[i].Cost || p.Name != want.Projects[i].Name {
				t.Errorf("%s: project %d is %+v", row.name, i, p)
			}
		}
		for i, v := range got.Votes {
			if !slices.Equal(v.Projects, want.Votes[i].Projects) {
				t.Errorf("%s: vote %d is %+v", row.name, i, v)
			}
		}
	}
}

// repeat reads as many lines as are asked for without holding them.
type repeat struct {
	head  io.Reader
	line  func(i int) string
	i, n  int
	ready string
}

func (r *repeat) Read(p []byte) (int, error) {
	if n, err := r.head.Read(p); err == nil {
		return n, nil
	}
	if r.ready == "" {
		if r.i == r.n {
			return 0, io.EOF
		}
		r.ready = r.line(r.i)
		r.i++
	}
	n := copy(p, r.ready)
	r.ready = r.ready[n:]
	return n, nil
}

func TestReadPabulibRefuses(t *testing.T) {
	edit := func(pairs ...string) io.Reader {
		return strings.NewReader(strings.NewReplacer(pairs...).Replace(smallPB))
	}
	scoring := counting.Pabulib(100, "cumulative", "a 60", "b 50")
	rows := func(head string, n int, line func(i int) string) io.Reader {
		return &repeat{head: strings.NewReader(head), line: line, n: n}
	}
	head := "META\nkey;value\nnum_projects;1\nnum_votes;1\nbudget;100\nvote_type;approval\nPROJECTS\nproject_id;cost\n"
	for _, c := range []struct {
		name string
		in   io.Reader
		line int
		want string
	}{
		{"empty file", strings.NewReader(""), 1, "META"},
		{"no section", strings.NewReader("key;value\n"), 1, "META"},
		{"heading of META", edit("key;value", "key;values"), 2, "key;value"},
		{"three columns in META", edit("budget;100", "budget;100;1"), 6, "key;value"},
		{"key twice", edit("description;Test", "budget;100"), 6, "twice"},
		{"no budget", edit("budget;100\n", ""), 7, "budget"},
		{"budget of zero", edit("budget;100", "budget;0"), 6, "budget above 0"},
		{"negative budget", edit("budget;100", "budget;-5"), 6, "budget above 0"},
		{"huge budget", edit("budget;100", "budget;999999999999999"), 6, "at most"},
		{"budget past 64 bits", edit("budget;100", "budget;99999999999999999999999999"), 6, "smaller"},
		{"budget is no number", edit("budget;100", "budget;1e9"), 6, "1e9"},
		{"thousands", edit("budget;100", "budget;1,000"), 6, "thousands"},
		{"vote type", edit("approval", "runoff"), 7, "runoff"},
		{"vote type missing", edit("vote_type;approval\n", ""), 7, "vote_type"},
		{"number of projects", edit("num_projects;2", "num_projects;3"), 12, "num_projects"},
		{"number of votes", edit("num_votes;2", "num_votes;3"), 16, "cut short"},
		{"no cost column", edit("project_id;cost", "project_id;price"), 9, "cost"},
		{"column twice", edit("cost;name", "cost;cost"), 9, "twice"},
		{"short line", edit("b;50;", "b;"), 11, "3 columns"},
		{"project twice", edit("b;50", "a;50"), 11, "twice"},
		{"project without id", edit("b;50", ";50"), 11, "project_id"},
		{"comma in an id", edit("b;50", "b,c;50"), 11, "comma"},
		{"cost above the budget", edit("a;60", "a;101"), 10, "within the whole budget of 100"},
		{"negative cost", edit("a;60", "a;-60"), 10, "above 0"},
		{"huge cost", edit("a;60", "a;99999999999999999999"), 10, "smaller"},
		{"cost with five decimals", edit("a;60", "a;60.00001"), 10, "4 decimals"},
		{"unknown project", edit("2;b", "2;z"), 15, `"z"`},
		{"voter twice", edit("2;b", "1;b"), 15, "voter_id"},
		{"quote not closed", edit(`barn"`, `barn`), 11, "closing quote"},
		{"text after a quote", edit(`new"`, `new"x`), 10, "closing quote"},
		{"invalid UTF-8", edit("Test", "\xff"), 3, "UTF-8"},
		{"cut in META", strings.NewReader(smallPB[:15]), 3, "cut short"},
		{"cut in PROJECTS", strings.NewReader(smallPB[:strings.Index(smallPB, "b;50")]), 11, "cut short"},
		{"cut before VOTES' columns", strings.NewReader(smallPB[:strings.Index(smallPB, "voter_id")]), 13, "cut short"},
		{"vote too short", edit("budget;100", "budget;100\nmin_length;2"), 16, "at least 2"},
		{"vote too long", edit("budget;100", "budget;100\nmax_length;1"), 15, "at most 1"},
		{"two choices of one", edit("approval", "choose-1"), 14, "at most 1"},
		{"no points", edit("approval", "cumulative"), 13, "points"},
		{"points missing", strings.NewReader(scoring("a,b 1")), 13, "2 projects"},
		{"negative points", strings.NewReader(scoring("a,b 1,-1")), 13, "0 or more"},
		{"huge points", strings.NewReader(scoring("a 2000000000")), 13, "smaller points"},
		{"no votes", strings.NewReader(scoring()), 13, "at least one vote"},
		{"ranked twice", strings.NewReader(counting.Pabulib(100, "ordinal", "a 60")("a,a")), 12, "twice"},
		{"too many projects", rows(head, budget.MaxProjects+1, func(i int) string { return fmt.Sprintf("p%d;1\n", i) }), budget.MaxProjects + 9, "fewer projects"},
		{"too many votes", rows(head+"a;1\nVOTES\nvoter_id;vote\n", budget.MaxVotes+1, func(i int) string { return fmt.Sprintf("%d;a\n", i) }), budget.MaxVotes + 12, "fewer votes"},
		{"endless line", rows(head, 2000, func(int) string { return strings.Repeat("x", 1000) }), 9, "shorter line"},
		{"endless quote", rows(head+`a;"`, 2000, func(int) string { return strings.Repeat("x\n", 500) }), 9, "closing quote"},
		{"too many columns", strings.NewReader("META" + strings.Repeat(";", 100)), 1, "fewer columns"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := pabulib.Read("test.pb", c.in)
			var bad *input.ParseError
			if !errors.As(err, &bad) {
				t.Fatalf("got %v, want a ParseError", err)
			}
			if bad.Line != c.line || bad.File != "test.pb" || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v; want line %d and %q", err, c.line, c.want)
			}
		})
	}
}

// Wherever a file is cut short, reading it says so.
func TestTruncatedPabulib(t *testing.T) {
	for n := range len(smallPB) - 2 { // the last field and line end are optional
		if _, err := pabulib.Read("test.pb", strings.NewReader(smallPB[:n])); err == nil {
			t.Errorf("read %d of %d bytes without an error", n, len(smallPB))
		}
	}
}

func FuzzReadPabulib(f *testing.F) {
	f.Add([]byte(smallPB))
	f.Add([]byte(counting.Pabulib("100.5", "cumulative", "a 60", "b 50,5")("a,b 3,1", "b 2.5")))
	f.Add([]byte(counting.Pabulib(100, "ordinal", "a 60", "b 50")("a,b", "b")))
	f.Add([]byte(counting.Pabulib(100, "scoring", "a 60", "b 50")("a,b -3,1", "b 2.5")))
	f.Add([]byte(strings.Replace(smallPB, "60", "999999999", 1)))
	f.Fuzz(func(t *testing.T, text []byte) {
		b, err := pabulib.Read("fuzz.pb", bytes.NewReader(text))
		if err != nil {
			var bad *input.ParseError
			if !errors.As(err, &bad) || bad.Line < 1 {
				t.Fatalf("refused without a place: %v", err)
			}
			return
		}
		var out bytes.Buffer
		if err := pabulib.Write(&out, b); err != nil {
			t.Fatal(err)
		}
		again, err := pabulib.Read("fuzz.pb", bytes.NewReader(out.Bytes()))
		if err != nil {
			t.Fatalf("what was written is refused: %v\n%s", err, out.Bytes())
		}
		if diff := cmp.Diff(b, again); diff != "" {
			t.Fatalf("a round trip changes the budget:\n%s", diff)
		}
		// Few voters with much money would raise shares for long.
		if b.Limit > 10_000 || len(b.Votes) > 50 {
			return
		}
		for _, m := range budget.Methods() {
			r, err := budget.Count(m.Name, b, counting.EveryProject(b))
			var refused *input.Error
			if err != nil && !errors.As(err, &refused) {
				t.Fatalf("%s: %v", m.Name, err)
			}
			if err == nil && counting.Cost(b, r.Winners) > b.Limit {
				t.Fatalf("%s overspends", m.Name)
			}
		}
	})
}
