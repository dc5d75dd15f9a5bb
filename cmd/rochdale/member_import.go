package main

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/client"
	"github.com/rochdale-ledger/rochdale/client/sheet"
	"github.com/rochdale-ledger/rochdale/client/wording"
	"github.com/rochdale-ledger/rochdale/state"
	"github.com/rochdale-ledger/rochdale/state/ballot"
	"github.com/rochdale-ledger/rochdale/state/charter"
	"github.com/rochdale-ledger/rochdale/state/member"
	"github.com/rochdale-ledger/rochdale/tx"
)

func newMemberImportCmd() *cobra.Command {
	file := sheet.File{Columns: []sheet.Column{{Name: "key"}, {Name: "class", Optional: true}, {Name: "commitment", Optional: true}, {Name: "proof", Optional: true}, {Name: "sort", Optional: true}}}
	cmd := &cobra.Command{
		Use:   "import FILE.csv",
		Short: "Enter the members of an existing register",
		Long: `Enter the members of an existing register, as active members with consecutive
numbers in the order of the file.

Each line is a public key, a class by number or name (1 if left out), a commitment
and a proof (none if left out), and what the member is: person (if left out), co-op,
group or body; a first line may name the columns, in any order: "key,proof,class". The
file - is standard input.
Keys that are on the register already are passed over, so the same file can be
given again after a stop: it goes on where it stopped.

A proof shows that the member holds the key; members make theirs with: rochdale key
prove. A key without one is on the register as not proved, until its member first
signs; the preview says how many there are.

A line without a key enters a member who cannot cast until it is invited and makes one;
each time that the file is given it enters another. See rochdale member invite.

Members decide who is taken over, so it is put to a motion: to several, numbered in
their titles, if the file has more members than one can carry. The preview says which
of the keys are in motions under way already.`,
		Example: `  rochdale member import register.csv --propose 4 --title "Ours" --dry-run
  rochdale member import register.csv --propose 4 --title "Our register"`,
		Args: wantArgs("FILE.csv"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := openTable(cmd, &file, args[0]); err != nil {
				return err
			}
			read, err := readMembers(file)
			s, err := completed(cmd, file, read, err)
			if err != nil {
				return err
			}
			return s.importMembers(cmd, read, nil)
		},
		ValidArgsFunction: completeFile("csv"),
	}
	addSheetFlags(cmd, &file)
	addActFlags(cmd)
	addProposeFlags(cmd)
	return cmd
}

// An importLine is a member in a file, and the line.
type importLine struct {
	member.Entry
	line  int
	class string // as it is written
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

	Unseated []unseatedInfo `json:"unseated,omitempty"` // of a register brought in, who got no office

	Differing []state.Clause `json:"differing,omitempty"` // of those skipped, with what is recorded before what the file has
}

// importMembers enters those who are not yet on the register, MaxImport a
// transaction. A stop between two leaves a whole number of them entered. codes are written
// before anything is sent; nil if there are none.
func (s *session) importMembers(cmd *cobra.Command, read []importLine, codes *codeFile) error {
	fresh, differing, err := s.unregisteredOf(read)
	if err != nil {
		return explainRead(err)
	}
	entries := make([]member.Entry, len(fresh))
	for i, l := range fresh {
		entries[i] = l.Entry
	}
	info := importInfo{Result: resultDone, Skipped: len(read) - len(fresh), Transactions: []string{}, Differing: differing}
	if info.Skipped > 0 {
		n := uint64(info.Skipped)
		note(cmd, "%s of the file %s on the register already and passed over", plural(n, "key"), agree(n, "is", "are"))
		noteDiffering(cmd, differing, "see how one is recorded with: rochdale member show MEMBER")
	}
	var parts []batchPart
	for rest := entries; len(rest) > 0; {
		n := carriable(rest)
		parts = append(parts, batchPart{act{kind: member.KindImport, action: member.Import{Entries: rest[:n]}, gives: "member"}, n})
		rest = rest[n:]
	}
	if len(parts) > 0 {
		parts[0].act = codes.before(parts[0].act)
	}
	info.Action = nothingLeft(len(differing))
	if len(parts) > 0 {
		info.Action = member.EnterWords(len(fresh))
	}
	b := batch{words: info.Action, title: "entering members", facts: s.importFacts(fresh, entries), parts: parts, differing: differing}
	twice, err := s.alreadyProposed(entries)
	if err != nil {
		return explainRead(err)
	}
	b.facts = append(b.facts, twice...)
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

// completed opens the session for lines that were read, and completes them. What was wrong in
// reading is said together with what the charter does not have.
func completed(cmd *cobra.Command, file sheet.File, read []importLine, err error) (*session, error) {
	wrong := &wrongLines{}
	if err != nil && !errors.As(err, &wrong) {
		return nil, err
	}
	s, noSession := openSession(cmd)
	if noSession != nil && len(wrong.lines) == 0 {
		return nil, noSession
	}
	if noSession != nil {
		return nil, wrong.refusal(file.Wants())
	}
	s.complete(file, read, wrong)
	return s, wrong.refusal(file.Wants())
}

// complete reads the classes, and finds one that the charter does not have and a proof that
// is not for the co-op.
func (s *session) complete(file sheet.File, read []importLine, wrong *wrongLines) {
	for i := range read {
		e := &read[i]
		var err error
		if e.Class, err = parseClass(e.class, s.policy); err == nil && len(e.Proof) > 0 && !e.Key.VerifyPossession(s.Chain(), uint32(s.Coop()), e.Proof) {
			err = withHint(fault("the proof is not that of key %s for co-op %d of %s", e.Key, s.Coop(), s.Chain()),
				"its holder makes it with: rochdale key prove KEY --coop %d --chain %s; or leave it out", s.Coop(), s.Chain())
		}
		if err != nil {
			wrong.add(&sheet.Error{Path: file.Path, Line: e.line, Err: err})
		}
	}
}

// parseProof reads a proof that a key is held, none if there is no text. what is the
// proof's name in errors.
func parseProof(what string, key tx.PublicKey, text string) ([]byte, error) {
	if text == "" {
		return nil, nil
	}
	size := key.MaxSignature()
	if size != tx.SignatureSize {
		size = 0 // an assertion, of any length
	}
	return parseHex(what, text, size)
}

// importFacts are how many members of each class a file enters, and the first and
// last of its lines. entries are those of lines.
func (s *session) importFacts(lines []importLine, entries []member.Entry) []state.Clause {
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
	facts = append(facts, member.InvitedWords(entries)...)
	return append(facts, firstAndLast(len(entries), func(i int) state.Clause {
		return state.Fact(fmt.Sprintf("line %d", lines[i].line), "%s", entries[i].ImportWords(telling))
	})...)
}

// alreadyProposed says how many of the keys are in imports that motions under way carry.
// Each can be entered once: of two such motions that are carried, the ledger refuses the
// second as a whole.
func (s *session) alreadyProposed(entries []member.Entry) (out []state.Clause, err error) {
	if len(entries) == 0 {
		return nil, nil
	}
	given := map[string]bool{}
	for _, e := range entries {
		given[e.Key.String()] = true
	}
	look := func(_ *reading, n ballot.Number, m ballot.Motion, _ ballot.Poll) error {
		both := uint64(0)
		for _, c := range m.Action {
			if c.Kind != member.KindImport {
				continue
			}
			carried, err := tx.DecodeTrusted[member.Import](c.Payload)
			if err != nil {
				return err
			}
			for _, e := range carried.Entries {
				if len(e.Key) > 0 && given[e.Key.String()] {
					both++
				}
			}
		}
		if both > 0 {
			out = append(out, state.Fact(fmt.Sprintf("motion %d, under way", n), "%s of the keys %s in it already; if both are carried, the second is refused",
				formatCount(int64(both)), agree(both, "is", "are")))
		}
		return nil
	}
	err = s.openMotions(look)
	if errors.Is(err, client.ErrNoIndex) {
		out = nil
		err = s.openMotionsThen(look)
	}
	return out, err
}

// unregisteredOf leaves out the keys that are on the register. differing are those of
// them whose class or commitment there is another than in the file.
func (s *session) unregisteredOf(read []importLine) (fresh []importLine, differing []state.Clause, err error) {
	p := newProgress("looking keys up", int64(len(read)))
	defer p.Done()
	for _, l := range read {
		m, err := state.Member(0), error(nil)
		if len(l.Key) > 0 {
			m, err = member.ByKey(s, l.Key)
		}
		if err != nil {
			return nil, nil, err
		}
		if m == 0 {
			fresh = append(fresh, l)
			p.Add(1)
			continue
		}
		rec, err := member.Find(s, m)
		if err != nil {
			return nil, nil, err
		}
		if rec.Class() != l.Class || !bytes.Equal(rec.Commitment, l.Commitment) || rec.Sort != l.Sort {
			differing = append(differing, state.Clause{What: fmt.Sprintf("line %d, member %d", l.line, m),
				Before: s.entryWords(rec.Class(), rec.Commitment, rec.Sort), After: s.entryWords(l.Class, l.Commitment, l.Sort) + " in the file"})
		}
		p.Add(1)
	}
	return fresh, differing, nil
}

// entryWords are a class, what the member is unless a person, and a commitment to name and
// address, which may be missing.
func (s *session) entryWords(c charter.Class, commitment []byte, sort member.Sort) string {
	text := "class " + s.class(c) + ", "
	if sort != member.Person {
		text += "a " + sort.String() + ", "
	}
	if len(commitment) == 0 {
		return text + "no commitment"
	}
	return text + "commitment " + hex.EncodeToString(commitment)
}

// readMembers reads the file of a register, but for the classes, which are the charter's.
// An error names the line.
func readMembers(file sheet.File) (out []importLine, err error) {
	seen := map[string]int{}
	err = readTable(file, func(row sheet.Row) error {
		e := importLine{line: row.Line, class: row.Cell("class")}
		var err error
		if text := row.Cell("key"); text != "" {
			if e.Key, err = parseKey(text); err != nil {
				return err
			}
		}
		if e.Commitment, err = parseHex("commitment", row.Cell("commitment"), 0); err != nil {
			return err
		}
		if e.Proof, err = parseProof("proof", e.Key, row.Cell("proof")); err != nil {
			return err
		}
		if e.Sort, err = parseSort("sort", row.Cell("sort")); err != nil {
			return err
		}
		if first, ok := seen[e.Key.String()]; ok && len(e.Key) > 0 {
			return withHint(fault("the key is that of line %d too", first), "every member needs a key of their own")
		}
		seen[e.Key.String()] = row.Line
		out = append(out, e)
		return nil
	})
	if err == nil && len(out) == 0 {
		err = withHint(fault("%s holds no members", file.Path), "%s", file.Wants())
	}
	return out, err
}
