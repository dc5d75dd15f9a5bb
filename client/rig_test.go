package client

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	abci "github.com/cometbft/cometbft/abci/types"
	cmted25519 "github.com/cometbft/cometbft/crypto/ed25519"
	cmtbytes "github.com/cometbft/cometbft/libs/bytes"
	"github.com/cometbft/cometbft/libs/log"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	cmtversion "github.com/cometbft/cometbft/proto/tendermint/version"
	ctypes "github.com/cometbft/cometbft/rpc/core/types"
	rpcserver "github.com/cometbft/cometbft/rpc/jsonrpc/server"
	rpctypes "github.com/cometbft/cometbft/rpc/jsonrpc/types"
	"github.com/cometbft/cometbft/types"
	"github.com/cometbft/cometbft/version"

	"github.com/rochdale-ledger/rochdale/app"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/federation"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/tx"
)

const (
	rigChain = "anytown-1"
	rigCoops = 4
	founders = 5 // members of each co-op
)

// A rig is a federation without a network: the real application over a file
// system in memory, blocks made by hand and signed by four validators,
// and CometBFT's own JSON-RPC server before it.
type rig struct {
	t       testing.TB
	app     *app.App
	genesis []byte // the genesis file
	signers

	mu      sync.Mutex // the server's goroutines look at what blocks write
	time    time.Time
	hash    []byte                // app hash of the last block
	sealed  []*types.SignedHeader // of heights 1, 2, …
	terms   map[int64]signers     // who signs from a height on, if not those who founded it
	dropped int64                 // blocks up to this height are kept no more
	pool    [][]byte              // sent, in no block yet
	cached  map[[32]byte]bool
	down    bool                                          // answers no call
	swallow bool                                          // takes transactions and loses them
	lie     func(*abci.RequestQuery, *abci.ResponseQuery) // changes answers to queries
	url     string
}

// signers are validators who sign headers, in the order of their set.
type signers struct {
	set  *types.ValidatorSet
	keys []cmted25519.PrivKey
}

func newSigners(keys ...cmted25519.PrivKey) (s signers) {
	var validators []*types.Validator
	byAddress := map[string]cmted25519.PrivKey{}
	for _, k := range keys {
		v := types.NewValidator(k.PubKey(), federation.Power)
		validators, byAddress[string(v.Address)] = append(validators, v), k
	}
	s.set = types.NewValidatorSet(validators)
	for _, v := range s.set.Validators {
		s.keys = append(s.keys, byAddress[string(v.Address)])
	}
	return s
}

// memberKey is the key of a founder of the rig.
func memberKey(coop, m int) tx.PrivateKey {
	seed := sha256.Sum256(fmt.Appendf(nil, "member %d of co-op %d", m, coop))
	return tx.NewPrivateKey(seed[:])
}

// rigResults is for how many heights a rig's node keeps results.
const rigResults = 500

func newRig(t testing.TB) *rig {
	t.Helper()
	r := &rig{t: t, time: time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC), cached: map[[32]byte]bool{}}
	preset, err := charter.Preset("standard")
	check(t, err)
	g := federation.Genesis{Version: 1, Federation: "Anytown"}
	doc := types.GenesisDoc{ChainID: rigChain, GenesisTime: r.time, InitialHeight: 1}
	var keys []cmted25519.PrivKey
	for i := range rigCoops {
		key := cmted25519.GenPrivKeyFromSecret(fmt.Appendf(nil, "validator %d", i))
		keys = append(keys, key)
		doc.Validators = append(doc.Validators, types.GenesisValidator{PubKey: key.PubKey(), Power: federation.Power})
		coop := federation.GenesisCoop{
			Name: []string{"Weavers", "Bakers & Co", "Dairy", "Printers"}[i], Charter: preset,
			Validator: federation.ValidatorOf(tx.NewPrivateKey(key[:tx.SeedSize]), rigChain, state.Coop(i+1)),
			Shares:    []federation.GenesisClass{{Number: 1, Name: "member share", Par: 1000, MaxHolding: 500}},
		}
		for m := range founders {
			fm := federation.FounderOf(memberKey(i+1, m+1), rigChain, state.Coop(i+1))
			if m == 0 {
				fm.Offices = []charter.Office{charter.Secretary, charter.Treasurer}
			}
			coop.Members = append(coop.Members, fm)
		}
		g.Coops = append(g.Coops, coop)
	}
	doc.AppState, err = json.Marshal(g)
	check(t, err)
	check(t, doc.ValidateAndComplete())
	r.signers = newSigners(keys...)
	r.genesis = genesisFile(t, doc)
	r.app, err = app.Open("state", app.Options{FS: vfs.NewMem(), Results: rigResults})
	check(t, err)
	t.Cleanup(func() { check(t, r.app.Close()) })
	init := &abci.RequestInitChain{ChainId: rigChain, Time: r.time, InitialHeight: 1, AppStateBytes: doc.AppState}
	for _, v := range r.set.Validators {
		init.Validators = append(init.Validators, abci.Ed25519ValidatorUpdate(v.PubKey.Bytes(), federation.Power))
	}
	res, err := r.app.InitChain(t.Context(), init)
	check(t, err)
	r.hash = res.AppHash
	r.serve()
	return r
}

func genesisFile(t testing.TB, doc types.GenesisDoc) []byte {
	t.Helper()
	path := t.TempDir() + "/genesis.json"
	check(t, doc.SaveAs(path))
	return readFile(t, path)
}

// fill enters batches of members, as many as one holds, and returns the number of
// the last.
func (r *rig) fill(c *Client, coop, batches int) (last int) {
	r.t.Helper()
	last = founders
	var imports []ballot.Propose
	for range batches {
		var batch member.Import
		for range member.MaxImport {
			last++
			batch.Entries = append(batch.Entries, member.Entry{Key: memberKey(coop, last).Public(), Class: 1})
		}
		imports = append(imports, ballot.Propose{Kind: 4, Title: "Take over", Action: []ballot.Carried{{Kind: member.KindImport, Payload: tx.Encode(batch)}}})
	}
	for _, m := range imports { // all before one is carried, so that founders decide each
		raw, err := signer(coop, 1).Sign(r.t.Context(), c, ballot.KindPropose, m)
		check(r.t, err)
		same(r.t, "codes", r.block(raw), []uint32{0})
	}
	for i := range imports {
		for m := 1; m <= founders/2+1; m++ {
			raw, err := signer(coop, m).Sign(r.t.Context(), c, ballot.KindCast, ballot.Cast{Motion: ballot.Number(i + 1), Paper: ballot.Yes.Paper()})
			check(r.t, err)
			same(r.t, "codes", r.block(raw), []uint32{0})
		}
	}
	return last
}

// block makes the next block of what was sent and of raws, a minute later, and
// returns the codes of its transactions.
func (r *rig) block(raws ...[]byte) (codes []uint32) {
	r.t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	raws = append(r.pool, raws...)
	r.pool = nil
	height := int64(len(r.sealed) + 1)
	if height > 1 { // the engine gives the first block the time of the founding
		r.time = r.time.Add(time.Minute)
	}
	r.sealed = append(r.sealed, r.signedHeader(height, raws))
	res, err := r.app.FinalizeBlock(context.Background(), &abci.RequestFinalizeBlock{Height: height, Time: r.time, Txs: raws})
	check(r.t, err)
	_, err = r.app.Commit(context.Background(), nil)
	check(r.t, err)
	r.hash = res.AppHash
	for _, t := range res.TxResults {
		codes = append(codes, t.Code)
	}
	return codes
}

// signedHeader is the header of a block with the state before it, signed by all.
func (r *rig) signedHeader(height int64, raws [][]byte) *types.SignedHeader {
	var txs types.Txs
	for _, raw := range raws {
		txs = append(txs, raw)
	}
	digest := func(s string) []byte { d := sha256.Sum256([]byte(s)); return d[:] }
	h := &types.Header{
		Version: cmtversion.Consensus{Block: version.BlockProtocol, App: app.Version},
		ChainID: rigChain, Height: height, Time: r.time,
		LastCommitHash: digest("last commit"), DataHash: txs.Hash(),
		ValidatorsHash: r.signersAt(height).set.Hash(), NextValidatorsHash: r.signersAt(height + 1).set.Hash(), ConsensusHash: digest("params"),
		AppHash: r.hash, LastResultsHash: digest("results"), EvidenceHash: digest(""),
		ProposerAddress: r.signersAt(height).set.Validators[0].Address,
	}
	if height > 1 {
		h.LastBlockID = r.sealed[height-2].Commit.BlockID
	}
	return &types.SignedHeader{Header: h, Commit: r.signersAt(height).sign(r.t, h)}
}

// signersAt are those who sign a height.
func (r *rig) signersAt(height int64) signers {
	for ; height > 0; height-- {
		if s, ok := r.terms[height]; ok {
			return s
		}
	}
	return r.signers
}

// replace has the validators sign from the height after the next one on, as the engine
// does it, in which the one numbered out (from 0, in order of the keys) is replaced by
// a new one. It makes these two blocks.
func (r *rig) replace(out, in int) {
	r.t.Helper()
	r.with(func() {
		height := int64(len(r.sealed)) + 2
		old := cmted25519.GenPrivKeyFromSecret(fmt.Appendf(nil, "validator %d", out))
		var keys []cmted25519.PrivKey
		for _, k := range r.signersAt(height).keys {
			if !k.Equals(old) {
				keys = append(keys, k)
			}
		}
		if r.terms == nil {
			r.terms = map[int64]signers{}
		}
		r.terms[height] = newSigners(append(keys, cmted25519.GenPrivKeyFromSecret(fmt.Appendf(nil, "validator %d", in)))...)
	})
	r.block()
	r.block()
}

// sign makes the commit of a header, signed by all.
func (s signers) sign(t testing.TB, h *types.Header) *types.Commit {
	id := types.BlockID{Hash: h.Hash(), PartSetHeader: types.PartSetHeader{Total: 1, Hash: h.DataHash}}
	c := &types.Commit{Height: h.Height, Round: 1, BlockID: id}
	for i, key := range s.keys {
		vote := &types.Vote{
			Type: cmtproto.PrecommitType, Height: h.Height, Round: 1, BlockID: id,
			Timestamp:        h.Time.Add(time.Duration(i+1) * time.Millisecond),
			ValidatorAddress: s.set.Validators[i].Address, ValidatorIndex: int32(i),
		}
		sig, err := key.Sign(types.VoteSignBytes(h.ChainID, vote.ToProto()))
		check(t, err)
		vote.Signature = sig
		c.Signatures = append(c.Signatures, vote.CommitSig())
	}
	return c
}

// serve answers JSON-RPC as a node does.
func (r *rig) serve() {
	mux := http.NewServeMux()
	rpcserver.RegisterRPCFuncs(mux, map[string]*rpcserver.RPCFunc{
		"abci_query":        rpcserver.NewRPCFunc(r.query, "path,data,height,prove"),
		"header":            rpcserver.NewRPCFunc(r.headerOf, "height"),
		"status":            rpcserver.NewRPCFunc(r.status, ""),
		"genesis":           rpcserver.NewRPCFunc(r.genesisOf, ""),
		"commit":            rpcserver.NewRPCFunc(r.commitOf, "height"),
		"validators":        rpcserver.NewRPCFunc(r.validatorsOf, "height,page,per_page"),
		"broadcast_tx_sync": rpcserver.NewRPCFunc(r.broadcast, "tx"),
	}, log.NewNopLogger())
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		r.mu.Lock()
		down := r.down
		r.mu.Unlock()
		if down {
			panic(http.ErrAbortHandler) // breaks the connection
		}
		mux.ServeHTTP(w, q)
	}))
	r.t.Cleanup(server.Close)
	r.url = server.URL
}

func (r *rig) with(change func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	change()
}

func (r *rig) query(_ *rpctypes.Context, path string, data cmtbytes.HexBytes, height int64, prove bool) (*ctypes.ResultABCIQuery, error) {
	q := &abci.RequestQuery{Path: path, Data: data, Height: height, Prove: prove}
	res, err := r.app.Query(context.Background(), q)
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	lie := r.lie
	r.mu.Unlock()
	if lie != nil {
		lie(q, res)
	}
	return &ctypes.ResultABCIQuery{Response: *res}, nil
}

func (r *rig) at(height *int64) (*types.SignedHeader, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	h := int64(len(r.sealed))
	if height != nil {
		h = *height
	}
	if h <= r.dropped {
		return nil, fmt.Errorf("height %d is not available, lowest height is %d", h, r.dropped+1)
	}
	if h < 1 || h > int64(len(r.sealed)) {
		return nil, fmt.Errorf("height %d must be less than or equal to the current blockchain height %d", h, len(r.sealed))
	}
	return r.sealed[h-1], nil
}

func (r *rig) headerOf(_ *rpctypes.Context, height *int64) (*ctypes.ResultHeader, error) {
	s, err := r.at(height)
	if err != nil {
		return nil, err
	}
	return &ctypes.ResultHeader{Header: s.Header}, nil
}

func (r *rig) commitOf(_ *rpctypes.Context, height *int64) (*ctypes.ResultCommit, error) {
	s, err := r.at(height)
	if err != nil {
		return nil, err
	}
	return ctypes.NewResultCommit(s.Header, s.Commit, true), nil
}

func (r *rig) validatorsOf(_ *rpctypes.Context, height *int64, page, perPage *int) (*ctypes.ResultValidators, error) {
	// Two a page, whatever is asked for, so that clients have to turn pages.
	r.mu.Lock()
	defer r.mu.Unlock()
	all := r.signersAt(*height).set.Validators
	part := all[(*page-1)*2 : min(*page*2, len(all))]
	return &ctypes.ResultValidators{BlockHeight: *height, Validators: part, Count: len(part), Total: len(all)}, nil
}

func (r *rig) status(_ *rpctypes.Context) (*ctypes.ResultStatus, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return &ctypes.ResultStatus{SyncInfo: ctypes.SyncInfo{EarliestBlockHeight: r.dropped + 1, LatestBlockHeight: int64(len(r.sealed))}}, nil
}

func (r *rig) genesisOf(_ *rpctypes.Context) (*ctypes.ResultGenesis, error) {
	doc, err := types.GenesisDocFromJSON(r.genesis)
	return &ctypes.ResultGenesis{Genesis: doc}, err
}

func (r *rig) broadcast(_ *rpctypes.Context, raw types.Tx) (*ctypes.ResultBroadcastTx, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.cached[tx.ID(raw)] {
		return nil, errors.New("tx already seen")
	}
	res, err := r.app.CheckTx(context.Background(), &abci.RequestCheckTx{Tx: raw})
	if err != nil {
		return nil, err
	}
	if res.Code == 0 && !r.swallow {
		r.cached[tx.ID(raw)] = true
		r.pool = append(r.pool, slices.Clone(raw))
	}
	return &ctypes.ResultBroadcastTx{Code: res.Code, Log: res.Log, Hash: raw.Hash()}, nil
}

// dial connects to the rig.
func (r *rig) dial() *Client {
	r.t.Helper()
	c, err := Dial(r.url)
	check(r.t, err)
	return c
}

// signer signs for a founder.
func signer(coop, m int) *Signer {
	return &Signer{Chain: rigChain, Coop: stateCoop(coop), Member: stateMember(m), Key: memberKey(coop, m)}
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func same(t testing.TB, what string, got, want any) {
	t.Helper()
	g, w := fmt.Sprintf("%#v", got), fmt.Sprintf("%#v", want)
	if g != w {
		t.Errorf("%s: got %s, want %s", what, g, w)
	}
}
