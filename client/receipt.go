package client

import (
	"context"

	"github.com/rochdale-ledger/rochdale/client/receipt"
)

// Receipt makes a receipt of one kind of statement about subject, at height or, if
// zero, at the last height that can be proved. It verifies the receipt: false
// answers of the node give an error, a *receipt.Refuted. With the zero trust, the
// verifier must know the validators. The receipt carries the links from the genesis to
// its validators if it needs them, they are few, and the node still has those blocks.
//
// It returns what receipt.Make and receipt.Verify return, and the errors of talking to
// a node.
func (c *Client) Receipt(ctx context.Context, kind string, subject receipt.Subject, height uint64, trust receipt.Trust) ([]byte, receipt.Proof, error) {
	if err := receipt.Suits(kind, subject); err != nil {
		return nil, receipt.Proof{}, err
	}
	block, read, err := c.sealed(ctx, height)
	if err != nil {
		return nil, receipt.Proof{}, err
	}
	if err := block.Verify(); err != nil {
		return nil, receipt.Proof{}, err
	}
	from := proved{ctx, c, block, read}
	raw, err := receipt.Make(kind, subject, block, from.prove, c.linksFor(ctx, block, trust)...)
	if err != nil {
		return nil, receipt.Proof{}, err
	}
	proof, err := receipt.Verify(raw, trust)
	return raw, proof, err
}
