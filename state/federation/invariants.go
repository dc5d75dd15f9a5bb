package federation

import (
	"bytes"
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/tx"
)

// CheckCoops is this room's invariant: co-ops are numbered without gaps, each
// one's validator key leads back to it, from one to MaxValidators have power, and
// totals, queue, peers and the last changes of power are those that the records
// of the co-ops say.
func CheckCoops(r state.Reader) error {
	r = r.Of(0)
	found := Totals{}
	named := map[[20]byte]uint64{} // how many nodes have a peer id, by its digest
	err := Range(r, func(n state.Coop, c Coop) (bool, error) {
		if found.Coops++; uint64(n) != found.Coops {
			return false, fmt.Errorf("co-op %d follows %d", n, found.Coops-1)
		}
		if c.Validator.HasPower() {
			found.Powered++
		}
		for _, node := range c.Nodes() {
			found.Peers++
			named[peerDigest(node.Peer)]++
		}
		if c.Validator.Place != 0 {
			found.Waiting++
		}
		if err := checkComing(r, n, c.Next); err != nil {
			return false, err
		}
		return true, checkValidator(r, n, c.Validator)
	})
	if err != nil {
		return err
	}
	if found.Powered == 0 {
		return fmt.Errorf("no validator has power")
	}
	if found.Powered > MaxValidators {
		return fmt.Errorf("%d validators have power, at most %d can", found.Powered, MaxValidators)
	}
	t, err := TotalsOf(r)
	if err != nil {
		return err
	}
	found.Places = t.Places
	if t != found {
		return fmt.Errorf("the totals are %+v, the co-ops' records say %+v", t, found)
	}
	if err := checkQueue(r, t); err != nil {
		return err
	}
	if err := checkPeers(r, named); err != nil {
		return err
	}
	return checkChanges(r)
}

// checkComing checks a validator that waits for its power.
func checkComing(r state.Reader, n state.Coop, next Coming) error {
	if !next.Waits() && (next.Peer != "" || next.Address != "" || next.Since != 0) {
		return fmt.Errorf("co-op %d waits for a validator without a key", n)
	}
	if next.Waits() && (next.Since == 0 || next.Since > r.Height()) {
		return fmt.Errorf("co-op %d decided on its next validator in block %d, and this is %d", n, next.Since, r.Height())
	}
	return nil
}

// checkValidator compares a co-op's validator with the table of keys and the queue.
func checkValidator(r state.Reader, n state.Coop, v Validator) error {
	if len(v.Key) == 0 {
		if v.Removed || v.Place != 0 {
			return fmt.Errorf("co-op %d has no validator, and it misbehaved", n)
		}
		return nil
	}
	holder, err := validatorKeys.Get(r, keyDigest(v.Key))
	if err != nil {
		return err
	}
	if holder != n {
		return fmt.Errorf("co-op %d's validator key leads to co-op %d", n, holder)
	}
	if v.Place == 0 {
		return nil
	}
	w, err := queue.Get(r, v.Place)
	if err != nil {
		return err
	}
	if v.Removed || !bytes.Equal(w.Key, v.Key) {
		return fmt.Errorf("co-op %d's validator key has place %d in the queue, which is key %s's; removed: %t", n, v.Place, tx.ValidatorKey(w.Key), v.Removed)
	}
	return nil
}

// checkQueue counts the queue. It has been checked that each co-op's place holds its
// key, so an equal number of places and waiting co-ops means that they are the same.
func checkQueue(r state.Reader, t Totals) error {
	n := uint64(0)
	err := queue.Range(r, 0, ^uint64(0), func(place uint64, _ Waiting) (bool, error) {
		n++
		if place == 0 || place > t.Places {
			return false, fmt.Errorf("place %d in the queue, %d were given out", place, t.Places)
		}
		return true, nil
	})
	if err == nil && n != t.Waiting {
		err = fmt.Errorf("%d keys in the queue, %d co-ops' keys wait", n, t.Waiting)
	}
	return err
}

func checkPeers(r state.Reader, named map[[20]byte]uint64) error {
	n := 0
	var last [20]byte
	for i := range last {
		last[i] = 0xff
	}
	err := peers.Range(r, [20]byte{}, last, func(d [20]byte, coops uint64) (bool, error) {
		n++
		if coops != named[d] || coops == 0 {
			return false, fmt.Errorf("peer %x is counted for %d co-ops, and %d name it", d, coops, named[d])
		}
		return true, nil
	})
	if err == nil && n != len(named) {
		err = fmt.Errorf("%d peers are in the index, co-ops name %d", n, len(named))
	}
	return err
}

// checkChanges compares the last changes of power with the records: keys that gained
// power have it, keys that lost it do not.
func checkChanges(r state.Reader) error {
	ch, err := changes.Get(r, 0)
	if err != nil {
		return err
	}
	if ch.Height > r.Height() {
		return fmt.Errorf("power changed last in block %d, and this is %d", ch.Height, r.Height())
	}
	check := func(key tx.ValidatorKey, want bool) error {
		n, err := validatorKeys.Get(r, keyDigest(key))
		if err != nil {
			return err
		}
		if n == 0 {
			return fmt.Errorf("key %s changed its power in block %d, and no co-op had it", key, ch.Height)
		}
		coop, err := Find(r, n)
		if err != nil {
			return err
		}
		if has := coop.Validator.HasPower() && bytes.Equal(coop.Validator.Key, key); has != want {
			return fmt.Errorf("co-op %d's key %s has power: %t, after its change in block %d: %t", n, key, has, ch.Height, want)
		}
		return nil
	}
	for _, key := range ch.Lost {
		if err := check(key, false); err != nil {
			return err
		}
	}
	for _, key := range ch.Gained {
		if err := check(key, true); err != nil {
			return err
		}
	}
	return nil
}
