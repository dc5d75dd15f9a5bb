package count

import (
	"slices"
	"strings"
)

// A Method is one way of counting.
type Method struct {
	Name    string   // canonical, as in reports
	Aliases []string // other names that Find knows
	Summary string   // what it is, one sentence
	Source  string   // the published rule that is followed
	When    string   // when a co-op uses it, one sentence
	Input   string   // form of the file: "blt" or "pabulib"

	count func(*Election, Options) (*Report, error)
}

// preferentialMethods are the methods that count an Election, simplest first.
var preferentialMethods = []Method{
	{
		Name: "plurality", Aliases: []string{"fptp", "first-past-the-post", "sntv"}, Input: "blt", count: plurality,
		Summary: "Whoever most papers put first is elected.",
		Source:  "Representation of the People Act 1983, schedule 1, rules 18 and 49",
		When:    "Two candidates for one post; with more, a choice of the few may win.",
	},
	{
		Name: "approval", Input: "blt", count: approval,
		Summary: "Every candidate marked gets one vote; the most approved are elected.",
		Source:  "Brams and Fishburn, American Political Science Review 72 (1978)",
		When:    "Picking dates, names or several people whom as many as possible accept.",
	},
	{
		Name: "score", Aliases: []string{"range"}, Input: "blt", count: score,
		Summary: "Voters give each candidate points; the most points win.",
		Source:  "W. D. Smith, Range voting (2000)",
		When:    "Ranking ideas or bids where strength of feeling matters and nobody gains by exaggerating.",
	},
	{
		Name: "cumulative", Input: "blt", count: cumulative,
		Summary: "As many votes a voter as seats, which may be heaped on one candidate.",
		Source:  "Constitution of Illinois 1870, article IV, sections 7 and 8",
		When:    "A board where a minority must be able to win a seat without ranking.",
	},
	{
		Name: "dots", Aliases: []string{"dot-voting", "dotmocracy"}, Input: "blt", count: dots,
		Summary: "A few dots a voter, spread or heaped; the most dots win.",
		Source:  "J. Diceman, Dotmocracy Handbook (2010)",
		When:    "Sorting a wall of proposals in a meeting before a real decision.",
	},
	{
		Name: "borda", Aliases: []string{"borda-count"}, Input: "blt", count: borda,
		Summary: "Points for every candidate ranked below; the highest average rank wins.",
		Source:  "Borda (1784); Black, Public Choice 28 (1976)",
		When:    "An advisory ranking of options among people who do not vote tactically.",
	},
	{
		Name: "bucklin", Aliases: []string{"grand-junction"}, Input: "blt", count: bucklin,
		Summary: "Second, third and later preferences are added until someone has a majority.",
		Source:  "Charter of Grand Junction (Colorado), 1909; J. W. Bucklin, Annals 38 (1911)",
		When:    "One post, by hand and in few stages, where a broadly acceptable candidate is wanted.",
	},
	{
		Name: "irv", Aliases: []string{"alternative-vote", "av", "instant-runoff", "rcv"}, Input: "blt", count: instantRunoff,
		Summary: "The lowest candidate is excluded and their papers move on until one has a majority.",
		Source:  "Parliamentary Voting System and Constituencies Act 2011, section 9 and schedule 10",
		When:    "One officer from three or more candidates.",
	},
	{
		Name: "irv-batch", Aliases: []string{"irv-joint"}, Input: "blt", count: batchRunoff,
		Summary: "As irv, but candidates who cannot catch up are excluded together.",
		Source:  "Burlington (Vermont) Charter, section 5 (2009); Minneapolis Code, section 167.60",
		When:    "As irv with a long tail of write-ins: the same winner in fewer stages.",
	},
	{
		Name: "scottish-stv", Aliases: []string{"stv", "scottish"}, Input: "blt", count: scottishSTV,
		Summary: "Proportional: papers move on in fractions from the elected and in full from the excluded.",
		Source:  "Scottish Local Government Elections Order 2007 (SSI 2007/42), schedule 1, rules 45-52",
		When:    "A board or committee of several seats. The usual choice, and one that can be counted by hand.",
	},
	{
		Name: "wigm", Aliases: []string{"wigm-stv", "wigm-prf"}, Input: "blt", count: wigmSTV,
		Summary: "As scottish-stv with a fractional quota, four decimals and lots for all ties.",
		Source:  "PR Foundation, Reference WIGM Rule",
		When:    "A board whose rules name the PR Foundation's rule or a US city's.",
	},
	{
		Name: "meek", Aliases: []string{"meek-stv", "meek-prf"}, Input: "blt", count: meekSTV,
		Summary: "The most exact STV: each elected candidate keeps just the share needed, the quota falling as papers exhaust.",
		Source:  "PR Foundation, Reference Meek Rule; Hill, Wichmann and Woodall (1987)",
		When:    "Several seats where a computer counts anyway and members want no vote wasted.",
	},
	{
		Name: "schulze", Aliases: []string{"condorcet", "schulze-method"}, Input: "blt", count: schulze,
		Summary: "Whoever would win against each other candidate one to one, cycles broken by strongest paths.",
		Source:  "M. Schulze, Social Choice and Welfare 36 (2011)",
		When:    "One choice that must stand up against every alternative, or a full ranking.",
	},
}

// Methods lists every method, in the order to show them. The list is the
// caller's own.
func Methods() []Method { return slices.Concat(preferentialMethods) }

// Find returns the method called name: its own name or an alias, in any case,
// spaces and underscores as hyphens.
func Find(name string) (Method, bool) {
	name = strings.NewReplacer(" ", "-", "_", "-").Replace(strings.ToLower(strings.TrimSpace(name)))
	for _, m := range Methods() {
		if m.Name == name || slices.Contains(m.Aliases, name) {
			return m, true
		}
	}
	return Method{}, false
}

// Count counts e by the method called name.
//
// It returns an *InputError when the method, the election or the options cannot
// be used, and a *TieError when the rule leaves a tie to a lot that opt does not
// hold. It keeps and changes neither e nor opt.
func Count(name string, e *Election, opt Options) (*Report, error) {
	m, ok := Find(name)
	if !ok {
		return nil, inputErr("list the methods and choose one of them", "no counting method is called %q", clip([]byte(name)))
	}
	if m.count == nil {
		return nil, inputErr("give a "+m.Input+" file", "%s does not count ranked papers", m.Name)
	}
	return m.count(e, opt)
}
