package main

import (
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/rochdale-ledger/rochdale/app"
	"github.com/rochdale-ledger/rochdale/node"
	"github.com/rochdale-ledger/rochdale/node/founding"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/federation"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// papers are the files of a founding that a command was given.
type papers struct {
	inv        *founding.Invitation
	statements []founding.Statement
	genesis    []byte // checked whole
	founded    founding.Founding
	seals      []founding.Seal
}

// readPapers reads files of a founding in any order. An error names the file.
func readPapers(paths []string) (papers, error) {
	var p papers
	raws := map[string][]byte{}
	byFormat := map[string][]string{}
	for _, path := range paths {
		raw, err := readPaper(path)
		if err != nil {
			return p, err
		}
		raws[path] = raw
		format := founding.Format(raw)
		byFormat[format] = append(byFormat[format], path)
	}
	for _, path := range byFormat[founding.FormatInvitation] {
		inv, err := founding.ParseInvitation(raws[path])
		if err != nil {
			return p, paperError(path, err)
		}
		if p.inv != nil && p.inv.Digest() != inv.Digest() {
			return p, withHint(fault("%s is another invitation than the one before it", path), "give the one that all accepted")
		}
		p.inv = &inv
	}
	if stated := byFormat[founding.FormatStatement]; len(stated) > 0 && p.inv == nil {
		return p, withHint(fault("%s is a statement, and its invitation is not among the files", stated[0]), "give the invitation too")
	}
	for _, path := range byFormat[founding.FormatStatement] {
		s, err := founding.ParseStatement(raws[path], *p.inv)
		if err != nil {
			return p, paperError(path, err)
		}
		p.statements = append(p.statements, s)
	}
	for _, path := range byFormat[founding.FormatSeals] {
		seals, err := founding.ParseSeals(raws[path])
		if err != nil {
			return p, paperError(path, err)
		}
		p.seals = append(p.seals, seals...)
	}
	for _, path := range byFormat[""] {
		if err := p.setGenesis(raws[path], path); err != nil {
			return p, err
		}
	}
	return p, nil
}

func readPaper(path string) ([]byte, error) {
	raw, err := readBounded(path, founding.MaxFile)
	if err != nil {
		return nil, withHint(fault("reading %s: %w", path, err), "check the path")
	}
	return raw, nil
}

func paperError(path string, err error) error {
	return withHint(fault("%s: %w", path, err), "get the file again from its co-op")
}

// setGenesis checks a genesis whole.
func (p *papers) setGenesis(raw []byte, where string) error {
	founded, err := node.CheckGenesis(raw, where, app.CheckGenesis)
	if err != nil {
		return explainNode(err)
	}
	p.genesis, p.founded = raw, founded
	return nil
}

// readHome takes the genesis of a home, if it has one.
func (p *papers) readHome(home string) error {
	path := node.GenesisFile(home)
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return withHint(fault("reading the genesis: %w", err), "check --home")
	}
	return p.setGenesis(raw, path)
}

// assemble makes the genesis of the invitation and all statements.
func (p *papers) assemble() error {
	g, err := founding.Assemble(*p.inv, p.statements)
	if err != nil {
		return withHint(fault("%w", err), "each co-op makes one with: rochdale federation accept INVITATION")
	}
	document, err := json.Marshal(g)
	if err != nil {
		return fmt.Errorf("encoding the founding document: %w", err)
	}
	var validators []node.GenesisValidator
	for _, c := range g.Coops {
		if c.Validator == nil {
			continue
		}
		key, err := parseValidatorKey(c.Validator.Key)
		if err != nil {
			return err
		}
		validators = append(validators, node.GenesisValidator{PubKey: ed25519.PublicKey(key), Name: c.Name})
	}
	genesis, err := node.NewGenesis(p.inv.Chain, p.inv.Begin, validators, document)
	if err != nil {
		return explainNode(err)
	}
	return p.setGenesis(genesis, "the genesis of these statements")
}

// info is what the papers say together.
func (p papers) info() foundingInfo {
	var out foundingInfo
	if p.inv != nil {
		out.Federation, out.Chain, out.Invitation = p.inv.Federation, p.inv.Chain, p.inv.Digest()
		out.Begin = stamp(p.inv.Begin.Unix()).String()
		for i, name := range p.inv.Coops {
			out.Coops = append(out.Coops, foundingCoop{Coop: state.Coop(i + 1), Name: name})
		}
	}
	for _, s := range p.statements {
		out.Coops[s.Number-1] = foundingCoopOf(s.Number, s.Coop)
	}
	if p.genesis != nil {
		out.Federation, out.Chain, out.Genesis = p.founded.Document.Federation, p.founded.Chain, p.founded.Fingerprint()
		out.Coops = nil
		for i, c := range p.founded.Document.Coops {
			out.Coops = append(out.Coops, foundingCoopOf(state.Coop(i+1), c))
		}
		for _, s := range p.seals {
			if p.founded.Verify(s) == nil {
				out.Coops[s.Coop-1].Sealed = true
			}
		}
	}
	return out
}

func foundingCoopOf(n state.Coop, c federation.GenesisCoop) foundingCoop {
	policy := charter.Policy(c.Charter.Policy)
	out := foundingCoop{Coop: n, Name: c.Name, Stated: true, Founders: len(c.Members),
		Charter: words.Plain(c.Charter.Name), CharterDigest: charterDigest(c), Officers: officersOf(c)}
	for _, s := range c.Shares {
		out.Shares = append(out.Shares, fmt.Sprintf("class %d (%s) at %s", s.Number, words.Plain(s.Name), policy.Money(s.Par)))
	}
	if v := c.Validator; v != nil {
		out.Validator, out.Peer, out.Address = v.Key, v.Peer, v.Address
	}
	if g := c.Takeover; g != nil {
		out.BringsIn = fmt.Sprintf("%s as of %s, with a share capital of %s", plural(g.People, "person"), g.Day, policy.Money(g.Capital))
	}
	return out
}

// parseClass reads a class of members, by its number or by its name in the charter, 1 if
// it is left out.
func parseClass(text string, p charter.Policy) (charter.Class, error) {
	if text == "" {
		return 1, nil
	}
	var all []string
	for i, name := range p.Classes {
		if text == fmt.Sprint(i+1) {
			return charter.Class(i + 1), nil
		}
		all = append(all, fmt.Sprintf("%d (%s)", i+1, words.Plain(name)))
	}
	if i := slices.IndexFunc(p.Classes, func(name string) bool { return strings.EqualFold(name, text) }); i >= 0 {
		return charter.Class(i + 1), nil
	}
	return 0, withHint(fault("there is no class of members %s", words.Quote(text)), "the charter's %s: %s; give number or name",
		agree(uint64(len(all)), "class is", "classes are"), strings.Join(all, ", "))
}
