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

// trustFlags name the verifier's trust anchor, and links from it.
type trustFlags struct {
	genesis, fingerprint string
	links                []string
}

func (t *trustFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&t.genesis, "genesis", "", "the federation's genesis file, from a source you trust")
	cmd.Flags().StringVar(&t.fingerprint, "fingerprint", "", "fingerprint of the validators, from a source you trust")
	cmd.Flags().StringArrayVar(&t.links, "links", nil, "file of links from those validators to later ones, from anyone; may be repeated, oldest first")
	must(cmd.MarkFlagFilename("genesis", "json"))
	must(cmd.MarkFlagFilename("links"))
	cmd.MarkFlagsMutuallyExclusive("genesis", "fingerprint")
}

// read returns the trust that the flags give; the zero trust if none is set.
func (t trustFlags) read() (receipt.Trust, error) {
	trust, err := t.anchor()
	if err != nil || len(t.links) == 0 {
		return trust, err
	}
	if !trust.Known() {
		return trust, withHint(fault("links alone name nobody whom you trust"), "say where they begin: --genesis FILE, or --fingerprint of validators that you have compared")
	}
	for _, file := range t.links {
		raw, err := readBounded(file, receipt.MaxLinksSize)
		if err != nil {
			return trust, withHint(fmt.Errorf("reading the links: %w", err), "give the path of a file that rochdale receipt links wrote")
		}
		links, err := receipt.ReadLinks(raw)
		if err == nil {
			trust, err = trust.Extend(links)
		}
		if err != nil {
			return trust, explainLinks(file, err)
		}
	}
	return trust, nil
}

// explainLinks says what to do with a file of links that does not serve.
func explainLinks(file string, err error) error {
	const again = "make them again, from the genesis on: rochdale receipt links -o links.json"
	switch {
	case errors.Is(err, receipt.ErrLinks):
		return withHint(fault("%s: %w", file, err), again)
	case isUntied(err):
		return withHint(untied("%s: %w", file, err), again)
	}
	return withHint(rejected("%s proves nothing: %w", file, err), again)
}

// isUntied says whether err is that validators cannot be tied to the trusted ones.
func isUntied(err error) bool {
	_, ok := errors.AsType[*receipt.Untied](err)
	return ok
}

// anchor is the trust without links.
func (t trustFlags) anchor() (receipt.Trust, error) {
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
		return trust, withHint(err, "copy it as rochdale verify or rochdale federation fingerprint prints it")
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
		Long: `Check a receipt without a node, and say what it proves. FILE can be a folder that coop
export --proofs wrote: its tables are made again from the records that it proves complete,
and each line that is changed, missing or added is named.

A receipt proves that more than two thirds of some validators signed the state
in which the statement is true. What is printed is made from the records that it
proves; the words in the file are not trusted, and if they differ it is said. --genesis says whose validators they
must be. When co-ops have replaced validators since, receipts carry the links
from the first to those who signed, as long as these are few; otherwise give a
file of links with --links. Anyone may make it, since it is verified too.

Old keys can be stolen, and they could sign another history from the genesis on.
Who has links, or the fingerprint of a later set of validators, is safe from
that: a key signs nothing that is later than its retirement. Compare what
rochdale federation fingerprint prints with other co-ops.

The exit status is 0 if the receipt proves what it says and is tied to the
validators you named; 3 if it is sound in itself and cannot be tied to them, or
you named none; 2 if something in it does not match, or it contradicts the links;
and 1 if a file cannot be read.`,
		GroupID: groupMembers,
		Example: `  rochdale verify ada.receipt --genesis genesis.json
  rochdale verify ada.receipt --genesis genesis.json --links links.json
  rochdale verify ours --genesis genesis.json
  rochdale receipt member --coop 1 --member 7 | rochdale verify - \
    --genesis genesis.json`,
		Args: wantArgs("FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			known, err := trust.read()
			if err != nil {
				return err
			}
			if at, err := os.Stat(args[0]); err == nil && at.IsDir() {
				return verifyFolder(cmd, args[0], known)
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
	case isUntied(err):
		return apart("this receipt", err)
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
	if proof.Trial {
		note(cmd, "it is of a trial: the dates in it are those of a clock that anyone there sets")
	}
	if proof.OtherWords {
		notePage(cmd, "the words in the file are others. Nobody signed them: an earlier program worded them otherwise, or someone changed them. Go by what is printed here.")
	}
	if proof.Newer {
		note(cmd, "its records were written by version %d of the rules, which this program does not know: it may not see all that they say", proof.Version)
	}
	if err := show(cmd, proof, func(w io.Writer) { writeProof(w, proof) }); err != nil || proof.Anchored {
		return err
	}
	return withHint(untied("it is signed by validators you have not named; who they are, it cannot prove"),
		"give --genesis FILE, or --fingerprint once you have compared it with one from a source you trust")
}

// apart says of what, which is sound, that it cannot be tied to the validators that
// the reader trusts, and what to do.
func apart(what string, err error) error {
	return withHint(untied("%s is sound in itself, but %w\nThat accuses nobody: co-ops may have replaced their validators since.", what, err),
		"fetch the links from a node, rochdale receipt links -o links.json, and give --links links.json; or compare with other co-ops what rochdale federation fingerprint prints")
}

// changesOf is "2 changes of validators".
func changesOf(n int) string {
	return plural(uint64(n), "change") + " of validators"
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
	if p.Anchored {
		fmt.Fprintf(w, "Proved: in %s %s, %s, it was so:\n", federation, p.Chain, when)
	} else {
		fmt.Fprintf(w, "Signed by validators you have not named:\nin %s %s, %s, it was so:\n", federation, p.Chain, when)
	}
	writeSentences(w, p.Statement)
	fmt.Fprintf(w, "%d of %d validators signed the block after it, on %s.\n", p.Signed, p.Validators, words.Time(p.Time.Unix()))
	switch {
	case !p.Anchored:
		fmt.Fprintf(w, "Their fingerprint is\n  %s\n", p.Fingerprint)
	case p.Trusted == p.Signed && p.TrustedOf == p.Validators && p.Links == 0:
		fmt.Fprintln(w, "They are the validators that you trust.")
	case p.Trusted == p.Signed && p.TrustedOf == p.Validators:
		fmt.Fprintf(w, "They follow those that you trust, by %s.\n", changesOf(p.Links))
	case p.Links == 0:
		fmt.Fprintf(w, "Among them are %d of the %d validators that you trust.\n", p.Trusted, p.TrustedOf)
	default:
		fmt.Fprintf(w, "Among them are %d of the %d validators that follow those that you trust, by\n%s.\n",
			p.Trusted, p.TrustedOf, changesOf(p.Links))
	}
}
