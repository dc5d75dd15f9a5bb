package node

import (
	"strconv"
	"sync/atomic"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/rochdale-ledger/rochdale/app"
	"github.com/rochdale-ledger/rochdale/state"
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
		execution: seconds("block_execution_seconds", "Time from the decision on a block to the end of its execution, which begins before."),
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

// A deliverer tells of each transaction that the last block held.
type deliverer interface{ Delivered() []state.Delivered }

func (l *ledgerMetrics) executed(height int64, delivered []state.Delivered, took time.Duration) {
	l.last.Store(height)
	l.execution.Observe(took.Seconds())
	type sort struct {
		kind tx.Kind
		code uint32
	}
	counted := map[sort]int{}
	for _, d := range delivered {
		counted[sort{d.Kind, d.Code}]++
	}
	for s, n := range counted {
		kind, ok := kindNames[s.kind]
		if !ok {
			kind = unknownKind
		}
		l.transactions.WithLabelValues(kind, code(s.code)).Add(float64(n))
	}
}

// watchPool registers what waits in an application's mempool, unless m is nil.
func watchPool(m *metricsServer, p pooled) {
	if m == nil {
		return
	}
	gauge := func(name, help string, value func() float64) {
		m.own.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Namespace: metricsNamespace, Subsystem: "ledger", Name: name, Help: help}, value))
	}
	gauge("waiting_transactions", "Transactions that wait for a block.", func() float64 { n, _ := p.Waiting(); return float64(n) })
	gauge("waiting_bytes", "Size of the transactions that wait for a block.", func() float64 { _, n := p.Waiting(); return float64(n) })
}

func (l *ledgerMetrics) committed(took time.Duration) {
	l.commit.Observe(took.Seconds())
	l.height.Set(float64(l.last.Load()))
}

func code(c uint32) string { return strconv.FormatUint(uint64(c), 10) }
