package node

import "log/slog"

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
