package state

import (
	"bytes"
	"crypto/sha256"
	"fmt"
)

// Roots is for how many blocks back the state knows its own app hashes.
const Roots = 256

// A Root is the app hash that the state had after each block From to To: of From,
// which changed a record, and of those after it, which changed none.
type Root struct {
	From uint64 `cbor:"1,keyasint,omitempty"`
	To   uint64 `cbor:"2,keyasint,omitempty"`
	Hash []byte `cbor:"3,keyasint,omitempty"`
}

// roots is a ring of the app hashes of the last Roots blocks at least.
//
//	0x02 ‖ 0 (4) ‖ To mod Roots (2) → Root
//
// The app hash of a block is not known while the block is executed, so the next block
// that changes a record writes it, beside its Head. A block that changes nothing
// writes nothing: docs/adr/0014-versions.md. An entry whose To is one of the last
// Roots blocks has not been overwritten, since every later To has its own place.
var roots = NewTable[uint16, Root](0x02)

// Follow says what app hash the state before the block has. Begin does not take it,
// since a block that is only tried, over records that have none, needs none.
func (b *Block) Follow(hash []byte) { b.before = hash }

// RootAt is the app hash of the state after a block before this one, nil if it is not
// known: if the block is to come, or one of those more than Roots back.
func (c *Ctx) RootAt(height uint64) ([]byte, error) {
	c = c.In(0)
	if height == 0 || height >= c.Height() || height+Roots < c.Height() {
		return nil, nil
	}
	head, err := heads.Get(c, 0)
	if err != nil {
		return nil, err
	}
	if height >= head.Height { // nothing has changed since
		return c.block.before, nil
	}
	at, err := roots.Get(c, slot(height))
	if err != nil || at.To == height {
		return at.Hash, err
	}
	var hash []byte
	err = roots.Range(c, 0, Roots-1, func(_ uint16, r Root) (bool, error) {
		if r.From <= height && height <= r.To {
			hash = r.Hash
		}
		return hash == nil, nil
	})
	return hash, err
}

// SeedBlocks is how many blocks after its first have a part in a Seed.
const SeedBlocks = 16

// Seed is what a lot is drawn by, from the blocks that begin with one of a height: SHA-256 of
// the app hash after that block and of a byte, 0 or 1, for each of the SeedBlocks blocks
// after it, the last bit of its app hash. It is nil if it is not known: unless they are all
// before this block, and not more than Roots back.
//
// Who proposes a block can make it another as often as it likes and see what app hash comes
// of it. So no block but the first has more than a bit: while others' transactions enter
// between, the last proposer chooses between two seeds, and the first does not know the bits
// that follow. On a quiet ledger each app hash follows from the state before, height and
// time, and a block that changes nothing repeats the one before, so that a proposer early
// among them can compute what follows: a draw that matters takes a published lottery's
// number beside the seed. docs/adr/0026-ends-and-terms.md
func (c *Ctx) Seed(height uint64) ([]byte, error) {
	if height+SeedBlocks >= c.Height() {
		return nil, nil
	}
	first, err := c.RootAt(height)
	if err != nil || first == nil {
		return nil, err
	}
	sum := sha256.New()
	sum.Write(first)
	for h := height + 1; h <= height+SeedBlocks; h++ {
		root, err := c.RootAt(h)
		if err != nil || root == nil {
			return nil, err
		}
		sum.Write([]byte{root[len(root)-1] & 1})
	}
	return sum.Sum(nil), nil
}

func slot(height uint64) uint16 { return uint16(height % Roots) }

// root writes the app hash of the state before the block, which head is of, if it is
// known. Only the first block follows none.
func (b *Block) root(c *Ctx, head Head) {
	if len(b.before) == 0 || head.Height == 0 || head.Height >= b.at.Height {
		return
	}
	to := b.at.Height - 1
	roots.Put(c, slot(to), Root{From: head.Height, To: to, Hash: bytes.Clone(b.before)})
}

// CheckRoots is the invariant of the recorded app hashes: each is in its place, they
// are of different blocks, and the last one ends before the last change.
func CheckRoots(r Reader) error {
	head, err := HeadOf(r)
	if err != nil {
		return err
	}
	var all []Root
	err = roots.Range(r.Of(0), 0, ^uint16(0), func(at uint16, root Root) (bool, error) {
		if slot(root.To) != at || root.From == 0 || root.From > root.To || root.To >= head.Height || len(root.Hash) != 32 {
			return false, fmt.Errorf("place %d of the app hashes has %x of the blocks %d to %d, and records changed last in block %d", at, root.Hash, root.From, root.To, head.Height)
		}
		for _, other := range all {
			if root.From <= other.To && other.From <= root.To {
				return false, fmt.Errorf("app hashes of the blocks %d to %d and %d to %d", root.From, root.To, other.From, other.To)
			}
		}
		all = append(all, root)
		return true, nil
	})
	return err
}
