package node

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestConfigRefusals(t *testing.T) {
	tests := []struct{ name, toml, want string }{
		{"misspelt", `monicker = "x"`, `unknown key "monicker"; the nearest known key is "moniker"`},
		{"misspelt in a section", "[p2p]\nadress = \"1.2.3.4:5\"", `unknown key "p2p.adress"; the nearest known key is "p2p.address"`},
		{"in the wrong section", `block_results = true`, `nearest known key is "keep.block_results"`},
		{"of an earlier version", "[mempool]\nskip_recheck = true", "looks again at what waits"},
		{"adaptive sync", "[blocksync]\nadaptive_sync = true", "sign twice"},
		{"peer filter", `filter_peers = true`, "register"},
		{"not TOML", `moniker = `, "not valid TOML"},
		{"wrong type", "[mempool]\ntransactions = \"many\"", "wrong type"},
		{"log level", `log_level = "loud"`, "log_level is \"loud\""},
		{"a key of old", `keep_versions = 5`, "keep_versions cannot be set: it is keep.heights now"},
		{"negative heights", "[keep]\nheights = -1", "keep.heights is -1; use 0 for the default, or 1000 to"},
		{"too few blocks", "[keep]\nblocks = 999", "keep.blocks is 999"},
		{"too many results", "[keep]\nresults = 1000000001", "keep.results is 1000000001"},
		{"an archive with a limit", "[keep]\narchive = true\nresults = 5000", "keep.results is 5000 and keep.archive is true"},
		{"transport", "[p2p]\ntransport = \"pigeon\"", "p2p.transport"},
		{"rpc in public", "[rpc]\naddress = \"0.0.0.0:26657\"", "rpc.address"},
		{"metrics in public", "[metrics]\naddress = \"0.0.0.0:26660\"", "metrics.address"},
		{"metrics on the RPC's port", "[rpc]\naddress = \"127.0.0.1:1\"\n[metrics]\naddress = \"127.0.0.1:1\"", "same as rpc.address"},
		{"not an address", "[p2p]\naddress = \"here\"", "p2p.address"},
		{"no such port", "[p2p]\naddress = \"127.0.0.1:65536\"", "p2p.address is \"127.0.0.1:65536\"; the port must be"},
		{"port zero", "[rpc]\naddress = \"127.0.0.1:0\"", "rpc.address is"},
		{"named port", "[metrics]\naddress = \"127.0.0.1:http\"", "metrics.address is"},
		{"not a peer", "[p2p]\npeers = [\"1.2.3.4:5\"]", "p2p.peers"},
		{"a peer without a port", "[p2p]\npeers = [\"x@1.2.3.4\"]", "p2p.peers"},
		{"mempool too large", "[mempool]\ntransactions = 1000001", "mempool.transactions is 1000001; use 1 to 1000000"},
		{"mempool too small", "[mempool]\nbytes = 1", "mempool.bytes"},
		{"pause too long", "[block]\npause = \"2h\"", "block.pause"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := parseConfig([]byte(tt.toml))
			if !errors.Is(err, ErrConfig) || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("got %v, want an ErrConfig with %q", err, tt.want)
			}
			var p *Problem
			if errors.As(err, &p); p.Hint() == "" {
				t.Error("no hint")
			}
		})
	}
}

// What is wrong in one line is said with its number.
func TestConfigLines(t *testing.T) {
	for text, want := range map[string]string{
		"# a home\nmoniker = \"x\"\n[p2p]\nadress = \"x\"":                         "line 4: unknown key",
		"moniker = \"x\"\nlog_level = \n":                                          "line 2: not valid TOML",
		"[rpc]\n\n[mempool]\n# more\ntransactions = \"many\"":                      "line 5: a value of the wrong type",
		"[keep]\nblocks = 5000\nheights = -1":                                      "line 3: keep.heights is -1",
		"[rpc]\naddress = \"127.0.0.1:1\"\n[metrics]\naddress = \"0.0.0.0:26660\"": "line 4: metrics.address",
		"block_results = true":                                                     "line 1: unknown key",
	} {
		_, err := parseConfig([]byte(text))
		if !errors.Is(err, ErrConfig) || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

func TestZeroConfigWorks(t *testing.T) {
	cfg, err := parseConfig(nil)
	if err != nil {
		t.Fatal(err)
	}
	e, err := cfg.engine()
	if err != nil {
		t.Fatal(err)
	}
	if !e.P2P.LibP2PEnabled() || e.P2P.PexReactor || e.BlockSync.AdaptiveSync || e.RPC.Unsafe {
		t.Error("transport or safety defaults are off")
	}
	if e.Mempool.CacheSize < 2*e.Mempool.Size {
		t.Errorf("cache of %d for a mempool of %d", e.Mempool.CacheSize, e.Mempool.Size)
	}
	if e.Mempool.MaxTxBytes != 64<<10 || e.Mempool.MaxTxsBytes != 64<<20 {
		t.Errorf("mempool limits %d, %d", e.Mempool.MaxTxBytes, e.Mempool.MaxTxsBytes)
	}
	if e.Consensus.CreateEmptyBlocks || e.Consensus.CreateEmptyBlocksInterval != 30*time.Second {
		t.Error("empty blocks")
	}
}

// What is kept by default, by an archive node, and by one that keeps more states
// than blocks: those prove what is in these.
func TestKept(t *testing.T) {
	for _, tt := range []struct {
		toml    string
		want    KeepConfig
		discard bool // of the engine's own copy of results
	}{
		{"", KeepConfig{Heights: 20_000, Blocks: 300_000, Results: 300_000}, true},
		{"[keep]\narchive = true", KeepConfig{Archive: true, BlockResults: true}, false},
		{"[keep]\nheights = 1000\nblocks = 1001\nresults = 1002", KeepConfig{Heights: 1000, Blocks: 1002, Results: 1002}, true},
		{"[keep]\nheights = 400000\nblock_results = true", KeepConfig{Heights: 400_000, Blocks: 400_002, Results: 300_000, BlockResults: true}, false},
	} {
		cfg, err := parseConfig([]byte(tt.toml))
		if err != nil {
			t.Fatal(err)
		}
		e, err := cfg.engine()
		if err != nil {
			t.Fatal(err)
		}
		if got := cfg.Kept(); got != tt.want || e.Storage.DiscardABCIResponses != tt.discard {
			t.Errorf("%q keeps %+v and discards results: %v; want %+v, %v", tt.toml, got, e.Storage.DiscardABCIResponses, tt.want, tt.discard)
		}
	}
}

func TestConfigRoundTrip(t *testing.T) {
	for _, want := range []Config{{}, {
		Moniker: "Weavers' \"école\"", LogLevel: "warn", LogFormat: "json", IndexTransactions: true,
		RPC:     RPCConfig{Address: "0.0.0.0:1", Public: true},
		P2P:     P2PConfig{Transport: "classic", Address: "127.0.0.1:2", ExternalAddress: "a.example:3", Peers: []string{"x@1.2.3.4:5", "y@b.example:6"}},
		Metrics: MetricsConfig{Address: "127.0.0.1:4", Public: true},
		Mempool: MempoolConfig{Transactions: 5, Bytes: 1 << 20},
		Block:   BlockConfig{Pause: time.Second, ProposeTimeout: 2 * time.Second, EmptyInterval: 3 * time.Second},
		Keep:    KeepConfig{Heights: 1000, Blocks: 2000, Results: 3000, BlockResults: true},
	}, {
		Moniker: "auditor", Keep: KeepConfig{Archive: true},
	}} {
		want.Home = t.TempDir()
		if err := WriteConfig(want); err != nil {
			t.Fatal(err)
		}
		got, err := LoadConfig(want.Home)
		if err != nil {
			t.Fatal(err)
		}
		if want.P2P.Peers == nil {
			want.P2P.Peers = []string{}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	}
}
