package light

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
)

// Bounds on the JSON of a header and of a commit, indented, in bytes. A commit
// of MaxValidators takes about 400 kB.
const (
	maxHeaderJSON = 16 << 10
	maxCommitJSON = 1 << 20
)

// MarshalJSON writes upper-case hexadecimal.
func (h Hex) MarshalJSON() ([]byte, error) {
	return fmt.Appendf(nil, "\"%X\"", []byte(h)), nil
}

// UnmarshalJSON reads hexadecimal.
func (h *Hex) UnmarshalJSON(raw []byte) error {
	if len(raw) < 2 || raw[0] != '"' || raw[len(raw)-1] != '"' {
		return errors.New("not hexadecimal in quotes")
	}
	*h = nil
	if len(raw) == 2 {
		return nil
	}
	b, err := hex.DecodeString(string(raw[1 : len(raw)-1]))
	*h = b
	return err
}

// MarshalJSON writes the header as CometBFT does: 64-bit numbers in quotes, hashes
// in upper-case hexadecimal, the time in UTC.
func (h Header) MarshalJSON() ([]byte, error) {
	type plain Header
	h.Time = h.Time.UTC()
	return json.Marshal(plain(h)) // not with the caller's encoder, which may leave "<" as it is
}

// UnmarshalJSON reads what MarshalJSON writes, with white space between its
// tokens or none, and nothing else: each header has one form.
func (h *Header) UnmarshalJSON(raw []byte) error {
	type plain Header
	var p plain
	if err := readJSON(raw, &p, maxHeaderJSON); err != nil {
		return err
	}
	if err := oneForm(raw, Header(p)); err != nil {
		return err
	}
	*h = Header(p)
	return nil
}

// MarshalJSON writes the commit as CometBFT does.
func (c Commit) MarshalJSON() ([]byte, error) {
	type plain Commit
	sigs := c.Signatures
	if c.Signatures = nil; len(sigs) > 0 {
		c.Signatures = make([]CommitSig, len(sigs))
	}
	for i, sig := range sigs {
		sig.Time = sig.Time.UTC()
		if len(sig.Signature) == 0 {
			sig.Signature = nil
		}
		c.Signatures[i] = sig
	}
	return json.Marshal(plain(c))
}

// UnmarshalJSON reads what MarshalJSON writes, as that of Header does.
func (c *Commit) UnmarshalJSON(raw []byte) error {
	type plain Commit
	var p plain
	if err := readJSON(raw, &p, maxCommitJSON); err != nil {
		return err
	}
	if err := oneForm(raw, Commit(p)); err != nil {
		return err
	}
	*c = Commit(p)
	return nil
}

func readJSON(raw []byte, into any, limit int) error {
	if len(raw) > limit {
		return fmt.Errorf("%d bytes of JSON, at most %d can be", len(raw), limit)
	}
	return json.Unmarshal(raw, into)
}

// oneForm wants that v's JSON is raw, but for white space between tokens.
func oneForm(raw []byte, v json.Marshaler) error {
	again, err := v.MarshalJSON()
	if err != nil {
		return err
	}
	var tight bytes.Buffer
	if err := json.Compact(&tight, raw); err != nil {
		return err
	}
	if !bytes.Equal(again, tight.Bytes()) {
		return errForm
	}
	return nil
}
