package main

import (
	"errors"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/shareclass"
	"github.com/rochdale-ledger/rochdale/state/takeover"
	"github.com/rochdale-ledger/rochdale/state/words"
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
	return r.requireNew(m)
}

// invite gives those who have no key one that their code makes, unless something is wrong.
func (r *reading) invite(cmd *cobra.Command, m *moving) error {
	var without, lines []int
	for i, p := range m.people {
		if len(p.Entry.Key) == 0 && p.Left == 0 && p.Here == 0 {
			without, lines = append(without, i), append(lines, m.lines[i].line)
		}
	}
	if len(without) == 0 || m.invites.codes == "" && m.invites.keys == "" || len(m.wrong) > 0 {
		return nil
	}
	if m.invites.keys != "" {
		return m.readInvitations(without)
	}
	until, err := parseDay("--until", m.invites.until)
	if err != nil {
		return err
	}
	if until == 0 {
		until = m.day + movingDays
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
	codes, made, err := m.invites.codesFor(cmd, "line", lines)
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
