//go:build found

package app

import (
	"fmt"
	"maps"
	"math/rand"
	"os"
	"strconv"
	"testing"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/fxamacker/cbor/v2"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/surplus"
	"github.com/rochdale-ledger/rochdale/tx"
)

// An officer of another co-op to whom the charter gives proposing has no bound.
func TestFoundForeignProposer(t *testing.T) {
	f := newFed(t, 2, Options{})
	f.carry(1, 2, charter.Amend{Grants: []charter.GrantEntry{{Kind: ballot.KindPropose, Members: true, Others: []charter.OtherEntry{{Coop: 2, Office: charter.Auditor}}}}})
	n := 0
	for range ballot.MaxOpen + 1 {
		b := f.body(2, 1, ballot.Propose{Kind: 1, Title: "Noise"})
		b.On = 1
		if f.block(tx.Sign(fedKey(2, 1), b)).TxResults[0].Code == 0 {
			n++
		}
	}
	if r := f.block(f.sign(1, 4, ballot.Propose{Kind: 1, Title: "Ours"})).TxResults[0]; r.Code == ballot.ErrOpen.Code {
		t.Errorf("an officer of another co-op has %d motions under way, where one proposer can have %d; a member is refused: %s", n, ballot.MaxOpenOwn, r.Log)
	}
}

var extremes = []uint64{0, 1, 2, 255, 256, 65535, 1 << 31, 1<<32 - 1, 1 << 32, 1 << 40, 1e18, 1e18 + 1, 1<<63 - 1, 1 << 63, 1<<64 - 1}

// mutate calls fn with the value changed in each number, one after the other.
func mutate(v any, put func(any), fn func()) {
	switch x := v.(type) {
	case uint64:
		for _, e := range extremes {
			put(e)
			fn()
			if e < 1<<63 {
				put(-1 - int64(e))
				fn()
			}
		}
		put(x)
	case int64:
		for _, e := range extremes {
			put(e)
			fn()
		}
		put(x)
	case []byte:
		for _, n := range []int{0, 1, 31, 33, 255, 300} {
			put(make([]byte, n))
			fn()
		}
		put(x)
	case []any:
		for i := range x {
			mutate(x[i], func(n any) { x[i] = n }, fn)
		}
	case map[any]any:
		for k := range x {
			old := x[k]
			mutate(old, func(n any) { x[k] = n }, fn)
			delete(x, k)
			fn()
			x[k] = old
		}
	}
}

func TestFoundExtremes(t *testing.T) {
	f := newPowers(t)
	seeds := append([]state.Action{
		share.Refund{Subscriptions: []uint64{2}, Reason: "r"}, share.Correct{Subscriptions: []uint64{1}, Reason: "r"},
		surplus.OpenPeriod{Name: "C", Last: 30000}, surplus.Declare{Period: 2, Surplus: 5}, surplus.Reopen{Period: 1, Reason: "r"},
		surplus.Return{Period: 1, Step: 1, Members: []state.Member{2}, Reason: "r"}, surplus.Settle{Period: 1, Step: 1, Members: []state.Member{2}, Account: 3100, Notices: true, Reason: "r"},
		member.Reinstate{Member: 2}, member.Dismiss{Member: 2, Office: charter.Chair},
		account.Post{Narrative: "n", Day: 19675, Lines: []account.Line{account.Debit(account.Bank, 1), account.Credit(4000, 1)}},
		account.Reverse{Entry: 4, Narrative: "n", Day: 19675},
		charter.Amend{Grants: []charter.GrantEntry{{Kind: 0x4001, Members: true, Offices: []charter.Office{1}, Motions: []charter.MotionKindID{1}, Others: []charter.OtherEntry{{Coop: 2, Office: 1}}}},
			Policy: []charter.PolicyEntry{{Currency: "EUR", Digits: 2, Allowance: 1000, Classes: []string{"member"}, Entrenched: 2, Waiting: 14, Alone: 1000000, Overdrafts: []charter.Overdraft{{Account: 1000, Amount: 5}}}}},
	}, seedActions...)
	dec, _ := cbor.DecOptions{}.DecMode()
	enc, _ := cbor.CanonicalEncOptions().EncMode()
	done, n := 0, 0
	for _, a := range seeds {
		var kind tx.Kind
		var k0 state.Kind
		for _, k := range Kinds {
			if k.Name == fmt.Sprintf("%T", a) {
				kind, k0 = k.Number, k
			}
		}
		var v any
		if err := dec.Unmarshal(tx.Encode(a), &v); err != nil {
			t.Fatal(err)
		}
		mutate(v, func(any) {}, func() {
			raw, err := enc.Marshal(v)
			if err != nil {
				return
			}
			n++
			if read, err := k0.Read(raw); err == nil {
				view := f.view()
				func() {
					defer view.Close()
					defer func() {
						if p := recover(); p != nil {
							t.Errorf("describing %s %x: %v", k0.Name, raw, p)
						}
					}()
					read.Describe(state.Telling{Reader: view.Of(1), Kinds: Kinds})
				}()
			}
			before := maps.Clone(f.spent)
			defer func() { f.spent = before }()
			body := f.body(1, 1, member.Admit{})
			body.Kind, body.Payload = kind, raw
			txs := [][]byte{tx.Sign(fedKey(1, 1), body), f.sign(1, 2, ballot.Propose{Kind: 4, Title: "T", Anyway: true, Action: []ballot.Carried{{Kind: kind, Payload: raw}}})}
			for m := state.Member(2); m <= fedMembers; m++ {
				for n := ballot.Number(2); n <= 3; n++ {
					txs = append(txs, f.sign(1, m, ballot.Cast{Motion: n, Paper: ballot.Yes.Paper()}))
				}
			}
			if _, err := f.app.CheckTx(ctx, &abci.RequestCheckTx{Tx: txs[0]}); err != nil {
				t.Errorf("%s %x on arrival: %v", k0.Name, raw, err)
			}
			res, err := f.app.FinalizeBlock(ctx, f.request(txs...))
			if err != nil {
				t.Errorf("%s %x in a block: %v", k0.Name, raw, err)
				return
			}
			if res.TxResults[0].Code == 0 {
				done++
			}
			for _, inv := range f.app.Ledger().Rules().Invariants {
				if err := inv.Check(f.app.Ledger().Reader()); err != nil {
					t.Errorf("%s %x: %s: %v", k0.Name, raw, inv.Name, err)
				}
			}
		})
	}
	t.Logf("%d payloads, %d accepted", n, done)
}

// Sequences at random of everything that begins, ends or touches what stands still.
func TestFoundSequences(t *testing.T) {
	first, _ := strconv.Atoi(os.Getenv("SEED"))
	for seed := first; seed < first+12; seed++ {
		r := rand.New(rand.NewSource(int64(seed)))
		f := newFed(t, 1, Options{})
		ok := map[string]int{}
		do := func(m state.Member, a state.Action) bool {
			res := f.block(f.sign(1, m, a)).TxResults[0]
			name := fmt.Sprintf("%T", a)
			if res.Code == 0 {
				ok[name]++
			}
			return res.Code == 0
		}
		motions := ballot.Number(0)
		propose := func(m state.Member, kind charter.MotionKindID, a state.Action) {
			p := f.motionOf(kind, a)
			p.Anyway = r.Intn(2) == 0
			if do(m, p) {
				motions++
			}
		}
		step := func() surplus.Step {
			switch r.Intn(5) {
			case 0:
				return surplus.Step{Sort: surplus.ShareDividend, Base: surplus.OfCapital, Rate: money.Rate{Num: 1, Den: 50}, Class: share.Class(1 + r.Intn(2))}
			case 1:
				return surplus.Step{Sort: surplus.ToFund, Base: surplus.OfRest, Rate: money.Rate{Num: 1, Den: 3}, Account: account.Education}
			case 2:
				return surplus.Step{Sort: surplus.PatronageDividend, Base: surplus.OfSurplus, Rate: money.Rate{Num: 1, Den: 3}, Measure: surplus.Purchases, Paid: money.Rate{Num: 1, Den: 2}}
			case 3:
				return surplus.Step{Sort: surplus.PatronageDividend, Base: surplus.Fixed, Amount: 70, Measure: surplus.Hours, Paid: money.Rate{Num: 0, Den: 1}}
			}
			return surplus.Step{Sort: surplus.ToReserve, Base: surplus.OfSurplus, Rate: money.Rate{Num: 1, Den: 10}, Account: account.Reserve}
		}
		f.carry(1, 2, share.OpenClass{Class: 1, Name: "a", Par: 100, MaxHolding: 50})
		f.carry(2, 2, share.OpenClass{Class: 2, Name: "b", Par: 10, MaxHolding: 50})
		v := f.view()
		k1, _ := charter.MotionKindOf(v.Of(1), 1)
		k2, _ := charter.MotionKindOf(v.Of(1), 2)
		v.Close()
		e1, e2 := k1.Entry(1), k2.Entry(2)
		e1.Notice, e2.Notice = 10, 10
		e1.Longest, e1.Closing = 60, charter.WhenDecided
		f.carry(3, 2, charter.Amend{Motions: []charter.MotionEntry{e1, e2}})
		motions = 3
		do(1, sold(5000))
		do(1, surplus.OpenPeriod{Name: "p"})
		period, subs := surplus.Period(1), uint64(0)
		m := func() state.Member { return state.Member(1 + r.Intn(fedMembers)) }
		some := func() ballot.Number { return ballot.Number(1 + r.Intn(int(motions))) }
		late := func() ballot.Number { return motions - ballot.Number(min(r.Intn(4), int(motions)-1)) }
		fig := func() []surplus.Figure {
			return []surplus.Figure{{Member: m(), Quantity: uint64(1 + r.Intn(5))}}
		}
		for i := range 260 {
			switch r.Intn(22) {
			case 0, 1:
				a := surplus.Allocate{Period: period}
				for range r.Intn(4) {
					a.Steps = append(a.Steps, step())
				}
				propose(m(), charter.MotionKindID([]int{1, 1, 1, 4}[r.Intn(4)]), a)
			case 2:
				f.block(f.sign(1, m(), ballot.Withdraw{Motion: late()}))
				for x := state.Member(1); x <= 5; x++ {
					if r.Intn(2) == 0 {
						do(x, ballot.Withdraw{Motion: late()})
					}
				}
			case 3, 4, 5, 6:
				n := late()
				for x := state.Member(1); x <= 5; x++ {
					do(x, ballot.Cast{Motion: n, Paper: []ballot.Choice{ballot.Yes, ballot.Yes, ballot.Yes, ballot.No}[r.Intn(4)].Paper()})
				}
			case 7:
				do(1, ballot.Declare{Motion: some()})
			case 8:
				f.now = f.now.Add(time.Duration(r.Intn(40)) * time.Minute)
				f.block()
			case 9:
				do(1, surplus.Record{Period: period, Measure: surplus.Measure([]surplus.Measure{surplus.Hours, surplus.Purchases}[r.Intn(2)]), Entries: fig()})
			case 10:
				do(1, surplus.Correct{Period: period, Measure: surplus.Purchases, Entries: fig()})
			case 11:
				x := m()
				if do(x, share.Subscribe{Member: x, Class: share.Class(1 + r.Intn(2)), Units: uint64(1 + r.Intn(5))}) {
					subs++
				}
			case 12:
				if subs > 0 {
					of := []uint64{1 + uint64(r.Intn(int(subs)))}
					do(1, share.ConfirmPayment{Subscriptions: of})
					do(1, share.Issue{Subscriptions: of})
				}
			case 13:
				if subs > 0 {
					of := []uint64{1 + uint64(r.Intn(int(subs)))}
					propose(1, 3, []state.Action{share.Correct{Subscriptions: of, Reason: "r"}, share.Refund{Subscriptions: of, Reason: "r"}}[r.Intn(2)])
					for x := state.Member(1); x <= 2; x++ {
						do(x, ballot.Cast{Motion: motions, Paper: ballot.Yes.Paper()})
					}
				}
			case 14:
				propose(1, 3, surplus.Reopen{Period: period, Reason: "r"})
				for x := state.Member(1); x <= 2; x++ {
					do(x, ballot.Cast{Motion: motions, Paper: ballot.Yes.Paper()})
				}
			case 15, 16:
				v := f.view()
				res, _, err := account.Result(v.Of(1), account.Period(period))
				s, _ := surplus.PeriodOf(v.Of(1), period)
				v.Close()
				if err != nil {
					t.Fatal(err)
				}
				if s.Stage == surplus.Opened {
					do(1, surplus.Declare{Period: period, Surplus: res})
				}
				if s.Stage == surplus.Allocated && do(1, surplus.OpenPeriod{Name: "p"}) {
					period++
				}
			case 17:
				do(1, sold(money.Amount(1+r.Intn(3000))))
			case 18:
				of := []state.Member{m()}
				p, st := max(1, period-surplus.Period(r.Intn(2))), uint8(1+r.Intn(4))
				do(1, surplus.Pay{Period: p, Step: st, Members: of})
				propose(1, 3, surplus.Return{Period: p, Step: st, Members: of, Reason: "r"})
				for x := state.Member(1); x <= 2; x++ {
					do(x, ballot.Cast{Motion: motions, Paper: ballot.Yes.Paper()})
				}
			case 19:
				propose(1, 4, surplus.Settle{Period: max(1, period-surplus.Period(r.Intn(2))), Step: uint8(1 + r.Intn(4)), Members: []state.Member{m()}, Notices: r.Intn(2) == 0, Account: []account.Code{account.Bank, account.Reserve}[r.Intn(2)], Reason: "r"})
			case 20:
				g := charter.GrantEntry{Kind: surplus.KindAllocate, Motions: []charter.MotionKindID{1, 4}[r.Intn(2) : 1+r.Intn(2)]}
				if len(g.Motions) == 0 {
					g.Motions = []charter.MotionKindID{1, 4}
				}
				propose(m(), 2, charter.Amend{Grants: []charter.GrantEntry{g, {Kind: surplus.KindSettle, Motions: []charter.MotionKindID{1, 4}}}})
			case 21:
				if i > 150 && r.Intn(6) == 0 {
					do(4, member.Resign{Member: 4})
				}
			}
			if i%20 == 0 {
				f.sound()
			}
		}
		f.now = f.now.Add(100 * 24 * time.Hour)
		for range 5 {
			f.block()
		}
		f.sound()
		v = f.view()
		for c := share.Class(1); c <= 2; c++ {
			if tt, err := share.TotalsOf(v.Of(1), c); err != nil || tt.Held != 0 {
				t.Errorf("seed %d: class %d is held by %d when all is over, %v", seed, c, tt.Held, err)
			}
		}
		_ = surplus.Periods(v.Of(1), func(p surplus.Period, s surplus.Statement) (bool, error) {
			if s.Held != 0 {
				t.Errorf("seed %d: period %d is held by %d", seed, p, s.Held)
			}
			return true, nil
		})
		v.Close()
		t.Log(seed, period, ok)
		f.app.Close()
	}
}
