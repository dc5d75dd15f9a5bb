package node

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/cometbft/cometbft/crypto"
	"github.com/cometbft/cometbft/crypto/ed25519"
	"github.com/cometbft/cometbft/privval"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	"github.com/cometbft/cometbft/store"
	"github.com/cometbft/cometbft/types"
)

// lookBack is how many of the stored blocks, the last ones, are searched at a start for
// signatures that the record lacks: enough for any validator that signs now and then,
// and some tenths of a second. Blocks that come later are all searched.
const lookBack = 10_000

// precommit is the step of a record whose last signature is one that a block can hold.
// Source: privval/file.go of CometBFT v0.40.0.
const precommit = 3

// A signer signs votes and proposals with the validator's key until a block holds a
// signature by this key above the home's record, data/priv_validator_state.json. Then
// another machine runs the key, or the record is older than the blocks; the signer
// refuses from then on, since each further signature could contradict one that is out
// already, and a key that contradicts itself loses its power for good.
//
// An honest node never gets there. The record is on disk before a signature leaves
// FilePV, and its directory is synced here before the signature leaves the signer, so a
// crash leaves a record that is too new, never one that is too old. The engine verifies
// every signature of a commit before it stores it (blocksync/reactor.go), so no peer can
// make one up.
//
// Nothing is signed before the node has the blocks of its peers: see hideFrom.
//
// Two machines that start from one record before either has signed again see nothing in
// the blocks yet. They find each other under the first block that both have signed, by a
// signature that is not this signer's own, and by then may have contradicted each other.
type signer struct {
	file *privval.FilePV
	home string
	fail func(error) // called once, with the Problem

	mu     sync.Mutex        // guards what follows, and file's record
	blocks *store.BlockStore // nil until the engine has opened it
	seen   int64             // height up to which the stored blocks' commits were searched
	found  *Problem          // why it no longer signs, or nil
	hidden bool              // the engine is to fetch blocks first, as hideFrom says
	asked  bool              // the engine has asked for the public key once
}

var _ types.PrivValidator = (*signer)(nil)

// open searches the last stored blocks, from the last one down to the record. It returns
// the Problem if it finds a signature that the record lacks.
func (s *signer) open(blocks *store.BlockStore) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.blocks, s.seen = blocks, blocks.Height()
	lowest := max(blocks.Base(), s.seen-lookBack+1, s.file.LastSignState.Height, 1)
	for h := s.seen; h >= lowest; h-- {
		if s.search(h); s.found != nil {
			return s.found
		}
	}
	return nil
}

// decided searches the commit that a block holds, of the block before it, wherever that
// block comes from: from consensus, from a peer, or from this node's own store.
func (s *signer) decided(block *abci.RequestFinalizeBlock) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, v := range block.DecidedLastCommit.Votes {
		if v.BlockIdFlag != cmtproto.BlockIDFlagAbsent && bytes.Equal(v.Validator.Address, s.file.Key.Address) {
			s.note(block.Height-1, block.DecidedLastCommit.Round, nil)
		}
	}
}

// search looks at what is stored of the signatures under a block.
func (s *signer) search(height int64) {
	for _, c := range []*types.Commit{s.blocks.LoadSeenCommit(height), s.blocks.LoadBlockCommit(height)} {
		if c == nil {
			continue
		}
		for _, sig := range c.Signatures {
			if sig.BlockIDFlag != types.BlockIDFlagAbsent && bytes.Equal(sig.ValidatorAddress, s.file.Key.Address) {
				s.note(c.Height, c.Round, sig.Signature)
			}
		}
	}
}

// note compares a signature by this key, under the block at height, with the record:
// with its place, and if it is that of the record also with the record's own signature.
// A nil signature is one of which only the place is known.
func (s *signer) note(height int64, round int32, signature []byte) {
	if s.found != nil {
		return
	}
	r := s.file.LastSignState
	switch at := cmp.Or(cmp.Compare(height, r.Height), cmp.Compare(round, r.Round), cmp.Compare(precommit, r.Step)); {
	case at > 0:
		s.refuse(fmt.Sprintf("under block %d (round %d) is a signature by its validator key, and its own record in data/priv_validator_state.json ends at block %d (round %d): "+
			"another machine runs the key, or the record is older than the blocks, as after restoring a backup", height, round, r.Height, r.Round))
	case at == 0 && signature != nil && r.Signature != nil && !bytes.Equal(signature, r.Signature):
		s.refuse(fmt.Sprintf("under block %d (round %d) is a signature by its validator key that this node did not make: another machine runs the key", height, round))
	}
}

func (s *signer) refuse(why string) {
	s.found = &Problem{
		Kind:   ErrSignedElsewhere,
		Text:   "this node refuses to sign: " + why + "; a key that signs twice loses its power for good",
		Advice: `leave the key to one machine and give the other a new home; if surely no other machine has it, docs/reliability.md, "Lost record of signatures", says how to begin a new record; if you cannot tell, take a new key with rochdale federation replace-validator`,
	}
	s.fail(s.found)
}

// before is asked before each signature at a height. The block just below it was
// decided, and no block that holds its signatures was: they are searched in the store.
func (s *signer) before(height int64) error {
	if s.found == nil && s.blocks != nil && s.seen < height-1 {
		s.search(height - 1)
		s.seen = height - 1
	}
	if s.found != nil {
		return s.found
	}
	return nil
}

// hideFrom makes the first GetPubKey, by which the engine knows which validator it is
// when it decides whether to fetch blocks first, give a key that is nobody's, unless this
// key is the federation's only validator. Without it, a validator with a third of the
// power or more does not fetch blocks: it takes part at the height of its own store, and
// signs there what it has signed before, if its record is old. The others' blocks are
// needed in any case, since no validator but an only one decides alone. A line of the
// engine's debug log then calls the node no validator; consensus asks again.
//
// Source: localNodeBlocksTheChain in blocksync/reactor.go of CometBFT v0.40.0.
func (s *signer) hideFrom(validators *types.ValidatorSet) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hidden = !s.alone(validators)
}

// waits says whether the engine would wait for the blocks of others in vain.
func (s *signer) waits(validators *types.ValidatorSet) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.hidden && s.alone(validators)
}

// alone says whether this key is the only validator.
func (s *signer) alone(validators *types.ValidatorSet) bool {
	return validators.Size() == 1 && validators.HasAddress(s.file.Key.Address)
}

// nobody is a public key that no validator has.
var nobody = ed25519.GenPrivKey().PubKey()

// GetPubKey returns the validator's public key, except as hideFrom says.
func (s *signer) GetPubKey() (crypto.PubKey, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.hidden && !s.asked {
		s.asked = true
		return nobody, nil
	}
	return s.file.GetPubKey()
}

// SignVote signs a vote, or returns the Problem or FilePV's error.
func (s *signer) SignVote(chainID string, vote *cmtproto.Vote) error {
	return s.sign(vote.Height, func() error { return s.file.SignVote(chainID, vote) })
}

// SignProposal signs a proposal, or returns the Problem or FilePV's error.
func (s *signer) SignProposal(chainID string, proposal *cmtproto.Proposal) error {
	return s.sign(proposal.Height, func() error { return s.file.SignProposal(chainID, proposal) })
}

func (s *signer) sign(height int64, sign func() error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.before(height); err != nil {
		return err
	}
	if err := sign(); err != nil {
		return err
	}
	// FilePV has synced the new record and renamed it, and not its directory: without
	// this, on some file systems, a power cut could bring the old record back.
	dir, err := os.Open(filepath.Dir(signStateFile(s.home)))
	if err == nil {
		err = errors.Join(dir.Sync(), dir.Close())
	}
	if err != nil {
		return fmt.Errorf("recording a signature: %w", err)
	}
	return nil
}
