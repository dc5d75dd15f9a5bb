package main

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rochdale-ledger/rochdale/app/rooms"
	"github.com/rochdale-ledger/rochdale/client/light"
	"github.com/rochdale-ledger/rochdale/client/receipt"
	"github.com/rochdale-ledger/rochdale/client/wording"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/amendment"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/call"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/circle"
	"github.com/rochdale-ledger/rochdale/state/document"
	"github.com/rochdale-ledger/rochdale/state/dues"
	"github.com/rochdale-ledger/rochdale/state/exit"
	"github.com/rochdale-ledger/rochdale/state/federation"
	"github.com/rochdale-ledger/rochdale/state/keyring"
	"github.com/rochdale-ledger/rochdale/state/lot"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/office"
	"github.com/rochdale-ledger/rochdale/state/payout"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/statetest"
	"github.com/rochdale-ledger/rochdale/state/surplus"
	"github.com/rochdale-ledger/rochdale/state/takeover"
	"github.com/rochdale-ledger/rochdale/state/withdrawal"
	"github.com/rochdale-ledger/rochdale/state/words"
	"github.com/rochdale-ledger/rochdale/tx"
	"github.com/spf13/cobra"
)

const (
	shownMembers = 40
	shownBatch   = 12 // of each batch: all are shown, whatever their number
)

// shownFigures are on how memberships begin and end.
var shownFigures = charter.Membership{
	ProbationMost: charter.MaxProbation, Appeal: 300, AppealStays: true, Decide: 366, Silent: 365, SilentNotice: 28,
	Suspension: 60, Shield: 200, Intake: 100, IntakeOf: 4, IntakeSmall: 3, Invitation: 350, NoticeGood: 300,
	Offices: []charter.OfficeRule{{Office: charter.Auditor, Thirds: true}},
}

// shownDay is the day of shownLedger's last block.
const shownDay = 20108

// carriedRows has, for each kind of action that a charter lets motions carry, one that the
// ledger of the test would take, and what is among its changes.
var carriedRows = map[string]carriedRow{
	"member.Admit": {func() state.Action { return member.Admit{Member: 41} }, "standing of member 41: candidate → active", nil},
	"member.Apply": {func() state.Action {
		fresh := statetest.Key(9, 46)
		return member.Apply{Entry: member.Entry{Key: fresh.Public(), Class: 1}, Possession: fresh.Possession(statetest.Chain, 1)}
	}, "candidate: key " + statetest.Key(9, 46).Public().String() + ", class 1 (member)", nil},
	"surplus.OpenPeriod": {func() state.Action { return surplus.OpenPeriod{Name: "2028", Last: shownDay + 300} }, "last day: " + words.Day(shownDay+300), nil},
	"member.Suspend":     {func() state.Action { return member.Suspend{Member: 7, Reason: "r"} }, "standing of member 7: active → suspended", nil},
	"member.Reinstate":   {func() state.Action { return member.Reinstate{Member: 40} }, "standing of member 40: suspended → active", nil},
	"member.Import": {func() state.Action {
		var m member.Import
		for i := range shownBatch {
			m.Entries = append(m.Entries, member.Entry{Key: statetest.Key(8, state.Member(i)).Public(), Class: 1})
		}
		return m
	}, "member numbers given out: 45 → 57", nil},
	"member.Rekey": {func() state.Action {
		fresh := statetest.Key(9, 7)
		return member.Rekey{Member: 7, Key: fresh.Public(), Possession: fresh.Possession(statetest.Chain, 1)}
	}, "key of member 7: " + statetest.Key(1, 7).Public().String() + " → " + statetest.Key(9, 7).Public().String(), nil},
	"member.Invite": {func() state.Action {
		return member.Invite{Member: 45, Key: statetest.Key(7, 45).Public(), Until: shownDay + 300}
	}, "it does: one thing: put the member's own key in its place", nil},
	"keyring.Revoke": {func() state.Action { return keyring.Revoke{Member: 8, Number: 1} }, "key 1: " + statetest.Key(1, 8).Public().String() + " → revoked: it signs nothing more", nil},
	"exit.Summon": {func() state.Action {
		return exit.Summon{Member: 38, Hearing: shownDay + 200, Reason: "r"}
	}, "hearing of member 38: " + words.Day(shownDay+200), nil},
	"exit.Hear":        {func() state.Action { return exit.Hear{Member: 36, Day: shownDay} }, "hearing of member 36: held on " + words.Day(shownDay), nil},
	"exit.Drop":        {func() state.Action { return exit.Drop{Member: 37} }, "expulsion of member 37: under way → dropped", nil},
	"exit.Expel":       {func() state.Action { return exit.Expel{Member: 37} }, "standing of member 37: active → left, expelled", nil},
	"exit.AllowAppeal": {func() state.Action { return exit.AllowAppeal{Member: 35} }, "expulsion of member 35: decided → appeal allowed", nil},
	"exit.WarnSilent":  {func() state.Action { return exit.WarnSilent{Members: []state.Member{38}} }, "notice of striking off of member 38: none → given", nil},
	"exit.StrikeOff":   {func() state.Action { return exit.StrikeOff{Members: []state.Member{40}} }, "standing of member 40: on the register → left, struck off", nil},
	"exit.RecordEnd": {func() state.Action {
		return exit.RecordEnd{Member: 38, Ending: member.Died, Day: shownDay - 1}
	}, "standing of member 38: active → left, died", nil},
	"exit.Transmit":       {func() state.Action { return exit.Transmit{Member: 44, Heirs: []state.Member{4, 5}} }, "heirs of member 44: member 4 and member 5", nil},
	"member.Refuse":       {func() state.Action { return exit.Refuse{Member: 41, Reason: "r"} }, "standing of member 41: candidate → left", nil},
	"member.EndProbation": {func() state.Action { return member.EndProbation{Member: 43} }, "probation of member 43: until 2026-", nil},
	"member.Reclass":      {func() state.Action { return member.Reclass{Member: 7, Class: 2} }, "class of member 7: class 1 (member) → class 2 (worker)", nil},
	"member.Nominate": {func() state.Action {
		return exit.Nominate{Member: shownKeyless, Commitment: shownPaper}
	}, "commitment: " + hex.EncodeToString(shownPaper), nil},
	"exit.Contact": {func() state.Action { return exit.Contact{Members: []state.Member{38}} }, "last contact of member 38: today", nil},
	"member.Return": {func() state.Action {
		fresh := statetest.Key(9, 42)
		return exit.Return{Member: 42, Key: fresh.Public(), Possession: fresh.Possession(statetest.Chain, 1)}
	}, "standing of member 42: left → candidate", nil},
	"circle.Create": {func() state.Action {
		return circle.Create{Name: "garden", Terms: circle.Terms{Mandate: "grows"}, Members: []state.Member{7}}
	}, `mandate: "grows"`, nil},
	"circle.Change": {func() state.Action {
		return circle.Change{Circle: 1, Convener: []state.Member{0}, Open: []bool{true}}
	}, "convener: member 5 → none", []string{"who joins: whoever is appointed → any member"}},
	"circle.Dissolve": {func() state.Action { return circle.Dissolve{Circle: 1} }, "the circle: lasting → dissolved", nil},
	"circle.Appoint":  {func() state.Action { return circle.Appoint{Circle: 1, Members: []state.Member{8}} }, "member 8: in the circle", nil},
	"circle.Leave":    {func() state.Action { return circle.Leave{Circle: 1, Member: 5} }, "member 5: in the circle → not in it", nil},
	"circle.Fund": {func() state.Action {
		return circle.Fund{Circle: 1, Account: 5900, Amount: 700, Until: shownDay + 200}
	}, "budget: 1.00 EUR left of 5.00 EUR", nil},
	"circle.Return": {func() state.Action { return circle.Return{Circle: 1, Payment: 1, Reason: "r"} }, "balance of 5900 other expenses: 4.00 EUR debit → 0.00 EUR", nil},
	"dues.Set": {func() state.Action {
		return dues.Set{From: shownDay + 150, Days: 30, Sort: dues.Fixed, Amounts: []uint64{500}, Account: 4000}
	}, "dues of a member: 5.00 EUR every 30 days", nil},
	"dues.Record":     {func() state.Action { return dues.Record{Lines: []dues.Line{{Member: 7, Amount: 500}}} }, "member 7: 5.00 EUR paid", nil},
	"dues.Return":     {func() state.Action { return dues.Return{Lines: []dues.Line{{Member: 8, Amount: 300}}, Reason: "r"} }, "member 8: 3.00 EUR returned", nil},
	"lot.Draw":        {func() state.Action { return lot.Draw{Purpose: "jury", Places: 3} }, "drawn from: all members who have a vote", nil},
	"office.Elect":    {func() state.Action { return office.Elect{Office: charter.Auditor, Members: []state.Member{7}} }, "member 7 as auditor: elected", nil},
	"office.Rotate":   {func() state.Action { return office.Rotate{Office: charter.Auditor, Day: shownDay + 150} }, "retiring from the office of auditor: a third on " + words.Day(shownDay+150), nil},
	"member.Appoint":  {func() state.Action { return office.Appoint{Member: 7, Office: charter.Treasurer} }, "member 7 as treasurer: not in office → in office", nil},
	"member.Dismiss":  {func() state.Action { return office.Dismiss{Member: 5, Office: charter.Auditor} }, "member 5 as auditor: in office → not in office", nil},
	"share.OpenClass": {func() state.Action { return shareclass.Open{Class: 2, Name: "bond", Par: 500, MaxHolding: 9} }, "share class 2: not open → open", nil},
	"dues.Declare":    {func() state.Action { return dues.Declare{Member: shownKeyless, Band: 2, Paper: shownPaper} }, "band: 2", nil},
	"share.Subscribe": {func() state.Action {
		return share.Subscribe{Member: shownKeyless, Class: 1, Units: 5, Paper: shownPaper}
	}, "price: 5 shares at 10.00 EUR, 50.00 EUR", nil},
	"share.Cancel":         {func() state.Action { return share.Cancel{Member: 12, Subscription: 12} }, "subscription 12: member 12, class 1 (member share), 5 shares at 10.00 EUR, 50.00 EUR", nil},
	"withdrawal.Cancel":    {func() state.Action { return withdrawal.Cancel{Member: shownLeft, Request: 3} }, "request 3: member 39, class 3 (savings share), 4 shares at 10.00 EUR, 40.00 EUR", nil},
	"share.ConfirmPayment": {func() state.Action { return share.ConfirmPayment{Subscriptions: batchFrom(1, shownBatch)} }, "status: unpaid → paid", named("subscription", 1)},
	"share.Issue":          {func() state.Action { return share.Issue{Subscriptions: batchFrom(13, shownBatch)} }, "balance of 3000 share capital: 750.00 EUR credit → 1,350.00 EUR credit", named("subscription", 13)},
	"share.Refund":         {func() state.Action { return share.Refund{Subscriptions: batchFrom(13, shownBatch), Reason: "r"} }, "status: paid → refunded", named("subscription", 13)},
	"share.Correct":        {func() state.Action { return share.Correct{Subscriptions: batchFrom(25, shownBatch), Reason: "r"} }, "status: issued → paid", named("subscription", 25)},
	"share.SetRules": {func() state.Action {
		return shareclass.SetRules{Class: 1, Rules: shareclass.RulesEntry{MaxHolding: 40, Redeemable: true, Notice: 90}}
	}, "its value can be asked back: no → on a notice of 90 days", []string{"a member may hold: 0 to 100 shares → 0 to 40 shares"}},
	"share.PayPart": {func() state.Action {
		var m share.PayPart
		for _, n := range batchFrom(1, shownBatch) {
			m.Payments = append(m.Payments, share.Payment{Subscription: n, Amount: 5000})
		}
		return m
	}, "balance of 2100 share applications: 600.00 EUR credit → 1,200.00 EUR credit", named("payment of subscription", 1)},
	"share.Call":          {func() state.Action { return call.Call{Class: 3, Amount: 100, Due: shownDay + 225} }, "this call of class 3 (savings share): not made → made", nil},
	"withdrawal.Request":  {func() state.Action { return withdrawal.Request{Member: shownLeft, Class: 3, Units: 5} }, "value: 5 shares at 10.00 EUR, 50.00 EUR", nil},
	"withdrawal.Redeem":   {func() state.Action { return withdrawal.Redeem{Requests: []uint64{3}} }, "balance of 2350 shares to be repaid: 50.00 EUR credit → 90.00 EUR credit", nil},
	"withdrawal.Pay":      {func() state.Action { return withdrawal.Pay{Requests: []uint64{2}} }, "balance of 2350 shares to be repaid: 50.00 EUR credit → 20.00 EUR credit", nil},
	"withdrawal.Suspend":  {func() state.Action { return withdrawal.Suspend{Reason: "r"} }, "withdrawals: served → suspended", nil},
	"withdrawal.Resume":   {func() state.Action { return withdrawal.Resume{} }, "withdrawals: suspended → served", nil},
	"withdrawal.SetAside": {func() state.Action { return withdrawal.SetAside{Request: 2, Reason: "r"} }, "status: owed → set aside", nil},
	"withdrawal.Lapse":    {func() state.Action { return withdrawal.Lapse{Request: 1, Reason: "r"} }, "balance of 3100 statutory reserve: 0.00 EUR → 20.00 EUR credit", nil},
	"withdrawal.Deduct": {func() state.Action {
		return withdrawal.Deduct{Request: 2, Amount: 1000, Account: 1400, Reason: "r"}
	}, "balance of 2350 shares to be repaid: 50.00 EUR credit → 40.00 EUR credit", nil},
	"account.Open": {func() state.Action { return account.Open{Code: 9000, Type: account.Equity, Name: "fund"} }, `account 9000: not in the chart → "fund"`, nil},
	"account.Post": {func() state.Action {
		m := account.Post{Narrative: "many"}
		for range shownBatch / 2 {
			m.Lines = append(m.Lines, account.Debit(account.Bank, 100), account.Credit(4000, 100))
		}
		return m
	}, "balance of 4000 sales: 1,000.00 EUR credit → 1,006.00 EUR credit", named("line", 1)},
	"account.Reverse": {func() state.Action { return account.Reverse{Entry: shownSale, Narrative: "r"} }, "balance of 4000 sales: 1,000.00 EUR credit → 0.00 EUR", nil},
	"surplus.Allocate": {func() state.Action {
		m := surplus.Allocate{Period: 2}
		for range shownBatch {
			m.Steps = append(m.Steps, surplus.Step{Sort: surplus.ToReserve, Base: surplus.Fixed, Amount: 100, Account: account.Reserve})
		}
		return m
	}, "balance of 3100 statutory reserve: 0.00 EUR → 12.00 EUR credit", named("step", 1)},
	"surplus.Pay":    {func() state.Action { return payout.Pay{Period: 1, Step: 1, Members: membersFrom(13)} }, "member 13: 5.00 EUR owed → 5.00 EUR paid", named("member", 13)},
	"surplus.Return": {func() state.Action { return payout.Return{Period: 1, Step: 1, Members: membersFrom(1), Reason: "r"} }, "member 12: 5.00 EUR paid → 5.00 EUR owed again", named("member", 1)},
	"surplus.Settle": {func() state.Action {
		return payout.Settle{Period: 1, Step: 1, Members: membersFrom(25), Account: account.Reserve, Reason: "r"}
	}, "member 36: 5.00 EUR owed → 5.00 EUR settled", named("member", 25)},
	"surplus.Reopen": {func() state.Action { return surplus.Reopen{Period: 2, Reason: "r"} }, "period 2: closed → open", nil},
	"federation.Replace": {func() state.Action {
		return federation.Replace{Key: shownKey(9).Validator(), Peer: statetest.NodeOf(1, 9).ID(), Address: "b:2"}
	},
		fmt.Sprintf("validator key: %s → %s", shownKey(1).Validator(), shownKey(9).Validator()), nil},
	"federation.Announce": {func() state.Action {
		return federation.Announce{Peer: statetest.NodeOf(1, 9).ID(), Address: "b:2"}
	}, "→ " + statetest.NodeOf(1, 9).ID(), nil},
	"document.Adopt": {func() state.Action {
		return document.Adopt{Text: 1, Digest: bytes.Repeat([]byte{2}, 32)}
	}, "SHA-256 of the text: " + strings.Repeat("01", 32) + " → " + strings.Repeat("02", 32), nil},
	"takeover.Adopt": {func() state.Action {
		return takeover.Adopt{Parts: [][]byte{bytes.Repeat([]byte{3}, 32)}, Day: 1, People: 1, Capital: 1000, Balances: []account.Line{account.Debit(account.Bank, 1000)}}
	}, "opening of 1000 bank: 10.00 EUR debit", nil},
	"document.Repeal": {func() state.Action { return document.Repeal{Text: 1} }, "SHA-256 of the text: " + strings.Repeat("01", 32) + " → repealed", nil},
	"charter.Amend": {func() state.Action {
		return amendment.Amend{Grants: []charter.GrantEntry{{Kind: member.KindApply, Offices: []charter.Office{charter.Chair}, Motions: []charter.MotionKindID{1}}}}
	}, "who may take member.Apply: motion 1 (ordinary resolution) → the chair or motion 1 (ordinary resolution)", nil},
}

// A carriedRow is an action and what is shown of it.
type carriedRow struct {
	action func() state.Action
	want   string   // a clause
	each   []string // how the parts of a batch are called, all of which are shown
}

// shownSale is the last entry of shownLedger, which is of no period that is closed.
const shownSale = 11

func named(what string, first int) (out []string) {
	for i := range shownBatch {
		out = append(out, fmt.Sprintf("%s %d: ", what, first+i))
	}
	return out
}

// abbreviated is how a list is cut short.
var abbreviated = regexp.MustCompile(`and \d+ (other|more)|…|\.\.\.`)

// shownIn are the places in which a motion's action is shown, each as text of which line
// breaks do not matter.
func shownIn(t *testing.T, l *statetest.L, n ballot.Number) map[string]string {
	t.Helper()
	v := l.Read()
	defer v.Close()
	all := state.Remote{Leaves: v, At: v.Tip()}
	r, err := readingOf(all, 1)
	check(t, err)
	m, p, err := ballot.Find(r, n)
	check(t, err)
	info, err := r.motionInfo(n, m, p)
	check(t, err)
	var page strings.Builder
	writeMotion(&page, info)
	raw, err := json.Marshal(info)
	check(t, err)
	var data struct{ Clauses []state.Clause }
	check(t, json.Unmarshal(raw, &data))

	tip := v.Tip()
	block := light.Block{Header: light.Header{ChainID: tip.Chain, Height: int64(tip.Height) + 1, AppHash: tip.Hash, Version: light.Version{App: v.Version()}}}
	raw, err = receipt.Make("decision", receipt.Subject{Coop: 1, Motion: n}, block, func(key []byte) (value, proof []byte, err error) {
		value, err = v.Leaf(key)
		return value, nil, err
	})
	check(t, err)
	var paper struct{ Words []string }
	check(t, json.Unmarshal(raw, &paper))
	return map[string]string{"show": page.String(), "json": lines(data.Clauses), "receipt": strings.Join(paper.Words, "\n")}
}

func lines(clauses []state.Clause) (out string) {
	for _, c := range clauses {
		out += c.String() + "\n"
	}
	return out
}

// squeezed is text as if it were on one line, and what stands on two as was and becomes
// with an arrow.
func squeezed(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	text = strings.ReplaceAll(text, ", when it was proposed", "")
	return strings.ReplaceAll(strings.ReplaceAll(text, ": was ", ": "), " becomes ", " → ")
}

// Every kind of action that a charter lets motions carry is shown as what was and what
// becomes, in the preview, when the motion is shown, as JSON and in the receipt, before
// and after it is carried, and nothing of it is left out.
func TestEveryCarriedActionIsShown(t *testing.T) {
	for _, name := range carriedKinds(t) {
		t.Run(name, func(t *testing.T) {
			row, ok := carriedRows[name]
			if !ok {
				t.Fatal("a charter lets motions carry it, and nothing checks that it says what was and becomes")
			}
			l := shownLedger(t)
			switch name {
			case "withdrawal.Resume":
				l.Mandate(withdrawal.Suspend{Reason: "r"})
			case "holding.WriteDown":
				for _, a := range []state.Action{
					surplus.Reopen{Period: 2, Reason: "r"},
					account.Post{Narrative: "a loss", Lines: []account.Line{account.Debit(5900, 500_000), account.Credit(2000, 500_000)}},
					surplus.Declare{Period: 2, Surplus: -400_000},
				} {
					if res := l.Mandate(a); res.Code != 0 {
						t.Fatalf("%T: %s", a, res.Log)
					}
				}
			case "member.Reclass":
				v := l.Read()
				policy, err := charter.PolicyOf(v.Of(1))
				v.Close()
				if err != nil {
					t.Fatal(err)
				}
				policy.Classes = []string{"member", "worker"}
				l.Mandate(amendment.Amend{Policy: []charter.PolicyEntry{charter.PolicyEntry(policy)}})
			case "dues.Declare":
				l.Mandate(dues.Set{From: shownDay + 1, Days: 30, Sort: dues.Sliding, Amounts: []uint64{100, 200}, Account: 4100})
			case "share.Cancel":
				l.Mandate(member.Resign{Member: 12})
			case "holding.Bonus":
				l.Mandate(account.Post{Narrative: "set aside", Lines: []account.Line{account.Debit(account.Bank, 50_000), account.Credit(account.Education, 50_000)}})
			case "withdrawal.Deduct":
				l.Mandate(account.Post{Narrative: "a loan", Lines: []account.Line{account.Debit(1400, 1000), account.Credit(account.Bank, 1000)}})
			}
			a := row.action()
			at := slices.IndexFunc(rooms.Kinds, func(k state.Kind) bool { return k.Name == name })
			propose := ballot.Propose{Kind: 1, Title: "Shall we?", Action: []ballot.Carried{{Kind: rooms.Kinds[at].Number, Payload: tx.Encode(a)}}}
			v := l.Read()
			does := wording.Describe(state.Remote{Leaves: v, At: v.Tip()}.Of(1), propose)
			v.Close()
			var preview strings.Builder
			cmd := &cobra.Command{}
			cmd.SetErr(&preview)
			cmd.SetOut(io.Discard)
			noteClauses(cmd, does.Clauses)
			holdShown(t, "the preview", strings.ReplaceAll(preview.String(), "rochdale: ", ""), row.want, row.each)

			l.Must(1, propose)
			n := ballot.Number(1)
			for place, text := range shownIn(t, l, n) {
				holdShown(t, place+" of what is proposed", text, row.want, row.each)
			}
			l.Days(23)
			for m := state.Member(1); m <= shownMembers-3; m++ {
				if name == "share.Cancel" && m == 12 {
					continue // it has left
				}
				l.Must(m, ballot.Cast{Motion: n, Paper: ballot.Yes.Paper()})
			}
			l.Days(60)
			l.Block()
			v = l.Read()
			m, _, err := ballot.Find(v.Of(1), n)
			v.Close()
			if err != nil || len(m.Result) != 1 || m.Result[0].Refused != 0 || m.Result[0].Outcome.String() != "carried" {
				t.Fatalf("it came to %+v, %v", m.Result, err)
			}
			for place, text := range shownIn(t, l, n) {
				holdShown(t, place+" of what was done", text, row.want, row.each)
			}
		})
	}
}

// carriedKinds are the kinds that a charter of the project lets a motion carry.
func carriedKinds(t *testing.T) (out []string) {
	for _, preset := range charter.Presets() {
		doc, err := charter.Preset(preset)
		check(t, err)
		for _, g := range doc.Grants {
			for _, name := range g.Actions {
				if len(g.Motions) > 0 && !slices.Contains(out, name) {
					out = append(out, name)
				}
			}
		}
	}
	if len(out) < 21 {
		t.Fatalf("motions carry %q", out)
	}
	return out
}

func holdShown(t *testing.T, where, text, want string, each []string) {
	t.Helper()
	plain := squeezed(text)
	for _, w := range append([]string{want}, each...) {
		if !strings.Contains(plain, squeezed(w)) && !strings.Contains(plain, strings.TrimSuffix(w, " ")) {
			t.Errorf("%s lacks %q:\n%s", where, w, text)
		}
	}
	if strings.Contains(plain, "not on record") || abbreviated.MatchString(plain) {
		t.Errorf("%s leaves something out:\n%s", where, text)
	}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
