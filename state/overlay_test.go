package state

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// A memory is Leaves that is a plain map.
type memory map[string][]byte

func (m memory) Leaf(key []byte) ([]byte, error) { return m[string(key)], nil }

func (m memory) Each(start, end []byte, fn func(key, value []byte) (bool, error)) error {
	for _, k := range slices.Sorted(maps.Keys(m)) {
		if k < string(start) || k >= string(end) {
			continue
		}
		if more, err := fn([]byte(k), m[k]); err != nil || !more {
			return err
		}
	}
	return nil
}

// apply makes the write on the model.
func (m memory) apply(key, value []byte) {
	if value == nil {
		delete(m, string(key))
	} else {
		m[string(key)] = value
	}
}

// Keys of one or two bytes out of few, so that writes meet.
var anyKey = rapid.Custom(func(t *rapid.T) []byte {
	return rapid.SliceOfN(rapid.ByteRange(0x10, 0x14), 1, 2).Draw(t, "key")
})

// A value, or nil for a deletion.
var anyValue = rapid.Custom(func(t *rapid.T) []byte {
	if rapid.IntRange(0, 3).Draw(t, "delete") == 0 {
		return nil
	}
	return []byte{rapid.ByteRange(0, 3).Draw(t, "value")}
})

// Overlays, up to three deep, read like the map that all writes make; merged,
// they leave that map below them; and changes lists exactly the difference.
func TestOverlayModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		base := memory{}
		for range rapid.IntRange(0, 12).Draw(t, "base") {
			base[string(anyKey.Draw(t, "key"))] = []byte{rapid.ByteRange(0, 3).Draw(t, "value")}
		}
		want := maps.Clone(base)
		bottom := newOverlay(base)
		stack := []*overlay{bottom}
		states := []memory{}
		for range rapid.IntRange(0, 40).Draw(t, "steps") {
			top := stack[len(stack)-1]
			switch rapid.SampledFrom([]string{"write", "write", "write", "push", "merge", "drop", "scan"}).Draw(t, "step") {
			case "write":
				k, v := anyKey.Draw(t, "key"), anyValue.Draw(t, "value")
				top.store(k, v)
				want.apply(k, v)
			case "push":
				if len(stack) < 3 {
					stack = append(stack, newOverlay(top))
					states = append(states, maps.Clone(want))
				}
			case "merge":
				if len(stack) > 1 {
					top.merge()
					stack, states = stack[:len(stack)-1], states[:len(states)-1]
				}
			case "drop":
				if len(stack) > 1 {
					want = states[len(states)-1]
					stack, states = stack[:len(stack)-1], states[:len(states)-1]
				}
			case "scan":
				checkScan(t, top, want)
			}
		}
		for i := len(stack) - 1; i >= 0; i-- {
			checkScan(t, stack[i], want)
			for k := byte(0x10); k < 0x15; k++ {
				if got, _ := stack[i].Leaf([]byte{k}); !bytes.Equal(got, want[string(k)]) {
					t.Fatalf("load %x: %x, want %x", k, got, want[string(k)])
				}
			}
			if i > 0 {
				stack[i].merge()
			}
		}
		changes, err := bottom.changes()
		if err != nil {
			t.Fatal(err)
		}
		checkChanges(t, changes, base, want)
	})
}

func checkScan(t *rapid.T, s Leaves, want memory) {
	start, end := anyKey.Draw(t, "start"), anyKey.Draw(t, "end")
	limit := rapid.IntRange(1, 20).Draw(t, "limit")
	collect := func(s Leaves) (out []string) {
		err := s.Each(start, end, func(k, v []byte) (bool, error) {
			out = append(out, string(k)+"="+string(v))
			return len(out) < limit, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	if got, want := collect(s), collect(want); !slices.Equal(got, want) {
		t.Fatalf("scan %x to %x: %x, want %x", start, end, got, want)
	}
	boom := errors.New("boom")
	n := 0
	err := s.Each(start, end, func(k, v []byte) (bool, error) { n++; return true, boom })
	if n > 1 || n == 1 && !errors.Is(err, boom) {
		t.Fatalf("scan went on after an error, %d times, %v", n, err)
	}
}

func checkChanges(t *rapid.T, changes []Change, base, want memory) {
	got := maps.Clone(base)
	last := ""
	for _, c := range changes {
		if string(c.Key) <= last {
			t.Fatalf("%x comes after %x", c.Key, last)
		}
		last = string(c.Key)
		if old, ok := got[last]; ok == (c.Value != nil) && bytes.Equal(old, c.Value) {
			t.Fatalf("%x = %x changes nothing", c.Key, c.Value)
		}
		got.apply(c.Key, c.Value)
	}
	if !maps.EqualFunc(got, want, bytes.Equal) {
		t.Fatalf("changes lead to %x, want %x", got, want)
	}
}

// A leaf without bytes is one that is there: to write it where none was, or to
// delete it, is a change.
func TestEmptyLeafIsAChange(t *testing.T) {
	o := newOverlay(memory{"gone": {}, "same": {}})
	o.store([]byte("gone"), nil)
	o.store([]byte("new"), []byte{})
	o.store([]byte("same"), []byte{})
	got, err := o.changes()
	if err != nil || len(got) != 2 || string(got[0].Key) != "gone" || got[0].Value != nil || string(got[1].Key) != "new" || got[1].Value == nil {
		t.Errorf("changes %+v, %v; want gone deleted and new written", got, err)
	}
}

// What a scan's own callback writes further on is met as written.
func TestScanWhileWriting(t *testing.T) {
	base := memory{"a": {1}, "b": {1}, "c": {1}, "d": {1}}
	o := newOverlay(base)
	o.store([]byte("c"), []byte{2})
	var met []string
	err := o.Each([]byte("a"), []byte("z"), func(k, v []byte) (bool, error) {
		met = append(met, string(k)+string('0'+v[0]))
		if string(k) == "a" {
			o.store([]byte("b"), []byte{3})
			o.store([]byte("c"), []byte{3})
			o.store([]byte("d"), nil)
		}
		return true, nil
	})
	if err != nil || !slices.Equal(met, []string{"a1", "b3", "c3"}) {
		t.Errorf("met %v, %v", met, err)
	}
}

// A scan meets the keys that were written since keys were last sorted, each in
// its place: few of them are looked through, more are sorted in.
func TestOverlayFresh(t *testing.T) {
	key := func(n int) []byte { return fmt.Appendf(nil, "%04d", n) }
	for _, fresh := range []int{0, 1, 3, 14, 15, 29} { // 14² is just below the 200 sorted ones
		o, want := newOverlay(memory{}), memory{}
		write := func(n int, value []byte) {
			o.store(key(n), value)
			want.apply(key(n), value)
		}
		for n := 0; n < 400; n += 2 {
			write(n, []byte("old"))
		}
		o.keys()
		for i := range fresh {
			write(199+i*7%40, fmt.Appendf(nil, "fresh %d", i)) // odd and even: new keys and old
		}
		write(210, nil)
		for start := 195; start < 245; start++ {
			for end := start - 1; end < 245; end++ {
				var got, expected []string
				collect := func(out *[]string) func(k, v []byte) (bool, error) {
					return func(k, v []byte) (bool, error) {
						*out = append(*out, string(k)+"="+string(v))
						return true, nil
					}
				}
				if err := errors.Join(o.Each(key(start), key(end), collect(&got)), want.Each(key(start), key(end), collect(&expected))); err != nil {
					t.Fatal(err)
				}
				if !slices.Equal(got, expected) {
					t.Fatalf("%d fresh keys, from %d to %d: %q, want %q", fresh, start, end, got, expected)
				}
			}
		}
		if n := len(o.fresh); n*n > len(o.sorted) {
			t.Fatalf("%d keys were left unsorted beside %d", n, len(o.sorted))
		}
	}
}

// What a block changes depends on what it wrote, not on the order of its writes,
// and what it wrote away and back is no change.
func TestOrderWithinBlock(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	base := memory{"007": {7}}
	for i := range 100 {
		base[fmt.Sprintf("%03d", 2*i)] = fmt.Append(nil, 2*i)
	}
	var want []Change
	for round := range 10 {
		o := newOverlay(base)
		order := rng.Perm(300)
		if round == 0 {
			slices.Sort(order)
		}
		for _, i := range order {
			n := (i * 7) % 400
			inner := newOverlay(o) // one transaction each
			if i%7 == 1 {
				inner.store(fmt.Appendf(nil, "%03d", n), nil)
			} else if i%7 > 1 {
				inner.store(fmt.Appendf(nil, "%03d", n), fmt.Append(nil, n+1))
			}
			if i%5 == 0 && round%2 == 1 {
				contents(t, o) // a scan in between
			}
			inner.merge()
		}
		o.store([]byte("007"), []byte{8})
		o.store([]byte("007"), []byte{7})
		got, err := o.changes()
		if err != nil {
			t.Fatal(err)
		}
		if round == 0 {
			want = got
		}
		same := slices.EqualFunc(got, want, func(a, b Change) bool {
			return bytes.Equal(a.Key, b.Key) && bytes.Equal(a.Value, b.Value) && string(a.Key) != "007"
		})
		if !same || len(got) < 200 {
			t.Fatalf("round %d gives %d changes, the sorted one %d, or others", round, len(got), len(want))
		}
	}
}
