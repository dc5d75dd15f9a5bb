package keyring_test

import (
	"fmt"
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/statetest"
	"github.com/rochdale-ledger/rochdale/tx"
)

// A nod is an action about a member that does nothing.
type nod struct {
	Member state.Member `cbor:"1,keyasint,omitempty"`
}

func (m nod) Concerns() state.Member           { return m.Member }
func (nod) Check() error                       { return nil }
func (nod) Apply(*state.Ctx) error             { return nil }
func (nod) Describe(state.Telling) state.Words { return state.Words{Phrase: "nod"} }

// The kinds of nod, by whom the charter lets take it, beside motions of kind 1.
const (
	byMotion tx.Kind = 0x7f20 + iota
	byConcerned
	byMembers
	byOffices // treasurers, and secretaries of co-op 2
)

// Who may act on co-op 1, by each of the ways that a charter has, and who may not:
// a member, an officer or a motion of another co-op counts for one of its own in
// none of them. Rows follow the order of the checks.
func TestAuthorize(t *testing.T) {
	of := func(coop state.Coop, m state.Member) state.Authority {
		return state.Authority{Actor: state.Actor{Coop: coop, Member: m}}
	}
	motion := func(coop state.Coop, kind uint16) state.Authority {
		return state.Authority{Actor: state.Actor{Coop: coop, Motion: 1}, Kind: kind}
	}
	const suspended, stranger = state.Member(4), state.Member(99)
	const secretary, treasurer = statetest.Secretary, statetest.Treasurer
	rows := []struct {
		name string
		kind tx.Kind
		by   state.Authority
		want *state.Rejection
	}{
		{"a motion of another co-op", byMotion, motion(2, 1), state.ErrAuthority},
		{"a motion of another kind", byMotion, motion(1, 2), state.ErrAuthority},
		{"a motion, where members may", byMembers, motion(1, 2), state.ErrAuthority},
		{"a motion", byMotion, motion(1, 1), nil},
		{"the member of that number in another co-op", byConcerned, of(2, suspended), state.ErrAuthority},
		{"another member", byConcerned, of(1, 5), state.ErrAuthority},
		{"the member concerned, where members may", byMembers, of(1, suspended), member.ErrStanding},
		{"the member concerned", byConcerned, of(1, suspended), nil},
		{"no member", byMembers, of(1, stranger), member.ErrUnknown},
		{"a member of another co-op", byMembers, of(2, 5), state.ErrAuthority},
		{"a member", byMembers, of(1, 5), nil},
		{"a member, where officers may", byOffices, of(1, 5), state.ErrAuthority},
		{"an officer of another office", byOffices, of(1, secretary), state.ErrAuthority},
		{"an officer of another co-op, of an office that may here", byOffices, of(2, treasurer), state.ErrAuthority},
		{"an officer of a co-op that is not named", byOffices, of(3, secretary), state.ErrAuthority},
		{"an officer of another co-op, where none is named", byMembers, of(2, secretary), state.ErrAuthority},
		{"an officer of another co-op", byOffices, of(2, secretary), nil},
		{"an officer", byOffices, of(1, treasurer), nil},
	}
	s := setup()
	s.Coops = 3
	for i, text := range []charter.GrantText{
		{},
		{Concerned: true},
		{Members: true},
		{Offices: []charter.Office{charter.Treasurer}, Others: []charter.OtherText{{Coop: 2, Office: charter.Secretary}}},
	} {
		name := fmt.Sprint("keyring_test.nod ", i)
		s.Kinds = append(s.Kinds, state.KindOf[nod](byMotion+tx.Kind(i), name))
		s.Grants = append(s.Grants, charter.NamedGrant{Actions: []string{name}, GrantText: text})
	}
	var try func(*state.Ctx)
	s.EndBlock = append(s.EndBlock, func(c *state.Ctx) error {
		if try != nil {
			try(c.In(1))
		}
		return nil
	})
	l := statetest.New(t, s)
	l.Mandate(member.Suspend{Member: suspended, Reason: "a test"})
	try = func(c *state.Ctx) {
		for _, row := range rows {
			var want uint32
			if row.want != nil {
				want = row.want.Code
			}
			res, err := c.Carry(row.kind, tx.Encode(nod{suspended}), c.Version(), row.by)
			if err != nil || res.Code != want {
				t.Errorf("%s: code %d %s, %v; want %d", row.name, res.Code, res.Log, err, want)
			}
		}
	}
	l.Block()
}
