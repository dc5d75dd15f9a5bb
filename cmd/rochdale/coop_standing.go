package main

import (
	"fmt"
	"io/fs"
	"maps"
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
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/takeover"
	"github.com/rochdale-ledger/rochdale/state/words"
)

// readOffices reads who holds what, and notes what the charter does not allow.
func (r *reading) readOffices(m *moving) error {
	columns := []sheet.Column{{Name: "number"}, {Name: "office"}, {Name: "since", Optional: true}, {Name: "until", Optional: true}}
	return m.eachLine(officesTable, true, columns, func(row sheet.Row) {
		bad := func(column, format string, args ...any) { m.bad(at(officesTable, row, column), format, args...) }
		i, known := m.personIn(officesTable, row)
		if !known {
			return
		}
		p := &m.people[i]
		post := takeover.Post{}
		if row.Cell("office") == "" {
			bad("office", "the office is missing")
			return
		}
		var err error
		if post.Office, err = r.officeNamed(row.Cell("office")); err != nil {
			bad("office", "%v", err)
			return
		}
		if p.Left != 0 {
			bad("number", "number %s left on %s, and holds no office", p.Ref, words.Day(p.Left))
			return
		}
		if p.Here != 0 {
			where := "; leave the line out"
			if m.founds != nil {
				where += ", and write the office into the table of founders; its term begins with the founding"
			}
			bad("number", "number %s is member %d here, and has the offices that it has here%s", p.Ref, p.Here, where)
			return
		}
		k, twice := slices.BinarySearchFunc(p.Posts, post.Office, func(a takeover.Post, o charter.Office) int { return int(a.Office) - int(o) })
		if twice {
			bad("office", "number %s is %s in a line above too", p.Ref, r.policy.Office(post.Office))
			return
		}
		if post.Since, err = m.dayIn(row, "since", p.Joined); err != nil {
			bad("since", "%v", err)
		}
		if post.Until, err = r.untilIn(m, row, post); err != nil {
			bad("until", "%v", err)
		}
		if len(p.Posts) == takeover.MaxPosts {
			bad("number", "number %s holds more than %d offices", p.Ref, takeover.MaxPosts)
			return
		}
		p.Posts = slices.Insert(p.Posts, k, post)
		m.offices++
		s := m.seats[post.Office]
		m.seats[post.Office] = seating{append(s.people, i), at(officesTable, row, "office")}
	})
}

// untilIn is the day on which a term is over, not before the day of the tables and within
// what the charter allows; zero if the cell is empty.
func (r *reading) untilIn(m *moving, row sheet.Row, post takeover.Post) (uint64, error) {
	day, err := parseDay("until", row.Cell("until"))
	if err != nil || day == 0 {
		return 0, err
	}
	most := uint64(charter.MaxTerm)
	if rule, _ := r.policy.Membership.Rule(post.Office); rule.Term > 0 {
		most = uint64(rule.Term)
	}
	switch {
	case day < m.day:
		return 0, fmt.Errorf("until %s is before %s: the term was over", words.Day(day), words.Day(m.day))
	case day > state.DayOf(r.Time())+1+most:
		return 0, fmt.Errorf("until %s is more than the %d days that a term can be", words.Day(day), most)
	}
	return day, nil
}

// A seating is who holds an office by the tables, as places among the people, and the last
// line that says so.
type seating struct {
	people []int
	where  place
}

// seat notes more holders of an office, beside those whom it has, than the charter has seats
// for, of all or of a class.
func (r *reading) seat(m *moving, o charter.Office, people []int, where place) error {
	now, err := member.Holders(r, o)
	if err != nil {
		return err
	}
	rule, _ := r.policy.Membership.Rule(o)
	most, name := member.MaxHolders, r.policy.Office(o)
	if rule.Seats > 0 {
		most = int(rule.Seats)
	}
	if n := len(now) + len(people); n > most {
		m.bad(where, "%d would be %s, %d of them here already; %d can", n, name, len(now), most)
	}
	for _, of := range rule.Classes {
		n := 0
		for _, who := range now {
			rec, err := member.Find(r, who)
			if err != nil {
				return err
			}
			if rec.Class() == of.Class {
				n++
			}
		}
		for _, i := range people {
			if m.people[i].Entry.Class == of.Class {
				n++
			}
		}
		if n > int(of.Most) {
			m.bad(where, "%d of %s would be %s, %d can", n, r.policy.Class(of.Class), name, of.Most)
		}
	}
	return nil
}

// readLoans reads what members have lent.
func (r *reading) readLoans(m *moving) error {
	columns := []sheet.Column{{Name: "number"}, {Name: "account", Optional: true}, {Name: "sum", Figure: true},
		{Name: "interest", Optional: true, Figure: true}, {Name: "since", Optional: true}, {Name: "due", Optional: true}}
	return m.eachLine(loansTable, true, columns, func(row sheet.Row) {
		bad := func(column, format string, args ...any) { m.bad(at(loansTable, row, column), format, args...) }
		i, known := m.personIn(loansTable, row)
		if !known {
			return
		}
		p := &m.people[i]
		loan := takeover.Loan{}
		var a account.Account
		var err error
		switch loan.Account, a, err = r.accountIn(row, loansAccount); {
		case err != nil:
			bad("account", "%v", err)
			return
		case !owes(a):
			bad("account", "account %d is none that loans can stand on", loan.Account)
			return
		}
		if loan.Sum, err = r.parseMoney(row.Cell("sum")); err == nil && loan.Sum <= 0 {
			err = fmt.Errorf("a loan is of more than nothing")
		}
		if err != nil {
			bad("sum", "%v", err)
			return
		}
		if text := row.Cell("interest"); text != "" {
			if loan.Interest, err = figure.Rate(text); err != nil {
				bad("interest", "%v", err)
			}
		}
		if loan.Since, err = m.dayIn(row, "since", p.Joined); err != nil {
			bad("since", "%v", err)
		}
		if loan.Due, err = parseDay("due", row.Cell("due")); err == nil && loan.Due != 0 && loan.Due < loan.Since {
			err = fmt.Errorf("due %s is before %s, when it was lent", words.Day(loan.Due), words.Day(loan.Since))
		}
		if err != nil {
			bad("due", "%v", err)
		}
		if len(p.Loans) == takeover.MaxLoans {
			bad("number", "number %s has lent more than %d times; put those that are alike together", p.Ref, takeover.MaxLoans)
			return
		}
		if m.loans[loan.Account], err = money.Add(m.loans[loan.Account], loan.Sum); err != nil {
			bad("sum", "the loans come to more than there can be")
			return
		}
		k := 0
		for k < len(p.Loans) && p.Loans[k].Account <= loan.Account {
			k++
		}
		p.Loans = slices.Insert(p.Loans, k, loan)
	})
}

// lenders are the accounts of loans, ascending.
func (m *moving) lenders() []account.Code { return slices.Sorted(maps.Keys(m.loans)) }

// readNotices reads who asked shares back, in the order of the queue.
func (r *reading) readNotices(m *moving) error {
	limits, err := shareclass.LimitsOf(r)
	if err != nil {
		return err
	}
	before := uint64(0)
	columns := []sheet.Column{{Name: "number"}, {Name: "class", Optional: true}, {Name: "units", Figure: true}, {Name: "given"}, {Name: "ready", Optional: true}}
	var failed error
	asked := map[int]map[shareclass.Number]uint64{}
	bound := map[shareclass.Number]bool{} // classes of which a notice was read
	err = m.eachLine(noticesTable, true, columns, func(row sheet.Row) {
		bad := func(column, format string, args ...any) { m.bad(at(noticesTable, row, column), format, args...) }
		i, known := m.personIn(noticesTable, row)
		if !known {
			return
		}
		n := takeover.Notice{Person: uint64(i) + 1, Class: m.classIn(noticesTable, row), Units: m.unitsIn(noticesTable, row)}
		if n.Class == 0 || n.Units == 0 {
			return
		}
		var err error
		if n.Given, err = m.dayIn(row, "given", m.people[i].Joined); err == nil && n.Given == 0 {
			err = fmt.Errorf("the day on which it was given is missing")
		}
		if err == nil && n.Given < before {
			err = fmt.Errorf("given %s is before %s, of the notice above it: the queue is in the order of the days", words.Day(n.Given), words.Day(before))
		}
		if err != nil {
			bad("given", "%v", err)
			return
		}
		before = n.Given
		rules, err := shareclass.RulesOf(r, n.Class)
		if state.Rejected(err) != nil {
			if !bound[n.Class] && !m.unread[sharesTable] { // or it is said
				bad("class", "there is no class of shares %d", n.Class)
			}
			bound[n.Class] = true
			return
		}
		if err != nil {
			failed = err
			return
		}
		if n.Ready, err = m.readyIn(row, n, rules, limits); err != nil {
			bad("ready", "%v", err)
			return
		}
		if asked[i] == nil {
			asked[i] = map[shareclass.Number]uint64{}
		}
		asked[i][n.Class] += n.Units
		switch why := m.mayAsk(rules, m.people[i], n.Class, asked[i][n.Class]); {
		case !rules.Redeemable && bound[n.Class]: // which was said of the first
		case why != "":
			bad("units", "%s", why)
		}
		bound[n.Class] = true
		if len(m.notices) == 0 {
			m.asked = at(noticesTable, row, "given")
		}
		m.notices = append(m.notices, n)
	})
	if err == nil {
		err = failed
	}
	return err
}

// mayAsk says why a person cannot have asked so many shares of a class back, nothing if it
// can.
func (m *moving) mayAsk(rules shareclass.Rules, p takeover.Person, class shareclass.Number, units uint64) string {
	held := uint64(0)
	for _, h := range p.Held {
		if h.Class == class {
			held += h.Units
		}
	}
	switch rest := held - min(units, held); {
	case !rules.Redeemable && m.founds != nil:
		return fmt.Sprintf("shares of class %d are not redeemable, so no notice of them can be loaded; write yes into the column redeemable of %s, or leave them out", class, sharesTable)
	case !rules.Redeemable:
		return fmt.Sprintf("shares of class %d are not redeemable; set rules first: rochdale share set-rules %d", class, class)
	case units > held:
		return fmt.Sprintf("number %s asks %s of class %d back and holds %d", p.Ref, plural(units, "share"), class, held)
	case rest > 0 && rest < rules.MinHolding:
		return fmt.Sprintf("number %s would keep %s of class %d, the least is %d", p.Ref, plural(rest, "share"), class, rules.MinHolding)
	case rest < rules.MinHolding && p.Left == 0 && slices.Contains(rules.Needed, p.Entry.Class):
		return fmt.Sprintf("number %s keeps %s of class %d as long as it is a member", p.Ref, plural(uint64(rules.MinHolding), "share"), class)
	}
	return ""
}

// requireTables notes tables of the folder that nothing reads, whose name may be wrong.
// Files that are no tables are passed over, and said.
func (m *moving) requireTables(cmd *cobra.Command) error {
	files, err := os.ReadDir(m.dir)
	if err != nil {
		return withHint(fault("reading the folder: %w", err), "check the path")
	}
	beside := [...]string{m.invites.codes, m.invites.keys, invitationsBeside(m.invites.codes)}
	var others []string
	for _, f := range files {
		info, err := f.Info()
		if err != nil || strings.HasPrefix(f.Name(), ".") || isOfMoving(f.Name()) || slices.ContainsFunc(beside[:], func(path string) bool {
			of, err := os.Stat(path)
			return err == nil && os.SameFile(info, of)
		}) {
			continue
		}
		if isTable(f) {
			m.disagree("%s is none of the tables %s", filepath.Join(m.dir, f.Name()), words.List(movingFiles[:tables], "and"))
			continue
		}
		others = append(others, words.Quote(f.Name()))
	}
	if len(others) > 0 {
		note(cmd, "passed over in %s: %s", m.dir, words.List(others, "and"))
	}
	return nil
}

// tables is how many of the files are read.
const tables = 8

// movingFiles are those that can be in the folder: the tables, and what export writes beside
// them.
var movingFiles = []string{membersTable, holdingsTable, officesTable, loansTable, noticesTable, balancesTable, sharesTable, classesTable,
	owedRecord, repaidRecord, livesRecord, operationsRecord, acceptedRecord, keysRecord, patronageRecord, partsRecord, journalRecord, motionsRecord, castsRecord, textsRecord, duesRecord, charterRecord, exportManifest, receiptsFolder, tablesProof, invitationsTable}

// isOfMoving says whether a file is one of these, as CSV or JSON.
func isOfMoving(name string) bool {
	return slices.ContainsFunc(movingFiles, func(known string) bool { return name == known || name == jsonOf(known) && known != jsonOf(known) })
}

func isTable(f fs.DirEntry) bool {
	switch strings.ToLower(filepath.Ext(f.Name())) {
	case ".csv", ".tsv", ".json", ".xlsx", ".xls", ".ods":
		return !f.IsDir()
	}
	return false
}

// fit notes offices that would have more holders than seats, before any part is loaded.
func (r *reading) fit(m *moving) error {
	for _, o := range slices.Sorted(maps.Keys(m.seats)) {
		if err := r.seat(m, o, m.seats[o].people, m.seats[o].where); err != nil {
			return err
		}
	}
	return nil
}

// requireNew notes keys and numbers that are on the register, but for those that these
// tables brought there.
func (r *reading) requireNew(m *moving) error {
	now, ok, err := takeover.Of(r)
	if err != nil {
		return err
	}
	if err := r.requireFloors(m, now); err != nil {
		return err
	}
	parts := m.parts()
	same := int(now.Loaded)
	if at := firstDifferent(now.Parts, m.adoption(parts).Parts); at > 0 {
		same = min(same, at-1)
	}
	same = min(same, len(parts))
	loaded := 0
	for _, p := range parts[:same] {
		loaded += len(p.People)
	}
	if loaded < len(m.people) && m.wantsCodes(now) {
		return nil // said when they are loaded
	}
	had, came := map[string]state.Member{}, map[state.Member]bool{}
	if ok {
		err := takeover.Pasts(r, 0, ^state.Member(0), func(who state.Member, p takeover.Past) (bool, error) {
			had[p.Ref], came[who] = who, true
			return true, nil
		})
		if err != nil {
			return err
		}
	}
	if same == 0 {
		if err := r.fit(m); err != nil {
			return err
		}
	}
	for i := loaded; i < len(m.people); i++ {
		if holder := m.taken[i]; holder != 0 {
			m.bad(m.lines[i], "the key is member %d's already; if that is who it is, write %d in a column called member", holder, holder)
		} else if here := m.people[i].Here; here != 0 && came[here] {
			m.bad(m.lines[i], "what member %d had was brought in already", here)
		} else if here != 0 {
			if err := r.requireFresh(m, i); err != nil {
				return err
			}
		} else if who := had[m.people[i].Ref]; who != 0 {
			m.bad(m.lines[i], "number %s was brought in already, as member %d", m.people[i].Ref, who)
		}
	}
	return nil
}

// unseatedInfo is somebody who came in without an office, which others hold by now.
type unseatedInfo struct {
	Member state.Member `json:"member"`
	Office string       `json:"office"`
}

// unseated says who of a register that was just loaded came in without an office that members
// adopted, since they filled it meanwhile or have it no more.
func (s *session) unseated(cmd *cobra.Command) (out []unseatedInfo, err error) {
	r, err := s.latest(cmd)
	if err != nil {
		return nil, err
	}
	t, _, err := takeover.Of(r)
	if err != nil || t.Done == 0 {
		return nil, err
	}
	for _, seat := range t.Seats {
		if seat.Until != 0 && seat.Until <= state.DayOf(r.Time()) {
			continue // its term was over
		}
		who := t.Member(seat.Person)
		holds, err := member.Holds(r, who, seat.Office)
		if err != nil {
			return nil, err
		}
		if !holds {
			out = append(out, unseatedInfo{who, charter.OfficeName(r, seat.Office)})
		}
	}
	if len(out) == 0 {
		return nil, nil
	}
	var said []string
	for _, u := range out {
		said = append(said, fmt.Sprintf("member %d came in without an office: %s", u.Member, u.Office))
	}
	noteAll(cmd, said)
	hint(cmd, "members filled these offices, or changed the charter, since they adopted who comes in; see who holds them: rochdale office list")
	return out, nil
}
