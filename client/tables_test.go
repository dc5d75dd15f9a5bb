package client

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rochdale-ledger/rochdale/state"
)

// counted is leaves in the order of their keys, and counts the questions.
type counted struct {
	all   []leaf
	asked int
}

func (c *counted) Leaf(key []byte) ([]byte, error) {
	c.asked++
	for _, l := range c.all {
		if bytes.Equal(l.key, key) {
			return l.value, nil
		}
	}
	return nil, nil
}

func (c *counted) Each(start, end []byte, fn func(key, value []byte) (bool, error)) error {
	c.asked++
	for _, l := range c.all {
		if bytes.Compare(l.key, start) < 0 || bytes.Compare(l.key, end) >= 0 {
			continue
		}
		if more, err := fn(l.key, l.value); err != nil || !more {
			return err
		}
	}
	return nil
}

// Whatever is read in tables is what is read record by record, at the edges of tables too,
// with one question a table.
func TestInTables(t *testing.T) {
	key := func(table byte, coop uint32, more ...byte) []byte {
		return append(binary.BigEndian.AppendUint32([]byte{table}, coop), more...)
	}
	from := &counted{}
	for _, k := range [][]byte{
		{1}, key(2, 1, 0), key(2, 1, 1), key(2, 1, 255, 255), key(2, 2, 0), key(2, 2, 9), key(2, 1<<32-1, 7), {3, 0}, key(3, 1, 4), key(3, 2),
	} {
		from.all = append(from.all, leaf{k, fmt.Appendf(nil, "value of %x", k)})
	}
	in := InTables(state.Remote{Leaves: from})
	read := func(l state.Leaves, start, end []byte, most int) (out []string) {
		err := l.Each(start, end, func(key, value []byte) (bool, error) {
			out = append(out, fmt.Sprintf("%x: %s", key, value))
			return len(out) < most, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	ranges := 0
	for _, start := range from.all {
		for _, end := range from.all {
			for _, most := range []int{1, 2, 100} {
				for _, from0 := range [][]byte{start.key, append(bytes.Clone(start.key), 0)} {
					if diff := cmp.Diff(read(from, from0, end.key, most), read(in, from0, end.key, most)); diff != "" {
						t.Errorf("from %x to %x, at most %d: %s", from0, end.key, most, diff)
					}
					ranges++
				}
			}
		}
	}
	for _, l := range from.all {
		for _, k := range [][]byte{l.key, append(bytes.Clone(l.key), 0)} {
			want, _ := from.Leaf(k)
			if got, err := in.Leaf(k); err != nil || !bytes.Equal(got, want) {
				t.Errorf("%x: %q, %v; want %q", k, got, err, want)
			}
		}
	}
	fresh := &counted{all: from.all}
	in = InTables(state.Remote{Leaves: fresh})
	for range 100 {
		for _, k := range [][]byte{key(2, 1, 0), key(2, 1, 1), key(2, 1, 77), key(2, 2, 9)} {
			if _, err := in.Leaf(k); err != nil {
				t.Fatal(err)
			}
		}
	}
	if fresh.asked != 2 || ranges != 600 {
		t.Errorf("%d questions of two tables, %d ranges", fresh.asked, ranges)
	}
}
