package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/rochdale-ledger/rochdale/client/figure"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/takeover"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// loansAccount is that of members' loans in the standard chart, membersLoans its number.
const (
	loansAccount              = "2400"
	membersLoans account.Code = 2400
)

// loanInfo is what is left of what a member has lent.
type loanInfo struct {
	Account  account.Code `json:"account"`
	Sum      money.Amount `json:"sum"`                  // that is left, in minor units
	Brought  money.Amount `json:"brought_in,omitempty"` // as it was brought in; nothing of what was lent here
	Lent     money.Amount `json:"lent_here,omitempty"`  // in all; nothing of what was brought in
	Interest string       `json:"interest,omitempty"`
	Since    string       `json:"since,omitempty"`
	Due      string       `json:"due,omitempty"`
	text     string
}

// A move is what entries that concern a member moved of an account.
type move struct {
	net  money.Amount // a debit, or a credit if negative
	lent money.Amount // credits, less those that were reversed
}

// A moved is what entries that concern a member moved of accounts.
type moved map[account.Code]move

func (m moved) add(rec account.Record) {
	for _, l := range rec.Lines {
		is := m[l.Account]
		is.net += l.Amount
		if (rec.Reverses != 0) == (l.Amount > 0) {
			is.lent -= l.Amount
		}
		m[l.Account] = is
	}
}

// movedOf is what entries that concern a member moved.
func (r *reading) movedOf(m state.Member) (moved, error) {
	if r.lists == nil { // at an earlier height, which lists do not know
		all, err := r.allMoved()
		return all[m], err
	}
	out := moved{}
	q := account.About.Ask(r.Coop(), account.MemberKey{Member: m}, account.MemberKey{Member: m, Entry: ^uint64(0)})
	err := listed(r, account.About, q, func(r *reading, k account.MemberKey) (bool, error) {
		rec, err := account.EntryOf(r, k.Entry)
		out.add(rec)
		return true, err
	})
	return out, err
}

// allMoved is what entries that concern members moved, of each.
func (r *reading) allMoved() (map[state.Member]moved, error) {
	out := map[state.Member]moved{}
	err := account.Journal(r, 0, ^uint64(0), func(_ uint64, rec account.Record) (bool, error) {
		if rec.Of == 0 {
			return true, nil
		}
		if out[rec.Of] == nil {
			out[rec.Of] = moved{}
		}
		out[rec.Of].add(rec)
		return true, nil
	})
	return out, err
}

// A loanLeft is a loan of which Sum is left, and what it was as it was brought in or, in all, lent
// here.
type loanLeft struct {
	takeover.Loan
	brought, here money.Amount
}

// loansLeft are a member's loans, as brought in, less what was paid back since, and with what it
// lent since: by entries that concern it. What is paid back on an account is so of the loan that
// is due first; what was paid back beyond all of them is one below zero.
func loansLeft(past takeover.Past, by moved) []loanLeft {
	by = maps.Clone(by)
	out := make([]loanLeft, len(past.Loans))
	order := make([]int, len(past.Loans))
	for i, l := range past.Loans {
		out[i], order[i] = loanLeft{Loan: l, brought: l.Sum}, i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Compare(past.Loans[a].Due-1, past.Loans[b].Due-1) // one that is not due is the last
	})
	for _, i := range order {
		l := &out[i]
		if is := by[l.Account]; is.net > 0 {
			paid := min(is.net, l.Sum)
			l.Sum -= paid
			is.net -= paid
			by[l.Account] = is
		}
	}
	codes := []account.Code{membersLoans}
	for _, l := range past.Loans {
		codes = append(codes, l.Account)
	}
	slices.Sort(codes)
	for _, code := range slices.Compact(codes) {
		if is := by[code]; is.net != 0 || is.lent > 0 {
			out = append(out, loanLeft{Loan: takeover.Loan{Account: code, Sum: -is.net}, here: is.lent})
		}
	}
	return out
}

// loansOf is what is left of what a member has lent.
func (r *reading) loansOf(m state.Member, past takeover.Past) (out []loanInfo, err error) {
	by, err := r.movedOf(m)
	if err != nil {
		return nil, err
	}
	for _, l := range loansLeft(past, by) {
		info := loanInfo{Account: l.Account, Sum: l.Sum, Brought: l.brought, Lent: l.here, Since: dayOrNone(l.Since), Due: dayOrNone(l.Due), text: r.money(l.Sum)}
		if was := l.brought + l.here; was > l.Sum {
			info.text += " of " + r.money(was)
		}
		if l.Interest.Den != 0 {
			info.Interest = words.Rate(l.Interest)
			info.text += " at " + info.Interest
		}
		if info.Due != "" {
			info.text += ", due " + info.Due
		}
		if l.Sum < 0 {
			info.text = r.money(-l.Sum) + " more was paid back than was lent"
		}
		info.text += " (" + account.Named(r, l.Account) + ")"
		if l.brought != 0 {
			info.text = asBroughtIn(info.text)
		}
		out = append(out, info)
	}
	return out, nil
}

// broughtIn adds what the register before said of a member, and what is left of its loans.
func (r *reading) broughtIn(m state.Member, info *memberInfo) error {
	past, _, err := takeover.PastOf(r, m)
	if err != nil {
		return err
	}
	info.Before, info.Joined = past.Ref, dayOrNone(past.Joined)
	info.Loans, err = r.loansOf(m, past)
	return err
}

// lent says in a line what is left of loans, also of one that is paid back.
func lent(loans []loanInfo) string {
	var all []string
	for _, l := range loans {
		all = append(all, l.text)
	}
	return strings.Join(all, "; ")
}

// unsettled are the loans of which something is left.
func unsettled(loans []loanInfo) []loanInfo {
	return slices.DeleteFunc(slices.Clone(loans), func(l loanInfo) bool { return l.Sum == 0 })
}

// owed are the loans as lines of what the co-op owes a member.
func owed(loans []loanInfo) (out []moneyLine) {
	for _, l := range loans {
		what := fmt.Sprintf("loan on account %d", l.Account)
		if l.Interest != "" {
			what += " at " + l.Interest
		}
		line := moneyLine{For: what, ToYou: l.Sum, Due: or(l.Due, "as agreed")}
		if l.Sum < 0 {
			line = moneyLine{For: "more paid back than was lent, " + what, ByYou: -l.Sum}
		} else if l.Sum == 0 {
			line.Due, line.settled = "paid back", true
		}
		out = append(out, line)
	}
	return out
}

// everyLoan calls fn for what is left of each loan, also of none, by the numbers of members.
func (r *reading) everyLoan(fn func(state.Member, loanLeft) error) error {
	all, err := r.allMoved()
	if err != nil {
		return err
	}
	pasts := map[state.Member]takeover.Past{}
	for m := range all {
		pasts[m] = takeover.Past{} // who may have lent here alone
	}
	err = takeover.Pasts(r, 0, ^state.Member(0), func(m state.Member, p takeover.Past) (bool, error) {
		pasts[m] = p
		return true, nil
	})
	if err != nil {
		return err
	}
	for _, m := range slices.Sorted(maps.Keys(pasts)) {
		for _, l := range loansLeft(pasts[m], all[m]) {
			if err := fn(m, l); err != nil {
				return err
			}
		}
	}
	return nil
}

// exportLoans are what is left of what members have lent, and what registers owe them, on the
// account on which the tables have it. It adds what was lent by account to lent, and says who was
// paid back more.
func (r *reading) exportLoans(claims []claim, on account.Code, lent map[account.Code]money.Amount) (out [][]string, over []string, err error) {
	out = [][]string{{"number", "account", "sum", "interest", "since", "due"}}
	err = r.everyLoan(func(m state.Member, l loanLeft) error {
		lent[l.Account] += l.Sum
		switch {
		case l.Sum < 0:
			over = append(over, fmt.Sprintf("member %d was paid back %s more than it had lent on account %d: put that right before it is brought in elsewhere", m, r.money(-l.Sum), l.Account))
		case l.Sum > 0:
			out = append(out, []string{fmt.Sprint(m), strconv.Itoa(int(l.Account)), r.decimal(l.Sum), exactRate(l.Interest), dayOrNone(l.Since), dayOrNone(l.Due)})
		}
		return nil
	})
	for _, c := range claims {
		out = append(out, []string{fmt.Sprint(c.member), strconv.Itoa(int(on)), r.decimal(c.sum), "", "", ""})
	}
	return out, over, err
}

// writeRepaid writes the loans of which nothing is left, as they were lent.
func (r *reading) writeRepaid(line func(...string) error) error {
	if err := line("number", "account", "lent", "interest", "since", "due"); err != nil {
		return err
	}
	return r.everyLoan(func(m state.Member, l loanLeft) error {
		if l.Sum != 0 {
			return nil
		}
		return line(fmt.Sprint(m), strconv.Itoa(int(l.Account)), r.decimal(l.brought+l.here), exactRate(l.Interest), dayOrNone(l.Since), dayOrNone(l.Due))
	})
}

// loansAfter say what is left of a member's loans before and after entries.
func (r *reading) loansAfter(m state.Member, lines []account.Line) (out []state.Clause, err error) {
	past, _, err := takeover.PastOf(r, m)
	if err != nil {
		return nil, err
	}
	by, err := r.movedOf(m)
	if err != nil {
		return nil, err
	}
	after := maps.Clone(by)
	if after == nil {
		after = moved{}
	}
	after.add(account.Record{Lines: lines})
	left := func(by moved) map[account.Code]money.Amount {
		sums := map[account.Code]money.Amount{}
		for _, l := range loansLeft(past, by) {
			sums[l.Account] += l.Sum
		}
		return sums
	}
	before, then := left(by), left(after)
	for _, code := range slices.Sorted(maps.Keys(then)) {
		if before[code] == then[code] {
			continue
		}
		c := state.Clause{What: fmt.Sprintf("left of what member %d has lent, %s", m, account.Named(r, code)), Before: r.money(before[code]), After: r.money(then[code])}
		if then[code] < 0 {
			c.After = r.money(-then[code]) + " more paid back than was lent"
		}
		out = append(out, c)
	}
	return out, nil
}

// exactRate is a rate as it is read again exactly; nothing if there is none.
func exactRate(rate money.Rate) string {
	if rate.Den == 0 {
		return ""
	}
	text := words.Rate(rate)
	if back, err := figure.Rate(text); err != nil || back != rate {
		return fmt.Sprintf("%d/%d", rate.Num, rate.Den)
	}
	return text
}
