package node

import (
	"fmt"
	"net"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	cmtcfg "github.com/cometbft/cometbft/config"
)

// Defaults, taken where a knob is zero, and the bounds of each.
const (
	DefaultRPCAddress     = "127.0.0.1:26657"
	DefaultP2PAddress     = "0.0.0.0:26656"
	DefaultMetricsAddress = "127.0.0.1:26660"

	DefaultBlockPause     = 200 * time.Millisecond
	DefaultProposeTimeout = 3 * time.Second
	DefaultEmptyInterval  = 30 * time.Second

	// At rest a federation makes 2,880 blocks a day: a week of states, and a
	// hundred days of blocks and of results (docs/adr/0012-retention.md).
	DefaultKeepHeights = 20_000
	DefaultKeepBlocks  = 300_000
	DefaultKeepResults = 300_000

	DefaultMempoolTxs   = 100_000
	DefaultMempoolBytes = 64 << 20 // bytes

	// MaxTxBytes and MaxBlockBytes are the federation's limits, in bytes. The
	// first is also checked by the application, the second by consensus.
	MaxTxBytes    = 64 << 10
	MaxBlockBytes = 1 << 20

	// gossipPause is how long the engine's gossip routines sleep when they have
	// nothing to send to a peer. They sleep several times a block: on loopback, four
	// validators took 0.24 s a block with the engine's default of 100 ms and take
	// 0.13 s with this.
	gossipPause = 25 * time.Millisecond

	MaxMonikerLen   = 64
	MaxPeers        = 256
	maxMempoolTxs   = 1_000_000
	maxRPCBatch     = 100     // calls in one request: a client that sends much sends batches
	maxMempoolBytes = 1 << 30 // bytes
	maxBlockPause   = time.Minute
	maxInterval     = time.Hour
	minKeep         = 1000          // heights: what clients read and wait for must not go meanwhile
	maxKeep         = 1_000_000_000 // heights
)

// Off as an address means: do not serve this.
const Off = "off"

// Transports between nodes. All nodes of a federation use the same one.
const (
	TransportLibP2P  = "libp2p"
	TransportClassic = "classic"
)

// Config is what an operator may set for one node. The zero value of every knob
// works. Nothing here affects the replicated state.
type Config struct {
	Home string `mapstructure:"-"` // the node's directory, not part of the file

	Moniker           string `mapstructure:"moniker"`            // name shown to people; "" is "node"
	LogLevel          string `mapstructure:"log_level"`          // debug, info, warn or error; "" is info
	LogFormat         string `mapstructure:"log_format"`         // text or json; "" is text
	IndexTransactions bool   `mapstructure:"index_transactions"` // serve the engine's own /tx and /tx_search

	RPC     RPCConfig     `mapstructure:"rpc"`
	P2P     P2PConfig     `mapstructure:"p2p"`
	Metrics MetricsConfig `mapstructure:"metrics"`
	Mempool MempoolConfig `mapstructure:"mempool"`
	Block   BlockConfig   `mapstructure:"block"`
	Keep    KeepConfig    `mapstructure:"keep"`
}

// RPCConfig is where clients reach the node.
type RPCConfig struct {
	Address string `mapstructure:"address"` // host:port; "" is DefaultRPCAddress
	Public  bool   `mapstructure:"public"`  // allow an address that is not loopback
}

// P2PConfig is how the node reaches its peers. The nodes of the federation's register
// are dialled without being listed. Peers listed here are dialled too, and always
// admitted: a full node of no co-op, an auditor's for example, can connect to a
// co-op's node that lists it.
type P2PConfig struct {
	Transport       string   `mapstructure:"transport"`        // libp2p or classic; "" is libp2p
	Address         string   `mapstructure:"address"`          // host:port to listen on (UDP for libp2p, TCP for classic); "" is DefaultP2PAddress
	ExternalAddress string   `mapstructure:"external_address"` // host:port told to peers; "" is Address
	Peers           []string `mapstructure:"peers"`            // id@host:port, dialled at start and redialled, at most MaxPeers
}

// MetricsConfig is where Prometheus collects.
type MetricsConfig struct {
	Address string `mapstructure:"address"` // host:port, or "off"; "" is DefaultMetricsAddress
	Public  bool   `mapstructure:"public"`  // allow an address that is not loopback
}

// MempoolConfig bounds the transactions that wait for a block.
type MempoolConfig struct {
	Transactions int   `mapstructure:"transactions"` // at most this many wait; 0 is DefaultMempoolTxs
	Bytes        int64 `mapstructure:"bytes"`        // at most this many bytes; 0 is DefaultMempoolBytes
}

// BlockConfig paces this node's part in making blocks.
type BlockConfig struct {
	Pause          time.Duration `mapstructure:"pause"`           // wait between a block and the next; 0 is DefaultBlockPause
	ProposeTimeout time.Duration `mapstructure:"propose_timeout"` // wait for an absent proposer; 0 is DefaultProposeTimeout
	EmptyInterval  time.Duration `mapstructure:"empty_interval"`  // an empty block after this long; 0 is DefaultEmptyInterval
}

// KeepConfig says how much of the past this node keeps, counted in heights. An
// archive node is one that keeps everything. See docs/adr/0012-retention.md.
type KeepConfig struct {
	Archive      bool `mapstructure:"archive"`       // keep everything for ever
	Heights      int  `mapstructure:"heights"`       // states that stay readable and provable; 0 is DefaultKeepHeights
	Blocks       int  `mapstructure:"blocks"`        // blocks, never fewer than evidence needs; 0 is DefaultKeepBlocks
	Results      int  `mapstructure:"results"`       // results, after block and expiry of their transactions; 0 is DefaultKeepResults
	BlockResults bool `mapstructure:"block_results"` // serve the engine's /block_results too, which stores every result twice
}

// Kept returns how much a node with this configuration keeps: Keep with defaults
// filled in, all zero for an archive node.
func (c Config) Kept() KeepConfig {
	k := c.Keep
	if k.Archive {
		return KeepConfig{Archive: true, BlockResults: true}
	}
	fill(&k.Heights, DefaultKeepHeights)
	fill(&k.Blocks, DefaultKeepBlocks)
	fill(&k.Results, DefaultKeepResults)
	// What is proved of a height is proved against the header after it.
	k.Blocks = max(k.Blocks, k.Heights+2)
	return k
}

// validate refuses numbers out of range, and an archive node with limits.
func (k KeepConfig) validate() error {
	for _, knob := range []struct {
		key     string
		heights int
	}{{"keep.heights", k.Heights}, {"keep.blocks", k.Blocks}, {"keep.results", k.Results}} {
		switch {
		case knob.heights == 0:
		case k.Archive:
			return badKey(knob.key, "is %d and keep.archive is true; an archive node keeps everything", knob.heights)
		case knob.heights < minKeep || knob.heights > maxKeep:
			return badKey(knob.key, "is %d; use 0 for the default, or %d to %d", knob.heights, minKeep, maxKeep)
		}
	}
	return nil
}

// ConfigFile is the path of the operator's file in a home.
func ConfigFile(home string) string { return filepath.Join(home, "config", "rochdale.toml") }

// GenesisFile is the path of the genesis in a home.
func GenesisFile(home string) string { return filepath.Join(home, "config", "genesis.json") }

// AppDir is where the application of a home keeps its store.
func AppDir(home string) string { return filepath.Join(home, "data", "app") }

// Validate refuses a configuration that cannot work, naming the key.
func (c Config) Validate() error {
	c = c.withDefaults()
	if len(c.Moniker) > MaxMonikerLen || strings.ContainsFunc(c.Moniker, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return badKey("moniker", "must be at most %d printable bytes", MaxMonikerLen)
	}
	switch {
	case !slices.Contains([]string{"debug", "info", "warn", "error"}, c.LogLevel):
		return badKey("log_level", "is %q; use debug, info, warn or error", c.LogLevel)
	case !slices.Contains([]string{"text", "json"}, c.LogFormat):
		return badKey("log_format", "is %q; use text or json", c.LogFormat)
	case c.P2P.Transport != TransportLibP2P && c.P2P.Transport != TransportClassic:
		return badKey("p2p.transport", "is %q; use %s or %s", c.P2P.Transport, TransportLibP2P, TransportClassic)
	case len(c.P2P.Peers) > MaxPeers:
		return badKey("p2p.peers", "lists %d peers, more than %d", len(c.P2P.Peers), MaxPeers)
	case c.Mempool.Transactions < 1 || c.Mempool.Transactions > maxMempoolTxs:
		return badKey("mempool.transactions", "is %d; use 1 to %d", c.Mempool.Transactions, maxMempoolTxs)
	case c.Mempool.Bytes < MaxTxBytes || c.Mempool.Bytes > maxMempoolBytes:
		return badKey("mempool.bytes", "is %d; use %d to %d", c.Mempool.Bytes, MaxTxBytes, maxMempoolBytes)
	case c.Block.Pause < 0 || c.Block.Pause > maxBlockPause:
		return badKey("block.pause", "is %s; use at most %s", c.Block.Pause, maxBlockPause)
	case c.Block.ProposeTimeout < 0 || c.Block.ProposeTimeout > maxBlockPause:
		return badKey("block.propose_timeout", "is %s; use at most %s", c.Block.ProposeTimeout, maxBlockPause)
	case c.Block.EmptyInterval < 0 || c.Block.EmptyInterval > maxInterval:
		return badKey("block.empty_interval", "is %s; use at most %s", c.Block.EmptyInterval, maxInterval)
	}
	if err := c.Keep.validate(); err != nil {
		return err
	}
	return c.validateAddresses()
}

// validateAddresses expects defaults to be filled in.
func (c Config) validateAddresses() error {
	if err := checkLocal("rpc", c.RPC.Address, c.RPC.Public); err != nil {
		return err
	}
	if c.Metrics.Address != Off {
		if err := checkLocal("metrics", c.Metrics.Address, c.Metrics.Public); err != nil {
			return err
		}
	}
	if c.Metrics.Address == c.RPC.Address {
		return badKey("metrics.address", "is %s, the same as rpc.address", c.Metrics.Address)
	}
	if err := checkAddress("p2p.address", c.P2P.Address); err != nil {
		return err
	}
	if c.P2P.ExternalAddress != "" {
		if err := checkAddress("p2p.external_address", c.P2P.ExternalAddress); err != nil {
			return err
		}
	}
	for _, p := range c.P2P.Peers {
		id, address, ok := cutPeer(p)
		if !ok || id == "" {
			return badKey("p2p.peers", "has %q, which is not id@host:port", p)
		}
		if err := checkAddress("p2p.peers", address); err != nil {
			return err
		}
	}
	return nil
}

func checkAddress(key, address string) error {
	host, port, err := net.SplitHostPort(address)
	if err != nil || host == "" || port == "" {
		return badKey(key, "is %q, which is not host:port", address)
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
		return badKey(key, "is %q; the port must be a number from 1 to 65535", address)
	}
	return nil
}

// checkLocal refuses an address other machines can reach, unless the operator
// asked for that by name: both services answer anyone without a password.
func checkLocal(section, address string, public bool) error {
	if err := checkAddress(section+".address", address); err != nil {
		return err
	}
	host, _, _ := net.SplitHostPort(address)
	ip := net.ParseIP(host)
	if public || host == "localhost" || (ip != nil && ip.IsLoopback()) {
		return nil
	}
	return &Problem{
		Kind:   ErrConfig,
		Text:   fmt.Sprintf("%s.address is %q, which other machines can reach without a password", section, address),
		Advice: fmt.Sprintf("use 127.0.0.1 and a proxy with access control, or set %s.public = true", section),
	}
}

func badKey(key, format string, args ...any) error {
	return &Problem{
		Kind:   ErrConfig,
		Text:   key + " " + fmt.Sprintf(format, args...),
		Advice: "correct it in config/rochdale.toml; a key left out takes its default",
	}
}

// withDefaults fills every zero knob.
func (c Config) withDefaults() Config {
	fill(&c.Moniker, "node")
	fill(&c.LogLevel, "info")
	fill(&c.LogFormat, "text")
	fill(&c.RPC.Address, DefaultRPCAddress)
	fill(&c.P2P.Transport, TransportLibP2P)
	fill(&c.P2P.Address, DefaultP2PAddress)
	fill(&c.Metrics.Address, DefaultMetricsAddress)
	fill(&c.Mempool.Transactions, DefaultMempoolTxs)
	fill(&c.Mempool.Bytes, DefaultMempoolBytes)
	fill(&c.Block.Pause, DefaultBlockPause)
	fill(&c.Block.ProposeTimeout, DefaultProposeTimeout)
	fill(&c.Block.EmptyInterval, DefaultEmptyInterval)
	return c
}

func fill[T comparable](knob *T, value T) {
	var zero T
	if *knob == zero {
		*knob = value
	}
}

// engine is the CometBFT configuration of a valid Config, made in code: no file
// of CometBFT's own is read.
func (c Config) engine() (*cmtcfg.Config, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	c = c.withDefaults()
	e := cmtcfg.DefaultConfig()
	e.SetRoot(c.Home)
	e.Moniker = c.Moniker

	e.RPC.ListenAddress = "tcp://" + c.RPC.Address
	e.RPC.MaxBodyBytes = 4 * MaxTxBytes // base64 and the JSON around it
	e.RPC.MaxRequestBatchSize = maxRPCBatch
	e.RPC.Unsafe = false

	e.Mempool.Size = c.Mempool.Transactions
	e.Mempool.MaxTxsBytes = c.Mempool.Bytes
	e.Mempool.MaxTxBytes = MaxTxBytes
	// With a cache smaller than the mempool, gossip admits committed transactions
	// again.
	e.Mempool.CacheSize = 2 * c.Mempool.Transactions

	e.Consensus.TimeoutCommit = c.Block.Pause
	e.Consensus.TimeoutPropose = c.Block.ProposeTimeout
	e.Consensus.TimeoutPrevote = c.Block.ProposeTimeout / 3 // the engine's own ratio
	e.Consensus.TimeoutPrecommit = c.Block.ProposeTimeout / 3
	e.Consensus.PeerGossipSleepDuration = gossipPause
	e.Consensus.CreateEmptyBlocks = false
	e.Consensus.CreateEmptyBlocksInterval = c.Block.EmptyInterval

	// On a validator, following consensus while blocks are still being synced
	// can sign at a height it already signed.
	e.BlockSync.AdaptiveSync = false

	e.TxIndex.Indexer = "null"
	if c.IndexTransactions {
		e.TxIndex.Indexer = "kv"
	}

	// The application keeps the results of transactions by itself.
	e.Storage.DiscardABCIResponses = !c.Kept().BlockResults

	// The engine collects the metrics and this package serves them, so that a port
	// in use is an error and not a line in a log.
	e.Instrumentation.Prometheus = c.Metrics.Address != Off
	e.Instrumentation.PrometheusListenAddr = ""

	c.network(e)
	if err := e.ValidateBasic(); err != nil {
		return nil, &Problem{Kind: ErrConfig, Text: "the engine refuses the configuration: " + err.Error(), Advice: "correct config/rochdale.toml"}
	}
	return e, nil
}

// network sets the transport and who is dialled: see dialled.
func (c Config) network(e *cmtcfg.Config) {
	e.P2P.ListenAddress = "tcp://" + c.P2P.Address
	e.P2P.ExternalAddress = c.P2P.ExternalAddress
	e.P2P.PexReactor = false
	e.P2P.AddrBookStrict = false
	e.P2P.AllowDuplicateIP = true
	if c.P2P.Transport == TransportClassic {
		e.P2P.PersistentPeers = strings.Join(c.P2P.Peers, ",")
		return
	}
	e.P2P.LibP2PConfig.Enabled = true
	for _, p := range c.P2P.Peers {
		id, address, _ := cutPeer(p)
		e.P2P.LibP2PConfig.BootstrapPeers = append(e.P2P.LibP2PConfig.BootstrapPeers, cmtcfg.LibP2PBootstrapPeer{
			Host:          address,
			ID:            id,
			Persistent:    true, // others are not redialled
			Unconditional: true,
		})
	}
}

// cutPeer splits id@host:port.
func cutPeer(peer string) (id, address string, ok bool) { return strings.Cut(peer, "@") }
