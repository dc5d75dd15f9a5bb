package main

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/rochdale-ledger/rochdale/state/words"
	"github.com/spf13/cobra"
)

// Exit statuses. Scripts rely on them.
const (
	exitDone     = 0
	exitFault    = 1 // wrong usage, a missing file, no connection, a bug
	exitRejected = 2 // the ledger's rules said no; nothing changed
	exitUntied   = 3 // a receipt is sound, and not tied to validators that the reader named
)

// exitError is an error with an exit status and a hint.
type exitError struct {
	code int
	err  error
	hint string // the next command or step; empty when there is none

	rejection uint32 // the ledger's code, if its rules said no
}

func (e *exitError) Error() string { return e.err.Error() }
func (e *exitError) Unwrap() error { return e.err }

// rejected reports that the ledger's rules refused an action: exit status 2.
// The text is the rejection's reason; "rejected: " is put before it.
func rejected(format string, args ...any) error {
	return &exitError{code: exitRejected, err: fmt.Errorf(format, args...)}
}

// untied reports that what was verified is sound in itself, and that the reader's
// trust does not reach those who signed it: exit status 3. It accuses nobody.
func untied(format string, args ...any) error {
	return &exitError{code: exitUntied, err: fmt.Errorf(format, args...)}
}

// fault reports that the work could not be done: exit status 1. The format may
// wrap a cause with %w. A plain error returned by a command is a fault too;
// fault is for those that get a hint.
func fault(format string, args ...any) error {
	return &exitError{code: exitFault, err: fmt.Errorf(format, args...)}
}

// withHint adds the next command or step to err and keeps its exit status. The
// hint nearest to the cause stays: it knows most. A nil err stays nil.
func withHint(err error, format string, args ...any) error {
	if err == nil {
		return nil
	}
	if hintOf(err) != "" {
		return err
	}
	out := exitError{code: exitFault, err: err, hint: fmt.Sprintf(format, args...)}
	var inner *exitError
	if errors.As(err, &inner) {
		out.code, out.rejection = inner.code, inner.rejection
	}
	return &out
}

// hintOf finds the hint in a chain of errors, or "". withHint keeps it single.
func hintOf(err error) string {
	var e *exitError
	for errors.As(err, &e) {
		if e.hint != "" {
			return e.hint
		}
		err = e.err
	}
	return ""
}

// report writes err as "rochdale: …" lines and returns the exit status. cmd is
// the command that failed. An error that is no exitError came from cobra's own
// parsing, so it is wrong usage and gets the command's help as its hint.
func report(stderr io.Writer, cmd *cobra.Command, err error) int {
	var e *exitError
	usage := !errors.As(err, &e)
	if usage {
		e = &exitError{code: exitFault, err: err, hint: "see " + cmd.CommandPath() + " --help"}
	}
	text := err.Error()
	if e.code == exitRejected {
		text = "rejected: " + text
	}
	noteTo(stderr, "%s", text)
	if next := hintOf(e); next != "" {
		hintTo(stderr, "%s", carry(cmd, next))
	}
	if example := exampleOf(cmd); usage && example != "" {
		hintTo(stderr, "as in: %s", example)
	}
	return e.code
}

// exampleOf is the first example of a command, in one line.
func exampleOf(cmd *cobra.Command) string {
	var out []string
	for line := range strings.Lines(cmd.Example) {
		line, goes := strings.CutSuffix(strings.TrimSpace(line), "\\")
		out = append(out, strings.TrimSpace(line))
		if !goes {
			break
		}
	}
	return strings.Join(out, " ")
}

// faultOf marks every error a command itself returns as an exitError, so that
// report can tell it from cobra's usage errors.
func faultOf(err error) error {
	var e *exitError
	if err == nil || errors.As(err, &e) {
		return err
	}
	return &exitError{code: exitFault, err: err}
}

// noteTo writes one message to w, each of its lines behind "rochdale: ". At a terminal they
// are broken to fit on a page; a file or a pipe gets them whole, to be searched.
func noteTo(w io.Writer, format string, args ...any) {
	const head = "rochdale: "
	text := strings.TrimRight(fmt.Sprintf(format, args...), "\n")
	for line := range strings.SplitSeq(text, "\n") {
		lines := []string{words.Plain(line)}
		if utf8.RuneCountInString(lines[0]) > pageWidth-len(head) && isTerminal(w) {
			lines = wrapNote(lines[0], pageWidth-len(head))
		}
		for _, line := range lines {
			fmt.Fprintf(w, "%s%s\n", head, line)
		}
	}
}

// commandWord finds a command line in a sentence: to the next comma or semicolon outside
// quotes.
var commandWord = regexp.MustCompile(`\brochdale ([a-z]+)(?:"[^"]*"|'[^']*'|,[^ ]|[^;,"'])*`)

// wrapNote breaks a sentence into lines of width characters, and leaves a command line in
// it whole, to be copied.
func wrapNote(text string, width int) []string {
	const held = "\x00" // a space where the line is not broken; words.Plain leaves none
	root := newRootCmd()
	text = commandWord.ReplaceAllStringFunc(text, func(line string) string {
		noun := commandWord.FindStringSubmatch(line)[1]
		if !slices.ContainsFunc(root.Commands(), func(c *cobra.Command) bool { return c.Name() == noun }) {
			return line // the program's name in a sentence
		}
		return strings.ReplaceAll(line, " ", held)
	})
	lines := words.Wrap(text, "", "    ", width)
	for i := range lines {
		lines[i] = strings.ReplaceAll(lines[i], held, " ")
	}
	return lines
}

// hintTo writes the next command or step to w.
func hintTo(w io.Writer, format string, args ...any) {
	noteTo(w, "hint: "+format, args...)
}

// note tells the user something that is not the result, on standard error.
func note(cmd *cobra.Command, format string, args ...any) {
	noteTo(cmd.ErrOrStderr(), "%s", withNames(bookOf(cmd), fmt.Sprintf(format, args...)))
}

// notePage is note for a sentence that may be long: it is broken to fit on a page, and
// what follows is set in further than the clauses below it.
func notePage(cmd *cobra.Command, format string, args ...any) {
	for _, line := range words.Wrap(words.Plain(withNames(bookOf(cmd), fmt.Sprintf(format, args...))), "", "    ", pageWidth-len("rochdale: ")) {
		noteTo(cmd.ErrOrStderr(), "%s", line)
	}
}

// hint tells the user the next command, on standard error.
func hint(cmd *cobra.Command, format string, args ...any) {
	hintTo(cmd.ErrOrStderr(), "%s", carry(cmd, fmt.Sprintf(format, args...)))
}

// unknownCommand names a word that is no command under parent, and the command
// the user may have meant.
func unknownCommand(parent *cobra.Command, word string) error {
	var names []string
	for _, c := range parent.Commands() {
		if c.IsAvailableCommand() {
			names = append(names, c.Name())
		}
	}
	err := fault("%s has no command %q", parent.CommandPath(), word)
	if near := nearest(word, names); near != "" {
		return withHint(err, "did you mean: %s %s", parent.CommandPath(), near)
	}
	return withHint(err, "see %s --help", parent.CommandPath())
}

// maxWord bounds the words nearest compares, in bytes: its table is quadratic.
const maxWord = 40

// nearest returns the candidate that word was most likely meant to be, or "".
// A candidate that starts with word is nearest of all; otherwise at most a
// third of the letters, rounded up, may differ. Ties go to the first in
// alphabetical order.
func nearest(word string, candidates []string) string {
	if word == "" || len(word) > maxWord {
		return ""
	}
	sorted := slices.Sorted(slices.Values(candidates))
	best, bestDistance := "", (len(word)+2)/3+1
	for _, c := range sorted {
		if strings.HasPrefix(c, word) {
			return c
		}
		if d := distance(word, c); d < bestDistance {
			best, bestDistance = c, d
		}
	}
	return best
}

// distance counts the letters to insert, delete, replace or swap with their
// neighbour to make b of a (optimal string alignment).
func distance(a, b string) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			d := min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d = min(d, rows[i-2][j-2]+1)
			}
			rows[i][j] = d
		}
	}
	return rows[len(a)][len(b)]
}
