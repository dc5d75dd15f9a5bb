package light

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"slices"

	"github.com/rochdale-ledger/rochdale/tx"
)

// Bounds of the proof of a range. MaxRange is the most leaves in one answer of a
// node; a longer range is proved in parts.
const (
	MaxRange      = 2000
	MaxRangeProof = 1 << 20 // bytes
)

// A Leaf is a key of the tree with its value.
type Leaf struct{ Key, Value []byte }

// A rangeProof is the part of the tree that a range touches: every node on the path
// to one of its leaves, in pre-order. Canonical CBOR. Subtrees off these paths are
// replaced by their hashes.
//
// A range is complete if no such hash lies between its leaves, and none before
// or after them but behind a leaf that is outside the range.
type rangeProof struct {
	Nodes []rangeNode `cbor:"1,keyasint,omitempty"`
}

// A rangeNode is one of four things, known by the fields that are not zero:
//
//	inner    Height, Size, Version; its two children follow
//	leaf     Version; key and value are the next ones of the range
//	boundary Version, Key, Hash of the value: the nearest leaf outside the range
//	hidden   Hash: the hash of a subtree outside the range
type rangeNode struct {
	Height  uint64 `cbor:"1,keyasint,omitempty"` // over the leaves, 1 to 64
	Size    uint64 `cbor:"2,keyasint,omitempty"` // leaves below
	Version uint64 `cbor:"3,keyasint,omitempty"` // at which it was written
	Key     []byte `cbor:"4,keyasint,omitempty"`
	Hash    []byte `cbor:"5,keyasint,omitempty"` // SHA-256
}

func (n rangeNode) numbers() numbers { return numbers{n.Height, n.Size, n.Version} }

func (n rangeNode) inner() bool {
	return n.Height > 0 && n.Size > 1 && len(n.Key) == 0 && len(n.Hash) == 0 && n.numbers().valid()
}

func (n rangeNode) leaf() bool {
	return n.Height == 0 && n.Size == 0 && len(n.Key) == 0 && len(n.Hash) == 0 &&
		numbers{0, 1, n.Version}.valid()
}

func (n rangeNode) boundary() bool {
	return n.Height == 0 && n.Size == 0 && 0 < len(n.Key) && len(n.Key) <= maxKey &&
		len(n.Hash) == hashSize && numbers{0, 1, n.Version}.valid()
}

func (n rangeNode) hidden() bool {
	return n.Height == 0 && n.Size == 0 && n.Version == 0 && len(n.Key) == 0 && len(n.Hash) == hashSize
}

// VerifyRange verifies against a root that leaves are all leaves with start ≤ key <
// end, in the order of their keys. An empty start is the first key of the tree, an
// empty end is beyond its last. At most MaxRange leaves can be proved at once: of a
// longer range, its beginning is proved with an end that is the last leaf's key and
// a zero byte. An error is a *Refuted.
//
// A tree without any leaf has no proof.
func VerifyRange(root, start, end []byte, leaves []Leaf, proof []byte) error {
	switch {
	case len(end) > 0 && bytes.Compare(start, end) >= 0:
		return refute("range", "it ends before it begins")
	case len(leaves) > MaxRange:
		return refute("range", "it has %d leaves, at most %d can be", len(leaves), MaxRange)
	case len(proof) > MaxRangeProof:
		return refute("range", "its proof has %d bytes, at most %d can be", len(proof), MaxRangeProof)
	}
	p, err := tx.Decode[rangeProof](proof)
	if err != nil {
		return refute("range", "its proof cannot be read: %v", err)
	}
	for i, l := range leaves {
		if !within(l.Key, start, end) || i > 0 && bytes.Compare(leaves[i-1].Key, l.Key) >= 0 {
			return refute("range", "leaf %d is outside it or out of order", i+1)
		}
		if len(l.Key) == 0 || len(l.Key) > maxKey || len(l.Value) == 0 || len(l.Value) > maxValue {
			return refute("range", "leaf %d has a key of %d bytes and a value of %d", i+1, len(l.Key), len(l.Value))
		}
	}
	w := walk{nodes: p.Nodes, leaves: leaves, start: start, end: end}
	hash, _, err := w.subtree(maxDepth + 1)
	switch {
	case err != nil:
		return refute("range", "%v", err)
	case len(w.nodes) > 0:
		return refute("range", "its proof has %d nodes too many", len(w.nodes))
	case len(w.leaves) > 0:
		return refute("range", "its proof does not hold the last %d leaves", len(w.leaves))
	case w.seen < inside:
		return refute("range", "its proof shows no leaf")
	case !bytes.Equal(hash[:], root):
		return refute("range", "its proof does not lead to the app hash %X", root)
	}
	return nil
}

// within says whether start ≤ key < end, an empty end being none.
func within(key, start, end []byte) bool {
	return bytes.Compare(key, start) >= 0 && (len(end) == 0 || bytes.Compare(key, end) < 0)
}

// A walk goes through a proof's nodes in the order of their keys.
type walk struct {
	nodes      []rangeNode // those to come
	leaves     []Leaf      // those to come
	start, end []byte
	seen       seen
}

// seen is the progress of a walk.
type seen int

const (
	nothing seen = iota // not even something hidden
	before              // something hidden
	inside              // the boundary on the left, or a leaf
	after               // the boundary on the right
)

var (
	errShort = errors.New("its proof is cut short")
	errNode  = errors.New("its proof has a node that cannot be")
	errGap   = errors.New("its proof hides what may be a leaf of it")
)

// subtree takes the nodes of one subtree, whose height is below limit, and
// returns its hash and whether all of it is hidden.
func (w *walk) subtree(limit uint64) (hash [hashSize]byte, hidden bool, err error) {
	if len(w.nodes) == 0 {
		return hash, false, errShort
	}
	n := w.nodes[0]
	w.nodes = w.nodes[1:]
	switch {
	case n.inner() && n.Height < limit:
		left, hid, err := w.subtree(n.Height)
		if err != nil {
			return hash, false, err
		}
		right, also, err := w.subtree(n.Height)
		if err == nil && hid && also {
			err = errNode // one hash stands for both
		}
		return innerHash(n.numbers(), left, right), false, err
	case n.leaf():
		hash, err = w.takeLeaf(n)
	case n.boundary():
		hash, err = leafHash(n.Version, n.Key, n.Hash), w.takeBoundary(n)
	case n.hidden():
		hash, hidden, err = [hashSize]byte(n.Hash), true, w.hide()
	default:
		err = errNode
	}
	return hash, hidden, err
}

// takeLeaf takes the next leaf of the range.
func (w *walk) takeLeaf(n rangeNode) (hash [hashSize]byte, err error) {
	if len(w.leaves) == 0 {
		return hash, errors.New("its proof holds a leaf more")
	}
	if w.seen == before || w.seen == after {
		return hash, errGap
	}
	w.seen = inside
	l := w.leaves[0]
	w.leaves = w.leaves[1:]
	value := sha256.Sum256(l.Value)
	return leafHash(n.Version, l.Key, value[:]), nil
}

// takeBoundary takes a leaf that is next to the range.
func (w *walk) takeBoundary(n rangeNode) error {
	switch {
	case bytes.Compare(n.Key, w.start) < 0 && w.seen <= before:
		w.seen = inside
	case len(w.end) > 0 && bytes.Compare(n.Key, w.end) >= 0 && (w.seen == nothing || w.seen == inside):
		w.seen = after
	default:
		return errGap
	}
	return nil
}

// hide takes a subtree of which only the hash is known.
func (w *walk) hide() error {
	switch w.seen {
	case nothing, before:
		w.seen = before
	case inside:
		return errGap
	}
	return nil
}

// MakeRange makes the leaves and the proof that VerifyRange takes from proofs of
// existence: of every leaf of the range, of the leaf before the first and of the
// leaf after the last, as far as there are such, in the order of their keys. Each
// is a CommitmentProof of ICS-23 in protobuf. It verifies what it made: an error
// is a *Refuted.
func MakeRange(root, start, end []byte, proofs [][]byte) (leaves []Leaf, proof []byte, err error) {
	if len(proofs) == 0 || len(proofs) > MaxRange+2 {
		return nil, nil, refute("range", "%d proofs of leaves, from 1 to %d can be", len(proofs), MaxRange+2)
	}
	group := make([]existence, len(proofs))
	for i, raw := range proofs {
		if group[i], err = readProof(raw); err != nil {
			return nil, nil, refute("range", "proof %d: %v", i+1, err)
		}
		if e := group[i]; within(e.key, start, end) {
			leaves = append(leaves, Leaf{bytes.Clone(e.key), bytes.Clone(e.value)})
		}
	}
	nodes, err := prune(nil, group, start, end, 0)
	if err != nil {
		return nil, nil, refute("range", "%v", err)
	}
	proof = tx.Encode(rangeProof{nodes})
	return leaves, proof, VerifyRange(root, start, end, leaves, proof)
}

var errMix = errors.New("the proofs are not of leaves of one tree in their order")

// prune appends the subtree, depth steps below the root, to which the proofs of
// group lead. The proofs must be of one tree; if they are not, the result does
// not verify.
func prune(nodes []rangeNode, group []existence, start, end []byte, depth int) ([]rangeNode, error) {
	e := group[0]
	at := len(e.path) - 1 - depth
	if at < 0 {
		if len(group) > 1 {
			return nil, errMix
		}
		n := rangeNode{Version: e.version}
		if !within(e.key, start, end) {
			value := sha256.Sum256(e.value)
			n.Key, n.Hash = bytes.Clone(e.key), value[:]
		}
		return append(nodes, n), nil
	}
	s := e.path[at]
	for _, o := range group {
		if len(o.path) <= depth {
			return nil, errMix
		}
	}
	turn := slices.IndexFunc(group, func(o existence) bool { return o.path[len(o.path)-1-depth].right })
	if turn < 0 {
		turn = len(group)
	}
	nodes = append(nodes, rangeNode{Height: s.height, Size: s.size, Version: s.version})
	for _, half := range [][]existence{group[:turn], group[turn:]} {
		if len(half) == 0 {
			nodes = append(nodes, rangeNode{Hash: bytes.Clone(s.sibling[:])})
			continue
		}
		var err error
		if nodes, err = prune(nodes, half, start, end, depth+1); err != nil {
			return nil, err
		}
	}
	return nodes, nil
}
