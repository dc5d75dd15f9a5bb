package wording_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rochdale-ledger/rochdale/client/wording"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/amendment"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/office"
	"github.com/rochdale-ledger/rochdale/state/payout"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/statetest"
	"github.com/rochdale-ledger/rochdale/state/statetest/coop"
	"github.com/rochdale-ledger/rochdale/state/surplus"
	"github.com/rochdale-ledger/rochdale/tx"
)

const (
	ada = state.Member(4)
	ben = state.Member(5)
)

// singly are leaves that are read one by one: a receipt proves each, and knows no
// range.
type singly struct {
	state.Leaves
	t *testing.T
}

func (s singly) Each(_, _ []byte, _ func(key, value []byte) (bool, error)) error {
	s.t.Error("a range is read")
	return errNoNode
}

// newLedger founds a co-op with all rooms. reader reads its records one by one.
func newLedger(t *testing.T) (l *statetest.L, reader func() state.Reader) {
	t.Helper()
	l = coop.New(t, coop.Setup{Members: 5, Class: shareclass.Open{Class: 1, Name: "member\tshare", Par: 1000, MinHolding: 2, MaxHolding: 100}})
	return l, func() state.Reader {
		v := l.Read()
		t.Cleanup(func() { v.Close() })
		return state.Remote{Leaves: singly{v, t}, At: v.Tip()}.Of(1)
	}
}

// text is words as a page would show them.
func text(w state.Words) string {
	lines := []string{w.Phrase}
	for _, c := range w.Clauses {
		lines = append(lines, c.String())
	}
	return strings.Join(lines, "\n")
}

func same(t *testing.T, what, got, want string) {
	t.Helper()
	if diff := cmp.Diff(strings.TrimSpace(want), got); diff != "" {
		t.Errorf("%s (-want +got)\n%s", what, diff)
	}
}

func spelled(m state.Member) string { return statetest.Key(1, m).Public().String() }

// Each action says all that it holds, with the names that the records know.
func TestDescribe(t *testing.T) {
	l, reader := newLedger(t)
	for _, a := range []state.Action{
		office.Appoint{Member: ada, Office: charter.Auditor},
		share.Subscribe{Member: ada, Class: 1, Units: 10},
		share.ConfirmPayment{Subscriptions: []uint64{1}},
		surplus.OpenPeriod{Name: "2026"},
		account.Post{Narrative: "takings", Lines: []account.Line{account.Debit(account.Bank, 5000), account.Credit(4000, 5000)}},
		ballot.Propose{Kind: 2, Title: `Paint the "gate"`},
	} {
		if res := l.Mandate(a); res.Code != 0 {
			t.Fatalf("%T: %s", a, res.Log)
		}
	}
	r := reader()
	key := statetest.Key(1, 77).Public()
	entry := member.Entry{Key: key, Class: 1, Commitment: bytes.Repeat([]byte{0xab}, 32)}
	entryWords := "key " + spelled(77) + ", class 1 (member), commitment " + strings.Repeat("ab", 32)
	for _, row := range []struct {
		action state.Action
		want   string
	}{
		{member.Apply{Entry: entry}, "record the application of the holder of key " + spelled(77) + " to be a member of class 1 (member)\ncandidate: " + entryWords},
		{member.Admit{Member: 9}, "admit member 9\nstanding of member 9: candidate → active"},
		{member.Import{Entries: []member.Entry{entry}}, "enter 1 member of an existing register as an active member\nkeys without proof: 1 of 1; each is proved by its member's first signature\nthey count: at once if motion 1 (ordinary resolution) carries it; by any other, in what is proposed 7 days later or after that\nentry 1: " + entryWords + ", without proof\nmember numbers given out: 5 → 6"},
		{member.Suspend{Member: ada, Reason: "arrears\x1b[2J"}, `suspend member 4, for the reason "arrears\x1b[2J"` + "\nstanding of member 4: active → suspended\noffice: auditor → nothing\nit ends: 90 days later by itself if others than all members decide it; if all do, when they reinstate the member" +
			"\nvotes: if others than all members decide it, on what is proposed before 2023-11-22; if all do, on nothing, motions under way included"},
		{member.Reinstate{Member: ben}, "reinstate member 5\nstanding of member 5: active, as before"}, // which the rule refuses
		{member.Admit{Member: ben}, "admit member 5\nstanding of member 5: active, as before"},
		{member.Resign{Member: ada}, "end the membership of member 4 for good\nstanding of member 4: active → left\noffice: auditor → nothing\nif neither the member nor all members decide it: it ends on 2023-11-22 at the soonest, unless the member signs anything before"},
		{member.Rekey{Member: ada, Key: key}, "replace the key of member 4 by " + spelled(77) + "\nkey of member 4: " + spelled(ada) + " → " + spelled(77) + "\nthe new key acts: at once if the member signs this or all members decide it; otherwise on 2023-11-22, unless the old key signs anything before"},
		{office.Appoint{Member: ben, Office: charter.Chair}, "appoint member 5 chair\nmember 5 as chair: not in office → in office"},
		{office.Appoint{Member: ada, Office: charter.Auditor}, "appoint member 4 auditor\nmember 4 as auditor: in office, as before"},
		{office.Dismiss{Member: ada, Office: charter.Auditor, Reason: "moves"}, "dismiss member 4 as auditor, because \"moves\"\nmember 4 as auditor: in office → not in office"},
		{office.Dismiss{Member: ada, Office: charter.Auditor}, "dismiss member 4 as auditor\nmember 4 as auditor: in office → not in office"},
		{shareclass.Open{Class: 2, Name: "bond", Par: 250050, MinHolding: 1, MaxHolding: 1000},
			"open share class 2, \"bond\", at a par of 2,500.50 EUR\nshare class 2: not open → open\npar: 2,500.50 EUR\na member may hold: 1 to 1,000 shares"},
		{share.Subscribe{Member: ada, Class: 1, Units: 5}, `subscribe 5 new shares of class 1 (member\tshare) for member 4` + "\nprice: 5 shares at 10.00 EUR, 50.00 EUR\nheld and subscribed: 10 shares → 15 shares"},
		{share.ConfirmPayment{Subscriptions: []uint64{1, 7}}, "confirm that the money for subscriptions 1 and 7 is in the bank\n" +
			`subscription 1: member 4, class 1 (member\tshare), 10 shares at 10.00 EUR, 100.00 EUR` + "\nsubscription 7: its record cannot be read\nstatus: unpaid → paid\nbalances: what becomes of them cannot be read"},
		{share.Issue{Subscriptions: []uint64{1}}, "issue the shares of subscription 1\n" + `subscription 1: member 4, class 1 (member\tshare), 10 shares at 10.00 EUR, 100.00 EUR` +
			"\nstatus: paid → issued\nbalance of 2100 share applications: 100.00 EUR credit → 0.00 EUR\nbalance of 3000 share capital: 0.00 EUR → 100.00 EUR credit"},
		{share.Cancel{Member: ada, Subscription: 1}, "cancel subscription 1 of member 4\n" + `subscription 1: member 4, class 1 (member\tshare), 10 shares at 10.00 EUR, 100.00 EUR`},
		{account.Open{Code: 1500, Type: account.Asset, Name: "van"}, "open account 1500, \"van\", of type asset\naccount 1500: not in the chart → \"van\"\ntype: asset\nposting by hand: free"},
		{account.Post{Narrative: "rent", Lines: []account.Line{account.Debit(5200, 90000), account.Credit(account.Bank, 90000)}},
			"post \"rent\" in the journal\nline 1: debit 5200 rent with 900.00 EUR\nline 2: credit 1000 bank with 900.00 EUR\nperiod: 1, until it is declared\n" +
				"balance of 5200 rent: 0.00 EUR → 900.00 EUR debit\nbalance of 1000 bank: 150.00 EUR debit → 750.00 EUR credit"},
		{account.Reverse{Entry: 2, Narrative: "twice"}, "reverse journal entry 2, because \"twice\"\nentry 2: \"takings\"\nline 1: credit 1000 bank with 50.00 EUR\nline 2: debit 4000 sales with 50.00 EUR\nperiod: 1, until it is declared\n" +
			"balance of 1000 bank: 150.00 EUR debit → 100.00 EUR debit\nbalance of 4000 sales: 50.00 EUR credit → 0.00 EUR"},
		{ballot.Cast{Motion: 1, Paper: ballot.Yes.Paper()}, `cast yes on motion 1, "Paint the \"gate\""`},
		{ballot.Declare{Motion: 1}, `close the poll of motion 1, "Paint the \"gate\""`},
		{ballot.Withdraw{Motion: 3}, "withdraw motion 3"},
		{ballot.Propose{Kind: 2, Title: "Ada", Minutes: 120, Statement: []byte{1, 2}, Action: []ballot.Carried{{Kind: member.KindAdmit, Payload: tx.Encode(member.Admit{Member: 9})}}},
			"propose the motion \"Ada\" (special resolution), which if carried will admit member 9\nopen for: 2 hours\ndigest of the statement: 0102\nstanding of member 9: candidate → active"},
		{surplus.OpenPeriod{Name: "2027"}, `open the period "2027"`},
		{surplus.Record{Period: 1, Measure: surplus.Purchases, Entries: []surplus.Figure{{Member: ada, Quantity: 12550}, {Member: ben, Quantity: 1}}},
			"record the purchases of 2 members in period 1 (\"2026\")\nmember 4: 125.50 EUR in purchases\nmember 5: 0.01 EUR in purchases"},
		{surplus.Correct{Period: 2, Measure: surplus.Hours, Entries: []surplus.Figure{{Member: ada, Quantity: 1200}}}, "correct the hours of 1 member in period 2 downwards\nmember 4: 1,200 hours less"},
		{surplus.Correct{Period: 2, Measure: surplus.Hours, Digits: 2, Entries: []surplus.Figure{{Member: ada, Quantity: 120_000}}}, "correct the hours of 1 member in period 2 downwards\nmember 4: 1,200.00 hours less"},
		{surplus.Declare{Period: 1, Surplus: -5000}, "declare a loss of 50.00 EUR for period 1 (\"2026\") and close its income and expense\nlast day: not given, so it takes every entry up to now"},
		{surplus.Allocate{Period: 1, Steps: []surplus.Step{
			{Sort: surplus.ToReserve, Base: surplus.OfSurplus, Rate: money.Rate{Num: 3, Den: 20}, Account: account.Reserve},
			{Sort: surplus.ToFund, Base: surplus.Fixed, Amount: 100, Account: account.Education},
			{Sort: surplus.ShareDividend, Base: surplus.OfCapital, Rate: money.Rate{Num: 1, Den: 40}, Class: 1},
			{Sort: surplus.PatronageDividend, Base: surplus.OfRest, Rate: money.Rate{Num: 1, Den: 1}, Measure: surplus.Hours, Paid: money.Rate{Num: 1, Den: 5}},
		}}, "allocate the surplus of period 1 (\"2026\")\nperiod 1: closed → allocated\nstep 1: 15% of the surplus to 3100 statutory reserve\nstep 2: 1.00 EUR to 3200 education fund\n" +
			`step 3: 2.5% of the paid-up capital as dividend on shares of class 1 (member\tshare)` + "\nstep 4: 100% of what is left as dividend on hours, 20% in money and the rest as notices\nthe rest: carried forward\nbalances: what becomes of them cannot be read"},
		{payout.Pay{Period: 1, Step: 3, Members: []state.Member{ada}}, "record that 1 member got the money of step 3 of period 1 (\"2026\")\nmember 4: has no part in this step"},
	} {
		same(t, fmt.Sprintf("%T", row.action), text(wording.Describe(r, row.action)), row.want)
	}
}

// amending changes one kind of motion, adds another, changes two grants and the
// figures.
func amending(t *testing.T, r state.Reader) amendment.Amend {
	t.Helper()
	kind, err := charter.MotionKindOf(r, 2)
	if err != nil {
		t.Fatal(err)
	}
	kind.Notice = 7 * 24 * 60
	fresh := charter.MotionKind{
		Name: "bakers' poll", Electorate: charter.Electorate{Sort: charter.OneClass, Class: 2},
		Method:   charter.ByMajority(count.MajorityRule{Quorum: count.Fraction{Num: 0, Den: 1}, Threshold: count.Fraction{Num: 2, Den: 3}, Base: count.BaseCast}),
		Shortest: 30, Longest: 90, Closing: charter.WhenDecided,
	}
	policy, err := charter.PolicyOf(r)
	if err != nil {
		t.Fatal(err)
	}
	policy.Classes, policy.Allowance = []string{"member", "baker"}, 50
	return amendment.Amend{
		Motions: []charter.MotionEntry{kind.Entry(2), fresh.Entry(9)},
		Grants: []charter.GrantEntry{
			{Kind: 0x1fff, Concerned: true, Others: []charter.OtherEntry{{Coop: 3, Office: charter.Auditor}}},
			{Kind: member.KindSuspend, Offices: []charter.Office{charter.Chair}, Motions: []charter.MotionKindID{9, 1}},
		},
		Policy: []charter.PolicyEntry{charter.PolicyEntry(policy)},
	}
}

const amended = `amend the charter: 2 kinds of motion, who may take 2 actions and its figures
motion 2, name: special resolution, as before
motion 2, who may cast: every active member, as before
motion 2, notice: 22 days → 7 days
motion 2, open for: from 1 hour to 28 days, as before
motion 2, closes: when declared, once nothing can change the outcome, or when its time is over, as before
motion 2, is carried by: at least three quarters of votes cast, if at least 10% of the electorate and 2 members took part, as before
motion 9, name: bakers' poll
motion 9, who may cast: active members of class 2 (baker)
motion 9, notice: none, it opens at once
motion 9, open for: from 30 minutes to 90 minutes
motion 9, closes: as soon as nothing can change the outcome, or when its time is over
motion 9, is carried by: at least two thirds of votes cast
who may take action 1fff: nobody → the member concerned or the auditor of co-op 3
who may take member.Suspend: motion 1 (ordinary resolution) or motion 4 (written resolution) → the chair, motion 9 (bakers' poll) or motion 1 (ordinary resolution)
currency: EUR, with 2 digits behind the point, as before
classes of members: 1 (member) → 1 (member) and 2 (baker)
allowance: 100,000 transactions a member a day → 50 transactions a member a day
entrenched: by motions of kind 1, as before
new members count: in motions proposed 7 days after they were admitted, or later, as before
one officer moves alone: any amount, as before`

// An amendment says every rule that it names, before it is made and after.
func TestDescribeAmend(t *testing.T) {
	l, reader := newLedger(t)
	before := reader()
	m := amending(t, before)
	same(t, "before", text(wording.Describe(before, m)), amended)

	res := l.Mandate(m)
	if res.Code != 0 {
		t.Fatal(res.Log)
	}
	after := reader()
	same(t, "after", text(wording.Done(after, m, res.Data)), amended)
	motion := ballot.Motion{
		Action: []ballot.Carried{{Kind: amendment.KindAmend, Payload: tx.Encode(m)}},
		Result: []ballot.Result{{Outcome: count.Carried, Gave: res.Data}},
	}
	same(t, "carried", text(wording.Carries(after, motion)[0]), amended)

	// What was not done is told by what is there now.
	motion.Result[0].Outcome = count.Lost
	if got := text(wording.Carries(after, motion)[0]); !strings.Contains(got, "motion 2, notice: 7 days, as before") {
		t.Errorf("not carried: %s", got)
	}
	motion.Result[0].Outcome, motion.Result[0].Refused = count.Carried, 11
	if got := text(wording.Carries(after, motion)[0]); !strings.Contains(got, "motion 2, notice: 7 days, as before") {
		t.Errorf("refused: %s", got)
	}
}

// What was done says what it gave a number to and what it replaced.
func TestDescribeDone(t *testing.T) {
	l, reader := newLedger(t)
	fresh := statetest.Key(1, 77)
	do := func(a state.Action) string {
		t.Helper()
		res := l.Mandate(a)
		if res.Code != 0 {
			t.Fatalf("%T: %s", a, res.Log)
		}
		return text(wording.Done(reader(), a, res.Data))
	}
	same(t, "Rekey", do(member.Rekey{Member: ada, Key: fresh.Public(), Possession: fresh.Possession(statetest.Chain, 1)}),
		"replace the key of member 4 by "+spelled(77)+"\nkey of member 4: "+spelled(ada)+" → "+spelled(77))
	same(t, "Import", do(member.Import{Entries: []member.Entry{{Key: statetest.Key(1, 78).Public(), Class: 1}}}),
		"enter 1 member of an existing register as an active member\nkeys without proof: 1 of 1; each is proved by its member's first signature\nthey count: at once\nmember 6: key "+spelled(78)+", class 1 (member), without proof\nmember numbers given out: 5 → 6")
	same(t, "Subscribe", do(share.Subscribe{Member: ada, Class: 1, Units: 10}),
		`subscribe 10 new shares of class 1 (member\tshare) for member 4`+"\nprice: 10 shares at 10.00 EUR, 100.00 EUR\nsubscription: 1")
	same(t, "ConfirmPayment", do(share.ConfirmPayment{Subscriptions: []uint64{1}}),
		"confirm that the money for subscription 1 is in the bank\n"+`subscription 1: member 4, class 1 (member\tshare), 10 shares at 10.00 EUR, 100.00 EUR`+"\nstatus: unpaid → paid\nbalances: what they were is not on record")
	same(t, "Resign", do(member.Resign{Member: ben}), "end the membership of member 5 for good\nstanding of member 5: left")
	same(t, "OpenPeriod", do(surplus.OpenPeriod{Name: "2026"}), "open the period \"2026\"\nperiod: 1")
}
