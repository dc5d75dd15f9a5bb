package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/node"
)

func newNodeShowIDCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "show-id",
		Short: "Show the public side of a node's keys",
		Long: `Show by which id peers know the node of --home, and the public key by which it
signs blocks, as node init did. The node need not run, and no secret is printed.`,
		Example: `  rochdale node show-id
  rochdale node show-id --home /srv/rochdale --json`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := settingsOf(cmd)
			if err != nil {
				return err
			}
			cfg, err := node.LoadConfig(s.Home)
			if err != nil {
				return explainNode(err)
			}
			id, err := node.LoadIdentity(s.Home)
			if err != nil {
				return explainNode(err)
			}
			return showNode(cmd, s.Home, id, cfg.P2P.Transport)
		},
	}
}

// resetInfo is what node reset deleted.
type resetInfo struct {
	Home    string   `json:"home"`
	Deleted []string `json:"deleted"`
}

func newNodeResetCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "reset",
		Short: "Delete a stopped node's ledger and blocks, and keep its keys",
		Long: `Delete the ledger and the blocks of the stopped node of --home, so that it fetches
them from its peers when it starts again: after its disk was damaged, or when fsck
says so. Its keys, what they signed last, its configuration and the genesis stay.

If no other node has every block, the ledger is lost: node status of another says at
which height it is, and an archive node keeps all blocks.`,
		Example: `  rochdale node reset
  rochdale node reset --home /srv/rochdale --yes`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := settingsOf(cmd)
			if err != nil {
				return err
			}
			if _, err := node.LoadConfig(s.Home); err != nil {
				return explainNode(err)
			}
			question := fmt.Sprintf("delete the ledger and the blocks in %s? (yes or no)", s.Home)
			if err := confirmFinal(cmd, "since only other nodes have the blocks then", question, "deleted"); err != nil {
				return err
			}
			info := resetInfo{Home: s.Home}
			if info.Deleted, err = node.Reset(s.Home); err != nil {
				return explainNode(err)
			}
			if len(info.Deleted) == 0 {
				note(cmd, "there was nothing to delete in %s", s.Home)
			}
			hint(cmd, "rochdale node start --home %s", s.Home)
			return show(cmd, info, func(w io.Writer) {
				for _, path := range info.Deleted {
					fmt.Fprintf(w, "deleted  %s\n", path)
				}
			})
		},
	}
	cmd.Flags().BoolP("yes", "y", false, "do not ask; needed without a terminal")
	return cmd
}
