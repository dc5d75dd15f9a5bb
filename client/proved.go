package client

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/cometbft/cometbft/types"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/federation"
)

// ErrRange is returned by reads of ranges where every record must be proved:
// there is no proof that a range is complete.
var ErrRange = errors.New("a range of records cannot be proved, only single records")

// ErrTrust is returned by AtProved without anything to trust.
var ErrTrust = errors.New("nothing is trusted: give a genesis file or the fingerprint of the validators")

// AtProved reads the records of one height as At does, but believes nothing:
// each record is proved against the app hash of a header that more than two
// thirds of the trusted validators signed. A record that is not proved is a
// *Refuted; reading a range returns ErrRange.
//
// Height zero is the last one that can be proved, for which it may have to wait
// for the block that carries its app hash.
func (c *Client) AtProved(ctx context.Context, height uint64, trust Trust) (state.Remote, error) {
	if !trust.Known() {
		return state.Remote{}, ErrTrust
	}
	s, read, err := c.sealed(ctx, height)
	if err != nil {
		return state.Remote{}, err
	}
	if err := s.verify(); err != nil {
		return state.Remote{}, err
	}
	if _, _, err := trust.anchor(s); err != nil {
		return state.Remote{}, err
	}
	at := state.Tip{Height: s.height(), Hash: s.header.AppHash, Chain: s.header.ChainID}
	if at.Time, err = c.provedTime(ctx, s); err != nil {
		return state.Remote{}, err
	}
	return state.Remote{Leaves: proved{ctx, c, s, read}, At: at}, nil
}

// provedTime is the time of the block that a verified seal proves the state of:
// in the header before, whose hash the sealed one holds. The first header has
// the time of the founding.
func (c *Client) provedTime(ctx context.Context, s seal) (int64, error) {
	h := s.header.Height - 1
	if h == 0 {
		return s.header.Time.Unix(), nil
	}
	res, err := c.rpc.Header(ctx, &h)
	if err != nil {
		return 0, c.explain(ctx, err)
	}
	if res.Header == nil || !bytes.Equal(res.Header.Hash(), s.header.LastBlockID.Hash) {
		return 0, refute("header", "that of height %d is not the one before %d", h, s.header.Height)
	}
	return res.Header.Time.Unix(), nil
}

// How long sealed waits for a block, and between looks. A node at rest makes a
// block in 30 seconds.
const (
	sealPause    = 100 * time.Millisecond
	sealPatience = 45 * time.Second
)

// sealed returns the header that carries the app hash of height, zero being the
// last height, with its signatures, unverified. That header is in the block
// after, which CometBFT makes at once if the app hash has changed; if it has
// not, the last block carries it already. Leaves are to be read at height read,
// where the tree has that hash.
func (c *Client) sealed(ctx context.Context, height uint64) (s seal, read uint64, err error) {
	began := time.Now()
	tip, err := c.tipAt(ctx, height)
	for errors.Is(err, ErrNoBlock) && time.Since(began) < sealPatience {
		if err := rest(ctx); err != nil {
			return seal{}, 0, fmt.Errorf("waiting for the first block: %w", err)
		}
		tip, err = c.tipAt(ctx, height)
	}
	if err != nil {
		return seal{}, 0, err
	}
	for {
		res, err := c.rpc.Commit(ctx, nil)
		if err != nil {
			return seal{}, 0, c.explain(ctx, err)
		}
		if res.Header == nil {
			return seal{}, 0, fmt.Errorf("%w: %s answered without a header", ErrForeign, c.address)
		}
		last := uint64(res.Height)
		switch {
		case last > tip.Height:
			s, err = c.seal(ctx, tip.Height+1)
			return s, tip.Height, err
		case height == 0 && last == tip.Height && bytes.Equal(res.AppHash, tip.Hash):
			s, err = c.seal(ctx, last)
			return s, last, err
		case time.Since(began) > sealPatience:
			return seal{}, 0, fmt.Errorf("height %d cannot be proved yet: the block after it has not come in %v", tip.Height, sealPatience)
		}
		if err := rest(ctx); err != nil {
			return seal{}, 0, fmt.Errorf("waiting for the block after %d: %w", tip.Height, err)
		}
	}
}

// rest waits for sealPause or until ctx is done, and returns why.
func rest(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(sealPause):
		return nil
	}
}

// seal fetches the header of a height, the signatures and who could sign.
func (c *Client) seal(ctx context.Context, height uint64) (seal, error) {
	h := int64(height)
	res, err := c.rpc.Commit(ctx, &h)
	if err != nil {
		return seal{}, c.explain(ctx, err)
	}
	if res.Header == nil || res.Commit == nil || res.Height != h {
		return seal{}, fmt.Errorf("%w: %s has no signed header of height %d", ErrForeign, c.address, height)
	}
	var validators []*types.Validator
	perPage := 100
	for page := 1; ; page++ {
		got, err := c.rpc.Validators(ctx, &h, &page, &perPage)
		if err != nil {
			return seal{}, c.explain(ctx, err)
		}
		validators = append(validators, got.Validators...)
		if len(got.Validators) == 0 || len(validators) >= got.Total || len(validators) > federation.MaxValidators {
			break
		}
	}
	set, err := validatorSet(validators)
	if err != nil {
		return seal{}, fmt.Errorf("%w: %s: %w", ErrForeign, c.address, err)
	}
	return seal{res.Header, res.Commit, set}, nil
}

// proved are leaves of the height that a verified seal vouches for.
type proved struct {
	ctx context.Context
	c   *Client
	seal
	read uint64 // a height at which the tree has the seal's app hash
}

func (p proved) Leaf(key []byte) ([]byte, error) {
	value, _, err := p.prove(key)
	return value, err
}

func (p proved) Each(_, _ []byte, _ func(key, value []byte) (bool, error)) error { return ErrRange }

// prove returns a leaf, empty if there is none, with its proof, verified.
func (p proved) prove(key []byte) (value, proof []byte, err error) {
	res, err := p.c.query(p.ctx, state.PathKey, key, p.read, true)
	if err != nil {
		return nil, nil, err
	}
	if res.ProofOps == nil || len(res.ProofOps.Ops) != 1 || res.ProofOps.Ops[0].Type != state.ProofType {
		return nil, nil, refute("record", "%s gave no proof of key %x", p.c.address, key)
	}
	if len(res.Value) > 0 {
		value = res.Value
	}
	proof = res.ProofOps.Ops[0].Data
	if err := verifyLeaf(p.header.AppHash, key, value, proof); err != nil {
		return nil, nil, refute("record", "key %x: %v", key, err)
	}
	return value, proof, nil
}
