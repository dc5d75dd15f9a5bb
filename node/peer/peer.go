// Package peer reads what names a node to other nodes: its peer id and the address
// at which it is dialled. Everything is parsed by go-libp2p and by the engine
// itself, so that nothing is accepted here which they would refuse later.
package peer

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"

	cmted25519 "github.com/cometbft/cometbft/crypto/ed25519"
	"github.com/cometbft/cometbft/lp2p"
	"github.com/cometbft/cometbft/p2p"
	"github.com/libp2p/go-libp2p/core/crypto"
	"github.com/libp2p/go-libp2p/core/peer"
)

// ErrID is returned for text that is no peer id, ErrAddress for text that is no
// address.
var (
	ErrID      = errors.New("not a peer id")
	ErrAddress = errors.New("not an address to dial, HOST:PORT")
)

// Key is the public key that a libp2p peer id names. The id must be written as nodes
// print it, 12D3KooW…, and be that of an ed25519 key, as every node's is.
func Key(id string) (ed25519.PublicKey, error) {
	p, err := peer.Decode(id)
	if err != nil {
		return nil, fmt.Errorf("%w: %q: %w", ErrID, id, err)
	}
	key, err := p.ExtractPublicKey()
	if err != nil || key.Type() != crypto.Ed25519 {
		return nil, fmt.Errorf("%w: %q is the id of no ed25519 key", ErrID, id)
	}
	if p.String() != id {
		return nil, fmt.Errorf("%w: %q is written %s", ErrID, id, p)
	}
	raw, err := key.Raw()
	if err != nil {
		return nil, fmt.Errorf("%w: %q: %w", ErrID, id, err)
	}
	return raw, nil
}

// ID is the libp2p peer id of a node's key, 32 bytes.
func ID(key ed25519.PublicKey) (string, error) {
	pub, err := crypto.UnmarshalEd25519PublicKey(key)
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrID, err)
	}
	id, err := peer.IDFromPublicKey(pub)
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrID, err)
	}
	return id.String(), nil
}

// ClassicID is the id of a node's key over the classic transport, lower-case
// hexadecimal.
func ClassicID(key ed25519.PublicKey) string { return string(p2p.PubKeyToID(cmted25519.PubKey(key))) }

// Names says whether id is the peer id of key, over either transport.
func Names(id string, key ed25519.PublicKey) bool {
	own, err := ID(key)
	return id != "" && (err == nil && id == own || id == ClassicID(key))
}

// Check refuses what is a peer id over neither transport.
func Check(id string) error {
	_, err := Key(id)
	if err == nil {
		return nil
	}
	classic, bad := p2p.NewNetAddressString(p2p.IDAddressString(p2p.ID(id), "192.0.2.1:26656"))
	if bad == nil && string(classic.ID) == id && strings.ToLower(id) == id {
		return nil
	}
	return err
}

// CheckAddress refuses what a node could not dial: it must be HOST:PORT, the host a
// name or an IP address, in brackets if it is one of IPv6.
func CheckAddress(address string) error {
	refuse := func(why string) error { return fmt.Errorf("%w: %q: %s", ErrAddress, address, why) }
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return refuse("it must be like node.example:26656 or [2001:db8::1]:26656")
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
		return refuse("the port is a number from 1 to 65535")
	}
	if strings.ContainsAny(host, "/@") {
		return refuse("the host has a / or an @")
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		return refuse("nobody can be dialled there; give the address that others see")
	}
	if _, err := lp2p.AddressToMultiAddr(address, lp2p.TransportQUIC); err != nil {
		return refuse(err.Error())
	}
	return nil
}
