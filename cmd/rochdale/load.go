package main

import (
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/client/figure"
	"github.com/rochdale-ledger/rochdale/node"
	"github.com/rochdale-ledger/rochdale/testnet"
	"github.com/rochdale-ledger/rochdale/testnet/load"
	"github.com/rochdale-ledger/rochdale/testnet/reference"
)

// loadFlags are those of testnet load, besides where the testnet is.
type loadFlags struct {
	load.Options
	rate, mix string
	search    bool
	p99       time.Duration
	reference bool
	rounds    int
}

// defaultTrial is how long a trial of a search sends, if --for does not say.
const defaultTrial = 10 * time.Second

func newTestnetLoadCmd() *cobra.Command {
	var dir string
	var o loadFlags
	cmd := &cobra.Command{
		Use:   "load",
		Short: "Drive a running testnet with signed transactions",
		Long: `Enter members into the first co-op, open a motion, and cast on it in their names,
each cast signed, over several connections to every node. It prints how
many were committed a second and how long it took from the moment each was to be
sent to the moment its commit could be proved, what processor time and memory
that took, and checks against the ledger itself that each was committed once.
Signing is done beforehand.

With --mix the treasurer records figures too, of ten members in a transaction,
and the secretary enters applications for membership. An officer's transactions
go to one node, at most 32 of them under way.

With --search it finds the highest rate whose p99 is under a bound: the rate is
doubled until a trial fails, and the interval then divided.

With --reference the ledger and the engine's own key-value example run in turns,
on two testnets with the same settings, and ratios are printed with their range.
While one runs the other is stopped; at the end the ledger's nodes run again.

A node that stops answering is passed over, and the report counts it. An
interrupt ends the sending; what is under way is still followed and reported.`,
		Example: `  rochdale testnet load --members 20000 --rate max --for 30s
  rochdale testnet load --members 1000 --rate 500 --for 10s --json
  rochdale testnet load --mix casts=90,figures=5,admissions=5 --rate 200
  rochdale testnet load --search --p99 1.5s
  rochdale testnet load --reference --rounds 5 --for 20s`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := o.read(cmd); err != nil {
				return err
			}
			net, err := openTestnet(cmd, dir)
			if err == nil {
				err = requireRunning(net)
			}
			if err != nil {
				return err
			}
			bars := &stages{}
			o.Progress = bars.tell
			switch {
			case o.search:
				err = runSearch(cmd, net, o, bars)
			case o.reference:
				err = runComparison(cmd, net, o, bars)
			default:
				err = runLoad(cmd, net, o, bars)
			}
			return explainLoad(err, net.Dir)
		},
	}
	addTestnetDir(cmd, &dir)
	f := cmd.Flags()
	f.IntVar(&o.Members, "members", 1000, "members who cast in turn")
	f.StringVar(&o.rate, "rate", "max", "transactions a second, or max")
	f.DurationVar(&o.For, "for", 30*time.Second, "how long to send; a trial of a search 10s")
	f.IntVar(&o.Connections, "connections", 0, "connections to each node [16]")
	f.StringVar(&o.mix, "mix", "casts=100", "per cent of casts, figures and admissions")
	f.BoolVar(&o.search, "search", false, "find the highest rate whose p99 is under a bound")
	f.DurationVar(&o.p99, "p99", time.Second, "the bound of --search")
	f.BoolVar(&o.reference, "reference", false, "compare with the engine's key-value example")
	f.IntVar(&o.rounds, "rounds", 3, "turns of each with --reference")
	return cmd
}

// explainLoad adds what to do next, unless the error says it.
func explainLoad(err error, dir string) error {
	if errors.Is(err, load.ErrOptions) {
		return fault("%w", err)
	}
	return withHint(explainNode(err), "rochdale testnet status --dir %s", dir)
}

// requireRunning refuses a testnet of which every node is stopped.
func requireRunning(net *testnet.Net) error {
	m, err := net.Manifest()
	if err != nil {
		return err
	}
	if slices.ContainsFunc(m.Nodes, testnet.Member.Running) {
		return nil
	}
	return withHint(fault("the testnet in %s is stopped", net.Dir), "rochdale testnet start --dir %s", net.Dir)
}

// read reads what is text, and refuses flags that do not go together.
func (o *loadFlags) read(cmd *cobra.Command) (err error) {
	changed := cmd.Flags().Changed
	switch {
	case o.search && o.reference:
		return withHint(fault("--search and --reference cannot go together"), "search first, and compare at the rate that was found with --rate")
	case o.search && changed("rate"):
		return withHint(fault("--search finds the rate: --rate cannot be given with it"), "leave one of the two out")
	case !o.search && changed("p99"):
		return withHint(fault("--p99 is the bound of --search"), "add --search, or leave --p99 out")
	case !o.reference && changed("rounds"):
		return withHint(fault("--rounds is of --reference"), "add --reference, or leave --rounds out")
	}
	if changed("connections") && o.Connections == 0 {
		return fault("0 connections to each node send nothing: use 1 to %d", load.MaxConnections)
	}
	if o.search && !changed("for") {
		o.For = defaultTrial
	}
	if o.Rate, err = parseRate(o.rate); err != nil {
		return err
	}
	if o.Mix, err = load.ParseMix(o.mix); err != nil {
		return withHint(fault("%w", err), "write it like --mix casts=90,figures=5,admissions=5")
	}
	return nil
}

// parseRate reads transactions a second; zero stands for max.
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

func runLoad(cmd *cobra.Command, net *testnet.Net, o loadFlags, bars *stages) error {
	rep, err := load.Run(cmd.Context(), net, o.Options)
	bars.end()
	if rep.Sent > 0 {
		if showErr := showLoad(cmd, rep); showErr != nil {
			return showErr
		}
	}
	return err
}

func runSearch(cmd *cobra.Command, net *testnet.Net, o loadFlags, bars *stages) error {
	found, err := load.Search(cmd.Context(), net, o.Options, o.p99, func(t load.Trial) {
		bars.end()
		note(cmd, "%s", trialWords(t))
	})
	bars.end()
	if len(found.Trials) > 0 {
		if showErr := showFinding(cmd, found); showErr != nil {
			return showErr
		}
	}
	return err
}

func runComparison(cmd *cobra.Command, net *testnet.Net, o loadFlags, bars *stages) error {
	example, err := reference.Make(net.Dir+"-reference", net)
	if err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("finding this program: %w", err)
	}
	example.Command = func(home string) *exec.Cmd {
		c := exec.Command(self, "testnet", "serve-reference", "--home", home)
		c.Args[0] = os.Args[0] // some programs look at the name they were called by
		return c
	}
	compared, err := load.Compare(cmd.Context(), net, example, o.Options, o.rounds, func(round int, rep load.Report) {
		bars.end()
		note(cmd, "%s", turnWords(round, rep))
	})
	bars.end()
	err = errors.Join(err, example.Remove())
	if len(compared.Rounds) > 0 {
		if showErr := showComparison(cmd, compared); showErr != nil {
			return showErr
		}
	}
	return err
}

// newTestnetServeReferenceCmd is the process of a node that load --reference starts.
func newTestnetServeReferenceCmd() *cobra.Command {
	return &cobra.Command{
		Use:     "serve-reference",
		Short:   "Run a node of the engine's example, which testnet load starts",
		Example: "  rochdale testnet serve-reference --home HOME",
		Hidden:  true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := settingsOf(cmd)
			if err != nil {
				return err
			}
			cfg, err := node.LoadConfig(s.Home)
			if err != nil {
				return explainNode(err)
			}
			return explainNode(node.Run(cmd.Context(), cfg, reference.Open, node.NewLogger(cfg, cmd.ErrOrStderr())))
		},
	}
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
		s.title, s.bar = "", nil
	}
}
