package federation

import (
	"bytes"
	"encoding/hex"
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/tx"
)

// KindConfirm is the number of Confirm on the wire.
const KindConfirm tx.Kind = 0x6003

// A Coming is a validator that a co-op has decided on and that has no power yet: it
// gets it by a Confirm. Until then the co-op's validator is the one that it had.
type Coming struct {
	Key     []byte `cbor:"1,keyasint,omitempty"` // ed25519, 32 bytes; empty if none comes
	Peer    string `cbor:"2,keyasint,omitempty"` // peer id of its node
	Address string `cbor:"3,keyasint,omitempty"` // host:port at which other nodes dial it
	Since   uint64 `cbor:"4,keyasint,omitempty"` // block in which the co-op decided on it
	All     bool   `cbor:"5,keyasint,omitempty"` // all members did: others put no other in its place
}

// Waits says whether there is one.
func (n Coming) Waits() bool { return len(n.Key) > 0 }

// Confirm gives the coming validator of the signer's co-op its power, and takes it
// from the one before: it shows that the node has the new key and follows the chain.
// Who sends it does not matter, since what it needs are signatures of the node's own
// keys. The result is the Validator as it was before.
type Confirm struct {
	Height    uint64 `cbor:"1,keyasint,omitempty"` // of a recent block
	Hash      []byte `cbor:"2,keyasint,omitempty"` // app hash after it, 32 bytes
	PeerKey   []byte `cbor:"3,keyasint,omitempty"` // ed25519, 32 bytes, that the peer id names
	Peer      []byte `cbor:"4,keyasint,omitempty"` // signature of Following by the peer key, 64 bytes
	Validator []byte `cbor:"5,keyasint,omitempty"` // signature of Following by the validator's key, 64 bytes
}

// Confirmed reports that a co-op's coming validator has its power.
type Confirmed struct {
	Coop    state.Coop `json:"coop"`
	Address string     `json:"address"` // in consensus, hexadecimal
}

func (Confirmed) Event() string { return "federation.Confirmed" }

// Following is what a node signs with both its keys to show that it follows the
// chain: that after the block of height the ledger has this app hash. key is the
// validator's, 32 bytes. The first byte is no CBOR map, so this can never be taken for
// a transaction; nor is it a vote or a handshake of the engine's, as these begin with a
// length in which the second byte could be no field.
func Following(chain string, coop state.Coop, key []byte, height uint64, hash []byte) []byte {
	return fmt.Appendf(nil, "rochdale: this node follows the chain\n%s\n%d\n%x\n%d\n%x\n", chain, coop, key, height, hash)
}

// Prove makes the Confirm of a node's keys: that by which its peers know it, and that
// with which it signs blocks. hash is the app hash after the block of height.
func Prove(chain string, coop state.Coop, height uint64, hash []byte, peer, validator tx.PrivateKey) Confirm {
	msg := Following(chain, coop, validator.Public()[1:], height, hash)
	return Confirm{
		Height: height, Hash: hash, PeerKey: peer.Public()[1:],
		Peer: peer.SignMessage(msg), Validator: validator.SignMessage(msg),
	}
}

// signed says whether sig is a signature of msg by an ed25519 key of 32 bytes.
func signed(key, msg, sig []byte) bool { return tx.Ed25519Key(key).Verify(msg, sig) }

// Check refuses what has not the lengths of a proof.
func (m Confirm) Check() error {
	if len(m.PeerKey) != 32 || len(m.Peer) != 64 || len(m.Validator) != 64 {
		return ErrProof.With("a key of %d bytes, signatures of %d and %d", len(m.PeerKey), len(m.Peer), len(m.Validator))
	}
	if m.Height == 0 || len(m.Hash) != 32 {
		return ErrStale.With("block %d, with a hash of %d bytes", m.Height, len(m.Hash))
	}
	return nil
}

// Apply moves the power. No block moves that of more than a third of the validators,
// one excepted, so that those who follow the chain by its signatures can.
func (m Confirm) Apply(c *state.Ctx) error {
	n := c.Coop()
	c = c.In(0)
	was, err := Find(c, n)
	if err != nil {
		return err
	}
	if !was.Next.Waits() {
		return ErrNone
	}
	turned, err := turnover(c, was)
	if err != nil {
		return err
	}
	if err := unused(c, was.Next.Key); err != nil {
		return err
	}
	if err := m.recent(c, was.Next); err != nil {
		return err
	}
	if err := m.proves(c.Chain(), n, was.Next); err != nil {
		return err
	}
	now := was
	now.Validator = Validator{Key: was.Next.Key, Peer: was.Next.Peer, Address: was.Next.Address}
	now.Next = Coming{}

	// Past this line nothing but a fault of the store fails.
	validatorKeys.Put(c, keyDigest(was.Next.Key), n)
	if err := change(c, n, was, now); err != nil {
		return err
	}
	turnovers.Put(c, 0, turned)
	c.Return(was.Validator)
	c.Emit(Confirmed{n, hex.EncodeToString(now.Validator.ConsensusAddress())})
	return nil
}

// turnover counts one more validator that changes in this block. It refuses more than
// a third of those with power, one excepted, and one more than there can be.
func turnover(c *state.Ctx, was Coop) (Turnover, error) {
	turned, err := turnovers.Get(c, 0)
	if err != nil {
		return turned, err
	}
	if turned.Height != c.Height() {
		turned = Turnover{Height: c.Height()}
	}
	turned.Count++
	t, err := totals.Get(c, 0)
	if err != nil {
		return turned, err
	}
	if turned.Count > 1 && turned.Count*3 > t.Powered {
		return turned, ErrTurnover.With("%d of %d", turned.Count, t.Powered)
	}
	return turned, full(was, t)
}

// full refuses a validator with power more than there can be.
func full(was Coop, t Totals) error {
	if !was.Validator.HasPower() && t.Powered >= MaxValidators {
		return ErrFull.With("%d with power", t.Powered)
	}
	return nil
}

// recent refuses a block that is not recent, or older than the decision, or one after
// which the ledger had another app hash.
func (m Confirm) recent(c *state.Ctx, next Coming) error {
	if m.Height < next.Since {
		return ErrStale.With("block %d, and the co-op decided on the validator in block %d", m.Height, next.Since)
	}
	hash, err := c.RootAt(m.Height)
	if err != nil {
		return err
	}
	if hash == nil {
		return ErrStale.With("block %d, this is block %d, and the proof is to be of the last %d", m.Height, c.Height(), state.Roots)
	}
	if !bytes.Equal(hash, m.Hash) {
		return ErrStale.With("after block %d the ledger's hash is %X, and not %X", m.Height, hash, m.Hash)
	}
	return nil
}

// proves refuses signatures that are not by the keys of the coming validator.
func (m Confirm) proves(chain string, n state.Coop, next Coming) error {
	if !names(next.Peer, m.PeerKey) {
		return ErrProof.With("key %x is not that of peer %s", m.PeerKey, next.Peer)
	}
	msg := Following(chain, n, next.Key, m.Height, m.Hash)
	if !signed(m.PeerKey, msg, m.Peer) {
		return ErrProof.With("peer %s has signed something else", next.Peer)
	}
	if !signed(next.Key, msg, m.Validator) {
		return ErrProof.With("validator key %x has signed something else", next.Key)
	}
	return nil
}

// Describe says which validator gets the power of which.
func (m Confirm) Describe(t state.Telling) state.Words {
	var next Coming
	var old Validator
	if coop, err := Find(t, t.Coop()); err == nil {
		next, old = coop.Next, coop.Validator
		if was, done := state.Was[Validator](t); done {
			next, old = Coming{Key: coop.Validator.Key, Peer: coop.Validator.Peer, Address: coop.Validator.Address}, was
		}
	}
	out := state.Words{Phrase: "give power to the validator that " + t.NameOf(t.Coop()) + " decided on"}
	if next.Waits() {
		out.Clauses = append(out.Clauses, moved("validator key", old.Key, next.Key))
		out.Clauses = append(out.Clauses, dialled(old, Validator{Peer: next.Peer, Address: next.Address})...)
	}
	out.Clauses = append(out.Clauses,
		state.Fact("shown by", "the node's two keys, which signed the ledger's hash after block %d", m.Height),
		state.Fact("hash", "%X", m.Hash))
	if len(old.Key) > 0 && !old.Removed {
		out.Clauses = append(out.Clauses, state.Fact("old key", "loses its power at once, and never serves again"))
	}
	return out
}

var _ = Kinds.Add(state.KindOf[Confirm](KindConfirm, "federation.Confirm"))
