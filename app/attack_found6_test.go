//go:build found

package app

import (
	"testing"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/tx"
)

// What a refused transaction costs a node on arrival, and the sender: nothing.
func TestFoundCheckCost(t *testing.T) {
	f := newFed(t, 1, Options{})
	var im member.Import
	for i := range 500 {
		var seed [32]byte
		seed[0], seed[1], seed[2] = 7, byte(i), byte(i>>8)
		im.Entries = append(im.Entries, member.Entry{Key: tx.NewPrivateKey(seed[:]).Public(), Class: 1})
	}
	im.Entries[499].Key = fedKey(1, 1).Public()
	p := f.motionOf(4, im)
	raw := f.sign(1, 4, p)
	began := time.Now()
	for range 20 {
		r, err := f.app.CheckTx(ctx, &abci.RequestCheckTx{Tx: raw})
		if err != nil || r.Code == 0 {
			t.Fatal(r, err)
		}
	}
	t.Logf("refused import: %v each, %d bytes", time.Since(began)/20, len(raw))
	im.Entries = im.Entries[:499]
	p = f.motionOf(4, im)
	raw = f.sign(1, 5, p)
	began = time.Now()
	for range 20 {
		r, err := f.app.CheckTx(ctx, &abci.RequestCheckTx{Tx: raw})
		if err != nil {
			t.Fatal(r, err)
		}
	}
	t.Logf("accepted import proposal: %v each, %d bytes", time.Since(began)/20, len(raw))
}

// Two officers suspend again, in the same hour, whom all members reinstated.
func TestFoundSuspendedAgain(t *testing.T) {
	p := newPlot(t, "standard", 0, true)
	if !p.try(1, p.motionOf(1, member.Appoint{Member: 9, Office: charter.Treasurer})) {
		t.Fatal()
	}
	again := 0
	for range 3 {
		taken := p.taken
		p.do(member.Suspend{Member: victim, Reason: "a pretext"})
		again += p.taken - taken
		n := p.motions() + 1
		if !p.try(3, p.motionOf(4, member.Reinstate{Member: victim})) {
			t.Fatal("refused")
		}
		for m := state.Member(3); m <= plotMembers; m++ {
			p.try(m, ballot.Cast{Motion: n, Paper: ballot.Yes.Paper()})
		}
		p.block()
		if r := p.resultOf(n); r.Refused != 0 {
			t.Fatal(r)
		}
	}
	if again == 3 {
		t.Error("two officers suspended three times whom all members had reinstated")
	}
}

// Two officers suspend all others; the day after the waiting time they are the
// electorate, and what is proposed then is theirs alone to decide.
func TestFoundSuspendAll(t *testing.T) {
	p := newPlot(t, "standard", 0, true)
	for m := state.Member(3); m <= plotMembers; m++ {
		p.do(member.Suspend{Member: m, Reason: "a pretext"})
	}
	p.now = p.now.Add(16 * 24 * time.Hour)
	p.block()
	got := p.run(2, func(*plot) {}, never)
	t.Logf("%+v", got)
	could := 0
	for m := state.Member(3); m <= plotMembers; m++ {
		if p.try(m, ballot.Propose{Kind: 4, Title: "Help"}) {
			could++
		}
	}
	if could == 0 {
		t.Errorf("16 days after two officers suspended eight no one of them can propose or cast; the amendment is %v in an electorate of %d", got.Outcome, got.Electorate)
	}
}
