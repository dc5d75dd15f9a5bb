package testnet

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/rochdale-ledger/rochdale/node"
)

// Kinds of node.Problem that this package adds.
var (
	ErrRunning   = errors.New("testnet running")
	ErrNoTestnet = errors.New("no testnet")
	ErrDied      = errors.New("a node of the testnet ended")
)

// Manifest describes a testnet. It is what a program needs to use one.
type Manifest struct {
	ChainID   string   `json:"chain_id"`
	Transport string   `json:"transport"`
	Members   int      `json:"members,omitempty"` // founders of each co-op; zero in a testnet of no Founding
	Charter   string   `json:"charter,omitempty"` // theirs, one of Charters or the name and digest of a file of their own
	Nodes     []Member `json:"nodes"`
}

// Member is one node of a testnet. Addresses are host:port on loopback.
type Member struct {
	Moniker   string `json:"moniker"`
	Home      string `json:"home"`       // absolute
	Log       string `json:"log"`        // absolute
	PublicKey string `json:"public_key"` // that it signs blocks with: rochdaleval1…
	PeerID    string `json:"peer_id"`    // under the testnet's transport
	RPC       string `json:"rpc"`
	P2P       string `json:"p2p"`
	Metrics   string `json:"metrics"`

	// PID and Started name the process, 0 and "" for none. Started is the
	// operating system's own notation of the start time, opaque.
	PID     int    `json:"pid,omitempty"`
	Started string `json:"started,omitempty"`
}

// Running reports whether the member's process is running.
func (m Member) Running() bool {
	return m.PID != 0 && startTime(m.PID) == m.Started && m.Started != ""
}

func manifestFile(dir string) string { return filepath.Join(dir, "testnet.json") }

func loadManifest(dir string) (Manifest, error) {
	data, err := os.ReadFile(manifestFile(dir))
	if errors.Is(err, fs.ErrNotExist) {
		return Manifest{}, &node.Problem{
			Kind:   ErrNoTestnet,
			Text:   "there is no testnet in " + dir,
			Advice: "rochdale testnet start --dir " + dir,
		}
	}
	if err != nil {
		return Manifest{}, fmt.Errorf("reading testnet: %w", err)
	}
	var m Manifest
	if err := json.Unmarshal(data, &m); err != nil {
		return Manifest{}, fmt.Errorf("reading %s: %w", manifestFile(dir), err)
	}
	return m, nil
}

// saveManifest replaces the file whole, so that a reader never sees half.
func saveManifest(dir string, m Manifest) error {
	data, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return fmt.Errorf("writing testnet: %w", err)
	}
	path := manifestFile(dir)
	if err := os.WriteFile(path+".new", append(data, '\n'), 0o644); err != nil {
		return fmt.Errorf("writing testnet: %w", err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		return fmt.Errorf("writing testnet: %w", err)
	}
	return nil
}

// lockDir locks the directory for one command, as soon as no other has it. Closing
// the file unlocks it.
func lockDir(ctx context.Context, dir string) (*os.File, error) {
	path := filepath.Join(dir, "lock")
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	err = poll(ctx, func() (bool, error) {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return false, nil
		}
		return err == nil, err
	})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("waiting for another command on the testnet: %w", err), f.Close())
	}
	held, err := f.Stat()
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	if there, err := os.Stat(path); err != nil || !os.SameFile(held, there) {
		_ = f.Close() // the testnet was removed while we waited
		return lockDir(ctx, dir)
	}
	return f, nil
}

// locked runs change on the manifest, alone among all processes, and saves what
// it made of it, also when it fails: processes it started are to be known.
func (t *Net) locked(ctx context.Context, change func(m *Manifest) error) error {
	f, err := lockDir(ctx, t.Dir)
	if errors.Is(err, fs.ErrNotExist) {
		_, err := loadManifest(t.Dir)
		return err
	}
	if err != nil {
		return fmt.Errorf("locking testnet: %w", err)
	}
	defer f.Close()
	m, err := loadManifest(t.Dir)
	if err != nil {
		return err
	}
	m.adopt()
	return errors.Join(change(&m), saveManifest(t.Dir, m))
}

// adopt enters processes that run on the homes and that the manifest does not
// name: those of a start that was killed before it could save them, of Dev, or
// of someone who started a node by hand.
func (m *Manifest) adopt() {
	for i := range m.Nodes {
		n := &m.Nodes[i]
		if n.Running() {
			continue
		}
		if pid, held := node.Holder(n.Home); held {
			n.PID, n.Started = pid, startTime(pid)
		}
	}
}
