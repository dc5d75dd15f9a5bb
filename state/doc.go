// Package state is the contract of the deterministic machine: what an action,
// a record, a reader and a rejection are, and how one block is executed. It
// takes signed transactions in the order that consensus gave them and turns
// each into writes or into a rejection, the same on every node for ever. It
// holds no database: state/store keeps what it writes.
//
// There is one write path. A Block decodes a transaction, authenticates its
// signer, spends its sequence, asks the charter for authority and applies the
// action to an overlay; the store flushes the block's overlay, sorted, into one
// tree and one fsynced write. Everything else reads.
//
// Nothing here or below uses a clock, a file, the network, randomness, a goroutine,
// a float or the order of a map. A block's time comes from its header. Only
// table.go, page.go and index.go here, and state/store, depend on the layout of
// records in the tree. What was read of the last state is remembered in shelf.go, of
// the block in memo.go, and of transactions that were judged in known.go; no result
// depends on any of it.
package state
