package node

import (
	"sync"
	"time"

	"github.com/cometbft/cometbft/blocksync"
	"github.com/cometbft/cometbft/consensus"
	"github.com/cometbft/cometbft/p2p"
	bcproto "github.com/cometbft/cometbft/proto/tendermint/blocksync"
	cmtcons "github.com/cometbft/cometbft/proto/tendermint/consensus"
)

// pulseInterval is how often a node repeats to its peers what the engine tells
// each of them once.
const pulseInterval = 2 * time.Second

// askLimit is how long a node that starts asks its peers for their blocks. The
// engine does so every ten seconds; two answers must not overtake each other,
// because it bans a peer whose height falls.
const askLimit = 9 * time.Second

// pulse lets a node that restarted take part at once.
//
// Over libp2p the engine keeps a peer whose connection has ended until a message
// to it fails, and a peer that comes back before that is not new: it is told
// neither which blocks there are nor where consensus is, until it asks or there
// is a next step. On an idle federation that step is the next empty block, and
// until then the engine on the other side holds transactions back from peers
// whose height it does not know.
//
// So a node that takes part repeats its own step, which a peer that knows it
// ignores, and a node that starts asks for its peers' blocks. A peer that is gone
// is noticed by the same messages.
type pulse struct {
	peers p2p.Switcher
	state *consensus.State
	sync  func() bool // still fetching old blocks
	began time.Time

	mu   sync.Mutex
	busy map[p2p.ID]bool // a message is on its way; under mu
}

// beat runs until stop is closed.
func (p *pulse) beat(stop <-chan struct{}) {
	tick := time.NewTicker(pulseInterval)
	defer tick.Stop()
	for {
		if e, ok := p.message(); ok {
			for _, peer := range p.peers.Peers().Copy() {
				p.send(peer, e)
			}
		}
		select {
		case <-stop:
			return
		case <-tick.C:
		}
	}
}

func (p *pulse) message() (p2p.Envelope, bool) {
	if p.sync() {
		return p2p.Envelope{ChannelID: blocksync.BlocksyncChannel, Message: &bcproto.StatusRequest{}}, time.Since(p.began) < askLimit
	}
	rs := p.state.GetRoundState()
	return p2p.Envelope{ChannelID: consensus.StateChannel, Message: &cmtcons.NewRoundStep{
		Height:                rs.Height,
		Round:                 rs.Round,
		Step:                  uint32(rs.Step),
		SecondsSinceStartTime: int64(time.Since(rs.StartTime).Seconds()),
		LastCommitRound:       rs.LastCommit.GetRound(),
	}}, true
}

// send does not wait, since a peer that does not answer takes ten seconds; it
// passes one over that still has the last message to take.
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
