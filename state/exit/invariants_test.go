package exit_test

import (
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/agenda"
	"github.com/rochdale-ledger/rochdale/state/exit"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/statetest"
)

// The room's tables, opened again to break them.
var (
	proceedings = state.NewTable[exit.Number, exit.Proceeding](0x1c)
	files       = state.NewTable[state.Member, exit.File](0x1d)
	totals      = state.NewTable[uint8, exit.Totals](0x1e)
)

// CheckExits fails when a record is broken, and says which.
func TestCheckExitsFails(t *testing.T) {
	scene := func(l *statetest.L) {
		heard(t, l, ada, ben, eve)
		must(t, l, exit.Expel{Member: ada})
		must(t, l, exit.Drop{Member: eve})
		byTwo(t, l, exit.RecordEnd{Member: gil, Ending: member.Died, Day: today(l)}, nil)
	}
	proceeding := func(n exit.Number, change func(*exit.Proceeding)) func(*state.Ctx) {
		return func(c *state.Ctx) {
			p, err := proceedings.Get(c, n)
			if err != nil {
				panic(err)
			}
			change(&p)
			proceedings.Put(c, n, p)
		}
	}
	file := func(m state.Member, change func(*exit.File)) func(*state.Ctx) {
		return func(c *state.Ctx) {
			f, err := files.Get(c, m)
			if err != nil {
				panic(err)
			}
			change(&f)
			files.Put(c, m, f)
		}
	}
	total := func(change func(*exit.Totals)) func(*state.Ctx) {
		return func(c *state.Ctx) {
			t, err := totals.Get(c, 0)
			if err != nil {
				panic(err)
			}
			change(&t)
			totals.Put(c, 0, t)
		}
	}
	off := func(room agenda.Room, item uint64) func(*state.Ctx) {
		return func(c *state.Ctx) {
			err := agenda.Range(c, func(at int64, r agenda.Room, i uint64) (bool, error) {
				if r == room && i == item {
					agenda.Delete(c, at, r, i)
					return false, nil
				}
				return true, nil
			})
			if err != nil {
				panic(err)
			}
		}
	}
	statetest.Spoiled(t, setup(figures), scene, []statetest.Spoil{
		{Name: "erased", Break: func(c *state.Ctx) { proceedings.Delete(c, 2) }, Says: "proceeding 3 follows 1"},
		{Name: "one too many", Break: total(func(t *exit.Totals) { t.Proceedings++ }), Says: "3 proceedings, totals say 4"},
		{Name: "of another member", Break: proceeding(3, func(p *exit.Proceeding) { p.Member = ada }), Says: "proceeding 3 is of member 10, whose last is 1"},
		{Name: "a hearing at once", Break: proceeding(2, func(p *exit.Proceeding) { p.Hearing = state.DayOf(p.Noticed) }), Says: "the notice on day"},
		{Name: "heard before", Break: proceeding(2, func(p *exit.Proceeding) { p.Held-- }), Says: "summoned for day"},
		{Name: "not heard", Break: proceeding(1, func(p *exit.Proceeding) { p.Held = 0 }), Says: "decided without a hearing"},
		{Name: "not decided", Break: proceeding(1, func(p *exit.Proceeding) { p.Decided = 0 }), Says: "in effect without a decision"},
		{Name: "over", Break: proceeding(1, func(p *exit.Proceeding) { p.Outcome = exit.Moot }), Says: "over and still to take effect"},
		{Name: "seconded by itself", Break: proceeding(1, func(p *exit.Proceeding) { p.Seconders = []state.Member{ada} }), Says: "seconded by [10]"},
		{Name: "seconded twice", Break: proceeding(1, func(p *exit.Proceeding) { p.Seconders = []state.Member{4, 4} }), Says: "seconded by [4 4]"},
		{Name: "no appeal to allow", Break: proceeding(1, func(p *exit.Proceeding) { p.Outcome, p.Effect = exit.Allowed, 0 }), Says: "an appeal is allowed that does not stand"},
		{Name: "off the agenda", Break: off(0x15, 1), Says: "proceeding 1 is not due on day"},
		{Name: "an effect on the agenda only", Break: func(c *state.Ctx) { agenda.Put(c, c.Time()+1e6, 0x15, 3) }, Says: "1 items of room 21 take effect, 2 are on the agenda"},
		{Name: "a death off the agenda", Break: off(0x16, uint64(gil)), Says: "its end is not due"},
		{Name: "a death too many", Break: total(func(t *exit.Totals) { t.Ends++ }), Says: "others recorded 1 ends, totals say 2"},
		{Name: "a death without a day", Break: file(gil, func(f *exit.File) { f.Ended = 0 }), Says: "member 13: died on day 0"},
		{Name: "heirs of the living", Break: file(4, func(f *exit.File) { f.Heirs = []state.Member{5} }), Says: "member 4 has heirs and is active"},
		{Name: "a file of nobody", Break: file(stranger, func(f *exit.File) { f.Contact = 1 }), Says: "file of member 99"},
	})
}
