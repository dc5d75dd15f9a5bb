package app

import (
	"crypto/sha256"
	"sync"

	"github.com/rochdale-ledger/rochdale/tx"
)

// verified is a cache of the signatures verified on arrival or in a proposal, used when
// their block executes. It keeps two generations of at most generation entries, about 20 MB, and
// drops the older when the newer is full. It changes no result.
type verified struct {
	mu         sync.Mutex // guards fresh and old
	fresh, old map[[32]byte]struct{}
}

const generation = 1 << 17

func newVerified() *verified { return &verified{fresh: map[[32]byte]struct{}{}} }

// name is the cache key. It covers the public key too, since the same bytes need not
// verify with another.
func name(key tx.PublicKey, raw []byte) [32]byte {
	h := sha256.New()
	h.Write([]byte{byte(len(key) >> 8), byte(len(key))})
	h.Write(key)
	h.Write(raw)
	return [32]byte(h.Sum(nil))
}

func (v *verified) Remember(key tx.PublicKey, raw []byte) {
	n := name(key, raw)
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.fresh) >= generation {
		v.old, v.fresh = v.fresh, map[[32]byte]struct{}{}
	}
	v.fresh[n] = struct{}{}
}

func (v *verified) Seen(key tx.PublicKey, raw []byte) bool {
	n := name(key, raw)
	v.mu.Lock()
	defer v.mu.Unlock()
	_, ok := v.fresh[n]
	if !ok {
		_, ok = v.old[n]
	}
	return ok
}
