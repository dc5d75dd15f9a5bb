package node

import (
	"log/slog"
	"time"

	"github.com/cometbft/cometbft/p2p"
	"github.com/go-kit/kit/metrics"
	"github.com/prometheus/client_golang/prometheus"
)

// wardenInterval is how often all peers are looked at again, for those whose
// co-op has left the register since they connected.
const wardenInterval = 2 * time.Second

// warden is the peer filter: it drops the peers that the application does not admit.
// The application decides who is admitted; the warden enforces it.
//
// Over libp2p the engine has no peer filter: any dialler becomes a peer with the
// first message it sends, filter_peers is ignored, and the engine builds its libp2p
// host itself and accepts no connection gater. It does report each added peer,
// through a gauge of its metrics, and can drop a peer. So an unknown peer is dropped
// right after it was added; its first messages may have been read by then. They are
// signed or checked like any other, so the warden saves bandwidth and work and is
// not needed for correctness. Refusing a peer at the handshake would take a
// connmgr.ConnectionGater passed through lp2p.NewHost.
//
// A dropped peer may dial again and is dropped again.
type warden struct {
	allowed func(peerID string) bool
	own     map[string]bool // peers of the configuration: the operator's choice, and the way in for a node whose register is old
	peers   p2p.Switcher
	wake    chan struct{} // a peer was added; holds one
	dropped prometheus.Counter
	log     *slog.Logger
}

// newWarden returns nil, which watches nothing, if allowed is nil.
func newWarden(cfg Config, allowed func(string) bool, dropped prometheus.Counter, log *slog.Logger) *warden {
	if allowed == nil {
		return nil
	}
	w := &warden{allowed: allowed, own: map[string]bool{}, wake: make(chan struct{}, 1), dropped: dropped, log: log}
	for _, p := range cfg.P2P.Peers {
		id, _, _ := cutPeer(p)
		w.own[id] = true
	}
	return w
}

// watch runs until stop is closed.
func (w *warden) watch(peers p2p.Switcher, stop <-chan struct{}) {
	w.peers = peers
	tick := time.NewTicker(wardenInterval)
	defer tick.Stop()
	for {
		select {
		case <-stop:
			return
		case <-w.wake:
		case <-tick.C:
		}
		w.sweep()
	}
}

func (w *warden) sweep() {
	for _, p := range w.peers.Peers().Copy() {
		id := string(p.ID())
		// One that is not running yet is still being added; its gauge will call again.
		if !p.IsRunning() || w.own[id] || w.allowed(id) {
			continue
		}
		w.log.Warn("dropping a peer that is not in the register", "peer", id, "address", p.RemoteAddr().String())
		w.dropped.Inc()
		w.peers.StopPeerForError(p, "not in the federation's register")
	}
}

// peerGauge wraps the engine's metric of peers, to signal a new one.
type peerGauge struct {
	metrics.Gauge
	wake chan struct{}
}

func (g peerGauge) Add(delta float64) {
	g.Gauge.Add(delta)
	if delta <= 0 {
		return
	}
	select {
	case g.wake <- struct{}{}:
	default: // told already
	}
}
