// Package client is what a program needs to use a federation's ledger from
// outside: the key file a member signs with, kept encrypted and recoverable
// from words on paper; a connection to a node, through which every room's read
// functions work; signing, sending and waiting; and receipts, which prove a
// record to someone who trusts no node.
package client
