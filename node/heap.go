package node

import (
	"os"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// heapGoal is how large a process's heap may grow before garbage is collected, in bytes:
// no more than five times what is in use, and no less than twice, which is Go's own rule. A node's heap is small, and
// by that rule alone a sixth of its processor would go into collecting it many times a
// minute under load.
const heapGoal = 192 << 20

// heapEvery is how often the rule is fitted to what is in use.
const heapEvery = 5 * time.Second

// mostGarbage is the most garbage that the rule lets stand, in per cent of what is in use.
const mostGarbage = 400

// paceCollector has this process collect its garbage by heapGoal until the function that
// it returns is called. An operator who sets GOGC has that instead.
func paceCollector() (stop func()) {
	if os.Getenv("GOGC") != "" {
		return func() {}
	}
	ended := make(chan struct{})
	go func() {
		tick := time.NewTicker(heapEvery)
		defer tick.Stop()
		set := 100
		live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
		for {
			select {
			case <-ended:
				debug.SetGCPercent(100)
				return
			case <-tick.C:
			}
			metrics.Read(live)
			if percent := garbage(live[0].Value.Uint64()); percent != set {
				debug.SetGCPercent(percent)
				set = percent
			}
		}
	}()
	return func() { close(ended) }
}

// garbage is how much garbage may stand beside so many bytes in use, in per cent of them,
// in steps of ten.
func garbage(live uint64) int {
	if live == 0 || live >= heapGoal {
		return 100
	}
	percent := 100 * (heapGoal - live) / live
	return int(min(max(percent/10*10, 100), mostGarbage))
}
