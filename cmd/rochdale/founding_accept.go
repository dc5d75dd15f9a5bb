package main

import (
	"encoding/hex"
	"fmt"
	"reflect"
	"slices"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/app"
	"github.com/rochdale-ledger/rochdale/client/sheet"
	"github.com/rochdale-ledger/rochdale/node"
	"github.com/rochdale-ledger/rochdale/node/founding"
	"github.com/rochdale-ledger/rochdale/node/peer"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/federation"
	"github.com/rochdale-ledger/rochdale/tx"
)

// acceptance is what the flags of federation accept say.
type acceptance struct {
	address, founders, charter, file string
	shares, adopts, draft            string
	without                          bool // without a validator
}

func newFederationAcceptCmd() *cobra.Command {
	var a acceptance
	cmd := &cobra.Command{
		Use:   "accept INVITATION",
		Short: "Accept an invitation: sign what your co-op founds with",
		Long: `Sign a statement of what your co-op brings into the federation: the keys of the
node in HOME with a proof that it holds the one it signs blocks with, the address
at which other nodes dial it (over UDP), the charter, and the founding members
with their offices and the proofs of their keys.

Each line of FOUNDERS.csv is a public key, its proof, offices with spaces
between, a class (1 if left out) and a commitment (none if left out). A founder's
key and proof are what this prints: rochdale key prove KEY --coop N --chain ID

Nobody decides alone what a co-op is founded with: every founder signs the charter, the
founders with their offices, and the classes of shares. --draft writes them to a file. Each
founder signs it (key prove --adopts), and a column named adopts of FOUNDERS.csv has the
signatures. --adopts names that file then, in place of --charter and --shares.

A co-op that exists already brings its register and books in by its founding: rochdale coop
import --founding writes the file, with them in it.

--shares has the classes of shares that the co-op is founded with, a line each:
class,name,par,least,most
Further columns are its rules from the first day on, named like the flags of rochdale
share set-rules: redeemable (yes or no), notice-days, target, of-dividends, and so on.

No secret leaves this machine. Send the statement to every co-op.`,
		Example: `  rochdale federation accept anytown-1.invitation.json --coop 2 \
    --founders founders.csv --charter our.toml --draft ours.json
  rochdale federation accept anytown-1.invitation.json --coop 2 \
    --address node.millbrook.example:26656 --founders signed.csv \
    --adopts ours.json`,
		Args: wantArgs("INVITATION"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.accept(cmd, args[0])
		},
		ValidArgsFunction: completeFile("json"),
	}
	f := cmd.Flags()
	f.StringVar(&a.address, "address", "", "host:port at which other nodes dial yours, over UDP")
	f.StringVar(&a.founders, "founders", "", "table of the founding members")
	f.StringVar(&a.charter, "charter", "", "the co-op's charter: a file, or a preset by name [the standard charter]")
	f.BoolVar(&a.without, "without-validator", false, "the co-op runs no node; a founder's --key signs")
	f.StringVarP(&a.file, "output", "o", "", "file to write [CHAIN.N.statement.json]")
	f.StringVar(&a.shares, "shares", "", "table of the classes of shares")
	f.StringVar(&a.draft, "draft", "", "only write what the founders sign to this file")
	f.StringVar(&a.adopts, "adopts", "", "what the founders signed: the file of --draft or coop import --founding")
	must(cmd.MarkFlagRequired("founders"))
	must(cmd.MarkFlagFilename("shares", "csv"))
	must(cmd.MarkFlagFilename("adopts", "json"))
	must(cmd.MarkFlagFilename("draft", "json"))
	cmd.MarkFlagsMutuallyExclusive("draft", "adopts")
	must(cmd.MarkFlagFilename("founders", "csv"))
	must(cmd.MarkFlagFilename("charter", "toml", "json"))
	must(cmd.MarkFlagFilename("output", "json"))
	must(cmd.RegisterFlagCompletionFunc("address", cobra.NoFileCompletions))
	addCoopFlag(cmd)
	addPassphraseFlag(cmd)
	return cmd
}

func (a acceptance) accept(cmd *cobra.Command, invitation string) error {
	inv, n, err := invited(cmd, invitation)
	if err != nil {
		return err
	}
	c, err := a.coop(inv, n)
	if err != nil {
		return err
	}
	if err := explainRead(app.Preview(inv.Chain, inv.Begin, n, c, func(state.Reader) error { return nil })); err != nil {
		return err
	}
	if a.draft != "" {
		return a.writeDraft(cmd, founding.Adoption{Chain: inv.Chain, Number: n, Coop: c})
	}
	key, err := a.signer(cmd, inv.Chain, n, &c)
	if err != nil {
		return err
	}
	s := founding.Statement{Invitation: inv.Digest(), Number: n, Coop: c}
	raw, err := s.Sign(inv, key)
	if err != nil {
		return withHint(fault("%w", err), "see rochdale federation accept --help")
	}
	file := or(a.file, fmt.Sprintf("%s.%d.statement.json", inv.Chain, n))
	if err := writeNew("the statement", file, raw); err != nil {
		return err
	}
	hint(cmd, "send %s to every co-op; with all of them each runs: rochdale federation seal %s STATEMENT...", file, invitation)
	return showPapers(cmd, papers{inv: &inv, statements: []founding.Statement{s}}.info(), file)
}

// invited reads an invitation, and the number of the co-op in it that is --coop.
func invited(cmd *cobra.Command, path string) (founding.Invitation, state.Coop, error) {
	p, err := readPapers([]string{path})
	if err != nil {
		return founding.Invitation{}, 0, err
	}
	if p.inv == nil {
		return founding.Invitation{}, 0, withHint(fault("%s is not an invitation", path), "it is the file that rochdale federation invite wrote")
	}
	n, err := coopNamed(cmd)
	if err == nil && p.inv.Name(n) == "" {
		err = withHint(fault("which co-op of the invitation is yours? it has 1 to %d", len(p.inv.Coops)), "give --coop N; see them with: rochdale federation check %s", path)
	}
	return *p.inv, n, err
}

// coop is what the flags found co-op n with, signed by its founders unless it is a draft.
func (a acceptance) coop(inv founding.Invitation, n state.Coop) (c federation.GenesisCoop, err error) {
	c.Name = inv.Name(n)
	if a.adopts == "" || a.charter != "" {
		if c.Charter, err = readCharter(a.charter); err != nil {
			return c, err
		}
	}
	if a.adopts != "" {
		c, err = a.signed(inv, n, c)
	} else {
		c, err = a.unsigned(inv, n, c)
	}
	if err != nil {
		return c, err
	}
	if a.draft != "" {
		for i := range c.Members {
			c.Members[i].Adopts = ""
		}
		return c, nil
	}
	err = founding.RequireSigned(c)
	if err == nil {
		err = c.CheckConsents(inv.Chain, n)
	}
	switch {
	case err != nil && a.adopts != "":
		return c, withHint(fault("%w", err), "have every founder sign the same file, and put what it prints into the column adopts of %s: rochdale key prove KEY --adopts %s", a.founders, a.adopts)
	case err != nil:
		return c, withHint(fault("%w", err), "name the file that they signed: --adopts FILE; if there is none yet, write it with --draft FILE, and have each sign it: rochdale key prove KEY --adopts FILE")
	}
	return c, nil
}

// unsigned has the founders and classes of shares of the flags.
func (a acceptance) unsigned(inv founding.Invitation, n state.Coop, c federation.GenesisCoop) (_ federation.GenesisCoop, err error) {
	policy := charter.Policy(c.Charter.Policy)
	if c.Members, err = readFounders(a.founders, inv, n, policy); err == nil && a.shares != "" {
		c.Shares, err = readFoundingShares(a.shares, policy)
	}
	return c, err
}

// signed is what founders signed, with their signatures. It refuses what the flags say otherwise.
func (a acceptance) signed(inv founding.Invitation, n state.Coop, c federation.GenesisCoop) (federation.GenesisCoop, error) {
	of, err := readAdoption(a.adopts)
	if err != nil {
		return c, err
	}
	if of.Chain != inv.Chain || of.Number != n || of.Coop.Name != c.Name {
		return c, withHint(fault("%s is of co-op %d of %s, not of co-op %d of %s", a.adopts, of.Number, of.Chain, n, inv.Chain),
			"make it with the same invitation: rochdale coop import --founding, or rochdale federation accept --draft")
	}
	hint := "found with what is in " + a.adopts + ", or make another and have every founder sign that"
	if a.charter != "" && federation.CharterDigest(c.Charter) != federation.CharterDigest(of.Coop.Charter) {
		return c, withHint(fault("the charter of --charter is another than in %s, which the founders sign", a.adopts), "leave out --charter; %s", hint)
	}
	if a.shares != "" {
		classes, err := readFoundingShares(a.shares, charter.Policy(of.Coop.Charter.Policy))
		if err != nil {
			return c, err
		}
		if !reflect.DeepEqual(classes, of.Coop.Shares) {
			return c, withHint(fault("the classes of shares in %s are others than in %s, which the founders sign", a.shares, a.adopts), "leave out --shares; %s", hint)
		}
	}
	return of.Coop, a.readSignatures(of, hint)
}

// readSignatures puts the signatures of the table of founders into what they signed. A line with
// a proof says what else the founder is, and has to say what was signed.
func (a acceptance) readSignatures(of founding.Adoption, hint string) error {
	policy := charter.Policy(of.Coop.Charter.Policy)
	file := foundersFile(a.founders)
	file.Columns[1].Optional = true // proof
	return readTable(file, func(row sheet.Row) error {
		key, err := parseKey(row.Cell("key"))
		if err != nil {
			return err
		}
		i := slices.IndexFunc(of.Coop.Members, func(m federation.GenesisMember) bool { return m.Key == key.String() })
		if i < 0 {
			return withHint(fault("key %s is none of the founders' in %s", key, a.adopts), "%s", hint)
		}
		m := &of.Coop.Members[i]
		if row.Cell("proof") != "" {
			said, err := readFounder(row, of.Chain, of.Number, policy)
			if err != nil {
				return err
			}
			if is, was := founderWords(said, policy), founderWords(*m, policy); is != was {
				return withHint(fault("founder %d is %s here, and in %s, which the founders sign, %s", i+1, is, a.adopts, was), "%s", hint)
			}
		}
		signature, err := parseHex("adopts", row.Cell("adopts"), 0)
		m.Adopts = hex.EncodeToString(signature)
		return err
	})
}

// writeDraft writes what the founders of a co-op sign.
func (a acceptance) writeDraft(cmd *cobra.Command, draft founding.Adoption) error {
	if err := writeNew("what founders sign", a.draft, draft.Bytes()); err != nil {
		return err
	}
	hint(cmd, "every founder signs it: rochdale key prove KEY --adopts %s; then: rochdale federation accept --adopts %s", a.draft, a.draft)
	return showAdoption(cmd, draft, a.draft)
}

// signer is the key that signs for co-op n: its node's, whose public side goes into c
// with the proof that its validator's key is held, or a founder's.
func (a acceptance) signer(cmd *cobra.Command, chain string, n state.Coop, c *federation.GenesisCoop) (tx.PrivateKey, error) {
	if a.without {
		_, key, err := openKeyNamed(cmd, nil)
		return key.Signing(), err
	}
	s, err := settingsOf(cmd)
	if err != nil {
		return tx.PrivateKey{}, err
	}
	cfg, err := node.LoadConfig(s.Home)
	if err != nil {
		return tx.PrivateKey{}, explainNode(err)
	}
	id, err := node.LoadIdentity(s.Home)
	if err != nil {
		return tx.PrivateKey{}, explainNode(err)
	}
	if err := peer.CheckAddress(a.address); err != nil {
		return tx.PrivateKey{}, withHint(fault("--address: %w", err), "give the name or IP address, and UDP port, at which others reach this machine")
	}
	proof, err := node.ProveValidator(s.Home, chain, n)
	if err != nil {
		return tx.PrivateKey{}, explainNode(err)
	}
	c.Validator = &federation.GenesisValidator{
		Key: tx.ValidatorKey(id.PubKey).String(), Proof: hex.EncodeToString(proof), Peer: id.PeerIDFor(cfg.P2P.Transport), Address: a.address,
	}
	key, err := node.NodeKey(s.Home)
	return key, explainNode(err)
}
