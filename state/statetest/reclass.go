package statetest

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/tx"
)

// KindReclass is the number of Reclass. It is a test's own.
const KindReclass tx.Kind = 0x7f81

// Reclass moves a member to another class, by the register's own operation.
type Reclass struct {
	Member state.Member  `cbor:"1,keyasint,omitempty"`
	Class  charter.Class `cbor:"2,keyasint,omitempty"`
}

// Check refuses nothing.
func (Reclass) Check() error { return nil }

// Describe says what is done.
func (m Reclass) Describe(state.Telling) state.Words {
	return state.Words{Phrase: fmt.Sprintf("move member %d to class %d", m.Member, m.Class)}
}

// Apply moves the member.
func (m Reclass) Apply(c *state.Ctx) error { return member.SetClass(c, m.Member, m.Class) }
