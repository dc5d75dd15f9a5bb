package stv

import (
	"fmt"

	"github.com/rochdale-ledger/rochdale/state/count/election"
	"github.com/rochdale-ledger/rochdale/state/count/report"
)

// hareSTV counts as scottishSTV with the Hare quota: the valid papers divided by the
// seats, to five decimal places, remainder ignored.
//
// The last seats are often filled below the quota, since as many full quotas as there
// are seats are all papers together. Where more candidates reach the quota at once than
// there are vacancies, which only a few papers can bring about, those level are
// chosen as in other ties.
//
// Source: for the quota T. Hare, The Election of Representatives (1859); for all else
// the Scottish Local Government Elections Order 2007 (SSI 2007/42), schedule 1.
func hareSTV(e *election.Election, opt election.Options) (*report.Report, error) {
	g, err := newScottish("hare-stv", e, opt)
	if err != nil {
		return nil, err
	}
	g.quota = g.valid * g.one / int64(g.Seats)
	g.Report.Quota = g.Decimal(g.quota, g.places)
	event := fmt.Sprintf("First preferences of %s; the quota is %s.", g.Papers(g.valid), g.Report.Quota)
	return g.run(event, g.scottishStage)
}

// bottomsUp excludes the candidate with the fewest votes until no more are left than
// seats, who are elected.
//
// There is no quota and no surplus: each paper counts for the first candidate on it who
// is left, to the end, so that a group with many votes on one candidate has one seat.
// Ties go by lot. A skipped rank is passed over. A rank shared by several candidates
// exhausts the paper when it is reached; a paper that starts with one is spoiled.
//
// Source: the party-run presidential primaries of 2020 in Alaska, Hawaii and Wyoming,
// which excluded from below; Universal RCV Tabulator, configuration, "bottomsUp".
func bottomsUp(e *election.Election, opt election.Options) (*report.Report, error) {
	if err := election.RefuseReserved("bottoms-up", opt); err != nil {
		return nil, err
	}
	c, err := election.NewContest("bottoms-up", e, opt)
	if err != nil {
		return nil, err
	}
	g := &gregory{Contest: c, one: 1, read: election.Passing}
	g.load(e.Papers)
	if g.valid == 0 {
		return nil, election.NoPapers()
	}
	event := "First preferences of " + g.Papers(g.valid) + "."
	var out []int
	for {
		if rest := g.electRest(); rest != nil {
			g.NoteLevel(rest, g.votes)
			g.record(event+" Elected, being as many as the seats: "+g.List(rest)+".", rest, out)
			return g.Finish(), nil
		}
		g.record(event, nil, out)
		if event, out, err = g.exclusionStage(); err != nil {
			return nil, err
		}
	}
}
