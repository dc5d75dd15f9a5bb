package charter_test

import (
	"testing"

	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/count"
)

// What is more than half of a kind of motion's members is so of those that it is put to.
func TestMethodWordsOfWhoMayCast(t *testing.T) {
	half := charter.ByMajority(count.MajorityRule{Quorum: count.Fraction{Den: 1}, Threshold: count.Fraction{Num: 1, Den: 2}, Base: count.BaseMembers, Strict: true})
	for _, row := range []struct {
		is   charter.Electorate
		want string
	}{
		{charter.Electorate{Sort: charter.AllMembers}, "more than half of all members"},
		{charter.Electorate{Sort: charter.OneClass, Class: 2}, "more than half of all who may cast"},
		{charter.Electorate{Sort: charter.Holders, Offices: []charter.Office{charter.Chair, charter.Treasurer}}, "more than half of all who may cast"},
	} {
		if got := (charter.MotionKind{Electorate: row.is, Method: half}).MethodWords(); got != row.want {
			t.Errorf("%v: %q, want %q", row.is.Sort, got, row.want)
		}
	}
}
