package paper_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rochdale-ledger/rochdale/state/count/election"
	"github.com/rochdale-ledger/rochdale/state/statetest/counting"
)

// Minneapolis elected three park commissioners of 2013 from papers with three ranks.
// The tables are those that the Universal RCV Tabulator publishes of the city's
// record by several rules, candidates in the order of the file.
var parkBottomsUp = []string{
	"14678 9294 7856 6511 5357 3762 3705 3373 3305 1280 342",
	"14684 9302 7864 6514 5364 3767 3707 3378 3310 1284 0",
	"14866 9452 8031 6595 5477 3799 3803 3479 3374 0 0",
	"15148 9983 8403 6723 5766 4329 3893 3681 0 0 0",
	"15364 10942 9102 6933 6020 4469 4094 0 0 0 0",
	"15894 11353 9709 7369 6406 4543 0 0 0 0 0",
	"16074 11839 10026 7508 6580 0 0 0 0 0 0",
	"17831 13163 10728 8246 0 0 0 0 0 0 0",
	"21650 13914 11704 0 0 0 0 0 0 0 0",
}

// The city's own rule. Where the tabulator defeats one by one and makes a round of a
// surplus of nothing, the ordinance defeats the last two together, so that its second
// and fourth rounds are not stages here, nor the surplus it transfers at the end.
var parkMinneapolis = []string{
	"14678 9294 7856 6511 5357 3762 3705 3373 3305 1280 342",
	"14866 9452 8031 6595 5477 3799 3803 3479 3374 0 0",
	"14866 10055 8421 6759 5819 4346 3901 3694 0 0 0",
	"14866 11054 9159 7001 6097 4490 4113 0 0 0 0",
	"14866 11525 9829 7535 6549 4571 0 0 0 0 0",
	"14866 12027 10156 7688 6741 0 0 0 0 0 0",
	"14866 13886 10965 8701 0 0 0 0 0 0 0",
	"14866 15044 12245 0 0 0 0 0 0 0 0",
}

func TestMinneapolisPark2013(t *testing.T) {
	e := counting.ReadElection(t, filepath.Join("testdata", "minneapolis-park-2013.blt"))
	for _, c := range []struct {
		method, quota string
		stages        []string
	}{
		{"bottoms-up", "", parkBottomsUp},
		{"minneapolis-stv", "14866", parkMinneapolis},
		// By the Hare quota nobody reaches it before the last exclusion, of which the
		// rule transfers nothing.
		{"hare-stv", "19821.00000", parkBottomsUp[:8]},
	} {
		r := counting.MustCount(t, c.method, e, election.Options{})
		winners := slices.Sorted(slices.Values(r.Winners))
		if got := strings.Join(winners, ", "); got != "Annie Young, John Erwin, Meg Forney" {
			t.Errorf("%s elects %s", c.method, got)
		}
		if r.Quota != c.quota || r.Validity.Valid != 59_463 || r.Validity.Papers != 80_101 {
			t.Errorf("%s: quota %s of %d papers", c.method, r.Quota, r.Validity.Valid)
		}
		if len(r.Stages) != len(c.stages) {
			t.Fatalf("%s: %d stages, published %d", c.method, len(r.Stages), len(c.stages))
		}
		for i, want := range c.stages {
			if got := strings.ReplaceAll(strings.ReplaceAll(totals(r.Stages[i]), ".00000", ""), ".0000", ""); got != want {
				t.Errorf("%s, stage %d: %s, published %s", c.method, i+1, got, want)
			}
		}
	}
}
