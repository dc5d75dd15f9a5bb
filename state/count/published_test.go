package count

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Worked examples that textbooks and encyclopedias print with their answers.
// The papers are theirs; nothing here was computed by this package.
func TestTextbookElections(t *testing.T) {
	for _, c := range []struct {
		source, names, rows string
		seats               int
		winners             map[string]string
		ranking             string // of schulze
	}{
		{
			source: "Wikipedia, Schulze method, and M. Schulze (2011), section 3.1: 45 voters",
			names:  "A B C D E", seats: 1,
			rows: "5 1 3 2 5 4 0, 5 1 4 5 3 2 0, 8 2 5 4 1 3 0, 3 3 1 2 5 4 0, 7 3 1 5 2 4 0," +
				" 2 3 2 1 4 5 0, 7 4 3 5 2 1 0, 8 5 2 1 4 3 0",
			winners: map[string]string{"schulze": "E"},
			ranking: "E A C B D",
		},
		{
			source: "M. Schulze (2011), section 3.2: 30 voters, four candidates",
			names:  "A B C D", seats: 1,
			rows: "5 1 3 2 4 0, 2 1 3 4 2 0, 3 1 4 3 2 0, 4 2 1 3 4 0, 3 3 2 4 1 0, 3 3 4 2 1 0," +
				" 1 4 1 3 2 0, 5 4 2 1 3 0, 4 4 3 2 1 0",
			winners: map[string]string{"schulze": "D"},
			ranking: "D A C B",
		},
		{
			source: "Wikipedia, Tennessee's capital: 100 voters",
			names:  "Memphis Nashville Chattanooga Knoxville", seats: 1,
			rows: "42 1 2 3 4 0, 26 2 3 4 1 0, 15 3 4 2 1 0, 17 4 3 2 1 0",
			winners: map[string]string{"plurality": "Memphis", "irv": "Knoxville", "irv-batch": "Knoxville", "borda": "Nashville",
				"bucklin": "Nashville", "schulze": "Nashville"},
			ranking: "Nashville Chattanooga Knoxville Memphis",
		},
		{
			source: "Wikipedia, single transferable vote: food for a party, 20 voters, a quota of 6",
			names:  "Oranges Pears Chocolate Strawberries Sweets", seats: 3,
			rows: "4 1 0, 2 2 1 0, 8 3 4 0, 4 3 5 0, 1 4 0, 1 5 0",
			winners: map[string]string{"scottish-stv": "Chocolate Oranges Strawberries", "wigm": "Chocolate Oranges Strawberries",
				"meek": "Chocolate Oranges Strawberries"},
		},
	} {
		names := strings.Fields(c.names)
		var text strings.Builder
		fmt.Fprintf(&text, "%d %d\n%s\n0\n%s\nT\n", len(names), c.seats, strings.ReplaceAll(c.rows, ",", "\n"), strings.Join(names, "\n"))
		e, err := ReadBLT("textbook.blt", strings.NewReader(text.String()))
		if err != nil {
			t.Fatalf("%s: %v", c.source, err)
		}
		for method, want := range c.winners {
			r := mustCount(t, method, e, Options{})
			got := append([]string(nil), r.Winners...)
			if diff := cmp.Diff(sorted(strings.Fields(want)), sorted(got)); diff != "" {
				t.Errorf("%s by %s (-published +counted):\n%s", c.source, method, diff)
			}
			if method == "schulze" {
				var order []string
				for _, group := range r.Ranking {
					order = append(order, strings.Join(group, "="))
				}
				if got := strings.Join(order, " "); got != c.ranking {
					t.Errorf("%s: ranked %s, published %s", c.source, got, c.ranking)
				}
			}
		}
	}
}

// The pairwise table and the strongest paths of Schulze's own example.
func TestSchulzeExamplePairs(t *testing.T) {
	e, err := ReadBLT("schulze.blt", strings.NewReader("5 1\n5 1 3 2 5 4 0\n5 1 4 5 3 2 0\n8 2 5 4 1 3 0\n3 3 1 2 5 4 0\n7 3 1 5 2 4 0\n"+
		"2 3 2 1 4 5 0\n7 4 3 5 2 1 0\n8 5 2 1 4 3 0\n0\nA\nB\nC\nD\nE\nT\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := [][]int64{{0, 20, 26, 30, 22}, {25, 0, 16, 33, 18}, {19, 29, 0, 17, 24}, {15, 12, 28, 0, 14}, {23, 27, 21, 31, 0}}
	if diff := cmp.Diff(want, mustCount(t, "schulze", e, Options{}).Pairwise.Votes); diff != "" {
		t.Errorf("pairs (-published +counted):\n%s", diff)
	}
}

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
		r, err := Apportion(c.method, p, ApportionOptions{Seats: c.seats})
		if err != nil {
			t.Errorf("%s by %s: %v", c.source, c.method, err)
			continue
		}
		if got := fmt.Sprint(seatsOf(p, r)); got != c.want {
			t.Errorf("%s by %s: %s, published %s", c.source, c.method, got, c.want)
		}
	}
}

func sorted(names []string) []string {
	slices.Sort(names)
	return names
}
