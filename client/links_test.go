package client

import (
	"bytes"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"testing"

	cmted25519 "github.com/cometbft/cometbft/crypto/ed25519"
	"github.com/cometbft/cometbft/types"

	"github.com/rochdale-ledger/rochdale/client/light"
	"github.com/rochdale-ledger/rochdale/client/receipt"
	"github.com/rochdale-ledger/rochdale/state/member"
)

func isUntied(err error) bool {
	_, ok := errors.AsType[*light.Untied](err)
	return ok
}

// written is a file of links, read again.
func written(t *testing.T, links light.Links) light.Links {
	t.Helper()
	raw, err := receipt.WriteLinks(rigChain, links)
	check(t, err)
	again, err := receipt.ReadLinks(raw)
	check(t, err)
	return again
}

// TestReceiptsSurviveChanges replaces the founding validators one by one until none is
// left. After each change a receipt verifies against the genesis alone, since it
// carries the links, and one without them does with a file of links.
func TestReceiptsSurviveChanges(t *testing.T) {
	r := decided(t)
	c := r.dial()
	trust := genesisTrust(t, r)
	subject := receipt.Subject{Coop: 2, Member: 4, Class: 1}
	for n := 1; n <= rigCoops; n++ {
		r.replace(n-1, 10+n)
		raw, _, err := c.Receipt(t.Context(), "holding", subject, 0, receipt.Trust{})
		check(t, err)
		got, err := receipt.Verify(raw, trust)
		check(t, err)
		same(t, "links", [2]any{got.Links, got.Format}, [2]any{n, receipt.FormatLinked})
		same(t, "signed", [4]int{got.Signed, got.Validators, got.Trusted, got.TrustedOf}, [4]int{4, 4, 4, 4})
		if !got.Anchored || !strings.Contains(got.Statement[0], "holds 120 shares") {
			t.Errorf("after %d changes: %+v", n, got)
		}

		block, prove := provedBy(t, c, 0)
		bare, err := receipt.Make("holding", subject, block, prove)
		check(t, err)
		got, err = receipt.Verify(bare, trust)
		if n == 1 { // three of the four founders signed it
			check(t, err)
			same(t, "founders who signed", [3]int{got.Trusted, got.TrustedOf, got.Links}, [3]int{3, 4, 0})
		} else if !isUntied(err) {
			t.Errorf("after %d changes, without links: %v", n, err)
		}
		links, err := c.Links(t.Context(), trust, 0)
		check(t, err)
		same(t, "links of the file", len(links.Blocks), n)
		with, err := trust.Extend(written(t, links))
		check(t, err)
		got, err = receipt.Verify(bare, with)
		check(t, err)
		same(t, "with a file of links", [3]int{got.Trusted, got.TrustedOf, got.Links}, [3]int{4, 4, n})
		// With a founder down, three of four sign, among them fewer founders.
		block.Commit.Signatures[0] = light.CommitSig{Flag: light.Absent}
		bare, err = receipt.Make("holding", subject, block, prove)
		check(t, err)
		_, err = receipt.Verify(bare, with)
		check(t, err)

		at, err := c.AtProved(t.Context(), 0, trust)
		check(t, err)
		_, err = member.Find(at.Of(2), 4)
		check(t, err)
		// Whoever knows a later set by its fingerprint needs the links from there only.
		newest, err := receipt.TrustValidators(got.Fingerprint)
		check(t, err)
		got, err = receipt.Verify(raw, newest)
		check(t, err)
		same(t, "links from the newest set", got.Links, 0)
	}

	// A receipt of an older height, and one made after the file of links.
	links, err := c.Links(t.Context(), trust, 0)
	check(t, err)
	with, err := trust.Extend(links)
	check(t, err)
	old, _, err := c.Receipt(t.Context(), "holding", subject, 15, with)
	check(t, err)
	got, err := receipt.Verify(old, with)
	check(t, err)
	same(t, "an old one", [2]any{got.Links, got.Format}, [2]any{0, receipt.Format})
	r.replace(11, 21)
	later, _, err := c.Receipt(t.Context(), "holding", subject, 0, receipt.Trust{})
	check(t, err)
	got, err = receipt.Verify(later, with)
	check(t, err)
	same(t, "a later one", got.Links, 5)
	fingerprint, err := receipt.TrustValidators(links.Blocks[1].Header.ValidatorsHash.String())
	check(t, err)
	got, err = receipt.Verify(later, fingerprint)
	check(t, err)
	same(t, "from the fingerprint of the second set", got.Links, 4)
}

// TestLinksOfPrunedNodes: a node that has dropped the blocks says so, makes receipts
// all the same, and links from what it still has.
func TestLinksOfPrunedNodes(t *testing.T) {
	r := decided(t)
	c := r.dial()
	trust := genesisTrust(t, r)
	r.replace(0, 11)
	r.replace(1, 12)
	all, err := c.Links(t.Context(), trust, 0)
	check(t, err)
	r.with(func() { r.dropped = all.Blocks[0].Header.Height })
	for name, from := range map[string]receipt.Trust{"genesis": trust, "nothing": {}} {
		if _, err := c.Links(t.Context(), from, 0); !errors.Is(err, ErrDropped) {
			t.Errorf("from %s: %v", name, err)
		}
	}
	raw, _, err := c.Receipt(t.Context(), "member", receipt.Subject{Coop: 1, Member: 1}, 0, receipt.Trust{})
	check(t, err)
	if _, err := receipt.Verify(raw, trust); !isUntied(err) {
		t.Errorf("without links: %v", err)
	}
	if _, _, err := c.Receipt(t.Context(), "member", receipt.Subject{Coop: 1, Member: 1}, 0, trust); !isUntied(err) {
		t.Errorf("made for the genesis: %v", err)
	}
	first := light.Links{Blocks: all.Blocks[:1], Next: all.Blocks[1].Validators}
	with, err := trust.Extend(first)
	check(t, err)
	rest, err := c.Links(t.Context(), with, 0)
	check(t, err)
	same(t, "the links that were kept and those that are left", len(rest.Blocks), 2)
	// So a node's operator who kept them makes receipts that carry all.
	carries, _, err := c.Receipt(t.Context(), "member", receipt.Subject{Coop: 1, Member: 1}, 0, with)
	check(t, err)
	linked, err := receipt.Verify(carries, trust)
	check(t, err)
	same(t, "links of a receipt", linked.Links, 2)
	with, err = with.Extend(rest)
	check(t, err)
	part, err := c.Links(t.Context(), with, uint64(all.Blocks[1].Header.Height))
	check(t, err)
	same(t, "to a height before the last", len(part.Blocks), 1)
	got, err := receipt.Verify(raw, with)
	check(t, err)
	same(t, "links", got.Links, 2)
	other := receipt.Trust{Fingerprint: bytes.Repeat([]byte{1}, 32)}
	r.with(func() { r.dropped = 0 })
	if _, err := c.AtProved(t.Context(), 0, other); !isUntied(err) {
		t.Errorf("validators that never were: %v", err)
	}
}

// TestLinksOfALyingNode: what a node makes up is refused.
func TestLinksOfALyingNode(t *testing.T) {
	r := decided(t)
	c := r.dial()
	trust := genesisTrust(t, r)
	r.replace(0, 11)
	r.replace(1, 12)
	links, err := c.Links(t.Context(), trust, 0)
	check(t, err)
	at := links.Blocks[0].Header.Height // the middle, where the search begins, is before it
	strangers := newSigners(cmted25519.GenPrivKeyFromSecret([]byte("a")))
	for name, row := range map[string]struct {
		height int64
		change func(*types.Header)
		want   string
	}{
		"other validators next":       {at, func(h *types.Header) { h.NextValidatorsHash = strangers.set.Hash() }, "its hash is"},
		"the same validators next":    {at, func(h *types.Header) { h.NextValidatorsHash = h.ValidatorsHash }, "its hash is"},
		"a change that there was not": {1 + int64(len(r.sealed)-1)/2, func(h *types.Header) { h.ValidatorsHash = strangers.set.Hash() }, "does not name those who sign the next"},
		"another set after a link":    {at + 1, func(h *types.Header) { h.ValidatorsHash = strangers.set.Hash() }, "the one before names"},
	} {
		honest := r.sealed[row.height-1]
		h := *honest.Header
		row.change(&h)
		r.with(func() { r.sealed[row.height-1] = &types.SignedHeader{Header: &h, Commit: honest.Commit} })
		_, err := c.Links(t.Context(), trust, 0)
		if _, refuted := errors.AsType[*light.Refuted](err); !refuted || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: %v, want %s", name, err, row.want)
		}
		r.with(func() { r.sealed[row.height-1] = honest })
	}
}

// TestRetiredKeys: the founders' keys, all replaced since, sign a fork with other
// records. Who knows the genesis alone cannot tell; who has links, or the fingerprint
// of a later set, refuses it, and is not moved by links that the old keys made up.
func TestRetiredKeys(t *testing.T) {
	r := decided(t)
	c := r.dial()
	trust := genesisTrust(t, r)
	subject := receipt.Subject{Coop: 2, Member: 4, Class: 1}
	for n := range 3 { // validator 3 stays
		r.replace(n, 11+n)
	}
	links, err := c.Links(t.Context(), trust, 0)
	check(t, err)
	honest, prove := provedBy(t, c, 0)
	with, err := trust.Extend(written(t, links))
	check(t, err)

	// forge signs the last header again, with other validators before and after.
	forge := func(s, next signers, height int64) light.Block {
		h := *r.sealed[len(r.sealed)-1].Header
		h.Height, h.ValidatorsHash, h.NextValidatorsHash = height, s.set.Hash(), next.set.Hash()
		return lightly(t, &h, s)
	}
	strangers := newSigners(cmted25519.GenPrivKeyFromSecret([]byte("a")), cmted25519.GenPrivKeyFromSecret([]byte("b")))
	made := func(b light.Block, links ...light.Block) []byte {
		raw, err := receipt.Make("holding", subject, b, prove, links...)
		check(t, err)
		return raw
	}
	last := honest.Header.Height
	old := made(forge(r.signers, r.signers, last))
	lured := made(forge(strangers, strangers, last), forge(r.signers, strangers, last-2))
	_, err = receipt.Verify(old, trust)
	check(t, err)
	_, err = receipt.Verify(lured, trust)
	check(t, err)

	refuted := func(name string, raw []byte, by receipt.Trust, want string) {
		t.Helper()
		_, err := receipt.Verify(raw, by)
		if no, ok := errors.AsType[*light.Refuted](err); !ok || !strings.Contains(no.Error(), want) {
			t.Errorf("%s: %v, want %q", name, err, want)
		}
	}
	refuted("all founders", old, with, "keys that are retired sign nothing later")
	if _, err := receipt.Verify(lured, with); !isUntied(err) {
		t.Errorf("forged links: %v", err)
	}
	newest, err := receipt.TrustValidators(hex.EncodeToString(links.Next.Hash()))
	check(t, err)
	for _, raw := range [][]byte{old, lured} {
		if _, err := receipt.Verify(raw, newest); !isUntied(err) {
			t.Errorf("by fingerprint: %v", err)
		}
	}
	// At each height the set that signed then is the one that counts.
	for _, b := range links.Blocks {
		h := b.Header.Height
		_, err := receipt.Verify(made(forge(r.signersAt(h), r.signers, h)), with)
		check(t, err)
		refuted("a block after", made(forge(r.signersAt(h), r.signers, h+1)), with, "had been replaced by block")
	}
	// One key that was retired is enough, even if more than two thirds of the right
	// validators sign beside it.
	retired := cmted25519.GenPrivKeyFromSecret([]byte("validator 0"))
	mixed := newSigners(append(slices.Clone(r.signersAt(last).keys), retired)...)
	refuted("one retired key", made(forge(mixed, mixed, last)), with, "keys that are retired sign nothing later")
	newcomer := newSigners(append(slices.Clone(r.signersAt(last).keys), cmted25519.GenPrivKeyFromSecret([]byte("a")))...)
	got, err := receipt.Verify(made(forge(newcomer, newcomer, last)), with)
	check(t, err)
	same(t, "a newcomer that no link shows", [3]int{got.Trusted, got.TrustedOf, got.Links}, [3]int{4, 4, 3})
}
