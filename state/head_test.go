package state

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/rochdale-ledger/rochdale/tx"
)

// stepped are rules of version latest with one step of migration for each of to,
// the versions that need them. A step writes down which it is and its budget.
func stepped(latest uint64, to []uint64, used func(step int) int) (Rules, *[]string) {
	log := &[]string{}
	r := Rules{Version: latest}
	for i, version := range to {
		r.Migrations = append(r.Migrations, Migration{To: version, Step: func(_ *Ctx, _ []byte, budget int) ([]byte, int, bool, error) {
			*log = append(*log, fmt.Sprintf("step %d: %d", i, budget))
			return nil, used(i), true, nil
		}})
	}
	return r, log
}

// headed is a state with a Head.
func headed(h Head) memory { return memory{string(LocateHead().Key): tx.Encode(h)} }

// The migrations of each version run in the order of the versions, within the
// budget of the block. A block that has used it to the last unit starts no other
// step, and until all are done no end of block runs.
func TestMigrationsInOrder(t *testing.T) {
	rules, log := stepped(3, []uint64{2, 3, 2, 3}, func(step int) int { return []int{10, MigrateUnits - 11, 0, 5}[step] })
	rules.EndBlock = []func(*Ctx) error{func(c *Ctx) error { *log = append(*log, "end"); return nil }}
	base := headed(Head{Chain: "notes-1", Version: 1, Height: 1, Next: Upgrade{Version: 3, Height: 2, Program: "notes 3"}})
	// A step that says it used nothing counts for one.
	for i, want := range []string{"step 0: 5000, step 2: 4990, step 1: 4989", "step 3: 5000, end", "end"} {
		*log = nil
		height := uint64(i + 2)
		b, err := NewMachine(rules, nil).Begin(base, nil, "notes-1", height, 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := b.End(); err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(*log, ", "); got != want {
			t.Errorf("height %d: %q, want %q", height, got, want)
		}
		changes, err := b.Changes()
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range changes {
			base.apply(c.Key, c.Value)
		}
	}
}

// What a step cannot do is a fault of the block.
func TestMigrationFault(t *testing.T) {
	rules, _ := stepped(2, nil, nil)
	rules.Migrations = []Migration{{To: 2, Step: func(*Ctx, []byte, int) ([]byte, int, bool, error) { return nil, 0, true, errBroken }}}
	base := headed(Head{Version: 1, Next: Upgrade{Version: 2, Height: 2}})
	if _, err := NewMachine(rules, nil).Begin(base, nil, "notes-1", 2, 0); !errors.Is(err, errBroken) {
		t.Errorf("got %v", err)
	}
}

// Rewrite takes as many records as its budget and says where to go on; a page
// counts for all of its slots.
func TestRewriteBudget(t *testing.T) {
	more := func(_ Reader, _ countKey, old uint64) (uint64, error) { return old + 1000, nil }
	for _, row := range []struct {
		table  Table[countKey, uint64]
		budget int
		used   []int
	}{
		{plainTable, 2, []int{2, 1}}, {plainTable, 3, []int{3}}, {plainTable, 4, []int{3}},
		{pagedTable, 1, []int{64, 64}}, {pagedTable, 64, []int{64, 64}}, {pagedTable, 65, []int{128}},
	} {
		c := testCtx(memory{})
		for _, n := range []uint64{1, 2, 64} { // two pages
			row.table.Put(c, countKey{1, n}, n)
		}
		run := Rewrite(row.table, more)
		var cursor []byte
		for i, want := range row.used {
			next, used, done, err := run(c, cursor, row.budget)
			if err != nil || used != want || done != (i == len(row.used)-1) {
				t.Fatalf("table %02x, budget %d, call %d: used %d, done %v, %v; want %v", row.table.prefix, row.budget, i, used, done, err, row.used)
			}
			cursor = next
		}
		for _, n := range []uint64{1, 2, 64} {
			if got, err := row.table.Get(c, countKey{1, n}); err != nil || got != n+1000 {
				t.Errorf("table %02x, budget %d: record %d is %d, %v", row.table.prefix, row.budget, n, got, err)
			}
		}
	}
	run := Rewrite(plainTable, func(Reader, countKey, uint64) (uint64, error) { return 0, errBroken })
	c := testCtx(memory{})
	plainTable.Put(c, countKey{1, 1}, 1)
	if _, _, done, err := run(c, nil, 5); done || !errors.Is(err, errBroken) {
		t.Errorf("a record that cannot be converted: done %v, %v", done, err)
	}
	if _, _, done, err := run(testCtx(broken{}), nil, 5); done || !errors.Is(err, errBroken) {
		t.Errorf("records that cannot be read: done %v, %v", done, err)
	}
}

// A block is made by rules that the program has, or not at all. Rows follow the
// order of the checks.
func TestBeginByVersion(t *testing.T) {
	m := NewMachine(Rules{Version: 2}, nil)
	for _, row := range []struct {
		name string
		base Leaves
		want error
		says string
	}{
		{"cannot be read", broken{}, errBroken, "reading the version"},
		{"appointed, of a later version", headed(Head{Version: 2, Next: Upgrade{Version: 3, Height: 2, Program: "notes 3"}}), ErrVersion, "which notes 3 has"},
		{"none", memory{}, ErrVersion, "it names none"},
		{"a later one without a name", headed(Head{Version: 3}), ErrVersion, "which a newer program has"},
		{"its own", headed(Head{Version: 2}), nil, "<nil>"},
	} {
		_, err := m.Begin(row.base, nil, "notes-1", 2, 0)
		if !errors.Is(err, row.want) || !strings.Contains(fmt.Sprint(err), row.says) {
			t.Errorf("%s: %v", row.name, err)
		}
		if row.name == "appointed, of a later version" {
			continue // Knows looks at the next block, which reads the same
		}
		if err := m.rules.Knows(Remote{Leaves: row.base}); !errors.Is(err, row.want) {
			t.Errorf("%s: Knows says %v", row.name, err)
		}
	}
}

// A federation is founded by the version that its document names, if the program
// has it. Rows follow the order of the checks.
func TestFoundByVersion(t *testing.T) {
	var named uint64
	var fault, refusal error
	rules := Rules{
		Version:        2,
		GenesisVersion: func([]byte) (uint64, error) { return named, fault },
		Genesis:        func(*Ctx, []byte) error { return refusal },
	}
	errRefused := errors.New("no co-op")
	for _, row := range []struct {
		name           string
		version        uint64
		fault, refusal error
		want           error
	}{
		{"document that cannot be read", 3, errBroken, errRefused, errBroken},
		{"a later version", 3, nil, errRefused, ErrVersion},
		{"no version", 0, nil, errRefused, ErrVersion},
		{"document that Genesis refuses", 2, nil, errRefused, errRefused},
		{"version 2", 2, nil, nil, nil},
	} {
		named, fault, refusal = row.version, row.fault, row.refusal
		b, err := NewMachine(rules, nil).Found(memory{}, "notes-1", 0, nil)
		if !errors.Is(err, row.want) {
			t.Errorf("%s: %v, want %v", row.name, err, row.want)
		}
		if err != nil {
			continue
		}
		if head, err := HeadOf(b.Reader()); err != nil || head.Version != 2 {
			t.Errorf("%s: head %+v, %v", row.name, head, err)
		}
	}
}
