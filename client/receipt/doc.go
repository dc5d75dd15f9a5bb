// Package receipt writes and verifies receipts: one file that proves a record, a
// decision or a payout to someone who trusts none of the operators and has no
// node at hand.
//
// A receipt holds records of the ledger, the proof of each against the app hash of
// a header, and the signatures of the validators who decided that header.
// Verifying it proves all of that and then says in words what the records say. It
// compares no words: those in the file are for whoever opens it, and nothing
// depends on them. docs/adr/0017-receipts.md
//
// Every format that was ever written keeps its reader here. The package knows
// neither the engine nor a database nor a network, so that a page on a phone can
// use it; the program for pages is cmd/verifier.
package receipt
