//go:build !linux

package testnet

import (
	"os/exec"
	"strconv"
	"strings"
)

// startTime is when a live process started, as ps prints it, or "" for one that
// does not exist or has ended and only waits for its parent.
func startTime(pid int) string {
	out, err := exec.Command("ps", "-o", "stat=,lstart=", "-p", strconv.Itoa(pid)).Output()
	if err != nil {
		return ""
	}
	state, started, _ := strings.Cut(strings.TrimSpace(string(out)), " ")
	if strings.HasPrefix(state, "Z") {
		return ""
	}
	return strings.TrimSpace(started)
}
