package state

import (
	"cmp"
	"fmt"
	"slices"

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
	// Describe says in words what the action would do or, if t has its result,
	// what it did. It is for people: no result of the machine depends on it.
	Describe(t Telling) Words
}

// A Concerner is an action about one member, who may take it where the charter
// says "the member concerned". It is zero if the action is about several.
type Concerner interface{ Concerns() Member }

// A Holder is an action that members should find as it was proposed: what it divides
// or moves has to stand still while they vote on it.
type Holder interface {
	// Hold runs when a motion that would carry the action is proposed. It refuses with
	// a Rejection, which refuses the motion, or writes what makes other actions of its
	// room be refused.
	Hold(c *Ctx) error
	// Release undoes one Hold when the motion is over, after the action was carried if
	// it was. By then the action may break a bound that its Check has gained since. Its
	// errors are faults.
	Release(c *Ctx) error
}

// A Figurer is an action of which a key can be limited to so much a day: it says how much
// it is, in whole units, or in minor units of money.
type Figurer interface{ Figure() uint64 }

// A Priced action is a Figurer whose figure is an amount of money, in minor units of the
// co-op's currency, if InMoney says so.
type Priced interface {
	Figurer
	InMoney() bool
}

// A Replacer is an action that replaces records as a whole. A motion keeps from when it
// is proposed what that would have replaced, also if it would have been refused then, so
// that it changes no more than members were asked: see Authority.Was.
type Replacer interface{ Replaces(r Reader) (any, error) }

// A Kind ties a number on the wire to the action it stands for.
type Kind struct {
	Number  tx.Kind
	Name    string // "share.Issue", as charters and clients say it, for ever
	Type    string // of its message in code; another than Name if it has moved to another room
	since   uint64 // first version of the rules that has it; zero is the first of all
	retired uint64 // first version that has it no more; zero if none
	figures bool   // its actions are Figurers
	priced  bool   // their figures are always amounts of money
	decode  func(payload []byte) (Action, error)
}

// KindOf makes the Kind of message type M.
func KindOf[M Action](number tx.Kind, name string) Kind {
	var zero M
	_, figures := any(zero).(Figurer)
	says, priced := any(zero).(Priced)
	return Kind{Number: number, Name: name, Type: fmt.Sprintf("%T", zero), figures: figures, priced: priced && says.InMoney(), decode: func(payload []byte) (Action, error) { return tx.Decode[M](payload) }}
}

// Priced says whether the figures of the kind's actions are amounts of money, whatever they
// are about.
func (k Kind) Priced() bool { return k.priced }

// Since returns k as a kind that exists from a version of the rules on.
func (k Kind) Since(version uint64) Kind {
	k.since = version
	return k
}

// Retired returns k as a kind that no longer exists from a version on. Its code
// stays as long as blocks with it are replayed.
func (k Kind) Retired(version uint64) Kind {
	k.retired = version
	return k
}

// In says whether the rules of a version have the kind.
func (k Kind) In(version uint64) bool {
	return version >= k.since && (k.retired == 0 || version < k.retired)
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

// Read decodes a payload of this kind without its Check, to describe it or to undo what
// it began: a bound may have been narrowed since a motion was proposed. A payload with a field that the
// program does not know is an error, since its description would be incomplete.
func (k Kind) Read(payload []byte) (Action, error) { return k.decode(payload) }

// KindList is a room's kinds of action, by number. Each action's file adds its
// own when the program starts:
//
//	var _ = Kinds.Add(KindOf[Admit](KindAdmit, "member.Admit"))
type KindList []Kind

// Add puts a kind on the list and returns its number. It panics on a number given
// twice, which only an edit can cause.
func (l *KindList) Add(k Kind) tx.Kind {
	at, taken := slices.BinarySearchFunc(*l, k.Number, func(in Kind, n tx.Kind) int { return cmp.Compare(in.Number, n) })
	if taken {
		panic(fmt.Sprintf("kind %04x is both %s and %s", k.Number, (*l)[at].Name, k.Name))
	}
	*l = slices.Insert(*l, at, k)
	return k.Number
}

// An Event reports what was written. Events are not consensus data.
type Event interface{ Event() string } // "share.Issued"

// An Invariant must hold at every height. Check returns an error that names the
// records at fault.
type Invariant struct {
	Name  string
	Check func(r Reader) error
}

// Rules are all that the machine gets from the rooms (modules); app/rooms makes
// them. A rule of an earlier version stays in the code as long as blocks made by it
// are replayed: see docs/changing.md.
type Rules struct {
	Version    uint64 // the latest that there is; zero is 1
	Kinds      []Kind
	Migrations []Migration // by version, in the order in which they run

	// Key returns the key by which a signer signs, or a rejection.
	Key func(r Reader, signer Signer) (tx.PublicKey, error)
	// Sequence returns the last sequence that the signer's key spent.
	Sequence func(r Reader, signer Signer) (uint64, error)
	// Left returns how many more transactions the day's allowance lets signer make by
	// the time of r, by all its keys together; nil stands for no bound.
	Left func(r Reader, signer Member) (uint64, error)
	// Spend records sequence as the last of the signer's key and counts it against the
	// member's allowance of the day, or rejects.
	Spend func(c *Ctx, signer Signer, sequence uint64) error
	// Authorize asks the charter whether c.Authority may take the action.
	Authorize func(c *Ctx, k tx.Kind, a Action) error

	// GenesisVersion returns the version of the rules that a founding document
	// names, by which Genesis writes the founding records; nil stands for 1.
	GenesisVersion func(document []byte) (uint64, error)
	Genesis        func(c *Ctx, document []byte) error

	EndBlock   []func(c *Ctx) error // in this order, with Coop zero
	Invariants []Invariant
	Indexes    []Listing // lists that nodes keep for their clients; no part of the state
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
