package node

import (
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cometbft/cometbft/blocksync"
	"github.com/cometbft/cometbft/consensus"
	"github.com/cometbft/cometbft/p2p"
	bcproto "github.com/cometbft/cometbft/proto/tendermint/blocksync"
	cmtcons "github.com/cometbft/cometbft/proto/tendermint/consensus"
	ssproto "github.com/cometbft/cometbft/proto/tendermint/statesync"
	"github.com/cometbft/cometbft/statesync"
	"github.com/go-kit/kit/metrics"
)

// pulseInterval is how often a node sends its peers again what the engine sends each
// of them once.
const pulseInterval = 2 * time.Second

// askLimit is how long a node that starts asks its peers for their blocks. The
// engine does so every ten seconds; two answers must not overtake each other,
// because it bans a peer whose height falls.
const askLimit = 9 * time.Second

// staleAfter is the age from which a connection is older than the restart that its
// peer announces. The announcement follows the first connection at once, and no
// process restarts faster.
const staleAfter = time.Second

// pulse is a workaround for reconnecting peers: with it a node that restarted takes
// part in consensus again.
//
// Over libp2p the engine of v0.40.0 keeps a peer whose connection has ended until a
// message to it cannot be sent. If the peer reconnects sooner, the engine keeps its
// old state for it: votes and block parts that it sends are ignored while the peer
// fetches old blocks, and are recorded as delivered. With two of four validators
// running and the third restarting, the next block was never made. On an idle
// federation the restarted peer learned neither which blocks there are nor the step
// of consensus until the next empty block.
//
// So each process announces itself to each peer once, with a message that is used
// for nothing else (the greeting). A node that gets it from a peer which it has had
// for longer drops that peer, so that the engine makes a new connection with new
// state. Besides, a node whose consensus makes no progress sends its own step again,
// which peers that have it ignore, and a node that starts asks its peers for their
// block heights. The same messages detect peers whose connection has ended.
//
// Reasons: docs/adr/0011-greeting.md.
type pulse struct {
	peers p2p.Switcher
	sync  func() bool // still fetching old blocks
	began time.Time
	log   *slog.Logger

	state atomic.Pointer[consensus.State] // nil until the engine has started
	wake  chan struct{}                   // a peer was added; holds one
	heard chan p2p.ID                     // greetings

	known  map[p2p.ID]acquaintance // the goroutine's
	height int64                   // the goroutine's; of consensus, at the last tick

	mu      sync.Mutex // guards the fields below
	greeted map[p2p.ID]bool
	busy    map[p2p.ID]bool // a message is on its way
}

// An acquaintance is a peer's connection in the engine, and since when it is there.
type acquaintance struct {
	peer  p2p.Peer
	since time.Time
}

func newPulse(log *slog.Logger) *pulse {
	return &pulse{
		began: time.Now(), log: log, wake: make(chan struct{}, 1), heard: make(chan p2p.ID, MaxPeers),
		greeted: map[p2p.ID]bool{}, known: map[p2p.ID]acquaintance{}, busy: map[p2p.ID]bool{},
	}
}

// beat runs until stop is closed.
func (p *pulse) beat(peers p2p.Switcher, syncing func() bool, stop <-chan struct{}) {
	p.peers, p.sync = peers, syncing
	tick := time.NewTicker(pulseInterval)
	defer tick.Stop()
	for {
		select {
		case <-stop:
			return
		case <-p.wake:
			p.meet()
		case id := <-p.heard:
			p.meet()
			p.renew(id)
		case <-tick.C:
			p.meet()
			p.repeat()
		}
	}
}

// meet records new peers and sends the greeting to those that have not got it.
func (p *pulse) meet() {
	now := map[p2p.ID]acquaintance{}
	for _, peer := range p.peers.Peers().Copy() {
		id := peer.ID()
		who, ok := p.known[id]
		if !ok || who.peer != peer {
			who = acquaintance{peer, time.Now()}
		}
		now[id] = who
		p.greet(peer)
	}
	p.known = now
}

func (p *pulse) greet(peer p2p.Peer) {
	id := peer.ID()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.greeted[id] {
		return
	}
	p.greeted[id] = true
	go func() {
		if !peer.TrySend(p2p.Envelope{ChannelID: statesync.SnapshotChannel, Message: &ssproto.SnapshotsRequest{}}) {
			p.mu.Lock()
			defer p.mu.Unlock()
			p.greeted[id] = false
		}
	}()
}

// renew drops a peer that sends the greeting over an old connection.
func (p *pulse) renew(id p2p.ID) {
	who, ok := p.known[id]
	if !ok || time.Since(who.since) < staleAfter || !who.peer.IsRunning() {
		return
	}
	p.log.Info("a peer has restarted: dropping its old connection", "peer", id)
	p.peers.StopPeerForError(who.peer, "it has restarted")
	delete(p.known, id)
}

func (p *pulse) repeat() {
	e := p2p.Envelope{ChannelID: blocksync.BlocksyncChannel, Message: &bcproto.StatusRequest{}}
	if !p.sync() {
		state := p.state.Load()
		if state == nil {
			return
		}
		rs := state.GetRoundState()
		if rs.Height != p.height { // the engine reports progress itself
			p.height = rs.Height
			return
		}
		e = p2p.Envelope{ChannelID: consensus.StateChannel, Message: &cmtcons.NewRoundStep{
			Height:                rs.Height,
			Round:                 rs.Round,
			Step:                  uint32(rs.Step),
			SecondsSinceStartTime: int64(time.Since(rs.StartTime).Seconds()),
			LastCommitRound:       rs.LastCommit.GetRound(),
		}}
	} else if time.Since(p.began) > askLimit {
		return
	}
	for _, peer := range p.peers.Peers().Copy() {
		p.send(peer, e)
	}
}

// send does not wait, since sending to a peer that does not answer takes ten
// seconds. It skips a peer to which the last message is still being sent.
func (p *pulse) send(peer p2p.Peer, e p2p.Envelope) {
	id := peer.ID()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.busy[id] {
		return
	}
	p.busy[id] = true
	go func() {
		peer.TrySend(e) // a failure is logged, and acted on, by the engine
		p.mu.Lock()
		defer p.mu.Unlock()
		delete(p.busy, id)
	}()
}

// greeting is the label that the engine's count of received bytes gives the
// channel of greetings.
var greeting = fmt.Sprintf("%#x", statesync.SnapshotChannel)

// ear wraps the engine's metric of bytes received from each peer, to detect
// greetings.
type ear struct {
	metrics.Counter
	pulse *pulse
	from  p2p.ID // "" if the channel is another
}

func (e ear) With(labels ...string) metrics.Counter {
	e.Counter, e.from = e.Counter.With(labels...), ""
	heard := false
	for i := 0; i+1 < len(labels); i += 2 {
		switch labels[i] {
		case "chID":
			heard = labels[i+1] == greeting
		case "peer_id":
			e.from = p2p.ID(labels[i+1])
		}
	}
	if !heard {
		return e.Counter
	}
	return e
}

func (e ear) Add(delta float64) {
	e.Counter.Add(delta)
	if e.from == "" {
		return
	}
	select {
	case e.pulse.heard <- e.from:
	default: // a peer that sends so many greetings is not restarting
	}
}
