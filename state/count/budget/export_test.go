package budget

// FundedAt gives the projects that equal shares of so much in whole units of
// the currency fund, in order, without completion.
func FundedAt(b *Budget, share int64) ([]string, error) {
	es, err := newEqualShares("equal-shares", b, Options{}, false)
	if err != nil {
		return nil, err
	}
	run, err := es.newSharesRun(share, 1)
	if err != nil {
		return nil, err
	}
	if err := run.run(b.Limit, nil); err != nil {
		return nil, err
	}
	return b.ids(run.funded), nil
}

// Scores are the votes or points of each project.
func (b *Budget) Scores() []int64 { return b.tally().score }
