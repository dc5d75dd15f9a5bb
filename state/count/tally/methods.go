// Package tally counts papers by adding up what they give each candidate: plurality,
// approval, points, Borda and Bucklin.
//
// Rule: docs/rules.md, "Counting". Source: each method names its own; the list
// is in docs/counting.md.
package tally

import (
	"github.com/rochdale-ledger/rochdale/state/count/election"
	"github.com/rochdale-ledger/rochdale/state/count/input"
	"github.com/rochdale-ledger/rochdale/state/count/report"
)

// Methods are the methods of this package, simplest first. The list is the
// caller's own.
func Methods() []election.Method {
	return []election.Method{
		{Count: plurality, Method: report.Method{
			Name: "plurality", Aliases: []string{"fptp", "first-past-the-post", "sntv"}, Input: input.Papers,
			Summary: "Whoever most papers put first is elected.",
			Source:  "Representation of the People Act 1983, schedule 1, rules 18 and 49",
			When:    "Two candidates for one post; with more, a choice of the few may win.",
		}},
		{Count: approval, Method: report.Method{
			Name: "approval", Input: input.Papers,
			Summary: "Every candidate marked gets one vote; the most approved are elected.",
			Source:  "Brams and Fishburn, American Political Science Review 72 (1978)",
			When:    "Picking dates, names or several people whom as many as possible accept.",
		}},
		{Count: phragmen, Method: report.Method{
			Name: "phragmen", Aliases: []string{"seq-phragmen", "sequential-phragmen"}, Input: input.Papers,
			Summary: "As approval in proportion: each seat costs its supporters a share, and the next goes where the shares stay least.",
			Source:  "E. Phragmén (1894); Brill, Freeman, Janson and Lackner, Mathematical Programming 203 (2024), seq-Phragmén",
			When:    "A board elected by marks alone, where every group should have its part of the seats.",
		}},
		{Count: score, Method: report.Method{
			Name: "score", Aliases: []string{"range"}, Input: input.Papers,
			Summary: "Voters give each candidate points; the most points win.",
			Source:  "W. D. Smith, Range voting (2000)",
			When:    "Ranking ideas or bids where strength of feeling matters and nobody gains by exaggerating.",
		}},
		{Count: star, Method: report.Method{
			Name: "star", Aliases: []string{"star-voting", "score-then-automatic-runoff"}, Input: input.Papers,
			Summary: "Points, and then a runoff of the two with the most: whom more papers give more points is elected.",
			Source:  "Equal Vote Coalition, STAR voting, starvoting.org; ties by its standard protocol, starvoting.org/ties",
			When:    "As score for one choice, where those who exaggerate should gain nothing by it in the end.",
		}},
		{Count: cumulative, Method: report.Method{
			Name: "cumulative", Input: input.Papers,
			Summary: "As many votes a voter as seats, which may be heaped on one candidate.",
			Source:  "Constitution of Illinois 1870, article IV, sections 7 and 8",
			When:    "A board where a minority must be able to win a seat without ranking.",
		}},
		{Count: dots, Method: report.Method{
			Name: "dots", Aliases: []string{"dot-voting", "dotmocracy"}, Input: input.Papers,
			Summary: "A few dots a voter, spread or heaped; the most dots win.",
			Source:  "J. Diceman, Dotmocracy Handbook (2010)",
			When:    "Sorting a wall of proposals in a meeting before a real decision.",
		}},
		{Count: borda, Method: report.Method{
			Name: "borda", Aliases: []string{"borda-count"}, Input: input.Papers,
			Summary: "Points for every candidate ranked below; the highest average rank wins.",
			Source:  "Borda (1784); Black, Public Choice 28 (1976)",
			When:    "An advisory ranking of options among people who do not vote tactically.",
		}},
		{Count: bucklin, Method: report.Method{
			Name: "bucklin", Aliases: []string{"grand-junction"}, Input: input.Papers,
			Summary: "Second, third and later preferences are added until someone has a majority.",
			Source:  "Charter of Grand Junction (Colorado), 1909; J. W. Bucklin, Annals 38 (1911)",
			When:    "One post, by hand and in few stages, where a broadly acceptable candidate is wanted.",
		}},
	}
}
