// Package receipt writes and verifies receipts: one file that proves a record, a
// decision or a payout to someone who trusts none of the operators and has no
// node at hand.
//
// A receipt holds records of the ledger, the proof of each against the app hash of a
// header, and the signatures of the validators who decided that header. Verifying it
// checks all of that and then describes the records in words. The words in the file
// are for readers only: they are not compared, and nothing depends on them.
// docs/adr/0017-receipts.md
//
// A receipt, or a file of links beside it, also holds the blocks that link the
// validators who founded a federation to those who signed. docs/adr/0019-links.md
//
// Every format that was ever written keeps its reader here. The package imports
// neither the engine nor a database and uses no network, so that a page on a phone
// can use it; the program for pages is cmd/verifier.
package receipt
