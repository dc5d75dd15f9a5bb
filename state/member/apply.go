package member

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/tx"
)

// Numbers of this room's actions on the wire.
const (
	KindApply     tx.Kind = 0x1001
	KindAdmit     tx.Kind = 0x1002
	KindImport    tx.Kind = 0x1003
	KindSuspend   tx.Kind = 0x1004
	KindReinstate tx.Kind = 0x1005
	KindResign    tx.Kind = 0x1006
	KindRekey     tx.Kind = 0x1007
)

// Apply records someone's application. The applicant proves possession of the
// key; the transaction's result is the member number given.
type Apply struct {
	Entry      Entry  `cbor:"1,keyasint,omitempty"`
	Possession []byte `cbor:"2,keyasint,omitempty"` // made by tx.PrivateKey.Possession
}

// Applied reports an application.
type Applied struct {
	Member state.Member `json:"member"`
}

func (Applied) Event() string { return "member.Applied" }

// Check refuses a malformed entry, and one with a proof of its own.
func (m Apply) Check() error {
	if m.Entry.unclaimed() {
		return ErrKey.With("who applies has a key of its own")
	}
	if err := m.Entry.check(); err != nil {
		return err
	}
	if len(m.Entry.Proof) > 0 {
		return ErrPossession.With("an application has its proof beside the entry")
	}
	return nil
}

// Apply puts the applicant on the register as a candidate.
func (m Apply) Apply(c *state.Ctx) error {
	if err := requireProof(c, m.Entry.Key, m.Possession); err != nil {
		return err
	}
	policy, err := charter.PolicyOf(c)
	if err != nil {
		return err
	}
	if err := m.Entry.requireFree(c, policy); err != nil {
		return err
	}
	t, err := totals.Get(c, 0)
	if err != nil {
		return err
	}
	if t.Members >= MaxMembers {
		return ErrFull
	}

	// Past this line nothing fails.
	number := enter(c, &t, m.Entry, Candidate, Record{})
	totals.Put(c, 0, t)
	c.Return(uint64(number))
	c.Emit(Applied{number})
	return nil
}

// Describe says whose application it is.
func (m Apply) Describe(t state.Telling) state.Words {
	return t.Given(state.Words{
		Phrase:  fmt.Sprintf("record the application of the holder of key %s to be a member of %s", m.Entry.Key, charter.ClassName(t, m.Entry.Class)),
		Clauses: []state.Clause{state.Fact("candidate", "%s", m.Entry.Words(t))},
	}, "member number")
}

var _ = Kinds.Add(state.KindOf[Apply](KindApply, "member.Apply"))
