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

// warden drops the peers that the application does not admit. Who is admitted is
// the application's decision; the warden enforces it.
//
// Over libp2p the engine has no gate: whoever dials becomes a peer with the
// first message it sends, filter_peers is ignored, and the engine builds its
// libp2p host itself, with no way to hand it a connection gater. What it does
// allow is to be told that a peer was added, by a gauge of its metrics, and to
// drop one. So a stranger is dropped at once after it was added: of what it
// sent before, the first messages may have been read. They are signed or
// checked like any other, so what the warden saves is bandwidth and work, not
// correctness. Refusing a stranger at the handshake would take a
// connmgr.ConnectionGater passed through lp2p.NewHost.
//
// A dropped stranger may dial again and is dropped again.
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

// peerGauge wraps the engine's count of peers, to tell of a new one.
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
