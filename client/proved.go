package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	cmtjson "github.com/cometbft/cometbft/libs/json"
	"github.com/cometbft/cometbft/types"

	"github.com/rochdale-ledger/rochdale/client/light"
	"github.com/rochdale-ledger/rochdale/client/receipt"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/federation"
	"github.com/rochdale-ledger/rochdale/tx"
)

// ErrTrust is returned by AtProved without anything to trust.
var ErrTrust = errors.New("nothing is trusted: give a genesis file or the fingerprint of the validators")

func refute(part, format string, args ...any) error {
	return &light.Refuted{Part: part, Why: fmt.Sprintf(format, args...)}
}

// AtProved reads the records of one height as At does, and verifies them: each
// record is proved against the app hash of a header that more than two thirds of the
// trusted validators signed, or of those whom the node's links show to have followed
// them, and each range of records is proved complete. An answer
// that does not verify is a *light.Refuted, one of validators who cannot be tied to the
// trusted ones a *light.Untied.
//
// Height zero is the last one that can be proved, for which it may have to wait
// for the block that carries its app hash.
func (c *Client) AtProved(ctx context.Context, height uint64, trust receipt.Trust) (state.Remote, error) {
	if !trust.Known() {
		return state.Remote{}, ErrTrust
	}
	block, read, err := c.sealed(ctx, height)
	if err != nil {
		return state.Remote{}, err
	}
	if err := block.Verify(); err != nil {
		return state.Remote{}, err
	}
	if _, err := c.tied(ctx, block, trust); err != nil {
		return state.Remote{}, err
	}
	from := proved{ctx, c, block, read}
	at := state.Tip{Height: uint64(block.Header.Height - 1), Hash: block.Header.AppHash, Chain: block.Header.ChainID}
	head, err := from.head()
	if err != nil {
		return state.Remote{}, err
	}
	made, err := c.provedTime(ctx, block)
	if err != nil {
		return state.Remote{}, err
	}
	at.Version, at.Time = head.Version, head.Clock(made)
	return state.Remote{Leaves: from, At: at}, nil
}

// provedTime is the time of the block that a verified one proves the state of:
// in the header before, whose hash the verified one holds. The first header has
// the time of the founding.
func (c *Client) provedTime(ctx context.Context, b light.Block) (int64, error) {
	h := b.Header.Height - 1
	if h == 0 {
		return b.Header.Time.Unix(), nil
	}
	res, err := c.rpc.Header(ctx, &h)
	if err != nil {
		return 0, c.explain(ctx, err)
	}
	var before light.Header
	if res.Header != nil {
		if err := c.take(res.Header, &before); err != nil {
			return 0, err
		}
	}
	if !bytes.Equal(before.Hash(), b.Header.LastBlockID.Hash) {
		return 0, refute("header", "that of height %d is not the one before %d", h, b.Header.Height)
	}
	return before.Time.Unix(), nil
}

// How long sealed waits for a block, and between queries. An idle federation makes a
// block every 30 seconds.
const (
	sealPause    = 100 * time.Millisecond
	sealPatience = 45 * time.Second
)

// sealed returns the light block that carries the app hash of height, zero being the
// last height, unverified: the block after, which CometBFT makes at once if the app
// hash has changed; if it has not, the last block carries it already. Leaves must be
// read at height read, where the tree has that hash.
func (c *Client) sealed(ctx context.Context, height uint64) (b light.Block, read uint64, err error) {
	began := time.Now()
	tip, err := c.tipAt(ctx, height)
	for errors.Is(err, ErrNoBlock) && time.Since(began) < sealPatience {
		if err := rest(ctx); err != nil {
			return b, 0, fmt.Errorf("waiting for the first block: %w", err)
		}
		tip, err = c.tipAt(ctx, height)
	}
	if err != nil {
		return b, 0, err
	}
	for {
		res, err := c.rpc.Commit(ctx, nil)
		if err != nil {
			return b, 0, c.explain(ctx, err)
		}
		if res.Header == nil {
			return b, 0, fmt.Errorf("%w: %s answered without a header", ErrForeign, c.address)
		}
		last := uint64(res.Height)
		switch {
		case last > tip.Height:
			b, err = c.seal(ctx, tip.Height+1)
			return b, tip.Height, err
		case height == 0 && last == tip.Height && bytes.Equal(res.AppHash, tip.Hash):
			b, err = c.seal(ctx, last)
			return b, last, err
		case time.Since(began) > sealPatience:
			return b, 0, fmt.Errorf("height %d cannot be proved yet: the block after it has not come in %v", tip.Height, sealPatience)
		}
		if err := rest(ctx); err != nil {
			return b, 0, fmt.Errorf("waiting for the block after %d: %w", tip.Height, err)
		}
	}
}

// rest waits for sealPause or until ctx is done, and then returns its error.
func rest(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(sealPause):
		return nil
	}
}

// seal fetches the light block of a height: header, commit and validator set.
func (c *Client) seal(ctx context.Context, height uint64) (b light.Block, err error) {
	h := int64(height)
	res, err := c.rpc.Commit(ctx, &h)
	if err != nil {
		return b, c.explain(ctx, err)
	}
	if res.Header == nil || res.Commit == nil || res.Height != h {
		return b, fmt.Errorf("%w: %s has no signed header of height %d", ErrForeign, c.address, height)
	}
	if err := errors.Join(c.take(res.Header, &b.Header), c.take(res.Commit, &b.Commit)); err != nil {
		return b, err
	}
	var validators []*types.Validator
	perPage := 100
	for page := 1; ; page++ {
		got, err := c.rpc.Validators(ctx, &h, &page, &perPage)
		if err != nil {
			return b, c.explain(ctx, err)
		}
		validators = append(validators, got.Validators...)
		if len(got.Validators) == 0 || len(validators) >= got.Total || len(validators) > light.MaxValidators {
			break
		}
	}
	if b.Validators, err = equalSet(validators); err != nil {
		return b, fmt.Errorf("%w: %s: %w", ErrForeign, c.address, err)
	}
	return b, nil
}

// take converts an answer of the engine's client to the types that are verified.
func (c *Client) take(from any, into json.Unmarshaler) error {
	raw, err := cmtjson.Marshal(from)
	if err == nil {
		err = into.UnmarshalJSON(raw)
	}
	if err != nil {
		return fmt.Errorf("%w: %s: %w", ErrForeign, c.address, err)
	}
	return nil
}

// equalSet is the set of a federation's validators, which all have the same power.
func equalSet(validators []*types.Validator) (light.Set, error) {
	list := make([]light.Validator, len(validators))
	for i, v := range validators {
		if v.PubKey == nil || v.PubKey.Type() != "ed25519" {
			return light.Set{}, errors.New("a validator's key is not ed25519")
		}
		if v.VotingPower != federation.Power {
			return light.Set{}, fmt.Errorf("validator %v has power %d: every one has %d", v.Address, v.VotingPower, federation.Power)
		}
		list[i] = light.Validator{Key: v.PubKey.Bytes(), Power: v.VotingPower}
	}
	return light.NewSet(list)
}

// proved are leaves that are proved against the app hash of a verified light block.
type proved struct {
	ctx context.Context
	c   *Client
	light.Block
	read uint64 // a height at which the tree has the block's app hash
}

// head proves by which rules the records were written, and whether in a trial: the
// state's Head, which must be of the header's chain and version.
func (p proved) head() (state.Head, error) {
	want := state.LocateHead().Key
	res, err := p.c.query(p.ctx, state.PathTip, nil, p.read, true)
	if err != nil {
		return state.Head{}, err
	}
	proof, err := p.proofOf(res, state.ProofType)
	if err != nil {
		return state.Head{}, err
	}
	if err := light.VerifyLeaf(p.Header.AppHash, want, res.Value, proof); err != nil {
		return state.Head{}, err
	}
	head, err := tx.DecodeLenient[state.Head](res.Value)
	switch {
	case err != nil:
		return state.Head{}, refute("record", "the state's version cannot be read: %v", err)
	case head.Chain != p.Header.ChainID:
		return state.Head{}, refute("record", "the state is of chain %q, the header of %q", head.Chain, p.Header.ChainID)
	case head.Version == 0 || head.Version != p.Header.Version.App:
		return state.Head{}, refute("record", "the state is of version %d of the rules, the header of %d", head.Version, p.Header.Version.App)
	}
	return head, nil
}

// proofOf is the one proof of an answer.
func (p proved) proofOf(res abci.ResponseQuery, kind string) ([]byte, error) {
	if res.ProofOps == nil || len(res.ProofOps.Ops) != 1 || res.ProofOps.Ops[0].Type != kind {
		return nil, refute("record", "%s gave no proof", p.c.address)
	}
	return res.ProofOps.Ops[0].Data, nil
}

func (p proved) Leaf(key []byte) ([]byte, error) {
	value, _, err := p.prove(key)
	return value, err
}

// prove returns a leaf, empty if there is none, with its proof, verified.
func (p proved) prove(key []byte) (value, proof []byte, err error) {
	res, err := p.c.query(p.ctx, state.PathKey, key, p.read, true)
	if err != nil {
		return nil, nil, err
	}
	if proof, err = p.proofOf(res, state.ProofType); err != nil {
		return nil, nil, err
	}
	if len(res.Value) > 0 {
		value = res.Value
	}
	if err := light.VerifyLeaf(p.Header.AppHash, key, value, proof); err != nil {
		return nil, nil, fmt.Errorf("key %x: %w", key, err)
	}
	return value, proof, nil
}

// Each reads a range page by page, each page proved complete.
func (p proved) Each(start, end []byte, fn func(key, value []byte) (bool, error)) error {
	return p.pages(start, end, func(page receipt.Page) (bool, error) {
		for _, l := range page.Leaves {
			if more, err := fn(l.Key, l.Value); err != nil || !more {
				return false, err
			}
		}
		return true, nil
	})
}

// pages reads a range as pages, each verified, until fn returns stop.
func (p proved) pages(start, end []byte, fn func(receipt.Page) (more bool, err error)) error {
	for bytes.Compare(start, end) < 0 {
		q := state.RangeQuery{Start: start, End: end, Limit: state.MaxRange}
		res, err := p.c.query(p.ctx, state.PathRange, tx.Encode(q), p.read, true)
		if err != nil {
			return err
		}
		got, err := answer[state.RangeAnswer](p.c, res)
		if err != nil {
			return err
		}
		proof, err := p.proofOf(res, state.ProofRange)
		if err != nil {
			return err
		}
		if got.More && (len(got.Leaves) == 0 || bytes.Compare(got.Leaves[len(got.Leaves)-1].Key, end) >= 0) {
			return fmt.Errorf("%w: %s: its answer about a range makes no sense", ErrForeign, p.c.address)
		}
		page := receipt.Page{Start: start, End: end, Leaves: make([]light.Leaf, len(got.Leaves)), Proof: proof}
		if got.More {
			page.End = append(bytes.Clone(got.Leaves[len(got.Leaves)-1].Key), 0)
		}
		for i, l := range got.Leaves {
			page.Leaves[i] = light.Leaf(l)
		}
		if err := light.VerifyRange(p.Header.AppHash, start, page.End, page.Leaves, proof); err != nil {
			return err
		}
		if more, err := fn(page); err != nil || !more {
			return err
		}
		start = page.End
	}
	return nil
}
