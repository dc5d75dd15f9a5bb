package rochdale

import (
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rochdale-ledger/rochdale/tx"
)

// A use is where one module is imported.
type use struct {
	folders map[string]bool // first part of the path, outside tests
	files   map[string]bool // names of files, outside tests
	tests   map[string]bool // first part of the path, in tests and what is for tests alone
}

// uses finds where a module, and all below it, is imported.
func uses(t *testing.T, library string, sources []source) use {
	t.Helper()
	u := use{map[string]bool{}, map[string]bool{}, map[string]bool{}}
	for _, s := range sources {
		folder, _, _ := strings.Cut(s.path, "/")
		for name, text := range s.files {
			f, err := parser.ParseFile(token.NewFileSet(), name, text, parser.ImportsOnly)
			if err != nil {
				t.Fatal(err)
			}
			for _, spec := range f.Imports {
				path, _ := strconv.Unquote(spec.Path.Value)
				switch {
				case !within(path, library):
				case strings.HasSuffix(name, "_test.go") || within(s.path, statetest+"/counting"):
					u.tests[folder] = true
				default:
					u.folders[folder], u.files[name] = true, true
				}
			}
		}
	}
	return u
}

var inBrackets = regexp.MustCompile(` \(([^)]*)\)`)

// placeBreach says what is wrong with a cell such as "state (store, view)",
// "tests of cmd" or "tool".
func placeBreach(cell string, u use) string {
	if cell == "tool" || cell == "tests" || strings.HasPrefix(cell, "tests of ") {
		folder, some := strings.CutPrefix(cell, "tests of ")
		switch {
		case len(u.folders) > 0:
			return fmt.Sprintf("is imported outside tests, in %v", slices.Sorted(maps.Keys(u.folders)))
		case cell == "tool" && len(u.tests) > 0:
			return "is imported"
		case some && (len(u.tests) != 1 || !u.tests[folder]):
			return fmt.Sprintf("is imported by tests in %v", slices.Sorted(maps.Keys(u.tests)))
		}
		return ""
	}
	for _, m := range inBrackets.FindAllStringSubmatch(cell, -1) {
		for _, file := range strings.Split(m[1], ", ") {
			if !u.files[file+".go"] {
				return "is not imported in " + file + ".go"
			}
		}
	}
	said := strings.Split(inBrackets.ReplaceAllString(cell, ""), ", ")
	slices.Sort(said)
	if got := slices.Sorted(maps.Keys(u.folders)); !slices.Equal(said, got) {
		return fmt.Sprintf("is imported in %v", got)
	}
	return ""
}

// Every dependency is used where docs/dependencies.md says, and nowhere else.
func TestDependencyPlaces(t *testing.T) {
	sources := readModule(t)
	n := 0
	for line := range strings.Lines(readPage(t, "docs/dependencies.md")) {
		cells := strings.Split(line, "|")
		if len(cells) < 4 || !strings.HasPrefix(line, "| `") {
			continue
		}
		n++
		library, cell := strings.Trim(cells[1], " `"), strings.TrimSpace(cells[2])
		if breach := placeBreach(cell, uses(t, library, sources)); breach != "" {
			t.Errorf("docs/dependencies.md has %s in %q, and it %s", library, cell, breach)
		}
	}
	if n < 15 {
		t.Errorf("found %d rows only: the search is broken", n)
	}
}

// Every decision has its four parts, in order, and its line in the list.
func TestDecisions(t *testing.T) {
	list := readPage(t, "docs/adr/README.md")
	found, err := filepath.Glob("docs/adr/0*.md")
	if err != nil || len(found) < 10 {
		t.Fatalf("found %q, %v", found, err)
	}
	for i, path := range found {
		text, name := readPage(t, path), filepath.Base(path)
		if !strings.HasPrefix(name, fmt.Sprintf("%04d-", i+1)) {
			t.Errorf("%s is number %d", path, i+1)
		}
		title, _, _ := strings.Cut(text, "\n")
		title = strings.TrimPrefix(title, "# "+name[:4]+" ")
		if row := fmt.Sprintf("| [%s](%s) | %s |\n", name[:4], name, title); !strings.Contains(list, row) {
			t.Errorf("docs/adr/README.md has no row %s", row)
		}
		last := 0
		for _, part := range []string{"\n**Context.** ", "\n**Decision.** ", "\n**Consequences.** ", "\n**Checked by** "} {
			at := strings.Index(text, part)
			if at < last || strings.Count(text, part) != 1 {
				t.Errorf("%s has no %q, or not in its place", path, strings.TrimSpace(part))
			}
			last = at
		}
	}
}

var (
	// quoted is a file or folder of the tree in backquotes.
	quoted = regexp.MustCompile("`((?:app|client|cmd|docs|node|state|testnet|tx)/[A-Za-z0-9_./*-]+)`")
	// quotedTest is a test or a benchmark in backquotes.
	quotedTest = regexp.MustCompile("`((?:Test|Benchmark)[A-Z][A-Za-z]+)`")
	// goTest is a command that names tests or benchmarks of a package.
	goTest = regexp.MustCompile(`go test \./(\S+) -run '?([A-Za-z|^$]+)'?(?: -bench ([A-Za-z.]+))?`)
)

// Files, tests and benchmarks that pages name are there.
func TestNamedFiles(t *testing.T) {
	byPath := map[string]string{} // all texts of a package
	var all strings.Builder
	for _, s := range readModule(t) {
		for name, text := range s.files {
			if strings.HasSuffix(name, "_test.go") {
				byPath[s.path] += text
				all.WriteString(text)
			}
		}
	}
	files, commands := 0, 0
	for _, page := range pages(t) {
		text := readPage(t, page)
		for _, m := range quoted.FindAllStringSubmatch(text, -1) {
			files++
			if found, err := filepath.Glob(m[1]); err != nil || len(found) == 0 {
				t.Errorf("%s names %s, which is not there", page, m[1])
			}
		}
		for _, m := range quotedTest.FindAllStringSubmatch(text, -1) {
			if !strings.Contains(all.String(), "\nfunc "+m[1]+"(") {
				t.Errorf("%s names %s, which is not there", page, m[1])
			}
		}
		for _, m := range goTest.FindAllStringSubmatch(text, -1) {
			commands++
			var want []string
			for _, name := range strings.Split(strings.Trim(m[2], "^$"), "|") {
				if name != "" && name != "xxx" {
					want = append(want, "func Test"+strings.TrimPrefix(name, "Test"))
				}
			}
			if m[3] != "" && m[3] != "." {
				want = append(want, "func Benchmark"+m[3])
			}
			for _, w := range want {
				if !strings.Contains(byPath[m[1]], "\n"+w) {
					t.Errorf("%s shows %q, and %s has no %s", page, m[0], m[1], w)
				}
			}
		}
	}
	if files < 20 || commands < 8 {
		t.Errorf("found %d files and %d commands only: the search is broken", files, commands)
	}
}

// countLimits are the figures of docs/counting.md, "Limits", as the packages
// below state/count have them, and what stands behind each.
var countLimits = map[string]string{
	"election.MaxCandidates": "candidates", "election.MaxVotes": "papers", "election.MaxPapers": "may be different",
	"election.MaxMarks": "marks", "election.MaxPoints": "points a mark", "budget.MaxProjects": "projects", "budget.MaxVotes": "votes",
	"apportion.MaxParties": "parties", "apportion.MaxSeats": "seats", "question.MaxElectorate": "electors",
}

// Limits of counts are what the page says.
func TestCountingLimits(t *testing.T) {
	_, section, _ := strings.Cut(readPage(t, "docs/counting.md"), "\n## Limits\n")
	found := 0
	for _, s := range readModule(t) {
		pkg, below := strings.CutPrefix(s.path, "state/count/")
		if !below {
			continue
		}
		for name, text := range s.files {
			for _, m := range regexp.MustCompile(`(?m)^(?:const|\t)\s*(Max\w+)\s+= ([0-9_< ]+)`).FindAllStringSubmatch(text, -1) {
				what, ok := countLimits[pkg+"."+m[1]]
				if !ok {
					continue
				}
				found++
				v, err := types.Eval(token.NewFileSet(), nil, token.NoPos, m[2])
				if err != nil {
					t.Fatalf("%s: %s: %v", name, m[0], err)
				}
				digits := v.Value.ExactString()
				for i := len(digits) - 3; i > 0; i -= 3 {
					digits = digits[:i] + "," + digits[i:]
				}
				if !strings.Contains(section, digits+" "+what) {
					t.Errorf("%s is %s, docs/counting.md has not %q", m[1], digits, digits+" "+what)
				}
			}
		}
	}
	if found != len(countLimits) {
		t.Errorf("found %d limits of %d: the search is broken", found, len(countLimits))
	}
}

var vector = regexp.MustCompile("(?m)^\\| (seed|words|public key|proof for co-op 1 of `rochdale-test-1`) \\| `([^`]+)` \\|$")

// The vector of docs/tx.md is what the program makes: words give the key, and
// the key the proof.
func keyVector(t *testing.T, program string) {
	row := map[string]string{}
	for _, m := range vector.FindAllStringSubmatch(readPage(t, "docs/tx.md"), -1) {
		name, _, _ := strings.Cut(m[1], " ")
		row[name] = m[2]
	}
	seed, err := hex.DecodeString(row["seed"])
	if err != nil || len(row) != 4 || len(seed) != ed25519.SeedSize {
		t.Fatalf("docs/tx.md has the vector %v, %v", row, err)
	}
	public := tx.NewPrivateKey(seed).Public().String()
	if public != row["public"] {
		t.Errorf("the seed's key is %s, docs/tx.md has %s", public, row["public"])
	}
	ask := func(args ...string) map[string]any {
		t.Helper()
		c := exec.Command(program, append(args, "--home", filepath.Dir(program), "--json")...)
		c.Env = append(os.Environ(), "ROCHDALE_PASSPHRASE=a passphrase for tests")
		c.Stdin = strings.NewReader(row["words"])
		out, err := c.Output()
		got := map[string]any{}
		if err == nil {
			err = json.Unmarshal(out, &got)
		}
		if err != nil {
			t.Fatalf("rochdale %s: %v\n%s", strings.Join(args, " "), err, out)
		}
		return got
	}
	ask("key", "recover", "vector", "--work-factor", "10")
	got := ask("key", "prove", "vector", "--coop", "1", "--chain", "rochdale-test-1")
	if got["public_key"] != public || got["proof"] != row["proof"] {
		t.Errorf("the program makes %v of the words, docs/tx.md has %s and %s", got, row["public"], row["proof"])
	}
}
