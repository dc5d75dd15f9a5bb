package node

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// resettable are the parts of a home's data that a node makes again from its peers'
// blocks, in the order in which Reset deletes them. What its key signed last is not
// among them: without it the key could sign twice.
var resettable = []string{"app", "cs.wal", "evidence.db", "tx_index.db", "state.db", blockStoreID + ".db", "genesis.sha256"}

// Reset deletes the ledger and the blocks of a stopped node's home, and returns the
// paths of what it deleted. Keys, what they signed last, configuration and genesis
// stay. The next start fetches the blocks from peers, which must have them all.
//
// It returns ErrHomeInUse while a node runs on the home. A crash leaves a part of the
// data, which the next Reset deletes; the record of the genesis goes last, since a node
// does not start on blocks without it.
func Reset(home string) (deleted []string, err error) {
	if _, err := LoadConfig(home); err != nil {
		return nil, err
	}
	lock, err := lockHome(home)
	if err != nil {
		return nil, err
	}
	defer lock.Close()
	for _, name := range resettable {
		path := filepath.Join(home, "data", name)
		if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err := os.RemoveAll(path); err != nil {
			return deleted, fmt.Errorf("resetting %s: %w", home, err)
		}
		deleted = append(deleted, path)
	}
	return deleted, nil
}
