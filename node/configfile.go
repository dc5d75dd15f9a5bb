package node

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/spf13/viper"
)

// refused are keys of CometBFT that an operator might carry over, with the
// reason they are not knobs here. The last part of the key decides.
var refused = map[string]string{
	"adaptive_sync":    "following consensus while syncing can make a validator sign twice",
	"filter_peers":     "libp2p ignores it; peers are checked against the federation's register",
	"persistent_peers": "libp2p ignores it; list peers under p2p.peers",
	"seeds":            "there is no peer exchange; list peers under p2p.peers",
	"pex":              "there is no peer exchange; list peers under p2p.peers",
	"cache_size":       "the ledger itself knows what waits",
	"skip_recheck":     "the ledger looks again at what waits when it proposes it",
	"max_tx_bytes":     "it is a limit of the federation, not of a node",
	"keep_versions":    "it is keep.heights now",
}

// LoadConfig reads the configuration of a home. A key left out takes its
// default; a key that is not a knob is refused by name.
func LoadConfig(home string) (Config, error) {
	path := ConfigFile(home)
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return Config{}, &Problem{
			Kind:   ErrConfig,
			Text:   fmt.Sprintf("no node in %s: %s is missing", home, path),
			Advice: "rochdale node init --home " + home,
		}
	}
	if err != nil {
		return Config{}, fmt.Errorf("reading configuration: %w", err)
	}
	cfg, err := parseConfig(data)
	if err != nil {
		var p *Problem
		if errors.As(err, &p) {
			between := ": "
			if strings.HasPrefix(p.Text, "line ") {
				between = ", "
			}
			p.Text = path + between + p.Text
		}
		return Config{}, err
	}
	cfg.Home = home
	return cfg, nil
}

// parseConfig reads a configuration. A Problem begins with "line 3: ", if one line is
// wrong.
func parseConfig(data []byte) (Config, error) {
	cfg, err := decodeConfig(data)
	var p *Problem
	if line := lineOfProblem(data, err); line > 0 && errors.As(err, &p) {
		p.Text = fmt.Sprintf("line %d: %s", line, p.Text)
	}
	return cfg, err
}

// positioned is an error of the library of TOML, which knows where it is.
type positioned interface {
	error
	Position() (row, column int)
}

// lineOfProblem is the line of the first key of the file that err names, or of what is
// no TOML; zero if there is none.
func lineOfProblem(data []byte, err error) int {
	var at positioned
	switch {
	case err == nil:
		return 0
	case errors.As(err, &at):
		row, _ := at.Position()
		return row
	}
	text, section, found, longest := strings.ToLower(err.Error()), "", 0, 0
	for n, line := range strings.Split(strings.ToLower(string(data)), "\n") {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "[") {
			section = strings.Trim(line, "[] ") + "."
			continue
		}
		key, _, ok := strings.Cut(line, "=")
		if key = section + strings.TrimSpace(key); !ok || strings.HasPrefix(key, "#") {
			continue
		}
		if strings.Contains(text, key) && len(key) > longest {
			found, longest = n+1, len(key)
		}
	}
	return found
}

func decodeConfig(data []byte) (Config, error) {
	v := viper.New()
	v.SetConfigType("toml")
	if err := v.ReadConfig(bytes.NewReader(data)); err != nil {
		return Config{}, &Problem{Kind: errors.Join(ErrConfig, err), Text: "not valid TOML: " + oneLine(err), Advice: "correct the file, or compare it with a fresh one from rochdale node init"}
	}
	known := knownKeys(reflect.TypeFor[Config](), "")
	keys := v.AllKeys()
	slices.Sort(keys)
	for _, key := range keys {
		if !slices.Contains(known, key) {
			return Config{}, unknownKey(key, known)
		}
	}
	var cfg Config
	if err := v.UnmarshalExact(&cfg); err != nil {
		return Config{}, &Problem{Kind: ErrConfig, Text: "a value of the wrong type: " + oneLine(err), Advice: "durations are written like \"200ms\", addresses like \"127.0.0.1:26657\""}
	}
	return cfg, cfg.Validate()
}

func unknownKey(key string, known []string) error {
	last := key[strings.LastIndex(key, ".")+1:]
	if why, ok := refused[last]; ok {
		return &Problem{Kind: ErrConfig, Text: fmt.Sprintf("%s cannot be set: %s", key, why), Advice: "remove the key"}
	}
	return &Problem{
		Kind:   ErrConfig,
		Text:   fmt.Sprintf("unknown key %q; the nearest known key is %q", key, nearest(key, known)),
		Advice: "correct or remove the key; nothing was started",
	}
}

// knownKeys lists the dotted keys of a configuration type, from its tags.
func knownKeys(t reflect.Type, prefix string) []string {
	var keys []string
	for i := range t.NumField() {
		f := t.Field(i)
		name := f.Tag.Get("mapstructure")
		switch {
		case name == "-":
		case f.Type.Kind() == reflect.Struct:
			keys = append(keys, knownKeys(f.Type, prefix+name+".")...)
		default:
			keys = append(keys, prefix+name)
		}
	}
	return keys
}

// nearest is the candidate with the fewest single-letter edits from word, the
// first of equals. The last parts of dotted keys are compared too, so that a
// key in the wrong section finds its place.
func nearest(word string, candidates []string) string {
	best, least := "", 1<<30
	for _, c := range candidates {
		d := min(edits(word, c), edits(word[strings.LastIndex(word, ".")+1:], c[strings.LastIndex(c, ".")+1:])+1)
		if d < least {
			best, least = c, d
		}
	}
	return best
}

// edits is the Levenshtein distance of two short strings, in bytes.
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			next := min(row[j]+1, row[j+1]+1, diagonal+cost)
			diagonal, row[j+1] = row[j+1], next
		}
	}
	return row[len(b)]
}

func oneLine(err error) string {
	return strings.Join(strings.Fields(err.Error()), " ")
}

// WriteConfig writes the file of a valid configuration to its home, replacing
// one that is there.
func WriteConfig(cfg Config) error {
	if err := cfg.Validate(); err != nil {
		return err
	}
	if err := writeFile(ConfigFile(cfg.Home), renderConfig(cfg), 0o644); err != nil {
		return fmt.Errorf("writing configuration: %w", err)
	}
	return nil
}

// renderConfig writes every knob with its meaning, the zero ones included.
func renderConfig(c Config) []byte {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("# What the operator of this node may set. An empty or zero value takes the")
	line("# default; unknown keys are refused. Nothing here affects the shared state.")
	line("")
	line("moniker = %q              # name shown to people", c.Moniker)
	line("log_level = %q            # debug, info, warn, error", c.LogLevel)
	line("log_format = %q           # text, json", c.LogFormat)
	line("index_transactions = %t # serve the engine's /tx and /tx_search", c.IndexTransactions)
	line("\n[rpc]")
	line("address = %q # default %s", c.RPC.Address, DefaultRPCAddress)
	line("public = %t # allow an address other machines can reach", c.RPC.Public)
	line("\n[p2p]")
	line("transport = %q # libp2p or classic, the same on every node", c.P2P.Transport)
	line("address = %q # default %s", c.P2P.Address, DefaultP2PAddress)
	line("external_address = %q # told to peers when it differs", c.P2P.ExternalAddress)
	line("peers = [")
	for _, p := range c.P2P.Peers {
		line("  %q,", p)
	}
	line("] # id@host:port")
	line("\n[metrics]")
	line("address = %q # default %s; \"off\" to serve none", c.Metrics.Address, DefaultMetricsAddress)
	line("public = %t", c.Metrics.Public)
	line("\n[mempool]")
	line("transactions = %d # default %d", c.Mempool.Transactions, DefaultMempoolTxs)
	line("bytes = %d # default %d", c.Mempool.Bytes, DefaultMempoolBytes)
	line("\n[block]")
	line("pause = %q # between blocks; default %s", c.Block.Pause, DefaultBlockPause)
	line("propose_timeout = %q # for an absent proposer; default %s", c.Block.ProposeTimeout, DefaultProposeTimeout)
	line("empty_interval = %q # an empty block after this long; default %s", c.Block.EmptyInterval, DefaultEmptyInterval)
	line("\n[keep] # in heights; at rest there are %d a day", int(24*time.Hour/DefaultEmptyInterval))
	line("archive = %t # keep everything for ever", c.Keep.Archive)
	line("heights = %d # states that can be read and proved; default %d", c.Keep.Heights, DefaultKeepHeights)
	line("blocks = %d # never fewer than %d and those of %d days; default %d", c.Keep.Blocks, evidenceBlocks, int(EvidenceAge.Hours()/24), DefaultKeepBlocks)
	line("results = %d # of transactions, after they expired; default %d", c.Keep.Results, DefaultKeepResults)
	line("block_results = %t # serve the engine's /block_results", c.Keep.BlockResults)
	return []byte(b.String())
}
