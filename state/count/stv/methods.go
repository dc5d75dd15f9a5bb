// Package stv counts papers by transferring votes: runoffs that exclude the lowest,
// and rules of the single transferable vote, with seats reserved for groups where a
// published rule has them.
//
// Rule: docs/rules.md, "Counting". Source: each method names its own; the list
// is in docs/counting.md.
package stv

import (
	"slices"

	"github.com/rochdale-ledger/rochdale/state/count/election"
	"github.com/rochdale-ledger/rochdale/state/count/input"
	"github.com/rochdale-ledger/rochdale/state/count/report"
)

// Methods are the methods of this package, simplest first. The list is the
// caller's own.
func Methods() []election.Method { return slices.Concat(simple(), weighted(), others()) }

// simple are the runoffs for one seat, and the usual rule for several.
func simple() []election.Method {
	return []election.Method{
		{Count: instantRunoff, Method: report.Method{
			Name: "irv", Aliases: []string{"alternative-vote", "av", "instant-runoff", "rcv"}, Input: input.Papers,
			Summary: "The lowest candidate is excluded and their papers move on until one has a majority.",
			Source:  "Parliamentary Voting System and Constituencies Act 2011, section 9 and schedule 10",
			When:    "One officer from three or more candidates.",
		}},
		{Count: batchRunoff, Method: report.Method{
			Name: "irv-batch", Aliases: []string{"irv-joint"}, Input: input.Papers,
			Summary: "As irv, but candidates who cannot catch up are excluded together.",
			Source:  "Burlington (Vermont) Charter, section 5 (2009); Minneapolis Code, section 167.60",
			When:    "As irv with a long tail of write-ins: the same winner in fewer stages.",
		}},
		{Count: scottishSTV, Method: report.Method{
			Name: "scottish-stv", Aliases: []string{"stv", "scottish"}, Input: input.Papers,
			Summary: "Proportional: papers move on in fractions from the elected and in full from the excluded.",
			Source:  "Scottish Local Government Elections Order 2007 (SSI 2007/42), schedule 1, rules 45-52",
			When:    "A board or committee of several seats. The usual choice, and one that can be counted by hand.",
			Remark: "As in official tables, the count ends when the candidates left are as many as the vacancies: they are elected, below the quota if need be, " +
				"and nothing is transferred from the last excluded (rules 50(5) and 52; Dumbarton 2017 ends after 5 stages). " +
				"Tables of other programs often show one transfer more, which elects nobody else.",
		}},
	}
}

// weighted are further rules of STV that transfer surpluses of all papers.
func weighted() []election.Method {
	return []election.Method{
		{Count: hareSTV, Method: report.Method{
			Name: "hare-stv", Aliases: []string{"stv-hare", "hare-quota-stv"}, Input: input.Papers,
			Summary: "As scottish-stv with the larger quota votes/seats, which favours small groups.",
			Source:  "T. Hare, The Election of Representatives (1859), for the quota; otherwise as scottish-stv",
			When:    "A board whose rules name the Hare quota; a majority of the votes may win less than a majority of the seats.",
		}},
		{Count: bottomsUp, Method: report.Method{
			Name: "bottoms-up", Aliases: []string{"bottom-up", "bottoms-up-stv"}, Input: input.Papers,
			Summary: "The lowest candidate is excluded until no more are left than seats; nothing moves on from the elected.",
			Source:  "Party-run presidential primaries of 2020 (Alaska, Hawaii, Wyoming); Universal RCV Tabulator, bottomsUp",
			When:    "Several seats by hand in the plainest way; less proportional than STV, as a popular candidate's further votes help nobody.",
		}},
		{Count: wigmSTV, Method: report.Method{
			Name: "wigm", Aliases: []string{"wigm-stv", "wigm-prf"}, Input: input.Papers,
			Summary: "As scottish-stv with a fractional quota, four decimals and lots for all ties.",
			Source:  "PR Foundation, Reference WIGM Rule",
			When:    "A board whose rules name the PR Foundation's rule or a US city's.",
		}},
		{Count: minneapolisSTV, Method: report.Method{
			Name: "minneapolis-stv", Aliases: []string{"minneapolis", "minneapolis-wigm"}, Input: input.Papers,
			Summary: "As wigm with a whole quota; all who cannot be elected any more are defeated together.",
			Source:  "Minneapolis Code of Ordinances, title 8.5, sections 167.20 and 167.70",
			When:    "A board whose rules name the city's ordinance; fewer stages where there are many write-ins.",
			Remark: "Whoever reaches the threshold takes no more votes from then on, and undeclared write-ins are candidates like others; " +
				"the ordinance can be read otherwise in both.",
		}},
	}
}

// others are rules of STV for the hand, by papers received last, and for the
// machine.
func others() []election.Method {
	return []election.Method{
		{Count: ers97, Method: report.Method{
			Name: "ers97", Aliases: []string{"ers", "ers97-stv"}, Input: input.Papers,
			Summary: "Proportional, for the hand: surpluses come from the papers received last, at two decimals, and small ones wait.",
			Source:  "Newland and Britton, How to conduct an election by the Single Transferable Vote, 3rd edition (ERS, 1997)",
			When:    "A society or union whose rules name the Electoral Reform Society's; few papers are touched twice.",
			Remark:  "Candidates who are level are not parted when several are excluded together.",
		}},
		{Count: northernIreland, Method: report.Method{
			Name: "northern-ireland", Aliases: []string{"northern-ireland-stv", "ni-stv"}, Input: input.Papers,
			Summary: "As ers97 with a whole quota; first preferences of the excluded move on before their other papers.",
			Source:  "Electoral Law Act (Northern Ireland) 1962, schedule 5 (SI 1985/454), rules 41-52",
			When:    "A board whose rules name Northern Ireland's; much like Ireland's, without its draw of papers.",
			Remark: "Whoever reaches the quota within an exclusion takes no papers of its later sub-parcels, " +
				"and candidates who are level are not parted when several are excluded together; the rules leave both open.",
		}},
		{Count: meekSTV, Method: report.Method{
			Name: "meek", Aliases: []string{"meek-stv", "meek-prf"}, Input: input.Papers,
			Summary: "The most exact STV: each elected candidate keeps just the share needed, the quota falling as papers exhaust.",
			Source:  "PR Foundation, Reference Meek Rule; Hill, Wichmann and Woodall (1987)",
			When:    "Several seats where a computer counts anyway and members want no vote wasted.",
		}},
	}
}
