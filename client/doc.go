// Package client is what a program needs to use a federation's ledger from
// outside: the key file a member signs with, kept encrypted and recoverable
// from words on paper.
package client
