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

// foundersFile is a table of founding members.
func foundersFile(path string) sheet.File {
	return sheet.File{Path: path, Columns: []sheet.Column{{Name: "key"}, {Name: "proof"},
		{Name: "offices", Optional: true}, {Name: "class", Optional: true}, {Name: "commitment", Optional: true}, {Name: "sort", Optional: true}, {Name: "adopts", Optional: true, Named: true}}}
}

// readFounders reads the table of a co-op's founding members, and has each prove that
// it holds its key.
func readFounders(path string, inv founding.Invitation, n state.Coop, p charter.Policy) ([]federation.GenesisMember, error) {
	var out []federation.GenesisMember
	file := foundersFile(path)
	err := readTable(file, func(row sheet.Row) error {
		m, err := readFounder(row, inv.Chain, n, p)
		out = append(out, m)
		return err
	})
	if err == nil && len(out) == 0 {
		err = withHint(fault("%s holds no founders", path), "%s", file.Wants())
	}
	return out, err
}

// readFounder reads a founder's row.
func readFounder(row sheet.Row, chain string, n state.Coop, p charter.Policy) (m federation.GenesisMember, err error) {
	key, err := parseKey(row.Cell("key"))
	if err != nil {
		return m, err
	}
	proof, err := parseHex("proof", row.Cell("proof"), 0)
	if err != nil {
		return m, err
	}
	if !key.VerifyPossession(chain, uint32(n), proof) {
		return m, withHint(fault("the proof is not that of key %s for co-op %d of %s", row.Cell("key"), n, chain),
			"the founder makes it with: rochdale key prove KEY --coop %d --chain %s", n, chain)
	}
	m = federation.GenesisMember{Key: key.String(), Proof: hex.EncodeToString(proof), Commitment: row.Cell("commitment")}
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
	signature, err := parseHex("adopts", row.Cell("adopts"), 0)
	if err != nil {
		return m, err
	}
	m.Adopts = hex.EncodeToString(signature)
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

	Charter       string   `json:"charter,omitempty"`        // its name
	CharterDigest string   `json:"charter_sha256,omitempty"` // federation.CharterDigest
	Officers      []string `json:"officers,omitempty"`       // founders who hold offices, and which
	Shares        []string `json:"shares,omitempty"`         // classes, with what one is worth
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
			facts := []fact{{fmt.Sprint("co-op ", c.Coop), c.Name}, {"", strings.Join(said, ", ")},
				{"validator", c.Validator}, {"peer id", c.Peer}, {"dialled at", c.Address}, {"charter", c.Charter}, {"charter SHA-256", c.CharterDigest}}
			facts = append(facts, oneByOne("officers", c.Officers)...)
			facts = append(facts, oneByOne("shares", c.Shares)...)
			writeFacts(w, append(facts, fact{"brings in", c.BringsIn})...)
		}
	})
}

// oneByOne are facts of one name, a line each.
func oneByOne(name string, values []string) (out []fact) {
	for _, v := range values {
		out = append(out, fact{name, v})
		name = ""
	}
	return out
}
