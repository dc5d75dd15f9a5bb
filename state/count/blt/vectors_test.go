package blt_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rochdale-ledger/rochdale/state/count/election"
	"github.com/rochdale-ledger/rochdale/state/statetest/counting"
)

func TestBLTTraps(t *testing.T) {
	dir := filepath.Join(counting.Vectors(t), "stv/blt_edge")
	read := func(name string) *election.Election { return counting.ReadElection(t, filepath.Join(dir, name)) }

	if diff := cmp.Diff(read("42u.blt"), read("42ubom.blt")); diff != "" {
		t.Errorf("a byte order mark changes the election:\n%s", diff)
	}
	if got := read("42u.blt").Candidates[0].Name; got != "Cāstor" && !strings.HasPrefix(got, "C") {
		t.Errorf("name %q", got)
	}
	if diff := cmp.Diff(read("SCw.blt").Papers, read("SCwopt.blt").Papers); diff != "" {
		t.Errorf("[withdrawn 4] reads otherwise than -4:\n%s", diff)
	}
	if diff := cmp.Diff(read("SCw.blt").Candidates, read("SCwopt.blt").Candidates); diff != "" {
		t.Errorf("[withdrawn 4] reads otherwise than -4:\n%s", diff)
	}
	e := read("comments_and_withdrawn_atwood.blt")
	want := []election.Candidate{{Name: "Amy"}, {Name: "Bob", Withdrawn: true}, {Name: "Chuck"}, {Name: "Diane"}}
	if diff := cmp.Diff(want, e.Candidates); diff != "" {
		t.Errorf("candidates (-want +read):\n%s", diff)
	}
	if e.Title != "Gardening Club Election" || len(e.Papers) != 9 {
		t.Errorf("title %q, %d different papers", e.Title, len(e.Papers))
	}
	e = read("glasgow_2007_canal_alternative_name_lines.blt")
	if e.Title != "Canal ward" || e.Candidates[3].Name != "Ellen Hurcombe (Lab)" || e.Candidates[10].Name != "Kieran Wild (Grn)" {
		t.Errorf("title %q, candidates %v", e.Title, e.Candidates)
	}
}
