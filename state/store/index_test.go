package store

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	"pgregory.net/rapid"

	"github.com/rochdale-ledger/rochdale/state"
)

// Lists of the notes room: notes by who wrote them, and counts by how high they
// are, so that an entry moves whenever its record changes.

type authorKey struct {
	By     state.Member
	Number uint64
}

type heightKey struct {
	Count  uint64
	Number uint64
	Shelf  uint16
}

var (
	notesBy = state.NewIndex(0xe1, "note.By", 1, notes,
		func(_ state.Coop, n uint64, v note) []authorKey { return []authorKey{{v.By, n}} },
		func(coop state.Coop, k authorKey) []state.Location {
			return []state.Location{notes.Locate(coop, k.Number), counts.Locate(coop, countKey{1, k.Number})}
		})
	countsBy = state.NewIndex(0xe2, "note.Counts", 1, counts,
		func(_ state.Coop, k countKey, v uint64) []heightKey { return []heightKey{{v, k.Number, k.Shelf}} },
		func(coop state.Coop, k heightKey) []state.Location {
			return []state.Location{counts.Locate(coop, countKey{k.Shelf, k.Number})}
		})
)

func listRules() state.Rules {
	r := noteRules()
	r.Indexes = []state.Listing{notesBy.Listing, countsBy.Listing}
	return r
}

// openLists is openLedger with lists. keep is as in OpenStore.
func openLists(t testing.TB, fs vfs.FS, keep uint64) *Ledger {
	t.Helper()
	l := newLedger(t, openStore(t, fs, keep), listRules())
	if _, err := l.Init(testChain, 1000, []byte("founded")); err != nil {
		t.Fatal(err)
	}
	runBlock(t, l)
	return l
}

// wantLists compares the index with the records, by its own invariant and by
// lists made from the records in another way, read in pages up and down.
func wantLists(t testing.TB, l *Ledger, limit uint64) {
	t.Helper()
	v, err := l.View(0)
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	if err := l.CheckInvariants(v); err != nil {
		t.Fatal(err)
	}
	for coop := state.Coop(1); coop <= 3; coop++ {
		var byAuthor []authorKey
		err := notes.Range(v.Of(coop), 0, ^uint64(0), func(n uint64, v note) (bool, error) {
			byAuthor = append(byAuthor, authorKey{v.By, n})
			return true, nil
		})
		var byCount []heightKey
		err = errors.Join(err, counts.Range(v.Of(coop), countKey{}, countKey{0xffff, ^uint64(0)}, func(k countKey, n uint64) (bool, error) {
			byCount = append(byCount, heightKey{n, k.Number, k.Shelf})
			return true, nil
		}))
		if err != nil {
			t.Fatal(err)
		}
		slices.SortFunc(byAuthor, func(a, b authorKey) int { return bytes.Compare(raw(a), raw(b)) })
		slices.SortFunc(byCount, func(a, b heightKey) int { return bytes.Compare(raw(a), raw(b)) })
		wantList(t, v, notesBy, coop, byAuthor, limit)
		wantList(t, v, countsBy, coop, byCount, limit)
	}
}

func raw(k any) []byte {
	switch k := k.(type) {
	case authorKey:
		return fmt.Appendf(nil, "%020d %020d", k.By, k.Number)
	case heightKey:
		return fmt.Appendf(nil, "%020d %020d %05d", k.Count, k.Number, k.Shelf)
	}
	panic("no such key")
}

func wantList[I comparable](t testing.TB, v *View, x state.Index[I], coop state.Coop, want []I, limit uint64) {
	t.Helper()
	for _, down := range []bool{false, true} {
		var got []I
		q := state.IndexQuery{Index: x.Number, Coop: coop, Limit: limit, Down: down}
		for more := true; more; {
			answer, err := v.List(q)
			if err != nil {
				t.Fatal(err)
			}
			if len(answer.Keys) > int(limit) || answer.More && len(answer.Keys) != int(limit) || answer.Tip.Height != v.Height() {
				t.Fatalf("%d keys of %d, more %v, height %d", len(answer.Keys), limit, answer.More, answer.Tip.Height)
			}
			for _, k := range answer.Keys {
				i, err := x.Decode(k)
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, i)
			}
			if more = answer.More; more {
				last := answer.Keys[len(answer.Keys)-1]
				if down {
					q.Last = before(last)
				} else {
					q.First = after(last)
				}
			}
		}
		if down {
			slices.Reverse(got)
		}
		if !slices.Equal(got, want) {
			t.Fatalf("%s of co-op %d, down %v: %v, the records give %v", x.Name, coop, down, got, want)
		}
	}
}

// after and before are the keys next to one.
func after(key []byte) []byte {
	out := bytes.Clone(key)
	for i := len(out) - 1; i >= 0; i-- {
		if out[i]++; out[i] != 0 {
			break
		}
	}
	return out
}

func before(key []byte) []byte {
	out := bytes.Clone(key)
	for i := len(out) - 1; i >= 0; i-- {
		if out[i]--; out[i] != 0xff {
			break
		}
	}
	return out
}

// Whatever blocks do, the lists are what the records give: after each block, a
// restart, a rebuild, and in a state restored from an export.
func TestIndexEqualsRecords(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		fs := vfs.NewMem()
		l := openLists(t, fs, 0)
		spent := map[state.Member]uint64{}
		for range rapid.IntRange(1, 6).Draw(rt, "blocks") {
			var txs [][]byte
			for range rapid.IntRange(0, 5).Draw(rt, "transactions") {
				m := state.Member(rapid.IntRange(1, 4).Draw(rt, "signer"))
				n := rapid.Uint64Range(0, 70).Draw(rt, "number")
				spent[m]++
				if rapid.Bool().Draw(rt, "erase") {
					txs = append(txs, sign(m, spent[m], kindErase, eraseNote{n}))
				} else {
					txs = append(txs, sign(m, spent[m], kindWrite, writeNote{n, "text"}))
				}
			}
			elsewhere := rapid.Uint64Range(0, 200).Draw(rt, "elsewhere")
			begin(t, l, l.Tip().Height+1)
			err := l.Run(func(c *state.Ctx) error {
				notes.Put(c.In(2), elsewhere, note{"there", 9})
				counts.Put(c.In(3), countKey{uint16(elsewhere), elsewhere}, elsewhere%3)
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := l.DeliverAll(txs); err != nil {
				t.Fatal(err)
			}
			if _, _, err := l.End(); err != nil {
				t.Fatal(err)
			}
			if err := l.Commit(); err != nil {
				t.Fatal(err)
			}
			wantLists(t, l, rapid.Uint64Range(1, 5).Draw(rt, "limit"))
		}
		l, err := l.Reload(listRules(), nil)
		if err != nil || l.IndexStale() != nil {
			t.Fatal(err, l.IndexStale())
		}
		wantLists(t, l, 3)
		v, err := l.View(0)
		if err != nil {
			t.Fatal(err)
		}
		var export bytes.Buffer
		if err := v.Export(&export); err != nil {
			t.Fatal(err)
		}
		v.Close()
		db := openDB(t, nil)
		if _, err := Restore(db, &export); err != nil {
			t.Fatal(err)
		}
		again, err := OpenStore(db, 0)
		if err != nil {
			t.Fatal(err)
		}
		restored := newLedger(t, again, listRules())
		wantStale(t, restored, "there is none")
		for _, l := range []*Ledger{restored, l} {
			if _, err := l.RebuildIndex(); err != nil {
				t.Fatal(err)
			}
			wantLists(t, l, 3)
			if err := l.Close(); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// wantStale wants the index to be refused for a reason, in every way it is asked.
func wantStale(t testing.TB, l *Ledger, why string) {
	t.Helper()
	v, err := l.View(0)
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	_, listed := v.List(state.IndexQuery{Index: notesBy.Number, Coop: 1})
	for _, err := range []error{l.IndexStale(), listed, v.CheckIndex(), l.CheckInvariants(v)} {
		if !errors.Is(err, ErrIndex) || !strings.Contains(err.Error(), why) {
			t.Fatalf("%v, want that %s", err, why)
		}
	}
	if err := l.CheckRecords(v); err != nil {
		t.Fatalf("the records are sound: %v", err)
	}
}

// An index that is behind, of other definitions or absent says so, stays so while
// blocks go on and over restarts, and is repaired by a rebuild.
func TestIndexStale(t *testing.T) {
	other := listRules()
	other.Indexes[1].Version = 2
	fewer := listRules()
	fewer.Indexes = fewer.Indexes[:1]
	mark := func(value []byte) func(t *testing.T, l *Ledger) {
		return func(t *testing.T, l *Ledger) {
			b := l.store.db.NewBatch()
			err := b.Delete(metaIndex, nil)
			if value != nil {
				err = b.Set(metaIndex, value, nil)
			}
			if err := errors.Join(err, b.Commit(nil)); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, row := range []struct {
		name  string
		spoil func(t *testing.T, l *Ledger)
		rules state.Rules
		why   string
	}{
		{"no mark", mark(nil), listRules(), "there is none"},
		{"a damaged mark", mark([]byte{0xff}), listRules(), "there is none"},
		{"an older mark", mark([]byte{0xa1, 1, 1}), listRules(), "it is of height 1, the records are of height 2"},
		{"a block by a program without lists", func(t *testing.T, l *Ledger) {
			without := newLedger(t, l.store, noteRules())
			runBlock(t, without, sign(2, 1, kindWrite, writeNote{8, "unlisted"}))
		}, listRules(), "it is of height 2, the records are of height 3"},
		{"a list of another version", func(*testing.T, *Ledger) {}, other, "other lists"},
		{"a list fewer", func(*testing.T, *Ledger) {}, fewer, "other lists"},
	} {
		t.Run(row.name, func(t *testing.T) {
			l := openLists(t, nil, 0)
			runBlock(t, l, sign(1, 1, kindWrite, writeNote{7, "seven"}))
			row.spoil(t, l)
			l, err := l.Reload(row.rules, nil)
			if err != nil {
				t.Fatal(err)
			}
			wantStale(t, l, row.why)
			runBlock(t, l, sign(1, 2, kindWrite, writeNote{9, "nine"}))
			wantStale(t, l, row.why)
			if l, err = l.Reload(row.rules, nil); err != nil {
				t.Fatal(err)
			}
			if l.IndexStale() == nil {
				t.Fatal("a block and a restart made it whole")
			}
			if n, err := l.RebuildIndex(); err != nil || n < 3 {
				t.Fatalf("%d entries, %v", n, err)
			}
			runBlock(t, l, sign(1, 3, kindWrite, writeNote{9, "nine again"}))
			if l, err = l.Reload(row.rules, nil); err != nil || l.IndexStale() != nil {
				t.Fatal(err, l.IndexStale())
			}
			if len(row.rules.Indexes) == 2 {
				wantLists(t, l, 2)
			}
			_ = l.Close()
		})
	}
}

// Entries that are missing, too many, swapped or not empty are found, and mended
// by a rebuild.
func TestIndexDamage(t *testing.T) {
	entry := func(by state.Member, n uint64) []byte {
		q := notesBy.Ask(1, authorKey{by, n}, authorKey{by, n})
		first, _, err := notesBy.Span(q)
		if err != nil {
			t.Fatal(err)
		}
		return spaced(spaceIndex, first)
	}
	good, bad := entry(1, 7), entry(2, 7)
	for _, row := range []struct {
		name string
		del  []byte
		set  []byte
		to   []byte
		why  string
	}{
		{"missing", good, nil, nil, fmt.Sprintf("the records give %x, which it does not hold", good[1:])},
		{"too many", nil, bad, nil, "it holds 5 entries, the records give 4"},
		{"one for another", good, bad, nil, fmt.Sprintf("the records give %x, which it does not hold", good[1:])},
		{"with a value", nil, good, []byte{1}, fmt.Sprintf("entry %x has a value", good[1:])},
		{"of no list", nil, []byte{spaceIndex, 0x01, 5}, nil, "it holds 5 entries, the records give 4"},
	} {
		t.Run(row.name, func(t *testing.T) {
			l := openLists(t, nil, 0)
			runBlock(t, l, sign(1, 1, kindWrite, writeNote{7, "seven"}))
			b := l.store.db.NewBatch()
			var err error
			if row.del != nil {
				err = b.Delete(row.del, nil)
			}
			if row.set != nil {
				err = errors.Join(err, b.Set(row.set, row.to, nil))
			}
			if err := errors.Join(err, b.Commit(nil)); err != nil {
				t.Fatal(err)
			}
			if l, err = l.Reload(listRules(), nil); err != nil || l.IndexStale() != nil {
				t.Fatal(err, l.IndexStale())
			}
			v, err := l.View(0)
			if err != nil {
				t.Fatal(err)
			}
			err = l.CheckInvariants(v)
			v.Close()
			if !errors.Is(err, ErrIndex) || !strings.Contains(err.Error(), row.why) {
				t.Errorf("%v, want that %s", err, row.why)
			}
			if n, err := l.RebuildIndex(); err != nil || n != 4 {
				t.Fatalf("%d entries, %v", n, err)
			}
			wantLists(t, l, 2)
			_ = l.Close()
		})
	}
}

// A number given twice is an edit gone wrong.
func TestIndexTwice(t *testing.T) {
	defer func() {
		if r := recover(); r == nil || !strings.Contains(fmt.Sprint(r), "index 225 is both note.By and note.By") {
			t.Errorf("panic: %v", r)
		}
	}()
	rules := listRules()
	rules.Indexes[1] = rules.Indexes[0]
	_, _ = NewLedger(openStore(t, nil, 0), rules, nil)
}
