package statetest

import (
	"crypto/sha256"
	"fmt"

	"github.com/libp2p/go-libp2p/core/crypto"
	"github.com/libp2p/go-libp2p/core/peer"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/tx"
)

// A Node has the keys of a co-op's node.
type Node struct{ Peer, Validator tx.PrivateKey }

// NodeOf has the keys of the n-th node of a co-op, derived from the numbers.
func NodeOf(coop state.Coop, n int) Node {
	derive := func(what string) tx.PrivateKey {
		seed := sha256.Sum256(fmt.Append(nil, what, coop, n))
		return tx.NewPrivateKey(seed[:])
	}
	return Node{derive("peer "), derive("validator ")}
}

// Key is the validator's public key, 32 bytes.
func (n Node) Key() tx.ValidatorKey { return n.Validator.Validator() }

// ID is the peer id, as go-libp2p writes it.
func (n Node) ID() string {
	key, err := crypto.UnmarshalEd25519PublicKey(n.Peer.Public()[1:])
	if err != nil {
		panic(err)
	}
	id, err := peer.IDFromPublicKey(key)
	if err != nil {
		panic(err)
	}
	return id.String()
}
