package testnet

import (
	"cmp"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"time"

	"github.com/rochdale-ledger/rochdale/node"
	"github.com/rochdale-ledger/rochdale/node/founding"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/federation"
	"github.com/rochdale-ledger/rochdale/tx"
)

// MaxNodes bounds a testnet: more than this do not run on one machine.
const MaxNodes = 32

// Pace of a testnet's blocks: fast, since all nodes are on one machine.
const (
	blockPause     = 50 * time.Millisecond
	proposeTimeout = time.Second
	emptyInterval  = 2 * time.Second // a node that comes back waits for the next block
)

// DefaultChainID is a testnet's chain id if none is given.
const DefaultChainID = "rochdale-test"

// Options of Make. The zero value works.
type Options struct {
	ChainID   string    // "" is DefaultChainID
	Monikers  []string  // names in order; those not given are node0, node1 …
	Transport string    // of package node; "" is libp2p
	Begin     time.Time // genesis time; zero is now
	Founding  *Founding // kept in the manifest; nil if genesis is another's
	First     string    // host:port at which the first node answers RPC if it is free; "" is any port

	// Configure may change each node's settings, except addresses and peers, after
	// all defaults. nil changes nothing.
	Configure func(i int, cfg *node.Config)
}

// Validator is what a genesis needs of one node.
type Validator struct {
	Moniker string
	PubKey  ed25519.PublicKey
	Chain   string // id of the testnet's chain
	Proof   []byte // that PubKey is held, for the co-op that has the validator's place in the list, from 1
	PeerID  string // under the testnet's transport
	P2P     string // host:port, may change when a start finds the port taken
	RPC     string // host:port, may change likewise
}

// Net is a testnet in a directory. Its methods may be called from several
// processes and goroutines; each change is made under the directory's lock.
type Net struct {
	Dir string // absolute

	// Command is how a node's process is started; nil is this executable with
	// "node start --home HOME". Its output goes to the member's log.
	Command func(home string) *exec.Cmd

	reaping sync.WaitGroup
}

// Make writes a testnet of n validators, 1 to MaxNodes, with the state that
// genesis returns for them. Nothing is started.
//
// It returns node.ErrExists if dir holds a testnet already, or homes that Make has
// not begun. What an interrupted Make has left is made again, and one that fails
// leaves nothing.
func Make(dir string, n int, opts Options, genesis func([]Validator) (json.RawMessage, error)) (*Net, error) {
	if n < 1 || n > MaxNodes {
		return nil, &node.Problem{Kind: node.ErrConfig, Text: fmt.Sprintf("a testnet of %d nodes cannot be made", n), Advice: fmt.Sprintf("use 1 to %d", MaxNodes)}
	}
	if opts.Founding != nil {
		if err := opts.Founding.Check(); err != nil {
			return nil, err
		}
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("making testnet: %w", err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("making testnet: %w", err)
	}
	lock, err := lockDir(context.Background(), dir)
	if err != nil {
		return nil, fmt.Errorf("making testnet: %w", err)
	}
	defer lock.Close()
	if err := makeRoom(dir, n); err != nil {
		return nil, err
	}
	if opts.ChainID == "" {
		opts.ChainID = DefaultChainID
	}
	if opts.Transport == "" {
		opts.Transport = node.TransportLibP2P
	}
	if opts.Begin.IsZero() {
		opts.Begin = time.Now()
	}
	m := Manifest{ChainID: opts.ChainID, Transport: opts.Transport}
	if f := opts.Founding; f != nil {
		m.Members, m.Charter = max(f.Members, MinMembers), cmp.Or(f.Charter, DefaultCharter)
	}
	if err := m.write(dir, n, opts, genesis); err != nil {
		return nil, errors.Join(err, removeAll(dir, homes(dir, n)))
	}
	if err := os.Remove(unfinishedFile(dir)); err != nil {
		return nil, fmt.Errorf("making testnet: %w", err)
	}
	return &Net{Dir: dir}, nil
}

func (m *Manifest) write(dir string, n int, opts Options, genesis func([]Validator) (json.RawMessage, error)) error {
	if err := m.initHomes(dir, n, opts); err != nil {
		return err
	}
	all := make([]bool, n)
	for i := range all {
		all[i] = true
	}
	if err := m.choosePorts(all, opts.First); err != nil {
		return err
	}
	if err := m.writeGenesis(opts.Begin, genesis); err != nil {
		return err
	}
	if err := m.writeConfigs(); err != nil {
		return err
	}
	return saveManifest(dir, *m)
}

// unfinishedFile marks, while a testnet is made, that every file in the directory
// with a testnet's names was written by Make. It holds the number of nodes.
func unfinishedFile(dir string) string { return filepath.Join(dir, "unfinished") }

func homes(dir string, n int) (all []string) {
	for i := range n {
		all = append(all, filepath.Join(dir, fmt.Sprintf("node%d", i)))
	}
	return all
}

// makeRoom deletes what an earlier Make has left unfinished, and nothing else.
func makeRoom(dir string, n int) error {
	exists := func(what string) error {
		return &node.Problem{Kind: node.ErrExists, Text: what + " already; nothing was changed", Advice: "choose another --dir, or rochdale testnet stop --remove --dir " + dir}
	}
	if _, err := os.Lstat(manifestFile(dir)); err == nil {
		return exists("there is a testnet in " + dir)
	}
	var left int
	if data, err := os.ReadFile(unfinishedFile(dir)); err == nil {
		_, _ = fmt.Sscan(string(data), &left) // one without a number was cut short before the first home
	}
	for _, home := range homes(dir, left) {
		if err := os.RemoveAll(home); err != nil {
			return fmt.Errorf("making testnet: %w", err)
		}
	}
	for _, home := range homes(dir, n) {
		if _, err := os.Lstat(home); err == nil {
			_ = os.Remove(filepath.Join(dir, "lock")) // ours, in a directory that is not
			return exists(home + " is there")
		}
	}
	if err := os.WriteFile(unfinishedFile(dir), fmt.Appendln(nil, n), 0o600); err != nil {
		return fmt.Errorf("making testnet: %w", err)
	}
	return nil
}

// Open returns the testnet in dir, or ErrNoTestnet.
func Open(dir string) (*Net, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("opening testnet: %w", err)
	}
	if _, err := loadManifest(dir); err != nil {
		return nil, err
	}
	return &Net{Dir: dir}, nil
}

// Manifest reads the testnet as it is now.
func (t *Net) Manifest() (Manifest, error) { return loadManifest(t.Dir) }

// initHomes makes the homes, with keys and knobs but no addresses yet.
func (m *Manifest) initHomes(dir string, n int, opts Options) error {
	for i := range n {
		home := homes(dir, n)[i]
		member := Member{Moniker: filepath.Base(home), Home: home, Log: home + ".log"}
		if i < len(opts.Monikers) {
			member.Moniker = opts.Monikers[i]
		}
		cfg := node.Config{
			Moniker: member.Moniker,
			Block:   node.BlockConfig{Pause: blockPause, ProposeTimeout: proposeTimeout, EmptyInterval: emptyInterval},
		}
		cfg.P2P.Transport = opts.Transport
		if opts.Configure != nil {
			opts.Configure(i, &cfg)
		}
		id, err := node.Init(member.Home, node.InitOptions{Config: cfg})
		if err != nil {
			return err
		}
		member.PublicKey = tx.ValidatorKey(id.PubKey).String()
		member.PeerID = id.PeerIDFor(opts.Transport)
		m.Nodes = append(m.Nodes, member)
	}
	return nil
}

func (m *Manifest) writeGenesis(begin time.Time, genesisOf func([]Validator) (json.RawMessage, error)) error {
	var founders []Validator
	var keys []node.GenesisValidator
	for i, n := range m.Nodes {
		id, err := node.LoadIdentity(n.Home)
		if err != nil {
			return err
		}
		proof, err := node.ProveValidator(n.Home, m.ChainID, state.Coop(i+1))
		if err != nil {
			return err
		}
		founders = append(founders, Validator{
			Moniker: n.Moniker, PubKey: id.PubKey, Chain: m.ChainID, Proof: proof, PeerID: n.PeerID, P2P: n.P2P, RPC: n.RPC,
		})
		keys = append(keys, node.GenesisValidator{PubKey: id.PubKey, Name: n.Moniker})
	}
	appState, err := genesisOf(founders)
	if err != nil {
		return fmt.Errorf("making the genesis state: %w", err)
	}
	genesis, err := node.NewGenesis(m.ChainID, begin, keys, appState)
	if err != nil {
		return err
	}
	seals, err := m.seal(genesis, appState)
	if err != nil {
		return err
	}
	for _, n := range m.Nodes {
		if err := node.KeepFounding(n.Home, genesis, seals); err != nil {
			return err
		}
	}
	return nil
}

// seal signs the genesis for every co-op that it founds, each with its node's key:
// for none if the application is not the ledger.
func (m *Manifest) seal(genesis []byte, appState json.RawMessage) ([]founding.Seal, error) {
	document, err := federation.ParseGenesis(appState)
	if err != nil {
		return nil, nil // nothing that founds co-ops
	}
	founded := founding.Founding{Chain: m.ChainID, Sum: sha256.Sum256(genesis), Document: document}
	var seals []founding.Seal
	for _, n := range m.Nodes {
		key, err := node.NodeKey(n.Home)
		if err != nil {
			return nil, err
		}
		seal, err := founded.Seal(key)
		if err != nil {
			return nil, fmt.Errorf("sealing for %s: %w", n.Moniker, err)
		}
		seals = append(seals, seal)
	}
	return seals, nil
}

// writeConfigs writes every home's addresses and peers as the manifest has them.
func (m *Manifest) writeConfigs() error {
	for i, n := range m.Nodes {
		cfg, err := node.LoadConfig(n.Home)
		if err != nil {
			return err
		}
		cfg.RPC.Address, cfg.P2P.Address, cfg.Metrics.Address = n.RPC, n.P2P, n.Metrics
		cfg.P2P.Peers = nil
		for j, peer := range m.Nodes {
			if j != i {
				cfg.P2P.Peers = append(cfg.P2P.Peers, peer.PeerID+"@"+peer.P2P)
			}
		}
		if err := node.WriteConfig(cfg); err != nil {
			return err
		}
	}
	return nil
}

// choosePorts gives new addresses to the members that which marks, and to the first
// of them first for its RPC if that is free and not "".
func (m *Manifest) choosePorts(which []bool, first string) error {
	var held []func() error
	defer func() {
		for _, free := range held {
			_ = free()
		}
	}()
	for i := range m.Nodes {
		if !which[i] {
			continue
		}
		n := &m.Nodes[i]
		for _, address := range []*string{&n.RPC, &n.P2P, &n.Metrics} {
			chosen, free, err := first, func() error { return nil }, error(nil)
			if first == "" || !idle(first) {
				chosen, free, err = holdPort()
			}
			if err != nil {
				return err
			}
			first = ""
			held = append(held, free) // until all are chosen, or the kernel would repeat itself
			*address = chosen
		}
	}
	return nil
}

// holdPort takes a loopback port that is free for TCP and for UDP, so that either
// transport can use it, and returns a function that frees it.
func holdPort() (address string, free func() error, err error) {
	const tries = 50
	for range tries {
		var l net.Listener
		if l, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
			break
		}
		var p net.PacketConn
		if p, err = net.ListenPacket("udp", l.Addr().String()); err == nil {
			return l.Addr().String(), func() error { return errors.Join(l.Close(), p.Close()) }, nil
		}
		_ = l.Close()
	}
	return "", nil, fmt.Errorf("choosing a port on loopback: %w", err)
}

// takenPorts marks the members that do not run and have an address in use.
func (m *Manifest) takenPorts() (which []bool, any bool) {
	which = make([]bool, len(m.Nodes))
	for i, n := range m.Nodes {
		if n.Running() {
			continue
		}
		for _, address := range []string{n.RPC, n.P2P, n.Metrics} {
			if !idle(address) {
				which[i], any = true, true
			}
		}
	}
	return which, any
}

// idle says whether an address is in use neither by TCP nor by UDP.
func idle(address string) bool {
	l, err := net.Listen("tcp", address)
	if err == nil {
		_ = l.Close()
	}
	p, uerr := net.ListenPacket("udp", address)
	if uerr == nil {
		_ = p.Close()
	}
	return err == nil && uerr == nil
}
