package light

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"
)

// blockVersion is the version of the block's layout that CometBFT v0.40 writes
// and that is verified here.
const blockVersion = 11

// MaxChain is the length of the longest chain id, in bytes.
const MaxChain = 50

const addressSize = 20

// Hex is bytes that are written in JSON as upper-case hexadecimal.
type Hex []byte

func (h Hex) String() string { return fmt.Sprintf("%X", []byte(h)) }

// A Header is the header of a block, its fields those of CometBFT v0.40.
type Header struct {
	Version            Version   `json:"version"`
	ChainID            string    `json:"chain_id"`
	Height             int64     `json:"height,string"`
	Time               time.Time `json:"time"` // of the block, agreed by the validators
	LastBlockID        BlockID   `json:"last_block_id"`
	LastCommitHash     Hex       `json:"last_commit_hash"`
	DataHash           Hex       `json:"data_hash"`
	ValidatorsHash     Hex       `json:"validators_hash"` // of the set that signs this header
	NextValidatorsHash Hex       `json:"next_validators_hash"`
	ConsensusHash      Hex       `json:"consensus_hash"`
	AppHash            Hex       `json:"app_hash"` // root of the state after the block before
	LastResultsHash    Hex       `json:"last_results_hash"`
	EvidenceHash       Hex       `json:"evidence_hash"`
	ProposerAddress    Hex       `json:"proposer_address"`
}

// A Version is the version of the block's layout and of the application's rules.
type Version struct {
	Block uint64 `json:"block,string,omitempty"`
	App   uint64 `json:"app,string,omitempty"`
}

// A BlockID names a block: the hash of its header and of its parts. The zero
// BlockID is that of the block before the first.
type BlockID struct {
	Hash  Hex   `json:"hash"`
	Parts Parts `json:"parts"`
}

// Parts are the pieces in which a block is gossiped.
type Parts struct {
	Total uint32 `json:"total"`
	Hash  Hex    `json:"hash"`
}

// Equal says whether two ids name the same block.
func (id BlockID) Equal(o BlockID) bool {
	return bytes.Equal(id.Hash, o.Hash) && id.Parts.Total == o.Parts.Total && bytes.Equal(id.Parts.Hash, o.Parts.Hash)
}

// check refuses hashes of other lengths than none and 32 bytes.
func (id BlockID) check() error {
	if !hashed(id.Hash) {
		return fmt.Errorf("the hash of a block has %d bytes", len(id.Hash))
	}
	if !hashed(id.Parts.Hash) {
		return fmt.Errorf("the hash of a block's parts has %d bytes", len(id.Parts.Hash))
	}
	return nil
}

// encode is the protobuf form, which headers and votes share.
func (id BlockID) encode() []byte {
	parts := appendVarint(nil, 0x08, uint64(id.Parts.Total))
	parts = appendBytes(parts, 0x12, id.Parts.Hash)
	return appendMessage(appendBytes(nil, 0x0a, id.Hash), 0x12, parts)
}

func hashed(h Hex) bool { return len(h) == 0 || len(h) == sha256.Size }

// Check refuses a malformed header. It is stricter than CometBFT in one point: the
// app hash must have the length of a hash.
func (h Header) Check() error {
	switch {
	case h.Version.Block != blockVersion:
		return fmt.Errorf("its block version is %d, this program reads %d", h.Version.Block, blockVersion)
	case len(h.ChainID) > MaxChain:
		return fmt.Errorf("its chain id has %d bytes, at most %d can be", len(h.ChainID), MaxChain)
	case h.Height < 1:
		return fmt.Errorf("its height is %d", h.Height)
	case !timed(h.Time):
		return errors.New("its time is not in the years 1 to 9999")
	case len(h.ProposerAddress) != addressSize:
		return fmt.Errorf("its proposer's address has %d bytes, not %d", len(h.ProposerAddress), addressSize)
	}
	if err := h.LastBlockID.check(); err != nil {
		return fmt.Errorf("last block: %w", err)
	}
	for _, f := range []struct {
		name string
		hash Hex
	}{
		{"last commit", h.LastCommitHash}, {"data", h.DataHash}, {"validators", h.ValidatorsHash},
		{"next validators", h.NextValidatorsHash}, {"consensus", h.ConsensusHash}, {"app", h.AppHash},
		{"last results", h.LastResultsHash}, {"evidence", h.EvidenceHash},
	} {
		if !hashed(f.hash) {
			return fmt.Errorf("its %s hash has %d bytes, not %d", f.name, len(f.hash), sha256.Size)
		}
	}
	return nil
}

// Hash is the hash that validators sign: the Merkle root over the header's
// fields, each in protobuf, in their order. It is nil if the header names no
// validators or its time has no form in protobuf.
//
// Source: CometBFT v0.40, spec/core/data_structures.md, "Header".
func (h Header) Hash() []byte {
	if len(h.ValidatorsHash) == 0 || !timed(h.Time) {
		return nil
	}
	of := func(b Hex) []byte { return appendBytes(nil, 0x0a, b) }
	root := merkleRoot([][]byte{
		appendVarint(appendVarint(nil, 0x08, h.Version.Block), 0x10, h.Version.App),
		appendBytes(nil, 0x0a, h.ChainID),
		appendVarint(nil, 0x08, uint64(h.Height)),
		appendTime(nil, h.Time),
		h.LastBlockID.encode(),
		of(h.LastCommitHash),
		of(h.DataHash),
		of(h.ValidatorsHash),
		of(h.NextValidatorsHash),
		of(h.ConsensusHash),
		of(h.AppHash),
		of(h.LastResultsHash),
		of(h.EvidenceHash),
		of(h.ProposerAddress),
	})
	return root[:]
}
