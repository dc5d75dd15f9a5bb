package main

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// accountInfo is an account with its balance.
type accountInfo struct {
	Code account.Code `json:"code"`
	account.Account
	Balance money.Amount `json:"balance"` // minor units; negative on the credit side
}

func newAccountListCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "list",
		Aliases: []string{"chart"},
		Short:   "List the chart of accounts and their balances",
		Example: "  rochdale account list --json",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return read(cmd, func(r *reading) error {
				accounts := []accountInfo{}
				err := account.Accounts(r, func(code account.Code, a account.Account) (bool, error) {
					balance, err := account.BalanceOf(r, code)
					accounts = append(accounts, accountInfo{code, a, balance})
					return true, err
				})
				if err != nil {
					return err
				}
				return show(cmd, accounts, func(w io.Writer) {
					t := newTable("account", "name", "type", "by hand", "debit", "credit")
					for _, a := range accounts {
						debit, credit := r.sides(a.Balance)
						t.row(a.Code, a.Name, a.Type, guardWords(a.Guard), debit, credit)
					}
					t.write(w)
				})
			})
		},
	}
	addReadFlags(cmd)
	return cmd
}

// guardWords says what can be posted to an account by hand.
func guardWords(g account.Guard) string {
	switch g {
	case account.Free:
		return "yes"
	case account.CreditOnly:
		return "credits"
	}
	return "no"
}

// sides puts a balance into one of two columns, without the currency.
func (r *reading) sides(a money.Amount) (debit, credit string) {
	switch {
	case a > 0:
		return r.bare(a), ""
	case a < 0:
		return "", r.bare(-a)
	}
	return "", ""
}

// bare is an amount without its currency, for columns that say it once.
func (r *reading) bare(a money.Amount) string {
	number, _, _ := strings.Cut(r.money(a), " ")
	return number
}

// entryInfo is a journal entry as results show it.
type entryInfo struct {
	Entry      uint64         `json:"entry"`
	Time       stamp          `json:"time"`
	Date       string         `json:"date"`             // the accounting date
	Period     account.Period `json:"period,omitempty"` // that it belongs to, if it has income, expense or was posted by hand
	Narrative  string         `json:"narrative"`
	Lines      []account.Line `json:"lines"`
	Reverses   uint64         `json:"reverses,omitempty"`
	ReversedBy uint64         `json:"reversed_by,omitempty"`
	By         state.Actor    `json:"by,omitzero"`
	Of         state.Member   `json:"concerns,omitempty"` // a member
}

func newAccountJournalCmd() *cobra.Command {
	var page pageFlags
	var code uint16
	cmd := &cobra.Command{
		Use:     "journal",
		Short:   "List the journal, entry by entry",
		Example: "  rochdale account journal\n  rochdale account journal --account 1000 --from 100 --json",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := page.check(); err != nil {
				return err
			}
			return read(cmd, func(r *reading) error { return listJournal(cmd, r, account.Code(code), &page) })
		},
	}
	page.add(cmd, "entry")
	cmd.Flags().Uint16Var(&code, "account", 0, "only entries that touch this account")
	must(cmd.RegisterFlagCompletionFunc("account", func(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
		return completeAccount(cmd)
	}))
	addReadFlags(cmd)
	return cmd
}

func listJournal(cmd *cobra.Command, r *reading, code account.Code, page *pageFlags) error {
	entries := []entryInfo{}
	var next uint64
	err := account.Journal(r, page.from, ^uint64(0), func(n uint64, rec account.Record) (bool, error) {
		if code != 0 && !touches(rec, code) {
			return true, nil
		}
		if len(entries) == page.limit {
			next = n
			return false, nil
		}
		by, err := account.ReversedBy(r, n)
		entries = append(entries, entryInfo{n, stamp(rec.Time), words.Day(rec.DayOf()), rec.Period, rec.Narrative, rec.Lines, rec.Reverses, by, rec.By, rec.Of})
		return true, err
	})
	if err != nil {
		return err
	}
	if next != 0 {
		page.more(cmd, next)
	}
	if len(entries) == 0 {
		note(cmd, "no entries to show")
	}
	return show(cmd, entries, func(w io.Writer) {
		t := newTable("entry", "date", "account", "debit", "credit", "narrative")
		for _, e := range entries {
			for i, l := range e.Lines {
				debit, credit := r.sides(l.Amount)
				if i > 0 {
					t.row("", e.under(i), account.Named(r, l.Account), debit, credit, "")
					continue
				}
				t.row(e.Entry, e.Date, account.Named(r, l.Account), debit, credit, e.words())
			}
		}
		t.write(w)
	})
}

// under is what stands below an entry's date, beside its second line: the period.
func (e entryInfo) under(line int) string {
	if line != 1 || e.Period == 0 {
		return ""
	}
	return fmt.Sprintf("period %d", e.Period)
}

func touches(rec account.Record, code account.Code) bool {
	for _, l := range rec.Lines {
		if l.Account == code {
			return true
		}
	}
	return false
}

// words is the narrative, with what it reverses and by what right.
func (e entryInfo) words() string {
	text := e.Narrative
	if e.Reverses != 0 {
		text += fmt.Sprintf(" (reverses entry %d)", e.Reverses)
	}
	if e.ReversedBy != 0 {
		text += fmt.Sprintf(" (reversed by entry %d)", e.ReversedBy)
	}
	if e.Of != 0 {
		text += fmt.Sprintf(" (member %d)", e.Of)
	}
	if e.By.Motion != 0 {
		text += fmt.Sprintf(" (motion %d)", e.By.Motion)
	}
	return text
}

func newAccountTrialCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "trial-balance",
		Short:   "Draw up the trial balance",
		Example: "  rochdale account trial-balance --height 5000",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return read(cmd, func(r *reading) error {
				trial, err := account.TrialBalance(r)
				if err != nil {
					return err
				}
				if trial.Balances == nil {
					trial.Balances = []account.Balance{} // a list without lines, not null
				}
				head := r.statementHead()
				return show(cmd, trialInfo{head, trial}, func(w io.Writer) {
					head.write(w, "Trial balance")
					s := newStatement(2)
					s.line("", "Debit", "Credit")
					for _, b := range trial.Balances {
						debit, credit := r.sides(b.Balance)
						s.line(fmt.Sprintf("%d %s", b.Code, b.Name), debit, credit)
					}
					s.total("Totals", r.bare(trial.Debits), r.bare(trial.Credits))
					s.write(w)
				})
			})
		},
	}
	addReadFlags(cmd)
	return cmd
}

func newAccountSheetCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "balance-sheet",
		Short:   "Draw up the balance sheet",
		Example: "  rochdale account balance-sheet\n  rochdale account balance-sheet --height 5000 --json",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return read(cmd, func(r *reading) error {
				sheet, err := account.BalanceSheet(r)
				if err != nil {
					return err
				}
				for _, side := range []*[]account.Balance{&sheet.Assets, &sheet.Liabilities, &sheet.Equity} {
					if *side == nil {
						*side = []account.Balance{} // a list without lines, not null
					}
				}
				info := sheetInfo{r.statementHead(), sheet}
				return show(cmd, info, func(w io.Writer) { r.writeSheet(w, info) })
			})
		},
	}
	addReadFlags(cmd)
	return cmd
}

// A statementHead says of what co-op a statement is, when, and in what money.
type statementHead struct {
	Coop     state.Coop `json:"coop"`
	Name     string     `json:"coop_name"`
	Height   uint64     `json:"height"`
	Time     stamp      `json:"time"`
	Currency string     `json:"currency"`
}

func (r *reading) statementHead() statementHead {
	return statementHead{r.Coop(), r.name, r.Height(), stamp(r.Time()), r.policy.Currency}
}

func (h statementHead) write(w io.Writer, what string) {
	fmt.Fprintf(w, "%s of %s\nafter block %d, %v, in %s\n\n", what, h.Name, h.Height, h.Time, h.Currency)
}

// trialInfo and sheetInfo are the statements as results show them.
type (
	trialInfo struct {
		statementHead
		account.Trial
	}
	sheetInfo struct {
		statementHead
		account.Sheet
	}
)

// writeSheet prints the balance sheet in the order treasurers read it: what
// there is, less what is owed, is what belongs to the members together.
func (r *reading) writeSheet(w io.Writer, sheet sheetInfo) {
	sheet.write(w, "Balance sheet")
	s := newStatement(1)
	section := func(title, total string, lines []account.Balance, sum money.Amount, more ...func()) {
		s.head(title)
		for _, b := range lines {
			s.line("  "+b.Name, r.bare(b.Balance))
		}
		for _, extra := range more {
			extra()
		}
		if s.rows[len(s.rows)-1].amounts == nil {
			s.head("  none")
		}
		s.total(total, r.bare(sum))
		s.gap()
	}
	section("Assets", "Total assets", sheet.Assets, sheet.AssetTotal)
	section("Less: liabilities", "Total liabilities", sheet.Liabilities, sheet.LiabilityTotal)
	s.grand("Net assets", r.bare(sheet.NetAssets))
	s.gap()
	section("Financed by", "Total equity", sheet.Equity, sheet.EquityTotal, func() {
		if sheet.Result != 0 {
			s.line("  result of the year so far", r.bare(sheet.Result))
		}
	})
	s.write(w)
}

// A statement is lines of a name and amounts, under which sums are ruled off as
// in an account book: one line over a sum, two under the last.
type statement struct {
	columns int
	rows    []statementRow
}

type statementRow struct {
	name    string
	amounts []string
	over    bool // ruled off above
	under   bool // ruled off twice below
}

func newStatement(columns int) *statement { return &statement{columns: columns} }

func (s *statement) head(name string) { s.rows = append(s.rows, statementRow{name: name}) }
func (s *statement) gap()             { s.head("") }
func (s *statement) line(name string, amounts ...string) {
	s.rows = append(s.rows, statementRow{name: name, amounts: amounts})
}
func (s *statement) total(name string, amounts ...string) {
	s.rows = append(s.rows, statementRow{name: name, amounts: amounts, over: true})
}
func (s *statement) grand(name string, amounts ...string) {
	s.rows = append(s.rows, statementRow{name: name, amounts: amounts, over: true, under: true})
}

// write prints the statement with its amounts in columns.
func (s *statement) write(w io.Writer) {
	width, room, figures := 0, pageWidth, make([]int, s.columns)
	for _, row := range s.rows {
		width = max(width, utf8.RuneCountInString(row.name))
		for i, a := range row.amounts {
			figures[i] = max(figures[i], utf8.RuneCountInString(a))
		}
	}
	for _, f := range figures {
		room -= 2 + f
	}
	width = min(width, max(room, leastCell))
	rule := func(with string) {
		line := strings.Repeat(" ", width)
		for _, f := range figures {
			line += "  " + strings.Repeat(with, f)
		}
		fmt.Fprintln(w, line)
	}
	for len(s.rows) > 0 && s.rows[len(s.rows)-1].name == "" {
		s.rows = s.rows[:len(s.rows)-1] // no empty line at the end
	}
	for _, row := range s.rows {
		if row.over {
			rule("-")
		}
		set := row.name[:len(row.name)-len(strings.TrimLeft(row.name, " "))]
		name := words.Wrap(strings.TrimLeft(row.name, " "), set, set+"   ", width)
		for ; len(name) > 1; name = name[1:] {
			fmt.Fprintln(w, name[0])
		}
		line := name[0] + strings.Repeat(" ", max(width-utf8.RuneCountInString(name[0]), 0))
		for i, a := range row.amounts {
			line += "  " + strings.Repeat(" ", figures[i]-utf8.RuneCountInString(a)) + a
		}
		fmt.Fprintln(w, strings.TrimRight(line, " "))
		if row.under {
			rule("=")
		}
	}
}
