package node

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	dbm "github.com/cometbft/cometbft-db"
	cmtcfg "github.com/cometbft/cometbft/config"
	sm "github.com/cometbft/cometbft/state"
	"github.com/cometbft/cometbft/store"
	"github.com/cometbft/cometbft/types"
)

// The engine's names for its stores of blocks, and of validators and parameters.
const (
	blockStoreID = "blockstore"
	stateStoreID = "state"
)

// openDB opens one of the engine's stores and records it for close: the engine
// leaves its transaction index open, and all of them if it cannot start.
func (n *Node) openDB(c *cmtcfg.DBContext) (dbm.DB, error) {
	opened, err := cmtcfg.DefaultDBProvider(c)
	if err != nil {
		return nil, fmt.Errorf("opening %s store: %w", c.ID, err)
	}
	db := &closingDB{DB: opened}
	n.mu.Lock()
	n.dbs = append(n.dbs, db)
	n.mu.Unlock()
	switch c.ID { // before the engine has replayed a block, or opened a port
	case blockStoreID:
		err = n.checkBlocks(store.NewBlockStore(db))
	case stateStoreID:
		n.states = sm.NewStore(db, sm.StoreOptions{})
		err = n.hideSigner()
	}
	if err != nil {
		return nil, err
	}
	return db, nil
}

// hideSigner lets a validator that is not the only one fetch blocks before it signs.
func (n *Node) hideSigner() error {
	validators, err := n.validators()
	if err == nil {
		n.signer.hideFrom(validators)
	}
	return err
}

// checkHidden is for a crash while the block was executed that left this validator as
// the only one: the replay has just executed it, and now nobody is there to fetch from.
func (n *Node) checkHidden() error {
	validators, err := n.validators()
	if err != nil {
		return err
	}
	if n.signer.waits(validators) {
		return fmt.Errorf("starting node: this validator became the only one while stored blocks were executed: start the node again")
	}
	return nil
}

// validators are those of the next block: by the engine's store or, before the first
// block, by the genesis.
func (n *Node) validators() (*types.ValidatorSet, error) {
	state, err := n.states.LoadFromDBOrGenesisDoc(n.genesis)
	if err != nil {
		return nil, fmt.Errorf("loading the validators: %w", err)
	}
	return state.Validators, nil
}

// checkBlocks refuses stored blocks that the clock or the validator's key does not fit,
// and says beforehand if many of them are to be executed again.
func (n *Node) checkBlocks(blocks *store.BlockStore) error {
	if meta := blocks.LoadBlockMeta(blocks.Height()); meta != nil {
		if err := checkClock(time.Now(), meta.Header.Time); err != nil {
			return err
		}
	}
	if err := n.signer.open(blocks); err != nil {
		return err
	}
	next := n.Executed() + 1
	if lacks := blocks.Height() - next + 1; lacks > 1 && next >= blocks.Base() { // one is what a crash leaves
		n.log.Info("rebuilding the ledger from this node's own blocks", "blocks", lacks, "from", next, "to", blocks.Height())
	}
	return nil
}

// logReplay says what the engine did if the ledger, at height before then, lacked stored
// blocks.
func (n *Node) logReplay(before int64) {
	if now := n.Executed(); now > before {
		n.log.Info("rebuilt the ledger from this node's own blocks", "blocks", now-before, "from", before+1, "to", now)
	}
}

// StoredBlocks says which blocks the home of a stopped node has: the first and the last
// height, both 0 for none. It fails while a node runs on the home.
func StoredBlocks(home string) (first, last int64, err error) {
	err = withBlocks(home, func(blocks *store.BlockStore) error {
		first, last = blocks.Base(), blocks.Height()
		return nil
	})
	return first, last, err
}

// CheckSigner says why the node of a home, which is stopped, would not start for its keys
// or its record of signatures: a Problem, as Start would return it, or nil.
func CheckSigner(home string) error {
	loaded, err := loadKeys(home)
	if err != nil {
		return err
	}
	return withBlocks(home, func(blocks *store.BlockStore) error {
		s := &signer{file: loaded.validator, home: home, fail: func(error) {}}
		return s.open(blocks)
	})
}

// withBlocks does something with the stored blocks of a stopped node, if it has any.
func withBlocks(home string, do func(*store.BlockStore) error) (err error) {
	if _, err := os.Lstat(filepath.Join(home, "data", blockStoreID+".db")); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	defer func() { // the engine panics on a damaged store
		if r := recover(); r != nil {
			err = fmt.Errorf("reading the stored blocks: %v", r)
		}
	}()
	db, err := cmtcfg.DefaultDBProvider(&cmtcfg.DBContext{ID: blockStoreID, Config: cmtcfg.DefaultConfig().SetRoot(home)})
	if err != nil {
		return fmt.Errorf("opening the stored blocks: %w", err)
	}
	return errors.Join(do(store.NewBlockStore(db)), db.Close())
}
