package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/state/count/input"
	countreport "github.com/rochdale-ledger/rochdale/state/count/report"
)

// maxCompared bounds the methods of one comparison, so that it can be read.
const maxCompared = 12

// countComparison is the result of rochdale count --compare.
type countComparison struct {
	LotSeed string          `json:"lot_seed,omitempty"`
	Methods []comparedCount `json:"methods"`
	Agreed  []string        `json:"agreed"` // elected alike by all that came to an end
	Parts   []countParting  `json:"parts"`  // the rest
}

// A comparedCount is the outcome of one method: a result, a tie that its rule leaves
// to a lot, or why the file cannot be counted by it. A comparison shows all three, so
// that one method does not hide the others.
type comparedCount struct {
	Method       string    `json:"method"`
	*countResult           // nil after a tie, and if unfit
	Tie          *countTie `json:"tie,omitempty"`
	Unfit        string    `json:"unfit,omitempty"` // why the method cannot count the file
}

// A countTie is where a count stopped.
type countTie struct {
	Candidates []string `json:"candidates"`
	For        string   `json:"for"`
	Stage      int      `json:"stage"`
	Undrawn    []string `json:"undrawn,omitempty"` // tied, but missing from the lot that was given

	words string
}

// A countParting is someone on whom the methods do not agree.
type countParting struct {
	Name  string `json:"name"`
	Seats []*int `json:"seats"` // by each method, in their order; 1 for a winner, null without a result
}

// compareCounts counts by each method and shows the winners side by side. The
// exit status is that of a tie if any method ends in one.
func compareCounts(cmd *cobra.Command, in *countFile, f countFlags) error {
	if len(f.compare) < 2 || len(f.compare) > maxCompared {
		return withHint(fault("--compare needs 2 to %d methods, found %d", maxCompared, len(f.compare)), "write them as --compare %s",
			methodsFor(in.input)[0]+","+methodsFor(in.input)[1])
	}
	var methods []countreport.Method
	for _, name := range f.compare {
		m, err := findMethod(name)
		if err != nil {
			return err
		}
		methods = append(methods, m)
	}
	if err := f.fit(methods...); err != nil {
		return err
	}
	c := countComparison{LotSeed: in.lotSeed}
	var unfit error // of the first method that is
	for _, name := range f.compare {
		counted, err := in.compared(name, f)
		if err != nil && unfit == nil {
			unfit = err
		}
		if slices.ContainsFunc(c.Methods, func(other comparedCount) bool { return other.Method == counted.Method }) {
			return withHint(fault("--compare names %s twice", counted.Method), "leave %s out", name)
		}
		c.Methods = append(c.Methods, counted)
	}
	if !slices.ContainsFunc(c.Methods, func(m comparedCount) bool { return m.Unfit == "" }) {
		return unfit
	}
	names := c.names()
	c.part(names)
	if f.csv {
		if err := in.writeComparisonCSV(cmd.OutOrStdout(), &c, names); err != nil {
			return fmt.Errorf("writing CSV: %w", err)
		}
		return c.tied()
	}
	if err := show(cmd, c, func(w io.Writer) { in.writeComparison(w, &c, names) }); err != nil {
		return err
	}
	return c.tied()
}

// compared counts by one method; a tie is a result here. With an error the outcome is
// that the method is unfit, and why.
func (in *countFile) compared(name string, f countFlags) (comparedCount, error) {
	r, err := in.count(name, f)
	var tie *countreport.TieError
	switch {
	case errors.As(err, &tie):
		at := countTie{tie.Candidates, tie.For, tie.Stage, tie.Undrawn, tieWords(tie)}
		return comparedCount{Method: tie.Method, Tie: &at}, nil
	case err != nil:
		err = countError(err)
		m, _ := findMethod(name)
		return comparedCount{Method: m.Name, Unfit: err.Error()}, err
	}
	result := in.result(r)
	return comparedCount{Method: r.Method, countResult: &result}, nil
}

// names are all winners and all who are tied, as they are met.
func (c *countComparison) names() []string {
	var names []string
	for _, m := range c.Methods {
		var met []string
		switch {
		case m.Tie != nil:
			met = m.Tie.Candidates
		case m.Unfit == "":
			met = m.Winners
		}
		for _, name := range met {
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

// part sorts names into those whom all methods elect alike and the rest. A method
// that ends in a tie or is unfit says nothing of either; someone whom no method has
// elected is in neither.
func (c *countComparison) part(names []string) {
	c.Agreed, c.Parts = []string{}, []countParting{}
	for _, name := range names {
		p := countParting{Name: name}
		var known []int
		for _, m := range c.Methods {
			if m.countResult == nil {
				p.Seats = append(p.Seats, nil)
				continue
			}
			seats := seatsIn(m.Report, name)
			p.Seats, known = append(p.Seats, &seats), append(known, seats)
		}
		switch {
		case len(known) == 0 || slices.Max(known) == 0:
		case slices.Min(known) == slices.Max(known):
			c.Agreed = append(c.Agreed, name)
		default:
			c.Parts = append(c.Parts, p)
		}
	}
}

// tied is the rejection of a comparison in which some rule waits for a lot.
func (c *countComparison) tied() error {
	var methods, undrawn []string
	for _, m := range c.Methods {
		if m.Tie == nil {
			continue
		}
		methods = append(methods, m.Method)
		for _, name := range m.Tie.Undrawn {
			if !slices.Contains(undrawn, name) {
				undrawn = append(undrawn, name)
			}
		}
	}
	if len(methods) == 0 {
		return nil
	}
	ends := "ends in a tie and leaves"
	if len(methods) > 1 {
		ends = "end in a tie and leave"
	}
	return withHint(rejected("%s %s it to the lot", list(methods, "and"), ends), "%s", drawHint(undrawn))
}

// writeComparison shows the winners in the order each method elects them, and marks
// the lines on which the methods differ.
func (in *countFile) writeComparison(w io.Writer, c *countComparison, names []string) {
	wide := 30
	if len(c.Methods) > 3 {
		wide = 20
	}
	switch {
	case in.input == input.Parties:
		fmt.Fprintln(w, "Each column is a method; its numbers are seats.")
	case slices.ContainsFunc(c.Methods, func(m comparedCount) bool { return m.countResult != nil && len(m.Level) > 0 }):
		fmt.Fprintln(w, "Each column is a method; its numbers are the order of election. Those with the")
		fmt.Fprintln(w, "same number and = are level: the method gives them no order.")
	default:
		fmt.Fprintln(w, "Each column is a method; its numbers are the order of election.")
	}
	heads := []string{"", ""}
	longest := 0
	for _, m := range c.Methods {
		longest = max(longest, len(m.Method))
	}
	for i, m := range c.Methods {
		key := string(rune('A' + i))
		heads = append(heads, key)
		label := fmt.Sprintf("  %s  %-*s  ", key, longest, m.Method)
		switch {
		case m.Tie != nil:
			wrapped(w, label, "not counted to its end: "+m.Tie.words)
		case m.Unfit != "":
			wrapped(w, label, "cannot count this: "+m.Unfit)
		default:
			fmt.Fprintln(w, strings.TrimRight(label, " "))
		}
	}
	if in.lotSeed != "" {
		fmt.Fprintln(w)
		wrapped(w, "", seedNote(in.lotSeed))
	}
	fmt.Fprintln(w)
	t := newTable(heads...)
	for _, name := range names {
		label := name
		if in.input == input.Budget {
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
		for _, m := range c.Methods {
			cells = append(cells, in.comparedCell(m, name))
		}
		t.row(cells...)
	}
	t.write(w)
	fmt.Fprintln(w)
	fmt.Fprintln(w, c.verdict())
}

// comparedCell is the outcome of one method for one candidate. After a tie it is
// known only for those who are tied.
func (in *countFile) comparedCell(m comparedCount, name string) string {
	if m.Unfit != "" {
		return ""
	}
	if m.Tie != nil {
		if slices.Contains(m.Tie.Candidates, name) {
			return "tied"
		}
		return "?"
	}
	switch at := slices.Index(m.Winners, name); {
	case at < 0:
		return "-"
	case in.input == input.Parties:
		return fmt.Sprint(seatsIn(m.Report, name))
	default:
		return m.Place(at)
	}
}

// verdict says whether the methods agree, so far as they were counted.
func (c *countComparison) verdict() string {
	counted, unfit, which, all := 0, 0, "", "all methods"
	for _, m := range c.Methods {
		switch {
		case m.Unfit != "":
			unfit++
		case m.Tie == nil:
			counted++
			which = m.Method
		}
	}
	methods := "The methods"
	switch {
	case counted < len(c.Methods) && unfit > 0:
		methods, all = "The methods with a result", "the methods with a result"
	case counted < len(c.Methods):
		methods, all = "The methods without a tie", "the methods without a tie"
	}
	switch {
	case counted == 0 && unfit > 0:
		return "No method came to an end."
	case counted == 0:
		return "Every method ends in a tie."
	case counted == 1:
		return fmt.Sprintf("Only %s came to an end, so there is nothing to compare it with.", which)
	case len(c.Parts) == 0:
		return methods + " agree."
	case len(c.Agreed) == 0:
		return fmt.Sprintf("No winner is common to %s; <> marks where they part.", all)
	}
	return fmt.Sprintf("%s agree on %d and part on the %d marked <>.", methods, len(c.Agreed), len(c.Parts))
}

// writeComparisonCSV writes one line for each name, with the cell of each method as in
// the text, with = for who is level; nothing for who is not elected, unfit for all of a method that is. A lot that
// was made from a seed adds the column lot_seed, which has the seed on every line.
func (in *countFile) writeComparisonCSV(w io.Writer, c *countComparison, names []string) error {
	out := csv.NewWriter(w)
	head := []string{"name", "parts"}
	for _, m := range c.Methods {
		head = append(head, m.Method)
	}
	if c.LotSeed != "" {
		head = append(head, "lot_seed")
	}
	out.Write(head)
	for _, name := range names {
		parts := ""
		if slices.ContainsFunc(c.Parts, func(p countParting) bool { return p.Name == name }) {
			parts = "<>"
		}
		row := []string{countreport.Cell(name), parts}
		for _, m := range c.Methods {
			switch text := in.comparedCell(m, name); {
			case m.Unfit != "":
				row = append(row, "unfit")
			case text == "-":
				row = append(row, "")
			default:
				row = append(row, text)
			}
		}
		if c.LotSeed != "" {
			row = append(row, countreport.Cell(c.LotSeed))
		}
		out.Write(row)
	}
	out.Flush()
	return out.Error()
}
