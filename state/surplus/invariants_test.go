package surplus_test

import (
	"crypto/sha256"
	"testing"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/agenda"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/statetest"
	"github.com/rochdale-ledger/rochdale/state/surplus"
)

type figureKey struct {
	Period  surplus.Period
	Measure surplus.Measure
	Member  state.Member
}

type tallyKey struct {
	Period  surplus.Period
	Measure surplus.Measure
}

type stepKey struct {
	Period surplus.Period
	Step   uint8
}

type partKey struct {
	Period surplus.Period
	Step   uint8
	Member state.Member
}

type basisKey struct {
	Period surplus.Period
	Sort   surplus.Sort
	Number uint16
}

// The room's tables and the books' balances, opened again to break them.
var (
	statements = state.NewTable[surplus.Period, surplus.Statement](0x50)
	figures    = state.NewPagedTable[figureKey, uint64](0x51)
	tallies    = state.NewTable[tallyKey, surplus.Tally](0x52)
	allotments = state.NewTable[stepKey, surplus.Allotment](0x53)
	parts      = state.NewPagedTable[partKey, surplus.Part](0x54)
	runs       = state.NewTable[uint8, surplus.Run](0x55)
	bases      = state.NewTable[basisKey, surplus.Basis](0x58)
	calendars  = state.NewTable[uint8, surplus.Calendar](0x57)
	names      = state.NewTable[[20]byte, surplus.Period](0x5e)
	balances   = state.NewTable[account.Code, money.Amount](0x31)
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

// digestOf is under what a name that is its own fold is kept.
func digestOf(name string) [20]byte {
	sum := sha256.Sum256([]byte(name))
	return [20]byte(sum[:])
}

// CheckSurplus fails when a record is broken, and says which.
func TestCheckSurplusFails(t *testing.T) {
	// Period 1 is allocated: 200 to reserve, 700 by purchases of 10, 10 and 50,
	// half in notices; one part is paid. Period 2 is open.
	scene := func(l *statetest.L) {
		l.Must(treasurer, surplus.OpenPeriod{Name: "1"})
		record(l, 1, surplus.Purchases, 10, 10, 50)
		earn(l, 1000)
		l.Must(treasurer, surplus.Declare{Period: 1, Surplus: 1000})
		must(t, l, surplus.Allocate{Period: 1, Steps: []surplus.Step{reserve(rate(1, 5)), onPurchases(700, rate(1, 2))}})
		l.Must(treasurer, paid{Period: 1, Step: 2, Members: []state.Member{1}})
		l.Must(treasurer, surplus.OpenPeriod{Name: "2"})
	}
	part := func(m state.Member, change func(*surplus.Part)) func(*state.Ctx) {
		return edit(parts, partKey{1, 2, m}, change)
	}
	statement := func(change func(*surplus.Statement)) func(*state.Ctx) { return edit(statements, 1, change) }
	allotment := func(change func(*surplus.Allotment)) func(*state.Ctx) {
		return edit(allotments, stepKey{1, 2}, change)
	}
	calendar := func(change func(*surplus.Calendar)) func(*state.Ctx) { return edit(calendars, 0, change) }
	statetest.Spoiled(t, setup(3), scene, []statetest.Spoil{
		{Name: "a period erased", Break: func(c *state.Ctx) { statements.Delete(c, 1) }, Says: "period 2 follows 0"},
		{Name: "the last period erased", Break: func(c *state.Ctx) { statements.Delete(c, 2) }, Says: "1 periods, the calendar says {Periods:2 "},
		{Name: "a name of no period", Break: func(c *state.Ctx) { names.Delete(c, digestOf("2")) }, Says: `period 2 is called "2", which is the name of period 0`},
		{Name: "a name of another period", Break: func(c *state.Ctx) { names.Put(c, digestOf("1"), 2) }, Says: `period 1 is called "1", which is the name of period 2`},
		{Name: "another open period", Break: calendar(func(c *surplus.Calendar) { c.Open = 1 }), Says: "period 1 is allocated, the calendar says"},
		{Name: "nothing allocated", Break: calendar(func(c *surplus.Calendar) { c.Allocated = 0 }), Says: "period 1 is allocated, the calendar says"},
		{Name: "more periods", Break: calendar(func(c *surplus.Calendar) { c.Periods++ }), Says: "2 periods, the calendar says {Periods:3 "},
		{Name: "allocating without a run", Break: func(c *state.Ctx) {
			statement(func(s *surplus.Statement) { s.Stage = surplus.Allocating })(c)
			calendar(func(c *surplus.Calendar) { c.Allocated = 0 })(c)
		}, Says: "period 1 is allocating; the run says 0, the agenda [], holdings frozen: false"},
		{Name: "frozen for nothing", Break: share.Freeze, Says: "period 0 is allocating; the run says 0, the agenda [], holdings frozen: true"},
		{Name: "due for nothing", Break: func(c *state.Ctx) { agenda.Put(c, c.Time(), 5, 1) }, Says: "the run says 0, the agenda [1], holdings frozen: false"},
		{Name: "running for nothing", Break: func(c *state.Ctx) { runs.Put(c, 0, surplus.Run{Period: 1}) }, Says: "the run says 1, the agenda [], holdings frozen: false"},
		{Name: "a figure", Break: edit(figures, figureKey{1, surplus.Purchases, 1}, func(q *uint64) { *q++ }), Says: "period 1: figures sum to 0.71 EUR in purchases of 3 members, the tally says 0.70 EUR in purchases of 3"},
		{Name: "a figure of zero kept", Break: func(c *state.Ctx) { figures.Put(c, figureKey{1, surplus.Hours, 1}, 0) }, Says: "period 1: member 1 has a figure of zero hours"},
		{Name: "a tally", Break: edit(tallies, tallyKey{1, surplus.Purchases}, func(t *surplus.Tally) { t.Members-- }), Says: "the tally says 0.70 EUR in purchases of 2"},
		{Name: "digits of money", Break: edit(tallies, tallyKey{1, surplus.Purchases}, func(t *surplus.Tally) { t.Digits = 2 }), Says: "purchases have 2 digits behind the point"},
		{Name: "a step erased", Break: func(c *state.Ctx) { allotments.Delete(c, stepKey{1, 2}) }, Says: "period 1: 1 steps, the statement says 2"},
		{Name: "steps before an allocation", Break: func(c *state.Ctx) {
			edit(statements, 2, func(s *surplus.Statement) { s.Steps = 1 })(c)
			allotments.Put(c, stepKey{2, 1}, surplus.Allotment{})
		}, Says: "period 2: 1 steps, the statement says 1"},
		{Name: "a larger pool", Break: edit(allotments, stepKey{1, 1}, func(a *surplus.Allotment) { a.Pool++ }), Says: "pools sum to 9.01 EUR, the statement says 9.00 EUR"},
		{Name: "more appropriated than there was", Break: statement(func(s *surplus.Statement) { s.Surplus = 899 }), Says: "9.00 EUR appropriated of 0.00 EUR + 8.99 EUR"},
		{Name: "a step not divided", Break: allotment(func(a *surplus.Allotment) { a.Done = false }), Says: "period 1: step 2 is not divided"},
		{Name: "a part's claim", Break: part(3, func(p *surplus.Part) { p.Claim++ }), Says: "step 2: member 3 has a part of 0.51 EUR in purchases and a figure of 0.50 EUR in purchases"},
		{Name: "a claim of the allotment", Break: allotment(func(a *surplus.Allotment) { a.Total++ }), Says: "step 2: 3 parts of 70 claims"},
		{Name: "a part's money", Break: part(3, func(p *surplus.Part) { p.Cash++ }), Says: "step 2: 3 parts of 70 claims: 3.51 EUR in money"},
		{Name: "a part erased", Break: func(c *state.Ctx) { parts.Delete(c, partKey{1, 2, 3}) }, Says: "step 2: 2 parts of 20 claims"},
		{Name: "a part paid unseen", Break: part(2, func(p *surplus.Part) { p.Paid = 1 }), Says: "step 2: 3 parts of 70 claims: 3.50 EUR in money, 1.00 EUR paid"},
		{Name: "money and notices moved between members", Break: func(c *state.Ctx) {
			part(2, func(p *surplus.Part) { p.Cash-- })(c)
			part(3, func(p *surplus.Part) { p.Cash++ })(c)
		}, Says: "step 2: part 2 is 0.49 EUR + 0.50 EUR, the largest remainder gives 1.00 EUR"},
		{Name: "claims and parts that agree on another division", Break: func(c *state.Ctx) {
			part(2, func(p *surplus.Part) { p.Claim, p.Cash, p.Notice = 20, 100, 100 })(c)
			part(3, func(p *surplus.Part) { p.Claim, p.Cash, p.Notice = 40, 200, 200 })(c)
		}, Says: "step 2: member 2 has a part of 0.20 EUR in purchases and a figure of 0.10 EUR in purchases"},
		{Name: "a notice made money", Break: func(c *state.Ctx) {
			part(3, func(p *surplus.Part) { p.Cash++; p.Notice-- })(c)
			allotment(func(a *surplus.Allotment) { a.Cash++; a.Notice-- })(c)
			edit(balances, account.Dividends, func(b *money.Amount) { *b-- })(c)
			edit(balances, account.Notices, func(b *money.Amount) { *b++ })(c)
		}, Says: "step 2: part 3 is 2.51 EUR + 2.49 EUR, the vote gives 2.50 EUR + 2.50 EUR"},
		{Name: "more said to be paid", Break: allotment(func(a *surplus.Allotment) { a.Paid++ }), Says: "step 2: 3 parts of 70 claims"},
		{Name: "another number of parts", Break: allotment(func(a *surplus.Allotment) { a.Members++ }), Says: "step 2: 3 parts of 70 claims"},
		{Name: "a part settled unseen", Break: part(2, func(p *surplus.Part) { p.Settled = 1 }), Says: "step 2: 3 parts of 70 claims"},
		{Name: "a notice settled unseen", Break: part(2, func(p *surplus.Part) { p.Redeemed = 1 }), Says: "step 2: 3 parts of 70 claims"},
		{Name: "a part paid and settled", Break: part(1, func(p *surplus.Part) { p.Settled = 1 }), Says: "step 2: member 1's part is paid by entry 5 and settled by entry 1"},
		{Name: "standing still for nothing", Break: func(c *state.Ctx) { bases.Put(c, basisKey{1, surplus.ShareDividend, 1}, surplus.Basis{}) }, Says: "period 1: share dividend 1 stands still for no motion"},
		{Name: "standing still in a period that is not held", Break: func(c *state.Ctx) {
			bases.Put(c, basisKey{1, surplus.PatronageDividend, 1}, surplus.Basis{Motions: 1})
		}, Says: "period 1: 1 motions hold patronage dividend 1, 0 the period"},
		{Name: "holdings that changed while they stood still", Break: func(c *state.Ctx) {
			statement(func(s *surplus.Statement) { s.Held = 1 })(c)
			if err := account.Hold(c); err != nil {
				panic(err)
			}
			bases.Put(c, basisKey{1, surplus.ShareDividend, 1}, surplus.Basis{Motions: 1, Done: true, Digest: append(make([]byte, 31), 1)})
		}, Says: "period 1: what stands still of share dividend 1 has changed"},
		{Name: "a period held, and not the books", Break: statement(func(s *surplus.Statement) { s.Held = 1 }), Says: "unappropriated surplus stands still for 0 motions, periods for 1"},
		{Name: "a class held for nothing", Break: func(c *state.Ctx) {
			if err := share.Hold(c, common); err != nil {
				panic(err)
			}
		}, Says: "class 1 of shares stands still for 1 motions, 0 divide by it"},
		{Name: "dividends in the books", Break: edit(balances, account.Dividends, func(b *money.Amount) { *b-- }), Says: "account 2200 has balance -3.01 EUR, members' parts say -3.00 EUR"},
		{Name: "notices in the books", Break: edit(balances, account.Notices, func(b *money.Amount) { *b++ }), Says: "account 2300 has balance -3.49 EUR, members' parts say -3.50 EUR"},
	})
}
