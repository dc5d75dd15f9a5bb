package main

import (
	"errors"
	"fmt"
	"io"
	"math"
	"reflect"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/app"
	"github.com/rochdale-ledger/rochdale/client/figure"
	"github.com/rochdale-ledger/rochdale/client/sheet"
	"github.com/rochdale-ledger/rochdale/node/founding"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/federation"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
)

// foundingFlags say of which founding tables are a part.
type foundingFlags struct{ invitation, charter, founders string }

func (f *foundingFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.invitation, "founding", "", "the co-op is being founded: the invitation to its federation")
	flags.StringVar(&f.charter, "charter", "", "with --founding: the charter, a file or a preset by name [the standard charter]")
	flags.StringVar(&f.founders, "founders", "", "with --founding: table of the founding members")
	must(cmd.MarkFlagFilename("founding", "json"))
	must(cmd.MarkFlagFilename("charter", "toml", "json"))
	must(cmd.MarkFlagFilename("founders", "csv"))
}

// prepare checks the tables of a co-op against what it will be when it is founded, and
// writes what its founders sign, unless it is only a check.
func (f foundingFlags) prepare(cmd *cobra.Command, m *moving, check bool) error {
	inv, n, err := invited(cmd, f.invitation)
	if err != nil {
		return err
	}
	if f.founders == "" && !check {
		return withHint(fault("founders sign who founds with which offices, and they are not named"), "name their table, as federation accept has it: --founders FILE")
	}
	g := federation.GenesisCoop{Name: inv.Name(n)}
	if g.Charter, err = readCharter(f.charter); err != nil {
		return err
	}
	if f.founders != "" {
		if g.Members, err = readFounders(f.founders, inv, n, charter.Policy(g.Charter.Policy)); err != nil {
			return err
		}
	}
	m.founds = &founding.Adoption{Chain: inv.Chain, Number: n}
	if g.Shares, err = m.foundingShares(charter.Policy(g.Charter.Policy)); err != nil {
		return err
	}
	for i := range g.Members {
		g.Members[i].Adopts = ""
	}
	m.founds.Coop = g
	err = app.Preview(inv.Chain, inv.Begin, n, g, func(all state.Reader) error {
		r, err := readingOf(all, n)
		if err != nil {
			return err
		}
		if check {
			return r.checkMoving(cmd, m)
		}
		return r.prepareMoving(cmd, m)
	})
	return explainRead(err)
}

// prepareMoving writes what founders sign of the tables, and what else the co-op is founded with.
func (r *reading) prepareMoving(cmd *cobra.Command, m *moving) error {
	if err := r.readMoving(cmd, m); err != nil {
		return err
	}
	if len(m.wrong) > 0 {
		return m.refusal(cmd)
	}
	info := r.infoOf(m)
	a := m.founds // with what the tables come to, since infoOf
	file, _ := cmd.Flags().GetString("output")
	file = or(file, fmt.Sprintf("%s.%d.adoption.json", a.Chain, a.Number))
	if err := writeNew("what founders adopt", file, a.Bytes()); err != nil {
		return err
	}
	hint(cmd, "every founder signs it: rochdale key prove KEY --adopts %s; then: rochdale federation accept --adopts %s", file, file)
	return show(cmd, info, func(w io.Writer) { info.write(w, fact{"file", file}) })
}

func readAdoption(path string) (founding.Adoption, error) {
	raw, err := readPaper(path)
	if err != nil {
		return founding.Adoption{}, err
	}
	a, err := founding.ParseAdoption(raw)
	return a, withHint(err, "give the file that rochdale coop import --founding wrote")
}

var sharesColumns = []sheet.Column{{Name: "class"}, {Name: "name"}, {Name: "par", Figure: true}, {Name: "least", Optional: true}, {Name: "most", Optional: true},
	{Name: "most-of-class", Optional: true}, {Name: "interest-cap", Optional: true}, {Name: "interest-after-days", Optional: true},
	{Name: "redeemable", Optional: true}, {Name: "notice-days", Optional: true}, {Name: "repaid-in-days", Optional: true},
	{Name: "needed-by", Optional: true}, {Name: "transferable", Optional: true}, {Name: "convertible-to", Optional: true},
	{Name: "target", Optional: true}, {Name: "of-dividends", Optional: true}, {Name: "of-pay", Optional: true}, {Name: "part-payments", Optional: true}}

// rulesOf are the rules of a class as the columns of a line have them, which are named like
// the flags of share set-rules; nil if it has none. With an error comes the column.
func rulesOf(row sheet.Row, c federation.GenesisClass) (rules *shareclass.RulesEntry, column string, err error) {
	cmd := &cobra.Command{}
	m := shareclass.SetRules{Class: shareclass.Number(c.Number), Rules: shareclass.RulesEntry{MinHolding: c.MinHolding, MaxHolding: c.MaxHolding}}
	setters := addRulesFlags(cmd)
	for _, col := range sharesColumns[5:] {
		text := row.Cell(col.Name)
		switch {
		case text == "":
			continue
		case col.Name == "target" && strings.Contains(text, "."):
			return nil, col.Name, fmt.Errorf("%q is no number of shares", text)
		case text == "yes", text == "no":
			text = fmt.Sprint(text == "yes")
		}
		if err := cmd.Flags().Set(col.Name, text); err != nil {
			return nil, col.Name, fmt.Errorf("%q is neither yes nor no", text)
		}
		rules = &m.Rules
		for _, set := range setters {
			if err := set(nil, &m); err != nil {
				return nil, col.Name, err
			}
		}
	}
	if rules == nil {
		return nil, "", nil
	}
	return rules, "class", m.Check()
}

// foundingShares are the classes of shares of the tables; what is wrong in them is noted.
func (m *moving) foundingShares(p charter.Policy) (out []federation.GenesisClass, err error) {
	err = m.eachLine(sharesTable, !m.has(holdingsTable), sharesColumns, func(row sheet.Row) {
		c, column, err := classOf(row, p)
		if err != nil {
			m.bad(at(sharesTable, row, column), "%v", err)
			return
		}
		for _, other := range out {
			if other.Number == c.Number {
				m.bad(at(sharesTable, row, "class"), "class %d stands in a line above too", c.Number)
				return
			}
		}
		out = append(out, c)
	})
	return out, err
}

// readFoundingShares reads a table of classes of shares.
func readFoundingShares(path string, p charter.Policy) (out []federation.GenesisClass, err error) {
	err = readTable(sheet.File{Path: path, Columns: sharesColumns}, func(row sheet.Row) error {
		c, _, err := classOf(row, p)
		out = append(out, c)
		return err
	})
	return out, err
}

// classOf is a class of shares as a line has it; with an error comes the column that it is in.
func classOf(row sheet.Row, p charter.Policy) (c federation.GenesisClass, column string, err error) {
	number, err := figure.Ordinal("the number of a class of shares", row.Cell("class"))
	if err != nil || number > shareclass.MaxClasses {
		return c, "class", fmt.Errorf("%q is no number of a class of shares, from 1 to %d", row.Cell("class"), shareclass.MaxClasses)
	}
	c = federation.GenesisClass{Number: uint16(number), Name: row.Cell("name"), MaxHolding: shareclass.MaxUnits}
	par, err := figure.Money(row.Cell("par"), p.Digits)
	if c.Par = par; err != nil {
		return c, "par", wrongFigure(err)
	}
	for _, bound := range []struct {
		column string
		into   *uint64
	}{{"least", &c.MinHolding}, {"most", &c.MaxHolding}} {
		if text := row.Cell(bound.column); text != "" {
			n, err := figure.Whole("shares", text)
			if err != nil || n > math.MaxInt64 {
				return c, bound.column, errors.Join(err)
			}
			*bound.into = n
		}
	}
	open := shareclass.Open{Class: shareclass.Number(c.Number), Name: c.Name, Par: c.Par, MinHolding: c.MinHolding, MaxHolding: c.MaxHolding}
	if err := open.Check(); err != nil {
		return c, "class", err
	}
	c.Rules, column, err = rulesOf(row, c)
	return c, column, err
}

// readShares notes classes of shares that are others here.
func (r *reading) readShares(m *moving) error {
	if m.founds != nil {
		return nil // they are read before, and are those of the founding
	}
	var failed error
	err := m.eachLine(sharesTable, true, sharesColumns, func(row sheet.Row) {
		c, column, err := classOf(row, r.policy)
		if err != nil {
			m.bad(at(sharesTable, row, column), "%v", err)
			return
		}
		terms, err := shareclass.TermsOf(r, shareclass.Number(c.Number))
		switch {
		case state.Rejected(err) != nil:
			m.bad(at(sharesTable, row, "class"), "there is no class of shares %d here; open it first: rochdale share open-class", c.Number)
		case err != nil:
			failed = err
		case terms.Par != c.Par:
			m.bad(at(sharesTable, row, "par"), "a share of class %d is worth %s here, %s in the table", c.Number, r.money(terms.Par), r.money(money.Amount(c.Par)))
		case c.Rules != nil:
			rules, err := terms.Rules(r, shareclass.Number(c.Number))
			failed = errors.Join(failed, err)
			if !reflect.DeepEqual(rules, shareclass.Rules(*c.Rules)) {
				m.bad(at(sharesTable, row, "class"), "class %d has other rules here; set them first: rochdale share set-rules", c.Number)
			}
		}
	})
	return errors.Join(err, failed)
}

// exportShares are the classes of shares as lines of the table, at what a share is worth here
// after it was written down.
func (r *reading) exportShares() ([][]string, error) {
	out := [][]string{{"class", "name", "par", "least", "most"}}
	err := shareclass.Range(r, func(n shareclass.Number, t shareclass.Terms) (bool, error) {
		out = append(out, []string{fmt.Sprint(n), t.Name, r.decimal(t.Par - t.Lost), fmt.Sprint(t.MinHolding), fmt.Sprint(t.MaxHolding)})
		return true, nil
	})
	return out, err
}
