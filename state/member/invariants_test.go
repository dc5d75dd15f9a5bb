package member_test

import (
	"crypto/sha256"
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/statetest"
)

// The room's tables, opened again to break them.
var (
	records = state.NewTable[state.Member, member.Record](0x10)
	keys    = state.NewTable[[20]byte, state.Member](0x11)
	totals  = state.NewTable[uint8, member.Totals](0x12)
	posts   = state.NewTable[postKey, member.Post](0x13)

	suspensions = state.NewTable[uint64, state.Member](0x15)
)

type postKey struct {
	Office charter.Office
	Member state.Member
}

// record returns a change of a member's record.
func record(m state.Member, change func(*member.Record)) func(*state.Ctx) {
	return func(c *state.Ctx) {
		rec, err := records.Get(c, m)
		if err != nil {
			panic(err)
		}
		change(&rec)
		records.Put(c, m, rec)
	}
}

// total returns a change of the register's totals.
func total(change func(*member.Totals)) func(*state.Ctx) {
	return func(c *state.Ctx) {
		t, err := totals.Get(c, 0)
		if err != nil {
			panic(err)
		}
		change(&t)
		totals.Put(c, 0, t)
	}
}

// CheckRegister fails when a record is broken, and says which.
func TestCheckRegisterFails(t *testing.T) {
	keyOf := func(m state.Member) (d [20]byte) {
		sum := sha256.Sum256(statetest.Key(1, m).Public())
		copy(d[:], sum[:])
		return d
	}
	scene := func(l *statetest.L) {
		mandate(t, l, member.Suspend{Member: 4, Reason: "a test"})
		mandate(t, l, apply(1))
	}
	statetest.Spoiled(t, setup(), scene, []statetest.Spoil{
		{Name: "a member erased", Break: func(c *state.Ctx) { records.Delete(c, 2) }, Says: "member 3 follows 1"},
		{Name: "no history", Break: record(5, func(r *member.Record) { r.History = nil }), Says: "member 5 has no history"},
		{Name: "no class", Break: record(5, func(r *member.Record) { r.History[0].Class = 0 }), Says: "member 5 is of class 0 from operation 5 on"},
		{Name: "a class beyond the last", Break: record(5, func(r *member.Record) { r.History[0].Class = charter.MaxClasses + 1 }), Says: "member 5 is of class 9 from operation 5 on"},
		{Name: "another's key", Break: func(c *state.Ctx) { keys.Put(c, keyOf(3), 2) }, Says: "member 3's key leads to member 2"},
		{Name: "a key forgotten", Break: func(c *state.Ctx) { keys.Delete(c, keyOf(3)) }, Says: "member 3's key leads to member 0"},
		{Name: "a member too many", Break: total(func(t *member.Totals) { t.Members++ }), Says: "6 members, totals say 7"},
		{Name: "an active member too few", Break: total(func(t *member.Totals) { t.Active[0]-- }), Says: "class 1 has 4 active members, totals say 3"},
		{Name: "a class changed without an operation", Break: record(5, func(r *member.Record) { r.History[0].Class = 2 }), Says: "class 1 has 3 active members, totals say 4"},
		{Name: "a class changed in what was", Break: record(4, func(r *member.Record) { r.History[0].Class = 9 }), Says: "member 4 is of class 9 from operation 4 on"},
		{Name: "an operation twice", Break: record(5, func(r *member.Record) { r.History[0].Operation = 4 }), Says: "operation 4 stands where 5 should"},
		{Name: "an operation too many", Break: total(func(t *member.Totals) { t.Operations++ }), Says: "7 operations, totals say 8"},
		{Name: "a standing changed without an operation", Break: record(5, func(r *member.Record) { r.History[0].Standing = member.Left }), Says: "class 1 has 3 active members, totals say 4"},
		{Name: "a suspension that is not listed", Break: func(c *state.Ctx) { suspensions.Delete(c, 6) }, Says: "1 members are suspended, 0 are listed"},
		{Name: "a suspension of another", Break: func(c *state.Ctx) { suspensions.Put(c, 6, 5) }, Says: "operation 6 suspended member 5, its record says member 4"},
		{Name: "a suspension of nobody", Break: func(c *state.Ctx) { suspensions.Put(c, 9, 5) }, Says: "operation 9 suspended member 5, its record says member 0"},
		{Name: "no sort", Break: record(5, func(r *member.Record) { r.Sort = 9 }), Says: "member 5, a sort 9"},
		{Name: "a suspended officer", Break: func(c *state.Ctx) { posts.Put(c, postKey{charter.Auditor, 4}, member.Post{}) }, Says: "auditor: member's standing does not allow it"},
	})
}
