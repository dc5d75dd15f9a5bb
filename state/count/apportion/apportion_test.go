package apportion

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/state/count/input"
	"github.com/rochdale-ledger/rochdale/state/count/report"
	"github.com/rochdale-ledger/rochdale/state/statetest/counting"
)

// seatsOf counts a report's winners by party.
func seatsOf(p *Parties, r *report.Report) []int {
	out := make([]int, len(p.Names))
	for i, name := range p.Names {
		for _, w := range r.Winners {
			if w == name {
				out[i]++
			}
		}
	}
	return out
}

// apportionNames are the published cases' words for our methods.
var apportionNames = map[string]string{
	"quota": "quota", "largest_remainder_hare": "hare", "dhondt": "dhondt", "sainte_lague": "sainte-lague",
	"modified_sainte_lague_1.4": "modified-sainte-lague", "huntington_hill": "huntington-hill", "adams": "adams", "dean": "dean",
}

// TestPublishedApportionments divides the seats of every published case. The
// Austrian houses have a threshold of 4%; New Zealand's has seats won in electorates,
// with which the list seats come to the final ones.
func TestPublishedApportionments(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join(counting.Vectors(t), "apportionment", "apportionment_vectors.json"))
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		ID       string
		Votes    json.RawMessage
		Seats    int
		Method   string
		Quota    json.Number
		Expected json.RawMessage
		Official []int
		List     map[string]int   `json:"sainte_lague"`
		Won      map[string]int64 `json:"electorate_seats"`
		Final    map[string]int   `json:"expected_final"`
	}
	if err := json.Unmarshal(raw, &cases); err != nil {
		t.Fatal(err)
	}
	checks := 0
	for _, c := range cases {
		p := &Parties{}
		var byName map[string]int64
		if json.Unmarshal(c.Votes, &p.Votes) == nil {
			for i := range p.Votes {
				p.Names = append(p.Names, fmt.Sprint("party ", i))
			}
		} else if err := json.Unmarshal(c.Votes, &byName); err != nil {
			t.Fatal(err)
		}
		for name, v := range byName {
			p.Names, p.Votes = append(p.Names, name), append(p.Votes, v)
		}
		want := make(map[string][]int) // by method
		var list []int
		var byMethod map[string][]int
		switch {
		case c.Official != nil:
			want["dhondt"] = c.Official
		case c.List != nil:
			for _, name := range p.Names {
				want["sainte-lague"] = append(want["sainte-lague"], c.List[name])
			}
		case json.Unmarshal(c.Expected, &list) == nil:
			want["hagenbach-bischoff"] = list
		case json.Unmarshal(c.Expected, &byMethod) == nil:
			for name, seats := range byMethod {
				if name == "any" {
					for _, m := range methods {
						if m.rule.quota == nil && !m.rule.within {
							want[m.Name] = seats
						}
					}
					continue
				}
				ours, known := apportionNames[name]
				if !known {
					t.Errorf("%s: method %s is not known", c.ID, name)
				}
				want[ours] = seats
			}
		}
		o := Options{Seats: c.Seats}
		if strings.Contains(c.Method, "4% threshold") {
			o.Threshold = count.Fraction{Num: 4, Den: 100}
		}
		for name, seats := range want {
			r, err := Count(name, p, o)
			if err != nil {
				t.Errorf("%s by %s: %v", c.ID, name, err)
				continue
			}
			if diff := cmp.Diff(seats, seatsOf(p, r)); diff != "" {
				t.Errorf("%s by %s, published (-) and divided (+):\n%s", c.ID, name, diff)
			}
			if c.Quota != "" && r.Quota != c.Quota.String() {
				t.Errorf("%s: quota %s, published %s", c.ID, r.Quota, c.Quota)
			}
			checks++
		}
	}
	for _, c := range cases {
		if c.Final == nil {
			continue
		}
		p := &Parties{}
		var byName map[string]int64
		if err := json.Unmarshal(c.Votes, &byName); err != nil {
			t.Fatal(err)
		}
		var want []int
		for name, v := range byName {
			p.Names, p.Votes, p.Won, want = append(p.Names, name), append(p.Votes, v), append(p.Won, c.Won[name]), append(want, c.Final[name])
		}
		r, err := Count("sainte-lague", p, Options{Seats: c.Seats})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, seatsOf(p, r)); diff != "" {
			t.Errorf("%s with seats won, published (-) and divided (+):\n%s", c.ID, diff)
		}
		checks++
	}
	if checks < 20 {
		t.Errorf("only %d checks were made", checks)
	}
}

func TestApportionExamples(t *testing.T) {
	branches := &Parties{Names: []string{"north", "south", "isles"}, Votes: []int64{530, 380, 90}}
	thirds := &Parties{Names: []string{"a", "b", "c"}, Votes: []int64{24, 24, 97}}
	level := &Parties{Names: []string{"a", "b", "c"}, Votes: []int64{100, 100, 100}}
	for _, c := range []struct {
		method string
		p      *Parties
		seats  int
		lot    []string
		want   string
	}{
		// 1,000 members in three branches and a board of 7 (docs/counting.md).
		{"hare", branches, 7, nil, "[4 3 0]"},
		{"droop", branches, 7, nil, "[4 3 0]"},
		{"hagenbach-bischoff", branches, 7, nil, "[4 3 0]"},
		{"dhondt", branches, 7, nil, "[4 3 0]"},
		{"sainte-lague", branches, 7, nil, "[3 3 1]"},
		{"modified-sainte-lague", branches, 7, nil, "[4 3 0]"},
		{"huntington-hill", branches, 7, nil, "[3 3 1]"},
		{"adams", branches, 7, nil, "[3 3 1]"},
		{"dean", branches, 7, nil, "[3 3 1]"},
		{"webster", branches, 7, nil, "[3 3 1]"},
		{"quota", branches, 7, nil, "[4 3 0]"},
		// With 2 and 1 seats, a has 33/sqrt(6) = 13.47 and b 20/sqrt(2) = 14.14;
		// with 19 votes, b has 13.44 and a gets the fourth.
		{"huntington-hill", &Parties{Names: []string{"a", "b"}, Votes: []int64{33, 20}}, 4, nil, "[2 2]"},
		{"huntington-hill", &Parties{Names: []string{"a", "b"}, Votes: []int64{33, 19}}, 4, nil, "[3 1]"},
		{"dhondt", level, 4, nil, "tie: a b c"},
		{"hare", level, 4, nil, "tie: a b c"},
		{"dhondt", level, 4, []string{"c", "a", "b"}, "[1 1 2]"},
		{"hare", level, 5, []string{"c", "a", "b"}, "[2 1 2]"},
		{"dhondt", level, 4, []string{"c", "a"}, "tie: a b c"},
		{"adams", level, 6, nil, "[2 2 2]"},
		// By hand, house by house: the seats of houses of 1, 2 and 3 go to c. In one of
		// 4, c has its share of 2.68, rounded up, so a or b gets the seat, 24 each; in
		// one of 5, c has 97/4 and comes before the other, who gets the sixth.
		{"quota", thirds, 5, nil, "tie: a b"},
		{"quota", thirds, 5, []string{"a", "b", "c"}, "[1 0 4]"},
		{"quota", thirds, 5, []string{"c", "b", "a"}, "[0 1 4]"},
		{"quota", thirds, 6, nil, "[1 1 4]"}, // in whatever order
		// A quota rounded down gives one seat too many: it goes back.
		{"hagenbach-bischoff", &Parties{Names: []string{"a", "b"}, Votes: []int64{14, 7}}, 19, []string{"a", "b"}, "[13 6]"},
	} {
		r, err := Count(c.method, c.p, Options{Seats: c.seats, Lot: c.lot})
		var tie *report.TieError
		got := ""
		switch {
		case errors.As(err, &tie):
			got = "tie: " + strings.Join(tie.Candidates, " ")
		case err != nil:
			t.Fatal(err)
		default:
			got = fmt.Sprint(seatsOf(c.p, r))
		}
		if got != c.want {
			t.Errorf("%s, %v, %d seats: got %s, want %s", c.method, c.p.Votes, c.seats, got, c.want)
		}
	}
}

// TestApportionProperties: the seats are exact, nobody without votes has one,
// more votes never have fewer seats, and order does not matter. Hare and the
// quota method give each party its exact share, rounded down or up.
func TestApportionProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 6).Draw(t, "parties")
		p := &Parties{}
		var total int64
		for i := range n {
			p.Names = append(p.Names, fmt.Sprint("p", i))
			v := rapid.Int64Range(0, 200).Draw(t, "votes")
			p.Votes = append(p.Votes, v)
			total += v
		}
		if total == 0 {
			return
		}
		m := rapid.SampledFrom(methods).Draw(t, "method")
		o := Options{Seats: rapid.IntRange(1, 30).Draw(t, "seats"), Lot: p.Names}
		r, err := Count(m.Name, p, o)
		if err != nil {
			t.Fatal(err)
		}
		got := seatsOf(p, r)
		sum := 0
		for i, s := range got {
			sum += s
			if s > 0 && p.Votes[i] == 0 {
				t.Fatalf("%d seats without a vote", s)
			}
			for j := range got {
				if p.Votes[i] > p.Votes[j] && s < got[j] {
					t.Fatalf("%d votes have %d seats, %d have %d", p.Votes[i], s, p.Votes[j], got[j])
				}
			}
			if low := p.Votes[i] * int64(o.Seats) / total; (m.Name == "hare" || m.rule.within) && (int64(s) < low || int64(s) > low+1) {
				t.Fatalf("the exact share of %d votes is at least %d; got %d", p.Votes[i], low, s)
			}
		}
		if sum != o.Seats || len(r.Winners) != o.Seats {
			t.Fatalf("%d of %d seats", sum, o.Seats)
		}
		if last := r.Stages[len(r.Stages)-1]; last.Rows[0].Total != fmt.Sprint(got[0]) {
			t.Fatalf("the last stage says %s seats, not %d", last.Rows[0].Total, got[0])
		}
		order := rapid.Permutation(p.Names).Draw(t, "order")
		q := &Parties{Names: order}
		for _, name := range order {
			for i := range p.Names {
				if p.Names[i] == name {
					q.Votes = append(q.Votes, p.Votes[i])
				}
			}
		}
		again, err := Count(m.Name, q, o)
		if err != nil {
			t.Fatal(err)
		}
		for i, s := range seatsOf(p, again) {
			if s != got[i] {
				t.Fatalf("%s has %d seats, and %d in another order", p.Names[i], got[i], s)
			}
		}
	})
}

// With seats won, each party that takes part has its share or what it has won,
// whichever is more; the others have what they have won, which is not divided.
func TestApportionSeatsWon(t *testing.T) {
	grew := 0
	rapid.Check(t, func(t *rapid.T) {
		p := &Parties{Votes: rapid.SliceOfN(rapid.Int64Range(0, 99), 1, 6).Draw(t, "votes")}
		apart := 0
		for i, v := range p.Votes {
			p.Names = append(p.Names, fmt.Sprint("p", i))
			p.Won = append(p.Won, rapid.Int64Range(0, 4).Draw(t, "won"))
			if v == 0 {
				apart += int(p.Won[i])
			}
		}
		m := rapid.SampledFrom(methods).Draw(t, "method")
		seats := rapid.IntRange(1, 30).Draw(t, "seats")
		r, err := Count(m.Name, p, Options{Seats: seats, Lot: p.Names})
		if err != nil {
			return // no votes, or no seats left
		}
		free, err := Count(m.Name, &Parties{Names: p.Names, Votes: p.Votes}, Options{Seats: seats - apart, Lot: p.Names})
		if err != nil {
			t.Fatal(err)
		}
		want := seatsOf(p, free)
		house := 0
		for i := range want {
			want[i] = max(want[i], int(p.Won[i]))
			house += want[i]
		}
		if diff := cmp.Diff(want, seatsOf(p, r)); diff != "" || r.Seats != house || len(r.Winners) != house {
			t.Fatalf("%s of %d seats:\n%s", m.Name, r.Seats, diff)
		}
		if house > seats {
			grew++
		}
	})
	if grew == 0 {
		t.Error("no house drawn grew")
	}
}

// TestApportionLot: a lot is asked for where it decides, and only there. With few
// seats every order of drawing is tried.
func TestApportionLot(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := &Parties{Votes: rapid.SliceOfN(rapid.Int64Range(1, 9), 1, 4).Draw(t, "votes")}
		for i := range p.Votes {
			p.Names = append(p.Names, fmt.Sprint("p", i))
		}
		m := rapid.SampledFrom(methods).Draw(t, "method")
		seats := rapid.IntRange(1, 12).Draw(t, "seats")
		results := map[string]bool{}
		permute(p.Names, func(lot []string) {
			r, err := Count(m.Name, p, Options{Seats: seats, Lot: lot})
			if err != nil {
				t.Fatal(err)
			}
			results[fmt.Sprint(seatsOf(p, r))] = true
		})
		_, err := Count(m.Name, p, Options{Seats: seats})
		var tie *report.TieError
		if err != nil && !errors.As(err, &tie) {
			t.Fatal(err)
		}
		if (err != nil) != (len(results) > 1) {
			t.Fatalf("with every lot: %v; without: %v", results, err)
		}
	})
}

// permute calls f with every order of the names.
func permute(names []string, f func([]string)) {
	if len(names) == 0 {
		f(nil)
	}
	for i := range names {
		rest := slices.Delete(slices.Clone(names), i, i+1)
		permute(rest, func(tail []string) { f(append([]string{names[i]}, tail...)) })
	}
}

func TestReadParties(t *testing.T) {
	want := &Parties{Names: []string{"North, old", "South"}, Votes: []int64{530, 0}}
	for _, text := range []string{"party,votes\n\"North, old\",530\nSouth,0\n", "\"North, old\" , 530\r\n\r\nSouth,0"} {
		got, err := ReadParties("p.csv", strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	}
	want = &Parties{Names: []string{"a", "b"}, Votes: []int64{5, 3}, Won: []int64{0, 2}}
	got, err := ReadParties("p.csv", strings.NewReader("Party;Votes;Won\na;5;0\nb;3;2\n"))
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Error(err, diff)
	}
	for text, line := range map[string]int{
		"party,votes,won\na,1\n": 2, "party,votes,won\na,1,x\n": 2, "party,votes,won\na,1,10001\n": 2, "party,votes\na,1,2\n": 2,
		"": 1, "party,votes\n": 2, "a\n": 1, "a,1,2\n": 1, "a,1\na,2\n": 2, "a,x\n": 1, "a,-1\n": 1, "a,1.5\n": 1,
		"a,9999999999999\n": 1, ",3\n": 1, "a,1\n\xff,2\n": 2, "\"a,1\n": 1, "a,1\nparty,votes\n": 2,
	} {
		_, err := ReadParties("p.csv", strings.NewReader(text))
		var bad *input.ParseError
		if !errors.As(err, &bad) || bad.Line != line {
			t.Errorf("%q: got %v, want an error at line %d", text, err, line)
		}
	}
	var many strings.Builder
	for i := range MaxParties + 1 {
		fmt.Fprintf(&many, "p%d,1\n", i)
	}
	if _, err := ReadParties("p.csv", strings.NewReader(many.String())); err == nil {
		t.Error("no limit of parties")
	}
}

func TestApportionRefusals(t *testing.T) {
	p := &Parties{Names: []string{"a"}, Votes: []int64{1}}
	for name, o := range map[string]Options{
		"no seats":      {},
		"too many":      {Seats: MaxSeats + 1},
		"threshold":     {Seats: 1, Threshold: count.Fraction{Num: 3, Den: 2}},
		"stranger":      {Seats: 1, Lot: []string{"z"}},
		"drawn twice":   {Seats: 1, Lot: []string{"a", "a"}},
		"none included": {Seats: 1, Threshold: count.Fraction{Num: 1, Den: 1}},
	} {
		q := p
		if name == "none included" {
			q = &Parties{Names: []string{"a", "b"}, Votes: []int64{1, 1}}
		}
		var bad *input.Error
		if _, err := Count("hare", q, o); !errors.As(err, &bad) {
			t.Errorf("%s: got %v, want an input error", name, err)
		}
	}
	var bad *input.Error
	if _, err := Count("coin", p, Options{Seats: 1}); !errors.As(err, &bad) {
		t.Errorf("unknown method: got %v", err)
	}
	if _, err := Count("hare", &Parties{Names: []string{"a"}, Votes: []int64{-1}}, Options{Seats: 1}); !errors.As(err, &bad) {
		t.Errorf("negative votes: got %v", err)
	}
	large := &Parties{}
	for i := range MaxParties {
		large.Names, large.Votes = append(large.Names, fmt.Sprint(i)), append(large.Votes, MaxVotes-int64(i))
	}
	if r, err := Count("huntington-hill", large, Options{Seats: 2_000}); err != nil || len(r.Winners) != 2_000 {
		t.Errorf("the largest house: %v", err)
	}
}

// The first divisor is 1.4 and the next is 3: a second seat of 300 votes costs as
// much as a first seat of 140.
func TestModifiedFirstDivisor(t *testing.T) {
	for votes, want := range map[int64]string{139: "[2 0]", 141: "[1 1]"} {
		p := &Parties{Names: []string{"a", "b"}, Votes: []int64{300, votes}}
		r, err := Count("modified-sainte-lague", p, Options{Seats: 2})
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(seatsOf(p, r)); got != want {
			t.Errorf("300 and %d votes: %s, want %s", votes, got, want)
		}
	}
}
