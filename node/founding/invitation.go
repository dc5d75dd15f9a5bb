// Package founding makes one genesis of what several co-ops say, each on a machine
// of its own: an invitation that all begin with, one signed statement a co-op, and
// the seals by which every co-op signs the genesis that was made of them.
//
// Everything here is files between people. No secret key is in any of them, and
// whoever has the invitation and all statements makes the same genesis, byte by
// byte, so nobody has to be trusted to make it.
//
// Rule: docs/rules.md, "Federation".
package founding

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/rochdale-ledger/rochdale/client/document"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/federation"
	"github.com/rochdale-ledger/rochdale/state/words"
	"github.com/rochdale-ledger/rochdale/tx"
)

// Formats, the first field of each file.
const (
	FormatInvitation = "rochdale-invitation-1"
	FormatStatement  = "rochdale-statement-1"
	FormatSeals      = "rochdale-seals-1"
)

// MaxFile bounds each of these files, in bytes.
const MaxFile = 64 << 20

// ErrFile is wrapped by every error about a file that cannot be used.
var ErrFile = errors.New("this file cannot be used")

func unusable(format string, args ...any) error {
	return fmt.Errorf("%w: %w", ErrFile, fmt.Errorf(format, args...))
}

// An Invitation is what the founders agree on before anything else. It is not
// signed: whoever accepts it signs its digest.
type Invitation struct {
	Format     string    `json:"format"`
	Federation string    `json:"federation"` // name
	Chain      string    `json:"chain"`      // chain id, never used before
	Version    uint64    `json:"version"`    // of the rules
	Begin      time.Time `json:"begin"`      // of the first block, UTC, whole seconds
	Coops      []string  `json:"coops"`      // names; co-op 1 is the first
}

// Check refuses an invitation that no federation can be founded by.
func (i Invitation) Check() error {
	if err := checkName("the federation", i.Federation); err != nil {
		return err
	}
	switch {
	case i.Format != FormatInvitation:
		return unusable("its format is %q, not %s", i.Format, FormatInvitation)
	case i.Chain == "" || len(i.Chain) > tx.MaxChain || !isChainID(i.Chain):
		return unusable("the chain id %q is not 1 to %d letters, digits, dots, hyphens and underscores", i.Chain, tx.MaxChain)
	case i.Version == 0:
		return unusable("it names no version of the rules")
	case i.Begin.IsZero() || !i.Begin.Equal(i.Begin.Truncate(time.Second)):
		return unusable("its time of beginning has to be in whole seconds")
	case len(i.Coops) == 0 || len(i.Coops) > federation.MaxCoops:
		return unusable("it names %d co-ops, from 1 to %d can be", len(i.Coops), federation.MaxCoops)
	}
	seen := map[string]int{}
	for n, name := range i.Coops {
		if err := checkName(fmt.Sprint("co-op ", n+1), name); err != nil {
			return err
		}
		if first, ok := seen[name]; ok {
			return unusable("co-ops %d and %d have one name, %s", first, n+1, name)
		}
		seen[name] = n + 1
	}
	return nil
}

func checkName(whose, name string) error {
	if name == "" || len(name) > federation.MaxName || !words.IsPlain(name) {
		return unusable("the name of %s has to be 1 to %d bytes of text in one line", whose, federation.MaxName)
	}
	return nil
}

func isChainID(s string) bool {
	for _, r := range s {
		if (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' && r != '.' && r != '_' {
			return false
		}
	}
	return true
}

// Bytes is the invitation as a file.
func (i Invitation) Bytes() []byte { return indented(i) }

// Digest is what statements name the invitation by: the SHA-256 of its JSON without
// spaces, in hexadecimal.
func (i Invitation) Digest() string {
	i.Begin = i.Begin.UTC()
	return digest(compact(i))
}

// Name is the name of a co-op, empty if there is none of that number.
func (i Invitation) Name(n state.Coop) string {
	if n == 0 || uint64(n) > uint64(len(i.Coops)) {
		return ""
	}
	return i.Coops[n-1]
}

// ParseInvitation reads what Bytes writes, strictly.
func ParseInvitation(raw []byte) (Invitation, error) {
	var i Invitation
	if err := strict(raw, &i); err != nil {
		return i, err
	}
	return i, i.Check()
}

// Format is the first word of what a file is, empty if it is none of these.
func Format(raw []byte) string {
	var head struct {
		Format string `json:"format"`
	}
	if len(raw) > MaxFile || json.Unmarshal(raw, &head) != nil {
		return ""
	}
	switch head.Format {
	case FormatInvitation, FormatStatement, FormatSeals:
		return head.Format
	}
	return ""
}

// strict reads JSON of which every field is known, with nothing after it.
func strict(raw []byte, into any) error {
	if len(raw) > MaxFile {
		return unusable("it has %d bytes, at most %d can be", len(raw), MaxFile)
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(into); err != nil {
		if _, where := document.Parse("", raw, into); where != nil {
			err = where // it knows the line
		}
		return unusable("%w", err)
	}
	if _, err := dec.Token(); err != io.EOF {
		return unusable("there is something after it")
	}
	return nil
}

// compact and indented encode types of this package, which never fails.
func compact(v any) []byte {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("founding: encoding %T: %v", v, err))
	}
	return raw
}

func indented(v any) []byte {
	raw, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		panic(fmt.Sprintf("founding: encoding %T: %v", v, err))
	}
	return append(raw, '\n')
}

func digest(raw []byte) string {
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:])
}
