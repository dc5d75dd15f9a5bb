package main

import (
	"fmt"
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
// is has none.
func (m *moving) eachLine(table string, optional bool, columns []sheet.Column, fn func(sheet.Row)) error {
	f := sheet.File{Path: filepath.Join(m.dir, table), Columns: columns}
	if _, err := os.Stat(f.Path); optional && os.IsNotExist(err) {
		return nil
	}
	return readTable(f, func(row sheet.Row) error { fn(row); return nil })
}

func (r *reading) readPeople(m *moving) error {
	columns := []sheet.Column{{Name: "number"}, {Name: "key", Optional: true}, {Name: "class", Optional: true}, {Name: "joined", Optional: true}, {Name: "commitment", Optional: true}, {Name: "proof", Optional: true}}
	keys := map[string]int{}
	return m.eachLine(membersTable, false, columns, func(row sheet.Row) {
		p := takeover.Person{Ref: row.Cell("number")}
		bad := func(format string, args ...any) { m.bad(membersTable, row.Line, format, args...) }
		if len(p.Ref) > takeover.MaxRef || !words.IsPlain(p.Ref) {
			bad("the number %q is longer than %d characters", p.Ref, takeover.MaxRef)
		}
		if i, twice := m.at[p.Ref]; twice {
			bad("number %s stands in line %d too", p.Ref, m.lines[i])
			return
		}
		m.at[p.Ref] = len(m.people)
		var err error
		if row.Cell("key") == "" {
			m.keyless++
		} else if p.Entry.Key, err = parseKey(row.Cell("key")); err != nil {
			bad("%v", err)
		} else if first, twice := keys[p.Entry.Key.String()]; twice {
			bad("the key stands in line %d too", first)
		} else if holder, err := member.ByKey(r, p.Entry.Key); err != nil {
			bad("%v", err)
		} else if holder != 0 {
			m.taken[len(m.people)] = holder
		}
		if len(p.Entry.Key) > 0 {
			keys[p.Entry.Key.String()] = row.Line
		}
		if p.Entry.Class, err = parseClass(or(row.Cell("class"), "1"), r.policy); err != nil {
			bad("%v", err)
		}
		if p.Joined, err = m.dayIn(row, "joined"); err != nil {
			bad("%v", err)
		}
		if text := row.Cell("commitment"); text != "" {
			if p.Entry.Commitment, err = parseHex("the commitment", text, 32); err != nil {
				bad("%v", err)
			}
		}
		if row.Cell("key") == "" && row.Cell("proof") != "" {
			bad("there is a proof of no key")
		} else if p.Entry.Proof, err = parseProof("the proof", p.Entry.Key, row.Cell("proof")); err != nil {
			bad("%v", err)
		} else if len(p.Entry.Proof) > 0 && !p.Entry.Key.VerifyPossession(r.Chain(), uint32(r.Coop()), p.Entry.Proof) {
			bad("the proof is not that of the key for co-op %d of %s", r.Coop(), r.Chain())
		}
		m.classes[p.Entry.Class]++
		m.people, m.lines = append(m.people, p), append(m.lines, row.Line)
	})
}

// dayIn reads a day of the past from a cell; zero if it is empty.
func (m *moving) dayIn(row sheet.Row, column string) (uint64, error) {
	text := row.Cell(column)
	day, err := parseDay(column, text)
	if err == nil && day > m.day {
		err = fmt.Errorf("%s %s is after %s, to which the tables are true", column, text, words.Day(m.day))
	}
	return day, err
}

func (r *reading) readHoldings(m *moving) error {
	columns := []sheet.Column{{Name: "number"}, {Name: "class", Optional: true}, {Name: "units", Figure: true}, {Name: "since", Optional: true}}
	err := m.eachLine(holdingsTable, true, columns, func(row sheet.Row) {
		bad := func(format string, args ...any) { m.bad(holdingsTable, row.Line, format, args...) }
		i, known := m.at[row.Cell("number")]
		if !known {
			bad("number %s is not in %s", row.Cell("number"), membersTable)
			return
		}
		class, err := figure.Ordinal("the number of a class of shares", or(row.Cell("class"), "1"))
		if err != nil || class > shareclass.MaxClasses {
			bad("there is no class of shares %s", row.Cell("class"))
			return
		}
		units, err := figure.Whole("shares", row.Cell("units"))
		if err != nil || units == 0 || units > shareclass.MaxUnits {
			bad("%q is no number of shares", row.Cell("units"))
			return
		}
		since, err := m.dayIn(row, "since")
		if err != nil {
			bad("%v", err)
		}
		p := &m.people[i]
		at, had := slices.BinarySearchFunc(p.Held, shareclass.Number(class), func(h takeover.Held, c shareclass.Number) int { return int(h.Class) - int(c) })
		if !had {
			p.Held = slices.Insert(p.Held, at, takeover.Held{Class: shareclass.Number(class)})
		}
		p.Held[at].Units += units
		p.Held[at].Since = max(p.Held[at].Since, since)
		m.units[shareclass.Number(class)] += units
	})
	if err != nil {
		return err
	}
	return r.boundHoldings(m)
}

// boundHoldings notes holdings that the classes of shares do not allow, and sums them.
func (r *reading) boundHoldings(m *moving) error {
	rules, terms := map[shareclass.Number]shareclass.Rules{}, map[shareclass.Number]shareclass.Terms{}
	for i, p := range m.people {
		if len(p.Held) > takeover.MaxHeld {
			m.bad(membersTable, m.lines[i], "number %s holds shares of %d classes, at most %d can be brought in", p.Ref, len(p.Held), takeover.MaxHeld)
		}
		for _, h := range p.Held {
			if _, known := rules[h.Class]; !known {
				of, err := shareclass.RulesOf(r, h.Class)
				if refused := state.Rejected(err); refused != nil {
					m.bad(membersTable, m.lines[i], "number %s holds shares of class %d, which there is not", p.Ref, h.Class)
					continue
				}
				if err != nil {
					return err
				}
				if terms[h.Class], err = shareclass.TermsOf(r, h.Class); err != nil {
					return err
				}
				rules[h.Class] = of
			}
			if k := rules[h.Class]; h.Units < k.MinHolding || h.Units > k.MaxHolding {
				m.bad(membersTable, m.lines[i], "number %s holds %s of class %d, from %d to %d can be held", p.Ref, plural(h.Units, "share"), h.Class, k.MinHolding, k.MaxHolding)
				continue
			}
			value, err := money.Times(h.Units, terms[h.Class].Par)
			if err == nil {
				m.capital, err = money.Add(m.capital, value)
			}
			if err != nil {
				m.bad(membersTable, m.lines[i], "the shares up to number %s are worth more than there can be", p.Ref)
			}
		}
	}
	return nil
}

func (r *reading) readBalances(m *moving) error {
	columns := []sheet.Column{{Name: "account"}, {Name: "debit", Optional: true, Figure: true}, {Name: "credit", Optional: true, Figure: true}}
	seen := map[account.Code]int{}
	var sum money.Amount
	err := m.eachLine(balancesTable, false, columns, func(row sheet.Row) {
		bad := func(format string, args ...any) { m.bad(balancesTable, row.Line, format, args...) }
		code, err := figure.Ordinal("the number of an account", strings.Fields(row.Cell("account") + " ?")[0])
		if err != nil || code > 9999 {
			bad("%q is no account", row.Cell("account"))
			return
		}
		a, err := account.Find(r, account.Code(code))
		if err != nil {
			bad("%v", err)
			return
		}
		if first, twice := seen[account.Code(code)]; twice {
			bad("account %d stands in line %d too", code, first)
			return
		}
		seen[account.Code(code)] = row.Line
		amount, err := r.amountIn(row)
		if err != nil {
			bad("%v", err)
			return
		}
		if sum, err = money.Add(sum, amount); err != nil {
			bad("the balances come to more than there can be")
			return
		}
		switch {
		case amount == 0:
		case account.Code(code) == account.Capital:
			m.booked = -amount
		case a.Guard == account.RoomOnly:
			bad("account %d is the total of a register that is not brought in; put its balance on another account", code)
		default:
			m.balances = append(m.balances, account.Line{Account: account.Code(code), Amount: amount})
		}
	})
	if sum != 0 {
		m.wrong = append(m.wrong, fmt.Sprintf("%s does not balance: debits and credits differ by %s", filepath.Join(m.dir, balancesTable), r.money(max(sum, -sum))))
	}
	if len(m.balances) > takeover.MaxBalances {
		m.wrong = append(m.wrong, fmt.Sprintf("there are %d balances, at most %d can be brought in", len(m.balances), takeover.MaxBalances))
	}
	slices.SortFunc(m.balances, func(a, b account.Line) int { return int(a.Account) - int(b.Account) })
	return err
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
