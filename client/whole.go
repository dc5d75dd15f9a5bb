package client

import (
	"bytes"
	"context"
	"io"

	"github.com/rochdale-ledger/rochdale/client/light"
	"github.com/rochdale-ledger/rochdale/client/receipt"
	"github.com/rochdale-ledger/rochdale/state"
)

// A Whole is the records of one height, read a table of a co-op at a time. Each table is
// proved complete, and kept with its proofs, so that someone without a node reads the same
// records from a file.
type Whole struct {
	state.Remote
	from  proved
	links []light.Block
	shelf receipt.Shelf
}

// Whole opens the records of a height, of the last that can be proved if it is zero. Answers
// of the node that are false are a *light.Refuted. Who the validators are, the reader of the
// file decides; the links that it needs are in the file, if they are few.
func (c *Client) Whole(ctx context.Context, height uint64) (*Whole, error) {
	block, read, err := c.sealed(ctx, height)
	if err != nil {
		return nil, err
	}
	if err := block.Verify(); err != nil {
		return nil, err
	}
	w := &Whole{from: proved{ctx, c, block, read}, links: c.linksFor(ctx, block, receipt.Trust{})}
	w.Remote = state.Remote{Leaves: whole{w}, At: state.Tip{Height: uint64(block.Header.Height - 1), Hash: block.Header.AppHash, Chain: block.Header.ChainID}}
	head, err := w.from.head()
	if err != nil {
		return nil, err
	}
	if head.Migrating.Version != 0 {
		return nil, receipt.ErrMigrating
	}
	if _, err := state.HeadOf(w.Remote); err != nil { // onto the shelf
		return nil, err
	}
	w.At.Version, w.At.Time = head.Version, head.Time
	return w, nil
}

// Write writes the file of what has been read: receipt.ReadTables reads it.
func (w *Whole) Write(to io.Writer) error {
	return receipt.WriteTables(to, w.from.Block, w.links, w.shelf.Pages())
}

// whole is a Whole as leaves.
type whole struct{ w *Whole }

// fetch puts onto the shelf the table that a range is of, or the range alone if it is one of
// the federation, whose tables have records of every co-op.
func (l whole) fetch(start, end []byte) error {
	if l.w.shelf.Covers(start, end) {
		return nil
	}
	start, end = tableOf(start, end)
	return l.w.from.pages(start, end, func(p receipt.Page) (bool, error) {
		l.w.shelf.Add(p)
		return true, nil
	})
}

func (l whole) Leaf(key []byte) ([]byte, error) {
	if err := l.fetch(key, append(bytes.Clone(key), 0)); err != nil {
		return nil, err
	}
	return l.w.shelf.Leaf(key)
}

func (l whole) Each(start, end []byte, fn func(key, value []byte) (bool, error)) error {
	if bytes.Compare(start, end) >= 0 {
		return nil
	}
	if err := l.fetch(start, end); err != nil {
		return err
	}
	return l.w.shelf.Each(start, end, fn)
}
