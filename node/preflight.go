package node

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// minFree is the space below which a node does not start, in bytes: some
// minutes of full blocks, so that it is not the first block that fails.
const minFree = 32 << 20

// maxClockLag is how far this machine's clock may be behind the last block. The
// engine rejects a block from further in the future as invalid, and can panic on one
// that the others have committed.
const maxClockLag = 60 * time.Second

// lockTries bounds how often lockHome tries, a hundredth of a second apart: Holder
// takes the lock for a moment to see whether it is free.
const lockTries = 20

func lockFile(home string) string { return filepath.Join(home, "data", "lock") }

// lockHome keeps a second node off the home, and writes in the lock which
// process holds it. The kernel frees the lock when the process ends, however it
// ends; the number stays and means nothing then.
func lockHome(home string) (*os.File, error) {
	f, err := os.OpenFile(lockFile(home), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("locking home: %w", err)
	}
	for range lockTries {
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if err == nil {
		if err = f.Truncate(0); err == nil {
			_, err = fmt.Fprintf(f, "%d\n", os.Getpid())
		}
	}
	if err == nil {
		return f, nil
	}
	_ = f.Close()
	if errors.Is(err, syscall.EWOULDBLOCK) {
		who := ""
		if pid, ok := Holder(home); ok {
			who = fmt.Sprintf(" (process %d)", pid)
		}
		return nil, &Problem{
			Kind:   ErrHomeInUse,
			Text:   fmt.Sprintf("a node is running on %s already%s", home, who),
			Advice: "rochdale node status --home " + home,
		}
	}
	return nil, fmt.Errorf("locking home: %w", err)
}

// Holder is the process that runs a node on the home, if any does.
func Holder(home string) (pid int, held bool) {
	f, err := os.Open(lockFile(home))
	if err != nil {
		return 0, false
	}
	defer f.Close() // and lets the lock go, if it was free
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_SH|syscall.LOCK_NB); !errors.Is(err, syscall.EWOULDBLOCK) {
		return 0, false
	}
	if _, err := fmt.Fscan(f, &pid); err != nil || pid <= 0 {
		return 0, false
	}
	return pid, true
}

// checkDisk refuses to start on a disk that is nearly full, while nothing can
// be lost yet.
func checkDisk(home string) error {
	var s syscall.Statfs_t
	if err := syscall.Statfs(filepath.Join(home, "data"), &s); err != nil {
		return fmt.Errorf("asking for free space: %w", err)
	}
	free := uint64(s.Bavail) * uint64(s.Bsize)
	if free >= minFree {
		return nil
	}
	return &Problem{
		Kind:   ErrDiskFull,
		Text:   fmt.Sprintf("only %d MiB are free under %s, and a node needs %d to start; nothing was started", free>>20, home, minFree>>20),
		Advice: "free some space and start the node again",
	}
}

// checkPorts tries each address once, so that one in use is named before
// anything is started. Between here and the engine's own listening another
// process can still take it; that is reported too, less well.
func checkPorts(cfg Config) error {
	probes := []struct{ key, network, address string }{
		{"rpc.address", "tcp", cfg.RPC.Address},
		{"p2p.address", "udp", cfg.P2P.Address},
		{"metrics.address", "tcp", cfg.Metrics.Address},
	}
	if cfg.P2P.Transport == TransportClassic {
		probes[1].network = "tcp"
	}
	for _, p := range probes {
		if p.address == Off {
			continue
		}
		if err := tryListen(p.network, p.address); errors.Is(err, syscall.EADDRINUSE) {
			return portInUse(p.key, p.network, p.address)
		} else if err != nil {
			return &Problem{
				Kind:   ErrConfig,
				Text:   fmt.Sprintf("%s: cannot listen on %s: %s", p.key, p.address, oneLine(err)),
				Advice: "set an address of this machine in config/rochdale.toml",
			}
		}
	}
	return nil
}

func portInUse(key, network, address string) error {
	return &Problem{
		Kind:   ErrPortInUse,
		Text:   fmt.Sprintf("%s: %s port %s is in use by another program", key, strings.ToUpper(network), address),
		Advice: fmt.Sprintf("stop the other program, or set another %s in config/rochdale.toml", key),
	}
}

// tryListen opens an address for listening and closes it again.
func tryListen(network, address string) error {
	if network == "udp" {
		c, err := net.ListenPacket(network, address)
		if err != nil {
			return err
		}
		return c.Close()
	}
	l, err := net.Listen(network, address)
	if err != nil {
		return err
	}
	return l.Close()
}

// checkClock compares the clock with the time of the last block, zero if there
// is none.
func checkClock(now, last time.Time) error {
	lag := last.Sub(now)
	if last.IsZero() || lag <= maxClockLag {
		return nil
	}
	return &Problem{
		Kind:   ErrClock,
		Text:   fmt.Sprintf("this machine's clock is %s behind the last block (%s); at more than %s the node would refuse the others' blocks", lag.Round(time.Second), last.UTC().Format(time.RFC3339), maxClockLag),
		Advice: "set the clock (timedatectl set-ntp true) and start the node again",
	}
}
