// Package app is the machine as consensus sees it: an ABCI application, thin,
// its methods in the order of a block's life. What the machine does is in
// state; which rooms it has is in rooms.go.
package app
