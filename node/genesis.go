package node

import (
	stded25519 "crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/cometbft/cometbft/crypto/ed25519"
	cmtjson "github.com/cometbft/cometbft/libs/json"
	"github.com/cometbft/cometbft/types"

	"github.com/rochdale-ledger/rochdale/state/federation"
)

// EvidenceAge is how long misbehaviour can be proved after it happened. A key
// must not be used on another chain sooner.
const EvidenceAge = 14 * 24 * time.Hour

// evidenceBlocks bounds the same in blocks. Both limits must pass before
// evidence expires, so the smaller one cannot shorten EvidenceAge.
const evidenceBlocks = 100_000

// ValidatorPower is the power of every validator in a genesis.
const ValidatorPower = federation.Power

// GenesisValidator is a validator at the beginning. All have the same power.
type GenesisValidator struct {
	PubKey stded25519.PublicKey
	Name   string
}

// NewGenesis writes a genesis document: JSON, with the federation's consensus
// parameters, every validator with ValidatorPower, and appState as it is given.
//
// begin is cut to seconds. NewGenesis returns ErrBadGenesis for a document that
// the engine would refuse.
func NewGenesis(chainID string, begin time.Time, validators []GenesisValidator, appState json.RawMessage) ([]byte, error) {
	doc := types.GenesisDoc{
		GenesisTime:     begin.UTC().Truncate(time.Second),
		ChainID:         chainID,
		InitialHeight:   1,
		ConsensusParams: consensusParams(),
		AppState:        appState,
	}
	for _, v := range validators {
		key := ed25519.PubKey(v.PubKey)
		doc.Validators = append(doc.Validators, types.GenesisValidator{Address: key.Address(), PubKey: key, Power: ValidatorPower, Name: v.Name})
	}
	if err := doc.ValidateAndComplete(); err != nil {
		return nil, badGenesis("the genesis", err)
	}
	data, err := cmtjson.MarshalIndent(&doc, "", "  ")
	if err != nil {
		return nil, badGenesis("the genesis", err)
	}
	return append(data, '\n'), nil
}

// consensusParams are those that every federation begins with.
func consensusParams() *types.ConsensusParams {
	params := types.DefaultConsensusParams()
	params.Block.MaxBytes = MaxBlockBytes
	params.Block.MaxGas = -1
	params.Evidence.MaxAgeDuration = EvidenceAge
	params.Evidence.MaxAgeNumBlocks = evidenceBlocks
	params.Evidence.MaxBytes = MaxBlockBytes / 16
	params.Validator.PubKeyTypes = []string{types.ABCIPubKeyTypeEd25519}
	params.ABCI.VoteExtensionsEnableHeight = 0
	return params
}

// parseGenesis reads a genesis as the engine does, which panics on some that are
// malformed.
func parseGenesis(data []byte, where string) (doc *types.GenesisDoc, err error) {
	defer func() {
		if r := recover(); r != nil {
			doc, err = nil, badGenesis(where, fmt.Errorf("the engine cannot read it: %v", r))
		}
	}()
	doc, err = types.GenesisDocFromJSON(data)
	if err != nil {
		return nil, badGenesis(where, err)
	}
	return doc, nil
}

func badGenesis(where string, err error) error {
	return &Problem{
		Kind:   ErrBadGenesis,
		Text:   fmt.Sprintf("%s cannot be used: %s", where, oneLine(err)),
		Advice: "get the file again from the federation and compare its SHA-256 with another co-op's",
	}
}

// loadGenesis reads a home's genesis and compares it with the one the home was first
// started with. The engine itself keeps the first genesis in its database and
// ignores the file from then on, so a wrong file would not be noticed.
//
// A home that was never started has no record yet: accept writes it.
func loadGenesis(home string) (*loadedGenesis, error) {
	path := GenesisFile(home)
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &Problem{
			Kind:   ErrNoGenesis,
			Text:   "the genesis is missing: " + path,
			Advice: "copy the federation's genesis.json there and compare its SHA-256 with another co-op's",
		}
	}
	if err != nil {
		return nil, fmt.Errorf("reading genesis: %w", err)
	}
	doc, err := parseGenesis(data, path)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(data)
	now := hex.EncodeToString(sum[:])

	file := filepath.Join(home, "data", "genesis.sha256")
	first, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		if _, err := os.Lstat(filepath.Join(home, "data", blockStoreID+".db")); err == nil {
			return nil, &Problem{
				Kind:   ErrForeignGenesis,
				Text:   fmt.Sprintf("there are blocks in %s, but the record of the genesis they belong to is missing: %s", filepath.Join(home, "data"), file),
				Advice: fmt.Sprintf("if they are this federation's, write the SHA-256 of %s there (64 hexadecimal digits); otherwise make a new home", path),
			}
		}
		return &loadedGenesis{doc: doc, path: path, data: data, record: file, sum: now}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the record of the genesis: %w", err)
	}
	if then := strings.TrimSpace(string(first)); then != now {
		return nil, &Problem{
			Kind:   ErrForeignGenesis,
			Text:   fmt.Sprintf("%s is not the genesis this home was started with (SHA-256 %.16s…, was %.16s…); nothing was changed", path, now, then),
			Advice: "put the first genesis back, or make a new home for the other federation",
		}
	}
	return &loadedGenesis{doc: doc, path: path}, nil
}

// A loadedGenesis is a home's genesis and, if the home was never started, where and
// as what it will be recorded.
type loadedGenesis struct {
	doc         *types.GenesisDoc
	path        string
	data        []byte // of the file; nil if it is recorded
	record, sum string // empty if it is recorded
}

// A founder is an application that says beforehand whether it would found a chain
// by a genesis. It says nothing of one that it has founded already.
type founder interface {
	CheckGenesis(*abci.RequestInitChain) error
}

// accept checks the genesis of a home whole, with what the application says and the
// seals of the founders, and then records it. Nothing of the chain is written before,
// so a genesis that is refused can be corrected. A crash after the record is written
// leaves a record and no chain: then the operator can only correct the genesis by
// starting from a fresh home, as after any start.
func (g *loadedGenesis) accept(home string, application Application) error {
	f, ok := application.(founder)
	switch {
	case ok && g.record == "":
		if err := GenesisCheck(f.CheckGenesis).of(g.doc); err != nil {
			return badGenesis(g.path, err)
		}
		return nil
	case g.record == "":
		return nil
	case ok:
		founded, err := CheckGenesis(g.data, g.path, f.CheckGenesis)
		if err != nil {
			return err
		}
		seals, err := LoadSeals(home)
		if err != nil {
			return err
		}
		if err := CheckSeals(founded, seals); err != nil {
			return err
		}
	}
	if err := writeFile(g.record, []byte(g.sum+"\n"), 0o644); err != nil {
		return fmt.Errorf("recording genesis: %w", err)
	}
	return nil
}
