package main

import (
	"crypto/rand"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/client"
	"github.com/rochdale-ledger/rochdale/client/sheet"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/takeover"
	"github.com/rochdale-ledger/rochdale/state/words"
	"github.com/rochdale-ledger/rochdale/tx"
)

// inviteDays is for how many days an invitation is if nothing is said.
const inviteDays = 30

// maxInvited bounds the lines of one file: a co-op with more members makes several.
const maxInvited = 100_000

// inviteFlags say of what member invite makes invitations.
type inviteFlags struct {
	csv, codes, until string
	keys              string // file of the keys of codes, in their place: of coop import
}

func newMemberInviteCmd() *cobra.Command {
	var flags inviteFlags
	file := sheet.File{Columns: []sheet.Column{{Name: "class"}, {Name: "commitment", Optional: true}, {Name: "sort", Optional: true}}}
	cmd := &cobra.Command{
		Use:   "invite [MEMBER]",
		Short: "Make codes by which members make their own keys",
		Long: `Make invitation codes: with --csv one for each line of a file, whose members are
entered on the register; else one for a member who has no key of its own yet, since its
code has ended or was lost.

Each line of the file is a class, by number or name, a commitment (none if left out) and
what the member is: person (if left out), co-op, group or body.
The codes are written to the file of --codes, readable by you alone, with the line that
each is for, before anything is sent. Give each member its code, and nobody else: whoever
has it makes the key. A code is good for one use, until the day of --until; then the
member runs: rochdale member join CODE. Who has not used it casts on nothing. See who has
come with: rochdale member invitations.

Members decide who is taken over, so lines of a file are put to a motion, as by
"rochdale member import". The same command with the same two files goes on where it
stopped.`,
		Example: `  rochdale member invite --csv register.csv --codes codes.csv \
    --propose 2 --title "Our register"
  rochdale member invite 7 --codes code-7.csv --until 2026-12-31`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if (flags.csv == "") == (len(args) == 0) {
				return withHint(fault("invite a member by number, or those of a file"), "give MEMBER, or --csv FILE")
			}
			if flags.codes == "" {
				return withHint(fault("the codes need a file of their own"), "add --codes FILE")
			}
			if flags.csv != "" {
				return flags.inviteAll(cmd, &file)
			}
			return flags.inviteOne(cmd, args[0])
		},
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	cmd.Flags().StringVar(&flags.csv, "csv", "", "file with a line for each member: class, commitment, sort")
	cmd.Flags().StringVar(&flags.codes, "codes", "", "file for the codes; it is made, or read if it is there")
	must(cmd.MarkFlagFilename("csv", "csv"))
	must(cmd.MarkFlagFilename("codes", "csv"))
	addDayFlag(cmd, &flags.until, "until", fmt.Sprintf("the last day on which the codes can be used [%d days from now]", inviteDays))
	addSheetFlags(cmd, &file)
	addActFlags(cmd)
	addProposeFlags(cmd)
	return cmd
}

// last is the last day of the invitations.
func (f inviteFlags) last(s *session) (uint64, error) {
	if f.until == "" {
		return state.DayOf(s.Time()) + inviteDays, nil
	}
	return parseDay("--until", f.until)
}

func (f inviteFlags) inviteOne(cmd *cobra.Command, text string) error {
	m, err := parseMember(text)
	if err != nil {
		return err
	}
	s, err := openSession(cmd)
	if err != nil {
		return err
	}
	until, err := f.last(s)
	if err != nil {
		return err
	}
	codes, file, err := f.codesFor(cmd, "member", []int{int(m)}, nil)
	if err != nil {
		return err
	}
	key := codes[0].Key(s.Chain(), uint32(s.Coop())).Public()
	if err := f.requireUnused(s, m, key); err != nil {
		return err
	}
	return s.take(cmd, file.before(act{
		kind: member.KindInvite, action: member.Invite{Member: m, Key: key, Until: until}, subject: fmt.Sprintf("member show %d", m),
		next: "give the member the code in " + f.codes + ", who runs: rochdale member join CODE",
	}))
}

// requireUnused refuses a code that the register has or had already, as that of a file which
// an earlier command wrote.
func (f inviteFlags) requireUnused(s *session, m state.Member, key tx.PublicKey) error {
	holder, err := member.ByKey(s, key)
	if err != nil || holder == 0 {
		return explainRead(err)
	}
	rec, err := member.Find(s, holder)
	if err != nil {
		return explainRead(err)
	}
	another := fmt.Sprintf("for another code name another file, which is made: rochdale member invite %d --codes FILE", m)
	if rec.Invited == 0 || !rec.Key.Equal(key) {
		return withHint(fault("the code in %s is used up: it was used by member %d, or another took its place", f.codes, holder), "%s", another)
	}
	if rec.Invited < state.DayOf(s.Time()) {
		return withHint(fault("the code in %s is used up: it could be used by member %d until %s", f.codes, holder, words.Day(rec.Invited)), "%s", another)
	}
	return withHint(fault("member %d is invited by the code in %s already, until %s", holder, f.codes, words.Day(rec.Invited)),
		"give the member that code; %s", another)
}

func (f inviteFlags) inviteAll(cmd *cobra.Command, file *sheet.File) error {
	if err := openTable(cmd, file, f.csv); err != nil {
		return err
	}
	read, err := readInvited(*file)
	s, err := completed(cmd, *file, read, err)
	if err != nil {
		return err
	}
	until, err := f.last(s)
	if err != nil {
		return err
	}
	lines := make([]int, len(read))
	for i := range read {
		lines[i], read[i].Until = read[i].line, until
	}
	codes, made, err := f.codesFor(cmd, "line", lines, nil)
	if err != nil {
		return err
	}
	for i, key := range keysOf(codes, s.Chain(), uint32(s.Coop())) {
		read[i].Key = key
	}
	return s.importMembers(cmd, read, made)
}

// readInvited reads the lines of a file but for the classes, which are the charter's.
func readInvited(file sheet.File) (out []importLine, err error) {
	err = readTable(file, func(row sheet.Row) error {
		e := importLine{line: row.Line, class: row.Cell("class")}
		var err error
		if e.Commitment, err = parseHex("commitment", row.Cell("commitment"), 0); err != nil {
			return err
		}
		if e.Sort, err = parseSort("sort", row.Cell("sort")); err != nil {
			return err
		}
		if out = append(out, e); len(out) > maxInvited {
			return withHint(fault("a file invites %d members at most", maxInvited), "make several files")
		}
		return nil
	})
	if err == nil && len(out) == 0 {
		err = withHint(fault("%s holds no members", file.Path), "%s", file.Wants())
	}
	return out, err
}

// keysOf derives the keys of codes, on all processors: each takes some milliseconds.
func keysOf(codes []client.Code, chain string, coop uint32) []tx.PublicKey {
	p := newProgress("making invitation keys", int64(len(codes)))
	defer p.Done()
	out := make([]tx.PublicKey, len(codes))
	next := make(chan int)
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for i := range next {
				out[i] = codes[i].Key(chain, coop).Public()
			}
		})
	}
	for i := range codes {
		next <- i
		p.Add(1)
	}
	close(next)
	wg.Wait()
	return out
}

// A codeFile is a file of codes that is still to be written.
type codeFile struct{ path, text string }

// before has the file written before an act is signed, and removed if the ledger refuses it:
// codes that invite nobody are of no use, and are mistaken for others. A nil file is there.
func (f *codeFile) before(a act) act {
	if f != nil {
		a.ready = func() error { return writeSecret(f.path, f.text) }
		a.undone = func() { os.Remove(f.path) } // if it stays, the next command says of whom it is
	}
	return a
}

// codesFor returns a code for each number: those of the file of codes if it is there, so
// that a command can be given again, else new ones, and the file that they are to be
// written to.
func (f inviteFlags) codesFor(cmd *cobra.Command, what string, numbers []int, before []string) ([]client.Code, *codeFile, error) {
	had, err := readCodes(f.codes, what)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, nil, withHint(fault("reading the codes: %w", err), "name another file with --codes")
	}
	out := make([]client.Code, len(numbers))
	if err == nil {
		for i, n := range numbers {
			code, ok := had[n]
			if !ok {
				return nil, nil, withHint(fault("%s has no code for %s %d", f.codes, what, n), "it is of another file; name another with --codes")
			}
			out[i] = code
		}
		note(cmd, "the codes are those that %s has already", f.codes)
		return out, nil, nil
	}
	var text strings.Builder
	if before != nil {
		fmt.Fprintf(&text, "%s,number,code\n", what)
	} else {
		fmt.Fprintf(&text, "%s,code\n", what)
	}
	for i, n := range numbers {
		if out[i], err = client.NewCode(rand.Reader); err != nil {
			return nil, nil, err
		}
		if before != nil {
			fmt.Fprintf(&text, "%d,%s,%s\n", n, csvCell(before[i]), out[i])
		} else {
			fmt.Fprintf(&text, "%d,%s\n", n, out[i])
		}
	}
	return out, &codeFile{f.codes, text.String()}, nil
}

// writeSecret writes a new file that its owner alone reads.
func writeSecret(path, text string) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err == nil {
		_, err = io.WriteString(file, text)
		err = errors.Join(err, file.Sync(), file.Close())
	}
	if err != nil {
		return withHint(fault("writing the codes: %w", err), "name another file with --codes")
	}
	return nil
}

// csvCell is a word as a cell of CSV has it.
func csvCell(text string) string {
	if strings.ContainsAny(text, ",\"\n\r") {
		return `"` + strings.ReplaceAll(text, `"`, `""`) + `"`
	}
	return text
}

// readCodes reads what codesFor wrote.
func readCodes(path, what string) (map[int]client.Code, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	rows, err := csv.NewReader(io.LimitReader(file, 64*maxInvited)).ReadAll()
	if err != nil {
		return nil, err
	}
	last := 1 // of codes that come with tables, behind the number there
	if len(rows) > 0 && len(rows[0]) == 3 && rows[0][1] == "number" {
		last = 2
	}
	if len(rows) == 0 || len(rows[0]) != last+1 || rows[0][0] != what || rows[0][last] != "code" {
		return nil, fmt.Errorf("%s is no file of codes, each of a %s", path, what)
	}
	out := make(map[int]client.Code, len(rows))
	for i, row := range rows[1:] {
		n, err := strconv.Atoi(row[0])
		if err != nil {
			return nil, fmt.Errorf("%s, line %d: %w", path, i+2, err)
		}
		if out[n], err = client.ParseCode(row[last]); err != nil {
			return nil, fmt.Errorf("%s, line %d: %w", path, i+2, err)
		}
	}
	return out, nil
}

// invitationInfo is a member who has no key of its own yet.
type invitationInfo struct {
	Member state.Member `json:"member"`
	Class  string       `json:"class"`
	Until  stamp        `json:"until,omitzero"` // the last day of its invitation; none if it has none
	State  string       `json:"state"`

	Commitment hexBytes `json:"commitment,omitempty"`
	Before     string   `json:"number_before,omitempty"` // in the register that was brought in

	Came      stamp  `json:"came,omitzero"`        // when the member made a key of its own by a code
	PublicKey string `json:"public_key,omitempty"` // that key, rochdale1…; none if another has taken its place since
}

func newMemberInvitationsCmd() *cobra.Command {
	var page pageFlags
	var all bool
	cmd := &cobra.Command{
		Use:   "invitations",
		Short: "List who has no key of its own yet, or has come by a code",
		Long: `List the members who have no key of their own yet, and until when each is invited. With
--all those who have made a key by a code are listed as well, with when they did and by
which key: ask a member whether that is its own, for whoever had the code could use it.`,
		Example: "  rochdale member invitations\n  rochdale member invitations --all\n  rochdale member invitations --all --json",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := page.check(); err != nil {
				return err
			}
			return read(cmd, func(r *reading) error { return listInvitations(cmd, r, &page, all) })
		},
	}
	page.add(cmd, "member")
	cmd.Flags().BoolVar(&all, "all", false, "also who has come by a code, when, and with which key")
	addReadFlags(cmd)
	return cmd
}

// invitation is what the register says of a member's invitation; ok is false for one who
// came without.
func (r *reading) invitation(m state.Member, rec member.Record) (info invitationInfo, ok bool) {
	info = invitationInfo{Member: m, Class: r.class(rec.Class()), State: "no key yet", Commitment: rec.Commitment, Came: stamp(rec.Came)}
	switch {
	case rec.Came != 0:
		info.State = "has come"
		if rec.KeySince == rec.Came {
			info.PublicKey = rec.Key.String()
		}
		return info, true
	case !rec.Unclaimed():
		return info, false
	case rec.Invited != 0:
		info.Until, info.State = dayStamp(rec.Invited), "invited"
		if rec.Invited < state.DayOf(r.Time()) {
			info.State = "ended"
		}
	}
	return info, true
}

func listInvitations(cmd *cobra.Command, r *reading, page *pageFlags, all bool) error {
	totals, err := member.TotalsOf(r)
	if err != nil {
		return err
	}
	out, came := []invitationInfo{}, uint64(0)
	next := state.Member(0)
	err = member.Range(r, state.Member(page.from), ^state.Member(0), func(m state.Member, rec member.Record) (bool, error) {
		info, ok := r.invitation(m, rec)
		if info.Came != 0 {
			came++
		}
		if !ok || info.Came != 0 && !all {
			return true, nil
		}
		if len(out) == page.limit {
			next = m
			return false, nil
		}
		past, _, err := takeover.PastOf(r, m)
		info.Before = past.Ref
		out = append(out, info)
		return true, err
	})
	if err != nil {
		return err
	}
	if next != 0 {
		page.more(cmd, uint64(next))
	}
	if totals.Unclaimed == 0 {
		note(cmd, "all %s have a key of their own", plural(totals.Members, "member"))
	} else {
		note(cmd, "%s of %s %s no key of their own yet", plural(totals.Unclaimed, "member"), formatCount(int64(totals.Members)), agree(totals.Unclaimed, "has", "have"))
	}
	if came > 0 && !all {
		hint(cmd, "%s come by a code; see who, when and with which key: rochdale member invitations --all", agree(came, "one has", formatCount(int64(came))+" have"))
	}
	return show(cmd, out, func(w io.Writer) { writeInvitations(w, out, all) })
}

func writeInvitations(w io.Writer, invitations []invitationInfo, all bool) {
	columns := []string{"member", "class", "state", "until"}
	before := slices.ContainsFunc(invitations, func(i invitationInfo) bool { return i.Before != "" })
	if before {
		columns = slices.Insert(columns, 1, "before")
	}
	if all {
		columns = append(columns, "came", "key")
	}
	t := newTable(columns...)
	for _, i := range invitations {
		until, came, key := "", "", ""
		if i.Until != 0 {
			until = i.Until.day()
		}
		if i.Came != 0 {
			came, key = i.Came.day(), or(shortKey(i.PublicKey), "replaced since")
		}
		row := []any{i.Member, i.Class, i.State, until, came, key}
		if before {
			row = slices.Insert(row, 1, any(i.Before))
		}
		t.row(row[:len(columns)]...)
	}
	t.write(w)
}
