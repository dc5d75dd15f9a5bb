package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"time"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/testnet/sim"
)

// simGC is how much the heap may grow between two collections, in percent.
// Replicas keep their files in memory, so the default collects far too often.
const simGC = 400

// simResult is the result of rochdale sim.
type simResult struct {
	Blocks  int      `json:"blocks"`
	Seconds float64  `json:"seconds"`
	Runs    []simRun `json:"runs"`
	Failed  string   `json:"failed"` // what went wrong, empty if nothing
	Again   string   `json:"again"`  // the command that fails in the same way
}

// simRun is one seed's report, its hash as results show hashes.
type simRun struct {
	sim.Report
	Hash hexBytes `json:"hash"`
}

func newSimCmd() *cobra.Command {
	var seed uint64
	var blocks, seeds int
	cmd := &cobra.Command{
		Use:   "sim",
		Short: "Simulate the ledger from a seed and compare its replicas",
		Long: `Simulate a federation generated from a seed: every kind of action, bad input of
every sort, time that passes, validators that misbehave. Replicas that run without
a restart, are reopened after every block, are restored from exports, execute
proposals that are then abandoned, crash between two writes and keep one height
must agree on every hash, result and validator, and every invariant
must hold. The first failure ends the run and names its seed and block.`,
		Example: `  rochdale sim --seed 7 --blocks 1000
  rochdale sim --seeds 20 --blocks 10000 --json`,
		GroupID: groupResearchers,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if blocks < 1 || seeds < 1 {
				return withHint(fault("there is nothing to simulate in %d blocks of %d seeds", blocks, seeds), "give --seeds and --blocks at least 1")
			}
			return runSim(cmd, seed, seeds, blocks)
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.Uint64Var(&seed, "seed", 1, "seed, or the first of several")
	f.IntVar(&seeds, "seeds", 1, "how many seeds, one after another")
	f.IntVar(&blocks, "blocks", 1000, "blocks of each")
	return cmd
}

func runSim(cmd *cobra.Command, first uint64, seeds, blocks int) error {
	defer debug.SetGCPercent(debug.SetGCPercent(simGC))
	bar := newProgress("simulating blocks", int64(seeds)*int64(blocks))
	start := time.Now()
	var res simResult
	var failed error
	for i := range seeds {
		c := sim.Config{Seed: first + uint64(i), Blocks: blocks, Progress: func() { bar.Add(1) }}
		rep, err := sim.Run(cmd.Context(), c)
		res.Blocks += rep.Blocks
		res.Runs = append(res.Runs, simRun{rep, rep.Hash})
		if failed = err; err != nil {
			break
		}
		if seeds > 1 { // a long run says how far it is sure
			bar.Note("seed %d: %s blocks agree, hash %.8x", rep.Seed, formatCount(int64(rep.Blocks)), rep.Hash)
		}
	}
	bar.Done()
	if errors.Is(failed, context.Canceled) {
		return failed
	}
	res.Seconds = time.Since(start).Seconds()
	var f *sim.Failure
	if errors.As(failed, &f) {
		res.Failed, res.Again = f.Error(), f.Command()
	}
	if err := show(cmd, res, func(w io.Writer) { writeSim(w, res) }); err != nil {
		return err
	}
	if f != nil {
		return withHint(fault("the simulation failed: %w", failed), "see it again with %s", f.Command())
	}
	return failed
}

func writeSim(w io.Writer, res simResult) {
	t := newTable("seed", "blocks", "sent", "accepted", "reopened", "restored", "crashed", "dropped", "hash")
	for _, r := range res.Runs {
		t.row(r.Seed, r.Blocks, r.Sent, r.Accepted, r.Reopened, r.Restored, r.Crashed, r.Dropped, fmt.Sprintf("%.8x", r.Report.Hash))
	}
	t.write(w)
	fmt.Fprintf(w, "%d blocks in %.1f s, %.0f a second\n", res.Blocks, res.Seconds, float64(res.Blocks)/res.Seconds)
}
