package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/client"
	"github.com/rochdale-ledger/rochdale/client/light"
	"github.com/rochdale-ledger/rochdale/client/receipt"
)

// linksInfo is what receipt links did.
type linksInfo struct {
	File  string   `json:"file"`
	Chain string   `json:"chain"`
	Links int      `json:"links"`   // changes of validators
	At    []uint64 `json:"heights"` // after which validators changed
	From  hexBytes `json:"from"`    // fingerprint of the validators before
	To    hexBytes `json:"to"`      // and after
}

func newReceiptLinksCmd() *cobra.Command {
	var flags struct {
		trust  trustFlags
		height uint64
		out    string
	}
	cmd := &cobra.Command{
		Use:   "links",
		Short: "Link the validators of the genesis to those who sign now",
		Long: `Fetch from a node the blocks in which validators changed, and write them to one
file. Each is signed by the validators before the change and names those after
it, so that who trusts the first knows the last. Give the file to
rochdale verify with --links. It need not be trusted: it is verified.

The node must have these blocks; an archive node has all. For links that you kept
it need not: give the file with --links, and those after them are added. With
--genesis the links begin there, and it is seen at once whether the node is of
that federation. Keep the file: who has it cannot be deceived with keys that are
retired in it. Without -o it goes to standard output.`,
		Example: `  rochdale receipt links --genesis genesis.json -o links.json
  rochdale verify ada.receipt --genesis genesis.json --links links.json`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := settingsOf(cmd)
			if err != nil {
				return err
			}
			trust, err := flags.trust.read()
			if err != nil {
				return err
			}
			c, err := dial(cmd)
			if err != nil {
				return err
			}
			links, err := c.Links(cmd.Context(), trust, flags.height)
			if err != nil {
				return explainFetch(s.Node, err)
			}
			return writeLinks(cmd, c, links, flags.out)
		},
	}
	f := cmd.Flags()
	f.Uint64Var(&flags.height, "height", 0, "link to those who sign this block; the last if left out")
	f.StringVarP(&flags.out, "output", "o", "", "file to write, which must not be there yet")
	flags.trust.add(cmd)
	must(cmd.MarkFlagFilename("output"))
	return cmd
}

func writeLinks(cmd *cobra.Command, c *client.Client, links light.Links, out string) error {
	chain := ""
	info := linksInfo{File: out, Links: len(links.Blocks), At: []uint64{}, From: links.Next.Hash(), To: links.Next.Hash()}
	for i, b := range links.Blocks {
		if i == 0 {
			info.From = hexBytes(b.Header.ValidatorsHash)
		}
		chain = b.Header.ChainID
		info.At = append(info.At, uint64(b.Header.Height))
	}
	if chain == "" { // without a link, the node says it
		tip, err := c.Tip(cmd.Context())
		if err != nil {
			return explainAsk(c.Address(), err)
		}
		chain = tip.Chain
	}
	info.Chain = chain
	raw, err := receipt.WriteLinks(chain, links)
	if err != nil {
		return err
	}
	if out == "" {
		if _, err := cmd.OutOrStdout().Write(raw); err != nil {
			return fmt.Errorf("writing the links: %w", err)
		}
		return nil
	}
	if err := writeNew("the links", out, raw); err != nil {
		return err
	}
	hint(cmd, "rochdale verify RECEIPT --genesis FILE --links %s", out)
	return show(cmd, info, func(w io.Writer) {
		if info.Links == 0 {
			fmt.Fprintln(w, "No validator has been replaced: the file has no links, and none are needed.")
			return
		}
		fmt.Fprintf(w, "%s in federation %s, the last after block %s.\n",
			changesOf(info.Links), chain, formatCount(int64(info.At[info.Links-1])))
		writeFacts(w, fact{"from", info.From}, fact{"to", info.To})
	})
}

// explainFetch says what to do when links could not be fetched.
func explainFetch(address string, err error) error {
	var refuted *receipt.Refuted
	switch {
	case errors.Is(err, client.ErrDropped):
		return withHint(fault("%w", err), "ask an archive node, which keeps all blocks: --node ADDRESS")
	case errors.Is(err, client.ErrFounders):
		return withHint(fault("%w", err), "give the genesis file of the node's federation, or ask a node of yours: --node ADDRESS")
	case errors.Is(err, client.ErrManyLinks):
		return withHint(fault("%w", err), "link to an earlier block, --height N, and begin there with the fingerprint of those who sign it")
	case errors.As(err, &refuted):
		return withHint(fault("what the node answers does not hold: %w", err), "ask another node: --node ADDRESS")
	}
	return explainAsk(address, err)
}
