package main

import (
	"errors"
	"path/filepath"
	"slices"

	"github.com/rochdale-ledger/rochdale/client/sheet"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/takeover"
	"github.com/rochdale-ledger/rochdale/state/withdrawal"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// personIn is who a line is of. Where lines of the table of members could not be read, only the
// first line of a table that names somebody else is noted: the others would say the same.
func (m *moving) personIn(table string, row sheet.Row) (int, bool) {
	number := row.Cell("number")
	i, known := m.at[number]
	switch {
	case known:
	case number == "":
		m.bad(at(table, row, "number"), "the number is missing")
	case !m.unread[membersTable]:
		m.bad(at(table, row, "number"), "number %s is not in %s", words.Plain(number), membersTable)
	case !m.strange[table]:
		m.strange[table] = true
		m.bad(at(table, row, "number"), "number %s is not in %s, which could not be read whole: %s is not compared with it further",
			words.Plain(number), membersTable, table)
	}
	return i, known
}

// heldSinceIn is since when shares of a line are held: not before the person joined, nor after
// it left.
func (m *moving) heldSinceIn(row sheet.Row, p takeover.Person) (uint64, error) {
	since, err := m.dayIn(row, "since", p.Joined)
	if err == nil && p.Left != 0 && since > p.Left {
		err = fault("since %s is after %s, when number %s left", words.Day(since), words.Day(p.Left), p.Ref)
	}
	return since, err
}

// readyIn is the day from which on a notice is ready, by the rules of its class if the cell is
// empty, and not later than by these.
func (m *moving) readyIn(row sheet.Row, n takeover.Notice, rules shareclass.Rules, limits shareclass.Limits) (uint64, error) {
	ready, err := parseDay("ready", row.Cell("ready"))
	last := withdrawal.ReadyOn(n.Given+uint64(rules.Notice), limits.YearEnd)
	switch {
	case err != nil:
		return 0, err
	case ready == 0:
		return last, nil
	case ready < n.Given:
		return 0, fault("ready %s is before %s, when it was given", words.Day(ready), words.Day(n.Given))
	case ready-n.Given > takeover.MaxReady:
		return 0, fault("ready %s is more than %s days after %s, when it was given", words.Day(ready), formatCount(takeover.MaxReady), words.Day(n.Given))
	case rules.Redeemable && ready > last:
		return 0, withHint(fault("ready %s is after %s, the end of the %s of notice that class %d has", words.Day(ready), words.Day(last), plural(uint64(rules.Notice), "day"), n.Class),
			"write that day, or leave it out")
	}
	return ready, nil
}

// compare notes where tables do not agree with each other. What could not be read is not
// compared: that was said, and put right first.
func (r *reading) compare(m *moving) {
	unread := func(tables ...string) bool {
		return slices.ContainsFunc(tables, func(t string) bool { return m.unread[t] })
	}
	if m.booked != m.capital && !unread(membersTable, holdingsTable, sharesTable, balancesTable) {
		const text = "the holdings at par are %s, the share capital of account %d is %s"
		if where := m.opened[account.Capital]; where.line > 0 {
			m.bad(where, text, r.money(m.capital), account.Capital, r.money(m.booked))
		} else {
			m.disagree(filepath.Join(m.dir, m.files[balancesTable])+": "+text, r.money(m.capital), account.Capital, r.money(m.booked))
		}
	}
	if !unread(membersTable, loansTable, balancesTable) {
		r.compareLoans(m)
	}
	if parts := len(m.parts()); parts > takeover.MaxParts {
		m.disagree("there are %s people and %s notices, which take %s parts; at most %s can be brought in at once",
			formatCount(int64(len(m.people))), formatCount(int64(len(m.notices))), formatCount(int64(parts)), formatCount(takeover.MaxParts))
	}
	if m.offices > takeover.MaxSeats {
		m.disagree("there are %s lines of %s, at most %d can be brought in", formatCount(int64(m.offices)), officesTable, takeover.MaxSeats)
	}
}

// compareLoans notes accounts of loans whose balance is not what members have lent: those that
// loans stand on, and the one that is meant for them.
func (r *reading) compareLoans(m *moving) {
	codes := m.lenders()
	if _, opened := m.opened[membersLoans]; opened && m.loans[membersLoans] == 0 {
		codes = append(codes, membersLoans)
	}
	for _, code := range codes {
		var booked money.Amount
		for _, l := range m.balances {
			if l.Account == code {
				booked = l.Amount
			}
		}
		where, opened := m.opened[code]
		switch lent := m.loans[code]; {
		case booked == -lent, opened && where.line == 0:
		case !opened:
			m.disagree("%s has loans of %s on account %d, %s has no balance of it", filepath.Join(m.dir, m.files[loansTable]), r.money(lent), code, m.files[balancesTable])
		case lent == 0:
			m.bad(where, "account %d, of what members have lent, has a balance of %s, and %s has no loan on it; write the loans, or put what others have lent on another account",
				code, r.side(booked), or(m.files[loansTable], loansTable))
		default:
			m.bad(where, "account %d has a balance of %s, its loans in %s are %s", code, r.side(booked), m.files[loansTable], r.money(lent))
		}
	}
}

// requireFloors notes opening balances that could not be posted: below the floor of their
// account, or out of range. Those of tables that are loaded whole are posted already.
func (r *reading) requireFloors(m *moving, now takeover.Takeover) error {
	if now.Done != 0 && now.Day == m.day && slices.Equal(now.Balances, m.balances) {
		return nil
	}
	for _, l := range m.balances {
		a, err := account.Find(r, l.Account)
		if err != nil {
			return err
		}
		err = a.RequireOpening(r, l)
		if state.Rejected(err) == nil && err != nil {
			return err
		}
		if err != nil {
			m.bad(m.opened[l.Account], "%v", withHint(err, "what is owed stands on an account of liabilities; how far below zero one may go the charter says, in overdrafts"))
		}
	}
	return nil
}

// requireFresh notes people who are here already and have shares of a class that they would be
// given.
func (r *reading) requireFresh(m *moving, i int) error {
	p := m.people[i]
	for _, h := range heldIn(p) {
		had, err := share.HoldingOf(r, h.Class, p.Here)
		if err != nil {
			return err
		}
		if had != (share.Holding{}) {
			m.bad(m.lines[i], "member %d holds shares of class %d here, or has subscribed some, and cannot be given more", p.Here, h.Class)
		}
	}
	return nil
}

// requireWhole notes what the ledger would refuse of the tables by their form, if nothing that
// has a line is wrong.
func (m *moving) requireWhole() {
	if len(m.wrong) > 0 {
		return
	}
	parts := m.parts()
	err := m.adoption(parts).Check()
	for _, p := range parts {
		err = errors.Join(err, p.Load.Check())
	}
	if err != nil {
		m.disagree("%v", err)
	}
}
