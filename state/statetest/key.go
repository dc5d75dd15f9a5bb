package statetest

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"os"
	"strings"

	"github.com/rochdale-ledger/rochdale/tx"
)

// UnusableKeys are the 32 bytes of public keys that nobody may have: the fourteen
// encodings of points of small order that tx publishes, and one that is no point. forged
// is the constant signature that verifies by each of the fourteen over anything.
//
// It reads tx/testdata, so the test that calls it is of a room, two folders down.
func UnusableKeys(t TB) (keys [][]byte, forged []byte) {
	t.Helper()
	raw, err := os.ReadFile("../../tx/testdata/small-order.json")
	if err != nil {
		t.Fatalf("%v", err)
	}
	type row struct{ Encoding string }
	var rows []row
	if err := json.Unmarshal(raw, &rows); err != nil || len(rows) != 14 {
		t.Fatalf("%d encodings, %v", len(rows), err)
	}
	for _, r := range append(rows, row{"02" + strings.Repeat("00", 31)}) {
		key, err := hex.DecodeString(r.Encoding)
		if err != nil {
			t.Fatalf("%v", err)
		}
		keys = append(keys, key)
	}
	forged = make([]byte, tx.SignatureSize)
	forged[0] = 1
	return keys, forged
}

// An Authenticator holds a key of P-256 as a passkey for a relying party, as a phone does.
type Authenticator struct {
	key   tx.PrivateKey
	party string
}

// NewAuthenticator makes one of a seed.
func NewAuthenticator(t TB, seed byte, party string) Authenticator {
	t.Helper()
	key, err := tx.NewP256Key(bytes.Repeat([]byte{seed}, tx.SeedSize))
	if err != nil {
		t.Fatalf("%v", err)
	}
	return Authenticator{key, party}
}

// Public is the passkey.
func (a Authenticator) Public() tx.PublicKey { return tx.Passkey(a.party, a.key.Public()[1:]) }

// Assert answers a page of the relying party that has it sign msg, its user verified.
func (a Authenticator) Assert(msg []byte) []byte {
	of, challenge := sha256.Sum256([]byte(a.party)), tx.Challenge(msg)
	client := []byte(`{"type":"webauthn.get","challenge":"` + base64.RawURLEncoding.EncodeToString(challenge[:]) +
		`","origin":"https://` + a.party + `","crossOrigin":false}`)
	data := append(of[:], 1|4, 0, 0, 0, 0) // the user is there and verified; no counter
	sum := sha256.Sum256(client)
	return tx.Encode(tx.Assertion{Authenticator: data, Client: client, Signature: a.key.SignMessage(append(bytes.Clone(data), sum[:]...))})
}

// SignBy makes a transaction of a body.
func (a Authenticator) SignBy(b tx.Body) []byte {
	body := tx.Encode(b)
	return tx.Encode(struct {
		Body      []byte `cbor:"1,keyasint,omitempty"`
		Signature []byte `cbor:"2,keyasint,omitempty"`
	}{body, a.Assert(body)})
}
