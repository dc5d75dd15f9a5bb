package federation

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/words"
	"github.com/rochdale-ledger/rochdale/tx"
)

// Numbers of this room's actions on the wire.
const (
	KindReplace  tx.Kind = 0x6001
	KindAnnounce tx.Kind = 0x6002
)

// Replace says which validator is to take the place of the co-op's: after a loss,
// after its key misbehaved and lost its power, or where it had none. It gets its power
// when its node has shown that it follows the chain: see Confirm. Until then the old
// one keeps its power, and another Replace puts another in its place; where all members
// decided on the one that waits, only they do. Once it is
// replaced the old key never serves again. The result is the Validator as it was
// before.
type Replace struct {
	Key     []byte `cbor:"1,keyasint,omitempty" spelled:"validator"` // a tx.ValidatorKey: ed25519, 32 bytes
	Peer    string `cbor:"2,keyasint,omitempty"`                     // peer id of the node, by whose key it shows that
	Address string `cbor:"3,keyasint,omitempty"`                     // host:port at which other nodes dial it
}

// Replaced reports that a co-op has decided on another validator.
type Replaced struct {
	Coop state.Coop `json:"coop"`
}

func (Replaced) Event() string { return "federation.Replaced" }

// Check refuses a malformed or unusable key, or a malformed peer id or address.
func (m Replace) Check() error {
	if err := m.validator().check(); err != nil {
		return err
	}
	if m.Peer == "" {
		return ErrPeer.With("a validator's node needs a peer id")
	}
	return dialable(m.Peer, m.Address)
}

func (m Replace) validator() Validator {
	return Validator{Key: m.Key, Peer: m.Peer, Address: m.Address}
}

// dialable refuses what has not the form of a peer id or of an address. Either may be
// empty. Programs refuse more: see package node/peer.
func dialable(peer, address string) error {
	if peer != "" && !isPeer(peer) {
		return ErrPeer.With("%q", peer)
	}
	if address == "" {
		return nil
	}
	host, port, ok := cutPort(address)
	number, err := strconv.ParseUint(port, 10, 16)
	if !ok || err != nil || number == 0 || host == "" || strings.ContainsAny(host, " \t\r\n/@") {
		return ErrPeer.With("%q is not host:port", address)
	}
	return nil
}

// cutPort cuts an address at its last colon.
func cutPort(address string) (host, port string, ok bool) {
	at := strings.LastIndexByte(address, ':')
	if at < 0 {
		return "", "", false
	}
	return address[:at], address[at+1:], true
}

// Apply records the coming validator.
func (m Replace) Apply(c *state.Ctx) error {
	n := c.Coop()
	c = c.In(0)
	t, err := totals.Get(c, 0)
	if err != nil {
		return err
	}
	was, err := Find(c, n)
	if err != nil {
		return err
	}
	if err := full(was, t); err != nil {
		return err
	}
	if err := unused(c, m.Key); err != nil {
		return err
	}
	all := c.Authority().All
	if was.Next.Waits() && was.Next.All && !all {
		return ErrDecided.With("key %s, since block %d", tx.ValidatorKey(was.Next.Key), was.Next.Since)
	}
	now := was
	now.Next = Coming{Key: m.Key, Peer: m.Peer, Address: m.Address, Since: c.Height(), All: all}

	// Past this line nothing but a fault of the store fails.
	if err := write(c, n, was, now); err != nil {
		return err
	}
	c.Return(was.Validator)
	c.Emit(Replaced{n})
	return nil
}

// Announce tells the federation where the co-op's node is dialled, whether or not
// it is a validator. If the peer id is that of the coming validator, it is told where
// that one is dialled. The result is the Validator as it was before.
//
// Other nodes drop one whose peer id is not in the register. So that no officer alone
// cuts a validator with power off, another peer id than the one it has is announced by a
// motion, where the charter lets one carry it, or comes with a Replace.
type Announce struct {
	Peer    string `cbor:"1,keyasint,omitempty"`
	Address string `cbor:"2,keyasint,omitempty"`
}

// Announced reports a new address.
type Announced struct {
	Coop    state.Coop `json:"coop"`
	Address string     `json:"address"`
}

func (Announced) Event() string { return "federation.Announced" }

// Check refuses a peer id or an address that is malformed. Both may be empty: then the
// co-op has no node.
func (m Announce) Check() error {
	if len(m.Peer) > MaxAddress || len(m.Address) > MaxAddress {
		return ErrAddress.With("at most %d bytes", MaxAddress)
	}
	return dialable(m.Peer, m.Address)
}

// ofNext says whether the announced node is the coming validator's alone.
func (m Announce) ofNext(c Coop) bool {
	return c.Next.Waits() && m.Peer == c.Next.Peer && m.Peer != c.Validator.Peer
}

// Apply records the address.
func (m Announce) Apply(c *state.Ctx) error {
	was, err := Find(c, c.Coop())
	if err != nil {
		return err
	}
	now, old := was, was.Validator
	if !m.ofNext(was) && m.Peer != old.Peer && old.Peer != "" && old.Power() > 0 && c.Actor().Motion == 0 {
		return ErrCutOff.With("%s instead of %s", or(m.Peer, "none"), old.Peer)
	}
	if m.ofNext(was) {
		old = Validator{Peer: was.Next.Peer, Address: was.Next.Address}
	} else {
		now.Validator.Peer, now.Validator.Address = m.Peer, m.Address
	}
	if was.Next.Waits() && m.Peer == was.Next.Peer {
		now.Next.Address = m.Address
	}

	// Past this line nothing but a fault of the store fails.
	if err := write(c.In(0), c.Coop(), was, now); err != nil {
		return err
	}
	c.Return(old)
	c.Emit(Announced{c.Coop(), m.Address})
	return nil
}

// Kinds are this room's actions.
var Kinds state.KindList

// Describe says which validator is to take the place of which.
func (m Replace) Describe(t state.Telling) state.Words {
	old, next := before(t)
	out := state.Words{
		Phrase:  fmt.Sprintf("give %s another validator, with key %s at %s", t.NameOf(t.Coop()), tx.ValidatorKey(m.Key), or(m.Address, "no address")),
		Clauses: append([]state.Clause{moved("validator key", old.Key, m.Key)}, dialled(old, m.validator())...),
	}
	if next.Waits() {
		out.Clauses = append(out.Clauses, state.Clause{What: "the one that waits", Before: tx.ValidatorKey(next.Key).String()})
		if next.All {
			out.Clauses = append(out.Clauses, state.Fact("who may replace it", "all members only, since they decided on the one that waits"))
		}
	}
	out.Clauses = append(out.Clauses, state.Fact("power", "when its node has shown that it follows the chain, not before"))
	return out
}

// Describe says where the node was dialled and is from now on.
func (m Announce) Describe(t state.Telling) state.Words {
	old, next := before(t)
	if m.ofNext(Coop{Validator: old, Next: next}) {
		old = Validator{Peer: next.Peer, Address: next.Address}
	}
	return state.Words{
		Phrase:  fmt.Sprintf("announce that the node of %s is dialled at %s", t.NameOf(t.Coop()), or(m.Address, "no address")),
		Clauses: dialled(old, Validator{Peer: m.Peer, Address: m.Address}),
	}
}

// before is the validator that the action replaces or did replace, and the one that
// was to come, which is known only before; zero if that cannot be read.
func before(t state.Telling) (Validator, Coming) {
	if old, done := state.Was[Validator](t); done {
		return old, Coming{}
	}
	coop, err := Find(t, t.Coop())
	if err != nil {
		return Validator{}, Coming{}
	}
	return coop.Validator, coop.Next
}

// moved says which key takes the place of which.
func moved(what string, old, is []byte) state.Clause {
	return state.Clause{What: what, Before: tx.ValidatorKey(old).String(), After: tx.ValidatorKey(is).String()}
}

// dialled says what changes of where a node is dialled.
func dialled(old, is Validator) []state.Clause {
	return []state.Clause{
		{What: "peer id", Before: words.Plain(old.Peer), After: or(is.Peer, "none")},
		{What: "address", Before: words.Plain(old.Address), After: or(is.Address, "none")},
	}
}

// or is text, or other if it is empty.
func or(text, other string) string {
	if text == "" {
		return other
	}
	return words.Plain(text)
}

var (
	_ = Kinds.Add(state.KindOf[Replace](KindReplace, "federation.Replace"))
	_ = Kinds.Add(state.KindOf[Announce](KindAnnounce, "federation.Announce"))
)
