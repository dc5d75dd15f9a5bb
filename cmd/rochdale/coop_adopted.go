package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/client/sheet"
	"github.com/rochdale-ledger/rochdale/state/account"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/federation"
	"github.com/rochdale-ledger/rochdale/state/money"
	"github.com/rochdale-ledger/rochdale/state/takeover"
	"github.com/rochdale-ledger/rochdale/state/words"
	"github.com/rochdale-ledger/rochdale/tx"
)

// invitationsTable has the keys that codes make, and no code: with it and the tables anybody
// finds out what a motion adopts.
const invitationsTable = "invitations.csv"

const invitationsHeading = "line,key,until\n"

// addMoving adds flags of invitations that come with tables.
func (f *inviteFlags) addMoving(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.codes, "codes", "", "file for the codes of members without a key; it is made, or read if it is there")
	cmd.Flags().StringVar(&f.keys, "invitations", "", "in place of the codes: the file of their keys, which --codes writes beside them")
	for _, name := range []string{"codes", "invitations"} {
		must(cmd.MarkFlagFilename(name, "csv"))
	}
	cmd.MarkFlagsMutuallyExclusive("codes", "invitations")
	addDayFlag(cmd, &f.until, "until", fmt.Sprintf("the last day on which codes can be used [%d days after --day]", movingDays))
}

// invitationsBeside is where the keys of a file of codes are written: codes.csv has
// invitations.csv beside it, and ours.csv has invitations-ours.csv.
func invitationsBeside(codes string) string {
	dir, base := filepath.Split(codes)
	if name := strings.Replace(base, "codes", "invitations", 1); name != base {
		return dir + name
	}
	return dir + "invitations-" + base
}

// writeInvitations writes the keys of people who are invited, by their lines, in place of what
// it wrote there before, and of nothing else.
func (m *moving) writeInvitations(cmd *cobra.Command, people []int) error {
	path := invitationsBeside(m.invites.codes)
	text := strings.Builder{}
	text.WriteString(invitationsHeading)
	for _, i := range people {
		e := m.people[i].Entry
		fmt.Fprintf(&text, "%d,%s,%s\n", m.lines[i].line, e.Key, words.Day(e.Until))
	}
	switch had, err := os.ReadFile(path); {
	case err == nil && string(had) == text.String():
		return nil
	case err == nil && !strings.HasPrefix(string(had), invitationsHeading):
		return withHint(fault("%s is there, and is no table of the keys of invitations", path), "name another file with --codes")
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return withHint(fault("reading the keys of invitations: %w", err), "name another file with --codes")
	}
	if err := os.WriteFile(path, []byte(text.String()), 0o644); err != nil {
		return withHint(fault("writing the keys of invitations: %w", err), "name another file with --codes")
	}
	note(cmd, "%s has the keys of the invitations and no code: give it to members with the tables, so that they can check them", path)
	return nil
}

// readInvitations gives people the keys that writeInvitations wrote.
func (m *moving) readInvitations(people []int) error {
	type invitation struct {
		key   tx.PublicKey
		until uint64
	}
	had := map[int]invitation{}
	f := sheet.File{Path: m.invites.keys, Columns: []sheet.Column{{Name: "line"}, {Name: "key"}, {Name: "until"}}}
	err := readTable(f, func(row sheet.Row) error {
		line, err := strconv.Atoi(row.Cell("line"))
		if err != nil {
			return fmt.Errorf("%q is no line of %s", row.Cell("line"), membersTable)
		}
		key, err := parseKey(row.Cell("key"))
		if err != nil {
			return err
		}
		until, err := parseDay("until", row.Cell("until"))
		had[line] = invitation{key, until}
		return err
	})
	if err != nil {
		return err
	}
	for _, i := range people {
		of, ok := had[m.lines[i].line]
		if !ok {
			return withHint(fault("%s has no key for line %d of %s", m.invites.keys, m.lines[i].line, membersTable), "it is of other tables; name another with --invitations")
		}
		m.people[i].Entry.Key, m.people[i].Entry.Until = of.key, of.until
	}
	m.invited = people
	return nil
}

// digestFacts say what a motion shows of the parts; sign is the digest of what founders sign, if
// the co-op is being founded and they are known.
func (m *moving) digestFacts() (facts []fact, sign string) {
	parts := m.parts()
	for i, p := range parts {
		if i > 2 && i < len(parts)-1 {
			continue // as the motion shows them
		}
		facts = append(facts, fact{fmt.Sprintf("part %d", i+1), fmt.Sprintf("%x", p.digest)})
	}
	if m.keyless > len(m.invited) {
		facts = append(facts, fact{"keys", "none of invitations; with --codes or --invitations parts differ"})
	}
	if m.founds != nil && len(m.founds.Coop.Members) > 0 {
		m.founds.Coop.Takeover = federation.TakeoverOf(m.adoption(parts))
		if digest, err := m.founds.Digest(); err == nil { // that it can be founded was checked
			facts, sign = append(facts, fact{"founders sign", digest}), digest
		}
	}
	return facts, sign
}

// checkAgainst says whether a motion adopts exactly the tables, and nothing else.
func (r *reading) checkAgainst(cmd *cobra.Command, m *moving, motion string) error {
	n, err := parseMotion(motion)
	if err != nil {
		return err
	}
	of, _, err := ballot.Find(r, n)
	if err != nil {
		return err
	}
	if len(of.Action) == 0 || of.Action[0].Kind != takeover.KindAdopt {
		return withHint(fault("motion %d adopts no tables", n), "see what it does with: rochdale motion show %d", n)
	}
	adopts, err := tx.DecodeTrusted[takeover.Adopt](of.Action[0].Payload)
	if err != nil {
		return err
	}
	if err := r.readMoving(cmd, m); err != nil {
		return err
	}
	if len(m.wrong) > 0 {
		return m.refusal(cmd)
	}
	if others := r.differences(m, adopts); len(others) > 0 {
		noteAll(cmd, others)
		return withHint(fault("motion %d does not adopt these tables", n), "ask who proposed it for the tables that it adopts, and vote no until they agree")
	}
	info := r.infoOf(m)
	info.Adopts = uint64(n)
	info.facts = append([]fact{{fmt.Sprintf("motion %d", n), "adopts exactly these tables"}}, info.facts...)
	return show(cmd, info, func(w io.Writer) { info.write(w) })
}

// mostSaid is how many places of tables are said, of those that are wrong or differ.
const mostSaid = 50

// noteAll says what is wrong or differs, a line each, up to mostSaid.
func noteAll(cmd *cobra.Command, all []string) {
	for i, text := range all {
		if i == mostSaid {
			note(cmd, "and %s more", formatCount(int64(len(all)-i)))
			return
		}
		note(cmd, "%s", text)
	}
}

// differences say in what the tables are others than those that are adopted: their day,
// totals, balances and parts. There are none if members adopted exactly these.
func (r *reading) differences(m *moving, adopted takeover.Adopt) (out []string) {
	parts := m.parts()
	mine := m.adoption(parts)
	differ := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	if adopted.Day != mine.Day {
		differ("adopted is what is true to %s, and --day is %s", words.Day(adopted.Day), words.Day(mine.Day))
	}
	for _, of := range []struct {
		what         string
		theirs, ours uint64
	}{
		{"people", adopted.People, mine.People}, {"people who have left", adopted.Left, mine.Left}, {"notices to withdraw", adopted.Notices, mine.Notices},
	} {
		if of.theirs != of.ours {
			differ("adopted are %s %s, the tables have %s", formatCount(int64(of.theirs)), of.what, formatCount(int64(of.ours)))
		}
	}
	if adopted.Capital != mine.Capital {
		differ("adopted is a share capital of %s, the tables have %s", r.money(adopted.Capital), r.money(mine.Capital))
	}
	out = append(out, r.otherBalances(adopted.Balances, mine.Balances)...)
	if !slices.Equal(adopted.Loans, mine.Loans) {
		differ("adopted are loans on the accounts %v, the tables have them on %v", adopted.Loans, mine.Loans)
	}
	if !slices.Equal(adopted.Seats, mine.Seats) {
		differ("%s, or their terms, are others than adopted", officesTable)
	}
	if len(adopted.Parts) != len(mine.Parts) {
		differ("adopted are %s, the tables come to %d", plural(uint64(len(adopted.Parts)), "part"), len(mine.Parts))
	}
	at := 0 // people before the part
	waiting := 0
	for i, p := range parts {
		if i < len(adopted.Parts) && !bytes.Equal(adopted.Parts[i], p.digest) {
			differ("part %d differs: %s", i+1, m.whatDiffers(p, adopted.Parts[i], at, waiting))
		}
		at, waiting = at+len(p.People), waiting+len(p.Notices)
	}
	return out
}

// otherBalances say which accounts have another balance than adopted.
func (r *reading) otherBalances(adopted, mine []account.Line) (out []string) {
	theirs, ours := map[account.Code]money.Amount{}, map[account.Code]money.Amount{}
	var codes []account.Code
	for _, l := range adopted {
		theirs[l.Account] = l.Amount
		codes = append(codes, l.Account)
	}
	for _, l := range mine {
		ours[l.Account] = l.Amount
		codes = append(codes, l.Account)
	}
	slices.Sort(codes)
	for _, code := range slices.Compact(codes) {
		if theirs[code] != ours[code] {
			out = append(out, fmt.Sprintf("adopted is a balance of account %d of %s, the table has %s", code, r.side(theirs[code]), r.side(ours[code])))
		}
	}
	return out
}

// side is a balance in words.
func (r *reading) side(amount money.Amount) string {
	if amount < 0 {
		return r.money(-amount) + " credit"
	}
	return r.money(amount) + " debit"
}

// whatDiffers says where to look for what makes a part another than the one of a digest. at and
// waiting are how many people and notices are before it.
func (m *moving) whatDiffers(p part, adopted []byte, at, waiting int) string {
	if len(p.People) == 0 {
		return fmt.Sprintf("look at lines %d to %d of %s, without headings", waiting+1, waiting+len(p.Notices), m.files[noticesTable])
	}
	bare := slices.Clone(p.People)
	var keyless, keyed bool
	for i := range bare {
		switch k := at + i; {
		case slices.Contains(m.invited, k):
			bare[i].Entry.Key, bare[i].Entry.Until, keyed = nil, 0, true
		case len(bare[i].Entry.Key) == 0 && bare[i].Left == 0 && bare[i].Here == 0:
			keyless = true
		}
	}
	if keyed && bytes.Equal(takeover.Digest(bare), adopted) {
		return "adopted is the same without invitations; leave --codes and --invitations out"
	}
	lines := m.lines[at : at+len(p.People)]
	text := fmt.Sprintf("look at lines %d to %d of %s, and at what the other tables have of those people", lines[0].line, lines[len(lines)-1].line, m.files[membersTable])
	switch {
	case keyed:
		text += ", or their invitations are others, or until another day, than in " + or(m.invites.keys, m.invites.codes)
	case keyless:
		text += ", or they have invitations: name the file of their keys with --invitations"
	}
	return text
}

// adoptionOf is what members adopted, as they did.
func adoptionOf(t takeover.Takeover) takeover.Adopt {
	return takeover.Adopt{Parts: t.Parts, Day: t.Day, People: t.People, Capital: t.Capital, Balances: t.Balances, Notices: t.Notices, Loans: t.Loans, Left: t.Left, Seats: t.Seats}
}

// notAdopted says in what the tables are others than members adopted.
func (r *reading) notAdopted(cmd *cobra.Command, m *moving, now takeover.Takeover, again string) error {
	if now.Day != m.day {
		return withHint(fault("members adopted tables as of %s, and --day is %s", words.Day(now.Day), words.Day(m.day)),
			"give the day as they did: --day %s; or propose these: %s --propose KIND", words.Day(now.Day), again)
	}
	noteAll(cmd, r.differences(m, adoptionOf(now)))
	return withHint(fault("the tables are not those that members adopted"), "put them, or the codes, back as they were, or propose these: %s --propose KIND", again)
}

// wantsCodes says whether what was adopted comes to the same as these tables, and may be
// them with the codes that are missing here.
func (m *moving) wantsCodes(now takeover.Takeover) bool {
	return m.invites.codes == "" && m.invites.keys == "" && m.keyless > 0 && now.Day == m.day && now.People == uint64(len(m.people)) &&
		now.Capital == m.capital && slices.Equal(now.Balances, m.balances)
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
