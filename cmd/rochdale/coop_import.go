package main

import (
	"bytes"
	"fmt"
	"io"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
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
	capital  money.Amount                 // of the holdings, at par
	booked   money.Amount                 // share capital by the table of balances, as a credit
	units    map[shareclass.Number]uint64 // held
	classes  map[charter.Class]uint64     // members
	wrong    []string
	taken    map[int]state.Member // people whose key is on the register, and whose
	keyless  int                  // people without a key
	invites  inviteFlags          // of codes for people without a key
}

// bad notes what is wrong with a line.
func (m *moving) bad(table string, line int, format string, args ...any) {
	m.wrong = append(m.wrong, fmt.Sprintf("%s, line %d: %s", filepath.Join(m.dir, table), line, fmt.Sprintf(format, args...)))
}

func newCoopImportCmd() *cobra.Command {
	var day string
	var check bool
	var invites inviteFlags
	cmd := &cobra.Command{
		Use:   "import DIR",
		Short: "Bring an existing co-op in: its members, holdings and balances",
		Long: `Bring an existing co-op in, from tables in a folder:

  members.csv   number,key,class,joined,commitment,proof
  holdings.csv  number,class,units,since
  balances.csv  account,debit,credit

number is that of the member in the register until now; dates are like 2019-03-31, and
what is not known is left out. Who has no key yet makes one with an invitation code:
--codes names the file for the codes, one a line of members.csv, which is made the first
time and read from then on; without it they come in without a key. All is checked against each other first, and everything
that is wrong is said: nothing is recorded unless all is right. The holdings at par have
to be the share capital of account 3000.

Members adopt it by a motion of the kind that the charter entrenches (--propose); the
motion has the digests of the parts, so that no others can be loaded. When it is carried,
the same command without --propose loads them, some hundred members a transaction, and
can be stopped and started again. With the last part the opening balances are posted.`,
		Example: `  rochdale coop import ours --day 2026-12-31 --check
  rochdale coop import ours --day 2026-12-31 --codes codes.csv --propose 2
  rochdale coop import ours --day 2026-12-31 --codes codes.csv`,
		Args: wantArgs("DIR"),
		RunE: func(cmd *cobra.Command, args []string) error {
			on, err := parseDay("--day", day)
			if err != nil {
				return err
			}
			if check {
				return read(cmd, func(r *reading) error { return r.checkMoving(cmd, newMoving(args[0], on, invites)) })
			}
			s, err := openSession(cmd)
			if err != nil {
				return err
			}
			return s.moveIn(cmd, newMoving(args[0], on, invites))
		},
	}
	cmd.Flags().BoolVar(&check, "check", false, "only check the tables, and say what they come to")
	addDayFlag(cmd, &day, "day", "the day to which the tables are true")
	must(cmd.MarkFlagRequired("day"))
	cmd.Flags().StringVar(&invites.codes, "codes", "", "file for the codes of members without a key; it is made, or read if it is there")
	must(cmd.MarkFlagFilename("codes", "csv"))
	addDayFlag(cmd, &invites.until, "until", fmt.Sprintf("the last day on which codes can be used [%d days after --day]", movingDays))
	addActFlags(cmd)
	addProposeFlags(cmd)
	return cmd
}

// movingInfo is what tables come to.
type movingInfo struct {
	Members uint64            `json:"members"`
	Classes map[string]uint64 `json:"members_by_class"`
	Units   map[string]uint64 `json:"units_by_class"`
	Capital money.Amount      `json:"share_capital"` // minor units
	Parts   int               `json:"parts"`
	Wrong   []string          `json:"wrong"`
	facts   []fact
}

func (r *reading) checkMoving(cmd *cobra.Command, m *moving) error {
	if err := r.readMoving(cmd, m); err != nil {
		return err
	}
	info := r.infoOf(m)
	err := show(cmd, info, func(w io.Writer) { writeFacts(w, info.facts...) })
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
	if m.keyless > 0 {
		info.facts = append(info.facts, fact{"without a key", formatCount(int64(m.keyless))})
	}
	for c := charter.Class(1); int(c) <= len(r.policy.Classes); c++ {
		if n := m.classes[c]; n > 0 {
			info.Classes[fmt.Sprint(c)] = n
			info.facts = append(info.facts, fact{"of " + r.policy.Class(c), formatCount(int64(n))})
		}
	}
	for c := shareclass.Number(1); c <= shareclass.MaxClasses; c++ {
		if n := m.units[c]; n > 0 {
			info.Units[fmt.Sprint(c)] = n
			info.facts = append(info.facts, fact{"shares of " + shareclass.Named(r, c), shareclass.AtPar(r, c, n)})
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
func (s *session) moveIn(cmd *cobra.Command, m *moving) error {
	if err := s.readMoving(cmd, m); err != nil {
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
		return withHint(fault("members have not adopted these tables"), "propose them: rochdale coop import %s --day %s --propose KIND", m.dir, words.Day(m.day))
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

// movingDays is for how many days after that of the tables an invitation is that comes
// with them, if nothing is said: the same whenever the command is given.
const movingDays = 365

// newMoving is a folder that is not read yet.
func newMoving(dir string, day uint64, invites inviteFlags) *moving {
	return &moving{dir: dir, day: day, at: map[string]int{}, units: map[shareclass.Number]uint64{}, classes: map[charter.Class]uint64{}, taken: map[int]state.Member{}, invites: invites}
}

// readMoving reads and checks the tables of a folder. Its error is that they cannot be
// read; what is wrong in them is noted.
func (r *reading) readMoving(cmd *cobra.Command, m *moving) error {
	if m.day > state.DayOf(r.Time()) {
		return withHint(fault("--day %s is to come", words.Day(m.day)), "give the day to which the tables are true")
	}
	if err := r.readPeople(m); err != nil {
		return err
	}
	if err := r.readHoldings(m); err != nil {
		return err
	}
	if err := r.readBalances(m); err != nil {
		return err
	}
	if err := r.invite(cmd, m); err != nil {
		return err
	}
	if err := r.requireNew(m); err != nil {
		return err
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
	return nil
}

// invite gives those who have no key one that their code makes, unless something is wrong.
func (r *reading) invite(cmd *cobra.Command, m *moving) error {
	var without, lines []int
	for i, p := range m.people {
		if len(p.Entry.Key) == 0 {
			without, lines = append(without, i), append(lines, m.lines[i])
		}
	}
	if len(without) == 0 || m.invites.codes == "" || len(m.wrong) > 0 {
		return nil
	}
	until, err := parseDay("--until", m.invites.until)
	if err != nil {
		return err
	}
	if until == 0 {
		until = m.day + movingDays
	}
	if check, _ := cmd.Flags().GetBool("check"); check {
		return nil
	}
	codes, err := m.invites.codesFor(cmd, "line", lines)
	if err != nil {
		return err
	}
	for i, key := range keysOf(codes, r.Chain(), uint32(r.Coop())) {
		m.people[without[i]].Entry.Key, m.people[without[i]].Entry.Until = key, until
	}
	return nil
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
