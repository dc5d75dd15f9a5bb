package main

import (
	"errors"

	"github.com/cockroachdb/pebble/v2"
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/rochdale-ledger/rochdale/app"
	"github.com/rochdale-ledger/rochdale/node"
)

// cmdSpoilIndex is "spoilindex HOME entry|mark|record": it takes the first entry out of
// the index of a stopped node, or the mark that says how far it is whole, or the first
// record from under it.
func cmdSpoilIndex(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: spoilindex HOME entry|mark|record")
	}
	db, err := app.OpenDB(node.AppDir(ts.MkAbs(args[0])), nil)
	ts.Check(err)
	key := []byte{'m', 'i'} // see state/store/index.go
	if space, ok := map[string]byte{"entry": 'i', "record": 'f'}[args[1]]; ok {
		it, err := db.NewIter(&pebble.IterOptions{LowerBound: []byte{space}, UpperBound: []byte{space + 1}})
		ts.Check(err)
		if !it.First() {
			ts.Fatalf("%s: there is none", args[1])
		}
		key = append([]byte{}, it.Key()...)
		ts.Check(it.Close())
	}
	ts.Check(errors.Join(db.Delete(key, pebble.Sync), db.Close()))
}
