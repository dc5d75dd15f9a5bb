package workload

import (
	"bytes"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/amendment"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/state/federation"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/office"
	"github.com/rochdale-ledger/rochdale/state/payout"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/surplus"
	"github.com/rochdale-ledger/rochdale/tx"
)

// A spoiler breaks an envelope before or after it is signed.
type spoiler struct {
	body func(w *Work, b *tx.Body)
	raw  func(w *Work, raw []byte) []byte
}

// spoilers are the ways in which an envelope can be wrong. None spends a
// sequence.
var spoilers = []spoiler{
	{body: func(_ *Work, b *tx.Body) { b.Chain += "-other" }},
	{body: func(w *Work, b *tx.Body) { b.Expiry = uint64(w.height - 1) }},
	{body: func(_ *Work, b *tx.Body) { b.Kind = 0x7fff }},
	{body: func(_ *Work, b *tx.Body) { b.Payload = tx.Encode(map[int]string{9: "unknown field"}) }},
	{body: func(_ *Work, b *tx.Body) { b.Payload = append(bytes.Repeat([]byte{0x81}, tx.MaxDepth+1), 0) }},
	{body: func(_ *Work, b *tx.Body) { b.Signer = 1 << 50 }},
	{body: func(_ *Work, b *tx.Body) { b.Coop = 99 }},
	{body: func(_ *Work, b *tx.Body) { b.Coop = 0 }},
	{body: func(_ *Work, b *tx.Body) { b.Sequence += 2 }},
	{body: func(_ *Work, b *tx.Body) { b.Sequence = 0 }},
	{raw: func(w *Work, raw []byte) []byte { raw[len(raw)-1-w.rng.IntN(60)] ^= 1; return raw }},
	{raw: func(_ *Work, raw []byte) []byte { return append(raw, 0) }},
	{raw: func(w *Work, raw []byte) []byte { return raw[:w.rng.IntN(len(raw))] }},
	{raw: func(w *Work, _ []byte) []byte { return w.earlier[w.rng.IntN(len(w.earlier))] }},
	{raw: func(w *Work, _ []byte) []byte {
		junk := make([]byte, w.rng.IntN(200))
		for i := range junk {
			junk[i] = byte(w.rng.IntN(256))
		}
		return junk
	}},
}

// oversized is one of the ways too; it is large, so it is drawn seldom.
var oversized = spoiler{raw: func(_ *Work, raw []byte) []byte { return append(raw, make([]byte, tx.MaxSize)...) }}

// A misdeed is a well-formed transaction that the records give reason to refuse.
var misdeeds = []func(w *Work) (step, error){
	(*Work).castSuspended, (*Work).castEarly, (*Work).castLate, (*Work).keyTwice, (*Work).keyNotHeld, (*Work).keyNotHeldImport,
	(*Work).keyUnusable, (*Work).keyUnusableImport, (*Work).keyUnusableValidator,
	doing(member.Admit{Member: 1}), doing(member.Suspend{Member: 2}), doing(member.Resign{Member: 3}),
	doing(member.Import{}), doing(office.Appoint{Member: 4, Office: 99}), doing(member.Rekey{}),
	doing(ballot.Cast{Motion: 1 << 40, Paper: ballot.Yes.Paper()}), doing(ballot.Cast{Motion: 1, Paper: []byte{9}}),
	doing(ballot.Declare{Motion: 1 << 40}), doing(ballot.Withdraw{Motion: 1}),
	doing(ballot.Propose{Kind: 60, Title: "Of no kind"}), doing(ballot.Propose{Kind: ordinary}),
	doing(ballot.Propose{Kind: ordinary, Title: "Too long", Minutes: 1 << 31}),
	doing(ballot.Propose{Kind: workers, Title: "Ultra vires", Action: []ballot.Carried{
		{Kind: amendment.KindAmend, Payload: tx.Encode(amendment.Amend{Motions: []charter.MotionEntry{sound}})}}}),
	doing(ballot.Propose{Kind: ordinary, Title: "Out of bounds", Action: []ballot.Carried{
		{Kind: amendment.KindAmend, Payload: tx.Encode(amendment.Amend{})}}}),
	doing(federation.Replace{Key: make([]byte, 31)}), doing(federation.Announce{}), doing(amendment.Amend{}),
	doing(federation.Replace{Key: make([]byte, 32), Peer: "peer"}), doing(federation.Confirm{}), (*Work).confirmForAnother, (*Work).confirmAnother,
	(*Work).refusedWhenCarried, (*Work).overLimit,
	doing(share.Subscribe{Member: 5, Class: 1}), doing(share.Cancel{Member: 5, Subscription: 1}),
	doingAs(share.ConfirmPayment{Subscriptions: []uint64{2, 1}}), doingAs(share.Issue{Subscriptions: []uint64{1 << 40}}),
	doingAs(share.Issue{}), doingAs(shareclass.Open{Class: 1, Name: "again", Par: 1, MaxHolding: 1}),
	doingAs(account.Post{Narrative: "unbalanced", Lines: []account.Line{account.Debit(account.Bank, 2), account.Credit(sales, 1)}}),
	doingAs(account.Post{Narrative: "guarded", Lines: []account.Line{account.Debit(account.Capital, 2), account.Credit(account.Bank, 2)}}),
	doingAs(account.Post{Narrative: "overflow", Lines: []account.Line{account.Debit(account.Bank, money.Max), account.Credit(sales, money.Max)}}),
	doingAs(account.Open{Code: account.Bank, Type: account.Asset, Name: "again"}),
	doingAs(account.Reverse{Entry: 1 << 40, Narrative: "of nothing"}),
	doingAs(surplus.OpenPeriod{Name: "another"}), doingAs(surplus.Record{Period: 99, Measure: surplus.Hours}),
	doingAs(surplus.Declare{Period: 99}), doingAs(payout.Pay{Period: 1, Step: 1, Members: []state.Member{1}}),
	doingAs(surplus.Allocate{Period: 1, Steps: []surplus.Step{{Sort: surplus.ToReserve, Base: surplus.Fixed, Amount: money.Max, Account: account.Reserve}}}),
}

// doingAs makes an action that will be refused, signed by a member to whom the
// charter grants it.
func doingAs(a state.Action) func(*Work) (step, error) {
	return func(*Work) (step, error) { return step{action: a}, nil }
}

// overLimit subscribes to more shares than a member may hold.
func (w *Work) overLimit() (step, error) {
	m, err := w.anyMember(member.Active)
	if err != nil || m == 0 {
		return nothing, err
	}
	return step{share.Subscribe{Member: m, Class: 1, Units: 51}, m}, nil
}

// bad makes a transaction that is wrong on purpose.
func (w *Work) bad() ([]byte, error) {
	if n := w.rng.IntN(len(misdeeds) + len(spoilers)); n < len(misdeeds) {
		s, err := misdeeds[n](w)
		if err != nil || s.action == nil {
			return nil, err
		}
		return w.take(s)
	}
	by, err := w.anyMember(member.Active)
	if err != nil || by == 0 || len(w.earlier) == 0 {
		return nil, err
	}
	key, err := w.key(by)
	if err != nil {
		return nil, err
	}
	body, err := w.body(state.Signer{Member: by}, ballot.KindCast, tx.Encode(ballot.Cast{Motion: 1, Paper: ballot.Yes.Paper()}))
	if err != nil {
		return nil, err
	}
	spoil := spoilers[w.rng.IntN(len(spoilers))]
	if w.rng.IntN(100) == 0 {
		spoil = oversized
	}
	if spoil.body != nil {
		spoil.body(w, &body)
	}
	raw := tx.Sign(key, body)
	if spoil.raw != nil {
		raw = spoil.raw(w, raw)
	}
	return raw, nil
}

// doing has a member without much authority do something.
func doing(a state.Action) func(*Work) (step, error) {
	return func(w *Work) (step, error) {
		by, err := w.anyMember(member.Active)
		if err != nil || by == 0 {
			return nothing, err
		}
		return step{a, by}, nil
	}
}

func (w *Work) castSuspended() (step, error) {
	by, err := w.anyMember(member.Suspended)
	if err != nil || by == 0 {
		return nothing, err
	}
	n, _, err := w.anyMotion(open)
	return step{ballot.Cast{Motion: max(n, 1), Paper: ballot.No.Paper()}, by}, err
}

// castOn casts on a motion that is not open.
func (w *Work) castOn(s ballot.Status) (step, error) {
	n, _, err := w.anyMotion(func(_ ballot.Motion, p ballot.Poll) bool { return p.Status == s })
	if err != nil || n == 0 {
		return nothing, err
	}
	return doing(ballot.Cast{Motion: n, Paper: ballot.Yes.Paper()})(w)
}

func (w *Work) castEarly() (step, error) { return w.castOn(ballot.Noticed) }
func (w *Work) castLate() (step, error)  { return w.castOn(ballot.Closed) }

// keyTwice applies with the key of a member.
func (w *Work) keyTwice() (step, error) {
	m, err := w.anyMember(member.Active)
	if err != nil || m == 0 {
		return nothing, err
	}
	key, err := w.key(m)
	if err != nil {
		return nothing, err
	}
	return step{action: member.Apply{
		Entry: member.Entry{Key: key.Public(), Class: 1}, Possession: key.Possession(w.Chain, uint32(w.coop)),
	}}, nil
}

// keyNotHeld applies with a proof made for another co-op.
func (w *Work) keyNotHeld() (step, error) {
	e := w.entry()
	return step{action: member.Apply{Entry: e, Possession: w.ring[string(e.Key)].Possession(w.Chain, 99)}}, nil
}

// keyNotHeldImport imports with such a proof, behind a sound one.
func (w *Work) keyNotHeldImport() (step, error) {
	good, bad := w.entry(), w.entry()
	good.Proof = w.ring[string(good.Key)].Possession(w.Chain, uint32(w.coop))
	bad.Proof = w.ring[string(bad.Key)].Possession(w.Chain, 99)
	return step{action: member.Import{Entries: []member.Entry{good, bad}}}, nil
}

// weak are keys by which anyone could sign, of an order of 1, 4 and 1: the last is
// encoded with a y above the field's prime. tx/testdata/small-order.json has all.
var weak = []tx.ValidatorKey{
	append([]byte{1}, make([]byte, 31)...), make([]byte, 32), append(append([]byte{0xee}, bytes.Repeat([]byte{0xff}, 30)...), 0x7f),
}

// unusable draws one of the weak keys, with the signature that verifies by it over
// anything.
func (w *Work) unusable() (e member.Entry, forged []byte) {
	key := weak[w.rng.IntN(len(weak))]
	return member.Entry{Key: append(tx.PublicKey{1}, key...), Class: 1}, append([]byte{1}, make([]byte, tx.SignatureSize-1)...)
}

func (w *Work) keyUnusable() (step, error) {
	e, forged := w.unusable()
	if w.rng.IntN(2) == 0 {
		return step{action: member.Apply{Entry: e, Possession: forged}}, nil
	}
	m, err := w.anyMember(member.Active)
	return step{member.Rekey{Member: m, Key: e.Key, Possession: forged}, m}, err
}

func (w *Work) keyUnusableImport() (step, error) {
	e, forged := w.unusable()
	if w.rng.IntN(2) == 0 {
		e.Proof = forged
	}
	return step{action: member.Import{Entries: []member.Entry{w.entry(), e}}}, nil
}

func (w *Work) keyUnusableValidator() (step, error) {
	e, _ := w.unusable()
	return step{action: federation.Replace{Key: tx.ValidatorKey(e.Key[1:])}}, nil
}

// sound is a kind of motion within all bounds.
var sound = charter.MotionEntry{
	ID: ordinary, Name: "sound", Electorate: charter.ElectorateEntry{Sort: charter.AllMembers},
	Longest: 60, Closing: charter.AtDeadline, Method: charter.ByMajority(count.MajorityRule(majority)),
}

// confirmForAnother confirms a co-op's coming validator by a proof for another co-op.
func (w *Work) confirmForAnother() (step, error) {
	m, err := w.proof(w.coop + 1)
	if err != nil || m.Height == 0 {
		return nothing, err
	}
	return step{action: m}, nil
}

// confirmAnother confirms it by a hash that the ledger never had.
func (w *Work) confirmAnother() (step, error) {
	m, err := w.proof(w.coop)
	if err != nil || m.Height == 0 {
		return nothing, err
	}
	m.Hash = make([]byte, len(m.Hash))
	return step{action: m}, nil
}

// refusedWhenCarried proposes what will be refused if the motion is carried.
func (w *Work) refusedWhenCarried() (step, error) {
	return step{action: office.Dismiss{Member: 1 << 40, Office: charter.Auditor}}, nil
}
