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
		l := New(t, s)
		scene(l)
		l.Sound()
		l.Write(row.Break)
		v := l.Read()
		if err := l.CheckInvariants(v); err == nil || !strings.Contains(err.Error(), row.Says) {
			t.Errorf("%s: the invariants say %v, want %q", row.Name, err, row.Says)
		}
		v.Close()
		l.Close()
	}
}

// Write has by write records of co-op 1 at the end of an empty block, past every check. A
// room's table is opened again by its prefix.
func (l *L) Write(by func(c *state.Ctx)) {
	l.t.Helper()
	l.write = by
	l.Block()
}

func (l *L) written(c *state.Ctx) error {
	if l.write != nil {
		l.write(c.In(1))
		l.write = nil
	}
	return nil
}
