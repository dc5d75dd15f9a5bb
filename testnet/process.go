package testnet

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/rochdale-ledger/rochdale/node"
)

const (
	startLimit = 60 * time.Second      // Start and StartNode, if ctx has no deadline
	stopLimit  = 8 * time.Second       // after SIGTERM, before SIGKILL; a node needs five seconds at most
	killLimit  = 5 * time.Second       // after SIGKILL
	pollEvery  = 25 * time.Millisecond // between two looks at a process or an RPC

	// startTries bounds how often a start that lost a port to another program
	// chooses ports again.
	startTries = 3
)

// Start starts every node that does not run, side by side, and returns when all have
// a block, none is behind, and all take part in making the next. The processes go on
// when the caller ends. If all ran before, it waits for the same and returns
// ErrRunning.
//
// If a node ends instead of starting, Start returns ErrDied with the last words
// of its log; the others are left as they are, for Stop. If ctx is cancelled,
// it stops what it started.
func (t *Net) Start(ctx context.Context) error {
	ctx, cancel := limited(ctx, startLimit)
	defer cancel()
	return t.locked(ctx, func(m *Manifest) error {
		ready := func(s node.Status) bool { return s.Executed > 0 && !s.CatchingUp }
		var idle, all []int
		for i, n := range m.Nodes {
			all = append(all, i)
			if !n.Running() {
				idle = append(idle, i)
			}
		}
		if len(idle) == 0 {
			if err := m.waitReady(ctx, all, ready); err != nil {
				return err
			}
			return &node.Problem{Kind: ErrRunning, Text: "the testnet in " + t.Dir + " is running already", Advice: "rochdale testnet status --dir " + t.Dir}
		}
		err := t.start(ctx, m, idle, ready)
		if err == nil {
			err = m.waitLevel(ctx)
		}
		if errors.Is(ctx.Err(), context.Canceled) {
			_, stopErr := m.stop(idle)
			return errors.Join(err, stopErr)
		}
		return err
	})
}

// StartNode starts node i again after Kill or Stop, and returns when it answers.
// It need not have caught up: see WaitHeight.
func (t *Net) StartNode(ctx context.Context, i int) error {
	ctx, cancel := limited(ctx, startLimit)
	defer cancel()
	return t.locked(ctx, func(m *Manifest) error {
		if err := m.check(i); err != nil {
			return err
		}
		if m.Nodes[i].Running() {
			return &node.Problem{Kind: ErrRunning, Text: m.Nodes[i].Moniker + " is running already", Advice: "rochdale testnet status --dir " + t.Dir}
		}
		return t.start(ctx, m, []int{i}, func(node.Status) bool { return true })
	})
}

// start launches nodes and waits until ready of what each answers.
func (t *Net) start(ctx context.Context, m *Manifest, which []int, ready func(node.Status) bool) error {
	for try := 1; ; try++ {
		if taken, any := m.takenPorts(); any {
			if err := m.choosePorts(taken, ""); err != nil {
				return err
			}
			if err := m.writeConfigs(); err != nil {
				return err
			}
		}
		for _, i := range which {
			if m.Nodes[i].Running() {
				continue
			}
			if err := t.launch(&m.Nodes[i]); err != nil {
				return err
			}
		}
		// A crash up to here leaves processes the manifest does not name. The next
		// command finds them by their homes' locks.
		if err := saveManifest(t.Dir, *m); err != nil {
			return err
		}
		err := m.waitReady(ctx, which, ready)
		if try < startTries && errors.Is(err, node.ErrPortInUse) {
			continue
		}
		return err
	}
}

// launch starts one process in a session of its own, so that a terminal's
// interrupt does not reach it.
func (t *Net) launch(n *Member) error {
	out, err := os.OpenFile(n.Log, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o644)
	if err != nil {
		return fmt.Errorf("starting %s: %w", n.Moniker, err)
	}
	defer out.Close()
	cmd, err := t.command(n.Home)
	if err != nil {
		return err
	}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = nil, out, out
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("starting %s: %w", n.Moniker, err)
	}
	n.PID, n.Started = cmd.Process.Pid, startTime(cmd.Process.Pid)
	t.reaping.Go(func() { _ = cmd.Wait() }) // or it would stay a zombie until this process ends
	return nil
}

func (t *Net) command(home string) (*exec.Cmd, error) {
	if t.Command != nil {
		return t.Command(home), nil
	}
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("finding this program: %w", err)
	}
	cmd := exec.Command(self, "node", "start", "--home", home)
	cmd.Args[0] = os.Args[0] // some programs look at the name they were called by
	return cmd, nil
}

// Stop asks every node to end, kills those that have not after eight seconds,
// and returns the numbers of those it killed. Stopping a stopped testnet is no
// error. The homes stay.
func (t *Net) Stop() (killed []int, err error) {
	err = t.locked(context.Background(), func(m *Manifest) error {
		var all []int
		for i := range m.Nodes {
			all = append(all, i)
		}
		killed, err = m.stop(all)
		return err
	})
	return killed, err
}

func (m *Manifest) stop(which []int) (killed []int, err error) {
	told := map[int]bool{os.Getpid(): true} // Dev runs all nodes in one process, which a second signal would kill
	for _, i := range which {
		if n := m.Nodes[i]; n.Running() && !told[n.PID] {
			told[n.PID] = true
			_ = syscall.Kill(n.PID, syscall.SIGTERM) // it may have ended by itself just now
		}
	}
	deadline := time.Now().Add(stopLimit)
	for _, i := range which {
		for m.Nodes[i].Running() && time.Now().Before(deadline) {
			time.Sleep(pollEvery)
		}
		if m.Nodes[i].Running() {
			killed = append(killed, i)
			if err := m.kill(i); err != nil {
				return killed, err
			}
		}
		m.Nodes[i].PID, m.Nodes[i].Started = 0, ""
	}
	return killed, nil
}

// Kill ends node i with SIGKILL, as a power cut would, and returns when it is
// gone. Killing a node that does not run is no error.
func (t *Net) Kill(i int) error {
	return t.locked(context.Background(), func(m *Manifest) error {
		if err := m.check(i); err != nil {
			return err
		}
		return m.kill(i)
	})
}

func (m *Manifest) kill(i int) error {
	n := &m.Nodes[i]
	for deadline := time.Now().Add(killLimit); n.Running(); time.Sleep(pollEvery) {
		if time.Now().After(deadline) {
			return fmt.Errorf("killing %s: process %d is still there after %s", n.Moniker, n.PID, killLimit)
		}
		_ = syscall.Kill(n.PID, syscall.SIGKILL)
	}
	n.PID, n.Started = 0, ""
	return nil
}

// Remove deletes a stopped testnet with everything in it. It refuses, with
// ErrRunning, while a node runs.
func (t *Net) Remove() error {
	m, err := loadManifest(t.Dir)
	if err != nil {
		return err
	}
	f, err := lockDir(context.Background(), t.Dir)
	if err != nil {
		return fmt.Errorf("removing testnet: %w", err)
	}
	defer f.Close()
	m.adopt()
	for _, n := range m.Nodes {
		if n.Running() {
			return &node.Problem{Kind: ErrRunning, Text: n.Moniker + " is still running; nothing was removed", Advice: "rochdale testnet stop --dir " + t.Dir}
		}
	}
	var homes []string
	for _, n := range m.Nodes {
		homes = append(homes, n.Home)
	}
	return removeAll(t.Dir, homes)
}

// removeAll deletes a testnet whose lock is held. The manifest goes last, so that
// a remove that was cut short can be repeated.
func removeAll(dir string, homes []string) error {
	for _, home := range homes {
		if err := errors.Join(os.RemoveAll(home), ignoreMissing(os.Remove(home+".log"))); err != nil {
			return fmt.Errorf("removing testnet: %w", err)
		}
	}
	if err := errors.Join(
		os.RemoveAll(KeyDir(dir)),
		ignoreMissing(os.Remove(peopleFile(dir))),
		ignoreMissing(os.Remove(manifestFile(dir))),
		ignoreMissing(os.Remove(unfinishedFile(dir))),
		ignoreMissing(os.Remove(filepath.Join(dir, "lock"))),
	); err != nil {
		return fmt.Errorf("removing testnet: %w", err)
	}
	_ = os.Remove(dir) // stays if it holds anything that is not ours
	return nil
}

func ignoreMissing(err error) error {
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return err
}

func (m *Manifest) check(i int) error {
	if i < 0 || i >= len(m.Nodes) {
		return &node.Problem{Kind: node.ErrConfig, Text: fmt.Sprintf("there is no node %d", i), Advice: fmt.Sprintf("use 0 to %d", len(m.Nodes)-1)}
	}
	return nil
}

// died is the error for a process that ended while it should start. It is
// node.ErrPortInUse if that was why.
func (n Member) died() error {
	last := lastLine(n.Log)
	kind := ErrDied
	if strings.Contains(last, "in use by another program") || strings.Contains(last, "was taken while it started") {
		kind = node.ErrPortInUse
	}
	return &node.Problem{Kind: kind, Text: fmt.Sprintf("%s ended: %s", n.Moniker, last), Advice: "read " + n.Log}
}

// lastLine is the last error in a log, or its last line.
func lastLine(path string) string {
	const tail = 8 << 10 // bytes read
	f, err := os.Open(path)
	if err != nil {
		return "no log"
	}
	defer f.Close()
	if size, err := f.Seek(0, io.SeekEnd); err == nil {
		_, _ = f.Seek(max(0, size-tail), io.SeekStart)
	}
	data, _ := io.ReadAll(io.LimitReader(f, tail))
	lines := strings.Split(strings.TrimSpace(string(data)), "\n")
	for i := len(lines) - 1; i >= 0; i-- {
		if strings.HasPrefix(lines[i], "rochdale: ") && !strings.HasPrefix(lines[i], "rochdale: hint: ") {
			return strings.TrimPrefix(lines[i], "rochdale: ")
		}
	}
	return lines[len(lines)-1]
}

// limited adds a deadline to a context that has none.
func limited(ctx context.Context, limit time.Duration) (context.Context, context.CancelFunc) {
	if _, ok := ctx.Deadline(); ok {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, limit)
}
