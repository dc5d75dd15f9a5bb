package load

import (
	"context"
	"os"
	"strings"
	"syscall"
	"time"

	"github.com/rochdale-ledger/rochdale/testnet"
)

// Usage is what a run took of the machine, from the first transaction sent to the last
// that was followed. What the nodes would have used at rest is in it.
type Usage struct {
	// Measured is false if the nodes' part could not be measured: on other systems
	// than Linux, if a node ended meanwhile, or if nodes run in the driver's own
	// process. Then it is left out.
	Measured bool `json:"measured"`

	NodesSeconds  float64 `json:"nodes_processor_seconds,omitempty"` // of all nodes together
	NodesEach     float64 `json:"nodes_processor_us_a_transaction,omitempty"`
	DriverSeconds float64 `json:"driver_processor_seconds"` // of the program that sends and watches
	DriverEach    float64 `json:"driver_processor_us_a_transaction"`

	Memory []Memory `json:"memory,omitempty"` // of each process that runs nodes
}

// Memory is the resident memory of one process.
type Memory struct {
	Nodes string `json:"nodes"` // that it runs, by name
	Bytes int64  `json:"resident_bytes"`
	Peak  int64  `json:"peak_resident_bytes"` // while the run lasted
}

// Peak is the most resident memory that a process of a node took, in bytes.
func (u Usage) Peak() (most int64) {
	for _, m := range u.Memory {
		most = max(most, m.Peak)
	}
	return most
}

// share divides the processor time by what was committed.
func (r *Report) share() {
	if r.Committed > 0 {
		r.Usage.NodesEach = r.Usage.NodesSeconds * 1e6 / float64(r.Committed)
		r.Usage.DriverEach = r.Usage.DriverSeconds * 1e6 / float64(r.Committed)
	}
}

// A process is one that runs nodes.
type process struct {
	pid     int
	started string
	nodes   []string
	before  time.Duration
}

// A meter measures from its making to stop.
type meter struct {
	net       *testnet.Net
	processes []process
	measured  bool
	driver    time.Duration
}

func newMeter(ctx context.Context, net *testnet.Net) *meter {
	m := &meter{net: net}
	m.processes, m.measured = processes(ctx, net)
	for i := range m.processes {
		p := &m.processes[i]
		var ok bool
		p.before, ok = processorTime(p.pid)
		m.measured = m.measured && ok && forgetPeak(p.pid)
	}
	m.driver = ownTime()
	return m
}

func (m *meter) stop(ctx context.Context) (u Usage) {
	u.DriverSeconds = (ownTime() - m.driver).Seconds()
	if !m.measured {
		return u
	}
	now, ok := processes(ctx, m.net)
	if !ok || len(now) != len(m.processes) {
		return u
	}
	var nodes time.Duration
	for i, p := range m.processes {
		if now[i].pid != p.pid || now[i].started != p.started {
			return u
		}
		used, ok := processorTime(p.pid)
		resident, peak, fine := residentMemory(p.pid)
		if !ok || !fine {
			return u
		}
		nodes += used - p.before
		u.Memory = append(u.Memory, Memory{Nodes: strings.Join(p.nodes, ", "), Bytes: resident, Peak: peak})
	}
	u.Measured, u.NodesSeconds = true, nodes.Seconds()
	return u
}

// processes are those that run the nodes, in the order of the first node of each. It
// is not ok if a node does not run, or runs in this process.
func processes(ctx context.Context, net *testnet.Net) (out []process, ok bool) {
	all, err := net.Status(ctx)
	if err != nil {
		return nil, false
	}
	at := map[int]int{}
	for _, n := range all {
		if !n.Alive || n.PID == os.Getpid() {
			return nil, false
		}
		i, known := at[n.PID]
		if !known {
			i = len(out)
			at[n.PID] = i
			out = append(out, process{pid: n.PID, started: n.Started})
		}
		out[i].nodes = append(out[i].nodes, n.Moniker)
	}
	return out, len(out) > 0
}

// ownTime is the processor time that this process has used.
func ownTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
