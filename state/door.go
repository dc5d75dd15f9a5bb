package state

import (
	"errors"
	"slices"

	"github.com/rochdale-ledger/rochdale/tx"
)

// An arrival is a transaction at the door: decoded once, its signature verified
// once, in a batch where there are many.
type arrival struct {
	raw    []byte
	signed tx.Signed
	err    error // of decoding
	known  Verified

	key   tx.PublicKey // whose signature was verified, nil if none was
	valid bool         // what came of it
	spent bool         // its sequence is spent
}

// arrive decodes transactions and verifies their signatures in one batch, by
// the keys that their signers have now. A transaction earlier in the block may
// still change a key: deliver looks again.
func (l *Ledger) arrive(raws [][]byte) ([]arrival, error) {
	arrivals := make([]arrival, len(raws))
	var batch tx.Batch
	var batched []*arrival
	for i, raw := range raws {
		a := &arrivals[i]
		a.raw, a.known = raw, l.verified
		if a.signed, a.err = tx.Parse(raw); a.err != nil {
			continue
		}
		body := a.signed.Body
		key, err := l.rules.Key(l.block.ctx(Coop(body.Coop), Authority{}), Member(body.Signer))
		if Rejected(err) != nil {
			continue // deliver looks again, and refuses or verifies it alone
		}
		if err != nil {
			return nil, err
		}
		a.key = key
		if a.valid = l.verified.Seen(key, raw); a.valid {
			continue
		}
		batch.Add(key, a.signed.Bytes, a.signed.Signature)
		batched = append(batched, a)
	}
	for i, ok := range batch.Verify() {
		batched[i].valid = ok
	}
	return arrivals, nil
}

// verify says whether the signature is key's.
func (a *arrival) verify(key tx.PublicKey) bool {
	if a.key != nil && a.key.Equal(key) {
		return a.valid
	}
	if a.known.Seen(key, a.raw) {
		return true
	}
	if !key.Verify(a.signed.Bytes, a.signed.Signature) {
		return false
	}
	a.known.Remember(key, a.raw)
	return true
}

// unreadable refuses what tx.Parse could not read.
func unreadable(raw []byte, err error) error {
	if errors.Is(err, tx.ErrSize) {
		return ErrSize.With("%d bytes", len(raw))
	}
	return ErrMalformed.With("%v", err)
}

// deliver is the door: every refusal that does not depend on the kind of
// action, in order, then the action itself.
func (b *block) deliver(a *arrival, ahead uint64) (Result, error) {
	if a.err != nil {
		return Result{}, unreadable(a.raw, a.err)
	}
	body := a.signed.Body
	if body.Chain != b.chain {
		return Result{}, ErrChain.With("signed for %q, this is %q", body.Chain, b.chain)
	}
	if body.Expiry < b.height {
		return Result{}, ErrExpired.With("valid to height %d, this is %d", body.Expiry, b.height)
	}
	action, err := b.decode(body.Kind, body.Payload)
	if err != nil {
		return Result{}, err
	}
	signer := Member(body.Signer)
	c := b.ctx(Coop(body.Coop), Authority{Signer: signer})
	key, err := b.rules.Key(c, signer)
	if err != nil {
		return Result{}, err
	}
	if !a.verify(key) {
		return Result{}, ErrSignature
	}
	last, err := b.rules.Sequence(c, signer)
	if err != nil {
		return Result{}, err
	}
	if body.Sequence <= last || body.Sequence-last > 1+ahead {
		return Result{}, ErrSequence.With("%d signed, %d is next", body.Sequence, last+1)
	}
	if body.Sequence > last+1 {
		return Result{}, nil // only Check gets here
	}
	if err := b.rules.Spend(c, signer, body.Sequence); err != nil {
		return Result{}, err
	}
	a.spent = true
	return b.apply(c, body.Kind, action)
}

// apply runs an authenticated action on an overlay of its own.
func (b *block) apply(c *Ctx, kind tx.Kind, action Action) (Result, error) {
	over := newOverlay(b.overlay)
	inner := &Ctx{overlay: over, block: b, coop: c.coop, auth: c.auth}
	if err := b.rules.Authorize(inner, kind, action); err != nil {
		return Result{}, err
	}
	if err := action.Apply(inner); err != nil {
		return Result{}, err
	}
	events := slices.Clone(over.events)
	over.events = nil
	over.merge()
	return Result{Data: inner.data, Events: events}, nil
}
