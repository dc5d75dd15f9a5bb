package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/state/count"
)

// countFlags are the choices of one count.
type countFlags struct {
	method    string
	compare   []string
	seats     int
	lot       string // file
	threshold string
	step      int64
	stages    bool
	csv       bool
}

func newCountCmd() *cobra.Command {
	var f countFlags
	cmd := &cobra.Command{
		Use:   "count FILE --method M",
		Short: "Count an election, a budget or seats from a file",
		Long: `Count papers by a published rule, exactly, and show each stage. No ledger is
needed, and nothing is sent anywhere.

FILE is ranked papers (.blt), a participatory budget (.pb, Pabulib) or a table
party,votes (.csv); - reads it from standard input. The exit status is 0 when
it was counted, 1 when it cannot be read or counted, and 2 when there is a tie
that the method's rule leaves to a lot and --lot does not settle.`,
		Example: `  rochdale count board.blt --method scottish-stv --stages
  rochdale count budget.pb --method equal-shares --json
  rochdale count branches.csv --method sainte-lague --seats 9
  rochdale count --compare irv,schulze,borda chair.blt
  rochdale count methods`,
		GroupID: groupResearchers,
		Args:    wantArgs("FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runCount(cmd, args[0], f)
		},
	}
	cmd.Flags().StringVarP(&f.method, "method", "m", "", "how to count; rochdale count methods lists them")
	cmd.Flags().StringSliceVar(&f.compare, "compare", nil, "count by several methods, parted by commas, side by side")
	cmd.Flags().IntVar(&f.seats, "seats", 0, "seats to fill, if the file does not say")
	cmd.Flags().StringVar(&f.lot, "lot", "", "file of names in the order drawn, one a line, for ties")
	cmd.Flags().StringVar(&f.threshold, "threshold", "", "least share of the votes for seats, such as 4%")
	cmd.Flags().Int64Var(&f.step, "step", 0, "how much equal shares grow at a time (default 1)")
	cmd.Flags().BoolVar(&f.stages, "stages", false, "show every stage of the count")
	cmd.Flags().BoolVar(&f.csv, "csv", false, "print the stages as CSV")
	// A file is no command that was misspelt, which is what the root would say.
	cmd.SetFlagErrorFunc(countFlagError)
	methods := newCountMethodsCmd()
	methods.SetFlagErrorFunc(flagError)
	cmd.AddCommand(methods)
	return cmd
}

// countFlagError names a wrong flag and the nearest right one.
func countFlagError(cmd *cobra.Command, err error) error {
	bare := &cobra.Command{Use: cmd.Use}
	bare.Flags().AddFlagSet(cmd.Flags())
	err = flagError(bare, err)
	return withHint(err, "see %s --help", cmd.CommandPath())
}

func runCount(cmd *cobra.Command, path string, f countFlags) error {
	asJSON, _ := cmd.Flags().GetBool("json")
	switch {
	case f.csv && asJSON:
		return withHint(fault("--csv and --json are two forms of one result"), "leave one of them out")
	case f.method == "" && f.compare == nil:
		return withHint(fault("rochdale count needs --method or --compare"), "rochdale count methods")
	case f.method != "" && f.compare != nil:
		return withHint(fault("--method and --compare do not go together"), "name all methods in --compare")
	case f.csv && f.compare != nil:
		return withHint(fault("--compare has no CSV form"), "take --json")
	}
	in, err := readCountFile(path, cmd.InOrStdin())
	if err != nil {
		return err
	}
	if f.lot != "" {
		if in.lot, err = readLot(f.lot); err != nil {
			return err
		}
	}
	if f.compare != nil {
		return compareCounts(cmd, in, f)
	}
	r, err := in.count(f.method, f)
	if err != nil {
		return err
	}
	if f.csv {
		var out bytes.Buffer
		if err := r.WriteCSV(&out); err != nil {
			return fmt.Errorf("writing CSV: %w", err)
		}
		_, err := cmd.OutOrStdout().Write(out.Bytes())
		return err
	}
	result := in.result(r)
	return show(cmd, result, func(w io.Writer) {
		in.label(*r).WriteText(w, f.stages)
	})
}

// count counts the file by one method.
func (in *countFile) count(method string, f countFlags) (*count.Report, error) {
	name, kind := findMethod(method)
	switch {
	case name == "":
		err := fault("no method is called %q", method)
		if near := nearest(strings.ToLower(method), allMethods()); near != "" {
			return nil, withHint(err, "did you mean: --method %s", near)
		}
		return nil, withHint(err, "rochdale count methods")
	case kind != in.kind:
		return nil, withHint(fault("%s counts %s, and %s is %s", name, kindNames[kind], in.path, kindNames[in.kind]),
			"take one of %s", strings.Join(methodsOf(in.kind), ", "))
	case f.seats < 0 || (f.seats > 0 && kind == kindBudget):
		return nil, withHint(fault("--seats %d is no use for %s", f.seats, kindNames[kind]), "leave --seats out")
	case f.step != 0 && kind != kindBudget:
		return nil, withHint(fault("--step is for equal shares of a budget"), "leave --step out")
	case f.threshold != "" && kind != kindSeats:
		return nil, withHint(fault("--threshold is for seats in proportion to votes"), "leave --threshold out")
	case f.seats == 0 && kind == kindSeats:
		return nil, withHint(fault("%s needs the number of seats", name), "add --seats N")
	}
	var r *count.Report
	var err error
	switch kind {
	case kindElection:
		r, err = count.Count(name, in.election, count.Options{Seats: f.seats, Lot: in.lot})
	case kindBudget:
		r, err = count.CountBudget(name, in.budget, count.BudgetOptions{Lot: in.lot, Step: f.step})
	default:
		var least count.Fraction
		if least, err = parseShare(f.threshold); err != nil {
			return nil, err
		}
		r, err = count.Apportion(name, in.parties, count.ApportionOptions{Seats: f.seats, Threshold: least, Lot: in.lot})
	}
	if err != nil {
		return nil, countError(err)
	}
	if r.Winners == nil {
		r.Winners = []string{} // [] in JSON, not null
	}
	return r, nil
}

// countError turns an error of the room into one with an exit status and a hint.
func countError(err error) error {
	var tie *count.TieError
	if errors.As(err, &tie) {
		e := rejected("%s are tied for %s at stage %d, and %s leaves it to the lot",
			strings.Join(tie.Candidates, ", "), tie.For, tie.Stage, tie.Method)
		if len(tie.Undrawn) > 0 {
			return withHint(e, "the lot lacks %s: draw for them too, add them to the file of --lot and count again", strings.Join(tie.Undrawn, ", "))
		}
		return withHint(e, "draw lots, write the names to a file one a line, first drawn first, and add --lot FILE")
	}
	var bad *count.InputError
	if errors.As(err, &bad) {
		return withHint(fault("%s", bad.Reason), "%s", bad.Hint)
	}
	return fault("%w", err)
}

// parseShare reads 4%, 2.5% or 1/20; nothing is no share.
func parseShare(s string) (count.Fraction, error) {
	var f count.Fraction
	if s == "" {
		return f, nil
	}
	var rest string
	if n, _ := fmt.Sscanf(s+" .", "%d/%d %s", &f.Num, &f.Den, &rest); n == 3 && rest == "." && f.Valid() {
		return f, nil
	}
	whole, part, _ := strings.Cut(strings.TrimSuffix(s, "%"), ".")
	f = count.Fraction{Den: 100}
	digits := whole + part
	for range part {
		f.Den *= 10
	}
	if !strings.HasSuffix(s, "%") || len(digits) == 0 || len(digits) > 9 || strings.Trim(digits, "0123456789") != "" {
		return f, withHint(fault("--threshold %q is no share of the votes", s), "write it as 4%%, 2.5%% or 1/20")
	}
	fmt.Sscanf(digits, "%d", &f.Num)
	if !f.Valid() {
		return f, withHint(fault("--threshold %q is more than all votes", s), "write it as 4%%, 2.5%% or 1/20")
	}
	return f, nil
}

// countResult is the report with what the file says of the winners besides.
type countResult struct {
	*count.Report
	Projects []countedProject `json:"projects,omitempty"` // funded, in order
	Parties  []countedParty   `json:"parties,omitempty"`
}

type countedProject struct {
	ID   string `json:"id"`
	Name string `json:"name,omitempty"`
	Cost string `json:"cost"` // in the currency, exact
}

type countedParty struct {
	Name  string `json:"name"`
	Votes int64  `json:"votes"`
	Seats int    `json:"seats"`
}

func (in *countFile) result(r *count.Report) countResult {
	out := countResult{Report: r}
	if in.kind == kindBudget {
		for _, id := range r.Winners {
			p := in.project(id)
			out.Projects = append(out.Projects, countedProject{p.ID, p.Name, in.budget.Money(p.Cost)})
		}
	}
	if in.kind == kindSeats {
		for i, name := range in.parties.Names {
			out.Parties = append(out.Parties, countedParty{name, in.parties.Votes[i], seatsIn(r, name)})
		}
	}
	return out
}

func (in *countFile) project(id string) *count.Project {
	for i := range in.budget.Projects {
		if in.budget.Projects[i].ID == id {
			return &in.budget.Projects[i]
		}
	}
	return &count.Project{ID: id}
}

func seatsIn(r *count.Report, name string) int {
	n := 0
	for _, w := range r.Winners {
		if w == name {
			n++
		}
	}
	return n
}

// label makes the list of winners one that people read: projects with their
// names and costs, parties once with their seats.
func (in *countFile) label(r count.Report) *count.Report {
	switch in.kind {
	case kindBudget:
		winners := make([]string, len(r.Winners))
		for i, id := range r.Winners {
			p := in.project(id)
			winners[i] = strings.Join(strings.Fields(fmt.Sprintf("%s %s (%s)", p.ID, p.Name, in.budget.Money(p.Cost))), " ")
		}
		r.Winners = winners
	case kindSeats:
		parties := in.result(&r).Parties
		slices.SortStableFunc(parties, func(a, b countedParty) int { return cmp.Compare(b.Seats, a.Seats) })
		r.Winners = nil
		for _, p := range parties {
			if p.Seats > 0 {
				r.Winners = append(r.Winners, fmt.Sprintf("%s: %d", p.Name, p.Seats))
			}
		}
	}
	return &r
}
