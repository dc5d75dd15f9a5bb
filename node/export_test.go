package node

import (
	"log/slog"

	"github.com/cometbft/cometbft/store"
	"github.com/cometbft/cometbft/types"
)

// KeepBlocks makes a running node keep fewer blocks than its configuration can
// ask for.
func (n *Node) KeepBlocks(blocks int64) {
	r := *n.retain.Load()
	r.blocks = blocks
	n.retain.Store(&r)
}

// RetainEvery is after how many blocks a node looks for those that can go.
const RetainEvery = retainEvery

// Dialled is the list of peers that a node with a register of nodes dials.
func (c Config) Dialled(application Application, genesis []byte, own Identity, log *slog.Logger) ([]string, error) {
	doc, err := parseGenesis(genesis, "")
	if err != nil {
		return nil, err
	}
	c, err = c.withDefaults().dialled(application, doc, own, log)
	return c.P2P.Peers, err
}

// NewSigner is the signer of a home over the given blocks; it returns the Problem of
// Start if these hold what the record lacks.
func NewSigner(home string, blocks *store.BlockStore, fail func(error)) (types.PrivValidator, error) {
	loaded, err := loadKeys(home)
	if err != nil {
		return nil, err
	}
	s := &signer{file: loaded.validator, home: home, fail: fail}
	return s, s.open(blocks)
}
