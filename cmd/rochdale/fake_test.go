package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/cometbft/cometbft/libs/bytes"
	cmtlog "github.com/cometbft/cometbft/libs/log"
	ctypes "github.com/cometbft/cometbft/rpc/core/types"
	"github.com/cometbft/cometbft/rpc/jsonrpc/server"
	rpctypes "github.com/cometbft/cometbft/rpc/jsonrpc/types"
	"github.com/cometbft/cometbft/types"
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/rochdale-ledger/rochdale/app"
	"github.com/rochdale-ledger/rochdale/client"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/federation"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/statetest"
	"github.com/rochdale-ledger/rochdale/tx"
)

// fakeChain and fakeStart are the federation and the first moment of every
// ledger that a script sees.
const (
	fakeChain = "anytown-1"
	fakeStart = 1767258000 // 2026-01-01 09:00 UTC
)

// A fakeNode is the machine itself behind CometBFT's calls, without consensus:
// a transaction that passes is a block at once, one second after the last. A
// script moves its clock with "advance".
type fakeNode struct {
	mu    sync.Mutex // guards all below
	app   *app.App
	times []int64 // of block 1, 2, …
	gone  bool    // it answers questions and takes no transactions, but for
	spare int     // so many
}

// founders of co-op 1, in the order of their numbers.
var founders = []struct {
	name    string
	offices []charter.Office
}{
	{"ada", []charter.Office{charter.Secretary}},
	{"bert", []charter.Office{charter.Treasurer}},
	{"carol", []charter.Office{charter.ReturningOfficer, charter.Chair}},
	{"dan", nil},
	{"eve", nil},
}

// fakeKey is the key that a name has in every script.
func fakeKey(name string) client.Key {
	k := client.KeyFromSeed(sha256.Sum256([]byte(name)))
	k.Label = name
	return k
}

func fakeGenesis(trial bool) (federation.Genesis, []abci.ValidatorUpdate, error) {
	doc, err := charter.Preset("standard")
	if err != nil {
		return federation.Genesis{}, nil, err
	}
	doc.Policy.Alone = 5_000_000
	for i, g := range doc.Grants {
		if slices.Contains(g.Actions, "member.Suspend") || slices.Contains(g.Actions, "member.Reinstate") {
			doc.Grants[i].Offices = append(g.Offices, charter.Secretary)
		}
	}
	if trial {
		doc.Grants = append(doc.Grants, charter.NamedGrant{Actions: []string{"federation.Advance"}, GrantText: charter.GrantText{Members: true}})
	}
	g := federation.Genesis{Version: 1, Federation: "Anytown", Trial: trial}
	var validators []abci.ValidatorUpdate
	for i, name := range []string{"Delcer School Co-op", "Millbrook Housing Co-op"} {
		key := fakeKey(name).Signing()
		validator := federation.ValidatorOf(key, fakeChain, state.Coop(i+1))
		validator.Peer, validator.Address = "peer", fmt.Sprintf("node%d.example:26656", i+1)
		validators = append(validators, abci.Ed25519ValidatorUpdate(key.Validator(), federation.Power))
		g.Coops = append(g.Coops, federation.GenesisCoop{
			Name: name, Charter: doc, Shares: []federation.GenesisClass{{Number: 1, Name: "member share", Par: 1000, MaxHolding: 100}},
			Validator: validator,
		})
	}
	for _, f := range founders {
		founder := federation.FounderOf(fakeKey(f.name).Signing(), fakeChain, 1)
		founder.Offices = f.offices
		g.Coops[0].Members = append(g.Coops[0].Members, founder)
	}
	zoe := federation.FounderOf(fakeKey("zoe").Signing(), fakeChain, 2)
	zoe.Offices = []charter.Office{charter.Secretary}
	g.Coops[1].Members = []federation.GenesisMember{zoe}
	return g, validators, nil
}

func newFakeNode(trial bool) (*fakeNode, error) {
	a, err := app.Open("", app.Options{FS: vfs.NewMem()})
	if err != nil {
		return nil, err
	}
	g, validators, err := fakeGenesis(trial)
	if err != nil {
		return nil, err
	}
	raw, err := json.Marshal(g)
	if err != nil {
		return nil, err
	}
	_, err = a.InitChain(context.Background(), &abci.RequestInitChain{
		ChainId: fakeChain, Time: time.Unix(fakeStart, 0), InitialHeight: 1, AppStateBytes: raw, Validators: validators,
	})
	if err != nil {
		return nil, err
	}
	f := &fakeNode{app: a}
	return f, f.block(0)
}

// block executes one block, seconds after the last.
func (f *fakeNode) block(seconds int64, txs ...[]byte) error {
	at := int64(fakeStart)
	if n := len(f.times); n > 0 {
		at = f.times[n-1] + seconds
	}
	ctx := context.Background()
	f.times = append(f.times, at)
	_, err := f.app.FinalizeBlock(ctx, &abci.RequestFinalizeBlock{Height: int64(len(f.times)), Time: time.Unix(at, 0), Txs: txs})
	if err == nil {
		_, err = f.app.Commit(ctx, nil)
	}
	return err
}

func (f *fakeNode) query(_ *rpctypes.Context, path string, data bytes.HexBytes, height int64, prove bool) (*ctypes.ResultABCIQuery, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	res, err := f.app.Query(context.Background(), &abci.RequestQuery{Path: path, Data: data, Height: height, Prove: prove})
	if err != nil {
		return nil, err
	}
	return &ctypes.ResultABCIQuery{Response: *res}, nil
}

func (f *fakeNode) broadcast(_ *rpctypes.Context, raw types.Tx) (*ctypes.ResultBroadcastTx, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	res, err := f.app.CheckTx(context.Background(), &abci.RequestCheckTx{Tx: raw})
	if err != nil {
		return nil, err
	}
	if res.Code == 0 {
		err = f.block(1, raw)
	}
	return &ctypes.ResultBroadcastTx{Code: res.Code, Data: res.Data, Log: res.Log, Hash: raw.Hash()}, err
}

func (f *fakeNode) header(_ *rpctypes.Context, height *int64) (*ctypes.ResultHeader, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if height == nil || *height < 1 || *height > int64(len(f.times)) {
		return nil, errors.New("no such height")
	}
	return &ctypes.ResultHeader{Header: &types.Header{Height: *height, Time: time.Unix(f.times[*height-1], 0)}}, nil
}

// cmdLedger is "ledger": it starts a node for this script alone, and puts the
// keys of the founders and of some who are nobody yet into the script's home.
func cmdLedger(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) > 1 || (len(args) == 1 && args[0] != "trial") {
		ts.Fatalf("usage: ledger [trial]")
	}
	f, err := newFakeNode(len(args) == 1)
	ts.Check(err)
	mux := http.NewServeMux()
	answer := func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		f.mu.Lock()
		gone := f.gone && strings.Contains(string(body), "broadcast")
		if gone && f.spare > 0 {
			gone, f.spare = false, f.spare-1
		}
		f.mu.Unlock()
		if err != nil || gone {
			panic(http.ErrAbortHandler) // cuts the connection
		}
		r.Body = io.NopCloser(strings.NewReader(string(body)))
		mux.ServeHTTP(w, r)
	}
	server.RegisterRPCFuncs(mux, map[string]*server.RPCFunc{
		"abci_query":        server.NewRPCFunc(f.query, "path,data,height,prove"),
		"broadcast_tx_sync": server.NewRPCFunc(f.broadcast, "tx"),
		"header":            server.NewRPCFunc(f.header, "height"),
	}, cmtlog.NewNopLogger())
	node := httptest.NewServer(http.HandlerFunc(answer))
	ts.Defer(func() {
		node.Close()
		ts.Check(f.app.Close())
	})
	ts.Setenv(envNode, node.URL)
	ts.Setenv("FAKE_RPC", strings.TrimPrefix(node.URL, "http://"))
	ts.Setenv(envPassphrase, "correct horse battery")
	home := ts.Getenv(envHome)
	for _, name := range []string{"ada", "bert", "carol", "dan", "eve", "zoe", "fred", "gina"} {
		key := fakeKey(name)
		ts.Check(client.SaveKey(filepath.Join(keyDir(home), name+keyExt), "correct horse battery", key, client.MinWork))
		ts.Setenv(strings.ToUpper(name), key.Signing().Public().String())
		ts.Setenv(strings.ToUpper(name)+"_VALIDATOR", key.Signing().Validator().String())
	}
	// Dan's key again, with notes: right, of another member, of another chain.
	for name, note := range map[string]client.Key{
		"noted": {ChainID: fakeChain, Coop: 1, Member: 4}, "mistaken": {Coop: 1, Member: 3}, "foreign": {ChainID: "other-1"},
	} {
		key := fakeKey("dan")
		key.ChainID, key.Coop, key.Member = note.ChainID, note.Coop, note.Member
		ts.Check(client.SaveKey(filepath.Join(keyDir(home), name+keyExt), "correct horse battery", key, client.MinWork))
	}
	ts.Setenv("FRED_PROOF", hex.EncodeToString(fakeKey("fred").Signing().Possession(fakeChain, 1)))
	fakes.Store(ts.Getenv("WORK"), f)
}

// fakes are the nodes of the scripts that run, by working directory.
var fakes sync.Map

// fakeOf is the node that the script's ledger command started.
func fakeOf(ts *testscript.TestScript) *fakeNode {
	f, ok := fakes.Load(ts.Getenv("WORK"))
	if !ok {
		ts.Fatalf("this needs a ledger")
	}
	return f.(*fakeNode)
}

// cmdUnreachable is "unreachable [N]": the node takes no more transactions after the next
// N. "reachable" ends it.
func cmdUnreachable(gone bool) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, _ bool, args []string) {
		node := fakeOf(ts)
		node.mu.Lock()
		defer node.mu.Unlock()
		node.gone, node.spare = gone, 0
		if len(args) > 0 {
			n, err := strconv.Atoi(args[0])
			ts.Check(err)
			node.spare = n
		}
	}
}

// cmdForeign is "foreign FILE chain|expired|kind|sequence": it writes a
// transaction by dan in which only that is wrong.
func cmdForeign(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: foreign FILE chain|expired|kind|sequence")
	}
	node := fakeOf(ts)
	v, err := node.app.Ledger().View(0)
	ts.Check(err)
	defer v.Close()
	last, err := member.SequenceOf(v.Of(1), 4)
	ts.Check(err)
	body := tx.Body{
		Chain: fakeChain, Coop: 1, Signer: 4, Sequence: last + 1, Expiry: v.Height() + 10, Kind: share.KindSubscribe,
		Payload: tx.Encode(share.Subscribe{Member: 4, Class: 1, Units: 1}),
	}
	switch args[1] {
	case "chain":
		body.Chain = "other-1"
	case "expired":
		body.Expiry = 1
	case "kind":
		body.Kind = 0x7fff
	case "sequence":
		body.Sequence = last
	default:
		ts.Fatalf("%q is not wrong in any way known here", args[1])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), tx.Sign(fakeKey("dan").Signing(), body), 0o600))
}

// cmdAdvance is "advance DURATION [BLOCKS]": the next block is that much later, or each of
// the next so many. A day is 24h.
func cmdAdvance(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 && len(args) != 2 {
		ts.Fatalf("usage: advance DURATION [BLOCKS]")
	}
	d, err := time.ParseDuration(args[0])
	ts.Check(err)
	blocks := 1
	if len(args) == 2 {
		blocks, err = strconv.Atoi(args[1])
		ts.Check(err)
	}
	node := fakeOf(ts)
	node.mu.Lock()
	defer node.mu.Unlock()
	for range blocks {
		ts.Check(node.block(int64(d.Seconds())))
	}
}

// cmdKeys is "keys N FILE": it writes the register of N members whose keys no
// one has.
func cmdKeys(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 && (len(args) != 3 || args[2] != "numbered") {
		ts.Fatalf("usage: keys N FILE [numbered]")
	}
	n, err := strconv.Atoi(args[0])
	ts.Check(err)
	var b strings.Builder
	if len(args) == 3 {
		b.WriteString("number,joined,key\n")
		for i := range n {
			fmt.Fprintf(&b, "M%d,20%02d-03-01,%s\n", i+1, i%20, fakeKey(fmt.Sprint(i)).Signing().Public())
		}
		n = 0
	} else {
		b.WriteString("key,class,commitment\n")
	}
	for i := range n {
		fmt.Fprintf(&b, "%s,1,%x\n", fakeKey(fmt.Sprint(i)).Signing().Public(), sha256.Sum256([]byte{byte(i)}))
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(b.String()), 0o600))
}

// cmdPasskey is "passkey COOP KEY PROOF": it sets the variable KEY to a key that a phone
// holds as a passkey, and PROOF to what the phone signs to prove it to the co-op.
func cmdPasskey(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: passkey COOP KEY PROOF")
	}
	coop, err := strconv.ParseUint(args[0], 10, 32)
	ts.Check(err)
	phone := statetest.NewAuthenticator(helper{ts}, 7, "example.coop")
	ts.Setenv(args[1], phone.Public().String())
	ts.Setenv(args[2], hex.EncodeToString(phone.Assert(phone.Public().PossessionMessage(fakeChain, uint32(coop)))))
}

// helper is a script as the fixtures of rooms take it.
type helper struct{ *testscript.TestScript }

func (helper) Helper() {}
