package app

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	abci "github.com/cometbft/cometbft/abci/types"

	"github.com/rochdale-ledger/rochdale/app/pool"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/federation"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/statetest"
	"github.com/rochdale-ledger/rochdale/state/store"
	"github.com/rochdale-ledger/rochdale/tx"
)

// forget empties the mempool.
func (f *fed) forget() { f.app.pool = pool.New(DefaultMempool) }

// A signer is a member on a co-op's register.
type signer struct {
	coop   uint32
	member uint64
}

// A fed is a federation of equal co-ops in memory: member 1 of each holds every
// office, and nothing has a notice.
type fed struct {
	t     testing.TB
	app   *App
	fs    vfs.FS
	opts  Options
	coops int
	now   time.Time
	spent map[signer]uint64
}

const (
	fedChain   = "fed-1"
	fedMembers = 5
)

func fedKey(coop state.Coop, m state.Member) tx.PrivateKey {
	return tx.NewPrivateKey(bytes.Repeat([]byte{byte(coop), byte(m)}, tx.SeedSize/2))
}

// validatorKey is the n-th key of a co-op's validator.
func validatorSecret(coop state.Coop, n int) tx.PrivateKey {
	return statetest.NodeOf(coop, n).Validator
}

func validatorKey(coop state.Coop, n int) tx.ValidatorKey { return statetest.NodeOf(coop, n).Key() }

// replaceBy makes the n-th validator of a co-op its coming one.
func replaceBy(coop state.Coop, n int) federation.Replace {
	return federation.Replace{Key: validatorKey(coop, n), Peer: statetest.NodeOf(coop, n).ID(), Address: "192.0.2.9:26656"}
}

// shows has a member confirm the n-th validator of its co-op, by the last block.
func (f *fed) shows(coop state.Coop, n int) []byte {
	tip, node := f.app.Ledger().Tip(), statetest.NodeOf(coop, n)
	return f.sign(coop, 3, federation.Prove(fedChain, coop, tip.Height, tip.Hash, node.Peer, node.Validator))
}

func fedGenesis(tb testing.TB, coops int) (federation.Genesis, []abci.ValidatorUpdate) {
	tb.Helper()
	doc, err := charter.Preset("standard")
	if err != nil {
		tb.Fatal(err)
	}
	for i := range doc.Motions {
		doc.Motions[i].Notice, doc.Motions[i].Shortest = 0, 0
	}
	for i, g := range doc.Grants {
		if slices.Contains(g.Actions, "member.Suspend") || slices.Contains(g.Actions, "member.Reinstate") {
			doc.Grants[i].Offices = append(g.Offices, charter.Secretary)
		}
	}
	g := federation.Genesis{Version: 1, Federation: "Fed"}
	var validators []abci.ValidatorUpdate
	for n := state.Coop(1); int(n) <= coops; n++ {
		c := federation.GenesisCoop{
			Name: fmt.Sprint("Co-op ", n), Charter: doc,
			Validator: federation.ValidatorOf(validatorSecret(n, 0), fedChain, n),
		}
		for m := state.Member(1); m <= fedMembers; m++ {
			c.Members = append(c.Members, federation.FounderOf(fedKey(n, m), fedChain, n))
		}
		for o := charter.Secretary; o.Known(); o++ {
			c.Members[0].Offices = append(c.Members[0].Offices, o)
		}
		c.Members[1].Offices = []charter.Office{charter.Chair}
		g.Coops = append(g.Coops, c)
		validators = append(validators, abci.Ed25519ValidatorUpdate(validatorKey(n, 0), federation.Power))
	}
	return g, validators
}

func initRequest(tb testing.TB, g federation.Genesis, validators []abci.ValidatorUpdate) *abci.RequestInitChain {
	tb.Helper()
	raw, err := json.Marshal(g)
	if err != nil {
		tb.Fatal(err)
	}
	return &abci.RequestInitChain{ChainId: fedChain, Time: time.Unix(1_700_000_000, 0), InitialHeight: 1, Validators: validators, AppStateBytes: raw}
}

func newFed(tb testing.TB, coops int, o Options) *fed {
	return newFedBy(tb, coops, o, func(*federation.Genesis) {})
}

// newFedBy is newFed with a founding document that is changed before it founds.
func newFedBy(tb testing.TB, coops int, o Options, change func(*federation.Genesis)) *fed {
	f := &fed{t: tb, fs: vfs.NewMem(), opts: o, coops: coops, now: time.Unix(1_700_000_000, 0), spent: map[signer]uint64{}}
	f.open()
	g, validators := fedGenesis(tb, coops)
	change(&g)
	if _, err := f.app.InitChain(context.Background(), initRequest(tb, g, validators)); err != nil {
		tb.Fatal(err)
	}
	f.block()
	return f
}

func (f *fed) open() {
	o := f.opts
	o.FS = f.fs
	a, err := Open("fed", o)
	if err != nil {
		f.t.Fatal(err)
	}
	f.app = a
}

func (f *fed) reopen() {
	if err := f.app.Close(); err != nil {
		f.t.Fatal(err)
	}
	f.open()
}

func (f *fed) height() int64 { return int64(f.app.Ledger().Tip().Height) }

// body is what a member signs next.
func (f *fed) body(coop state.Coop, m state.Member, a state.Action) tx.Body {
	f.spent[signer{uint32(coop), uint64(m)}]++
	for _, k := range Kinds {
		if k.Type == fmt.Sprintf("%T", a) {
			return tx.Body{
				Chain: fedChain, Coop: uint32(coop), Signer: uint64(m), Sequence: f.spent[signer{uint32(coop), uint64(m)}],
				Expiry: uint64(f.height()) + 1000, Kind: k.Number, Payload: tx.Encode(a),
			}
		}
	}
	f.t.Fatalf("no kind of action is called %T", a)
	return tx.Body{}
}

func (f *fed) sign(coop state.Coop, m state.Member, a state.Action) []byte {
	return tx.Sign(fedKey(coop, m), f.body(coop, m, a))
}

// carried has the two officers of a co-op decide an action by its n-th motion: the
// transactions of a proposal and of both casts.
func (f *fed) carried(coop state.Coop, n ballot.Number, a state.Action) [][]byte {
	does := f.body(coop, 1, a)
	f.spent[signer{uint32(coop), 1}]-- // it is not signed
	cast := ballot.Cast{Motion: n, Paper: ballot.Yes.Paper()}
	return [][]byte{
		f.sign(coop, 1, ballot.Propose{Kind: 3, Title: "Two officers", Action: []ballot.Carried{{Kind: does.Kind, Payload: does.Payload}}}),
		f.sign(coop, 1, cast), f.sign(coop, 2, cast),
	}
}

func (f *fed) request(txs ...[]byte) *abci.RequestFinalizeBlock {
	f.now = f.now.Add(time.Minute)
	return &abci.RequestFinalizeBlock{Height: f.height() + 1, Time: f.now, Txs: txs}
}

// decide executes and commits a block.
func (f *fed) decide(r *abci.RequestFinalizeBlock) *abci.ResponseFinalizeBlock {
	f.t.Helper()
	res, err := f.app.FinalizeBlock(context.Background(), r)
	if err != nil {
		f.t.Fatal(err)
	}
	if _, err := f.app.Commit(context.Background(), &abci.RequestCommit{}); err != nil {
		f.t.Fatal(err)
	}
	return res
}

func (f *fed) block(txs ...[]byte) *abci.ResponseFinalizeBlock { return f.decide(f.request(txs...)) }

// must is block for transactions that have to be accepted.
func (f *fed) must(txs ...[]byte) *abci.ResponseFinalizeBlock {
	f.t.Helper()
	res := f.block(txs...)
	for i, r := range res.TxResults {
		if r.Code != 0 {
			f.t.Fatalf("transaction %d: %d %s", i, r.Code, r.Log)
		}
	}
	return res
}

// apply is an application under a key that no one has.
func (f *fed) apply(coop state.Coop, n byte) member.Apply {
	key := tx.NewPrivateKey(bytes.Repeat([]byte{0xaa, n}, tx.SeedSize/2))
	return member.Apply{Entry: member.Entry{Key: key.Public(), Class: 1}, Possession: key.Possession(fedChain, uint32(coop))}
}

func (f *fed) view() *store.View {
	f.t.Helper()
	v, err := f.app.Ledger().View(0)
	if err != nil {
		f.t.Fatal(err)
	}
	return v
}

func (f *fed) sound() {
	f.t.Helper()
	if err := f.app.Fsck(); err != nil {
		f.t.Fatal(err)
	}
}
