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

	rpchttp "github.com/cometbft/cometbft/rpc/client/http"

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
		if after, err := os.ReadFile(signRecord(cfg.Home)); err != nil || !bytes.Equal(after, before) {
			t.Errorf("the refused node wrote the record: %s, %v", after, err)
		}
	}
	for _, good := range []int64{top, top + 5} {
		setRecord(t, cfg.Home, good, 0, 3)
		cfg.P2P.Address = freePort(t)
		if err := mustStart(t, cfg).Stop(); err != nil {
			t.Fatal(err)
		}
	}
}

// TestKeyOnTwoMachines: a home with a copy of a running validator's key, and with a
// record that is empty or that of some blocks ago, follows the chain until it meets a
// signature by the key. It signs nothing, says why, and does not start again; the
// validator goes on and nothing is held against it.
func TestKeyOnTwoMachines(t *testing.T) {
	nodes, homes := make([]*node.Node, 2), make([]node.Config, 2)
	var ids []node.Identity
	for i := range homes {
		homes[i] = newHome(t)
		homes[i].Block.EmptyInterval = 50 * time.Millisecond
		id, err := node.LoadIdentity(homes[i].Home)
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	putGenesis(t, homes[0].Home, "two-co-ops", ids...)
	genesis, err := os.ReadFile(node.GenesisFile(homes[0].Home))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(node.GenesisFile(homes[1].Home), genesis, 0o644); err != nil {
		t.Fatal(err)
	}
	homes[1].P2P.Peers = []string{ids[0].PeerID + "@" + homes[0].P2P.Address}
	for i := range nodes {
		nodes[i] = mustStart(t, homes[i])
	}
	eventually(t, "blocks", func() bool { return nodes[0].Height() >= 5 && nodes[1].Height() >= 5 })

	for name, record := range map[string]int64{"empty": 0, "of some blocks ago": 3} {
		t.Run(name, func(t *testing.T) {
			twin := testConfig(t)
			twin.Home = filepath.Join(t.TempDir(), "home")
			twin.P2P.Peers = homes[1].P2P.Peers
			if _, err := node.Init(twin.Home, node.InitOptions{Config: twin, Genesis: genesis}); err != nil {
				t.Fatal(err)
			}
			key, err := os.ReadFile(filepath.Join(homes[1].Home, "config", "priv_validator_key.json"))
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(twin.Home, "config", "priv_validator_key.json"), key, 0o600); err != nil {
				t.Fatal(err)
			}
			setRecord(t, twin.Home, record, 0, 3*min(int(record), 1))
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			var said lockedBuffer
			err = node.Run(ctx, twin, counter, slog.New(slog.NewTextHandler(&said, nil)))
			if !errors.Is(err, node.ErrSignedElsewhere) || !strings.Contains(err.Error(), "another machine runs the key") {
				t.Errorf("the twin ended with %v", err)
			}
			if !strings.Contains(said.String(), "another machine runs the key") {
				t.Error("its log does not say why")
			}
			if got := signedHeight(t, twin.Home); got != record {
				t.Errorf("the twin signed at block %d", got)
			}
			twin.P2P.Address = freePort(t)
			refused(t, twin, node.ErrSignedElsewhere, "another machine runs the key")
		})
	}

	height := nodes[1].Height() + 3
	eventually(t, "the validator goes on", func() bool { return nodes[0].Height() >= height && nodes[1].Height() >= height })
	nothingHeldAgainst(t, nodes[0], ids[1], height)
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
