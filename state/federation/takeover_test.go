package federation

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/takeover"
)

// What a founding document says of a takeover is what it was made of, whatever it has.
func TestTakeoverOfIsUndone(t *testing.T) {
	m := takeover.Adopt{
		Parts: [][]byte{{1, 2}, {3}}, Day: 20628, People: 9, Capital: 8, Notices: 7, Left: 6,
		Balances: []account.Line{{Account: 1000, Amount: 5}, {Account: 2400, Amount: -5}}, Loans: []account.Code{2400},
		Seats: []takeover.Seat{{Person: 1, Office: charter.Auditor, Until: 20629}, {Person: 2, Office: charter.Chair}},
	}
	got, err := TakeoverOf(m).Adopt()
	if diff := cmp.Diff(m, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got)\n%s", err, diff)
	}
}

func TestDayOf(t *testing.T) {
	for _, row := range []struct {
		text string
		want uint64
		ok   bool
	}{
		{"1970-01-01", 0, true},
		{"2000-02-29", 11016, true},
		{"2026-06-30", 20634, true},
		{"9999-12-31", lastDay, true},
		{"1969-12-31", 0, false},
		{"2026-02-29", 0, false},
		{"2026-6-30", 0, false},
		{"10000-01-01", 0, false},
		{"", 0, false},
		{"2026-06-30 ", 0, false},
	} {
		if got, err := dayOf(row.text); got != row.want && row.ok || (err == nil) != row.ok {
			t.Errorf("%q: %d, %v; want %d, %v", row.text, got, err, row.want, row.ok)
		}
	}
}
