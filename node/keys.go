package node

import (
	"bytes"
	stded25519 "crypto/ed25519"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/cometbft/cometbft/crypto/ed25519"
	cmtjson "github.com/cometbft/cometbft/libs/json"
	"github.com/cometbft/cometbft/lp2p"
	"github.com/cometbft/cometbft/p2p"
	"github.com/cometbft/cometbft/privval"
)

// Identity is the public side of a home's keys.
type Identity struct {
	PubKey    stded25519.PublicKey // signs blocks; 32 bytes
	Address   string               // first 20 bytes of its SHA-256, upper-case hex
	PeerID    string               // to libp2p peers, base58
	ClassicID string               // to classic peers, lower-case hex
}

// PeerIDFor is the identity's id under a transport.
func (id Identity) PeerIDFor(transport string) string {
	if transport == TransportClassic {
		return id.ClassicID
	}
	return id.PeerID
}

func nodeKeyFile(home string) string { return filepath.Join(home, "config", "node_key.json") }

func validatorKeyFile(home string) string {
	return filepath.Join(home, "config", "priv_validator_key.json")
}

func signStateFile(home string) string {
	return filepath.Join(home, "data", "priv_validator_state.json")
}

// LoadIdentity reads the public side of a home's keys.
//
// It returns a Problem of kind ErrNoKey or ErrBadKey.
func LoadIdentity(home string) (Identity, error) {
	keys, err := loadKeys(home)
	if err != nil {
		return Identity{}, err
	}
	return keys.identity()
}

// keys are a home's secrets, loaded whole or not at all.
type keys struct {
	node      *p2p.NodeKey
	validator *privval.FilePV
}

func (k keys) identity() (Identity, error) {
	peer, err := lp2p.IDFromPrivateKey(k.node.PrivKey)
	if err != nil {
		return Identity{}, fmt.Errorf("deriving peer id: %w", err)
	}
	return Identity{
		PubKey:    stded25519.PublicKey(k.validator.Key.PubKey.Bytes()),
		Address:   k.validator.Key.Address.String(),
		PeerID:    peer.String(),
		ClassicID: string(k.node.ID()),
	}, nil
}

// loadKeys reads both keys and what was signed last. It never makes any of
// them: CometBFT's own loaders make a missing key or exit the process, so each
// file is read and checked here before they are called.
func loadKeys(home string) (keys, error) {
	for path, what := range map[string]string{nodeKeyFile(home): "node key", validatorKeyFile(home): "validator key"} {
		if err := checkSecret(path, what); err != nil {
			return keys{}, err
		}
	}
	var nodeKey p2p.NodeKey
	if err := readKey(nodeKeyFile(home), "node key", &nodeKey); err != nil {
		return keys{}, err
	}
	if _, ok := nodeKey.PrivKey.(ed25519.PrivKey); !ok || len(nodeKey.PrivKey.Bytes()) != ed25519.PrivateKeySize {
		return keys{}, corruptKey(nodeKeyFile(home), "node key", "it holds no ed25519 key")
	}

	path := validatorKeyFile(home)
	var key privval.FilePVKey
	if err := readKey(path, "validator key", &key); err != nil {
		return keys{}, err
	}
	priv, ok := key.PrivKey.(ed25519.PrivKey)
	if !ok || len(priv) != ed25519.PrivateKeySize {
		return keys{}, corruptKey(path, "validator key", "it holds no ed25519 key")
	}
	whole := stded25519.NewKeyFromSeed(priv[:stded25519.SeedSize])
	if !bytes.Equal(whole, priv) || key.PubKey == nil || !bytes.Equal(key.PubKey.Bytes(), whole[stded25519.SeedSize:]) {
		return keys{}, corruptKey(path, "validator key", "its private and public halves do not belong together")
	}

	path = signStateFile(home)
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		return keys{}, noSignState(path)
	}
	var signed privval.FilePVLastSignState
	if err := readKey(path, "record of the last signature", &signed); err != nil {
		return keys{}, err
	}
	return keys{node: &nodeKey, validator: privval.LoadFilePV(validatorKeyFile(home), path)}, nil
}

func readKey(path, what string, into any) error {
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return &Problem{
			Kind:   ErrNoKey,
			Text:   fmt.Sprintf("the %s is missing: %s", what, path),
			Advice: "restore the file from your backup; a new one would make this node a stranger, so none is made",
		}
	}
	if errors.Is(err, fs.ErrPermission) {
		return &Problem{
			Kind:   ErrBadKey,
			Text:   fmt.Sprintf("the %s cannot be read by this user: %s", what, path),
			Advice: "run the node as the user who owns its home, or give the home to this one with chown",
		}
	}
	if err != nil {
		return fmt.Errorf("reading %s: %w", what, err)
	}
	if err := cmtjson.Unmarshal(data, into); err != nil {
		return corruptKey(path, what, oneLine(err))
	}
	return nil
}

// checkSecret refuses a key that other users of the machine can read or write.
// A key that is not there is for readKey to name.
func checkSecret(path, what string) error {
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm()&0o077 == 0 {
		return nil
	}
	return &Problem{
		Kind:   ErrBadKey,
		Text:   fmt.Sprintf("the %s is open to other users (mode %04o): %s", what, info.Mode().Perm(), path),
		Advice: "chmod 600 " + path + "; if someone may have read it, take a new key",
	}
}

// noSignState does not advise a copy from a backup, as for a key: with an old
// one the validator signs again what it has signed since.
func noSignState(path string) error {
	return &Problem{
		Kind:   ErrNoKey,
		Text:   "the record of what this validator signed last is missing: " + path,
		Advice: "no old copy of it is safe; docs/reliability.md, \"Lost record of signatures\", says how to begin a new one",
	}
}

func corruptKey(path, what, why string) error {
	return &Problem{
		Kind:   ErrBadKey,
		Text:   fmt.Sprintf("the %s cannot be used: %s: %s", what, path, why),
		Advice: "restore the file from your backup",
	}
}
