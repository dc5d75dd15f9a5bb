package main

import (
	"bytes"
	"crypto/rand"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/client/figure"
	"github.com/rochdale-ledger/rochdale/client/names"
	"github.com/rochdale-ledger/rochdale/client/sheet"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/state/takeover"
	"github.com/rochdale-ledger/rochdale/state/words"
)

func newNamesCmd() *cobra.Command {
	return newNoun("names", groupCoops, "Keep the private directory of who the members are",
		`  rochdale names import people.csv
  rochdale names commit
  rochdale member show rosa
  rochdale names disclose rosa address --for "the auditor" --out rosa.json`,
		newNamesImportCmd(), newNamesSetCmd(), newNamesListCmd(), newNamesShowCmd(), newNamesCheckCmd(),
		newNamesCommitCmd(), newNamesDiscloseCmd(), newNamesVerifyCmd(), newNamesBackupCmd(), newNamesRestoreCmd())
}

// bookInfo is what a change of the directory came to.
type bookInfo struct {
	People  int `json:"people"`
	Added   int `json:"added"`
	Changed int `json:"changed"`
}

// newDesk opens the directory of the co-op that the node and the flags name, or begins it.
func newDesk(cmd *cobra.Command) (*desk, error) {
	d, err := openNames(cmd)
	if err == nil || hintOf(err) == "" || !strings.Contains(err.Error(), "there is no directory") {
		return d, err
	}
	_, all, err := readAll(cmd)
	if err != nil {
		return nil, err
	}
	coop, err := coopWanted(cmd, all)
	if err != nil {
		return nil, err
	}
	return beginDesk(cmd, all.Chain(), uint32(coop))
}

// beginDesk lays an empty directory on the desk, which is no file yet.
func beginDesk(cmd *cobra.Command, chain string, coop uint32) (*desk, error) {
	s, err := settingsOf(cmd)
	if err != nil {
		return nil, err
	}
	key, err := loadKey(cmd)
	if err != nil {
		return nil, err
	}
	d := deskOf(cmd)
	if d.secret, err = key.Secret(namesPurpose); err != nil {
		return nil, err
	}
	d.path = names.Path(namesDir(s), chain, coop)
	d.book = &names.Book{Chain: chain, Coop: coop}
	return d, nil
}

// save writes the directory and says what to do next.
func (d *desk) save(cmd *cobra.Command, before map[uint64][32]byte) error {
	if err := d.book.Save(d.path, d.secret); err != nil {
		return withHint(fault("%w", err), "the directory is as it was before")
	}
	info := bookInfo{People: len(d.book.People)}
	for _, p := range d.book.People {
		now, _ := p.Commitment()
		was, had := before[p.Member]
		switch {
		case !had:
			info.Added++
		case was != now:
			info.Changed++
		}
	}
	if info.Added+info.Changed > 0 {
		again := ""
		if given, _ := cmd.Flags().GetBool(againFlag); given {
			again = " --" + againFlag
		}
		hint(cmd, "commit to what changed on the ledger with: rochdale names commit%s", again)
	}
	return show(cmd, info, func(w io.Writer) {
		writeFacts(w, fact{"people", info.People}, fact{"added", info.Added}, fact{"changed", info.Changed})
	})
}

// commitments are those of all people, by member.
func commitments(b *names.Book) map[uint64][32]byte {
	out := make(map[uint64][32]byte, len(b.People))
	for _, p := range b.People {
		out[p.Member], _ = p.Commitment()
	}
	return out
}

func addNamesFlags(cmd *cobra.Command) {
	addCoopFlag(cmd)
	addPassphraseFlag(cmd)
}

// newBookCmd makes a command about the directory at hand, which it opens.
func newBookCmd(use, short, example string, args cobra.PositionalArgs, do func(cmd *cobra.Command, d *desk, args []string) error) *cobra.Command {
	cmd := &cobra.Command{
		Use: use, Short: short, Example: example, Args: args,
		RunE: func(cmd *cobra.Command, args []string) error {
			d, err := openNames(cmd)
			if err != nil {
				return err
			}
			return do(cmd, d, args)
		},
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	addNamesFlags(cmd)
	return cmd
}

func newNamesImportCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "import FILE",
		Short: "Take people from a table into the directory",
		Long: `Take people from a table (CSV) into the directory, which is made if there is none. The
first line names the columns: member, which is the number on the register, and the
fields of a person, of which one should be name. A cell that is empty changes nothing.
In place of member, number_before is the number in the register that was brought in.
The directory is one encrypted file in HOME/names; nothing of it goes to the ledger but
a salted commitment a person, by: rochdale names commit

A line that is wrong, a number that is not on the register, a member who stands in two
lines and one who was erased are all named, and then nothing is taken.`,
		Example: "  rochdale names import people.csv",
		Args:    wantArgs("FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			f, fields, err := peopleTable(cmd, args[0])
			if err != nil {
				return err
			}
			d, err := newDesk(cmd)
			if err != nil {
				return err
			}
			before := commitments(d.book)
			t := people{book: d.book, path: f.Path, fields: fields, lines: map[uint64]int{}}
			err = readBook(cmd, d, func(r *reading) error {
				figures, err := member.TotalsOf(r)
				if err != nil {
					return err
				}
				t.known = figures.Members
				t.barred = func(m uint64) (*erasure, error) { return r.barred(cmd, state.Member(m)) }
				if f.Columns[0].Name == beforeColumn {
					if t.before, err = r.numbersBefore(); err != nil {
						return err
					}
				}
				return readTableToFirst(f, t.take)
			})
			if err != nil {
				return err
			}
			if err := t.refusal(); err != nil {
				return err
			}
			return d.save(cmd, before)
		},
	}
	addNamesFlags(cmd)
	addAgainFlag(cmd, "take members too who were erased, by mistake")
	return cmd
}

// beforeColumn has the number in the register that was brought in, in place of the one here.
const beforeColumn = "number_before"

// numbersBefore are members by their numbers in the register that was brought in; zero where two
// had the same.
func (r *reading) numbersBefore() (map[string]uint64, error) {
	out := map[string]uint64{}
	err := takeover.Pasts(r, 1, ^state.Member(0), func(m state.Member, p takeover.Past) (bool, error) {
		if _, twice := out[p.Ref]; twice {
			m = 0
		}
		out[p.Ref] = uint64(m)
		return true, nil
	})
	return out, err
}

// people is a table of people that is read into a directory.
type people struct {
	book   *names.Book
	path   string
	fields []string
	known  uint64                           // members on the register
	before map[string]uint64                // members by their numbers in the register that was brought in, if the table has those
	lines  map[uint64]int                   // in which line a member stands
	wrong  []string                         // what is wrong, line by line
	barred func(m uint64) (*erasure, error) // for which a member is not taken; nil if none
	outs   int                              // lines of members who were erased, and whom --again takes
}

// take reads a line. What is wrong with it is noted, so that all of it is said at once.
func (t *people) take(row sheet.Row) error {
	wrong := func(format string, args ...any) {
		t.wrong = append(t.wrong, fmt.Sprintf("%s, line %d: ", t.path, row.Line)+fmt.Sprintf(format, args...))
	}
	var m uint64
	var err error
	if t.before == nil {
		m, err = figure.Ordinal("the number of a member", row.Cell("member"))
	} else if m = t.before[row.Cell(beforeColumn)]; m == 0 {
		err = fmt.Errorf("number %s of before is none that was brought in, or is more than one member's", words.Quote(row.Cell(beforeColumn)))
	}
	switch {
	case err != nil:
		wrong("%v", err)
		return nil
	case m > t.known:
		wrong("member %d is not on the register, which goes up to %d", m, t.known)
		return nil
	case t.lines[m] != 0:
		wrong("member %d stands in line %d already", m, t.lines[m])
		return nil
	}
	t.lines[m] = row.Line
	switch at, err := t.barred(m); {
	case err != nil:
		return err
	case at != nil && at.reserved:
		wrong("member %d was %v, and only it itself is taken in again, by its own key; leave the line out", m, at)
		return nil
	case at != nil:
		t.outs++
		wrong("member %d was %v; leave the line out", m, at)
		return nil
	}
	for _, field := range t.fields {
		value := row.Cell(field)
		if value == "" {
			continue
		}
		switch err := t.book.Set(m, field, value, rand.Reader); {
		case errors.Is(err, names.ErrField): // it is the heading that is wrong
			return err
		case err != nil:
			wrong("%v", err)
		}
	}
	return nil
}

// maxWrong is how many lines of a table are said to be wrong, at most.
const maxWrong = 20

// refusal says what was wrong; nil if nothing was.
func (t *people) refusal() error {
	if len(t.wrong) == 0 {
		return nil
	}
	said := t.wrong[:min(len(t.wrong), maxWrong)]
	if more := len(t.wrong) - len(said); more > 0 {
		said = append(slices.Clone(said), fmt.Sprintf("and %s more", plural(uint64(more), "line")))
	}
	mistaken := ""
	if t.outs > 0 {
		mistaken = "; if one was erased by mistake, add --" + againFlag
	}
	return withHint(fault("%s", strings.Join(said, "\n")), "nothing was taken; put these lines right, and see the numbers with: rochdale member list%s", mistaken)
}

// peopleTable is a table of people with whatever columns its first line names.
func peopleTable(cmd *cobra.Command, path string) (f sheet.File, fields []string, err error) {
	var raw []byte
	if path == "-" {
		raw, err = io.ReadAll(io.LimitReader(cmd.InOrStdin(), sheet.MaxBytes+1))
		path = "standard input"
	} else {
		raw, err = os.ReadFile(path)
	}
	if err != nil {
		return f, nil, withHint(fault("reading the people: %w", err), "check the path")
	}
	f = sheet.File{Path: path, From: bytes.NewReader(raw), Columns: []sheet.Column{{Name: "member"}}}
	first, _, _ := strings.Cut(strings.TrimPrefix(string(raw), "\ufeff"), "\n")
	r := csv.NewReader(strings.NewReader(first))
	for _, comma := range ";\t" {
		if strings.ContainsRune(first, comma) && !strings.ContainsRune(first, ',') {
			r.Comma = comma
		}
	}
	heads, err := r.Read()
	if err != nil {
		return f, nil, withHint(fault("%s: its first line names no columns", path), "begin it like: member,name,address")
	}
	of := "member"
	for i := range heads {
		heads[i] = strings.ToLower(strings.TrimSpace(heads[i]))
	}
	if !slices.Contains(heads, of) && slices.Contains(heads, beforeColumn) {
		of = beforeColumn
		f.Columns[0].Name = of
	}
	for _, h := range heads {
		if h == of || h == "" {
			continue
		}
		fields = append(fields, h)
		f.Columns = append(f.Columns, sheet.Column{Name: h, Optional: true, Named: true})
	}
	if !slices.Contains(heads, of) || len(fields) == 0 {
		return f, nil, withHint(fault("%s: its first line does not name the column member and a field", path), "begin it like: member,name,address")
	}
	return f, fields, nil
}

func newNamesSetCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "set MEMBER FIELD VALUE",
		Short: "Put one field of a person right; an empty value takes it out",
		Example: `  rochdale names set 7 name "Rosa Alvarez"
  rochdale names set rosa address "3 Mill Lane"
  rochdale names set rosa phone ""`,
		Args: wantArgs("MEMBER", "FIELD", "VALUE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			m, err := parseMember(args[0])
			if err != nil {
				return err
			}
			d, err := newDesk(cmd)
			if err != nil {
				return err
			}
			before := commitments(d.book)
			if args[2] == "" {
				if !d.book.Unset(uint64(m), args[1]) {
					return withHint(fault("member %d has no field %q in the directory", m, args[1]), "see what it has: rochdale names show %d", m)
				}
			} else if err := requireNotErased(cmd, d, m); err != nil {
				return err
			} else if err := d.book.Set(uint64(m), args[1], args[2], rand.Reader); err != nil {
				return withHint(fault("%w", err), "see an example: rochdale names set --help")
			}
			return d.save(cmd, before)
		},
	}
	addNamesFlags(cmd)
	addAgainFlag(cmd, "take in a member who was erased, by mistake")
	return cmd
}

func newNamesListCmd() *cobra.Command {
	return newBookCmd("list [WORD]", "List the people of the directory, or those with a word",
		"  rochdale names list\n  rochdale names list lane --json", wantArgs("[WORD]"),
		func(cmd *cobra.Command, d *desk, args []string) error {
			type line struct {
				Member uint64 `json:"member"`
				Name   string `json:"name"`
				Fields int    `json:"fields"`
			}
			list := []line{}
			for _, p := range d.book.People {
				if len(args) > 0 && !slices.ContainsFunc(p.Fields, func(f names.Field) bool {
					return strings.Contains(strings.ToLower(f.Value), strings.ToLower(args[0]))
				}) {
					continue
				}
				list = append(list, line{p.Member, p.Value(names.NameField), len(p.Fields)})
			}
			if len(list) == 0 {
				note(cmd, "nobody to show")
			}
			deskOf(cmd).book = nil // the names stand there anyway
			return show(cmd, list, func(w io.Writer) {
				t := newTable("member", "name", "fields")
				for _, l := range list {
					t.row(l.Member, l.Name, l.Fields)
				}
				t.write(w)
			})
		})
}

func newNamesShowCmd() *cobra.Command {
	return newBookCmd("show MEMBER", "Show all that the directory has of a person",
		"  rochdale names show rosa", wantArgs("MEMBER"),
		func(cmd *cobra.Command, d *desk, args []string) error {
			m, err := parseMember(args[0])
			if err != nil {
				return err
			}
			p, ok := d.book.Person(uint64(m))
			if !ok {
				return withHint(fault("member %d is not in the directory", m), "see who is: rochdale names list")
			}
			sum, _ := p.Commitment()
			fields := map[string]string{}
			facts := []fact{{"member", p.Member}}
			for _, f := range p.Fields {
				fields[f.Name] = f.Value
				facts = append(facts, fact{f.Name, f.Value})
			}
			facts = append(facts, fact{"commitment", hexBytes(sum[:])})
			d.book = nil
			return show(cmd, struct {
				Member     uint64            `json:"member"`
				Fields     map[string]string `json:"fields"`
				Commitment hexBytes          `json:"commitment"`
			}{p.Member, fields, sum[:]}, func(w io.Writer) { writeFacts(w, facts...) })
		})
}

func newNamesBackupCmd() *cobra.Command {
	cmd := newBookCmd("backup FILE", "Write the directory, readable, for who keeps it next",
		"  rochdale names backup /media/stick/names.json", wantArgs("FILE"),
		func(cmd *cobra.Command, d *desk, args []string) error {
			raw, err := d.book.Backup()
			if err != nil {
				return err
			}
			if err := writeNew("the directory", args[0], raw); err != nil {
				return err
			}
			note(cmd, "warning: whoever reads %s knows who your members are", args[0])
			hint(cmd, "the next keeper runs: rochdale names restore %s", args[0])
			return show(cmd, map[string]any{"file": args[0], "people": len(d.book.People)}, func(w io.Writer) {
				writeFacts(w, fact{"file", args[0]}, fact{"people", len(d.book.People)})
			})
		})
	cmd.Long = `Write all of the directory to a new file, which only you can read and which is not
encrypted: give it to whoever keeps the directory after you, by hand, and destroy it.
The directory's own file can be copied as it is; it opens with your key only.`
	cmd.ValidArgsFunction = nil // a file
	return cmd
}

func newNamesRestoreCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "restore FILE",
		Short:   "Make the directory from what backup wrote, to open with your key",
		Example: "  rochdale names restore /media/stick/names.json",
		Args:    wantArgs("FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			raw, err := os.ReadFile(args[0])
			if err != nil {
				return withHint(fault("reading the directory: %w", err), "check the path")
			}
			book, err := names.FromBackup(raw)
			if err != nil {
				return withHint(fault("%w", err), "give a file that this wrote: rochdale names backup")
			}
			d, err := beginDesk(cmd, book.Chain, book.Coop)
			if err != nil {
				return err
			}
			if _, err := os.Stat(d.path); err == nil {
				return withHint(fault("%w: %s", names.ErrExists, d.path), "move it away first; nothing is overwritten")
			} else if !errors.Is(err, os.ErrNotExist) {
				return fmt.Errorf("looking for the directory: %w", err)
			}
			d.book = book
			note(cmd, "a backup may have members who were erased since: rochdale names check")
			return d.save(cmd, map[uint64][32]byte{})
		},
	}
	addNamesFlags(cmd)
	return cmd
}
