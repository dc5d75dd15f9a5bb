package ballot_test

import (
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/agenda"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/state/statetest"
)

type castKey struct {
	Motion ballot.Number
	Member state.Member
}

// onAgenda is the room's number on the agenda.
const onAgenda agenda.Room = 4

// The room's tables, opened again to break them.
var (
	motions = state.NewTable[ballot.Number, ballot.Motion](0x40)
	polls   = state.NewTable[ballot.Number, ballot.Poll](0x41)
	tallies = state.NewTable[ballot.Number, count.Tally](0x42)
	casts   = state.NewPagedTable[castKey, ballot.Paper](0x43)
	totals  = state.NewTable[uint8, ballot.Totals](0x45)
	owns    = state.NewPagedTable[state.Member, uint64](0x47)
)

// edit returns a change of one record of a table.
func edit[K comparable, V any](table state.Table[K, V], k K, change func(*V)) func(*state.Ctx) {
	return func(c *state.Ctx) {
		v, err := table.Get(c, k)
		if err != nil {
			panic(err)
		}
		change(&v)
		table.Put(c, k, v)
	}
}

// CheckMotions fails when a record is broken, and says which.
func TestCheckMotionsFails(t *testing.T) {
	const closed, open, noticed, few = 1, 2, 3, 4
	scene := func(l *statetest.L) {
		put(t, l, 1, ballot.Propose{Kind: atOnce, Title: "Closed"})
		for m := state.Member(1); m <= 4; m++ {
			l.Must(m, yes(closed))
		}
		put(t, l, 1, ballot.Propose{Kind: polled, Title: "Open"})
		l.Must(2, yes(open))
		l.Must(3, no(open))
		put(t, l, 1, ballot.Propose{Kind: meeting, Title: "Noticed"})
		put(t, l, 1, ballot.Propose{Kind: holders, Title: "Few"})
	}
	erase := func(n ballot.Number, at func(ballot.Poll) int64) func(*state.Ctx) {
		return func(c *state.Ctx) {
			p, err := polls.Get(c, n)
			if err != nil {
				panic(err)
			}
			agenda.Delete(c, at(p), onAgenda, uint64(n))
		}
	}
	result := func(change func(*ballot.Result)) func(*state.Ctx) {
		return edit(motions, closed, func(m *ballot.Motion) { change(&m.Result[0]) })
	}
	statetest.Spoiled(t, setup(), scene, []statetest.Spoil{
		{Name: "a motion erased", Break: func(c *state.Ctx) { motions.Delete(c, open) }, Says: "motion 3 follows 1"},
		{Name: "the last motion erased", Break: func(c *state.Ctx) { motions.Delete(c, few) }, Says: "3 motions, 2 under way; totals say 4 and 3"},
		{Name: "a poll erased", Break: func(c *state.Ctx) { polls.Delete(c, open) }, Says: "motion 2 has no poll"},
		{Name: "a motion too many", Break: edit(totals, 0, func(t *ballot.Totals) { t.Motions++ }), Says: "totals say 5 and 3"},
		{Name: "one under way too few", Break: edit(totals, 0, func(t *ballot.Totals) { t.Open-- }), Says: "totals say 4 and 2"},
		{Name: "a proposer's, too many", Break: edit(owns, 1, func(n *uint64) { *n++ }), Says: "member 1 of co-op 1 has 3 motions under way, a count says 4"},
		{Name: "a proposer's, none kept", Break: func(c *state.Ctx) { owns.Put(c, 2, 0) }, Says: "member 2 of co-op 1 has 0 motions under way, a count says 0"},
		{Name: "a proposer's, erased", Break: func(c *state.Ctx) { owns.Delete(c, 1) }, Says: "1 proposers have motions under way that are not counted"},
		{Name: "never to be opened", Break: erase(noticed, func(p ballot.Poll) int64 { return p.Opens }), Says: "motion 3: noticed; due at"},
		{Name: "never to be closed", Break: erase(open, func(p ballot.Poll) int64 { return p.Closes }), Says: "motion 2: open; due at"},
		{Name: "to be closed again", Break: func(c *state.Ctx) {
			p, err := polls.Get(c, closed)
			if err != nil {
				panic(err)
			}
			agenda.Put(c, p.Closes, onAgenda, closed)
		}, Says: "motion 1: closed; due at"},
		{Name: "a cast more than counted", Break: func(c *state.Ctx) { casts.Put(c, castKey{open, 4}, ballot.Paper{Marks: ballot.No.Paper()}) }, Says: "motion 2: tally is {Electorate:6 Yes:1 No:1 Abstained:0 Blank:0 Spoiled:0}, a recount gives {Electorate:6 Yes:1 No:2"},
		{Name: "decided by nothing", Break: edit(polls, open, func(p *ballot.Poll) { p.Decided = 5 }), Says: "motion 2: decided since 5; that {Electorate:6 Yes:1 No:1 Abstained:0 Blank:0 Spoiled:0} decides it: false"},
		{Name: "never decided", Break: edit(polls, closed, func(p *ballot.Poll) { p.Decided = 0 }), Says: "motion 1: decided since 0; that {Electorate:6 Yes:4"},
		{Name: "a cast turned", Break: func(c *state.Ctx) { casts.Put(c, castKey{open, 2}, ballot.Paper{Marks: ballot.No.Paper()}) }, Says: "motion 2: tally is"},
		{Name: "a cast of no choice", Break: func(c *state.Ctx) { casts.Put(c, castKey{open, 2}, ballot.Paper{Marks: []byte{9}}) }, Says: "motion 2: member 2 cast 09: choice is none"},
		{Name: "a tally", Break: edit(tallies, open, func(t *count.Tally) { t.Abstained++ }), Says: "motion 2: tally is"},
		{Name: "an electorate", Break: edit(polls, open, func(p *ballot.Poll) { p.Electorate++ }), Says: "motion 2: tally is"},
		{Name: "a cast of no holder", Break: func(c *state.Ctx) { casts.Put(c, castKey{few, 2}, ballot.Paper{Marks: ballot.No.Paper()}) }, Says: "motion 4: member 2 cast and is not in the electorate"},
		{Name: "a cast of one who came later", Break: edit(polls, open, func(p *ballot.Poll) { p.Record = 2 }), Says: "motion 2: member 3 cast and is not in the electorate"},
		{Name: "a cast of nobody", Break: func(c *state.Ctx) { casts.Put(c, castKey{open, 99}, ballot.Paper{Marks: ballot.No.Paper()}) }, Says: "motion 2: no such member"},
		{Name: "a closed motion without a result", Break: edit(motions, closed, func(m *ballot.Motion) { m.Result = nil }), Says: "motion 1: result is []"},
		{Name: "another outcome", Break: result(func(r *ballot.Result) { r.Outcome = count.Lost }), Says: "the casts give carried"},
		{Name: "another tally", Break: result(func(r *ballot.Result) { r.Tally.Yes++ }), Says: "the casts give carried"},
		{Name: "a result before the count", Break: edit(motions, open, func(m *ballot.Motion) { m.Result = make([]ballot.Result, 1) }), Says: "motion 2: open, with a result"},
	})
}
