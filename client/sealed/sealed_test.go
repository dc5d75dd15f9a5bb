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

// What is in a file is read in the form of its version and in no other.
func TestDecode(t *testing.T) {
	type form struct {
		Version int    `json:"version"`
		Text    string `json:"text"`
	}
	for text, want := range map[string]error{
		`{"version":2,"text":"a"}`:          nil,
		`{"version":3,"words":["a"]}`:       ErrNewer,
		`{"version":1,"text":"a"}`:          ErrDamaged,
		`{"text":"a"}`:                      ErrDamaged,
		`{"version":2,"text":"a","more":1}`: ErrDamaged,
		`{"version":2,"text":7}`:            ErrDamaged,
		`{"version":2,"text":"a"} {}`:       ErrDamaged,
		`{"version":2,"text":"a"`:           ErrDamaged,
		`[]`:                                ErrDamaged,
		``:                                  ErrDamaged,
	} {
		var got form
		if err := Decode([]byte(text), 2, &got); !errors.Is(err, want) || want == nil && got.Text != "a" {
			t.Errorf("%s: %+v, %v; want %v", text, got, err, want)
		}
	}
}
