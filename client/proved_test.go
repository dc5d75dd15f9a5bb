package client

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	cmtcrypto "github.com/cometbft/cometbft/proto/tendermint/crypto"
	"github.com/cometbft/cometbft/types"

	"github.com/rochdale-ledger/rochdale/client/light"
	"github.com/rochdale-ledger/rochdale/client/receipt"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/amendment"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/tx"
)

func TestAtProved(t *testing.T) {
	r := decided(t)
	c := r.dial()
	trust := genesisTrust(t, r)
	at, err := c.AtProved(t.Context(), 0, trust)
	check(t, err)
	rec, err := member.Find(at.Of(2), 3)
	check(t, err)
	same(t, "standing", rec.Standing(), member.Left)
	if _, err := member.Find(at.Of(2), 77); !errors.Is(err, member.ErrUnknown) {
		t.Errorf("absence: %v", err)
	}
	same(t, "time", at.Time(), r.time.Add(-time.Minute).Unix())
	same(t, "version", at.Version(), uint64(1))
	var numbers []state.Member
	check(t, member.Range(at.Of(2), 1, 9, func(m state.Member, _ member.Record) (bool, error) {
		numbers = append(numbers, m)
		return true, nil
	}))
	same(t, "members of co-op 2", numbers, []state.Member{1, 2, 3, 4, 5})
	rules, err := amendment.At(at.Of(2), state.DayOf(at.Time()))
	check(t, err)
	now, err := amendment.Whole(at.Of(2))
	check(t, err)
	if !bytes.Equal(tx.Encode(rules), tx.Encode(now)) || len(rules.Grants) == 0 {
		t.Errorf("the charter of the day is proved as %+v, the one in force as %+v", rules, now)
	}
	if _, err := c.AtProved(t.Context(), 0, receipt.Trust{}); !errors.Is(err, ErrTrust) {
		t.Errorf("no trust: %v", err)
	}
	var refuted *light.Refuted
	if _, err := c.AtProved(t.Context(), 0, receipt.Trust{Fingerprint: make([]byte, 32)}); !isUntied(err) {
		t.Errorf("other validators: %v", err)
	}
	// A node whose header the validators have not signed.
	last := len(r.sealed) - 1
	honest := r.sealed[last]
	unsigned := *honest.Header
	unsigned.AppHash = make([]byte, 32)
	r.sealed[last] = &types.SignedHeader{Header: &unsigned, Commit: r.sign(t, &unsigned)}
	for i := range r.sealed[last].Commit.Signatures {
		r.sealed[last].Commit.Signatures[i].Signature = honest.Commit.Signatures[i].Signature
	}
	if _, err = c.AtProved(t.Context(), uint64(last), trust); !errors.As(err, &refuted) || refuted.Part != "commit" {
		t.Errorf("a header that nobody signed: %v", err)
	}
	r.sealed[last] = honest
	// A node whose records are not those of its headers.
	r.sealed[len(r.sealed)-1] = func() *types.SignedHeader {
		h := *r.sealed[len(r.sealed)-1].Header
		h.AppHash = make([]byte, 32)
		return &types.SignedHeader{Header: &h, Commit: r.sign(t, &h)}
	}()
	if _, err = c.AtProved(t.Context(), uint64(len(r.sealed)-1), trust); !errors.As(err, &refuted) || refuted.Part != "record" {
		t.Errorf("a state that is not the federation's: %v", err)
	}
	r.sealed[last] = honest
	at, err = c.AtProved(t.Context(), uint64(last), trust)
	check(t, err)
	r.with(func() {
		r.lie = func(q *abci.RequestQuery, res *abci.ResponseQuery) {
			if q.Path == state.PathKey {
				res.Value[len(res.Value)-1] ^= 1
			}
		}
	})
	if _, err := member.Find(at.Of(2), 3); !errors.As(err, &refuted) || refuted.Part != "record" {
		t.Errorf("a record that is not the federation's: %v", err)
	}
}

// TestRangesOfALyingNode: a node that leaves a record out, adds one, changes one,
// goes beyond what was asked or gives no proof is found out.
func TestRangesOfALyingNode(t *testing.T) {
	r := decided(t)
	at, err := r.dial().AtProved(t.Context(), 0, genesisTrust(t, r))
	check(t, err)
	count := func() (n int, err error) {
		err = member.Range(at.Of(2), 1, 9, func(state.Member, member.Record) (bool, error) {
			n++
			return true, nil
		})
		return n, err
	}
	for name, row := range map[string]struct {
		lie  func(a *state.RangeAnswer, ops *[]cmtcrypto.ProofOp)
		part string
	}{
		"one left out":      {func(a *state.RangeAnswer, _ *[]cmtcrypto.ProofOp) { a.Leaves = a.Leaves[1:] }, "range"},
		"the last left out": {func(a *state.RangeAnswer, _ *[]cmtcrypto.ProofOp) { a.Leaves = a.Leaves[:4] }, "range"},
		"cut short":         {func(a *state.RangeAnswer, _ *[]cmtcrypto.ProofOp) { a.Leaves, a.More = a.Leaves[:4], true }, "range"},
		"one twice":         {func(a *state.RangeAnswer, _ *[]cmtcrypto.ProofOp) { a.Leaves = append(a.Leaves, a.Leaves[4]) }, "range"},
		"one changed":       {func(a *state.RangeAnswer, _ *[]cmtcrypto.ProofOp) { a.Leaves[2].Value[3] ^= 1 }, "range"},
		"none":              {func(a *state.RangeAnswer, _ *[]cmtcrypto.ProofOp) { a.Leaves = nil }, "range"},
		"another proof":     {func(_ *state.RangeAnswer, ops *[]cmtcrypto.ProofOp) { (*ops)[0].Data[9] ^= 1 }, "range"},
		"no proof":          {func(_ *state.RangeAnswer, ops *[]cmtcrypto.ProofOp) { *ops = nil }, "record"},
		"proof of a leaf":   {func(_ *state.RangeAnswer, ops *[]cmtcrypto.ProofOp) { (*ops)[0].Type = state.ProofType }, "record"},
		"more of nothing":   {func(a *state.RangeAnswer, _ *[]cmtcrypto.ProofOp) { a.Leaves, a.More = nil, true }, ""},
	} {
		r.with(func() {
			r.lie = func(q *abci.RequestQuery, res *abci.ResponseQuery) {
				if q.Path != state.PathRange {
					return
				}
				a, err := tx.Decode[state.RangeAnswer](res.Value)
				check(t, err)
				row.lie(&a, &res.ProofOps.Ops)
				res.Value = tx.Encode(a)
			}
		})
		_, err := count()
		refuted, ok := errors.AsType[*light.Refuted](err)
		if ok != (row.part != "") || ok && refuted.Part != row.part || err == nil {
			t.Errorf("%s: %v, want the %s named", name, err, row.part)
		}
	}
	// Two leaves an answer, as a node may cut it: whole all the same.
	r.with(func() {
		r.lie = func(q *abci.RequestQuery, res *abci.ResponseQuery) {
			if q.Path == state.PathRange {
				ask, err := tx.Decode[state.RangeQuery](q.Data)
				check(t, err)
				ask.Limit = 2
				q.Data = tx.Encode(ask)
				again, err := r.app.Query(context.Background(), q)
				check(t, err)
				*res = *again
			}
		}
	})
	n, err := count()
	check(t, err)
	same(t, "members in pages of two", n, 5)
	// Beyond what was asked for.
	r.with(func() {
		r.lie = func(q *abci.RequestQuery, res *abci.ResponseQuery) {
			if q.Path == state.PathRange {
				ask, err := tx.Decode[state.RangeQuery](q.Data)
				check(t, err)
				ask.End, ask.Limit = []byte{0xff}, 7
				q.Data = tx.Encode(ask)
				again, err := r.app.Query(context.Background(), q)
				check(t, err)
				*res = *again
			}
		}
	})
	if n, err := count(); !errors.Is(err, ErrForeign) {
		t.Errorf("beyond the end: %d members, %v", n, err)
	}
}

// TestTipOfALyingNode: the Head must be proved, and of the header's chain and
// version.
func TestTipOfALyingNode(t *testing.T) {
	r := decided(t)
	trust := genesisTrust(t, r)
	for name, lie := range map[string]func(res *abci.ResponseQuery){
		"another leaf": func(res *abci.ResponseQuery) { res.Value = tx.Encode(state.Head{Chain: rigChain, Version: 2}) },
		"no leaf":      func(res *abci.ResponseQuery) { res.Value = nil },
		"no proof":     func(res *abci.ResponseQuery) { res.ProofOps = nil },
	} {
		r.with(func() {
			r.lie = func(q *abci.RequestQuery, res *abci.ResponseQuery) {
				if q.Path == state.PathTip && q.Prove {
					lie(res)
				}
			}
		})
		_, err := r.dial().AtProved(t.Context(), 0, trust)
		if refuted, ok := errors.AsType[*light.Refuted](err); !ok || refuted.Part != "record" {
			t.Errorf("%s: %v", name, err)
		}
	}
	// A header of other rules, or of another chain, than the state's, signed by the
	// same validators.
	honest := r.sealed[len(r.sealed)-1].Header
	trust.Chain = ""
	for want, change := range map[string]func(h *types.Header){
		"the state is of version 1 of the rules, the header of 2":      func(h *types.Header) { h.Version.App = 2 },
		`the state is of chain "anytown-1", the header of "anytown-2"`: func(h *types.Header) { h.ChainID = "anytown-2" },
	} {
		r.with(func() {
			r.lie = nil
			h := *honest
			change(&h)
			r.sealed[len(r.sealed)-1] = &types.SignedHeader{Header: &h, Commit: r.sign(t, &h)}
		})
		_, err := r.dial().AtProved(t.Context(), 0, trust)
		_, _, also := r.dial().Receipt(t.Context(), "member", receipt.Subject{Coop: 1, Member: 1}, 0, trust)
		for what, err := range map[string]error{"read": err, "receipt": also} {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v, want %s", what, err, want)
			}
		}
	}
}
