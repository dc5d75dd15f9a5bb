package app

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"

	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/federation"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/tx"
)

var ctx = context.Background()

// A genesis file that does not fit its founding document founds nothing.
func TestInitChainRefuses(t *testing.T) {
	for _, row := range []struct {
		name  string
		spoil func(r *abci.RequestInitChain, g *federation.Genesis)
		says  string
	}{
		{"height", func(r *abci.RequestInitChain, g *federation.Genesis) { r.InitialHeight, r.AppStateBytes = 2, nil }, "begins at height 2"},
		{"no document", func(r *abci.RequestInitChain, g *federation.Genesis) { r.AppStateBytes, r.Validators = nil, nil }, "reading the founding document"},
		{"unknown field", func(r *abci.RequestInitChain, g *federation.Genesis) {
			r.AppStateBytes = []byte(`{"federation":"x","quorum":1}`)
		}, `unknown field "quorum"`},
		{"trailing bytes", func(r *abci.RequestInitChain, g *federation.Genesis) {
			r.AppStateBytes = append(r.AppStateBytes[:len(r.AppStateBytes):len(r.AppStateBytes)], `}`...)
		}, "after the founding document"},
		{"no co-ops", func(r *abci.RequestInitChain, g *federation.Genesis) { r.AppStateBytes = []byte(`{"federation":"x"}`) }, "names 0 co-ops"},
		{"a validator too few", func(r *abci.RequestInitChain, g *federation.Genesis) { r.Validators = r.Validators[:1] }, "1 validators and its founding document names 2"},
		{"a co-op's validator left out", func(r *abci.RequestInitChain, g *federation.Genesis) { g.Coops[1].Validator = nil }, "2 validators and its founding document names 1"},
		{"no co-op has a validator", func(r *abci.RequestInitChain, g *federation.Genesis) {
			g.Coops[0].Validator, g.Coops[1].Validator, r.Validators = nil, nil, nil
		}, "gives 0 co-ops a validator, from 1 to 128 can have one"},
		{"power", func(r *abci.RequestInitChain, g *federation.Genesis) {
			r.Validators[1] = abci.Ed25519ValidatorUpdate(validatorKey(9, 0), 2)
		}, "power 2"},
		{"no power", func(r *abci.RequestInitChain, g *federation.Genesis) { r.Validators[1].Power = 0 }, "power 0"},
		{"a foreign validator", func(r *abci.RequestInitChain, g *federation.Genesis) {
			r.Validators[1] = abci.Ed25519ValidatorUpdate(validatorKey(9, 0), federation.Power)
		}, "is not among the genesis file's validators"},
		{"one validator twice", func(r *abci.RequestInitChain, g *federation.Genesis) { r.Validators[1] = r.Validators[0] }, "is not among"},
		{"no name", func(r *abci.RequestInitChain, g *federation.Genesis) { g.Federation = "" }, "name is empty"},
		{"one validator for two", func(r *abci.RequestInitChain, g *federation.Genesis) {
			g.Coops[1].Validator, r.Validators[1] = federation.ValidatorOf(validatorSecret(1, 0), fedChain, 2), r.Validators[0]
		}, "serves or has served"},
		{"a validator without proof", func(r *abci.RequestInitChain, g *federation.Genesis) { g.Coops[1].Validator.Proof = "" }, "the proof is not that of key rochdaleval1"},
		{"a proof for another chain", func(r *abci.RequestInitChain, g *federation.Genesis) { r.ChainId += "-2" }, "the proof is not that of key rochdaleval1"},
		{"a founder without proof", func(r *abci.RequestInitChain, g *federation.Genesis) { g.Coops[1].Members[0].Proof = "" }, "founder 1 has none"},
		{"one member twice", func(r *abci.RequestInitChain, g *federation.Genesis) { g.Coops[0].Members[1] = g.Coops[0].Members[0] }, "on this register"},
		{"an unknown action", func(r *abci.RequestInitChain, g *federation.Genesis) {
			g.Coops[0].Charter.Grants[0].Actions = []string{"member.Praise"}
		}, `unknown action "member.Praise"`},
	} {
		t.Run(row.name, func(t *testing.T) {
			f := &fed{t: t, fs: vfs.NewMem()}
			f.open()
			g, validators := fedGenesis(t, 2)
			r := initRequest(t, g, validators)
			before := r.AppStateBytes
			row.spoil(r, &g)
			if again := initRequest(t, g, nil).AppStateBytes; !bytes.Equal(again, before) {
				r.AppStateBytes = again // the document was spoiled
			}
			_, err := f.app.InitChain(ctx, r)
			if err == nil || !strings.Contains(err.Error(), row.says) {
				t.Errorf("got %v, want %q", err, row.says)
			}
			if tip := f.app.Ledger().Tip(); tip.Height != 0 {
				t.Errorf("height is %d", tip.Height)
			}
		})
	}
}

func (f *fed) check(raw []byte) *abci.ResponseCheckTx {
	f.t.Helper()
	res, err := f.app.CheckTx(ctx, &abci.RequestCheckTx{Tx: raw})
	if err != nil {
		f.t.Fatal(err)
	}
	return res
}

// What CheckTx answers is what the next block answers; asking changes nothing.
func TestCheckTxForetells(t *testing.T) {
	f := newFed(t, 2, Options{})
	stranger := tx.Sign(fedKey(1, 9), tx.Body{Chain: fedChain, Coop: 1, Signer: 9, Sequence: 1, Expiry: 9, Kind: member.KindResign, Payload: tx.Encode(member.Resign{Member: 9})})
	forged := tx.Sign(fedKey(1, 3), tx.Body{Chain: fedChain, Coop: 1, Signer: 2, Sequence: 1, Expiry: 9, Kind: member.KindResign, Payload: tx.Encode(member.Resign{Member: 2})})
	for _, row := range []struct {
		name string
		raw  []byte
		want uint32
	}{
		{"accepted", f.sign(1, 1, f.apply(1, 1)), 0},
		{"replayed", f.sign(1, 1, f.apply(1, 2)), 0},
		{"no authority", f.sign(1, 3, f.apply(1, 3)), state.ErrAuthority.Code},
		{"stranger", stranger, state.ErrSigner.Code},
		{"forged", forged, state.ErrSignature.Code},
		{"junk", []byte("junk"), state.ErrMalformed.Code},
		{"oversized", make([]byte, tx.MaxSize+1), state.ErrSize.Code},
		{"refused by its room", f.sign(1, 1, member.Reinstate{Member: 99}), member.ErrUnknown.Code},
	} {
		hash := f.app.Ledger().Tip().Hash
		checked := f.check(row.raw)
		if again := f.check(row.raw); again.Code != checked.Code {
			t.Errorf("%s: checked %d, then %d", row.name, checked.Code, again.Code)
		}
		if !bytes.Equal(hash, f.app.Ledger().Tip().Hash) {
			t.Errorf("%s: checking changed the state", row.name)
		}
		res := f.block(row.raw).TxResults[0]
		if checked.Code != row.want || res.Code != row.want || !bytes.Equal(checked.Data, res.Data) {
			t.Errorf("%s: checked %d %x, executed %d %x, want %d", row.name, checked.Code, checked.Data, res.Code, res.Data, row.want)
		}
		if row.name == "replayed" {
			if c, b := f.check(row.raw).Code, f.block(row.raw).TxResults[0].Code; c != state.ErrSequence.Code || b != c {
				t.Errorf("replayed: checked %d, executed %d", c, b)
			}
		}
	}
	f.sound()
}

// The engine is told of another version of the rules by the block that is the
// first made by them, and by no other; of the first version it knows.
func TestVersionIsTold(t *testing.T) {
	f := &fed{t: t, fs: vfs.NewMem(), coops: 1, now: time.Unix(1_700_000_000, 0), spent: map[signer]uint64{}}
	f.open()
	g, validators := fedGenesis(t, 1)
	if _, err := f.app.InitChain(ctx, initRequest(t, g, validators)); err != nil {
		t.Fatal(err)
	}
	var told []uint64
	block := func() {
		version := uint64(0)
		if params := f.block().ConsensusParamUpdates; params != nil {
			version = params.Version.App
		}
		told = append(told, version)
	}
	block()
	rules := f.app.Ledger().Rules()
	rules.Version = 2
	rules.EndBlock = append(slices.Clone(rules.EndBlock), func(c *state.Ctx) error {
		if c.Height() != 2 {
			return nil
		}
		return state.Appoint(c, state.Upgrade{Version: 2, Height: 4, Program: "rochdale 2"})
	})
	var err error
	if f.app, err = f.app.Reload(rules); err != nil {
		t.Fatal(err)
	}
	for range 4 {
		block()
	}
	if want := []uint64{0, 0, 0, 2, 0}; !slices.Equal(told, want) {
		t.Errorf("the engine is told of versions %v, want %v", told, want)
	}
}

// What is remembered of transactions changes no result: not when it is warm, not when a
// key changes between check and block, not when there is none.
func TestSignatureMemoryChangesNothing(t *testing.T) {
	warm, cold := newFed(t, 2, Options{}), newFed(t, 2, Options{Forget: true})
	fresh := tx.NewPrivateKey(bytes.Repeat([]byte{7}, tx.SeedSize))
	rekey := member.Rekey{Member: 2, Key: fresh.Public(), Possession: fresh.Possession(fedChain, 1)}
	first := warm.sign(1, 2, rekey)
	stale := warm.sign(1, 2, ballot.Propose{Kind: 1, Title: "By the old key"})
	body := warm.body(1, 2, ballot.Propose{Kind: 1, Title: "By the new key"})
	body.Sequence--
	renewed := tx.Sign(fresh, body)
	forged := tx.Sign(fedKey(1, 5), warm.body(1, 3, ballot.Propose{Kind: 1, Title: "Forged"}))
	// In the first block the key changes before what the old key signed. In the
	// second what was done is there again, and the sequences are spent.
	wantCodes := [][]uint32{
		{0, state.ErrSignature.Code, 0, state.ErrSignature.Code},
		{state.ErrSignature.Code, state.ErrSequence.Code, state.ErrSignature.Code, state.ErrSignature.Code},
		{0, 0},
	}
	for block, txs := range [][][]byte{
		{first, stale, renewed, forged},
		{stale, renewed, forged, first},
		{warm.sign(1, 1, warm.apply(1, 9)), warm.sign(2, 1, warm.apply(2, 9))},
	} {
		for _, raw := range txs {
			warm.check(raw)
		}
		w, c := warm.block(txs...), cold.block(txs...)
		for i := range txs {
			if want := wantCodes[block][i]; w.TxResults[i].Code != want {
				t.Errorf("block %d, transaction %d: code %d, want %d", block, i, w.TxResults[i].Code, want)
			}
			if w.TxResults[i].Code != c.TxResults[i].Code {
				t.Errorf("transaction %d: %d warm, %d cold", i, w.TxResults[i].Code, c.TxResults[i].Code)
			}
		}
		if !bytes.Equal(w.AppHash, c.AppHash) {
			t.Error("hashes differ")
		}
	}
	v := warm.view()
	defer v.Close()
	if totals, err := ballot.TotalsOf(v.Of(1)); err != nil || totals.Motions != 1 {
		t.Errorf("%d motions, %v: only the new key could put one", totals.Motions, err)
	}
	if m, _, err := ballot.Find(v.Of(1), 1); err != nil || m.Title != "By the new key" || m.Proposer != (state.Actor{Coop: 1, Member: 2}) {
		t.Errorf("motion 1 is %+v, %v", m, err)
	}
}

// FinalizeBlock may be asked again, for another proposal, and out of turn.
func TestFinalizeBlockAgain(t *testing.T) {
	f := newFed(t, 1, Options{})
	r := f.request(f.sign(1, 1, f.apply(1, 1)))
	one, err := f.app.FinalizeBlock(ctx, r)
	if err != nil {
		t.Fatal(err)
	}
	empty := *r
	empty.Txs, empty.Time = nil, r.Time.Add(time.Hour)
	if other, err := f.app.FinalizeBlock(ctx, &empty); err != nil || bytes.Equal(other.AppHash, one.AppHash) {
		t.Fatalf("an empty block: %v", err)
	}
	again := f.decide(r)
	if !bytes.Equal(one.AppHash, again.AppHash) {
		t.Error("the same block gave another hash")
	}
	for _, h := range []int64{f.height(), f.height() + 2} {
		if _, err := f.app.FinalizeBlock(ctx, &abci.RequestFinalizeBlock{Height: h, Time: r.Time}); err == nil {
			t.Errorf("executed height %d after %d", h, f.height())
		}
	}
	info, err := f.app.Info(ctx, nil)
	if err != nil || info.LastBlockHeight != f.height() || !bytes.Equal(info.LastBlockAppHash, again.AppHash) {
		t.Errorf("info %+v, %v", info, err)
	}
}

// A founding document of rules that the program lacks is refused beforehand; what
// has been founded is not looked at again.
func TestCheckGenesis(t *testing.T) {
	f := &fed{t: t, fs: vfs.NewMem()}
	f.open()
	g, validators := fedGenesis(t, 2)
	for version, want := range map[uint64]error{0: state.ErrVersion, 1: nil, 2: state.ErrVersion} {
		g.Version = version
		r := initRequest(t, g, validators)
		if err := f.app.CheckGenesis(r); !errors.Is(err, want) {
			t.Errorf("version %d: got %v, want %v", version, err, want)
		}
	}
	g.Version = 1
	for name, breaks := range map[string]func(*abci.RequestInitChain){
		"another height":     func(r *abci.RequestInitChain) { r.InitialHeight = 2 },
		"another power":      func(r *abci.RequestInitChain) { r.Validators[1].Power = 1 },
		"a validator less":   func(r *abci.RequestInitChain) { r.Validators = r.Validators[:1] },
		"one of no co-op":    func(r *abci.RequestInitChain) { r.Validators[1] = r.Validators[0] },
		"no document":        func(r *abci.RequestInitChain) { r.AppStateBytes = []byte("{}") },
		"something after it": func(r *abci.RequestInitChain) { r.AppStateBytes = append(r.AppStateBytes, '1') },
	} {
		r := initRequest(t, g, slices.Clone(validators))
		breaks(r)
		if err := f.app.CheckGenesis(r); err == nil {
			t.Errorf("%s: accepted", name)
		}
		if err := CheckGenesis(r); err == nil {
			t.Errorf("%s: accepted in memory", name)
		}
	}
	if err := CheckGenesis(initRequest(t, g, validators)); err != nil {
		t.Error(err)
	}
	if tip := f.app.Ledger().Tip(); tip.Height != 0 {
		t.Errorf("height is %d", tip.Height)
	}
	if err := newFed(t, 1, Options{}).app.CheckGenesis(&abci.RequestInitChain{ChainId: "another"}); err != nil {
		t.Errorf("of a federation that is founded: %v", err)
	}
}
