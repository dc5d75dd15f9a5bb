package node

import (
	"bytes"
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
// A dropped peer may dial again and is dropped again. It is not told why: its own
// warden finds out, and says it in its own log.
type warden struct {
	allowed  func(peerID string) bool
	self     string          // this node's peer id
	own      map[string]bool // peers of the configuration: the operator's choice, and the way in for a node whose register is old
	peers    p2p.Switcher
	wake     chan struct{} // a peer was added; holds one
	founder  bool          // the founding document names self
	executed func() int64  // height
	told     string        // what was said last of why others drop this node
	dropped  prometheus.Counter
	log      *slog.Logger
}

// newWarden returns nil, which watches nothing, if allowed is nil.
func (n *Node) newWarden(self string, founding []byte, allowed func(string) bool) *warden {
	if allowed == nil {
		return nil
	}
	w := &warden{
		allowed: allowed, self: self, own: map[string]bool{}, wake: make(chan struct{}, 1), dropped: n.app.metrics.dropped, log: n.log,
		founder: bytes.Contains(founding, []byte(self)), executed: n.Executed,
	}
	for _, p := range n.cfg.P2P.Peers {
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
		w.tell()
	}
}

// tell says once why other nodes drop this one: its own register does not name it or,
// while it has no block and so no register, neither does the founding document.
func (w *warden) tell() {
	why := ""
	switch {
	case !w.allowed(w.self):
		why = "other nodes drop this one: its peer id is not in the federation's register"
	case !w.founder && w.executed() == 0:
		why = "there is no block yet: other nodes drop this one if its peer id is not in the federation's register, and the genesis does not name it"
	}
	if why == w.told {
		return
	}
	if w.told = why; why == "" {
		w.log.Info("this node's peer id is in the federation's register", "peer", w.self)
		return
	}
	w.log.Warn(why, "peer", w.self, "do", "rochdale federation announce "+w.self+" HOST:PORT")
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
