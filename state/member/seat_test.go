package member_test

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/member"
)

// seat and unseat give and take an office as the actions of package office do, which these
// tests cannot import.
type (
	seat struct {
		Member state.Member   `cbor:"1,keyasint,omitempty"`
		Office charter.Office `cbor:"2,keyasint,omitempty"`
	}
	unseat struct {
		Member state.Member   `cbor:"1,keyasint,omitempty"`
		Office charter.Office `cbor:"2,keyasint,omitempty"`
	}
)

var seats = state.KindList{state.KindOf[seat](0x1008, "member.Appoint"), state.KindOf[unseat](0x1009, "member.Dismiss")}

func (seat) Check() error             { return nil }
func (m seat) Concerns() state.Member { return m.Member }
func (m seat) Describe(state.Telling) state.Words {
	return state.Words{Phrase: fmt.Sprintf("appoint member %d to office %d", m.Member, m.Office)}
}

func (m seat) Apply(c *state.Ctx) error {
	if c.Authority().All {
		if done, err := member.Promise(c, m.Member, m.Office, false); done || err != nil {
			return err
		}
	}
	return member.Seat(c, m.Member, m.Office)
}

func (unseat) Check() error             { return nil }
func (m unseat) Concerns() state.Member { return m.Member }
func (m unseat) Describe(state.Telling) state.Words {
	return state.Words{Phrase: fmt.Sprintf("dismiss member %d from office %d", m.Member, m.Office)}
}
func (m unseat) Apply(c *state.Ctx) error { return member.Unseat(c, m.Member, m.Office) }
