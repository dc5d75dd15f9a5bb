package node

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"syscall"
	"time"

	"github.com/cometbft/cometbft/blocksync"
	cmtcfg "github.com/cometbft/cometbft/config"
	"github.com/cometbft/cometbft/consensus"
	"github.com/cometbft/cometbft/mempool"
	cmtnode "github.com/cometbft/cometbft/node"
	"github.com/cometbft/cometbft/p2p"
	"github.com/cometbft/cometbft/proxy"
	"github.com/cometbft/cometbft/state"
	"github.com/cometbft/cometbft/statesync"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metricsNamespace begins the name of every metric of the engine.
const metricsNamespace = "rochdale"

// registering is held while an engine is put together: provider then swaps
// prometheus.DefaultRegisterer, which libp2p reads.
var registering sync.Mutex

// metricsServer serves one node's metrics. A nil *metricsServer serves none.
type metricsServer struct {
	own    *prometheus.Registry // this node's; the default one has the process's and libp2p's
	server *http.Server
}

// newMetricsServer listens at once, so that a taken port is an error, and
// answers GET /metrics from then on. It returns nil for Off.
func newMetricsServer(address string) (*metricsServer, error) {
	if address == Off {
		return nil, nil
	}
	l, err := net.Listen("tcp", address)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, portInUse("metrics.address", "tcp", address)
	}
	if err != nil {
		return nil, fmt.Errorf("listening for metrics: %w", err)
	}
	m := &metricsServer{own: prometheus.NewRegistry()}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(
		prometheus.Gatherers{m.own, prometheus.DefaultGatherer},
		promhttp.HandlerOpts{MaxRequestsInFlight: 3, Timeout: 5 * time.Second},
	))
	m.server = &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = m.server.Serve(l) }() // ends with close
	return m, nil
}

// close frees the port at once.
func (m *metricsServer) close() {
	if m != nil {
		_ = m.server.Close()
	}
}

// provider makes the engine's metrics, through which the warden and the pulse are
// called. Both may be nil.
//
// The engine registers with the process's default registry and panics on a
// second node in the process, so the default is swapped for the node's own
// while it does. The caller holds registering.
func (m *metricsServer) provider(w *warden, p *pulse) cmtnode.MetricsProvider {
	return func(chainID string) (*consensus.Metrics, *p2p.Metrics, *mempool.Metrics, *state.Metrics, *proxy.Metrics, *blocksync.Metrics, *statesync.Metrics) {
		if m != nil {
			shared := prometheus.DefaultRegisterer
			prometheus.DefaultRegisterer = m.own
			defer func() { prometheus.DefaultRegisterer = shared }()
		}
		inner := cmtnode.DefaultMetricsProvider(&cmtcfg.InstrumentationConfig{Prometheus: m != nil, Namespace: metricsNamespace})
		cs, peers, mem, st, abci, bs, ss := inner(chainID)
		if w != nil {
			peers.Peers = peerGauge{peers.Peers, w.wake}
		}
		if p != nil {
			peers.Peers = peerGauge{peers.Peers, p.wake}
			peers.PeerReceiveBytesTotal = ear{Counter: peers.PeerReceiveBytesTotal, pulse: p}
		}
		return cs, peers, mem, st, abci, bs, ss
	}
}
