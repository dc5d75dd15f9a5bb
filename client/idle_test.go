package client

import (
	"testing"

	rpcserver "github.com/cometbft/cometbft/rpc/jsonrpc/server"
)

// A connection that nothing is sent on is given up well before the node closes it: a
// request that meets the closing gets no answer, and is not sent again by itself.
func TestIdleBeforeNode(t *testing.T) {
	if node := rpcserver.DefaultConfig().ReadTimeout; 2*idleTimeout > node {
		t.Errorf("kept for %v, a node closes it after %v", idleTimeout, node)
	}
}
