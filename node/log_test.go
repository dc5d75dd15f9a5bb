package node

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"

	"github.com/cometbft/cometbft/libs/service"
	"github.com/cometbft/cometbft/lp2p"
)

// What belongs to a healthy node's life is no error in its log; all else is.
func TestHarmlessErrors(t *testing.T) {
	for _, msg := range []string{"Unable to add bootstrap peer", "Failed to reconnect to peer", "failed signing vote"} {
		var out bytes.Buffer
		log := engineLog{out: NewLogger(Config{}, &out), watch: func(string, []any) {}}
		log.Error(msg, "err", errors.New("height regression"))
		if !strings.Contains(out.String(), "level=WARN") {
			t.Errorf("%q is logged as %s", msg, out.String())
		}
	}
	for _, row := range []struct {
		err     error
		harmful bool
	}{
		{fmt.Errorf("unable to add peer: %w", lp2p.ErrPeerExists), false},
		{service.ErrAlreadyStopped, false},
		{fmt.Errorf("accept: %w", net.ErrClosed), false},
		{service.ErrAlreadyStarted, true},
		{errors.New("peer already exists"), true}, // a peer's words, perhaps
	} {
		var out bytes.Buffer
		log := engineLog{out: NewLogger(Config{}, &out), watch: func(string, []any) {}}
		log.Error("something", "err", row.err)
		if got := strings.Contains(out.String(), "level=ERROR"); got != row.harmful {
			t.Errorf("%v is logged as an error: %v", row.err, got)
		}
	}
}
