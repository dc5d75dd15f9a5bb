// Package state is the deterministic machine under every room: it takes signed
// transactions in the order that consensus gave them and turns each into writes
// or into a rejection, the same on every node for ever.
//
// There is one write path. Ledger.Deliver decodes a transaction, authenticates
// its signer, spends its sequence, asks the charter for authority and applies
// the action to an overlay; Ledger.Commit flushes the block's overlay, sorted,
// into one tree and one fsynced write. Everything else reads.
//
// Nothing here or below knows a clock, a file, the network, chance, a
// goroutine, a float or the order of a map. A block's time comes from its
// header. Only store.go, nodes.go, view.go, export.go, table.go and page.go know
// how a record lies in the tree.
package state

// A Coop is the number of a co-op in its federation, from 1. Zero is the
// federation itself.
type Coop uint32

// A Member is a member number, unique in one co-op, from 1. Zero is nobody.
type Member uint64
