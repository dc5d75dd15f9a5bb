package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/client/receipt"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// trustFlags name the verifier's trust anchor.
type trustFlags struct{ genesis, fingerprint string }

func (t *trustFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&t.genesis, "genesis", "", "the federation's genesis file, from a source you trust")
	cmd.Flags().StringVar(&t.fingerprint, "fingerprint", "", "fingerprint of the validators, from a source you trust")
	must(cmd.MarkFlagFilename("genesis", "json"))
	cmd.MarkFlagsMutuallyExclusive("genesis", "fingerprint")
}

// read returns the trust that the flags give; the zero trust if none is set.
func (t trustFlags) read() (receipt.Trust, error) {
	switch {
	case t.genesis != "":
		raw, err := readBounded(t.genesis, receipt.MaxGenesis)
		if err != nil {
			return receipt.Trust{}, withHint(fmt.Errorf("reading the genesis: %w", err), "give the path of the federation's genesis file")
		}
		trust, err := receipt.TrustGenesis(raw)
		return trust, withHint(err, "%s must be the genesis.json with which the federation was founded", t.genesis)
	case t.fingerprint != "":
		trust, err := receipt.TrustValidators(t.fingerprint)
		return trust, withHint(err, "copy it as rochdale verify prints it")
	}
	return receipt.Trust{}, nil
}

// readBounded reads a file of at most limit bytes.
func readBounded(path string, limit int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return readAtMost(f, path, limit)
}

func readAtMost(r io.Reader, name string, limit int64) ([]byte, error) {
	raw, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err == nil && int64(len(raw)) > limit {
		err = fmt.Errorf("%s is larger than %d bytes", name, limit)
	}
	return raw, err
}

func newVerifyCmd() *cobra.Command {
	var trust trustFlags
	cmd := &cobra.Command{
		Use:   "verify FILE",
		Short: "Check a receipt without a node, and say what it proves",
		Long: `Check a receipt without a node, and say what it proves.

A receipt proves that more than two thirds of some validators signed the state
in which the statement is true. What is printed is made from the records that it
proves; the words in the file are ignored. --genesis says whose validators they must be;
without it, compare their fingerprint with one from a source you trust.

The exit status is 0 if the receipt proves what it says, 2 if something in it
does not match, and 1 if it cannot be read.`,
		GroupID: groupMembers,
		Example: `  rochdale verify ada.receipt --genesis genesis.json
  rochdale receipt member --coop 1 --member 7 | rochdale verify -`,
		Args: wantArgs("FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			known, err := trust.read()
			if err != nil {
				return err
			}
			var raw []byte
			if args[0] == "-" {
				raw, err = readAtMost(cmd.InOrStdin(), "standard input", receipt.MaxSize)
			} else {
				raw, err = readBounded(args[0], receipt.MaxSize)
			}
			if err != nil {
				return withHint(fmt.Errorf("reading the receipt: %w", err), "give the path of a file that rochdale receipt wrote, or - for standard input")
			}
			return verifyReceipt(cmd, raw, known)
		},
	}
	trust.add(cmd)
	return cmd
}

func verifyReceipt(cmd *cobra.Command, raw []byte, trust receipt.Trust) error {
	proof, err := receipt.Verify(raw, trust)
	var refuted *receipt.Refuted
	switch {
	case errors.As(err, &refuted):
		err = rejected("this receipt proves nothing: %w", err)
		if trust.Chain != "" && refuted.Part == "chain" {
			return withHint(err, "give the genesis file of the federation that the receipt is of, or ask for a receipt of %s", trust.Chain)
		}
		return withHint(err, "ask whoever gave it to you for a new one; rochdale receipt makes it")
	case errors.Is(err, receipt.ErrFormat):
		return withHint(fault("%w", err), "if a later program made it, verify it with that one; this is: rochdale version")
	case err != nil:
		return withHint(fault("%w", err), "the file is damaged or is something else; ask for it again")
	}
	if !proof.Anchored {
		note(cmd, "it proves what these validators signed; who they are, it cannot prove")
		hint(cmd, "compare the fingerprint with one from a source you trust, or give --genesis FILE")
	}
	if proof.Trial {
		note(cmd, "it is of a trial: the dates in it are those of a clock that anyone there sets")
	}
	if proof.Newer {
		note(cmd, "its records were written by version %d of the rules, which this program does not know: it may not see all that they say", proof.Version)
	}
	return show(cmd, proof, func(w io.Writer) { writeProof(w, proof) })
}

// writeProof says what a receipt proves, to be read aloud.
func writeProof(w io.Writer, p receipt.Proof) {
	when := fmt.Sprintf("after block %d", p.Height)
	if p.Height == 0 {
		when = "when it was founded"
	}
	federation := "federation"
	if p.Trial {
		federation = "the trial federation"
	}
	fmt.Fprintf(w, "Proved: in %s %s, %s, it was so:\n", federation, p.Chain, when)
	writeSentences(w, p.Statement)
	fmt.Fprintf(w, "%d of %d validators signed the block after it, on %s.\n", p.Signed, p.Validators, words.Time(p.Time.Unix()))
	switch {
	case !p.Anchored:
		fmt.Fprintf(w, "Their fingerprint is %s.\n", p.Fingerprint)
	case p.Trusted == p.Signed && p.TrustedOf == p.Validators:
		fmt.Fprintln(w, "They are the validators that you trust.")
	default:
		fmt.Fprintf(w, "Among them are %d of the %d validators that you trust.\n", p.Trusted, p.TrustedOf)
	}
}
