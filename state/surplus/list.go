package surplus

import (
	"cmp"
	"slices"

	"github.com/rochdale-ledger/rochdale/state"
)

// A MemberPart is what one member has of one step of an allocation.
type MemberPart struct {
	Member state.Member `json:"member"`
	Step   uint8        `json:"step"`
	Part
}

// PartsByMember returns the parts of a period's dividends of at most limit members
// from first on, by member and then by step, and the first member of the next page,
// zero if there is none. limit is at least 1.
//
// Each step's parts are stored in the order of members, 64 to a leaf. So a page is
// read from the records, a few leaves a step, and needs no index.
func PartsByMember(r state.Reader, p Period, first state.Member, limit int) (page []MemberPart, next state.Member, err error) {
	s, err := PeriodOf(r, p)
	if err != nil {
		return nil, 0, err
	}
	for step := uint8(1); step <= s.Steps; step++ {
		n := 0
		err := Parts(r, p, step, first, ^state.Member(0), func(m state.Member, part Part) (bool, error) {
			page = append(page, MemberPart{m, step, part})
			n++
			return n <= limit, nil // one more than limit, to know where the next page begins
		})
		if err != nil {
			return nil, 0, err
		}
	}
	slices.SortFunc(page, func(a, b MemberPart) int {
		return cmp.Or(cmp.Compare(a.Member, b.Member), cmp.Compare(a.Step, b.Step))
	})
	members := 0
	for i, part := range page {
		if i == 0 || part.Member != page[i-1].Member {
			if members++; members > limit {
				return page[:i], part.Member, nil
			}
		}
	}
	return page, 0, nil
}
