package count

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden reports anew")

// examples are the worked examples of the guide for returning officers.
var examples = []struct {
	file, method string
	opt          Options
	name         string // of the golden report, if not the method's
}{
	{file: "place.blt", method: "plurality"},
	{file: "dates.blt", method: "approval"},
	{file: "ideas.blt", method: "score", opt: Options{Points: 9}},
	{file: "committee.blt", method: "cumulative"},
	{file: "ideas.blt", method: "dots", opt: Options{Points: 3}},
	{file: "place.blt", method: "borda"},
	{file: "place.blt", method: "bucklin"},
	{file: "chair.blt", method: "irv"},
	{file: "chair.blt", method: "irv-batch"},
	{file: "board.blt", method: "scottish-stv"},
	{file: "board.blt", method: "wigm"},
	{file: "board.blt", method: "meek"},
	{file: "place.blt", method: "schulze"},
	{file: "board.blt", method: "scottish-stv", name: "reserved", opt: Options{
		Reserved: []Reserve{{Name: "tenants", Members: []string{"Dai Rees", "Eve Strand"}, AtLeast: 2}}}},
	{file: "board.blt", method: "approval", name: "reserved-approval", opt: Options{
		Reserved: []Reserve{{Name: "founders", Members: []string{"Ada Obi", "Ben Roy"}, AtMost: 1}}}},
}

// TestExamples counts the worked examples, and sees that the guide still shows
// what the count prints.
func TestExamples(t *testing.T) {
	guide := ""
	for _, name := range []string{"counting.md", "counting-preferential.md"} {
		b, err := os.ReadFile(filepath.Join("..", "..", "docs", name))
		if err == nil {
			guide += string(b)
		}
	}
	for _, x := range examples {
		if x.name == "" {
			x.name = x.method
		}
		t.Run(x.name, func(t *testing.T) {
			r := mustCount(t, x.method, readElection(t, filepath.Join("testdata", x.file)), x.opt)
			var b strings.Builder
			if err := r.WriteText(&b, true); err != nil {
				t.Fatal(err)
			}
			golden := filepath.Join("testdata", x.name+".golden")
			if *update {
				if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), b.String()); diff != "" {
				t.Errorf("report (-golden +counted):\n%s", diff)
			}
			if !strings.Contains(guide, string(want)) {
				t.Errorf("the guide does not show %s as it is counted", golden)
			}
			for i, line := range strings.Split(b.String(), "\n") {
				if n := len([]rune(line)); n > textWidth {
					t.Errorf("line %d has %d characters: %q", i+1, n, line)
				}
			}
		})
	}
}

// Every method has a worked example.
func TestEveryMethodHasAnExample(t *testing.T) {
	for _, m := range electionMethods {
		found := false
		for _, x := range examples {
			found = found || x.method == m.Name
		}
		if !found {
			t.Errorf("no worked example of %s", m.Name)
		}
	}
}
