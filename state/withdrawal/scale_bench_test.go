package withdrawal_test

import (
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/holding"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/statetest"
	"github.com/rochdale-ledger/rochdale/state/withdrawal"
)

// BenchmarkScale measures a large register against one of 1,000 members: a page of 100 of
// the register, as it is now and as it was, at its beginning and its end; the admission of
// a member; the redemption of the request that is next, and its payment. It reports the
// medians and their ratios to 1,000 members. ROCHDALE_BENCH_MILLION=1 adds 1,000,000 members and 2,300,000.
func BenchmarkScale(b *testing.B) {
	sizes := []uint64{1_000, 100_000}
	if os.Getenv("ROCHDALE_BENCH_MILLION") != "" {
		sizes = append(sizes, 1_000_000, 2_300_000)
	}
	least := map[string]float64{}
	for _, n := range sizes {
		l := filled(b, n)
		for _, what := range []struct {
			name string
			do   func(b *testing.B, l *statetest.L, n uint64)
		}{
			{"now/first", func(b *testing.B, l *statetest.L, n uint64) { readPage(b, l, 1, 3*n) }},
			{"now/last", func(b *testing.B, l *statetest.L, n uint64) { readPage(b, l, n-99, 3*n) }},
			{"then/first", func(b *testing.B, l *statetest.L, n uint64) { readPage(b, l, 1, n) }},
			{"then/last", func(b *testing.B, l *statetest.L, n uint64) { readPage(b, l, n-99, n) }},
			{"admission", admit},
			{"next", serveNext},
		} {
			b.Run(fmt.Sprintf("%d/%s", n, what.name), func(b *testing.B) {
				var took []float64
				for b.Loop() {
					start := time.Now()
					what.do(b, l, n)
					took = append(took, time.Since(start).Seconds()*1e3)
				}
				slices.Sort(took)
				each := took[len(took)/2]
				if _, ok := least[what.name]; !ok {
					least[what.name] = each
				}
				b.ReportMetric(0, "ns/op")
				b.ReportMetric(each, "ms-median")
				b.ReportMetric(each/least[what.name], "ratio")
			})
		}
		l.Close()
	}
}

// Days on which the operations of the filled register count: every member got shares on
// the first, and lost and got one since.
const firstDay, secondDay, thirdDay = 18_000, 19_000, 19_600

// filled is a co-op of n members whose records were written past their rooms: 10 shares
// each, by three operations that lie far apart in the register, and the half of them have
// asked for one back.
func filled(b *testing.B, n uint64) *statetest.L {
	s := setup()
	s.Kinds = slices.Concat(member.Kinds, s.Kinds)
	s.Invariants = nil
	found := s.Found
	s.Found = func(c *state.Ctx) error {
		if err := found(c); err != nil {
			return err
		}
		fillMembers(c, n)
		fillShares(c, n)
		return nil
	}
	l := statetest.New(b, s)
	if res := l.Mandate(shareclass.SetRules{Class: common, Rules: shareclass.RulesEntry{MaxHolding: 100, Redeemable: true}}); res.Code != 0 {
		b.Fatal(res.Log)
	}
	return l
}

func fillMembers(c *state.Ctx, n uint64) {
	records := state.NewTable[state.Member, member.Record](0x10)
	totals := state.NewTable[uint8, member.Totals](0x12)
	t, err := totals.Get(c, 0)
	if err != nil {
		panic(err)
	}
	one, err := records.Get(c, 9)
	if err != nil {
		panic(err)
	}
	for m := t.Members + 1; m <= n; m++ {
		records.Put(c, state.Member(m), one)
	}
	t.Active[0] += n - t.Members
	t.Members = n
	totals.Put(c, 0, t)
}

func fillShares(c *state.Ctx, n uint64) {
	type holdingKey struct {
		Class  shareclass.Number
		Member state.Member
	}
	holdings := state.NewPagedTable[holdingKey, share.Holding](0x20)
	operations := state.NewPagedTable[uint64, share.Change](0x24)
	tickets := state.NewPagedTable[uint64, withdrawal.Ticket](0x2a)
	place := func(i uint64) uint64 { return 1 + (i*7919)%n } // a round's operations, far from those of neighbours
	for i := range n {
		m := state.Member(i + 1)
		o := func(number, prev, held, day uint64, out bool) {
			operations.Put(c, number, share.Change{Member: m, Class: common, Units: 1, Held: held, Sort: share.BonusIssue, Out: out, Day: day, Time: 1_700_000_000, Prev: prev})
		}
		o(i+1, 0, 10, firstDay, false)
		o(n+place(i), i+1, 9, secondDay, true)
		o(2*n+place(i), n+place(i), 10, thirdDay, false)
		holdings.Put(c, holdingKey{common, m}, share.Holding{Units: 10, Leaving: (i + 1) % 2, Operation: 2*n + place(i)})
	}
	for k := uint64(1); k <= n/2; k++ {
		t := withdrawal.Ticket{Member: state.Member(2*k - 1), Class: common, Units: 1, Status: withdrawal.Waiting, Time: 1_699_000_000, Ready: thirdDay, Prev: k - 1, Next: k + 1}
		if k == n/2 {
			t.Next = 0
		}
		tickets.Put(c, k, t)
	}
	state.NewTable[uint8, withdrawal.Queue](0x2b).Put(c, 0, withdrawal.Queue{Requests: n / 2, Waiting: withdrawal.List{First: 1, Last: n / 2}})
	capital := money.Amount(n) * 10 * par
	state.NewTable[shareclass.Number, share.Totals](0x22).Put(c, common, share.Totals{Units: 10 * n, Holders: n, Capital: capital})
	state.NewTable[uint8, share.Register](0x25).Put(c, 0, share.Register{Operations: 3 * n, Highest: capital})
	balances := state.NewTable[account.Code, money.Amount](0x31)
	balances.Put(c, account.Capital, -capital)
	balances.Put(c, account.Bank, capital)
}

// readPage reads 100 holdings from a member on, as they were on the day of an operation.
func readPage(b *testing.B, l *statetest.L, from, operation uint64) {
	v := l.Read()
	defer v.Close()
	r := v.Of(1)
	o, _, err := share.OperationOf(r, operation)
	if err != nil {
		b.Fatal(err)
	}
	last, err := holding.OperationOn(r, o.DayOf())
	if err != nil || last != operation {
		b.Fatalf("operation %d on day %d, %v, want %d", last, o.DayOf(), err, operation)
	}
	got := 0
	err = share.RangeHoldings(r, common, state.Member(from), ^state.Member(0), func(m state.Member, h share.Holding) (bool, error) {
		units, _, err := holding.At(r, h, last)
		if units == 10 {
			got++
		}
		return got < 100, err
	})
	if err != nil || got != 100 {
		b.Fatalf("a page of %d, %v", got, err)
	}
}

var applicants int

// admit has someone apply and be admitted, by two transactions.
func admit(b *testing.B, l *statetest.L, n uint64) {
	applicants++
	key := statetest.Key(2, state.Member(applicants))
	v := l.Read()
	t, err := member.TotalsOf(v.Of(1))
	v.Close()
	if err != nil {
		b.Fatal(err)
	}
	for _, a := range []state.Action{
		member.Apply{Entry: member.Entry{Key: key.Public(), Class: 1}, Possession: key.Possession(statetest.Chain, 1)},
		member.Admit{Member: state.Member(t.Members + 1)},
	} {
		if res := l.Mandate(a); res.Code != 0 {
			b.Fatal(res.Log)
		}
	}
}

// serveNext redeems the request that is next, and pays it.
func serveNext(b *testing.B, l *statetest.L, n uint64) {
	v := l.Read()
	q, err := withdrawal.QueueOf(v.Of(1))
	if err != nil {
		b.Fatal(err)
	}
	next, _, err := q.Next(v.Of(1))
	v.Close()
	if err != nil {
		b.Fatal(err)
	}
	l.Must(treasurer, redeem(next))
	l.Must(treasurer, pay(0, next))
}
