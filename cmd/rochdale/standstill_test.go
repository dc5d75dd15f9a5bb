package main

import (
	"context"
	"strconv"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/rochdale-ledger/rochdale/node"
	"github.com/rochdale-ledger/rochdale/testnet"
)

// cmdStrike is "strike DIR N": it kills the process of a testnet's node.
func cmdStrike(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: strike DIR N")
	}
	net, err := testnet.Open(ts.MkAbs(args[0]))
	ts.Check(err)
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	ts.Check(net.Kill(n))
}

// cmdStandstill is "standstill HOME": it waits until the node of a home says that the
// federation stands still.
func cmdStandstill(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: standstill HOME")
	}
	address, err := homeNode(ts.MkAbs(args[0]))
	ts.Check(err)
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
		if s, err := node.QueryStatus(context.Background(), address); err == nil && s.Standstill != nil {
			return
		}
	}
	ts.Fatalf("the node at %s does not say that the federation stands still", address)
}
