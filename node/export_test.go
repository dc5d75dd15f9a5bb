package node

// KeepBlocks makes a running node keep fewer blocks than its configuration can
// ask for.
func (n *Node) KeepBlocks(blocks int64) {
	r := *n.retain.Load()
	r.blocks = blocks
	n.retain.Store(&r)
}

// RetainEvery is after how many blocks a node looks for those that can go.
const RetainEvery = retainEvery
