package node_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	dbm "github.com/cometbft/cometbft-db"
	cmtstore "github.com/cometbft/cometbft/proto/tendermint/store"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	rpchttp "github.com/cometbft/cometbft/rpc/client/http"

	"github.com/cometbft/cometbft/store"
	"github.com/cometbft/cometbft/types"

	"github.com/rochdale-ledger/rochdale/node"
)

func signRecord(home string) string { return filepath.Join(home, "data", "priv_validator_state.json") }

// setRecord makes a home's record of signatures end at a height, round and step.
func setRecord(t *testing.T, home string, height int64, round, step int) {
	t.Helper()
	if err := os.WriteFile(signRecord(home), fmt.Appendf(nil, `{"height": "%d", "round": %d, "step": %d}`, height, round, step), 0o600); err != nil {
		t.Fatal(err)
	}
}

// signedHeight is where a home's record of signatures ends.
func signedHeight(t *testing.T, home string) int64 {
	t.Helper()
	data, err := os.ReadFile(signRecord(home))
	if err != nil {
		t.Fatal(err)
	}
	var record struct {
		Height int64 `json:"height,string"`
	}
	if err := json.Unmarshal(data, &record); err != nil {
		t.Fatal(err)
	}
	return record.Height
}

// TestRecordOlderThanBlocks: a record of signatures that ends before one that the
// node's own blocks hold is refused, before anything is signed; one that ends with it,
// or after it, is good.
func TestRecordOlderThanBlocks(t *testing.T) {
	cfg := lived(t)
	_, top, _ := keptBlocks(t, cfg.Home)
	for _, r := range []struct {
		height      int64
		round, step int
	}{{0, 0, 0}, {1, 0, 3}, {top - 1, 0, 3}, {top - 1, 7, 3}, {top, 0, 2}} {
		setRecord(t, cfg.Home, r.height, r.round, r.step)
		before, err := os.ReadFile(signRecord(cfg.Home))
		if err != nil {
			t.Fatal(err)
		}
		refused(t, cfg, node.ErrSignedElsewhere, fmt.Sprintf("under block %d (round 0)", top), fmt.Sprintf("ends at block %d (round %d)", r.height, r.round),
			"another machine runs the key", "restoring a backup")
		if err := node.CheckSigner(cfg.Home); !errors.Is(err, node.ErrSignedElsewhere) {
			t.Errorf("a check of the stopped node says %v", err)
		}
		if after, err := os.ReadFile(signRecord(cfg.Home)); err != nil || !bytes.Equal(after, before) {
			t.Errorf("the refused node wrote the record: %s, %v", after, err)
		}
	}
	for _, good := range []int64{top, top + 5} {
		setRecord(t, cfg.Home, good, 0, 3)
		if err := node.CheckSigner(cfg.Home); err != nil {
			t.Errorf("a check of a good record says %v", err)
		}
		cfg.P2P.Address = freePort(t)
		if err := mustStart(t, cfg).Stop(); err != nil {
			t.Fatal(err)
		}
	}
}

// TestKeyOnTwoMachines: a home with a copy of a validator's key, and with a record that
// is empty or that of some blocks ago, follows the chain until it meets a signature by
// the key. It signs nothing, says why, and does not start again; nothing is held against
// the validator, which goes on if it runs. Of two validators each has the power to halt
// the chain; of four, one may be down, and its signatures are under old blocks alone.
func TestKeyOnTwoMachines(t *testing.T) {
	for _, tt := range []struct {
		name       string
		validators int
		down       bool // the validator whose key is copied
		record     int64
	}{
		{"of two, empty record", 2, false, 0},
		{"of two, record of some blocks ago", 2, false, 3},
		{"of four, which is down", 4, true, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			homes, nodes := validatorsTogether(t, tt.validators)
			owner := tt.validators - 1
			eventually(t, "blocks", func() bool { return nodes[0].Height() >= 5 && nodes[owner].Height() >= 5 })
			if tt.down {
				if err := nodes[owner].Stop(); err != nil {
					t.Fatal(err)
				}
				height := nodes[0].Height() + 5
				eventually(t, "blocks without it", func() bool { return nodes[0].Height() >= height })
			}
			twin := twinOf(t, homes[owner], tt.record)
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			var said lockedBuffer
			err := node.Run(ctx, twin, counter, slog.New(slog.NewTextHandler(&said, nil)))
			if !errors.Is(err, node.ErrSignedElsewhere) || !strings.Contains(err.Error(), "another machine runs the key") {
				t.Errorf("the twin ended with %v", err)
			}
			if !strings.Contains(said.String(), "another machine runs the key") {
				t.Error("its log does not say why")
			}
			if got := signedHeight(t, twin.Home); got != tt.record {
				t.Errorf("the twin signed at block %d", got)
			}
			twin.P2P.Address = freePort(t)
			refused(t, twin, node.ErrSignedElsewhere, "another machine runs the key")

			height := nodes[0].Height() + 3
			eventually(t, "the federation goes on", func() bool { return nodes[0].Height() >= height })
			id, err := node.LoadIdentity(homes[owner].Home)
			if err != nil {
				t.Fatal(err)
			}
			nothingHeldAgainst(t, nodes[0], id, height)
			if signed := signedHeight(t, homes[owner].Home); tt.down == (signed >= height) {
				t.Errorf("the validator has signed up to block %d of %d", signed, height)
			}
		})
	}
}

// validatorsTogether starts nodes with equal power that make a block every few milliseconds, all
// of which dial the first.
func validatorsTogether(t *testing.T, validators int) ([]node.Config, []*node.Node) {
	t.Helper()
	homes, nodes := make([]node.Config, validators), make([]*node.Node, validators)
	var ids []node.Identity
	for i := range homes {
		homes[i] = newHome(t)
		homes[i].Block.EmptyInterval = 50 * time.Millisecond
		homes[i].P2P.Transport = node.TransportClassic // starts and stops in less time
		id, err := node.LoadIdentity(homes[i].Home)
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	putGenesis(t, homes[0].Home, "some-co-ops", ids...)
	for i := range homes[1:] {
		copyFile(t, node.GenesisFile(homes[0].Home), node.GenesisFile(homes[i+1].Home))
		homes[i+1].P2P.Peers = []string{ids[0].ClassicID + "@" + homes[0].P2P.Address}
	}
	for i := range nodes {
		nodes[i] = mustStart(t, homes[i])
	}
	return homes, nodes
}

// twinOf is a new home with the validator key of another, and a record of signatures
// that ends at a block, 0 for an empty one.
func twinOf(t *testing.T, of node.Config, record int64) node.Config {
	t.Helper()
	twin := testConfig(t)
	twin.Home = filepath.Join(t.TempDir(), "home")
	twin.P2P.Peers, twin.P2P.Transport = of.P2P.Peers, of.P2P.Transport
	if _, err := node.Init(twin.Home, node.InitOptions{Config: twin}); err != nil {
		t.Fatal(err)
	}
	copyFile(t, node.GenesisFile(of.Home), node.GenesisFile(twin.Home))
	key := filepath.Join("config", "priv_validator_key.json")
	copyFile(t, filepath.Join(of.Home, key), filepath.Join(twin.Home, key))
	if record > 0 {
		setRecord(t, twin.Home, record, 0, 3)
	}
	return twin
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	data, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// nothingHeldAgainst checks that no block up to height holds evidence, and that a
// validator has its power after it.
func nothingHeldAgainst(t *testing.T, n *node.Node, id node.Identity, height int64) {
	t.Helper()
	c, err := rpchttp.New("tcp://"+n.RPCAddress(), "/websocket")
	if err != nil {
		t.Fatal(err)
	}
	for h := int64(1); h <= height; h++ {
		res, err := c.Block(t.Context(), &h)
		if err != nil {
			t.Fatal(err)
		}
		if found := res.Block.Evidence.Evidence; len(found) > 0 {
			t.Errorf("block %d holds evidence: %v", h, found)
		}
	}
	vals, err := c.Validators(t.Context(), &height, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range vals.Validators {
		if v.Address.String() == id.Address && v.VotingPower == node.ValidatorPower {
			return
		}
	}
	t.Errorf("%s has lost its power: %v", id.Address, vals.Validators)
}

// TestTwinUnderOneBlock: two machines that started from one record sign the same block.
// The one whose own signature is under it goes on, and the other, which finds one that
// it did not make, signs nothing more, vote or proposal, and fails once.
func TestTwinUnderOneBlock(t *testing.T) {
	const chain = "rochdale-test"
	cfg := newHome(t)
	id, err := node.LoadIdentity(cfg.Home)
	if err != nil {
		t.Fatal(err)
	}
	for _, own := range []bool{true, false} {
		setRecord(t, cfg.Home, 0, 0, 0)
		db := dbm.NewMemDB()
		blocks := store.NewBlockStore(db)
		var failed []error
		s, err := node.NewSigner(cfg.Home, blocks, func(err error) { failed = append(failed, err) })
		if err != nil {
			t.Fatal(err)
		}
		pub, err := s.GetPubKey()
		if err != nil || pub.Address().String() != id.Address {
			t.Fatalf("%v, %v", pub, err)
		}
		vote := func(height int64) *cmtproto.Vote {
			return &cmtproto.Vote{Type: cmtproto.PrecommitType, Height: height, Timestamp: time.Unix(height, 0), ValidatorAddress: pub.Address()}
		}
		first := vote(1)
		if err := s.SignVote(chain, first); err != nil || len(first.Signature) == 0 {
			t.Fatal(err)
		}
		signature := bytes.Clone(first.Signature)
		if !own {
			signature[0]++ // the twin's clock differs
		}
		if err := blocks.SaveSeenCommit(1, &types.Commit{Height: 1, BlockID: someBlock, Signatures: []types.CommitSig{
			{BlockIDFlag: types.BlockIDFlagCommit, ValidatorAddress: pub.Address(), Timestamp: time.Unix(1, 0), Signature: signature},
		}}); err != nil {
			t.Fatal(err)
		}
		second, proposal := vote(2), &cmtproto.Proposal{Type: cmtproto.ProposalType, Height: 3, PolRound: -1}
		errs := []error{s.SignVote(chain, second), s.SignProposal(chain, proposal)}
		for i, err := range errs {
			if own == (err != nil) || !own && (!errors.Is(err, node.ErrSignedElsewhere) || !strings.Contains(err.Error(), "this node did not make")) {
				t.Errorf("own %v, signature %d: %v", own, i, err)
			}
		}
		if own != (len(second.Signature) > 0) || own != (len(proposal.Signature) > 0) || own != (signedHeight(t, cfg.Home) == 3) {
			t.Errorf("own %v: signed %x, %x", own, second.Signature, proposal.Signature)
		}
		batch := db.NewBatch()
		store.SaveBlockStoreStateBatch(&cmtstore.BlockStoreState{Base: 1, Height: 1}, batch)
		if err := batch.Write(); err != nil {
			t.Fatal(err)
		}
		if _, err := node.NewSigner(cfg.Home, store.NewBlockStore(db), func(error) {}); own == (err != nil) {
			t.Errorf("own %v, at the next start: %v", own, err)
		}
		if want := map[bool]int{true: 0, false: 1}[own]; len(failed) != want {
			t.Errorf("own %v: failed with %v", own, failed)
		}
	}
}

var someBlock = types.BlockID{Hash: bytes.Repeat([]byte{1}, 32), PartSetHeader: types.PartSetHeader{Total: 1, Hash: bytes.Repeat([]byte{2}, 32)}}
