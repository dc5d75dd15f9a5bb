package client

import (
	"bytes"
	"context"
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/tx"
)

// List calls fn for the entries of an index that q asks for (Index.Ask makes it), in
// their order, until it returns stop. q.Limit bounds them all together; zero is no
// bound. They are queried in pages; r reads the records of the co-op at the height
// of the page, and has the records of the entries without another query.
//
// The node's answer is trusted: nothing proves that an entry belongs in the list or
// that none is missing. To have a record proved, read it through AtProved. List
// returns ErrNoIndex from a node whose index is being rebuilt, and ErrForeign from
// one without indexes.
func List[I comparable](ctx context.Context, c *Client, x state.Index[I], q state.IndexQuery, fn func(r state.Reader, key I) (more bool, err error)) error {
	left := q.Limit
	for {
		q.Limit = state.MaxList
		if left != 0 {
			q.Limit = min(left, state.MaxList)
		}
		got, err := c.page(ctx, q)
		if err != nil {
			return err
		}
		r := state.Remote{Leaves: newShown(leaves{ctx, c, got.Tip.Height}, got.Leaves), At: got.Tip}.Of(q.Coop)
		for _, raw := range got.Keys {
			key, err := x.Decode(raw)
			if err != nil {
				return fmt.Errorf("%w: %w", ErrForeign, err)
			}
			more, err := fn(r, key)
			if err != nil || !more {
				return err
			}
		}
		if left != 0 {
			if left -= uint64(len(got.Keys)); left == 0 {
				return nil
			}
		}
		if !got.More {
			return nil
		}
		if last := got.Keys[len(got.Keys)-1]; q.Down {
			q.Last = neighbour(last, 0xff)
		} else {
			q.First = neighbour(last, 1)
		}
	}
}

// page queries one page and checks that the answer fits the query, so that a list
// ends whatever the node answers.
func (c *Client) page(ctx context.Context, q state.IndexQuery) (state.IndexAnswer, error) {
	res, err := c.query(ctx, state.PathIndex, tx.Encode(q), 0, false)
	if err != nil {
		return state.IndexAnswer{}, err
	}
	got, err := answer[state.IndexAnswer](c, res)
	if err != nil {
		return got, err
	}
	if uint64(len(got.Keys)) > q.Limit || got.More && len(got.Keys) == 0 || got.Tip.Height == 0 {
		return got, fmt.Errorf("%w: its answer about a list makes no sense", ErrForeign)
	}
	for i, key := range got.Keys {
		low, high := q.First, q.Last
		if i > 0 && q.Down {
			high = neighbour(got.Keys[i-1], 0xff)
		} else if i > 0 {
			low = neighbour(got.Keys[i-1], 1)
		}
		if len(key) != len(q.First) || bytes.Compare(key, low) < 0 || bytes.Compare(key, high) > 0 {
			return got, fmt.Errorf("%w: its answer about a list is out of order", ErrForeign)
		}
	}
	// Beyond the last key that there can be nothing is left to ask for.
	if got.More {
		last := got.Keys[len(got.Keys)-1]
		got.More = !bytes.Equal(last, q.Last) && !q.Down || !bytes.Equal(last, q.First) && q.Down
	}
	return got, nil
}

// neighbour is the key with step (1, or 0xff for -1) added to it as a number.
func neighbour(key []byte, step byte) []byte {
	out := bytes.Clone(key)
	for i := len(out) - 1; i >= 0; i-- {
		was := out[i]
		out[i] += step
		if step == 1 && was != 0xff || step == 0xff && was != 0 {
			break
		}
	}
	return out
}

// shown are leaves of one height of which some came with a list.
type shown struct {
	state.Leaves
	told map[string][]byte
}

func newShown(rest state.Leaves, told []state.Leaf) shown {
	s := shown{rest, make(map[string][]byte, len(told))}
	for _, leaf := range told {
		s.told[string(leaf.Key)] = leaf.Value
	}
	return s
}

func (s shown) Leaf(key []byte) ([]byte, error) {
	if value, ok := s.told[string(key)]; ok {
		return value, nil
	}
	return s.Leaves.Leaf(key)
}
