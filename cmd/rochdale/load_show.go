package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/testnet/load"
)

// millis is a latency for people.
func millis(d time.Duration) string { return d.Round(time.Millisecond).String() }

// eachWords is processor time a transaction, "" if it is not known.
func eachWords(us float64) string {
	if us == 0 {
		return ""
	}
	return formatCount(int64(us+0.5)) + " µs"
}

// memoryWords is memory in mebibytes, "" if it is not known.
func memoryWords(bytes int64) string {
	if bytes == 0 {
		return ""
	}
	return formatCount(bytes>>20) + " MiB"
}

func soundWords(rep load.Report) string {
	switch {
	case !rep.Checked:
		return "not known: the ledger could not be read"
	case !rep.Sound:
		return "NO: the ledger's own record differs"
	}
	if rep.Mix.Casts == 100 {
		return "yes: each cast is in the ledger once"
	}
	return "yes: each transaction is in the ledger once"
}

// silentWords says how many nodes did not answer, and which.
func silentWords(rep load.Report) string {
	if rep.Silent == 0 {
		return "0"
	}
	return fmt.Sprintf("%d: %s", rep.Silent, strings.Join(rep.SilentOnes, ", "))
}

func showLoad(cmd *cobra.Command, rep load.Report) error {
	return show(cmd, rep, func(w io.Writer) {
		rate := "max"
		if rep.Rate > 0 {
			rate = formatCount(int64(rep.Rate)) + " a second"
		}
		writeFacts(w,
			fact{"members", formatCount(int64(rep.Members))},
			fact{"rate asked for", rate},
			fact{"mix", rep.Mix},
			fact{"bytes a transaction", fmt.Sprintf("%.0f", rep.Bytes)},
			fact{"sent", formatCount(int64(rep.Sent))},
			fact{"committed", formatCount(int64(rep.Committed))},
			fact{"refused", rep.Refused},
			fact{"lost", rep.Lost},
			fact{"due and not sent", rep.Unsent},
			fact{"repeated in a block", rep.Repeated},
			fact{"too early in a block", rep.Early},
			fact{"blocks with casts", rep.Blocks},
			fact{"nodes that went silent", silentWords(rep)},
			fact{"sent again", formatCount(int64(rep.Again))},
			fact{"committed a second", formatCount(int64(rep.Throughput))},
			fact{"to provable commit, p50", millis(rep.P50)},
			fact{"p95", millis(rep.P95)},
			fact{"p99", millis(rep.P99)},
			fact{"p99.9", millis(rep.P999)},
			fact{"longest", millis(rep.Worst)},
			fact{"sent equals committed", soundWords(rep)},
		)
		showKinds(w, rep.Kinds)
		showBlocks(w, rep.Block)
		showUsage(w, rep)
	})
}

// showKinds prints a row for each kind, if there are several.
func showKinds(w io.Writer, kinds []load.KindReport) {
	if len(kinds) < 2 {
		return
	}
	t := newTable("kind", "sent", "committed", "p50", "p99")
	for _, k := range kinds {
		t.row(k.Kind, formatCount(int64(k.Sent)), formatCount(int64(k.Committed)), millis(k.P50), millis(k.P99))
	}
	fmt.Fprintln(w)
	t.write(w)
}

func showBlocks(w io.Writer, b load.BlockReport) {
	t := newTable("of a block", "median", "p99", "most")
	count := func(what string, q load.Quantity) {
		t.row(what, formatCount(int64(q.Median)), "", formatCount(int64(q.Max)))
	}
	count("transactions", b.Transactions)
	count("the engine's transactions", b.Engine)
	count("bytes of transactions", b.Bytes)
	s := b.IntervalSeconds
	seconds := func(s float64) string { return fmt.Sprintf("%.2f s", s) }
	t.row("time since the one before", seconds(s.Median), seconds(s.P99), seconds(s.Max))
	fmt.Fprintln(w)
	t.write(w)
}

func showUsage(w io.Writer, rep load.Report) {
	u := rep.Usage
	fmt.Fprintln(w)
	facts := []fact{
		{"nodes' processor time", ""},
		{"driver's processor time", fmt.Sprintf("%.1f s, %s a transaction", u.DriverSeconds, eachWords(u.DriverEach))},
	}
	if !u.Measured {
		facts[0].value = "not measured: that needs Linux, and nodes in processes of their own"
		if rep.Silent > 0 {
			facts[0].value = "not measured: the process of a node ended on the way"
		}
		writeFacts(w, facts...)
		return
	}
	facts[0].value = fmt.Sprintf("%.1f s, %s a transaction, all together", u.NodesSeconds, eachWords(u.NodesEach))
	writeFacts(w, facts...)
	t := newTable("process of", "resident memory", "peak")
	for _, m := range u.Memory {
		t.row(m.Nodes, memoryWords(m.Bytes), memoryWords(m.Peak))
	}
	fmt.Fprintln(w)
	t.write(w)
}

// trialWords say how a trial of a search ended.
func trialWords(t load.Trial) string {
	r := t.Report
	how := "under the bound"
	switch {
	case t.Passed:
	case r.GaveUp:
		how = "over the bound, ended early"
	case r.Committed != r.Sent || !r.Sound:
		how = "not all committed"
	default:
		how = "over the bound"
	}
	return fmt.Sprintf("%s a second: p99 %s, %s", formatCount(int64(r.Rate)), millis(r.P99), how)
}

func showFinding(cmd *cobra.Command, f load.Finding) error {
	return show(cmd, f, func(w io.Writer) {
		t := newTable("rate", "committed a second", "p50", "p99", "p99.9", "nodes each", "passed")
		for _, trial := range f.Trials {
			r := trial.Report
			passed := "no"
			if trial.Passed {
				passed = "yes"
			}
			t.row(formatCount(int64(r.Rate)), formatCount(int64(r.Throughput)), millis(r.P50), millis(r.P99), millis(r.P999), eachWords(r.Usage.NodesEach), passed)
		}
		t.write(w)
		fmt.Fprintln(w)
		found := "none"
		if f.Rate > 0 {
			found = formatCount(int64(f.Rate)) + " a second"
		}
		writeFacts(w,
			fact{"bound of p99", f.Bound},
			fact{"highest rate under it", found},
		)
	})
}

// turnWords say what a turn of a comparison found.
func turnWords(round int, r load.Report) string {
	return fmt.Sprintf("round %d, %s: %s committed a second, p99 %s", round, r.Target, formatCount(int64(r.Throughput)), millis(r.P99))
}

func showComparison(cmd *cobra.Command, c load.Comparison) error {
	return show(cmd, c, func(w io.Writer) {
		t := newTable("round", "target", "a second", "p50", "p99", "nodes each", "peak memory")
		for i, round := range c.Rounds {
			for _, r := range []load.Report{round.Ledger, round.Reference} {
				t.row(i+1, r.Target, formatCount(int64(r.Throughput)), millis(r.P50), millis(r.P99), eachWords(r.Usage.NodesEach), memoryWords(r.Usage.Peak()))
			}
		}
		t.write(w)
		fmt.Fprintln(w)
		ratios := newTable("ledger to reference", "median", "least", "most", "of each round")
		for _, r := range c.Ratios {
			var each []string
			for _, v := range r.Each {
				each = append(each, fmt.Sprintf("%.2f", v))
			}
			ratios.row(r.What, fmt.Sprintf("%.2f", r.Median), fmt.Sprintf("%.2f", r.Min), fmt.Sprintf("%.2f", r.Max), strings.Join(each, " "))
		}
		ratios.write(w)
		if len(c.Rounds) == 1 {
			fmt.Fprintln(w, "\nOne round shows no spread: take three or more.")
		}
		if r := c.Rounds[0].Ledger; r.Rate == 0 && r.Members < load.Window {
			fmt.Fprintf(w, "\nA member has one cast under way at a time: %s members do not fill a block.\n", formatCount(int64(r.Members)))
		}
	})
}
