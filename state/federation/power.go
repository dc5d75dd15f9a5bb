package federation

import (
	"bytes"

	"github.com/rochdale-ledger/rochdale/state"
)

// Changes are the keys that gained and lost their power in the last block in
// which any did. The record of an older block stays until another has changes of
// its own, so that a block without any writes nothing: an idle chain stays idle.
// What the genesis file founds is no change: consensus has it from there.
//
// No key is in both lists. It cannot gain its power and lose it in the same block,
// which consensus would refuse: what misbehaved is removed before the transactions of a
// block, and a Confirm is of a block before its own and not before the decision. It
// cannot lose its power and gain it again, since it can be used only once.
//
// In one block at most a third of MaxValidators lose their power and as many new
// keys come, each for at most one old one.
type Changes struct {
	Height uint64   `cbor:"1,keyasint,omitempty"`
	Lost   [][]byte `cbor:"2,keyasint,omitempty"` // ed25519, 32 bytes each, in the order in which it happened
	Gained [][]byte `cbor:"3,keyasint,omitempty"` // the same
}

// An Update is a change of a validator's power, for consensus.
type Update struct {
	Key   []byte // ed25519, 32 bytes
	Power int64  // Power or nothing
}

// Updates are the changes of power in r's block: keys that lost it, then keys
// that gained it, each in the order in which it happened. They are read from one
// record, whatever the number of co-ops.
func Updates(r state.Reader) ([]Update, error) {
	ch, err := changes.Get(r.Of(0), 0)
	if err != nil || ch.Height != r.Height() {
		return nil, err
	}
	var out []Update
	for _, key := range ch.Lost {
		out = append(out, Update{key, 0})
	}
	for _, key := range ch.Gained {
		out = append(out, Update{key, Power})
	}
	return out, nil
}

// change writes the record of co-op n, which was before, and keeps what changed
// in its validator's power for consensus. c is that of co-op 0. An error is a
// fault.
func change(c *state.Ctx, n state.Coop, was, now Coop) error {
	ch, err := changes.Get(c, 0)
	if err != nil {
		return err
	}
	if ch.Height != c.Height() {
		ch = Changes{Height: c.Height()}
	}
	kept := was.Validator.HasPower() && now.Validator.HasPower() && bytes.Equal(was.Validator.Key, now.Validator.Key)
	if was.Validator.HasPower() && !kept {
		ch.Lost = append(ch.Lost, was.Validator.Key)
	}
	if now.Validator.HasPower() && !kept {
		ch.Gained = append(ch.Gained, now.Validator.Key)
	}
	changes.Put(c, 0, ch)
	return write(c, n, was, now)
}
