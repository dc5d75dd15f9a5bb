package count

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// largeBudget has 100 projects and 10,000 voters who each name ten, no two
// alike: the worst case, for identical votes are counted together.
func largeBudget(points bool) string {
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
	return pb(2_000_000, kind, projects...)(votes...)
}

func benchmarkBudget(b *testing.B, method string, points bool) {
	budget := mustBudget(b, largeBudget(points))
	loop(b, func() error {
		_, err := CountBudget(method, budget, everyProject(budget))
		return err
	})
}

func BenchmarkEqualSharesAdd1(b *testing.B)       { benchmarkBudget(b, "equal-shares", false) }
func BenchmarkEqualSharesAdd1Points(b *testing.B) { benchmarkBudget(b, "equal-shares", true) }
func BenchmarkGreedyBudget(b *testing.B)          { benchmarkBudget(b, "greedy", false) }

func BenchmarkReadPabulib(b *testing.B) {
	text := []byte(largeBudget(false))
	b.SetBytes(int64(len(text)))
	loop(b, func() error {
		_, err := ReadPabulib("bench.pb", bytes.NewReader(text))
		return err
	})
}
