package light

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// Bounds of a proof. A tree of IAVL is balanced: 64 levels hold more than 2^44
// leaves. maxNumbers is how many bytes ICS-23 leaves for a node's three numbers.
const (
	MaxProof   = 4 << 20 // bytes of the proof of a leaf
	maxKey     = 1 << 10 // bytes
	maxValue   = 1 << 20 // bytes
	maxDepth   = 64
	maxNumbers = 11
)

const hashSize = sha256.Size

// An existence is a proof that a leaf is in a tree.
type existence struct {
	key, value []byte
	version    uint64
	path       []step // from the leaf to the root
}

// A step is a node above the leaf and the child of it that is not on the way.
type step struct {
	numbers
	sibling [hashSize]byte
	right   bool // the way comes from the right child
}

// numbers are what a node's hash begins with: its height over the leaves, 0 for
// a leaf; how many leaves it holds; the version at which it was written. Each is
// a signed varint (zigzag) and at most 2^63-1.
type numbers struct{ height, size, version uint64 }

func (n numbers) encode() []byte {
	out := binary.AppendUvarint(nil, n.height<<1)
	out = binary.AppendUvarint(out, n.size<<1)
	return binary.AppendUvarint(out, n.version<<1)
}

// valid says whether the numbers can be those of a node in a proof.
func (n numbers) valid() bool {
	return n.height <= maxDepth && n.size <= math.MaxInt64 && n.version <= math.MaxInt64 && len(n.encode()) <= maxNumbers
}

// leafHash is the hash of a leaf: numbers ‖ length, key ‖ 32, SHA-256 of the value.
func leafHash(version uint64, key, valueHash []byte) [hashSize]byte {
	out := numbers{0, 1, version}.encode()
	out = append(binary.AppendUvarint(out, uint64(len(key))), key...)
	out = append(binary.AppendUvarint(out, uint64(len(valueHash))), valueHash...)
	return sha256.Sum256(out)
}

// innerHash is the hash of a node: numbers ‖ 32, left ‖ 32, right.
func innerHash(n numbers, left, right [hashSize]byte) [hashSize]byte {
	out := append(n.encode(), hashSize)
	out = append(append(out, left[:]...), hashSize)
	return sha256.Sum256(append(out, right[:]...))
}

// root is the root that the proof leads to.
func (e existence) root() []byte {
	value := sha256.Sum256(e.value)
	h := leafHash(e.version, e.key, value[:])
	for _, s := range e.path {
		if s.right {
			h = innerHash(s.numbers, s.sibling, h)
		} else {
			h = innerHash(s.numbers, h, s.sibling)
		}
	}
	return h[:]
}

// first says whether nothing lies left of the leaf below the first n steps.
func (e existence) first(n int) bool {
	for _, s := range e.path[:n] {
		if s.right {
			return false
		}
	}
	return true
}

// last says whether nothing lies right of the leaf below the first n steps.
func (e existence) last(n int) bool {
	for _, s := range e.path[:n] {
		if !s.right {
			return false
		}
	}
	return true
}

// precedes says whether nothing lies between e and the leaf of next. Both must
// lead to the same root.
func (e existence) precedes(next existence) bool {
	i, j := len(e.path), len(next.path)
	for i > 0 && j > 0 && e.path[i-1] == next.path[j-1] {
		i, j = i-1, j-1
	}
	return i > 0 && j > 0 && !e.path[i-1].right && next.path[j-1].right && e.last(i-1) && next.first(j-1)
}

// The tags of ICS-23's messages in protobuf, and the values that IAVL's
// specification has for the fields that choose a form.
const (
	tagExist, tagAbsent             = 0x0a, 0x12             // CommitmentProof
	tagKey, tagLeft, tagRight       = 0x0a, 0x12, 0x1a       // NonExistenceProof
	tagValue, tagLeafOp, tagInnerOp = 0x12, 0x1a, 0x22       // ExistenceProof
	tagHash, tagPrefix, tagSuffix   = 0x08, 0x12, 0x1a       // InnerOp
	tagPrehashValue, tagLength      = 0x18, 0x20             // LeafOp
	tagLeafPrefix                   = 0x2a                   // LeafOp
	sha256Op, varProto              = 1, 1                   // HashOp, LengthOp
	maxOp                           = 16 + maxNumbers + 2*34 // bytes of one LeafOp or InnerOp
)

// readExistence reads an ExistenceProof.
func readExistence(raw []byte) (e existence, err error) {
	r := &reader{rest: raw}
	e.key = r.bytes(tagKey, maxKey)
	e.value = r.bytes(tagValue, maxValue)
	leaf := &reader{rest: r.bytes(tagLeafOp, maxOp)}
	leaf.exactly(tagHash, sha256Op, tagPrehashValue, sha256Op, tagLength, varProto)
	prefix := &reader{rest: leaf.bytes(tagLeafPrefix, maxNumbers)}
	prefix.exactly(0, 1<<1) // height, size
	e.version = prefix.natural()
	if err := errors.Join(leaf.end(), prefix.end()); err != nil {
		return e, errForm
	}
	for height := uint64(0); r.has(tagInnerOp); {
		s, err := readStep(r.bytes(tagInnerOp, maxOp))
		if err != nil {
			return e, err
		}
		if s.height <= height || !s.valid() {
			return e, errors.New("its nodes do not rise")
		}
		height = s.height
		e.path = append(e.path, s)
	}
	return e, r.end()
}

// readStep reads an InnerOp: a child hash on the left makes its prefix longer,
// one on the right is its suffix.
func readStep(raw []byte) (s step, err error) {
	r := &reader{rest: raw}
	r.exactly(tagHash, sha256Op)
	p := &reader{rest: r.bytes(tagPrefix, maxNumbers+2+hashSize)}
	s.height, s.size, s.version = p.natural(), p.natural(), p.natural()
	p.exactly(hashSize)
	if len(p.rest) > 0 {
		s.right = true
		copy(s.sibling[:], p.take(hashSize))
		p.exactly(hashSize)
	} else {
		suffix := &reader{rest: r.bytes(tagSuffix, 1+hashSize)}
		suffix.exactly(hashSize)
		copy(s.sibling[:], suffix.take(hashSize))
		if suffix.end() != nil {
			return s, errForm
		}
	}
	if p.end() != nil {
		return s, errForm
	}
	return s, r.end()
}

// readProof reads a CommitmentProof of one existence.
func readProof(raw []byte) (existence, error) {
	r := &reader{rest: raw}
	body := r.bytes(tagExist, MaxProof)
	if err := r.end(); err != nil {
		return existence{}, err
	}
	return readExistence(body)
}

// VerifyLeaf verifies a leaf with its ICS-23 proof against a root. An empty value
// means that there is no such leaf. The proof must be in the one form that nodes
// give: every byte of it is checked. An error is a *Refuted.
func VerifyLeaf(root, key, value, proof []byte) error {
	if len(proof) > MaxProof {
		return refute("record", "its proof has %d bytes, at most %d can be", len(proof), MaxProof)
	}
	r := &reader{rest: proof}
	if len(value) == 0 {
		if !r.has(tagAbsent) {
			return refute("record", "its proof is not one of absence")
		}
		body := r.bytes(tagAbsent, MaxProof)
		if err := r.end(); err != nil {
			return refute("record", "its proof cannot be read: %v", err)
		}
		return verifyAbsence(root, key, body)
	}
	if !r.has(tagExist) {
		return refute("record", "its proof is not one of existence")
	}
	e, err := readProof(proof)
	switch {
	case err != nil:
		return refute("record", "its proof cannot be read: %v", err)
	case !bytes.Equal(e.key, key):
		return refute("record", "its proof is about key %x", e.key)
	case !bytes.Equal(e.value, value):
		return refute("record", "its proof is about another value")
	case !bytes.Equal(e.root(), root):
		return refute("record", "its proof does not lead to the app hash %X", root)
	}
	return nil
}

// verifyAbsence verifies a NonExistenceProof against a root: the leaves on both
// sides of the key, with nothing between, or the first or last leaf of the tree.
func verifyAbsence(root, key, raw []byte) error {
	r := &reader{rest: raw}
	about := r.bytes(tagKey, maxKey)
	left, err := r.neighbour(tagLeft)
	right, also := r.neighbour(tagRight)
	if err := errors.Join(err, also, r.end()); err != nil {
		return refute("record", "its proof cannot be read: %v", errForm)
	}
	if !bytes.Equal(about, key) {
		return refute("record", "its proof of absence is about key %x", about)
	}
	for _, e := range []*existence{left, right} {
		if e != nil && !bytes.Equal(e.root(), root) {
			return refute("record", "its proof of absence does not lead to the app hash %X", root)
		}
	}
	gap := false
	switch {
	case left == nil && right == nil:
		return refute("record", "its proof of absence names no leaf")
	case left == nil:
		gap = right.first(len(right.path))
	case right == nil:
		gap = left.last(len(left.path))
	default:
		gap = left.precedes(*right)
	}
	if !gap || left != nil && bytes.Compare(left.key, key) >= 0 || right != nil && bytes.Compare(key, right.key) >= 0 {
		return refute("record", "its proof of absence leaves room for the key")
	}
	return nil
}

// neighbour takes a proof that may be left out.
func (r *reader) neighbour(tag byte) (*existence, error) {
	if !r.has(tag) {
		return nil, nil
	}
	e, err := readExistence(r.bytes(tag, MaxProof))
	if err != nil {
		return nil, fmt.Errorf("neighbour: %w", err)
	}
	return &e, nil
}
