package count

import (
	"slices"
	"strings"
)

// What a method counts, which is also the form of its file.
const (
	InputPapers  = "blt"     // ranked or marked papers: Count
	InputBudget  = "pabulib" // projects and votes for them: CountBudget
	InputParties = "csv"     // parties and their votes: Apportion
	InputTally   = "tally"   // answers to one question: CountMajority, CountConsent
)

var inputNames = map[string]string{
	InputPapers:  "papers of an election",
	InputBudget:  "the votes for a budget",
	InputParties: "the votes of parties",
	InputTally:   "the answers to a question",
}

// A Method is one way of counting.
type Method struct {
	Name    string   `json:"name"`              // canonical, as in reports
	Aliases []string `json:"aliases,omitempty"` // other names that Find knows
	Summary string   `json:"summary"`           // what it is, one sentence
	Source  string   `json:"source"`            // the published rule that is followed
	When    string   `json:"when"`              // when a co-op uses it, one sentence
	Input   string   `json:"input"`             // one of the inputs above

	// The one that Input calls for is set; questions have functions of their own.
	papers func(*Election, Options) (*Report, error)
	budget func(*Budget, BudgetOptions) (*Report, error)
	seats  *seatRule
}

// electionMethods are the methods that count an Election, simplest first.
var electionMethods = []Method{
	{
		Name: "plurality", Aliases: []string{"fptp", "first-past-the-post", "sntv"}, Input: InputPapers, papers: plurality,
		Summary: "Whoever most papers put first is elected.",
		Source:  "Representation of the People Act 1983, schedule 1, rules 18 and 49",
		When:    "Two candidates for one post; with more, a choice of the few may win.",
	},
	{
		Name: "approval", Input: InputPapers, papers: approval,
		Summary: "Every candidate marked gets one vote; the most approved are elected.",
		Source:  "Brams and Fishburn, American Political Science Review 72 (1978)",
		When:    "Picking dates, names or several people whom as many as possible accept.",
	},
	{
		Name: "score", Aliases: []string{"range"}, Input: InputPapers, papers: score,
		Summary: "Voters give each candidate points; the most points win.",
		Source:  "W. D. Smith, Range voting (2000)",
		When:    "Ranking ideas or bids where strength of feeling matters and nobody gains by exaggerating.",
	},
	{
		Name: "cumulative", Input: InputPapers, papers: cumulative,
		Summary: "As many votes a voter as seats, which may be heaped on one candidate.",
		Source:  "Constitution of Illinois 1870, article IV, sections 7 and 8",
		When:    "A board where a minority must be able to win a seat without ranking.",
	},
	{
		Name: "dots", Aliases: []string{"dot-voting", "dotmocracy"}, Input: InputPapers, papers: dots,
		Summary: "A few dots a voter, spread or heaped; the most dots win.",
		Source:  "J. Diceman, Dotmocracy Handbook (2010)",
		When:    "Sorting a wall of proposals in a meeting before a real decision.",
	},
	{
		Name: "borda", Aliases: []string{"borda-count"}, Input: InputPapers, papers: borda,
		Summary: "Points for every candidate ranked below; the highest average rank wins.",
		Source:  "Borda (1784); Black, Public Choice 28 (1976)",
		When:    "An advisory ranking of options among people who do not vote tactically.",
	},
	{
		Name: "bucklin", Aliases: []string{"grand-junction"}, Input: InputPapers, papers: bucklin,
		Summary: "Second, third and later preferences are added until someone has a majority.",
		Source:  "Charter of Grand Junction (Colorado), 1909; J. W. Bucklin, Annals 38 (1911)",
		When:    "One post, by hand and in few stages, where a broadly acceptable candidate is wanted.",
	},
	{
		Name: "irv", Aliases: []string{"alternative-vote", "av", "instant-runoff", "rcv"}, Input: InputPapers, papers: instantRunoff,
		Summary: "The lowest candidate is excluded and their papers move on until one has a majority.",
		Source:  "Parliamentary Voting System and Constituencies Act 2011, section 9 and schedule 10",
		When:    "One officer from three or more candidates.",
	},
	{
		Name: "irv-batch", Aliases: []string{"irv-joint"}, Input: InputPapers, papers: batchRunoff,
		Summary: "As irv, but candidates who cannot catch up are excluded together.",
		Source:  "Burlington (Vermont) Charter, section 5 (2009); Minneapolis Code, section 167.60",
		When:    "As irv with a long tail of write-ins: the same winner in fewer stages.",
	},
	{
		Name: "scottish-stv", Aliases: []string{"stv", "scottish"}, Input: InputPapers, papers: scottishSTV,
		Summary: "Proportional: papers move on in fractions from the elected and in full from the excluded.",
		Source:  "Scottish Local Government Elections Order 2007 (SSI 2007/42), schedule 1, rules 45-52",
		When:    "A board or committee of several seats. The usual choice, and one that can be counted by hand.",
	},
	{
		Name: "wigm", Aliases: []string{"wigm-stv", "wigm-prf"}, Input: InputPapers, papers: wigmSTV,
		Summary: "As scottish-stv with a fractional quota, four decimals and lots for all ties.",
		Source:  "PR Foundation, Reference WIGM Rule",
		When:    "A board whose rules name the PR Foundation's rule or a US city's.",
	},
	{
		Name: "meek", Aliases: []string{"meek-stv", "meek-prf"}, Input: InputPapers, papers: meekSTV,
		Summary: "The most exact STV: each elected candidate keeps just the share needed, the quota falling as papers exhaust.",
		Source:  "PR Foundation, Reference Meek Rule; Hill, Wichmann and Woodall (1987)",
		When:    "Several seats where a computer counts anyway and members want no vote wasted.",
	},
	{
		Name: "schulze", Aliases: []string{"condorcet", "schulze-method"}, Input: InputPapers, papers: schulze,
		Summary: "Whoever would win against each other candidate one to one, cycles broken by strongest paths.",
		Source:  "M. Schulze, Social Choice and Welfare 36 (2011)",
		When:    "One choice that must stand up against every alternative, or a full ranking.",
	},
}

// Methods lists every method, in the order to show them. The list is the
// caller's own.
func Methods() []Method {
	return slices.Concat(electionMethods, questionMethods, budgetMethods, seatMethods)
}

// Find returns the method called name: its own name or an alias, in any case,
// however its words are joined (Sainte-Laguë, D'Hondt, equal_shares).
func Find(name string) (Method, bool) {
	name = strings.NewReplacer(" ", "-", "_", "-", "/", "-", "'", "-", "’", "-", "ë", "e").Replace(strings.ToLower(strings.TrimSpace(name)))
	for _, m := range Methods() {
		if m.Name == name || slices.Contains(m.Aliases, name) {
			return m, true
		}
	}
	return Method{}, false
}

// find returns the method called name if it counts input, or an *InputError.
func find(name, input string) (Method, error) {
	m, ok := Find(name)
	if !ok {
		return m, inputErr("list the methods and choose one of them", "no counting method is called %q", short(name))
	}
	if m.Input != input {
		return m, inputErr("choose a method for "+inputNames[input], "%s counts %s, not %s", m.Name, inputNames[m.Input], inputNames[input])
	}
	return m, nil
}

// Count counts e by the method called name.
//
// It returns an *InputError when the method, the election or the options cannot
// be used, and a *TieError when the rule leaves a tie to a lot that opt does not
// hold. It keeps and changes neither e nor opt.
func Count(name string, e *Election, opt Options) (*Report, error) {
	m, err := find(name, InputPapers)
	if err != nil {
		return nil, err
	}
	return m.papers(e, opt)
}
