package federation

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
)

// Waiting is a validator that was caught misbehaving and still has power. It names
// the key and not the co-op, because a replacing key has not misbehaved; a key that
// is replaced loses its power and leaves the queue.
type Waiting struct {
	Key []byte `cbor:"1,keyasint,omitempty"` // ed25519, 32 bytes
}

// Caught reports that a validator misbehaved.
type Caught struct {
	Coop    state.Coop `json:"coop"`
	Address string     `json:"address"` // in consensus, hexadecimal
}

func (Caught) Event() string { return "federation.Caught" }

// Removed reports that a validator that had misbehaved lost its power.
type Removed struct {
	Coop    state.Coop `json:"coop"`
	Address string     `json:"address"` // in consensus, hexadecimal
}

func (Removed) Event() string { return "federation.Removed" }

// BeginBlock records that the validators with the addresses caught signed two blocks
// at one height, and removes the power of those first in the queue. Their keys never
// get it back; the co-ops' members, shares and votes are unchanged.
//
// A block removes the power of at most a third of the validators that have any when
// it begins, so that the others can go on: of one or two it removes none. The others
// that were caught wait in order for the next blocks. A block with no one caught and
// no one in the queue writes nothing.
//
// While records are being migrated nothing else is read or written; who is caught
// meanwhile is noted, and dealt with in the first block after.
//
// It runs before the transactions of the block. An error is a fault.
func BeginBlock(c *state.Ctx, caught [][]byte) error {
	c = c.In(0)
	late, err := reports.Get(c, 0)
	if err != nil {
		return err
	}
	if c.Upgrading() {
		return late.note(c, caught)
	}
	if len(late.Addresses) > 0 {
		caught = append(late.Addresses, caught...)
		reports.Delete(c, 0)
	}
	for _, address := range caught {
		if err := accuse(c, address); err != nil {
			return fmt.Errorf("validator %s: %w", hex.EncodeToString(address), err)
		}
	}
	t, err := totals.Get(c, 0)
	if err != nil || t.Waiting == 0 {
		return err
	}
	for left := t.Powered / 3; left > 0; left-- {
		place, first, ok, err := front(c)
		if err != nil || !ok {
			return err
		}
		if err := remove(c, first.Key); err != nil {
			return fmt.Errorf("place %d of the validators that misbehaved: %w", place, err)
		}
	}
	return nil
}

// note adds reports that come while records are being migrated. A validator that is
// reported again is noted once, so there are no more than there were validators.
func (r Reports) note(c *state.Ctx, caught [][]byte) error {
	before := len(r.Addresses)
	for _, address := range caught {
		if !slices.ContainsFunc(r.Addresses, func(a []byte) bool { return bytes.Equal(a, address) }) {
			r.Addresses = append(r.Addresses, bytes.Clone(address))
		}
	}
	if len(r.Addresses) > before {
		reports.Put(c, 0, r)
	}
	return nil
}

// accuse counts a fault of the co-op whose key has the address, and puts the key
// in the queue if it has power and does not wait already.
func accuse(c *state.Ctx, address []byte) error {
	var d [20]byte
	copy(d[:], address)
	n, err := validatorKeys.Get(c, d)
	if err != nil || n == 0 {
		return err // zero: not one of ours
	}
	was, err := Find(c, n)
	if err != nil {
		return err
	}
	t, err := totals.Get(c, 0)
	if err != nil {
		return err
	}
	now := was
	now.Faults++
	current := bytes.Equal(was.Validator.ConsensusAddress(), address)
	if current && was.Validator.HasPower() && was.Validator.Place == 0 {
		now.Validator.Place = t.Places + 1
	}
	c.Emit(Caught{n, hex.EncodeToString(address)})
	return write(c, n, was, now)
}

// front returns the key that has waited longest.
func front(c *state.Ctx) (place uint64, first Waiting, ok bool, err error) {
	err = queue.Range(c, 0, ^uint64(0), func(n uint64, w Waiting) (bool, error) {
		place, first, ok = n, w, true
		return false, nil
	})
	return place, first, ok, err
}

// remove takes the power of a key that waits, and its place.
func remove(c *state.Ctx, key []byte) error {
	n, err := validatorKeys.Get(c, keyDigest(key))
	if err != nil {
		return err
	}
	was, err := Find(c, n)
	if err != nil {
		return err
	}
	now := was
	now.Validator.Removed, now.Validator.Place = true, 0
	c.Emit(Removed{n, hex.EncodeToString(was.Validator.ConsensusAddress())})
	return change(c, n, was, now)
}
