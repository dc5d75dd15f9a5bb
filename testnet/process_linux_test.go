package testnet

import (
	"os"
	"strings"
	"testing"
)

// TestAnotherBoot: after a reboot a process may have the id and the ticks of one
// from before.
func TestAnotherBoot(t *testing.T) {
	self := Member{PID: os.Getpid(), Started: startTime(os.Getpid())}
	if !self.Running() {
		t.Error("this process does not run")
	}
	if self.Started = strings.Replace(self.Started, bootID(), "another", 1); self.Running() {
		t.Error("a process of another boot runs")
	}
}
