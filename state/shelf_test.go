package state

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"

	"pgregory.net/rapid"
)

// held are leaves in memory.
type heldLeaves map[string][]byte

func (h heldLeaves) Leaf(key []byte) ([]byte, error) { return h[string(key)], nil }
func (h heldLeaves) Each(_, _ []byte, _ func(key, value []byte) (bool, error)) error {
	panic("not scanned")
}

// What a shelf says of a height is what that state holds, whatever was read before, of
// which height, and however little the shelf holds.
func TestShelf(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		states := []heldLeaves{{}}
		s := NewShelf(0, rapid.SampledFrom([]int{0, 700, 1 << 20}).Draw(t, "bytes"))
		key := rapid.StringMatching(`[a-f]`)
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			if rapid.IntRange(0, 3).Draw(t, "what") == 0 {
				next, height := maps.Clone(states[len(states)-1]), uint64(len(states))
				var changes []Change
				for _, k := range rapid.SliceOfDistinct(key, rapid.ID[string]).Draw(t, "changed") {
					c := Change{Key: []byte(k)}
					if rapid.Bool().Draw(t, "written") {
						c.Value = fmt.Appendf(nil, "%s%d", k, height)
						next[k] = c.Value
					} else {
						delete(next, k)
					}
					changes = append(changes, c)
				}
				states = append(states, next)
				s.Advance(height, changes)
				continue
			}
			height := rapid.IntRange(max(0, len(states)-2), len(states)-1).Draw(t, "height")
			k := []byte(key.Draw(t, "key"))
			got, err := s.Kept(uint64(height), k, states[height])
			if err != nil {
				t.Fatal(err)
			}
			if want := states[height][string(k)]; !bytes.Equal(got.raw, want) || (want == nil) != (got.raw == nil) {
				t.Fatalf("height %d, %s: %q, want %q", height, k, got.raw, want)
			}
		}
		if err := s.Check(uint64(len(states)-1), states[len(states)-1]); err != nil {
			t.Fatal(err)
		}
	})
}

// A shelf serves what was read before without reading it again, and goes on with what a
// block wrote.
func TestShelfServes(t *testing.T) {
	s := NewShelf(4, 1<<20)
	state := heldLeaves{"a": []byte("1"), "b": []byte("2")}
	for _, k := range []string{"a", "b", "c"} {
		if _, err := s.Kept(4, []byte(k), state); err != nil {
			t.Fatal(err)
		}
	}
	s.Advance(5, []Change{{Key: []byte("b"), Value: []byte("3")}, {Key: []byte("d"), Value: []byte("4")}})
	for k, want := range map[string]string{"a": "1", "b": "3", "c": "", "d": "4"} {
		k5, err := s.Kept(5, []byte(k), nil) // nothing can be read
		if err != nil || string(k5.raw) != want {
			t.Errorf("%s: %q %v, want %q", k, k5.raw, err, want)
		}
	}
	k4, err := s.Kept(4, []byte("b"), state)
	if err != nil || string(k4.raw) != "2" {
		t.Errorf("b at height 4: %q %v", k4.raw, err)
	}
}

// Check finds a leaf that is remembered wrongly, and a shared record that was changed.
func TestShelfCheck(t *testing.T) {
	b := NewMachine(Rules{}, nil).block(heldLeaves{}, "", 1, 0)
	listedTable.Put(b.ctx(1, Authority{}), 7, listed{Number: 4, Sums: []uint64{5}})
	leaf, _ := listedTable.treeKey(1, 7)
	raw, err := b.Leaf(leaf)
	if err != nil {
		t.Fatal(err)
	}
	state := shelved{heldLeaves{string(leaf): raw}, NewShelf(1, 1<<20)}
	c := NewMachine(Rules{}, nil).block(state, "", 2, 0).ctx(1, Authority{})
	v, err := listedTable.Peek(c, 7)
	if err != nil || v.Sums[0] != 5 {
		t.Fatalf("%+v %v", v, err)
	}
	if err := state.shelf.Check(1, state); err != nil {
		t.Error(err)
	}
	if state.shelf.Check(1, heldLeaves{}) == nil {
		t.Error("a leaf that is not there passed")
	}
	v.Sums[0] = 6
	if state.shelf.Check(1, state) == nil {
		t.Error("a shared record that was changed passed")
	}
}

type shelved struct {
	heldLeaves
	shelf *Shelf
}

func (s shelved) Kept(key []byte) (*Kept, error) { return s.shelf.Kept(1, key, s.heldLeaves) }

// Readers of the last two heights, while blocks go on, find each the state of their own.
func TestShelfConcurrently(t *testing.T) {
	s := NewShelf(0, 2000)
	keys := []string{"a", "b", "c", "d", "e"}
	at := func(height uint64) heldLeaves {
		out := heldLeaves{}
		for _, k := range keys {
			out[k] = fmt.Appendf(nil, "%s%d", k, height)
		}
		return out
	}
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			for i := range 3000 {
				height := uint64(i / 10)
				k := keys[i%len(keys)]
				got, err := s.Kept(height, []byte(k), at(height))
				if want := fmt.Sprint(k, height); err != nil || string(got.raw) != want {
					t.Errorf("%q %v, want %q", got.raw, err, want)
					return
				}
			}
		})
	}
	for height := uint64(1); height < 300; height++ {
		var changes []Change
		for _, k := range slices.Sorted(maps.Keys(at(height))) {
			changes = append(changes, Change{Key: []byte(k), Value: at(height)[k]})
		}
		s.Advance(height, changes)
	}
	wg.Wait()
}
