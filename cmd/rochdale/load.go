package main

import (
	"io"
	"math"
	"time"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/client/figure"
	"github.com/rochdale-ledger/rochdale/testnet/load"
)

func newTestnetLoadCmd() *cobra.Command {
	var dir, rate string
	var o load.Options
	cmd := &cobra.Command{
		Use:   "load",
		Short: "Drive a running testnet with signed casts",
		Long: `Enter members into the first co-op, open a motion, and cast on it in their names,
each cast signed, over several connections to every node. It prints how
many were committed a second and how long it took from the moment each was to be
sent to the moment its commit could be proved, and checks against the ledger
itself that each was committed once. Signing is done beforehand.

A node that stops answering is passed over, and the report counts it. An
interrupt ends the sending; what is under way is still followed and reported.`,
		Example: `  rochdale testnet load --members 20000 --rate max --for 30s
  rochdale testnet load --members 1000 --rate 500 --for 10s --json`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var err error
			if o.Rate, err = parseRate(rate); err != nil {
				return err
			}
			net, err := openTestnet(cmd, dir)
			if err != nil {
				return err
			}
			bars := &stages{}
			o.Progress = bars.tell
			rep, err := load.Run(cmd.Context(), net, o)
			bars.end()
			if rep.Sent > 0 {
				if showErr := showLoad(cmd, rep); showErr != nil {
					return showErr
				}
			}
			return withHint(explainNode(err), "rochdale testnet status --dir %s", net.Dir)
		},
	}
	addTestnetDir(cmd, &dir)
	f := cmd.Flags()
	f.IntVar(&o.Members, "members", 1000, "members who cast in turn")
	f.StringVar(&rate, "rate", "max", "casts a second, or max")
	f.DurationVar(&o.For, "for", 30*time.Second, "how long to send")
	f.IntVar(&o.Connections, "connections", 0, "connections to each node [2]")
	return cmd
}

// parseRate reads casts a second; zero stands for max.
func parseRate(text string) (int, error) {
	if text == "max" {
		return 0, nil
	}
	n, err := figure.Whole("casts a second", text)
	if err != nil || n < 1 || n > math.MaxInt32 {
		return 0, withHint(fault("rate %q is no number of casts a second", text), "use --rate max, or a whole number such as --rate 500")
	}
	return int(n), nil
}

func showLoad(cmd *cobra.Command, rep load.Report) error {
	return show(cmd, rep, func(w io.Writer) {
		rate := "max"
		if rep.Rate > 0 {
			rate = formatCount(int64(rep.Rate)) + " a second"
		}
		sound := "yes: each cast is in the ledger once"
		switch {
		case !rep.Checked:
			sound = "not known: the ledger could not be read"
		case !rep.Sound:
			sound = "NO: the ledger's own record differs"
		}
		writeFacts(w,
			fact{"members", formatCount(int64(rep.Members))},
			fact{"rate asked for", rate},
			fact{"sent", formatCount(int64(rep.Sent))},
			fact{"committed", formatCount(int64(rep.Committed))},
			fact{"refused", rep.Refused},
			fact{"lost", rep.Lost},
			fact{"repeated in a block", rep.Repeated},
			fact{"blocks with casts", rep.Blocks},
			fact{"nodes that went silent", rep.Silent},
			fact{"committed a second", formatCount(int64(rep.Throughput))},
			fact{"to provable commit, p50", rep.P50.Round(time.Millisecond)},
			fact{"p95", rep.P95.Round(time.Millisecond)},
			fact{"p99", rep.P99.Round(time.Millisecond)},
			fact{"sent equals committed", sound},
		)
	})
}

// stages shows one progress bar after another, a new one when the title
// changes.
type stages struct {
	title string
	at    int
	bar   *progress
}

func (s *stages) tell(title string, done, total int) {
	if title != s.title {
		s.end()
		s.title, s.at, s.bar = title, 0, newProgress(title, int64(total))
	}
	if done = min(done, total); done > s.at {
		s.bar.Add(int64(done - s.at))
		s.at = done
	}
}

func (s *stages) end() {
	if s.bar != nil {
		s.bar.Done()
		s.bar = nil
	}
}
