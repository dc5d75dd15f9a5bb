package light

import (
	"bytes"
	"crypto/sha256"
	"slices"
	"sort"
	"strings"
	"testing"

	"github.com/rochdale-ledger/rochdale/tx"
)

// proofsOf gives what MakeRange takes, as a node has it: its tree says which
// leaf comes before a key and which after it.
func (g grove) proofsOf(t testing.TB, start, end []byte) (proofs [][]byte) {
	t.Helper()
	from, _, err := g.GetWithIndex(start) // of the first leaf that is not below start
	if err != nil {
		t.Fatal(err)
	}
	to := g.Size()
	if len(end) > 0 {
		if to, _, err = g.GetWithIndex(end); err != nil {
			t.Fatal(err)
		}
	}
	for i := max(from-1, 0); i < min(to+1, g.Size()); i++ {
		key, _, err := g.GetByIndex(i)
		if err != nil {
			t.Fatal(err)
		}
		_, proof := g.prove(t, key)
		proofs = append(proofs, proof)
	}
	return proofs
}

// want are the leaves of a range, found without the tree's order.
func (g grove) want(t testing.TB, start, end []byte) (out []Leaf) {
	t.Helper()
	for _, key := range g.keys {
		if bytes.Compare(key, start) >= 0 && (len(end) == 0 || bytes.Compare(key, end) < 0) {
			value, err := g.Get(key)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, Leaf{key, value})
		}
	}
	return out
}

func sameLeaves(t *testing.T, got, want []Leaf) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d leaves, want %d", len(got), len(want))
	}
	for i := range got {
		sameBytes(t, "key", got[i].Key, want[i].Key)
		sameBytes(t, "value", got[i].Value, want[i].Value)
	}
}

// Every range of a small tree, and some of a large one: made, and complete; none
// of its leaves can be left out, changed, added or put elsewhere.
func TestRange(t *testing.T) {
	for _, n := range []int{1, 2, 3, 9, 600} {
		c := newChance(uint64(n))
		g := newGrove(t, c, n)
		probes := append(g.probes(c, 2), nil)
		if n < 10 {
			probes = append(probes, g.keys...)
		}
		for _, start := range probes {
			for _, end := range probes {
				if len(end) > 0 && bytes.Compare(start, end) >= 0 {
					continue
				}
				leaves, proof, err := MakeRange(g.Hash(), start, end, g.proofsOf(t, start, end))
				if err != nil {
					t.Fatalf("%d leaves, %x to %x: %v", n, start, end, err)
				}
				sameLeaves(t, leaves, g.want(t, start, end))
				g.refuseOthers(t, start, end, leaves, proof)
			}
		}
	}
}

// refuseOthers wants that a proof of a range proves no other leaves and no wider
// range.
func (g grove) refuseOthers(t *testing.T, start, end []byte, leaves []Leaf, proof []byte) {
	t.Helper()
	refused := func(what string, root, start, end []byte, leaves []Leaf) {
		t.Helper()
		if err := VerifyRange(root, start, end, leaves, proof); err == nil {
			t.Fatalf("%s: %x to %x", what, start, end)
		} else {
			part(t, err)
		}
	}
	refused("another root", make([]byte, 32), start, end, leaves)
	for i := range leaves {
		if i > 3 && i < len(leaves)-3 {
			continue
		}
		refused("one left out", g.Hash(), start, end, slices.Delete(slices.Clone(leaves), i, i+1))
		refused("one twice", g.Hash(), start, end, slices.Insert(slices.Clone(leaves), i, leaves[i]))
		bad := slices.Clone(leaves)
		bad[i].Value = append(bytes.Clone(bad[i].Value), 0)
		refused("another value", g.Hash(), start, end, bad)
		bad = slices.Clone(leaves)
		bad[i].Key = append(bytes.Clone(bad[i].Key), 0)
		refused("another key", g.Hash(), start, end, bad)
	}
	more := append(slices.Clone(leaves), Leaf{append(bytes.Clone(start), 0), []byte{1}})
	sort.Slice(more, func(i, j int) bool { return bytes.Compare(more[i].Key, more[j].Key) < 0 })
	refused("one more", g.Hash(), start, end, more)
	// Wider by one leaf, on each side where there is one.
	if all := g.want(t, nil, start); len(start) > 0 && len(all) > 0 {
		refused("wider before", g.Hash(), all[len(all)-1].Key, end, leaves)
		refused("from the first", g.Hash(), nil, end, leaves)
	}
	if all := g.want(t, end, nil); len(end) > 0 && len(all) > 0 {
		refused("wider after", g.Hash(), start, append(bytes.Clone(all[0].Key), 0), leaves)
		refused("to the last", g.Hash(), start, nil, leaves)
	}
}

// A page of a longer range is proved up to its last leaf.
func TestRangePage(t *testing.T) {
	g := newGrove(t, newChance(1), 200)
	all := g.want(t, nil, nil)
	var got []Leaf
	for start := []byte(nil); ; {
		page := g.want(t, start, nil)
		end := []byte(nil)
		if len(page) > 30 {
			end = append(bytes.Clone(page[29].Key), 0)
		}
		leaves, _, err := MakeRange(g.Hash(), start, end, g.proofsOf(t, start, end))
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, leaves...)
		if end == nil {
			break
		}
		start = end
	}
	sameLeaves(t, got, all)
}

func TestRangeLargest(t *testing.T) {
	g := newGrove(t, newChance(1), MaxRange+20)
	from, to := g.keys[5], g.keys[5+MaxRange]
	leaves, proof, err := MakeRange(g.Hash(), from, to, g.proofsOf(t, from, to))
	if err != nil {
		t.Fatal(err)
	}
	same(t, "leaves", len(leaves), MaxRange)
	t.Logf("%d bytes of proof", len(proof))
	if len(proof) > MaxRange*16 {
		t.Errorf("%d bytes of proof", len(proof))
	}
	to = append(bytes.Clone(to), 0)
	_, _, err = MakeRange(g.Hash(), from, to, g.proofsOf(t, from, to))
	if err == nil || !strings.Contains(err.Error(), "from 1 to 2002 can be") {
		t.Error(err)
	}
}

// No byte of the proof of a range can be another one or be left out.
func TestRangeSpoiled(t *testing.T) {
	g := newGrove(t, newChance(2), 30)
	start, end := g.keys[7], g.keys[12]
	leaves, proof, err := MakeRange(g.Hash(), start, end, g.proofsOf(t, start, end))
	if err != nil {
		t.Fatal(err)
	}
	for i := range proof {
		for bit := range 8 {
			bad := bytes.Clone(proof)
			bad[i] ^= 1 << bit
			if VerifyRange(g.Hash(), start, end, leaves, bad) == nil {
				t.Fatalf("byte %d, bit %d", i, bit)
			}
		}
		if VerifyRange(g.Hash(), start, end, leaves, slices.Delete(bytes.Clone(proof), i, i+1)) == nil ||
			VerifyRange(g.Hash(), start, end, leaves, proof[:i]) == nil {
			t.Fatalf("without byte %d", i)
		}
	}
}

// A tree of four leaves, a to d, made by hand, with what a proof may hide and
// what not.
func TestRangeHides(t *testing.T) {
	key := func(i int) []byte { return []byte{"abcd"[i]} }
	value := func(i int) Hex { h := sha256.Sum256(key(i)); return h[:] }
	hash := func(i int) [hashSize]byte { return leafHash(1, key(i), value(i)) }
	ab, cd := numbers{1, 2, 1}, numbers{1, 2, 1}
	top := numbers{2, 4, 1}
	left, right := innerHash(ab, hash(0), hash(1)), innerHash(cd, hash(2), hash(3))
	root := innerHash(top, left, right)
	inner := func(n numbers) rangeNode { return rangeNode{Height: n.height, Size: n.size, Version: n.version} }
	hidden := func(h [hashSize]byte) rangeNode { return rangeNode{Hash: h[:]} }
	boundary := func(i int) rangeNode { return rangeNode{Version: 1, Key: key(i), Hash: value(i)} }
	leaf := rangeNode{Version: 1}
	of := func(is ...int) (out []Leaf) {
		for _, i := range is {
			out = append(out, Leaf{key(i), key(i)})
		}
		return out
	}
	b, c, d := key(1), key(2), key(3)
	for _, row := range []struct {
		name       string
		start, end []byte
		leaves     []Leaf
		nodes      []rangeNode
		want       string // "" if it is proved
	}{
		{"all", nil, nil, of(0, 1, 2, 3), []rangeNode{inner(top), inner(ab), leaf, leaf, inner(cd), leaf, leaf}, ""},
		{"one", b, c, of(1), []rangeNode{inner(top), inner(ab), boundary(0), leaf, inner(cd), boundary(2), hidden(hash(3))}, ""},
		{"none", []byte("bb"), c, nil, []rangeNode{inner(top), inner(ab), hidden(hash(0)), boundary(1), inner(cd), boundary(2), hidden(hash(3))}, ""},
		{"none before", []byte("A"), []byte("a"), nil, []rangeNode{inner(top), inner(ab), boundary(0), hidden(hash(1)), hidden(right)}, ""},
		{"none after", []byte("e"), nil, nil, []rangeNode{inner(top), hidden(left), inner(cd), hidden(hash(2)), boundary(3)}, ""},

		{"b hidden before c", b, d, of(2), []rangeNode{inner(top), hidden(left), inner(cd), leaf, boundary(3)}, "hides"},
		{"b hidden after the boundary", b, d, of(2), []rangeNode{inner(top), inner(ab), boundary(0), hidden(hash(1)), inner(cd), leaf, boundary(3)}, "hides"},
		{"c hidden after b", b, d, of(1), []rangeNode{inner(top), inner(ab), boundary(0), leaf, inner(cd), hidden(hash(2)), boundary(3)}, "hides"},
		{"c hidden at the end", b, nil, of(1), []rangeNode{inner(top), inner(ab), boundary(0), leaf, hidden(right)}, "hides"},
		{"b hidden before a boundary on the right", b, c, nil, []rangeNode{inner(top), hidden(left), inner(cd), boundary(2), hidden(hash(3))}, "hides"},
		{"all hidden", b, c, nil, []rangeNode{hidden(root)}, "shows no leaf"},
		{"two boundaries before", c, d, of(2), []rangeNode{inner(top), inner(ab), boundary(0), boundary(1), inner(cd), leaf, boundary(3)}, "hides"},
		{"two boundaries after", b, c, of(1), []rangeNode{inner(top), inner(ab), boundary(0), leaf, inner(cd), boundary(2), boundary(3)}, "hides"},
		{"a leaf after the boundary", nil, c, of(1), []rangeNode{inner(ab), boundary(2), leaf}, "hides"},
		{"boundary inside", b, d, of(1), []rangeNode{inner(top), inner(ab), boundary(0), leaf, inner(cd), boundary(2), boundary(3)}, "hides"},
		{"more hidden than need be", c, nil, of(2, 3), []rangeNode{inner(top), inner(ab), hidden(hash(0)), hidden(hash(1)), inner(cd), leaf, leaf}, "cannot be"},
		{"a leaf too many", nil, nil, of(0, 1, 2, 3), []rangeNode{inner(top), inner(ab), leaf, leaf, inner(cd), leaf, boundary(3)}, "hides"},
		{"a leaf too few", nil, nil, of(0, 1, 2), []rangeNode{inner(top), inner(ab), leaf, leaf, inner(cd), leaf, leaf}, "holds a leaf more"},
		{"leaves left", nil, b, of(0), []rangeNode{inner(top), inner(ab), hidden(hash(0)), boundary(1), hidden(right)}, "hides"},
		{"leaves left over", nil, nil, of(0, 1, 2, 3), []rangeNode{inner(top), leaf, leaf}, "last 2 leaves"},
		{"nodes left over", nil, nil, of(0, 1), []rangeNode{inner(ab), leaf, leaf, leaf}, "1 nodes too many"},
		{"cut short", nil, nil, of(0, 1), []rangeNode{inner(ab), leaf}, "cut short"},
		{"no nodes", nil, nil, nil, nil, "cut short"},
		{"another order", nil, nil, of(1, 0), []rangeNode{inner(ab), leaf, leaf}, "leaf 2 is outside it or out of order"},
		{"outside", c, nil, of(1), []rangeNode{inner(ab), leaf, leaf}, "leaf 1 is outside"},
		{"the end itself", nil, b, of(0, 1), []rangeNode{inner(ab), leaf, leaf}, "leaf 2 is outside"},
		{"no value", nil, nil, []Leaf{{key(0), nil}}, []rangeNode{leaf}, "a value of 0"},
		{"no key", nil, nil, []Leaf{{nil, key(0)}}, []rangeNode{leaf}, "a key of 0 bytes"},
		{"long key", nil, nil, []Leaf{{make([]byte, maxKey+1), key(0)}}, []rangeNode{leaf}, "a key of 1025 bytes"},
		{"empty range", c, c, nil, []rangeNode{leaf}, "ends before it begins"},
		{"many leaves", nil, nil, make([]Leaf, MaxRange+1), nil, "it has 2001 leaves"},
		{"node that does not rise", nil, nil, of(0, 1, 2, 3), []rangeNode{inner(top), inner(top), leaf, leaf, inner(cd), leaf, leaf}, "cannot be"},
		{"node of height 65", nil, nil, of(0, 1), []rangeNode{inner(numbers{65, 2, 1}), leaf, leaf}, "cannot be"},
		{"node with a key", nil, nil, of(0, 1), []rangeNode{{Height: 1, Size: 2, Version: 1, Key: b}, leaf, leaf}, "cannot be"},
		{"boundary without a hash", b, nil, of(1), []rangeNode{inner(ab), {Version: 1, Key: key(0)}, leaf}, "cannot be"},
		{"short hash", b, nil, of(1), []rangeNode{inner(ab), {Hash: value(0)[:31]}, leaf}, "cannot be"},
		{"number too large", nil, nil, of(0), []rangeNode{{Version: 1 << 63}}, "cannot be"},
	} {
		err := VerifyRange(root[:], row.start, row.end, row.leaves, tx.Encode(rangeProof{row.nodes}))
		switch {
		case row.want == "" && err != nil:
			t.Errorf("%s: %v", row.name, err)
		case row.want != "" && (err == nil || !strings.Contains(err.Error(), row.want)):
			t.Errorf("%s: %v, want %q", row.name, err, row.want)
		default:
			part(t, err)
		}
	}
	for name, raw := range map[string][]byte{"nothing": nil, "huge": make([]byte, MaxRangeProof+1), "an explicit zero": {0xa1, 1, 0x81, 0xa2, 1, 0, 3, 1}} {
		if err := VerifyRange(root[:], nil, nil, of(0), raw); err == nil {
			t.Error(name)
		}
	}
}

// Proofs that do not belong together make no proof of a range.
func TestMakeRangeRefuses(t *testing.T) {
	g := newGrove(t, newChance(2), 30)
	other := newGrove(t, newChance(3), 30)
	start, end := g.keys[7], g.keys[12]
	good := g.proofsOf(t, start, end)
	same(t, "proofs", len(good), 7)
	_, absence := g.prove(t, []byte{0})
	for _, row := range []struct {
		name   string
		proofs [][]byte
	}{
		{"none", nil},
		{"no boundary before", good[1:]},
		{"no boundary after", good[:6]},
		{"a leaf missing", slices.Delete(slices.Clone(good), 3, 4)},
		{"a leaf twice", slices.Insert(slices.Clone(good), 3, good[3])},
		{"another order", slices.Concat(good[1:], good[:1])},
		{"another tree", other.proofsOf(t, other.keys[7], other.keys[12])},
		{"two trees", slices.Concat(good[:3], other.proofsOf(t, start, end))},
		{"an absence", slices.Concat(good[:6], [][]byte{absence})},
		{"half a proof", slices.Concat(good[:6], [][]byte{good[6][:40]})},
	} {
		if _, _, err := MakeRange(g.Hash(), start, end, row.proofs); err == nil {
			t.Errorf("%s: made", row.name)
		} else {
			part(t, err)
		}
	}
}
