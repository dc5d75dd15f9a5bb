package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/state/count/method"
	countreport "github.com/rochdale-ledger/rochdale/state/count/report"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// methodNames lists all names that --method takes.
func methodNames() []string {
	var names []string
	for _, m := range method.All() {
		names = append(append(names, m.Name), m.Aliases...)
	}
	return names
}

// methodsFor lists the methods that count an input, by their own names.
func methodsFor(input string) []string {
	var names []string
	for _, m := range method.All() {
		if m.Input == input {
			names = append(names, m.Name)
		}
	}
	return names
}

func newCountMethodsCmd() *cobra.Command {
	return &cobra.Command{
		Use:     "methods",
		Short:   "List the methods, their sources and when to use them",
		Example: "  rochdale count methods --json",
		RunE: func(cmd *cobra.Command, _ []string) error {
			all := method.All()
			return show(cmd, all, func(w io.Writer) {
				input := ""
				for _, m := range all {
					if m.Input != input {
						if input != "" {
							fmt.Fprintln(w)
						}
						input = m.Input
						fmt.Fprintf(w, "For %s:\n", inputNames[input])
					}
					writeMethod(w, m)
				}
			})
		},
	}
}

func writeMethod(w io.Writer, m countreport.Method) {
	fmt.Fprintf(w, "\n  %s", m.Name)
	if len(m.Aliases) > 0 {
		fmt.Fprintf(w, " (also %s)", strings.Join(m.Aliases, ", "))
	}
	fmt.Fprintln(w)
	wrapped(w, "    ", m.Summary)
	wrapped(w, "    when:   ", m.When)
	wrapped(w, "    source: ", m.Source)
	if m.Remark != "" {
		wrapped(w, "    note:   ", m.Remark)
	}
}

// wrapped writes text behind a label, later lines indented as far.
func wrapped(w io.Writer, label, text string) {
	for _, line := range words.Wrap(text, label, strings.Repeat(" ", len(label)), pageWidth) {
		fmt.Fprintln(w, line)
	}
}
