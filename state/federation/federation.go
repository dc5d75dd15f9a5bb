// Package federation is the register of the co-ops that share the ledger, each
// with one validator of the same power as every other. It is founded from the
// genesis file.
//
// Rule: docs/rules.md, "Federation".
package federation

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
)

// Power is the voting power of every validator in consensus: the same for each,
// since no message or record carries one. It is 3 because the engine asks
// "power >= total/3" in whole numbers to tell whether the chain can go on
// without a validator; with power 1, each of four or five would pass for one
// that blocks it and would not fetch blocks when it comes back. With 3 the
// division is exact for any number of validators. docs/adr/0008-equal-power.md
const Power = 3

// A Validator is the node by which a co-op takes part in consensus. Its power
// is never in a record: it is Power or nothing.
type Validator struct {
	Key     []byte `cbor:"1,keyasint,omitempty"` // ed25519, 32 bytes
	Peer    string `cbor:"2,keyasint,omitempty"` // libp2p peer id
	Address string `cbor:"3,keyasint,omitempty"` // host:port at which other nodes dial it
	Removed bool   `cbor:"4,keyasint,omitempty"` // its key misbehaved and has no power
}

// Power is the validator's voting power in consensus.
func (v Validator) Power() int64 {
	if v.Removed {
		return 0
	}
	return Power
}

// ConsensusAddress names the validator in consensus: the first 20 bytes of the
// key's SHA-256.
func (v Validator) ConsensusAddress() []byte {
	sum := sha256.Sum256(v.Key)
	return sum[:20]
}

// A Coop is a member of the federation.
type Coop struct {
	Name      string    `cbor:"1,keyasint,omitempty"`
	Validator Validator `cbor:"2,keyasint,omitempty"`
	Faults    uint64    `cbor:"3,keyasint,omitempty"` // times its validator was caught misbehaving
}

// Limits.
const (
	MaxCoops   = 1000
	MaxName    = 100 // bytes of a name
	MaxAddress = 200 // bytes of an address or peer id
)

// Tables of the room.
var (
	// 0x60 ‖ 0 (4) ‖ co-op (4) → Coop
	coops = state.NewTable[state.Coop, Coop](0x60)
	// 0x61 ‖ 0 (4) ‖ key digest (20) → co-op: a validator key serves once, for
	// ever, so that a key that lost its power never gets it back.
	validatorKeys = state.NewTable[[20]byte, state.Coop](0x61)
	// 0x63 ‖ 0 (4) ‖ 0 (1) → Turnover
	turnovers = state.NewTable[uint8, Turnover](0x63)
	// 0x62 ‖ 0 (4) ‖ 0 (1) → Federation
	federations = state.NewTable[uint8, Federation](0x62)
)

// A Federation is the record of the whole.
type Federation struct {
	Name string `cbor:"1,keyasint,omitempty"`
}

// Turnover is how many validators were replaced in the last block that replaced
// any.
type Turnover struct {
	Height uint64 `cbor:"1,keyasint,omitempty"`
	Count  uint64 `cbor:"2,keyasint,omitempty"`
}

// Rejections, in the order they are checked. Codes 600-699 belong to this room.
var (
	ErrName     = &state.Rejection{Code: 601, Reason: "name is empty or too long"}
	ErrKey      = &state.Rejection{Code: 602, Reason: "validator key is not 32 bytes"}
	ErrAddress  = &state.Rejection{Code: 603, Reason: "address or peer id is too long"}
	ErrTaken    = &state.Rejection{Code: 604, Reason: "validator key serves or has served a co-op"}
	ErrUnknown  = &state.Rejection{Code: 605, Reason: "no such co-op"}
	ErrTurnover = &state.Rejection{Code: 607, Reason: "too many validators would change in one block"}
	ErrMany     = &state.Rejection{Code: 606, Reason: "federation has as many co-ops as it can"}
)

// NameOf is the federation's name.
func NameOf(r state.Reader) (string, error) {
	f, err := federations.Get(r.Of(0), 0)
	return f.Name, err
}

// Find returns a co-op's record, or ErrUnknown.
func Find(r state.Reader, n state.Coop) (Coop, error) {
	c, ok, err := coops.Find(r.Of(0), n)
	if err == nil && !ok {
		err = ErrUnknown.With("number %d", n)
	}
	return c, err
}

// Range calls fn for every co-op, by number.
func Range(r state.Reader, fn func(state.Coop, Coop) (bool, error)) error {
	return coops.Range(r.Of(0), 0, ^state.Coop(0), fn)
}

// Locate says where a co-op's record is proved.
func Locate(n state.Coop) state.Location { return coops.Locate(0, n) }

func (v Validator) check() error {
	if len(v.Key) != 32 {
		return ErrKey.With("%d bytes", len(v.Key))
	}
	if len(v.Peer) > MaxAddress || len(v.Address) > MaxAddress {
		return ErrAddress.With("at most %d bytes", MaxAddress)
	}
	return nil
}

func keyDigest(key []byte) (d [20]byte) {
	copy(d[:], Validator{Key: key}.ConsensusAddress())
	return d
}

// join puts a co-op into the federation under the number n.
func join(c *state.Ctx, n state.Coop, coop Coop) error {
	if coop.Name == "" || len(coop.Name) > MaxName {
		return ErrName.With("%d bytes", len(coop.Name))
	}
	if err := coop.Validator.check(); err != nil {
		return err
	}
	c = c.In(0)
	holder, err := validatorKeys.Get(c, keyDigest(coop.Validator.Key))
	if err != nil {
		return err
	}
	if holder != 0 {
		return ErrTaken.With("co-op %d", holder)
	}

	// Past this line nothing fails.
	validatorKeys.Put(c, keyDigest(coop.Validator.Key), n)
	coops.Put(c, n, coop)
	return nil
}

// An Update is a change of a validator's power that consensus must hear of.
type Update struct {
	Key   []byte // ed25519, 32 bytes
	Power int64  // Power or nothing
}

// Updates compares two moments and returns what changed between them, in the
// order of the co-ops: keys that lost their power and keys that gained it.
func Updates(before, after state.Reader) ([]Update, error) {
	var out []Update
	err := Range(after, func(n state.Coop, now Coop) (bool, error) {
		was, ok, err := coops.Find(before.Of(0), n)
		if err != nil {
			return false, err
		}
		same := ok && bytes.Equal(was.Validator.Key, now.Validator.Key)
		if ok && !same && was.Validator.Power() == Power {
			out = append(out, Update{was.Validator.Key, 0})
		}
		if p := now.Validator.Power(); (same && p != was.Validator.Power()) || (!same && p == Power) {
			out = append(out, Update{now.Validator.Key, p})
		}
		return true, nil
	})
	return out, err
}

// Misbehaved records that a validator was caught signing two blocks at one
// height. Its key loses its power for good; the co-op's members, shares and
// votes are untouched. In one block no more than a third of the validators lose
// their power, so that consensus goes on; the fault is recorded all the same.
func Misbehaved(c *state.Ctx, addresses [][]byte) error {
	total, removed := 0, 0
	err := Range(c, func(_ state.Coop, coop Coop) (bool, error) {
		if !coop.Validator.Removed {
			total++
		}
		return true, nil
	})
	if err != nil {
		return err
	}
	c = c.In(0)
	for _, address := range addresses {
		var d [20]byte
		copy(d[:], address)
		n, err := validatorKeys.Get(c, d)
		if err != nil {
			return err
		}
		if n == 0 {
			continue // not one of ours: an old genesis key
		}
		coop, err := Find(c, n)
		if err != nil {
			return fmt.Errorf("validator %s: %w", hex.EncodeToString(address), err)
		}
		coop.Faults++
		current := bytes.Equal(coop.Validator.ConsensusAddress(), address)
		if current && !coop.Validator.Removed && (removed+1)*3 <= total {
			coop.Validator.Removed = true
			removed++
		}
		coops.Put(c, n, coop)
		c.Emit(Caught{n, hex.EncodeToString(address), coop.Validator.Removed})
	}
	return nil
}

// Caught tells that a validator misbehaved.
type Caught struct {
	Coop    state.Coop `json:"coop"`
	Address string     `json:"address"`
	Removed bool       `json:"removed"`
}

func (Caught) Event() string { return "federation.Caught" }
