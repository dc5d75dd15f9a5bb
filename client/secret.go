package client

import (
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// Secret is 256 bits that follow from the key and from what they are for, in hexadecimal:
// who has the key, or its recovery words, has them, and they say nothing of the key.
// Source: HKDF (RFC 5869) with SHA-256, the key's seed as secret and no salt.
func (k Key) Secret(purpose string) (string, error) {
	out, err := hkdf.Key(sha256.New, k.seed[:], nil, "rochdale secret: "+purpose, sha256.Size)
	if err != nil {
		return "", fmt.Errorf("deriving a secret: %w", err)
	}
	return hex.EncodeToString(out), nil
}
