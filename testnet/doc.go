// Package testnet runs a federation on one machine: n validators on loopback,
// each in a process of its own (Net) or all in this one (InProcess).
//
// A testnet's files are in one directory:
//
//	testnet.json      the Manifest: homes, addresses, processes
//	lock              held while one command changes the testnet
//	unfinished        there while the testnet is made
//	node0/ node1/ …   homes, see package node
//	node0.log …       what each process printed
//
// Ports are chosen by the kernel when the testnet is made, and chosen again at
// a start that finds one taken. The processes outlive the command that started
// them. A process is known by its id together with its boot and start time, so
// that a stale id is never signalled, or else by the lock that it holds on its
// home.
package testnet
