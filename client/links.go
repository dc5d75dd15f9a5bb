package client

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/cometbft/cometbft/types"

	"github.com/rochdale-ledger/rochdale/client/light"
	"github.com/rochdale-ledger/rochdale/client/receipt"
	"github.com/rochdale-ledger/rochdale/state"
)

// ErrDropped is returned for links over blocks that the node no longer keeps.
var ErrDropped = errors.New("the node has dropped the blocks in which validators changed")

// ErrManyLinks is returned for more links than one file holds: those to an earlier height
// come first.
var ErrManyLinks = errors.New("validators changed too often for one file of links")

// ErrFounders is returned if the node's chain does not begin with the validators from
// which links are wanted.
var ErrFounders = errors.New("the node's chain was never signed by the validators you trust")

// Links are the blocks in which validators changed, from the set that is trusted to the
// one that signs at height to, zero being the last block. Those that have extended the
// trust are among them; those after them are fetched. If no height is known of the
// trusted set, or with the zero trust, they begin with the validators of the node's
// genesis. They are verified.
//
// A set that signs twice with others in between is taken to have signed throughout;
// a validator's key serves once for ever, so that this is a set which a validator
// joined and left again.
//
// It returns ErrDropped if the node lacks a block that is needed, ErrFounders if it is
// of other validators, ErrManyLinks, a *light.Refuted for false answers, and the errors of talking to
// a node.
func (c *Client) Links(ctx context.Context, trust receipt.Trust, to uint64) (light.Links, error) {
	return c.links(ctx, trust, to, receipt.MaxLinks)
}

// links are Links, at most limit.
func (c *Client) links(ctx context.Context, trust receipt.Trust, to uint64, limit int) (light.Links, error) {
	var none light.Links
	first, last, err := c.kept(ctx)
	if err != nil {
		return none, err
	}
	if to == 0 {
		to = last
	}
	end, err := c.seal(ctx, to)
	if err != nil {
		return none, err
	}
	if err := end.Verify(); err != nil {
		return none, err
	}
	links := light.Links{Blocks: trust.Links(), Next: end.Validators}
	from, start := trust.Last()
	switch {
	case start > end.Header.Height: // what is known reaches further
		for n := len(links.Blocks); n > 0 && links.Blocks[n-1].Header.Height >= end.Header.Height; n-- {
			links.Blocks = links.Blocks[:n-1]
		}
		return links, links.Verify()
	case start == 0: // nobody is trusted, or a set of whatever height
		if from, err = c.begins(ctx, first, from); err != nil {
			return none, err
		}
	}
	blocks, err := c.linksTo(ctx, from, max(first, uint64(start)), end, limit-len(links.Blocks))
	if err != nil {
		return none, err
	}
	links.Blocks = append(links.Blocks, blocks...)
	return links, links.Verify()
}

// linksTo finds the links from the set of hash from, which signs at height at or, if
// at is the first block that the node keeps, may have signed before, to a verified
// block. There are at most limit.
func (c *Client) linksTo(ctx context.Context, from light.Hex, at uint64, end light.Block, limit int) (links []light.Block, err error) {
	to := uint64(end.Header.Height)
	for !bytes.Equal(from, end.Header.ValidatorsHash) {
		if len(links) >= limit {
			return nil, ErrManyLinks
		}
		hash, err := c.signers(ctx, at)
		switch {
		case err != nil:
			return nil, err
		case at < to && bytes.Equal(hash, from):
		case at > 1 && len(links) == 0:
			return nil, fmt.Errorf("%w: it has blocks from %d on, which others sign", ErrDropped, at)
		case len(links) == 0:
			return nil, fmt.Errorf("%w: it begins with %x, you trust %x", ErrFounders, []byte(hash), []byte(from))
		default:
			return nil, refute("header", "that of height %d is signed by %v, the one before names %v", at, hash, from)
		}
		b, err := c.lastSigned(ctx, from, at, to)
		if err != nil {
			return nil, err
		}
		links = append(links, b)
		from, at = b.Header.NextValidatorsHash, uint64(b.Header.Height)+1
	}
	return links, nil
}

// lastSigned finds by bisection a block from height lo on, which the set of hash from
// signs, after which another signs; at height hi another does.
func (c *Client) lastSigned(ctx context.Context, from light.Hex, lo, hi uint64) (b light.Block, err error) {
	for hi-lo > 1 {
		mid := lo + (hi-lo)/2
		hash, err := c.signers(ctx, mid)
		if err != nil {
			return b, err
		}
		if bytes.Equal(hash, from) {
			lo = mid
		} else {
			hi = mid
		}
	}
	if b, err = c.seal(ctx, lo); err != nil {
		return b, err
	}
	if err := b.Verify(); err != nil {
		return b, err
	}
	if !bytes.Equal(b.Header.ValidatorsHash, from) || bytes.Equal(b.Header.NextValidatorsHash, from) {
		return b, refute("header", "that of height %d does not name those who sign the next", lo)
	}
	return b, nil
}

// signers is the hash of the set that signs at a height, as the node says.
func (c *Client) signers(ctx context.Context, height uint64) (light.Hex, error) {
	h := int64(height)
	res, err := c.rpc.Header(ctx, &h)
	if err != nil {
		return nil, c.explain(ctx, err)
	}
	if res.Header == nil || res.Header.Height != h {
		return nil, fmt.Errorf("%w: it has no header of height %d", ErrDropped, height)
	}
	return light.Hex(res.Header.ValidatorsHash), nil
}

// kept is the first and the last height of which the node has the block.
func (c *Client) kept(ctx context.Context) (first, last uint64, err error) {
	res, err := c.rpc.Status(ctx)
	if err != nil {
		return 0, 0, c.explain(ctx, err)
	}
	s := res.SyncInfo
	if s.LatestBlockHeight < 1 {
		return 0, 0, fmt.Errorf("%w: %s", ErrNoBlock, c.address)
	}
	return uint64(max(s.EarliestBlockHeight, 1)), uint64(s.LatestBlockHeight), nil
}

// begins is the hash of the set from which links begin: the one that is trusted, if it
// signs the first block that the node keeps, or else the one that founded the chain,
// as the node says.
func (c *Client) begins(ctx context.Context, first uint64, trusted light.Hex) (light.Hex, error) {
	hash, err := c.signers(ctx, first)
	if err != nil || first == 1 || bytes.Equal(hash, trusted) {
		return hash, err
	}
	res, err := c.rpc.Genesis(ctx)
	if err != nil {
		return nil, c.explain(ctx, err)
	}
	var all []*types.Validator
	for _, v := range res.Genesis.Validators {
		all = append(all, types.NewValidator(v.PubKey, v.Power))
	}
	set, err := equalSet(all)
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrForeign, c.address, err)
	}
	return set.Hash(), nil
}

// Block fetches the block of a height, zero being the last, and verifies it. If trust
// knows any validators, it also says how they are tied to those who signed, with the
// node's links if it has to. Its errors are those of Links, and a *light.Untied.
func (c *Client) Block(ctx context.Context, height uint64, trust receipt.Trust) (light.Block, light.Tie, error) {
	first, last, err := c.kept(ctx)
	switch {
	case err != nil:
		return light.Block{}, light.Tie{}, err
	case height == 0:
		height = last
	case height < first || height > last:
		return light.Block{}, light.Tie{}, fmt.Errorf("%w: %s has blocks %d to %d", state.ErrHeight, c.address, first, last)
	}
	b, err := c.seal(ctx, height)
	if err == nil {
		err = b.Verify()
	}
	if err != nil || !trust.Known() {
		return b, light.Tie{}, err
	}
	tie, err := c.tied(ctx, b, trust)
	return b, tie, err
}

// tied checks that a verified block is of the validators whom trust reaches, with the
// node's links if it has to.
func (c *Client) tied(ctx context.Context, block light.Block, trust receipt.Trust) (light.Tie, error) {
	tie, err := trust.Holds(block)
	if _, apart := errors.AsType[*light.Untied](err); !apart {
		return tie, err
	}
	links, ferr := c.Links(ctx, trust, uint64(block.Header.Height))
	if ferr != nil {
		return tie, errors.Join(err, ferr)
	}
	with, ferr := trust.Extend(links)
	if _, apart := errors.AsType[*light.Untied](ferr); apart {
		return tie, err // the first says more
	}
	if ferr != nil {
		return tie, ferr
	}
	return with.Holds(block)
}

// linksFor are the links that a receipt of block should carry: none if the genesis that
// is trusted needs none, or if the node does not have them. That is not the receipt's
// fault: whoever verifies it is told what is missing.
func (c *Client) linksFor(ctx context.Context, block light.Block, trust receipt.Trust) []light.Block {
	anchor := trust.Anchor()
	if _, from := anchor.Last(); from > 0 {
		if _, err := anchor.Holds(block); err == nil {
			return nil
		}
	}
	links, err := c.links(ctx, trust, uint64(block.Header.Height), receipt.MaxCarried)
	if err != nil {
		return nil
	}
	return links.Blocks
}
