package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/rochdale-ledger/rochdale/app"
	"github.com/rochdale-ledger/rochdale/client/rulebook"
	"github.com/rochdale-ledger/rochdale/state/amendment"
	"github.com/spf13/cobra"
)

func newCharterLintCmd() *cobra.Command {
	var full bool
	cmd := &cobra.Command{
		Use:   "lint [FILE]",
		Short: "Say in plain words what a charter allows, and warn",
		Example: `  rochdale charter lint delcer.toml
  rochdale charter lint --coop 1`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				c, m, err := readWholeCharter(args[0])
				if err != nil {
					return err
				}
				if err := showLint(cmd, args[0], amendment.Amend{}.With(m), c.requireFounding(m), full); err != nil {
					return err
				}
				hint(cmd, "try it out: rochdale dev --charter %s", args[0])
				return nil
			}
			return read(cmd, func(r *reading) error {
				all, err := amendment.Whole(r)
				if err != nil {
					return err
				}
				return showLint(cmd, fmt.Sprintf("the charter of co-op %d, %s", r.Coop(), r.name), all, nil, full)
			})
		},
		ValidArgsFunction: completeFile("toml", "json"),
	}
	cmd.Long = `Say in plain words what a charter allows: who lets in members, who moves money, what one
person does alone, what it takes to change it; and warn of what is lawful and unwise. FILE
is a whole charter; without it, the one in force is read from a node. A charter that no
ledger would take ends the command with an error.`
	cmd.Flags().BoolVar(&full, "all", false, "name every clause, where else some are named")
	addReadFlags(cmd)
	return cmd
}

// showLint shows what a charter allows. wrong is why it could not be in force, where its file
// says that: with the line and the clause.
func showLint(cmd *cobra.Command, what string, all amendment.Amend, wrong error, full bool) error {
	report := rulebook.Lint(all, app.Kinds)
	if full {
		report = rulebook.LintFull(all, app.Kinds)
	}
	if wrong != nil {
		report.Errors = strings.Split(wrong.Error(), "\n")
	}
	if err := show(cmd, report, func(w io.Writer) { writeLint(w, report) }); err != nil {
		return err
	}
	if len(report.Errors) > 0 {
		return withHint(fault("%s could not be in force", what), "change what stands under errors")
	}
	return nil
}

func writeLint(w io.Writer, r rulebook.Report) {
	section := func(heading string, lines []string) {
		if len(lines) > 0 {
			fmt.Fprintf(w, "%s\n", heading)
			writeSentences(w, lines)
			fmt.Fprintln(w)
		}
	}
	for _, a := range r.Allows {
		section(a.Question, a.Says)
	}
	section("not yet obeyed by the ledger", r.Later)
	section("nobody may", r.Nobody)
	section("kinds of motion that carry nothing", r.Unused)
	section("warnings", r.Warnings)
	section("only a trial may be founded with it", r.ForTrial)
	section("errors", r.Errors)
}
