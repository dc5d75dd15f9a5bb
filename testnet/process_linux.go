package testnet

import (
	"fmt"
	"os"
	"strings"
	"sync"
)

// bootID is the kernel's name for the time since it booted: after the next boot,
// another process may have an old one's id and ticks. "" if it does not say.
var bootID = sync.OnceValue(func() string {
	data, _ := os.ReadFile("/proc/sys/kernel/random/boot_id")
	return strings.TrimSpace(string(data))
})

// startTime is when a live process started, in clock ticks since a boot, or ""
// for one that does not exist or has ended and only waits for its parent.
//
// Source: proc_pid_stat(5), fields 3 (state) and 22 (starttime). The second
// field, the command, is in parentheses and may hold anything.
func startTime(pid int) string {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return ""
	}
	_, rest, _ := strings.Cut(string(data[strings.LastIndexByte(string(data), ')')+1:]), " ")
	fields := strings.Fields(rest)
	const state, started = 0, 19 // fields 3 and 22, the third being the first that is left
	if len(fields) <= started || fields[state] == "Z" || fields[state] == "X" {
		return ""
	}
	return fields[started] + " " + bootID()
}
