package main

import (
	"encoding/json"
	"errors"

	"github.com/rochdale-ledger/rochdale/node"
	"github.com/rochdale-ledger/rochdale/testnet"
)

// newApplication opens the ledger in a node's home, and says which peers belong
// to the federation. It is the one place where a node meets what it runs.
var newApplication testnet.NewApplication = func(string, node.Config) (node.Application, func(string) bool, error) {
	return nil, nil, errNoApplication()
}

// newGenesisState founds a federation of the validators for a testnet or for
// dev, as the JSON that the application reads at its first block.
var newGenesisState = func([]testnet.Validator) (json.RawMessage, error) { return nil, errNoApplication() }

func errNoApplication() error {
	return withHint(fault("this build has no ledger in it"), "build cmd/rochdale of a released version")
}

// explainNode gives an error of the node and testnet rooms its hint.
func explainNode(err error) error {
	var hinted interface{ Hint() string }
	if errors.As(err, &hinted) {
		return withHint(err, "%s", hinted.Hint())
	}
	return err
}
