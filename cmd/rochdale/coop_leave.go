package main

import (
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/document"
	"github.com/rochdale-ledger/rochdale/state/dues"
	"github.com/rochdale-ledger/rochdale/state/holding"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/office"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/surplus"
	"github.com/rochdale-ledger/rochdale/state/takeover"
	"github.com/rochdale-ledger/rochdale/state/withdrawal"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// Records of a co-op that leaves, which no other ledger takes in: for the reader.
const (
	owedRecord     = "owed.csv"
	repaidRecord   = "repaid.csv"
	journalRecord  = "journal.csv"
	motionsRecord  = "motions.csv"
	castsRecord    = "casts.csv"
	textsRecord    = "documents.csv"
	duesRecord     = "dues.csv"
	charterRecord  = "charter.toml"
	exportManifest = "export.json"
)

// A claim is what a register of the ledger owes a member.
type claim struct {
	member  state.Member
	account account.Code
	sum     money.Amount
	of      string // what it is owed for
}

// claims are what dividends, notices, redemptions and subscriptions owe members, in the
// order of their accounts and of the records.
func (r *reading) claims() (out []claim, err error) {
	add := func(m state.Member, code account.Code, sum money.Amount, of string, args ...any) {
		if sum > 0 {
			out = append(out, claim{m, code, sum, fmt.Sprintf(of, args...)})
		}
	}
	err = share.Subscriptions(r, 0, ^uint64(0), func(n uint64, s share.Subscription) (bool, error) {
		of := "subscription %d"
		if s.Unissued {
			of += ", issue taken back: only all members pay it back"
		}
		terms, err := shareclass.TermsOf(r, s.Class)
		if err != nil {
			return false, err
		}
		switch {
		case s.Status == share.Paid:
			value, err := money.Times(s.Units-s.Drawn, terms.Par)
			add(s.Member, account.Applications, value, of, n)
			return true, err
		case s.Status == share.Unpaid:
			add(s.Member, account.Applications, s.Received-money.Amount(s.Drawn)*terms.Par, of, n)
		}
		return true, nil
	})
	if err != nil {
		return nil, err
	}
	for _, notices := range []bool{false, true} {
		err := surplus.Periods(r, func(p surplus.Period, s surplus.Statement) (bool, error) {
			for step := uint8(1); step <= s.Steps; step++ {
				err := surplus.Parts(r, p, step, 0, ^state.Member(0), func(m state.Member, part surplus.Part) (bool, error) {
					if !notices && part.Paid == 0 && part.Settled == 0 {
						add(m, account.Dividends, part.Cash, "period %d", p)
					}
					if notices && part.Redeemed == 0 {
						add(m, account.Notices, part.Notice, "period %d", p)
					}
					return true, nil
				})
				if err != nil {
					return false, err
				}
			}
			return true, nil
		})
		if err != nil {
			return nil, err
		}
	}
	err = withdrawal.Range(r, 0, ^uint64(0), func(n uint64, t withdrawal.Ticket) (bool, error) {
		switch t.Status {
		case withdrawal.Owed:
			add(t.Member, account.Redemptions, t.Rest(), "request %d", n)
		case withdrawal.Aside:
			add(t.Member, account.Redemptions, t.Rest(), "request %d, set aside on %s", n, words.Day(t.Offered))
		}
		return true, nil
	})
	return out, err
}

// requireOwes refuses an account on which nothing can be owed as loans are.
func (r *reading) requireOwes(code account.Code) error {
	a, err := account.Find(r, code)
	if err == nil && !owes(a) {
		err = fault("account %d %s is none that loans can stand on", code, a.Name)
	}
	return withHint(err, "name an account of liabilities that is no register's total: --owed-on; see them: rochdale account list")
}

// owes says whether loans can stand on an account.
func owes(a account.Account) bool { return a.Type == account.Liability && a.Guard != account.RoomOnly }

// decimal is an amount as a table has it.
func (r *reading) decimal(a money.Amount) string {
	sign := ""
	if a < 0 {
		sign, a = "-", -a
	}
	return sign + words.Decimal(uint64(a), r.policy.Digits)
}

// dayOrNone is a day, nothing if it is zero.
func dayOrNone(day uint64) string {
	if day == 0 {
		return ""
	}
	return words.Day(day)
}

// exportHoldings are the holdings of all classes as lines of the table: one for all units
// that a member has held since the same operation.
func (r *reading) exportHoldings(info *exportInfo) ([][]string, error) {
	out := [][]string{{"number", "class", "units", "since"}}
	err := shareclass.Range(r, func(class shareclass.Number, _ shareclass.Terms) (bool, error) {
		t, err := share.TotalsOf(r, class)
		if err != nil {
			return false, err
		}
		info.Capital += t.Capital
		return true, share.RangeHoldings(r, class, 0, ^state.Member(0), func(m state.Member, h share.Holding) (bool, error) {
			if h.Units == 0 {
				return true, nil
			}
			lots, err := holding.Lots(r, class, m)
			if err != nil {
				return false, err
			}
			for _, lot := range lots {
				parts, err := r.heldSince(class, m, lot)
				if err != nil {
					return false, err
				}
				for _, h := range parts {
					out = append(out, []string{fmt.Sprint(m), fmt.Sprint(class), fmt.Sprint(h.Units), dayOrNone(h.Since)})
				}
			}
			return true, nil
		})
	})
	return out, err
}

// heldSince are the parts of a lot, each with the day since which it is held, here or in the
// register before. What was held first left first, so what is left of what was brought in is
// the latest.
func (r *reading) heldSince(class shareclass.Number, m state.Member, lot holding.Lot) ([]takeover.Held, error) {
	o, _, err := share.OperationOf(r, lot.Operation)
	if err != nil || o.Sort != share.BroughtIn {
		return []takeover.Held{{Class: class, Units: lot.Units, Since: lot.Day}}, err
	}
	past, _, err := takeover.PastOf(r, m)
	var out []takeover.Held
	rest := lot.Units
	for _, h := range slices.Backward(past.Held) {
		if h.Class != class || rest == 0 {
			continue
		}
		h.Units = min(h.Units, rest)
		rest -= h.Units
		out = slices.Insert(out, 0, h)
	}
	return out, err
}

// exportOffices are who holds what, since when, here or in the register before, and until
// when.
func (r *reading) exportOffices() ([][]string, error) {
	out := [][]string{{"number", "office", "since", "until"}}
	offices, err := charter.OfficesOf(r)
	if err != nil {
		return nil, err
	}
	for _, o := range offices {
		holders, err := member.Holders(r, o)
		if err != nil {
			return nil, err
		}
		for _, m := range holders {
			post, _, err := member.PostOf(r, m, o)
			if err != nil {
				return nil, err
			}
			term, err := office.TermOf(r, o, m)
			if err != nil {
				return nil, err
			}
			past, _, err := takeover.PastOf(r, m)
			if err != nil {
				return nil, err
			}
			since := state.DayOf(post.Since)
			for _, had := range past.Posts {
				if had.Office == o && term.InARow == 1 {
					since = had.Since
				}
			}
			out = append(out, []string{fmt.Sprint(m), r.policy.Office(o), dayOrNone(since), dayOrNone(term.Until)})
		}
	}
	return out, nil
}

// exportNotices is the queue.
func (r *reading) exportNotices() ([][]string, error) {
	out := [][]string{{"number", "class", "units", "given", "ready"}}
	q, err := withdrawal.QueueOf(r)
	if err != nil {
		return nil, err
	}
	numbers, err := q.Numbers(r)
	if err != nil {
		return nil, err
	}
	for _, n := range numbers {
		t, err := withdrawal.Find(r, n)
		if err != nil {
			return nil, err
		}
		out = append(out, []string{fmt.Sprint(t.Member), fmt.Sprint(t.Class), fmt.Sprint(t.Units), words.Day(state.DayOf(t.Time)), words.Day(t.Ready)})
	}
	return out, nil
}

// An exportRecord is a table for the reader, written line by line.
type exportRecord struct {
	name  string
	lines func(line func(...string) error) error
}

// records are what no other ledger takes in.
func (r *reading) records(claims []claim) []exportRecord {
	return []exportRecord{
		{owedRecord, func(line func(...string) error) error { return r.writeClaims(line, claims) }}, {repaidRecord, r.writeRepaid},
		{journalRecord, r.writeJournal}, {motionsRecord, r.writeMotions}, {castsRecord, r.writeCasts},
		{textsRecord, r.writeTexts}, {acceptedRecord, r.writeAccepted}, {duesRecord, r.writeDues},
		{livesRecord, r.writeLives}, {keysRecord, r.writeKeys}, {operationsRecord, r.writeOperations},
		{patronageRecord, r.writePatronage}, {partsRecord, r.writeParts},
	}
}

func (r *reading) writeClaims(line func(...string) error, claims []claim) error {
	err := line("number", "account", "sum", "of")
	for _, c := range claims {
		if err == nil {
			err = line(fmt.Sprint(c.member), strconv.Itoa(int(c.account)), r.decimal(c.sum), c.of)
		}
	}
	return err
}

func (r *reading) writeJournal(line func(...string) error) error {
	if err := line("entry", "day", "account", "debit", "credit", "narrative", "reverses", "by", "concerns"); err != nil {
		return err
	}
	return account.Journal(r, 0, ^uint64(0), func(n uint64, rec account.Record) (bool, error) {
		for _, l := range rec.Lines {
			debit, credit := r.decimal(l.Amount), ""
			if l.Amount < 0 {
				debit, credit = "", r.decimal(-l.Amount)
			}
			err := line(fmt.Sprint(n), words.Day(rec.DayOf()), strconv.Itoa(int(l.Account)), debit, credit, rec.Narrative, numberOrNone(rec.Reverses), rec.By.String(), numberOrNone(uint64(rec.Of)))
			if err != nil {
				return false, err
			}
		}
		return true, nil
	})
}

func (r *reading) writeMotions(line func(...string) error) error {
	if err := line("motion", "title", "proposed", "by", "status", "outcome"); err != nil {
		return err
	}
	return ballot.Range(r, 0, ^ballot.Number(0), func(n ballot.Number, m ballot.Motion) (bool, error) {
		_, p, err := ballot.Find(r, n)
		if err != nil {
			return false, err
		}
		outcome := ""
		for _, res := range m.Result {
			outcome = res.Outcome.String()
		}
		return true, line(fmt.Sprint(n), m.Title, words.Day(state.DayOf(m.Proposed)), m.Proposer.String(), p.Status.String(), outcome)
	})
}

func (r *reading) writeCasts(line func(...string) error) error {
	if err := line("motion", "number", "cast"); err != nil {
		return err
	}
	return ballot.Range(r, 0, ^ballot.Number(0), func(n ballot.Number, _ ballot.Motion) (bool, error) {
		_, p, err := ballot.Find(r, n)
		if err != nil {
			return false, err
		}
		return true, ballot.RangeCasts(r, n, func(m state.Member, paper ballot.Paper) (bool, error) {
			return true, line(fmt.Sprint(n), fmt.Sprint(m), p.Answer(paper.Marks))
		})
	})
}

func (r *reading) writeTexts(line func(...string) error) error {
	if err := line("text", "name", "version", "sha256", "from", "accepted"); err != nil {
		return err
	}
	return document.Range(r, 0, ^document.Number(0), func(n document.Number, t document.Text) (bool, error) {
		return true, document.Versions(r, n, func(k uint32, v document.Version) (bool, error) {
			return true, line(fmt.Sprint(n), t.Name, fmt.Sprint(k), hex.EncodeToString(v.Digest), words.Day(v.From), fmt.Sprint(v.Accepted))
		})
	})
}

func (r *reading) writeDues(line func(...string) error) error {
	if err := line("number", "sum", "entry", "day", "by"); err != nil {
		return err
	}
	return member.Range(r, 0, ^state.Member(0), func(m state.Member, _ member.Record) (bool, error) {
		return true, dues.Payments(r, m, func(_ uint64, p dues.Payment) (bool, error) {
			return true, line(fmt.Sprint(m), r.decimal(p.Amount), fmt.Sprint(p.Entry), words.Day(state.DayOf(p.Time)), p.By.String())
		})
	})
}
