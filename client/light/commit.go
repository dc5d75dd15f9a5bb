package light

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/oasisprotocol/curve25519-voi/primitives/ed25519"
)

// MaxValidators is how many validators a set can have: more than any federation has,
// and few enough that a forged set is soon refused.
const MaxValidators = 1000

// A Flag says what a validator did in the round that decided a block.
type Flag uint8

// What a Flag can be, by CometBFT's numbers.
const (
	Absent Flag = 1 // nothing was received from it
	Signed Flag = 2 // it signed the block
	Nil    Flag = 3 // it signed that it had no block to decide
)

// A Commit is the signatures with which a block was decided, one entry a
// validator, in the order of the set.
type Commit struct {
	Height     int64       `json:"height,string"`
	Round      int32       `json:"round"`
	BlockID    BlockID     `json:"block_id"`
	Signatures []CommitSig `json:"signatures"`
}

// A CommitSig is one validator's entry. All but Flag is empty if it is absent.
type CommitSig struct {
	Flag      Flag      `json:"block_id_flag"`
	Validator Hex       `json:"validator_address"` // 20 bytes
	Time      time.Time `json:"timestamp"`         // the validator's own clock
	Signature []byte    `json:"signature"`         // ed25519, 64 bytes
}

// Signed is how many validators signed the block, by the flags alone; no signature
// is checked.
func (c Commit) Signed() int {
	n := 0
	for _, sig := range c.Signatures {
		if sig.Flag == Signed {
			n++
		}
	}
	return n
}

// Check refuses a malformed commit, without looking at signatures.
func (c Commit) Check() error {
	switch n := len(c.Signatures); {
	case c.Height < 1:
		return fmt.Errorf("its height is %d", c.Height)
	case c.Round < 0:
		return fmt.Errorf("its round is %d", c.Round)
	case len(c.BlockID.Hash) == 0:
		return errors.New("it names no block")
	case n == 0 || n > MaxValidators:
		return fmt.Errorf("it has %d signatures, from 1 to %d can be", n, MaxValidators)
	}
	if err := c.BlockID.check(); err != nil {
		return err
	}
	for i, sig := range c.Signatures {
		if err := sig.check(); err != nil {
			return fmt.Errorf("signature %d: %w", i+1, err)
		}
	}
	return nil
}

func (s CommitSig) check() error {
	switch {
	case s.Flag < Absent || s.Flag > Nil:
		return fmt.Errorf("there is no flag %d", s.Flag)
	case s.Flag == Absent:
		if len(s.Validator) > 0 || !s.Time.IsZero() || len(s.Signature) > 0 {
			return errors.New("it is absent and has an address, a time or a signature")
		}
		return nil
	case len(s.Validator) != addressSize:
		return fmt.Errorf("the validator's address has %d bytes, not %d", len(s.Validator), addressSize)
	case !timed(s.Time):
		return errors.New("its time is not in the years 1 to 9999")
	case len(s.Signature) != ed25519.SignatureSize:
		return fmt.Errorf("it has %d bytes, not %d", len(s.Signature), ed25519.SignatureSize)
	}
	return nil
}

// precommit is the type of the vote that a commit's signatures are made of.
const precommit = 2

// signBytes is what the validator of entry i signed: the canonical vote in protobuf,
// after its length. The validator's time is part of it.
//
// Source: CometBFT v0.40, spec/core/encoding.md, "Canonical vote".
func (c Commit) signBytes(chain string, i int) []byte {
	sig := c.Signatures[i]
	vote := make([]byte, 0, 2*(sha256.Size+4)+MaxChain+48)
	vote = appendVarint(vote, 0x08, precommit)
	vote = appendFixed(vote, 0x11, c.Height)
	vote = appendFixed(vote, 0x19, int64(c.Round))
	if sig.Flag == Signed {
		vote = appendMessage(vote, 0x22, c.BlockID.encode())
	}
	vote = appendMessage(vote, 0x2a, appendTime(nil, sig.Time))
	vote = appendBytes(vote, 0x32, chain)
	return append(binary.AppendUvarint(nil, uint64(len(vote))), vote...)
}
