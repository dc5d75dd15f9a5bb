package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/surplus"
	"github.com/rochdale-ledger/rochdale/state/words"
	"github.com/rochdale-ledger/rochdale/testnet/tour"
)

func newTourCmd() *cobra.Command {
	var input, dir string
	cmd := &cobra.Command{
		Use:   "tour",
		Short: "Run a co-op's year on four validators, and check it",
		Long: `Start a federation of four co-ops on this machine, found a school co-op, enter
its members, issue its shares, hold a general meeting in which more than a
thousand members cast and a validator is killed, allocate the surplus, and verify
one member's receipt with every node stopped. It takes about a minute, needs
nothing else and leaves nothing behind.`,
		GroupID: groupTrials,
		Example: `  rochdale tour
  rochdale tour --year my-year.json --keep ./tour`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			y, err := readYear(input)
			if err != nil {
				return err
			}
			if dir != "" {
				return runTour(cmd, dir, y)
			}
			temp, err := os.MkdirTemp("", "rochdale-tour-")
			if err != nil {
				return fmt.Errorf("making a directory: %w", err)
			}
			defer os.RemoveAll(temp)
			return runTour(cmd, filepath.Join(temp, "testnet"), y)
		},
	}
	cmd.Flags().StringVar(&input, "year", "", "figures of another year, as JSON (amounts in minor units)")
	cmd.Flags().StringVar(&dir, "keep", "", "keep the federation in this directory")
	must(cmd.MarkFlagFilename("year", "json"))
	must(cmd.MarkFlagDirname("keep"))
	return cmd
}

func readYear(file string) (tour.Year, error) {
	if file == "" {
		return tour.DefaultYear(), nil
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		return tour.Year{}, withHint(fmt.Errorf("reading the year: %w", err), "check --year")
	}
	y, err := tour.ParseYear(file, raw)
	return y, withHint(err, "testnet/tour/year.json is an example")
}

func runTour(cmd *cobra.Command, dir string, y tour.Year) error {
	began := time.Now()
	told := &tourBars{cmd: cmd}
	out, err := tour.Run(cmd.Context(), dir, y, told)
	told.stop()
	if err != nil {
		return explainNode(err)
	}
	return show(cmd, out, func(w io.Writer) { writeTour(w, y, out, time.Since(began)) })
}

// tourBars tell the tour's stages as progress bars, and a line for each that is
// done.
type tourBars struct {
	cmd *cobra.Command
	bar *progress
	at  int
}

func (t *tourBars) Begin(name string, total int) {
	t.stop()
	t.bar, t.at = newProgress(name, int64(total)), 0
}

func (t *tourBars) At(done int) {
	if done > t.at {
		t.bar.Add(int64(done - t.at))
		t.at = done
	}
}

func (t *tourBars) End(format string, args ...any) {
	t.stop()
	note(t.cmd, "✓ "+format, args...)
}

func (t *tourBars) stop() {
	if t.bar != nil {
		t.bar.Done()
		t.bar = nil
	}
}

// writeTour is the summary for a treasurer.
func writeTour(w io.Writer, y tour.Year, out tour.Outcome, took time.Duration) {
	sum := func(a int64) string { return formatMoney(a, y.Currency) }
	fmt.Fprintf(w, "%s: the year %s\n\n", y.Coops[0], y.Period)
	fmt.Fprintf(w, "%s members hold %s shares of %s.\n", formatCount(int64(out.Members)), formatCount(int64(out.Shares)), sum(int64(y.Par)))
	t := out.Tally
	meeting := fmt.Sprintf("A general meeting voted on the appropriation: %s for, %s against, %s abstained, of %s entitled. It was %v. During the vote the validator %s was killed; every cast is on the ledger all the same.",
		formatCount(int64(t.Yes)), formatCount(int64(t.No)), formatCount(int64(t.Abstained)), formatCount(int64(t.Electorate)), out.Result, out.Killed)
	for _, line := range words.Wrap(meeting, "", "", pageWidth) {
		fmt.Fprintln(w, line)
	}

	fmt.Fprintln(w, "\nAPPROPRIATION")
	a := newTable("", y.Currency)
	a.row("available for appropriation", plainMoney(int64(out.Available), y.Currency))
	rest := int64(out.Available)
	for _, s := range out.Allotments {
		a.row("  "+allotmentName(s), plainMoney(-int64(s.Pool), y.Currency))
		rest -= int64(s.Pool)
	}
	a.row("unappropriated, carried forward", plainMoney(rest, y.Currency))
	a.write(w)

	fmt.Fprintln(w, "\nBALANCE SHEET")
	writeSheet(w, out.Sheet, y.Currency)

	fmt.Fprintf(w, "\nFour nodes, one ledger: app hash %s… after block %s on each.\n", shortHash(out.AppHash), formatCount(out.Height))
	fmt.Fprintf(w, "\nRECEIPT OF MEMBER %d, verified with every node stopped\n", out.Receipt.Subject.Member)
	writeSentences(w, out.Receipt.Statement)
	writeSentences(w, []string{
		fmt.Sprintf("Signed by %d of %d validators, those of the genesis file.", out.Receipt.Signed, out.Receipt.Validators),
		fmt.Sprintf("With one byte of a record changed it was refused: %s.", out.Refuted),
	})
	fmt.Fprintf(w, "\nAll of this took %.0f s.\n", took.Seconds())
}

// allotmentName is what a treasurer calls a step of an allocation.
func allotmentName(a surplus.Allotment) string {
	switch a.Step.Sort {
	case surplus.ToReserve:
		return "to the statutory reserve"
	case surplus.ToFund:
		return "to the education fund"
	case surplus.ShareDividend:
		return "proposed dividend on shares"
	case surplus.PatronageDividend:
		return "patronage dividend"
	}
	return a.Step.Sort.String()
}

// writeSheet prints a balance sheet as accountants lay it out.
func writeSheet(w io.Writer, s account.Sheet, currency string) {
	t := newTable("", currency)
	part := func(name string, lines []account.Balance, total string, sum int64) {
		t.row(name, "")
		for _, l := range lines {
			t.row(fmt.Sprintf("  %d  %s", l.Code, l.Name), plainMoney(int64(l.Balance), currency))
		}
		t.row("  "+total, plainMoney(sum, currency))
	}
	part("Assets", s.Assets, "total assets", int64(s.AssetTotal))
	part("Less liabilities", s.Liabilities, "total liabilities", int64(s.LiabilityTotal))
	t.row("NET ASSETS", plainMoney(int64(s.NetAssets), currency))
	part("Financed by", s.Equity, "total capital and reserves", int64(s.EquityTotal))
	t.write(w)
}

// plainMoney is an amount without its currency, for columns headed by it.
func plainMoney(minor int64, currency string) string {
	text := formatMoney(minor, currency)
	return text[:len(text)-len(currency)-1]
}
