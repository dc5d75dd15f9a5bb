package main

import (
	"errors"

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

// readTable calls fn for each row of a table. An error says what was expected.
func readTable(f sheet.File, fn func(sheet.Row) error) error {
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
