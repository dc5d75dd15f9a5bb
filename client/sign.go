package client

import (
	"context"
	"fmt"
	"sync"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/keyring"
	"github.com/rochdale-ledger/rochdale/tx"
)

// DefaultLife is how many blocks a signed transaction is valid for, unless the
// Signer says otherwise. An idle federation makes a block every 30 seconds, a busy
// one several a second.
const DefaultLife = 100

// A Signer signs one member's actions by one of its keys. It may be used from several
// goroutines; no other program should sign by the key meanwhile, since both would take
// the same sequence numbers.
type Signer struct {
	Chain  string // chain id to sign for; empty takes the node's
	Coop   state.Coop
	Member state.Member
	Key    tx.PrivateKey
	Number uint32 // of Key among the member's keys; zero for the first
	Life   uint64 // blocks until expiry; zero for DefaultLife

	mu   sync.Mutex
	last uint64 // greatest sequence given out, under mu
}

// Signing is the key as transactions are signed with it.
func (k Key) Signing() tx.PrivateKey {
	if !k.p256 {
		return tx.NewPrivateKey(k.seed[:])
	}
	key, err := tx.NewP256Key(k.seed[:])
	if err != nil {
		panic(fmt.Sprintf("client: a key of P-256 that As made: %v", err))
	}
	return key
}

// Signer returns the signer that the key's notes describe: the member they
// name, on the chain they name.
func (k Key) Signer() *Signer {
	return &Signer{Chain: k.ChainID, Coop: state.Coop(k.Coop), Member: state.Member(k.Member), Key: k.Signing()}
}

// Sign signs an action with the key's next sequence: one more than the
// ledger has seen or than this Signer has given out, so that several can be
// sent without waiting for the first. It sends nothing.
//
// It returns the action's own rejection if its Check refuses it, and ErrChain
// if the node is of another federation than s.Chain.
func (s *Signer) Sign(ctx context.Context, c *Client, kind tx.Kind, action state.Action) ([]byte, error) {
	if err := action.Check(); err != nil {
		return nil, err
	}
	at, err := c.At(ctx, 0)
	if err != nil {
		return nil, err
	}
	if s.Chain != "" && at.Chain() != s.Chain {
		return nil, fmt.Errorf("%w: %s is of %q, the key signs for %q", ErrChain, c.address, at.Chain(), s.Chain)
	}
	seen, err := keyring.SequenceOf(at.Of(s.Coop), state.Signer{Member: s.Member, Key: s.Number})
	if err != nil {
		return nil, err
	}
	life := s.Life
	if life == 0 {
		life = DefaultLife
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last = max(s.last, seen) + 1
	return tx.Sign(s.Key, tx.Body{
		Chain: at.Chain(), Coop: uint32(s.Coop), Signer: uint64(s.Member), Sequence: s.last,
		Expiry: at.Height() + life, Kind: kind, Payload: tx.Encode(action), Key: s.Number,
	}), nil
}

// Forget drops the sequences that were given out, so that the next Sign continues
// from the ledger's. Call it when a signed transaction was refused, dropped or not
// sent: its sequence is unused, and transactions with later ones cannot be executed
// until it is used.
func (s *Signer) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last = 0
}
