package node

import (
	"fmt"
	"sort"
	"time"

	"github.com/cometbft/cometbft/evidence"
	"github.com/cometbft/cometbft/types"
)

// Blocks are dropped once in retainEvery commits, at most retainMost at once, so
// that no commit waits long: a node configured to keep fewer drops the rest over
// many blocks.
const (
	retainEvery = 100
	retainMost  = 1000
)

// A retention decides which of the engine's blocks a node keeps. It is called by
// the goroutine that commits blocks.
//
// The engine drops blocks after the application's Commit, in its two stores one
// after the other. A crash before the first leaves them all, for the next time;
// one between the two leaves records of dropped heights (validators, parameters)
// in the second, some 50 bytes a height, which nothing reads or removes. A crash
// within the first leaves it with the greater lowest height recorded and blocks
// below it, which nothing reads either.
type retention struct {
	blocks int64 // how many stay, of those that evidence does not need; zero for all
	store  blockMetas
	params func(height int64) (types.ConsensusParams, error)
}

// blockMetas is what a retention reads of the engine's store of blocks.
type blockMetas interface {
	Base() int64 // the lowest height that is kept
	LoadBlockMeta(height int64) *types.BlockMeta
}

// from is the lowest height to keep once height is committed, zero to drop
// nothing. Of the blocks below it none is among the last r.blocks, and none is
// young enough for evidence of misbehaviour in it to count: that needs their
// headers, commits and validators. The engine itself would keep these of younger
// blocks, but never come back to remove them.
func (r *retention) from(height int64) (int64, error) {
	if r == nil || r.blocks == 0 || height%retainEvery != 0 {
		return 0, nil
	}
	base := r.store.Base()
	end := min(height-r.blocks+1, base+retainMost)
	if base < 1 || end <= base {
		return 0, nil
	}
	params, err := r.params(height)
	if err != nil {
		return 0, fmt.Errorf("reading the age of evidence: %w", err)
	}
	now, err := r.timeOf(height)
	if err != nil {
		return 0, err
	}
	// Both ages fall as heights rise, so that the expired ones come first.
	expired := sort.Search(int(end-base), func(i int) bool {
		h := base + int64(i)
		then, timeErr := r.timeOf(h)
		if timeErr != nil {
			err = timeErr
			return true
		}
		return !evidence.IsEvidenceExpired(height, now, h, then, params.Evidence)
	})
	if err != nil || expired == 0 {
		return 0, err
	}
	return base + int64(expired), nil
}

func (r *retention) timeOf(height int64) (time.Time, error) {
	meta := r.store.LoadBlockMeta(height)
	if meta == nil {
		return time.Time{}, fmt.Errorf("block %d is not in the store", height)
	}
	return meta.Header.Time, nil
}

// retainFrom is the lowest of the engine's blocks to keep, zero to drop none, after
// the application has committed one. It is not consensus data and affects only this
// node's disk; on an error it returns zero.
func (n *Node) retainFrom() int64 {
	from, err := n.retain.Load().from(n.Executed())
	if err != nil {
		n.log.Warn("no old blocks are dropped", "err", err)
		return 0
	}
	return from
}
