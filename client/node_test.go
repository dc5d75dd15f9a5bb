package client

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rochdale-ledger/rochdale/app"
	"github.com/rochdale-ledger/rochdale/client/receipt"
	"github.com/rochdale-ledger/rochdale/node"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/federation"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/testnet"
)

// TestRealNode talks to four validators in this process over real CometBFT: a
// motion is put, cast on and proved, with a receipt and by third parties' code.
func TestRealNode(t *testing.T) {
	if testing.Short() {
		t.Skip("starts nodes")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	c, people, genesis := realNode(ctx, t)
	sign := func(m state.Member) *Signer {
		return &Signer{Coop: 1, Member: m, Key: people.Key(1, m)}
	}
	began := time.Now()
	raw, err := sign(1).Sign(ctx, c, ballot.KindPropose, ballot.Propose{Kind: 4, Title: "Buy the mill"})
	check(t, err)
	id, err := c.Send(ctx, raw)
	check(t, err)
	if _, err := c.Send(ctx, raw); err != nil {
		t.Fatalf("sending again what is in the mempool: %v", err)
	}
	done, err := c.Wait(ctx, id, raw)
	check(t, err)
	check(t, Refusal(done))
	t.Logf("signed, sent and done in %v", time.Since(began).Round(time.Millisecond))
	if _, err := c.Send(ctx, raw); err != nil && !errors.As(err, new(*Refused)) {
		t.Errorf("sending again what is done: %v", err)
	}
	raw, err = sign(2).Sign(ctx, c, ballot.KindCast, ballot.Cast{Motion: 1, Paper: ballot.No.Paper()})
	check(t, err)
	id, err = c.Send(ctx, raw)
	check(t, err)
	done, err = c.Wait(ctx, id, raw)
	check(t, err)
	check(t, Refusal(done))

	// The receipt covers what Wait has just said is done.
	trust, err := receipt.TrustGenesis(genesis)
	check(t, err)
	began = time.Now()
	file, proof, err := c.Receipt(ctx, "cast", receipt.Subject{Coop: 1, Member: 2, Motion: 1}, 0, trust)
	check(t, err)
	t.Logf("a receipt of %d bytes in %v: %v", len(file), time.Since(began).Round(time.Millisecond), proof.Statement)
	if proof.Height < done.Height || !proof.Anchored || !proof.Trial || proof.Statement[2] != `Member 2 cast "no" on it so far.` {
		t.Errorf("the cast of height %d: %+v", done.Height, proof)
	}
	_, proof, err = c.Receipt(ctx, "cast", receipt.Subject{Coop: 1, Member: 3, Motion: 1}, 0, trust)
	check(t, err)
	if proof.Statement[2] != "Member 3 has cast nothing on it so far." {
		t.Errorf("absence: %v", proof.Statement)
	}
	at, err := c.AtProved(ctx, proof.Height, trust)
	check(t, err)
	if _, _, err := ballot.Find(at.Of(1), 1); err != nil {
		t.Error(err)
	}
	then, err := c.At(ctx, proof.Height)
	check(t, err)
	if at.Time() != then.Time() || time.Since(time.Unix(at.Time(), 0)).Abs() > 5*time.Minute {
		t.Errorf("time of height %d: %d proved, %d told", proof.Height, at.Time(), then.Time())
	}
	advanced(ctx, t, c, sign(4), trust)
	t.Run("CosmJS", func(t *testing.T) { cosmJS(ctx, t, c, proof.Height) })
}

// advanced sets the clock forward: what a node tells of the time and what it proves
// are the same before, and after.
func advanced(ctx context.Context, t *testing.T, c *Client, by *Signer, trust receipt.Trust) {
	t.Helper()
	raw, err := by.Sign(ctx, c, federation.KindAdvance, federation.Advance{Seconds: 15 * 24 * 60 * 60})
	check(t, err)
	id, err := c.Send(ctx, raw)
	check(t, err)
	done, err := c.Wait(ctx, id, raw)
	check(t, err)
	check(t, Refusal(done))
	for _, row := range []struct {
		height uint64
		ahead  time.Duration
	}{{done.Height - 1, 0}, {done.Height, 15 * 24 * time.Hour}} {
		proved, err := c.AtProved(ctx, row.height, trust)
		check(t, err)
		told, err := c.At(ctx, row.height)
		check(t, err)
		ahead := time.Until(time.Unix(proved.Time(), 0))
		if proved.Time() != told.Time() || (ahead-row.ahead).Abs() > 5*time.Minute {
			t.Errorf("time of height %d: %d proved, %d told, %v ahead of this machine's, want %v", row.height, proved.Time(), told.Time(), ahead, row.ahead)
		}
	}
}

// realNode starts four validators and returns a client of the first, the
// founding members and the genesis file.
func realNode(ctx context.Context, t *testing.T) (*Client, testnet.People, []byte) {
	t.Helper()
	people, err := testnet.NewPeople()
	check(t, err)
	net, err := testnet.Make(filepath.Join(t.TempDir(), "net"), 4, testnet.Options{}, people.Genesis)
	check(t, err)
	open := func(home string, _ node.Config, _ *slog.Logger) (node.Application, func(string) bool, error) {
		a, err := app.Open(node.AppDir(home), app.Options{})
		return a, func(string) bool { return true }, err
	}
	running, err := testnet.Dev(ctx, net, open, nil)
	check(t, err)
	t.Cleanup(func() { check(t, running.Stop()) })
	m, err := net.Manifest()
	check(t, err)
	genesis, err := os.ReadFile(node.GenesisFile(m.Nodes[0].Home))
	check(t, err)
	c, err := Dial(m.Nodes[0].RPC)
	check(t, err)
	return c, people, genesis
}

// cosmJS has leaves that are there and leaves that are not verified by code
// that is not ours: see testdata/cosmjs.
func cosmJS(ctx context.Context, t *testing.T, c *Client, height uint64) {
	packages := os.Getenv("ROCHDALE_COSMJS")
	if packages == "" {
		t.Skip("NOT CHECKED BY OTHERS' CODE: ROCHDALE_COSMJS names no folder with CosmJS; see testdata/cosmjs/README.md")
	}
	script, err := filepath.Abs("testdata/cosmjs/verify.mjs")
	check(t, err)
	var args, want []string
	for _, leaf := range []struct {
		sort string
		at   state.Location
	}{
		{"existence", member.Locate(1, 1)},
		{"absence", member.Locate(1, 1000)}, // between two leaves
		{"existence", ballot.LocateMotion(1, 1)},
		{"absence", ballot.LocateMotion(1, 2)},
		{"existence", ballot.LocateCast(1, 1, 2)},
		{"absence", ballot.LocateCast(1, 1, 700)},
		{"absence", state.Location{Key: []byte{0x00}}}, // left of all leaves
		{"absence", state.Location{Key: []byte{0xfe}}}, // right of all leaves
	} {
		key := hex.EncodeToString(leaf.at.Key)
		args, want = append(args, key), append(want, leaf.sort+" "+key)
	}
	cmd := exec.CommandContext(ctx, "node", append([]string{script, c.Address(), fmt.Sprint(height)}, args...)...)
	cmd.Dir = packages
	out, err := cmd.CombinedOutput()
	if err != nil || strings.TrimSpace(string(out)) != strings.Join(want, "\n") {
		t.Fatalf("%v\n%s", err, out)
	}
	t.Logf("%d proofs verified by CosmJS and @confio/ics23:\n%s", len(want), out)
}
