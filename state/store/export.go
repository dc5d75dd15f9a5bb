package store

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cosmos/iavl"
	"github.com/fxamacker/cbor/v2"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/tx"
)

// exportFormat is the first item of an export. A change of layout takes a new
// number.
const exportFormat = 2

// maxHeight bounds the height that an export may claim, since the tree makes a
// table of that many entries (4 bytes each) to restore it. It is 34 years of a
// block a second.
const maxHeight = 1 << 30

// An exportHead opens an export: a CBOR sequence of this and the tree's nodes
// in the order in which they are put together again, and nothing more.
type exportHead struct {
	Format uint      `cbor:"1,keyasint,omitempty"`
	Tip    state.Tip `cbor:"2,keyasint,omitempty"`
	Nodes  uint64    `cbor:"3,keyasint,omitempty"`
}

type exportNode struct {
	Key     []byte `cbor:"1,keyasint,omitempty"`
	Value   []byte `cbor:"2,keyasint,omitempty"` // nil for an inner node
	Version int64  `cbor:"3,keyasint,omitempty"`
	Height  int8   `cbor:"4,keyasint,omitempty"`
}

// Export writes the whole state of the view's height to w: all that Restore
// needs to reach the same hash.
func (v *View) Export(w io.Writer) error {
	v.store.exports.RLock()
	defer v.store.exports.RUnlock()
	tree, err := v.store.immutable(v.tip.Height)
	if err != nil {
		return err
	}
	nodes := uint64(0)
	if tree.Size() > 0 {
		nodes = uint64(2*tree.Size() - 1)
	}
	enc := cbor.NewEncoder(w)
	if err := enc.Encode(exportHead{exportFormat, v.tip, nodes}); err != nil {
		return err
	}
	if nodes == 0 {
		return nil
	}
	exporter, err := tree.Export()
	if err != nil {
		return err
	}
	defer exporter.Close()
	for range nodes {
		n, err := exporter.Next()
		if err != nil {
			return fmt.Errorf("exporting height %d: %w", v.tip.Height, err)
		}
		if err := enc.Encode(exportNode{n.Key, n.Value, n.Version, n.Height}); err != nil {
			return err
		}
	}
	return nil
}

// flatBatch is how many bytes of the flat copy Restore writes at once.
const flatBatch = 4 << 20

// Restore fills an empty db from an export and checks that the hash is the one the
// export names; the caller must know that hash to be the federation's own. It holds
// chain and version against the Head, which the hash covers, and height and time as
// far as it does: the last change cannot have come later than the export. A crash
// leaves a mark, and OpenStore then refuses the incomplete state.
func Restore(db *pebble.DB, r io.Reader) (state.Tip, error) {
	if raw, err := fetch(db, metaTip); err != nil || raw != nil {
		return state.Tip{}, errors.Join(err, errors.New("restore needs an empty data folder"))
	}
	if mark, err := fetch(db, metaRestore); err != nil || mark != nil {
		return state.Tip{}, errors.Join(err, ErrHalfway)
	}
	dec := tx.NewDecoder(r)
	var head exportHead
	if err := dec.Decode(&head); err != nil {
		return state.Tip{}, fmt.Errorf("reading the export's head: %w", err)
	}
	if head.Format != exportFormat {
		return state.Tip{}, fmt.Errorf("export has format %d, this program reads %d", head.Format, exportFormat)
	}
	if head.Tip.Height == 0 || head.Tip.Height > maxHeight {
		return state.Tip{}, fmt.Errorf("export claims height %d, outside 1 to %d", head.Tip.Height, maxHeight)
	}
	mark := db.NewBatch()
	if err := errors.Join(mark.Set(metaRestore, []byte{1}, nil), commit(mark, pebble.Sync)); err != nil {
		return state.Tip{}, err
	}
	s := &Store{db: db, nodes: &nodes{db: db}}
	s.openTree()
	if err := s.restore(dec, head); err != nil {
		return state.Tip{}, err
	}
	if got := s.tree.Hash(); string(got) != string(head.Tip.Hash) {
		return state.Tip{}, fmt.Errorf("%w: restored %x, the export names %x", ErrHashBroken, got, head.Tip.Hash)
	}
	if err := holdHead(flat{s.db}, head.Tip); err != nil {
		return state.Tip{}, fmt.Errorf("the export does not fit its records: %w", err)
	}
	done := db.NewBatch()
	// An export holds no results: of what expired before it, nothing is known.
	err := errors.Join(done.Set(blockKey(head.Tip.Height), tx.Encode(unhashed(head.Tip)), nil),
		done.Set(metaForgotten, tx.Encode(head.Tip.Height+1), nil),
		done.Set(metaTip, tx.Encode(head.Tip), nil), done.Delete(metaRestore, nil))
	if err = errors.Join(err, commit(done, pebble.Sync)); err != nil {
		return state.Tip{}, err
	}
	return head.Tip, nil
}

func (s *Store) restore(dec *cbor.Decoder, head exportHead) error {
	importer, err := s.tree.Import(int64(head.Tip.Height))
	if err != nil {
		return err
	}
	defer importer.Close()
	flat := s.db.NewBatch()
	var shape shape
	for i := range head.Nodes {
		var n exportNode
		if err := dec.Decode(&n); err != nil {
			return fmt.Errorf("reading node %d of %d: %w", i+1, head.Nodes, err)
		}
		if n.Version < 1 || n.Version > int64(head.Tip.Height) || n.Height < 0 || len(n.Key) == 0 {
			return fmt.Errorf("node %d of %d: no node of height %d has key %x, version %d and depth %d",
				i+1, head.Nodes, head.Tip.Height, n.Key, n.Version, n.Height)
		}
		if err := shape.add(n); err != nil {
			return fmt.Errorf("node %d of %d: %w", i+1, head.Nodes, err)
		}
		if n.Height == 0 {
			if err := flat.Set(spaced(spaceFlat, n.Key), n.Value, nil); err != nil {
				return err
			}
		}
		if n.Height > 0 {
			n.Value = nil
		} else if n.Value == nil {
			n.Value = []byte{}
		}
		if err := importer.Add(&iavl.ExportNode{Key: n.Key, Value: n.Value, Version: n.Version, Height: n.Height}); err != nil {
			return fmt.Errorf("node %d of %d: %w", i+1, head.Nodes, err)
		}
		if flat.Len() > flatBatch || i+1 == head.Nodes {
			if err := commit(flat, pebble.NoSync); err != nil {
				return err
			}
			flat = s.db.NewBatch()
		}
	}
	if err := dec.Decode(new(cbor.RawMessage)); err != io.EOF {
		return errors.Join(err, errors.New("export goes on after its last node"))
	}
	return errors.Join(flat.Close(), importer.Commit())
}

// A shape holds what the nodes of an export must be and their hash does not
// cover: leaves ascending, and above two children the first key of the right
// one, by which the tree finds its way.
type shape struct {
	last  []byte   // the last leaf's key
	first [][]byte // the first key under each node that has no parent yet
}

var errShape = errors.New("the node does not fit the tree")

func (s *shape) add(n exportNode) error {
	if n.Height == 0 {
		if s.last != nil && bytes.Compare(n.Key, s.last) <= 0 {
			return fmt.Errorf("%w: leaf %x comes after %x", errShape, n.Key, s.last)
		}
		s.last, s.first = n.Key, append(s.first, n.Key)
		return nil
	}
	right := len(s.first) - 1
	if right < 1 || !bytes.Equal(n.Key, s.first[right]) {
		return fmt.Errorf("%w: inner node %x has not the first key of its right child", errShape, n.Key)
	}
	s.first = s.first[:right]
	return nil
}
