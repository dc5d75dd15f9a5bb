package rochdale

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// pages are all that is written for people.
func pages(t *testing.T) []string {
	t.Helper()
	out := []string{"README.md"}
	for _, glob := range []string{"docs/*.md", "docs/adr/*.md"} {
		found, err := filepath.Glob(glob)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, found...)
	}
	if len(out) < 10 {
		t.Fatalf("found only %q", out)
	}
	return out
}

func readPage(t *testing.T, path string) string {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// promised are pages and commands that are not there yet and are named already.
// Each is checked like any other as soon as it is there.
var promised = []string{}

// cited is a reference to a section in a comment: docs/rules.md, "Shares".
var cited = regexp.MustCompile(`docs/rules\.md,\s+"([^"]+)"`)

// named is a page that code names.
var named = regexp.MustCompile(`docs/[a-z0-9/-]+\.md`)

// Every co-op rule that code cites is a section of docs/rules.md, and every page
// that it names is there.
func TestCitedRules(t *testing.T) {
	rules := readPage(t, "docs/rules.md")
	n := 0
	for _, s := range readModule(t) {
		for name, text := range s.files {
			if s.path == "" {
				continue // the tests of this package talk about citations
			}
			text = strings.ReplaceAll(text, "\n//", " ")
			for _, page := range named.FindAllString(text, -1) {
				if _, err := os.Stat(page); err != nil && !slices.Contains(promised, page) {
					t.Errorf("%s/%s names %s, which is not there", s.path, name, page)
				}
			}
			for _, m := range cited.FindAllStringSubmatch(text, -1) {
				n++
				if !strings.Contains(rules, "\n## "+m[1]+"\n") && !strings.Contains(rules, "\n### "+m[1]+"\n") {
					t.Errorf("%s/%s cites docs/rules.md, %q, and there is no such section", s.path, name, m[1])
				}
			}
		}
	}
	if n < 10 {
		t.Errorf("found %d citations only: the search is broken", n)
	}
}

var link = regexp.MustCompile(`\]\(([^)\s]+)\)`)

// Links between pages and into the tree lead somewhere, headings included.
func TestLinks(t *testing.T) {
	n := 0
	for _, page := range pages(t) {
		for _, m := range link.FindAllStringSubmatch(withoutFences(readPage(t, page)), -1) {
			if strings.Contains(m[1], "://") {
				continue
			}
			n++
			path, anchor, _ := strings.Cut(m[1], "#")
			target := page
			if path != "" {
				target = filepath.Join(filepath.Dir(page), path)
			}
			if _, err := os.Stat(target); err != nil && slices.Contains(promised, filepath.ToSlash(target)) {
				t.Logf("%s is promised and not there yet", target)
			} else if err != nil {
				t.Errorf("%s links to %s, which is not there", page, m[1])
			} else if anchor != "" && !slices.Contains(anchors(readPage(t, target)), anchor) {
				t.Errorf("%s links to %s, and there is no such heading", page, m[1])
			}
		}
	}
	if n < 20 {
		t.Errorf("found %d links only: the search is broken", n)
	}
}

var notInAnchor = regexp.MustCompile(`[^\p{L}\p{N} _-]`)

// anchors are a page's headings as links name them.
func anchors(text string) (out []string) {
	for line := range strings.Lines(withoutFences(text)) {
		if strings.HasPrefix(line, "#") {
			line = strings.ToLower(strings.TrimSpace(strings.TrimLeft(line, "#")))
			out = append(out, strings.ReplaceAll(notInAnchor.ReplaceAllString(line, ""), " ", "-"))
		}
	}
	return out
}

// A fence is a block of a page: what stands behind the backquotes, and the text.
type fence struct{ info, text string }

func fences(text string) (out []fence) {
	open := false
	for line := range strings.Lines(text) {
		switch {
		case strings.HasPrefix(line, "```") && !open:
			open = true
			out = append(out, fence{info: strings.TrimSpace(strings.TrimPrefix(line, "```"))})
		case strings.HasPrefix(line, "```"):
			open = false
		case open:
			out[len(out)-1].text += line
		}
	}
	return out
}

func withoutFences(text string) string {
	var out strings.Builder
	open := false
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "```") {
			open = !open
		} else if !open {
			out.WriteString(line)
		}
	}
	return out.String()
}

// Commands that pages show exist, and so do their flags.
func TestShownCommands(t *testing.T) {
	if testing.Short() {
		t.Skip("it builds the program")
	}
	program := filepath.Join(t.TempDir(), "rochdale")
	goCommand(t, "build", "-o", program, "./cmd/rochdale")
	n := 0
	for _, page := range pages(t) {
		for _, f := range fences(readPage(t, page)) {
			if f.info != "sh" {
				continue
			}
			for line := range strings.Lines(f.text) {
				words := strings.Fields(line)
				i := slices.IndexFunc(words, func(w string) bool { return w == "rochdale" || w == "./cmd/rochdale" })
				if i < 0 || strings.HasPrefix(line, "#") || slices.Contains(words[:i], "build") || slices.Contains(words[:i], "install") {
					continue
				}
				n++
				if err := shown(program, words[i+1:]); err == errPromised {
					t.Logf("%s shows %q, which is promised and not there yet", page, strings.TrimSpace(line))
				} else if err != nil {
					t.Errorf("%s shows %q: %v", page, strings.TrimSpace(line), err)
				}
			}
		}
	}
	if n < 5 {
		t.Errorf("found %d commands only: the search is broken", n)
	}
	t.Run("the vector of a key", func(t *testing.T) { keyVector(t, program) })
}

var (
	errPromised = errors.New("promised")
	plainWord   = regexp.MustCompile(`^[a-z-]+$`)
)

// shown asks the program for the help of a command and looks there for its noun,
// its verb and its flags.
func shown(program string, words []string) error {
	var command, flags []string
	value := false // w may be the value of the flag before it
	for _, w := range words {
		switch {
		case strings.HasPrefix(w, "-"):
			name, _, given := strings.Cut(w, "=")
			flags = append(flags, name)
			value = !given
		case value:
			value = false
		case len(command) < 2 && plainWord.MatchString(w):
			command = append(command, w)
		}
	}
	if len(command) == 0 {
		return errors.New("no command")
	}
	raw, err := exec.Command(program, append(slices.Clone(command), "--help")...).CombinedOutput()
	help := string(raw)
	if err != nil {
		return fmt.Errorf("%w: %s", err, help)
	}
	// The help of what there is not is that of the program or of the noun.
	_, usage, _ := strings.Cut(help, "Usage:\n  rochdale ")
	is := append(strings.Fields(usage), "", "")
	if is[0] != command[0] && slices.Contains(promised, command[0]) {
		return errPromised
	}
	if is[0] != command[0] || is[1] == "VERB" {
		return fmt.Errorf("there is no rochdale %s", strings.Join(command, " "))
	}
	for _, f := range flags {
		if !regexp.MustCompile(`(?m)(^|[\s,])` + regexp.QuoteMeta(f) + `([\s,]|$)`).MatchString(help) {
			return fmt.Errorf("rochdale %s has no flag %s", strings.Join(command, " "), f)
		}
	}
	return nil
}

// exampleFiles is how many files a kind of action takes; docs/contributing.md says
// so.
const exampleFiles = 6

// The worked example of docs/contributing.md compiles with the tree, and its
// tests and its script pass. Nothing is written into the tree: the go command gets
// the files as an overlay.
func TestWorkedExample(t *testing.T) {
	if testing.Short() {
		t.Skip("it compiles the machine")
	}
	texts := workedExample(t)
	if len(texts) != exampleFiles {
		t.Fatalf("the example has %d files, want %d", len(texts), exampleFiles)
	}
	overlay, scripts := layOver(t, texts)
	for _, args := range [][]string{
		{"vet", "-overlay", overlay, "./app/rooms", "./state/member", "./cmd/rochdale"},
		{"test", "-overlay", overlay, "-run", "^TestDisclose$", "-v", "./state/member"},
		{"test", "-overlay", overlay, "-run", "^TestEvery", "-v", "./client/wording"},
		{"test", "-overlay", overlay, "-run", "^TestEveryKindHasItsCommand$|^TestHints|^TestScripts$/^member$", "-v", "./cmd/rochdale", "-scripts", scripts},
	} {
		out, err := exec.Command("go", args...).CombinedOutput()
		if err != nil || (args[0] == "test" && !strings.Contains(string(out), "--- PASS: Test")) {
			t.Fatalf("go %s: %v\n%s", args[0], err, out)
		}
	}
	// The page says that a command then publishes the number. The tests of app read
	// sources from the disk, where the overlay is not, so tables are not seen.
	out, err := exec.Command("go", "test", "-overlay", overlay, "-run", "Golden|TestWireDoc", "./app").CombinedOutput()
	for _, asked := range []string{`kinds.golden: "10ff member.Disclose" is new`, "--- FAIL: TestGoldenBlocks", "--- FAIL: TestWireDoc"} {
		if err == nil || !strings.Contains(string(out), asked) {
			t.Errorf("the tests of app do not say %q: %v\n%s", asked, err, out)
		}
	}
}

// workedExample returns the files of the example by their paths, whole. Behind the
// backquotes of a block stand its language and path, and then "after WORDS" or "at
// the end" if it is a part of a file that there is.
func workedExample(t *testing.T) map[string]string {
	t.Helper()
	texts := map[string]string{}
	for _, f := range fences(readPage(t, "docs/contributing.md")) {
		words := strings.SplitN(f.info, " ", 4)
		if len(words) < 2 {
			continue
		}
		path := words[1]
		before, ok := texts[path]
		if !ok && len(words) > 2 {
			before = readPage(t, path)
		}
		switch {
		case len(words) == 2:
			texts[path] = f.text
		case words[2] == "after":
			texts[path] = insertAfter(t, path, before, words[3], f.text)
		default:
			texts[path] = before + f.text
		}
	}
	return texts
}

// layOver writes the files of an example to a folder and tells the go command to
// see them in the tree. Scripts are read when tests run, so all of them are put in
// a folder of their own.
func layOver(t *testing.T, texts map[string]string) (overlay, scripts string) {
	t.Helper()
	root, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	scripts = filepath.Join(dir, "scripts")
	if err := os.CopyFS(scripts, os.DirFS("cmd/rochdale/testdata")); err != nil {
		t.Fatal(err)
	}
	replace := map[string]string{}
	for path, text := range texts {
		file := filepath.Join(dir, strings.ReplaceAll(path, "/", "-"))
		if filepath.Ext(path) == ".txtar" {
			file = filepath.Join(scripts, filepath.Base(path))
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		replace[filepath.Join(root, filepath.FromSlash(path))] = file
	}
	overlay = filepath.Join(dir, "overlay.json")
	raw, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(overlay, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	return overlay, scripts
}

// insertAfter puts lines behind the one line of a text that has some words.
func insertAfter(t *testing.T, path, text, words, lines string) string {
	t.Helper()
	var out strings.Builder
	n := 0
	for line := range strings.Lines(text) {
		out.WriteString(line)
		if strings.Contains(line, words) {
			n++
			out.WriteString(lines)
		}
	}
	if n != 1 {
		t.Fatalf("%s has %d lines with %q, want 1", path, n, words)
	}
	return out.String()
}
