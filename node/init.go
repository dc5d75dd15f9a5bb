package node

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/cometbft/cometbft/crypto/ed25519"
	"github.com/cometbft/cometbft/p2p"
	"github.com/cometbft/cometbft/privval"

	"github.com/rochdale-ledger/rochdale/node/founding"
)

// InitOptions is what a new home begins with.
type InitOptions struct {
	Config  Config          // knobs; Home is ignored
	Genesis []byte          // the federation's genesis, or nil to add the file later
	Seals   []founding.Seal // its founders'
	// Check is what the application says of Genesis; nil checks neither that nor the
	// seals, for applications that found nothing.
	Check GenesisCheck
}

// Init makes a home with new keys and returns their public side.
//
// A genesis that cannot be used, or that its founders did not sign, is refused before
// anything is written. It refuses, with ErrExists, a home that holds any file it would
// write. A
// crash leaves at most a home that Init refuses and Start cannot use; keys are
// written before the configuration, which is written last.
func Init(home string, opts InitOptions) (Identity, error) {
	cfg := opts.Config
	cfg.Home = home
	if err := cfg.Validate(); err != nil {
		return Identity{}, err
	}
	if err := opts.checkGenesis(); err != nil {
		return Identity{}, err
	}
	for _, path := range []string{ConfigFile(home), nodeKeyFile(home), validatorKeyFile(home), signStateFile(home), GenesisFile(home), SealFile(home)} {
		if _, err := os.Lstat(path); err == nil {
			return Identity{}, &Problem{
				Kind:   ErrExists,
				Text:   fmt.Sprintf("%s is already there; nothing was changed", path),
				Advice: "choose another --home, or move the old one away",
			}
		} else if !errors.Is(err, fs.ErrNotExist) {
			return Identity{}, fmt.Errorf("looking for a node in %s: %w", home, err)
		}
	}
	for _, dir := range []string{filepath.Join(home, "config"), filepath.Join(home, "data")} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return Identity{}, fmt.Errorf("making home: %w", err)
		}
	}
	made, err := makeKeys(home)
	if err != nil {
		return Identity{}, err
	}
	if opts.Genesis != nil {
		if err := KeepFounding(home, opts.Genesis, opts.Seals); err != nil {
			return Identity{}, err
		}
	}
	if err := WriteConfig(cfg); err != nil {
		return Identity{}, err
	}
	return made.identity()
}

func (o InitOptions) checkGenesis() error {
	const given = "the genesis given"
	if o.Genesis == nil {
		return nil
	}
	if o.Check == nil {
		_, err := parseGenesis(o.Genesis, given)
		return err
	}
	founded, err := CheckGenesis(o.Genesis, given, o.Check)
	if err != nil {
		return err
	}
	return CheckSeals(founded, o.Seals)
}

func makeKeys(home string) (made keys, err error) {
	// FilePV panics when it cannot write.
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("writing validator key: %v", r)
		}
	}()
	made.node = &p2p.NodeKey{PrivKey: ed25519.GenPrivKey()}
	if err := made.node.SaveAs(nodeKeyFile(home)); err != nil {
		return keys{}, fmt.Errorf("writing node key: %w", err)
	}
	made.validator = privval.GenFilePV(validatorKeyFile(home), signStateFile(home))
	made.validator.Save()
	return made, nil
}

// writeFile replaces a file atomically: it writes a temporary file in the same
// directory, syncs it, renames it and syncs the directory.
func writeFile(path string, data []byte, mode fs.FileMode) (err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name())
		}
	}()
	_, err = bytes.NewReader(data).WriteTo(f)
	err = errors.Join(err, f.Chmod(mode), f.Sync(), f.Close())
	if err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
