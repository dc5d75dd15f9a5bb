// Package script has the commands that scripts of more than one package have besides the
// program's: what a person copies from one command's output into the next.
package script

import (
	"encoding/json"
	"regexp"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/rochdale-ledger/rochdale/node"
	"github.com/rochdale-ledger/rochdale/tx"
)

// CodeOf is "codeof FILE NUMBER NAME": it sets the variable NAME to the code of a line
// or member in what member invite wrote.
func CodeOf(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: codeof FILE NUMBER NAME")
	}
	for line := range strings.Lines(ts.ReadFile(args[0])) {
		if code, ok := strings.CutPrefix(strings.TrimSpace(line), args[1]+","); ok {
			ts.Setenv(args[2], code[strings.LastIndex(code, ",")+1:]) // behind the number of before
			return
		}
	}
	ts.Fatalf("%s has no code of %s", args[0], args[1])
}

// NodeID is "nodeid HOME": it sets NODE_KEY and PEER_ID to those of a node's home.
func NodeID(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: nodeid HOME")
	}
	id, err := node.LoadIdentity(ts.MkAbs(args[0]))
	ts.Check(err)
	ts.Setenv("NODE_KEY", tx.ValidatorKey(id.PubKey).String())
	ts.Setenv("PEER_ID", id.PeerID)
}

// ProofOf is "proofof FILE NAME [KEY]": it sets the variable NAME to the proof in
// what key prove --json printed, and KEY to the key.
func ProofOf(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 && len(args) != 3 {
		ts.Fatalf("usage: proofof FILE NAME [KEY]")
	}
	var proof struct {
		Proof  string
		Public string `json:"public_key"`
	}
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &proof))
	ts.Setenv(args[1], proof.Proof)
	if len(args) == 3 {
		ts.Setenv(args[2], proof.Public)
	}
}

// id finds a transaction in what a command printed.
var id = regexp.MustCompile(`[0-9A-F]{64}`)

// IDOf is "idof NAME": it sets the variable NAME to the transaction that the
// last command named on standard error or output.
func IDOf(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: idof NAME")
	}
	id := id.FindString(ts.ReadFile("stdout") + ts.ReadFile("stderr"))
	if id == "" {
		ts.Fatalf("no transaction was named")
	}
	ts.Setenv(args[0], id)
}
