package node

import (
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/prometheus/client_golang/prometheus/testutil/promlint"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/tx"
)

// An idlePool has three transactions waiting.
type idlePool struct{}

func (idlePool) Ready() <-chan struct{} { return nil }
func (idlePool) Waiting() (int, int64)  { return 3, 900 }

// TestLedgerMetrics: transactions are counted by kind and code, and the names
// are as Prometheus wants them and as the guide for operators lists them.
func TestLedgerMetrics(t *testing.T) {
	m := &metricsServer{own: prometheus.NewRegistry()}
	l := newLedgerMetrics(m)
	watchPool(m, idlePool{})
	result := func(kind tx.Kind, code uint32) state.Delivered {
		return state.Delivered{Kind: kind, Done: state.Done{Code: code}}
	}
	l.executed(7, []state.Delivered{result(ballot.KindCast, 0), result(ballot.KindCast, 0), result(ballot.KindCast, 31), result(0, 2), result(0x7fff, 5)}, time.Second)
	l.committed(time.Second)
	l.checked(&abci.ResponseCheckTx{Code: 31})

	families, err := m.own.Gather()
	if err != nil {
		t.Fatal(err)
	}
	page := httptest.NewRecorder()
	promhttp.HandlerFor(m.own, promhttp.HandlerOpts{}).ServeHTTP(page, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	text := page.Body.String()
	guide, err := os.ReadFile("../docs/reliability.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		if !strings.Contains(string(guide), "`"+f.GetName()) {
			t.Errorf("docs/reliability.md does not explain %s", f.GetName())
		}
	}
	for _, line := range []string{
		`rochdale_ledger_transactions_total{code="0",kind="ballot.Cast"} 2`,
		`rochdale_ledger_transactions_total{code="31",kind="ballot.Cast"} 1`,
		`rochdale_ledger_transactions_total{code="2",kind="unknown"} 1`,
		`rochdale_ledger_transactions_total{code="5",kind="unknown"} 1`,
		`rochdale_ledger_arrivals_total{code="31"} 1`,
		`rochdale_ledger_height 7`,
		`rochdale_ledger_block_execution_seconds_sum 1`,
		`rochdale_ledger_commit_seconds_count 1`,
		`rochdale_ledger_waiting_transactions 3`,
		`rochdale_ledger_waiting_bytes 900`,
	} {
		if !strings.Contains(text, line+"\n") {
			t.Errorf("no %s in\n%s", line, text)
		}
	}
	problems, err := promlint.NewWithMetricFamilies(families).Lint()
	if err != nil || len(problems) > 0 {
		t.Errorf("against the convention: %v, %v", problems, err)
	}
}
