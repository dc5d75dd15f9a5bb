package crowd

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rochdale-ledger/rochdale/testnet"
)

// TestMemoryStaysFlat: in ten minutes of full load, or ROCHDALE_LONG_MINUTES of it, at
// least eight, the resident memory of each of four nodes does not grow: its median in the
// last two minutes is at most 1.15 times that in the third and fourth.
func TestMemoryStaysFlat(t *testing.T) {
	if os.Getenv(longEnv) == "" {
		t.Skip("MEMORY UNDER LOAD IS NOT MEASURED: it takes ten minutes; set ROCHDALE_LONG=1")
	}
	const every, members = 5 * time.Second, 5000
	minutes, err := strconv.Atoi(cmp.Or(os.Getenv("ROCHDALE_LONG_MINUTES"), "10"))
	if err != nil || minutes < 8 {
		t.Fatalf("%d minutes, %v: it takes at least eight", minutes, err)
	}
	length := time.Duration(minutes) * time.Minute
	net, c := processes(t, 4, testnet.MinMembers)
	ctx := within(t, length+5*time.Minute)
	must(t, net.Start(ctx))
	must(t, c.Enter(ctx, members, func(int) {}))
	s, err := newStorm(ctx, net, c, members, 0, 1, 2, 3)
	must(t, err)
	s.mu.Lock()
	s.shown, s.forget = nil, true
	s.mu.Unlock()
	m, err := net.Manifest()
	must(t, err)
	began := time.Now()
	early, last := make([][]int64, 4), make([][]int64, 4)
	for tick := time.NewTicker(every); time.Since(began) < length; <-tick.C {
		at := time.Since(began)
		for i, n := range m.Nodes {
			bytes, err := resident(n.PID)
			must(t, err)
			if at >= 2*time.Minute && at < 4*time.Minute {
				early[i] = append(early[i], bytes)
			}
			if at >= length-2*time.Minute {
				last[i] = append(last[i], bytes)
			}
		}
		must(t, s.until(ctx, 0)) // nothing went wrong
	}
	_, count := s.last(0)
	rate := float64(count) / time.Since(began).Seconds()
	must(t, s.end(ctx))
	t.Logf("%d votes in %s, %.0f a second, of %d members", count, length, rate, members)
	must(t, net.WaitHeight(ctx, int64(s.tip)+1))
	for i := range early {
		a, b := median(early[i]), median(last[i])
		t.Logf("node %d: %.1f MB in minutes 3 and 4, %.1f MB in the last two, %.3f times as much", i, float64(a)/1e6, float64(b)/1e6, float64(b)/float64(a))
		if !flat(a, b) {
			t.Errorf("node %d grew to more than %d%%", i, mostGrown)
		}
		if err := s.records(ctx, i); err != nil {
			t.Errorf("node %d: %v", i, err)
		}
	}
}

// mostGrown is how much of the memory that it had early a node may have last, in per cent.
const mostGrown = 115

func flat(early, last int64) bool { return last*100 <= early*mostGrown }

// A node that grows by 2 MB every five seconds from 200 MB is found out; one that swings
// between 200 and 240 MB is not.
func TestMemoryVerdict(t *testing.T) {
	series := func(from, n int, at func(i int) int64) (out []int64) {
		for i := from; i < from+n; i++ {
			out = append(out, at(i))
		}
		return out
	}
	const mb = 1_000_000
	leak := func(i int) int64 { return int64(200+2*i) * mb }
	swing := func(i int) int64 { return int64(200+40*(i%5/4)) * mb }
	for _, row := range []struct {
		what string
		at   func(i int) int64
		want bool
	}{{"leak", leak, false}, {"swing", swing, true}} {
		if got := flat(median(series(24, 24, row.at)), median(series(96, 24, row.at))); got != row.want {
			t.Errorf("%s: flat is %v", row.what, got)
		}
	}
	if !flat(100, 115) || flat(100, 116) {
		t.Error("the bound is not 115 per cent")
	}
}

func median(of []int64) int64 {
	slices.Sort(of)
	return of[len(of)/2]
}

// resident is what a process holds of the machine's memory, in bytes.
//
// Source: proc_pid_status(5), VmRSS, in units of 1,024 bytes.
func resident(pid int) (int64, error) {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(data)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			n, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 10, 53)
			return n << 10, err
		}
	}
	return 0, fmt.Errorf("process %d has no VmRSS", pid)
}
