package counting

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rochdale-ledger/rochdale/state/count/budget"
	"github.com/rochdale-ledger/rochdale/state/count/pabulib"
)

// LargeBudget has 100 projects and 10,000 voters who each name ten, no two
// alike: the worst case, for identical votes are counted together.
func LargeBudget(points bool) string {
	random := rand.New(rand.NewPCG(1844, 12))
	var projects, votes []string
	for i := range 100 {
		projects = append(projects, fmt.Sprintf("p%d %d", i, 10_000+random.IntN(190_000)))
	}
	for range 10_000 {
		var ids, given []string
		for _, p := range random.Perm(100)[:10] {
			p = min(p, random.IntN(100)) // some are liked more than others
			if id := fmt.Sprint("p", p); !strings.Contains(","+strings.Join(ids, ",")+",", ","+id+",") {
				ids = append(ids, id)
				given = append(given, fmt.Sprint(1+random.IntN(5)))
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
	return Pabulib(2_000_000, kind, projects...)(votes...)
}

// Pabulib builds the text of a small budget. Costs and votes are as in the file:
// Pabulib(100, "approval", "a 60", "b 50")("a,b", "b"). Votes of other types have
// their points after a space.
func Pabulib(budget any, voteType string, projects ...string) func(votes ...string) string {
	return func(votes ...string) string {
		var s strings.Builder
		fmt.Fprintf(&s, "META\nkey;value\nnum_projects;%d\nnum_votes;%d\nbudget;%v\nvote_type;%s\n", len(projects), len(votes), budget, voteType)
		s.WriteString("PROJECTS\nproject_id;cost\n")
		for _, p := range projects {
			s.WriteString(strings.Replace(p, " ", ";", 1) + "\n")
		}
		s.WriteString("VOTES\nvoter_id;vote")
		if voteType == "cumulative" || voteType == "scoring" {
			s.WriteString(";points")
		}
		s.WriteString("\n")
		for i, v := range votes {
			fmt.Fprintf(&s, "%d;%s\n", i+1, strings.Replace(v, " ", ";", 1))
		}
		return s.String()
	}
}

// Budget reads the text of a budget.
func Budget(t interface {
	Helper()
	Fatalf(string, ...any)
}, text string) *budget.Budget {
	t.Helper()
	b, err := pabulib.Read("test.pb", strings.NewReader(text))
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return b
}

// EveryProject is a lot that settles everything.
func EveryProject(b *budget.Budget) budget.Options {
	var ids []string
	for _, p := range b.Projects {
		ids = append(ids, p.ID)
	}
	return budget.Options{Lot: ids}
}

// ReadBudget reads a Pabulib file.
func ReadBudget(t testing.TB, path string) *budget.Budget {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	b, err := pabulib.Read(filepath.Base(path), f)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Cost sums what the projects of ids cost, in the unit of b.
func Cost(b *budget.Budget, ids []string) (sum int64) {
	for _, p := range b.Projects {
		if slices.Contains(ids, p.ID) {
			sum += p.Cost
		}
	}
	return sum
}
