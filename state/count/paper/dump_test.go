package paper_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rochdale-ledger/rochdale/state/count/election"
	"github.com/rochdale-ledger/rochdale/state/count/input"
	"github.com/rochdale-ledger/rochdale/state/count/paper"
	"github.com/rochdale-ledger/rochdale/state/count/report"
	"github.com/rochdale-ledger/rochdale/state/statetest/counting"
)

// A dump is a stage table in the tab-separated form of the published reference
// counts: a line an action, with each candidate's state and vote.
type dump struct {
	path   string
	method string
	head   []string
	lines  [][]string
}

// dumpMethods tells from a file's name which rule it was counted by.
var dumpMethods = []struct{ part, method string }{
	{"meek-prf-", "meek"},
	{"wigm-prf-fixed", "wigm"},
	{"scotland-", "scottish-stv"},
}

func readDump(t *testing.T, path string) (dump, bool) {
	t.Helper()
	d := dump{path: path}
	for _, m := range dumpMethods {
		if strings.Contains(filepath.Base(path), m.part) {
			d.method = m.method
		}
	}
	if d.method == "" && strings.Contains(path, "scottish") {
		d.method = "scottish-stv"
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i, line := range strings.Split(strings.TrimRight(string(b), "\n"), "\n") {
		f := strings.Split(line, "\t")
		if i == 0 {
			d.head = f
		} else if f[1] != "log" && f[1] != "round" {
			d.lines = append(d.lines, f)
		}
	}
	return d, d.method != ""
}

func (d dump) col(line []string, name string) string {
	if i := slices.Index(d.head, name); i >= 0 && i < len(line) {
		return line[i]
	}
	return ""
}

// votes returns the named column of every candidate.
func (d dump) each(line []string, column string) []string {
	var out []string
	for i, h := range d.head {
		if strings.HasSuffix(h, "."+column) {
			out = append(out, line[i])
		}
	}
	return out
}

// election finds the papers that the dump was counted from: the longest name
// beside it that it starts with.
func (d dump) election() string {
	base := filepath.Base(d.path)
	all, _ := filepath.Glob(filepath.Join(filepath.Dir(d.path), "*.blt"))
	best := ""
	for _, f := range all {
		stem := strings.TrimSuffix(filepath.Base(f), ".blt")
		if strings.HasPrefix(base, stem) && len(stem) > len(filepath.Base(best))-len(".blt") {
			best = f
		}
	}
	return best
}

// TestReferenceDumps follows every published stage table found, figure by
// figure. Where the table broke a tie it did so by ballot order, one way or the
// other; the count has to agree with a lot in either direction.
func TestReferenceDumps(t *testing.T) {
	root := counting.Vectors(t)
	found := 0
	err := filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".ref-dump.tsv") {
			return err
		}
		d, ok := readDump(t, path)
		if !ok {
			return nil
		}
		found++
		t.Run(strings.TrimSuffix(filepath.Base(path), ".ref-dump.tsv"), func(t *testing.T) {
			e := counting.ReadElection(t, d.election())
			var lot []string
			for _, c := range e.Candidates {
				lot = append(lot, c.Name)
			}
			forward := d.differences(t, e, lot)
			if forward == nil {
				return
			}
			slices.Reverse(lot)
			if backward := d.differences(t, e, lot); backward != nil {
				t.Errorf("lot in ballot order:\n%s\nlot reversed:\n%s", strings.Join(forward, "\n"), strings.Join(backward, "\n"))
			}
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if found < 10 {
		t.Errorf("only %d reference tables found under %s", found, root)
	}
}

// differences counts e and returns at most a few lines on where the count parts
// from the table.
func (d dump) differences(t *testing.T, e *election.Election, lot []string) []string {
	t.Helper()
	r, err := paper.Count(d.method, e, election.Options{Lot: lot})
	if err != nil {
		var in *input.Error
		if errors.As(err, &in) {
			t.Fatal(err)
		}
		return []string{err.Error()}
	}
	var out []string
	fail := func(s ...string) { out = append(out, "\t"+strings.Join(s, " ")) }
	stages := r.Stages
	lines := d.stages(t)
	if stopped(r) {
		lines = lines[:len(lines)-1] // these tables make one transfer more than the rule
	}
	var last []string
	for _, line := range lines {
		votes := d.each(line, "vote")
		if d.method == "scottish-stv" && last != nil && slices.Equal(votes, last) && !d.excludes(line) {
			continue // a surplus of nothing: a stage in this table, none under SSI 2007/42
		}
		last = votes
		if len(stages) == 0 {
			fail("table has more stages")
			break
		}
		s := stages[0]
		stages = stages[1:]
		d.compare(e, s, line, votes, fail)
		if len(out) > 6 {
			return out
		}
	}
	if len(stages) > 0 {
		fail("the count has a stage the table has not:", stages[0].Event)
	}
	end := d.lines[len(d.lines)-1]
	var seated []string
	states := d.each(end, "state")
	standing := -1
	for _, c := range e.Candidates {
		if c.Withdrawn && len(states) < len(e.Candidates) {
			continue
		}
		standing++
		if states[standing] == "E" {
			seated = append(seated, c.Name)
		}
	}
	winners := slices.Clone(r.Winners)
	slices.Sort(winners)
	slices.Sort(seated)
	if !slices.Equal(winners, seated) {
		fail("elected", strings.Join(winners, ", "), "table", strings.Join(seated, ", "))
	}
	return out
}

// stages picks the lines that show the votes at the end of a stage as this
// package draws stages.
func (d dump) stages(t *testing.T) [][]string {
	var out [][]string
	for i, line := range d.lines {
		switch action := line[1]; {
		case d.method != "meek" && (action == "begin" || action == "transfer"):
			out = append(out, line)
		case d.method == "meek" && action == "end":
			out = append(out, line)
		case d.method == "meek" && action == "elect" && !d.remaining(t, i):
			// Only the last of the elections of one round.
			if next := d.lines[i+1]; next[1] != "elect" || next[0] != line[0] {
				out = append(out, line)
			}
		case d.method == "meek" && action == "defeat" && !d.remaining(t, i):
			out = append(out, line)
		}
	}
	return out
}

// excludes reports whether a transfer follows a defeat rather than an election.
func (d dump) excludes(line []string) bool {
	for i, l := range d.lines {
		if &l[0] == &line[0] {
			return d.lines[i-1][1] == "defeat"
		}
	}
	return false
}

// remaining reports whether line i of a Meek table belongs to the completion
// of the count, which this package draws as one stage with the end.
func (d dump) remaining(t *testing.T, i int) bool {
	if d.lines[i][1] == "elect" {
		// An election without the quota fills the last seats.
		for k, s := range d.each(d.lines[i], "state") {
			if s == "E" && d.each(d.lines[i-1], "state")[k] == "H" {
				return units(t, d.each(d.lines[i], "vote")[k]) < units(t, d.col(d.lines[i], "Quota"))
			}
		}
		return false
	}
	for k, s := range d.each(d.lines[i], "state") {
		if s == "D" && d.each(d.lines[i-1], "state")[k] == "H" {
			// A defeat in a round that has elected already is of who is left.
			return d.lines[i-1][0] == d.lines[i][0] && (d.lines[i-1][1] == "elect" || d.lines[i-1][1] == "defeat")
		}
	}
	return false
}

func (d dump) compare(e *election.Election, s report.Stage, line, votes []string, fail func(...string)) {
	k := -1
	names := d.each(line, "name")
	keeps := d.each(line, "kf")
	for _, row := range s.Rows {
		if len(names) < len(s.Rows) && row.Status == "withdrawn" {
			continue
		}
		k++
		if row.Total != votes[k] {
			fail("stage", report.Decimal(int64(s.Number), 0), s.Event, row.Name+":", row.Total, "table", votes[k])
		}
		if keeps != nil && row.Keep != keeps[k] {
			fail("stage", report.Decimal(int64(s.Number), 0), row.Name+":", "keeps", row.Keep, "table", keeps[k])
		}
	}
	if pool, want := s.Pool[0].Total, d.col(line, "Non-Transferable")+d.col(line, "Residual"); pool != want {
		fail("stage", report.Decimal(int64(s.Number), 0), s.Pool[0].Name, pool, "table", want)
	}
	if want := d.col(line, "Quota"); d.method == "meek" && s.Quota != want {
		fail("stage", report.Decimal(int64(s.Number), 0), "quota", s.Quota, "table", want)
	}
	if want := d.col(line, "Surplus"); d.method == "meek" && line[1] == "defeat" && s.Surplus != want {
		fail("stage", report.Decimal(int64(s.Number), 0), "surplus", s.Surplus, "table", want)
	}
}
