package workload

import (
	"fmt"
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/call"
	"github.com/rochdale-ledger/rochdale/state/exit"
	"github.com/rochdale-ledger/rochdale/state/holding"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
)

var shareOccasions = []occasion{
	{1, (*Work).openClass},
	{8, (*Work).subscribe},
	{6, (*Work).confirm},
	{6, (*Work).issue},
	{2, (*Work).cancel},
	{3, (*Work).refund},
	{6, (*Work).correctShares},
	{2, (*Work).payPart},
	{1, (*Work).call},
	{6, (*Work).setRules},
	{12, (*Work).convert},
	{2, (*Work).transfer},
	{20, (*Work).transmitShares},
	{40, (*Work).writeDown},
	{12, (*Work).bonus},
}

func (w *Work) openClass() (step, error) {
	count, err := shareclass.Count(w.r)
	if err != nil || count >= 4 {
		return nothing, err
	}
	return step{action: shareclass.Open{
		Class: shareclass.Number(1 + w.rng.IntN(6)), Name: fmt.Sprint("class of ", w.height), Par: 250, MinHolding: 2, MaxHolding: 40,
	}}, nil
}

func (w *Work) subscribe() (step, error) {
	m, err := w.anyMember(member.Active)
	if err != nil || m == 0 {
		return nothing, err
	}
	class := shareclass.Number(1)
	if w.rng.IntN(4) == 0 {
		class = shareclass.Number(1 + w.rng.IntN(6))
	}
	return step{action: share.Subscribe{Member: m, Class: class, Units: 1 + w.rng.Uint64N(12)}, by: m}, nil
}

// latest is how far back the workload looks for subscriptions.
const latest = 30

// subscriptions returns some of the latest that stand at a status.
func (w *Work) subscriptions(at share.Status) ([]uint64, []share.Subscription, error) {
	reg, err := share.RegisterOf(w.r)
	if err != nil {
		return nil, nil, err
	}
	var numbers []uint64
	var subs []share.Subscription
	first := max(reg.Subscriptions, latest) - latest + 1
	err = share.Subscriptions(w.r, first, reg.Subscriptions, func(n uint64, s share.Subscription) (bool, error) {
		if s.Status == at && w.rng.IntN(2) == 0 {
			numbers, subs = append(numbers, n), append(subs, s)
		}
		return true, nil
	})
	return numbers, subs, err
}

func (w *Work) confirm() (step, error) {
	numbers, _, err := w.subscriptions(share.Unpaid)
	if err != nil || len(numbers) == 0 {
		return nothing, err
	}
	return step{action: share.ConfirmPayment{Subscriptions: numbers}}, nil
}

func (w *Work) issue() (step, error) {
	numbers, _, err := w.subscriptions(share.Paid)
	if err != nil || len(numbers) == 0 {
		return nothing, err
	}
	return step{action: share.Issue{Subscriptions: numbers}}, nil
}

func (w *Work) cancel() (step, error) {
	numbers, subs, err := w.subscriptions(share.Unpaid)
	if err != nil || len(numbers) == 0 {
		return nothing, err
	}
	return step{share.Cancel{Member: subs[0].Member, Subscription: numbers[0]}, subs[0].Member}, nil
}

// refund is for money that was paid for shares which are not wanted any more: if there is one,
// of a subscription whose issue was taken back, which officers alone do not pay back.
func (w *Work) refund() (step, error) {
	numbers, subs, err := w.subscriptions(share.Paid)
	if err != nil || len(numbers) == 0 {
		return nothing, err
	}
	i := max(slices.IndexFunc(subs, func(s share.Subscription) bool { return s.Unissued }), 0)
	return step{action: share.Refund{Subscriptions: numbers[i : i+1], Reason: "not wanted any more"}}, nil
}

// correctShares is for a payment, or an issue, that was entered for the wrong one.
func (w *Work) correctShares() (step, error) {
	at := []share.Status{share.Paid, share.Issued}[w.rng.IntN(2)]
	numbers, _, err := w.subscriptions(at)
	if err != nil || len(numbers) == 0 {
		return nothing, err
	}
	return step{action: share.Correct{Subscriptions: numbers[:1], Reason: "of another subscription"}}, nil
}

// payPart pays less than half of what a subscription costs.
func (w *Work) payPart() (step, error) {
	numbers, subs, err := w.subscriptions(share.Unpaid)
	if err != nil || len(numbers) == 0 {
		return nothing, err
	}
	terms, err := shareclass.TermsOf(w.r, subs[0].Class)
	if err != nil {
		return nothing, err
	}
	part := terms.Par*money.Amount(subs[0].Units)/3 + 1
	return step{action: share.PayPart{Payments: []share.Payment{{Subscription: numbers[0], Amount: part}}}}, nil
}

func (w *Work) call() (step, error) {
	class, err := w.anyClass()
	return step{action: call.Call{Class: class, Amount: 1 + money.Amount(w.rng.IntN(20)), Due: w.today() + 30}}, err
}

// today is the day of the last block.
func (w *Work) today() uint64 { return state.DayOf(w.r.Time()) }

// anyClass draws one of the classes that there are.
func (w *Work) anyClass() (class shareclass.Number, err error) {
	var all []shareclass.Number
	err = shareclass.Range(w.r, func(n shareclass.Number, _ shareclass.Terms) (bool, error) {
		all = append(all, n)
		return true, nil
	})
	return all[w.rng.IntN(len(all))], err
}

// setRules lets shares of a class be moved and asked back, or bounds the register.
func (w *Work) setRules() (step, error) {
	if w.rng.IntN(4) == 0 {
		limits := shareclass.LimitsEntry{
			CapitalFloor: money.Rate{Num: uint64(w.rng.IntN(3)), Den: 4}, BearsLoss: w.rng.IntN(8) > 0, ProRata: w.rng.IntN(2) == 0, Unclaimed: 3650,
		}
		return step{action: shareclass.SetRules{Limits: limits}}, nil
	}
	class, err := w.anyClass()
	if err != nil {
		return nothing, err
	}
	rules := shareclass.RulesEntry{MaxHolding: 50, Redeemable: true, Notice: uint32(w.rng.IntN(3)), Transferable: true, Parts: 4}
	for _, into := range []shareclass.Number{1, 2, 3, 4, 5, 6} {
		if _, err := shareclass.TermsOf(w.r, into); into != class && err == nil {
			rules.Into = append(rules.Into, into)
		}
	}
	return step{action: shareclass.SetRules{Class: class, Rules: rules}}, nil
}

// anyHolding draws a holding of some class, of zero if there is none; of such members.
func (w *Work) anyHolding(such func(state.Member) (bool, error)) (class shareclass.Number, m state.Member, units uint64, err error) {
	if class, err = w.anyClass(); err != nil {
		return 0, 0, 0, err
	}
	seen := 0
	err = share.RangeHoldings(w.r, class, 1, ^state.Member(0), func(who state.Member, h share.Holding) (bool, error) {
		if h.Units == 0 {
			return true, nil
		}
		if fits, err := such(who); err != nil || !fits {
			return true, err
		}
		if seen++; w.rng.IntN(seen) == 0 {
			m, units = who, h.Units
		}
		return seen < 40, nil
	})
	return class, m, units, err
}

func (w *Work) at(s member.Standing) func(state.Member) (bool, error) {
	return func(m state.Member) (bool, error) {
		rec, err := member.Find(w.r, m)
		return err == nil && rec.Standing() == s, err
	}
}

// convert makes a share of the first class four of another, as its rules say, or four of
// one of the others a share of it.
func (w *Work) convert() (step, error) {
	class, m, _, err := w.anyHolding(w.at(member.Active))
	if err != nil || m == 0 {
		return nothing, err
	}
	rules, err := shareclass.RulesOf(w.r, class)
	if err != nil || len(rules.Into) == 0 && w.rng.IntN(4) > 0 {
		return nothing, err
	}
	into, units := shareclass.Number(1), uint64(4)
	if class == 1 {
		units = 1
	}
	if n := len(rules.Into); n > 0 {
		into = rules.Into[w.rng.IntN(n)]
	}
	return step{holding.Convert{Member: m, Class: class, Into: into, Units: units}, m}, nil
}

func (w *Work) transfer() (step, error) {
	class, from, units, err := w.anyHolding(w.at(member.Active))
	if err != nil || from == 0 {
		return nothing, err
	}
	to, err := w.anyMember(member.Active)
	if err != nil || to == 0 || to == from {
		return nothing, err
	}
	return step{holding.Transfer{From: from, To: to, Class: class, Units: 1 + w.rng.Uint64N(units)}, from}, nil
}

// transmitShares gives the shares of one who died to an heir.
func (w *Work) transmitShares() (step, error) {
	var heir state.Member
	class, from, units, err := w.anyHolding(func(m state.Member) (bool, error) {
		heirs, err := exit.HeirsOf(w.r, m)
		if len(heirs) > 0 {
			heir = heirs[0]
		}
		return len(heirs) > 0, err
	})
	if err != nil || from == 0 {
		return nothing, err
	}
	return step{action: holding.Transmit{From: from, To: heir, Class: class, Units: units, Reason: "as nominated"}}, nil
}

// writeDown has the shares bear a little of a deficit, of which there may be none.
func (w *Work) writeDown() (step, error) {
	balance, err := account.BalanceOf(w.r, account.Unappropriated)
	if err != nil || balance <= 0 {
		return nothing, err
	}
	return step{action: holding.WriteDown{Loss: min(balance, 500), Reserve: w.rng.IntN(2) == 0, Reason: "a loss"}}, nil
}

func (w *Work) bonus() (step, error) {
	class, err := w.anyClass()
	if err != nil {
		return nothing, err
	}
	m, err := w.anyMember(member.Active)
	if err != nil || m == 0 {
		return nothing, err
	}
	return step{action: holding.Bonus{Class: class, From: account.Education, Entries: []holding.Gift{{Member: m, Units: 1}}, Reason: "ten years"}}, nil
}
