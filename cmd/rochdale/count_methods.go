package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/state/count"
)

// countMethod is a method of any kind, as it is listed.
type countMethod struct {
	Name    string   `json:"name"`
	Aliases []string `json:"aliases,omitempty"`
	Summary string   `json:"summary"`
	Source  string   `json:"source"`
	When    string   `json:"when"`
	Input   string   `json:"input"` // blt, pabulib or csv
}

// countMethods lists every method: of elections, budgets and seats.
func countMethods() []countMethod {
	var all []countMethod
	for _, m := range count.Methods() {
		all = append(all, countMethod{m.Name, m.Aliases, m.Summary, m.Source, m.When, m.Input})
	}
	for _, m := range count.BudgetMethods() {
		all = append(all, countMethod{m.Name, m.Aliases, m.Summary, m.Source, m.When, kindBudget})
	}
	for _, m := range count.ApportionMethods() {
		all = append(all, countMethod{m.Name, m.Aliases, m.Summary, m.Source, m.When, kindSeats})
	}
	return all
}

// findMethod returns a method's own name and what it counts, or "". Capitals,
// and spaces or underscores for hyphens, do not matter.
func findMethod(name string) (own, kind string) {
	name = strings.NewReplacer(" ", "-", "_", "-").Replace(strings.ToLower(strings.TrimSpace(name)))
	for _, m := range countMethods() {
		if m.Name == name || slices.Contains(m.Aliases, name) {
			return m.Name, m.Input
		}
	}
	return "", ""
}

func allMethods() []string {
	var names []string
	for _, m := range countMethods() {
		names = append(append(names, m.Name), m.Aliases...)
	}
	return names
}

func methodsOf(kind string) []string {
	var names []string
	for _, m := range countMethods() {
		if m.Input == kind {
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
			all := countMethods()
			return show(cmd, all, func(w io.Writer) {
				kind := ""
				for _, m := range all {
					if m.Input != kind {
						if kind != "" {
							fmt.Fprintln(w)
						}
						kind = m.Input
						fmt.Fprintf(w, "For %s:\n", kindNames[kind])
					}
					writeMethod(w, m)
				}
			})
		},
	}
}

func writeMethod(w io.Writer, m countMethod) {
	fmt.Fprintf(w, "\n  %s", m.Name)
	if len(m.Aliases) > 0 {
		fmt.Fprintf(w, " (also %s)", strings.Join(m.Aliases, ", "))
	}
	fmt.Fprintln(w)
	wrapped(w, "    ", m.Summary)
	wrapped(w, "    when:   ", m.When)
	wrapped(w, "    source: ", m.Source)
}

// wrapped writes text on lines of at most 80 characters behind a label, later
// lines indented as far.
func wrapped(w io.Writer, label, text string) {
	line := label
	for i, word := range strings.Fields(text) {
		if i > 0 && len([]rune(line))+1+len([]rune(word)) > 80 {
			fmt.Fprintln(w, line)
			line = strings.Repeat(" ", len(label)) + word
			continue
		}
		if i > 0 {
			line += " "
		}
		line += word
	}
	fmt.Fprintln(w, line)
}
