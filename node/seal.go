package node

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/cometbft/cometbft/crypto/encoding"
	"github.com/cometbft/cometbft/types"

	"github.com/rochdale-ledger/rochdale/node/founding"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/federation"
	"github.com/rochdale-ledger/rochdale/tx"
)

// SealFile is the path of the founders' seals in a home.
func SealFile(home string) string { return filepath.Join(home, "config", "genesis.seals.json") }

// A GenesisCheck says whether the application would found a chain by a genesis, and
// writes nothing.
type GenesisCheck func(*abci.RequestInitChain) error

// CheckGenesis checks a genesis file whole, as all that reads it later would: the
// engine, the application by check, and the nodes that dial each other. where names
// the file in the error, which is a Problem of kind ErrBadGenesis. What the founders
// signed is for CheckSeals.
func CheckGenesis(data []byte, where string, check GenesisCheck) (founding.Founding, error) {
	doc, err := parseGenesis(data, where)
	if err != nil {
		return founding.Founding{}, err
	}
	err = checkParams(doc.ConsensusParams)
	if err == nil {
		err = check.of(doc)
	}
	if err != nil {
		return founding.Founding{}, badGenesis(where, err)
	}
	document, err := federation.ParseGenesis(doc.AppState)
	if err == nil {
		err = founding.Check(document)
	}
	if err != nil {
		return founding.Founding{}, badGenesis(where, err)
	}
	return founding.Founding{Chain: doc.ChainID, Sum: sha256.Sum256(data), Document: document}, nil
}

// of asks the application about what the engine will give it to found. Source:
// consensus/replay.go of CometBFT v0.40.0.
func (check GenesisCheck) of(doc *types.GenesisDoc) error {
	params := doc.ConsensusParams.ToProto()
	r := &abci.RequestInitChain{
		Time: doc.GenesisTime, ChainId: doc.ChainID, InitialHeight: doc.InitialHeight,
		ConsensusParams: &params, AppStateBytes: doc.AppState,
	}
	for _, v := range doc.Validators {
		key, err := encoding.PubKeyToProto(v.PubKey)
		if err != nil {
			return fmt.Errorf("validator %s: %w", v.Name, err)
		}
		r.Validators = append(r.Validators, abci.ValidatorUpdate{PubKey: key, Power: v.Power})
	}
	return check(r)
}

// checkParams refuses consensus parameters other than a federation's: they decide
// how large blocks are and how long misbehaviour can be proved.
func checkParams(got *types.ConsensusParams) error {
	want := consensusParams()
	for _, p := range []struct {
		name      string
		got, want any
	}{
		{"block", got.Block, want.Block}, {"evidence", got.Evidence, want.Evidence}, {"validator", got.Validator, want.Validator},
		{"version", got.Version, want.Version}, {"abci", got.ABCI, want.ABCI},
	} {
		if !reflect.DeepEqual(p.got, p.want) {
			return fmt.Errorf("its consensus parameters %q are %+v, a federation's are %+v", p.name, p.got, p.want)
		}
	}
	if !reflect.DeepEqual(got, want) {
		return fmt.Errorf("its consensus parameters are not a federation's")
	}
	return nil
}

// CheckSeals refuses a genesis that not every founding co-op signed.
func CheckSeals(g founding.Founding, seals []founding.Seal) error {
	err := g.Check(seals)
	if err == nil {
		return nil
	}
	advice := "get the seals again from those co-ops, and compare the SHA-256 with theirs: rochdale federation check"
	if missing := (*founding.Missing)(nil); errors.As(err, &missing) {
		advice = "get those seals and add them to the home: rochdale federation seal FILE"
	}
	return &Problem{
		Kind:   ErrUnsealed,
		Text:   fmt.Sprintf("not every founder signed the genesis of SHA-256 %.16s…: %s", g.Fingerprint(), oneLine(err)),
		Advice: advice,
	}
}

// LoadSeals reads the seals of a home, none if there is no file.
func LoadSeals(home string) ([]founding.Seal, error) {
	raw, err := os.ReadFile(SealFile(home))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the founders' seals: %w", err)
	}
	seals, err := founding.ParseSeals(raw)
	if err != nil {
		return nil, &Problem{
			Kind:   ErrUnsealed,
			Text:   SealFile(home) + ": " + oneLine(err),
			Advice: "remove the file and add the founders' seals again: rochdale federation seal FILE",
		}
	}
	return seals, nil
}

// NodeKey is the key by which a home's node is known to its peers, for signing what
// its co-op says when a federation is founded or its validator replaced.
func NodeKey(home string) (tx.PrivateKey, error) {
	k, err := loadKeys(home)
	if err != nil {
		return tx.PrivateKey{}, err
	}
	return tx.NewPrivateKey(k.node.PrivKey.Bytes()[:tx.SeedSize]), nil
}

// ProveValidator is the proof that a home's validator key is held, for a co-op of a
// chain.
func ProveValidator(home, chain string, coop state.Coop) ([]byte, error) {
	key, err := ValidatorKey(home)
	if err != nil {
		return nil, err
	}
	return key.ValidatorPossession(chain, uint32(coop)), nil
}

// ValidatorKey is the key with which a home's node signs blocks, for what the engine's
// signer does not sign: that the key is held, and that the node follows the chain.
func ValidatorKey(home string) (tx.PrivateKey, error) {
	k, err := loadKeys(home)
	if err != nil {
		return tx.PrivateKey{}, err
	}
	return tx.NewPrivateKey(k.validator.Key.PrivKey.Bytes()[:tx.SeedSize]), nil
}

// KeepFounding puts a genesis and its seals into a home. A home that has another
// genesis is left as it is, with ErrForeignGenesis. After a crash between the two
// files the genesis is there without its seals, and the same call completes it.
func KeepFounding(home string, genesis []byte, seals []founding.Seal) error {
	old, err := os.ReadFile(GenesisFile(home))
	switch {
	case err == nil && sha256.Sum256(old) != sha256.Sum256(genesis):
		return &Problem{
			Kind:   ErrForeignGenesis,
			Text:   fmt.Sprintf("there is another genesis already: %s; nothing was changed", GenesisFile(home)),
			Advice: "if all founders agree to begin anew, and no node has started by it, move it and its seals away",
		}
	case errors.Is(err, fs.ErrNotExist):
		if err := writeFile(GenesisFile(home), genesis, 0o644); err != nil {
			return fmt.Errorf("writing genesis: %w", err)
		}
	case err != nil:
		return fmt.Errorf("reading genesis: %w", err)
	}
	if err := writeFile(SealFile(home), founding.SealFile(seals), 0o644); err != nil {
		return fmt.Errorf("writing the founders' seals: %w", err)
	}
	return nil
}
