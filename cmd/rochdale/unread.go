package main

import (
	"errors"

	"github.com/rochdale-ledger/rochdale/state"
)

// errNoNode is returned by a reading without a node.
var errNoNode = errors.New("there is no node to ask")

// nothing are the leaves of a ledger that cannot be read.
type nothing struct{}

func (nothing) Leaf([]byte) ([]byte, error) { return nil, errNoNode }
func (nothing) Each(_, _ []byte, _ func(key, value []byte) (bool, error)) error {
	return errNoNode
}

// withoutNode is a reading for describing actions offline: it knows no names.
func withoutNode(chain string, coop state.Coop) *reading {
	all := state.Remote{Leaves: nothing{}, At: state.Tip{Chain: chain}}
	return &reading{Reader: all.Of(coop), name: "a co-op whose name needs a node"}
}
