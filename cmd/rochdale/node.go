package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/app"
	"github.com/rochdale-ledger/rochdale/client"
	"github.com/rochdale-ledger/rochdale/node"
	"github.com/rochdale-ledger/rochdale/node/founding"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/federation"
	"github.com/rochdale-ledger/rochdale/state/words"
	"github.com/rochdale-ledger/rochdale/tx"
)

// answerLimit bounds how long a status command waits for a node.
const answerLimit = 5 * time.Second

func newNodeCmd() *cobra.Command {
	return newNoun("node", groupOperators, "Run your co-op's node",
		`  rochdale node init --moniker Weavers --genesis genesis.json
  rochdale node start
  rochdale node status`,
		newNodeInitCmd(), newNodeStartCmd(), newNodeStatusCmd(), newNodeShowIDCmd(), newNodeResetCmd())
}

// nodeInfo is a home as node init and node show-id show it.
type nodeInfo struct {
	Home      string `json:"home"`
	PublicKey string `json:"public_key"` // it signs blocks with: rochdaleval1…
	Address   string `json:"address"`
	PeerID    string `json:"peer_id"`
}

// showNode prints the public side of a home's keys.
func showNode(cmd *cobra.Command, home string, id node.Identity, transport string) error {
	info := nodeInfo{Home: home, PublicKey: tx.ValidatorKey(id.PubKey).String(), Address: id.Address, PeerID: id.PeerIDFor(transport)}
	return show(cmd, info, func(w io.Writer) {
		writeFacts(w,
			fact{"home", info.Home},
			fact{"public key", info.PublicKey},
			fact{"address", info.Address},
			fact{"peer id", info.PeerID},
		)
	})
}

func newNodeInitCmd() *cobra.Command {
	var cfg node.Config
	var genesis, seals string
	cmd := &cobra.Command{
		Use:   "init",
		Short: "Make a home with fresh keys",
		Long: `Make a home for a node: its key towards peers, the key it signs blocks with,
and its configuration. Nothing that is there already is changed.

To found a federation, leave --genesis out and go on with: rochdale federation
accept. To join one that exists, give its genesis and the founders' seals; both
are checked before anything is made.

The public key and the peer id go to the federation, which enters them in its
register. The secret keys are in HOME/config: back them up.`,
		Example: `  rochdale node init --moniker Weavers --genesis genesis.json
  rochdale node init --peer 12D3KooW…@10.0.0.2:26656 \
    --peer 12D3KooW…@10.0.0.3:26656`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := settingsOf(cmd)
			if err != nil {
				return err
			}
			opts := node.InitOptions{Config: cfg, Check: app.CheckGenesis}
			if opts.Genesis, opts.Seals, err = readGenesis(genesis, seals); err != nil {
				return err
			}
			id, err := node.Init(s.Home, opts)
			if err != nil {
				return explainNode(err)
			}
			if opts.Genesis == nil {
				hint(cmd, "found a federation with: rochdale federation accept INVITATION; or make this home again with --genesis FILE")
			} else {
				hint(cmd, "rochdale node start --home %s", s.Home)
			}
			return showNode(cmd, s.Home, id, cfg.P2P.Transport)
		},
	}
	f := cmd.Flags()
	f.StringVar(&cfg.Moniker, "moniker", "", "name shown to people")
	f.StringVar(&genesis, "genesis", "", "the federation's genesis file")
	f.StringVar(&seals, "seals", "", "the founders' seals of it [genesis.seals.json beside it]")
	f.StringVar(&cfg.RPC.Address, "rpc", "", "host:port for clients ["+node.DefaultRPCAddress+"]")
	f.StringVar(&cfg.P2P.Address, "p2p", "", "host:port for peers, over UDP ["+node.DefaultP2PAddress+"]")
	f.StringVar(&cfg.Metrics.Address, "metrics", "", "host:port for Prometheus, or off ["+node.DefaultMetricsAddress+"]")
	f.StringVar(&cfg.P2P.Transport, "transport", "", "libp2p or classic, the same on every node ["+node.TransportLibP2P+"]")
	f.StringArrayVar(&cfg.P2P.Peers, "peer", nil, "a peer to dial besides the register's nodes, id@host:port; may be given more than once")
	must(cmd.MarkFlagFilename("genesis", "json"))
	must(cmd.MarkFlagFilename("seals", "json"))
	return cmd
}

// readGenesis reads a genesis file, if one is named, and the seals, which are in the
// file beside it unless another is named.
func readGenesis(genesis, seals string) ([]byte, []founding.Seal, error) {
	if genesis == "" {
		return nil, nil, nil
	}
	doc, err := os.ReadFile(genesis)
	if err != nil {
		return nil, nil, withHint(fmt.Errorf("reading genesis: %w", err), "leave --genesis out to found a federation")
	}
	seals = or(seals, filepath.Join(filepath.Dir(genesis), filepath.Base(node.SealFile(""))))
	if _, err := os.Stat(seals); err != nil {
		return nil, nil, withHint(fault("the founders' seals: reading %s: %w", seals, err), "name their file with --seals; a co-op's home has it in config")
	}
	p, err := readPapers([]string{seals})
	if err != nil {
		return nil, nil, fmt.Errorf("the founders' seals: %w", err)
	}
	return doc, p.seals, nil
}

func newNodeStartCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "start",
		Short: "Run the node until it is stopped",
		Long: `Run the node in the foreground, with its log on standard error, until SIGTERM
or an interrupt; it then stops within five seconds with exit status 0.

After a consensus failure or on a full disk it ends with exit status 1. It loads
the keys and the genesis of its home and never makes any.`,
		Example: `  rochdale node start
  rochdale node start --home /srv/rochdale`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := settingsOf(cmd)
			if err != nil {
				return err
			}
			return explainNode(runNode(cmd.Context(), s.Home, cmd.ErrOrStderr()))
		},
	}
}

func runNode(ctx context.Context, home string, stderr io.Writer) error {
	cfg, err := node.LoadConfig(home)
	if err != nil {
		return err
	}
	return node.Run(ctx, cfg, openLedger, node.NewLogger(cfg, stderr))
}

func newNodeStatusCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "status",
		Short: "Show the status of a running node",
		Long: `Ask a running node for its height, its peers and whether it takes part in making
blocks. If a block is not made because too few sign it, it says since when, and whose
signatures are missing; and who brought no block lately when it was their turn. It asks
the node of --home if there is one, or the one at --node.`,
		Example: `  rochdale node status
  rochdale node status --node 127.0.0.1:26657 --json`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			address, err := nodeAddress(cmd)
			if err != nil {
				return err
			}
			ctx, cancel := context.WithTimeout(cmd.Context(), answerLimit)
			defer cancel()
			status, err := node.QueryStatus(ctx, address)
			if err != nil {
				return explainNode(err)
			}
			nameSilent(ctx, address, &status)
			return show(cmd, status, func(w io.Writer) { writeNodeStatus(w, status) })
		},
	}
}

func writeNodeStatus(w io.Writer, s node.Status) {
	role := "full node"
	if s.Validator {
		role = "validator"
	}
	if s.CatchingUp {
		role += ", catching up"
	}
	federation, clock := s.ChainID, ""
	if s.Trial {
		federation, clock = s.ChainID+", a trial", stamp(s.Clock.Unix()).here()
	}
	writeFacts(w,
		fact{"federation", federation},
		fact{"name", s.Moniker},
		fact{"role", role},
		fact{"height", formatCount(s.Height)},
		fact{"block time", stamp(s.BlockTime.Unix())},
		fact{"trial's clock", clock},
		fact{"app hash", s.AppHash},
		fact{"peers", s.Peers},
	)
	if s.Standstill != nil {
		writeStandstill(w, *s.Standstill, s.Peers)
	}
	if len(s.Turns) > 0 {
		writeTurns(w, s.Turns)
	}
}

// whose says to whom a validator belongs.
func whose(v node.Silent) string {
	if v.Coop == 0 {
		return "a validator that is on no co-op's record"
	}
	return fmt.Sprintf("co-op %d, %s", v.Coop, words.Plain(v.Name))
}

// writeTurns says who proposed no block that the others took when it was their turn.
func writeTurns(w io.Writer, turns []node.Turns) {
	fmt.Fprintf(w, "\nTurns to propose a block that brought none, of the last %d blocks:\n", node.TurnBlocks)
	for _, t := range turns {
		fmt.Fprintf(w, "  %d of %d: %s\n    %s\n", t.Missed, t.Of, whose(t.Silent), t.Address)
	}
	fmt.Fprintln(w, "Such a node is down, too slow, or proposes what the others refuse.")
}

// writeStandstill says why no block is made, as the node sees it.
func writeStandstill(w io.Writer, s node.Standstill, peers int) {
	fmt.Fprintf(w, "\nThe federation stands still since %s.\n", stamp(s.Since.Unix()))
	fmt.Fprintf(w, "%d of %d validators have not signed block %s:\n", len(s.Missing), s.Of, formatCount(s.Height))
	for _, v := range s.Missing {
		fmt.Fprintf(w, "  %s\n    %s\n", whose(v), v.Address)
	}
	fmt.Fprintln(w, "Blocks go on as soon as more than two thirds of the validators sign.")
	if peers == 0 {
		fmt.Fprintln(w, "This node has no peers: the others may go on without it.")
	}
}

// nameSilent adds whose validators the status names are, as far as the node's register
// can be read.
func nameSilent(ctx context.Context, address string, s *node.Status) {
	var named []*node.Silent
	if s.Standstill != nil {
		for i := range s.Standstill.Missing {
			named = append(named, &s.Standstill.Missing[i])
		}
	}
	for i := range s.Turns {
		named = append(named, &s.Turns[i].Silent)
	}
	if len(named) == 0 {
		return
	}
	c, err := client.Dial(address)
	if err != nil {
		return
	}
	r, err := c.At(ctx, 0)
	if err != nil {
		return
	}
	_ = federation.Range(r, func(n state.Coop, coop federation.Coop) (bool, error) {
		for _, v := range named {
			if v.Address == fmt.Sprintf("%X", coop.Validator.ConsensusAddress()) {
				v.Coop, v.Name = uint64(n), coop.Name
			}
		}
		return true, nil
	}) // what it cannot say is left without a name
	if s.Standstill != nil {
		slices.SortStableFunc(s.Standstill.Missing, func(a, b node.Silent) int { return cmp.Compare(a.Coop, b.Coop) })
	}
}

// nodeAddress is host:port of the node that a command asks: as of every command, but
// that the home need not be named by the flag if no variable names a node.
func nodeAddress(cmd *cobra.Command) (string, error) {
	s, err := settingsOf(cmd)
	if err != nil {
		return "", err
	}
	if !cmd.Flags().Changed("node") && os.Getenv(envNode) == "" {
		if address, err := homeNode(s.Home); err != nil {
			return "", err
		} else if address != "" {
			s.Node = address
		}
	}
	for _, scheme := range []string{"http://", "tcp://"} {
		s.Node = strings.TrimPrefix(s.Node, scheme)
	}
	return strings.TrimSuffix(s.Node, "/"), nil
}
