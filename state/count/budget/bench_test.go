package budget_test

import (
	"testing"

	"github.com/rochdale-ledger/rochdale/state/count/budget"
	"github.com/rochdale-ledger/rochdale/state/statetest/counting"
)

func benchmarkBudget(b *testing.B, method string, points bool) {
	large := counting.Budget(b, counting.LargeBudget(points))
	counting.Loop(b, func() error {
		_, err := budget.Count(method, large, counting.EveryProject(large))
		return err
	})
}

func BenchmarkEqualSharesAdd1(b *testing.B) { benchmarkBudget(b, "equal-shares", false) }

func BenchmarkEqualSharesAdd1Points(b *testing.B) { benchmarkBudget(b, "equal-shares", true) }

func BenchmarkGreedyBudget(b *testing.B) { benchmarkBudget(b, "greedy", false) }
