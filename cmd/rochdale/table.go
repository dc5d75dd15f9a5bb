package main

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rochdale-ledger/rochdale/client/sheet"
)

// addSheetFlags declares the flags of every command that takes a table.
func addSheetFlags(cmd *cobra.Command, f *sheet.File) {
	// An array, not a slice: a comma may stand in a name.
	cmd.Flags().StringArrayVar(&f.Ignore, "ignore", nil, "`column` of the file to pass over, by its name; may be given several times")
	must(cmd.RegisterFlagCompletionFunc("ignore", cobra.NoFileCompletions))
}

// openTable says where a table is: the file at path, or standard input for "-".
func openTable(cmd *cobra.Command, f *sheet.File, path string) error {
	f.Path = path
	if path != "-" {
		return nil
	}
	if from, _ := cmd.Flags().GetString(passphraseSource.flag); from == "-" {
		return withHint(fault("table and passphrase cannot both come from standard input"), "give the name of the file")
	}
	f.Path, f.From = "standard input", cmd.InOrStdin()
	return nil
}

// wrongLines are the lines of a table that are wrong, in the order in which they were found.
type wrongLines struct {
	lines []*sheet.Error
	more  bool // others are wrong, or were not looked at
}

// add notes one more.
func (w *wrongLines) add(e *sheet.Error) {
	if w.more = len(w.lines) >= maxWrong; !w.more {
		w.lines = append(w.lines, e)
	}
}

func (w *wrongLines) Error() string {
	var out []string
	for _, e := range w.lines {
		out = append(out, e.Error())
	}
	if w.more {
		out = append(out, "and other lines")
	}
	return strings.Join(out, "\n")
}

// refusal says what is wrong, all of it at once, with what can be done; nil if nothing is.
func (w *wrongLines) refusal(otherwise string) error {
	if len(w.lines) == 0 {
		return nil
	}
	slices.SortStableFunc(w.lines, func(a, b *sheet.Error) int { return cmp.Compare(a.Line, b.Line) })
	var hints, of []string
	for _, e := range w.lines {
		next := or(hintOf(e.Err), e.Hint, otherwise)
		if !slices.Contains(hints, next) {
			hints, of = append(hints, next), append(of, fmt.Sprintf("line %d: %s", e.Line, next))
		}
	}
	if len(hints) > 1 {
		hints = of
	}
	return withHint(&exitError{code: exitFault, err: w}, "%s", strings.Join(hints, "; "))
}

// readTable calls fn for each row of a table. What is wrong with rows is said at once, and
// of the form of the table what was expected.
func readTable(f sheet.File, fn func(sheet.Row) error) error {
	wrong := &wrongLines{}
	f.Wrong = wrong.add
	err := readTableToFirst(f, func(row sheet.Row) error {
		if wrong.more {
			return nil
		}
		return fn(row)
	})
	if err != nil {
		return err
	}
	return wrong.refusal(f.Wants())
}

// readTableToFirst is readTable where what is wrong in one row may be in all, or where a row
// asks the node: it ends at the first.
func readTableToFirst(f sheet.File, fn func(sheet.Row) error) error {
	err := f.Read(fn)
	var bad *sheet.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &bad):
		return withHint(fault("%w", err), "%s", or(bad.Hint, f.Wants()))
	}
	return withHint(fault("%w", err), "check the path")
}
