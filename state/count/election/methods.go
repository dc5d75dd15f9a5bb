package election

import (
	"github.com/rochdale-ledger/rochdale/state/count/input"
	"github.com/rochdale-ledger/rochdale/state/count/report"
)

// A method is its description with the function that counts by it.
type method struct {
	report.Method
	papers func(*Election, Options) (*report.Report, error)
}

// methods are the methods that count an Election, simplest first.
var methods = []method{
	{papers: plurality, Method: report.Method{
		Name: "plurality", Aliases: []string{"fptp", "first-past-the-post", "sntv"}, Input: input.Papers,
		Summary: "Whoever most papers put first is elected.",
		Source:  "Representation of the People Act 1983, schedule 1, rules 18 and 49",
		When:    "Two candidates for one post; with more, a choice of the few may win.",
	}},
	{papers: approval, Method: report.Method{
		Name: "approval", Input: input.Papers,
		Summary: "Every candidate marked gets one vote; the most approved are elected.",
		Source:  "Brams and Fishburn, American Political Science Review 72 (1978)",
		When:    "Picking dates, names or several people whom as many as possible accept.",
	}},
	{papers: score, Method: report.Method{
		Name: "score", Aliases: []string{"range"}, Input: input.Papers,
		Summary: "Voters give each candidate points; the most points win.",
		Source:  "W. D. Smith, Range voting (2000)",
		When:    "Ranking ideas or bids where strength of feeling matters and nobody gains by exaggerating.",
	}},
	{papers: cumulative, Method: report.Method{
		Name: "cumulative", Input: input.Papers,
		Summary: "As many votes a voter as seats, which may be heaped on one candidate.",
		Source:  "Constitution of Illinois 1870, article IV, sections 7 and 8",
		When:    "A board where a minority must be able to win a seat without ranking.",
	}},
	{papers: dots, Method: report.Method{
		Name: "dots", Aliases: []string{"dot-voting", "dotmocracy"}, Input: input.Papers,
		Summary: "A few dots a voter, spread or heaped; the most dots win.",
		Source:  "J. Diceman, Dotmocracy Handbook (2010)",
		When:    "Sorting a wall of proposals in a meeting before a real decision.",
	}},
	{papers: borda, Method: report.Method{
		Name: "borda", Aliases: []string{"borda-count"}, Input: input.Papers,
		Summary: "Points for every candidate ranked below; the highest average rank wins.",
		Source:  "Borda (1784); Black, Public Choice 28 (1976)",
		When:    "An advisory ranking of options among people who do not vote tactically.",
	}},
	{papers: bucklin, Method: report.Method{
		Name: "bucklin", Aliases: []string{"grand-junction"}, Input: input.Papers,
		Summary: "Second, third and later preferences are added until someone has a majority.",
		Source:  "Charter of Grand Junction (Colorado), 1909; J. W. Bucklin, Annals 38 (1911)",
		When:    "One post, by hand and in few stages, where a broadly acceptable candidate is wanted.",
	}},
	{papers: instantRunoff, Method: report.Method{
		Name: "irv", Aliases: []string{"alternative-vote", "av", "instant-runoff", "rcv"}, Input: input.Papers,
		Summary: "The lowest candidate is excluded and their papers move on until one has a majority.",
		Source:  "Parliamentary Voting System and Constituencies Act 2011, section 9 and schedule 10",
		When:    "One officer from three or more candidates.",
	}},
	{papers: batchRunoff, Method: report.Method{
		Name: "irv-batch", Aliases: []string{"irv-joint"}, Input: input.Papers,
		Summary: "As irv, but candidates who cannot catch up are excluded together.",
		Source:  "Burlington (Vermont) Charter, section 5 (2009); Minneapolis Code, section 167.60",
		When:    "As irv with a long tail of write-ins: the same winner in fewer stages.",
	}},
	{papers: scottishSTV, Method: report.Method{
		Name: "scottish-stv", Aliases: []string{"stv", "scottish"}, Input: input.Papers,
		Summary: "Proportional: papers move on in fractions from the elected and in full from the excluded.",
		Source:  "Scottish Local Government Elections Order 2007 (SSI 2007/42), schedule 1, rules 45-52",
		When:    "A board or committee of several seats. The usual choice, and one that can be counted by hand.",
		Remark: "As in official tables, the count ends when the candidates left are as many as the vacancies: they are elected, below the quota if need be, " +
			"and nothing is transferred from the last excluded (rules 50(5) and 52; Dumbarton 2017 ends after 5 stages). " +
			"Tables of other programs often show one transfer more, which elects nobody else.",
	}},
	{papers: wigmSTV, Method: report.Method{
		Name: "wigm", Aliases: []string{"wigm-stv", "wigm-prf"}, Input: input.Papers,
		Summary: "As scottish-stv with a fractional quota, four decimals and lots for all ties.",
		Source:  "PR Foundation, Reference WIGM Rule",
		When:    "A board whose rules name the PR Foundation's rule or a US city's.",
	}},
	{papers: meekSTV, Method: report.Method{
		Name: "meek", Aliases: []string{"meek-stv", "meek-prf"}, Input: input.Papers,
		Summary: "The most exact STV: each elected candidate keeps just the share needed, the quota falling as papers exhaust.",
		Source:  "PR Foundation, Reference Meek Rule; Hill, Wichmann and Woodall (1987)",
		When:    "Several seats where a computer counts anyway and members want no vote wasted.",
	}},
	{papers: schulze, Method: report.Method{
		Name: "schulze", Aliases: []string{"condorcet", "schulze-method"}, Input: input.Papers,
		Summary: "Whoever would win against each other candidate one to one, cycles broken by strongest paths.",
		Source:  "M. Schulze, Social Choice and Welfare 36 (2011)",
		When:    "One choice that must stand up against every alternative, or a full ranking.",
	}},
}

// Methods lists the methods, simplest first. The list is the caller's
// own.
func Methods() []report.Method {
	out := make([]report.Method, len(methods))
	for i, m := range methods {
		out[i] = m.Method
	}
	return out
}

// Count counts e by the method called name.
//
// It returns an *input.Error when the method, the election or the options cannot
// be used, and a *report.TieError when the rule leaves a tie to a lot that opt
// does not hold. It keeps and changes neither e nor opt.
func Count(name string, e *Election, opt Options) (*report.Report, error) {
	for _, m := range methods {
		if m.Called(name) {
			return m.papers(e, opt)
		}
	}
	return nil, input.NoMethod(name, input.Papers)
}
