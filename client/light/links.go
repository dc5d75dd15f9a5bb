package light

import (
	"bytes"
	"fmt"
)

// Links join the validators of one height to those of a later one: the blocks in
// which validators changed, oldest first. The header of each names the hash of the
// set that signs from the next height on, and that set signs the next link. So whoever
// trusts the set that signed the first link knows all that came after it.
//
// This is the light client's sequential verification; it assumes no trusting period.
// docs/adr/0019-links.md
type Links struct {
	Blocks []Block
	Next   Set // who signs after the last of them
}

// Verify checks that the links are consistent: each is signed by more than two thirds
// of its own set, they are of one chain, they ascend, none is missing between the
// first and Next, and each changes the validators. Without any block it returns nil.
// An error is a *Refuted whose part is "link N", counted from 1.
//
// Whether the first set is to be trusted is another question: Lineage.Extend asks it.
func (l Links) Verify() error {
	for i, b := range l.Blocks {
		part := fmt.Sprintf("link %d", i+1)
		if err := b.Verify(); err != nil {
			return refute(part, "%v", err)
		}
		next := b.Header.NextValidatorsHash
		if bytes.Equal(b.Header.ValidatorsHash, next) {
			return refute(part, "it changes no validators: those of height %d sign the next block too", b.Header.Height)
		}
		if i > 0 {
			if err := follows(l.Blocks[i-1].Header, b.Header, i); err != nil {
				return refute(part, "%v", err)
			}
		}
		if i == len(l.Blocks)-1 && !bytes.Equal(l.Next.Hash(), next) {
			return refute(part, "it names %v as those who sign next, what follows is signed by %X: a link is missing", next, l.Next.Hash())
		}
	}
	return nil
}

// follows says why h cannot be the link after before, which is number n.
func follows(before, h Header, n int) error {
	switch {
	case h.ChainID != before.ChainID:
		return fmt.Errorf("it is of %q, those before it of %q", h.ChainID, before.ChainID)
	case bytes.Equal(h.Hash(), before.Hash()):
		return fmt.Errorf("it is link %d once more", n)
	case h.Height <= before.Height:
		return fmt.Errorf("it is of height %d, the one before it of height %d: links go from the oldest to the latest", h.Height, before.Height)
	case !bytes.Equal(h.ValidatorsHash, before.NextValidatorsHash):
		return fmt.Errorf("it is signed by the validators %v, link %d names %v as the next: a link between them is missing", h.ValidatorsHash, n, before.NextValidatorsHash)
	}
	return nil
}

// A Lineage is what a verifier knows of the validators of one chain: a set that it
// trusts from a source of its own, and those that links have shown to follow. The
// zero Lineage trusts nobody.
type Lineage struct {
	chain string // empty if any
	terms []term // oldest first
}

// A term is the time in which one set signs. It ends where the next one begins.
type term struct {
	from int64 // first height; zero if unknown, which only the first can be
	hash Hex
	set  Set   // empty while only the hash is known
	by   Block // the link that names it; zero of the first
}

// Founded trusts the validators that founded a chain.
func Founded(chain string, set Set) Lineage {
	return Lineage{chain, []term{{from: 1, hash: set.Hash(), set: set}}}
}

// Named trusts the set with the given hash, on the chain, or on any if it is empty.
func Named(chain string, hash []byte) Lineage {
	if len(hash) == 0 {
		return Lineage{chain: chain}
	}
	return Lineage{chain, []term{{hash: hash}}}
}

// Last is the hash of the set that signs as far as l reaches, and the first height of
// which that is known, zero if it is of none. The hash is nil if nobody is trusted.
func (l Lineage) Last() (hash Hex, from int64) {
	if len(l.terms) == 0 {
		return nil, 0
	}
	last := l.terms[len(l.terms)-1]
	return last.hash, last.from
}

// Links are the blocks that have shown the sets after the first, oldest first.
func (l Lineage) Links() (blocks []Block) {
	for i := 1; i < len(l.terms); i++ {
		blocks = append(blocks, l.terms[i].by)
	}
	return blocks
}

// Extend adds the sets that verified links show to follow the last one that l knows.
// Links before that are passed over: l knows better. An error is a *Refuted for
// links of another chain, or an *Untied for those that begin elsewhere.
func (l Lineage) Extend(links Links) (Lineage, error) {
	if len(l.terms) == 0 {
		return l, untied("no validators are trusted")
	}
	last := l.terms[len(l.terms)-1]
	out := Lineage{l.chain, l.terms[: len(l.terms)-1 : len(l.terms)-1]}
	joined := false
	for i, b := range links.Blocks {
		h := b.Header
		if l.chain != "" && h.ChainID != l.chain {
			return l, refute("chain", "the links are of %q, the one you trust is %q", h.ChainID, l.chain)
		}
		if !joined && (h.Height < last.from || !bytes.Equal(h.ValidatorsHash, last.hash)) {
			continue
		}
		if !joined {
			last.set, joined = b.Validators, true
			out.chain, out.terms = h.ChainID, append(out.terms, last)
		}
		next := links.Next
		if i+1 < len(links.Blocks) {
			next = links.Blocks[i+1].Validators
		}
		out.terms = append(out.terms, term{h.Height + 1, h.NextValidatorsHash, next, b})
	}
	switch {
	case joined:
		return out, nil
	case bytes.Equal(links.Next.Hash(), last.hash):
		last.set = links.Next
		out.terms = append(out.terms, last)
		return out, nil
	case len(links.Blocks) == 0:
		return l, untied("there are no links from the validators that you trust, %x, to %x", []byte(last.hash), links.Next.Hash())
	}
	return l, untied("the links lead from the validators %x to %x; those you trust, %x, are not among them",
		[]byte(links.Blocks[0].Header.ValidatorsHash), links.Next.Hash(), []byte(last.hash))
}

// A Tie says how a block is tied to the validators that a verifier trusts.
type Tie struct {
	Signed, Of int // how many of the set that is known for its height signed, of how many
	Links      int // how many changes of validators lie between the trusted set and that one
}

// Holds checks a block that has been verified against the lineage. It was signed by
// the set that is known for its height; or by another, of a change in between that no
// link shows, if more than two thirds of the known set signed too and no key is in it
// that was retired before. An error is an *Untied if l does not reach the block's
// validators, which may be honest; or a *Refuted if the block and the lineage cannot
// both be true.
func (l Lineage) Holds(b Block) (Tie, error) {
	h := b.Header
	if l.chain != "" && h.ChainID != l.chain {
		return Tie{}, refute("chain", "it is of %q, the one you trust is %q", h.ChainID, l.chain)
	}
	if len(l.terms) == 0 {
		return Tie{}, untied("no validators are trusted")
	}
	at := 0
	for i, t := range l.terms {
		if t.from <= h.Height {
			at = i
		}
	}
	known := l.terms[at]
	if bytes.Equal(known.hash, h.ValidatorsHash) {
		return Tie{b.Commit.Signed(), b.Validators.Size(), at}, nil
	}
	if v, since, ok := l.retired(at, b.Validators); ok {
		return Tie{}, refute("validators", "%v had been replaced by block %d, and keys that are retired sign nothing later; this is of block %d", v.Address(), since, h.Height)
	}
	if known.set.Size() == 0 {
		return Tie{}, untied("their fingerprint is %x, the one you trust is %x", []byte(h.ValidatorsHash), []byte(known.hash))
	}
	signed, err := known.set.Trusts(h.ChainID, b.Commit, TwoThirds)
	tie := Tie{signed, known.set.Size(), at}
	if refuted, ok := err.(*Refuted); ok && refuted.Part == "validators" {
		return tie, untied("%d of the %d validators that you trust signed, more than two thirds must, or links must lead to those who did", signed, tie.Of)
	}
	return tie, err
}

// retired finds a validator of set that signed before term at and no longer does, and
// the height from which it does not.
func (l Lineage) retired(at int, set Set) (v Validator, since int64, ok bool) {
	now := l.terms[at].set
	for i := range at {
		earlier, later := l.terms[i].set, l.terms[i+1].set
		for _, m := range set.all {
			if earlier.has(m) && !later.has(m) && !now.has(m) {
				return m.Validator, l.terms[i+1].from, true
			}
		}
	}
	return Validator{}, 0, false
}

// has says whether the key of m is one of the set's.
func (s Set) has(m member) bool {
	_, ok := s.by[string(m.address)]
	return ok
}
