package stv

import (
	"github.com/rochdale-ledger/rochdale/state/count/election"
	"github.com/rochdale-ledger/rochdale/state/count/report"
)

// ers97 counts by the Electoral Reform Society's rules of 1997.
//
// The quota is the valid papers divided by one more than the seats, to two decimal
// places; if there is a remainder, 0.01 is added. Papers that run out before anyone is
// elected lower it. A candidate is elected with the quota, or with the votes still
// active divided by one more than the places left. The largest surplus is transferred
// from the batch of papers received last, to those that name somebody else, each at the
// surplus divided by their number, to two decimals, but at no more than its value.
// Surpluses wait if together they cannot bring the lowest, one or several, past the
// next candidate. Otherwise as many as possible of the lowest are excluded together who
// cannot pass the next; their papers move on in batches, the highest value first, and
// after each batch whoever may be is elected and takes no more. Where an exclusion
// would leave as many as there are places, those are elected. Ties go by the earliest
// point, after a batch, at which the tied differed, then by lot; those level for too
// few places, who never differed, are not elected until they do.
//
// A paper is valid if it shows a single first preference; a rank that is skipped or
// shared ends what can be read of it. Candidates who are level are not parted when
// several are excluded.
//
// Source: R. A. Newland and F. S. Britton, How to conduct an election by the Single
// Transferable Vote, Electoral Reform Society, 3rd edition (1997), section 5.
func ers97(e *election.Election, opt election.Options) (*report.Report, error) {
	return countParcels("ers97", parcelRule{batchTie: true, active: true,
		quota: func(units int64, seats int) int64 { return (units + int64(seats)) / int64(seats+1) }}, e, opt)
}

// northernIreland counts as district councils in Northern Ireland do.
//
// The quota is the valid papers divided by one more than the seats, fraction ignored,
// plus one. The largest surplus is transferred from the sub-parcel received last, to
// those papers that name somebody else, each at the surplus divided by their number,
// to two decimal places, or at its value if that is less. Surpluses wait if together
// they are less than what parts the lowest candidate, or the total of several, from the
// next. Of the lowest, two or more who together and with the surpluses have less than
// the next are excluded in one operation; otherwise the lowest. Their first preferences
// move on first, then the papers transferred to them, the highest value first. When as
// many continue as there are vacancies they are elected, and of those whose exclusion
// leaves so many nothing is transferred; for one vacancy it is enough to have as many
// votes as all the others and the surpluses. Ties go by the earliest stage at which the
// tied differed, then by lot.
//
// A paper is valid if it shows a single first preference; a rank that is skipped or
// shared ends what can be read of it. Whoever reaches the quota within an exclusion
// takes no papers of its later sub-parcels, and candidates who are level are not parted
// when several are excluded; the rules leave both open.
//
// Source: Electoral Law Act (Northern Ireland) 1962, schedule 5 (SI 1985/454), rules
// 41 to 52.
func northernIreland(e *election.Election, opt election.Options) (*report.Report, error) {
	return countParcels("northern-ireland", parcelRule{less: true, firsts: true,
		quota: func(units int64, seats int) int64 {
			papers := units / 100
			return (papers/int64(seats+1) + 1) * 100
		}}, e, opt)
}
