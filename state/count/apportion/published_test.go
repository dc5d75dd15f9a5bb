package apportion

import (
	"fmt"
	"strings"
	"testing"

	"github.com/rochdale-ledger/rochdale/state/count"
)

// Tables of seats as printed, with their sources.
func TestTextbookApportionments(t *testing.T) {
	wikipedia := []int64{47_000, 16_000, 15_900, 12_000, 6_000, 3_100}
	remainder := []int64{47_000, 16_000, 15_800, 12_000, 6_100, 3_100}
	// The fifteen United States by the census of 1790, 3,615,920 people, and a House
	// of 105: the bill of 1792 (Jefferson) and the one that was vetoed (Hamilton).
	states := []int64{630_560, 475_327, 432_879, 353_523, 331_589, 278_514, 236_841, 206_236, 179_570, 141_822, 85_533, 70_835, 68_705, 68_446, 55_540}
	// The fifty states by the census of 2020 and the seats that they were given, of
	// 435: resident population, US Census Bureau, and 2 U.S.C. 2a.
	census := []int64{
		39_538_223, 29_145_505, 21_538_187, 20_201_249, 13_002_700, 12_812_508, 11_799_448, 10_711_908, 10_439_388, 10_077_331,
		9_288_994, 8_631_393, 7_705_281, 7_151_502, 7_029_917, 6_910_840, 6_785_528, 6_177_224, 6_154_913, 5_893_718,
		5_773_714, 5_706_494, 5_118_425, 5_024_279, 4_657_757, 4_505_836, 4_237_256, 3_959_353, 3_605_944, 3_271_616,
		3_190_369, 3_104_614, 3_011_524, 2_961_279, 2_937_880, 2_117_522, 1_961_504, 1_839_106, 1_793_716, 1_455_271,
		1_377_529, 1_362_359, 1_097_379, 1_084_225, 989_948, 886_667, 779_094, 733_391, 643_077, 576_851,
	}
	for _, c := range []struct {
		source, method string
		votes          []int64
		seats          int
		want           string
	}{
		{"Wikipedia, D'Hondt method, 230,000 votes", "dhondt", []int64{100_000, 80_000, 30_000, 20_000}, 8, "[4 3 1 0]"},
		{"Wikipedia, D'Hondt method, 230,000 votes", "sainte-lague", []int64{100_000, 80_000, 30_000, 20_000}, 8, "[3 3 1 1]"},
		{"Wikipedia, highest averages method", "dhondt", wikipedia, 10, "[5 2 2 1 0 0]"},
		{"Wikipedia, highest averages method", "sainte-lague", wikipedia, 10, "[4 2 2 1 1 0]"},
		{"Wikipedia, highest averages method", "modified-sainte-lague", wikipedia, 10, "[5 2 2 1 0 0]"},
		{"Wikipedia, largest remainder method", "hare", remainder, 10, "[5 2 1 1 1 0]"},
		{"Wikipedia, largest remainder method", "droop", remainder, 10, "[5 2 2 1 0 0]"},
		{"Balinski and Young, Fair Representation (1982), 1791 apportionment", "jefferson", states, 105, "[19 14 13 10 10 8 7 6 5 4 2 2 2 2 1]"},
		{"Balinski and Young, Fair Representation (1982), 1791 apportionment", "hamilton", states, 105, "[18 14 13 10 10 8 7 6 5 4 2 2 2 2 2]"},
		{"US House of Representatives from 2023", "huntington-hill", census, 435, "[52 38 28 26 17 17 15 14 14 13 12 11 10 9 9 9 9 8 8 8 8 8 7 7 6 6 6 5 5 4" +
			" 4 4 4 4 4 3 3 2 2 2 2 2 2 2 1 1 1 1 1 1]"},
	} {
		p := &Parties{Votes: c.votes}
		for i := range c.votes {
			p.Names = append(p.Names, fmt.Sprint("party ", i+1))
		}
		r, err := Count(c.method, p, Options{Seats: c.seats})
		if err != nil {
			t.Errorf("%s by %s: %v", c.source, c.method, err)
			continue
		}
		if got := fmt.Sprint(seatsOf(p, r)); got != c.want {
			t.Errorf("%s by %s: %s, published %s", c.source, c.method, got, c.want)
		}
	}
}

// Parliaments with seats won in districts: New Zealand's, whose parties take part with
// 5% of the votes or one electorate. Votes and seats are those of the Electoral
// Commission.
func TestOverhang(t *testing.T) {
	fifth := count.Fraction{Num: 5, Den: 100}
	for _, c := range []struct {
		source   string
		votes    []int64
		won      []int64
		want     string
		seats    int // of the house in the end
		overhang string
	}{
		{"New Zealand, 20 September 2014: National, Labour, Green, NZ First, Conservative, Internet MANA, Māori, ACT, Legalise Cannabis, United Future",
			[]int64{1_131_501, 604_535, 257_359, 208_300, 95_598, 34_094, 31_849, 16_689, 10_961, 5_286},
			[]int64{41, 27, 0, 0, 0, 0, 1, 1, 0, 1}, "[60 32 14 11 0 0 2 1 0 1]", 121, "P10 by 1"},
		{"New Zealand, 8 November 2008: National, Labour, Green, ACT, Māori, Progressive, United Future, NZ First, Kiwi",
			[]int64{1_053_398, 796_880, 157_613, 85_496, 55_980, 21_241, 20_497, 95_356, 12_755},
			[]int64{41, 21, 0, 1, 5, 1, 1, 0, 0}, "[58 43 9 5 5 1 1 0 0]", 122, "P5 by 2"},
	} {
		p := &Parties{Votes: c.votes, Won: c.won}
		// The rest of the votes, which count for the threshold only.
		for i := range c.votes {
			p.Names = append(p.Names, fmt.Sprint("P", i+1))
		}
		r, err := Count("sainte-lague", p, Options{Seats: 120, Threshold: fifth, OrWon: 1})
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(seatsOf(p, r)); got != c.want || r.Seats != c.seats || len(r.Winners) != c.seats {
			t.Errorf("%s: %s of %d seats, official %s of %d", c.source, got, r.Seats, c.want, c.seats)
		}
		stage := r.Stages[len(r.Stages)-2]
		if want := fmt.Sprintf("Seats won already: more than their share is kept, and the house grows to %d: %s.", c.seats, c.overhang); stage.Event != want {
			t.Errorf("%s: %q, want %q", c.source, stage.Event, want)
		}
	}
}

// By hand: who does not take part keeps what they have won, which is not divided.
func TestSeatsWonApart(t *testing.T) {
	p := &Parties{Names: []string{"a", "b", "c", "d"}, Votes: []int64{60, 38, 2, 0}, Won: []int64{0, 0, 1, 2}}
	for _, c := range []struct {
		o     Options
		want  string
		house int
	}{
		{Options{Seats: 13}, "[7 4 1 2]", 14},                                                        // 11 are divided; c keeps one beyond its share of none
		{Options{Seats: 13, Threshold: count.Fraction{Num: 5, Den: 100}}, "[6 4 1 2]", 13},           // c does not take part; 10 are divided
		{Options{Seats: 13, Threshold: count.Fraction{Num: 5, Den: 100}, OrWon: 1}, "[7 4 1 2]", 14}, // c does, by its seat
		{Options{Seats: 13, Threshold: count.Fraction{Num: 5, Den: 100}, OrWon: 2}, "[6 4 1 2]", 13}, // one is too few
	} {
		r, err := Count("dhondt", p, c.o)
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(seatsOf(p, r)); got != c.want || r.Seats != c.house {
			t.Errorf("%+v: %s of %d, want %s of %d", c.o, got, r.Seats, c.want, c.house)
		}
	}
	for _, bad := range []struct {
		won  []int64
		o    Options
		want string
	}{
		{[]int64{0, 0, 0, 5}, Options{Seats: 5}, "have won all 5 seats"},
		{[]int64{0}, Options{Seats: 5}, "4 parties with 1 numbers"},
		{[]int64{0, -1, 0, 0}, Options{Seats: 5}, "has won -1 seats"},
		{[]int64{MaxSeats, 1, 0, 0}, Options{Seats: 5}, "has won 1 seats"},
		{nil, Options{Seats: 5, OrWon: -1}, "of which -1 are needed"},
	} {
		q := &Parties{Names: p.Names, Votes: p.Votes, Won: bad.won}
		if _, err := Count("hare", q, bad.o); err == nil || !strings.Contains(err.Error(), bad.want) {
			t.Errorf("%v: %v, want %s", bad.won, err, bad.want)
		}
	}
}
