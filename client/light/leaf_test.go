package light

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/cosmos/iavl"
	iavldb "github.com/cosmos/iavl/db"
	ics23 "github.com/cosmos/ics23/go"
)

// A grove is a tree of IAVL as the store makes it.
type grove struct {
	*iavl.ImmutableTree
	keys [][]byte // of its leaves, in their order
}

// newGrove makes a tree of n leaves with keys of a few lengths, written over
// several versions.
func newGrove(t testing.TB, c chance, n int) grove {
	t.Helper()
	tree := iavl.NewMutableTree(iavldb.NewMemDB(), 1000, true, iavl.NewNopLogger())
	have := map[string]bool{}
	for len(have) < n {
		key := binary.BigEndian.AppendUint16(nil, uint16(c.IntN(4*n+1)))
		if c.IntN(4) == 0 {
			key = append(key, 0)
		}
		if _, err := tree.Set(key, c.bytes(1+c.IntN(200))); err != nil {
			t.Fatal(err)
		}
		have[string(key)] = true
		if c.IntN(n) < 4 {
			if _, _, err := tree.SaveVersion(); err != nil {
				t.Fatal(err)
			}
		}
	}
	_, version, err := tree.SaveVersion()
	if err != nil {
		t.Fatal(err)
	}
	g := grove{}
	if g.ImmutableTree, err = tree.GetImmutable(version); err != nil {
		t.Fatal(err)
	}
	for key := range have {
		g.keys = append(g.keys, []byte(key))
	}
	slices.SortFunc(g.keys, bytes.Compare)
	return g
}

// prove gives what a node gives: value and proof of a leaf, no value if there
// is none.
func (g grove) prove(t testing.TB, key []byte) (value, proof []byte) {
	t.Helper()
	value, err := g.Get(key)
	if err != nil {
		t.Fatal(err)
	}
	p, err := g.GetProof(key)
	if err != nil {
		t.Fatal(err)
	}
	if proof, err = p.Marshal(); err != nil {
		t.Fatal(err)
	}
	return value, proof
}

// oracle is the same check by the library of ICS-23.
func oracle(root, key, value, raw []byte) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%v", r)
		}
	}()
	var proof ics23.CommitmentProof
	if err := proof.Unmarshal(raw); err != nil {
		return err
	}
	if again, err := proof.Marshal(); err != nil || !bytes.Equal(again, raw) {
		return fmt.Errorf("not canonical: %w", err)
	}
	if len(value) > 0 {
		if proof.GetExist() == nil || !ics23.VerifyMembership(ics23.IavlSpec, root, &proof, key, value) {
			return fmt.Errorf("no existence")
		}
		return nil
	}
	absent := proof.GetNonexist()
	if absent == nil || !bytes.Equal(absent.Key, key) || !ics23.VerifyNonMembership(ics23.IavlSpec, root, &proof, key) {
		return fmt.Errorf("no absence")
	}
	return nil
}

// agree fails if the two answers differ.
func agree(t *testing.T, root, key, value, proof []byte) error {
	t.Helper()
	got, want := VerifyLeaf(root, key, value, proof), oracle(root, key, value, proof)
	if (got == nil) != (want == nil) {
		t.Fatalf("key %x, proof %x: %v, ICS-23 says %v", key, proof, got, want)
	}
	part(t, got)
	return got
}

// probes are keys in a tree, between its leaves, before and after them.
func (g grove) probes(c chance, n int) [][]byte {
	out := [][]byte{{0}, {0xff, 0xff, 0xff}, g.keys[0], g.keys[len(g.keys)-1]}
	for range n {
		key := g.keys[c.IntN(len(g.keys))]
		out = append(out, key, append(bytes.Clone(key), 0), key[:1+c.IntN(len(key))])
	}
	return out
}

func TestVerifyLeaf(t *testing.T) {
	for _, n := range []int{1, 2, 3, 5, 30, 700} {
		c := newChance(uint64(n))
		g := newGrove(t, c, n)
		probes := g.probes(c, 12)
		for i, key := range probes {
			value, proof := g.prove(t, key)
			if err := agree(t, g.Hash(), key, value, proof); err != nil {
				t.Fatalf("%d leaves: key %x: %v", n, key, err)
			}
			// The same proof for another key, value, root, kind.
			other := probes[(i+1)%len(probes)]
			otherValue, _ := g.prove(t, other)
			agree(t, g.Hash(), other, otherValue, proof)
			agree(t, g.Hash(), other, nil, proof)
			agree(t, g.Hash(), key, append(bytes.Clone(value), 1), proof)
			agree(t, g.Hash(), key, nil, append(bytes.Clone(proof), 0))
			if agree(t, make([]byte, 32), key, value, proof) == nil || agree(t, nil, key, value, proof) == nil {
				t.Fatal("any root will do")
			}
		}
	}
}

// No byte of a proof can be another one, be left out or be doubled.
func TestVerifyLeafSpoiled(t *testing.T) {
	c := newChance(5)
	g := newGrove(t, c, 40)
	for _, key := range g.probes(c, 2) {
		value, proof := g.prove(t, key)
		for i := range proof {
			for _, flip := range []byte{1, 2, 0x20, 0x80} {
				bad := bytes.Clone(proof)
				bad[i] ^= flip
				if agree(t, g.Hash(), key, value, bad) == nil {
					t.Fatalf("byte %d of %x changed by %x", i, proof, flip)
				}
			}
			if agree(t, g.Hash(), key, value, slices.Delete(bytes.Clone(proof), i, i+1)) == nil {
				t.Fatalf("without byte %d of %x", i, proof)
			}
			if agree(t, g.Hash(), key, value, proof[:i]) == nil {
				t.Fatalf("the first %d bytes of %x", i, proof)
			}
			agree(t, g.Hash(), key, value, slices.Insert(bytes.Clone(proof), i, proof[i]))
		}
	}
}

// Proofs of absence put together from true proofs of two leaves: accepted only
// for neighbours, in their order, with the key between them.
func TestVerifyAbsenceNeighbours(t *testing.T) {
	g := newGrove(t, newChance(9), 12)
	exist := func(i int) *ics23.ExistenceProof {
		if i < 0 || i >= len(g.keys) {
			return nil
		}
		p, err := g.GetMembershipProof(g.keys[i])
		if err != nil {
			t.Fatal(err)
		}
		return p.GetExist()
	}
	accepted := 0
	for i := -1; i <= len(g.keys); i++ {
		for j := -1; j <= len(g.keys); j++ {
			for _, at := range []int{max(i, 0), max(j, 0)} {
				key := append(bytes.Clone(g.keys[min(at, len(g.keys)-1)]), 0xff)
				if i < 0 {
					key = []byte{0}
				}
				p := ics23.CommitmentProof{Proof: &ics23.CommitmentProof_Nonexist{
					Nonexist: &ics23.NonExistenceProof{Key: key, Left: exist(i), Right: exist(j)},
				}}
				raw, err := p.Marshal()
				if err != nil {
					t.Fatal(err)
				}
				if agree(t, g.Hash(), key, nil, raw) == nil {
					accepted++
					if j != i+1 && !(j < 0 && i == len(g.keys)-1) && !(i == len(g.keys) && j == 0) {
						t.Errorf("leaves %d and %d are not neighbours", i, j)
					}
				}
			}
		}
	}
	if accepted < len(g.keys) {
		t.Errorf("%d accepted", accepted)
	}
}

// Rows follow the order of the checks.
func TestVerifyLeafRefuses(t *testing.T) {
	c := newChance(5)
	g := newGrove(t, c, 20)
	key := g.keys[3]
	value, proof := g.prove(t, key)
	gap := append(bytes.Clone(key), 0xff)
	_, absence := g.prove(t, gap)
	spoilt := func(spoil func(e *ics23.ExistenceProof)) []byte {
		var q ics23.CommitmentProof
		if err := q.Unmarshal(proof); err != nil {
			t.Fatal(err)
		}
		spoil(q.GetExist())
		raw, err := q.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		return raw
	}
	for _, row := range []struct {
		name              string
		key, value, proof []byte
		want              string
	}{
		{"huge", key, value, make([]byte, MaxProof+1), "its proof has 4194305 bytes, at most 4194304 can be"},
		{"nothing for absence", gap, nil, nil, "its proof is not one of absence"},
		{"existence for absence", key, nil, proof, "its proof is not one of absence"},
		{"absence and more", gap, nil, append(bytes.Clone(absence), 0), "its proof cannot be read: not in the one form that nodes give"},
		{"absence of another", key, nil, absence, fmt.Sprintf("its proof of absence is about key %x", gap)},
		{"nothing", key, value, nil, "its proof is not one of existence"},
		{"absence for existence", gap, value, absence, "its proof is not one of existence"},
		{"and more", key, value, append(bytes.Clone(proof), 0), "its proof cannot be read"},
		{"a length with a zero byte more", key, value, slices.Concat(proof[:2], []byte{proof[2] | 0x80, 0}, proof[3:]), "its proof cannot be read"},
		{"long key", key, value, spoilt(func(e *ics23.ExistenceProof) { e.Key = make([]byte, maxKey+1) }), "its proof cannot be read"},
		{"other hash of the value", key, value, spoilt(func(e *ics23.ExistenceProof) { e.Leaf.PrehashValue = 2 }), "its proof cannot be read"},
		{"leaf of height 1", key, value, spoilt(func(e *ics23.ExistenceProof) { e.Leaf.Prefix[0] = 2 }), "its proof cannot be read"},
		{"leaf of size 2", key, value, spoilt(func(e *ics23.ExistenceProof) { e.Leaf.Prefix[1] = 4 }), "its proof cannot be read"},
		{"leaf of negative version", key, value, spoilt(func(e *ics23.ExistenceProof) { e.Leaf.Prefix[2] |= 1 }), "its proof cannot be read"},
		{"node of height 0", key, value, spoilt(func(e *ics23.ExistenceProof) { e.Path[0].Prefix[0] = 0 }), "its proof cannot be read: its nodes do not rise"},
		{"twice the same node", key, value, spoilt(func(e *ics23.ExistenceProof) { e.Path = append(e.Path[:1], e.Path...) }), "its proof cannot be read: its nodes do not rise"},
		{"too high", key, value, spoilt(func(e *ics23.ExistenceProof) { e.Path[0].Prefix[0] = 130 }), "its proof cannot be read"},
		{"no sibling", key, value, spoilt(func(e *ics23.ExistenceProof) { e.Path[0].Suffix, e.Path[0].Prefix = nil, e.Path[0].Prefix[:4] }), "its proof cannot be read"},
		{"another key", gap, value, proof, fmt.Sprintf("its proof is about key %x", key)},
		{"another value", key, []byte{1}, proof, "its proof is about another value"},
		{"another version", key, value, spoilt(func(e *ics23.ExistenceProof) { e.Leaf.Prefix[2] += 2 }), "its proof does not lead to the app hash"},
	} {
		err := VerifyLeaf(g.Hash(), row.key, row.value, row.proof)
		if err == nil || !strings.HasPrefix(err.Error(), "record: "+row.want) {
			t.Errorf("%s: %v, want %q", row.name, err, row.want)
		}
	}
	// Neither neighbour.
	bare := binary.AppendUvarint([]byte{tagAbsent}, uint64(len(gap)+2))
	bare = append(append(bare, tagKey, byte(len(gap))), gap...)
	if err := agree(t, g.Hash(), gap, nil, bare); err == nil || !strings.Contains(err.Error(), "names no leaf") {
		t.Error(err)
	}
	empty := sha256.Sum256(nil)
	if agree(t, empty[:], gap, nil, bare) == nil {
		t.Error("an empty tree has a proof")
	}
}

// The deepest proof is read, one deeper is not: its hashes are not those of any
// tree, so only the refusals differ.
func TestVerifyLeafDepth(t *testing.T) {
	deep := func(n int) []byte {
		e := &ics23.ExistenceProof{Key: []byte{1}, Value: []byte{1}, Leaf: &ics23.LeafOp{
			Hash: 1, PrehashValue: 1, Length: 1, Prefix: []byte{0, 2, 2},
		}}
		for i := range n {
			prefix := binary.AppendUvarint(nil, uint64(2*(i+1)))
			e.Path = append(e.Path, &ics23.InnerOp{Hash: 1, Prefix: append(prefix, 4, 2, 32), Suffix: append([]byte{32}, make([]byte, 32)...)})
		}
		raw, err := (&ics23.CommitmentProof{Proof: &ics23.CommitmentProof_Exist{Exist: e}}).Marshal()
		if err != nil {
			t.Fatal(err)
		}
		return raw
	}
	for n, want := range map[int]string{maxDepth: "does not lead to", maxDepth + 1: "do not rise"} {
		err := VerifyLeaf(make([]byte, 32), []byte{1}, []byte{1}, deep(n))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%d nodes: %v, want %q", n, err, want)
		}
	}
	e, err := readProof(deep(maxDepth))
	if err != nil {
		t.Fatal(err)
	}
	if err := agree(t, e.root(), []byte{1}, []byte{1}, deep(maxDepth)); err != nil {
		t.Error(err)
	}
}

// Leaves on the same side of their parent are no neighbours, whatever lies on
// the other.
func TestPrecedes(t *testing.T) {
	way := func(sibling byte, rights ...bool) (e existence) {
		for _, right := range rights {
			e.path = append(e.path, step{sibling: [hashSize]byte{sibling}, right: right})
		}
		return e
	}
	for _, row := range []struct {
		name string
		a, b existence
		want bool
	}{
		{"left and right", way(1, false), way(2, true), true},
		{"right and left", way(1, true), way(2, false), false},
		{"both left", way(1, false), way(2, false), false},
		{"both right", way(1, true), way(2, true), false},
		{"the same", way(1, false), way(1, false), false},
		{"a leaf and itself", way(1), way(1), false},
		{"below a leaf", way(1, true), way(1, true, true), false},
		{"last and first", way(1, true, false), way(2, false, true), true},
		{"not the last", way(1, false, false), way(2, false, true), false},
		{"not the first", way(1, true, false), way(2, true, true), false},
	} {
		same(t, row.name, row.a.precedes(row.b), row.want)
	}
}
