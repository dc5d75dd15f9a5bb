package live

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// The environment of the program.
const (
	envHome = "ROCHDALE_HOME"
	envNode = "ROCHDALE_NODE"
	// envAnswer is set where the reader is asked, and says yes.
	envAnswer = "SCRIPT_SAYS_YES"
)

// trialPassphrase opens the keys of a trial's founders.
const trialPassphrase = "trial-federation"

var update = flag.Bool("update", false, "write what the scripts' cmp commands should have found")

// bin is the folder of the program, once a test has asked for it.
var bin string

func TestMain(m *testing.M) {
	flag.Parse()
	code := m.Run()
	if bin != "" {
		_ = os.RemoveAll(bin)
	}
	os.Exit(code)
}

// build makes the program as the test binary of package main, which by the name rochdale
// does what the program does and fails a result that is too wide for a terminal, and by the
// name rochdale-lines many commands in one process.
var build = sync.OnceValue(func() error {
	var err error
	if bin, err = os.MkdirTemp("", "rochdale-live-"); err != nil {
		return err
	}
	// What is built is read as Go's cache of test results sees it: a result is kept as long
	// as the sources of the program are the same.
	list, err := exec.Command("go", "list", "-test", "-deps", "-f",
		"{{if .Module}}{{if .Module.Main}}{{range .GoFiles}}{{$.Dir}}/{{.}}\n{{end}}{{range .EmbedFiles}}{{$.Dir}}/{{.}}\n{{end}}{{end}}{{end}}", "..").Output()
	if err != nil {
		return err
	}
	for file := range strings.FieldsSeq(string(list)) {
		if _, err := os.Stat(file); err != nil && filepath.IsAbs(file) && !strings.Contains(file, "go-build") {
			return err
		}
	}
	make := exec.Command("go", "test", "-c", "-o", filepath.Join(bin, "rochdale"), "..")
	make.Stderr = os.Stderr
	if err := make.Run(); err != nil {
		return err
	}
	if err := os.Symlink("rochdale", filepath.Join(bin, "rochdale-lines")); err != nil {
		return err
	}
	return os.Setenv("PATH", bin+string(filepath.ListSeparator)+os.Getenv("PATH"))
})

// program puts the program on the PATH of the test's scripts; -short skips the test, for
// a reason.
func program(t *testing.T, reason string) {
	t.Helper()
	if testing.Short() {
		t.Skip("-short: " + reason)
	}
	if err := build(); err != nil {
		t.Fatal(err)
	}
}

// said runs a command of the program as the script would, and returns what it printed.
func said(ts *testscript.TestScript, args ...string) (string, error) {
	cmd := exec.Command("rochdale", args...)
	cmd.Env = append(os.Environ(), envNode+"="+ts.Getenv(envNode))
	var out bytes.Buffer
	cmd.Stdout = &out
	err := cmd.Run()
	return out.String(), err
}

// inOne runs many commands of the program in one process, in their order until one fails,
// and returns what each printed.
func inOne(ts *testscript.TestScript, lines [][]string) []string {
	var in bytes.Buffer
	ts.Check(json.NewEncoder(&in).Encode(lines))
	cmd := exec.Command("rochdale-lines")
	cmd.Stdin = &in
	var trouble bytes.Buffer
	cmd.Stderr = &trouble
	out, err := cmd.Output()
	if err != nil {
		ts.Fatalf("%v: %s", err, trouble.String())
	}
	var printed []string
	ts.Check(json.Unmarshal(out, &printed))
	return printed
}
