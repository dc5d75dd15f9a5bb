package load

import (
	"os"
	"testing"
	"time"
)

func TestParseStat(t *testing.T) {
	for _, row := range []struct {
		text string
		want time.Duration
		ok   bool
	}{
		{"7 (rochdale) S 1 7 7 0 -1 4194560 900 0 3 0 250 150 0 0 20 0 9 0 100 1 2", 4 * time.Second, true},
		{"7 (a) b (c 1 2) R 1 7 7 0 -1 4194560 900 0 3 0 1 0 0 0 20 0", 10 * time.Millisecond, true},
		{"7 (rochdale) S 1 7 7 0 -1 4194560 900 0 3 0 250", 0, false},
		{"7 (rochdale) S 1 7 7 0 -1 4194560 900 0 3 0 x 150 0", 0, false},
		{"", 0, false},
	} {
		if got, ok := parseStat(row.text); ok != row.ok || ok && got != row.want {
			t.Errorf("%q: %s, %v", row.text, got, ok)
		}
	}
}

func TestParseStatus(t *testing.T) {
	now, peak, ok := parseStatus("Name:\trochdale\nVmPeak:\t 99 kB\nVmHWM:\t    2048 kB\nVmRSS:\t    1024 kB\nThreads:\t9\n")
	if now != 1<<20 || peak != 2<<20 || !ok {
		t.Errorf("%d, %d, %v", now, peak, ok)
	}
	for _, text := range []string{"", "VmRSS:\t 1 kB\n", "VmRSS:\t x kB\nVmHWM:\t 2 kB\n"} {
		if _, _, ok := parseStatus(text); ok {
			t.Errorf("%q is accepted", text)
		}
	}
}

// TestOwnUsage: what the kernel says of this process can be read, and grows.
func TestOwnUsage(t *testing.T) {
	pid := os.Getpid()
	if !forgetPeak(pid) {
		t.Skip("this system does not let a process forget its peak")
	}
	_, before, ok := residentMemory(pid)
	if !ok {
		t.Fatal("no memory")
	}
	held := make([]byte, 64<<20)
	for i := 0; i < len(held); i += 4096 {
		held[i] = 1
	}
	if now, peak, ok := residentMemory(pid); !ok || peak < now || peak < before+int64(len(held))*9/10 {
		t.Errorf("%d before, %d now, at most %d", before, now, peak)
	}
	began, ok := processorTime(pid)
	for sum := 0; ok; sum += len(held) {
		if now, fine := processorTime(pid); !fine || now > began {
			ok = fine
			break
		}
	}
	if !ok || ownTime() < began {
		t.Errorf("processor time %s, %v, then %s", began, ok, ownTime())
	}
}
