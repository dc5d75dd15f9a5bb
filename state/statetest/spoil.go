package statetest

import (
	"strings"
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
)

// A Spoil is a record broken on purpose and what an invariant must say of it.
// Break writes in co-op 1; a room's table is opened again by its prefix.
type Spoil struct {
	Name  string
	Break func(c *state.Ctx)
	Says  string
}

// Spoiled runs each spoil on a ledger of its own, after scene, and fails the
// test unless the invariants hold before it and one of them fails after it with
// the words that the spoil expects.
func Spoiled(t *testing.T, s Setup, scene func(l *L), spoils []Spoil) {
	t.Helper()
	for _, row := range spoils {
		var now func(c *state.Ctx)
		broken := s
		broken.EndBlock = append(s.EndBlock[:len(s.EndBlock):len(s.EndBlock)], func(c *state.Ctx) error {
			if now != nil {
				now(c.In(1))
			}
			return nil
		})
		l := New(t, broken)
		scene(l)
		l.Sound()
		now = row.Break
		l.Block()
		v := l.Read()
		if err := l.CheckInvariants(v); err == nil || !strings.Contains(err.Error(), row.Says) {
			t.Errorf("%s: the invariants say %v, want %q", row.Name, err, row.Says)
		}
		v.Close()
		l.Close()
	}
}
