package main

import (
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/state/count"
)

// maxCompared bounds the methods of one comparison, so that it can be read.
const maxCompared = 12

// countComparison is the result of rochdale count --compare.
type countComparison struct {
	Methods []countResult  `json:"methods"`
	Agreed  []string       `json:"agreed"` // elected alike by all
	Parts   []countParting `json:"parts"`  // the rest
}

// A countParting is someone on whom the methods do not agree.
type countParting struct {
	Name  string `json:"name"`
	Seats []int  `json:"seats"` // by each method, in their order; 1 for a winner
}

// compareCounts counts by each method and shows the winners side by side.
func compareCounts(cmd *cobra.Command, in *countFile, f countFlags) error {
	if len(f.compare) < 2 || len(f.compare) > maxCompared {
		return withHint(fault("--compare needs 2 to %d methods, found %d", maxCompared, len(f.compare)), "write them as --compare %s",
			methodsFor(in.input)[0]+","+methodsFor(in.input)[1])
	}
	var c countComparison
	var reports []*count.Report
	var names []string // of all winners, as they are met
	for i, method := range f.compare {
		r, err := in.count(method, f)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(reports, func(other *count.Report) bool { return other.Method == r.Method }) {
			return withHint(fault("--compare names %s twice", r.Method), "leave %s out", f.compare[i])
		}
		reports = append(reports, r)
		c.Methods = append(c.Methods, in.result(r))
		for _, w := range r.Winners {
			if !slices.Contains(names, w) {
				names = append(names, w)
			}
		}
	}
	c.Agreed, c.Parts = []string{}, []countParting{}
	for _, name := range names {
		p := countParting{Name: name}
		for _, r := range reports {
			p.Seats = append(p.Seats, seatsIn(r, name))
		}
		if slices.Min(p.Seats) == slices.Max(p.Seats) {
			c.Agreed = append(c.Agreed, name)
		} else {
			c.Parts = append(c.Parts, p)
		}
	}
	return show(cmd, c, func(w io.Writer) { in.writeComparison(w, &c, reports, names) })
}

// writeComparison shows the winners in the order each method elects them, and a
// mark on the lines where the methods part.
func (in *countFile) writeComparison(w io.Writer, c *countComparison, reports []*count.Report, names []string) {
	wide := 30
	if len(reports) > 3 {
		wide = 20
	}
	fmt.Fprintln(w, "Each column is a method; its numbers are", map[bool]string{true: "seats.", false: "the order of election."}[in.input == count.InputParties])
	heads := []string{"", ""}
	for i, r := range reports {
		key := string(rune('A' + i))
		heads = append(heads, key)
		fmt.Fprintf(w, "  %s  %s\n", key, r.Method)
	}
	fmt.Fprintln(w)
	t := newTable(heads...)
	for _, name := range names {
		label := name
		if in.input == count.InputBudget {
			label = name + " " + in.project(name).Name
		}
		if r := []rune(label); len(r) > wide {
			label = string(r[:wide-1]) + "…"
		}
		mark := ""
		if slices.ContainsFunc(c.Parts, func(p countParting) bool { return p.Name == name }) {
			mark = "<>"
		}
		cells := []any{label, mark}
		for _, r := range reports {
			switch at := slices.Index(r.Winners, name); {
			case at < 0:
				cells = append(cells, "-")
			case in.input == count.InputParties:
				cells = append(cells, seatsIn(r, name))
			default:
				cells = append(cells, at+1)
			}
		}
		t.row(cells...)
	}
	t.write(w)
	fmt.Fprintln(w)
	switch {
	case len(c.Parts) == 0:
		fmt.Fprintln(w, "The methods agree.")
	case len(c.Agreed) == 0:
		fmt.Fprintln(w, "No winner is common to all methods; <> marks where they part.")
	default:
		fmt.Fprintf(w, "The methods agree on %d and part on the %d marked <>.\n", len(c.Agreed), len(c.Parts))
	}
}
