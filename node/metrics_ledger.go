package node

import (
	"strconv"
	"sync/atomic"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/rochdale-ledger/rochdale/app"
	"github.com/rochdale-ledger/rochdale/tx"
)

// ledgerMetrics are what the application does, seen from where the engine calls
// it; the engine's own metrics know blocks and bytes only. docs/reliability.md,
// "Watching a node", lists them.
type ledgerMetrics struct {
	height       prometheus.Gauge
	transactions *prometheus.CounterVec // by kind and code
	arrivals     *prometheus.CounterVec // by code
	execution    prometheus.Histogram
	commit       prometheus.Histogram
	dropped      prometheus.Counter // peers, by the warden

	last atomic.Int64 // height of the block last executed
}

// kindNames are the names of the actions, by number on the wire.
var kindNames = func() map[tx.Kind]string {
	names := map[tx.Kind]string{}
	for _, k := range app.Kinds {
		names[k.Number] = k.Name
	}
	return names
}()

// unknownKind labels what is no transaction of the ledger. All of it is one
// series, so a sender cannot make more.
const unknownKind = "unknown"

// newLedgerMetrics registers with m, or nowhere if m is nil.
func newLedgerMetrics(m *metricsServer) *ledgerMetrics {
	seconds := func(name, help string) prometheus.Histogram {
		return prometheus.NewHistogram(prometheus.HistogramOpts{
			Namespace: metricsNamespace, Subsystem: "ledger", Name: name, Help: help,
			Buckets: prometheus.ExponentialBuckets(0.0005, 2, 15), // 0.5 ms to 8 s
		})
	}
	counter := func(name, help string) prometheus.CounterOpts {
		return prometheus.CounterOpts{Namespace: metricsNamespace, Subsystem: "ledger", Name: name, Help: help}
	}
	l := &ledgerMetrics{
		height: prometheus.NewGauge(prometheus.GaugeOpts{
			Namespace: metricsNamespace, Subsystem: "ledger", Name: "height",
			Help: "Last block that the ledger has committed.",
		}),
		transactions: prometheus.NewCounterVec(counter("transactions_total",
			"Transactions executed in blocks, by kind of action and code of the result; code 0 is done."), []string{"kind", "code"}),
		arrivals: prometheus.NewCounterVec(counter("arrivals_total",
			"Transactions checked on their arrival from clients and peers, by code; code 0 is taken."), []string{"code"}),
		execution: seconds("block_execution_seconds", "Time to execute a block."),
		commit:    seconds("commit_seconds", "Time to write a block's changes to disk."),
		dropped: prometheus.NewCounter(prometheus.CounterOpts{
			Namespace: metricsNamespace, Subsystem: "warden", Name: "dropped_total",
			Help: "Peers dropped because they are not in the federation's register.",
		}),
	}
	if m != nil {
		m.own.MustRegister(l.height, l.transactions, l.arrivals, l.execution, l.commit, l.dropped)
	}
	return l
}

func (l *ledgerMetrics) checked(res *abci.ResponseCheckTx) {
	l.arrivals.WithLabelValues(code(res.Code)).Inc()
}

func (l *ledgerMetrics) executed(r *abci.RequestFinalizeBlock, res *abci.ResponseFinalizeBlock, took time.Duration) {
	l.last.Store(r.Height)
	l.execution.Observe(took.Seconds())
	for i, raw := range r.Txs[:min(len(r.Txs), len(res.TxResults))] {
		kind := unknownKind
		if signed, err := tx.Parse(raw); err == nil {
			if name, ok := kindNames[signed.Body.Kind]; ok {
				kind = name
			}
		}
		l.transactions.WithLabelValues(kind, code(res.TxResults[i].Code)).Inc()
	}
}

func (l *ledgerMetrics) committed(took time.Duration) {
	l.commit.Observe(took.Seconds())
	l.height.Set(float64(l.last.Load()))
}

func code(c uint32) string { return strconv.FormatUint(uint64(c), 10) }
