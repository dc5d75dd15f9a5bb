package main

import (
	"os"

	"github.com/rochdale-ledger/rochdale/client/document"
	"github.com/rochdale-ledger/rochdale/client/rulebook"
	"github.com/rochdale-ledger/rochdale/state"
)

// readDocument reads a JSON file that a person wrote. what names it where it cannot be
// opened; what is wrong in it is named by its line, with form as the hint.
func readDocument(what, path string, into any, form string) (*document.File, error) {
	raw, err := readWritten(what, path)
	if err != nil {
		return nil, err
	}
	f, err := document.Parse(path, raw, into)
	if err != nil {
		return nil, withHint(fault("%w", err), "%s", form)
	}
	return f, nil
}

// readWritten is the content of a file that a person wrote.
func readWritten(what, path string) ([]byte, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, withHint(fault("reading %s: %w", what, err), "check the path")
	}
	if is := rulebook.Foreign(raw); is != "" {
		return nil, withHint(fault("%s is %s, not plain text", path, is), "write %s in a text editor, or save it there as plain text (UTF-8)", what)
	}
	return raw, nil
}

// readRulebook is readDocument of a charter that is written as TOML.
func readRulebook(path string, raw []byte, into any, form string, in rulebook.Context) (*document.File, error) {
	t, err := rulebook.Translate(path, raw, in)
	if err != nil {
		return nil, withHint(fault("%w", err), "%s", form)
	}
	f, err := document.ParseLines(path, t.JSON, t.Place, into)
	if err != nil {
		return nil, withHint(fault("%w", err), "%s", form)
	}
	return f, nil
}

// refusedAt is refused for what a file says, at the value that the steps lead to.
func refusedAt(f *document.File, err error, steps ...any) error {
	if r := state.Rejected(err); r != nil {
		return refusedBy(r.Code, f.At(err, steps...).Error())
	}
	return err
}
