package app

import (
	"sync"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/federation"
)

// Peers answers whether a peer belongs to the federation, by the register at
// the last committed block. Before the first block it is by the founding
// document. It may be asked from any goroutine.
type Peers struct {
	ledger   *state.Ledger
	founding map[string]bool

	mu     sync.Mutex // guards the fields below
	height uint64
	known  map[string]bool
}

// NewPeers makes the answer from a ledger and its founding document.
func NewPeers(a *App, appState []byte) (*Peers, error) {
	g, err := federation.ParseGenesis(appState)
	if err != nil {
		return nil, err
	}
	p := &Peers{ledger: a.ledger, founding: map[string]bool{}}
	for _, c := range g.Coops {
		p.founding[c.Validator.Peer] = true
	}
	return p, nil
}

// Allowed says whether the peer with this id is a node of a co-op of the
// federation. A register that cannot be read keeps the last answer.
func (p *Peers) Allowed(id string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	tip := p.ledger.Tip().Height
	if tip == 0 {
		return p.founding[id]
	}
	if p.known == nil || tip != p.height {
		if known, err := p.read(); err == nil {
			p.known, p.height = known, tip
		}
	}
	return p.known[id]
}

func (p *Peers) read() (map[string]bool, error) {
	v, err := p.ledger.View(0)
	if err != nil {
		return nil, err
	}
	defer v.Close()
	known := map[string]bool{}
	err = federation.Range(v, func(_ state.Coop, c federation.Coop) (bool, error) {
		known[c.Validator.Peer] = true
		return true, nil
	})
	return known, err
}
