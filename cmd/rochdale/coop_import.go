package main

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/client/figure"
	"github.com/rochdale-ledger/rochdale/node/founding"
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
	officesTable  = "offices.csv"
	loansTable    = "loans.csv"
	noticesTable  = "notices.csv"
	balancesTable = "balances.csv"
	sharesTable   = "shares.csv"  // classes of shares
	classesTable  = "classes.csv" // of members, that they were of
)

// A moving is what tables of a co-op come to: its people in the order of the table, and
// what is wrong with them.
type moving struct {
	dir      string
	files    map[string]string // of tables, by their names as CSV
	day      uint64
	ignore   []string // columns of the table of members to pass over
	comma    bool     // figures are written 1.234,50
	swapped  bool     // a figure that cannot be read could, with comma and point exchanged
	people   []takeover.Person
	lines    []place // of people, in their table
	at       map[string]int
	notices  []takeover.Notice
	asked    place // of the first notice
	seats    map[charter.Office]seating
	loans    map[account.Code]money.Amount
	balances []account.Line
	capital  money.Amount                 // of the holdings, at par
	booked   money.Amount                 // share capital by the table of balances, as a credit
	units    map[shareclass.Number]uint64 // held
	classes  map[charter.Class]uint64     // members
	offices  int
	left     int // people who are no members any more
	wrong    []string
	taken    map[int]state.Member   // people whose key is on the register, and whose
	here     map[state.Member]int   // line of people who are on the register here
	keyless  int                    // people without a key, who have not left
	invited  []int                  // of them, who got that of an invitation
	invites  inviteFlags            // of codes for people without a key
	founds   *founding.Adoption     // what the co-op is being founded with; nil on a ledger that runs
	opened   map[account.Code]place // where balances stand; zero of one that could not be read
	unread   map[string]bool        // tables of which lines could not be read, or nothing
	strange  map[string]bool        // tables with a person that the table of members, unread, has not
}

// A place is a cell of a table.
type place struct {
	table        string
	line, column int // from 1; the column in bytes
}

// bad notes what is wrong at a place.
func (m *moving) bad(at place, format string, args ...any) {
	next := ""
	for _, arg := range args {
		err, _ := arg.(error)
		if number := (*figure.Error)(nil); errors.As(err, &number) && number.Swapped {
			m.swapped = true
		}
		if hint := hintOf(err); hint != "" {
			next = "; " + hint
		}
	}
	m.disagree("%s:%d:%d: %s%s", filepath.Join(m.dir, or(m.files[at.table], at.table)), at.line, at.column, fmt.Sprintf(format, args...), next)
}

// disagree notes that tables do not agree.
func (m *moving) disagree(format string, args ...any) {
	text := words.Plain(fmt.Sprintf(format, args...))
	if r := []rune(text); len(r) > mostWords {
		text = string(r[:mostWords]) + " …"
	}
	m.wrong = append(m.wrong, text)
}

// mostWords is how many characters of what is wrong are said, whatever a file has.
const mostWords = 1000

const coopImportLong = `Bring an existing co-op in, from tables in a folder:

  members.csv   number,key,class,joined,commitment,proof,left
  holdings.csv  number,class,units,since
  offices.csv   number,office,since,until
  loans.csv     number,account,sum,interest,since,due
  notices.csv   number,class,units,given,ready
  balances.csv  account,debit,credit
  shares.csv    class,name,par,least,most, and rules as in federation accept
  classes.csv   number,class,from

members.csv and balances.csv have to be there. Each can be JSON instead, such as
members.json: a list of objects with these names. number is that of the member in the register
until now; dates are like 2019-03-31, and what is not known is left out. left is the day on
which the membership ended of someone who still has shares, or is owed something. Loans are
what members have lent, with the account that it stands on (2400 if left out) and the
interest a year, like 3%; notices of surpluses kept in earlier years stand there too, by an
account of their own. notices.csv has who asked shares back, in the order of the queue,
when, and from when on they can be redeemed.

members.csv can have the columns sort (person, co-op, group, body), nomination (a commitment
to whom the member nominated) and member: the number here of someone who is on the register
already, as founders are. That member gets what it held and lent, and keeps its entry, key
and offices.

Who has no key yet makes one with an invitation code: --codes names the file for the codes,
one a line of members.csv, which is made the first time and read from then on; without it
they come in without a key. All is checked against each other first, and everything that is
wrong is said with file, line and column: nothing is recorded unless all is right. The
holdings at par have to be the share capital of account 3000, loans the balance of their
account, and classes of shares those of the ledger.

Members adopt it by a motion of the kind that the charter entrenches (--propose); the
motion has the digests of the parts, so that no others can be loaded. Beside the codes a
file invitations.csv is written with their keys and no secret: whoever has it and the tables
sees with --motion whether a motion adopts exactly them, before casting on it. When it is carried,
the same command without --propose loads them, some hundred members a transaction, and
can be stopped and started again. With the last part the opening balances are posted.

A co-op that is only being founded adopts it by its founding: --founding names the
invitation, --charter and --founders are those of federation accept, and shares.csv has the
classes of shares. Nothing is asked of a node. All that the co-op is founded with is written
to a file, which every founder signs (key prove --adopts) and federation accept takes
(--adopts). Once the federation runs, the same command without --founding loads the parts.`

func newCoopImportCmd() *cobra.Command {
	var day, motion string
	var check, comma bool
	var ignore []string
	var invites inviteFlags
	var f foundingFlags
	cmd := &cobra.Command{
		Use:   "import DIR",
		Short: "Bring an existing co-op in: register, offices, loans, books",
		Long:  coopImportLong,
		Example: `  rochdale coop import ours --day 2026-12-31 --check
  rochdale coop import ours --day 2026-12-31 --codes codes.csv --propose 2
  rochdale coop import ours --day 2026-12-31 --invitations invitations.csv \
    --motion 2
  rochdale coop import ours --day 2026-12-31 --codes codes.csv
  rochdale coop import ours --day 2026-12-31 --coop 2 --charter our.toml \
    --founding anytown-1.invitation.json`,
		Args: wantArgs("DIR"),
		RunE: func(cmd *cobra.Command, args []string) error {
			on, err := parseDay("--day", day)
			if err != nil {
				return err
			}
			m := newMoving(args[0], on, comma, invites)
			m.ignore = ignore
			switch {
			case f.invitation != "":
				return f.prepare(cmd, m, check)
			case motion != "":
				return read(cmd, func(r *reading) error { return r.checkAgainst(cmd, m, motion) })
			case check:
				return read(cmd, func(r *reading) error { return r.checkMoving(cmd, m) })
			}
			s, err := openSession(cmd)
			if err != nil {
				return err
			}
			return s.moveIn(cmd, m)
		},
	}
	cmd.Flags().BoolVar(&check, "check", false, "only check the tables, and say what they come to")
	addDayFlag(cmd, &day, "day", "the day to which the tables are true")
	must(cmd.MarkFlagRequired("day"))
	cmd.Flags().BoolVar(&comma, "decimal-comma", false, "figures in the tables are written 1.234,50")
	cmd.Flags().StringVar(&motion, "motion", "", "only check that this motion adopts exactly the tables")
	cmd.Flags().StringArrayVar(&ignore, "ignore", nil, "`column` of members.csv to pass over, by its name; may be given several times")
	must(cmd.RegisterFlagCompletionFunc("ignore", cobra.NoFileCompletions))
	invites.addMoving(cmd)
	f.add(cmd)
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
	Left    int               `json:"left"`
	Offices int               `json:"offices"`
	Loans   money.Amount      `json:"loans"` // minor units
	Notices int               `json:"notices"`
	Parts   int               `json:"parts"`
	Digests []hexBytes        `json:"digests"`
	Wrong   []string          `json:"wrong"`
	Sign    string            `json:"founders_sign,omitempty"`
	Adopts  uint64            `json:"motion,omitempty"` // which adopts exactly these tables
	facts   []fact
	digests []fact
}

// write writes it for people, with facts that it ends in.
func (info movingInfo) write(w io.Writer, last ...fact) {
	writeFacts(w, append(info.facts, last...)...)
	if len(info.digests) > 0 {
		fmt.Fprintln(w)
		writeFacts(w, info.digests...)
	}
}

func (r *reading) checkMoving(cmd *cobra.Command, m *moving) error {
	if err := r.readMoving(cmd, m); err != nil {
		return err
	}
	info := r.infoOf(m)
	err := show(cmd, info, func(w io.Writer) { info.write(w) })
	if err == nil && len(m.wrong) > 0 {
		err = m.refusal(cmd)
	}
	return err
}

// infoOf is what tables come to, for a report.
func (r *reading) infoOf(m *moving) movingInfo {
	info := movingInfo{Members: uint64(len(m.people) - m.left), Classes: map[string]uint64{}, Units: map[string]uint64{}, Capital: m.capital,
		Left: m.left, Offices: m.offices, Notices: len(m.notices), Parts: len(m.parts()), Wrong: m.wrong}
	if info.Wrong == nil {
		info.Wrong = []string{}
	}
	info.facts = []fact{{"as of", words.Day(m.day)}, {"members", formatCount(int64(info.Members))}}
	if n := len(m.here); n > 0 {
		info.facts = append(info.facts, fact{"who are here", formatCount(int64(n))})
	}
	if m.left > 0 {
		info.facts = append(info.facts, fact{"who have left", formatCount(int64(m.left))})
	}
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
	if m.offices > 0 {
		info.facts = append(info.facts, fact{"offices", m.offices})
	}
	for _, code := range m.lenders() {
		info.Loans += m.loans[code]
		info.facts = append(info.facts, fact{"lent, " + account.Named(r, code), r.money(m.loans[code])})
	}
	if n := len(m.notices); n > 0 {
		info.facts = append(info.facts, fact{"notices to withdraw", formatCount(int64(n))})
	}
	for _, l := range m.balances {
		info.facts = append(info.facts, fact{account.Named(r, l.Account), r.side(l.Amount)})
	}
	info.facts = append(info.facts, fact{"parts", info.Parts})
	if info.Digests = []hexBytes{}; len(m.wrong) == 0 {
		for _, p := range m.parts() {
			info.Digests = append(info.Digests, p.digest)
		}
		info.digests, info.Sign = m.digestFacts()
	}
	return info
}

func (m *moving) refusal(cmd *cobra.Command) error {
	noteAll(cmd, m.wrong)
	next := "put them right, and see with --check"
	switch {
	case m.swapped && m.comma:
		next += "; if a point stands before decimals, leave out --decimal-comma"
	case m.swapped:
		next += "; if a comma stands before decimals, give --decimal-comma"
	}
	return withHint(fault("the tables are not right in %s; nothing is recorded", plural(uint64(len(m.wrong)), "place")), "%s", next)
}

// adoption is the action by which members adopt the tables in parts.
func (m *moving) adoption(parts []part) takeover.Adopt {
	a := takeover.Adopt{Day: m.day, People: uint64(len(m.people)), Capital: m.capital, Balances: m.balances,
		Notices: uint64(len(m.notices)), Loans: m.lenders()}
	for i, p := range m.people {
		if p.Left != 0 {
			a.Left++
		}
		for _, o := range p.Posts {
			a.Seats = append(a.Seats, takeover.Seat{Person: uint64(i + 1), Office: o.Office, Until: o.Until})
		}
	}
	for _, p := range parts {
		a.Parts = append(a.Parts, p.digest)
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
	parts := m.parts()
	adopt := m.adoption(parts)
	if propose, _ := cmd.Flags().GetString("propose"); propose != "" {
		return s.take(cmd, act{kind: takeover.KindAdopt, action: adopt, ask: "members brought in leave only by resigning"})
	}
	now, ok, err := s.takeover(cmd)
	if err != nil {
		return explainRead(err)
	}
	same := sameParts(now.Parts, adopt.Parts)
	again := fmt.Sprintf("rochdale coop import %s --day %s", m.dir, words.Day(m.day))
	switch {
	case !ok:
		return withHint(fault("members have not adopted any tables"), "propose these: %s --propose KIND", again)
	case !same && m.wantsCodes(now):
		return withHint(fault("members adopted these tables with invitation codes"), "name the file of the codes: %s --codes FILE", again)
	case !same && now.Done != 0:
		return withHint(fault("members have not adopted these tables, but others, as of %s, which are loaded", words.Day(now.Day)), "propose these: %s --propose KIND", again)
	case now.Done != 0:
		note(cmd, "all of it is loaded: members %s", span(uint64(now.Member(1)), uint64(now.Member(now.Came))))
		return nil
	case !same:
		return s.notAdopted(cmd, m, now, again)
	}
	return s.loadParts(cmd, m, parts, int(now.Loaded))
}

// takeover is the last takeover that members adopted, and whether they did, once what a
// command that was stopped has signed for it is done.
func (s *session) takeover(cmd *cobra.Command) (takeover.Takeover, bool, error) {
	if dry, _ := cmd.Flags().GetBool("dry-run"); dry {
		return takeover.Of(s)
	}
	n, err := s.finish(cmd, takeover.KindLoad)
	if err != nil {
		return takeover.Takeover{}, false, err
	}
	if n == 0 {
		return takeover.Of(s)
	}
	at, err := s.latest(cmd)
	if err != nil {
		return takeover.Takeover{}, false, err
	}
	return takeover.Of(at)
}

// latest are the co-op's records as of the last block.
func (s *session) latest(cmd *cobra.Command) (state.Reader, error) {
	at, err := s.client.At(cmd.Context(), 0)
	if err != nil {
		return nil, err
	}
	return at.Of(s.Coop()), nil
}

// loadParts loads the parts after those that are.
func (s *session) loadParts(cmd *cobra.Command, m *moving, parts []part, loaded int) error {
	if loaded == len(parts) {
		note(cmd, "all of it is loaded")
		_, err := s.unseated(cmd)
		return err
	}
	b := batch{title: "bringing members in"}
	people, notices := 0, 0
	for _, p := range parts[loaded:] {
		people += p.newcomers()
		notices += len(p.Notices)
		b.parts = append(b.parts, batchPart{act{kind: takeover.KindLoad, action: p.Load, gives: "member"}, len(p.People) + len(p.Notices)})
	}
	if loaded > 0 {
		note(cmd, "%s of %d loaded already", plural(uint64(loaded), "part"), len(parts))
	}
	var what []string
	if people > 0 {
		what = append(what, plural(uint64(people), "member"))
	}
	if notices > 0 {
		what = append(what, plural(uint64(notices), "notice")+" to withdraw")
	}
	if what == nil { // who is here already
		what = []string{"what members had"}
	}
	b.words = "bring in " + words.List(what, "and")
	info := importInfo{Result: resultDone, Action: b.words, Transactions: []string{}}
	numbers, err := s.takeAll(cmd, b, &info.Transactions, &info.Result)
	if now, ahead := s.overtaken(cmd, err, loaded+len(numbers)); ahead {
		note(cmd, "%s loaded meanwhile, by a command that was stopped or by someone else", plural(uint64(now-loaded-len(numbers)), "part"))
		return s.loadParts(cmd, m, parts, now)
	}
	for i, first := range numbers {
		if info.First == 0 {
			info.First = first
		}
		if n := parts[loaded+i].newcomers(); n > 0 {
			info.Entered += n
			info.Last = first + uint64(n) - 1
		}
	}
	if err != nil {
		if len(numbers) > 0 {
			return withHint(err, "run the same command again: it goes on where it stopped")
		}
		return err
	}
	if info.Unseated, err = s.unseated(cmd); err != nil {
		return err
	}
	return show(cmd, info, func(w io.Writer) {
		writeFacts(w, fact{info.Result, info.Action}, fact{agree(uint64(info.Entered), "member", "members"), span(info.First, info.Last)},
			fact{"transactions", len(info.Transactions)})
	})
}

// overtaken says whether a part was refused because more are loaded by now than were, and how
// many. A command that was killed may have sent one that is taken in after it.
func (s *session) overtaken(cmd *cobra.Command, err error, loaded int) (now int, ahead bool) {
	var e *exitError
	if !errors.As(err, &e) || e.rejection != takeover.ErrPart.Code && e.rejection != takeover.ErrNone.Code {
		return 0, false
	}
	at, err := s.latest(cmd)
	if err != nil {
		return 0, false
	}
	t, _, err := takeover.Of(at)
	return int(t.Loaded), err == nil && int(t.Loaded) > loaded
}
