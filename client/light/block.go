package light

import "bytes"

// A Block is what a whole federation vouches for (a light block, in CometBFT's
// words): a header, the signatures with which it was decided, and the validators
// who had to sign.
type Block struct {
	Header     Header
	Commit     Commit
	Validators Set
}

// Verify holds the block against itself: the validators are those that the
// header names, and more than two thirds of their power signed this very header.
// Every signature is checked. An error is a *Refuted.
//
// Whether the validators are those of a federation that the reader trusts is
// another question: compare their hash, or ask Set.Trusts.
func (b Block) Verify() error {
	if err := b.Header.Check(); err != nil {
		return refute("header", "%v", err)
	}
	if err := b.Commit.Check(); err != nil {
		return refute("commit", "%v", err)
	}
	if h := b.Validators.Hash(); !bytes.Equal(h, b.Header.ValidatorsHash) {
		return refute("validators", "their hash is %X, the header names %v", h, b.Header.ValidatorsHash)
	}
	if h := b.Header.Hash(); !bytes.Equal(h, b.Commit.BlockID.Hash) {
		return refute("header", "its hash is %X, the commit signs %v", h, b.Commit.BlockID.Hash)
	}
	return b.Validators.Verify(b.Header.ChainID, b.Header.Height, b.Commit.BlockID, b.Commit)
}
