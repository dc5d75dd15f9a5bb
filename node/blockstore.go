package node

import (
	"fmt"
	"time"

	dbm "github.com/cometbft/cometbft-db"
	cmtcfg "github.com/cometbft/cometbft/config"
	"github.com/cometbft/cometbft/store"
)

// blockStoreID is the engine's name for its store of blocks.
const blockStoreID = "blockstore"

// openDB opens one of the engine's stores and records it for close: the engine
// leaves its transaction index open, and all of them if it cannot start.
func (n *Node) openDB(c *cmtcfg.DBContext) (dbm.DB, error) {
	db, err := cmtcfg.DefaultDBProvider(c)
	if err != nil {
		return nil, fmt.Errorf("opening %s store: %w", c.ID, err)
	}
	n.mu.Lock()
	n.dbs = append(n.dbs, db)
	n.mu.Unlock()
	if c.ID == blockStoreID {
		// Before the engine has replayed a block, or opened a port.
		if err := checkClock(time.Now(), lastBlockTime(db)); err != nil {
			return nil, err
		}
	}
	return db, nil
}

// lastBlockTime is the time of the last block of a block store, zero if it has
// none.
func lastBlockTime(db dbm.DB) time.Time {
	blocks := store.NewBlockStore(db)
	if meta := blocks.LoadBlockMeta(blocks.Height()); meta != nil {
		return meta.Header.Time
	}
	return time.Time{}
}
