package main

import (
	"bytes"
	"slices"
	"testing"

	"github.com/rochdale-ledger/rochdale/app/rooms"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/circle"
	"github.com/rochdale-ledger/rochdale/state/document"
	"github.com/rochdale-ledger/rochdale/state/dues"
	"github.com/rochdale-ledger/rochdale/state/exit"
	"github.com/rochdale-ledger/rochdale/state/federation"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/office"
	"github.com/rochdale-ledger/rochdale/state/payout"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/statetest"
	"github.com/rochdale-ledger/rochdale/state/statetest/coop"
	"github.com/rochdale-ledger/rochdale/state/surplus"
	"github.com/rochdale-ledger/rochdale/state/withdrawal"
	"github.com/rochdale-ledger/rochdale/tx"
)

// shownLedger is a co-op with something for every kind of action: a candidate (41), one who
// has left (42), one on probation (43), one who died (44), a suspended member (40) who has
// notice of striking off, a silent one (38), expulsions under way of 35, who appeals, of
// 36, who is to be heard, and of 37, who was heard, subscriptions 1 to 36, a dozen of each status, entries, period 1
// with a dividend of which members 1 to 12 are paid, and period 2, declared.
func shownLedger(t *testing.T) *statetest.L {
	l := coop.New(t, coop.Setup{
		Members: shownMembers, Class: shareclass.Open{Class: 1, Name: "member share", Par: 1000, MaxHolding: 100}, Found: joined,
		Membership: shownFigures,
	})
	var posted account.Post
	steps := []surplus.Step{{Sort: surplus.PatronageDividend, Base: surplus.Fixed, Amount: 36_000, Measure: surplus.Hours, Paid: money.Rate{Num: 1, Den: 2}}}
	hours := surplus.Record{Period: 1, Measure: surplus.Hours}
	var subscribe []state.Action
	for m := state.Member(1); m <= 3*shownBatch; m++ {
		hours.Entries = append(hours.Entries, surplus.Figure{Member: m, Quantity: 10})
		subscribe = append(subscribe, share.Subscribe{Member: m, Class: 1, Units: 5})
	}
	posted = account.Post{Narrative: "sales", Lines: []account.Line{account.Debit(account.Bank, 100_000), account.Credit(4000, 100_000)}}
	subscribe = append(subscribe, shareclass.Open{Class: 3, Name: "savings share", Par: 1000, MaxHolding: 100},
		shareclass.SetRules{Class: 3, Rules: shareclass.RulesEntry{MaxHolding: 100, Parts: 12, Redeemable: true}},
		shareclass.SetRules{Limits: shareclass.LimitsEntry{Unclaimed: 1}},
		share.Subscribe{Member: shownLeft, Class: 3, Units: 20}, share.ConfirmPayment{Subscriptions: []uint64{37}}, share.Issue{Subscriptions: []uint64{37}},
		exit.RecordEnd{Member: shownLeft, Ending: member.Died, Day: state.DayOf(l.Tip().Time)}, exit.Transmit{Member: shownLeft, Heirs: []state.Member{1}},
		withdrawal.Request{Member: shownLeft, Class: 3, Units: 2}, withdrawal.Request{Member: shownLeft, Class: 3, Units: 3}, withdrawal.Request{Member: shownLeft, Class: 3, Units: 4},
		withdrawal.Redeem{Requests: []uint64{1, 2}}, withdrawal.SetAside{Request: 1, Reason: "r"})
	l.Days(400)
	for _, a := range slices.Concat(subscribe, []state.Action{
		share.ConfirmPayment{Subscriptions: batchFrom(13, 2*shownBatch)}, share.Issue{Subscriptions: batchFrom(25, shownBatch)},
		posted, surplus.OpenPeriod{Name: "2026"}, hours, surplus.Declare{Period: 1, Surplus: 100_000}, surplus.Allocate{Period: 1, Steps: steps},
		payout.Pay{Period: 1, Step: 1, Members: membersFrom(1)},
		surplus.OpenPeriod{Name: "2027"}, posted, surplus.Declare{Period: 2, Surplus: 100_000}, posted,
		document.Adopt{Name: "by-laws", Digest: bytes.Repeat([]byte{1}, 32)},
		applies(1), applies(2), applies(3), applies(4), member.Resign{Member: 42}, member.Admit{Member: 43, Probation: charter.MaxProbation},
		member.Admit{Member: 44}, exit.RecordEnd{Member: 44, Ending: member.Died, Day: 20076},
		member.Import{Entries: []member.Entry{{Class: 1}}}, // member 45, who has no key
		member.Suspend{Member: 40, Reason: "r"}, office.Appoint{Member: 5, Office: charter.Auditor},
	}) {
		if res := l.Mandate(a); res.Code != 0 {
			t.Fatalf("%T: %s", a, res.Log)
		}
		l.Block() // a dividend is divided at the end of one
	}
	for i, steps := range [][]state.Action{{
		dues.Set{From: shownDay - 9, Days: 30, Sort: dues.Fixed, Amounts: []uint64{100}, Account: 4100},
		dues.Record{Lines: []dues.Line{{Member: 8, Amount: 400}}},
		circle.Create{Name: "kitchen", Terms: circle.Terms{Mandate: "cooks", Convener: 5}, Members: []state.Member{5, 6}},
		circle.Fund{Circle: 1, Account: 5900, Amount: 500, Until: shownDay + 300},
		summons(35), summons(36), summons(37), exit.WarnSilent{Members: []state.Member{40}},
	}, {
		exit.Hear{Member: 35, Day: shownDay - 2}, exit.Hear{Member: 37, Day: shownDay - 2}, exit.Expel{Member: 35}, exit.Appeal{Member: 35},
	}} {
		if i > 0 {
			l.Days(30)
		}
		for _, a := range steps {
			if res := l.Mandate(a); res.Code != 0 {
				t.Fatalf("%T: %s", a, res.Log)
			}
		}
	}
	l.Must(5, circle.Spend{Circle: 1, Amount: 400, For: "flour"})
	l.Must(6, circle.Confirm{Circle: 1, Payment: 1, Amount: 400})
	l.Days(2) // what was set aside can lapse
	if day := state.DayOf(l.Tip().Time); day != shownDay {
		t.Fatalf("the last block is of day %d", day)
	}
	return l
}

// summons is a notice of expulsion.
func summons(m state.Member) state.Action {
	return exit.Summon{Member: m, Hearing: shownDay - 10, Reason: "r"}
}

// applies is the application of someone new.
func applies(n state.Member) state.Action {
	fresh := statetest.Key(7, n)
	return member.Apply{Entry: member.Entry{Key: fresh.Public(), Class: 1}, Possession: fresh.Possession(statetest.Chain, 1)}
}

// shownLeft has left the co-op with 15 shares of class 3; 2 more are set aside, 3 owed.
const shownLeft state.Member = 39

// shownKeyless has no key, and shownPaper is the commitment to what it signed.
const shownKeyless state.Member = 45

var shownPaper = bytes.Repeat([]byte{9}, 32)

// joined enters the co-op in the federation, with the charter of the test's ledger.
func joined(c *state.Ctx) error {
	doc, err := charter.Preset("standard")
	if err != nil {
		return err
	}
	doc.Policy.Allowance, doc.Policy.Entrenched, doc.Policy.Waiting, doc.Policy.Alone = charter.MaxAllowance, 1, 0, 0
	doc.Policy.Membership = shownFigures
	doc.Motions[0].Notice = doc.Motions[1].Notice
	doc.Grants = coop.Voting()
	validator := federation.ValidatorOf(shownKey(1), statetest.Chain, 1)
	validator.Peer, validator.Address = "p", "a"
	return federation.Found(c, federation.Genesis{Version: 1, Federation: "f", Coops: []federation.GenesisCoop{{
		Name: "Weavers", Charter: doc, Validator: validator,
	}}}, rooms.Kinds, func(*state.Ctx, federation.GenesisCoop) error { return nil })
}

// shownKey is the key of a node.
func shownKey(n state.Member) tx.PrivateKey { return statetest.Key(99, n) }

func batchFrom(first, n uint64) (out []uint64) {
	for i := range n {
		out = append(out, first+i)
	}
	return out
}

func membersFrom(first state.Member) (out []state.Member) {
	for _, n := range batchFrom(uint64(first), shownBatch) {
		out = append(out, state.Member(n))
	}
	return out
}
