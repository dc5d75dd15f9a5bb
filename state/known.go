package state

import (
	"sync"

	"github.com/rochdale-ledger/rochdale/tx"
)

// A Known is a memory of transactions that were found good on arrival or in a proposal:
// what they say, and by which key their signature was verified. Their block then neither
// decodes their envelope nor verifies them again, unless that is no more their signer's
// key. It may drop any at any time: no result depends on it. A nil one remembers nothing.
// Its methods may run concurrently.
//
// It keeps two generations and drops the older when the newer is full.
type Known struct {
	limit int // bytes of a generation

	mu         sync.Mutex // guards the rest
	fresh, old map[[32]byte]*known
	size       int // of fresh
}

// A known is a transaction that was judged and not refused. It does not change.
type known struct {
	body    tx.Body      // without its payload if that is longer than shortPayload
	long    bool         // it is
	key     tx.PublicKey // that verified its signature
	version uint64       // of the rules by which units were counted
	units   int
}

// KnownBytes is how much a node's Known holds at most, about: some 100,000 small
// transactions.
const KnownBytes = 32 << 20

// shortPayload is the longest payload that is kept: nobody fills the memory with a few
// transactions that will not be in a block, and to decode a long one again is little
// beside what it does.
const shortPayload = 512

// knownOverhead is what an entry takes beside its payload, about.
const knownOverhead = 320

// NewKnown makes an empty memory of at most bytes.
func NewKnown(bytes int) *Known {
	return &Known{limit: bytes / 2, fresh: map[[32]byte]*known{}}
}

func (k *Known) find(id [32]byte) *known {
	if k == nil {
		return nil
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if found := k.fresh[id]; found != nil {
		return found
	}
	return k.old[id]
}

func (k *Known) put(id [32]byte, it known) {
	if k == nil {
		return
	}
	if it.long = len(it.body.Payload) > shortPayload; it.long {
		it.body.Payload = nil
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	size := knownOverhead + len(it.body.Payload)
	if k.size+size > k.limit {
		k.old, k.fresh, k.size = k.fresh, map[[32]byte]*known{}, 0
	}
	if _, again := k.fresh[id]; !again {
		k.size += size
	}
	k.fresh[id] = &it
}
