package store

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
)

// Rows are questions without an answer, in the order in which they are refused.
func TestListRefuses(t *testing.T) {
	l := openLists(t, nil, 0)
	runBlock(t, l, sign(1, 1, kindWrite, writeNote{7, "seven"}))
	size := make([]byte, 16)
	for _, row := range []struct {
		name   string
		q      state.IndexQuery
		height uint64
		want   error
	}{
		{"no list", state.IndexQuery{Index: 0xe3, First: size[:3]}, 1, ErrQuestion},
		{"no list, of everything", state.IndexQuery{Index: 0xe3}, 1, ErrQuestion},
		{"short key", state.IndexQuery{Index: 0xe1, First: size[:15], Last: size}, 1, ErrQuestion},
		{"long key", state.IndexQuery{Index: 0xe1, Last: make([]byte, 17)}, 1, ErrQuestion},
		{"backwards", state.IndexQuery{Index: 0xe1, First: after(size), Last: size}, 1, ErrQuestion},
		{"older height", state.IndexQuery{Index: 0xe1, Coop: 1}, 1, state.ErrHeight},
		{"one key", state.IndexQuery{Index: 0xe1, Coop: 1, First: size, Last: size}, 0, nil},
	} {
		v, err := l.View(row.height)
		if err != nil {
			t.Fatal(err)
		}
		got, err := v.List(row.q)
		if !errors.Is(err, row.want) || row.want != nil && (len(got.Keys) > 0 || len(got.Leaves) > 0) {
			t.Errorf("%s: %+v, %v, want %v", row.name, got, err, row.want)
		}
		v.Close()
	}
}

// An answer holds the leaves that its keys are about, each once, absent ones among
// them, as they are at its height.
func TestListLeaves(t *testing.T) {
	l := openLists(t, nil, 0)
	runBlock(t, l, sign(1, 1, kindWrite, writeNote{7, "seven"}), sign(1, 2, kindWrite, writeNote{8, "eight"}))
	begin(t, l, l.Tip().Height+1)
	if err := l.Run(func(c *state.Ctx) error { notes.Put(c.In(1), 70, note{"without a count", 1}); return nil }); err != nil {
		t.Fatal(err)
	}
	if _, _, err := l.End(); err != nil {
		t.Fatal(err)
	}
	if err := l.Commit(); err != nil {
		t.Fatal(err)
	}
	v, err := l.View(0)
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	answer, err := v.List(notesBy.Ask(1, authorKey{By: 1}, authorKey{By: 1, Number: ^uint64(0)}))
	if err != nil || len(answer.Keys) != 3 || answer.More {
		t.Fatalf("%+v, %v", answer, err)
	}
	var got []string
	for _, leaf := range answer.Leaves {
		want, err := v.Leaf(leaf.Key)
		if err != nil || !bytes.Equal(leaf.Value, want) {
			t.Errorf("leaf %x is %x, %v; the answer says %x", leaf.Key, want, err, leaf.Value)
		}
		got = append(got, fmt.Sprintf("%x %v", leaf.Key, leaf.Value != nil))
	}
	want := []string{
		"e2000000010000000000000007 true", "e30000000100010000000000000000 true", "e2000000010000000000000008 true",
		"e2000000010000000000000046 true", "e30000000100010000000000000001 false",
	}
	if !slices.Equal(got, want) {
		t.Errorf("leaves %q, want %q", got, want)
	}
}

// An answer holds at most MaxList keys, whatever is asked for, and ends with the
// entry by which it passes maxListBytes.
func TestListBounds(t *testing.T) {
	l := openLists(t, nil, 0)
	begin(t, l, l.Tip().Height+1)
	const short, long, size = 5, 6, 10_000
	err := l.Run(func(c *state.Ctx) error {
		for n := range uint64(state.MaxList + 1) {
			notes.Put(c.In(1), 1000+n, note{"short", short})
		}
		for n := range uint64(2 * maxListBytes / size) {
			notes.Put(c.In(1), 5000+n, note{strings.Repeat("x", size), long})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := l.End(); err != nil {
		t.Fatal(err)
	}
	if err := l.Commit(); err != nil {
		t.Fatal(err)
	}
	v, err := l.View(0)
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	for _, row := range []struct {
		by    state.Member
		limit uint64
		keys  int
	}{
		{short, 0, state.MaxList}, {short, state.MaxList - 1, state.MaxList - 1}, {short, state.MaxList, state.MaxList},
		{short, state.MaxList + 1, state.MaxList}, {short, ^uint64(0), state.MaxList},
	} {
		q := notesBy.Ask(1, authorKey{By: row.by}, authorKey{row.by, ^uint64(0)})
		q.Limit = row.limit
		answer, err := v.List(q)
		if err != nil || len(answer.Keys) != row.keys || !answer.More {
			t.Errorf("by %d, at most %d: %d keys, more: %v, %v; want %d", row.by, row.limit, len(answer.Keys), answer.More, err, row.keys)
		}
	}
	answer, err := v.List(notesBy.Ask(1, authorKey{By: long}, authorKey{long, ^uint64(0)}))
	sum, n := 0, len(answer.Keys)
	for _, key := range answer.Keys {
		sum += len(key)
	}
	for _, leaf := range answer.Leaves {
		sum += len(leaf.Key) + len(leaf.Value)
	}
	if err != nil || !answer.More || sum <= maxListBytes || sum-sum/n > maxListBytes {
		t.Errorf("%d entries of %d bytes, more: %v, %v; want as many as pass %d bytes", n, sum, answer.More, err, maxListBytes)
	}
}
