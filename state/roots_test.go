package state_test

import (
	"bytes"
	"crypto/sha256"
	"math/rand/v2"
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/statetest"
)

// The state knows the app hash after each of its last blocks, through blocks that change
// nothing, long rests and restarts; it knows none older and none to come.
func TestRoots(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	l := statetest.New(t, statetest.Setup{Invariants: []func(state.Reader) error{state.CheckRoots}})
	defer func() { l.Close() }()
	hashes := [][]byte{nil, l.Tip().Hash} // by height
	look := func() (known int) {
		t.Helper()
		l.Begin(l.Tip().Height+1, l.Tip().Time+60)
		err := l.Ledger.Run(func(c *state.Ctx) error {
			for h := range uint64(len(hashes) + 2) {
				got, err := c.RootAt(h)
				if err != nil {
					return err
				}
				var want []byte
				if h > 0 && h < uint64(len(hashes)) && h+state.Roots >= c.Height() {
					want = hashes[h]
					known++
				}
				if !bytes.Equal(got, want) {
					t.Fatalf("in block %d, of block %d: %x, want %x", c.Height(), h, got, want)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return known
	}
	for len(hashes) < 5*state.Roots {
		idle := 0
		if rng.IntN(3) == 0 {
			idle = rng.IntN(20)
		}
		if rng.IntN(40) == 0 {
			idle = state.Roots - 10 + rng.IntN(20)
		}
		for range idle {
			l.Block()
			hashes = append(hashes, l.Tip().Hash)
			if !bytes.Equal(hashes[len(hashes)-2], l.Tip().Hash) {
				t.Fatal("a block that changes nothing has another hash")
			}
		}
		l.Block(l.Sign(1, statetest.Secretary, statetest.Carried{})) // refused, but its sequence is spent
		hashes = append(hashes, l.Tip().Hash)
		if bytes.Equal(hashes[len(hashes)-2], l.Tip().Hash) {
			t.Fatal("a block that changes a record has the same hash")
		}
		if rng.IntN(10) == 0 {
			l.Restart()
		}
		if n := look(); n != min(len(hashes)-1, state.Roots) {
			t.Fatalf("after %d blocks %d hashes are known", len(hashes)-1, n)
		}
	}
	l.Sound()
}

// A seed is known when the last of its blocks is made, whatever block it is asked in, until
// the first is forgotten; of each block after the first only one bit counts.
func TestSeed(t *testing.T) {
	l := statetest.New(t, statetest.Setup{})
	defer l.Close()
	hashes := [][]byte{nil, l.Tip().Hash} // by height
	for len(hashes) < 300 {
		if len(hashes)%7 == 0 {
			l.Block() // changes nothing
		} else {
			l.Block(l.Sign(1, statetest.Secretary, statetest.Carried{}))
		}
		hashes = append(hashes, l.Tip().Hash)
	}
	l.Begin(l.Tip().Height+1, l.Tip().Time+60)
	last := uint64(len(hashes) - 1)
	err := l.Ledger.Run(func(c *state.Ctx) error {
		for h := last - state.Roots - 2; h <= last+1; h++ {
			got, err := c.Seed(h)
			if err != nil {
				return err
			}
			var want []byte
			if h+state.Roots >= c.Height() && h+state.SeedBlocks <= last {
				text := bytes.Clone(hashes[h])
				for _, hash := range hashes[h+1 : h+1+state.SeedBlocks] {
					text = append(text, hash[31]%2)
				}
				sum := sha256.Sum256(text)
				want = sum[:]
			}
			if !bytes.Equal(got, want) {
				t.Errorf("in block %d, from block %d on: %x, want %x", c.Height(), h, got, want)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
