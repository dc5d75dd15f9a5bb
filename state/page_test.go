package state

import (
	"bytes"
	"encoding/binary"
	"errors"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// A page answers what a map of slots would, and its bytes depend on what it
// holds, not on how it came to hold it.
func TestPageModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		model := map[int][]byte{}
		var p page
		for range rapid.IntRange(0, 40).Draw(t, "writes") {
			slot := rapid.IntRange(0, pageSlots-1).Draw(t, "slot")
			if rapid.IntRange(0, 3).Draw(t, "delete") == 0 {
				delete(model, slot)
				p = mustWith(t, p, slot, nil)
				continue
			}
			rec := rapid.SliceOfN(rapid.Byte(), 0, 300).Draw(t, "rec")
			if rec == nil {
				rec = []byte{}
			}
			before := bytes.Clone(p)
			model[slot] = rec
			next := mustWith(t, p, slot, rec)
			if !bytes.Equal(before, p) {
				t.Fatal("with changed the page it was called on")
			}
			p = next
		}
		if (p == nil) != (len(model) == 0) {
			t.Fatalf("page of %d records is %x", len(model), p)
		}
		checkPage(t, p, model)
		var fresh page
		slots := slices.Collect(maps.Keys(model))
		slices.Sort(slots)
		for _, slot := range rapid.Permutation(slots).Draw(t, "order") {
			fresh = mustWith(t, fresh, slot, model[slot])
		}
		if !bytes.Equal(fresh, p) {
			t.Fatalf("two ways to one content: %x and %x", p, fresh)
		}
	})
}

func mustWith(t *rapid.T, p page, slot int, rec []byte) page {
	next, err := p.with(slot, rec)
	if err != nil {
		t.Fatal(err)
	}
	return next
}

func checkPage(t *rapid.T, p page, model map[int][]byte) {
	for slot := range pageSlots {
		got, err := p.get(slot)
		want, ok := model[slot]
		if err != nil || (got != nil) != ok || !bytes.Equal(got, want) {
			t.Fatalf("slot %d: %x, %v, want %x", slot, got, err, want)
		}
	}
	if p == nil {
		return
	}
	stop := rapid.IntRange(0, pageSlots).Draw(t, "stop after")
	var met []int
	err := p.each(func(slot int, rec []byte) (bool, error) {
		if !bytes.Equal(rec, model[slot]) {
			t.Fatalf("each gives %x in slot %d, want %x", rec, slot, model[slot])
		}
		met = append(met, slot)
		return len(met) < stop, nil
	})
	want := slices.Sorted(maps.Keys(model))
	want = want[:min(len(want), max(stop, 1))]
	if err != nil || !slices.Equal(met, want) {
		t.Fatalf("each met %v, %v, want %v", met, err, want)
	}
	boom := errors.New("boom")
	if err := p.each(func(int, []byte) (bool, error) { return true, boom }); err != boom {
		t.Fatalf("each hides an error: %v", err)
	}
}

// Every kind of damage that can be seen is an error.
func TestPageCorrupt(t *testing.T) {
	full, _ := page(nil).with(5, []byte("five"))
	full, _ = full.with(9, []byte("nine"))
	for name, p := range map[string]page{
		"empty":               {},
		"short head":          full[:7],
		"head alone":          full[:8],
		"record cut":          full[:len(full)-1],
		"second record gone":  full[:13],
		"length over the end": append(bytes.Clone(full[:8]), 0xff, 0x01),
		"length of 10 bytes":  append(bytes.Clone(full[:8]), bytes.Repeat([]byte{0xff}, 10)...),
		"length 2^63":         append(bytes.Clone(full[:8]), binary.AppendUvarint(nil, 1<<63)...),
	} {
		err := p.each(func(slot int, rec []byte) (bool, error) {
			if want := map[int]string{5: "five", 9: "nine"}[slot]; string(rec) != want {
				t.Errorf("%s: each gives %q in slot %d, want %q", name, rec, slot, want)
			}
			return true, nil
		})
		if err == nil {
			t.Errorf("%s: each sees nothing", name)
		}
		if _, err := p.get(9); err == nil {
			t.Errorf("%s: get sees nothing", name)
		}
		if _, err := p.with(9, []byte("x")); err == nil {
			t.Errorf("%s: with sees nothing", name)
		}
	}
	if err := page(append(bytes.Clone(full), 0)).each(func(int, []byte) (bool, error) { return true, nil }); err == nil {
		t.Error("each lets a trailing byte pass")
	}
	for _, slot := range []int{-1, pageSlots} {
		if _, err := full.get(slot); err == nil {
			t.Errorf("get of slot %d is let pass", slot)
		}
	}
}

// No bytes make a page panic, and a record that it returns is inside it.
func FuzzPage(f *testing.F) {
	good, _ := page(nil).with(5, []byte("five"))
	good, _ = good.with(63, bytes.Repeat([]byte("x"), 200))
	f.Add([]byte(good), 5, []byte("rec"))
	f.Add([]byte(good[:9]), 63, []byte(nil))
	f.Add([]byte{}, 0, []byte{})
	f.Add(append(bytes.Repeat([]byte{0xff}, 8), bytes.Repeat([]byte{0x80}, 12)...), 63, []byte{1})
	f.Fuzz(func(t *testing.T, raw []byte, slot int, rec []byte) {
		p := page(raw)
		sum := 0
		err := p.each(func(slot int, rec []byte) (bool, error) {
			sum += len(rec)
			return true, nil
		})
		if err == nil && sum > len(raw) {
			t.Fatalf("%d bytes of records in a page of %d", sum, len(raw))
		}
		_, _ = p.get(slot)
		next, werr := p.with(slot, rec)
		if werr != nil || next == nil || rec == nil {
			return
		}
		if got, gerr := next.get(slot); err == nil && (gerr != nil || !bytes.Equal(got, rec)) {
			t.Fatalf("wrote %x, read %x, %v", rec, got, gerr)
		}
	})
}
