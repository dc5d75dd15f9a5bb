package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/state/member"
)

func newMemberImportCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "import FILE.csv",
		Short: "Enter the members of an existing register",
		Long: `Enter the members of an existing register, as active members with consecutive
numbers in the order of the file.

Each line is a public key, a class (1 if left out) and a commitment (none if left
out), with commas between; a first line "key,class,commitment" is a heading.
Keys that are on the register already are passed over, so the same file can be
given again after a stop: it goes on where it stopped.`,
		Example: "  rochdale member import register.csv --dry-run\n  rochdale member import register.csv",
		Args:    wantArgs("FILE.csv"),
		RunE: func(cmd *cobra.Command, args []string) error {
			entries, err := readMembers(args[0])
			if err != nil {
				return err
			}
			s, err := openSession(cmd)
			if err != nil {
				return err
			}
			return s.importMembers(cmd, entries)
		},
		ValidArgsFunction: completeFile("csv"),
	}
	addActFlags(cmd)
	return cmd
}

// importInfo is the result of an import.
type importInfo struct {
	Result       string   `json:"result"`
	Action       string   `json:"action"` // in words
	Entered      int      `json:"entered"`
	Skipped      int      `json:"skipped"` // on the register already
	First        uint64   `json:"first,omitempty"`
	Last         uint64   `json:"last,omitempty"`
	Transactions []string `json:"transactions"`
}

// importMembers enters those who are not yet on the register, MaxImport a
// transaction. A stop between two leaves a whole number of them entered.
func (s *session) importMembers(cmd *cobra.Command, entries []member.Entry) error {
	fresh, err := s.unregisteredOf(entries)
	if err != nil {
		return explainRead(err)
	}
	info := importInfo{Result: resultDone, Skipped: len(entries) - len(fresh), Transactions: []string{}}
	if info.Skipped > 0 {
		n := uint64(info.Skipped)
		note(cmd, "%s of the file %s on the register already and passed over", plural(n, "key"), agree(n, "is", "are"))
	}
	var parts []batchPart
	for rest := fresh; len(rest) > 0; {
		n := min(len(rest), member.MaxImport)
		parts = append(parts, batchPart{act{kind: member.KindImport, action: member.Import{Entries: rest[:n]}, gives: "member"}, n})
		rest = rest[n:]
	}
	info.Action = nothingLeft
	if len(parts) > 0 {
		info.Action = member.EnterWords(len(fresh))
	}
	numbers, err := s.takeAll(cmd, info.Action, "entering members", parts, &info.Transactions, &info.Result)
	if len(numbers) > 0 {
		done := 0
		for _, p := range parts[:len(numbers)] {
			done += p.size
		}
		info.Entered, info.First = done, numbers[0]
		info.Last = numbers[len(numbers)-1] + uint64(parts[len(numbers)-1].size) - 1
	}
	if err != nil {
		if info.Entered > 0 {
			note(cmd, "entered so far: member %s", span(info.First, info.Last))
			return withHint(err, "run the same command again: it goes on where it stopped")
		}
		return err
	}
	return show(cmd, info, func(w io.Writer) {
		writeFacts(w, fact{info.Result, info.Action}, fact{agree(uint64(info.Entered), "member", "members"), span(info.First, info.Last)},
			fact{"passed over", numberOrNone(uint64(info.Skipped))}, fact{"transactions", len(info.Transactions)})
	})
}

// span is "5 to 9", "5" for one, or "" for nothing.
func span(first, last uint64) string {
	if first == last {
		return numberOrNone(first)
	}
	return fmt.Sprintf("%d to %d", first, last)
}

// unregisteredOf leaves out the keys that are on the register.
func (s *session) unregisteredOf(entries []member.Entry) ([]member.Entry, error) {
	p := newProgress("looking keys up", int64(len(entries)))
	defer p.Done()
	var fresh []member.Entry
	for _, e := range entries {
		m, err := member.ByKey(s, e.Key)
		if err != nil {
			return nil, err
		}
		if m == 0 {
			fresh = append(fresh, e)
		}
		p.Add(1)
	}
	return fresh, nil
}

// readMembers reads the file of a register. An error names the line.
func readMembers(path string) ([]member.Entry, error) {
	var entries []member.Entry
	seen := map[string]int{}
	file := csvFile{path, []string{"key", "class", "commitment"}}
	err := file.read(func(line int, fields []string) error {
		var e member.Entry
		var err error
		if e.Key, err = parseKey(fields[0]); err != nil {
			return err
		}
		if e.Class, err = parseClass(fields[1]); err != nil {
			return err
		}
		if e.Commitment, err = parseHex("commitment", fields[2], 0); err != nil {
			return err
		}
		if first, ok := seen[e.Key.String()]; ok {
			return withHint(fault("the key is that of line %d too", first), "every member needs a key of their own")
		}
		seen[e.Key.String()] = line
		entries = append(entries, e)
		return nil
	})
	if err == nil && len(entries) == 0 {
		err = withHint(fault("%s holds no members", path), "%s", file.wants())
	}
	return entries, err
}
