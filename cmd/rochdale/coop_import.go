package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/client/figure"
	"github.com/rochdale-ledger/rochdale/client/sheet"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/share"
	"github.com/rochdale-ledger/rochdale/state/takeover"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// Tables of a co-op that is brought in, in one folder.
const (
	membersTable  = "members.csv"
	holdingsTable = "holdings.csv"
	balancesTable = "balances.csv"
)

// A moving is what tables of a co-op come to: its people in the order of the table, and
// what is wrong with them.
type moving struct {
	dir      string
	day      uint64
	people   []takeover.Person
	lines    []int // of people, in their table
	at       map[string]int
	balances []account.Line
	capital  money.Amount             // of the holdings, at par
	booked   money.Amount             // share capital by the table of balances, as a credit
	units    map[share.Class]uint64   // held
	classes  map[charter.Class]uint64 // members
	wrong    []string
	taken    map[int]state.Member // people whose key is on the register, and whose
}

// bad notes what is wrong with a line.
func (m *moving) bad(table string, line int, format string, args ...any) {
	m.wrong = append(m.wrong, fmt.Sprintf("%s, line %d: %s", filepath.Join(m.dir, table), line, fmt.Sprintf(format, args...)))
}

func newCoopImportCmd() *cobra.Command {
	var day string
	var check bool
	cmd := &cobra.Command{
		Use:   "import DIR",
		Short: "Bring an existing co-op in: its members, holdings and balances",
		Long: `Bring an existing co-op in, from tables in a folder:

  members.csv   number,key,class,joined,commitment,proof
  holdings.csv  number,class,units,since
  balances.csv  account,debit,credit

number is that of the member in the register until now; dates are like 2019-03-31, and
what is not known is left out. All is checked against each other first, and everything
that is wrong is said: nothing is recorded unless all is right. The holdings at par have
to be the share capital of account 3000.

Members adopt it by a motion of the kind that the charter entrenches (--propose); the
motion has the digests of the parts, so that no others can be loaded. When it is carried,
the same command without --propose loads them, some hundred members a transaction, and
can be stopped and started again. With the last part the opening balances are posted.`,
		Example: `  rochdale coop import ours --day 2026-12-31 --check
  rochdale coop import ours --day 2026-12-31 --propose 2 --title "We move in"
  rochdale coop import ours --day 2026-12-31`,
		Args: wantArgs("DIR"),
		RunE: func(cmd *cobra.Command, args []string) error {
			on, err := parseDay("--day", day)
			if err != nil {
				return err
			}
			if check {
				return read(cmd, func(r *reading) error { return r.checkMoving(cmd, args[0], on) })
			}
			s, err := openSession(cmd)
			if err != nil {
				return err
			}
			return s.moveIn(cmd, args[0], on)
		},
	}
	cmd.Flags().BoolVar(&check, "check", false, "only check the tables, and say what they come to")
	addDayFlag(cmd, &day, "day", "the day to which the tables are true")
	must(cmd.MarkFlagRequired("day"))
	addActFlags(cmd)
	addProposeFlags(cmd)
	return cmd
}

// movingInfo is what tables come to.
type movingInfo struct {
	Members  uint64            `json:"members"`
	Classes  map[string]uint64 `json:"members_by_class"`
	Units    map[string]uint64 `json:"units_by_class"`
	Capital  money.Amount      `json:"share_capital"` // minor units
	Parts    int               `json:"parts"`
	Wrong    []string          `json:"wrong"`
	facts    []fact
	balances []account.Line
}

func (r *reading) checkMoving(cmd *cobra.Command, dir string, day uint64) error {
	m, err := r.readMoving(dir, day)
	if err != nil {
		return err
	}
	info := r.infoOf(m)
	err = show(cmd, info, func(w io.Writer) { writeFacts(w, info.facts...) })
	if err == nil && len(m.wrong) > 0 {
		err = m.refusal(cmd)
	}
	return err
}

// infoOf is what tables come to, for a report.
func (r *reading) infoOf(m *moving) movingInfo {
	info := movingInfo{Members: uint64(len(m.people)), Classes: map[string]uint64{}, Units: map[string]uint64{}, Capital: m.capital, Parts: len(m.parts()), Wrong: m.wrong}
	if info.Wrong == nil {
		info.Wrong = []string{}
	}
	info.facts = []fact{{"as of", words.Day(m.day)}, {"members", formatCount(int64(len(m.people)))}}
	for c := charter.Class(1); int(c) <= len(r.policy.Classes); c++ {
		if n := m.classes[c]; n > 0 {
			info.Classes[fmt.Sprint(c)] = n
			info.facts = append(info.facts, fact{"of " + r.policy.Class(c), formatCount(int64(n))})
		}
	}
	for c := share.Class(1); c <= share.MaxClasses; c++ {
		if n := m.units[c]; n > 0 {
			info.Units[fmt.Sprint(c)] = n
			info.facts = append(info.facts, fact{"shares of " + share.Named(r, c), share.AtPar(r, c, n)})
		}
	}
	info.facts = append(info.facts, fact{"share capital", r.money(m.capital)})
	for _, l := range m.balances {
		side := "debit"
		if l.Amount < 0 {
			side, l.Amount = "credit", -l.Amount
		}
		info.facts = append(info.facts, fact{account.Named(r, l.Account), r.money(l.Amount) + " " + side})
	}
	info.facts = append(info.facts, fact{"parts", info.Parts})
	return info
}

// most bounds what is said of tables that are wrong.
const mostWrong = 50

func (m *moving) refusal(cmd *cobra.Command) error {
	for i, text := range m.wrong {
		if i == mostWrong {
			note(cmd, "and %s more", formatCount(int64(len(m.wrong)-i)))
			break
		}
		note(cmd, "%s", text)
	}
	return withHint(fault("the tables are not right in %s; nothing is recorded", plural(uint64(len(m.wrong)), "place")), "put them right, and see with --check")
}

// parts are the people in the order of their table, MaxPart a part.
func (m *moving) parts() [][]takeover.Person {
	return slices.Collect(slices.Chunk(m.people, takeover.MaxPart))
}

// adoption is the action by which members adopt the tables.
func (m *moving) adoption() takeover.Adopt {
	a := takeover.Adopt{Day: m.day, People: uint64(len(m.people)), Capital: m.capital, Balances: m.balances}
	for _, part := range m.parts() {
		a.Parts = append(a.Parts, takeover.Digest(part))
	}
	return a
}

// moveIn proposes to adopt the tables, or loads them if that is carried.
func (s *session) moveIn(cmd *cobra.Command, dir string, day uint64) error {
	m, err := s.readMoving(dir, day)
	if err != nil {
		return err
	}
	if len(m.wrong) > 0 {
		return m.refusal(cmd)
	}
	adopt := m.adoption()
	if propose, _ := cmd.Flags().GetString("propose"); propose != "" {
		return s.take(cmd, act{kind: takeover.KindAdopt, action: adopt, ask: "members brought in leave only by resigning"})
	}
	now, ok, err := takeover.Of(s)
	if err != nil {
		return explainRead(err)
	}
	switch {
	case !ok || now.Done != 0 && !sameParts(now.Parts, adopt.Parts):
		return withHint(fault("members have not adopted these tables"), "propose them: rochdale coop import %s --day %s --propose KIND", dir, words.Day(day))
	case now.Done != 0:
		note(cmd, "all of it is loaded: members %s", span(uint64(now.First), uint64(now.First)+now.Came-1))
		return nil
	case !sameParts(now.Parts, adopt.Parts):
		return withHint(fault("the tables are not those that members adopted: part %d differs", firstDifferent(now.Parts, adopt.Parts)), "put the tables back as they were, or propose these: --propose KIND")
	}
	return s.loadParts(cmd, m, int(now.Loaded))
}

func sameParts(a, b [][]byte) bool { return len(a) == len(b) && firstDifferent(a, b) == 0 }

// firstDifferent is the number of the first part in which two lists differ, from 1; zero if
// in none that both have.
func firstDifferent(a, b [][]byte) int {
	for i := range min(len(a), len(b)) {
		if !bytes.Equal(a[i], b[i]) {
			return i + 1
		}
	}
	return 0
}

// loadParts loads the parts after those that are.
func (s *session) loadParts(cmd *cobra.Command, m *moving, loaded int) error {
	b := batch{title: "bringing members in"}
	n := 0
	for i, part := range m.parts() {
		if i < loaded {
			continue
		}
		n += len(part)
		b.parts = append(b.parts, batchPart{act{kind: takeover.KindLoad, action: takeover.Load{Part: uint32(i + 1), People: part}, gives: "member"}, len(part)})
	}
	if loaded > 0 {
		note(cmd, "%s of %d loaded already", plural(uint64(loaded), "part"), len(m.parts()))
	}
	b.words = "bring in " + plural(uint64(n), "member")
	info := importInfo{Result: resultDone, Action: b.words, Transactions: []string{}}
	numbers, err := s.takeAll(cmd, b, &info.Transactions, &info.Result)
	for i := range numbers {
		info.Entered += b.parts[i].size
	}
	if len(numbers) > 0 {
		info.First = numbers[0]
		info.Last = info.First + uint64(info.Entered) - 1
	}
	if err != nil {
		if info.Entered > 0 {
			return withHint(err, "run the same command again: it goes on where it stopped")
		}
		return err
	}
	return show(cmd, info, func(w io.Writer) {
		writeFacts(w, fact{info.Result, info.Action}, fact{agree(uint64(info.Entered), "member", "members"), span(info.First, info.Last)},
			fact{"transactions", len(info.Transactions)})
	})
}

// readMoving reads and checks the tables of a folder. Its error is that they cannot be
// read; what is wrong in them is noted.
func (r *reading) readMoving(dir string, day uint64) (*moving, error) {
	m := &moving{dir: dir, day: day, at: map[string]int{}, units: map[share.Class]uint64{}, classes: map[charter.Class]uint64{}, taken: map[int]state.Member{}}
	if day > state.DayOf(r.Time()) {
		return nil, withHint(fault("--day %s is to come", words.Day(day)), "give the day to which the tables are true")
	}
	if err := r.readPeople(m); err != nil {
		return nil, err
	}
	if err := r.readHoldings(m); err != nil {
		return nil, err
	}
	if err := r.readBalances(m); err != nil {
		return nil, err
	}
	if err := r.requireNew(m); err != nil {
		return nil, err
	}
	if m.booked != m.capital {
		m.wrong = append(m.wrong, fmt.Sprintf("the holdings at par are %s, the share capital of account %d is %s", r.money(m.capital), account.Capital, r.money(m.booked)))
	}
	if len(m.people) == 0 {
		m.wrong = append(m.wrong, "there are no members")
	}
	if most := takeover.MaxParts * takeover.MaxPart; len(m.people) > most {
		m.wrong = append(m.wrong, fmt.Sprintf("there are %s members, at most %s can be brought in at once", formatCount(int64(len(m.people))), formatCount(int64(most))))
	}
	return m, nil
}

// requireNew notes keys that are on the register, but for those that these tables brought
// there.
func (r *reading) requireNew(m *moving) error {
	now, _, err := takeover.Of(r)
	if err != nil {
		return err
	}
	same := int(now.Loaded)
	if at := firstDifferent(now.Parts, m.adoption().Parts); at > 0 {
		same = min(same, at-1)
	}
	for i := same * takeover.MaxPart; i < len(m.people); i++ {
		if holder := m.taken[i]; holder != 0 {
			m.bad(membersTable, m.lines[i], "the key is member %d's already", holder)
		}
	}
	return nil
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
	columns := []sheet.Column{{Name: "number"}, {Name: "key"}, {Name: "class", Optional: true}, {Name: "joined", Optional: true}, {Name: "commitment", Optional: true}, {Name: "proof", Optional: true}}
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
		if p.Entry.Key, err = parseKey(row.Cell("key")); err != nil {
			bad("%v", err)
		} else if first, twice := keys[p.Entry.Key.String()]; twice {
			bad("the key stands in line %d too", first)
		} else if holder, err := member.ByKey(r, p.Entry.Key); err != nil {
			bad("%v", err)
		} else if holder != 0 {
			m.taken[len(m.people)] = holder
		}
		keys[p.Entry.Key.String()] = row.Line
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
		if p.Entry.Proof, err = parseProof("the proof", p.Entry.Key, row.Cell("proof")); err != nil {
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
		if err != nil || class > share.MaxClasses {
			bad("there is no class of shares %s", row.Cell("class"))
			return
		}
		units, err := figure.Whole("shares", row.Cell("units"))
		if err != nil || units == 0 || units > share.MaxUnits {
			bad("%q is no number of shares", row.Cell("units"))
			return
		}
		since, err := m.dayIn(row, "since")
		if err != nil {
			bad("%v", err)
		}
		p := &m.people[i]
		at, had := slices.BinarySearchFunc(p.Held, share.Class(class), func(h takeover.Held, c share.Class) int { return int(h.Class) - int(c) })
		if !had {
			p.Held = slices.Insert(p.Held, at, takeover.Held{Class: share.Class(class)})
		}
		p.Held[at].Units += units
		p.Held[at].Since = max(p.Held[at].Since, since)
		m.units[share.Class(class)] += units
	})
	if err != nil {
		return err
	}
	return r.boundHoldings(m)
}

// boundHoldings notes holdings that the classes of shares do not allow, and sums them.
func (r *reading) boundHoldings(m *moving) error {
	rules, terms := map[share.Class]share.Rules{}, map[share.Class]share.Terms{}
	for i, p := range m.people {
		if len(p.Held) > takeover.MaxHeld {
			m.bad(membersTable, m.lines[i], "number %s holds shares of %d classes, at most %d can be brought in", p.Ref, len(p.Held), takeover.MaxHeld)
		}
		for _, h := range p.Held {
			if _, known := rules[h.Class]; !known {
				of, err := share.RulesOf(r, h.Class)
				if refused := state.Rejected(err); refused != nil {
					m.bad(membersTable, m.lines[i], "number %s holds shares of class %d, which there is not", p.Ref, h.Class)
					continue
				}
				if err != nil {
					return err
				}
				if terms[h.Class], err = share.TermsOf(r, h.Class); err != nil {
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
