package main

import (
	"errors"

	"github.com/cockroachdb/pebble/v2"
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/rochdale-ledger/rochdale/app"
	"github.com/rochdale-ledger/rochdale/node"
)

// cmdSpoilIndex is "spoilindex HOME entry|mark": it takes the first entry out of
// the index of a stopped node, or the mark that says how far it is whole.
func cmdSpoilIndex(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: spoilindex HOME entry|mark")
	}
	db, err := app.OpenDB(node.AppDir(ts.MkAbs(args[0])), nil)
	ts.Check(err)
	key := []byte{'m', 'i'} // see state/store/index.go
	if args[1] == "entry" {
		it, err := db.NewIter(&pebble.IterOptions{LowerBound: []byte{'i'}, UpperBound: []byte{'i' + 1}})
		ts.Check(err)
		if !it.First() {
			ts.Fatalf("the index is empty")
		}
		key = append([]byte{}, it.Key()...)
		ts.Check(it.Close())
	}
	ts.Check(errors.Join(db.Delete(key, pebble.Sync), db.Close()))
}
