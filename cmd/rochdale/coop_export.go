package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/client/receipt"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/exit"
	"github.com/rochdale-ledger/rochdale/state/identity"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/takeover"
	"github.com/rochdale-ledger/rochdale/state/words"
)

const coopExportLong = `Write what a co-op takes with it when it goes elsewhere, into a new folder.

Tables in the form that coop import reads: members.csv, holdings.csv, offices.csv,
loans.csv, notices.csv, balances.csv, shares.csv, classes.csv. Numbers, dates and keys are those of this ledger;
number_before is the number in the register before. Members who have left are there if they
hold shares or are owed something. Who was invited and has no key yet comes without one:
the key of an invitation is not the member's. What registers of this ledger owe members
(dividends, notices, redemptions, subscriptions that are not issued) stands among the loans,
on the account of --owed-on, since no other ledger has those registers.

Records that no other ledger takes in, for the reader: owed.csv (what registers owe, and for
what), repaid.csv (loans of which nothing is left), journal.csv, motions.csv, casts.csv,
documents.csv, accepted.csv, dues.csv, lives.csv (standing and class of members, step by
step), keys.csv (further keys and guardians), operations.csv (on the register of shares),
patronage.csv, parts.csv (of members in surpluses). charter.toml is the charter, which charter amend and
federation accept read. export.json says of which block it all is, and the SHA-256 of each
file.

With --proofs the tables and records are proved as a whole: tables.proof has the records of
the ledger that they are made of, proved complete as of one block. rochdale verify DIR makes
the tables from it again, without a node, and names each line that is changed, missing or
added. With --receipts each member's entry and holdings are proved as well, a file each,
which rochdale verify checks.`

func newCoopExportCmd() *cobra.Command {
	var owedOn uint16
	var receipts, asJSON, proofs bool
	cmd := &cobra.Command{
		Use:     "export DIR",
		Short:   "Write all that is the co-op's own as tables that import reads",
		Long:    coopExportLong,
		Example: "  rochdale coop export ours\n  rochdale coop export ours --proofs",
		Args:    wantArgs("DIR"),
		RunE: func(cmd *cobra.Command, args []string) error {
			x := &exportInfo{Folder: args[0], OwedOn: account.Code(owedOn), asJSON: asJSON}
			if proofs {
				return exportProved(cmd, x, receipts)
			}
			return readTables(cmd, func(r *reading) error { return r.export(cmd, x, receipts) })
		},
	}
	on, _ := strconv.Atoi(loansAccount)
	cmd.Flags().Uint16Var(&owedOn, "owed-on", uint16(on), "account on which stands what registers owe members")
	must(cmd.RegisterFlagCompletionFunc("owed-on", cobra.NoFileCompletions))
	cmd.Flags().BoolVar(&receipts, "receipts", false, "prove each member's entry and holdings in a file")
	cmd.Flags().BoolVar(&asJSON, "json-tables", false, "write the tables as JSON, which import reads too")
	cmd.Flags().BoolVar(&proofs, "proofs", false, "write a file that proves the tables as a whole")
	addReadFlags(cmd)
	return cmd
}

// coopExportFormat names the form of what coop export writes.
const coopExportFormat = "rochdale-coop-1"

// exportInfo is what was written.
type exportInfo struct {
	Format   string            `json:"format"`
	Chain    string            `json:"chain"`
	Coop     state.Coop        `json:"coop"`
	Name     string            `json:"name"`
	Folder   string            `json:"folder"`
	Height   uint64            `json:"height"`
	Day      string            `json:"day"`
	Members  int               `json:"members"`
	Left     int               `json:"left"`
	Holdings int               `json:"holdings"`
	Capital  money.Amount      `json:"share_capital"` // minor units
	OwedOn   account.Code      `json:"owed_on"`
	Receipts int               `json:"receipts"`
	Files    []fileInfo        `json:"files"`
	asJSON   bool              // tables are JSON, and not CSV
	made     map[string][]byte // files that are made to be compared, and not written; nil if they are
}

// fileInfo is one of the files, and what it holds.
type fileInfo struct {
	Name   string   `json:"name"`
	Lines  int      `json:"lines"`
	SHA256 hexBytes `json:"sha256"`
}

// note tells who exports something; who only compares is not told.
func (info *exportInfo) note(cmd *cobra.Command, format string, args ...any) {
	if info.made == nil {
		note(cmd, format, args...)
	}
}

// write writes one of the files, readable by its owner alone.
func (info *exportInfo) write(name string, text []byte) error {
	sum := sha256.Sum256(text)
	info.Files = append(info.Files, fileInfo{name, bytes.Count(text, []byte("\n")), sum[:]})
	if info.made != nil {
		info.made[name] = text
		return nil
	}
	return writeNew("the export", filepath.Join(info.Folder, name), text)
}

// writeTable writes a table, whose lines are given one after the other, the names of the
// columns first.
func (info *exportInfo) writeTable(name string, lines func(line func(...string) error) error) error {
	if info.asJSON {
		text, err := tableJSON(lines)
		if err != nil {
			return err
		}
		return info.write(jsonOf(name), text)
	}
	var text bytes.Buffer
	w := csv.NewWriter(&text)
	err := lines(func(cells ...string) error { return w.Write(cells) })
	if w.Flush(); err == nil {
		err = w.Error()
	}
	if err != nil {
		return err
	}
	return info.write(name, text.Bytes())
}

// tableJSON is a table as a list of objects, one a line, without cells that are empty.
func tableJSON(lines func(line func(...string) error) error) ([]byte, error) {
	var text bytes.Buffer
	var columns []string
	err := lines(func(cells ...string) error {
		if columns == nil {
			columns = cells
			return nil
		}
		text.WriteString(or(map[bool]string{true: "[\n{"}[text.Len() == 0], ",\n{"))
		sign := ""
		for i, cell := range cells {
			if cell == "" {
				continue
			}
			name, err := json.Marshal(columns[i])
			if err != nil {
				return err
			}
			value, err := json.Marshal(cell)
			if err != nil {
				return err
			}
			fmt.Fprintf(&text, "%s%s:%s", sign, name, value)
			sign = ","
		}
		text.WriteString("}")
		return nil
	})
	if text.Len() == 0 {
		text.WriteString("[")
	}
	text.WriteString("\n]\n")
	return text.Bytes(), err
}

// export writes the folder.
func (r *reading) export(cmd *cobra.Command, info *exportInfo, receipts bool) error {
	if cmd.Flags().Changed("owed-on") {
		if err := r.requireOwes(info.OwedOn); err != nil {
			return err
		}
	}
	if err := os.Mkdir(info.Folder, 0o700); err != nil {
		return withHint(fault("making the folder: %w", err), "give a folder that there is not yet; nothing is overwritten")
	}
	if err := r.exportFiles(cmd, info); err != nil {
		return err
	}
	if receipts {
		if err := r.exportReceipts(cmd, info); err != nil {
			return err
		}
	}
	said, err := json.MarshalIndent(info, "", "  ")
	if err != nil {
		return fmt.Errorf("writing what it is: %w", err)
	}
	if err := writeNew("the export", filepath.Join(info.Folder, exportManifest), append(said, '\n')); err != nil {
		return err
	}
	return show(cmd, info, func(w io.Writer) {
		writeFacts(w, present(fact{"folder", info.Folder}, fact{"as of", fmt.Sprintf("%s, block %d", info.Day, info.Height)}, fact{"members", info.Members},
			fact{"who have left", numberOrNone(uint64(info.Left))}, fact{"holdings", info.Holdings}, fact{"share capital", r.money(info.Capital)},
			fact{"receipts", numberOrNone(uint64(info.Receipts))})...)
	})
}

// exportFiles makes all files that are of records alone: tables, records for the reader and
// the charter.
func (r *reading) exportFiles(cmd *cobra.Command, info *exportInfo) error {
	info.Format, info.Chain, info.Coop, info.Name, info.Files = coopExportFormat, r.Chain(), r.Coop(), r.name, []fileInfo{}
	info.Height, info.Day = r.Height(), words.Day(state.DayOf(r.Time()))
	claims, err := r.claims()
	if err != nil {
		return err
	}
	if err := r.exportTables(cmd, info, claims, info.OwedOn); err != nil {
		return err
	}
	for _, rec := range r.records(claims) {
		if err := info.writeTable(rec.name, rec.lines); err != nil {
			return err
		}
	}
	rules, err := r.charter(cmd, 0)
	if err != nil {
		return err
	}
	var text bytes.Buffer
	if err := rules.writeTOML(&text); err != nil {
		return err
	}
	return info.write(charterRecord, text.Bytes())
}

// exportTables writes what import reads.
func (r *reading) exportTables(cmd *cobra.Command, info *exportInfo, claims []claim, owedOn account.Code) error {
	holdings, err := r.exportHoldings(info)
	if err != nil {
		return err
	}
	lent := map[account.Code]money.Amount{}
	loans, over, err := r.exportLoans(claims, owedOn, lent)
	if err != nil {
		return err
	}
	for _, text := range over {
		info.note(cmd, "%s", text)
	}
	notices, err := r.exportNotices()
	if err != nil {
		return err
	}
	offices, err := r.exportOffices()
	if err != nil {
		return err
	}
	has := map[string]bool{} // something that one who has left is exported for
	for _, table := range [][][]string{holdings, loans, notices} {
		for _, line := range table[1:] {
			has[line[0]] = true
		}
	}
	people, err := r.exportPeople(cmd, info, has)
	if err != nil {
		return err
	}
	balances, err := r.exportBalances(cmd, info, claims, owedOn, lent)
	if err != nil {
		return err
	}
	classes, err := r.exportClasses(has)
	if err != nil {
		return err
	}
	shares, err := r.exportShares()
	if err != nil {
		return err
	}
	info.Holdings = len(holdings) - 1
	for _, t := range []struct {
		name string
		rows [][]string
	}{{membersTable, people}, {holdingsTable, holdings}, {officesTable, offices}, {loansTable, loans}, {noticesTable, notices}, {balancesTable, balances}, {sharesTable, shares}, {classesTable, classes}} {
		err := info.writeTable(t.name, func(line func(...string) error) error {
			for _, row := range t.rows {
				if err := line(row...); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// exportPeople are the members, and who of those that have left has something.
func (r *reading) exportPeople(cmd *cobra.Command, info *exportInfo, has map[string]bool) ([][]string, error) {
	people := [][]string{{"number", "key", "class", "joined", "commitment", "left", "number_before", "sort", "nomination"}}
	suspended, probation := 0, 0
	err := member.Range(r, 0, ^state.Member(0), func(m state.Member, rec member.Record) (bool, error) {
		switch rec.Standing() {
		case member.Active:
			info.Members++
		case member.Suspended:
			info.Members++
			suspended++
		case member.Left:
			if !has[fmt.Sprint(m)] {
				return true, nil
			}
			info.Left++
		default:
			return true, nil
		}
		if rec.Standing() != member.Left && rec.ProbationOver() > state.DayOf(r.Time()) {
			probation++
		}
		line, err := r.exported(m, rec)
		people = append(people, line)
		return true, err
	})
	if suspended > 0 {
		info.note(cmd, "%s suspended, which the tables do not say", wereMembers(suspended))
	}
	if probation > 0 {
		info.note(cmd, "%s on probation, which the tables do not say", wereMembers(probation))
	}
	return people, err
}

// wereMembers is "1 member is" or "3 members are".
func wereMembers(n int) string {
	return plural(uint64(n), "member") + " " + agree(uint64(n), "is", "are")
}

// exported is a member as a line of the table.
func (r *reading) exported(m state.Member, rec member.Record) ([]string, error) {
	past, brought, err := takeover.PastOf(r, m)
	if err != nil {
		return nil, err
	}
	commitment, _, err := identity.Of(r, m)
	if err != nil {
		return nil, err
	}
	joined, left := past.Joined, ""
	for _, h := range rec.History { // of who was brought in it is when that was, and not the joining
		if joined == 0 && !brought && h.Standing == member.Active {
			joined = state.DayOf(h.Time)
		}
	}
	if rec.Standing() == member.Left {
		left = words.Day(rec.History[len(rec.History)-1].From())
	}
	key := ""
	if !rec.Unclaimed() {
		key = rec.Key.String()
	}
	sort := ""
	if rec.Sort != member.Person {
		sort = rec.Sort.String()
	}
	nomination, _, err := exit.NominationOf(r, m)
	if left != "" {
		nomination.Commitment = nil // it is of no use any more
	}
	return []string{fmt.Sprint(m), key, fmt.Sprint(rec.Class()), dayOrNone(joined), hex.EncodeToString(commitment), left, past.Ref, sort,
		hex.EncodeToString(nomination.Commitment)}, err
}

// exportBalances are the balances, with what registers owe members on one account, so that
// they are those of the other tables.
func (r *reading) exportBalances(cmd *cobra.Command, info *exportInfo, claims []claim, owedOn account.Code, lent map[account.Code]money.Amount) ([][]string, error) {
	moved := map[account.Code]money.Amount{}
	for _, c := range claims {
		moved[c.account] += c.sum // a debit to the register's account
		moved[owedOn] -= c.sum
	}
	if len(claims) > 0 {
		if err := r.requireOwes(owedOn); err != nil {
			return nil, err
		}
	}
	balances := [][]string{{"account", "debit", "credit"}}
	err := account.Accounts(r, func(code account.Code, a account.Account) (bool, error) {
		b, err := account.BalanceOf(r, code)
		if sum := lent[code]; sum != -b && (sum != 0 || code == membersLoans) {
			info.note(cmd, "what members have lent on account %d comes to %s, its balance is %s: put that right here, with account post --member, and export again; or in a copy of %s, since verify compares the export as it is written",
				code, r.money(sum), r.side(b), loansTable)
		}
		b += moved[code]
		switch {
		case b > 0:
			balances = append(balances, []string{strconv.Itoa(int(code)), r.decimal(b), ""})
		case b < 0:
			balances = append(balances, []string{strconv.Itoa(int(code)), "", r.decimal(-b)})
		}
		return true, err
	})
	return balances, err
}

// exportReceipts proves each member's entry and holdings, in the block of the export.
func (r *reading) exportReceipts(cmd *cobra.Command, info *exportInfo) error {
	c, err := dial(cmd)
	if err != nil {
		return err
	}
	dir := filepath.Join(info.Folder, receiptsFolder)
	if err := os.Mkdir(dir, 0o700); err != nil {
		return fault("making the folder: %w", err)
	}
	totals, err := member.TotalsOf(r)
	if err != nil {
		return err
	}
	p := newProgress("making receipts", int64(totals.Members))
	defer p.Done()
	prove := func(name, kind string, subject receipt.Subject) error {
		raw, _, err := c.Receipt(cmd.Context(), kind, subject, r.Height(), receipt.Trust{})
		if err != nil {
			return err
		}
		info.Receipts++
		return info.write(filepath.Join(receiptsFolder, name), raw)
	}
	return member.Range(r, 0, ^state.Member(0), func(m state.Member, _ member.Record) (bool, error) {
		p.Add(1)
		if err := prove(fmt.Sprintf("member-%d.receipt", m), "member", receipt.Subject{Coop: r.Coop(), Member: m}); err != nil {
			return false, err
		}
		return true, shareclass.Range(r, func(class shareclass.Number, _ shareclass.Terms) (bool, error) {
			h, err := share.HoldingOf(r, class, m)
			if err != nil || h.Units == 0 {
				return true, err
			}
			return true, prove(fmt.Sprintf("holding-%d-%d.receipt", m, class), "holding", receipt.Subject{Coop: r.Coop(), Member: m, Class: class})
		})
	})
}

// receiptsFolder holds the receipts of an export.
const receiptsFolder = "receipts"
