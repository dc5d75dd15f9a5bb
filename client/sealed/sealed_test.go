package sealed

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// A file opens with its secret and no other, is nobody else's to read, says nothing in the
// clear, and is refused if it is cut short; nothing is left beside it.
func TestSealed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a", "b.sealed")
	if _, err := Read(path, "secret", 1<<20); !errors.Is(err, ErrMissing) {
		t.Errorf("no file: %v", err)
	}
	for _, text := range []string{"where I am a member", "elsewhere"} {
		if err := Write(path, "secret", []byte(text)); err != nil {
			t.Fatal(err)
		}
		if got, err := Read(path, "secret", 1<<20); err != nil || string(got) != text {
			t.Errorf("%q, %v", got, err)
		}
	}
	if _, err := Read(path, "another", 1<<20); !errors.Is(err, ErrSecret) {
		t.Errorf("another secret: %v", err)
	}
	raw, err := os.ReadFile(path)
	if err != nil || bytes.Contains(raw, []byte("elsewhere")) {
		t.Errorf("it stands in the clear, %v", err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if left, err := os.ReadDir(filepath.Dir(path)); err != nil || len(left) != 1 {
		t.Errorf("beside the file: %v, %v", left, err)
	}
	if _, err := Read(path, "secret", int64(len(raw)-1)); !errors.Is(err, ErrDamaged) {
		t.Errorf("one byte over the limit: %v", err)
	}
	for _, n := range []int{0, 10, len(raw) / 2, len(raw) - 1} {
		if err := os.WriteFile(path, raw[:n], 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Read(path, "secret", 1<<20); !errors.Is(err, ErrDamaged) {
			t.Errorf("%d of %d bytes: %v", n, len(raw), err)
		}
	}
}
