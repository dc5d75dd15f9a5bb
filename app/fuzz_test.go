package app

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/fxamacker/cbor/v2"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/amendment"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/circle"
	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/state/document"
	"github.com/rochdale-ledger/rochdale/state/federation"
	"github.com/rochdale-ledger/rochdale/state/identity"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/office"
	"github.com/rochdale-ledger/rochdale/state/payout"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/surplus"
	"github.com/rochdale-ledger/rochdale/state/takeover"
	"github.com/rochdale-ledger/rochdale/tx"
)

// seedActions are payloads of every shape: lists, amounts, keys, carried bytes.
var seedActions = []state.Action{
	member.Apply{Entry: member.Entry{Key: fedKey(1, 1).Public(), Class: 1, Commitment: make([]byte, 32)}, Possession: make([]byte, 64)},
	member.Import{Entries: []member.Entry{{Key: fedKey(1, 1).Public(), Class: 1}}},
	member.Import{Entries: []member.Entry{{Key: fedKey(9, 1).Public(), Class: 1, Proof: fedKey(9, 1).Possession(fedChain, 1)}, {Key: fedKey(9, 2).Public(), Class: 1, Proof: make([]byte, 64)}}},
	member.Import{Entries: []member.Entry{{Key: append(tx.PublicKey{1, 1}, make([]byte, 31)...), Class: 1}}}, // the identity
	member.Rekey{Member: 2, Key: append(tx.PublicKey{1, 0xed}, bytes.Repeat([]byte{0xff}, 31)...), Possession: make([]byte, 64)},
	member.Suspend{Member: 1, Reason: "reason"},
	office.Appoint{Member: 1, Office: charter.Chair},
	shareclass.Open{Class: 1, Name: "a", Par: 1, MaxHolding: 1},
	share.Issue{Subscriptions: []uint64{1, 2}},
	account.Post{Narrative: "n", Lines: []account.Line{account.Debit(account.Bank, 1), account.Credit(account.Bank, 1)}},
	ballot.Propose{Kind: 1, Title: "T", Action: []ballot.Carried{{Kind: 1, Payload: []byte{1}}}},
	ballot.Cast{Motion: 1, Paper: ballot.Yes.Paper()},
	surplus.Record{Period: 1, Measure: surplus.Hours, Entries: []surplus.Figure{{Member: 1, Quantity: 1}}},
	surplus.Allocate{Period: 1, Steps: []surplus.Step{{Sort: surplus.ToReserve, Base: surplus.Fixed, Amount: 1, Account: account.Reserve}}},
	federation.Replace{Key: make([]byte, 32)}, replaceBy(1, 1), federation.Confirm{Height: 1, Hash: make([]byte, 32), PeerKey: make([]byte, 32), Peer: make([]byte, 64), Validator: make([]byte, 64)},
	member.Admit{Member: 6}, member.Resign{Member: 3}, member.Rekey{Member: 2, Key: fedKey(9, 9).Public()},
	share.Subscribe{Member: 5, Class: 1, Units: 1}, share.Cancel{Member: 4, Subscription: 3}, share.Issue{Subscriptions: []uint64{2}},
	share.ConfirmPayment{Subscriptions: []uint64{3}}, account.Reverse{Entry: 3, Narrative: "n"},
	account.Open{Code: 4100, Type: account.Income, Name: "a"},
	ballot.Declare{Motion: 1}, ballot.Withdraw{Motion: 1}, federation.Announce{Address: "a"},
	surplus.Allocate{Period: 1, Steps: []surplus.Step{{Sort: surplus.PatronageDividend, Base: surplus.OfSurplus, Rate: money.Rate{Num: 1, Den: 2}, Measure: surplus.Hours, Paid: money.Rate{Num: 1, Den: 5}}}},
	surplus.Correct{Period: 1, Measure: surplus.Hours, Entries: []surplus.Figure{{Member: 2, Quantity: 1}}},
	payout.Pay{Period: 1, Step: 1, Members: []state.Member{2}},
	amendment.Amend{Motions: []charter.MotionEntry{{ID: 1, Name: "m", Electorate: charter.ElectorateEntry{Sort: charter.AllMembers}, Method: charter.ByMajority(count.MajorityRule{Quorum: count.Fraction{Den: 1}, Threshold: count.Fraction{Den: 1}, Base: count.BaseCast}), Longest: 1, Closing: charter.AtDeadline}}},
	identity.Commit{Entries: []identity.Entry{{Member: 1, Commitment: make([]byte, 32)}}}, identity.Erase{Member: 1},
	takeover.Adopt{Parts: [][]byte{make([]byte, 32)}, People: 1}, takeover.Load{Part: 1, People: []takeover.Person{{Ref: "1"}}},
	document.Adopt{Name: "a", Digest: make([]byte, 32)}, document.Repeal{Text: 1}, document.Accept{Member: 1, Text: 1, Version: 1},
	circle.Create{Name: "a", Terms: circle.Terms{Mandate: "a", Review: 1, Convener: 1, Open: true}, Members: []state.Member{1, 2}, Drawing: 1},
	circle.Change{Circle: 1, Text: 1, Review: []uint64{0}, Convener: []state.Member{1}, Open: []bool{true}}, circle.Dissolve{Circle: 1, Reason: "r"},
	circle.Appoint{Circle: 1, Members: []state.Member{1, 2}, Drawing: 1}, circle.Join{Circle: 1, Member: 1}, circle.Leave{Circle: 1, Member: 1, Reason: "r"},
	circle.Fund{Circle: 1, Account: 5900, Amount: 1, Until: 1}, circle.Spend{Circle: 1, Amount: 1, For: "a"},
	circle.Confirm{Circle: 1, Payment: 1, Amount: 1}, circle.Return{Circle: 1, Payment: 1, Reason: "r"},
	amendment.Amend{Policy: []charter.PolicyEntry{{Currency: "EUR", Allowance: 1, Classes: []string{"m"}}}},
}

// FuzzDecode: any bytes are decoded as any kind of action without a panic, and
// what is accepted encodes to the bytes that came.
func FuzzDecode(f *testing.F) {
	for _, a := range seedActions {
		f.Add(tx.Encode(a))
	}
	f.Add(tx.Encode(struct{}{}))
	f.Fuzz(func(t *testing.T, payload []byte) {
		for _, k := range Kinds {
			a, err := k.Decode(payload)
			if err != nil && state.Rejected(err) == nil {
				t.Errorf("%s: %v is no rejection", k.Name, err)
			}
			if err == nil && !bytes.Equal(tx.Encode(a), payload) {
				t.Errorf("%s: %x was read as %+v, which is %x", k.Name, payload, a, tx.Encode(a))
			}
		}
	})
}

// FuzzGenesis: a founding document founds or is refused, and never breaks; one
// that is read is read again as itself.
func FuzzGenesis(f *testing.F) {
	g, _ := fedGenesis(f, 2)
	raw, err := json.Marshal(g)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(raw)
	f.Add([]byte(`{"federation":"x","coops":[{"name":"y"}]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		g, err := federation.ParseGenesis(raw)
		if err != nil {
			return
		}
		a, err := Open("fuzz", Options{FS: vfs.NewMem()})
		if err != nil {
			t.Fatal(err)
		}
		defer a.Close()
		r := &abci.RequestInitChain{ChainId: fedChain, InitialHeight: 1, AppStateBytes: raw}
		for _, c := range g.Coops {
			if c.Validator == nil {
				continue
			}
			key, err := tx.ParseValidatorKey(c.Validator.Key)
			if err != nil {
				return
			}
			r.Validators = append(r.Validators, abci.Ed25519ValidatorUpdate(key, federation.Power))
		}
		if _, err := a.InitChain(ctx, r); err != nil {
			return
		}
		if _, err := a.FinalizeBlock(ctx, &abci.RequestFinalizeBlock{Height: 1}); err != nil {
			t.Fatalf("founded, and the first block: %v", err)
		}
		if _, err := a.Commit(ctx, nil); err != nil {
			t.Fatal(err)
		}
		if err := a.Fsck(); err != nil {
			t.Error(err)
		}
	})
}

// FuzzRange: any bytes asked as a range get an answer or a refusal.
func FuzzRange(f *testing.F) {
	f.Add(tx.Encode(state.RangeQuery{End: []byte{0xff}, Limit: 3}), false)
	f.Add(tx.Encode(state.RangeQuery{Start: []byte{0x20}, End: []byte{0x10}}), true)
	fed := newFed(f, 1, Options{})
	fed.block()
	f.Fuzz(func(t *testing.T, data []byte, older bool) {
		r := &abci.RequestQuery{Path: state.PathRange, Data: data}
		if older {
			r.Height = 1
		}
		res, err := fed.app.Query(ctx, r)
		if err != nil || (res.Code != 0 && res.Code != state.CodeData) {
			t.Fatalf("%+v, %v", res, err)
		}
		if res.Code != 0 {
			return
		}
		answer, err := tx.Decode[state.RangeAnswer](res.Value)
		if err != nil {
			t.Fatal(err)
		}
		q, err := tx.Decode[state.RangeQuery](data)
		if err != nil {
			t.Fatalf("answered %x: %v", data, err)
		}
		for i, leaf := range answer.Leaves {
			if bytes.Compare(leaf.Key, q.Start) < 0 || bytes.Compare(leaf.Key, q.End) >= 0 || i > 0 && bytes.Compare(leaf.Key, answer.Leaves[i-1].Key) <= 0 {
				t.Errorf("leaf %x out of order or range", leaf.Key)
			}
		}
	})
}

// FuzzDeliver: any bytes delivered as a transaction are refused or done alike
// on arrival and in a block.
func FuzzDeliver(f *testing.F) {
	fed := newFed(f, 1, Options{})
	f.Add([]byte{})
	f.Add(fed.sign(1, 1, member.Admit{Member: 9}))
	f.Fuzz(func(t *testing.T, raw []byte) {
		checked, err := fed.app.CheckTx(ctx, &abci.RequestCheckTx{Tx: raw})
		if err != nil {
			t.Fatal(err)
		}
		res, err := fed.app.FinalizeBlock(ctx, fed.request(raw)) // abandoned
		if err != nil {
			t.Fatal(err)
		}
		if res.TxResults[0].Code != checked.Code && !tx.IsBundle(raw) {
			t.Errorf("checked %d, executed %d", checked.Code, res.TxResults[0].Code)
		}
		fed.forget()
	})
}

// newPowers founds three co-ops where motions of kind 4 may carry everything and
// member 1 holds every office, with something to act on: a candidate, an issued, a
// paid and an unpaid subscription, a closed period and an open one, an open motion.
func newPowers(tb testing.TB) *fed {
	f := &fed{t: tb, fs: vfs.NewMem(), coops: 3, now: time.Unix(1_700_000_000, 0), spent: map[signer]uint64{}}
	f.open()
	g, validators := fedGenesis(tb, 3)
	for i := range g.Coops {
		c := &g.Coops[i]
		c.Charter.Grants = slices.Clone(c.Charter.Grants)
		for j := range c.Charter.Grants {
			c.Charter.Grants[j].Motions = []charter.MotionKindID{1, 2, 3, 4}
		}
		c.Shares = []federation.GenesisClass{{Number: 1, Name: "A", Par: 100, MaxHolding: 10}}
	}
	if _, err := f.app.InitChain(ctx, initRequest(tb, g, validators)); err != nil {
		tb.Fatal(err)
	}
	f.block()
	subscribe := func(m state.Member) []byte {
		return f.sign(1, m, share.Subscribe{Member: m, Class: 1, Units: 3})
	}
	f.must(f.sign(1, 1, f.apply(1, 1)), subscribe(2), subscribe(3), subscribe(4))
	f.must(f.sign(1, 1, share.ConfirmPayment{Subscriptions: []uint64{1, 2}}), f.sign(1, 1, share.Issue{Subscriptions: []uint64{1}}))
	sale := []account.Line{account.Debit(account.Bank, 1000), account.Credit(4000, 1000)}
	f.must(f.sign(1, 1, account.Post{Narrative: "sale", Lines: sale}), f.sign(1, 1, surplus.OpenPeriod{Name: "A"}))
	f.must(f.sign(1, 1, surplus.Record{Period: 1, Measure: surplus.Hours, Entries: []surplus.Figure{{Member: 2, Quantity: 7}}}))
	f.must(f.sign(1, 1, surplus.Declare{Period: 1, Surplus: 1000}), f.sign(1, 1, surplus.OpenPeriod{Name: "B"}))
	f.must(f.sign(1, 1, ballot.Propose{Kind: 1, Title: "Shall we?"}))
	f.sound()
	return f
}

// FuzzAction: whatever a member who may do everything signs, and whatever a motion
// carries, is done or refused, never a fault, which would stop every node; and it
// leaves every invariant standing.
func FuzzAction(f *testing.F) {
	fed := newPowers(f)
	for _, a := range seedActions {
		for i, k := range Kinds {
			if k.Type == fmt.Sprintf("%T", a) {
				f.Add(uint8(i), tx.Encode(a))
			}
		}
	}
	f.Fuzz(func(t *testing.T, kind uint8, payload []byte) {
		if _, err := tx.DecodeTrusted[cbor.RawMessage](payload); err != nil {
			return // no transaction can be made with it: FuzzDeliver's
		}
		fed.t = t
		before := maps.Clone(fed.spent)
		defer func() { fed.spent = before }() // the block is abandoned
		k := Kinds[int(kind)%len(Kinds)].Number
		body := fed.body(1, 1, member.Admit{})
		body.Kind, body.Payload = k, payload
		txs := [][]byte{tx.Sign(fedKey(1, 1), body),
			fed.sign(1, 2, ballot.Propose{Kind: 4, Title: "T", Action: []ballot.Carried{{Kind: k, Payload: payload}}})}
		for m := state.Member(2); m <= fedMembers; m++ {
			for n := ballot.Number(2); n <= 3; n++ { // whichever number the motion has
				txs = append(txs, fed.sign(1, m, ballot.Cast{Motion: n, Paper: ballot.Yes.Paper()}))
			}
		}
		if _, err := fed.app.CheckTx(ctx, &abci.RequestCheckTx{Tx: txs[0]}); err != nil {
			t.Fatalf("on arrival: %v", err)
		}
		fed.forget()
		if _, err := fed.app.FinalizeBlock(ctx, fed.request(txs...)); err != nil {
			t.Fatalf("in a block: %v", err)
		}
		for _, inv := range fed.app.Ledger().Rules().Invariants {
			if err := inv.Check(fed.app.Ledger().Reader()); err != nil {
				t.Errorf("%s: %v", inv.Name, err)
			}
		}
	})
}
