package main

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rochdale-ledger/rochdale/client/figure"
	"github.com/rochdale-ledger/rochdale/client/sheet"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/takeover"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// asBroughtIn says of a day that the ledger did not see it.
func asBroughtIn(day string) string {
	if day == "" {
		return ""
	}
	return day + ", as brought in"
}

// eachLine calls fn for each line of a table of the folder; a table that may be left out and
// is has none. What is wrong with the form of the table is noted.
func (m *moving) eachLine(table string, optional bool, columns []sheet.Column, fn func(sheet.Row)) error {
	name, err := m.find(table)
	if err != nil {
		return err
	}
	wrong := func(e *sheet.Error) {
		m.unread[table] = true
		m.bad(place{table, max(e.Line, 1), max(e.Column, 1)}, "%v", withHint(e.Err, "%s", e.Hint))
	}
	f := sheet.File{Path: filepath.Join(m.dir, name), Columns: columns, DecimalComma: m.comma, CommaOption: "--decimal-comma", Fixed: table != membersTable, Wrong: wrong}
	if table == membersTable {
		f.Ignore = m.ignore
	}
	if _, err := os.Stat(f.Path); errors.Is(err, fs.ErrNotExist) {
		if !optional {
			m.unread[table] = true
			m.disagree("%s is not there; write it: %s", f.Path, f.Wants())
		}
		return nil
	}
	err = f.Read(func(row sheet.Row) error {
		for _, c := range columns {
			if n := len(row.Cell(c.Name)); n > mostCell {
				m.unread[table] = true
				m.bad(at(table, row, c.Name), "the cell has %s bytes, at most %s can be; a quotation mark may be missing", formatCount(int64(n)), formatCount(mostCell))
				return nil
			}
		}
		fn(row)
		return nil
	})
	var of *sheet.Error
	if errors.As(err, &of) {
		wrong(of)
		return nil
	}
	return withHint(err, "check the path")
}

// mostCell is how many bytes a cell of a table can have: more than any key or proof.
const mostCell = 4096

// find is the file of a table: CSV, or JSON if there is that.
func (m *moving) find(table string) (string, error) {
	if name, known := m.files[table]; known {
		return name, nil
	}
	name := table
	if _, err := os.Stat(filepath.Join(m.dir, jsonOf(table))); err == nil {
		name = jsonOf(table)
		if _, err := os.Stat(filepath.Join(m.dir, table)); err == nil {
			return "", withHint(fault("there are both %s and %s", filepath.Join(m.dir, table), filepath.Join(m.dir, name)), "leave one of them out")
		}
	} else if _, err := os.Stat(m.dir); err != nil {
		return "", withHint(fault("reading the folder: %w", err), "check the path")
	}
	m.files[table] = name
	return name, nil
}

// has says whether the folder has a table.
func (m *moving) has(table string) bool {
	name, err := m.find(table)
	if err == nil {
		_, err = os.Stat(filepath.Join(m.dir, name))
	}
	return err == nil
}

// jsonOf is the name that a table has as JSON.
func jsonOf(table string) string { return strings.TrimSuffix(table, ".csv") + ".json" }

// at is where a cell of a table is.
func at(table string, row sheet.Row, column string) place {
	return place{table, row.Line, row.Column(column)}
}

// odd says what is wrong with a number in the register before, nothing if it can be one:
// what a spreadsheet makes of a number, and another table then writes otherwise.
func odd(ref string) string {
	switch {
	case !words.IsPlain(ref):
		return "has a character that is not shown; write it anew, by hand"
	case len(ref) > takeover.MaxRef:
		return fmt.Sprintf("is longer than %d characters", takeover.MaxRef)
	case strings.Trim(ref, "0123456789+-.,eE") != "" || strings.Trim(ref, "+-.,eE") == "":
		return "" // a word, such as M17
	case strings.Trim(ref, "0123456789") != "":
		return "is written like a figure; write digits alone"
	case strings.Trim(ref, "0") == "":
		return "is nobody's: numbers begin at 1"
	case ref[0] == '0':
		return "begins with a zero; write it without, in every table"
	}
	return ""
}

func (r *reading) readPeople(m *moving) error {
	columns := []sheet.Column{{Name: "number"}, {Name: "key", Optional: true}, {Name: "class", Optional: true}, {Name: "joined", Optional: true},
		{Name: "commitment", Optional: true}, {Name: "proof", Optional: true}, {Name: "left", Optional: true}, {Name: "number_before", Optional: true, Named: true},
		{Name: "sort", Optional: true, Named: true}, {Name: "nomination", Optional: true, Named: true}, {Name: "member", Optional: true, Named: true}}
	keys, strange := map[string]int{}, map[string]bool{} // strange are classes that there are not, each said once
	var failed error
	err := m.eachLine(membersTable, false, columns, func(row sheet.Row) {
		p := takeover.Person{Ref: row.Cell("number")}
		bad := func(column, format string, args ...any) { m.bad(at(membersTable, row, column), format, args...) }
		if p.Ref == "" {
			bad("number", "the number is missing")
			return
		}
		if why := odd(p.Ref); why != "" {
			bad("number", "the number %s %s", words.Quote(p.Ref), why)
		}
		if i, twice := m.at[p.Ref]; twice {
			bad("number", "number %s stands in line %d too", words.Plain(p.Ref), m.lines[i].line)
			return
		}
		m.at[p.Ref] = len(m.people)
		if err := keyIn(row, keys, &p.Entry); err != nil {
			bad("key", "%v", err)
		}
		var err error
		if p.Entry.Class, err = parseClass(row.Cell("class"), r.policy); err != nil && !strange[row.Cell("class")] {
			strange[row.Cell("class")] = true
			bad("class", "%v", err)
		}
		if p.Joined, err = m.dayIn(row, "joined", 0); err != nil {
			bad("joined", "%v", err)
		}
		if p.Left, err = m.dayIn(row, "left", p.Joined); err != nil {
			bad("left", "%v", err)
		}
		if text := row.Cell("commitment"); text != "" {
			if p.Entry.Commitment, err = parseHex("the commitment", text, 32); err != nil {
				bad("commitment", "%v", err)
			}
		}
		if row.Cell("key") == "" && row.Cell("proof") != "" {
			bad("proof", "there is a proof of no key")
		} else if p.Entry.Proof, err = parseProof("the proof", p.Entry.Key, row.Cell("proof")); err != nil {
			bad("proof", "%v", err)
		} else if len(p.Entry.Proof) > 0 && !p.Entry.Key.VerifyPossession(r.Chain(), uint32(r.Coop()), p.Entry.Proof) {
			bad("proof", "the proof is not that of the key for co-op %d of %s", r.Coop(), r.Chain())
		}
		if failed == nil {
			failed = r.furtherIn(m, row, &p)
		}
		switch {
		case p.Here != 0:
		case p.Left != 0:
			m.left++
		default:
			m.classes[p.Entry.Class]++
			if row.Cell("key") == "" {
				m.keyless++
			}
		}
		m.people, m.lines = append(m.people, p), append(m.lines, at(membersTable, row, "number"))
	})
	if err = errors.Join(err, failed); err != nil {
		return err
	}
	if len(m.people) == 0 {
		m.empty()
	}
	return r.lookUp(m)
}

// empty notes a table of members that has none, unless what is wrong in it is said, and that
// nothing is compared with it.
func (m *moving) empty() {
	if len(m.wrong) == 0 {
		m.bad(place{membersTable, 1, 1}, "there is nobody in it; write a line for each member")
	}
	if !m.unread[membersTable] {
		m.unread[membersTable] = true
		for _, table := range []string{classesTable, holdingsTable, officesTable, loansTable, noticesTable} {
			m.strange[table] = true
		}
	}
}

// lookUp finds the keys that are on the register.
func (r *reading) lookUp(m *moving) error {
	const many = 2000 // take a second or so
	var p *progress
	if len(m.people) > many {
		p = newProgress("looking keys up", int64(len(m.people)))
		defer p.Done()
	}
	for i := range m.people {
		if key := m.people[i].Entry.Key; len(key) > 0 {
			holder, err := member.ByKey(r, key)
			if err != nil {
				return err
			}
			if holder != 0 {
				m.taken[i] = holder
			}
		}
		if p != nil {
			p.Add(1)
		}
	}
	return nil
}

// keyIn reads the key of a person, if it has one. keys are those of the table, with their
// lines.
func keyIn(row sheet.Row, keys map[string]int, e *member.Entry) (err error) {
	if row.Cell("key") == "" {
		return nil
	}
	if e.Key, err = parseKey(row.Cell("key")); err != nil {
		return err
	}
	name := e.Key.String()
	first, twice := keys[name]
	keys[name] = row.Line
	if twice {
		return fmt.Errorf("the key stands in line %d too", first)
	}
	return nil
}

// dayIn reads a day of the past from a cell, not before another; zero if it is empty.
func (m *moving) dayIn(row sheet.Row, column string, first uint64) (uint64, error) {
	text := row.Cell(column)
	day, err := parseDay(column, text)
	switch {
	case err != nil || day == 0:
		return 0, err
	case day > m.day:
		return day, fmt.Errorf("%s %s is after %s, to which the tables are true", column, text, words.Day(m.day))
	case day < first:
		return day, fmt.Errorf("%s %s is before %s, the day of joining", column, text, words.Day(first))
	}
	return day, nil
}

// classIn is the class of shares of a line; zero if there can be none such, which is noted.
func (m *moving) classIn(table string, row sheet.Row) shareclass.Number {
	class, err := figure.Ordinal("the number of a class of shares", or(row.Cell("class"), "1"))
	if err != nil || class > shareclass.MaxClasses {
		m.bad(at(table, row, "class"), "there is no class of shares %s", row.Cell("class"))
		return 0
	}
	return shareclass.Number(class)
}

// unitsIn is the number of shares of a line; zero if it is none, which is noted.
func (m *moving) unitsIn(table string, row sheet.Row) uint64 {
	if row.Cell("units") == "" {
		m.bad(at(table, row, "units"), "the number of shares is missing")
		return 0
	}
	units, err := figure.Whole("shares", row.Cell("units"))
	if err != nil || units == 0 || units > shareclass.MaxUnits {
		m.bad(at(table, row, "units"), "%q is no number of shares", row.Cell("units"))
		return 0
	}
	return units
}

func (r *reading) readHoldings(m *moving) error {
	columns := []sheet.Column{{Name: "number"}, {Name: "class", Optional: true}, {Name: "units", Figure: true}, {Name: "since", Optional: true}}
	err := m.eachLine(holdingsTable, true, columns, func(row sheet.Row) {
		i, known := m.personIn(holdingsTable, row)
		if !known {
			return
		}
		class, units := m.classIn(holdingsTable, row), m.unitsIn(holdingsTable, row)
		if class == 0 || units == 0 {
			m.unread[holdingsTable] = true
			return
		}
		since, err := m.heldSinceIn(row, m.people[i])
		if err != nil {
			m.bad(at(holdingsTable, row, "since"), "%v", err)
		}
		m.people[i].Held = addHeld(m.people[i].Held, takeover.Held{Class: class, Units: units, Since: since})
		m.units[class] += units
	})
	if err != nil {
		return err
	}
	return r.boundHoldings(m)
}

// addHeld adds a part of a holding, beside what is held since the same day.
func addHeld(all []takeover.Held, h takeover.Held) []takeover.Held {
	k, had := slices.BinarySearchFunc(all, h, func(a, b takeover.Held) int {
		return cmp.Or(cmp.Compare(a.Class, b.Class), cmp.Compare(a.Since, b.Since))
	})
	if had {
		all[k].Units += h.Units
		return all
	}
	return slices.Insert(all, k, h)
}

// heldIn are a person's holdings, one of each class, with all its units.
func heldIn(p takeover.Person) (out []takeover.Held) {
	for _, h := range p.Held {
		if n := len(out); n > 0 && out[n-1].Class == h.Class {
			out[n-1].Units += h.Units
			continue
		}
		out = append(out, h)
	}
	return out
}

// boundHoldings notes holdings that the classes of shares do not allow, and sums them.
func (r *reading) boundHoldings(m *moving) error {
	rules, terms, absent := map[shareclass.Number]shareclass.Rules{}, map[shareclass.Number]shareclass.Terms{}, map[shareclass.Number]bool{}
	for i, p := range m.people {
		if held := heldIn(p); len(held) > takeover.MaxHeld {
			m.bad(m.lines[i], "number %s holds shares of %d classes, at most %d can be brought in", p.Ref, len(held), takeover.MaxHeld)
		}
		if len(p.Held) > takeover.MaxLots {
			m.bad(m.lines[i], "number %s holds shares since %d days, at most %d can be brought in: put the oldest together", p.Ref, len(p.Held), takeover.MaxLots)
		}
		for _, h := range heldIn(p) {
			if _, known := rules[h.Class]; !known {
				of, err := shareclass.RulesOf(r, h.Class)
				if refused := state.Rejected(err); refused != nil {
					if !absent[h.Class] && !m.unread[sharesTable] { // or it is said
						m.bad(m.lines[i], "number %s holds shares of class %d, which there is not", p.Ref, h.Class)
					}
					absent[h.Class] = true
					continue
				}
				if err != nil {
					return err
				}
				if terms[h.Class], err = shareclass.TermsOf(r, h.Class); err != nil {
					return err
				}
				if err := terms[h.Class].RequireWhole(h.Class); err != nil {
					m.disagree("%s cannot bring shares of class %d in: %v", filepath.Join(m.dir, m.files[holdingsTable]), h.Class, err)
				}
				rules[h.Class] = of
			}
			if k := rules[h.Class]; h.Units < k.MinHolding || h.Units > k.MaxHolding {
				m.bad(m.lines[i], "number %s holds %s of class %d, from %d to %d can be held", p.Ref, plural(h.Units, "share"), h.Class, k.MinHolding, k.MaxHolding)
			}
			value, err := money.Times(h.Units, terms[h.Class].Par)
			if err == nil {
				m.capital, err = money.Add(m.capital, value)
			}
			if err != nil {
				m.bad(m.lines[i], "the shares up to number %s are worth more than there can be", p.Ref)
			}
		}
	}
	m.unread[sharesTable] = m.unread[sharesTable] || len(absent) > 0
	return nil
}

func (r *reading) readBalances(m *moving) error {
	columns := []sheet.Column{{Name: "account"}, {Name: "debit", Optional: true, Figure: true}, {Name: "credit", Optional: true, Figure: true}}
	seen := map[account.Code]int{}
	var sum money.Amount
	err := m.eachLine(balancesTable, false, columns, func(row sheet.Row) {
		bad := func(column, format string, args ...any) { m.bad(at(balancesTable, row, column), format, args...) }
		code, a, err := r.accountIn(row, "")
		if err != nil {
			bad("account", "%v", err)
			return
		}
		if first, twice := seen[code]; twice {
			bad("account", "account %d stands in line %d too", code, first)
			return
		}
		seen[code] = row.Line
		amount, err := r.amountIn(row)
		if err != nil {
			m.opened[code] = place{}
			side := "debit"
			if row.Cell(side) == "" && row.Cell("credit") != "" {
				side = "credit"
			}
			bad(side, "%v", err)
			return
		}
		m.opened[code] = at(balancesTable, row, "account")
		if sum, err = money.Add(sum, amount); err != nil {
			bad("debit", "the balances come to more than there can be")
			return
		}
		switch {
		case amount == 0:
		case code == account.Capital:
			m.booked = -amount
		case a.Guard == account.RoomOnly:
			bad("account", "account %d is the total of a register that is not brought in; put its balance on another account", code)
		default:
			m.balances = append(m.balances, account.Line{Account: code, Amount: amount})
		}
	})
	if sum != 0 {
		m.disagree("%s does not balance: debits and credits differ by %s", filepath.Join(m.dir, balancesTable), r.money(max(sum, -sum)))
	}
	if len(m.balances) > takeover.MaxBalances {
		m.disagree("there are %d balances, at most %d can be brought in", len(m.balances), takeover.MaxBalances)
	}
	slices.SortFunc(m.balances, func(a, b account.Line) int { return int(a.Account) - int(b.Account) })
	return err
}

// accountIn is the account of a line, or the one that is meant if it names none.
func (r *reading) accountIn(row sheet.Row, meant string) (account.Code, account.Account, error) {
	text := or(row.Cell("account"), meant)
	if text == "" {
		return 0, account.Account{}, errors.New("the account is missing")
	}
	code, err := figure.Ordinal("the number of an account", strings.Fields(text + " ?")[0])
	if err != nil || code > uint64(account.MaxCode) {
		return 0, account.Account{}, fmt.Errorf("%q is no account", text)
	}
	a, err := account.Find(r, account.Code(code))
	return account.Code(code), a, err
}

// amountIn is the balance of a line: a debit, or a credit if negative.
func (r *reading) amountIn(row sheet.Row) (money.Amount, error) {
	debit, credit := row.Cell("debit"), row.Cell("credit")
	if (debit == "") == (credit == "") {
		return 0, fmt.Errorf("a balance is a debit or a credit")
	}
	amount, err := r.parseMoney(or(debit, credit))
	if err != nil {
		return 0, err
	}
	if credit != "" {
		amount = -amount
	}
	return amount, nil
}
