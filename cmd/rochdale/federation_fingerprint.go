package main

import (
	"crypto/sha256"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/client/receipt"
)

// fingerprintInfo is what a stranger compares. Blocks and sets are named by their
// hashes in lower-case hexadecimal.
type fingerprintInfo struct {
	Chain      string   `json:"chain"`
	Height     uint64   `json:"height"`
	Time       stamp    `json:"time"`
	Block      hexBytes `json:"block_hash"`
	Validators hexBytes `json:"validators_hash"` // --fingerprint of rochdale verify
	Signed     int      `json:"signed"`
	Of         int      `json:"validators"`
	Genesis    hexBytes `json:"genesis_sha256,omitempty"` // of the file, if one was given
	Founders   hexBytes `json:"founders_hash,omitempty"`  // the validators that it names
	Links      int      `json:"links"`                    // changes of validators since, if one was given
}

func newFederationFingerprintCmd() *cobra.Command {
	var trust trustFlags
	var height uint64
	cmd := &cobra.Command{
		Use:   "fingerprint",
		Short: "Show what a stranger compares before trusting the ledger",
		Long: `Show what names the whole ledger up to a block, in a few lines to compare: its
chain, a block and its hash, and the fingerprint of the validators who sign.

Two nodes that show the same for one block have the same history. Compare with
sources that do not depend on the one you check: nodes of other co-ops (--node),
the pages and notices on which co-ops publish it, the minutes of a meeting, a
paper or a telephone call. Whoever gave you a receipt is no second source.

With --genesis it is also verified that these validators follow the founders,
and the genesis file's SHA-256 is shown: every node is bound to that file.`,
		Example: `  rochdale federation fingerprint
  rochdale federation fingerprint --height 1200 --node node.delcer.example:26657
  rochdale federation fingerprint --genesis genesis.json`,
		RunE: func(cmd *cobra.Command, _ []string) error { return showFingerprint(cmd, trust, height) },
	}
	cmd.Flags().Uint64Var(&height, "height", 0, "block to show; the last if left out")
	trust.add(cmd)
	return cmd
}

func showFingerprint(cmd *cobra.Command, flags trustFlags, height uint64) error {
	s, err := settingsOf(cmd)
	if err != nil {
		return err
	}
	trust, err := flags.read()
	if err != nil {
		return err
	}
	c, err := dial(cmd)
	if err != nil {
		return err
	}
	b, tie, err := c.Block(cmd.Context(), height, trust)
	if err != nil {
		return explainReceipt(s.Node, err)
	}
	h := b.Header
	info := fingerprintInfo{
		Chain: h.ChainID, Height: uint64(h.Height), Time: stamp(h.Time.Unix()), Block: hexBytes(h.Hash()),
		Validators: hexBytes(h.ValidatorsHash), Signed: b.Commit.Signed(), Of: b.Validators.Size(), Links: tie.Links,
	}
	if flags.genesis != "" {
		raw, err := readBounded(flags.genesis, receipt.MaxGenesis)
		if err != nil {
			return fmt.Errorf("reading the genesis: %w", err)
		}
		sum := sha256.Sum256(raw)
		info.Genesis, info.Founders = sum[:], trust.Fingerprint
	}
	hint(cmd, "rochdale federation fingerprint --height %d --node ADDRESS-OF-ANOTHER-CO-OP", h.Height)
	return show(cmd, info, func(w io.Writer) { writeFingerprint(w, info, trust.Known()) })
}

func writeFingerprint(w io.Writer, f fingerprintInfo, tied bool) {
	writeFacts(w, fact{"chain", f.Chain}, fact{"block", f.Height}, fact{"time", f.Time}, fact{"block hash", f.Block},
		fact{"validators", f.Validators}, fact{"genesis", f.Genesis}, fact{"founders", f.Founders})
	fmt.Fprintf(w, "%d of these %d validators signed the block.\n", f.Signed, f.Of)
	switch {
	case !tied:
		fmt.Fprintln(w, "It is what one node says.")
	case f.Links == 0:
		fmt.Fprintln(w, "They are tied to those that you trust.")
	default:
		fmt.Fprintf(w, "They follow those that you trust, by %s.\n", changesOf(f.Links))
	}
	fmt.Fprint(w, `Compare it with nodes of other co-ops, and with what they publish: on their
pages, in minutes, on a notice at the office. Whoever gave you a receipt is no
second source.
`)
}
