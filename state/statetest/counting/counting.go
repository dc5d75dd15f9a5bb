// Package counting is for tests of the packages below state/count: the folder of
// published cases, small elections and budgets written in one line, drawn and
// large ones, readers that break or never end, and the processor time of a
// benchmark.
package counting

import (
	"os"
	"path/filepath"
	"testing"
)

// Vectors returns the folder of published cases: ROCHDALE_VECTORS, or
// ../shared/vectors beside the module. It skips the test if there is none.
func Vectors(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("ROCHDALE_VECTORS")
	if dir == "" {
		root, err := os.Getwd()
		if err != nil {
			t.Fatal(err)
		}
		for {
			if _, err := os.Stat(filepath.Join(root, "go.mod")); err == nil {
				break
			}
			if root == filepath.Dir(root) {
				t.Fatal("no go.mod above the test")
			}
			root = filepath.Dir(root)
		}
		dir = filepath.Join(root, "..", "shared", "vectors")
	}
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("PUBLISHED CASES skipped: no vectors at %s (set ROCHDALE_VECTORS)", dir)
	}
	return dir
}
