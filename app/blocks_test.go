package app

import (
	"fmt"
	"os"
	"strings"
	"testing"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/google/go-cmp/cmp"

	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/federation"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/office"
	"github.com/rochdale-ledger/rochdale/tx"
)

// A small sequence of blocks gives the same results and the same hashes for
// ever: a change of any layout, code or order shows here. Where it is meant,
// -update rewrites the file, and the change needs a new Version once a
// federation runs by the old.
func TestGoldenBlocks(t *testing.T) {
	f := newFed(t, 3, Options{})
	var out strings.Builder
	block := func(what string, res *abci.ResponseFinalizeBlock) {
		fmt.Fprintf(&out, "# %s\nheight %d hash %x\n", what, f.height(), res.AppHash)
		for i, r := range res.TxResults {
			fmt.Fprintf(&out, "tx %d code %d data %x\n", i, r.Code, r.Data)
		}
		for _, u := range toldUpdates(res.ValidatorUpdates) {
			fmt.Fprintf(&out, "validator %s\n", u)
		}
	}
	block("an application in two co-ops, and one without a proof", f.block(
		f.sign(1, 1, f.apply(1, 1)), f.sign(2, 1, f.apply(2, 1)), f.sign(3, 1, f.apply(2, 2))))
	block("admitted, by two officers and by no one's leave", f.block(
		append(f.carried(1, 1, member.Admit{Member: 6}), f.sign(2, 3, member.Admit{Member: 6}))...))
	block("a posting, and one that does not balance", f.block(
		f.sign(1, 1, account.Post{Narrative: "sale", Lines: []account.Line{account.Debit(account.Bank, 5), account.Credit(4000, 5)}}),
		f.sign(1, 5, account.Post{Narrative: "slip", Lines: []account.Line{account.Debit(account.Bank, 5), account.Credit(4000, 4)}})))
	block("a motion that carries an appointment", f.block(f.sign(1, 2, ballot.Propose{
		Kind: 4, Title: "An auditor", Action: []ballot.Carried{{
			Kind: office.KindAppoint, Payload: tx.Encode(office.Appoint{Member: 6, Office: charter.Auditor})}},
	})))
	cast := ballot.Cast{Motion: 2, Paper: ballot.Yes.Paper()}
	block("casts, one of a changed mind", f.block(
		f.sign(1, 1, cast), f.sign(1, 2, cast), f.sign(1, 3, cast), f.sign(1, 3, ballot.Cast{Motion: 2, Paper: ballot.No.Paper()})))
	block("the deciding cast", f.block(f.sign(1, 4, cast)))
	block("nothing", f.block())
	block("a validator misbehaves", f.report(0, 2))
	block("another is to take its place", f.comes(2, 1))
	block("and is confirmed", f.must(f.shows(2, 1)))
	block("an announcement", f.block(f.sign(3, 1, federation.Announce{Peer: replaceBy(3, 1).Peer, Address: "192.0.2.1:26656"})))
	f.sound()

	const file = "testdata/blocks.golden"
	if *update {
		if err := os.WriteFile(file, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), out.String()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
