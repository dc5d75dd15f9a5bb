package main

import (
	"errors"
	"io/fs"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/takeover"
	"github.com/rochdale-ledger/rochdale/state/words"
	"github.com/rochdale-ledger/rochdale/tx"
)

// movingDays is for how many days after that of the tables an invitation is that comes
// with them, if nothing is said: the same whenever the command is given.
const movingDays = 365

// newMoving is a folder that is not read yet.
func newMoving(dir string, day uint64, comma bool, invites inviteFlags) *moving {
	return &moving{dir: dir, files: map[string]string{}, day: day, comma: comma, at: map[string]int{}, seats: map[charter.Office]seating{}, loans: map[account.Code]money.Amount{},
		units: map[shareclass.Number]uint64{}, classes: map[charter.Class]uint64{}, taken: map[int]state.Member{}, here: map[state.Member]int{}, invites: invites,
		opened: map[account.Code]place{}, unread: map[string]bool{}, strange: map[string]bool{}}
}

// readMoving reads and checks the tables of a folder. Its error is that they cannot be
// read; what is wrong in them is noted.
func (r *reading) readMoving(cmd *cobra.Command, m *moving) error {
	if m.day > state.DayOf(r.Time()) {
		return withHint(fault("--day %s is to come", words.Day(m.day)), "give the day to which the tables are true")
	}
	for _, read := range []func(*moving) error{r.readPeople, r.readClasses, r.readShares, r.readHoldings, r.readOffices, r.readLoans, r.readNotices, r.readBalances} {
		if err := read(m); err != nil {
			return err
		}
	}
	if err := m.requireTables(cmd); err != nil {
		return err
	}
	r.compare(m)
	m.requireWhole()
	if err := r.invite(cmd, m); err != nil {
		return err
	}
	if err := r.requireNew(m); err != nil {
		return err
	}
	return r.sayUntil(cmd, m)
}

// invite gives those who have no key one that their code makes, unless something is wrong.
func (r *reading) invite(cmd *cobra.Command, m *moving) error {
	var without, lines []int
	var refs []string
	for i, p := range m.people {
		if len(p.Entry.Key) == 0 && p.Left == 0 && p.Here == 0 {
			without, lines, refs = append(without, i), append(lines, m.lines[i].line), append(refs, p.Ref)
		}
	}
	if len(without) == 0 || m.invites.codes == "" && m.invites.keys == "" || len(m.wrong) > 0 {
		return nil
	}
	if m.invites.keys != "" {
		return m.readInvitations(without)
	}
	until, err := m.codesUntil()
	if err != nil {
		return err
	}
	now, _, err := takeover.Of(r)
	if err != nil {
		return err
	}
	policy, err := charter.PolicyOf(r)
	if err != nil {
		return err
	}
	most := policy.Membership.InvitationDays()
	if today := state.DayOf(r.Time()); until < today && (now.Done == 0 || now.Day != m.day) {
		return withHint(fault("the codes could be used until %s, and that is over", words.Day(until)), "name a day to come with --until; if members have adopted the tables with that one, propose them again")
	} else if until >= today+most {
		return withHint(fault("the codes could be used until %s, at most %d days can be", words.Day(until), most), "name an earlier day: --until")
	}
	only, _ := cmd.Flags().GetBool("check")
	only = only || cmd.Flags().Changed("motion")
	if _, err := os.Stat(m.invites.codes); errors.Is(err, fs.ErrNotExist) {
		if only {
			return nil
		}
		if now.Day == m.day && !cmd.Flags().Changed("propose") {
			return withHint(fault("members have adopted the tables, and %s, the file of their invitation codes, is not there", m.invites.codes),
				"put it back; if it is lost, propose the tables with new codes: --propose KIND")
		}
	}
	codes, made, err := m.invites.codesFor(cmd, "line", lines, refs)
	if err != nil {
		return err
	}
	dry, _ := cmd.Flags().GetBool("dry-run")
	if err := made.before(act{}).prepare(dry || only); err != nil { // they stay: the tables can be proposed again
		return err
	}
	for i, key := range keysOf(codes, r.Chain(), uint32(r.Coop())) {
		m.people[without[i]].Entry.Key, m.people[without[i]].Entry.Until = key, until
	}
	m.invited = without
	if dry || only {
		return nil
	}
	return m.writeInvitations(cmd, without)
}

// codesUntil is the last day on which codes that are made for the tables can be used.
func (m *moving) codesUntil() (uint64, error) {
	until, err := parseDay("--until", m.invites.until)
	if until == 0 {
		until = m.day + movingDays
	}
	return until, err
}

// soonOver is how many days before the end of the codes of a register it is said.
const soonOver = 60

// sayUntil says where the codes of people without a key are and until when they can be used, as
// long as the tables are not adopted: then another day can still be given.
func (r *reading) sayUntil(cmd *cobra.Command, m *moving) error {
	now, adopted, err := takeover.Of(r)
	if err != nil || m.keyless == 0 || len(m.wrong) > 0 || m.invites.keys != "" || adopted && now.Day == m.day {
		return err
	}
	until, err := m.codesUntil()
	if err != nil {
		return err
	}
	switch today := state.DayOf(r.Time()); {
	case m.invites.codes == "":
		note(cmd, "%s no key: with --codes FILE each such person gets a code, which can be used until %s", agree(uint64(m.keyless), "one has", formatCount(int64(m.keyless))+" have"), words.Day(until))
	case until >= today && until-today < soonOver:
		note(cmd, "the codes of %s can be used until %s, which is in %s; give a later day with --until", m.invites.codes, words.Day(until), plural(until-today, "day"))
	default:
		note(cmd, "the codes of %s can be used until %s", m.invites.codes, words.Day(until))
	}
	return nil
}

// A part is what one transaction brings in, and what a motion adopts of it.
type part struct {
	takeover.Load
	digest []byte
}

// newcomers are the people of a part who are not here yet.
func (p part) newcomers() (n int) {
	for _, person := range p.People {
		if person.Here == 0 {
			n++
		}
	}
	return n
}

// partBytes bounds the people of a part, so that it fits a transaction.
const partBytes = 56 << 10

// parts are the people in the order of their table, and then the notices, as many a part as
// fit.
func (m *moving) parts() (out []part) {
	add := func(load takeover.Load, digest []byte) {
		load.Part = uint32(len(out) + 1)
		out = append(out, part{load, digest})
	}
	from, size := 0, 0
	for i, p := range m.people {
		n := len(tx.Encode(p))
		if i-from == takeover.MaxPart || size+n > partBytes && i > from {
			add(takeover.Load{People: m.people[from:i]}, takeover.Digest(m.people[from:i]))
			from, size = i, 0
		}
		size += n
	}
	if from < len(m.people) {
		add(takeover.Load{People: m.people[from:]}, takeover.Digest(m.people[from:]))
	}
	for list := range slices.Chunk(m.notices, takeover.MaxNotices) {
		add(takeover.Load{Notices: list}, takeover.DigestNotices(list))
	}
	return out
}
