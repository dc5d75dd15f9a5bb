// Package membership is the list of co-ops in which the holder of a key is a member: a file
// beside the key, sealed to it, which its owner makes and nobody else sees. Nothing of it
// goes to a node.
package membership

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/rochdale-ledger/rochdale/client/sealed"
)

// Purpose is what the secret of a key is for that opens its list.
const Purpose = "memberships"

// Bounds of a list.
const (
	MaxLinks = 100
	maxText  = 256 // bytes of a chain id, an address and a name
	maxFile  = 1 << 20
)

const (
	fileVersion = 1
	fileEnd     = ".coops"
	keyEnd      = ".key"
)

// Why a list could not be read or changed.
var (
	ErrSecret  = errors.New("the list of your co-ops was made with another key")
	ErrDamaged = errors.New("the list of your co-ops is damaged or cut short")
	ErrVersion = errors.New("the list of your co-ops was written by a newer version of rochdale")
	ErrMany    = fmt.Errorf("a list has at most %d co-ops", MaxLinks)
	ErrLink    = errors.New("not a membership")
)

// A Link is a co-op in which the key is a member's, as it was proved when it was linked.
type Link struct {
	Chain      string `json:"chain_id"`
	Coop       uint32 `json:"coop"`
	Name       string `json:"coop_name"`
	Member     uint64 `json:"member"`
	Node       string `json:"node"`       // address of a node of the federation
	Validators string `json:"validators"` // fingerprint by which it was proved, in hexadecimal
	Height     uint64 `json:"height"`     // of the records that prove it
}

// Links are ordered by chain and co-op, each once.
type Links []Link

type record struct {
	Version int   `json:"version"`
	Links   Links `json:"links"`
}

// Path is where the list of a key file lies.
func Path(keyFile string) string { return strings.TrimSuffix(keyFile, keyEnd) + fileEnd }

func compare(a, b Link) int {
	return cmp.Or(cmp.Compare(a.Chain, b.Chain), cmp.Compare(a.Coop, b.Coop))
}

// Load reads a list; one that is not there is empty. It returns ErrSecret, ErrDamaged or
// ErrVersion.
func Load(path, secret string) (Links, error) {
	raw, err := sealed.Read(path, secret, maxFile)
	switch {
	case errors.Is(err, sealed.ErrMissing):
		return nil, nil
	case errors.Is(err, sealed.ErrSecret):
		return nil, fmt.Errorf("%w: %s", ErrSecret, path)
	case errors.Is(err, sealed.ErrDamaged):
		return nil, fmt.Errorf("%w: %s", ErrDamaged, path)
	case err != nil:
		return nil, err
	}
	list, err := parse(raw)
	if err != nil {
		return nil, fmt.Errorf("%w: %s", err, path)
	}
	return list, nil
}

func parse(raw []byte) (Links, error) {
	var rec record
	err := sealed.Decode(raw, fileVersion, &rec)
	switch {
	case errors.Is(err, sealed.ErrNewer):
		return nil, ErrVersion
	case err != nil || rec.Links.check() != nil:
		return nil, ErrDamaged
	}
	return rec.Links, nil
}

// Save writes the list in the place of what is at path; a crash leaves the one or the other.
func (l Links) Save(path, secret string) error {
	if err := l.check(); err != nil {
		return err
	}
	raw, err := json.Marshal(record{fileVersion, l})
	if err != nil {
		return fmt.Errorf("writing the list of your co-ops: %w", err)
	}
	return sealed.Write(path, secret, raw)
}

// With is the list with a link, in the place of one of the same co-op; it says whether there
// was one.
func (l Links) With(link Link) (out Links, replaced bool) {
	at, found := slices.BinarySearchFunc(l, link, compare)
	if found {
		out = slices.Clone(l)
		out[at] = link
		return out, true
	}
	return slices.Insert(slices.Clone(l), at, link), false
}

// Without is the list without the links that drop says.
func (l Links) Without(drop func(Link) bool) Links { return slices.DeleteFunc(slices.Clone(l), drop) }

func (l Links) check() error {
	if len(l) > MaxLinks {
		return ErrMany
	}
	for i, link := range l {
		switch {
		case link.Coop == 0 || link.Member == 0 || link.Chain == "":
			return fmt.Errorf("%w: of co-op %d, member %d", ErrLink, link.Coop, link.Member)
		case max(len(link.Chain), len(link.Name), len(link.Node), len(link.Validators)) > maxText:
			return fmt.Errorf("%w: of co-op %d: a text has more than %d bytes", ErrLink, link.Coop, maxText)
		case i > 0 && compare(l[i-1], link) >= 0:
			return fmt.Errorf("%w: of co-op %d, which is out of order", ErrLink, link.Coop)
		}
	}
	return nil
}
