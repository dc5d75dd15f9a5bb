package main

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/app"
	"github.com/rochdale-ledger/rochdale/client/rulebook"
	"github.com/rochdale-ledger/rochdale/client/sheet"
	"github.com/rochdale-ledger/rochdale/node"
	"github.com/rochdale-ledger/rochdale/node/founding"
	"github.com/rochdale-ledger/rochdale/node/peer"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/federation"
	"github.com/rochdale-ledger/rochdale/tx"
)

// beginForm is how --begin is written.
const beginForm = "2006-01-02T15:04Z07:00"

func newFederationInviteCmd() *cobra.Command {
	inv := founding.Invitation{Format: founding.FormatInvitation, Version: app.Version}
	var begin, file string
	cmd := &cobra.Command{
		Use:   "invite CO-OP...",
		Short: "Begin the founding of a federation: write the invitation",
		Long: `Write the invitation to a federation of these co-ops. The first is co-op 1, the
second co-op 2 and so on, for ever.

Send the file to every co-op. It has no secret and no signature: who accepts it
signs what it says. docs/operator.md has every step.`,
		Example: `  rochdale federation invite "Delcer School Co-op" "Millbrook Housing" \
    --name Anytown --chain anytown-1`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			inv.Coops, inv.Begin = args, time.Now().UTC().Truncate(time.Second)
			if begin != "" {
				at, err := time.Parse(beginForm, begin)
				if err != nil {
					return withHint(fault("--begin %q is not a time", begin), "write it like 2026-12-01T09:00Z")
				}
				inv.Begin = at.UTC()
			}
			if err := inv.Check(); err != nil {
				return withHint(fault("%w", err), "see rochdale federation invite --help")
			}
			file := or(file, inv.Chain+".invitation.json")
			if err := writeNew("the invitation", file, inv.Bytes()); err != nil {
				return err
			}
			hint(cmd, "send %s to every co-op, each runs: rochdale federation accept %s --coop N", file, file)
			return showPapers(cmd, papers{inv: &inv}.info(), file)
		},
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	f := cmd.Flags()
	f.StringVar(&inv.Federation, "name", "", "name of the federation")
	f.StringVar(&inv.Chain, "chain", "", "chain id, such as anytown-1; one that was never used")
	f.StringVar(&begin, "begin", "", "when the first block can be made, such as 2026-12-01T09:00Z [now]")
	f.StringVarP(&file, "output", "o", "", "file to write [CHAIN.invitation.json]")
	must(cmd.MarkFlagRequired("name"))
	must(cmd.MarkFlagRequired("chain"))
	must(cmd.MarkFlagFilename("output", "json"))
	for _, name := range []string{"name", "chain", "begin"} {
		must(cmd.RegisterFlagCompletionFunc(name, cobra.NoFileCompletions))
	}
	return cmd
}

// acceptance is what the flags of federation accept say.
type acceptance struct {
	address, founders, charter, file string
	shares, adopts                   string // tables and files of a co-op that moves in
	without                          bool   // without a validator
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

A co-op that exists already brings its register and books in by its founding: --adopts
names the file that rochdale coop import --founding wrote, and a column named adopts has
what each founder signed of it.

--shares has the classes of shares that the co-op is founded with, a line each:
class,name,par,least,most
Further columns are its rules from the first day on, named like the flags of rochdale
share set-rules: redeemable (yes or no), notice-days, target, of-dividends, and so on.

No secret leaves this machine. Send the statement to every co-op.`,
		Example: `  rochdale federation accept anytown-1.invitation.json --coop 2 \
    --address node.millbrook.example:26656 --founders founders.csv`,
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
	f.StringVar(&a.adopts, "adopts", "", "what the co-op brings in, as rochdale coop import --founding wrote it")
	must(cmd.MarkFlagRequired("founders"))
	must(cmd.MarkFlagFilename("shares", "csv"))
	must(cmd.MarkFlagFilename("adopts", "json"))
	must(cmd.MarkFlagFilename("founders", "csv"))
	must(cmd.MarkFlagFilename("charter", "toml", "json"))
	must(cmd.MarkFlagFilename("output", "json"))
	must(cmd.RegisterFlagCompletionFunc("address", cobra.NoFileCompletions))
	addCoopFlag(cmd)
	addPassphraseFlag(cmd)
	return cmd
}

func (a acceptance) accept(cmd *cobra.Command, invitation string) error {
	p, err := readPapers([]string{invitation})
	if err != nil {
		return err
	}
	if p.inv == nil {
		return withHint(fault("%s is not an invitation", invitation), "it is the file that rochdale federation invite wrote")
	}
	n, err := coopNamed(cmd)
	if err != nil {
		return err
	}
	name := p.inv.Name(n)
	if name == "" {
		return withHint(fault("which co-op of the invitation is yours? it has 1 to %d", len(p.inv.Coops)), "give --coop N; see them with: rochdale federation check %s", invitation)
	}
	s := founding.Statement{Invitation: p.inv.Digest(), Number: n, Coop: federation.GenesisCoop{Name: name}}
	if s.Coop.Charter, err = readCharter(a.charter); err != nil {
		return err
	}
	if s.Coop.Members, err = readFounders(a.founders, *p.inv, n, charter.Policy(s.Coop.Charter.Policy)); err != nil {
		return err
	}
	if err := a.bring(*p.inv, n, &s.Coop); err != nil {
		return err
	}
	key, err := a.signer(cmd, p.inv.Chain, n, &s.Coop)
	if err != nil {
		return err
	}
	raw, err := s.Sign(*p.inv, key)
	if err != nil {
		return withHint(fault("%w", err), "see rochdale federation accept --help")
	}
	file := or(a.file, fmt.Sprintf("%s.%d.statement.json", p.inv.Chain, n))
	if err := writeNew("the statement", file, raw); err != nil {
		return err
	}
	p.statements = []founding.Statement{s}
	hint(cmd, "send %s to every co-op; with all of them each runs: rochdale federation seal %s STATEMENT...", file, invitation)
	return showPapers(cmd, p.info(), file)
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

// readCharter reads a charter file, or the preset of that name; the standard charter if
// there is none.
func readCharter(path string) (charter.Document, error) {
	if path == "" {
		return charter.Preset(rulebook.Standard)
	}
	if slices.Contains(rulebook.Presets(), path) {
		p, err := rulebook.Find(path, app.Kinds)
		return p.Document, err
	}
	return readFoundingCharter(path)
}

// readFounders reads the table of a co-op's founding members, and has each prove that
// it holds its key.
func readFounders(path string, inv founding.Invitation, n state.Coop, p charter.Policy) ([]federation.GenesisMember, error) {
	var out []federation.GenesisMember
	file := sheet.File{Path: path, Columns: []sheet.Column{{Name: "key"}, {Name: "proof"},
		{Name: "offices", Optional: true}, {Name: "class", Optional: true}, {Name: "commitment", Optional: true}, {Name: "sort", Optional: true}, {Name: "adopts", Optional: true, Named: true}}}
	err := readTable(file, func(row sheet.Row) error {
		m, err := readFounder(row, inv, n, p)
		out = append(out, m)
		return err
	})
	if err == nil && len(out) == 0 {
		err = withHint(fault("%s holds no founders", path), "%s", file.Wants())
	}
	return out, err
}

// readFounder reads a founder's row.
func readFounder(row sheet.Row, inv founding.Invitation, n state.Coop, p charter.Policy) (m federation.GenesisMember, err error) {
	key, err := parseKey(row.Cell("key"))
	if err != nil {
		return m, err
	}
	proof, err := parseHex("proof", row.Cell("proof"), 0)
	if err != nil {
		return m, err
	}
	if !key.VerifyPossession(inv.Chain, uint32(n), proof) {
		return m, withHint(fault("the proof is not that of key %s for co-op %d of %s", row.Cell("key"), n, inv.Chain),
			"the founder makes it with: rochdale key prove KEY --coop %d --chain %s", n, inv.Chain)
	}
	m = federation.GenesisMember{Key: key.String(), Proof: hex.EncodeToString(proof), Commitment: row.Cell("commitment"), Adopts: row.Cell("adopts")}
	for _, name := range strings.Fields(row.Cell("offices")) {
		office, err := parseOffice(name)
		if err != nil {
			return m, err
		}
		m.Offices = append(m.Offices, office)
	}
	if m.Class, err = parseClass(row.Cell("class"), p); err != nil {
		return m, err
	}
	if m.Sort, err = parseSort("sort", row.Cell("sort")); err != nil {
		return m, err
	}
	_, err = parseHex("commitment", row.Cell("commitment"), 0)
	return m, err
}

func newFederationSealCmd() *cobra.Command {
	var file string
	var without bool
	cmd := &cobra.Command{
		Use:   "seal FILE...",
		Short: "Make the genesis of all statements and sign it",
		Long: `With the invitation and the statements of all co-ops: make the genesis, which is
the same on every machine, check it whole, put it into HOME and sign its SHA-256
for your co-op. Send the seal that it writes to every co-op.

With seals of others: add them to HOME. A node does not start before every
founder's seal is there. Compare the SHA-256 with the others by telephone.`,
		Example: `  rochdale federation seal anytown-1.invitation.json anytown-1.*.statement.json
  rochdale federation seal anytown-1.*.seal.json`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			p, err := readPapers(args)
			if err != nil {
				return err
			}
			return p.seal(cmd, file, without)
		},
	}
	cmd.Flags().StringVarP(&file, "output", "o", "", "file to write your seal to [CHAIN.N.seal.json]")
	cmd.Flags().BoolVar(&without, "without-validator", false, "the co-op runs no node; a founder's --key signs")
	must(cmd.MarkFlagFilename("output", "json"))
	addPassphraseFlag(cmd)
	return cmd
}

func (p papers) seal(cmd *cobra.Command, file string, without bool) error {
	s, err := settingsOf(cmd)
	if err != nil {
		return err
	}
	var own *founding.Seal
	if p.inv != nil {
		if err := p.assemble(); err != nil {
			return err
		}
		seal, err := p.sign(cmd, s.Home, without)
		if err != nil {
			return err
		}
		own = &seal
		p.seals = append(p.seals, seal)
	} else if err := p.readHome(s.Home); err != nil {
		return err
	}
	if p.genesis == nil {
		return withHint(fault("there is no genesis in %s to seal", s.Home), "give the invitation and the statements of all co-ops")
	}
	old, err := node.LoadSeals(s.Home)
	if err != nil {
		return explainNode(err)
	}
	for _, seal := range p.seals {
		if err := p.founded.Verify(seal); err != nil {
			return withHint(fault("%w", err), "compare invitation and statements with that co-op: rochdale federation check FILE...")
		}
	}
	p.seals = append(p.seals, old...)
	if err := node.KeepFounding(s.Home, p.genesis, p.seals); err != nil {
		return explainNode(err)
	}
	if own != nil {
		file = or(file, fmt.Sprintf("%s.%d.seal.json", p.founded.Chain, own.Coop))
		if err := writeSame("the seal", file, founding.SealFile([]founding.Seal{*own})); err != nil {
			return err
		}
		hint(cmd, "compare the SHA-256 with the other co-ops, and send %s to each", file)
	} else {
		file = ""
	}
	if p.founded.Check(p.seals) == nil {
		hint(cmd, "every founder has signed: rochdale node start")
	} else {
		hint(cmd, "add the others' seals when they come: rochdale federation seal FILE...")
	}
	return showPapers(cmd, p.info(), file)
}

// sign seals the genesis with the key of the home's node, or a founder's.
func (p papers) sign(cmd *cobra.Command, home string, without bool) (founding.Seal, error) {
	var key tx.PrivateKey
	var err error
	if without {
		_, k, keyErr := openKeyNamed(cmd, nil)
		key, err = k.Signing(), keyErr
	} else {
		key, err = node.NodeKey(home)
		err = explainNode(err)
	}
	if err != nil {
		return founding.Seal{}, err
	}
	seal, err := p.founded.Seal(key)
	if err != nil {
		return seal, withHint(fault("%w", err), "seal in the home whose node your co-op's statement names: --home HOME")
	}
	return seal, nil
}

// writeSame writes a file, unless it is there with the same content.
func writeSame(what, path string, content []byte) error {
	if old, err := os.ReadFile(path); err == nil && string(old) == string(content) {
		return nil
	}
	return writeNew(what, path, content)
}

func newFederationCheckCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "check [FILE...]",
		Short: "Check the files of a founding, and say what is missing",
		Long: `Check an invitation, statements, a genesis and seals, together, and show what they
say. Without files it checks the genesis and the seals in HOME. It changes
nothing, needs no node, and fails if something is wrong or missing.`,
		Example: `  rochdale federation check anytown-1.invitation.json anytown-1.*.statement.json
  rochdale federation check genesis.json anytown-1.*.seal.json
  rochdale federation check`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			p, err := readPapers(args)
			if err != nil {
				return err
			}
			if len(args) == 0 {
				s, err := settingsOf(cmd)
				if err != nil {
					return err
				}
				if err := p.readHome(s.Home); err != nil {
					return err
				}
				if p.genesis == nil {
					return withHint(fault("there is no genesis in %s", s.Home), "name the files to check")
				}
				if p.seals, err = node.LoadSeals(s.Home); err != nil {
					return explainNode(err)
				}
			}
			return p.check(cmd)
		},
	}
}

// check shows what the papers say, and returns what is wrong or missing.
func (p papers) check(cmd *cobra.Command) error {
	var missing *founding.Missing
	var lacks error
	if p.inv != nil && len(p.statements) > 0 {
		if lacks = p.assemble(); lacks != nil && !errors.As(lacks, &missing) {
			return lacks
		}
	}
	if p.genesis != nil && (p.inv == nil || len(p.seals) > 0) {
		lacks = p.founded.Check(p.seals)
	}
	if err := showPapers(cmd, p.info(), ""); err != nil || lacks == nil {
		return err
	}
	if errors.As(lacks, &missing) {
		return withHint(fault("%w", lacks), "ask those co-ops for it")
	}
	return withHint(fault("%w", lacks), "get that file again from its co-op, and compare the SHA-256")
}

// foundingInfo is what the files of a founding say.
type foundingInfo struct {
	Federation string         `json:"federation"`
	Chain      string         `json:"chain"`
	Begin      string         `json:"begin,omitempty"`
	Invitation string         `json:"invitation,omitempty"` // digest
	Genesis    string         `json:"genesis,omitempty"`    // SHA-256
	Coops      []foundingCoop `json:"coops"`
	File       string         `json:"file,omitempty"` // that was written
}

// foundingCoop is one co-op of these.
type foundingCoop struct {
	Coop      state.Coop `json:"coop"`
	Name      string     `json:"name"`
	Stated    bool       `json:"stated"`
	Sealed    bool       `json:"sealed"`
	Validator string     `json:"validator_key,omitempty"`
	Peer      string     `json:"peer,omitempty"`
	Address   string     `json:"address,omitempty"`
	Founders  int        `json:"founders,omitempty"`
	BringsIn  string     `json:"brings_in,omitempty"` // what a co-op that exists already adopts
}

func showPapers(cmd *cobra.Command, info foundingInfo, file string) error {
	info.File = file
	return show(cmd, info, func(w io.Writer) {
		facts := []fact{{"federation", info.Federation}, {"chain", info.Chain}, {"begins", info.Begin}}
		if info.Genesis != "" {
			facts = append(facts, fact{"SHA-256", info.Genesis})
		} else if info.Invitation != "" {
			facts = append(facts, fact{"invitation", info.Invitation})
		}
		writeFacts(w, append(facts, fact{"file", info.File})...)
		for _, c := range info.Coops {
			fmt.Fprintln(w)
			said := []string{"no statement yet"}
			if c.Stated {
				said = []string{plural(uint64(c.Founders), "founder")}
				if info.Genesis != "" && c.Sealed {
					said = append(said, "has signed")
				} else if info.Genesis != "" {
					said = append(said, "has NOT signed yet")
				}
			}
			writeFacts(w, fact{fmt.Sprint("co-op ", c.Coop), c.Name}, fact{"", strings.Join(said, ", ")},
				fact{"validator", c.Validator}, fact{"peer id", c.Peer}, fact{"dialled at", c.Address}, fact{"brings in", c.BringsIn})
		}
	})
}
