package store

import (
	"github.com/rochdale-ledger/rochdale/state"

	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
)

// Readers of the tip, of older heights, of proofs and of exports run beside the
// block being executed and committed.
func TestReadersBesideCommits(t *testing.T) {
	const blocks, leafCount = 250, 200 // enough for two prunings
	s := openStore(t, nil, 20)
	leaves := map[string][]byte{}
	for i := range leafCount {
		leaves[fmt.Sprintf("key %03d", i)] = []byte("1")
	}
	write(t, s, leaves)
	var wg sync.WaitGroup
	var starts []chan bool // a reader starts with each block, if it is done with the last
	read := func(fn func(rng *rand.Rand) error) {
		start := make(chan bool, 1)
		starts = append(starts, start)
		wg.Go(func() {
			rng := rand.New(rand.NewPCG(3, 4))
			for range start {
				if err := fn(rng); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	read(func(rng *rand.Rand) error { return readTip(s) })
	read(func(rng *rand.Rand) error { return readOld(s, rng) })
	read(func(rng *rand.Rand) error {
		v, err := s.View(0)
		if err != nil {
			return err
		}
		defer v.Close()
		var out bytes.Buffer
		if err := v.Export(&out); err != nil && v.Height()+20 > s.Tip().Height {
			return err
		}
		return nil
	})
	for h := 2; h < blocks; h++ {
		block := map[string][]byte{}
		for k := range leaves { // every leaf holds its block's number
			block[k] = fmt.Append(nil, h)
		}
		for _, start := range starts {
			select {
			case start <- true:
			default:
			}
		}
		if err := tryWrite(s, block); err != nil {
			t.Error(err)
			break
		}
	}
	for _, start := range starts {
		close(start)
	}
	wg.Wait()
}

// readTip reads and proves the tip: every leaf is of one block.
func readTip(s *Store) error {
	v, err := s.View(0)
	if err != nil {
		return err
	}
	defer v.Close()
	want := fmt.Append(nil, v.Height())
	err = v.Each([]byte{0x10}, lastKey, func(k, got []byte) (bool, error) {
		if !bytes.Equal(got, want) {
			return false, fmt.Errorf("height %s reads %q under %s", want, got, k)
		}
		return true, nil
	})
	if err != nil {
		return err
	}
	value, proof, err := v.Prove([]byte("key 123"))
	if errors.Is(err, state.ErrHeight) || err != nil && v.Height()+20 <= s.Tip().Height {
		return nil // pruned meanwhile
	}
	if err == nil && (!bytes.Equal(value, want) || !proves(v.Hash(), proof, []byte("key 123"), value)) {
		err = fmt.Errorf("height %s proves %q", want, value)
	}
	return err
}

// readOld reads a height that may be pruned while it does: the right values, or
// an error.
func readOld(s *Store, rng *rand.Rand) error {
	h := s.Tip().Height
	h -= min(h-1, rng.Uint64N(30))
	v, err := s.View(h)
	if errors.Is(err, state.ErrHeight) {
		return nil
	}
	if err != nil {
		return err
	}
	defer v.Close()
	n := 0
	err = v.Each([]byte{0x10}, lastKey, func(k, got []byte) (bool, error) {
		n++
		if string(got) != fmt.Sprint(h) {
			return false, fmt.Errorf("height %d reads %q under %s", h, got, k)
		}
		return true, nil
	})
	if err != nil && strings.Contains(err.Error(), "reads") {
		return err
	}
	if err == nil && n != 200 {
		return fmt.Errorf("height %d shows %d leaves of 200 and no error", h, n)
	}
	return nil
}
