// Package app is the ABCI application: a thin adapter between the consensus engine
// and the state machine, its methods in the order in which the engine calls them for
// a block. The machine is package state; the list of its rooms (modules) is package
// rooms.
package app
