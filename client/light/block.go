package light

import "bytes"

// A Block is a light block: a header, the commit (signatures) that decided it, and
// the validator set that had to sign it.
type Block struct {
	Header     Header
	Commit     Commit
	Validators Set
}

// Verify checks that the block is consistent: the validators are those that the
// header names, and more than two thirds of their power signed this header. Every
// signature is checked. An error is a *Refuted.
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
