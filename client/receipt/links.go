package receipt

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/rochdale-ledger/rochdale/client/light"
	"github.com/rochdale-ledger/rochdale/state/federation"
)

// FormatLinks is the first field of a file of links.
const FormatLinks = "rochdale-links-1"

// Bounds of links. A link takes some 3 kB among four validators and 55 kB among 128,
// and as many signatures are verified as there are validators.
const (
	MaxLinks       = 5000     // of a file
	MaxLinksSize   = 16 << 20 // bytes of a file
	MaxCarried     = 64       // of a receipt
	MaxCarriedSize = 1 << 20  // bytes of a receipt's links
)

// ErrLinks is returned for a file that holds no links, or not in the one form in which
// they are written.
var ErrLinks = errors.New("not a file of links")

// An Untied says that a receipt or a block, sound in itself, cannot be tied to the
// validators that the reader trusts. It accuses nobody: links, or a newer trust
// anchor, decide.
type Untied = light.Untied

// A linksFile is JSON with one encoding of each content, as a receipt is.
type linksFile struct {
	Format     string      `json:"format"`
	Chain      string      `json:"chain"`
	Links      []link      `json:"links"`      // oldest first
	Validators []validator `json:"validators"` // who sign after the last link
}

// A link is a block in which validators changed, with those who signed it.
type link struct {
	Header     light.Header `json:"header"`
	Commit     light.Commit `json:"commit"`
	Validators []validator  `json:"validators"`
}

func linksOf(blocks []light.Block) []link {
	out := make([]link, 0, len(blocks))
	for _, b := range blocks {
		out = append(out, link{b.Header, b.Commit, validatorsOf(b.Validators)})
	}
	return out
}

// blocksOf is the inverse of linksOf.
func blocksOf(links []link) ([]light.Block, error) {
	var out []light.Block
	for i, l := range links {
		set, err := setOf(l.Validators)
		if err != nil {
			return nil, fmt.Errorf("link %d: %w", i+1, err)
		}
		out = append(out, light.Block{Header: l.Header, Commit: l.Commit, Validators: set})
	}
	return out, nil
}

func validatorsOf(s light.Set) (out []validator) {
	for i := range s.Size() {
		v := s.At(i)
		out = append(out, validator{v.Address().String(), v.Key})
	}
	return out
}

// setOf reads validators, which stand in the order of their set. An error is a
// *Refuted if they do not.
func setOf(list []validator) (light.Set, error) {
	var all []light.Validator
	for _, v := range list {
		all = append(all, light.Validator{Key: v.Key, Power: federation.Power})
	}
	set, err := light.NewSet(all)
	if err != nil {
		return set, err
	}
	for i, v := range list {
		belongs := set.At(i)
		if !bytes.Equal(belongs.Key, v.Key) || belongs.Address().String() != v.Address {
			return set, refute("validators", "number %d is %s, its place belongs to %v", i+1, v.Address, belongs.Address())
		}
	}
	return set, nil
}

// WriteLinks writes a file of links on a chain. It verifies them first: an error is a
// *Refuted, or says that there are too many.
func WriteLinks(chain string, links light.Links) ([]byte, error) {
	if err := links.Verify(); err != nil {
		return nil, err
	}
	if len(links.Blocks) > MaxLinks {
		return nil, fmt.Errorf("there are %d links, a file holds %d", len(links.Blocks), MaxLinks)
	}
	raw, err := encode(linksFile{FormatLinks, chain, linksOf(links.Blocks), validatorsOf(links.Next)})
	if err == nil && len(raw) > MaxLinksSize {
		err = fmt.Errorf("the links would have %d bytes, a file holds %d", len(raw), MaxLinksSize)
	}
	return raw, err
}

// ReadLinks reads and verifies a file of links. It returns ErrLinks for a file that
// cannot be read, and a *Refuted for links that do not hold together.
func ReadLinks(raw []byte) (light.Links, error) {
	var none light.Links
	f, err := decodeLinks(raw)
	if err != nil {
		return none, err
	}
	blocks, err := blocksOf(f.Links)
	if err != nil {
		return none, unlessRefuted(ErrLinks, err)
	}
	next, err := setOf(f.Validators)
	if err != nil {
		return none, unlessRefuted(ErrLinks, err)
	}
	again, err := encode(f)
	if err != nil || !bytes.Equal(again, raw) {
		return none, fmt.Errorf("%w: from byte %d on, it is not in the one form that links are written in", ErrLinks, firstDifference(raw, again))
	}
	for i, b := range blocks {
		if b.Header.ChainID != f.Chain {
			return none, refute(fmt.Sprintf("link %d", i+1), "it is of %q, the file says %q", b.Header.ChainID, f.Chain)
		}
	}
	links := light.Links{Blocks: blocks, Next: next}
	return links, links.Verify()
}

func decodeLinks(raw []byte) (f linksFile, err error) {
	if len(raw) > MaxLinksSize {
		return f, fmt.Errorf("%w: %d bytes, at most %d can be", ErrLinks, len(raw), MaxLinksSize)
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&f); err != nil {
		return f, unreadable(ErrLinks, err, len(raw))
	}
	switch n := len(f.Links); {
	case f.Format != FormatLinks:
		return f, fmt.Errorf("%w that this program can read: its format is %q, known is %q", ErrLinks, f.Format, FormatLinks)
	case n > MaxLinks:
		return f, fmt.Errorf("%w: there are %d links, at most %d can be", ErrLinks, n, MaxLinks)
	}
	return f, nil
}

// unlessRefuted wraps err in what, unless it is a *Refuted.
func unlessRefuted(what, err error) error {
	if _, ok := errors.AsType[*Refuted](err); ok {
		return err
	}
	return fmt.Errorf("%w: %w", what, err)
}

// carriable is links as a receipt carries them: none if they are too many or too large.
func carriable(blocks []light.Block) []link {
	if len(blocks) > MaxCarried {
		return nil
	}
	links := linksOf(blocks)
	raw, err := encode(links)
	if err != nil || len(raw) > MaxCarriedSize {
		return nil
	}
	return links
}

// carried reads the links of a receipt of block b, which must lead to its validators,
// and come before it. Nothing of them is trusted by that.
func (f file) carried(b light.Block) (light.Links, error) {
	blocks, err := blocksOf(f.Links)
	if err != nil {
		return light.Links{}, unlessRefuted(ErrReceipt, err)
	}
	links := light.Links{Blocks: blocks, Next: b.Validators}
	if err := links.Verify(); err != nil {
		return links, err
	}
	if n := len(blocks); n > 0 {
		switch last := blocks[n-1].Header; {
		case last.ChainID != b.Header.ChainID:
			return links, refute(fmt.Sprintf("link %d", n), "it is of %q, the receipt of %q", last.ChainID, b.Header.ChainID)
		case last.Height >= b.Header.Height:
			return links, refute(fmt.Sprintf("link %d", n), "it is of height %d, the receipt's header of %d", last.Height, b.Header.Height)
		}
	}
	return links, nil
}
