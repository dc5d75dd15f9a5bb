package peer_test

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"testing"

	"github.com/rochdale-ledger/rochdale/node/peer"
)

func TestKey(t *testing.T) {
	key := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, 32)).Public().(ed25519.PublicKey)
	id, err := peer.ID(key)
	if err != nil || id != "12D3KooWRawPbxPtP1eZaJpumGnyWX2DcUyd3RQnydr3eAto4Az7" {
		t.Fatalf("%s, %v", id, err)
	}
	back, err := peer.Key(id)
	if err != nil || !back.Equal(key) {
		t.Errorf("%x, %v", back, err)
	}
	if !peer.Names(id, key) || !peer.Names(peer.ClassicID(key), key) || peer.Names("", key) || peer.Names(id, make([]byte, 32)) {
		t.Error("Names does not tell whose id it is")
	}
	for _, id := range []string{"", "peer2", "12D3KooW", id[:51], id + "p", id[:20] + "0" + id[21:], // 0 is no digit of base58
		" " + id, "QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N", // of an RSA key: it does not hold the key
		"bafzaajaiaejcbvn5rtnjrgqqrvxoh5kxjvjhe2ub4xy7gmgdt6zsxl2xwyh3fxnd", "node1@" + id,
	} {
		if _, err := peer.Key(id); !errors.Is(err, peer.ErrID) {
			t.Errorf("%q: %v", id, err)
		}
		if err := peer.Check(id); !errors.Is(err, peer.ErrID) {
			t.Errorf("%q is a peer id: %v", id, err)
		}
	}
	if err := peer.Check(peer.ClassicID(key)); err != nil {
		t.Error(err)
	}
}

func TestCheckAddress(t *testing.T) {
	for _, address := range []string{"node.delcer.example:26656", "192.0.2.1:1", "[2001:db8::1]:65535", "localhost:26656"} {
		if err := peer.CheckAddress(address); err != nil {
			t.Errorf("%s: %v", address, err)
		}
	}
	for _, address := range []string{"", "node.example", ":26656", "node.example:", "node.example:0", "node.example:65536",
		"node.example:http", "http://node.example:26656", "node.example:26656/x", "a b:26656", "x@node.example:26656",
		"2001:db8::1:26656", "0.0.0.0:26656", "[::]:26656", "/ip4/192.0.2.1/udp/26656/quic-v1",
	} {
		if err := peer.CheckAddress(address); !errors.Is(err, peer.ErrAddress) {
			t.Errorf("%q: %v", address, err)
		}
	}
}
