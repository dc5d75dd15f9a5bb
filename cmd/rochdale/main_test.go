package main

import (
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain makes this binary answer to the name rochdale inside the scripts.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"rochdale": runMain})
}

// TestScripts runs every testdata/*.txtar with a home of its own and none of
// the caller's environment. To run one: go test -run TestScripts/key-new.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			env.Setenv(envHome, filepath.Join(env.WorkDir, "home"))
			return nil
		},
	})
}
