package main

import (
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/client/sheet"
	"github.com/rochdale-ledger/rochdale/client/wording"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/tx"
)

func newMemberImportCmd() *cobra.Command {
	file := sheet.File{Columns: []sheet.Column{{Name: "key"}, {Name: "class", Optional: true}, {Name: "commitment", Optional: true}, {Name: "proof", Optional: true}}}
	cmd := &cobra.Command{
		Use:   "import FILE.csv",
		Short: "Enter the members of an existing register",
		Long: `Enter the members of an existing register, as active members with consecutive
numbers in the order of the file.

Each line is a public key, a class (1 if left out), a commitment and a proof (none
if left out); a first line may name the columns, in any order: "key,proof,class".
Keys that are on the register already are passed over, so the same file can be
given again after a stop: it goes on where it stopped.

A proof shows that the member holds the key; members make theirs with: rochdale key
prove. A key without one is on the register as not proved, until its member first
signs; the preview says how many there are.

Members decide who is taken over, so it is put to a motion: to several, numbered in
their titles, if the file has more members than one can carry.`,
		Example: `  rochdale member import register.csv --propose 4 --title "Ours" --dry-run
  rochdale member import register.csv --propose 4 --title "Our register"`,
		Args: wantArgs("FILE.csv"),
		RunE: func(cmd *cobra.Command, args []string) error {
			file.Path = args[0]
			entries, lines, err := readMembers(file)
			if err != nil {
				return err
			}
			s, err := openSession(cmd)
			if err != nil {
				return err
			}
			if err := s.checkProofs(file, entries, lines); err != nil {
				return err
			}
			return s.importMembers(cmd, entries, lines)
		},
		ValidArgsFunction: completeFile("csv"),
	}
	addSheetFlags(cmd, &file)
	addActFlags(cmd)
	addProposeFlags(cmd)
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
// transaction. A stop between two leaves a whole number of them entered. lines are
// those of the file.
func (s *session) importMembers(cmd *cobra.Command, entries []member.Entry, lines []int) error {
	fresh, lines, err := s.unregisteredOf(entries, lines)
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
		n := carriable(rest)
		parts = append(parts, batchPart{act{kind: member.KindImport, action: member.Import{Entries: rest[:n]}, gives: "member"}, n})
		rest = rest[n:]
	}
	info.Action = nothingLeft
	if len(parts) > 0 {
		info.Action = member.EnterWords(len(fresh))
	}
	b := batch{words: info.Action, title: "entering members", facts: s.importFacts(fresh, lines), parts: parts}
	if proposed, err := s.proposeAll(cmd, b, info.Skipped); proposed || err != nil {
		return err
	}
	numbers, err := s.takeAll(cmd, b, &info.Transactions, &info.Result)
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

// carriable is how many of the first entries one import can have that a motion carries.
func carriable(entries []member.Entry) int {
	size := len(tx.Encode(member.Import{Entries: make([]member.Entry, member.MaxImport)})) // generous
	for i, e := range entries[:min(len(entries), member.MaxImport)] {
		if size += len(tx.Encode(e)); size > ballot.MaxPayload {
			return max(i, 1)
		}
	}
	return min(len(entries), member.MaxImport)
}

// span is "5 to 9", "5" for one, or "" for nothing.
func span(first, last uint64) string {
	if first == last {
		return numberOrNone(first)
	}
	return fmt.Sprintf("%d to %d", first, last)
}

// checkProofs refuses a proof that is not for the co-op, with its line.
func (s *session) checkProofs(file sheet.File, entries []member.Entry, lines []int) error {
	for i, e := range entries {
		if len(e.Proof) > 0 && !e.Key.VerifyPossession(s.Chain(), uint32(s.Coop()), e.Proof) {
			return withHint(fault("%s, line %d: the proof is not that of key %s for co-op %d of %s", file.Path, lines[i], e.Key, s.Coop(), s.Chain()),
				"its holder makes it with: rochdale key prove KEY --coop %d --chain %s; or leave it out", s.Coop(), s.Chain())
		}
	}
	return nil
}

// parseProof reads a proof that a key is held, none if there is no text.
func parseProof(text string) ([]byte, error) {
	if text == "" {
		return nil, nil
	}
	return parseHex("proof", text, tx.SignatureSize)
}

// importFacts are how many members of each class a file enters, and the first and
// last of its lines.
func (s *session) importFacts(entries []member.Entry, lines []int) []state.Clause {
	counts := map[charter.Class]uint64{}
	for _, e := range entries {
		counts[e.Class]++
	}
	var facts []state.Clause
	for _, c := range slices.Sorted(maps.Keys(counts)) {
		facts = append(facts, state.Fact(fmt.Sprintf("class %d (%s)", c, s.class(c)), "%s", plural(counts[c], "member")))
	}
	telling := wording.Telling(s)
	facts = append(facts, member.CountsWords(s)...)
	facts = append(facts, member.UnprovedWords(entries)...)
	return append(facts, firstAndLast(len(entries), func(i int) state.Clause {
		return state.Fact(fmt.Sprintf("line %d", lines[i]), "%s", entries[i].ImportWords(telling))
	})...)
}

// unregisteredOf leaves out the keys that are on the register.
func (s *session) unregisteredOf(entries []member.Entry, lines []int) ([]member.Entry, []int, error) {
	p := newProgress("looking keys up", int64(len(entries)))
	defer p.Done()
	var fresh []member.Entry
	var at []int
	for i, e := range entries {
		m, err := member.ByKey(s, e.Key)
		if err != nil {
			return nil, nil, err
		}
		if m == 0 {
			fresh, at = append(fresh, e), append(at, lines[i])
		}
		p.Add(1)
	}
	return fresh, at, nil
}

// readMembers reads the file of a register, and the line of each. An error names
// the line.
func readMembers(file sheet.File) (entries []member.Entry, lines []int, err error) {
	seen := map[string]int{}
	err = readTable(file, func(row sheet.Row) error {
		var e member.Entry
		var err error
		if e.Key, err = parseKey(row.Cell("key")); err != nil {
			return err
		}
		if e.Class, err = parseClass(row.Cell("class")); err != nil {
			return err
		}
		if e.Commitment, err = parseHex("commitment", row.Cell("commitment"), 0); err != nil {
			return err
		}
		if e.Proof, err = parseProof(row.Cell("proof")); err != nil {
			return err
		}
		if first, ok := seen[e.Key.String()]; ok {
			return withHint(fault("the key is that of line %d too", first), "every member needs a key of their own")
		}
		seen[e.Key.String()] = row.Line
		entries, lines = append(entries, e), append(lines, row.Line)
		return nil
	})
	if err == nil && len(entries) == 0 {
		err = withHint(fault("%s holds no members", file.Path), "%s", file.Wants())
	}
	return entries, lines, err
}
