package load

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// hertz is the kernel's clock ticks a second in /proc, USER_HZ, which is 100 on every
// architecture that Go runs on.
const hertz = 100

// processorTime is what a process has used, in user mode and in the kernel.
func processorTime(pid int) (time.Duration, bool) {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, false
	}
	return parseStat(string(data))
}

// parseStat reads the processor time out of a process's stat.
//
// Source: proc_pid_stat(5), fields 14 (utime) and 15 (stime). The second field, the
// command, is in parentheses and may hold anything.
func parseStat(text string) (time.Duration, bool) {
	const user, system = 11, 12 // counted from field 3, the first behind the command
	fields := strings.Fields(text[strings.LastIndexByte(text, ')')+1:])
	if len(fields) <= system {
		return 0, false
	}
	u, err := strconv.ParseUint(fields[user], 10, 63)
	s, err2 := strconv.ParseUint(fields[system], 10, 63)
	return time.Duration(u+s) * (time.Second / hertz), err == nil && err2 == nil
}

// residentMemory is what a process holds of the machine's memory now, and the most it
// held since forgetPeak, in bytes.
func residentMemory(pid int) (now, peak int64, ok bool) {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, 0, false
	}
	return parseStatus(string(data))
}

// parseStatus reads the memory out of a process's status.
//
// Source: proc_pid_status(5), VmRSS and VmHWM, in units of 1,024 bytes.
func parseStatus(text string) (now, peak int64, ok bool) {
	found := 0
	for line := range strings.Lines(text) {
		name, rest, _ := strings.Cut(line, ":")
		into := map[string]*int64{"VmRSS": &now, "VmHWM": &peak}[name]
		if into == nil {
			continue
		}
		n, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 10, 53)
		if err != nil {
			return 0, 0, false
		}
		*into = n << 10
		found++
	}
	return now, peak, found == 2
}

// forgetPeak makes the present the process's peak of resident memory.
//
// Source: proc_pid_clear_refs(5).
func forgetPeak(pid int) bool {
	return os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", pid), []byte("5"), 0) == nil
}
