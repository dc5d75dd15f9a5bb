package state

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/tx"
)

// An Action is the payload of a transaction: what a member, an office or a
// passed motion does.
type Action interface {
	// Check refuses what is wrong whatever the state: bounds, empty lists.
	Check() error
	// Apply runs after Check has passed and authority is known. It refuses
	// with a Rejection or writes; any other error is a fault and stops the node.
	Apply(c *Ctx) error
}

// A Concerner is an action about one member, who may take it where the charter
// says "the member concerned".
type Concerner interface{ Concerns() Member }

// A Kind ties a number on the wire to the action it stands for.
type Kind struct {
	Number tx.Kind
	Name   string // "share.Issue", as in code
	decode func(payload []byte) (Action, error)
}

// KindOf makes the Kind of message type M.
func KindOf[M Action](number tx.Kind, name string) Kind {
	return Kind{number, name, func(payload []byte) (Action, error) { return tx.Decode[M](payload) }}
}

// Decode reads a payload of this kind, strictly, and runs its Check. It returns
// ErrPayload or the action's own rejection.
func (k Kind) Decode(payload []byte) (Action, error) {
	a, err := k.decode(payload)
	if err != nil {
		return nil, ErrPayload.With("%s: %v", k.Name, err)
	}
	return a, a.Check()
}

// An Event tells watchers what was written. Events are not consensus data.
type Event interface{ Event() string } // "share.Issued"

// An Invariant must hold at every height. Check returns an error that names the
// records at fault.
type Invariant struct {
	Name  string
	Check func(r Reader) error
}

// Rules are what the rooms bring to the machine; app/rooms.go makes them.
type Rules struct {
	Kinds []Kind

	// Key returns the key of an active signer, or a rejection.
	Key func(r Reader, signer Member) (tx.PublicKey, error)
	// Sequence returns the last sequence that signer spent.
	Sequence func(r Reader, signer Member) (uint64, error)
	// Spend records sequence as signer's last and counts it against the day's
	// allowance, or rejects.
	Spend func(c *Ctx, signer Member, sequence uint64) error
	// Authorize asks the charter whether c.Authority may take the action.
	Authorize func(c *Ctx, k tx.Kind, a Action) error

	Genesis    func(c *Ctx, data []byte) error // writes the founding records
	EndBlock   []func(c *Ctx) error            // in this order, with Coop zero
	Invariants []Invariant
}

// kinds indexes r.Kinds by number and panics on a number given twice, which
// only an edit can cause.
func (r Rules) kinds() map[tx.Kind]Kind {
	m := make(map[tx.Kind]Kind, len(r.Kinds))
	for _, k := range r.Kinds {
		if other, ok := m[k.Number]; ok {
			panic(fmt.Sprintf("kind %04x is both %s and %s", k.Number, other.Name, k.Name))
		}
		m[k.Number] = k
	}
	return m
}
