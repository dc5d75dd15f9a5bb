// Package federation is the register of the co-ops that share the ledger. A co-op
// runs one validator, of the same power as every other, or none. The register is
// founded from the genesis file.
//
// Rule: docs/rules.md, "Federation".
package federation

import (
	"crypto/sha256"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/tx"
)

// Power is the voting power of every validator in consensus: the same for each,
// since no message or record carries one. It is 3 because the engine computes "power
// >= total/3" in whole numbers to decide whether the chain can go on without a
// validator. With power 1, each of four or five validators would count as one
// without which the chain stops, and would not fetch blocks after a restart. With 3
// the division is exact for any number of validators. docs/adr/0008-equal-power.md
const Power = 3

// A Validator is the node by which a co-op takes part. Its power is never in a
// record: it is Power or nothing.
//
// A co-op without a validator has the zero Validator, or one with a peer id and
// an address and no key: a node that follows the chain and signs no blocks.
type Validator struct {
	Key     []byte `cbor:"1,keyasint,omitempty" spelled:"validator"` // a tx.ValidatorKey: ed25519, 32 bytes; empty if the co-op has no validator
	Peer    string `cbor:"2,keyasint,omitempty"`                     // libp2p peer id
	Address string `cbor:"3,keyasint,omitempty"`                     // host:port at which other nodes dial it
	Removed bool   `cbor:"4,keyasint,omitempty"`                     // its key misbehaved and has no power
	Place   uint64 `cbor:"5,keyasint,omitempty"`                     // of its key among those that wait to lose their power; zero if it does not wait
}

// HasPower says whether the validator signs blocks.
func (v Validator) HasPower() bool { return len(v.Key) > 0 && !v.Removed }

// Power is the validator's voting power in consensus.
func (v Validator) Power() int64 {
	if !v.HasPower() {
		return 0
	}
	return Power
}

// ConsensusAddress names the validator in consensus: the first 20 bytes of the
// key's SHA-256. It is nil if there is no key.
func (v Validator) ConsensusAddress() []byte {
	if len(v.Key) == 0 {
		return nil
	}
	sum := sha256.Sum256(v.Key)
	return sum[:20]
}

// A Coop is a member of the federation.
type Coop struct {
	Name      string    `cbor:"1,keyasint,omitempty"`
	Validator Validator `cbor:"2,keyasint,omitempty"`
	Faults    uint64    `cbor:"3,keyasint,omitempty"` // times its validator was caught misbehaving
	Next      Coming    `cbor:"4,keyasint,omitempty"` // that is to take the validator's place, zero if none is
}

// Nodes are the co-op's nodes that others admit and dial: its validator's, or the one
// that it announced, and that of the validator that is to take its place, which has to
// follow the chain before it gets its power.
func (c Coop) Nodes() []Validator {
	var nodes []Validator
	if c.Validator.Peer != "" {
		nodes = append(nodes, c.Validator)
	}
	if c.Next.Peer != "" {
		nodes = append(nodes, Validator{Peer: c.Next.Peer, Address: c.Next.Address})
	}
	return nodes
}

// Limits.
//
// Co-ops and validators are bounded apart. A co-op costs its records and nothing
// in a block, so MaxCoops only bounds what a founding document and a check of
// every record hold in memory. It is three times the 30,000 that the register is
// tested with. Each validator signs each block, and a receipt carries every
// signature: 128 of them are some 14 kB. docs/adr/0013-power-changes.md
const (
	MaxCoops      = 100_000
	MaxValidators = 128 // validators with power at one time
	MaxName       = 100 // bytes of a name
	MaxAddress    = 200 // bytes of an address or peer id
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
	// 0x64 ‖ 0 (4) ‖ place (8) → Waiting, the lowest place is first
	queue = state.NewTable[uint64, Waiting](0x64)
	// 0x65 ‖ 0 (4) ‖ 0 (1) → Totals
	totals = state.NewTable[uint8, Totals](0x65)
	// 0x66 ‖ 0 (4) ‖ 0 (1) → Changes
	changes = state.NewTable[uint8, Changes](0x66)
	// 0x67 ‖ 0 (4) ‖ peer digest (20) → how many nodes of co-ops have that peer id,
	// coming ones among them: there is no record if none does. The digest is the first 20 bytes of the SHA-256
	// of the peer id's text.
	peers = state.NewTable[[20]byte, uint64](0x67)
	// 0x68 ‖ 0 (4) ‖ 0 (1) → Reports, absent if there are none; never migrated
	reports = state.NewTable[uint8, Reports](0x68)
)

// A Federation is the record of the whole.
type Federation struct {
	Name string `cbor:"1,keyasint,omitempty"`
}

// Totals are stored sums over all co-ops.
type Totals struct {
	Coops   uint64 `cbor:"1,keyasint,omitempty"` // in the register
	Powered uint64 `cbor:"2,keyasint,omitempty"` // validators with power
	Peers   uint64 `cbor:"3,keyasint,omitempty"` // nodes of co-ops that have a peer id, coming ones among them
	Waiting uint64 `cbor:"4,keyasint,omitempty"` // keys that wait to lose their power
	Places  uint64 `cbor:"5,keyasint,omitempty"` // places given out among those that wait, so far
}

// Turnover is how many coming validators got their power in the last block in which
// any did.
type Turnover struct {
	Height uint64 `cbor:"1,keyasint,omitempty"`
	Count  uint64 `cbor:"2,keyasint,omitempty"`
}

// Reports are the consensus addresses of validators caught misbehaving while
// records were being migrated.
type Reports struct {
	Addresses [][]byte `cbor:"1,keyasint,omitempty"`
}

// Rejections, in the order they are checked. Codes 600-699 belong to this room.
var (
	ErrName     = &state.Rejection{Code: 601, Reason: "name is empty or too long"}
	ErrKey      = &state.Rejection{Code: 602, Reason: "validator key is not 32 bytes"}
	ErrUnusable = &state.Rejection{Code: 609, Reason: "validator key proves nothing of who signs by it"}
	ErrAddress  = &state.Rejection{Code: 603, Reason: "address or peer id is too long"}
	ErrTurnover = &state.Rejection{Code: 607, Reason: "too many validators would change in one block"}
	ErrUnknown  = &state.Rejection{Code: 605, Reason: "no such co-op"}
	ErrFull     = &state.Rejection{Code: 608, Reason: "federation has as many validators as it can"}
	ErrTaken    = &state.Rejection{Code: 604, Reason: "validator key serves or has served a co-op"}
	ErrDecided  = &state.Rejection{Code: 614, Reason: "all members decided on the validator that waits for its power"}
	ErrMany     = &state.Rejection{Code: 606, Reason: "federation has as many co-ops as it can"}
	ErrPeer     = &state.Rejection{Code: 610, Reason: "not a peer id or not an address to dial"}
	ErrNone     = &state.Rejection{Code: 611, Reason: "the co-op has no validator that waits for its power"}
	ErrStale    = &state.Rejection{Code: 612, Reason: "proof is of no recent block of this ledger"}
	ErrProof    = &state.Rejection{Code: 613, Reason: "proof is not signed by the keys of the coming validator"}
	ErrCutOff   = &state.Rejection{Code: 615, Reason: "the node of a validator with power is changed by a motion"}
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
	if err := tx.ValidatorKey(v.Key).Usable(); err != nil {
		return ErrUnusable.With("%v", err)
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

// join puts a co-op into the register under the number n, as founding does:
// consensus knows its validator from the genesis file.
func join(c *state.Ctx, n state.Coop, coop Coop) error {
	if coop.Name == "" || len(coop.Name) > MaxName {
		return ErrName.With("%d bytes", len(coop.Name))
	}
	c = c.In(0)
	if len(coop.Validator.Key) > 0 {
		if err := unused(c, coop.Validator.Key); err != nil {
			return err
		}
		validatorKeys.Put(c, keyDigest(coop.Validator.Key), n)
	}
	return write(c, n, Coop{}, coop)
}

// unused refuses a validator key that serves or has served.
func unused(r state.Reader, key []byte) error {
	holder, err := validatorKeys.Get(r.Of(0), keyDigest(key))
	if err == nil && holder != 0 {
		err = ErrTaken.With("co-op %d", holder)
	}
	return err
}

// write puts the record of co-op n, which was before, and what follows from it:
// the totals and the index of peers. c is that of co-op 0. An error is a fault.
func write(c *state.Ctx, n state.Coop, was, now Coop) error {
	t, err := totals.Get(c, 0)
	if err != nil {
		return err
	}
	if was.Name == "" {
		t.Coops++
	}
	if was.Validator.HasPower() {
		t.Powered--
	}
	if now.Validator.HasPower() {
		t.Powered++
	}
	for _, peer := range [][2]string{{was.Validator.Peer, now.Validator.Peer}, {was.Next.Peer, now.Next.Peer}} {
		if err := renamePeer(c, &t, peer[0], peer[1]); err != nil {
			return err
		}
	}
	if was.Validator.Place == 0 && now.Validator.Place != 0 {
		t.Waiting++
		t.Places = now.Validator.Place
		queue.Put(c, now.Validator.Place, Waiting{now.Validator.Key})
	}
	if was.Validator.Place != 0 && now.Validator.Place == 0 {
		t.Waiting--
		queue.Delete(c, was.Validator.Place)
	}
	totals.Put(c, 0, t)
	coops.Put(c, n, now)
	return nil
}

// TotalsOf counts the register.
func TotalsOf(r state.Reader) (Totals, error) { return totals.Get(r.Of(0), 0) }

func peerDigest(id string) (d [20]byte) {
	sum := sha256.Sum256([]byte(id))
	copy(d[:], sum[:])
	return d
}

// renamePeer counts the peer id of one node, which had another; empty if it has none.
func renamePeer(c *state.Ctx, t *Totals, from, to string) error {
	if from == to {
		return nil
	}
	if from != "" {
		t.Peers--
		if err := countPeer(c, from, -1); err != nil {
			return err
		}
	}
	if to == "" {
		return nil
	}
	t.Peers++
	return countPeer(c, to, 1)
}

// countPeer adds by to the nodes that have a peer id.
func countPeer(c *state.Ctx, id string, by int) error {
	d := peerDigest(id)
	n, err := peers.Get(c, d)
	if err != nil {
		return err
	}
	if n += uint64(by); n == 0 {
		peers.Delete(c, d)
	} else {
		peers.Put(c, d, n)
	}
	return nil
}

// HasPeer says whether the peer id is that of some co-op's node, or of a coming one.
func HasPeer(r state.Reader, id string) (bool, error) { return peers.Has(r.Of(0), peerDigest(id)) }
