package sim

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rochdale-ledger/rochdale/app"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/testnet/sim/workload"
)

// simulate runs and fails the test if the run does.
func simulate(t *testing.T, seed uint64, blocks int) Report {
	t.Helper()
	rep, err := Run(context.Background(), Config{Seed: seed, Blocks: blocks})
	if err != nil {
		t.Fatal(err)
	}
	return rep
}

func TestSeeds(t *testing.T) {
	blocks := 150
	if testing.Short() {
		blocks = 60
	}
	for seed := range uint64(3) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			rep := simulate(t, seed, blocks)
			t.Logf("%+v", rep)
		})
	}
}

// A seed once ended at block 260: the books' result was beyond any amount, and the
// workload took the refusal for a fault. Seed 13 gets there.
func TestResultOutOfRange(t *testing.T) {
	if testing.Short() {
		t.Skip("260 blocks")
	}
	rep := simulate(t, 13, 265)
	if rep.Codes[account.ErrOverflow.Code] == 0 {
		t.Errorf("no balance went out of range: %v", rep.Codes)
	}
}

// TestCoverage: every kind of action that has an occasion takes effect, and every
// other is tried with plain values.
func TestCoverage(t *testing.T) {
	if testing.Short() {
		t.Skip("2,000 blocks")
	}
	rep := simulate(t, 11, 2000)
	if rep.Rekeyed == 0 {
		t.Error("no member signed again in the block in which it changed its key")
	}
	if rep.Upgraded != 1 {
		t.Errorf("%d replicas were upgraded, want 1", rep.Upgraded)
	}
	files, err := filepath.Glob("workload/*.go")
	if err != nil || len(files) < 5 {
		t.Fatalf("the occasions are in %q, %v", files, err)
	}
	var occasions strings.Builder
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		occasions.Write(raw)
	}
	for _, k := range append(workload.NoteKinds(true), app.Kinds...) {
		switch {
		case rep.Done[k.Name] > 0:
		case strings.Contains(occasions.String(), k.Type+"{"):
			t.Errorf("%s never took effect", k.Name)
		case rep.Plain[k.Name] == 0:
			t.Errorf("%s has no occasion and was not tried", k.Name)
		default:
			t.Logf("%s has no occasion; of plain values it never took effect", k.Name)
		}
	}
	t.Logf("%+v", rep)
}

func TestSameSeedSameHashes(t *testing.T) {
	one, two, other := simulate(t, 7, 40), simulate(t, 7, 40), simulate(t, 8, 40)
	if !bytes.Equal(one.Hash, two.Hash) || one.Sent != two.Sent {
		t.Errorf("seed 7 gave hash %x, then %x", one.Hash, two.Hash)
	}
	if bytes.Equal(one.Hash, other.Hash) {
		t.Error("seeds 7 and 8 gave the same hash")
	}
}

// A kind of action for which nobody wrote an occasion is tried all the same.
func TestPlainWork(t *testing.T) {
	rep, err := Run(context.Background(), Config{Seed: 2, Blocks: 550, Without: []string{"member.Admit"}})
	if err != nil {
		t.Fatal(err)
	}
	if rep.Plain["member.Admit"] == 0 {
		t.Errorf("made of plain values: %v", rep.Plain)
	}
	if rep.Codes[member.ErrStanding.Code] == 0 { // its member is active
		t.Errorf("refused: %v", rep.Codes)
	}
}
