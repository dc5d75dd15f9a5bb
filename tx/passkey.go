package tx

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
)

// A passkey is a key of P-256 in an authenticator (WebAuthn): it signs nothing but what a
// page of one relying party, a domain, asks it to, when its user is there and has been
// verified, by a fingerprint or a number. The key is the algorithm, the SHA-256 of the
// relying party's id, and the compressed point.
//
// In the place of a signature stands the assertion that the authenticator makes. It signs
// its own data and the SHA-256 of the client data, a text that the browser writes with the
// challenge in it. The challenge is that of Challenge for what is signed. The beginning of
// the client data is compared byte by byte with what a browser must write, so that nothing
// here parses JSON; what follows, the origin first, is the browser's business, which
// compares it with the relying party. An authenticator's counter is not looked at: many have
// none.
//
// Source: Web Authentication Level 3, sections 5.8.1.1, 6.1 and 7.2.
const algPasskey = 0x03

// PasskeySize is the length of the PublicKey of a passkey.
const PasskeySize = 1 + sha256.Size + pointSize

// Bounds of an assertion, in bytes.
const (
	MinAuthenticatorData = sha256.Size + 1 + 4 // relying party, flags, counter
	MaxAuthenticatorData = 256                 // with extensions
	MaxClientData        = 1024
	MaxAssertion         = 1360 // encoded
)

// Flags of the authenticator's data.
const (
	userPresent  = 0x01
	userVerified = 0x04
)

// An Assertion is what an authenticator answers, in canonical CBOR where a signature would
// stand.
type Assertion struct {
	Authenticator []byte `cbor:"1,keyasint,omitempty"` // authenticatorData
	Client        []byte `cbor:"2,keyasint,omitempty"` // clientDataJSON
	Signature     []byte `cbor:"3,keyasint,omitempty"` // as P-256 keys make it: see FromDER
}

// challengeDomain opens what a challenge is the digest of.
const challengeDomain = "rochdale: I sign this with a passkey\n"

// Challenge is what a page gives an authenticator as challenge, so that its assertion is a
// signature over msg.
func Challenge(msg []byte) [sha256.Size]byte {
	return sha256.Sum256(append([]byte(challengeDomain), msg...))
}

// Passkey is the key of an authenticator for a relying party, such as "coop.example". point
// is the compressed point of 33 bytes.
func Passkey(relyingParty string, point []byte) PublicKey {
	of := sha256.Sum256([]byte(relyingParty))
	return append(append(PublicKey{algPasskey}, of[:]...), point...)
}

// clientData is how the client data of an assertion begins.
func clientData(challenge []byte) []byte {
	return []byte(`{"type":"webauthn.get","challenge":"` + base64.RawURLEncoding.EncodeToString(challenge) + `","origin":"`)
}

// verifyPasskey says whether sig is an assertion over msg by the passkey of key, which is
// without its algorithm.
func verifyPasskey(key, msg, sig []byte) bool {
	if len(sig) > MaxAssertion {
		return false
	}
	a, err := Decode[Assertion](sig)
	if err != nil {
		return false
	}
	challenge := Challenge(msg)
	return a.answers(key, challenge[:])
}

// answers says whether the assertion is the passkey's answer to a challenge.
func (a Assertion) answers(key, challenge []byte) bool {
	if n := len(a.Authenticator); n < MinAuthenticatorData || n > MaxAuthenticatorData || len(a.Client) > MaxClientData {
		return false
	}
	const must = userPresent | userVerified
	relyingParty, point := key[:sha256.Size], key[sha256.Size:]
	if !bytes.Equal(a.Authenticator[:sha256.Size], relyingParty) || a.Authenticator[sha256.Size]&must != must {
		return false
	}
	if !bytes.HasPrefix(a.Client, clientData(challenge)) {
		return false
	}
	of := sha256.Sum256(a.Client)
	return verifyP256(point, append(bytes.Clone(a.Authenticator), of[:]...), a.Signature)
}
