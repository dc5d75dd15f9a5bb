package load

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/surplus"
	"github.com/rochdale-ledger/rochdale/testnet"
	"github.com/rochdale-ledger/rochdale/testnet/crowd"
	"github.com/rochdale-ledger/rochdale/tx"
)

const (
	// officerWindow is how many transactions of one officer may be under way. A node
	// takes 64 beyond the next, and one that is a block behind has to take them too.
	officerWindow = 32

	// figuresEach is how many members' figures one transaction records.
	figuresEach = 10

	// measured is what the figures are of, a unit a member and transaction.
	measured = surplus.Hours
)

// A ledger is the target that the project is about.
type ledger struct {
	Options
	crowd   *crowd.Crowd
	casters []state.Member // active members, ascending
	plan    *plan

	// As it was before the run.
	motion ballot.Number
	period surplus.Period
	base   []uint64 // sequence of each member up to the last caster
	totals member.Totals
	hours  surplus.Tally
}

func openLedger(net *testnet.Net, o Options) (*ledger, error) {
	members, err := crowd.Open(net, 1)
	if err != nil {
		return nil, err
	}
	return &ledger{Options: o, crowd: members}, nil
}

func (l *ledger) name() string { return "ledger" }

func (l *ledger) sending() string {
	if l.Mix.Casts == 100 {
		return "casting"
	}
	return "sending"
}

// taken is err: the client knows the ledger's answers.
func (l *ledger) taken(err error) error { return err }

// parts are what the engine's transaction bundles. What is no bundle stays whole.
func (l *ledger) parts(raw []byte) [][]byte {
	parts, err := tx.Unbundle(raw)
	if err != nil {
		return [][]byte{raw}
	}
	return parts
}

// fill enters members until o.Members can cast. Members of an earlier run's
// applications cannot.
func (l *ledger) fill(ctx context.Context) error {
	for want := l.Members; ; {
		err := l.crowd.Enter(ctx, want, func(have int) { l.Progress("entering members", have, want) })
		if err != nil {
			return err
		}
		at, err := l.crowd.Read(ctx)
		if err != nil {
			return err
		}
		if l.totals, err = member.TotalsOf(at); err != nil {
			return err
		}
		if l.casters, err = casters(at, l.totals, l.Members); err != nil {
			return err
		}
		missing := l.Members - len(l.casters)
		if missing == 0 {
			return nil
		}
		want = int(l.totals.Members) + missing
	}
}

// casters are the first n active members, or all if there are fewer.
func casters(at state.Reader, t member.Totals, n int) ([]state.Member, error) {
	all := make([]state.Member, 0, n)
	if t.ActiveIn(0) == t.Members {
		for m := state.Member(1); len(all) < n && uint64(m) <= t.Members; m++ {
			all = append(all, m)
		}
		return all, nil
	}
	err := member.Range(at, 1, state.Member(t.Members), func(m state.Member, rec member.Record) (bool, error) {
		if rec.Standing() == member.Active {
			all = append(all, m)
		}
		return len(all) < n, nil
	})
	return all, err
}

// prepare fills the register, opens what is acted on and signs everything beforehand,
// so that signing takes no time from the testnet on the same machine.
func (l *ledger) prepare(ctx context.Context) (*plan, error) {
	if err := l.fill(ctx); err != nil {
		return nil, err
	}
	number, err := l.crowd.ActForNumber(ctx, crowd.Secretary, ballot.KindPropose, ballot.Propose{Kind: 1, Title: "Load test"})
	if err != nil {
		return nil, fmt.Errorf("opening a motion: %w", err)
	}
	l.motion = ballot.Number(number)
	if l.Mix.Figures > 0 {
		if err := l.openPeriod(ctx); err != nil {
			return nil, fmt.Errorf("opening a period: %w", err)
		}
	}
	l.base, err = l.crowd.Sequences(ctx, int(l.casters[len(l.casters)-1]))
	if err != nil {
		return nil, err
	}
	l.plan = l.arrange()
	return l.plan, l.signAll(ctx)
}

// openPeriod finds the period that is open, or opens one, and keeps its sums.
func (l *ledger) openPeriod(ctx context.Context) error {
	at, err := l.crowd.Read(ctx)
	if err != nil {
		return err
	}
	calendar, err := surplus.CalendarOf(at)
	if err != nil {
		return err
	}
	if l.period = calendar.Open; l.period == 0 {
		name := fmt.Sprintf("Load test %d", calendar.Periods+1)
		number, err := l.crowd.ActForNumber(ctx, crowd.Treasurer, surplus.KindOpenPeriod, surplus.OpenPeriod{Name: name})
		if err != nil {
			return err
		}
		l.period = surplus.Period(number)
	}
	l.hours, err = surplus.TallyOf(at, l.period, measured)
	return err
}

// arrange says who sends what in which order. Members cast in turn, one at a time,
// since the order in which transactions arrive is not guaranteed; an officer's
// transactions go to one node.
func (l *ledger) arrange() *plan {
	p := &plan{items: make([]item, l.planned()), senders: make([]sender, len(l.casters))}
	used := make([]uint64, len(l.casters))
	for i, m := range l.casters {
		p.senders[i] = sender{window: 1, next: l.base[m] + 1}
		if m == crowd.Secretary && l.Mix.Admissions > 0 || m == crowd.Treasurer && l.Mix.Figures > 0 {
			p.senders[i].window, p.senders[i].lane = officerWindow, true
		}
	}
	casts := 0
	for i, kind := range l.Mix.kinds(len(p.items)) {
		by := 0
		switch kind {
		case Figures:
			by = l.at(crowd.Treasurer)
		case Admissions:
			by = l.at(crowd.Secretary)
		default:
			by = casts % len(l.casters)
			casts++
		}
		used[by]++
		p.items[i] = item{kind: kind, sender: by, sequence: l.base[l.casters[by]] + used[by]}
	}
	return p
}

// at is the place of an officer among the casters.
func (l *ledger) at(m state.Member) int {
	for i, c := range l.casters {
		if c == m {
			return i
		}
	}
	return 0
}

// signAll signs every item, on all processors.
func (l *ledger) signAll(ctx context.Context) error {
	items := l.plan.items
	numbers := make([]int, len(items)) // of its kind, from 0
	var count [Pairs]int
	for i := range items {
		numbers[i] = count[items[i].kind]
		count[items[i].kind]++
	}
	const some = 500
	var next, signed atomic.Int64
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for ctx.Err() == nil {
				from := int(next.Add(some)) - some
				if from >= len(items) {
					return
				}
				for i := from; i < min(from+some, len(items)); i++ {
					l.sign(&items[i], numbers[i])
					signed.Add(1)
				}
			}
		})
	}
	done := make(chan struct{})
	go func() { wg.Wait(); close(done) }()
	for {
		select {
		case <-done:
			l.Progress("signing", int(signed.Load()), len(items))
			return ctx.Err()
		case <-time.After(tick):
			l.Progress("signing", int(signed.Load()), len(items))
		}
	}
}

// sign signs the nth item of its kind.
func (l *ledger) sign(it *item, n int) {
	by := l.casters[it.sender]
	switch it.kind {
	case Figures:
		record := surplus.Record{Period: l.period, Measure: measured, Digits: l.hours.Digits}
		first := n * figuresEach % (len(l.casters) - figuresEach + 1)
		for _, m := range l.casters[first : first+figuresEach] {
			record.Entries = append(record.Entries, surplus.Figure{Member: m, Quantity: 1})
		}
		it.raw = l.crowd.Sign(by, it.sequence, surplus.KindRecord, record)
	case Admissions:
		key := l.crowd.Key(state.Member(l.totals.Members) + 1 + state.Member(n)) // of the number that it gets
		it.raw = l.crowd.Sign(by, it.sequence, member.KindApply, member.Apply{
			Entry:      member.Entry{Key: key.Public(), Class: 1},
			Possession: key.Possession(l.crowd.Chain, uint32(l.crowd.Coop)),
		})
	default:
		choice := ballot.Yes + ballot.Choice((n+n/len(l.casters))%3)
		it.raw = l.crowd.Sign(by, it.sequence, ballot.KindCast, ballot.Cast{Motion: l.motion, Paper: choice.Paper()})
	}
	it.id = idOf(it.raw)
}
