package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/client"
	"github.com/rochdale-ledger/rochdale/client/receipt"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/surplus"
)

// receiptExamples show each kind of receipt at work. Every kind has one.
var receiptExamples = map[string]string{
	"member":     "  rochdale receipt member --coop 1 --member 7 -o ada.receipt",
	"holding":    "  rochdale receipt holding --coop 1 --member 7 --class 1 -o shares.receipt",
	"cast":       "  rochdale receipt cast --coop 1 --motion 3 --member 7 -o cast.receipt",
	"decision":   "  rochdale receipt decision --coop 1 --motion 3 | \\\n    rochdale verify - --genesis genesis.json",
	"allocation": "  rochdale receipt allocation --coop 1 --member 7 --period 2 -o dividend.receipt",
}

// newReceiptCmd has a verb for each kind of statement that client can prove.
func newReceiptCmd() *cobra.Command {
	var verbs []*cobra.Command
	for _, st := range receipt.Statements() {
		verbs = append(verbs, newReceiptKindCmd(st))
	}
	verbs = append(verbs, newReceiptLinksCmd())
	return newNoun("receipt", groupMembers, "Prove a record in one file that needs no node",
		`  rochdale receipt member --coop 1 --member 7 -o ada.receipt
  rochdale verify ada.receipt --genesis genesis.json`, verbs...)
}

// receiptFlags are those of every kind of receipt.
type receiptFlags struct {
	member, motion uint64
	class          uint16
	period         uint32
	height         uint64
	out            string
	trust          trustFlags
}

// receiptInfo is what a receipt verb did.
type receiptInfo struct {
	File string `json:"file"`
	receipt.Proof
}

func newReceiptKindCmd(st receipt.Statement) *cobra.Command {
	var flags receiptFlags
	cmd := &cobra.Command{
		Use:   st.Kind,
		Short: "Prove " + st.About,
		Long: "Prove " + st.About + `, in one file.

The file holds the records, their proofs, and the signatures of the validators; and,
if co-ops have replaced validators since the genesis, the links to them, as far as
the node still has those blocks or --links has them. Whoever has it checks it with rochdale verify, without a node and without
trusting the one who gave it. Without -o the file goes to standard output.`,
		Example: receiptExamples[st.Kind],
		RunE:    func(cmd *cobra.Command, _ []string) error { return makeReceipt(cmd, st.Kind, flags) },
	}
	f := cmd.Flags()
	addCoopFlag(cmd)
	for name, declare := range map[string]func(){
		"member": func() { f.Uint64Var(&flags.member, "member", 0, "number of the member") },
		"motion": func() { f.Uint64Var(&flags.motion, "motion", 0, "number of the motion") },
		"class":  func() { f.Uint16Var(&flags.class, "class", 0, "number of the class of shares") },
		"period": func() { f.Uint32Var(&flags.period, "period", 0, "number of the accounting period") },
	} {
		if slices.Contains(st.Needs, name) {
			declare()
		}
	}
	for _, name := range st.Needs {
		must(cmd.MarkFlagRequired(name))
	}
	f.Uint64Var(&flags.height, "height", 0, "block after which it was so; the last if left out")
	f.StringVarP(&flags.out, "output", "o", "", "file to write, which must not be there yet")
	flags.trust.add(cmd)
	must(cmd.MarkFlagFilename("output"))
	return cmd
}

func makeReceipt(cmd *cobra.Command, kind string, flags receiptFlags) error {
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
	coop, err := receiptCoop(cmd, c)
	if err != nil {
		return explainReceipt(s.Node, err)
	}
	subject := receipt.Subject{
		Coop: coop, Member: state.Member(flags.member), Motion: ballot.Number(flags.motion),
		Class: shareclass.Number(flags.class), Period: surplus.Period(flags.period),
	}
	raw, proof, err := c.Receipt(cmd.Context(), kind, subject, flags.height, trust)
	if err != nil {
		return explainReceipt(s.Node, err)
	}
	if flags.out == "" {
		if _, err := cmd.OutOrStdout().Write(raw); err != nil {
			return fmt.Errorf("writing the receipt: %w", err)
		}
		return nil
	}
	if err := writeNew("the receipt", flags.out, raw); err != nil {
		return err
	}
	hint(cmd, "rochdale verify %s --genesis FILE", flags.out)
	return show(cmd, receiptInfo{flags.out, proof}, func(w io.Writer) { writeProof(w, proof) })
}

// receiptCoop is the co-op that a receipt is of: named, or the only one.
func receiptCoop(cmd *cobra.Command, c *client.Client) (state.Coop, error) {
	if n, err := coopNamed(cmd); n != 0 || err != nil {
		return n, err
	}
	r, err := c.At(cmd.Context(), 0)
	if err != nil {
		return 0, err
	}
	return coopWanted(cmd, r)
}

// writeNew writes a file that is not there yet, for its owner alone: some hold what says
// who members are. What a failed write leaves is removed.
func writeNew(what, path string, content []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, os.ErrExist) {
		return withHint(fault("%s is there already", path), "give another name; nothing is overwritten")
	}
	if err == nil {
		_, err = f.Write(content)
		if closed := f.Close(); err == nil {
			err = closed
		}
		if err != nil {
			_ = os.Remove(path) // the error at hand says more
		}
	}
	if err != nil {
		return withHint(fmt.Errorf("writing %s: %w", what, err), "give another place")
	}
	return nil
}

// explainReceipt says what to do when no receipt could be made.
func explainReceipt(address string, err error) error {
	var refuted *receipt.Refuted
	switch {
	case errors.Is(err, client.ErrDropped), errors.Is(err, client.ErrFounders):
		return explainFetch(address, err)
	case isUntied(err):
		return apart("what the node answers", err)
	case errors.As(err, &refuted):
		return withHint(fault("what the node answers does not hold: %w", err), "ask another node: --node ADDRESS")
	case errors.Is(err, receipt.ErrSubject):
		return withHint(fault("%w", err), "check the numbers you gave")
	case state.Rejected(err) != nil:
		return explainRead(err)
	}
	return explainAsk(address, err)
}
