package federation

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// base58 are the digits of Bitcoin's base 58, in which peer ids are written.
const base58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"

// Lengths of the two forms of a peer id, in characters: over libp2p, and over the
// engine's classic transport.
const (
	libp2pLength  = 52
	classicLength = 40
)

// peerHead is what stands before the key in the bytes of a libp2p peer id: the
// identity multihash (0x00) of 36 bytes, which are a protobuf of the type of key
// (0x08), ed25519 (0x01), and of 32 bytes (0x12 0x20).
//
// The programs around the machine read peer ids with go-libp2p (package node/peer,
// which a test compares with this). The machine reads this one form by itself, so
// that what it accepts does not depend on the version of a library.
//
// Source: github.com/libp2p/specs, peer-ids.
var peerHead = []byte{0x00, 0x24, 0x08, 0x01, 0x12, 0x20}

// PeerKey is the ed25519 key that a libp2p peer id names, 32 bytes. ok is false for
// all else. Each key has one id.
func PeerKey(id string) (key []byte, ok bool) {
	if len(id) != libp2pLength || id[0] != base58[0] {
		return nil, false // the leading zero byte is a leading 1
	}
	raw := make([]byte, len(peerHead)+32)
	for i := 1; i < len(id); i++ {
		carry := strings.IndexByte(base58, id[i])
		if carry < 0 {
			return nil, false
		}
		for at := len(raw) - 1; at > 0; at-- {
			carry += 58 * int(raw[at])
			raw[at] = byte(carry)
			carry >>= 8
		}
		if carry != 0 {
			return nil, false
		}
	}
	key, ok = bytes.CutPrefix(raw, peerHead)
	return key, ok
}

// classicID is the peer id of a node's key over the classic transport.
func classicID(key []byte) string {
	sum := sha256.Sum256(key)
	return hex.EncodeToString(sum[:20])
}

// isPeer says whether text has the form of a peer id, of either transport.
func isPeer(id string) bool {
	if _, ok := PeerKey(id); ok {
		return true
	}
	raw, err := hex.DecodeString(id)
	return err == nil && len(id) == classicLength && hex.EncodeToString(raw) == id
}

// names says whether id is the peer id of a node's key, of either transport.
func names(id string, key []byte) bool {
	own, ok := PeerKey(id)
	return ok && bytes.Equal(own, key) || id == classicID(key)
}
