package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/rochdale-ledger/rochdale/state/count"
	"github.com/rochdale-ledger/rochdale/state/count/apportion"
	"github.com/rochdale-ledger/rochdale/state/count/blt"
	"github.com/rochdale-ledger/rochdale/state/count/budget"
	"github.com/rochdale-ledger/rochdale/state/count/election"
	"github.com/rochdale-ledger/rochdale/state/count/input"
	"github.com/rochdale-ledger/rochdale/state/count/pabulib"
	"github.com/rochdale-ledger/rochdale/state/count/question"
	"github.com/rochdale-ledger/rochdale/state/count/record"
	countreport "github.com/rochdale-ledger/rochdale/state/count/report"
)

var inputNames = map[string]string{
	input.Papers:  "ranked papers (.blt)",
	input.Budget:  "a budget (.pb)",
	input.Parties: "a table party,votes (.csv)",
	input.Answers: "the answers to a question (.csv)",
}

// A countFile is what was read: of the last ones, those that input calls for
// are set.
type countFile struct {
	path  string
	input string
	lot   []string
	from  lotFile // that the lot was read from

	notes   []string // on how the file was read
	lotSeed string   // the lot was made from, for a study

	election *election.Election
	budget   *budget.Budget
	parties  *apportion.Parties
	tally    count.Tally
	call     count.ConsentTally
	vote     *count.Tally // after the call; nil if there was none
}

// readCountFile reads a file of any kind for a method; "-" is standard input.
// What the file holds is told by the ending of its name and, failing that, by
// how the text begins; which of the tables it is, by the method.
func readCountFile(path string, stdin io.Reader, method countreport.Method, rules record.Rules, ignore []string) (*countFile, error) {
	in := &countFile{path: path}
	source := stdin
	if path != "-" {
		f, err := os.Open(path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, withHint(fault("there is no file %s", path), "check the name; rochdale count --help shows examples")
		}
		if err != nil {
			return nil, withHint(fault("opening the file to count: %w", err), "check that you may read it")
		}
		defer f.Close()
		source = f
	}
	text := bufio.NewReaderSize(source, 64<<10)
	start, err := text.Peek(512)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, withHint(fault("reading %s: %w", path, err), "name a file that can be read")
	}
	if input.IsUTF16(start) {
		return nil, withHint(fault("%s is text in UTF-16", path), "save it as text in UTF-8")
	}
	in.input = inputOf(path, start)
	table := in.input == input.Parties
	if table && (method.Input == input.Answers || method.Input == input.Papers) {
		in.input = method.Input
	}
	if rules != (record.Rules{Seats: rules.Seats}) && !(table && in.input == input.Papers) {
		return nil, withHint(fault("%s is no vote record, so --overvotes and --skipped mean nothing", path), "leave them out")
	}
	if len(ignore) > 0 && in.input != input.Parties && in.input != input.Answers {
		return nil, withHint(fault("%s is no table of votes or answers, so --ignore means nothing", path), "leave it out")
	}
	if err := in.read(text, table, method, rules, ignore); err != nil {
		return nil, err
	}
	return in, nil
}

// read fills in what the text holds. table says that it is one by its name or its
// beginning.
func (in *countFile) read(text io.Reader, table bool, method countreport.Method, rules record.Rules, ignore []string) (err error) {
	path := in.path
	switch in.input {
	case input.Parties:
		text, err = countTable(path, text, partyTable, ignore)
	case input.Answers:
		text, err = countTable(path, text, answerTable, ignore)
	}
	if err != nil {
		return err
	}
	switch {
	case in.input == input.Papers && table:
		in.election, in.notes, err = record.Read(path, text, rules)
	case in.input == input.Papers:
		in.election, err = blt.Read(path, text)
	case in.input == input.Budget:
		in.budget, err = pabulib.Read(path, text)
	case in.input == input.Parties:
		in.parties, err = apportion.ReadParties(path, text)
	case in.input == input.Answers:
		if method.Name == "consent" {
			in.call, in.vote, err = question.ReadConsent(path, text)
		} else {
			in.tally, err = question.ReadTally(path, text)
		}
	default:
		return withHint(fault("cannot tell what %s holds", path), "name it .blt, .pb or .csv")
	}
	var bad *input.ParseError
	if errors.As(err, &bad) {
		return withHint(fault("%w", err), "correct line %d of %s and count again", bad.Line, path)
	}
	if err != nil {
		return countError(err)
	}
	return nil
}

func inputOf(path string, start []byte) string {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".blt":
		return input.Papers
	case ".pb":
		return input.Budget
	case ".csv":
		return input.Parties
	}
	start = bytes.TrimPrefix(start, []byte("\xef\xbb\xbf"))
	line, _, _ := bytes.Cut(start, []byte("\n"))
	line = bytes.TrimSpace(line)
	var candidates, seats int
	switch {
	case string(line) == "META":
		return input.Budget
	case bytes.ContainsAny(line, ",;\t"):
		return input.Parties
	}
	if n, _ := fmt.Sscanf(string(line), "%d %d", &candidates, &seats); n == 2 {
		return input.Papers
	}
	return ""
}

// Limits of a lot's file.
const (
	maxLotBytes = 1 << 20
	maxLotNames = 10_000
)

// A lotFile is where the names of a lot stand.
type lotFile struct {
	path  string
	lines []int // of each name, from 1
}

// explain says in which line of the file stands what a count found wrong in the lot.
func (l lotFile) explain(err error) error {
	var bad *input.Error
	if !errors.As(err, &bad) || bad.Drawn < 1 || bad.Drawn > len(l.lines) {
		return err
	}
	return withHint(fault("%s, line %d: %s", l.path, l.lines[bad.Drawn-1], bad.Reason), "%s", bad.Hint)
}

// readLot reads names in the order drawn, one a line; empty lines are skipped.
func readLot(path string) (lot []string, from lotFile, err error) {
	from.path = path
	text, err := readLotText(path)
	if err != nil {
		return nil, from, err
	}
	line := 0
	for name := range strings.Lines(strings.TrimPrefix(string(text), "\ufeff")) {
		line++
		if !utf8.ValidString(name) {
			return nil, from, withHint(fault("%s, line %d: this is not text in UTF-8", path, line), "save it as text in UTF-8, one name a line")
		}
		if name = strings.TrimSpace(name); name == "" {
			continue
		}
		if len(lot) == maxLotNames {
			return nil, from, withHint(fault("%s, line %d: a lot has at most %s names", path, line, formatCount(maxLotNames)), "write only who may be drawn, one name a line")
		}
		lot, from.lines = append(lot, name), append(from.lines, line)
	}
	if len(lot) == 0 {
		return nil, from, withHint(fault("%s, line 1: the lot has no names", path), "write the names in the order drawn, one a line")
	}
	return lot, from, nil
}

// readLotText reads the file of a lot.
func readLotText(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, withHint(fault("opening the lot: %w", err), "write the names in the order drawn to a file, one a line")
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxLotBytes+1))
	if err != nil {
		return nil, withHint(fault("reading the lot: %w", err), "write the names in the order drawn to a file, one a line")
	}
	if input.IsUTF16(text) {
		return nil, withHint(fault("the lot %s is text in UTF-16", path), "save it as text in UTF-8")
	}
	if len(text) > maxLotBytes {
		return nil, withHint(fault("the lot %s has more than %s bytes", path, formatCount(maxLotBytes)), "write names, one a line")
	}
	return text, nil
}

// names are those that a lot may draw.
func (in *countFile) names() []string {
	var names []string
	switch in.input {
	case input.Papers:
		for _, c := range in.election.Candidates {
			names = append(names, c.Name)
		}
	case input.Budget:
		for _, p := range in.budget.Projects {
			names = append(names, p.ID)
		}
	case input.Parties:
		names = in.parties.Names
	}
	return names
}

// seedNote is the remark on a lot that was not drawn.
func seedNote(seed string) string {
	return fmt.Sprintf("The lot was not drawn but made from the seed %q, for a study: the names by the SHA-256 of the seed, a colon and the name, lowest first.", seed)
}
