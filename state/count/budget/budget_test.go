package budget_test

import (
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rochdale-ledger/rochdale/state/count/budget"
	"github.com/rochdale-ledger/rochdale/state/count/input"
	"github.com/rochdale-ledger/rochdale/state/count/report"
	"github.com/rochdale-ledger/rochdale/state/statetest/counting"
)

// The worked examples of docs/counting.md.
func TestBudgetExamples(t *testing.T) {
	// Ten members and 1,000 to spend: six like the hall and the roof, four the
	// garden and the bikes.
	coop := counting.Pabulib(1000, "approval", "hall 600", "roof 400", "garden 300", "bikes 100")(
		"hall,roof", "hall,roof", "hall,roof", "hall,roof", "hall,roof", "hall",
		"garden,bikes", "garden,bikes", "garden,bikes", "garden")
	points := counting.Pabulib(1000, "cumulative", "hall 600", "roof 500", "garden 400")("hall,garden 7,3", "roof,garden 6,4", "garden,roof 5,5")
	ranked := counting.Pabulib(1000, "ordinal", "hall 600", "roof 500", "garden 400")("hall,garden,roof", "garden,roof,hall", "garden,hall,roof")
	for _, c := range []struct {
		name, text, method string
		want               []string
	}{
		{"most votes first", coop, "greedy", []string{"hall", "roof"}},
		{"stop at the first too dear", counting.Pabulib(100, "approval", "a 90", "b 20", "c 10")("a,b,c", "a,b", "a"), "greedy-no-skip", []string{"a"}},
		{"skip the first too dear", counting.Pabulib(100, "approval", "a 90", "b 20", "c 10")("a,b,c", "a,b", "a"), "greedy", []string{"a", "c"}},
		{"at the threshold and below", strings.Replace(counting.Pabulib(100, "approval", "a 50", "b 20", "c 10")("a,b", "a,b", "c"), "vote_type", "min_project_score_threshold;2\nvote_type", 1),
			"greedy", []string{"a", "b"}},
		{"points", points, "greedy", []string{"garden", "roof"}},
		{"ranks", ranked, "greedy", []string{"garden", "hall"}},
		{"equal shares", coop, "equal-shares-none", []string{"hall", "garden"}},
		{"equal shares, raised", coop, "equal-shares", []string{"hall", "garden", "bikes"}},
		// At 100 each hall and garden, 100 left: the roof does not fit, the bikes do.
		{"equal shares, then by votes", coop, "equal-shares-utilitarian", []string{"hall", "garden", "bikes"}},
		{"equal shares, until nothing fits", coop, "equal-shares-exhaustive", []string{"hall", "garden", "bikes"}},
		// At 50 each nothing; at 60 a, and then b does not fit, so the share stops. Raised on,
		// at 70 b is paid for too, by two others, and would overspend.
		{"nothing fits any more", counting.Pabulib(100, "approval", "a 60", "b 70")("a", "b"), "equal-shares-exhaustive", []string{"a"}},
		// At 60 each a is paid for, and d, for which nobody votes, still fits, so the share
		// grows, until at 100 b is paid for and overspends.
		{"what nobody wants still fits", counting.Pabulib(100, "approval", "a 60", "b 100", "d 10")("a", "b"), "equal-shares-exhaustive", []string{"a"}},
		// After p3 the prices of p0 and p1 are level; each is paid at its own.
		{"level prices", counting.Pabulib(27, "cumulative", "p0 1", "p1 13", "p2 17", "p3 2")("p1,p2,p3 1,2,2", "p0,p2,p3 1,2,3", "p0,p1,p3 2,3,1"),
			"equal-shares-none", []string{"p3", "p0", "p1"}},
		{"equal shares, by number", coop, "equal-shares-cardinality-none", []string{"bikes", "roof", "garden"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := budget.Count(c.method, counting.Budget(t, c.text), budget.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, r.Winners); diff != "" {
				t.Errorf("want (-) and got (+) differ:\n%s", diff)
			}
		})
	}
}

func TestBudgetTies(t *testing.T) {
	level := counting.Pabulib(100, "approval", "a 60", "b 60", "c 10")("a,b,c", "a,b,c", "a,b")
	for _, c := range []struct {
		name, text, method string
		lot                []string
		want               string // winners, or "tie: " and the tied
	}{
		{"greedy has no rule", level, "greedy", nil, "tie: a b"},
		{"equal shares, after cost and votes", level, "equal-shares", nil, "tie: a b"},
		{"the lot decides", level, "greedy", []string{"b", "a"}, "b c"},
		{"the lot decides for equal shares", level, "equal-shares", []string{"b", "a"}, "b c"},
		{"a lot without one of them", level, "greedy", []string{"b", "c"}, "tie: a b"},
		{"both fit, so no lot", counting.Pabulib(120, "approval", "a 60", "b 60", "c 10")("a,b,c", "a,b"), "greedy", nil, "a b"},
		{"neither fits, so no lot", counting.Pabulib(70, "approval", "a 60", "b 60", "c 50")("a,b,c", "c"), "greedy", nil, "c"},
		{"the dearer of the two does not fit", counting.Pabulib(100, "approval", "x 50", "a 60", "b 40")("x,a,b", "x,a,b", "x"), "greedy", nil, "x b"},
		{"the cheaper first", counting.Pabulib(100, "approval", "a 80", "b 40")("a,b", "a,b"), "equal-shares-none", nil, "b"},
		{"then the more votes", counting.Pabulib(160, "approval", "b 30", "a 30", "x 80")("x,a", "x", "x", "x", "a", "a,b", "b", ""), "equal-shares-none", nil, "x a"},
		{"supporters apart, so no lot", counting.Pabulib(100, "approval", "a 50", "b 50")("a", "b"), "equal-shares-none", nil, "a b"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := budget.Count(c.method, counting.Budget(t, c.text), budget.Options{Lot: c.lot})
			var tie *report.TieError
			got := ""
			switch {
			case errors.As(err, &tie):
				got = "tie: " + strings.Join(tie.Candidates, " ")
			case err != nil:
				t.Fatal(err)
			default:
				got = strings.Join(r.Winners, " ")
				if used := len(r.Lots) > 0; used != (c.lot != nil) {
					t.Errorf("lots recorded: %v", r.Lots)
				}
			}
			if got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// A published result lists projects best first, equals as its organiser drew
// them. That order counts as a lot only there.
func TestPublishedOrderSettlesTies(t *testing.T) {
	text := "META\nkey;value\nnum_projects;2\nnum_votes;1\nbudget;100\nvote_type;approval\n" +
		"PROJECTS\nproject_id;cost;selected\nb;60;1\na;60;0\nVOTES\nvoter_id;vote\n1;a,b\n"
	r, err := budget.Count("greedy", counting.Budget(t, text), budget.Options{})
	if err != nil || strings.Join(r.Winners, " ") != "b" || len(r.Lots) != 1 {
		t.Fatalf("got %+v, %v; want b and its lot recorded", r, err)
	}
	var tie *report.TieError
	unlisted := strings.NewReplacer(";selected", "", "60;1", "60", "60;0", "60").Replace(text)
	if _, err := budget.Count("greedy", counting.Budget(t, unlisted), budget.Options{}); !errors.As(err, &tie) {
		t.Errorf("without a published result: got %v, want a tie", err)
	}
}

func TestBudgetRefusals(t *testing.T) {
	scoring := counting.Budget(t, counting.Pabulib(100, "scoring", "a 60", "b 50")("a,b 3,-1"))
	approval := counting.Budget(t, counting.Pabulib(100, "approval", "a 60")("a"))
	base := counting.Budget(t, strings.Replace(counting.Pabulib(100, "scoring", "a 60")("a 3"), "vote_type", "default_score;1\nvote_type", 1))
	for _, c := range []struct {
		name   string
		b      *budget.Budget
		method string
		o      budget.Options
		want   string
	}{
		{"unknown method", approval, "coin", budget.Options{}, "coin"},
		{"lot names a stranger", approval, "greedy", budget.Options{Lot: []string{"z"}}, `"z"`},
		{"lot names one twice", approval, "greedy", budget.Options{Lot: []string{"a", "a"}}, "twice"},
		{"negative points", scoring, "equal-shares", budget.Options{}, "-1"},
		{"points for all", base, "equal-shares", budget.Options{}, "default_score"},
		{"step back", approval, "equal-shares", budget.Options{Step: -1}, "-1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := budget.Count(c.method, c.b, c.o)
			var bad *input.Error
			if !errors.As(err, &bad) || !strings.Contains(bad.Reason, c.want) || bad.Hint == "" {
				t.Errorf("got %v; want an input error about %s with a hint", err, c.want)
			}
		})
	}
	if r, err := budget.Count("greedy", scoring, budget.Options{}); err != nil || len(r.Winners) != 1 {
		t.Errorf("greedy takes negative points: got %v, %v", r, err)
	}
}

// drawBudget makes a small budget of approvals or points.
func drawBudget(t *rapid.T, points bool, unit bool) *budget.Budget {
	n := rapid.IntRange(1, 6).Draw(t, "projects")
	voters := rapid.IntRange(1, 8).Draw(t, "voters")
	limit := rapid.IntRange(10, 60).Draw(t, "budget")
	var projects, votes []string
	price := rapid.IntRange(2, 10).Draw(t, "price")
	for i := range n {
		if !unit {
			price = rapid.IntRange(1, limit).Draw(t, "cost")
		}
		projects = append(projects, fmt.Sprintf("p%d %d", i, price))
	}
	for range voters {
		set := rapid.IntRange(1, 1<<n-1).Draw(t, "vote")
		var ids, given []string
		for i := range n {
			if set>>i&1 == 1 {
				ids = append(ids, fmt.Sprintf("p%d", i))
				given = append(given, fmt.Sprint(rapid.IntRange(1, 4).Draw(t, "points")))
			}
		}
		vote := strings.Join(ids, ",")
		if points {
			vote += " " + strings.Join(given, ",")
		}
		votes = append(votes, vote)
	}
	kind := "approval"
	if points {
		kind = "cumulative"
	}
	return counting.Budget(t, counting.Pabulib(limit, kind, projects...)(votes...))
}

// plainShares is the Method of Equal Shares word by word in big fractions: for
// each project try every number of supporters who pay all they have.
func plainShares(b *budget.Budget, share *big.Rat, cardinality bool) []string {
	left := make([]*big.Rat, len(b.Votes))
	for i := range left {
		left[i] = new(big.Rat).Set(share)
	}
	weight := func(i, p int) int64 {
		at := slices.Index(b.Votes[i].Projects, int32(p))
		if at < 0 {
			return 0
		}
		if b.Votes[i].Points == nil {
			return 1
		}
		return b.Votes[i].Points[at]
	}
	votes := b.Scores()
	var funded []string
	done := make([]bool, len(b.Projects))
	for {
		best, bestPrice, bestWorth := -1, new(big.Rat), new(big.Rat)
		for p := range b.Projects {
			price := plainPrice(b, p, left, weight)
			if done[p] || price == nil {
				continue
			}
			worth := new(big.Rat).Set(price)
			if !cardinality {
				worth.Quo(worth, new(big.Rat).SetInt64(b.Projects[p].Cost))
			}
			better := best < 0
			if !better {
				c := worth.Cmp(bestWorth)
				better = c < 0 || c == 0 && (b.Projects[p].Cost < b.Projects[best].Cost ||
					b.Projects[p].Cost == b.Projects[best].Cost && votes[p] > votes[best])
			}
			if better {
				best, bestPrice, bestWorth = p, price, worth
			}
		}
		if best < 0 {
			return funded
		}
		done[best] = true
		funded = append(funded, b.Projects[best].ID)
		for i := range left {
			pay := new(big.Rat).Mul(bestPrice, new(big.Rat).SetInt64(weight(i, best)))
			if pay.Cmp(left[i]) > 0 {
				pay = left[i]
			}
			left[i] = new(big.Rat).Sub(left[i], pay)
		}
	}
}

// plainPrice is the least price of a unit of weight that raises p's cost, or nil.
func plainPrice(b *budget.Budget, p int, left []*big.Rat, weight func(i, p int) int64) *big.Rat {
	broke := make([]bool, len(left))
	for {
		rest, sum := new(big.Rat).SetInt64(b.Projects[p].Cost), int64(0)
		for i := range left {
			if broke[i] {
				rest.Sub(rest, left[i])
			} else {
				sum += weight(i, p)
			}
		}
		if sum == 0 {
			return nil
		}
		price := rest.Quo(rest, new(big.Rat).SetInt64(sum))
		again := false
		for i := range left {
			w := weight(i, p)
			if w > 0 && !broke[i] && new(big.Rat).Mul(price, new(big.Rat).SetInt64(w)).Cmp(left[i]) > 0 {
				broke[i], again = true, true
			}
		}
		if !again {
			return price
		}
	}
}

// TestEqualSharesPlainly compares the fast count with the plain one, which
// differ in everything but the rule.
func TestEqualSharesPlainly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := drawBudget(t, rapid.Bool().Draw(t, "points"), false)
		cardinality := rapid.Bool().Draw(t, "cardinality")
		name := "equal-shares-none"
		if cardinality {
			name = "equal-shares-cardinality-none"
		}
		r, err := budget.Count(name, b, counting.EveryProject(b))
		if err != nil {
			t.Fatal(err)
		}
		want := plainShares(b, big.NewRat(b.Limit, int64(len(b.Votes))), cardinality)
		if diff := cmp.Diff(inFileOrder(b, want), inFileOrder(b, r.Winners)); diff != "" {
			t.Fatalf("plainly (-) and fast (+) differ:\n%s", diff)
		}

		// Add1 as its rule says: the last share before one that overspends.
		name = strings.Replace(name, "-none", "", 1)
		if r, err = budget.Count(name, b, counting.EveryProject(b)); err != nil {
			t.Fatal(err)
		}
		want = plainShares(b, big.NewRat(b.Limit/int64(len(b.Votes)), 1), cardinality)
		for share := b.Limit/int64(len(b.Votes)) + 1; share <= 10*b.Limit; share++ {
			more := plainShares(b, big.NewRat(share, 1), cardinality)
			if counting.Cost(b, more) > b.Limit {
				break
			}
			want = more
		}
		if diff := cmp.Diff(inFileOrder(b, want), inFileOrder(b, r.Winners)); diff != "" {
			t.Fatalf("Add1 plainly (-) and fast (+) differ:\n%s", diff)
		}

		// The first share after which nothing fits, if it comes before that.
		if r, err = budget.Count(name+"-exhaustive", b, counting.EveryProject(b)); err != nil {
			t.Fatal(err)
		}
		want = plainShares(b, big.NewRat(b.Limit/int64(len(b.Votes)), 1), cardinality)
		for share := b.Limit/int64(len(b.Votes)) + 1; share <= 10*b.Limit && fits(b, want); share++ {
			more := plainShares(b, big.NewRat(share, 1), cardinality)
			if counting.Cost(b, more) > b.Limit {
				break
			}
			want = more
		}
		if diff := cmp.Diff(inFileOrder(b, want), inFileOrder(b, r.Winners)); diff != "" {
			t.Fatalf("exhaustive plainly (-) and fast (+) differ:\n%s", diff)
		}

		// Utilitarian completion adds to the equal share, until nothing fits.
		none, err := budget.Count(name+"-none", b, counting.EveryProject(b))
		if err != nil {
			t.Fatal(err)
		}
		if r, err = budget.Count(name+"-utilitarian", b, counting.EveryProject(b)); err != nil {
			t.Fatal(err)
		}
		if len(r.Winners) < len(none.Winners) || !slices.Equal(r.Winners[:len(none.Winners)], none.Winners) || fits(b, r.Winners) {
			t.Fatalf("utilitarian funds %v, without completion %v", r.Winners, none.Winners)
		}
	})
}

// fits reports whether a project that is not funded fits in what is left.
func fits(b *budget.Budget, funded []string) bool {
	left := b.Limit - counting.Cost(b, funded)
	return slices.ContainsFunc(b.Projects, func(p budget.Project) bool {
		return !p.Withdrawn && !slices.Contains(funded, p.ID) && p.Cost <= left
	})
}

// TestBudgetProperties holds for every method: within the budget, and the same
// whatever the order of the votes.
func TestBudgetProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := drawBudget(t, rapid.Bool().Draw(t, "points"), false)
		m := rapid.SampledFrom(budget.Methods()).Draw(t, "method")
		r, err := budget.Count(m.Name, b, counting.EveryProject(b))
		if err != nil {
			t.Fatal(err)
		}
		if spent := counting.Cost(b, r.Winners); spent > b.Limit {
			t.Fatalf("spent %d of %d", spent, b.Limit)
		}
		if r.Seats != len(r.Winners) || r.Method != m.Name {
			t.Fatalf("report says %d projects by %s, and funds %d by %s", r.Seats, r.Method, len(r.Winners), m.Name)
		}
		other := *b
		other.Votes = rapid.Permutation(b.Votes).Draw(t, "votes")
		again, err := budget.Count(m.Name, &other, counting.EveryProject(b))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(r, again); diff != "" {
			t.Fatalf("votes in another order count otherwise:\n%s", diff)
		}
		left := b.Limit - counting.Cost(b, r.Winners)
		for _, p := range b.Projects {
			full := m.Name == "greedy" || strings.HasSuffix(m.Name, "-greedy")
			if full && p.Cost <= left && !slices.Contains(r.Winners, p.ID) {
				t.Fatalf("%s costs %d, and %d is left", p.ID, p.Cost, left)
			}
		}
	})
}

// TestEqualSharesJustifiedRepresentation tries every set T of projects: voters
// who all support T, and whose part of the budget pays for it, must have one
// among them to whom the result is worth T, or would be with one project of T
// more (strictly more then). With equal costs the result alone must do. That is
// extended justified representation, up to one project where costs differ.
//
// Source: Peters, Pierczyński and Skowron (2021), definitions 3 and 4.
func TestEqualSharesJustifiedRepresentation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		unit := rapid.Bool().Draw(t, "equal costs")
		b := drawBudget(t, false, unit)
		cardinality := rapid.Bool().Draw(t, "cardinality")
		name := "equal-shares-none"
		if cardinality {
			name = "equal-shares-cardinality-none"
		}
		r, err := budget.Count(name, b, counting.EveryProject(b))
		if err != nil {
			t.Fatal(err)
		}
		worth := func(p int) int64 {
			if cardinality {
				return 1
			}
			return b.Projects[p].Cost
		}
		for set := 1; set < 1<<len(b.Projects); set++ {
			var price, due int64
			for p := range b.Projects {
				if set>>p&1 == 1 {
					price += b.Projects[p].Cost
					due += worth(p)
				}
			}
			var deprived int64
			for _, v := range b.Votes {
				var has, most int64
				all := 0
				for _, p := range v.Projects {
					in := set>>p&1 == 1
					if in {
						all |= 1 << p
					}
					if slices.Contains(r.Winners, b.Projects[p].ID) {
						has += worth(int(p))
					} else if in {
						most = max(most, worth(int(p)))
					}
				}
				content := has >= due || (!unit && has+most > due)
				if all == set && !content {
					deprived++
				}
			}
			if deprived > 0 && deprived*b.Limit >= price*int64(len(b.Votes)) {
				t.Fatalf("%d voters pay for the set %b and are worse off", deprived, set)
			}
		}
	})
}
