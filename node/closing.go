package node

import (
	"sync"

	dbm "github.com/cometbft/cometbft-db"
)

// A closingDB is one of the engine's stores, which answers that it has nothing once it
// is closed. The engine closes its stores while some of its goroutines may still read
// them, and takes an error there for a reason to panic. Source: node/node.go and
// consensus/reactor.go of CometBFT v0.40.0.
type closingDB struct {
	dbm.DB
	mu     sync.RWMutex // guards closed; held while reading
	closed bool
}

// Get returns what a key has, nothing once the store is closed.
func (d *closingDB) Get(key []byte) ([]byte, error) {
	d.mu.RLock()
	defer d.mu.RUnlock()
	if d.closed {
		return nil, nil
	}
	return d.DB.Get(key)
}

// Has says whether there is a key, none once the store is closed.
func (d *closingDB) Has(key []byte) (bool, error) {
	d.mu.RLock()
	defer d.mu.RUnlock()
	if d.closed {
		return false, nil
	}
	return d.DB.Has(key)
}

// Close closes the store once no one reads it, and does nothing when called again.
func (d *closingDB) Close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return nil
	}
	d.closed = true
	return d.DB.Close()
}
