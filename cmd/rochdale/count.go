package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/state/count/apportion"
	"github.com/rochdale-ledger/rochdale/state/count/budget"
	"github.com/rochdale-ledger/rochdale/state/count/election"
	"github.com/rochdale-ledger/rochdale/state/count/input"
	"github.com/rochdale-ledger/rochdale/state/count/method"
	"github.com/rochdale-ledger/rochdale/state/count/paper"
	"github.com/rochdale-ledger/rochdale/state/count/question"
	"github.com/rochdale-ledger/rochdale/state/count/record"
	countreport "github.com/rochdale-ledger/rochdale/state/count/report"
)

// countFlags are the choices of one count.
type countFlags struct {
	method  string
	compare []string
	stages  bool
	csv     bool
	html    bool
	lot     string // file
	lotSeed string
	record  record.Rules
	ignore  []string // columns

	seats     int
	points    int64
	reserve   []string
	threshold string
	orWon     int
	step      int64

	quorum  string
	base    string
	strict  bool
	minus   int
	against string
}

func newCountCmd() *cobra.Command {
	var f countFlags
	cmd := &cobra.Command{
		Use:   "count FILE --method M",
		Short: "Count an election, a question, a budget or seats from a file",
		Long: `Count papers by a published rule, exactly, and show each stage. It needs no
ledger and sends nothing.

FILE is ranked papers (.blt, or a vote record with ranks in columns, .csv), a
participatory budget (.pb, Pabulib), a table party,votes or party,votes,won
(.csv) or the answers to one question (.csv); - reads it from standard input.
The exit status is 0 when it was counted, 1 when it cannot be read or counted,
and 2 when there is a tie that the method's rule leaves to a lot and --lot does
not settle.`,
		Example: `  rochdale count board.blt --method scottish-stv --stages
  rochdale count board.blt --method stv --reserve "tenants:2-:Ann,Bea"
  rochdale count motion.csv --method majority --quorum 20% --threshold 2/3
  rochdale count budget.pb --method equal-shares --json
  rochdale count branches.csv --method sainte-lague --seats 9
  rochdale count lists.csv -m sainte-lague --seats 120 --threshold 5% --or-won 1
  rochdale count --compare irv,schulze,borda chair.blt
  rochdale count board.blt --method stv --html >board.html
  rochdale count methods`,
		GroupID: groupResearchers,
		Args:    wantArgs("FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runCount(cmd, args[0], f)
		},
	}
	addCountFlags(cmd, &f)
	methodCompletion := cobra.FixedCompletions(methodNames(), cobra.ShellCompDirectiveNoFileComp)
	must(cmd.RegisterFlagCompletionFunc("method", methodCompletion))
	must(cmd.RegisterFlagCompletionFunc("compare", methodCompletion))
	must(cmd.MarkFlagFilename("lot"))
	must(cmd.RegisterFlagCompletionFunc("ignore", cobra.NoFileCompletions))
	// A file is no command that was misspelt, which is what the root would say.
	cmd.SetFlagErrorFunc(countFlagError)
	methods := newCountMethodsCmd()
	methods.SetFlagErrorFunc(flagError)
	cmd.AddCommand(methods)
	return cmd
}

func addCountFlags(cmd *cobra.Command, f *countFlags) {
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringVarP(&f.method, "method", "m", "", "how to count: a `name` from rochdale count methods")
	flags.StringSliceVar(&f.compare, "compare", nil, "count by several `methods`, parted by commas, side by side")
	flags.BoolVar(&f.stages, "stages", false, "show every stage of the count")
	flags.BoolVar(&f.csv, "csv", false, "print the stages, or the comparison, as CSV")
	flags.BoolVar(&f.html, "html", false, "print the report as a page with bars, which needs nothing else")
	flags.StringVar(&f.lot, "lot", "", "`file` of names in the order drawn, one a line, for ties")
	flags.StringVar(&f.lotSeed, "lot-seed", "", "for studies: make the lot from this `text` instead; every form of the report says so")
	flags.IntVar(&f.seats, "seats", 0, "`number` of seats to fill, if not that of the file")
	flags.Int64Var(&f.points, "points", 0, "score, star, dots, cumulative: `most` points a voter gives (score, star: to one candidate)")
	flags.StringArrayVar(&f.reserve, "reserve", nil, "seats for a `group`, as tenants:2-:Ann,Bea; may be repeated")
	flags.StringVar(&f.threshold, "threshold", "", "least `share` of votes to get seats, or of yes in a majority: 4%, 2/3")
	flags.IntVar(&f.orWon, "or-won", 0, "seats: this `number` won (third column) stands in for the threshold")
	flags.BoolVar(&f.strict, "strict", false, "majority: more than the threshold, not just as much")
	flags.StringVar(&f.quorum, "quorum", "", "majority, consent: `part` of the electorate, or papers, needed: 20%, 1/3, 15")
	flags.StringVar(&f.base, "base", "", "majority, consent: `whole` of shares: cast, present or members (default cast)")
	flags.IntVar(&f.minus, "minus", 0, "consent: how many `objections` it bears")
	flags.StringVar(&f.against, "against", "", "consent: a vote follows, lost by more than this `share` of noes: 25% or 2,25%")
	flags.StringVar(&f.record.Overvotes, "overvotes", "", "vote record: several in one `rank`: "+strings.Join(record.Overvotes, ", "))
	flags.StringVar(&f.record.Skipped, "skipped", "", "vote record: a `rank` left blank: "+strings.Join(record.Skipped, ", "))
	flags.StringArrayVar(&f.ignore, "ignore", nil, "seats, majority, consent: `column` of the table to pass over, by its name; may be repeated")
	flags.Int64Var(&f.step, "step", 0, "equal-shares: `amount` by which shares grow at a time (default 1)")
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
	case f.html && (f.csv || asJSON):
		return withHint(fault("--html is a form of its own"), "leave --csv and --json out")
	case f.html && f.compare != nil:
		return withHint(fault("--compare has no HTML form"), "take --csv or --json")
	case f.method == "" && f.compare == nil:
		return withHint(fault("rochdale count needs --method or --compare"), "rochdale count methods")
	case f.method != "" && f.compare != nil:
		return withHint(fault("--method and --compare do not go together"), "name all methods in --compare")
	case f.lot != "" && f.lotSeed != "":
		return withHint(fault("--lot and --lot-seed both give the lot"), "take --lot for a lot that was drawn, --lot-seed for a study")
	case cmd.Flags().Changed("lot-seed") && f.lotSeed == "":
		return withHint(fault("--lot-seed is empty"), "take a number or a word, or leave it out")
	case len(f.lotSeed) > input.MaxSeed || election.BadText(f.lotSeed) != "":
		return withHint(fault("--lot-seed is no text of at most %d bytes", input.MaxSeed), "take a number or a word")
	}
	first := f.method
	if len(f.compare) > 0 {
		first = f.compare[0]
	}
	method, _ := method.Find(first) // count says so if there is none
	if f.compare != nil && method.Input == input.Answers {
		return withHint(fault("a question is decided by one rule, so there is nothing to compare"), "take --method %s", method.Name)
	}
	f.record.Seats = max(0, f.seats)
	in, err := readCountFile(path, cmd.InOrStdin(), method, f.record, f.ignore)
	if err != nil {
		return err
	}
	if f.lot != "" {
		if in.lot, in.from, err = readLot(f.lot); err != nil {
			return err
		}
	}
	if f.lotSeed != "" {
		in.lot, in.lotSeed = input.SeededLot(f.lotSeed, in.names()), f.lotSeed
	}
	if f.compare != nil {
		return compareCounts(cmd, in, f)
	}
	if err := countFitting(f); err != nil {
		return err
	}
	r, err := in.count(f.method, f)
	if err != nil {
		return countError(err)
	}
	if f.csv || f.html {
		write := r.WriteCSV
		if f.html {
			write = r.WriteHTML
		}
		var out bytes.Buffer
		if err := write(&out); err != nil {
			return fmt.Errorf("writing the report: %w", err)
		}
		_, err := cmd.OutOrStdout().Write(out.Bytes())
		return err
	}
	return show(cmd, in.result(r), func(w io.Writer) { r.WriteText(w, f.stages) })
}

// findMethod finds a method for people, who are told the nearest name.
func findMethod(name string) (countreport.Method, error) {
	m, ok := method.Find(name)
	if ok {
		return m, nil
	}
	err := fault("no method is called %q", name)
	if near := nearest(strings.ToLower(name), methodNames()); near != "" {
		return m, withHint(err, "did you mean: --method %s", near)
	}
	return m, withHint(err, "rochdale count methods")
}

// countFitting refuses flags that mean nothing to the method.
func countFitting(f countFlags) error {
	m, err := findMethod(f.method)
	if err != nil {
		return err
	}
	return f.fit(m)
}

// count counts the file by one method. Its errors want countError.
func (in *countFile) count(name string, f countFlags) (*countreport.Report, error) {
	m, err := findMethod(name)
	if err != nil {
		return nil, err
	}
	if m.Input != in.input {
		return nil, withHint(fault("%s counts %s, and %s is %s", m.Name, inputNames[m.Input], in.path, inputNames[in.input]),
			"take one of %s", strings.Join(methodsFor(in.input), ", "))
	}
	if err := f.complete(m); err != nil {
		return nil, err
	}
	r, err := in.report(m, f)
	if err != nil {
		return nil, in.from.explain(err)
	}
	if r.Winners == nil {
		r.Winners = []string{} // [] in JSON, not null
	}
	r.Notes = append(r.Notes, in.notes...)
	if in.lotSeed != "" {
		r.LotSeed, r.Notes = in.lotSeed, append(r.Notes, seedNote(in.lotSeed))
	}
	return r, nil
}

func (in *countFile) report(m countreport.Method, f countFlags) (*countreport.Report, error) {
	switch m.Input {
	case input.Papers:
		reserved, err := parseReserves(f.reserve, in.election)
		if err != nil {
			return nil, err
		}
		return paper.Count(m.Name, in.election, election.Options{Seats: f.seats, Lot: in.lot, Points: f.points, Reserved: reserved})
	case input.Budget:
		return budget.Count(m.Name, in.budget, budget.Options{Lot: in.lot, Step: f.step})
	case input.Parties:
		o := apportion.Options{Seats: f.seats, Lot: in.lot, OrWon: f.orWon}
		if f.threshold != "" {
			var err error
			if o.Threshold, err = parseShare("--threshold", f.threshold); err != nil {
				return nil, err
			}
		}
		return apportion.Count(m.Name, in.parties, o)
	}
	if m.Name == "consent" {
		rule, err := consentRule(f)
		if err != nil {
			return nil, err
		}
		return question.Consent(rule, in.call, in.vote)
	}
	rule, err := majorityRule(f)
	if err != nil {
		return nil, err
	}
	return question.Majority(rule, in.tally)
}

// fit refuses flags that mean nothing to any of the methods.
func (f countFlags) fit(methods ...countreport.Method) error {
	for _, flag := range f.useless(methods[0]) {
		if !slices.ContainsFunc(methods, func(m countreport.Method) bool { return !slices.Contains(f.useless(m), flag) }) {
			return withHint(fault("--%s is no use for %s", flag, methods[0].Name), "leave --%s out", flag)
		}
	}
	return nil
}

// useless are the flags that were given and mean nothing to a method.
func (f countFlags) useless(m countreport.Method) (flags []string) {
	question := m.Input == input.Answers
	for _, c := range []struct {
		flag  string
		given bool
		fits  bool
	}{
		{"seats", f.seats != 0, m.Input == input.Papers || m.Input == input.Parties},
		{"points", f.points != 0, m.Name == "score" || m.Name == "star" || m.Name == "dots" || m.Name == "cumulative"},
		{"reserve", f.reserve != nil, m.Input == input.Papers},
		{"threshold", f.threshold != "", m.Input == input.Parties || m.Name == "majority"},
		{"or-won", f.orWon != 0, m.Input == input.Parties},
		{"step", f.step != 0, m.Input == input.Budget},
		{"lot", f.lot != "", !question},
		{"lot-seed", f.lotSeed != "", !question},
		{"quorum", f.quorum != "", question},
		{"base", f.base != "", question},
		{"strict", f.strict, m.Name == "majority"},
		{"minus", f.minus != 0, m.Name == "consent"},
		{"against", f.against != "", m.Name == "consent"},
	} {
		if c.given && !c.fits {
			flags = append(flags, c.flag)
		}
	}
	return flags
}

// complete refuses flags that lack something a method needs.
func (f countFlags) complete(m countreport.Method) error {
	if f.seats < 0 {
		return withHint(fault("--seats %d is no number of seats", f.seats), "give 1 or more")
	}
	if f.seats == 0 && m.Input == input.Parties {
		return withHint(fault("%s needs the number of seats", m.Name), "add --seats N")
	}
	if f.orWon != 0 && f.threshold == "" {
		return withHint(fault("--or-won stands in for a threshold, and there is none"), "add --threshold, or leave --or-won out")
	}
	if f.strict && f.threshold == "" {
		return withHint(fault("--strict needs a threshold; without one it is more than half already"), "add --threshold, or leave --strict out")
	}
	return nil
}

// countError turns an error of the room into one with an exit status and a hint.
func countError(err error) error {
	var tie *countreport.TieError
	if errors.As(err, &tie) {
		return withHint(rejected("%s, and %s leaves it to the lot", tieWords(tie), tie.Method), "%s", drawHint(tie.Undrawn))
	}
	var bad *input.Error
	if errors.As(err, &bad) {
		return withHint(fault("%s", bad.Reason), "%s", bad.Hint)
	}
	if errors.Is(err, count.ErrTally) {
		return withHint(fault("%w", err), "correct the numbers and count again")
	}
	return faultOf(err)
}

// tieWords says who is tied for what: "Ada, Bo are tied for election at stage 1".
func tieWords(t *countreport.TieError) string {
	return fmt.Sprintf("%s are tied for %s at stage %d", t.Tied(), t.For, t.Stage)
}

// drawHint says what to do about a tie; undrawn are those whom the lot that was
// given lacks.
func drawHint(undrawn []string) string {
	if len(undrawn) > 0 {
		return fmt.Sprintf("the lot lacks %s: draw for them too, add them to the file of --lot and count again", strings.Join(undrawn, ", "))
	}
	return "draw lots, write the names to a file one a line, first drawn first, and add --lot FILE"
}

// countResult is the report with what the file says of the winners besides.
type countResult struct {
	*countreport.Report
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
	Won   int64  `json:"won,omitempty"` // of the seats, those that it had already
}

func (in *countFile) result(r *countreport.Report) countResult {
	out := countResult{Report: r}
	if in.input == input.Budget {
		for _, id := range r.Winners {
			p := in.project(id)
			out.Projects = append(out.Projects, countedProject{p.ID, p.Name, in.budget.Money(p.Cost)})
		}
	}
	if in.input == input.Parties {
		for i, name := range in.parties.Names {
			p := countedParty{Name: name, Votes: in.parties.Votes[i], Seats: seatsIn(r, name)}
			if in.parties.Won != nil {
				p.Won = in.parties.Won[i]
			}
			out.Parties = append(out.Parties, p)
		}
	}
	return out
}

func (in *countFile) project(id string) *budget.Project {
	for i := range in.budget.Projects {
		if in.budget.Projects[i].ID == id {
			return &in.budget.Projects[i]
		}
	}
	return &budget.Project{ID: id}
}

func seatsIn(r *countreport.Report, name string) int {
	n := 0
	for _, w := range r.Winners {
		if w == name {
			n++
		}
	}
	return n
}
